"""The log of an incident in a real store: what is taken down, by whom, when, and what never is."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desks.command.journal import (
    ENTRY,
    INCIDENT,
    LONGEST,
    Entry,
    Intake,
    board,
    board_mark,
    call_entry,
    close,
    decide,
    note,
    open_incident,
    read_log,
    report,
    tell,
    told,
    write,
)
from desks.register.roles import ROLES, Role, Viewer, scope_of, unmasking_scope
from desks.stock import CHINA
from geodata.faults import UserError
from geodata.store import Author, Change, Store, create_store, open_store

ME = Author("林晏", "值班")
NOON = datetime(2026, 9, 16, 12, 0, tzinfo=CHINA)
CALL = Intake(
    NOON - timedelta(minutes=3),
    at_deg=(113.0123, 23.0045),
    place="云溪水厂加氯间",
    said="刺鼻气味，有人倒地",
    kind="hazmat_leak",
    substance="液氯",
    quantity_t=1.0,
    hurt_people=2,
    caller="张三丰",
    phone="13800001234",
)
STATION = ("fire_station", "XF-001", "特勤二站")


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with create_store(path) as made:
        yield made


@pytest.fixture
def incident(store: Store) -> str:
    return open_incident(store, ME, CALL, at=NOON)


def test_what_the_caller_said_stands_on_the_board(store: Store, incident: str) -> None:
    """Row S0-16: place, kind, substance, quantity and the hurt, as they were taken down."""
    (shown,) = board(store)
    assert shown.id == incident
    assert shown.at_deg == pytest.approx((113.0123, 23.0045))
    assert (shown.place, shown.said) == ("云溪水厂加氯间", "刺鼻气味，有人倒地")
    assert (shown.kind, shown.substance, shown.quantity_t) == ("hazmat_leak", "液氯", 1.0)
    assert (shown.hurt_people, shown.dead_people) == (2, None)
    assert shown.time == NOON - timedelta(minutes=3)
    assert (shown.opened, shown.opened_by) == (NOON, "林晏")
    assert not shown.drill
    assert shown.closed is None
    assert shown.reports == ()


def test_another_screen_sees_a_new_incident_within_two_seconds(path: Path, store: Store) -> None:
    """Row S0-16: a second process polls the mark, then reads the board."""
    with open_store(path) as screen:
        before = board_mark(screen)
        assert board(screen) == ()
        name = open_incident(store, ME, CALL, at=NOON)
        start = time.monotonic()
        while board_mark(screen) == before:
            assert time.monotonic() - start < 2, "the board stayed as it was"
        assert [one.id for one in board(screen)] == [name]
        assert time.monotonic() - start < 2


def test_the_mark_changes_with_every_line_and_with_nothing_else(
    store: Store, incident: str
) -> None:
    marks = [board_mark(store)]
    note(store, ME, incident, "风转东北", at=later(5))
    marks.append(board_mark(store))
    decide(store, ME, incident, "疏散 500 米", at=later(9))
    marks.append(board_mark(store))
    assert len(set(marks)) == 3
    store.edit(ME, [Change("add", "shelter", "B1", props={"name": "渡口"}, shape=None)])
    store.note(ME, "unmask", {"records": []})
    assert board_mark(store) == marks[-1], "an edit of the register does not wake the board"


def test_the_caller_is_encrypted_and_in_no_line(store: Store, path: Path, incident: str) -> None:
    """Who reported stands nowhere in clear: neither on the board nor in the chain nor on disk."""
    note(store, ME, incident, "第二次来电", at=later(60))
    shown = json.dumps([repr(board(store)), repr(read_log(store, incident))], ensure_ascii=False)
    chain = repr(store.events())
    store.seal_file()
    disk = path.read_bytes()
    for secret in ("张三丰", "13800001234"):
        assert secret not in shown
        assert secret not in chain
        assert secret.encode() not in disk
    clear = store.personal(INCIDENT, [incident])[incident]
    assert clear == {"contact": "张三丰", "phone": "13800001234"}


def test_the_caller_can_be_forgotten_and_the_log_stays(store: Store, incident: str) -> None:
    assert store.erase(ME, INCIDENT, incident) == 1
    assert store.personal(INCIDENT, [incident]).get(incident, {}) == {}
    assert [entry.kind for entry in read_log(store, incident)] == ["intake"]
    assert store.verify().intact


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_board_and_none_the_callers_number(
    store: Store, incident: str, role: Role
) -> None:
    """Row S0-16: visible to all roles; the telephone only through a logged unmasking."""
    scope = scope_of(Viewer("x", role), {})
    assert [one.id for one in board(store, scope=scope)] == [incident]
    assert len(read_log(store, incident, scope=scope)) == 1
    masked = store.personal(INCIDENT, [incident], scope=scope).get(incident, {})
    assert set(masked.values()) <= {""}


@pytest.mark.parametrize(
    ("viewer", "may"),
    [
        (Viewer("x", "viewer"), False),
        (Viewer("x", "viewer", on_duty=True), True),
        (Viewer("x", "editor"), False),
        (Viewer("x", "editor", on_duty=True), True),
        (Viewer("x", "director"), True),
        (Viewer("x", "auditor"), False),
    ],
)
def test_the_callers_number_is_for_who_runs_the_incident(
    store: Store, incident: str, viewer: Viewer, *, may: bool
) -> None:
    clear = store.personal(INCIDENT, [incident], scope=unmasking_scope(viewer, {}))
    assert (clear.get(incident, {}).get("phone") == "13800001234") == may


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_write_takes_down_no_call(store: Store, role: Role) -> None:
    scope = scope_of(Viewer("x", role), {})
    if role in {"viewer", "auditor"}:
        with pytest.raises(UserError):
            open_incident(store, ME, CALL, at=NOON, scope=scope)
        assert board(store) == ()
        return
    name = open_incident(store, ME, CALL, at=NOON, scope=scope)
    decide(store, ME, name, "派一号队", at=later(1), scope=scope)
    assert len(read_log(store, name)) == 2


def test_every_decision_has_its_time_and_who_took_it(store: Store, incident: str) -> None:
    """Row S2-3: the log is in the order of what happened, not of what was typed first."""
    decide(store, Author("林晏", "指挥"), incident, "派 1、2 号队", at=later(31.4))
    decide(store, Author("周岚", "指挥"), incident, "封闭滨江大道", at=later(20))
    lines = [(e.at, e.who, e.text) for e in read_log(store, incident) if e.kind == "decision"]
    assert lines == [
        (later(20), "周岚", "封闭滨江大道"),
        (later(31.4), "林晏", "派 1、2 号队"),
    ]


def test_each_call_shows_when_it_was_sent_and_answered(store: Store, incident: str) -> None:
    """Row S2-3: sent and acknowledged times of each body; the first of several counts."""
    for state, seconds in (("sent", 10), ("unanswered", 25), ("sent", 30), ("acknowledged", 41),
                           ("acknowledged", 99)):  # fmt: skip
        tell(store, ME, call_entry(incident, STATION, state, at=later(seconds), who="林晏"))  # type: ignore[arg-type]
    tell(store, ME, call_entry(incident, ("department", "LD-1", "环保"), "sent", at=later(50),
                               who="林晏"))  # fmt: skip
    station, bureau = told(read_log(store, incident))
    assert (station.layer, station.record) == STATION[:2]
    assert (station.sent, station.acknowledged, station.unanswered) == (later(10), later(41), 1)
    assert (bureau.sent, bureau.acknowledged) == (later(50), None)


def test_nobody_answers_what_was_not_sent(store: Store, incident: str) -> None:
    early = call_entry(incident, STATION, "acknowledged", at=later(5), who="林晏")
    with pytest.raises(UserError, match="Nothing had been sent"):
        tell(store, ME, early)
    tell(store, ME, call_entry(incident, STATION, "sent", at=later(10), who="林晏"))
    with pytest.raises(UserError, match="Nothing had been sent"):
        tell(store, ME, early)
    with pytest.raises(UserError, match="no call"):
        tell(store, ME, replace(early, state="shouted"))
    assert len(read_log(store, incident)) == 2


def test_the_log_only_grows_and_a_changed_line_shows(store: Store, incident: str) -> None:
    """Append-only: no function changes a line; a change made past them is told and provable."""
    decide(store, ME, incident, "派 1 号队", at=later(1))
    line = read_log(store, incident)[-1]
    assert not line.altered
    store.edit(Author("mallory", ""), [Change("set", ENTRY, line.id, 1, {"text": "没有决定"})])
    changed = read_log(store, incident)[-1]
    assert changed.altered
    history = store.history(ENTRY, line.id)
    assert [event.who for event in history] == ["林晏", "mallory"]
    assert history[1].before["props"]["text"] == "派 1 号队"
    assert store.verify().intact


def test_the_head_to_print_is_that_of_the_chain(store: Store, incident: str) -> None:
    head = board_mark(store)
    assert head == store.events()[-1].hash
    assert store.events()[-1].id.startswith(incident)


def test_a_closed_incident_leaves_the_board_and_takes_only_notes(
    store: Store, incident: str
) -> None:
    close(store, ME, incident, "现场移交", at=later(3600))
    assert board(store) == ()
    (over,) = board(store, closed=True)
    assert over.closed == later(3600)
    for writing in (decide, close):
        with pytest.raises(UserError, match="closed"):
            writing(store, ME, incident, "再派一队", at=later(3700))
    note(store, ME, incident, "总结会 15 时", at=later(3700))
    final = Entry("", incident, "report", later(4000), "林晏", "终报全文", stage="final")
    report(store, ME, final)
    assert [e.kind for e in read_log(store, incident)] == ["intake", "close", "note", "report"]
    assert board(store, closed=True)[0].reports == (("final", later(4000)),)


def test_a_report_is_in_the_log_and_marked_on_the_board(store: Store, incident: str) -> None:
    first = Entry("", incident, "report", later(1200), "林晏", "一" * 9000, stage="first")
    report(store, ME, first)
    assert board(store)[0].reports == (("first", later(1200)),)
    assert read_log(store, incident)[-1].text == "一" * 9000, "a report may be long"


def test_a_drill_stays_a_drill(store: Store) -> None:
    name = open_incident(store, ME, replace(CALL, drill=True), at=NOON)
    assert board(store)[0].drill
    decide(store, ME, name, "派队", at=later(5))
    assert board(store)[0].drill


def test_the_newest_incident_is_on_top(store: Store) -> None:
    names = [open_incident(store, ME, CALL, at=later(60 * k)) for k in (2, 0, 1)]
    assert [one.id for one in board(store)] == [names[0], names[2], names[1]]
    assert len(set(names)) == 3
    assert len({open_incident(store, ME, CALL, at=NOON) for _ in range(20)}) == 20


def test_logs_of_two_incidents_do_not_mix(store: Store, incident: str) -> None:
    other = open_incident(store, ME, replace(CALL, said="另一处"), at=later(10))
    decide(store, ME, other, "甲", at=later(11))
    assert [entry.text for entry in read_log(store, incident)] == [CALL.said]
    assert [entry.text for entry in read_log(store, other)] == ["另一处", "甲"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place": "", "said": " ", "at_deg": None}, "Neither a place"),
        ({"at_deg": (213.0, 23.0)}, "off the globe"),
        ({"at_deg": (float("nan"), 23.0)}, "off the globe"),
        ({"quantity_t": 0.0}, "above 0"),
        ({"quantity_t": float("inf")}, "above 0"),
        ({"quantity_t": float("nan")}, "above 0"),
        ({"hurt_people": -1}, "fewer than 0"),
        ({"dead_people": -3}, "fewer than 0"),
        ({"kind": "earthquake_on_mars"}, "kind"),
        ({"said": "喂" * (LONGEST + 1)}, "longer than"),
        ({"time": datetime(2026, 9, 16, 12, 0)}, "time zone"),  # noqa: DTZ001 - the fault
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_entered(
    store: Store, change: dict[str, object], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        open_incident(store, ME, replace(CALL, **change), at=NOON)  # type: ignore[arg-type]
    assert store.events() == ()


def test_every_fault_of_an_intake_is_told_at_once(store: Store) -> None:
    wrong = replace(CALL, quantity_t=-1.0, hurt_people=-1, at_deg=(0.0, 99.0))
    with pytest.raises(UserError) as refused:
        open_incident(store, ME, wrong, at=NOON)
    assert {fault.column for fault in refused.value.faults} == {"quantity_t", "hurt_people", "at"}


@pytest.mark.parametrize("text", ["", "   ", "长" * (LONGEST + 1)])
def test_an_empty_or_endless_line_is_refused(store: Store, incident: str, text: str) -> None:
    with pytest.raises(UserError):
        note(store, ME, incident, text, at=NOON)
    assert len(read_log(store, incident)) == 1


def test_lines_of_one_press_are_entered_all_or_none(store: Store, incident: str) -> None:
    good = call_entry(incident, STATION, "sent", at=NOON, who="林晏")
    with pytest.raises(UserError):
        write(store, ME, [good, replace(good, incident="SJ-nowhere")])
    assert len(read_log(store, incident)) == 1
    write(store, ME, [good, replace(good, record="XF-002")])
    assert len(read_log(store, incident)) == 3


def test_an_unknown_incident_is_said_so(store: Store) -> None:
    for writing in (note, decide, close):
        with pytest.raises(UserError, match="no such incident"):
            writing(store, ME, "SJ-0", "x", at=NOON)
    with pytest.raises(UserError, match="no such incident"):
        report(store, ME, Entry("", "SJ-0", "report", NOON, "x", "y", stage="first"))


def test_what_another_post_spoilt_is_still_read(store: Store, incident: str) -> None:
    """A line from a foreign file: no time, a figure that is none, a kind nobody knows."""
    spoilt = {
        "incident": incident, "at": "yesterday", "kind": "shout", "text": 7,
        "facts": ["from_deg north", "speed_ms nan", "cloud 4"],
    }  # fmt: skip
    store.edit(ME, [Change("add", ENTRY, "foreign", props=spoilt, shape=None)])
    line = read_log(store, incident)[0]
    assert (line.kind, line.text, dict(line.facts)) == ("note", "", {"cloud": 4.0})
    store.edit(
        ME,
        [Change("add", INCIDENT, "odd", props={"quantity_t": "viel", "reports": "x"}, shape=None)],
    )
    odd = next(one for one in board(store) if one.id == "odd")
    assert (odd.quantity_t, odd.reports, odd.at_deg) == (None, (), None)


def test_two_posts_without_a_line_take_calls_and_join(tmp_path: Path) -> None:
    """Each post logs on its own; after the exchange both show the same incidents and lines."""
    with create_store(tmp_path / "a.sqlite") as one, create_store(tmp_path / "b.sqlite") as two:
        shared = open_incident(one, ME, CALL, at=NOON)
        one.export_changes(tmp_path / "1.changes")
        two.import_changes(tmp_path / "1.changes", ME)
        decide(one, ME, shared, "甲台决定", at=later(10))
        decide(two, ME, shared, "乙台决定", at=later(5))
        open_incident(two, ME, replace(CALL, said="第二起"), at=later(7))
        one.export_changes(tmp_path / "2.changes")
        two.export_changes(tmp_path / "3.changes")
        assert not two.import_changes(tmp_path / "2.changes", ME).conflicts
        assert not one.import_changes(tmp_path / "3.changes", ME).conflicts
        assert board(one) == board(two)
        texts = [entry.text for entry in read_log(one, shared)]
        assert texts == [CALL.said, "乙台决定", "甲台决定"]
        assert texts == [entry.text for entry in read_log(two, shared)]


def test_the_board_stays_cheap_with_a_long_log(store: Store) -> None:
    """A page polls it: its cost must not grow with the lines of the logs."""
    names = [open_incident(store, ME, CALL, at=later(k)) for k in range(10)]
    write(store, ME, [Entry("", names[0], "note", later(k), "x", f"n{k}") for k in range(300)])
    started = time.process_time()
    for _ in range(10):
        assert len(board(store)) == 10
        board_mark(store)
    assert (time.process_time() - started) / 10 < 0.5


def test_lines_known_at_the_call_are_entered_with_it_or_nothing_is(store: Store) -> None:
    """An incident whose wind was refused alone stood open unseen, and was opened once more."""
    wind = Entry("", "", "wind", later(-60), "林晏", "070° 2 m/s", facts={"from_deg": 70.0})
    with pytest.raises(UserError, match="says nothing"):
        open_incident(store, ME, CALL, at=NOON, lines=[wind, replace(wind, text="")])
    assert store.events() == ()
    name = open_incident(store, ME, CALL, at=NOON, lines=[wind])
    assert [(e.kind, e.incident) for e in read_log(store, name)] == [("wind", name),
                                                                      ("intake", name)]  # fmt: skip
    assert len({event.at for event in store.events()}) == 1
