"""A cloud overtakes whoever walks: the brief says so before it says where to."""

from dataclasses import replace
from pathlib import Path

import pytest

from desks.command import situation_brief
from desks.command.answers import Evacuation, Order, Walk
from desks.command.burning import load_burn_rule
from desks.command.evacuation import evacuation
from desks.command.exposure import exposure
from desks.command.indoors import RULE, indoors, load_leave_rule, orders
from desks.onemap import OneMap
from geodata.faults import UserError
from language import say
from risk.release import Weather, Zone
from tests.desks.harms import town_box, zone, zone_set
from tests.desks.making import at_town
from tests.desks.worlds import put

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


NORTH = town_box(-500, 501, 5_000, 2_000)


def decided(
    town: OneMap, level: str = "aegl_2", *, wind_ms: float | None = 2.0, shelter_m: float = 500.0
) -> tuple[Order, ...]:
    """Return the orders north of 人民路 the source at (0, 1000), with one shelter."""
    row = {
        "id": "M",
        "name": "M",
        "at": (shelter_m, 0.0),
        "space": "室外",
        "capacity_people": 9_000,
    }
    world = put(town, "shelter", [row])
    weather = None if wind_ms is None else Weather(0.0, wind_ms, "D", 20.0)
    zones = zone_set(zone(NORTH, level, reach_m=10.0), weather=weather)
    leak = replace(at_town(0, 1_000), substance="chlorine")
    exposed = exposure(world, leak, zones)
    return orders(world, leak, zones, exposed, evacuation(world, leak, zones, exposed))


def test_each_community_is_told_to_stay_or_to_leave(town: OneMap) -> None:
    """At 2 m/s the cloud needs 2 min to the corner and 21 min to 2,500 m; a walk takes longer."""
    found = decided(town)
    assert [order.leaves for order in found] == [False, False]
    near, far = found
    assert near.cloud_s is not None
    assert far.cloud_s is not None
    assert near.cloud_s < far.cloud_s
    assert f"the cloud is there after {near.cloud_s // 60} min" in str(near.reason)


def test_who_is_gone_before_a_slow_cloud_leaves(town: OneMap) -> None:
    """At 0.1 m/s the cloud needs hours to the far community, which has left by then."""
    near, far = decided(town, wind_ms=0.1, shelter_m=2_000.0)
    assert not near.leaves
    assert far.leaves
    assert far.walk_s is not None
    assert far.cloud_s is not None
    assert far.walk_s + RULE.start_min * 60 <= far.cloud_s
    assert "before the cloud" in str(far.reason)


def test_without_wind_nobody_is_sent_through_a_cloud(town: OneMap) -> None:
    for order in decided(town, wind_ms=None):
        assert not order.leaves
        assert order.cloud_s is None


def test_nobody_is_kept_in_a_house_near_a_fireball(town: OneMap) -> None:
    assert all(order.leaves for order in decided(town, "thermal_injury"))


def test_who_has_no_place_within_a_walk_stays_in_a_cloud_and_is_fetched_in_a_fire(
    town: OneMap,
) -> None:
    far_m = 9_000.0
    assert not any(order.leaves for order in decided(town, wind_ms=0.01, shelter_m=far_m))
    fetched = decided(town, "thermal_injury", shelter_m=far_m)
    assert fetched
    assert all("fetched by vehicles" in str(order.reason) for order in fetched)


def test_the_brief_says_who_stays_with_their_sum_and_that_the_rule_is_unverified() -> None:
    made = tuple(
        Order(name, str(number), people, leaves, 60, 600, say("They leave: a house does not protect"
              " from this harm."))
        for number, (name, people, leaves) in enumerate(
            [("甲", 10, False), ("乙", 30, False), ("丙", 5, True)]
        )
    )  # fmt: skip
    zones = zone_set(zone(GROUND), weather=None)
    texts = [str(one) for one in indoors(zones, "chlorine", replace(moved(), orders=made))]
    assert "Stay indoors: 乙、甲, 40 people." in texts
    assert "Leave: 丙, 5 people." in texts
    assert any("unverified; a commander decides" in one for one in texts)


def test_the_rule_of_leaving_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "indoors.toml"
    path.write_text("[leave]\nstart_min = -1\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_leave_rule(path)
    assert len(caught.value.faults) == 3


BURNS = zone(town_box(-400, 900, 400, 1_100), "half_lfl", model="flammable_cloud", reach_m=516.0)


def of_what(substance: str, *more: Zone) -> str:
    zones = zone_set(zone(GROUND, reach_m=2_208.0), *more)
    return " ".join(str(one) for one in indoors(zones, substance, moved(WALK)))


@pytest.mark.parametrize("substance", ["ethylene_oxide", "hydrogen_sulfide", "ammonia"])
def test_a_toxic_cloud_that_can_burn_is_said_to_burn_and_how_far(substance: str) -> None:
    """ERG, protective actions: a house is no sure place where the vapours are flammable."""
    said_so = of_what(substance, BURNS)
    assert "stays indoors" in said_so
    assert "can burn up to 516 m: no house protects there" in said_so
    assert "No flame, no switch, no engine" in said_so
    assert "unverified): a commander decides" in said_so


def test_how_far_a_cloud_burns_is_not_made_up() -> None:
    assert "The vapours can burn; how far is not known" in of_what("hydrogen_sulfide")
    assert "burn" not in of_what("chlorine", BURNS)


def test_who_stays_where_the_cloud_can_burn_stays_only_until_fetched(town: OneMap) -> None:
    """The cloud of the far community does not burn there: it stays with the usual reason."""
    near_box = town_box(-400, 501, 400, 700)
    burns = zone(near_box, "half_lfl", model="flammable_cloud", reach_m=458.0)
    zones = zone_set(zone(NORTH), burns, weather=Weather(0.0, 2.0, "D", 20.0))
    for substance in ("hydrogen_sulfide", "chlorine"):
        leak = replace(at_town(0, 1_000), substance=substance)
        exposed = exposure(town, leak, zones)
        found = orders(town, leak, zones, exposed, evacuation(town, leak, zones, exposed))
        fetched = [order for order in found if "until they are fetched" in str(order.reason)]
        assert all("458 m" in str(order.reason) and not order.leaves for order in fetched)
        assert bool(fetched) is (substance == "hydrogen_sulfide")
        assert len(fetched) < len(found)


def test_the_rule_of_burning_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "indoors.toml"
    path.write_text('[burning]\nline = "aegl_2"\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_burn_rule(path)
    assert len(caught.value.faults) == 3
