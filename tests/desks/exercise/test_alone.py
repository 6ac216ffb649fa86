"""Two directors at once: what one of them did is not lost to the other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from desks.exercise import alone as lock
from desks.exercise import drafts, inspections_kept, officers
from desks.exercise.alone import alone
from desks.exercise.drafts import DRAFT_KEY, LOG, make_draft_key, read_draft, write_draft
from desks.exercise.folder import Control, create_control
from desks.exercise.inspections_kept import announce_kept, draw_kept, file_of, inspection
from desks.exercise.keys import new_identity, recipient_of
from desks.exercise.log import entries, open_log
from desks.exercise.officers import OFFICES, Officer, enrol, read_officers
from geodata.faults import UserError
from tests.desks.exercise.pools import pool
from tests.desks.exercise.test_inspections import WANTED, a_map
from tests.desks.exercise.test_inspections_kept import DAY


@pytest.fixture
def control(tmp_path: Path) -> Control:
    (tmp_path / "district").mkdir()
    return create_control(tmp_path / "control", tmp_path / "district")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Return what each act of a thread of its own came to, its fault where it was refused."""

    def done(act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the act returns
        try:
            return act()
        except UserError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool_of_threads:
        return list(pool_of_threads.map(done, acts))


def slowed(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:  # noqa: ANN401 - a module
    """Let a function of a module take a moment, so that both get between look and write."""
    real = getattr(module, name)

    def slow(*told: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is
        time.sleep(0.2)
        return real(*told, **named)

    monkeypatch.setattr(module, name, slow)


def test_no_officer_is_lost(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    slowed(monkeypatch, officers, "_write")
    three = [
        Officer(name, office, recipient_of(new_identity()))
        for name, office in zip("甲乙丙", OFFICES, strict=True)
    ]
    at_once(*((lambda one=one: enrol(control, one)) for one in three))
    assert read_officers(control) == tuple(three)


def test_a_draw_is_never_written_over(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    number = announce_kept(control, a_map(), WANTED, DAY).number
    slowed(monkeypatch, inspections_kept, "_write")
    found = at_once(
        lambda: draw_kept(control, number, ("5", "3", "6")),
        lambda: draw_kept(control, number, ("1", "1", "1")),
    )
    (told,) = [one for one in found if isinstance(one, UserError)]
    assert "drawn already" in str(told)
    (drawn,) = [one for one in found if not isinstance(one, UserError)]
    assert inspection(control, number) == drawn


def test_two_announced_at_once_have_two_numbers(control: Control) -> None:
    (control.folder / "inspections").mkdir()
    found = at_once(*(lambda: announce_kept(control, a_map(), WANTED, DAY),) * 4)
    assert len({one.number for one in found}) == len(found)
    for one in found:
        assert file_of(control, one.number)[1]


def test_there_is_one_draft_key_and_nobody_is_refused(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowed(monkeypatch, drafts, "write_once")
    assert at_once(*(lambda: make_draft_key(control),) * 3) == [None] * 3
    assert (control.folder / DRAFT_KEY).is_file()


def test_a_log_is_made_once_and_both_stand_in_it(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowed(monkeypatch, drafts, "create_log")
    made = pool()
    place = control.drill("2026-1") / LOG

    found = at_once(
        lambda: write_draft(control, "2026-1", made, who="甲"),
        lambda: write_draft(control, "2026-1", made, who="乙"),
    )
    written = [one for one in found if not isinstance(one, UserError)]
    assert written
    with open_log(place) as log:
        assert len(entries(log)) == len(written), "a line of the first log is gone"
    assert read_draft(control, "2026-1").drill == "2026-1"


def test_who_does_not_come_to_an_end_is_told_and_one_that_died_is_not_waited_for(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_S", 0.05)
    with alone(control), pytest.raises(UserError, match="Somebody else is writing"), alone(control):
        pass
    with pytest.raises(RuntimeError), alone(control):
        raise RuntimeError
    with alone(control):
        assert (control.folder / lock.LOCK).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_gone_gets_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="cannot be written"),
        alone(Control(tmp_path / "none", tmp_path)),
    ):
        pass
