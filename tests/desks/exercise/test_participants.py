"""The draw in the log: who may do what, and when; each other way gets its sentence."""

from pathlib import Path

import pytest

from desks.exercise.drafts import write_draft
from desks.exercise.drawing import commit_of
from desks.exercise.participants import (
    MOST,
    commit,
    draw_of,
    reveal,
    throw,
    void,
)
from desks.exercise.standing import VOIDS_ALLOWED, begin, current
from geodata.faults import UserError
from tests.desks.exercise.sealed import NAMES, NUMBER, Desk, future_pool, new_desk, now

ONE, TWO, THREE = NAMES
N1, N2, N3 = b"\1" * 32, b"\2" * 32, b"\3" * 32


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pad to 8 KiB: how large the bucket is is tested with the seal."""
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 8192)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = new_desk(tmp_path)
    made.seal()
    return made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a sealed drill to which nothing is written: every test of it is refused."""
    made = new_desk(tmp_path_factory.mktemp("kept"))
    made.seal()
    return made


@pytest.fixture(scope="module")
def kept_committed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a drill to which three committed, and to which nothing more is written."""
    made = new_desk(tmp_path_factory.mktemp("committed"))
    made.seal()
    committed(made)
    return made


def committed(desk: Desk) -> None:
    for name, nonce, value in zip(NAMES, (N1, N2, N3), "红黄蓝", strict=True):
        commit(desk.log, name, commit_of(nonce, value), at=now())


def test_a_draw_is_complete_when_the_last_one_has_revealed(desk: Desk) -> None:
    committed(desk)
    assert reveal(desk.log, THREE, N3.hex(), "蓝", at=now()).order == ()
    draw = reveal(desk.log, ONE, N1.hex(), "红", at=now())
    assert (draw.missing, draw.order) == ((TWO,), ())
    draw = reveal(desk.log, TWO, N2.hex(), "黄", at=now())
    assert draw.order == NAMES
    assert draw.values == {ONE: "红", TWO: "黄", THREE: "蓝"}
    last = desk.entries()[-1]
    assert last.kind == "drawn"
    assert last.told["values order"] == list(NAMES)
    assert set(last.told) == {"values order", "digest_input"}, "no result before it is opened"


def test_nothing_is_drawn_before_the_seal(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    write_draft(desk.control, NUMBER, future_pool())
    with pytest.raises(UserError, match="not sealed yet"):
        commit(desk.log, ONE, commit_of(N1, "红"), at=now())


@pytest.mark.parametrize("name", [ONE, f" {ONE} ", "示 例 甲", "示例甲\u3000"])
def test_nobody_commits_twice_however_the_name_is_written(desk: Desk, name: str) -> None:
    commit(desk.log, ONE, commit_of(N1, "红"), at=now())
    with pytest.raises(UserError, match="has committed already"):
        commit(desk.log, name, commit_of(N2, "黄"), at=now())


def test_names_of_another_width_or_case_are_the_same_person(desk: Desk) -> None:
    commit(desk.log, "Ada Example", commit_of(N1, "x"), at=now())
    for name in ("ADA EXAMPLE", "Ａｄａ Example", "ada  example"):
        with pytest.raises(UserError, match="has committed already"):
            commit(desk.log, name, commit_of(N2, "y"), at=now())


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 61, "a\0b", "a\nb", "a\u202eb", "a\u200bb", "\ud800", "a\u2028b", "\x1b[2J"],
)
def test_hostile_names_are_refused_and_not_written(kept: Desk, name: str) -> None:
    with pytest.raises(UserError):
        commit(kept.log, name, commit_of(N1, "红"), at=now())
    assert [entry.kind for entry in kept.entries()] == ["composed", "sealed"]


@pytest.mark.parametrize("digits", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_commitment_is_64_digits(kept: Desk, digits: str) -> None:
    with pytest.raises(UserError, match="64 digits"):
        commit(kept.log, ONE, digits, at=now())


def test_the_commitment_of_another_is_refused(desk: Desk) -> None:
    """Who copies it would reveal after the other one has, word for word."""
    commit(desk.log, ONE, commit_of(N1, "红"), at=now())
    with pytest.raises(UserError, match="commitment of another"):
        commit(desk.log, TWO, commit_of(N1, "红"), at=now())


def test_nobody_reveals_before_two_have_committed(desk: Desk) -> None:
    commit(desk.log, ONE, commit_of(N1, "红"), at=now())
    with pytest.raises(UserError, match="Fewer than 2"):
        reveal(desk.log, ONE, N1.hex(), "红", at=now())


def test_nobody_commits_after_the_first_reveal(desk: Desk) -> None:
    committed(desk)
    reveal(desk.log, ONE, N1.hex(), "红", at=now())
    with pytest.raises(UserError, match="revealed already"):
        commit(desk.log, "示例丁", commit_of(b"\4" * 32, "绿"), at=now())


@pytest.mark.parametrize(
    ("nonce", "value"),
    [
        (N1.hex(), "黄"),
        (N2.hex(), "红"),
        ("", "红"),
        ("zz" * 32, "红"),
        (N1.hex().upper() + "A", "红"),
        (N1.hex(), "红 "),
        (N1.hex(), ""),
        (N1.hex(), "\ud800"),
        (N1.hex(), "红\n"),
        (N1.hex(), "红" * 201),
    ],
)
def test_who_reveals_something_else_is_refused(
    kept_committed: Desk, nonce: str, value: str
) -> None:
    with pytest.raises(UserError):
        reveal(kept_committed.log, ONE, nonce, value, at=now())
    assert "revealed" not in {entry.kind for entry in kept_committed.entries()}


def test_a_stranger_reveals_nothing(desk: Desk) -> None:
    committed(desk)
    with pytest.raises(UserError, match="Nobody of this name"):
        reveal(desk.log, "示例丁", N1.hex(), "红", at=now())


def test_a_complete_draw_is_never_repeated(desk: Desk) -> None:
    desk.draw()
    with pytest.raises(UserError, match="never repeated"):
        commit(desk.log, "示例丁", commit_of(N1, "红"), at=now())
    with pytest.raises(UserError, match="never repeated"):
        void(desk.log, "示例丁", at=now())
    with pytest.raises(UserError, match="never repeated"):
        throw(desk.log, {"a": "1", "b": "2"}, at=now())


def test_power_lost_between_the_last_value_and_the_result(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revealing the same again writes what is missing, and no second value."""
    committed(desk)
    reveal(desk.log, ONE, N1.hex(), "红", at=now())
    reveal(desk.log, TWO, N2.hex(), "黄", at=now())
    with monkeypatch.context() as patch:
        patch.setattr("desks.exercise.participants.complete", lambda _: None)
        reveal(desk.log, THREE, N3.hex(), "蓝", at=now())
    assert desk.entries()[-1].kind == "revealed"
    assert reveal(desk.log, ONE, N1.hex(), "红", at=now()).order == NAMES
    kinds = [entry.kind for entry in desk.entries()]
    assert (kinds.count("revealed"), kinds.count("drawn")) == (3, 1)


def test_who_does_not_reveal_is_named_and_voids_the_draw(desk: Desk) -> None:
    committed(desk)
    reveal(desk.log, TWO, N2.hex(), "黄", at=now())
    assert void(desk.log, "导演", at=now()) == (ONE, THREE)
    told = desk.entries()[-1]
    assert (told.kind, told.told) == ("voided", {"names": [ONE, THREE], "count": 1})
    with pytest.raises(UserError, match="needs a new seal"):
        reveal(desk.log, ONE, N1.hex(), "红", at=now())
    with pytest.raises(UserError, match="needs a new seal"):
        commit(desk.log, ONE, commit_of(N1, "红"), at=now())


def test_nothing_is_voided_that_nobody_holds_up(desk: Desk) -> None:
    with pytest.raises(UserError, match="nobody who committed"):
        void(desk.log, "导演", at=now())


def test_a_new_seal_draws_anew_in_the_same_log_until_too_many_were_voided(desk: Desk) -> None:
    first = desk.told()[0].commitment
    for count in range(1, VOIDS_ALLOWED + 2):
        committed(desk)
        void(desk.log, "导演", at=now())
        assert desk.entries()[-1].told["count"] == count
        assert current(desk.entries()) == ()
        if count <= VOIDS_ALLOWED:
            desk.seal()
            (notice,) = desk.told()
            assert notice.commitment != first
            assert draw_of(desk.entries()).commits == {}
    with pytest.raises(UserError, match="3 draws of this drill were voided"):
        desk.seal()
    old = list(desk.control.drill(NUMBER).glob("sealed-*.json"))
    assert len(old) == VOIDS_ALLOWED, "the envelopes of voided draws stay as evidence"


def test_dice_are_thrown_by_all_at_once(desk: Desk) -> None:
    draw = throw(desk.log, {ONE: "3", TWO: "6"}, at=now())
    assert draw.order == (ONE, TWO)
    kinds = [entry.kind for entry in desk.entries()][2:]
    assert kinds == ["committed", "committed", "revealed", "revealed", "drawn"]


def test_dice_after_a_commitment_or_of_one_are_refused(desk: Desk) -> None:
    for few in ({}, {ONE: "3"}):
        with pytest.raises(UserError, match="At least 2"):
            throw(desk.log, few, at=now())
    for bad in ("", "\0", "3\n"):
        with pytest.raises(UserError, match="signs that can be seen"):
            throw(desk.log, {ONE: "3", TWO: bad}, at=now())
    commit(desk.log, THREE, commit_of(N1, "红"), at=now())
    with pytest.raises(UserError, match="by all at once"):
        throw(desk.log, {ONE: "3", TWO: "6"}, at=now())


def test_dice_of_two_of_one_name_are_not_half_written(desk: Desk) -> None:
    with pytest.raises(UserError, match="same name"):
        throw(desk.log, {ONE: "3", f"{ONE} ": "6"}, at=now())
    assert desk.entries()[-1].kind == "sealed"


def test_two_desks_that_write_at_once_lose_no_commitment(desk: Desk) -> None:
    with begin(desk.log, now()) as turn:
        commit(desk.log, ONE, commit_of(N1, "红"), at=now())
        with pytest.raises(UserError, match="Somebody else wrote"):
            turn.write(TWO, "committed", {"name": TWO, "commit": commit_of(N2, "黄")}, key=TWO)
    assert tuple(draw_of(desk.entries()).commits) == (ONE,)


def test_more_participants_than_a_room_holds_are_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST >= 20
    monkeypatch.setattr("desks.exercise.participants.MOST", 3)
    committed(desk)
    with pytest.raises(UserError, match="at most 3"):
        commit(desk.log, "示例丁", commit_of(b"\4" * 32, "绿"), at=now())
