"""Every place in exactly one unit or named outside: counts always add up."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.join import check_units, join_units

CRS = "EPSG:4547"
SEEDED = settings(derandomize=True, deadline=None, max_examples=60)


def units(**shapes: BaseGeometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=CRS)


def places(*shapes: BaseGeometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=CRS)


# Two squares of 100 m side by side; B is given first, so the file's order is seen not to count.
TWO = units(B=box(100, 0, 200, 100), A=box(0, 0, 100, 100))


def test_inside_on_the_border_and_outside() -> None:
    """S0-2: a point on the border belongs to the lowest code; outside, the nearest is named."""
    found = join_units(
        places(Point(50, 50), Point(150, 50), Point(100, 50), Point(203, 4), Point(-30, -40)), TWO
    )
    assert found["code"].tolist() == ["A", "B", "A", "", ""]
    assert found["unit_near"].tolist() == ["A", "B", "A", "B", "A"]
    assert found["outside_m"].tolist() == [0.0, 0.0, 0.0, 3.0, 50.0]
    assert found["placed"].all()


def test_codes_are_compared_as_text() -> None:
    numbered = units(**{"10": box(0, 0, 1, 1), "9": box(1, 0, 2, 1)})
    assert join_units(places(Point(1, 0.5)), numbered)["code"].tolist() == ["10"]


def test_overlapping_units_give_the_lowest_code() -> None:
    overlapping = units(B=box(0, 0, 10, 10), A=box(5, 0, 15, 10))
    assert join_units(places(Point(7, 5)), overlapping)["code"].tolist() == ["A"]


def test_a_crack_of_a_hair_belongs_to_its_neighbour_and_a_gap_does_not() -> None:
    cracked = units(A=box(0, 0, 100, 100), B=box(100.01, 0, 200, 100))
    found = join_units(places(Point(100.006, 50), Point(100.004, 50), Point(100.04, 101)), cracked)
    assert found["code"].tolist() == ["B", "A", ""]


def test_outside_is_never_zero() -> None:
    found = join_units(places(Point(50, -0.02)), TWO)
    assert (found["code"][0], found["outside_m"][0], found["unit_near"][0]) == ("", 0.1, "A")


def test_equally_near_units_give_the_lowest_code() -> None:
    apart = units(B=box(0, 0, 10, 10), A=box(20, 0, 30, 10))
    found = join_units(places(Point(15, 5)), apart)
    assert (found["unit_near"][0], found["outside_m"][0]) == ("A", 5.0)


def test_rows_without_position_are_kept_and_marked() -> None:
    found = join_units(places(None, Point(), Point(50, 50)), TWO)
    assert found["placed"].tolist() == [False, False, True]
    assert found["code"].tolist() == ["", "", "A"]
    assert found["unit_near"].tolist() == ["", "", "A"]
    assert np.isnan(found["outside_m"][:2]).all()


def test_lines_and_areas_count_once_by_a_point_on_them() -> None:
    # Most of the line and of the area lies in B; a point of the U's centroid would lie outside it.
    hook = Polygon([(110, 10), (190, 10), (190, 90), (110, 90), (110, 80), (180, 80), (180, 20),
                    (110, 20)])  # fmt: skip
    found = join_units(
        places(LineString([(90, 50), (150, 50), (190, 50)]), hook, MultiPoint([(50, 50)])), TWO
    )
    assert found["code"].tolist() == ["B", "B", "A"]


def test_no_units_and_no_places() -> None:
    none = join_units(places(Point(1, 1)), units())
    assert (none["code"][0], none["unit_near"][0], bool(none["placed"][0])) == ("", "", True)
    assert len(join_units(places(), TWO)) == 0
    holed = units(A=box(0, 0, 1, 1), B=None)
    assert join_units(places(Point(0, 0)), holed)["code"].tolist() == ["A"]


def test_order_of_units_does_not_count() -> None:
    some = places(*(Point(x, 50) for x in range(-20, 220, 7)))
    assert join_units(some, TWO).equals(join_units(some, TWO.iloc[::-1]))


def test_different_systems_are_a_bug_not_a_guess() -> None:
    with pytest.raises(ValueError, match="EPSG:4547"):
        join_units(places(Point(0, 0)).to_crs("EPSG:4549"), TWO)


def test_arguments_are_not_changed() -> None:
    some, before = places(None, Point(1, 1)), TWO.copy()
    join_units(some, TWO)
    assert some.geometry[0] is None
    assert before.equals(TWO)


@SEEDED
@given(st.integers(0, 10_000), st.integers(3, 40), st.integers(1, 80))
def test_counts_add_up_over_any_tessellation(seed: int, sites: int, count: int) -> None:
    """S0-2: per unit + outside + without position = all; points on corners and edges too."""
    random = np.random.default_rng(seed)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(random.uniform(0, 1000, (sites, 2))), extend_to=box(0, 0, 1000, 1000)
    )
    cells = shapely.intersection(shapely.get_parts(cells), box(0, 0, 1000, 1000))
    tiles = gpd.GeoDataFrame(
        {"code": [f"{i:03}" for i in random.permutation(len(cells))]}, geometry=cells, crs=CRS
    )
    corners = shapely.points(shapely.get_coordinates(cells))
    free = shapely.points(random.uniform(-200, 1200, (count, 2)))
    middles = shapely.line_interpolate_point(shapely.boundary(cells), 0.3, normalized=True)
    some = places(*corners, *free, *middles, None, Point())
    found = join_units(some, tiles)
    per_unit = found[found["code"] != ""].groupby("code").size().sum()
    outside = ((found["code"] == "") & found["placed"]).sum()
    assert per_unit + outside + 2 == len(some)
    assert (found["outside_m"][found["code"] != ""] == 0).all()
    assert (found["outside_m"][(found["code"] == "") & found["placed"]] >= 0.1).all()
    # No corner and no point on an edge is lost, and none outside the square is taken in.
    assert (found["code"][: len(corners)] != "").all()
    assert (found["code"][len(corners) + count : -2] != "").all()
    away = shapely.distance(free, box(0, 0, 1000, 1000)) > 0.01
    assert ((found["code"][len(corners) : len(corners) + count] == "").to_numpy() == away).all()


def test_the_lowest_code_at_every_shared_corner() -> None:
    grid = {f"{i:02}": box(i % 4, i // 4, i % 4 + 1, i // 4 + 1) for i in range(16)}
    found = join_units(places(*(Point(x, y) for y in range(5) for x in range(5))), units(**grid))
    expected = [f"{max(y - 1, 0) * 4 + max(x - 1, 0):02}" for y in range(5) for x in range(5)]
    assert found["code"].tolist() == expected


def test_sound_units_have_no_faults() -> None:
    assert check_units(TWO) == ()
    assert check_units(units()) == ()


def test_overlaps_gaps_shared_codes_and_empty_units_are_named() -> None:
    broken = units(
        A=box(0, 0, 100, 100), B=box(95, 0, 200, 100), C=None, D=box(300, 0, 400, 100),
    )  # fmt: skip
    broken.loc[3, "code"] = "A"
    words = [str(fault) for fault in check_units(broken, file="u.gpkg")]
    assert len(words) == 3
    assert "u.gpkg, row 3: C has no shape." in words[0]
    assert "row 4: Several units have the code A." in words[1]
    assert "A and B overlap by 500 m²." in words[2]


def test_an_enclosed_gap_is_named_with_its_place() -> None:
    ring = units(
        A=box(0, 0, 300, 100), B=box(0, 100, 100, 200), C=box(200, 100, 300, 200),
        D=box(0, 200, 300, 300),
    )  # fmt: skip
    faults = check_units(ring)
    assert ["gap of 10000 m² between the units near 150 150" in str(f) for f in faults] == [True]


def test_slivers_under_a_square_metre_are_let_be() -> None:
    assert check_units(units(A=box(0, 0, 100, 100), B=box(99.995, 0, 200, 100))) == ()
