"""From the envelope to the end: a drill that was sealed, drawn and opened runs as it was sealed."""

from datetime import timedelta
from pathlib import Path

import pytest

from desks.exercise import running
from desks.exercise.log import open_log
from desks.exercise.opened import opened_path
from desks.exercise.opening import open_drill
from desks.exercise.running import state
from geodata.faults import UserError
from tests.desks.exercise.drills import require_whole, shown
from tests.desks.exercise.sealed import NUMBER, SAME_MAP, Desk, new_desk, now, soon


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path)


def test_a_sealed_drill_cannot_be_begun_before_it_is_opened(desk: Desk) -> None:
    desk.seal()
    desk.draw()
    with pytest.raises(UserError, match="not been opened"):
        running.start(desk.control, NUMBER, soon())


def test_a_drill_runs_as_it_was_sealed_and_drawn(desk: Desk) -> None:
    """Row S4-4: sealed, drawn, opened at T0 by two keys, run, and one unbroken log of it all."""
    commitment = desk.seal().commitment
    desk.draw()
    drawn = open_drill(desk.control, NUMBER, desk.identities[:2], SAME_MAP, at=now(), early=True)
    assert not opened_path(desk.control, NUMBER).stat().st_mode & 0o077
    (sealed,) = desk.told()
    begun = now() + timedelta(seconds=1)
    running.start(desk.control, NUMBER, begun)
    run = state(desk.control, NUMBER)
    assert (run.scenario, run.commitment, run.t0) == (drawn, commitment, begun)
    (told,) = desk.told()
    assert (told.sealed_on, told.commitment) == (sealed.sealed_on, commitment)
    assert (sealed.state, told.state, told.started) == ("sealed", "running", begun.isoformat())
    assert [one.key for one in shown(desk.control)] == ["I1"]
    running.end(desk.control, NUMBER, begun + timedelta(minutes=20))
    with open_log(desk.log) as log:
        assert log.verify().intact
    require_whole(desk.control)
