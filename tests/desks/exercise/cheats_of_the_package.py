"""What could be tried with keys and files, and with what a drill did while it ran."""

from datetime import datetime, timedelta
from hashlib import sha256

from tests.desks.exercise.cheating import OTHER, refuted_as
from tests.desks.exercise.packages import Cheat, text


@refuted_as("key")
def _signed_by_another_key(cheat: Cheat) -> None:
    cheat.key = OTHER


@refuted_as("signer")
def _sealed_by_another_key(cheat: Cheat) -> None:
    cheat.sealed["signer"] = OTHER.public_key().public_bytes_raw().hex()
    cheat.reseal(OTHER)
    cheat.rechain()


@refuted_as("signer")
def _an_envelope_signed_by_nobody(cheat: Cheat) -> None:
    cheat.sealed["signature"] = "66" * 64
    digest = sha256(text(cheat.sealed)).hexdigest()
    cheat.told("sealed")["envelope"] = cheat.told("opened")["envelope"] = digest
    cheat.rechain()


@refuted_as("envelope")
def _another_envelope(cheat: Cheat) -> None:
    cheat.sealed["sealed_at"] = "2020-01-01T00:00:00+00:00"


@refuted_as("envelope")
def _another_envelope_opened(cheat: Cheat) -> None:
    cheat.told("opened")["envelope"] = "77" * 32
    cheat.rechain()


@refuted_as("replayed")
def _an_old_drill_under_a_new_number(cheat: Cheat) -> None:
    cheat.drill = "2027-9"


@refuted_as("commitment")
def _an_old_drill_renumbered_all_over(cheat: Cheat) -> None:
    cheat.drill = cheat.sealed["drill"] = cheat.opened["pool"]["drill"] = "2027-9"


@refuted_as("replayed")
def _a_regular_drill_called_double_blind(cheat: Cheat) -> None:
    cheat.opened["pool"]["type"] = "regular"
    cheat.reseal()
    cheat.rechain()


@refuted_as("copied")
def _a_copy_that_hides_lines(cheat: Cheat) -> None:
    """Go on under another name, as a copied log does, but not from what stands before."""
    at = cheat.place("paused")
    cheat.insert(at, "copy", {"heads": {cheat.links[0]["body"]["post"]: [at + 3, "88" * 32]}})
    cheat.links[at]["body"]["post"] = "0badcafe"
    cheat.rechain()


@refuted_as("foreign")
def _a_file_that_does_not_belong(cheat: Cheat) -> None:
    cheat.files["readme.txt"] = b"all is well\n"


@refuted_as("foreign")
def _no_review(cheat: Cheat) -> None:
    del cheat.files["review.json"]


@refuted_as("foreign")
def _a_package_of_something_else(cheat: Cheat) -> None:
    cheat.kind = "shouwang report"


@refuted_as("json")
def _a_name_twice(cheat: Cheat) -> None:
    cheat.raw["opened.json"] = text(cheat.opened).replace(b"{", b'{"nonce":"00",', 1)


@refuted_as("json")
def _not_a_number(cheat: Cheat) -> None:
    cheat.raw["review.json"] = b'{"minutes":NaN}\n'


@refuted_as("json")
def _a_last_line_cut_off(cheat: Cheat) -> None:
    cheat.raw["log.jsonl"] = b"".join(map(text, cheat.links))[:-1]


@refuted_as("malformed")
def _a_time_without_its_offset(cheat: Cheat) -> None:
    cheat.of("noted")[0]["at"] = "2026-11-23T09:00:00"
    cheat.rechain()


@refuted_as("no_inject")
def _a_release_that_is_not_in_the_scenario(cheat: Cheat) -> None:
    cheat.insert(
        cheat.place("ended"), "released", {"text": "x", "to": "y", "trigger": "hand"}, "I9"
    )
    cheat.rechain()


@refuted_as("reworded")
def _a_release_of_the_scenario_marked_as_added(cheat: Cheat) -> None:
    cheat.told("released").update(text="提示：请到东门。", added=True)
    cheat.rechain()


@refuted_as("untimely")
def _a_release_before_the_start(cheat: Cheat) -> None:
    cheat.move(cheat.place("released"), cheat.place("started"))
    cheat.rechain()


@refuted_as("repeated")
def _the_same_release_twice(cheat: Cheat) -> None:
    told = cheat.told("released")
    cheat.insert(cheat.place("ended"), "released", dict(told), "I1")
    cheat.rechain()


@refuted_as("untimely")
def _a_release_after_the_end(cheat: Cheat) -> None:
    cheat.move(cheat.place("released"), cheat.place("frozen") - 1)
    at = datetime.fromisoformat(cheat.of("frozen")[0]["at"])
    cheat.told("released", -1)["at"] = at.isoformat()
    cheat.rechain()


@refuted_as("untimely")
def _resumed_after_the_end(cheat: Cheat) -> None:
    cheat.insert(cheat.place("frozen"), "resumed", {})
    cheat.rechain()


@refuted_as("late_stamp")
def _a_stamp_changed_after_the_end(cheat: Cheat) -> None:
    told = dict(cheat.told("stamped"))
    cheat.insert(cheat.place("frozen"), "stamped", told, "值班室:called:2")
    cheat.rechain()


@refuted_as("late_stamp")
def _a_stamp_that_is_not_in_the_file_of_its_evaluator(cheat: Cheat) -> None:
    told = cheat.told("stamped", -1)
    at = datetime.fromisoformat(told["at"]) - timedelta(milliseconds=20)
    told["at"] = told["raw"] = at.isoformat()
    cheat.rechain()


@refuted_as("evaluators")
def _the_file_of_an_evaluator_changed(cheat: Cheat) -> None:
    cheat.files["evaluator-1.json"] = cheat.files["evaluator-1.json"].replace(b"arrived", b"called")


@refuted_as("evaluators")
def _the_file_of_an_evaluator_left_out(cheat: Cheat) -> None:
    del cheat.files["evaluator-1.json"]


@refuted_as("malformed")
def _an_opening_that_tells_nothing(cheat: Cheat) -> None:
    cheat.told("opened").clear()
    cheat.rechain()
