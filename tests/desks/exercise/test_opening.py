"""Opening: what it needs, what it leaves, and each wrong envelope by name."""

import json
import stat
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.exercise.drafts import DRAFT_KEY, REVEALED
from desks.exercise.drawing import commit_of, drawn
from desks.exercise.envelope import SEALED, envelope_bytes, signed
from desks.exercise.folder import create_control, open_control
from desks.exercise.keys import new_identity
from desks.exercise.log import write
from desks.exercise.opened import read_opened, require_logged
from desks.exercise.opening import map_changed, open_drill, revealed, sealed_of, unseal
from desks.exercise.participants import commit, draw_of, reveal, throw, void
from desks.exercise.printed import note_head
from desks.exercise.scenario import Pool, Scenario, pool_document
from desks.exercise.sealing import seal, sealed_envelope
from geodata.faults import UserError
from geodata.store import open_store
from tests.desks.exercise.sealed import (
    NAMES,
    NUMBER,
    OTHER_MAP,
    SAME_MAP,
    Desk,
    future_pool,
    new_desk,
    now,
    soon,
)
from tests.geodata.exhausted import no_files_left

DAY_AFTER = timedelta(days=1, minutes=1)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pad to 8 KiB: how large the bucket is is tested with the seal."""
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 8192)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path)


def opened(desk: Desk, *, at: datetime | None = None, early: bool = False) -> Scenario:
    moment = at or now() + DAY_AFTER
    return open_drill(desk.control, NUMBER, desk.identities[:2], SAME_MAP, at=moment, early=early)


def ready(desk: Desk, made: Pool | None = None) -> Pool:
    made = made or future_pool(7)
    desk.seal(made)
    desk.draw()
    return made


def test_a_double_blind_drill_from_seal_to_opening(desk: Desk) -> None:
    """Rows S0-5, S4-4: sealed by two of three, drawn by all in public, opened at T0, provable.

    Nobody is told what is drawn, control neither: what runs follows from the sealed seed and all
    values, and the log holds everything with which anyone counts it out again.
    """
    made = future_pool(7)
    envelope = desk.seal(made)
    assert [one.commitment for one in desk.told()] == [envelope.commitment]
    desk.draw(("红", "黄", "蓝"))
    assert {entry.kind for entry in desk.entries()}.isdisjoint({"opened", "started"})
    scenario = opened(desk)
    index, counter = drawn(bytes.fromhex(made.seed), ("红", "黄", "蓝"), 7)
    assert asdict(scenario) == asdict(made.scenarios[index])
    told = desk.entries()[-1].told
    assert told["officers"] == [one.name for one in desk.officers[:2]]
    assert (told["scenario"], told["index"], told["counter"]) == (index + 1, index, counter)
    assert (told["seed"], told["early"], told["map_changed"]) == (made.seed, False, False)
    assert [entry.kind for entry in desk.entries()] == [
        "composed", "sealed", *["committed"] * 3, *["revealed"] * 3, "drawn", "opened",
    ]  # fmt: skip
    with open_store(desk.log) as log:
        assert log.verify().intact


def test_an_opened_scenario_is_not_at_fault_where_the_machine_has_no_files_left(
    desk: Desk,
) -> None:
    ready(desk)
    opened(desk)
    with no_files_left(), pytest.raises(UserError, match="Too many open files") as caught:
        read_opened(desk.control, NUMBER)
    assert "Put the file back" not in str(caught.value)
    assert read_opened(desk.control, NUMBER).drill == NUMBER


def test_what_is_opened_is_read_back_by_who_runs_it(desk: Desk) -> None:
    made = ready(desk)
    scenario = opened(desk)
    held = read_opened(desk.control, NUMBER)
    require_logged(held, desk.entries())
    assert asdict(held.scenario) == asdict(scenario)
    assert (held.t0, held.type) == (made.t0, made.type)
    folder = desk.control.drill(NUMBER)
    for name in ("opened.json", REVEALED):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    told = json.loads((folder / "opened.json").read_bytes())
    assert "scenarios" not in told, "the others of the pool stay locked until the review"
    assert made.seed not in (folder / "opened.json").read_text(encoding="utf-8")


def test_the_review_needs_no_officer(desk: Desk) -> None:
    """A key that is lost between opening and review leaves the drill provable."""
    made = ready(desk)
    with pytest.raises(UserError, match="not been opened yet"):
        revealed(desk.control, NUMBER)
    opened(desk)
    kept = revealed(desk.control, NUMBER)
    assert pool_document(kept.pool) == pool_document(made)
    assert kept.nonce.hex() == desk.entries()[-1].told["nonce"]
    (desk.control.folder / DRAFT_KEY).write_text(new_identity())
    with pytest.raises(UserError, match="cannot be opened"):
        revealed(desk.control, NUMBER)


def test_what_was_kept_of_another_drill_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    ready(desk)
    opened(desk)
    other = new_desk(tmp_path / "other")
    ready(other)
    opened(other)
    for name in (REVEALED, "../../draft.key"):
        data = (other.control.drill(NUMBER) / name).read_bytes()
        (desk.control.drill(NUMBER) / name).write_bytes(data)
    with pytest.raises(UserError, match="not what was committed to"):
        revealed(desk.control, NUMBER)


def test_before_t0_it_stays_shut_and_the_attempt_is_in_the_log(desk: Desk) -> None:
    made = ready(desk)
    t0 = datetime.fromisoformat(made.t0)
    with pytest.raises(UserError, match="too early") as refused:
        opened(desk, at=t0 - timedelta(seconds=1))
    assert made.t0[:10] not in str(refused.value), "how long there is to go would tell T0"
    tried = desk.entries()[-1]
    assert (tried.kind, tried.told["text"]) == ("noted", "T0之前试图启封，已拒绝")
    assert desk.officers[0].name in tried.who
    assert not (desk.control.drill(NUMBER) / "opened.json").exists()
    assert opened(desk, at=t0).number in range(1, 8)


def test_opened_early_by_will_it_says_so_with_both_names(desk: Desk) -> None:
    ready(desk)
    opened(desk, at=now(), early=True)
    told = desk.entries()[-1].told
    assert told["early"] is True
    assert told["officers"] == [one.name for one in desk.officers[:2]]
    assert datetime.fromisoformat(told["at"]) < datetime.fromisoformat(told["t0"])


def test_a_clock_that_was_set_back_opens_nothing(desk: Desk) -> None:
    ready(desk)
    with pytest.raises(UserError, match="it was set back"):
        opened(desk, at=now() - timedelta(hours=2), early=True)


def test_without_a_complete_draw_it_stays_shut(desk: Desk) -> None:
    desk.seal(future_pool(7))
    with pytest.raises(UserError, match="no draw yet"):
        opened(desk)
    for name, nonce in zip(NAMES, (b"\1" * 32, b"\2" * 32), strict=False):
        commit(desk.log, name, commit_of(nonce, "红"), at=now())
    reveal(desk.log, NAMES[0], "01" * 32, "红", at=now())
    with pytest.raises(UserError, match=f"Not everyone has revealed: {NAMES[1]}"):
        opened(desk)
    void(desk.log, "导演", at=now())
    with pytest.raises(UserError, match="not sealed"):
        opened(desk)


def test_a_single_scenario_needs_no_draw_and_is_drawn_if_it_was(desk: Desk, tmp_path: Path) -> None:
    desk.seal(future_pool(1, type="regular"))
    assert opened(desk).number == 1
    assert desk.entries()[-1].told["index"] == 0
    other = new_desk(tmp_path / "other")
    other.seal(future_pool(1, type="tabletop"))
    throw(other.log, {"甲": "3", "乙": "4"}, at=now())
    assert opened(other).number == 1


def test_a_draw_that_a_crash_left_incomplete_is_completed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.seal(future_pool(7))
    with monkeypatch.context() as patch:
        patch.setattr("desks.exercise.participants.complete", lambda _: None)
        desk.draw()
    assert draw_of(desk.entries()).order == ()
    opened(desk)
    assert [entry.kind for entry in desk.entries()][-2:] == ["drawn", "opened"]


def test_power_lost_after_the_log_and_before_the_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened once: the second time the same comes out and nothing is written to the log."""

    def lost(*_: object) -> None:
        raise KeyboardInterrupt

    ready(desk)
    with monkeypatch.context() as patch:
        patch.setattr("desks.exercise.opening._keep", lost)
        with pytest.raises(KeyboardInterrupt):
            opened(desk)
    lines = desk.entries()
    assert lines[-1].kind == "opened"
    first = opened(desk)
    assert (
        asdict(opened(desk)) == asdict(first) == asdict(read_opened(desk.control, NUMBER).scenario)
    )
    assert desk.entries() == lines


def test_a_register_that_changed_since_is_named_and_nothing_is_computed_anew(desk: Desk) -> None:
    made = ready(desk)
    scenario = open_drill(
        desk.control, NUMBER, desk.identities[1:], OTHER_MAP, at=now() + DAY_AFTER
    )
    assert asdict(scenario) in [asdict(one) for one in made.scenarios]
    told = desk.entries()[-1].told
    assert (told["map_changed"], told["map_stamp_now"]) == (True, "another")
    assert "changed since this drill was composed" in str(map_changed(desk.entries()))


def test_nothing_is_said_of_a_register_that_is_the_same(desk: Desk) -> None:
    ready(desk)
    assert map_changed(desk.entries()) is None
    opened(desk)
    assert map_changed(desk.entries()) is None


def test_an_old_envelope_under_another_number_is_told_by_name(desk: Desk) -> None:
    desk.seal()
    made = future_pool(3, drill="2026-2")
    place = desk.control.drill("2026-2")
    place.mkdir(parents=True)
    envelope = sealed_envelope(made, desk.officers, desk.key, at=now())
    (desk.control.drill(NUMBER) / SEALED).write_bytes(envelope_bytes(envelope))
    with pytest.raises(UserError, match="envelope of drill 2026-2"):
        sealed_of(desk.control, NUMBER, desk.entries())


def test_another_envelope_of_the_same_drill_is_told(desk: Desk) -> None:
    """Sealed by control itself, later, with a pool it likes better: the log names the first."""
    ready(desk)
    swapped = sealed_envelope(future_pool(7), desk.officers, desk.key, at=now())
    (desk.control.drill(NUMBER) / SEALED).write_bytes(envelope_bytes(swapped))
    with pytest.raises(UserError, match="another envelope than the log names"):
        opened(desk)


def test_a_foreign_signer_is_told(desk: Desk) -> None:
    envelope = desk.seal()
    forged = signed(envelope, Ed25519PrivateKey.generate())
    (desk.control.drill(NUMBER) / SEALED).write_bytes(envelope_bytes(forged))
    with pytest.raises(UserError, match="signed by another key"):
        sealed_of(desk.control, NUMBER, desk.entries())


def test_an_envelope_that_is_gone_is_told(desk: Desk) -> None:
    ready(desk)
    (desk.control.drill(NUMBER) / SEALED).unlink()
    with pytest.raises(UserError, match="envelope is missing"):
        opened(desk)


def test_a_payload_other_than_committed_is_refused(desk: Desk) -> None:
    """Control signs what it likes; what comes out is held against the commitment all the same."""
    envelope = desk.seal()
    other = sealed_envelope(future_pool(), desk.officers, desk.key, at=now())
    mixed = signed(replace(other, commitment=envelope.commitment), desk.key)
    with pytest.raises(UserError, match="not what was committed to"):
        unseal(mixed, desk.identities)
    torn = signed(replace(envelope, payload=other.payload), desk.key)
    with pytest.raises(UserError, match="not what was committed to"):
        unseal(torn, desk.identities)
    crossed = signed(replace(envelope, wraps=envelope.wraps[::-1]), desk.key)
    with pytest.raises(UserError, match="damaged"):
        unseal(crossed, desk.identities)


def test_a_payload_of_another_drill_is_refused(desk: Desk) -> None:
    envelope = sealed_envelope(future_pool(), desk.officers, desk.key, at=now())
    renamed = signed(replace(envelope, drill="2026-9"), desk.key)
    with pytest.raises(UserError, match="of another drill"):
        unseal(renamed, desk.identities)


def test_a_reader_of_the_folder_before_t0_finds_nothing_in_clear(desk: Desk) -> None:
    """Every file of control's folder, after seal and draw: no word of any scenario, no seed."""
    made = ready(desk)
    secret = [made.seed.encode(), *(one.title.encode() for one in made.scenarios), b"ammonia"]
    files = [path for path in desk.control.folder.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in [*files, *desk.control.district.rglob("*.sqlite")]:
        data = path.read_bytes()
        assert not [word for word in [*secret, made.t0.encode()] if word in data], path


def test_a_control_folder_that_is_opened_again_opens_the_drill(desk: Desk) -> None:
    ready(desk)
    again = open_control(desk.control.folder)
    assert open_drill(again, NUMBER, desk.identities, SAME_MAP, at=soon(2)).number in range(1, 8)
    with pytest.raises(UserError, match="not empty"):
        create_control(desk.control.folder, desk.control.district)


def test_an_aborted_drill_is_neither_opened_nor_sealed_over(desk: Desk) -> None:
    ready(desk)
    with open_store(desk.log) as log:
        write(log, "导演", "aborted", {"why": "真实警情"})
    with pytest.raises(UserError, match="was sealed at"):
        seal(desk.control, future_pool(), desk.officers, desk.key, at=now(), log=desk.log)
    with pytest.raises(UserError, match="was aborted"):
        opened(desk)


def test_the_head_on_paper_binds_all_that_stands_before_it(desk: Desk) -> None:
    ready(desk)
    before = desk.entries()[-1].hash
    assert note_head(desk.log, "start", at=now()) == before
    assert desk.entries()[-1].told == {"head": before, "what": "start"}
    with pytest.raises(ValueError, match="lunch"):
        note_head(desk.log, "lunch", at=now())
    with pytest.raises(UserError, match="it was set back"):
        note_head(desk.log, "end", at=now() - timedelta(hours=1))
