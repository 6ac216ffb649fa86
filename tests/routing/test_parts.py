"""Which nodes hang together, against scipy; and places joined in one list."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from desks.onemap import OneMap, load_onemap
from routing import Locator, connected_parts, joined_snaps


@pytest.fixture(scope="module")
def onemap(sample_district: Path) -> OneMap:
    return load_onemap(sample_district)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_parts_are_those_of_scipy(onemap: OneMap, share: float) -> None:
    network = onemap.network
    usable = np.random.default_rng(7).random(network.road_count) < share
    start, end = network.road_start[usable], network.road_end[usable]
    size = network.node_count
    links = csr_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    count, expected = connected_components(links, directed=False)
    found = connected_parts(network, usable)
    pairs = np.unique(np.column_stack([found, expected]), axis=0)
    assert len(pairs) == count == len(np.unique(found))


def test_usable_of_another_length_is_refused(onemap: OneMap) -> None:
    with pytest.raises(ValueError, match="one entry per road piece"):
        connected_parts(onemap.network, np.ones(3, np.bool_))


def test_joined_places_are_the_parts_one_after_the_other(onemap: OneMap) -> None:
    places = onemap.network.node_xy_m[:5] + 3.0
    whole = Locator(onemap.network).snap(places, limit_m=100)
    joined = joined_snaps([whole.take(number) for number in range(5)])
    for column in ("road", "offset", "xy_m", "place_xy_m", "distance_m"):
        assert np.array_equal(getattr(joined, column), getattr(whole, column))
    with pytest.raises(ValueError):  # noqa: PT011 - numpy's own words
        joined_snaps([])
