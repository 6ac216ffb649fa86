"""What could be tried: each cheat changes an honest package and names the sentence that tells.

Unless a cheat says otherwise it is made by who holds control's key: he hashes the log anew, signs
anew, and shows no paper. What only paper can refute is in PAPER_CHEATS.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.exercise.drawing import commit_of, drawn, joined
from tests.desks.exercise.packages import Cheat, text

Change = Callable[[Cheat], None]
CHEATS: dict[str, tuple[str, Change]] = {}
PAPER_CHEATS: dict[str, tuple[str, Change]] = {}
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _cheat(said: str, *, paper: bool = False) -> Callable[[Change], Change]:
    def known(change: Change) -> Change:
        name = change.__name__.removeprefix("_")
        (PAPER_CHEATS if paper else CHEATS)[name] = (said, change)
        return change

    return known


@_cheat("commitment")
def _swapped_scenario(cheat: Cheat) -> None:
    at = cheat.told("opened")["index"]
    cheat.opened["pool"]["scenarios"][at]["title"] = "另一想定"


@_cheat("commitment")
def _one_word_of_an_inject(cheat: Cheat) -> None:
    told = cheat.told("released")
    told["text"] = told["text"].replace("刺鼻", "轻微")
    at = cheat.told("opened")["index"]
    cheat.opened["pool"]["scenarios"][at]["injects"][0]["text"] = told["text"]
    cheat.rechain()


@_cheat("reworded")
def _one_word_of_a_release(cheat: Cheat) -> None:
    told = cheat.told("released")
    told["text"] = told["text"].replace("刺鼻", "轻微")
    cheat.rechain()


@_cheat("commitment")
def _another_nonce(cheat: Cheat) -> None:
    cheat.opened["nonce"] = cheat.told("opened")["nonce"] = "11" * 32
    cheat.rechain()


@_cheat("commitment")
def _a_nonce_that_is_longer(cheat: Cheat) -> None:
    """Nonce and pool are hashed as one: the first bytes of a pool must not pass for the nonce."""
    cheat.opened["nonce"] += "00"


@_cheat("commitment")
def _an_envelope_with_another_promise(cheat: Cheat) -> None:
    cheat.sealed["commitment"] = "22" * 32


@_cheat("again")
def _drawn_again_without_voiding(cheat: Cheat) -> None:
    for kind in ("sealed", "committed", "revealed", "drawn"):
        for body in cheat.of(kind):
            cheat.insert(cheat.place("printed", 2), kind, dict(body["after"]), body["id"])
    cheat.rechain()


@_cheat("again")
def _drawn_twice_from_one_seal(cheat: Cheat) -> None:
    cheat.insert(cheat.place("opened"), "drawn", dict(cheat.told("drawn")))
    cheat.rechain()


@_cheat("other_value")
def _biased_value_after_the_reveal(cheat: Cheat) -> None:
    cheat.told("revealed", 1)["value"] = "绿"
    cheat.rechain()


@_cheat("other_value")
def _value_and_nonce_cut_elsewhere(cheat: Cheat) -> None:
    """Part the same bytes otherwise: the first sign of the value goes to the nonce."""
    told = cheat.told("revealed")
    first = told["value"].encode()
    told["nonce"], told["value"] = told["nonce"] + first.hex(), ""
    cheat.rechain()


@_cheat("after_reveal")
def _revealed_before_all_committed(cheat: Cheat) -> None:
    cheat.move(cheat.place("revealed"), cheat.place("committed", 2))
    cheat.rechain()


@_cheat("other_value")
def _revealed_before_the_own_commitment(cheat: Cheat) -> None:
    cheat.move(cheat.place("revealed"), cheat.place("committed"))
    cheat.rechain()


@_cheat("missing")
def _a_participant_who_never_revealed(cheat: Cheat) -> None:
    del cheat.links[cheat.place("revealed", 2)]
    cheat.rechain()


@_cheat("order")
def _a_participant_left_out_of_the_draw(cheat: Cheat) -> None:
    cheat.told("drawn")["values order"].pop()
    cheat.rechain()


@_cheat("order")
def _another_digest_of_the_values(cheat: Cheat) -> None:
    cheat.told("drawn")["digest_input"] = "33" * 32
    cheat.rechain()


@_cheat("order")
def _one_participant_alone(cheat: Cheat) -> None:
    names = cheat.told("drawn")["values order"][1:]
    cheat.links = [
        one
        for one in cheat.links
        if one["body"]["kind"] not in ("committed", "revealed") or one["body"]["id"] not in names
    ]
    value = cheat.told("revealed")["value"]
    told = {"values order": cheat.told("drawn")["values order"][:1]}
    cheat.told("drawn").update(told, digest_input=sha256(joined([value])).hexdigest())
    _redraw(cheat, [value])
    cheat.rechain()


@_cheat("commit_twice")
def _somebody_elses_commitment_copied(cheat: Cheat) -> None:
    for kind in ("committed", "revealed"):
        told = cheat.told(kind)
        cheat.told(kind, 1).update({k: v for k, v in told.items() if k != "name"})
    cheat.rechain()


@_cheat("reveal_twice")
def _revealed_twice(cheat: Cheat) -> None:
    told = cheat.told("revealed")
    cheat.insert(cheat.place("revealed", 1), "revealed", dict(told), told["name"])
    cheat.rechain()


@_cheat("undrawn")
def _a_draw_that_was_never_completed(cheat: Cheat) -> None:
    del cheat.links[cheat.place("drawn")]
    cheat.rechain()


@_cheat("unsealed")
def _a_draw_before_the_sealing(cheat: Cheat) -> None:
    cheat.move(cheat.place("committed"), cheat.place("sealed"))
    cheat.rechain()


@_cheat("void")
def _a_void_that_names_somebody_else(cheat: Cheat) -> None:
    cheat.insert(cheat.place("drawn"), "voided", {"names": ["示例丙"], "count": 1})
    cheat.rechain()


@_cheat("index")
def _another_scenario_opened(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["index"] = (told["index"] + 1) % 3
    told["scenario"] = told["index"] + 1
    cheat.rechain()


@_cheat("index")
def _modulo_of_fewer_bits_instead_of_the_rule(cheat: Cheat) -> None:
    """Take four bytes modulo the pool, which favours the first scenarios."""
    pool, values = cheat.opened["pool"], [one["after"]["value"] for one in cheat.of("revealed")]
    whole = bytes.fromhex(pool["seed"]) + bytes(4) + joined(values)
    digest = sha256(b"shouwang draw 1\n" + whole).digest()
    right = drawn(bytes.fromhex(pool["seed"]), values, len(pool["scenarios"]))[0]
    wrong = next(
        w for n in range(29) if (w := int.from_bytes(digest[n : n + 4], "big") % 3) != right
    )
    cheat.told("opened").update(index=wrong, scenario=wrong + 1)
    cheat.rechain()


@_cheat("index")
def _the_next_digest_though_the_first_counts(cheat: Cheat) -> None:
    cheat.told("opened")["counter"] = 1
    cheat.rechain()


@_cheat("scenario")
def _the_number_of_another_scenario(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["scenario"] = told["scenario"] % 3 + 1
    cheat.rechain()


@_cheat("seed")
def _another_seed_at_the_opening(cheat: Cheat) -> None:
    cheat.told("opened")["seed"] = "44" * 32
    cheat.rechain()


@_cheat("changed")
def _a_line_edited(cheat: Cheat) -> None:
    cheat.of("noted")[0]["who"] = "别人"


@_cheat("follows")
def _a_line_edited_and_hashed(cheat: Cheat) -> None:
    """Its own hash fits again; the next line still knows the old one."""
    at = cheat.place("noted")
    later = [dict(link) for link in cheat.links[at + 1 :]]
    cheat.of("noted")[0]["who"] = "别人"
    cheat.rechain()
    cheat.links[at + 1 :] = later


@_cheat("numbered")
def _lines_reordered(cheat: Cheat) -> None:
    cheat.links[14], cheat.links[15] = cheat.links[15], cheat.links[14]


@_cheat("numbered")
def _a_line_dropped_from_the_middle(cheat: Cheat) -> None:
    del cheat.links[cheat.place("paused")]


@_cheat("end")
def _the_last_line_dropped(cheat: Cheat) -> None:
    cheat.end = list(cheat.links)
    cheat.links.pop()


@_cheat("one")
def _the_end_dropped_and_all_hashed_anew(cheat: Cheat) -> None:
    del cheat.links[cheat.place("ended") :]
    cheat.rechain()


@_cheat("backwards")
def _a_line_backdated(cheat: Cheat) -> None:
    _shift(cheat.of("released")[1], -3600)
    cheat.rechain()


@_cheat("early")
def _opened_before_t0(cheat: Cheat) -> None:
    t0 = datetime.fromisoformat(cheat.opened["pool"]["t0"]) + timedelta(seconds=1)
    cheat.opened["pool"]["t0"] = t0.isoformat()
    cheat.reseal()
    cheat.rechain()


@_cheat("began_early")
def _begun_before_t0(cheat: Cheat) -> None:
    t0 = datetime.fromisoformat(cheat.opened["pool"]["t0"]) - timedelta(seconds=1)
    cheat.told("started")["t0"] = t0.isoformat()
    cheat.rechain()


@_cheat("began_early")
def _the_start_told_an_hour_earlier(cheat: Cheat) -> None:
    cheat.told("started")["t0"] = "2026-01-01T09:00:00+08:00"
    cheat.rechain()


@_cheat("began_when")
def _the_start_told_five_minutes_later(cheat: Cheat) -> None:
    """Let every team seem five minutes faster."""
    told = cheat.told("started")
    told["t0"] = (datetime.fromisoformat(told["t0"]) + timedelta(minutes=5)).isoformat()
    cheat.rechain()


@_cheat("opened_when")
def _opened_after_the_start(cheat: Cheat) -> None:
    cheat.move(cheat.place("opened"), cheat.place("started"))
    cheat.rechain()


@_cheat("late")
def _sealed_after_t0(cheat: Cheat) -> None:
    cheat.opened["pool"]["t0"] = cheat.sealed["sealed_at"]
    cheat.reseal()
    cheat.rechain()


@_cheat("officers")
def _opened_by_one_officer(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["officers"] = [told["officers"][0]] * 2
    cheat.rechain()


@_cheat("officers")
def _one_key_under_three_names(cheat: Cheat) -> None:
    """One person holds all three keys, so that two are none."""
    for row in cheat.sealed["recipients"]:
        row["recipient"] = cheat.sealed["recipients"][0]["recipient"]
    cheat.reseal()
    cheat.rechain()


@_cheat("misplaced")
def _the_paper_of_the_commitments_before_them(cheat: Cheat) -> None:
    cheat.move(cheat.place("printed", 1), cheat.place("committed"))
    cheat.rechain()


@_cheat("malformed")
def _times_at_the_end_of_all_times(cheat: Cheat) -> None:
    """Whatever no clock can show is refuted, in a sentence."""
    for link in cheat.links[cheat.place("opened") :]:
        link["body"]["at"] = "9999-12-31T23:59:59Z"
    cheat.opened["pool"]["t0"] = cheat.told("started")["t0"] = "9999-12-31T23:59:59+00:01"
    for body in cheat.of("released"):
        body["after"]["at"] = "9999-12-31T23:59:58Z"
    cheat.reseal()
    cheat.rechain()


@_cheat("malformed")
def _a_sealing_that_tells_a_number_as_a_head(cheat: Cheat) -> None:
    cheat.told("sealed")["head"] = 7
    cheat.rechain()


@_cheat("officers")
def _opened_by_a_stranger(cheat: Cheat) -> None:
    cheat.told("opened")["officers"][1] = "示例丁"
    cheat.rechain()


@_cheat("forged")
def _a_printed_head_forged(cheat: Cheat) -> None:
    cheat.told("printed", -1)["head"] = "55" * 32
    for link in cheat.links:
        link["forged"] = link["body"]["kind"] == "printed"
    cheat.rechain()


@_cheat("misplaced")
def _an_end_printed_before_the_end(cheat: Cheat) -> None:
    cheat.told("printed")["what"] = "end"
    cheat.rechain()


@_cheat("unprinted")
def _the_commitment_printed_after_the_draw(cheat: Cheat) -> None:
    cheat.move(cheat.place("printed"), cheat.place("drawn"))
    cheat.rechain()


@_cheat("unprinted")
def _the_commitment_printed_after_t0(cheat: Cheat) -> None:
    """Order alone is not enough: who draws after T0 must have printed before it."""
    t0 = datetime.fromisoformat(cheat.of("sealed")[0]["at"]) + timedelta(microseconds=1)
    cheat.opened["pool"]["t0"] = t0.isoformat()
    cheat.reseal()
    cheat.rechain()


@_cheat("key")
def _signed_by_another_key(cheat: Cheat) -> None:
    cheat.key = OTHER


@_cheat("signer")
def _sealed_by_another_key(cheat: Cheat) -> None:
    cheat.sealed["signer"] = OTHER.public_key().public_bytes_raw().hex()
    cheat.reseal(OTHER)
    cheat.rechain()


@_cheat("signer")
def _an_envelope_signed_by_nobody(cheat: Cheat) -> None:
    cheat.sealed["signature"] = "66" * 64
    digest = sha256(text(cheat.sealed)).hexdigest()
    cheat.told("sealed")["envelope"] = cheat.told("opened")["envelope"] = digest
    cheat.rechain()


@_cheat("envelope")
def _another_envelope(cheat: Cheat) -> None:
    cheat.sealed["sealed_at"] = "2020-01-01T00:00:00+00:00"


@_cheat("envelope")
def _another_envelope_opened(cheat: Cheat) -> None:
    cheat.told("opened")["envelope"] = "77" * 32
    cheat.rechain()


@_cheat("replayed")
def _an_old_drill_under_a_new_number(cheat: Cheat) -> None:
    cheat.drill = "2027-9"


@_cheat("commitment")
def _an_old_drill_renumbered_all_over(cheat: Cheat) -> None:
    cheat.drill = cheat.sealed["drill"] = cheat.opened["pool"]["drill"] = "2027-9"


@_cheat("replayed")
def _a_regular_drill_called_double_blind(cheat: Cheat) -> None:
    cheat.opened["pool"]["type"] = "regular"
    cheat.reseal()
    cheat.rechain()


@_cheat("copied")
def _a_copy_that_hides_lines(cheat: Cheat) -> None:
    """Go on under another name, as a copied log does, but not from what stands before."""
    at = cheat.place("paused")
    cheat.insert(at, "copy", {"heads": {cheat.links[0]["body"]["post"]: [at + 3, "88" * 32]}})
    cheat.links[at]["body"]["post"] = "0badcafe"
    cheat.rechain()


@_cheat("foreign")
def _a_file_that_does_not_belong(cheat: Cheat) -> None:
    cheat.files["readme.txt"] = b"all is well\n"


@_cheat("foreign")
def _no_review(cheat: Cheat) -> None:
    del cheat.files["review.json"]


@_cheat("foreign")
def _a_package_of_something_else(cheat: Cheat) -> None:
    cheat.kind = "shouwang report"


@_cheat("json")
def _a_name_twice(cheat: Cheat) -> None:
    cheat.raw["opened.json"] = text(cheat.opened).replace(b"{", b'{"nonce":"00",', 1)


@_cheat("json")
def _not_a_number(cheat: Cheat) -> None:
    cheat.raw["review.json"] = b'{"minutes":NaN}\n'


@_cheat("json")
def _a_last_line_cut_off(cheat: Cheat) -> None:
    cheat.raw["log.jsonl"] = b"".join(map(text, cheat.links))[:-1]


@_cheat("malformed")
def _a_time_without_its_offset(cheat: Cheat) -> None:
    cheat.of("noted")[0]["at"] = "2026-11-23T09:00:00"
    cheat.rechain()


@_cheat("no_inject")
def _a_release_that_is_not_in_the_scenario(cheat: Cheat) -> None:
    cheat.insert(
        cheat.place("ended"), "released", {"text": "x", "to": "y", "trigger": "hand"}, "I9"
    )
    cheat.rechain()


@_cheat("reworded")
def _a_release_of_the_scenario_marked_as_added(cheat: Cheat) -> None:
    cheat.told("released").update(text="提示：请到东门。", added=True)
    cheat.rechain()


@_cheat("untimely")
def _a_release_before_the_start(cheat: Cheat) -> None:
    cheat.move(cheat.place("released"), cheat.place("started"))
    cheat.rechain()


@_cheat("repeated")
def _the_same_release_twice(cheat: Cheat) -> None:
    told = cheat.told("released")
    cheat.insert(cheat.place("ended"), "released", dict(told), "I1")
    cheat.rechain()


@_cheat("untimely")
def _a_release_after_the_end(cheat: Cheat) -> None:
    cheat.move(cheat.place("released"), cheat.place("frozen") - 1)
    at = datetime.fromisoformat(cheat.of("frozen")[0]["at"])
    cheat.told("released", -1)["at"] = at.isoformat()
    cheat.rechain()


@_cheat("untimely")
def _resumed_after_the_end(cheat: Cheat) -> None:
    cheat.insert(cheat.place("frozen"), "resumed", {})
    cheat.rechain()


@_cheat("late_stamp")
def _a_stamp_changed_after_the_end(cheat: Cheat) -> None:
    told = dict(cheat.told("stamped"))
    cheat.insert(cheat.place("frozen"), "stamped", told, "值班室:called:2")
    cheat.rechain()


@_cheat("late_stamp")
def _a_stamp_that_is_not_in_the_file_of_its_evaluator(cheat: Cheat) -> None:
    told = cheat.told("stamped", -1)
    at = datetime.fromisoformat(told["at"]) - timedelta(milliseconds=20)
    told["at"] = told["raw"] = at.isoformat()
    cheat.rechain()


@_cheat("evaluators")
def _the_file_of_an_evaluator_changed(cheat: Cheat) -> None:
    cheat.files["evaluator-1.json"] = cheat.files["evaluator-1.json"].replace(b"arrived", b"called")


@_cheat("evaluators")
def _the_file_of_an_evaluator_left_out(cheat: Cheat) -> None:
    del cheat.files["evaluator-1.json"]


@_cheat("malformed")
def _an_opening_that_tells_nothing(cheat: Cheat) -> None:
    cheat.told("opened").clear()
    cheat.rechain()


@_cheat("paper", paper=True)
def _drawn_again_and_the_first_hidden(cheat: Cheat) -> None:
    """Everything fits: other values, the scenario they give, all hashes. Paper remembers."""
    values = ["白", "黑", "灰"]
    for at, value in enumerate(values):
        nonce = bytes([at + 1]) * 32
        cheat.told("committed", at)["commit"] = commit_of(nonce, value)
        cheat.told("revealed", at).update(nonce=nonce.hex(), value=value)
    cheat.told("drawn")["digest_input"] = sha256(joined(values)).hexdigest()
    _redraw(cheat, values)
    cheat.rechain()


@_cheat("paper", paper=True)
def _a_value_searched_after_the_others_revealed(cheat: Cheat) -> None:
    """Who owns the log waits for all others, then commits anew: the paper of the draw remembers."""
    others = [body["after"]["value"] for body in cheat.of("revealed")][:-1]
    pool, wanted = cheat.opened["pool"], (cheat.told("opened")["index"] + 1) % 3
    seed = bytes.fromhex(pool["seed"])
    value = next(
        f"骰{n}" for n in range(1000) if drawn(seed, [*others, f"骰{n}"], 3)[0] == wanted
    )  # fmt: skip
    cheat.told("committed", -1)["commit"] = commit_of(bytes(32), value)
    cheat.told("revealed", -1).update(nonce=bytes(32).hex(), value=value)
    cheat.told("drawn")["digest_input"] = sha256(joined([*others, value])).hexdigest()
    _redraw(cheat, [*others, value])
    cheat.rechain()


@_cheat("paper", paper=True)
def _a_participant_taken_out_of_the_log(cheat: Cheat) -> None:
    for kind in ("committed", "revealed"):
        del cheat.links[cheat.place(kind, 2)]
    cheat.told("drawn")["values order"].pop()
    values = [body["after"]["value"] for body in cheat.of("revealed")]
    cheat.told("drawn")["digest_input"] = sha256(joined(values)).hexdigest()
    _redraw(cheat, values)
    cheat.rechain()


@_cheat("paper", paper=True)
def _another_pool_sealed_afterwards(cheat: Cheat) -> None:
    for scenario in cheat.opened["pool"]["scenarios"]:
        scenario["hour"] = 10
    cheat.reseal()
    cheat.rechain()


@_cheat("paper", paper=True)
def _a_stamp_made_better_afterwards(cheat: Cheat) -> None:
    told = cheat.told("stamped")
    at = datetime.fromisoformat(told["at"]) - timedelta(seconds=30)
    told["at"] = told["raw"] = at.isoformat()
    cheat.rechain()


@_cheat("paper", paper=True)
def _the_whole_log_backdated(cheat: Cheat) -> None:
    for link in cheat.links:
        _shift(link["body"], -86_400)
    for field in (cheat.told("started"), cheat.opened["pool"]):
        at = datetime.fromisoformat(field["t0"]) - timedelta(days=1)
        field["t0"] = at.isoformat()
    at = datetime.fromisoformat(cheat.sealed["sealed_at"]) - timedelta(days=1)
    cheat.sealed["sealed_at"] = at.isoformat()
    cheat.reseal()
    cheat.rechain()


@_cheat("paper", paper=True)
def _a_paper_of_another_drill(cheat: Cheat) -> None:
    cheat.heads.append("99" * 32)


def _redraw(cheat: Cheat, values: list[str]) -> None:
    """Open what these values draw, with releases that agree."""
    pool = cheat.opened["pool"]
    index, counter = drawn(bytes.fromhex(pool["seed"]), values, len(pool["scenarios"]))
    number = pool["scenarios"][index]["number"]
    cheat.told("opened").update(index=index, counter=counter, scenario=number)


def _shift(body: dict[str, Any], seconds: float) -> None:
    """Move the time of a line."""
    at = datetime.fromisoformat(body["at"]) + timedelta(seconds=seconds)
    body["at"] = at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
