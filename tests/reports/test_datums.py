"""In which datum exports stand: degrees rounded by rule, GCJ-02 shifted where it is defined."""

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from geodata.faults import UserError
from reports.datums import DECIMALS, DEFAULT, EXPORT_DATUMS, export_datum, exported

UTM = "EPSG:4547"
X_M, Y_M = 500_000.0, 2_545_000.0
POINT = shapely.Point(X_M, Y_M)


def _one(shape: shapely.Geometry | None, datum: str = DEFAULT) -> shapely.Geometry:
    made: shapely.Geometry = exported([shape], UTM, export_datum(datum))[0]  # type: ignore[list-item]
    return made


def test_the_default_is_the_states_own() -> None:
    """Surveying and Mapping Law (2017), article 9."""
    assert DEFAULT == "CGCS2000"
    assert CRS(EXPORT_DATUMS[DEFAULT].crs).to_epsg() == 4490


def test_every_datum_has_a_crs_that_programs_can_read() -> None:
    for name, datum in EXPORT_DATUMS.items():
        assert datum.name == name
        assert CRS(datum.crs).is_geographic
        assert name[:3] in str(datum.said).replace(" ", "").replace("-", "")


@pytest.mark.parametrize("name", ["", "cgcs2000", "BD09", "EPSG:4490", "GCJ02 ", "x" * 999])
def test_another_name_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UserError, match="CGCS2000, WGS84, GCJ02") as raised:
        export_datum(name)
    assert len(raised.value.faults[0].value) <= 40


def test_degrees_are_those_of_another_program() -> None:
    lon, lat = Transformer.from_crs(UTM, "EPSG:4490", always_xy=True).transform(X_M, Y_M)
    made = _one(POINT)
    assert (made.x, made.y) == (round(lon, DECIMALS), round(lat, DECIMALS))
    assert made.x == 114.0, "the central meridian of the zone"


def test_wgs84_and_cgcs2000_are_taken_as_one() -> None:
    assert _one(POINT).equals(_one(POINT, "WGS84"))


def test_gcj02_lies_hundreds_of_metres_away() -> None:
    """The shift of Guangzhou is about 5 mdeg east and 3 mdeg south."""
    plain, shifted = _one(POINT), _one(POINT, "GCJ02")
    metres = np.hypot((shifted.x - plain.x) * 102_400, (shifted.y - plain.y) * 110_750)
    assert 300 < metres < 800


def test_gcj02_outside_its_rectangle_is_not_shifted() -> None:
    away = shapely.Point(500_000.0, -2_545_000.0)
    assert _one(away).equals(_one(away, "GCJ02"))


@pytest.mark.parametrize("datum", EXPORT_DATUMS)
def test_shapes_keep_kind_order_and_number_of_points(datum: str) -> None:
    ring = shapely.box(X_M, Y_M, X_M + 90, Y_M + 90)
    held = shapely.Polygon(
        ring.exterior, [shapely.box(X_M + 9, Y_M + 9, X_M + 20, Y_M + 20).exterior]
    )
    shapes = [held, POINT, shapely.LineString([(X_M, Y_M), (X_M + 5, Y_M)]), shapely.Point()]
    made = exported(shapes, UTM, export_datum(datum))
    for before, after in zip(shapes, made, strict=True):
        assert before.geom_type == after.geom_type
        assert shapely.get_num_coordinates(before) == shapely.get_num_coordinates(after)
    assert shapely.get_num_interior_rings(made[0]) == 1


def test_decimals_are_those_stated() -> None:
    rng = np.random.default_rng(5)
    points = list(shapely.points(rng.uniform([X_M, Y_M], [X_M + 9e4, Y_M + 9e4], (50, 2))))
    for made in exported(points, UTM, export_datum(DEFAULT)):
        assert made.x == round(made.x, DECIMALS)
        assert made.y == round(made.y, DECIMALS)


def test_given_shapes_are_not_moved_and_nothing_gives_nothing() -> None:
    shapes = [shapely.Point(X_M, Y_M)]
    exported(shapes, UTM, export_datum("GCJ02"))
    assert shapes[0].equals(POINT)
    assert len(exported([], UTM, export_datum(DEFAULT))) == 0
    assert _one(None) is None
