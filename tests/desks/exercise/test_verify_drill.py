"""The exercise's proof: the honest drill is confirmed, every cheat refuted by its own sentence."""

import json
import random
import re
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import verify_drill
from desks.exercise.drawing import drawn, joined
from desks.exercise.folder import Control
from desks.exercise.opening import open_drill
from geodata.chain import canonical, link_hash
from tests.desks.exercise.cheats import CHEATS, PAPER_CHEATS
from tests.desks.exercise.packages import Cheat, Played, frozen, play, print_head, run, said
from tests.desks.exercise.sealed import NUMBER, SAME_MAP, future_pool, new_desk

TOLD = {"drill", "counts", "when", "no_seal", "no_commit", "no_start", "no_closed", "no_end",
        "typed", "never", "refuted", "confirmed"}  # fmt: skip
"""Sentences that refute nothing."""

ELSEWHERE = {"bytes", "name", "twice", "signature", "files", "more", "digits", "unreadable"}
"""Sentences of archives and of the command line: test_verify_drill_hostile.py."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("drill"))


def _verdict(played: Played, heads: list[str] | None = None) -> tuple[bool, str]:
    given = list(played.heads.values()) if heads is None else heads
    good, lines = verify_drill.verdict(played.raw, played.key, given)
    return good, "\n".join(lines)


def test_a_whole_double_blind_drill_is_confirmed_with_its_papers(played: Played) -> None:
    """S0-5, S2-10: whoever holds the papers proves that nobody looked or steered."""
    good, output = _verdict(played)
    assert good, output
    assert output.count("符合 OK") == 1 + len(verify_drill.STEPS)
    assert output.count("NOT PROVEN") == 1
    assert said("never", output)
    for head in played.heads.values():
        assert head[:8] in output


def test_without_a_paper_it_says_what_then_is_not_proven(played: Played) -> None:
    good, output = _verdict(played, [])
    assert good
    for key in ("no_seal", "no_commit", "no_start", "no_closed", "no_end", "never"):
        assert said(key, output), key


@pytest.mark.parametrize(
    ("paper", "proven"),
    [
        ("seal", {"no_seal"}),
        ("draw", {"no_commit"}),
        ("closed", {"no_start", "no_closed"}),
        ("end", {"no_end"}),
    ],
)
def test_each_paper_proves_its_own_part_and_no_more(
    played: Played, paper: str, proven: set[str]
) -> None:
    good, output = _verdict(played, [played.heads[paper]])
    assert good
    for key in ("no_seal", "no_commit", "no_start", "no_closed", "no_end"):
        assert said(key, output) is (key not in proven), key


def test_papers_before_and_after_a_draw_do_not_prove_that_all_committed_first(
    played: Played,
) -> None:
    """S0-5: the log's owner may search a value of his own and print the next head afterwards."""
    _, change = PAPER_CHEATS["a_value_searched_after_the_others_revealed"]
    cheat = Cheat(played)
    change(cheat)
    cheat.heads = [body["after"]["head"] for body in cheat.of("printed")]
    del cheat.heads[1]
    good, output = cheat.verdict()
    assert good, output
    assert said("no_commit", output)
    assert not said("no_start", output)


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_refuted_by_its_own_sentence_even_without_paper(
    played: Played, name: str
) -> None:
    key, change = CHEATS[name]
    cheat = Cheat(played)
    change(cheat)
    good, output = cheat.verdict(heads=False)
    assert not good
    assert said(key, output), output


@pytest.mark.parametrize("name", PAPER_CHEATS)
def test_what_fits_in_itself_is_refuted_by_paper_and_unproven_without(
    played: Played, name: str
) -> None:
    key, change = PAPER_CHEATS[name]
    cheat = Cheat(played)
    change(cheat)
    good, output = cheat.verdict(heads=False)
    assert good, output
    assert said("no_start", output)
    good, output = cheat.verdict()
    assert not good
    assert said(key, output), output


def test_every_sentence_that_refutes_is_reached_by_a_cheat() -> None:
    reached = {key for key, _ in (*CHEATS.values(), *PAPER_CHEATS.values())}
    assert reached | ELSEWHERE == set(verify_drill.SAID) - TOLD
    assert len(CHEATS) + len(PAPER_CHEATS) >= 20


def test_taking_a_package_apart_and_making_it_again_changes_no_byte(played: Played) -> None:
    """Else a cheat could be refuted for what the test did, not for the cheat."""
    cheat = Cheat(played)
    assert cheat.package() == played.raw
    cheat.rechain()
    assert cheat.package() == played.raw


def test_what_it_computes_is_what_the_desk_computes(played: Played) -> None:
    """The verifier repeats chain and draw in its own words; both must stay the same rule."""
    cheat = Cheat(played)
    for link in cheat.links:
        assert verify_drill.canonical(link["body"]) == canonical(link["body"]).encode()
        assert link["hash"] == link_hash(link["previous"], link["body"])
    drill = verify_drill.drill_of(played.raw, played.key, [])
    values = [body["after"]["value"] for body in cheat.of("revealed")]
    assert verify_drill.thrown(drill.draws()[-1]) == joined(values)


@pytest.mark.parametrize("scenarios", [2, 3, 7, 64, 307])
def test_the_rule_of_the_draw_holds_for_pools_of_any_size(played: Played, scenarios: int) -> None:
    draw = random.Random(scenarios)  # noqa: S311 - seeds of a test, no secret
    for _ in range(5):
        cheat = Cheat(played)
        first = cheat.opened["pool"]["scenarios"][0]
        pool = [{**first, "number": number} for number in range(1, scenarios + 1)]
        seed = draw.randbytes(32)
        cheat.opened["pool"] |= {"scenarios": pool, "seed": seed.hex()}
        values = [body["after"]["value"] for body in cheat.of("revealed")]
        index, counter = drawn(seed, values, scenarios)
        cheat.told("opened").update(index=index, counter=counter, scenario=index + 1)
        cheat.reseal()
        cheat.rechain()
        drill = verify_drill.drill_of(cheat.package(), played.key, [])
        assert verify_drill.failures(verify_drill.pick_checks(drill)) == []


def test_a_digest_that_would_favour_the_first_is_passed_over(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 256 bits it never happens by itself: the last digest of all is put in its place."""
    drill = verify_drill.drill_of(played.raw, played.key, [])
    highest, second = "f" * 64, "0" * 63 + "8"
    told = drill.one("opened").told
    told.update(index=8 % 3, counter=1, scenario=drill.opened["pool"]["scenarios"][2]["number"])
    given = iter((highest, second))
    monkeypatch.setattr(verify_drill, "sha", lambda _: next(given))
    assert [what for wrong, *what in verify_drill.pick_checks(drill) if wrong] == []
    told.update(index=int(highest, 16) % 3, counter=0)
    given = iter((highest, second))
    assert any(what[0] == "index" for wrong, *what in verify_drill.pick_checks(drill) if wrong)


@pytest.fixture(scope="module")
def voided(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("voided"), void_first=True, close=False)


def test_a_voided_draw_is_counted_and_the_drill_confirmed(voided: Played) -> None:
    good, output = _verdict(voided)
    assert good, output
    assert "作废 voids 1" in output


def test_the_paper_of_the_start_proves_the_draw_but_not_that_it_was_closed(voided: Played) -> None:
    """Printed after the opening, it binds what was drawn and cannot say when it was opened."""
    _, output = _verdict(voided, [voided.heads["start"]])
    assert not said("no_start", output)
    assert said("no_closed", output)


def _without_the_void(cheat: Cheat) -> None:
    del cheat.links[cheat.place("sealed") : cheat.place("voided") + 1]
    cheat.rechain()


def test_a_void_that_is_hidden_is_refuted_by_the_first_paper(voided: Played) -> None:
    cheat = Cheat(voided)
    _without_the_void(cheat)
    assert cheat.verdict(heads=False)[0]
    good, output = cheat.verdict()
    assert not good
    assert said("paper", output)


@pytest.mark.parametrize("told", [{"count": 0}, {"count": 2}, {"names": []}, {"names": ["示例甲"]}])
def test_a_void_that_is_told_wrongly_is_refuted(voided: Played, told: dict[str, Any]) -> None:
    cheat = Cheat(voided)
    cheat.told("voided").update(told)
    cheat.rechain()
    assert said("void", cheat.verdict(heads=False)[1])


def test_a_voided_draw_that_is_used_all_the_same_is_refuted(voided: Played) -> None:
    cheat = Cheat(voided)
    cheat.links = [
        link
        for at, link in enumerate(cheat.links)
        if not cheat.place("voided") < at < cheat.place("opened")
    ]
    cheat.rechain()
    good, output = cheat.verdict(heads=False)
    assert not good
    assert said("undrawn", output)


def test_a_regular_drill_of_one_scenario_needs_no_draw(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    t0 = datetime.now(tz=UTC) + timedelta(seconds=8)
    desk.seal(future_pool(1, t0=t0.isoformat(), type="regular"))
    heads = {"seal": print_head(desk, "seal")}
    open_drill(desk.control, NUMBER, desk.identities[1:], SAME_MAP, at=_wait(t0))
    played = frozen(desk, heads | run(desk))
    good, output = _verdict(played)
    assert good, output
    _, output = _verdict(played, [heads["seal"]])
    assert not said("no_seal", output)


def _wait(until: datetime) -> datetime:
    time.sleep(max(0, (until - datetime.now(tz=UTC)).total_seconds()))
    return datetime.now(tz=UTC)


def test_a_log_that_was_carried_to_another_machine_goes_on_and_is_confirmed(tmp_path: Path) -> None:
    """A copied store begins a chain of its own: the drill is whole, and the copy is counted."""
    desk = new_desk(tmp_path)
    t0 = datetime.now(tz=UTC) + timedelta(seconds=9)
    desk.seal(future_pool(t0=t0.isoformat()))
    heads = {"seal": print_head(desk, "seal")}
    shutil.copytree(desk.control.folder, tmp_path / "carried")
    carried = replace(desk, control=Control(tmp_path / "carried", desk.control.district))
    carried.draw()
    open_drill(carried.control, NUMBER, desk.identities[:2], SAME_MAP, at=_wait(t0))
    played = frozen(carried, heads | run(carried))
    good, output = _verdict(played)
    assert good, output
    assert "复制 copies 1" in output
    cheat = Cheat(played)
    assert [body["kind"] for body in cheat.of("copy")] == ["copy"]
    del cheat.links[cheat.place("copy") - 1]
    good, output = verify_drill.verdict(cheat.package(), played.key, [])[0], cheat.verdict()[1]
    assert not good
    assert said("copied", output)


def test_a_release_that_a_crash_kept_out_of_the_log_may_stand_after_the_end(played: Played) -> None:
    cheat = Cheat(played)
    cheat.move(cheat.place("released", 2), cheat.place("frozen") - 1)
    cheat.rechain()
    assert cheat.verdict(heads=False)[0]


def test_times_typed_in_after_the_end_are_said(played: Played) -> None:
    """A paper sheet read in later rests on control's word; the drill is confirmed but for that."""
    cheat = Cheat(played)
    told = {**cheat.told("stamped"), "evaluator": "评估员乙"}
    cheat.insert(cheat.place("frozen"), "stamped", told, "评估员乙:called:1")
    cheat.rechain()
    good, output = cheat.verdict(heads=False)
    assert good, output
    assert said("typed", output)
    assert not said("typed", _verdict(played)[1])


def test_a_second_stamp_of_one_evaluator_is_honest_while_it_runs(played: Played) -> None:
    cheat = Cheat(played)
    cheat.insert(cheat.place("ended"), "stamped", dict(cheat.told("stamped")), "值班室:called:2")
    cheat.rechain()
    assert cheat.verdict(heads=False)[0]


def test_names_of_a_hostile_drill_steer_no_terminal(played: Played) -> None:
    cheat = Cheat(played)
    name = "\x1b[2J\u202e" + "长" * 500 + "\n结论：证实"
    for kind in ("committed", "revealed"):
        cheat.told(kind)["name"] = name
    cheat.told("drawn")["values order"][0] = name
    cheat.told("revealed")["value"] = "另一"
    cheat.rechain()
    good, output = cheat.verdict(heads=False)
    assert not good
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", output)
    assert "长" * 61 not in output
    assert output.count("结论：") == 1


def test_it_can_be_read_aloud_in_ten_minutes() -> None:
    """What is checked stands between two rules; at 120 words a minute that is ten minutes."""
    source = Path(verify_drill.__file__).read_text(encoding="utf-8")
    _, checks, _ = re.split(r"# -{60,}.*\n", source)
    assert len(checks.split()) <= 1200
    assert len(checks.splitlines()) <= 200
    for step in verify_drill.STEPS:
        assert f"def {step.__name__}" in checks
        assert re.search(r"[\u4e00-\u9fff]。 [A-Z].+\.$", step.__doc__ or "")


def test_every_sentence_is_in_both_languages_with_the_same_values() -> None:
    for key in set(verify_drill.SAID) - {"drill", "counts", "when"}:
        zh, en = re.split(r"(?<=[。]) (?=[A-Z{])", verify_drill.SAID[key], maxsplit=1)
        assert set(re.findall(r"\{\d\}", en)) >= set(re.findall(r"\{\d\}", zh)), key


def test_the_package_is_what_its_manifest_says(played: Played) -> None:
    files = verify_drill.unpacked(played.raw)
    manifest = json.loads(files["manifest.json"])
    rows = files["log.jsonl"].splitlines()
    assert manifest["head"] == json.loads(rows[-1])["hash"]
    assert (manifest["entries"], manifest["drill"]) == (len(rows), NUMBER)
    assert manifest["files"] == {
        name: sha256(data).hexdigest()
        for name, data in files.items()
        if name not in ("manifest.json", "signature.txt")
    }
