"""A cloud overtakes whoever walks: the brief says so before it says where to."""

from dataclasses import replace

import pytest

from desks.command import situation_brief
from desks.command.answers import Evacuation, Walk
from desks.command.indoors import indoors
from desks.onemap import OneMap
from language import say
from risk.release import Weather
from tests.desks.harms import town_box, zone, zone_set
from tests.desks.making import at_town

GROUND = town_box(0, 0, 100, 100)
WALK = Walk("北街社区", "1", "S", 10, 10_000, 12_104)


def moved(*walks: Walk) -> Evacuation:
    return Evacuation(10, 10, 0, (), walks, (), say("Enough."))


def said(level: str, substance: str = "", *, wind_ms: float | None = 2.0) -> list[str]:
    weather = None if wind_ms is None else Weather(270.0, wind_ms, "D", 20.0)
    zones = zone_set(zone(GROUND, level, reach_m=5_275.0), weather=weather)
    return [str(one) for one in indoors(zones, substance, moved(WALK))]


@pytest.mark.parametrize("level", ["aegl_2", "erpg_2", "idlh"])
def test_who_cannot_be_gone_in_time_stays_indoors(level: str) -> None:
    """Chlorine, 2 m/s: 5 km in 43 minutes, and the last shelter lies three hours off."""
    first, second = said(level, "chlorine")
    assert "stays indoors" in first
    assert "5275 m away after 43 min" in second
    assert "takes 202 min" in second


def test_a_distance_of_the_tables_is_a_cloud_where_the_substance_is_toxic() -> None:
    assert said("protective_action", "chlorine")
    assert not said("protective_action", "lpg")
    assert not said("protective_action", "")


@pytest.mark.parametrize("level", ["thermal_injury", "overpressure_injury", "drawn", "lfl"])
def test_nobody_is_kept_in_a_house_that_burns(level: str) -> None:
    assert said(level, "chlorine") == []


@pytest.mark.parametrize("wind_ms", [None, 0.0])
def test_without_wind_no_minutes_are_made_up(wind_ms: float | None) -> None:
    assert len(said("aegl_2", "chlorine", wind_ms=wind_ms)) == 1


def test_without_walks_or_zones_there_is_nothing_to_compare() -> None:
    zones = zone_set(zone(GROUND))
    assert len(list(indoors(zones, "chlorine", moved()))) == 1
    assert list(indoors(zone_set(), "chlorine", moved(WALK))) == []


def test_it_leads_the_cautions_of_a_brief_and_their_ranks_go_on(town: OneMap) -> None:
    leak = at_town(0, 1_000, kind="hazmat_leak")
    leak = replace(leak, substance="chlorine", quantity_t=1.0, wind_from_deg=270.0, wind_ms=2.0)
    cautions = situation_brief(town, leak).cautions
    assert "stays indoors" in str(cautions[0].text)
    assert [caution.rank for caution in cautions] == list(range(len(cautions)))
    fire = situation_brief(town, at_town(0, 1_000, kind="fire")).cautions
    assert not any("stays indoors" in str(caution.text) for caution in fire)
