"""Why the first is first, and what a change of closures does to each team."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desks.command import Incident, Place, Responder, Route, SituationBrief, compare
from desks.command.reasons import why_first
from language import say

ROUTE = Route(((0.0, 0.0), (1.0, 1.0)), 1_000, (("滨江大道", 1_000),), "滨江大道")
TEAM = Responder(
    rank=1, layer="team", id="A", name="甲队", kind="综合消防", order="专业", at=(0.0, 0.0),
    fit=True, fit_reason=say("fit"), reachable=True, reason=None, eta_s=300, call_s=60,
    turnout_s=60, drive_s=180, free_flow_s=280, p90_s=500, distance_m=1_000, route=ROUTE,
    people=10, vehicles=2, equipment=(), equipment_missing=(), last_verified="2026-09-01",
    stale=False,
)  # fmt: skip


def team(rank: int, name: str, eta_s: int | None, **changed: object) -> Responder:
    """Return a team of that rank; without an eta it cannot come."""
    made = replace(TEAM, rank=rank, id=name[0], name=name, eta_s=eta_s)
    if eta_s is None:
        made = replace(
            made, reachable=False, reason=say("cut off"), call_s=None, turnout_s=None,
            drive_s=None, free_flow_s=None, p90_s=None, distance_m=None, route=None,
        )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name its own fields


def brief(*responders: Responder) -> SituationBrief:
    """Return a brief of these teams and nothing else."""
    place = Place(
        inside=True, subdistrict="", subdistrict_code="", community="", community_code="",
        outside_m=0, grids=(), road="", road_m=0, residents_day=None, residents_night=None,
    )  # fmt: skip
    return SituationBrief(
        incident=Incident((0.0, 0.0), datetime(2026, 9, 16, tzinfo=UTC)),
        place=place,
        responders=responders,
        nearby={},
        within_m=1_000,
        within={},
        escalation=(),
        cautions=(),
        why_first=why_first(responders),
        stamp="",
        speed_model="",
        computed_ms=0,
    )


def test_the_first_that_arrives_first_needs_no_defence() -> None:
    assert str(why_first((team(1, "甲队", 300),))) == "甲队 is fit and arrives first."


def test_a_nearer_team_that_takes_longer_is_named_with_the_gap() -> None:
    said = why_first((team(1, "甲队", 300), team(2, "乙队", 340, distance_m=400)))
    assert str(said) == "乙队 is nearer by road (400 m), but 甲队 arrives 40 s sooner."


def test_a_sooner_unfit_team_is_named_with_what_it_lacks() -> None:
    unfit = team(2, "乙队", 270, fit=False, equipment_missing=("堵漏", "洗消"))
    said = why_first((team(1, "甲队", 300), unfit))
    assert str(said) == "乙队 would arrive 30 s sooner than 甲队, but lacks 堵漏 洗消."
    other = why_first((team(1, "甲队", 300), replace(unfit, equipment_missing=())))
    assert str(other).endswith("but is not right for this incident.")


def test_the_soonest_of_several_unfit_teams_is_named() -> None:
    unfit = [team(n, name, eta, fit=False) for n, name, eta in ((2, "乙队", 280), (3, "丙队", 250))]
    assert str(why_first((team(1, "甲队", 300), *unfit))).startswith("丙队 would arrive 50 s")


def test_a_fit_team_that_cannot_come_is_said() -> None:
    said = why_first((team(1, "乙队", 200, fit=False), team(2, "甲队", None)))
    assert str(said) == "甲队 is fit but cannot come; 乙队 can come and is not fit."


def test_nobody_comes_and_nobody_is_registered() -> None:
    assert str(why_first((team(1, "甲队", None),))) == "No team can reach the incident."
    assert str(why_first(())) == "No team is registered."


def test_without_a_fit_team_the_first_is_not_praised() -> None:
    said = why_first((team(1, "甲队", 300, fit=False),))
    assert str(said) == "No fit team can be named; 甲队 comes first."


@pytest.mark.parametrize(
    ("before_s", "after_s", "delta_s", "lost", "gained"),
    [
        (300, 388, 88, False, False),
        (300, 300, 0, False, False),
        (300, None, None, True, False),
        (None, 300, None, False, True),
        (None, None, None, False, False),
    ],
)
def test_each_change_is_told_apart(
    before_s: int | None, after_s: int | None, delta_s: int | None, *, lost: bool, gained: bool
) -> None:
    (change,) = compare(brief(team(1, "甲队", before_s)), brief(team(1, "甲队", after_s)))
    assert (change.delta_s, change.lost, change.gained) == (delta_s, lost, gained)


def test_changes_follow_the_second_briefs_order() -> None:
    before = brief(team(1, "甲队", 100), team(2, "乙队", 200))
    after = brief(team(1, "乙队", 200), team(2, "甲队", 250))
    changes = compare(before, after)
    assert [(c.id, c.rank_before, c.rank_after) for c in changes] == [("乙", 2, 1), ("甲", 1, 2)]


def test_a_team_of_one_brief_only_is_not_compared() -> None:
    assert compare(brief(team(1, "甲队", 100)), brief(team(1, "乙队", 100))) == ()
