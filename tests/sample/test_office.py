"""The office that looks for places, on eleven places in a row by hand."""

from typing import Any

import numpy as np
import pytest

from sample.clerk import Clerk
from sample.office import PLIGHTS, REACH_M, TOWN, Office, Plight
from sample.sites import Chooser, Sites

PEOPLE = (10.0, 10.0, 10.0, 0.0, 0.0, 0.0, 50.0, 0.0, 0.0, 0.0, 5.0)
"""Beside places 300 m apart, from west to east."""


def row_of_places(**changed: Any) -> Sites:  # noqa: ANN401 - columns of many kinds
    count = len(PEOPLE)
    columns: dict[str, Any] = {
        "xy_m": np.column_stack((np.arange(count) * 300.0, np.zeros(count))),
        "road_class": np.full(count, "residential"),
        "road": np.full(count, "人民路", dtype=object),
        "number": np.arange(count),
        "subdistrict": np.array(["甲街道"] * 6 + ["乙街道"] * 5, dtype=object),
        "community": np.full(count, "社区", dtype=object),
        "community_row": np.zeros(count, dtype=np.int64),
        "density": np.ones(count),
        "works": np.zeros(count, dtype=bool),
        "shore_m": np.arange(count) * 100.0,
        "village": np.full(count, -1),
    }
    return Sites(**{**columns, **changed})


def office_of(sites: Sites, *, unsafe: tuple[int, ...] = (), liked: tuple[int, ...] = ()) -> Office:
    count = len(sites)
    clerk = Clerk(Chooser(sites, np.random.default_rng(7), np.ones(count, dtype=bool)), {})
    safe = np.ones(count, dtype=bool)
    safe[list(unsafe)] = False
    liking = np.ones(count)
    liking[list(liked)] = 2.0
    return Office(clerk, np.array(PEOPLE), safe, liking)


def test_a_place_reaches_its_neighbours_and_is_free_no_longer() -> None:
    assert 300.0 < REACH_M < 600.0
    office = office_of(row_of_places())
    assert office.open(1) == 30.0
    assert office.left.sum() == 55.0
    assert not office.clerk.chooser.free[1]
    assert 1 not in office.fit("甲街道", TOWN)
    assert office.open(0) == 0.0, "nobody is reached twice"


def test_the_best_place_reaches_most_people_who_have_none() -> None:
    office = office_of(row_of_places())
    assert office.best(np.arange(3)) == 1
    assert office.best(np.arange(len(PEOPLE))) in {5, 6, 7}
    office.open(6)
    assert office.best(np.arange(len(PEOPLE))) == 1


def test_a_school_ground_is_taken_before_a_place_that_reaches_a_few_more() -> None:
    assert office_of(row_of_places(), liked=(0,)).best(np.arange(3)) == 0
    assert office_of(row_of_places(), liked=(10,)).best(np.arange(len(PEOPLE))) in {5, 6, 7}


def test_where_everybody_is_served_no_place_is_best() -> None:
    office = office_of(row_of_places())
    with pytest.raises(ValueError, match="everybody"):
        office.best(np.arange(3, 5))


def test_places_fit_by_subdistrict_street_and_plight() -> None:
    sites = row_of_places()
    assert office_of(sites).fit("甲街道", TOWN).tolist() == [0, 1, 2, 3, 4, 5]
    far = Plight(0.5, shore_m=300.0)
    assert office_of(sites).fit("甲街道", far).tolist() == [3, 4, 5], "300 m are far enough"
    risky = office_of(sites, unsafe=(2, 3))
    assert risky.fit("甲街道", TOWN).tolist() == [0, 1, 4, 5]
    assert risky.fit("甲街道", Plight(0.5, wary=False)).tolist() == [0, 1, 2, 3, 4, 5]
    lanes = row_of_places(road_class=np.array(["service"] * 5 + ["tertiary"] * 6))
    assert office_of(lanes).fit("甲街道", TOWN).tolist() == [5]
    works = row_of_places(works=np.arange(11) < 4)
    assert office_of(works).fit("甲街道", TOWN).tolist() == [4, 5]
    assert office_of(sites).fit("丙街道", TOWN).tolist() == []


def test_each_plight_is_worse_than_a_towns_in_one_way_only() -> None:
    assert len(PLIGHTS) == 4
    for name, plight in PLIGHTS.items():
        worse = [
            plight.share < TOWN.share / 2,
            plight.room < 0.5,
            not plight.wary,
        ]
        assert sum(worse) == 1, name
