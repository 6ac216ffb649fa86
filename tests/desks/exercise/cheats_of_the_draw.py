"""What could be tried with pool, envelope and draw: swapped, drawn again, biased, left out."""

from hashlib import sha256

from desks.exercise.drawing import drawn, joined
from tests.desks.exercise.cheating import redraw, refuted_as
from tests.desks.exercise.packages import Cheat


@refuted_as("commitment")
def _swapped_scenario(cheat: Cheat) -> None:
    at = cheat.told("opened")["index"]
    cheat.opened["pool"]["scenarios"][at]["title"] = "另一想定"


@refuted_as("commitment")
def _one_word_of_an_inject(cheat: Cheat) -> None:
    told = cheat.told("released")
    told["text"] = told["text"].replace("刺鼻", "轻微")
    at = cheat.told("opened")["index"]
    cheat.opened["pool"]["scenarios"][at]["injects"][0]["text"] = told["text"]
    cheat.rechain()


@refuted_as("reworded")
def _one_word_of_a_release(cheat: Cheat) -> None:
    told = cheat.told("released")
    told["text"] = told["text"].replace("刺鼻", "轻微")
    cheat.rechain()


@refuted_as("commitment")
def _another_nonce(cheat: Cheat) -> None:
    cheat.opened["nonce"] = cheat.told("opened")["nonce"] = "11" * 32
    cheat.rechain()


@refuted_as("commitment")
def _a_nonce_that_is_longer(cheat: Cheat) -> None:
    """Nonce and pool are hashed as one: the first bytes of a pool must not pass for the nonce."""
    cheat.opened["nonce"] += "00"


@refuted_as("commitment")
def _an_envelope_with_another_promise(cheat: Cheat) -> None:
    cheat.sealed["commitment"] = "22" * 32


@refuted_as("again")
def _drawn_again_without_voiding(cheat: Cheat) -> None:
    for kind in ("sealed", "committed", "revealed", "drawn"):
        for body in cheat.of(kind):
            cheat.insert(cheat.place("printed", 2), kind, dict(body["after"]), body["id"])
    cheat.rechain()


@refuted_as("again")
def _drawn_twice_from_one_seal(cheat: Cheat) -> None:
    cheat.insert(cheat.place("opened"), "drawn", dict(cheat.told("drawn")))
    cheat.rechain()


@refuted_as("other_value")
def _biased_value_after_the_reveal(cheat: Cheat) -> None:
    cheat.told("revealed", 1)["value"] = "绿"
    cheat.rechain()


@refuted_as("other_value")
def _value_and_nonce_cut_elsewhere(cheat: Cheat) -> None:
    """Part the same bytes otherwise: the first sign of the value goes to the nonce."""
    told = cheat.told("revealed")
    first = told["value"].encode()
    told["nonce"], told["value"] = told["nonce"] + first.hex(), ""
    cheat.rechain()


@refuted_as("after_reveal")
def _revealed_before_all_committed(cheat: Cheat) -> None:
    cheat.move(cheat.place("revealed"), cheat.place("committed", 2))
    cheat.rechain()


@refuted_as("other_value")
def _revealed_before_the_own_commitment(cheat: Cheat) -> None:
    cheat.move(cheat.place("revealed"), cheat.place("committed"))
    cheat.rechain()


@refuted_as("missing")
def _a_participant_who_never_revealed(cheat: Cheat) -> None:
    del cheat.links[cheat.place("revealed", 2)]
    cheat.rechain()


@refuted_as("order")
def _a_participant_left_out_of_the_draw(cheat: Cheat) -> None:
    cheat.told("drawn")["values order"].pop()
    cheat.rechain()


@refuted_as("order")
def _another_digest_of_the_values(cheat: Cheat) -> None:
    cheat.told("drawn")["digest_input"] = "33" * 32
    cheat.rechain()


@refuted_as("order")
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
    redraw(cheat, [value])
    cheat.rechain()


@refuted_as("commit_twice")
def _somebody_elses_commitment_copied(cheat: Cheat) -> None:
    for kind in ("committed", "revealed"):
        told = cheat.told(kind)
        cheat.told(kind, 1).update({k: v for k, v in told.items() if k != "name"})
    cheat.rechain()


@refuted_as("reveal_twice")
def _revealed_twice(cheat: Cheat) -> None:
    told = cheat.told("revealed")
    cheat.insert(cheat.place("revealed", 1), "revealed", dict(told), told["name"])
    cheat.rechain()


@refuted_as("undrawn")
def _a_draw_that_was_never_completed(cheat: Cheat) -> None:
    del cheat.links[cheat.place("drawn")]
    cheat.rechain()


@refuted_as("unsealed")
def _a_draw_before_the_sealing(cheat: Cheat) -> None:
    cheat.move(cheat.place("committed"), cheat.place("sealed"))
    cheat.rechain()


@refuted_as("void")
def _a_void_that_names_somebody_else(cheat: Cheat) -> None:
    cheat.insert(cheat.place("drawn"), "voided", {"names": ["示例丙"], "count": 1})
    cheat.rechain()


@refuted_as("index")
def _another_scenario_opened(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["index"] = (told["index"] + 1) % 3
    told["scenario"] = told["index"] + 1
    cheat.rechain()


@refuted_as("index")
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


@refuted_as("index")
def _the_next_digest_though_the_first_counts(cheat: Cheat) -> None:
    cheat.told("opened")["counter"] = 1
    cheat.rechain()


@refuted_as("scenario")
def _the_number_of_another_scenario(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["scenario"] = told["scenario"] % 3 + 1
    cheat.rechain()


@refuted_as("seed")
def _another_seed_at_the_opening(cheat: Cheat) -> None:
    cheat.told("opened")["seed"] = "44" * 32
    cheat.rechain()
