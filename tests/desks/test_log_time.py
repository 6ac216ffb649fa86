"""Lines of a log while the clock is set back: in order, and never refused for it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desks.command.journal import Entry, Intake, call_entry, open_incident, read_log, tell, told
from desks.command.log_time import SLIP, TICK, answer_time, line_time
from desks.stock import CHINA
from geodata.store import Author, create_store

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=CHINA)
ME = Author("林晏", "值班")
STATION = ("fire_station", "XF-001", "特勤二站")


def line(at: datetime) -> Entry:
    return Entry("", "SJ-1", "note", at, "林晏", "x")


def test_a_line_comes_after_the_last_where_the_clock_slipped_back() -> None:
    log = [line(NOON - timedelta(hours=1)), line(NOON)]
    assert line_time([], NOON) == NOON
    assert line_time(log, NOON + TICK) == NOON + TICK
    for slip in (timedelta(0), timedelta(seconds=3), SLIP):
        assert line_time(log, NOON - slip) == NOON + TICK


def test_one_line_far_ahead_dates_no_other() -> None:
    """Another post's clock of next year must not stop this one's."""
    assert line_time([line(NOON)], NOON - SLIP - TICK) == NOON - SLIP - TICK


@pytest.mark.parametrize("back", [timedelta(seconds=3), timedelta(hours=1)])
def test_a_true_answer_is_taken_whatever_the_clock(tmp_path: Path, back: timedelta) -> None:
    """Nobody could say for an hour that a body had answered, after an hour's correction."""
    with create_store(tmp_path / "register.sqlite") as store:
        case = open_incident(store, ME, Intake(NOON, at_deg=(113.0, 23.0)), at=NOON)
        tell(store, ME, call_entry(case, STATION, "sent", at=NOON, who="林晏"))
        at = answer_time(read_log(store, case), STATION[:2], NOON - back)
        tell(store, ME, call_entry(case, STATION, "acknowledged", at=at, who="林晏"))
        (station,) = told(read_log(store, case))
        assert station.sent == NOON
        assert station.acknowledged is not None
        assert NOON <= station.acknowledged <= NOON + TICK


def test_an_answer_after_the_call_keeps_its_time() -> None:
    sent = call_entry("SJ-1", STATION, "sent", at=NOON, who="林晏")
    assert answer_time([sent], STATION[:2], NOON + SLIP) == NOON + SLIP
    assert answer_time([], STATION[:2], NOON) == NOON
