"""SLAB as a second opinion: nothing needs it, and where it is our heavy gas agrees with it."""

import sys
from dataclasses import replace

import pytest

from risk.clouds import cloud_of, dense_shape
from risk.release import Weather
from risk.slab import slab_reach_m
from risk.source_terms import source_of
from risk.substances import SUBSTANCES
from tests.risk.releases import released

CHLORINE = replace(released("chlorine", 1.0, "hazmat_leak", wind=(90.0, 3.0)), is_urban=False)
LEVELS = (20e-6, 2e-6)


def test_without_the_package_there_is_no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slabx", None)
    assert slab_reach_m(CHLORINE, Weather(90.0, 3.0, "D", 20.0), LEVELS) is None


@pytest.mark.parametrize("key", ["", "nonsense", "tnt", "ammonium_nitrate"])
def test_what_lacks_figures_has_no_second_opinion(key: str) -> None:
    assert slab_reach_m(released(key, 1.0), Weather(90.0, 3.0, "D", 20.0), LEVELS) is None


@pytest.mark.parametrize(("wind", "stability"), [(2.0, "F"), (3.0, "D"), (5.0, "D")])
def test_over_open_country_both_agree_within_a_factor_of_two(wind: float, stability: str) -> None:
    """Measured with slabx 1.0.7: ours is 0.87 to 1.7 times SLAB's reach for 0.1 to 10 t."""
    pytest.importorskip("slabx")
    air = Weather(90.0, wind, stability, 20.0)
    for quantity in (0.1, 1.0):
        release = replace(CHLORINE, quantity_t=quantity)
        theirs, source = slab_reach_m(release, air, LEVELS), source_of(release, air)
        assert theirs is not None
        assert source is not None
        cloud = cloud_of(SUBSTANCES["chlorine"], source, air, is_urban=False)
        for fraction, reach in zip(LEVELS, theirs, strict=True):
            assert reach is not None
            assert 0.5 < dense_shape(cloud, fraction)[0] / reach < 2.0
