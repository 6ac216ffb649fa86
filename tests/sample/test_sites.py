"""Places and their chooser alone: beside their own road, in their own unit, given away once."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.clerk import in_town, in_works, main_road, near, per_subdistrict
from sample.sites import Chooser, Sites

from .worlds import SEEDS, World, clerk, world


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


def test_places_are_about_as_many_as_crossings(held: World) -> None:
    nodes = len(held.streets.net.node_xy_m)
    assert 0.75 * nodes < len(held.sites) <= 1.1 * nodes


def test_no_place_stands_in_water_or_in_a_park(held: World) -> None:
    closed = [held.land.river, held.land.lake, *held.streets.blocks.parks]
    xy = held.sites.xy_m
    assert not shapely.intersects_xy(shapely.union_all(closed), xy[:, 0], xy[:, 1]).any()


def test_every_place_lies_in_the_community_and_subdistrict_it_states(held: World) -> None:
    sites, communities = held.sites, held.units.communities
    shapes = communities.geometry.to_numpy()[sites.community_row]
    assert shapely.contains_xy(shapes, sites.xy_m[:, 0], sites.xy_m[:, 1]).all()
    names = communities["name"].to_numpy()[sites.community_row]
    assert (names == sites.community).all()
    above = communities["subdistrict"].to_numpy()[sites.community_row]
    assert (above == sites.subdistrict).all()


def test_places_stand_off_the_kerb_of_a_road_of_their_class(held: World) -> None:
    """Nobody lives on the carriageway, and nobody further from his road than half of it + 16 m."""
    frame = held.streets.frame
    for road_class in ("primary", "residential", "service"):
        own = frame[frame["highway"] == road_class]
        at = np.flatnonzero(held.sites.on(road_class))
        _, away = shapely.STRtree(own.geometry.to_numpy()).query_nearest(
            shapely.points(held.sites.xy_m[at]), return_distance=True, all_matches=False
        )
        assert away.max() <= own["width"].max() / 2.0 + 16.1


def test_no_place_is_nearer_to_the_expressway_than_to_a_street(held: World) -> None:
    """A team there would set out on a carriageway that only ramps lead to."""
    frame = held.streets.frame
    raised = frame["highway"].str.startswith("motorway").to_numpy()
    shapes = frame.geometry.to_numpy()
    _, nearest = shapely.STRtree(shapes).query_nearest(
        shapely.points(held.sites.xy_m), all_matches=False
    )
    assert not raised[nearest].any()


def test_no_place_is_on_an_island_or_a_bridge(held: World) -> None:
    assert not set(held.sites.road) & {"江心洲路", "护林道", "厂内路", "云环高速", "云环高速匝道"}
    assert not any(str(name).endswith("大桥") for name in held.sites.road)


def test_every_place_has_the_name_of_a_road_and_a_house_number(held: World) -> None:
    assert (held.sites.road != "").all()
    assert set(held.sites.road) <= set(held.streets.frame["name"])
    assert held.sites.number.min() >= 1
    assert held.sites.number.max() < 400


def test_shore_density_and_works_are_those_of_the_land(held: World) -> None:
    sites = held.sites
    points = shapely.points(sites.xy_m)
    assert sites.shore_m == pytest.approx(shapely.distance(points, held.land.river))
    works = shapely.union_all(np.array(held.land.industry, dtype=object))
    assert (sites.works == shapely.contains(works, points)).all()
    assert ((sites.density > 0.0) & (sites.density <= 1.0)).all()


def test_places_of_a_village_lie_in_it(held: World) -> None:
    sites, villages = held.sites, held.streets.blocks.villages
    inside = np.flatnonzero(sites.village >= 0)
    assert len(inside) > 10
    shapes = villages[sites.village[inside]]
    assert shapely.contains_xy(shapes, *sites.xy_m[inside].T).all()


WEIGHTS: dict[str, Callable[[Sites], np.ndarray]] = {
    "town": in_town,
    "main": main_road,
    "works": in_works,
}


@pytest.mark.parametrize("name", sorted(WEIGHTS))
def test_weights_are_finite_never_negative_and_let_some_through(held: World, name: str) -> None:
    weight = WEIGHTS[name](held.sites)
    assert np.isfinite(weight).all()
    assert (weight >= 0.0).all()
    assert 0 < (weight > 0.0).sum() < len(weight)


def test_the_town_has_no_lane_no_track_and_no_works(held: World) -> None:
    sites, weight = held.sites, in_town(held.sites)
    barred = sites.on("service", "living_street", "track", "unclassified", "trunk")
    assert not weight[barred | sites.works | (sites.village >= 0)].any()


def test_traffic_lives_on_main_roads_only(held: World) -> None:
    weight = main_road(held.sites)
    assert ((weight > 0.0) == held.sites.on("trunk", "primary", "secondary")).all()


def test_firms_stand_in_the_works_or_in_the_thin_outskirts(held: World) -> None:
    sites, weight = held.sites, in_works(held.sites)
    outside = (weight > 0.0) & ~sites.works
    assert (sites.density[outside] < 0.35).all()
    assert weight[outside].max(initial=0.0) < weight[sites.works].max()


def test_weights_per_subdistrict_part_the_whole(held: World) -> None:
    weight = in_town(held.sites) + 0.01
    parts = per_subdistrict(held.sites, held.units, weight)
    assert len(parts) == len(held.units.subdistricts)
    assert np.sum(parts, axis=0) == pytest.approx(weight)
    assert (np.count_nonzero(parts, axis=0) == 1).all()


def test_nearness_fades_with_the_distance(held: World) -> None:
    weight = near(held.sites, held.land, 0.5, 0.5, 500.0)
    west, south, east, north = held.land.outline.bounds
    place = np.array(((west + east) / 2.0, (south + north) / 2.0))
    order = np.argsort(np.hypot(*(held.sites.xy_m - place).T))
    assert (np.diff(weight[order]) <= 1e-12).all()
    assert weight.max() <= 1.0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    wanted=st.integers(0, 40),
    apart_m=st.floats(0.0, 5_000.0),
    seed=st.integers(0, 1_000),
)
def test_any_wish_is_filled_once_with_weighted_free_places(
    wanted: int, apart_m: float, seed: int
) -> None:
    made = clerk(SEEDS[0])
    chooser = Chooser(made.sites, np.random.default_rng(seed), made.chooser.free.copy())
    chooser.free[:2_000] = False
    weight = np.where(np.arange(len(made.sites)) % 3 == 0, 1.0, 0.0)
    before = chooser.free.sum()
    rows = chooser.take(wanted, weight, apart_m=apart_m)
    assert len(rows) == len(set(rows.tolist())) == wanted
    assert (rows >= 2_000).all()
    assert (rows % 3 == 0).all()
    assert not chooser.free[rows].any()
    assert chooser.free.sum() == before - wanted


def test_the_distance_is_kept_where_there_is_room() -> None:
    made = clerk(SEEDS[0])
    rows = made.chooser.take(8, np.ones(len(made.sites)), apart_m=600.0)
    place = made.sites.xy_m[rows]
    gaps = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    assert gaps[~np.eye(8, dtype=bool)].min() >= 600.0


def test_heavier_places_are_chosen_far_more_often() -> None:
    made = clerk(SEEDS[0])
    weight = np.where(np.arange(len(made.sites)) < len(made.sites) // 2, 9.0, 1.0)
    rows = made.chooser.take(200, weight)
    assert 0.75 < np.mean(rows < len(made.sites) // 2) < 0.99


def test_a_refused_wish_takes_nothing() -> None:
    made = clerk(SEEDS[0])
    weight = np.zeros(len(made.sites))
    weight[:3] = 1.0
    with pytest.raises(ValueError, match="4 places wanted, 3 fit"):
        made.chooser.take(4, weight)
    assert made.chooser.free.all()
