"""Drafts: locked, of one size, gone once sealed; and who comes second is told so."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desks.exercise.drafts import (
    DRAFT,
    DRAFT_KEY,
    LOG,
    destroy_draft,
    has_draft,
    pool_text,
    read_draft,
    write_draft,
)
from desks.exercise.folder import Control, create_control
from desks.exercise.keys import new_identity
from desks.exercise.log import entries, open_log, write
from desks.exercise.padding import BUCKET_BYTES, padded, unpadded
from desks.exercise.scenario import pool_document
from desks.exercise.standing import begin
from geodata.faults import UserError
from tests.desks.exercise.pools import pool, scenario


@pytest.fixture
def control(tmp_path: Path) -> Control:
    (tmp_path / "district").mkdir()
    return create_control(tmp_path / "control", tmp_path / "district")


def test_a_draft_comes_back_as_it_was_and_its_file_shows_nothing(control: Control) -> None:
    made = pool()
    place = write_draft(control, "2026-1", made)
    assert pool_document(read_draft(control, "2026-1")) == pool_document(made)
    data = place.read_bytes()
    assert b"2026-1" not in data
    assert "示例".encode() not in data
    for name in (control.folder / DRAFT_KEY, place):
        assert stat.S_IMODE(name.stat().st_mode) == 0o600
    with open_log(control.drill("2026-1") / LOG) as log:
        (entry,) = entries(log)
    assert entry.kind == "composed"
    assert entry.told == {
        "pool": 3, "map_stamp": made.map_stamp, "speed_model": made.speed_model,
    }  # fmt: skip


def test_the_size_of_a_draft_tells_nothing(control: Control) -> None:
    """The head of an age file holds a stanza of random length; all that follows is as long."""
    sizes = set()
    for count in (1, 2, 40, 100):
        data = write_draft(control, f"n{count}", pool(count, f"n{count}")).read_bytes()
        head, _, rest = data.partition(b"\n--- ")
        assert len(head) < 1_000
        sizes.add(len(rest))
    assert len(sizes) == 1


def test_composing_again_replaces_the_draft_and_both_stand_in_the_log(control: Control) -> None:
    write_draft(control, "2026-1", pool(3))
    write_draft(control, "2026-1", pool(5))
    assert len(read_draft(control, "2026-1").scenarios) == 5
    with open_log(control.drill("2026-1") / LOG) as log:
        assert [entry.told["pool"] for entry in entries(log)] == [3, 5]


def test_a_destroyed_draft_is_gone_and_was_written_over(control: Control, tmp_path: Path) -> None:
    place = write_draft(control, "2026-1", pool())
    twin = tmp_path / "same-inode"
    twin.hardlink_to(place)
    before = place.read_bytes()
    destroy_draft(control, "2026-1")
    destroy_draft(control, "2026-1")
    assert not has_draft(control, "2026-1")
    assert len(twin.read_bytes()) == len(before)
    assert twin.read_bytes() != before
    with pytest.raises(UserError, match="no draft of this drill"):
        read_draft(control, "2026-1")


def test_another_draft_key_or_a_changed_draft_opens_nothing(control: Control) -> None:
    place = write_draft(control, "2026-1", pool())
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(bytes(data))
    with pytest.raises(UserError, match="cannot be opened"):
        read_draft(control, "2026-1")
    write_draft(control, "2026-1", pool())
    (control.folder / DRAFT_KEY).write_text(new_identity())
    with pytest.raises(UserError, match="cannot be opened"):
        read_draft(control, "2026-1")
    (control.folder / DRAFT_KEY).chmod(0o644)
    with pytest.raises(UserError, match="Others on this machine"):
        read_draft(control, "2026-1")


def test_a_draft_under_another_number_is_refused(control: Control) -> None:
    with pytest.raises(UserError, match="of another drill"):
        write_draft(control, "2026-2", pool(drill="2026-1"))
    place = write_draft(control, "2026-1", pool())
    write_draft(control, "2026-2", pool(drill="2026-2"))
    (control.drill("2026-2") / DRAFT).write_bytes(place.read_bytes())
    with pytest.raises(UserError, match="of another drill"):
        read_draft(control, "2026-2")


@pytest.mark.parametrize("number", ["../x", "", "a/b", "x" * 41, "演练", "-a", "a\0"])
def test_hostile_numbers_leave_the_folder_alone(control: Control, number: str) -> None:
    with pytest.raises(UserError):
        write_draft(control, number, pool(drill=number))
    assert control.drills == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"seed": "no seed"},
        {"t0": "2026-11-23T09:00:00"},
        {"scenarios": ()},
        {"scenarios": (scenario(1), scenario(1))},
        {"scenarios": (scenario(1, first_p50_ms=float("nan")),)},
        {"scenarios": (scenario(1, title="\ud800"),)},
        {"scenarios": (scenario(1, at_deg=(113, 23)),)},
        {"asked": {"x": float("inf")}},
    ],
)
def test_a_pool_that_could_not_be_read_again_is_not_kept(
    control: Control, bad: dict[str, object]
) -> None:
    """What is sealed and cannot be opened on the day would be found out on the day."""
    with pytest.raises(UserError):
        write_draft(control, "2026-1", replace(pool(), **bad))  # type: ignore[arg-type]
    assert not has_draft(control, "2026-1")


def test_what_is_padded_comes_back_and_nothing_else_does() -> None:
    nonce = bytes(range(32))
    for text in (b"", b"x", b"\0\0", b"y" * (BUCKET_BYTES - 40)):
        assert len(padded(nonce, text)) == BUCKET_BYTES
        assert unpadded(padded(nonce, text)) == (nonce, text)
    assert len(padded(nonce, b"y" * (BUCKET_BYTES - 39))) == 2 * BUCKET_BYTES
    whole = padded(nonce, b"text")
    assert unpadded(whole[:-1]) is None
    assert unpadded(whole + b"\0") is None
    assert unpadded(whole[:-1] + b"\1") is None
    assert unpadded(b"") is None
    assert unpadded(whole[:32] + b"\xff" * 8 + whole[40:]) is None
    with pytest.raises(ValueError, match="31"):
        padded(nonce[:31], b"")


def test_two_directors_at_once_the_second_is_told(control: Control) -> None:
    write_draft(control, "2026-1", pool())
    place = control.drill("2026-1") / LOG
    now = datetime.now(tz=UTC)
    with begin(place, now) as one, begin(place, now) as other:
        one.write("甲", "noted", {"text": "1"})
        one.write("甲", "noted", {"text": "2"})
        with pytest.raises(UserError, match="Somebody else wrote"):
            other.write("乙", "noted", {"text": "3"})
    with open_log(place) as log:
        assert [entry.who for entry in entries(log)] == ["control", "甲", "甲"]


def test_a_clock_that_was_set_back_is_told_with_both_times(control: Control) -> None:
    write_draft(control, "2026-1", pool())
    place = control.drill("2026-1") / LOG
    with open_log(place) as log:
        write(log, "甲", "noted", {"text": "1"})
    early = datetime.now(tz=UTC) - timedelta(hours=1)
    with pytest.raises(UserError, match="it was set back"), begin(place, early):
        pass
    with begin(place, datetime.now(tz=UTC) - timedelta(seconds=1)) as turn:
        assert len(turn.entries) == 2


def test_the_text_of_a_pool_is_one_text() -> None:
    assert pool_text(pool()) == pool_text(pool())
    assert b"\n" not in pool_text(pool())[:200]
