"""The four-colour map: what is sent, what is drawn close together, what a browser may send back."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely

from desks.hazards.choosing import by_subdistrict
from desks.hazards.grades import graded
from desks.hazards.parts import Graded, Override
from desks.hazards.residents import residents_near
from desks.onemap import OneMap, load_onemap
from language import Catalogue
from tests.desks.plants import plant, shaped
from tests.ui.fakes import HOSTILE
from tests.ui.script import run_of
from ui.map.coloured import Area, ColouredState, Sign, read_pick
from ui.pages.risk_map import CHARACTERS, labels, land, outline, rings_about
from ui.panels.markup import View

ZH, EN = View(Catalogue.load("zh")), View(Catalogue.load("en"))
SIGN = Sign(("hazard", "H1"), HOSTILE, (113.0, 23.0), "red", "红")
STATE = ColouredState((112.9, 22.9, 113.1, 23.1), labels(ZH), CHARACTERS, signs=[SIGN])


@pytest.fixture(scope="module")
def district(town: Path) -> OneMap:
    """Return the hand-made town as it is loaded."""
    return load_onemap(town)


def test_the_state_is_plain_json_with_names_as_they_are() -> None:
    sent = json.loads(json.dumps(STATE.payload(), allow_nan=False))
    (mark,) = sent["marks"]
    assert mark == {"key": "hazard|H1", "name": HOSTILE, "lon": 113.0, "lat": 23.0,
                    "colour": "red", "sign": "红"}  # fmt: skip
    assert sent["picked"] == ""


@pytest.mark.parametrize("lon", [math.nan, math.inf, 181.0])
def test_a_position_that_is_none_never_leaves(lon: float) -> None:
    ring = [[(lon, 23.0), (113.0, 23.0)]]
    wrong_ones: tuple[dict[str, Any], ...] = (
        {"signs": [replace(SIGN, at=(lon, 23.0))]},
        {"areas": [Area("甲", (lon, 23.0), [])]},
        {"areas": [Area("甲", (113.0, 23.0), ring)]},
        {"plants": [ring]},
        {"rings": [("fc-near", ring)]},
        {"ways": [((lon, 23.0), (113.0, 23.0))]},
    )
    for wrong in wrong_ones:
        with pytest.raises(ValueError, match="no longitude and latitude"):
            replace(STATE, **wrong).payload()


def test_what_a_browser_sends_is_a_key_or_nothing() -> None:
    assert read_pick("hazard|H1") == ("hazard", "H1")
    assert read_pick("hazard|a|b") == ("hazard", "a|b")
    for forged in (None, 7, "hazard", {"layer": "hazard"}, ["hazard|H1"]):
        assert read_pick(forged) is None
    found = read_pick("hazard|" + "x" * 5000)
    assert found is not None
    assert len(found[1]) < 400


def test_every_colour_stands_in_the_legend_with_its_character() -> None:
    for view, worst in ((ZH, "重大风险"), (EN, "Major risk")):
        rows = labels(view)["legend"]
        assert [sign for _, sign, _ in rows if sign] == ["红", "橙", "黄", "蓝", "无"]
        assert rows[0][2] == worst


def test_signs_that_would_cover_one_another_are_one_crowd_led_by_the_first() -> None:
    found = run_of("coloured", "show(crowds([[0, 0], [20, 9], [300, 0], [59, 0], [0, 31]], false))")
    assert found == [[0, 1], [2], [3], [4]]
    assert run_of("coloured", "show(crowds([[0, 0], [1, 1]], true))") == [[0], [1]]


def test_no_two_crowds_stand_on_each_other_and_no_mark_is_lost() -> None:
    """Four thousand marks at once: each in one crowd, and the leaders far enough apart."""
    code = """
      let seed = 7; const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
      const spots = Array.from({ length: 4000 }, () => [next() * 1200, next() * 700]);
      const found = crowds(spots, false);
      const apart = found.every(([a], i) => found.slice(i + 1).every(([b]) =>
        Math.abs(spots[a][0] - spots[b][0]) >= 58 || Math.abs(spots[a][1] - spots[b][1]) >= 30));
      show([found.flat().length, new Set(found.flat()).size, apart]);
    """
    assert run_of("coloured", code) == [4000, 4000, True]


def test_the_gravest_colour_speaks_for_a_crowd() -> None:
    code = 'show(byGravity(["none", "yellow", "red", "yellow"]))'
    assert run_of("coloured", code) == [["red", 1], ["yellow", 2], ["none", 1]]


def test_units_and_plants_are_outlined_in_degrees(district: OneMap) -> None:
    box = {"code": "CJ1", "name": "甲厂厂界", "hazard_id": "H1"}
    found = land(shaped(plant(district, (250, 1250), [("H1", "液氯", 6.0)]), "plant_boundary",
                        [{**box, "shape": shapely.box(200, 1200, 300, 1300)}]))  # fmt: skip
    west, south, east, north = (*district.to_degrees(*district.extent_m[:2]),
                                *district.to_degrees(*district.extent_m[2:]))  # fmt: skip
    assert len(found.units) == len(district.records["subdistrict"].ids)
    for _, _, (lon, lat), rings in found.units:
        assert west - 0.01 <= lon <= east + 0.01
        assert south - 0.01 <= lat <= north + 0.01
        assert all(len(ring) > 3 for ring in rings)
    assert len(found.plants) == 1


def test_the_ring_of_residents_is_the_one_that_was_counted(district: OneMap) -> None:
    """500 m about the plant's boundary: α and the picture say the same."""
    onemap = plant(district, (250, 1250), [("H1", "液氯", 6.0)])
    hazard = graded(onemap).of("hazard", "H1")
    assert hazard is not None
    rings = dict(rings_about(onemap, hazard))
    assert set(rings) == {"fc-reach", "fc-near"}
    (ring,) = rings["fc-near"]
    assert hazard.at is not None
    drawn = shapely.Polygon([onemap.to_metres(lon, lat) for lon, lat in ring])
    assert drawn.area == pytest.approx(math.pi * 500**2, rel=0.01)
    point = shapely.Point(hazard.at)
    assert residents_near(onemap, point).people == hazard.residents.people
    assert outline(onemap, point, 1.0) == []


def test_a_hazard_without_a_place_has_no_ring_and_no_sign(district: OneMap) -> None:
    onemap = plant(district, None, [("H1", "液氯", 6.0)])
    hazard = graded(onemap).of("hazard", "H1")
    assert hazard is not None
    assert rings_about(onemap, hazard) == []


def test_twenty_more_residents_or_a_hand_change_the_colour_that_is_drawn(district: OneMap) -> None:
    """Recomputed from what the register holds now: nothing is kept beside it."""
    onemap = plant(district, (250, 1250), [("H1", "液氯", 6.0)])
    by_hand = Override("hazard", "H1", 1, "r", "w", datetime(2026, 1, 1, tzinfo=UTC))
    before: Graded = graded(onemap)
    after = graded(onemap, [by_hand])
    assert [row.by_colour["red"] for row in by_subdistrict(onemap, before)][-1] < [
        row.by_colour["red"] for row in by_subdistrict(onemap, after)
    ][-1]
