"""Whole logs written anew: they fit in themselves, and only a head on paper refutes them."""

from datetime import datetime, timedelta
from hashlib import sha256

from desks.exercise.drawing import commit_of, drawn, joined
from tests.desks.exercise.cheating import redraw, refuted_as, shift
from tests.desks.exercise.packages import Cheat


@refuted_as("paper", paper=True)
def _drawn_again_and_the_first_hidden(cheat: Cheat) -> None:
    """Everything fits: other values, the scenario they give, all hashes. Paper remembers."""
    values = ["白", "黑", "灰"]
    for at, value in enumerate(values):
        nonce = bytes([at + 1]) * 32
        cheat.told("committed", at)["commit"] = commit_of(nonce, value)
        cheat.told("revealed", at).update(nonce=nonce.hex(), value=value)
    cheat.told("drawn")["digest_input"] = sha256(joined(values)).hexdigest()
    redraw(cheat, values)
    cheat.rechain()


@refuted_as("paper", paper=True)
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
    redraw(cheat, [*others, value])
    cheat.rechain()


@refuted_as("paper", paper=True)
def _a_participant_taken_out_of_the_log(cheat: Cheat) -> None:
    for kind in ("committed", "revealed"):
        del cheat.links[cheat.place(kind, 2)]
    cheat.told("drawn")["values order"].pop()
    values = [body["after"]["value"] for body in cheat.of("revealed")]
    cheat.told("drawn")["digest_input"] = sha256(joined(values)).hexdigest()
    redraw(cheat, values)
    cheat.rechain()


@refuted_as("paper", paper=True)
def _another_pool_sealed_afterwards(cheat: Cheat) -> None:
    for scenario in cheat.opened["pool"]["scenarios"]:
        scenario["hour"] = 10
    cheat.reseal()
    cheat.rechain()


@refuted_as("paper", paper=True)
def _a_stamp_made_better_afterwards(cheat: Cheat) -> None:
    told = cheat.told("stamped")
    at = datetime.fromisoformat(told["at"]) - timedelta(seconds=30)
    told["at"] = told["raw"] = at.isoformat()
    cheat.rechain()


@refuted_as("paper", paper=True)
def _the_whole_log_backdated(cheat: Cheat) -> None:
    for link in cheat.links:
        shift(link["body"], -86_400)
    for field in (cheat.told("started"), cheat.opened["pool"]):
        at = datetime.fromisoformat(field["t0"]) - timedelta(days=1)
        field["t0"] = at.isoformat()
    at = datetime.fromisoformat(cheat.sealed["sealed_at"]) - timedelta(days=1)
    cheat.sealed["sealed_at"] = at.isoformat()
    cheat.reseal()
    cheat.rechain()


@refuted_as("paper", paper=True)
def _a_paper_of_another_drill(cheat: Cheat) -> None:
    cheat.heads.append("99" * 32)
