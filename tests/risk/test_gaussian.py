"""Gaussian plume and puff against worked examples, and the line of a threshold against them."""

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.faults import UserError
from risk import gaussian
from risk.gaussian import Air

TABLE = Path(gaussian.__file__).parent / "dispersion.toml"
WORKED: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "dispersion_oracles.toml").read_text(encoding="utf-8")
)
AIRS = [
    Air(wind, stability, urban)
    for wind in (0.5, 3.0, 20.0)
    for stability in "ABCDEF"
    for urban in (True, False)
]


def test_the_plume_of_ccps_p97() -> None:
    """The published case gauss_plume_ccps_p97."""
    case = WORKED["gauss_plume_ccps_p97"]
    x = case["x_m"]
    sigmas = (0.0674 * x**0.9, 0.01122 * x**1.4024 * math.exp(-0.0540 * math.log(x) ** 2))
    found = gaussian.plume_kg_m3(case["rate_kg_s"], case["wind_ms"], sigmas)
    assert found == pytest.approx(case["kg_m3"], rel=case["rel_tol"])


def test_the_plume_with_briggs_coefficients() -> None:
    case = WORKED["gauss_plume_briggs"]
    air = Air(case["wind_ms"], case["stability"], is_urban=False)
    sigmas = gaussian.briggs_sigmas_m(air, case["x_m"])
    assert sigmas == pytest.approx((case["sigma_y_m"], case["sigma_z_m"]), rel=case["rel_tol"])
    found = gaussian.plume_kg_m3(case["rate_kg_s"], case["wind_ms"], sigmas)
    assert found == pytest.approx(case["kg_m3"], rel=case["rel_tol"])


def test_the_puff_of_ccps_p101() -> None:
    case = WORKED["gauss_puff_ccps_p101"]
    sigmas = gaussian.puff_sigmas_m(case["stability"], case["x_m"])
    assert sigmas == pytest.approx((case["sigma_y_m"], case["sigma_z_m"]), rel=case["rel_tol"])
    off = (case["x_m"] - case["wind_ms"] * case["time_s"], 0.0, 0.0)
    found = gaussian.puff_kg_m3(case["mass_kg"], sigmas, off_m=off)
    assert found == pytest.approx(case["kg_m3"], rel=case["rel_tol"])


def test_the_reach_of_chlorine_swings_nineteen_fold() -> None:
    """The computed case plume_reach_cl2, by stability and roughness alone."""
    case = WORKED["plume_reach_cl2"]
    kg_m3 = case["ppm"] * case["molar_g_mol"] / case["molar_l_mol"] * 1e-6
    for wind, stability, ground, reach in case["cases"]:
        air = Air(wind, stability, ground == "urban")
        found = gaussian.plume_reach_m(case["rate_kg_s"], air, kg_m3)
        assert found == pytest.approx(reach, rel=case["rel_tol"])


def test_a_raised_plume_is_mirrored_at_the_ground() -> None:
    sigmas = (20.0, 10.0)
    ground = gaussian.plume_kg_m3(1.0, 2.0, sigmas)
    raised = gaussian.plume_kg_m3(1.0, 2.0, sigmas, height_m=10.0)
    assert raised == pytest.approx(ground * math.exp(-0.5))
    above = gaussian.plume_kg_m3(1.0, 2.0, sigmas, yz_m=(0.0, 10.0), height_m=10.0)
    assert above == pytest.approx(ground * 0.5 * (1.0 + math.exp(-2.0)))


@pytest.mark.parametrize("air", AIRS)
def test_on_the_line_the_concentration_is_the_threshold(air: Air) -> None:
    rate, wanted = 1.0, 1e-4
    reach = gaussian.plume_reach_m(rate, air, wanted)
    assert gaussian.LEAST_REACH_M < reach < gaussian.LONGEST_REACH_M
    axis = gaussian.plume_kg_m3(rate, air.wind_ms, gaussian.briggs_sigmas_m(air, reach))
    assert axis == pytest.approx(wanted, rel=1e-9)
    x = gaussian.stations_m(reach)[4:-1]
    for along, aside in zip(x, gaussian.plume_half_width_m(rate, air, wanted, x), strict=True):
        sigmas = gaussian.briggs_sigmas_m(air, float(along))
        found = gaussian.plume_kg_m3(rate, air.wind_ms, sigmas, yz_m=(float(aside), 0.0))
        assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("air", AIRS)
def test_the_shape_reaches_on_its_axis_and_no_farther(air: Air) -> None:
    shape = gaussian.plume_shape(2.0, air, 1e-5)
    xy = shapely.get_coordinates(shape)
    reach = gaussian.plume_reach_m(2.0, air, 1e-5)
    assert shape.is_valid
    assert 24 <= len(xy) - 1 <= 60
    assert np.hypot(xy[:, 0], xy[:, 1]).max() == pytest.approx(reach)
    assert shape.bounds[1] == pytest.approx(-shape.bounds[3])


def test_a_reach_is_cut_where_the_coefficients_end() -> None:
    air = Air(1.0, "F", is_urban=False)
    assert gaussian.plume_reach_m(1e6, air, 1e-9) == gaussian.LONGEST_REACH_M
    assert gaussian.plume_reach_m(1e-12, air, 1.0) == pytest.approx(gaussian.LEAST_REACH_M)
    farther = gaussian.plume_reach_m(1e6, air, 1e-9, longest_m=1e9)
    assert farther > gaussian.LONGEST_REACH_M


@pytest.mark.parametrize("stability", list("ABCDEF"))
def test_the_middle_of_a_puff_thins_to_the_threshold_at_its_reach(stability: str) -> None:
    reach = gaussian.puff_reach_m(100.0, stability, 0.01)
    sigmas = gaussian.puff_sigmas_m(stability, reach)
    assert gaussian.puff_kg_m3(100.0, sigmas) == pytest.approx(0.01)


def test_the_wind_grows_with_height_and_more_over_a_town() -> None:
    town, country = Air(4.0, "D", is_urban=True), Air(4.0, "D", is_urban=False)
    assert gaussian.wind_at_ms(town, 10.0) == pytest.approx(4.0)
    assert gaussian.wind_at_ms(town, 2.0) < gaussian.wind_at_ms(country, 2.0) < 4.0


def test_the_stabler_the_air_the_farther_it_reaches() -> None:
    for urban in (True, False):
        reach = [gaussian.plume_reach_m(1.0, Air(3.0, c, urban), 1e-4) for c in "ABCDEF"]
        assert reach == sorted(reach)
        assert reach[-1] > 3.0 * reach[0]


@pytest.mark.parametrize(
    ("line", "put", "named"),
    [
        ("A = [0.22, 0.0001, -0.5]", 'A = "wide"', "briggs_rural, y, A"),
        ("verified = true", "verified = 1", "about, verified"),
        ("F = 0.55", "F = inf", "wind_profile, rural, F"),
        ("[ccps_puff.z]", "[ccps_puff.q]", "ccps_puff, z"),
    ],
)
def test_an_edited_coefficient_that_cannot_be_meant_is_named(
    tmp_path: Path, line: str, put: str, named: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "dispersion.toml"
    path.write_text(text.replace(line, put, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        gaussian.load_dispersion(path)
    assert named in [fault.column for fault in caught.value.faults]
