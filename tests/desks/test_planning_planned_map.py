"""The district as a plan would make it: the plan's own places, for every service and every rule."""

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.coverage import coverage
from desks.planning.places import places_of
from desks.planning.planned_map import with_plan
from desks.planning.services import service_of
from desks.planning.variants import Change, places_with
from geodata.faults import UserError
from tests.desks.planning_sites import sites_town
from tests.desks.planning_town import degrees

SHELTER = service_of("shelter")
INDOOR = service_of("shelter_indoor")


def _at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = degrees(x_m, y_m)
    return float(lon), float(lat)


NEW = Change("add", "A-new", "新场所", *_at(0, 800), capacity_people=46)
MOVED = Change("move", "P2", "", *_at(1250, 0))
PLAN = (NEW, Change("close", "P1"), Change("resize", "P5", capacity_people=101), MOVED)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("planned"))


def test_the_map_counts_just_the_places_of_the_plan(town: OneMap) -> None:
    """S1-4: whoever asks the planned map is answered as who asks with the plan's places."""
    planned = with_plan(town, SHELTER, PLAN)
    held, own = places_of(planned, SHELTER), places_with(town, SHELTER, PLAN)
    assert (held.ids, held.names) == (own.ids, own.names)
    assert held.ids[-1] == "A-new", "new places come last in every tie, whatever their id"
    np.testing.assert_array_equal(held.capacity, own.capacity)
    np.testing.assert_allclose(held.xy_m, own.xy_m)
    first = coverage(town, SHELTER, places=own)
    second = coverage(planned, SHELTER)
    assert first.communities == second.communities
    assert first.stamp == second.stamp == town.stamp


def test_nothing_else_differs_and_the_map_of_today_is_as_it_was(town: OneMap) -> None:
    before = town.records["shelter"]
    planned = with_plan(town, SHELTER, PLAN)
    assert town.records["shelter"] is before
    assert {key for key in town.records if planned.records[key] is not town.records[key]} == {
        "shelter"
    }
    row = planned.records["shelter"].ids.index("P3")
    assert {k: v[row] for k, v in planned.records["shelter"].columns.items()} == {
        k: v[before.ids.index("P3")] for k, v in before.columns.items()
    }


def test_new_and_moved_places_lie_in_their_units(town: OneMap) -> None:
    held = with_plan(town, SHELTER, PLAN).records["shelter"]
    codes = {key: held.text("subdistrict_code", row) for row, key in enumerate(held.ids)}
    was = town.records["shelter"]
    assert codes["A-new"]
    assert codes["P3"] == was.text("subdistrict_code", was.ids.index("P3"))
    parents = town.records["community"]
    for key in ("A-new", "P2"):
        inside = held.text("community_code", held.ids.index(key))
        if inside:
            row = parents.ids.index(inside)
            assert parents.text("subdistrict_code", row) == codes[key]
    outside = with_plan(town, SHELTER, [Change("add", "F", "", *_at(90_000, 0), 5)])
    assert outside.records["shelter"].text("subdistrict_code", len(held.ids)) == ""


def test_what_a_plan_does_not_say_nobody_knows(town: OneMap) -> None:
    """A new place of any shelter is neither indoors nor outdoors; of the indoor ones it is."""
    assert "A-new" not in places_of(with_plan(town, SHELTER, [NEW]), INDOOR).ids
    assert "A-new" in places_of(with_plan(town, INDOOR, [NEW]), INDOOR).ids
    assert "A-new" in places_of(with_plan(town, INDOOR, [NEW]), SHELTER).ids


def test_a_change_that_cannot_be_made_is_refused(town: OneMap) -> None:
    with pytest.raises(UserError):
        with_plan(town, SHELTER, [Change("close", "nowhere")])
