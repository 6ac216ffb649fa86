"""Replay and contradictions on chains written by hand: each answer can be worked out on paper."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from geodata.store import Conflict, Event
from geodata.store.replay import Knowledge, State, in_order, open_conflicts, replay

NOON = datetime(2026, 9, 16, 4, tzinfo=UTC)
KEY = ("team", "T1")
Heads = Mapping[str, int]
NOBODY: Heads = MappingProxyType({})


def event(link: str, clock: int, kind: str, after: Mapping[str, object], name: str = "T1") -> Event:
    """Return an event; ``link`` is post and number, as in ``A3``."""
    post, seq = link[0], int(link[1:])
    return Event(
        post, seq, clock, NOON, NOON, "周与安", "试", kind, "team", name, 0, {}, after, "", link
    )


def added(link: str, clock: int, feature: str = "T1", /, **props: object) -> Event:
    return event(link, clock, "add", {"props": props, "shape": None}, feature)


def put(link: str, clock: int, **props: object) -> Event:
    return event(link, clock, "set", {"props": props})


def settled(link: str, clock: int, **props: object) -> Event:
    return event(link, clock, "settle", {"props": props})


def removed(link: str, clock: int) -> Event:
    return event(link, clock, "remove", {"removed": True})


def met(link: str, clock: int, heads: Heads) -> Event:
    """Return a merge after which these ends of other chains are known."""
    after = {"heads": {post: [seq, f"{post}{seq}"] for post, seq in heads.items()}}
    return event(link, clock, "merge", after, "")


def state(events: Sequence[Event]) -> State | None:
    return replay(events, Knowledge(events)).get(KEY)


def props(events: Sequence[Event]) -> dict[str, object]:
    found = state(events)
    assert found is not None
    return found.props


def conflicts(events: Sequence[Event]) -> list[tuple[tuple[str, ...], str, str]]:
    found: list[Conflict] = list(open_conflicts(events, Knowledge(events)))
    return [(one.columns, one.one.hash, one.other.hash) for one in found]


BEGIN = (added("A1", 1, name="队", beds=10), met("B1", 2, {"A": 1}))
"""A adds the team, B learns of it."""


def test_edits_of_different_columns_both_hold_and_contradict_in_nothing() -> None:
    """Row S2-2: two posts that know nothing of one another."""
    events = (*BEGIN, put("A2", 2, beds=12), put("B2", 3, name="改"))
    assert props(events) == {"name": "改", "beds": 12}
    assert conflicts(events) == []


def test_of_one_column_the_later_clock_shows_and_both_are_listed() -> None:
    events = (*BEGIN, put("A2", 5, beds=12), put("B2", 3, beds=8))
    assert props(events) == {"name": "队", "beds": 12}
    assert conflicts(events) == [(("beds",), "B2", "A2")]


def test_equal_clocks_are_told_apart_by_the_posts() -> None:
    """Both posts must choose the same one, whoever merges first."""
    events = (*BEGIN, put("A2", 3, beds=12), put("B2", 3, beds=8))
    assert props(events)["beds"] == 8
    assert conflicts(events) == [(("beds",), "A2", "B2")]


def test_the_same_value_twice_is_no_contradiction() -> None:
    events = (*BEGIN, put("A2", 2, beds=12, name="甲"), put("B2", 3, beds=12, name="乙"))
    assert conflicts(events) == [(("name",), "A2", "B2")]


def test_the_order_in_which_events_arrive_changes_nothing() -> None:
    events = (
        *BEGIN,
        put("A2", 2, beds=12),
        put("B2", 3, beds=8),
        removed("A3", 4),
        added("C1", 1, "T2", name="二"),
    )
    expected = replay(events, Knowledge(events))
    named = conflicts(events)
    for shuffled in itertools.permutations(events):
        assert replay(shuffled, Knowledge(shuffled)) == expected
        assert list(replay(shuffled, Knowledge(shuffled))) == list(expected)
        assert conflicts(shuffled) == named


def test_who_knew_the_other_contradicts_nobody() -> None:
    events = (*BEGIN, put("A2", 2, beds=12), met("B2", 3, {"A": 2}), put("B3", 4, beds=8))
    assert props(events)["beds"] == 8
    assert conflicts(events) == []


def test_what_was_learnt_after_an_edit_was_not_known_to_it() -> None:
    """The merge stands behind the edit in its chain: the edit could not know."""
    events = (*BEGIN, put("A2", 2, beds=12), put("B2", 3, beds=8), met("B3", 4, {"A": 2}))
    assert conflicts(events) == [(("beds",), "A2", "B2")]


def test_an_edit_after_meeting_settles_nothing_by_the_way() -> None:
    """Who merely writes over both may never have seen that they differ: it stays listed."""
    events = (
        *BEGIN,
        put("A2", 2, beds=12, name="甲"),
        put("B2", 3, beds=8, name="乙"),
        met("B3", 4, {"A": 2}),
        put("B4", 5, beds=9),
    )
    assert props(events) == {"name": "乙", "beds": 9}
    assert conflicts(events) == [(("beds", "name"), "A2", "B2")]


def test_a_settlement_ends_what_it_knew_and_nothing_that_came_later() -> None:
    before = (*BEGIN, put("A2", 2, beds=12), put("B2", 3, beds=8), met("A3", 4, {"B": 2}))
    assert conflicts(before) == [(("beds",), "A2", "B2")]
    after = (*before, settled("A4", 5, beds=12))
    assert props(after)["beds"] == 12
    assert conflicts(after) == []
    late = (*after, put("B3", 6, beds=7))
    assert props(late)["beds"] == 7
    assert conflicts(late) == [(("beds",), "A4", "B3")]


def test_a_settlement_of_one_who_knew_only_half_settles_nothing() -> None:
    events = (*BEGIN, put("A2", 2, beds=12), put("B2", 3, beds=8), settled("C1", 9, beds=12))
    assert (("beds",), "A2", "B2") in conflicts(events)


def test_only_the_last_word_of_a_post_contradicts() -> None:
    """Who corrects a typing error before meeting leaves one question to others, not two."""
    events = (*BEGIN, put("A2", 2, beds=120), put("A3", 3, beds=12), put("B2", 3, beds=8))
    assert conflicts(events) == [(("beds",), "A3", "B2")]


def test_three_posts_that_differ_are_three_pairs() -> None:
    events = (
        *BEGIN,
        met("C1", 2, {"A": 1}),
        put("A2", 3, beds=1),
        put("B2", 3, beds=2),
        put("C2", 3, beds=3),
    )
    assert conflicts(events) == [
        (("beds",), "A2", "B2"),
        (("beds",), "A2", "C2"),
        (("beds",), "B2", "C2"),
    ]
    assert props(events)["beds"] == 3


def test_what_others_changed_meanwhile_survives_a_removal_and_is_listed() -> None:
    """Row S2-2: nobody's tidying takes away what somebody else has just filled."""
    for clocks in ((2, 3), (3, 2)):
        events = (*BEGIN, removed("A2", clocks[0]), put("B2", clocks[1], beds=8))
        found = state(events)
        assert found is not None
        assert found.props["beds"] == 8
        (((), one, other),) = conflicts(events)
        assert {one, other} == {"A2", "B2"}


def test_a_removal_by_one_who_knew_everything_holds() -> None:
    events = (*BEGIN, put("B2", 3, beds=8), met("A2", 4, {"B": 2}), removed("A3", 5))
    assert state(events) is None
    assert conflicts(events) == []


def test_two_removals_agree() -> None:
    events = (*BEGIN, removed("A2", 2), removed("B2", 3))
    assert conflicts(events) == []


def test_added_at_two_posts_under_one_id_is_one_feature_and_listed() -> None:
    events = (added("A1", 1, name="甲", beds=1), added("B1", 1, name="乙", beds=1))
    assert props(events) == {"name": "乙", "beds": 1}
    assert conflicts(events) == [(("name",), "A1", "B1")]


def test_who_comes_back_after_a_removal_begins_anew_and_counts_on() -> None:
    events = (added("A1", 1, name="队", beds=10), removed("A2", 2), added("A3", 3, name="新"))
    found = state(events)
    assert found is not None
    assert (found.props, found.version, found.head) == ({"name": "新"}, 3, "A3")
    assert found.born > "000000000001:A"


def test_an_emptied_column_is_gone_and_shape_and_people_are_replaced_whole() -> None:
    place = {"shape": "POINT (113 23)", "personal": {"phone": "x", "contact": "y"}}
    events = (
        added("A1", 1, name="队", beds=10),
        event("A2", 2, "set", place),
        event("A3", 3, "set", {"props": {"beds": None}, "personal": {"phone": "z"}}),
    )
    found = state(events)
    assert found is not None
    assert found.props == {"name": "队"}
    assert (found.shape, found.personal) == ("POINT (113 23)", {"phone": "z"})
    assert event("A2", 2, "set", place).after["personal"] == {"phone": "x", "contact": "y"}


@pytest.mark.parametrize("part", ["shape", "personal"])
def test_places_and_people_contradict_like_columns(part: str) -> None:
    values: Mapping[str, tuple[object, object]] = {
        "shape": ("POINT (1 1)", "POINT (2 2)"),
        "personal": ({"phone": "a"}, {"phone": "b"}),
    }
    one, other = values[part]
    events = (*BEGIN, event("A2", 2, "set", {part: one}), event("B2", 3, "set", {part: other}))
    assert conflicts(events) == [((part,), "A2", "B2")]
    agreeing = (*BEGIN, event("A2", 2, "set", {part: one}), event("B2", 3, "set", {part: one}))
    assert conflicts(agreeing) == []


def test_features_stand_in_the_order_of_adding_not_of_their_last_edit() -> None:
    events = (
        added("A1", 1, "T9", name="九"),
        added("A2", 2, "T1", name="一"),
        event("A3", 3, "set", {"props": {"name": "改"}}, "T9"),
        added("B1", 1, "T5", name="五"),
    )
    assert [name for _, name in replay(events, Knowledge(events))] == ["T9", "T5", "T1"]


def test_notes_change_no_feature() -> None:
    note = event("A2", 2, "unmask", {"props": {"beds": 99}})
    assert props((BEGIN[0], note)) == {"name": "队", "beds": 10}
    found = state((BEGIN[0], note))
    assert found is not None
    assert found.version == 1


def test_numbers_above_nine_come_after_nine() -> None:
    events = [added("A10", 10, "T3"), added("A9", 9, "T2"), added("A100", 100, "T1")]
    assert [e.hash for e in in_order(events)] == ["A9", "A10", "A100"]
    assert [name for _, name in replay(events, Knowledge(events))] == ["T2", "T3", "T1"]


def test_a_horizon_is_all_that_was_known_and_no_more() -> None:
    events = (
        met("B1", 1, {"A": 3, "C": 2}),
        met("B2", 2, {"A": 1}),
        put("B3", 3, beds=1),
        met("B4", 4, {"A": 9}),
    )
    knowledge = Knowledge(events)
    assert knowledge.horizon(events[2]) == {"A": 3, "C": 2, "B": 2}
    assert knowledge.knew(events[2], put("A3", 1, beds=2))
    assert not knowledge.knew(events[2], put("A4", 1, beds=2))
    assert not knowledge.knew(events[2], put("D1", 1, beds=2))
    assert not knowledge.knew(events[2], events[2])
