"""The guidebook's distance must not hide people: both numbers are counted and said."""

from dataclasses import replace

import pytest
import shapely

from desks.command import situation_brief
from desks.command.answers import Exposure
from desks.command.bands import guide_zone, harm_of
from desks.command.exposure import exposure
from desks.command.guide import warned
from desks.command.refuges import refuges
from desks.command.response import response_level
from desks.onemap import OneMap
from risk.release import Zone
from tests.desks.harms import zone, zone_set
from tests.desks.making import at_town, town_place
from tests.desks.worlds import put

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


def test_the_places_that_only_the_guidebook_clears_are_to_be_protected(town: OneMap) -> None:
    """A school at 1,000 m, between fireball and isolation, is named with the guidebook's level."""
    rows = [
        {"id": name, "name": name, "at": (0.0, 1_500.0 + far_m), "people": 300}
        for name, far_m in (("N", 200.0), ("M", 1_000.0), ("F", 1_700.0))
    ]
    found = exposed(put(town, "school", rows), FIREBALL, ISOLATED)
    schools = [(one.id, one.level) for one in found.receptors if one.layer == "school"]
    assert schools == [("N", "thermal_injury"), ("M", "fire_isolation")]
    assert found.guide is not None
    beyond = [one for one in found.receptors if one.level == "fire_isolation"]
    assert found.guide.receptors == len(beyond)
    assert f"({len(beyond)} more)" in str(found.guide.rule)


def test_what_the_model_says_of_a_place_stands_before_the_guidebook() -> None:
    """Within all lines the worst counts; the guidebook's comes before a line of mere pain."""
    pain = around(1_200, "thermal_pain", "fireball")
    harm = harm_of(zone_set(FIREBALL, replace(pain, rank=1), ISOLATED, governing="fireball"))
    assert [level for level, _ in harm.ordered] == [
        "thermal_injury", "fire_isolation", "thermal_pain",
    ]  # fmt: skip
    assert harm.ordered[harm.guided][0] == "fire_isolation"


def test_nobody_is_sent_to_a_shelter_that_the_guidebook_clears(town: OneMap) -> None:
    rows = [
        {"id": name, "name": name, "at": (0.0, 1_500.0 + far_m), "capacity_people": 900}
        for name, far_m in (("M", 1_000.0), ("F", 1_700.0))
    ]
    zones = zone_set(FIREBALL, ISOLATED, governing="fireball", weather=None)
    cleared, open_ = sorted(refuges(put(town, "shelter", rows), HERE, zones), key=lambda r: r.at[1])
    assert not cleared.safe
    assert "guidebook" in str(cleared.reason)
    assert open_.safe


def test_the_level_goes_by_the_larger_number_and_says_both(town: OneMap) -> None:
    fire = replace(at_town(0, 1_500, kind="fire"), substance="lpg")
    found = exposed(town, FIREBALL, ISOLATED)
    assert found.guide is not None
    few = replace(found, people_now=10)
    level = response_level(fire, replace(few, guide=replace(found.guide, people_now=12_000)))
    assert level.level == "Ⅱ"
    said = str(level.rule)
    assert "12,000 people within the 1600 m of the guidebook" in said
    assert "by the protective zone alone it would be Ⅳ" in said
    toxic = replace(fire, substance="chlorine")
    none = replace(found, people_now=0, guide=replace(found.guide, people_now=3))
    assert "alone it would be Ⅳ" in str(response_level(toxic, none).rule)
    same = response_level(fire, replace(few, guide=replace(found.guide, people_now=20)))
    assert str(same.rule).startswith("Level Ⅳ: 10 people in the protective zone")
