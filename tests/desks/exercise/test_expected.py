"""When nodes are due: call and turnout from the speed model, deadlines from rules, else unknown."""

from dataclasses import replace
from datetime import datetime

import pytest

from desks.command import situation_brief
from desks.command.reporting_rules import reporting_rules
from desks.exercise.adversary import Candidate, Where, dice_of
from desks.exercise.compose_rules import RULES
from desks.exercise.compose_spots import Matter, Spot, incident_at, spots_of
from desks.exercise.expected import Basis, first_times_ms, latest_ms, nodes_of
from desks.exercise.injects import injects_of, mass_said, substance_name
from desks.exercise.scenario import Node
from desks.onemap import OneMap
from language import Catalogue
from tests.desks.exercise.drill_town import drill_town

NOON = datetime(2026, 12, 1, 12)  # noqa: DTZ001 - the district's own clock
LEAK = Matter("hazmat_leak", "chlorine", 0.5, 90.0, 2.0)
FIRE = Matter("fire", "", None, 90.0, 2.0)


@pytest.fixture(scope="module")
def world(town: OneMap) -> OneMap:
    return drill_town(town)


def _spot(world: OneMap, hazard_class: str) -> Spot:
    return spots_of(world, hazard_class, dice_of("pool", 1))[0]


def _basis(world: OneMap, matter: Matter, type_: str = "double_blind", lang: str = "zh") -> Basis:
    spot = _spot(world, "toxic" if matter.substance else "fire")
    brief = situation_brief(world, incident_at(spot, matter, NOON))
    return Basis(world, brief, type_, Catalogue.load(lang))


def _nodes(basis: Basis) -> dict[str, Node]:
    return {node.key: node for node in nodes_of(basis)}


def test_the_call_is_the_speed_models(world: OneMap) -> None:
    node = _nodes(_basis(world, LEAK))["dispatched"]
    p50_s, p90_s = world.speed_model.call_s
    assert (node.p50_ms, node.p90_ms) == (p50_s * 1000, p90_s * 1000)
    assert node.latest_ms == latest_ms(round(p90_s * 1000)) == round(p90_s * 1500)
    assert "未全部核实" in node.basis


def test_turnout_is_call_and_turnout_of_that_kind_of_team(world: OneMap) -> None:
    basis = _basis(world, FIRE)
    for number, team in enumerate(basis.teams, start=1):
        node = _nodes(basis)[f"turnout-{number}"]
        call_s, turnout_s = world.speed_model.call_s, world.speed_model.turnout_s(team.kind)
        assert node.team == f"{team.layer}:{team.id}"
        assert node.p50_ms == ((team.call_s or 0) + (team.turnout_s or 0)) * 1000
        assert node.p90_ms == round((call_s[1] + turnout_s[1]) * 1000)
        assert team.name in node.title


def test_nobody_arrives_before_leaving(world: OneMap) -> None:
    nodes = _nodes(_basis(world, FIRE))
    for key, node in nodes.items():
        if key.startswith("arrived-"):
            left = nodes[key.replace("arrived", "turnout")]
            assert (left.p50_ms or 0) <= (node.p50_ms or 0)
            assert (left.p90_ms or 0) <= (node.p90_ms or 0)
            assert left.team == node.team


def test_the_first_report_is_due_when_the_rules_say(world: OneMap) -> None:
    node = _nodes(_basis(world, LEAK))["reported"]
    stage = reporting_rules().stages["first"]
    assert node.latest_ms == stage.within_min * 60_000
    assert (node.p50_ms, node.p90_ms) == (None, None)
    assert stage.source in node.basis


def test_what_nobody_knows_stays_unknown_and_says_so(world: OneMap) -> None:
    node = _nodes(_basis(world, LEAK, lang="en"))["controlled"]
    assert (node.p50_ms, node.p90_ms, node.latest_ms) == (None, None, None)
    assert node.basis == "No expected time is on file."


def test_bodies_to_be_told_have_the_call_trees_deadlines(world: OneMap) -> None:
    basis = _basis(world, LEAK)
    on_file = [call for call in basis.brief.calls if call.missing is None]
    told = [node for key, node in _nodes(basis).items() if key.startswith("told-")]
    assert len(told) == min(len(on_file), 8)
    limits = [node.latest_ms for node in told if node.latest_ms is not None]
    assert limits == sorted(limits)


def test_zones_are_timed_only_where_there_are_some(world: OneMap) -> None:
    with_zone, without = _basis(world, LEAK), _basis(world, FIRE)
    assert with_zone.has("zone")
    assert "zoned" in _nodes(with_zone)
    assert not without.has("zone")
    assert "zoned" not in _nodes(without)


def test_each_type_times_its_own_nodes(world: OneMap) -> None:
    contest = _nodes(_basis(world, FIRE, "contest"))
    assert {"dressed", "detected", "plugged", "decontaminated"} <= set(contest)
    assert "assembled" in _nodes(_basis(world, FIRE, "assembly"))
    assert "dressed" not in _nodes(_basis(world, FIRE, "regular"))
    for type_, rule in RULES.types.items():
        assert len(_basis(world, FIRE, type_).teams) <= rule["teams"]


def test_the_first_times_are_of_the_first_team_that_is_timed(world: OneMap) -> None:
    basis = _basis(world, FIRE)
    node = _nodes(basis)["arrived-1"]
    assert first_times_ms(basis) == (node.p50_ms, node.p90_ms)


def test_closed_roads_are_told_and_only_where_there_are_some(world: OneMap) -> None:
    basis = _basis(world, FIRE)
    where = Where(_spot(world, "fire"), FIRE, NOON)
    for roads in ((), ("人民路", "中街")):
        candidate = Candidate(where, roads, None, None, None, None, None)
        made = injects_of(basis, candidate, nodes_of(basis), "镇中学", dice_of("pool", 2))
        told = [one.text for one in made if one.key == "closure"]
        assert len(told) == bool(roads)
        assert all(road in told[0] for road in roads)


def test_names_from_the_register_are_never_taken_for_a_template(world: OneMap) -> None:
    basis = _basis(world, FIRE)
    candidate = Candidate(Where(_spot(world, "fire"), FIRE, NOON), (), None, None, None, None, None)
    made = injects_of(basis, candidate, nodes_of(basis), "{team} %s {0}", dice_of("pool", 2))
    assert any("{team} %s {0}" in one.text for one in made)


def test_the_wind_is_told_as_on_the_radio(world: OneMap) -> None:
    """A wind of 202.5° was told as one from the south: half of its winds lie between eight."""
    matter = replace(LEAK, wind_from_deg=202.5)
    candidate = Candidate(Where(_spot(world, "toxic"), matter, NOON), (), *[None] * 5)
    basis = _basis(world, LEAK)
    made = injects_of(basis, candidate, nodes_of(basis), "厂", dice_of("pool", 2))
    (told,) = [one.text for one in made if one.key == "wind"]
    assert "西南偏南" in told


def test_masses_and_substances_have_names() -> None:
    """Thirty kilograms were told as 0.0329 t."""
    told = [mass_said(mass_t, chinese=True) for mass_t in (None, 0.0329, 0.9996, 1.0, 42.5)]
    assert told == ["?", "32.9千克", "1000千克", "1吨", "42.5吨"]
    assert [mass_said(t, chinese=False) for t in (0.5, 2.0)] == ["500 kg", "2 t"]
    assert substance_name("", chinese=True) == ""
    assert substance_name("chlorine", chinese=True).startswith("氯")
    assert substance_name("chlorine", chinese=False) == "Chlorine"
