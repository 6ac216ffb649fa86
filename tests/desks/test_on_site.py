"""Teams on site: one line each, the first one counts, whoever presses twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desks.command.journal import Intake, close, open_incident, read_log, told
from desks.command.on_site import arrival, arrive, arrived
from desks.stock import CHINA
from geodata.faults import UserError
from geodata.store import Author, Store, create_store

ME = Author("林晏", "值班")
NOON = datetime(2026, 9, 16, 12, 0, tzinfo=CHINA)
TEAM = ("team", "TEAM-003", "云溪区危化救援队")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as store:
        yield store


def test_a_team_reports_once_and_its_first_time_stays(store: Store) -> None:
    """Row S2-3: who is on site since when; a second press writes nothing."""
    case = open_incident(store, ME, Intake(NOON, place="水厂"), at=NOON)
    first = arrival(case, TEAM, at=NOON + timedelta(minutes=7), who="队长")
    assert len(arrive(store, ME, first)) == 1
    again = arrival(case, TEAM, at=NOON + timedelta(minutes=9), who="林晏")
    assert arrive(store, ME, again) == ()
    log = read_log(store, case)
    assert arrived(log) == {TEAM[:2]: NOON + timedelta(minutes=7)}
    line = next(entry for entry in log if entry.kind == "arrived")
    assert (line.who, line.text) == ("队长", TEAM[2])
    # A team on site is no body that was called.
    assert told(log) == ()


def test_of_two_posts_lines_the_earlier_counts() -> None:
    lines = [arrival("SJ", TEAM, at=NOON + timedelta(minutes=m), who="x") for m in (9, 7, 8)]
    assert arrived(lines) == {TEAM[:2]: NOON + timedelta(minutes=7)}


def test_nobody_arrives_at_what_is_closed_or_never_was(store: Store) -> None:
    case = open_incident(store, ME, Intake(NOON, place="水厂"), at=NOON)
    close(store, ME, case, "处置完毕", at=NOON)
    for name in (case, "SJ-none"):
        with pytest.raises(UserError):
            arrive(store, ME, arrival(name, TEAM, at=NOON, who="x"))
