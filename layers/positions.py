"""Positions of a table's rows in WGS 84, swapped ones mended where beyond doubt, all said."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geodata.coordinates import (
    Pair,
    PositionColumns,
    is_null_island,
    is_swapped,
    on_globe,
    parse_angle,
    parse_pair,
)
from geodata.crs import Bounds
from geodata.datum import is_projected, straighten_grid, to_wgs84
from geodata.faults import Fault
from geodata.tables import Table
from geodata.workbook import Cell
from language import Sentence, say

Floats = NDArray[np.float64]

_METRES_NOT_DEGREES = 1000.0


@dataclass(frozen=True)
class Positions:
    """Degrees in WGS 84 in the table's order, NaN where there is none, and what was odd.

    ``written`` (n, 2) are the numbers as they stand, longitude or easting first by the heading.
    """

    lon_deg: Floats
    lat_deg: Floats
    notices: tuple[Fault, ...]
    written: Floats


@dataclass(frozen=True)
class _Written:
    """What one row says: numbers in the file's datum, or a sentence why there are none."""

    lon: float = math.nan
    lat: float = math.nan
    problem: Sentence | None = None
    mended: Sentence | None = None
    assumed: bool = False
    code: str = ""


def table_positions(
    table: Table, columns: PositionColumns, *, datum: str, near_deg: Bounds | None
) -> Positions:
    """Return the positions of the table's rows.

    ``near_deg`` is the rectangle of the district in WGS 84, by which swapped rows are told where
    China's ranges do not tell them.

    Raises:
        UserError: if the datum is not known.

    """
    projected = is_projected(datum)
    read = _rows(table, columns)
    written = [_mended(row, projected=projected, near_deg=near_deg) for row in read]
    heading = columns.pair or f"{columns.lon}, {columns.lat}"
    x = np.array([row.lon for row in written], dtype=np.float64)
    y = np.array([row.lat for row in written], dtype=np.float64)
    notices = [_notice(table, i, heading, row) for i, row in enumerate(written)]
    if projected:
        grid = straighten_grid(x, y, datum)
        notices.extend(_grid_notices(table, heading, grid.turned, grid.zone_cut))
        x, y = grid.east_m, grid.north_m
    lon, lat = to_wgs84(x, y, datum)
    lost = (np.isfinite(x) & np.isfinite(y)) & ~_all_on_globe(lon, lat)
    notices.extend(_lost_notices(table, heading, lost))
    notices.extend(_file_notices(table, heading, columns, written, datum))
    return Positions(
        np.where(lost, np.nan, lon),
        np.where(lost, np.nan, lat),
        tuple(notice for notice in notices if notice is not None),
        np.array([(row.lon, row.lat) for row in read], dtype=np.float64).reshape(-1, 2),
    )


def _rows(table: Table, columns: PositionColumns) -> list[_Written]:
    if columns.pair:
        cells: list[Cell] = table.frame[columns.pair].tolist()
        return [_from_pair(cell, latitude_first=columns.latitude_first) for cell in cells]
    lons, lats = table.frame[columns.lon].tolist(), table.frame[columns.lat].tolist()
    return [_from_two(lon, lat) for lon, lat in zip(lons, lats, strict=True)]


def _from_pair(cell: Cell, *, latitude_first: bool) -> _Written:
    if cell == "":
        return _Written()
    pair: Pair | None = parse_pair(cell, latitude_first=latitude_first)
    if pair is None:
        return _Written(problem=say("This is no position."), code="position_unread")
    return _Written(pair.lon, pair.lat, assumed=pair.order == "assumed")


def _from_two(lon: Cell, lat: Cell) -> _Written:
    if lon == "" and lat == "":
        return _Written()
    one, other = parse_angle(lon), parse_angle(lat)
    if one is None or other is None:
        return _Written(problem=say("This is no position."), code="position_unread")
    if one.axis and one.axis == other.axis:
        problem = say("Longitude and latitude contradict each other.")
        return _Written(problem=problem, code="position_unread")
    if one.axis == "lat" or other.axis == "lon":
        return _Written(other.value, one.value, mended=_SWAPPED)
    return _Written(one.value, other.value)


_SWAPPED = say("Longitude and latitude stand in each other's place.")


def _mended(row: _Written, *, projected: bool, near_deg: Bounds | None) -> _Written:
    """Return the row with a swap beyond doubt undone and an impossible position taken out."""
    if math.isnan(row.lon) or projected:
        return row
    if is_null_island(row.lon, row.lat):
        problem = say("The position is 0, 0, which stands for none.")
        return _Written(problem=problem, code="position_zero")
    lon, lat, mended = row.lon, row.lat, row.mended
    if is_swapped(lon, lat, near_deg):
        lon, lat, mended = lat, lon, _SWAPPED
    if on_globe(lon, lat):
        return _Written(lon, lat, mended=mended, assumed=row.assumed)
    if max(abs(lon), abs(lat)) > _METRES_NOT_DEGREES:
        problem = say("The position looks like metres, not degrees.")
        return _Written(problem=problem, code="position_metres")
    return _Written(problem=say("The position lies off the globe."), code="position_off_globe")


def _notice(table: Table, i: int, heading: str, row: _Written) -> Fault | None:
    if row.problem is not None:
        mend = say("The row is kept without a position; correct it, or give --datum KEY=EPSG:n.")
        return replace(_fault(table, i, heading, row.problem, mend), code=row.code)
    if row.mended is not None:
        mend = say("They were exchanged; correct the row.")
        said = _fault(table, i, heading, row.mended, mend)
        return replace(said, code="swapped", weight="auto")
    return None


def _grid_notices(
    table: Table, heading: str, turned: NDArray[np.bool_], zone_cut: NDArray[np.bool_]
) -> list[Fault]:
    """Return one notice for turned axes and one for cut zone numbers, with the first row."""
    notices = []
    for mask, problem in (
        (
            turned,
            say("Northing and easting were exchanged in {rows} rows.", rows=int(turned.sum())),
        ),
        (zone_cut, say("The zone number was cut off in {rows} rows.", rows=int(zone_cut.sum()))),
    ):
        if mask.any():
            mend = say("This is usual for Gauss-Krüger tables; check one place on the map.")
            said = _fault(table, int(np.argmax(mask)), heading, problem, mend)
            notices.append(replace(said, code="grid", weight="auto"))
    return notices


def _lost_notices(table: Table, heading: str, lost: NDArray[np.bool_]) -> list[Fault]:
    problem = say("The position lies outside its coordinate system.")
    mend = say("The row is kept without a position; correct it or the datum.")
    faults = (_fault(table, int(i), heading, problem, mend) for i in np.flatnonzero(lost))
    return [replace(fault, code="position_off_grid") for fault in faults]


def _file_notices(
    table: Table, heading: str, columns: PositionColumns, rows: Sequence[_Written], datum: str
) -> list[Fault]:
    """Return what holds for the whole file: an assumed order, a heading of another datum."""
    notices = []
    assumed = [i for i, row in enumerate(rows) if row.assumed]
    if assumed:
        problem = (
            say("{rows} positions are read as latitude, longitude.", rows=len(assumed))
            if columns.latitude_first
            else say("{rows} positions are read as longitude, latitude.", rows=len(assumed))
        )
        mend = say("Their numbers do not tell; use two columns if that is wrong.")
        said = _fault(table, assumed[0], heading, problem, mend)
        notices.append(replace(said, code="order_assumed"))
    named = columns.datum_named
    if named and named != datum.strip().lower():
        problem = say("The heading names {named}, but {datum} is used.", named=named, datum=datum)
        mend = say("Give --datum KEY={named} if the heading is right.", named=named)
        notices.append(
            Fault(table.file, problem, mend, None, heading, "", table.sheet, "datum_named")
        )
    return notices


def _all_on_globe(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    pairs = zip(lon.tolist(), lat.tolist(), strict=True)
    return np.array([on_globe(x, y) for x, y in pairs], dtype=bool)


def _fault(table: Table, i: int, heading: str, problem: Sentence, mend: Sentence) -> Fault:
    cells = [str(table.frame[name].iloc[i]) for name in heading.split(", ") if name in table.frame]
    return Fault(
        table.file,
        problem,
        mend,
        row=table.rows[i],
        column=heading,
        value=", ".join(cells)[:60],
        sheet=table.sheet,
    )
