"""The review at its limits: exact times, several evaluators, drills cut short, nothing at all."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from desks.exercise.indicators import judging
from desks.exercise.log import Entry
from desks.exercise.review import Review, proposal_said, review
from desks.exercise.review_document import review_document
from desks.exercise.scenario import DRILL_TYPES, Inject, Node, Trigger
from language import LANGUAGES, Catalogue
from tests.desks.exercise.pools import scenario as small_scenario
from tests.desks.exercise.reviewed import (
    Line,
    answered,
    at,
    ended,
    log_of,
    node,
    played,
    released,
    reviewed,
    stamped,
    started,
)
from tests.payloads import PAYLOADS

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "drill-review.schema.json"
EN = Catalogue.load("en")


def _one(times: tuple[int | None, ...], *lines: Line, over_s: float = 9_000) -> Any:  # noqa: ANN401
    """Return the only node of a drill, of P50, P90 and latest in seconds."""
    drawn = small_scenario(nodes=(node("n", "speed", times),))
    found = log_of(started(), *lines, ended(over_s))
    (made,) = review(found, drawn, drill="1", type_="regular").nodes
    return made


def _contest(*stamps: Line, teams: str = "abc") -> Review:
    """Return the review of a contest in which each team has a first and a second node."""
    nodes = tuple(
        node(f"{team}{at}", "handling", (60, 90, 120), f"team:{team}")
        for team in teams
        for at in (1, 2)
    )
    found = log_of(started(), *stamps, ended(500))
    return review(found, small_scenario(nodes=nodes), drill="1", type_="contest")


@pytest.mark.parametrize(
    ("times", "after_s", "result", "off_ms"),
    [
        ((60, 90, 150), 0, "in_band", -60_000),
        ((60, 90, 150), 60, "in_band", 0),
        ((60, 90, 150), 90, "in_band", 30_000),
        ((60, 90, 150), 90.001, "late", 30_001),
        ((60, 90, 150), 150, "late", 90_000),
        ((60, 90, 150), 150.001, "too_late", 90_001),
        ((60, 90, None), 9_000, "late", 8_940_000),
        ((None, None, 150), 150, "in_band", 0),
        ((None, None, 150), 150.001, "too_late", 1),
        ((None, 90, 80), 85, "in_band", -5_000),
        ((None, 90, 80), 91, "too_late", 1_000),
        ((60, None, None), 61, "no_limit", 1_000),
        ((None, None, None), 61, "no_limit", None),
    ],
)
def test_a_stamp_on_the_millisecond_of_a_limit(
    times: tuple[int | None, ...], after_s: float, result: str, off_ms: int | None
) -> None:
    """S3-4: equal is in time, a millisecond more is not; without limits nobody is late."""
    made = _one(times, stamped("n", after_s))
    assert (made.result, made.off_ms, made.at_ms) == (result, off_ms, round(after_s * 1000))


@pytest.mark.parametrize(
    ("over_s", "result"), [(0, "open"), (90, "open"), (90.001, "missed"), (9_000, "missed")]
)
def test_what_nobody_stamped_is_missed_only_after_its_band(over_s: float, result: str) -> None:
    """S3-4: a drill that ended within a node's band did not miss it."""
    drawn = small_scenario(nodes=(node("n", "speed", (60, 90, 150)), node("x", "speed", (1, 2, 3))))
    found = log_of(started(), stamped("x", 1), ended(over_s))
    made = review(found, drawn, drill="1", type_="regular")
    assert made.nodes[0].result == result
    assert (made.nodes[0] in made.proposed) is (result == "missed")


@pytest.mark.parametrize(
    ("late_s", "said"), [(90.001, "1 s"), (91, "1 s"), (91.001, "2 s"), (150, "60 s")]
)
def test_a_proposed_finding_never_says_zero_seconds_late(late_s: float, said: str) -> None:
    assert f": {said} after" in EN.word(proposal_said(_one((60, 90, 999), stamped("n", late_s))))


@pytest.mark.parametrize("more_ms", [0, 1])
def test_evaluators_who_differ_by_more_than_the_limit_are_named(more_ms: int) -> None:
    """S3-4: three evaluators stand side by side; the earliest counts, the spread is said."""
    apart_s = (judging().apart_ms + more_ms) / 1000
    made = _one(
        (60, 90, 150),
        stamped("n", 50 + apart_s, "丙"),
        stamped("n", 50, "乙", offset_ms=4_000),
        stamped("n", 50.5, "甲"),
    )
    assert [one.evaluator for one in made.seen] == ["乙", "甲", "丙"]
    assert (made.at_ms, made.seen[0].offset_ms) == (50_000, 4_000)
    assert (made.why is not None) is bool(more_ms)


def test_stamps_of_one_moment_stand_in_the_order_of_names_whoever_came_first() -> None:
    pair = stamped("n", 50, "乙"), stamped("n", 50, "甲")
    assert _one((60, 90, 150), *pair).seen == _one((60, 90, 150), *reversed(pair)).seen


def test_the_earliest_stamp_taken_back_leaves_the_next_one_and_only_its_own() -> None:
    """S3-4: a slip of one evaluator's thumb neither counts nor takes another one's stamp along."""
    undone = ("noted", 99.0, "甲", "", {"evaluator": "甲", "undone": "甲:1", "text": "⌫ 甲:1"})
    other = ("noted", 99.0, "丙", "", {"evaluator": "丙", "undone": "乙:1", "text": "⌫ 乙:1"})
    lines = stamped("n", 10, "甲"), stamped("n", 120, "乙"), undone, other
    made = _one((60, 90, 150), *lines)
    assert [one.evaluator for one in made.seen] == ["乙"]
    assert made.result == "late"
    found = log_of(started(), *lines, ended(9_000))
    assert reviewed(found).remarks == (), "what the program writes is no remark of anybody"


def test_a_pause_between_an_inject_and_its_answer_does_not_make_it_late() -> None:
    """S3-6: the drill stood still for ten minutes; nobody could have answered sooner."""
    pause: tuple[Line, ...] = ("paused", 20.0, "导调", "", {}), ("resumed", 620.0, "导调", "", {})
    found = log_of(started(), released("I1", 10), *pause, answered("I1", 640), ended(700))
    made = reviewed(found).injects[0]
    assert (made.answer_ms, made.result) == (30_000, "answered")
    within = log_of(started(), released("I1", 10), *pause[:1], answered("I1", 400), *pause[1:])
    assert reviewed(within).injects[0].answer_ms == 10_000, "answered while it stood still"


@pytest.mark.parametrize(("after_s", "result"), [(-3, "answered"), (0, "answered"),
                                                 (120.0009, "answered"),
                                                 (120.001, "answered_late")])  # fmt: skip
def test_an_answer_by_a_clock_that_goes_before_ours_took_no_time(
    after_s: float, result: str
) -> None:
    found = log_of(started(), released("I1", 10.0009), answered("I1", 10.0009 + after_s))
    made = reviewed(found).injects[0]
    assert made.result == result
    assert made.answer_ms == max(0, int(after_s * 1000))


def test_the_first_answer_counts_and_one_to_nothing_is_nobodys() -> None:
    lines = released("I1", 10), answered("I1", 20, "先"), answered("I1", 300, "后")
    review_ = reviewed(log_of(started(), *lines, answered("I9", 30), ended(400)))
    assert (review_.injects[0].by, review_.injects[0].answer_ms) == ("先", 10_000)
    assert [one.key for one in review_.injects] == ["I1", "I2", "I3", "I4", "I5"]


def test_an_aborted_drill_says_why_and_judges_what_was_due_before() -> None:
    """S3-4: a real emergency ends it; what still had time is nobody's fault."""
    why = {"why": "真实警情\u202e：“立即归队”"}
    found = log_of(started(), stamped("called", 18), ("aborted", 700.0, "导调", "", why))
    made = reviewed((*found, *log_of(ended(800))))
    results = {one.node.key: one.result for one in made.nodes}
    assert (made.phase, made.ran_ms, made.why) == ("aborted", 700_000, why["why"])
    assert (results["called"], results["arrived"], results["cordon"]) == (
        "in_band", "missed", "open",
    )  # fmt: skip
    assert any("aborted" in EN.word(one) for one in made.unjudged)


def test_an_aborted_drill_that_never_began_has_no_running_time() -> None:
    made = reviewed(log_of(("aborted", 5.0, "导调", "", {})))
    assert (made.t0, made.ran_ms, made.missed) == (None, None, ())
    assert all(one.measures == () for one in made.indicators)


def test_teams_of_a_contest_stand_by_nodes_then_time_and_equals_leave_a_gap() -> None:
    """S3-10: two thirds are followed by a fifth, as at every sports day."""
    made = _contest(
        stamped("a1", 100), stamped("b1", 50), stamped("b2", 80), stamped("c1", 100),
        stamped("e1", 40), teams="abcde",
    )  # fmt: skip
    assert [(r.place, r.team[-1], r.reached, r.nodes, r.last_ms) for r in made.ranking] == [
        (1, "b", 2, 2, 80_000),
        (2, "e", 1, 2, 40_000),
        (3, "a", 1, 2, 100_000),
        (3, "c", 1, 2, 100_000),
        (5, "d", 0, 2, None),
    ]


def test_a_team_at_zero_seconds_ranks_before_one_that_came_nowhere() -> None:
    made = _contest(stamped("b1", 0), teams="ab")
    assert [(r.place, r.team[-1], r.last_ms) for r in made.ranking] == [(1, "b", 0), (2, "a", None)]


@pytest.mark.parametrize(("told", "people"), [(0, 0), (312, 312), (True, None), ("312", None),
                                              (None, None), (3.5, None)])  # fmt: skip
def test_nobody_assembled_is_zero_and_nobody_counted_is_unknown(
    told: object, people: int | None
) -> None:
    count = ("noted", 800.0, "清点员", "", {"text": "清点人数", "people": told})
    held = reviewed((*played(), *log_of(count)), "assembly").assembled
    assert held is not None
    assert held.people == people


def test_the_last_count_of_people_counts_and_all_are_in_when_the_last_node_is() -> None:
    counts = [("noted", 800.0 + n, f"清点{n}", "", {"text": "x", "people": n}) for n in (9, 12)]
    drawn = small_scenario(
        nodes=(node("h1", "handling", (60, 90, 120)), node("h2", "handling", (60, 90, 120)),
               node("t", "handling", (60, 90, 120), "team:T-1"))
    )  # fmt: skip
    lines = stamped("h1", 100), stamped("h2", 70), *counts
    made = review(log_of(started(), *lines, ended(900)), drawn, drill="1", type_="assembly")
    assert made.assembled is not None
    assert vars(made.assembled) == {"people": 12, "counted_by": "清点12", "after_ms": 100_000}


def _bare_entries() -> dict[str, tuple[Entry, ...]]:
    return {
        "nothing": (),
        "begun": log_of(started()),
        "over at once": log_of(started(), ended(0)),
        "aborted": log_of(started(), ("aborted", 1.0, "导调", "", {})),
        "paused": log_of(started(), ("paused", 5.0, "导调", "", {})),
    }


@pytest.mark.parametrize("type_", DRILL_TYPES)
@pytest.mark.parametrize("name", sorted(_bare_entries()))
def test_a_scenario_without_anything_gives_unknown_and_never_zero(type_: str, name: str) -> None:
    """S3-6: no node, no inject, no line of a sheet: every figure is null in a valid document."""
    drawn = small_scenario(nodes=(), injects=(), sheet=())
    made = review(_bare_entries()[name], drawn, drill="1", type_=type_)
    document = json.loads(json.dumps(review_document(made, EN), allow_nan=False))
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [one["measures"] for one in document["indicators"]] == [None] * 4
    assert all(one["why"] for one in document["indicators"])
    assert document["assembled"] in (None, {"people": None, "counted_by": "", "after_ms": None})
    assert (document["nodes"], document["injects"], document["ranking"]) == ([], [], [])
    assert (document["ran_ms"] is None) is (name in {"nothing", "begun", "paused"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_come_through_the_document_as_they_are(language: str) -> None:
    """No text of a scenario, a log or an evaluator becomes a key, a number or another text."""
    texts = tuple(PAYLOADS.values())[:20]
    drawn = small_scenario(
        title=texts[0], place=texts[1],
        nodes=tuple(Node(f"n{i}", t, "speed", 1, 2, 3, t, t) for i, t in enumerate(texts)),
        injects=tuple(Inject(f"I{i}", Trigger("hand"), t, t) for i, t in enumerate(texts)),
    )  # fmt: skip
    notes = [("noted", 5.0, t, "", {"text": t, "evaluator": t}) for t in texts]
    found = log_of(started(), *notes, ("aborted", 9.0, "导调", "", {"why": texts[2]}))
    document = review_document(
        review(found, drawn, drill="1", type_="contest"), Catalogue.load(language)
    )
    again = json.loads(json.dumps(document, ensure_ascii=False))
    jsonschema.validate(again, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [one["title"] for one in again["nodes"]] == list(texts)
    assert [one["text"] for one in again["injects"]] == list(texts)
    assert [one["text"] for one in again["remarks"]] == [t for t in texts if t]
    assert again["why"] == texts[2]


def test_the_document_shares_nothing_with_the_review() -> None:
    """Who adds a line to the JSON must not change what the paper says a moment later."""
    made = reviewed(type_="assembly")
    document = review_document(made, EN)
    document["injects"][0]["text"] = document["nodes"][0]["seen"][0]["evaluator"] = "changed"
    document["indicators"][0]["measures"][0]["good"] = 99
    document["assembled"]["people"] = 99
    assert review_document(made, EN) == review_document(reviewed(type_="assembly"), EN)


def test_a_drill_sealed_anew_shows_the_seal_that_was_opened() -> None:
    """The commitment on the report is that of the last seal, and the void before it is counted."""
    seals = [("sealed", -99.0 + n, "组长", "", {"commitment": f"{n}" * 64, "signer": f"{n}"})
             for n in (1, 2)]  # fmt: skip
    voided = ("voided", -98.5, "组长", "", {"missing": ["某单位"], "count": 1, "at": at(-98.5)})
    opened = ("opened", -1.0, "纪检", "", {"officers": ["组长", "纪检"], "at": at(-1)})
    made = reviewed(log_of(seals[0], voided, seals[1], opened, started()))
    assert (made.commitment, made.signer, made.voided) == ("2" * 64, "2", 1)
    assert made.officers == ("组长", "纪检")
