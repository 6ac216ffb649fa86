"""Response times to communities: those of the brief, by roads that the vehicle may use."""

import numpy as np
import pytest

from desks.command import Incident, situation_brief
from desks.onemap import OneMap
from desks.register.response import LONGEST_S, response_times
from tests.desks.making import CALM
from tests.desks.worlds import bare, put, without

TEAM = {"id": "N1", "name": "新队", "kind": "综合消防", "at": (0.0, 500.0), "people": 5}


def test_times_are_those_of_a_brief_at_the_same_place_and_a_calm_hour(district: OneMap) -> None:
    """Row S0-8: the indicator and the brief never say two times for one way."""
    response = response_times(district)
    units = district.records["community"]
    compared = 0
    for at in range(0, len(units.ids), 29):
        brief = situation_brief(district, Incident(tuple(units.xy_m[at].tolist()), CALM))
        for team in brief.responders:
            mine = response.times_s[response.teams.index((team.layer, team.id)), at]
            if team.eta_s is not None and np.isfinite(mine):
                assert mine == pytest.approx(team.eta_s, abs=1.0), (units.names[at], team.id)
                compared += 1
    assert compared > 100


def test_the_first_team_is_the_one_of_the_least_time(district: OneMap) -> None:
    response = response_times(district)
    assert len(response.teams) == 12 + 9
    assert response.times_s.shape == (21, 175)
    for at in range(175):
        first = response.first(at)
        assert first is not None
        row = response.teams.index(first)
        assert response.times_s[row, at] == response.soonest_s[at] == response.times_s[:, at].min()


def test_every_community_is_known_by_its_subdistrict_and_residents(district: OneMap) -> None:
    response = response_times(district)
    assert set(response.subdistricts) == set(district.records["subdistrict"].ids)
    assert sum(count or 0 for count in response.residents) == 540_000


def test_without_communities_the_subdistricts_stand_in(town: OneMap) -> None:
    response = response_times(without(town, "community"))
    assert response.communities == town.records["subdistrict"].ids
    assert response.subdistricts == response.communities
    assert np.isfinite(response.soonest_s).all()


def test_without_teams_nobody_comes_and_nothing_fails(town: OneMap) -> None:
    response = response_times(bare(town))
    assert response.times_s.shape == (0, 4)
    assert np.isinf(response.soonest_s).all()
    assert response.first(0) is None


def test_a_team_off_every_road_comes_nowhere(town: OneMap) -> None:
    far = {**TEAM, "at": (3500.0, 1500.0)}
    assert np.isinf(response_times(put(bare(town), "team", [far])).times_s).all()


def test_a_team_without_a_position_comes_nowhere(town: OneMap) -> None:
    lost = {**TEAM, "at": None, "code": ""}
    assert np.isinf(response_times(put(bare(town), "team", [lost])).times_s).all()


def test_a_kind_that_turns_out_later_comes_later(town: OneMap) -> None:
    model = town.speed_model
    volunteers = {**TEAM, "kind": "志愿者"}
    quick = response_times(put(bare(town), "team", [TEAM])).times_s
    slow = response_times(put(bare(town), "team", [volunteers])).times_s
    later = np.ceil(model.turnout_s("志愿者")[0]) - np.ceil(model.turnout_s("综合消防")[0])
    assert later > 0
    assert (slow - quick == later).all()


def test_nobody_who_drives_longer_than_an_hour_counts(district: OneMap) -> None:
    finite = response_times(district).times_s
    finite = finite[np.isfinite(finite)]
    assert finite.max() < LONGEST_S + 1_200
