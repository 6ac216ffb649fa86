"""Freezing a drill: only what is over, only what was sealed, always the same bytes."""

import json
import os
import secrets
import stat
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify_drill
from desks.exercise import evaluators, packaging, running
from desks.exercise.log import create_log, entries, head, open_log, write
from desks.exercise.opening import Unsealed, open_drill, revealed
from desks.exercise.packaging import freeze, links
from desks.exercise.review import review_of
from desks.exercise.review_document import package_review
from geodata.chain import Link, breaks, canonical
from geodata.faults import UserError
from language import LANGUAGES
from tests.desks.exercise.packages import Cheat, Played, evaluator_file, play, run, said
from tests.desks.exercise.sealed import NUMBER, SAME_MAP, Desk, new_desk, now

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("drill"))


@pytest.fixture(scope="module")
def whole(played: Played) -> Unsealed:
    """Return what was sealed, as it is kept for the review."""
    return revealed(played.desk.control, NUMBER)


def _refused(played: Played, whole: Unsealed, key: Ed25519PrivateKey | None = None) -> list[str]:
    """Return what is said, and check that nothing was written."""
    desk = played.desk
    before = (desk.control.drill(NUMBER) / "package.zip").read_bytes()
    with open_log(desk.log) as log:
        last = head(log)
    with pytest.raises(UserError) as caught:
        freeze(desk.control, NUMBER, key or desk.key, whole.pool, whole.nonce)
    with open_log(desk.log) as log:
        assert head(log) == last
    assert (desk.control.drill(NUMBER) / "package.zip").read_bytes() == before
    return [str(fault.problem) for fault in caught.value.faults]


def test_the_links_are_hashed_as_the_store_hashes_them(tmp_path: Path) -> None:
    with create_log(tmp_path / "log.sqlite") as log:
        for number in range(5):
            write(
                log, "导调", "noted", {"text": f"第{number}条", "n": number / 3}, key=f"k{number}"
            )
        made = links(log)
        assert list(breaks(Link(**one) for one in made)) == []
        assert [one["body"]["after"] for one in made] == [dict(one.told) for one in entries(log)]
        assert made[-1]["hash"] == head(log)
        assert json.loads(canonical(made)) == made


def test_one_word_of_a_link_breaks_it(tmp_path: Path) -> None:
    with create_log(tmp_path / "log.sqlite") as log:
        write(log, "导调", "noted", {"text": "甲"})
        write(log, "导调", "noted", {"text": "乙"})
        made = links(log)
    for field in ("who", "at", "kind", "id", "layer", "post", "clock", "version", "why"):
        body = {**made[0]["body"], field: "x"}
        assert list(breaks([Link(**{**made[0], "body": body}), Link(**made[1])])) == [1], field


def test_frozen_again_without_news_it_is_the_same_package(played: Played, whole: Unsealed) -> None:
    """As after a crash between the log's line and the file."""
    desk = played.desk
    place = desk.control.drill(NUMBER) / "package.zip"
    place.unlink()
    path = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce, review={"drill": NUMBER})
    assert path == place
    assert path.read_bytes() == played.raw
    with open_log(desk.log) as log:
        assert [entry.kind for entry in entries(log)].count("frozen") == 1


def test_another_pool_nonce_or_key_is_refused_all_at_once(played: Played, whole: Unsealed) -> None:
    other = Unsealed(replace(whole.pool, seed=secrets.token_hex(32)), whole.nonce)
    assert len(_refused(played, other)) == 1
    assert len(_refused(played, Unsealed(whole.pool, bytes(32)))) == 1
    told = _refused(played, other, Ed25519PrivateKey.generate())
    assert [one.split()[1] for one in told] == ["pool,", "is"]
    assert "not the key" in told[1]


def test_a_nonce_that_took_a_byte_of_the_pool_is_refused(played: Played, whole: Unsealed) -> None:
    assert _refused(played, Unsealed(whole.pool, whole.nonce + b"{"))


def test_a_changed_envelope_and_a_lost_file_are_refused_by_name(
    played: Played, whole: Unsealed
) -> None:
    folder = played.desk.control.drill(NUMBER)
    envelope, own = folder / "sealed.json", next((folder / "evaluators").iterdir())
    kept, file = envelope.read_bytes(), own.read_bytes()
    try:
        envelope.write_bytes(kept.replace(b"2026", b"2027", 1))
        own.write_bytes(file + b"\n")
        told = _refused(played, whole)
    finally:
        envelope.write_bytes(kept)
        own.write_bytes(file)
    assert len(told) == 2
    assert "envelope" in told[0]
    assert "handed in" in told[1]


def test_a_file_that_was_refused_when_it_came_stays_out(played: Played, whole: Unsealed) -> None:
    folder = played.desk.control.drill(NUMBER) / "evaluators"
    (folder / "zz.json").write_bytes(b"{}")
    desk = played.desk
    path = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce, review={"drill": NUMBER})
    (folder / "zz.json").unlink()
    assert path.read_bytes() == played.raw


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_keeps_the_old_package(
    played: Played, whole: Unsealed
) -> None:
    folder = played.desk.control.drill(NUMBER)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(UserError):
            freeze(played.desk.control, NUMBER, played.desk.key, whole.pool, whole.nonce)
    finally:
        folder.chmod(stat.S_IRWXU)


def test_a_full_disk_leaves_the_old_package(
    played: Played, whole: Unsealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = played.desk

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError):
        freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce)
    monkeypatch.undo()
    place = desk.control.drill(NUMBER)
    assert (place / "package.zip").read_bytes() == played.raw
    assert not [path for path in place.iterdir() if "new" in path.name]


def _opened(folder: Path) -> tuple[Desk, Unsealed]:
    """Return a drill that is opened and not begun; early, so that no test waits for T0."""
    desk = new_desk(folder)
    desk.seal()
    desk.draw()
    open_drill(desk.control, NUMBER, desk.identities[:2], SAME_MAP, at=now(), early=True)
    return desk, revealed(desk.control, NUMBER)


def test_a_drill_is_frozen_only_when_it_is_over(tmp_path: Path) -> None:
    desk, whole = _opened(tmp_path)
    for step in (None, running.start, running.pause):
        if step is not None:
            step(desk.control, NUMBER, now())
        with pytest.raises(UserError, match="not over"):
            freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce)
    running.abort(desk.control, NUMBER, "真实警情", now())
    assert freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce).is_file()


def test_a_drill_that_is_broken_off_before_its_start_is_confirmed_all_the_same(
    played: Played,
) -> None:
    """A real alarm comes between opening and start: the drill is over, and nobody cheated."""
    cheat = Cheat(played)
    del cheat.links[cheat.place("started") : cheat.place("frozen")]
    cheat.insert(cheat.place("frozen"), "aborted", {"why": "真实警情"})
    del cheat.files["evaluator-1.json"]
    cheat.rechain()
    good, output = cheat.verdict(heads=False)
    assert good, output
    cheat.told("aborted").clear()
    cheat.of("aborted")[0]["kind"] = "ended"
    cheat.rechain()
    assert said("one", cheat.verdict(heads=False)[1])


def test_a_drill_opened_early_on_purpose_is_frozen_and_refuted(tmp_path: Path) -> None:
    """Control may open before T0 where it must; it can not be called double-blind afterwards."""
    desk, whole = _opened(tmp_path)
    run(desk)
    path = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce)
    key = verify_drill.sha(desk.key.public_key().public_bytes_raw())
    good, lines = verify_drill.verdict(path.read_bytes(), key, [])
    assert not good
    assert any("before T0" in line for line in lines if line.startswith("   -"))


def test_what_is_found_later_lengthens_the_log_and_changes_nothing_before(tmp_path: Path) -> None:
    desk, whole = _opened(tmp_path)
    run(desk)
    first = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce).read_bytes()
    with open_log(desk.log) as log:
        write(
            log,
            "导调",
            "found",
            {"text": "警戒过近", "owner": "消防", "due": "2026-12-01"},
            key="F1",
        )
    second = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce).read_bytes()
    before, after = (verify_drill.unpacked(raw)["log.jsonl"] for raw in (first, second))
    assert after.startswith(before)
    rows = [json.loads(row)["body"]["kind"] for row in after.splitlines()]
    assert rows[-3:] == ["frozen", "found", "frozen"]


def test_after_freezing_no_file_of_an_evaluator_gets_in(tmp_path: Path) -> None:
    desk, whole = _opened(tmp_path)
    run(desk)
    late = evaluators.read_evaluator_file(evaluator_file(desk).replace(b"ab" * 16, b"ab" * 16))
    freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce)
    with pytest.raises(UserError, match="frozen"):
        evaluators.merge(desk.control, NUMBER, late)


def test_a_drill_that_was_never_opened_is_refused(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    desk.seal()
    with open_log(desk.log) as log:
        write(log, "导调", "aborted", {"why": "真实警情"})
    pool = replace(_opened(tmp_path / "other")[1].pool)
    with pytest.raises(UserError, match="not been opened"):
        freeze(desk.control, NUMBER, desk.key, pool, bytes(32))


def test_a_number_that_leads_out_of_the_folder_is_refused(played: Played, whole: Unsealed) -> None:
    with pytest.raises(UserError, match="letters, digits"):
        freeze(played.desk.control, "../x", played.desk.key, whole.pool, whole.nonce)


def test_what_is_signed_says_that_it_is_a_drill(played: Played) -> None:
    """No signature over a report or an envelope may serve here, nor the other way round."""
    heads = {packaging.SIGNED, b"shouwang report 1\n", b"shouwang drill 1\n"}
    assert len(heads) == 3
    assert not any(a != b and a.startswith(b) for a in heads for b in heads)
    assert b'"kind":"shouwang drill"' in verify_drill.unpacked(played.raw)["manifest.json"]


def test_the_review_as_the_desk_makes_it_is_carried_in_its_one_form(played: Played) -> None:
    """Its floats and texts must be written as the verifier reads them, to the last sign."""
    desk = played.desk
    document = package_review(review_of(desk.control, NUMBER))
    schema = json.loads((SCHEMAS / "drill-review.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    (said,) = {tuple(one) for one in document["unjudged"]}
    assert said == LANGUAGES, "the same whoever froze it"
    whole = revealed(desk.control, NUMBER)
    path = freeze(desk.control, NUMBER, desk.key, whole.pool, whole.nonce, review=document)
    raw = path.read_bytes()
    path.write_bytes(played.raw)
    good, lines = verify_drill.verdict(raw, played.key, list(played.heads.values()))
    assert good, lines
    assert json.loads(verify_drill.unpacked(raw)["review.json"]) == json.loads(canonical(document))
