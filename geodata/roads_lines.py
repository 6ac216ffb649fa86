"""Lines of any table into the roads frame: geometry first, then what the columns say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from language import Sentence, say

from .faults import Fault, UserError
from .roads_frame import WGS84, Read, frame_of, objects, read_figures, without_flat
from .roads_report import FIRST_NAMED, Refused
from .roads_schema import RoadSchema
from .roads_values import (
    NO_ROAD,
    cell_text,
    items,
    read_class,
    read_metres,
    read_speed_kmh,
    read_tonnes,
    road_name,
)

_SAME_PLACE_DEG = 1e-7
_DEGREE_DIGITS = 9
_LINE, _MULTI = 1, 5
_HALF_TURN_DEG, _POLE_DEG = 180.0, 90.0
_KNOWN_DATUMS = ("World Geodetic System 1984", "WGS 84", "WGS_1984", "D_WGS_1984", "China 2000",
                 "China Geodetic Coordinate System 2000", "D_China_2000",
                 "European Terrestrial Reference System 1989", "ETRS89")  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """Lines in WGS 84 with the number of the row each came from, and what was left out."""

    geometry: NDArray[np.object_]
    row: NDArray[np.int64]
    refused: tuple[Refused, ...]
    notes: tuple[Sentence, ...]


def read_rows(rows: gpd.GeoDataFrame, schema: RoadSchema, file: str) -> Read:
    """Return the roads of a table of lines by a complete schema, in file order.

    Raises:
        UserError: if a column of the schema is absent, if the rows are no lines, if coordinates
            lie outside the globe or have no CRS, or if no road is left.

    """
    _check_columns(rows, schema, file)
    ids = _ids(rows, schema.source_id or "")
    lines = plain_lines(rows.geometry, ids, file)
    classes = _classes(rows, schema)
    real = np.array([name != NO_ROAD for name in classes[0]], dtype=bool)[lines.row]
    none = Refused.of(
        say("The class says that it is no road."),
        dict.fromkeys(ids[int(at)] for at in lines.row[~real]),
    )
    geometry, row = lines.geometry[real], lines.row[real]
    if not len(row):
        raise _nothing_left(len(rows), file)
    columns, unread = _columns(rows, schema)
    columns |= {"road_class": classes[0], "source_id": objects(ids)}
    frame = frame_of(geometry, {key: cells[row] for key, cells in columns.items()})
    frame, notes = _checked_nodes(frame, several=len(row) > len(set(row.tolist())))
    frame, flat = without_flat(frame)
    if frame.empty:
        raise _nothing_left(len(rows), file)
    refused = (*lines.refused, *((none,) if none.count else ()), *flat)
    return Read(frame, refused, (*lines.notes, *notes), classes[1], unread)


def _nothing_left(count: int, file: str) -> UserError:
    problem = say("No road is left of {count} lines.", count=count)
    return UserError([Fault(file, problem, say("Check the layer and its classes."))])


def plain_lines(geometry: gpd.GeoSeries, ids: Sequence[str], file: str) -> Lines:
    """Return the lines of a geometry column in WGS 84: parts apart, without height.

    Raises:
        UserError: if nothing is a line, or if coordinates have no CRS or lie outside the globe.

    """
    shapes, notes = _in_degrees(geometry, file)
    kind = shapely.get_type_id(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    line = ~empty & np.isin(kind, (_LINE, _MULTI))
    if not line.any():
        problem = say("The layer holds no lines.")
        raise UserError([Fault(file, problem, say("Name the layer of the roads as FILE:LAYER."))])
    rows = np.flatnonzero(line)
    parts, of = shapely.get_parts(shapely.force_2d(shapes[rows]), return_index=True)
    row = rows[of]
    _check_degrees(parts, row, file)
    reasons = (
        (say("The geometry is empty."), np.flatnonzero(empty)),
        (say("The shape is no line."), np.flatnonzero(~empty & ~line)),
    )
    refused = tuple(
        Refused.of(reason, [ids[int(at)] for at in found])
        for reason, found in reasons
        if len(found)
    )
    return Lines(parts, row, refused, notes)


def _in_degrees(
    geometry: gpd.GeoSeries, file: str
) -> tuple[NDArray[np.object_], tuple[Sentence, ...]]:
    if geometry.crs is None:
        bounds = geometry.total_bounds
        if not (np.isfinite(bounds).all() and np.abs(bounds).max() <= _HALF_TURN_DEG):
            problem = say(
                "The coordinates are not degrees and the file names no coordinate system."
            )
            mend = say("Add the .prj file, or save it in WGS 84.")
            raise UserError([Fault(file, problem, mend)])
        note = say("The file names no coordinate system: taken as WGS 84 longitude and latitude.")
        return np.asarray(geometry.array), (note,)
    crs = CRS.from_user_input(geometry.crs)
    if crs.equals(CRS(WGS84), ignore_axis_order=True):
        return np.asarray(geometry.array), ()
    turned = shapely.force_2d(np.array(geometry.to_crs(WGS84).array, dtype=object))
    # The last bits of a projection differ between processors: 0.1 mm are the same bytes anywhere.
    points = np.round(shapely.get_coordinates(turned), _DEGREE_DIGITS)
    turned = shapely.set_coordinates(turned, points)
    note = say("Turned from {crs} into WGS 84.", crs=_crs_name(crs))
    datum = crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else ""
    if datum.startswith(_KNOWN_DATUMS):
        return turned, (note,)
    doubt = say(
        "The datum '{datum}' has no exact shift here: roads may lie up to 200 m off.", datum=datum
    )
    return turned, (note, doubt)


def _crs_name(crs: CRS) -> str:
    if crs.name != "unknown":
        return str(crs.name)
    operation = crs.coordinate_operation
    return str(operation.name) if operation else "an unnamed system"


def _check_degrees(parts: NDArray[np.object_], row: NDArray[np.int64], file: str) -> None:
    west, south, east, north = shapely.bounds(parts).T
    far_x, far_y = np.maximum(-west, east), np.maximum(-south, north)
    inside = (far_x <= _HALF_TURN_DEG) & (far_y <= _POLE_DEG)
    if inside.all():
        return
    # NaN and infinity fail every comparison, so they are caught above and are not "swapped".
    swapped = ~inside & (far_x <= _POLE_DEG) & (far_y <= _HALF_TURN_DEG)
    faults = []
    for at in np.flatnonzero(~inside)[:FIRST_NAMED]:
        if swapped[at]:
            problem = say("Longitude and latitude are swapped.")
            mend = say("Write longitude (x) first.")
        else:
            problem = say("The coordinates lie outside the globe.")
            mend = say("Check the coordinate system of the file.")
        value = shapely.to_wkt(shapely.get_point(parts[at], 0), rounding_precision=5)
        faults.append(Fault(file, problem, mend, row=int(row[at]) + 1, value=value))
    raise UserError(faults)


def _check_columns(rows: gpd.GeoDataFrame, schema: RoadSchema, file: str) -> None:
    missing = [name for name in schema.columns if name not in rows.columns]
    if missing:
        there = ", ".join(str(name) for name in rows.columns if name != rows.geometry.name)
        raise UserError(
            Fault(
                file,
                say("The column '{column}' of the schema is not in the file.", column=name),
                say("The file has: {columns}.", columns=there),
                column=name,
            )
            for name in missing
        )


def _ids(rows: gpd.GeoDataFrame, column: str) -> list[str]:
    numbers = [str(number + 1) for number in range(len(rows))]
    if not column:
        return numbers
    own = [cell_text(cell) for cell in rows[column]]
    return [mine or f"row {number}" for mine, number in zip(own, numbers, strict=True)]


def _texts(rows: gpd.GeoDataFrame, column: str | None) -> list[str]:
    return [cell_text(cell) for cell in rows[column]] if column else [""] * len(rows)


def _classes(
    rows: gpd.GeoDataFrame, schema: RoadSchema
) -> tuple[NDArray[np.object_], Counter[str]]:
    codes, texts = pd.factorize(np.array(_texts(rows, schema.road_class), dtype=object))
    own = dict(schema.classes)
    found = [read_class(str(text), own) for text in texts]
    count = np.bincount(codes, minlength=len(texts))
    unknown = Counter(
        {str(texts[i])[:40]: int(count[i]) for i, name in enumerate(found) if name is None}
    )
    names = np.array([name or "unknown" for name in found], dtype=object)
    return names[codes], unknown


def _columns(
    rows: gpd.GeoDataFrame, schema: RoadSchema
) -> tuple[dict[str, NDArray[np.generic]], dict[str, int]]:
    columns: dict[str, NDArray[np.generic]] = {}
    unread: dict[str, int] = {}
    oneway, odd = _oneway(_texts(rows, schema.oneway), schema)
    columns["oneway"] = oneway
    if odd:
        unread[str(schema.oneway)] = odd
    speeds = [";".join(filter(None, cells)) for cells in
              zip(*(_texts(rows, name) for name in schema.speed or ()), strict=True)]  # fmt: skip
    width, height, weight = schema.width or "", schema.height or "", schema.weight or ""
    speed = "+".join(schema.speed or ())
    sources = {
        "speed_kmh": (speed, speeds, lambda text: read_speed_kmh(text, schema.speed_unit)),
        "width_m": (width, _texts(rows, width), read_metres),
        "height_m": (height, _texts(rows, height), read_metres),
        "weight_t": (weight, _texts(rows, weight), read_tonnes),
    }
    figures, nonsense = read_figures({key: one for key, one in sources.items() if one[0]})
    columns |= figures
    unread |= nonsense
    for key, column in (("name", schema.name), ("from_node", schema.from_node),
                        ("to_node", schema.to_node)):  # fmt: skip
        cells = _texts(rows, column)
        if key == "name":
            cells = [road_name(";".join(items(cell))) for cell in cells]
        columns[key] = objects(cells)
    return columns, unread


def _oneway(cells: list[str], schema: RoadSchema) -> tuple[NDArray[np.int8], int]:
    """Return 0, 1 or -1 per cell, and how many hold no code of the schema (they count as both)."""
    if not schema.oneway:
        return np.zeros(len(cells), np.int8), 0
    codes = {"": 0} | dict.fromkeys(schema.both or (), 0)
    codes |= dict.fromkeys(schema.forward or (), 1) | dict.fromkeys(schema.backward or (), -1)
    found = [codes.get(cell.casefold()) for cell in cells]
    odd = sum(code is None for code in found)
    return np.array([code or 0 for code in found], dtype=np.int8), odd


def _checked_nodes(
    frame: gpd.GeoDataFrame, *, several: bool
) -> tuple[gpd.GeoDataFrame, tuple[Sentence, ...]]:
    """Return the frame with its node ids where they agree with the line ends, else without any.

    An id at two places would join roads that do not meet, so one such id spoils them all; then
    equal ends of lines are one node.
    """
    first, last = frame["from_node"], frame["to_node"]
    if not (first != "").any():
        return frame, ()
    lines = np.array(frame.geometry.array, dtype=object)
    ends = shapely.get_coordinates([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    place = pd.DataFrame(ends).groupby(pd.concat([first, last]).to_numpy())
    spread = (place.max() - place.min()).max(axis=1)
    wrong = int((spread > _SAME_PLACE_DEG).sum())
    if not several and not wrong and bool((first != "").all() and (last != "").all()):
        return frame, ()
    note = say(
        "The node ids do not fit the ends of the lines ({wrong} of {count} ids lie at several "
        "places): equal ends are joined instead.",
        wrong=wrong,
        count=len(spread),
    )
    return frame.assign(from_node="", to_node=""), (note,)
