"""The bytes of the sample's files: GeoPackage, GeoJSON, XLSX, TOML; same input, same bytes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter
from pyproj import Transformer
from xlsxwriter.worksheet import Worksheet

from layers import ChildSpec, ColumnSpec, layer

from .made import AS_OF, CRS, MadeUp, Register

_STAMP = f"{AS_OF}T00:00:00.000Z"
_DEGREE_DECIMALS = 9
"""0.1 mm: the golden town's round lengths survive the way to degrees and back."""

LONGITUDE, LATITUDE = "经度", "纬度"


def write_about(path: Path, made: MadeUp) -> None:
    """Write the names, the sample mark and the day of the registers as TOML."""
    lines = (
        f'name_zh = "{made.name_zh}"',
        f'name_en = "{made.name_en}"',
        "sample = true",
        f'as_of = "{AS_OF}"',
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def to_degrees(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the shapes in WGS 84 degrees (longitude, latitude), rounded to 1e-9 degree.

    Equal coordinates stay equal, so that shared borders and shared nodes stay shared.
    """
    xy = shapely.get_coordinates(shapes.to_numpy())
    lon, lat = _change().transform(xy[:, 0], xy[:, 1])
    turned = shapely.set_coordinates(
        shapes.to_numpy().copy(),
        np.round(np.column_stack((lon, lat)), _DEGREE_DECIMALS),
    )
    return gpd.GeoSeries(turned, index=shapes.index, crs="EPSG:4326")


@cache
def _change() -> Transformer:
    """Return the kept transformer; making one takes longer than most uses of it."""
    return Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Let GDAL stamp files with the day of the registers while it writes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_roads(path: Path, roads: gpd.GeoDataFrame) -> None:
    """Write the roads as the layer ``roads`` of a GeoPackage."""
    frame = roads.set_geometry(to_degrees(roads.geometry))
    with _fixed_clock():
        frame.to_file(path, layer="roads", driver="GPKG", engine="pyogrio")


def _plain(value: object) -> object:
    """Return the value as JSON knows it; what is not on file becomes null."""
    if isinstance(value, tuple | list):
        return ";".join(str(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or (isinstance(value, float) and np.isnan(value)) else value


def write_geojson(path: Path, frame: gpd.GeoDataFrame, key: str = "") -> None:
    """Write the frame as GeoJSON, one feature a line, with the headings of layer ``key`` if any."""
    heads = {column.key: column.title_zh for column in layer(key).columns} if key else {}
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    held = {heads.get(name, name): list(map(_plain, frame[name].tolist())) for name in names}
    rows = [dict(zip(held, row, strict=True)) for row in zip(*held.values(), strict=True)]
    shapes = shapely.to_geojson(to_degrees(frame.geometry).to_numpy())
    told = [json.dumps(row, ensure_ascii=False) for row in rows]
    features = [
        f'{{"type":"Feature","properties":{row},"geometry":{shape}}}'
        for row, shape in zip(told, shapes, strict=True)
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


def write_workbook(path: Path, key: str, register: Register) -> None:
    """Write one register as a workbook: its sheet with Chinese headings, then its child sheets."""
    spec = layer(key)
    place = to_degrees(register.rows.geometry)
    rows = pd.DataFrame(register.rows.drop(columns=register.rows.geometry.name))
    columns = [column for column in spec.columns if column.key in rows.columns]
    with xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    ) as book:
        # The workbook carries a creation time inside: the day of the registers, not the clock's.
        book.set_properties({"created": datetime.fromisoformat(_STAMP), "title": spec.title_zh})
        sheet = book.add_worksheet(spec.title_zh)
        _fill(book, sheet, columns, rows)
        for offset, (head, values) in enumerate(((LONGITUDE, place.x), (LATITUDE, place.y))):
            sheet.write_string(0, len(columns) + offset, head)
            sheet.write_column(1, len(columns) + offset, values.tolist())
        for child in (child for child in spec.children if child.key in register.children):
            _fill(book, book.add_worksheet(child.title_zh), *_child(child, register))


def write_grounds(path: Path, grounds: gpd.GeoDataFrame) -> None:
    """Write the list of sites as CSV with longitude and latitude, as Excel opens it."""
    place = to_degrees(grounds.geometry)
    rows = pd.DataFrame(grounds.drop(columns=grounds.geometry.name))
    rows = rows.assign(**{LONGITUDE: place.x, LATITUDE: place.y})
    told = rows.astype(object).where(rows.notna(), None).map(_plain)
    told.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _child(child: ChildSpec, register: Register) -> tuple[list[ColumnSpec], pd.DataFrame]:
    """Return the child sheet's columns and rows."""
    rows = register.children[child.key]
    return [column for column in child.columns if column.key in rows.columns], rows


def _fill(
    book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ColumnSpec], rows: pd.DataFrame
) -> None:
    """Write headings and cells; a date becomes a date cell, a list its texts parted by ``;``."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 2)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.title_zh)
        for row, value in enumerate(rows[column.key].tolist(), start=1):
            told = _plain(value)
            if column.kind == "date" and isinstance(told, str) and told:
                sheet.write_datetime(row, at, datetime.fromisoformat(told), day)
            elif isinstance(told, int | float):
                sheet.write_number(row, at, told)
            elif told is not None:
                sheet.write_string(row, at, str(told))
