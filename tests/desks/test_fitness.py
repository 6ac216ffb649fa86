"""The order of teams, in a town where every time can be worked out on paper."""

from dataclasses import replace

import pytest

from desks.command import Incident, situation_brief
from desks.onemap import OneMap
from tests.desks.making import at_town
from tests.desks.teams import FOUR, WHOLE, first, hazmat, order, with_teams, zoned

NEAR, FAR = (1500.0, 500.0), (0.0, 500.0)
"""Bases on 人民路; the incident of these tests lies at x = 900, an unknown leak's zone is 100 m."""


def leak(substance: str = "", **known: object) -> Incident:
    incident = at_town(900, 500, kind="hazmat_leak")
    return replace(incident, substance=substance, **known)  # type: ignore[arg-type]  # the tests name its own fields


def test_fitness_comes_before_distance(town: OneMap) -> None:
    """Row S1-11: the nearer team lacks 堵漏; it is second, and what it lacks is named."""
    rows = [hazmat("A", NEAR, equipment=("侦检", "个体防护", "洗消")), hazmat("B", FAR)]
    brief = situation_brief(with_teams(town, rows), leak())
    assert order(brief) == ["B", "A"]
    assert brief.responders[1].equipment_missing == ("堵漏",)
    assert "lacks 堵漏" in str(brief.why_first)


def test_skill_for_the_substance_comes_before_distance(town: OneMap) -> None:
    """Row S1-11: team and substance: who is trained for ammonia does not lead at chlorine."""
    rows = [hazmat("A", NEAR, skills=("氨",)), hazmat("B", FAR, skills=("氯", "氨"))]
    onemap = with_teams(town, rows)
    assert first(onemap, leak("chlorine"))[0] == "B"
    assert first(onemap, leak("ammonia"))[0] == "A"
    brief = situation_brief(onemap, leak("chlorine"))
    assert "not for 氯" in str(brief.responders[1].fit_reason)
    assert "not right for this incident" in str(brief.why_first)


def test_the_gas_company_does_not_lead_at_a_leak_of_chlorine(town: OneMap) -> None:
    rows = [hazmat("A", NEAR, kind="燃气抢险"), hazmat("B", FAR)]
    onemap = with_teams(town, rows)
    called = replace(leak(), kind="gas_leak")
    assert first(onemap, called)[0] == "A"
    assert first(onemap, replace(called, substance="chlorine"))[0] == "B"


@pytest.mark.parametrize(
    ("near", "far", "leader"),
    [
        ("企业", "专业", "B"),
        ("志愿", "企业", "B"),
        ("志愿", "专业", "B"),
        ("", "企业", "B"),
        ("志愿", "", "B"),
        ("专业", "专业", "A"),
        ("专业", "企业", "A"),
        ("企业", "企业", "A"),
    ],
)
def test_the_dispatch_order_holds_among_the_equally_fit(
    town: OneMap, near: str, far: str, leader: str
) -> None:
    """Row S3-1: professional, then enterprise, then volunteers, whoever is nearer."""
    rows = [hazmat("A", NEAR, order=near), hazmat("B", FAR, order=far)]
    told = first(with_teams(town, rows), leak())
    assert told[0] == leader
    if leader == "B":
        assert "sent later" in told[1] or "standing is not on file" in told[1]


def test_fitness_comes_before_standing(town: OneMap) -> None:
    """Row S3-1: a professional team without 堵漏 does not lead a fit enterprise team."""
    rows = [hazmat("A", NEAR, equipment=FOUR[:2]), hazmat("B", FAR, order="企业")]
    assert first(with_teams(town, rows), leak())[0] == "B"


def test_without_a_kind_time_alone_ranks(town: OneMap) -> None:
    rows = [hazmat("A", NEAR, order="志愿", equipment=()), hazmat("B", FAR)]
    assert order(situation_brief(with_teams(town, rows), at_town(900, 500))) == ["A", "B"]


def test_the_score_is_shown_and_decides_only_in_the_same_second(town: OneMap) -> None:
    """Row S1-12: equal in all else, the better scored leads; a second sooner beats any score."""
    low = {f"score_{key}": 50 for key in ("organisation", "staff", "equipment")}
    high = dict.fromkeys(low, 90)
    collapse = at_town(900, 500, kind="building_collapse")
    low, high = ({"kind": "建筑坍塌", **scores} for scores in (low, high))
    rows = [hazmat("A", NEAR, **low), hazmat("B", NEAR, **high)]
    rows.append(hazmat("C", NEAR, kind="建筑坍塌"))
    brief = situation_brief(with_teams(town, rows), collapse)
    assert order(brief) == ["B", "A", "C"]
    score = brief.responders[0].score
    assert score is not None
    assert score.total == 90
    assert score.aspects["people"] == 90
    assert score.aspects["management"] is None
    rows = [hazmat("A", (990.0, 500.0), **low), hazmat("B", (600.0, 500.0), **high)]
    assert order(situation_brief(with_teams(town, rows), collapse)) == ["A", "B"]


def test_a_team_whose_base_lies_in_the_zone_is_not_first(town: OneMap) -> None:
    """The nearest team stands within the drawn zone: it keeps its time and its reason."""
    rows = [hazmat("A", (950.0, 500.0), kind="建筑坍塌"), hazmat("B", FAR, kind="建筑坍塌")]
    brief = situation_brief(with_teams(town, rows), zoned(900, 500, 120))
    assert order(brief) == ["B", "A"]
    inside = brief.responders[1]
    assert (inside.in_zone, inside.reachable, inside.fit) == (True, True, True)
    assert "inside the zones" in str(inside.reason)
    assert "base lies inside the zones" in str(brief.why_first)
    assert any("1 teams have their base inside" in str(c.text) for c in brief.cautions)


def test_a_base_on_the_line_lies_inside(town: OneMap) -> None:
    rows = [hazmat("A", (1000.0, 500.0), kind="建筑坍塌"), hazmat("B", FAR, kind="建筑坍塌")]
    brief = situation_brief(with_teams(town, rows), zoned(900, 500, 100))
    assert {team.id: team.in_zone for team in brief.responders} == {"A": True, "B": False}


def test_the_only_fit_team_in_the_zone_is_named_but_not_first(town: OneMap) -> None:
    rows = [hazmat("A", (950.0, 500.0), kind="建筑坍塌"), hazmat("B", FAR, kind="医疗救护")]
    brief = situation_brief(with_teams(town, rows), zoned(900, 500, 120))
    assert order(brief) == ["B", "A"]
    assert "A队 is fit but its base lies inside the zones" in str(brief.why_first)


def test_nobody_but_a_team_in_the_zone_leaves_it_first_and_says_so(town: OneMap) -> None:
    rows = [hazmat("A", (950.0, 500.0), kind="建筑坍塌")]
    told = first(with_teams(town, rows), zoned(900, 500, 120))
    assert told == ("A", "A队 is fit, but its base lies inside the zones: nobody else can come.")


def test_a_withdrawn_team_is_listed_without_a_time(town: OneMap) -> None:
    rows = [hazmat("A", NEAR), hazmat("B", FAR)]
    brief = situation_brief(with_teams(town, rows), leak(withdrawn=(("team", "A"),)))
    assert order(brief) == ["B", "A"]
    gone = brief.responders[1]
    assert (gone.withdrawn, gone.reachable, gone.eta_s, gone.route) == (True, False, None, None)
    assert "Withdrawn" in str(gone.reason)
    assert "A队 lies nearer but is withdrawn" in str(brief.why_first)
    assert any("1 teams are withdrawn: A队" in str(c.text) for c in brief.cautions)


def test_all_teams_withdrawn_is_said(town: OneMap) -> None:
    onemap = with_teams(town, [hazmat("A", NEAR)])
    brief = situation_brief(onemap, leak(withdrawn=(("team", "A"),)))
    assert str(brief.why_first) == "No team can reach the incident."
    assert "No team can reach" in str(brief.cautions[0].text)


def test_no_fit_team_is_said_and_the_best_of_the_unfit_ranked(town: OneMap) -> None:
    rows = [
        hazmat("A", NEAR, kind="电力抢修"),
        hazmat("B", FAR, kind="医疗救护"),
        hazmat("C", (500.0, 500.0), kind="电力抢修"),
    ]
    brief = situation_brief(with_teams(town, rows), leak())
    assert order(brief) == ["B", "A", "C"]
    assert "No registered team is fit" in str(brief.cautions[0].text)
    assert str(brief.why_first).startswith("No fit team can be named; B队 comes first")


def test_a_nearer_team_that_cannot_come_is_named(town: OneMap) -> None:
    """The islet's team lies nearer than the other, and no bridge leads from there."""
    rows = [hazmat("A", (2550.0, -500.0)), hazmat("B", FAR)]
    incident = replace(at_town(2000, 0, kind="hazmat_leak"))
    told = first(with_teams(town, rows), incident)
    assert told[0] == "B"
    assert "A队 lies nearer but cannot come" in told[1]


@pytest.mark.parametrize("value", [101, -1, None])
def test_a_score_out_of_range_is_not_on_file(town: OneMap, value: int | None) -> None:
    """Row S1-12: 101 of 100 is a slip, not a better team."""
    rows = [hazmat("A", NEAR, score_staff=value)]
    score = situation_brief(with_teams(town, rows), leak()).responders[0].score
    assert score is not None
    assert score.total is None


def test_every_class_of_equipment_stays_on_the_team(town: OneMap) -> None:
    """Row S1-11: what a team has on file of the twelve is shown whole, needed here or not."""
    rows = [hazmat("A", NEAR, equipment=(*WHOLE, "车辆", "警戒"))]
    team = situation_brief(with_teams(town, rows), leak()).responders[0]
    assert team.equipment == (*WHOLE, "车辆", "警戒")
    assert team.equipment_missing == ()
