"""Positions of a table's rows, and shapes brought to the layer's kind."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, MultiPoint, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.coordinates import PositionColumns
from geodata.faults import UserError
from geodata.tables import Table
from layers.positions import Positions, table_positions
from layers.shapes import fitted_shapes, points
from layers.spec import GeometryKind

TWO = PositionColumns("经度", "纬度")


def table(**columns: list[str | float]) -> Table:
    """Return a table whose rows stand from row 2 on."""
    frame = pd.DataFrame(columns, dtype=object)
    return Table("a.csv", "", frame, tuple(range(2, len(frame) + 2)))


def read(lons: list[str | float], lats: list[str | float], datum: str = "wgs84") -> Positions:
    return table_positions(table(经度=lons, 纬度=lats), TWO, datum=datum, near_deg=None)


@pytest.mark.parametrize(
    ("lon", "lat", "problem"),
    [
        ("abc", 22.9, "no position"),
        (113.1, "", "no position"),
        (0, 0.0, "stands for none"),
        ("N113.1", "N22.9", "contradict"),
        (113.1, 95, "off the globe"),
        (38_500_000, 2_540_000, "metres"),
        (float("1e300"), 1, "metres"),
    ],
)
def test_what_is_no_position_is_nan_and_named(
    lon: str | float, lat: str | float, problem: str
) -> None:
    found = read([lon, 113.2], [lat, 22.8])
    assert np.isnan([found.lon_deg[0], found.lat_deg[0]]).all()
    assert (found.lon_deg[1], found.lat_deg[1]) == (113.2, 22.8)
    assert [(fault.row, fault.column) for fault in found.notices] == [(2, "经度, 纬度")]
    assert problem in str(found.notices[0])
    assert found.notices[0].value == f"{lon}, {lat}"


def test_empty_cells_are_no_fault_here() -> None:
    found = read([""], [""])
    assert np.isnan(found.lon_deg[0])
    assert found.notices == ()


@pytest.mark.parametrize(
    ("lon", "lat"), [(22.9, 113.1), ("N22.9", "E113.1"), ("22°54′", "113°06′")]
)
def test_swapped_cells_are_exchanged_and_named(lon: str | float, lat: str | float) -> None:
    found = read([lon], [lat])
    assert (found.lon_deg[0], found.lat_deg[0]) == pytest.approx((113.1, 22.9))
    assert "each other's place" in str(found.notices[0])


def test_an_assumed_order_is_said_once() -> None:
    cells = table(经纬度=["1.5,42.5", "1.6,42.4"])
    found = table_positions(cells, PositionColumns(pair="经纬度"), datum="wgs84", near_deg=None)
    assert found.lon_deg.tolist() == [1.5, 1.6]
    assert ["2 positions are read as longitude" in str(f) for f in found.notices] == [True]


def test_places_off_their_grid_are_named() -> None:
    found = read([1e12, 500_000.0], [1e12, 2_544_537.5786], "EPSG:4547")
    assert np.isnan(found.lon_deg[0])
    assert found.lon_deg[1] == pytest.approx(114)
    assert "outside its coordinate system" in str(found.notices[0])


def test_zone_numbers_are_cut_and_said_once() -> None:
    found = read([38_500_000.0, 38_500_000.0], [2_544_537.5786] * 2, "EPSG:4547")
    assert found.lat_deg.tolist() == pytest.approx([23, 23])
    assert ["cut off in 2 rows" in str(fault) for fault in found.notices] == [True]


def test_an_unknown_datum_is_a_users_fault() -> None:
    with pytest.raises(UserError, match="not known"):
        read([1.0], [1.0], "mars")


def test_points_are_empty_where_a_coordinate_is_missing() -> None:
    found = points(np.array([113.0, np.nan, 1.0]), np.array([23.0, 1.0, np.nan]))
    assert found[0] == Point(113, 23)
    assert shapely.is_empty(found).tolist() == [False, True, True]
    assert set(shapely.get_type_id(found)) == {shapely.GeometryType.POINT}


@pytest.mark.parametrize(
    ("kind", "shape", "fits", "notices"),
    [
        ("point", Point(1, 1), Point(1, 1), 0),
        ("point", MultiPoint([(3, 3)]), Point(3, 3), 1),
        ("point", LineString([(0, 0), (2, 0), (4, 0)]), Point(2, 0), 1),
        ("point", box(0, 0, 2, 2), Point(1, 1), 1),
        ("point", None, Point(), 0),
        ("line", Point(1, 1), LineString(), 1),
        ("line", LineString([(0, 0), (1, 1)]), LineString([(0, 0), (1, 1)]), 0),
        ("polygon", LineString([(0, 0), (1, 1)]), Polygon(), 1),
        ("polygon", box(0, 0, 1, 1), box(0, 0, 1, 1), 0),
        ("polygon", None, Polygon(), 0),
    ],
)
def test_shapes_are_brought_to_the_layers_kind(
    kind: GeometryKind, shape: BaseGeometry | None, fits: BaseGeometry, notices: int
) -> None:
    shapes = np.array([shape], dtype=object)
    found, said = fitted_shapes(kind, table(编号=["1"]), shapes)
    assert found[0].equals(fits) or (found[0].is_empty and fits.is_empty)
    assert found[0].geom_type == fits.geom_type
    assert len(said) == notices
    assert shapes[0] is shape
