"""The generator's parts, each on ground small enough to work out by hand."""

from itertools import islice

import numpy as np
import pytest
import shapely

from sample.arterials import spacing_factor, trace_arterials
from sample.blocks import coarse_blocks, cut_blocks
from sample.field import make_field
from sample.land import make_land, one_line, one_polygon, smooth
from sample.names import community_names, person, phone, road_names, subdistrict_names, suffix
from sample.network import contract, degrees, largest_component, mainland, make_net, node_courses
from sample.network import prune as prune_ends
from sample.roads import make_streets
from sample.sites import Chooser, Sites
from sample.units import apportion

SMALL = 0.35


def lines(*courses: tuple[tuple[float, float], ...]) -> np.ndarray:
    return np.array([shapely.LineString(points) for points in courses], dtype=object)


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_smoothing_keeps_open_ends_and_cuts_corners() -> None:
    points = np.array(((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)))
    assert smooth(points, 1, closed=False).tolist() == [
        [0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [4.0, 1.0], [4.0, 3.0], [4.0, 4.0],
    ]  # fmt: skip
    assert len(smooth(points, 1, closed=True)) == 6


def test_largest_parts() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 5, 5)])
    assert one_polygon(two).area == 9.0
    assert one_line(shapely.MultiLineString([((0, 0), (1, 0)), ((0, 1), (3, 1))])).length == 3.0
    with pytest.raises(ValueError, match="empty"):
        one_polygon(shapely.Point(0, 0))


def test_crossing_courses_become_four_pieces() -> None:
    pieces, course = node_courses(lines(((0, 0), (10, 0)), ((5, -5), (5, 5))))
    assert len(pieces) == 4
    assert sorted(course.tolist()) == [0, 0, 1, 1]
    assert sorted(degrees(make_net(pieces, course)).tolist()) == [1, 1, 1, 1, 4]


def test_pruning_takes_loose_ends_but_not_those_at_the_outline() -> None:
    outline = shapely.box(-1000, -1000, 1000, 1000)
    courses = lines(
        ((-990, 0), (990, 0)),
        ((0, -200), (0, 990)),
    )
    kept, origin = prune_ends(courses, outline)
    assert origin.tolist() == [0, 1]
    assert kept[0].length == pytest.approx(1980.0)
    assert kept[1].length == pytest.approx(990.0)


def test_stubs_are_drawn_together_into_one_crossing() -> None:
    # Two lanes meet a road 6 m apart, from opposite sides: one crossing of four arms.
    courses = lines(((0, 0), (100, 0)), ((50, 0), (50, 80)), ((56, 0), (56, -80)))
    net = contract(make_net(*node_courses(courses)))
    assert len(net.lines) == 4
    assert sorted(degrees(net).tolist()) == [1, 1, 1, 1, 4]


def test_crumbs_fall_away() -> None:
    net = make_net(lines(((0, 0), (1, 0)), ((1, 0), (2, 0)), ((9, 9), (9, 8))), np.arange(3))
    assert len(mainland(net).lines) == 2


def test_a_one_way_dead_end_is_not_in_the_strong_part() -> None:
    net = make_net(lines(((0, 0), (1, 0)), ((1, 0), (2, 0))), np.arange(2))
    both = largest_component(net, np.array([True, True]), np.array([True, False]))
    assert both.sum() == 2


@pytest.mark.parametrize("total", [0, 1, 7, 100, 612_400])
def test_apportionment_sums_exactly(total: int) -> None:
    parts = apportion(np.array([3.0, 0.0, 1.0, 2.5]), total)
    assert parts.sum() == total
    assert parts[1] == 0
    assert np.abs(parts - np.array([3.0, 0.0, 1.0, 2.5]) / 6.5 * total).max() < 1.0


def test_roads_stand_wider_where_the_town_is_thin() -> None:
    assert spacing_factor(1.0) < spacing_factor(0.5) < spacing_factor(0.05)
    assert spacing_factor(0.0) <= 3.2


def test_names_are_unique_invented_and_never_run_out() -> None:
    names = list(islice(road_names(rng()), 5_000))
    assert len(set(names)) == 5_000
    assert len(set(community_names(400, rng()))) == 400
    assert subdistrict_names(22)[0] == "老城街道"
    assert len(set(subdistrict_names(110))) == 110
    assert suffix("primary", rng()) in {"大道", "路"}
    assert person(rng()).startswith("示范·")


def test_phones_are_nobodys() -> None:
    assert phone(101) == "555-0101"
    assert phone(9_999) == "555-9999"


def sites(count: int) -> Sites:
    return Sites(
        xy_m=np.column_stack((np.arange(count) * 100.0, np.zeros(count))),
        road_class=np.full(count, "residential"),
        road=np.full(count, "红山路", dtype=object),
        number=np.ones(count, dtype=np.int64),
        subdistrict=np.full(count, "老城街道", dtype=object),
        community=np.full(count, "塔前社区", dtype=object),
        community_row=np.zeros(count, dtype=np.int64),
        density=np.ones(count),
        works=np.zeros(count, dtype=bool),
        shore_m=np.full(count, 1e3),
        village=np.full(count, -1),
    )


def test_the_chooser_gives_every_place_once_and_keeps_them_apart() -> None:
    chooser = Chooser(sites(30), rng(), np.ones(30, dtype=bool))
    first = chooser.take(5, np.ones(30), apart_m=300.0)
    gaps = np.diff(np.sort(chooser.sites.xy_m[first, 0]))
    assert gaps.min() >= 300.0
    rest = chooser.take(25, np.ones(30), apart_m=1e6)
    assert sorted([*first, *rest]) == list(range(30))
    with pytest.raises(ValueError, match="0 fit"):
        chooser.take(1, np.ones(30))


def test_the_chooser_never_takes_a_place_without_weight() -> None:
    weight = np.where(np.arange(30) < 3, 1.0, 0.0)
    chooser = Chooser(sites(30), rng(), np.ones(30, dtype=bool))
    assert sorted(chooser.take(3, weight)) == [0, 1, 2]
    with pytest.raises(ValueError, match="1 places wanted"):
        chooser.take(1, weight)


def test_blocks_are_cut_into_parts_that_fill_them() -> None:
    land = make_land(SMALL, rng())
    field = make_field(land, rng())
    main = np.array([course.line for course in trace_arterials(land, field, rng())])
    kept, _ = prune_ends(main, land.outline)
    coarse = coarse_blocks(land, kept)
    assert shapely.area(coarse).sum() == pytest.approx(land.outline.area, rel=1e-6)
    blocks = cut_blocks(land, field, coarse, 300, rng())
    assert 300 <= len(blocks.cuts) <= 330
    grown = shapely.area(blocks.fine).sum() + shapely.area(blocks.parks).sum()
    assert grown < land.outline.area
    assert shapely.area(blocks.fine).min() > 1.0


@pytest.mark.parametrize("seed", [3, 4, 8])
def test_other_seeds_make_other_towns_that_hold_together(seed: int) -> None:
    """Another seed is another town; each still has its size, its bridges and one whole network."""
    land = make_land(SMALL, rng(seed))
    streets = make_streets(land, make_field(land, rng(seed)), 2_500, rng(seed))
    again = make_streets(land, make_field(land, rng(seed)), 2_500, rng(seed))
    other = make_land(SMALL, rng(seed + 100))
    assert streets.frame.equals(again.frame)
    assert not shapely.equals(land.outline, other.outline)
    net = streets.net
    assert 1_500 < len(net.node_xy_m) < 3_200
    way = streets.frame["oneway"].to_numpy()[: len(net.lines)]
    assert largest_component(net, way != "-1", way != "yes").mean() > 0.97
    assert streets.frame["name"].str.endswith("大桥").any()


def test_the_field_is_a_direction_everywhere() -> None:
    land = make_land(SMALL, rng())
    field = make_field(land, rng())
    assert np.hypot(field.double_cos, field.double_sin) == pytest.approx(1.0)
    assert field.density.min() >= 0.0
    assert field.density.max() <= 1.0
    assert (field.water_m >= 0.0).all()
    middle = land.outline.centroid
    assert field.inside[field.cell(middle.x, middle.y)]
    assert field.cell(-1e9, -1e9) == (0, 0)
