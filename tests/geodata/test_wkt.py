"""Shapes as text and back, bit for bit."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.wkt import exact_wkt, looks_like_wkt, read_wkt

LON = st.floats(-180, 180, allow_nan=False)
LAT = st.floats(-90, 90, allow_nan=False)
SHAPES = (
    "POINT (113.1 23.2)",
    "POINT Z (113.1 23.2 4.5)",
    "LINESTRING (113.1 23.2, 113.2 23.3)",
    "POLYGON ((0.0 0.0, 4.0 0.0, 4.0 4.0, 0.0 0.0), (1.0 0.5, 2.0 0.5, 2.0 1.0, 1.0 0.5))",
    "MULTIPOINT (1.0 2.0, 3.0 4.0)",
    "MULTILINESTRING ((0.0 0.0, 1.0 1.0), (2.0 2.0, 3.0 3.0))",
    "MULTIPOLYGON (((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0)), ((5.0 5.0, 6.0 5.0, 6.0 6.0, 5.0 5.0)))",
    "GEOMETRYCOLLECTION (POINT (1.0 2.0), LINESTRING (0.0 0.0, 1.0 1.0))",
)


@given(st.lists(st.tuples(LON, LAT), min_size=2, max_size=8))
def test_every_bit_of_every_coordinate_comes_back(positions: list[tuple[float, float]]) -> None:
    for shape in (shapely.Point(positions[0]), shapely.LineString(positions)):
        back = read_wkt(exact_wkt(shape))
        assert back is not None
        assert shapely.to_wkb(back) == shapely.to_wkb(shape)


def test_the_writer_of_geos_would_lose_a_digit_here() -> None:
    """Found by trial: this is why the text is written by us."""
    shape = shapely.Point(-50.745567869409, -0.12644865375588665)
    assert shapely.from_wkt(shapely.to_wkt(shape, rounding_precision=-1)) != shape
    assert read_wkt(exact_wkt(shape)) == shape


@pytest.mark.parametrize("text", SHAPES)
def test_each_kind_of_shape_is_written_as_it_is_read(text: str) -> None:
    shape = read_wkt(text)
    assert shape is not None
    assert shape.is_valid
    assert exact_wkt(shape) == text


def test_an_empty_shape_is_written_so() -> None:
    assert exact_wkt(shapely.Polygon()) == "POLYGON EMPTY"
    assert exact_wkt(shapely.GeometryCollection()) == "GEOMETRYCOLLECTION EMPTY"


def test_the_system_of_degrees_may_stand_in_front_and_no_other() -> None:
    assert read_wkt("SRID=4326;POINT (1 2)") == shapely.Point(1, 2)
    assert read_wkt("srid = 4326 ; point(1 2)") == shapely.Point(1, 2)
    assert read_wkt("SRID=4490;POINT (1 2)") is None


@pytest.mark.parametrize(
    "text", ["", "POINT", "POINT (1)", "POINT (a b)", "=POINT (1 2)", "POLYGON ((0 0, 1 1))", "点"]
)
def test_what_is_no_shape_is_none(text: str) -> None:
    assert read_wkt(text) is None


def test_text_that_looks_like_a_shape_is_told_from_a_name() -> None:
    assert looks_like_wkt("POLYGON((0 0")
    assert looks_like_wkt("SRID=4326;multipolygon (((")
    assert not looks_like_wkt("Point Road 5")
    assert not looks_like_wkt("避难场所")
