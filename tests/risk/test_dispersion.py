"""Clouds: a heavy one that becomes a passive plume, what burns, and what is said of them."""

import math
from dataclasses import replace

import pytest

from risk import clouds, dense_gas, dispersion, gaussian
from risk.clouds import Cloud, cloud_of, dense_shape, passive_shape
from risk.dispersion import DENSE_GAS, FLAMMABLE_CLOUD, PLUME, PUFF
from risk.release import Weather
from risk.source_terms import source_of
from risk.substances import SUBSTANCES
from tests.risk.releases import released

NIGHT_AIR = Weather(90.0, 2.0, "F", 20.0)
WIND = (90.0, 2.0)


def cloud(key: str, quantity_t: float, weather: Weather = NIGHT_AIR) -> Cloud:
    source = source_of(released(key, quantity_t), weather)
    assert source is not None
    return cloud_of(SUBSTANCES[key], source, weather, is_urban=True)


def test_chlorine_is_dense_and_ammonia_gas_is_not() -> None:
    assert cloud("chlorine", 1.0).dense is not None
    assert cloud("ammonia", 1.0).dense is None
    assert cloud("hydrogen", 1.0).dense is None
    assert cloud("lng", 1.0).dense is not None


def test_a_strong_wind_makes_a_heavy_gas_passive() -> None:
    assert cloud("chlorine", 0.001, replace(NIGHT_AIR, wind_ms=15.0)).dense is None


def test_near_by_the_heavy_cloud_is_britter_and_mcquaid_s() -> None:
    found = cloud("chlorine", 10.0)
    assert found.dense is not None
    for fraction in (0.1, 0.02, 0.004):
        reach, _ = dense_shape(found, fraction)
        assert reach == pytest.approx(dense_gas.plume_reach_m(found.dense, fraction))


def test_far_away_the_heavy_cloud_thins_as_the_passive_plume_does() -> None:
    """From one level to the next both go the same way on."""
    found = cloud("chlorine", 0.2)
    heavy = [dense_shape(found, fraction)[0] for fraction in (1e-4, 2e-5)]
    light = [passive_shape(found, fraction)[0] for fraction in (1e-4, 2e-5)]
    assert heavy[1] - heavy[0] == pytest.approx(light[1] - light[0], rel=1e-6)


def test_where_the_curves_end_the_cloud_goes_on_without_a_step() -> None:
    found = cloud("chlorine", 5.0)
    assert found.dense is not None
    last = dense_gas.last_fraction(found.dense)
    above, below = (dense_shape(found, last * factor)[0] for factor in (1.0001, 0.9999))
    assert below == pytest.approx(above, rel=1e-3)
    assert below > above


def test_at_the_criterion_the_reach_does_not_fall() -> None:
    """A little more gas turns the plume dense; the zone must not shrink with it."""
    for wind in (4.0, 8.0, 15.0):
        for stability in "ADF":
            air = Weather(90.0, wind, stability, 20.0)
            last, turned = 0.0, 0
            for step in range(160):
                found = cloud("chlorine", 1e-6 * 10.0 ** (step / 20.0), air)
                turned += found.dense is not None
                reach, shape = dense_shape(found, 2e-5)
                assert reach >= last * (1.0 - 1e-9)
                assert shape.is_valid
                last = reach
            assert 0 < turned < 160


def test_a_heavy_cloud_lies_broader_than_a_passive_one_near_its_source() -> None:
    found = cloud("chlorine", 5.0)
    heavy, light = (shape(found, 1e-3)[1] for shape in (dense_shape, passive_shape))
    assert heavy.bounds[3] > 1.5 * light.bounds[3]
    assert heavy.bounds[0] < 0.0


def test_the_vapour_over_a_pool_is_no_denser_than_its_share() -> None:
    """A pool of benzene gives off air with a tenth of benzene, not benzene."""
    found = cloud("benzene", 5.0)
    assert found.dense is not None
    assert found.dense.fraction == pytest.approx(0.1, abs=0.02)
    pure = dense_gas.reduced_gravity(101325.0 * 0.0781 / (8.314 * 293.15), 293.15)
    assert found.dense.gravity_ms2 == pytest.approx(pure * found.dense.fraction, rel=1e-3)


def test_what_cannot_burn_over_a_cold_pool_has_no_reach() -> None:
    """Diesel at 20 °C never reaches its flammable limit."""
    release = released("diesel", 50.0, "hazmat_leak", wind=WIND)
    reach = [contour.reach_m for contour in FLAMMABLE_CLOUD.contours(release, NIGHT_AIR)]
    assert max(reach) < 30.0


def test_which_model_applies_to_what() -> None:
    wanted = {
        ("chlorine", "hazmat_leak"): {"dense_gas", "plume"},
        ("ammonia", "hazmat_leak"): {"plume", "flammable_cloud"},
        ("lpg", "gas_leak"): {"flammable_cloud"},
        ("lpg", "explosion"): {"flammable_cloud", "puff"},
        ("oxygen", "hazmat_leak"): set(),
        ("ammonium_nitrate", "explosion"): set(),
        ("", "hazmat_leak"): set(),
    }
    for (key, kind), models in wanted.items():
        release = released(key, 5.0, kind, wind=WIND)
        found = {m.key for m in (DENSE_GAS, PLUME, FLAMMABLE_CLOUD, PUFF) if m.applies(release)}
        assert found == models, (key, kind)


@pytest.mark.parametrize("model", [DENSE_GAS, PLUME, FLAMMABLE_CLOUD, PUFF])
def test_no_model_applies_without_quantity_or_wind(model: object) -> None:
    assert isinstance(model, type(PLUME))
    for key in ("chlorine", "lpg", "benzene"):
        assert not model.applies(released(key, None, wind=WIND))
        assert not model.applies(released(key, 0.0, wind=WIND))
        assert not model.applies(released(key, 1.0, wind=(None, 2.0)))
        assert not model.applies(released(key, 1.0, wind=(90.0, None)))


def test_a_contour_says_model_stability_roughness_duration_and_levels() -> None:
    """The issue: every zone prints model, stability, roughness, duration and threshold."""
    release = released("chlorine", 1.0, "hazmat_leak", wind=WIND)
    for contour in DENSE_GAS.contours(release, NIGHT_AIR):
        said = " ".join(str(sentence) for sentence in contour.assumptions)
        for word in ("Stability F", "Roughness", "10 minutes", "kg/s for", "Britter", "AEGL"):
            assert word in said, word
        assert contour.unit == "ppm"


def test_light_gas_that_leaves_cold_is_said_to_hug_the_ground() -> None:
    """Ammonia is lighter than air, its spray is not."""
    for key, told in (("ammonia", True), ("carbon_monoxide", False), ("chlorine", False)):
        release = released(key, 1.0, "hazmat_leak", wind=WIND)
        said = " ".join(str(one) for one in PLUME.contours(release, NIGHT_AIR)[0].assumptions)
        assert ("cold spray" in said) is told, key


def test_a_level_without_two_sources_is_not_verified() -> None:
    release = released("hydrogen_cyanide", 1.0, "hazmat_leak", wind=WIND)
    assert not any(contour.verified for contour in PLUME.contours(release, NIGHT_AIR))


def test_flammable_limits_are_drawn_in_percent_the_limit_inside() -> None:
    release = released("propane", 5.0, "gas_leak", wind=WIND)
    limit, half = FLAMMABLE_CLOUD.contours(release, NIGHT_AIR)
    assert (limit.level, limit.threshold, limit.unit) == ("lfl", 1.7, "%")
    assert (half.level, half.threshold) == ("half_lfl", 0.85)
    assert limit.reach_m < half.reach_m


def test_a_puff_fills_at_least_the_hemisphere_of_its_gas() -> None:
    mass, fraction = 5000.0, 0.017
    reach, shape = clouds.puff_shape(SUBSTANCES["propane"], mass, NIGHT_AIR, fraction)
    volume = mass / (101325.0 * 0.0440956 / (8.31446 * 293.15)) / fraction
    filled = (3.0 * volume / (2.0 * math.pi)) ** (1.0 / 3.0)
    assert reach >= filled
    assert shape.bounds[3] == pytest.approx(filled, rel=0.05)
    assert reach <= gaussian.LONGEST_REACH_M


def test_a_larger_puff_reaches_farther() -> None:
    for key in ("propane", "hydrogen", "methane"):
        reach = [
            clouds.puff_shape(SUBSTANCES[key], 10.0**power, NIGHT_AIR, 0.02)[0]
            for power in range(9)
        ]
        assert reach == sorted(reach)


def test_lines_of_a_substance_without_levels_are_none() -> None:
    assert dispersion.toxic_lines(SUBSTANCES["propane"]) == ()
    assert dispersion.flammable_lines(SUBSTANCES["chlorine"]) == ()
    assert [line.level for line in dispersion.toxic_lines(SUBSTANCES["phosgene"])] == [
        "aegl_3",
        "aegl_2",
    ]
