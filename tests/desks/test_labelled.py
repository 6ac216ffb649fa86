"""A hundred incidents labelled by hand: the brief sends whom a good commander sends."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desks.command import situation_brief
from desks.onemap import OneMap
from layers import layer
from layers.catalog import HAZMAT_EQUIPMENT
from risk import INCIDENT_KINDS
from tests.desks.labelled_towns import (
    BLOCK_M,
    FIRST,
    HALF_M,
    NONE,
    SECOND,
    Labelled,
    Verdict,
    _named,
    agreement,
    asked,
    judge_all,
    labelled_ground,
    peopled,
    read_labelled,
    report,
)

WANTED = 0.95
TRAPS = {
    "nearest_unfit", "no_fit_team", "inside_zone", "nearer_volunteer", "nearer_enterprise",
    "missing_class", "withdrawn",
}  # fmt: skip
KINDS = {
    "fire", "hazmat_leak", "gas_leak", "mine_flood", "mine_collapse", "flood", "building_collapse",
    "traffic", "water_rescue", "power_outage", "mass_casualty", "crowd",
}  # fmt: skip
"""The kinds of the day of labelling; a kind declared later needs labels of its own."""
BOTH = (*read_labelled(FIRST), *read_labelled(SECOND))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return labelled_ground(tmp_path_factory.mktemp("labelled"))


@pytest.fixture(scope="module")
def first(ground: OneMap) -> tuple[Verdict, ...]:
    return judge_all(ground, FIRST)


@pytest.fixture(scope="module")
def second(ground: OneMap) -> tuple[Verdict, ...]:
    return judge_all(ground, SECOND)


def of_id(wanted: str) -> Labelled:
    return next(labelled for labelled in BOTH if labelled.id == wanted)


def test_the_right_team_is_first(first: tuple[Verdict, ...]) -> None:
    """Rows S1-11, S2-5 and S3-1: skill, equipment and standing as an officer weighs them."""
    assert agreement(first) >= WANTED, "\n".join(report("First set", first))


def test_every_answer_gives_its_reason(first: tuple[Verdict, ...]) -> None:
    silent = [v.labelled.id for v in first if not v.why.strip() or not v.fit_reason.strip()]
    assert silent == []


def test_the_second_set_is_answered_and_its_agreement_recorded(
    second: tuple[Verdict, ...], record_property: Callable[[str, object], None]
) -> None:
    """The agreement is told, not demanded: a bar here would make the labels ours."""
    record_property("agreement of the second set", agreement(second))
    assert [v.labelled.id for v in second] == [labelled.id for labelled in read_labelled(SECOND)]
    assert all(v.why.strip() and v.fit_reason.strip() for v in second)


@pytest.mark.parametrize("kind", ["mine_flood", "mine_collapse"])
def test_no_hazmat_team_is_sent_into_a_mine(
    kind: str, first: tuple[Verdict, ...], second: tuple[Verdict, ...]
) -> None:
    """Row S2-5: a mine flood never ranks a hazmat team first."""
    mines = [verdict for verdict in (*first, *second) if verdict.labelled.kind == kind]
    assert len(mines) >= 5
    for verdict in mines:
        sent = [team for team in verdict.labelled.teams if team["id"] == verdict.named]
        assert all(team["kind"] == "矿山" for team in sent), verdict.labelled.id
        assert sent or verdict.named == NONE


def test_a_team_without_plugging_is_not_sent_to_a_leak(ground: OneMap) -> None:
    """Row S1-11: the nearer team lacks 堵漏; the answer names the class as missing."""
    labelled = of_id("L01")
    brief = situation_brief(peopled(ground, labelled), asked(labelled))
    by_id = {team.id: team for team in brief.responders}
    assert brief.responders[0].id == "乙"
    assert by_id["甲"].equipment_missing == ("堵漏",)
    assert not by_id["甲"].fit


@pytest.mark.parametrize("trap", ["nearer_volunteer", "nearer_enterprise"])
def test_standing_goes_before_minutes(trap: str, first: tuple[Verdict, ...]) -> None:
    """Row S3-1: the professional is first though a volunteer or an enterprise is nearer."""
    trapped = [verdict for verdict in first if verdict.labelled.trap == trap]
    assert len(trapped) >= 2
    assert [v.labelled.id for v in trapped if not v.right] == []


def test_whose_base_lies_in_the_cloud_is_not_sent(first: tuple[Verdict, ...]) -> None:
    """The nearest team stands downwind: who comes from upwind is sent in its place."""
    inside = [verdict for verdict in first if verdict.labelled.trap == "inside_zone"]
    assert len(inside) >= 3
    assert [v.labelled.id for v in inside if not v.right] == []


def test_nobody_is_named_where_nobody_is_fit_only_if_it_is_said(ground: OneMap) -> None:
    """An unfit team at the top without the caution counts as sent: silence is no answer."""
    labelled = of_id("L36")
    brief = situation_brief(peopled(ground, labelled), asked(labelled))
    assert _named(brief, brief.responders[0]) == NONE
    silent = replace(brief, cautions=())
    assert _named(silent, brief.responders[0]) == brief.responders[0].id


def test_a_wrong_answer_is_reported_with_both_reasons(first: tuple[Verdict, ...]) -> None:
    wrong = replace(first[0], named="丙", why="因为近。")
    lines = "\n".join(report("One", (wrong, *first[1:2])))
    assert wrong.labelled.reason in lines
    assert "因为近。" in lines
    assert "label 乙, brief 丙" in lines
    assert agreement((wrong, replace(wrong, named="乙"))) == 0.5


def test_the_way_to_the_incident_is_the_sum_of_both_distances(ground: OneMap) -> None:
    """Where a label says "a few minutes more", the town must make it so."""
    labelled = replace(of_id("L27"), kind="unspecified", substance="", wind_from_deg=None)
    brief = situation_brief(peopled(ground, labelled), asked(labelled))
    lengths = {team.id: team.distance_m for team in brief.responders}
    for team in labelled.teams:
        assert lengths[team["id"]] == pytest.approx(sum(map(abs, team["at"])), abs=10)


def test_the_town_holds_the_teams_of_one_incident_and_no_others(ground: OneMap) -> None:
    labelled = of_id("L18")
    onemap = peopled(ground, labelled)
    held = [name for key in ("team", "fire_station") for name in onemap.records[key].ids]
    assert held == ["甲", "乙", "丙", "丁"]
    assert onemap.records["team"].columns["equipment"][1] == (
        "车辆", "侦检", "个体防护", "警戒", "通信", "堵漏",
    )  # fmt: skip
    only_teams = peopled(ground, of_id("L40"))
    assert "fire_station" not in only_teams.layers


def test_what_is_asked_holds_nothing_of_the_label() -> None:
    incident = asked(of_id("L11"))
    assert incident.withdrawn == (("team", "甲"),)
    assert (incident.substance, incident.quantity_t) == ("ammonia", 1.5)
    assert (incident.wind_from_deg, incident.wind_ms) == (0, 3)
    bare = asked(of_id("L19"))
    assert (bare.substance, bare.quantity_t, bare.wind_from_deg) == ("", None, None)
    with pytest.raises(LookupError, match="雾"):
        asked(replace(of_id("L11"), substance="雾"))


def test_the_sets_are_as_large_as_promised_and_disjoint() -> None:
    assert (len(read_labelled(FIRST)), len(read_labelled(SECOND))) == (60, 40)
    assert max(Counter(labelled.id for labelled in BOTH).values()) == 1
    assert max(Counter(labelled.story for labelled in BOTH).values()) == 1
    assert {labelled.kind for labelled in BOTH} == KINDS <= set(INCIDENT_KINDS)


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first", "second"])
def test_a_third_of_each_set_is_traps(path: Path) -> None:
    """All seven sorts occur in each set; ``none`` is the label of the one sort alone."""
    labelled = read_labelled(path)
    traps = Counter(one.trap for one in labelled if one.trap)
    assert set(traps) == TRAPS
    assert sum(traps.values()) * 3 >= len(labelled)
    assert all((one.trap == "no_fit_team") == (one.label == NONE) for one in labelled)


@pytest.mark.parametrize("labelled", BOTH, ids=lambda labelled: labelled.id)
def test_a_label_is_one_that_could_be_right(labelled: Labelled) -> None:
    """A mistyped team or class would make the best ranking look wrong."""
    ids = [team["id"] for team in labelled.teams]
    assert 3 <= len(set(ids)) == len(ids) <= 7
    assert labelled.label in {*ids, NONE} - set(labelled.withdrawn)
    assert set(labelled.withdrawn) <= set(ids)
    assert labelled.reason.endswith("。")
    assert (labelled.trap == "withdrawn") == bool(labelled.withdrawn)
    for team in labelled.teams:
        kinds = layer(team["layer"]).column("kind").choices
        assert team["kind"] in kinds
        assert set(team["equipment"]) <= set(HAZMAT_EQUIPMENT)
        assert all(abs(metres) <= HALF_M for metres in team["at"])
        assert max(min(abs(m) % BLOCK_M, BLOCK_M - abs(m) % BLOCK_M) for m in team["at"]) <= 150
