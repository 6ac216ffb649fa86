"""From a drill's log to drives: by the ways of the brief, and nothing from what was no drive."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from desks.command import situation_brief
from desks.command.situation import Closures, Incident
from desks.exercise import running
from desks.exercise.calendar_archive import archived_drills
from desks.exercise.calendar_rules import load_drill_rules
from desks.exercise.course import Stamp
from desks.exercise.folder import Control
from desks.exercise.learning import proposal
from desks.exercise.learning_drives import drive_ms
from desks.exercise.learning_stamps import drives_of, gather, why_not
from desks.exercise.log import open_log, write
from desks.exercise.scenario import Node, Scenario
from desks.onemap import OneMap, load_onemap
from desks.stock import CHINA
from language import Catalogue
from tests.desks.exercise.drills import NUMBER, make_drill
from tests.desks.exercise.pools import scenario

T0 = datetime(2026, 9, 16, 0, 30, tzinfo=UTC)
"""8:30 by the district's clock: rush hour."""


def a_node(key: str, team: str = "") -> Node:
    return Node(key, key, "speed", None, None, None, team)


NODES = (
    a_node("dispatched"),
    a_node("turnout-1", "team:T1"), a_node("arrived-1", "team:T1"),
    a_node("turnout-2", "team:T2"), a_node("arrived-2", "team:T2"),
    a_node("arrived-3", "team:NOBODY"), a_node("told-1"),
)  # fmt: skip


def drawn(onemap: OneMap, **changes: object) -> Scenario:
    shelter = onemap.records["shelter"]
    at = onemap.to_degrees(float(shelter.xy_m[0, 0]), float(shelter.xy_m[0, 1]))
    told = {"place": "示例街道 镇公园避难场所", "at_deg": at, "hour": 8, "nodes": NODES,
            "matter": {"kind": "unspecified"},
            "closed_roads": (), "injects": (), "sheet": ()}  # fmt: skip
    return scenario(**{**told, **changes})


@pytest.fixture
def folder(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "town"))


@pytest.fixture
def control(folder: Path, tmp_path: Path) -> Control:
    return make_drill(tmp_path / "drill", drawn(load_onemap(folder)), players=folder)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def stamp(control: Control, node: str, seconds: float, who: str = "评估员甲") -> None:
    at = after(seconds)
    running.stamp(control, NUMBER, Stamp(node, at, at, 0, who, "手持"), now=after(4000))


def played(control: Control, *, over: bool = True) -> None:
    """Play a drill: T1 is stamped whole, T2 only its arrival, by two evaluators."""
    running.start(control, NUMBER, T0)
    for node, seconds in (("dispatched", 70), ("turnout-1", 130), ("arrived-1", 400),
                          ("arrived-2", 700), ("arrived-3", 500)):  # fmt: skip
        stamp(control, node, seconds)
    stamp(control, "arrived-2", 705, "评估员乙")
    if over:
        running.end(control, NUMBER, after(4100))


def test_stamps_become_drives_along_the_briefs_own_ways(control: Control, folder: Path) -> None:
    """What the model says of the drive is what the brief of that hour and closure states."""
    played(control)
    onemap = load_onemap(folder)
    one, two = gather(onemap, control).drives
    assert (one.team, one.kind, one.hour, one.drill) == ("team:T1", "综合消防", 8, NUMBER)
    assert (one.alarmed_ms, one.left_ms, one.arrived_ms) == (70_000, 130_000, 400_000)
    assert (two.alarmed_ms, two.left_ms, two.arrived_ms) == (70_000, None, 700_000)
    shelter = onemap.records["shelter"]
    at = float(shelter.xy_m[0, 0]), float(shelter.xy_m[0, 1])
    incident = Incident(at, T0.astimezone(CHINA), "unspecified", Closures())
    teams = {row.id: row for row in situation_brief(onemap, incident).responders}
    for drive, id_ in ((one, "T1"), (two, "T2")):
        stated = teams[id_]
        assert stated.drive_s is not None
        assert stated.distance_m is not None
        assert abs(drive_ms(onemap.speed_model, drive) / 1000 - stated.drive_s) <= 1
        driven = sum(leg.metres for leg in drive.legs)
        assert driven == pytest.approx(stated.distance_m - 100, abs=1), "100 m beside the road"
    made = proposal(onemap.speed_model, (one, two))
    assert made.drives == 2


def test_who_stands_where_it_happens_teaches_call_and_turnout(
    control: Control, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a metre of road the arrival says nothing; the drill was once left out whole."""
    played(control)
    monkeypatch.setattr("desks.exercise.learning_stamps.way_of", lambda *_: ((), 0))
    onemap = load_onemap(folder)
    one, two = gather(onemap, control).drives
    assert (one.alarmed_ms, one.left_ms, one.arrived_ms) == (70_000, 130_000, None)
    made = proposal(onemap.speed_model, (one, two))
    assert (made.drives, made.left_out) == (2, ())


def test_what_was_no_drive_teaches_nothing(control: Control, folder: Path) -> None:
    """Not opened, running, aborted, a table-top, already learned: each is named with its reason."""
    onemap = load_onemap(folder)

    def reasons(known: frozenset[str] = frozenset()) -> list[str]:
        found = gather(onemap, control, known)
        assert not found.drives
        return [str(why) for _, why in found.passed_over]

    played(control, over=False)
    assert reasons() == ["It has not ended."]
    assert reasons(frozenset({NUMBER})) == ["A version in force has learned from it already."]
    running.abort(control, NUMBER, "真实火警", after(4100))
    assert reasons() == ["It was aborted."]
    (control.drill(NUMBER) / "opened.json").unlink()
    assert "opened" in reasons()[0]
    still = SimpleNamespace(type="tabletop", phase="ended", t0=T0)
    assert "table-top" in str(why_not(still))  # type: ignore[arg-type]


def test_nothing_after_a_pause_is_learned(control: Control, folder: Path) -> None:
    """Nobody knows who drove on while the drill stood still."""
    running.start(control, NUMBER, T0)
    stamp(control, "dispatched", 70)
    stamp(control, "turnout-1", 130)
    running.pause(control, NUMBER, after(200))
    running.resume(control, NUMBER, after(800))
    stamp(control, "arrived-1", 1200)
    running.end(control, NUMBER, after(4100))
    (one,) = gather(load_onemap(folder), control).drives
    assert (one.left_ms, one.arrived_ms) == (130_000, None)


def test_a_road_that_is_gone_passes_the_drill_over(folder: Path, tmp_path: Path) -> None:
    onemap = load_onemap(folder)
    closed = drawn(onemap, closed_roads=("早已改名路",))
    control = make_drill(tmp_path / "drill", closed, players=folder)
    played(control)
    found = gather(onemap, control)
    assert found.drives == ()
    assert [number for number, _ in found.passed_over] == [NUMBER]
    assert "早已改名路" in Catalogue.load("zh").word(found.passed_over[0][1])


def test_a_drill_that_has_not_begun_has_no_drives(control: Control, folder: Path) -> None:
    assert drives_of(load_onemap(folder), running.state(control, NUMBER)) == ()


def test_an_archived_drill_counts_for_who_took_part(control: Control, folder: Path) -> None:
    """The district, the teams that came, the body at whose place it was; not before archived."""
    played(control)
    onemap = load_onemap(folder)
    rules = load_drill_rules()
    assert archived_drills(onemap, control, rules) == ((), ())
    with open_log(control.drill(NUMBER) / "log.sqlite") as log:
        write(log, "导调", "archived", {})
    held, unread = archived_drills(onemap, control, rules)
    assert unread == ()
    assert {(one.layer, one.id) for one in held} == {
        ("district", ""), ("team", "T1"), ("team", "T2"), ("team", "NOBODY"),
    }  # fmt: skip
    assert {one.day.isoformat() for one in held if one.day} == {"2026-09-16"}
    (control.drill(NUMBER) / "opened.json").write_text("{", encoding="utf-8")
    held, unread = archived_drills(onemap, control, rules)
    assert (held, [number for number, _ in unread]) == ((), [NUMBER])
