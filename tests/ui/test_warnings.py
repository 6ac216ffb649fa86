"""Early warning on the screen: what stands, what was seen, and nothing where it is off."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from markupsafe import escape

from desks.onemap import OneMap, load_onemap
from desks.watch import Reading, load_rules, open_station
from geodata.faults import UserError
from language import Catalogue
from tests.payloads import PAYLOADS
from ui import warned
from ui.panels.markup import View
from ui.panels.warnings import SHOWN, Warned, last_taken, warnings

NOW = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
ZH, EN = (View(Catalogue.load(language)) for language in ("zh", "en"))
ONE = Warned(
    ("tank_level_high", "hazard", "H1"), "橙", "液位高", "一号罐", "90 % ≥ 85", "09-16 14:00",
    seen=False, verified=False,
)  # fmt: skip


@pytest.fixture
def district(sample_district: Path, tmp_path: Path) -> OneMap:
    folder = tmp_path / "district"
    shutil.copytree(sample_district, folder)
    return load_onemap(folder)


def test_nothing_is_drawn_where_nothing_stands() -> None:
    assert warnings((), 0, ZH, may=True) == ""


def test_each_patch_prints_its_character() -> None:
    drawn = warnings((ONE,), 3, ZH, may=True)
    assert '<b class="patch orange">橙</b>' in drawn
    assert "▲ 3 条登记已过期限" in drawn
    assert "未核" in drawn


def test_only_who_may_is_offered_the_press() -> None:
    assert "data-act" in warnings((ONE,), 0, ZH, may=True)
    assert "data-act" not in warnings((ONE,), 0, ZH, may=False)


def test_more_than_fit_are_counted() -> None:
    drawn = warnings((ONE,) * (SHOWN + 2), 0, EN, may=True)
    assert drawn.count("<li>") == SHOWN
    assert "2 more" in drawn


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_names_stay_text(payload: str) -> None:
    texts = (payload,) * 5
    hostile = Warned((payload,) * 3, *texts, seen=False, verified=True)
    drawn = str(warnings((hostile,), 0, ZH, may=True))
    assert drawn.count(str(escape(payload))) >= len(texts)
    assert payload not in drawn or str(escape(payload)) == payload


def test_a_folder_without_readings_has_no_signals(district: OneMap) -> None:
    """Early warning is off by default: no file, no section, no mark."""
    assert warned.standing(district, ZH.words) == ()
    assert not warned.turned(district.folder)


def test_a_fired_rule_stands_with_name_figure_and_place(district: OneMap) -> None:
    """Row S0-14: an object whose rule fired is named, its colour on the map and in the list."""
    station = open_station(district.folder, load_rules())
    hazard = district.records["hazard"]
    station.take([Reading("hazard", hazard.ids[0], "level", 96.0, "%", NOW)])
    station.take([Reading("hazard", "no such id", "level", 90.0, "%", NOW)])
    found = warned.standing(district, ZH.words)
    assert [(one.colour, one.name) for one in found] == [
        ("红", hazard.names[0]),
        ("橙", hazard.names[0]),
        ("橙", "no such id"),
    ]
    assert found[0].figure == "96 % ≥ 95"
    (mark,) = warned.marks(district, found)
    assert (mark.id, mark.colour) == (hazard.ids[0], "红")


def test_a_signal_turns_the_screen_once(district: OneMap) -> None:
    station = open_station(district.folder, load_rules())
    assert not warned.turned(district.folder)
    station.take([Reading("hazard", "H1", "level", 90.0, "%", NOW)])
    assert warned.turned(district.folder)
    assert not warned.turned(district.folder)
    station.take([Reading("hazard", "H1", "level", 70.0, "%", NOW + timedelta(seconds=1))])
    assert warned.turned(district.folder)


def test_seen_is_kept_in_the_chain(district: OneMap) -> None:
    station = open_station(district.folder, load_rules())
    station.take([Reading("hazard", "H1", "level", 90.0, "%", NOW)])
    warned.see(district, "tank_level_high|hazard|H1")
    warned.see(district, "nonsense")
    (one,) = warned.standing(district, ZH.words)
    assert one.seen
    events = warned.access.register(district).events(kinds=("signal",))
    assert [event.after["phase"] for event in events] == ["fired", "acknowledged"]


def test_the_age_of_the_last_reading_is_said_however_calm_it_is(district: OneMap) -> None:
    """A silent gauge looks like a calm one but for this line."""
    station = open_station(district.folder, load_rules())
    assert warned.heard(district) is None
    assert "not known" in last_taken(None, NOW, EN)
    station.take([Reading("hazard", "H1", "level", 10.0, "%", NOW)], NOW)
    station.take((), NOW + timedelta(hours=1))
    at = warned.heard(district)
    assert at == NOW
    assert "09-16 14:00, 90 min ago" in last_taken(at, NOW + timedelta(minutes=90), EN)
    assert "0 min ago" in last_taken(at, NOW - timedelta(minutes=90), EN)


def test_readings_that_cannot_be_read_take_neither_map_nor_wind_nor_page(district: OneMap) -> None:
    """The list of signals says the sentence; the incident's page goes on without them."""
    station = open_station(district.folder, load_rules())
    station.take([Reading("hazard", "H1", "level", 90.0, "%", NOW)])
    assert warned.wind(district) is None
    station.path.write_bytes(b"not a database at all" * 100)
    assert warned.wind(district) is None
    assert warned.standing_marks(district, ZH.words) == ()
    for asked in (
        lambda: warned.standing(district, ZH.words),
        lambda: warned.turned(district.folder),
    ):
        with pytest.raises(UserError):
            asked()
