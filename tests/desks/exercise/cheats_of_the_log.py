"""What could be tried with the log: edited, reordered, backdated, opened early, forged heads."""

from datetime import datetime, timedelta

from tests.desks.exercise.cheating import refuted_as, shift
from tests.desks.exercise.packages import Cheat


@refuted_as("changed")
def _a_line_edited(cheat: Cheat) -> None:
    cheat.of("noted")[0]["who"] = "别人"


@refuted_as("follows")
def _a_line_edited_and_hashed(cheat: Cheat) -> None:
    """Its own hash fits again; the next line still knows the old one."""
    at = cheat.place("noted")
    later = [dict(link) for link in cheat.links[at + 1 :]]
    cheat.of("noted")[0]["who"] = "别人"
    cheat.rechain()
    cheat.links[at + 1 :] = later


@refuted_as("numbered")
def _lines_reordered(cheat: Cheat) -> None:
    cheat.links[14], cheat.links[15] = cheat.links[15], cheat.links[14]


@refuted_as("numbered")
def _a_line_dropped_from_the_middle(cheat: Cheat) -> None:
    del cheat.links[cheat.place("paused")]


@refuted_as("end")
def _the_last_line_dropped(cheat: Cheat) -> None:
    cheat.end = list(cheat.links)
    cheat.links.pop()


@refuted_as("one")
def _the_end_dropped_and_all_hashed_anew(cheat: Cheat) -> None:
    del cheat.links[cheat.place("ended") :]
    cheat.rechain()


@refuted_as("backwards")
def _a_line_backdated(cheat: Cheat) -> None:
    shift(cheat.of("released")[1], -3600)
    cheat.rechain()


@refuted_as("early")
def _opened_before_t0(cheat: Cheat) -> None:
    t0 = datetime.fromisoformat(cheat.opened["pool"]["t0"]) + timedelta(seconds=30)
    cheat.opened["pool"]["t0"] = t0.isoformat()
    cheat.reseal()
    cheat.rechain()


@refuted_as("began_early")
def _begun_before_t0(cheat: Cheat) -> None:
    t0 = datetime.fromisoformat(cheat.opened["pool"]["t0"]) - timedelta(seconds=1)
    cheat.told("started")["t0"] = t0.isoformat()
    cheat.rechain()


@refuted_as("began_early")
def _the_start_told_an_hour_earlier(cheat: Cheat) -> None:
    cheat.told("started")["t0"] = "2026-01-01T09:00:00+08:00"
    cheat.rechain()


@refuted_as("began_when")
def _the_start_told_five_minutes_later(cheat: Cheat) -> None:
    """Let every team seem five minutes faster."""
    told = cheat.told("started")
    told["t0"] = (datetime.fromisoformat(told["t0"]) + timedelta(minutes=5)).isoformat()
    cheat.rechain()


@refuted_as("opened_when")
def _opened_after_the_start(cheat: Cheat) -> None:
    cheat.move(cheat.place("opened"), cheat.place("started"))
    cheat.rechain()


@refuted_as("late")
def _sealed_after_t0(cheat: Cheat) -> None:
    cheat.opened["pool"]["t0"] = cheat.sealed["sealed_at"]
    cheat.reseal()
    cheat.rechain()


@refuted_as("officers")
def _opened_by_one_officer(cheat: Cheat) -> None:
    told = cheat.told("opened")
    told["officers"] = [told["officers"][0]] * 2
    cheat.rechain()


@refuted_as("officers")
def _one_key_under_three_names(cheat: Cheat) -> None:
    """One person holds all three keys, so that two are none."""
    for row in cheat.sealed["recipients"]:
        row["recipient"] = cheat.sealed["recipients"][0]["recipient"]
    cheat.reseal()
    cheat.rechain()


@refuted_as("misplaced")
def _the_paper_of_the_commitments_before_them(cheat: Cheat) -> None:
    cheat.move(cheat.place("printed", 1), cheat.place("committed"))
    cheat.rechain()


@refuted_as("malformed")
def _times_at_the_end_of_all_times(cheat: Cheat) -> None:
    """Whatever no clock can show is refuted, in a sentence."""
    for link in cheat.links[cheat.place("opened") :]:
        link["body"]["at"] = "9999-12-31T23:59:59Z"
    cheat.opened["pool"]["t0"] = cheat.told("started")["t0"] = "9999-12-31T23:59:59+00:01"
    for body in cheat.of("released"):
        body["after"]["at"] = "9999-12-31T23:59:58Z"
    cheat.reseal()
    cheat.rechain()


@refuted_as("malformed")
def _a_sealing_that_tells_a_number_as_a_head(cheat: Cheat) -> None:
    cheat.told("sealed")["head"] = 7
    cheat.rechain()


@refuted_as("officers")
def _opened_by_a_stranger(cheat: Cheat) -> None:
    cheat.told("opened")["officers"][1] = "示例丁"
    cheat.rechain()


@refuted_as("forged")
def _a_printed_head_forged(cheat: Cheat) -> None:
    cheat.told("printed", -1)["head"] = "55" * 32
    for link in cheat.links:
        link["forged"] = link["body"]["kind"] == "printed"
    cheat.rechain()


@refuted_as("misplaced")
def _an_end_printed_before_the_end(cheat: Cheat) -> None:
    cheat.told("printed")["what"] = "end"
    cheat.rechain()


@refuted_as("unprinted")
def _the_commitment_printed_after_the_draw(cheat: Cheat) -> None:
    cheat.move(cheat.place("printed"), cheat.place("drawn"))
    cheat.rechain()


@refuted_as("unprinted")
def _the_commitment_printed_after_t0(cheat: Cheat) -> None:
    """Order alone is not enough: who draws after T0 must have printed before it."""
    t0 = datetime.fromisoformat(cheat.of("sealed")[0]["at"]) + timedelta(microseconds=1)
    cheat.opened["pool"]["t0"] = t0.isoformat()
    cheat.reseal()
    cheat.rechain()
