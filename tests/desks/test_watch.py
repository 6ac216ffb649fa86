"""Early warning: rules, signals, the station's file, dropped files, dates of the register."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desks.onemap import OneMap
from desks.register.opening import open_register
from desks.watch import (
    Reading,
    Rule,
    RulePack,
    Signal,
    State,
    judge,
    load_rules,
    mast_wind,
    open_station,
)
from desks.watch.announcing import KIND, announce
from desks.watch.dropping import take_drops
from desks.watch.due import overdue
from desks.watch.readings import Refused, of_csv, of_message
from desks.watch.rules import DueRule
from desks.watch.station import WIND, has_station
from geodata.faults import UserError
from geodata.store import Author, create_store
from language import Catalogue

NOW = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)


def rule_of(key: str, layer: str, what: tuple[str, str], rising: bool, *limits: float) -> Rule:  # noqa: FBT001 - read beside the limits
    return Rule(key, key, key, layer, *what, rising, *limits, "橙", "test", verified=False)


LEVEL = rule_of("level", "*", ("level", "%"), True, 85.0, 80.0)  # noqa: FBT003
LOW = rule_of("low", "hazard", ("pressure", "MPa"), False, 0.2, 0.3)  # noqa: FBT003
PACK = RulePack("1", (LEVEL, LOW), ())
ZH = Catalogue.load("zh")


def reading(value: float, second: int = 0, *, quantity: str = "level", unit: str = "%") -> Reading:
    return Reading("hazard", "H1", quantity, value, unit, NOW + timedelta(seconds=second))


def phases(values: list[float], rule: Rule = LEVEL) -> list[str]:
    """Return the phases that the machine turns to, reading by reading."""
    states: dict[tuple[str, str, str], State] = {}
    turned: list[str] = []
    for second, value in enumerate(values):
        one = reading(value, second, quantity=rule.quantity, unit=rule.unit)
        for place, state, signal in judge((rule,), states, one):
            states[place] = state
            turned += [signal.phase] if signal else []
    return turned


def test_a_rule_fires_exactly_at_its_threshold() -> None:
    """Row S0-14: the rule fires at the threshold itself, not before it."""
    assert phases([84.999999]) == []
    assert phases([85.0]) == ["fired"]
    assert phases([0.2000001], LOW) == []
    assert phases([0.2], LOW) == ["fired"]


def test_a_fired_rule_is_over_only_at_its_clearing_value() -> None:
    assert phases([90, 84, 80.001, 86, 81]) == ["fired"]
    assert phases([90, 80.0]) == ["fired", "calm"]
    assert phases([90, 80, 84, 85]) == ["fired", "calm", "fired"]
    assert phases([0.1, 0.29, 0.3], LOW) == ["fired", "calm"]


def test_a_threshold_that_clears_where_it_fires_stays_fired() -> None:
    """Equal threshold and clearing value: at the value itself it fires, and stays so."""
    both = rule_of("b", "*", ("level", "%"), True, 85.0, 85.0)  # noqa: FBT003
    assert phases([85.0, 85.0, 84.9], both) == ["fired", "calm"]


def test_a_late_reading_turns_nothing() -> None:
    states = {("level", "hazard", "H1"): State("fired", NOW, 90.0, NOW)}
    assert list(judge((LEVEL,), states, reading(10.0, -1))) == []


def test_other_layers_quantities_and_units_are_not_judged() -> None:
    pressure = Reading("depot", "D1", "pressure", 0.1, "MPa", NOW)
    kilopascal = reading(0.1, quantity="pressure", unit="kPa")
    assert list(judge((LOW,), {}, pressure)) == []
    assert list(judge((LOW,), {}, kilopascal)) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_random_course_is_fired_exactly_between_threshold_and_clearing(seed: int) -> None:
    """Against the definition: fired since the last value ≥ 85 without one ≤ 80 after it."""
    dice = random.Random(seed)  # noqa: S311 - a course of values, no secrets
    values = [float(dice.choice((79, 80, 80.5, 84, 85, 90))) for _ in range(60)]
    states: dict[tuple[str, str, str], State] = {}
    for second, value in enumerate(values):
        states |= {
            place: state for place, state, _ in judge((LEVEL,), states, reading(value, second))
        }
        last_fire = max((n for n in range(second + 1) if values[n] >= 85), default=-1)
        last_calm = max((n for n in range(second + 1) if values[n] <= 80), default=-1)
        expected = "fired" if last_fire > last_calm else "calm"
        assert states["level", "hazard", "H1"].phase == expected


def test_what_was_taken_is_there_after_opening_again(tmp_path: Path) -> None:
    taken = open_station(tmp_path, PACK).take([reading(90.0), reading(70.0, 5)])
    assert [signal.phase for signal in taken.signals] == ["fired", "calm"]
    again = open_station(tmp_path, PACK)
    assert (again.count(), again.standing(), again.mark()) == (2, {}, 2)
    assert [one.value for one in again.history("hazard", "H1")] == [70.0, 90.0]


def test_the_same_reading_counts_once_and_raises_once(tmp_path: Path) -> None:
    station = open_station(tmp_path, PACK)
    first = station.take([reading(90.0)])
    second = station.take([reading(90.0), reading(90.0)])
    assert (first.new, len(first.signals)) == (1, 1)
    assert (second.new, second.again, second.signals) == (0, 2, ())


def test_a_batch_is_judged_in_the_order_of_its_moments(tmp_path: Path) -> None:
    taken = open_station(tmp_path, PACK).take([reading(70.0, 9), reading(90.0, 1)])
    assert [signal.phase for signal in taken.signals] == ["fired", "calm"]


def test_an_acknowledged_signal_stays_until_it_is_over(tmp_path: Path) -> None:
    station = open_station(tmp_path, PACK)
    station.take([reading(90.0)])
    place = ("level", "hazard", "H1")
    assert station.acknowledge(place, NOW) == Signal(*place, "acknowledged", 90.0, NOW)
    assert station.acknowledge(place, NOW) is None
    assert station.take([reading(95.0, 1)]).signals == ()
    assert station.standing()[place].phase == "acknowledged"
    assert [s.phase for s in station.take([reading(80.0, 2)]).signals] == ["calm"]


def test_quantities_that_no_rule_judges_are_named_and_kept(tmp_path: Path) -> None:
    station = open_station(tmp_path, PACK)
    taken = station.take([reading(3.0, quantity="level", unit="m")])
    assert taken.unjudged == {("level", "m")}
    assert station.count() == 1


def test_a_folder_has_no_station_until_readings_are_taken(tmp_path: Path) -> None:
    assert not has_station(tmp_path)
    open_station(tmp_path, PACK)
    assert has_station(tmp_path)


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "watch.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError):
        open_station(tmp_path, PACK)


def test_signals_stand_in_the_registers_chain_once(tmp_path: Path) -> None:
    station = open_station(tmp_path, PACK)
    station.take([reading(90.0), reading(70.0, 5)])
    with create_store(tmp_path / "register.sqlite") as store:
        author = Author("watch", "early warning")
        assert len(announce(store, station, author)) == 2
        assert announce(store, station, author) == ()
        events = store.events(kinds=(KIND,))
        assert [event.after["phase"] for event in events] == ["fired", "calm"]
        assert store.verify().intact


GOOD = "layer,id,quantity,value,unit,at\nhazard,H1,level,90,%,2026-09-16T14:00:00+08:00\n"


def drop(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_dropped_file_is_taken_and_put_away(tmp_path: Path) -> None:
    station, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    drop(folder, "a.csv", b"\xef\xbb\xbf" + GOOD.encode())
    drop(folder, "b.txt", b"left alone")
    (dropped,) = take_drops(station, folder, NOW, ZH.word)
    assert (dropped.file, dropped.taken.new, dropped.refused) == ("a.csv", 1, ())
    assert (folder / "done" / "a.csv").exists()
    assert (folder / "b.txt").exists()
    assert list(take_drops(station, folder, NOW, ZH.word)) == []


def test_a_file_of_the_same_name_never_overwrites_the_one_before(tmp_path: Path) -> None:
    station, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    for _ in range(3):
        drop(folder, "a.csv", GOOD.encode())
        list(take_drops(station, folder, NOW, ZH.word))
    assert sorted(p.name for p in (folder / "done").iterdir()) == ["a-2.csv", "a-3.csv", "a.csv"]


def test_bad_lines_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    station, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    drop(folder, "a.csv", (GOOD + "hazard,H1,level,high,%,2026-09-16T14:00:01+08:00\n").encode())
    (dropped,) = take_drops(station, folder, NOW, ZH.word)
    assert dropped.taken.new == 1
    assert [one.line for one in dropped.refused] == [3]
    reasons = (folder / "refused" / "a.csv.reasons.txt").read_text(encoding="utf-8")
    assert "数值不是数字" in reasons


@pytest.mark.parametrize(
    "cells",
    [
        "hazard,H1,level,nan,%,2026-09-16T14:00:00+08:00",
        "hazard,H1,level,inf,%,2026-09-16T14:00:00+08:00",
        "hazard,H1,level,1e999,%,2026-09-16T14:00:00+08:00",
        "hazard,,level,1,%,2026-09-16T14:00:00+08:00",
        "hazard,H1,level,1,%,2026-09-16T14:00:00",
        "hazard,H1,level,1,%,2099-01-01T00:00:00+08:00",
        "hazard,H1,level,1,%,yesterday",
        "hazard,H1,level",
        f"hazard,{'x' * 500},level,1,%,2026-09-16T14:00:00+08:00",
    ],
)
def test_what_is_no_reading_is_refused(cells: str) -> None:
    rows = list(of_csv("layer,id,quantity,value,unit,at\n" + cells + "\n", NOW))
    assert len(rows) == 1
    assert isinstance(rows[0], Refused)


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"[1]", b'{"layer": 1}', b"null", b'{"value": true}'],
)
def test_a_message_that_is_no_reading_is_refused(payload: bytes) -> None:
    assert isinstance(of_message(payload, NOW), Refused)


def test_random_bytes_never_crash(tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - spoiled bytes, no secrets
    station, folder = open_station(tmp_path, PACK), tmp_path / "drop"
    for _ in range(200):
        content = bytes(dice.randrange(256) for _ in range(dice.randrange(400)))
        assert isinstance(of_message(content, NOW), Refused)
        drop(folder, "a.csv", GOOD.encode()[: dice.randrange(90)] + content)
        list(take_drops(station, folder, NOW, ZH.word))
    assert station.count() <= 1


def test_dates_of_the_register_fire_on_the_day_after(district: OneMap) -> None:
    """An inspection due today is in time; tomorrow it is late."""
    rule = DueRule("late", "", "", "next_review", 0, "黄", "test", verified=True)
    pack = RulePack("1", (), (rule,))
    days = {
        date.fromisoformat(str(cell))
        for records in district.records.values()
        for cell in records.columns.get("next_review", ())
        if cell
    }
    first = min(days)
    assert overdue(district, pack, first) == ()
    late = overdue(district, pack, first + timedelta(days=1))
    assert late
    assert {one.day for one in late} == {first}


def spoiled() -> Iterator[tuple[str, str]]:
    good = (Path("desks/watch/rules.toml")).read_text(encoding="utf-8")
    yield "above = 85.0", good.replace("above = 85.0", 'above = "85"', 1)
    yield "clears past the threshold", good.replace("clears = 80.0", "clears = 90.0", 1)
    yield "colour", good.replace('colour = "橙"', 'colour = "粉"', 1)
    yield "twice", good.replace('key = "tank_pressure_high"', 'key = "tank_level_high"', 1)
    yield "verified", good.replace("verified = false", 'verified = "no"', 1)
    yield "both", good.replace("above = 85.0", "above = 85.0\nbelow = 3.0", 1)
    yield "days", good.replace("days = 0", "days = 0.5", 1)
    yield "empty", ""
    yield "rows of texts", 'rule = ["a"]'
    yield "no toml", "[["


@pytest.mark.parametrize("text", [pytest.param(text, id=what) for what, text in spoiled()])
def test_a_spoiled_pack_of_rules_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        load_rules(path)


def test_the_pack_that_comes_with_the_program_marks_what_is_not_verified() -> None:
    pack = load_rules()
    assert pack.rules
    assert {rule.verified for rule in pack.rules} == {False}
    assert all(rule.source for rule in (*pack.rules, *pack.due))


def test_the_registers_chain_is_written_by_the_command(
    town_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows S0-14 and S4-10: what a firm measures comes in as a file, turns a rule, and is told."""
    import shutil  # noqa: PLC0415  the district is copied, as it is written to

    from cli import main  # noqa: PLC0415  the door of the terminal

    folder = tmp_path / "district"
    shutil.copytree(town_folder, folder)
    drop(tmp_path / "drop", "a.csv", GOOD.encode())
    assert main(["watch", str(folder), "--drop", str(tmp_path / "drop"), "--once"]) == 0
    assert "tank_level_high 触发 90" in capsys.readouterr().out
    with open_register(folder) as store:
        assert [event.after["rule"] for event in store.events(kinds=(KIND,))] == ["tank_level_high"]
    assert main(["watch", str(folder), "--format", "json"]) == 0
    assert '"phase": "fired"' in capsys.readouterr().out


def wind_of(at_s: int, mast: str = "M1", **figures: float) -> list[Reading]:
    units = {"wind_from": "°", "wind_speed": "m/s"}
    at = NOW + timedelta(seconds=at_s)
    return [Reading("hazard", mast, key, value, units[key], at) for key, value in figures.items()]


def test_the_wind_of_a_mast_is_its_newest_pair_and_as_old_as_the_older_figure(
    tmp_path: Path,
) -> None:
    station = open_station(tmp_path, PACK)
    assert mast_wind(station, NOW) is None
    station.take([
        *wind_of(-900, wind_from=10.0, wind_speed=1.0), *wind_of(-120, wind_from=30.0),
        *wind_of(-60, wind_speed=4.0), *wind_of(-30, "M2", wind_from=200.0),
        *wind_of(60, wind_from=99.0, wind_speed=9.0),
        reading(90.0), Reading("hazard", "M3", "wind_from", 50.0, "mil", NOW),
    ])  # fmt: skip
    found = mast_wind(station, NOW)
    assert found is not None
    assert (found.id, found.from_deg, found.speed_ms) == ("M1", 30.0, 4.0)
    assert found.at == NOW - timedelta(seconds=120)


def test_figures_that_no_wind_has_or_that_lie_far_apart_are_none(tmp_path: Path) -> None:
    station = open_station(tmp_path, PACK)
    station.take([
        *wind_of(-600, wind_from=10.0), *wind_of(-60, wind_speed=4.0),
        *wind_of(-50, "M2", wind_from=361.0, wind_speed=4.0),
        *wind_of(-40, "M3", wind_from=20.0, wind_speed=61.0),
        *wind_of(-30, "M4", wind_from=-1.0, wind_speed=1.0),
    ])  # fmt: skip
    assert mast_wind(station, NOW) is None


def test_the_wind_is_found_without_reading_every_reading(tmp_path: Path) -> None:
    """It is asked for every second beside a thousand readings a second."""
    station = open_station(tmp_path, PACK)
    asked = "explain query plan select at from reading where " + WIND + " order by at desc"  # noqa: S608 - a constant
    with closing(sqlite3.connect(station.path)) as connection:
        plan = " ".join(str(row[-1]) for row in connection.execute(asked))
    assert "INDEX wind" in plan
