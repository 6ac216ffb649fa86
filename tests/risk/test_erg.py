"""The zones of the guidebook: which line counts, by quantity, container, sun and wind."""

import math
from datetime import datetime
from itertools import product

import pytest
import shapely

from risk import erg, erg_bleve
from risk.erg import (
    CONTAINER_UP_TO_T,
    advice,
    guide_of,
    is_night,
    is_small,
    wind_class,
)
from risk.erg_bleve import bleve_line
from risk.erg_tables import BLEVES, CONTAINERS, EDITION, ROWS_3
from risk.release import Contour, Release
from risk.substances import SUBSTANCES
from risk.zones import zones
from tests.risk.releases import AIR, CHINA, MIDNIGHT, NOON, released

SPILL, FIRE = erg.MODELS
(BLEVE,) = erg_bleve.MODELS
EAST_2 = (270.0, 2.0)
"""Wind of 2 m/s that blows to the east."""


def contours(release: Release) -> tuple[Contour, ...]:
    assert SPILL.applies(release)
    return SPILL.contours(release, AIR)


def said(contour: Contour) -> str:
    return " ".join(str(text) for text in contour.assumptions)


def test_a_drum_of_chlorine_by_day_and_by_night() -> None:
    """ERG 2016 table 1, UN 1017, small spill: 60 m; 0.3 km by day, 1.1 km by night."""
    for time, downwind in ((NOON, 300), (MIDNIGHT, 1100)):
        found = advice(released("chlorine", 0.1, "hazmat_leak", time=time, wind=EAST_2))
        assert found is not None
        assert (found.spill.isolation_m, found.downwind_m) == (60, downwind)
        assert found.verified


@pytest.mark.parametrize(
    ("container", "wind_ms", "time", "metres"),
    [
        ("rail_tank_car", 2.0, NOON, (1000, 9900)),
        ("rail_tank_car", 4.0, MIDNIGHT, (1000, 9000)),
        ("highway_tank", 7.0, NOON, (600, 2900)),
        ("ton_cylinders", 2.0, NOON, (300, 2100)),
        ("ton_cylinders", 2.0, MIDNIGHT, (300, 4000)),
        ("small_cylinders", 4.0, NOON, (150, 800)),
    ],
)
def test_chlorine_by_container_and_wind(
    container: str, wind_ms: float, time: datetime, metres: tuple[int, int]
) -> None:
    """ERG 2016 table 3, UN 1017."""
    asked = released(
        "chlorine", 6.0, "hazmat_leak", time=time, wind=(270.0, wind_ms), container=container
    )
    found = advice(asked)
    assert found is not None
    assert (found.spill.isolation_m, found.downwind_m) == metres
    assert "table 3" in str(found.said[0])


@pytest.mark.parametrize(
    ("substance", "metres"),
    [
        ("phosgene", (500, 3000)),
        ("hydrogen_sulfide", (400, 2100)),
        ("carbon_monoxide", (200, 1200)),
    ],
)
def test_large_spills_of_table_1_by_day(substance: str, metres: tuple[int, int]) -> None:
    found = advice(released(substance, 5.0, "hazmat_leak", wind=EAST_2))
    assert found is not None
    assert (found.spill.isolation_m, found.downwind_m) == metres


def test_what_no_table_names_goes_by_its_orange_guide() -> None:
    """LPG (115): 100 m, large spill 800 m downwind, 1,600 m in fire; petrol, 128: 50/300/800."""
    for substance, metres in (("lpg", (100, 800, 1600)), ("petrol", (50, 300, 800))):
        asked = released(substance, 25.0, "fire", wind=EAST_2)
        found = advice(asked)
        assert found is not None
        (fire,) = FIRE.contours(asked, AIR)
        assert (found.spill.isolation_m, found.downwind_m, fire.reach_m) == metres
    only = contours(released("petrol", 0.05, "hazmat_leak", wind=EAST_2))
    assert [contour.level for contour in only] == ["isolation"]


def test_a_leak_of_something_unknown_is_guide_111() -> None:
    """100 m all around, before anyone knows what it is."""
    (only,) = contours(released("", None, "hazmat_leak"))
    assert (only.level, only.reach_m) == ("isolation", 100)
    assert "guide 111" in said(only)
    assert guide_of(released("never heard of", None, "gas_leak")) is not None
    assert not SPILL.applies(released("", None, "flood"))


@pytest.mark.parametrize(
    ("litres", "small"), [(208.0, True), (208.1, False), (1.0, True), (1e9, False)]
)
def test_a_drum_of_55_gallons_is_still_a_small_spill(litres: float, small: bool) -> None:  # noqa: FBT001
    density = SUBSTANCES["chlorine"].liquid_kg_m3
    assert density is not None
    assert is_small(released("chlorine", litres * density / 1e6)) is small


def test_without_density_a_litre_is_a_kilogram_and_unknown_is_large() -> None:
    assert SUBSTANCES["sodium_hydroxide"].liquid_kg_m3 is None
    assert is_small(released("sodium_hydroxide", 0.208))
    assert not is_small(released("sodium_hydroxide", 0.209))
    assert not is_small(released("chlorine", None))
    assert not is_small(released("chlorine", math.nan))


@pytest.mark.parametrize(
    ("hour", "month", "night"),
    [(12, 6, False), (5, 6, True), (6, 6, False), (6, 12, True), (18, 6, False), (18, 12, True)],
)
def test_day_is_from_sunrise_to_sunset(hour: int, month: int, night: bool) -> None:  # noqa: FBT001
    """Guangzhou: the sun rises at 5:42 in June and at 7:00 in December, sets 19:14 and 17:46."""
    time = datetime(2026, month, 21, hour, 0, tzinfo=CHINA)
    assert is_night(released("chlorine", 1.0, time=time)) is night


@pytest.mark.parametrize(
    ("kmh", "wind"),
    [(9.99, "low"), (10.0, "moderate"), (20.0, "moderate"), (20.01, "high"), (0.0, "low")],
)
def test_winds_of_table_3(kmh: float, wind: str) -> None:
    assert wind_class(released("chlorine", 1.0, wind=(0.0, kmh / 3.6))) == wind


def test_an_unknown_wind_counts_as_the_one_that_reaches_farthest() -> None:
    assert wind_class(released("chlorine", 1.0)) == "low"
    assert "not known" in said(contours(released("chlorine", 6.0, "hazmat_leak"))[0])


@pytest.mark.parametrize(
    ("quantity_t", "row"),
    [(0.5, "small_cylinders"), (1.0, "small_cylinders"), (1.1, "highway_tank"),
     (30.0, "highway_tank"), (30.1, "rail_tank_car"), (1e5, "rail_tank_car")],
)  # fmt: skip
def test_without_a_container_the_quantity_tells_the_row(quantity_t: float, row: str) -> None:
    found = advice(released("chlorine", quantity_t, "hazmat_leak", wind=EAST_2))
    assert found is not None
    assert found.spill.isolation_m == ROWS_3["1017"][row].isolation_m
    assert not found.verified
    assert row in CONTAINER_UP_TO_T


def test_a_container_that_the_table_lacks_is_told_by_quantity() -> None:
    nurse = advice(released("chlorine", 6.0, "hazmat_leak", wind=EAST_2, container="nurse_tank"))
    plain = advice(released("chlorine", 6.0, "hazmat_leak", wind=EAST_2))
    assert nurse == plain
    ammonia = advice(released("ammonia", 6.0, "hazmat_leak", wind=EAST_2, container="nurse_tank"))
    assert ammonia is not None
    assert (ammonia.spill.isolation_m, ammonia.downwind_m) == (60, 500)


def test_with_nothing_known_the_largest_row_holds_and_says_so() -> None:
    found = contours(released("chlorine", None, "hazmat_leak"))
    assert [contour.reach_m for contour in found] == [1000, 9900]
    assert "largest container" in said(found[0])
    assert "Quantity not known" in said(found[0])


def test_the_square_begins_at_the_incident_and_lies_along_the_wind() -> None:
    """ERG: side as long as the downwind distance, half of it to either side of the axis."""
    isolation, protective = contours(released("chlorine", 0.1, "hazmat_leak", wind=EAST_2))
    assert protective.shape.covers(shapely.box(0, -150, 300, 150))
    assert protective.shape.bounds == pytest.approx((-60, -150, 300, 150))
    assert protective.shape.covers(isolation.shape)
    assert protective.reach_m == pytest.approx(300 * math.sqrt(1.25))
    assert "300 m downwind" in said(protective)


def test_the_square_turns_with_the_wind_on_the_ground() -> None:
    """Wind from the north-west carries it to the south-east."""
    asked = released("chlorine", 0.1, "hazmat_leak", wind=(315.0, 2.0))
    protective = zones(asked).of("erg")[1]
    middle = protective.shape.centroid
    assert middle.x > 90
    assert middle.y < -90
    assert middle.x == pytest.approx(-middle.y, rel=1e-6)


@pytest.mark.parametrize("wind", [(None, None), (None, 3.0), (90.0, 0.2)])
def test_without_a_direction_it_is_the_whole_circle(
    wind: tuple[float | None, float | None],
) -> None:
    protective = contours(released("chlorine", 0.1, "hazmat_leak", wind=wind))[1]
    assert protective.reach_m == 300
    assert protective.shape.area == pytest.approx(math.pi * 300**2, rel=0.01)
    assert "every side" in said(protective)


def test_a_known_direction_with_unknown_speed_still_gives_the_square() -> None:
    protective = contours(released("chlorine", 0.1, "hazmat_leak", wind=(90.0, None)))[1]
    assert protective.shape.bounds[2] == pytest.approx(300)


def test_more_never_reaches_less_for_any_substance_time_and_wind() -> None:
    """Small to large spill, cylinder to rail car: the tables alone step down in high wind."""
    times = (NOON, MIDNIGHT)
    for key, time, wind_ms in product(SUBSTANCES, times, (None, 1.0, 4.0, 9.0)):
        before = (0.0, 0.0)
        for quantity_t in (1e-6, 0.1, 0.2, 0.5, 1.5, 20.0, 31.0, 1e5, None):
            asked = released(key, quantity_t, "hazmat_leak", time=time, wind=(0.0, wind_ms))
            found = advice(asked)
            if found is None:
                continue
            now = (float(found.spill.isolation_m), float(found.downwind_m))
            assert now[0] >= before[0], (key, quantity_t)
            assert now[1] >= before[1], (key, quantity_t)
            before = now


def test_a_small_cylinder_in_high_wind_is_no_less_than_a_small_spill() -> None:
    """Table 3 gives chlorine cylinders 600 m by night in high wind, table 1 1,100 m for less."""
    found = advice(released("chlorine", 0.9, "hazmat_leak", time=MIDNIGHT, wind=(0.0, 9.0)))
    assert found is not None
    assert found.downwind_m == 1100


def test_edition_and_the_newer_one_are_named() -> None:
    night = contours(released("chlorine", 0.1, "hazmat_leak", time=MIDNIGHT, wind=EAST_2))[1]
    assert EDITION == "ERG 2016"
    assert "ERG 2016, table 1, UN 1017" in said(night)
    assert "2024 edition, by one source, gives 60 m and 1500 m" in said(night)
    assert "may be larger" in said(night)


def test_a_guide_number_that_was_not_read_shows_as_unverified() -> None:
    assert not contours(released("toluene", 5.0, "hazmat_leak", wind=EAST_2))[0].verified
    assert contours(released("lpg", 5.0, "hazmat_leak", wind=EAST_2))[0].verified


def test_a_leak_of_any_substance_has_a_first_distance() -> None:
    """Nothing on file leaves the commander without one; what has no UN number goes by guide 111."""
    for key, row in SUBSTANCES.items():
        asked = released(key, None, "hazmat_leak")
        found = contours(asked)
        assert found[0].reach_m >= 25, key
        if not row.un:
            assert "guide 111" in said(found[0])
            assert not found[0].verified


@pytest.mark.parametrize(
    ("substance", "quantity_t", "kind"),
    [
        ("petrol", 45.0, "fire"),
        ("diesel", 25.0, "tank_fire"),
        ("lng", 20.0, "gas_leak"),
        ("methane", 3.0, "gas_leak"),
        ("lpg", 50.0, "fire"),
        ("chlorine", 6.0, "hazmat_leak"),
        ("ammonia", 12.0, "hazmat_leak"),
    ],
)
def test_every_kind_of_fixed_hazard_point_has_a_zone(
    substance: str, quantity_t: float, kind: str
) -> None:
    """S1-1: filling stations, chlorine and ammonia plants, LPG depots: each has its zone."""
    for wind in ((None, None), (135.0, 2.0)):
        found = zones(released(substance, quantity_t, kind, wind=wind))
        assert found.of("erg")
        assert found.governing
        assert found.protective is not None
        assert found.protective.reach_m > 50


def test_fire_isolation_is_told_in_fires_only() -> None:
    assert FIRE.applies(released("chlorine", 1.0, "tank_fire"))
    assert not FIRE.applies(released("chlorine", 1.0, "hazmat_leak"))
    assert not FIRE.applies(released("", 1.0, "fire"))
    (zone,) = FIRE.contours(released("ammonia", 1.0, "fire"), AIR)
    assert (zone.level, zone.reach_m) == ("fire_isolation", 1600)


def test_bleve_distances_are_those_of_the_vessel_that_holds_it() -> None:
    """ERG 2016 BLEVE table: 22,000 L hold 8,800 kg; R 62 m, 247, 926, 1,852 m."""
    asked = released("lpg", 8.8, "fire")
    assert BLEVE.applies(asked)
    found = BLEVE.contours(asked, AIR)
    assert [(one.level, one.reach_m) for one in found] == [
        ("isolation", 247),
        ("bleve_minimum", 926),
        ("bleve_evacuation", 1852),
    ]
    assert BLEVE.contours(released("lpg", 8.8001, "fire"), AIR)[0].reach_m == 306
    assert not any(one.verified for one in found)


def test_the_bleve_table_follows_its_own_rule_and_goes_on_by_it() -> None:
    for line in BLEVES:
        radius = 3 * math.cbrt(line.propane_kg)
        assert line.fireball_radius_m == pytest.approx(radius, abs=1.0)
        assert line.response_m == pytest.approx(max(90, 4 * radius), rel=0.01)
    beyond = [bleve_line(mass) for mass in (56_000, 56_001, 100_000, 1e6, 1e8)]
    for name in ("fireball_radius_m", "response_m", "least_evacuation_m"):
        values = [getattr(line, name) for line in beyond]
        assert values == sorted(values)
    assert all(line.preferred_evacuation_m >= line.least_evacuation_m for line in beyond)
    assert "Beyond the table" in said(BLEVE.contours(released("lpg", 100.0, "fire"), AIR)[0])


@pytest.mark.parametrize(
    ("substance", "quantity_t"),
    [("methane", 5.0), ("petrol", 5.0), ("chlorine", 5.0), ("lpg", None), ("lpg", 0.0)],
)
def test_no_bleve_without_liquefied_gas_and_quantity(
    substance: str, quantity_t: float | None
) -> None:
    assert not BLEVE.applies(released(substance, quantity_t, "fire"))


def test_containers_bear_two_names_and_cover_the_table() -> None:
    used = {container for rows in ROWS_3.values() for container in rows}
    assert used == set(CONTAINERS)
    assert all(chinese and english for chinese, english in CONTAINERS.values())


def test_explosives_are_cleared_to_every_side() -> None:
    """Guide 112: 500 m, a large spill 800 m in all directions, 1,600 m in fire."""
    isolation, protective = contours(released("tnt", 2.0, "fire", wind=EAST_2))
    assert (isolation.reach_m, protective.reach_m) == (500, 800)
    assert protective.shape.bounds == pytest.approx((-800, -800, 800, 800))
    assert "whatever the wind" in said(protective)
    assert not protective.verified
    assert FIRE.contours(released("tnt", 2.0, "fire"), AIR)[0].reach_m == 1600


def test_a_leak_without_fire_clears_no_bleve_distance() -> None:
    """383 m for crews and 2,200 m for all are for a vessel in flames; a leak is held at 100 m."""
    leak = zones(released("lpg", 25.0, "gas_leak", wind=EAST_2))
    assert not leak.of("erg_bleve")
    reaches = [zone.reach_m for zone in leak.zones if zone.level == "isolation"]
    assert reaches == pytest.approx([100])
    assert zones(released("lpg", 25.0, "fire", wind=EAST_2)).of("erg_bleve")
