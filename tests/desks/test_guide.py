"""The guidebook's distance must not hide people: both numbers are counted and said."""

from dataclasses import replace

import pytest
import shapely

from desks.command import situation_brief
from desks.command.answers import Exposure
from desks.command.bands import harm_of
from desks.command.exposure import exposure
from desks.command.guide import guide_zone, warned
from desks.onemap import OneMap
from risk.release import Zone
from tests.desks.harms import zone, zone_set
from tests.desks.making import at_town, town_place

HERE = at_town(0, 1_500)
CENTRE = shapely.Point(*town_place(0, 1_500))


def around(radius_m: float, level: str, model: str) -> Zone:
    return zone(CENTRE.buffer(radius_m), level, model=model, reach_m=radius_m)


FIREBALL = around(400, "thermal_injury", "fireball")
ISOLATED = around(1_600, "fire_isolation", "erg_fire")


def exposed(town: OneMap, *zones: Zone) -> Exposure:
    return exposure(town, HERE, zone_set(*zones, governing="fireball"))


def test_a_fire_of_lpg_counts_the_fireball_and_the_isolation(town: OneMap) -> None:
    """Row S0-16: 25 t of LPG burn; the fireball reaches 499 m, the guidebook isolates 1,600 m."""
    fire = replace(at_town(0, 1_000, kind="fire"), substance="lpg", quantity_t=25.0)
    brief = situation_brief(town, fire)
    assert brief.exposure is not None
    guide = brief.exposure.guide
    assert guide is not None
    assert brief.exposure.people_now is not None
    assert (guide.model, guide.reach_m) == ("erg_fire", 1_600)
    assert guide.people_now > brief.exposure.people_now
    said = str(brief.cautions[0].text)
    assert f"Lead out {brief.exposure.people_now} people, within 499 m" in said
    assert f"{guide.people_now} people lie within the 1600 m" in said


def test_the_people_are_those_of_the_ground(town: OneMap) -> None:
    """The wider circle holds as many as it would hold if it governed."""
    alone = exposure(town, HERE, zone_set(ISOLATED, governing="erg_fire"))
    both = exposed(town, FIREBALL, ISOLATED)
    assert both.guide is not None
    assert both.guide.people_now == alone.people_now
    assert both.guide.people_day == alone.people_day
    assert both.people_now == exposed(town, FIREBALL).people_now


def test_a_guidebook_within_the_zone_says_nothing(town: OneMap) -> None:
    near = around(300, "isolation", "erg")
    assert exposed(town, FIREBALL, near).guide is None
    assert exposed(town, FIREBALL, around(2_200, "bleve_evacuation", "erg_bleve")).guide is None
    assert guide_zone(zone_set(governing="")) is None


@pytest.mark.parametrize("wide", [False, True])
def test_the_warned_ground_holds_all_who_are_counted(*, wide: bool) -> None:
    zones = zone_set(FIREBALL, *([ISOLATED] if wide else []), governing="fireball")
    ground = warned(zones, harm_of(zones))
    assert ground is not None
    assert ground.covers(FIREBALL.shape)
    assert ground.covers(ISOLATED.shape) is wide
