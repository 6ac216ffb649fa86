"""Which drill control's page shows when nobody chose one yet."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit

from desks.exercise.drafts import LOG
from desks.exercise.folder import Control
from desks.exercise.log import create_log, entries, open_log, write
from ui.control import desk


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    """Return a folder without drills, and a session in which nothing was chosen."""
    monkeypatch.setattr(streamlit, "session_state", {})
    (tmp_path / "drills").mkdir()
    return Control(tmp_path, tmp_path)


def drill(control: Control, number: str, *kinds: str) -> None:
    place = control.drill(number)
    place.mkdir()
    with create_log(place / LOG) as log:
        for kind in kinds:
            at = datetime.now(tz=UTC).isoformat()
            write(log, "甲一", kind, {"t0": at} if kind == "started" else {"at": at})


def test_reading_a_log_does_not_bring_its_drill_onto_the_page(control: Control) -> None:
    drill(control, "2", "composed")
    drill(control, "1", "composed")
    with open_log(control.drill("2") / LOG) as log:
        entries(log)
    os.utime(control.drill("2"))
    assert desk.chosen(control) == "1"


def test_a_drill_that_is_on_comes_before_one_begun_after_it(control: Control) -> None:
    drill(control, "1", "opened", "started", "paused")
    drill(control, "2", "opened", "started", "aborted")
    drill(control, "3", "composed")
    assert desk.chosen(control) == "1"


def test_the_drill_on_the_page_stays_when_another_one_writes(control: Control) -> None:
    drill(control, "1", "opened", "started")
    assert desk.chosen(control) == "1"
    drill(control, "2", "opened", "started")
    assert desk.chosen(control) == "1"


def test_a_log_that_nobody_can_read_hides_no_other_drill(control: Control) -> None:
    drill(control, "1", "composed")
    control.drill("2").mkdir()
    (control.drill("2") / LOG).write_bytes(b"nothing")
    control.drill("3").mkdir()
    assert desk.chosen(control) == "1"


def test_without_a_drill_a_new_one_is_offered_until_there_is_one(control: Control) -> None:
    assert desk.chosen(control) == desk.NEW
    drill(control, "1", "composed")
    assert desk.chosen(control) == "1"
