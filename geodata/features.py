"""Shapes of a user's geometry file in WGS 84, with invalid ones mended and absent ones named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from language import say

from .coordinates import on_globe
from .datum import DATUMS, checked_datum, to_wgs84
from .faults import Fault, UserError
from .opening import FORMATS, open_vector
from .packed import PACKED, unread_members
from .wkt import read_wkt

FEATURE_SUFFIXES = frozenset(FORMATS) | frozenset(PACKED)
_DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class Features:
    """Shapes with their columns: ``frame`` in EPSG:4326 with a RangeIndex, in file order.

    ``rows`` count features from 1. ``notices`` name each shape that was mended or is absent; an
    absent or unusable one stays in the frame as a missing geometry.
    """

    file: str
    frame: gpd.GeoDataFrame
    rows: tuple[int, ...]
    notices: tuple[Fault, ...]


def read_features(path: Path, *, layer: str | None = None, datum: str = "wgs84") -> Features:
    """Return the shapes of a geometry file in WGS 84, flat, valid, in file order.

    ``wgs84`` believes the coordinate system that the file states. ``cgcs2000`` or ``EPSG:n``
    holds in its place; ``gcj02`` and ``bd09`` undo that shift on the degrees of the file.

    Raises:
        UserError: if the file cannot be opened, or states no coordinate system and none is given
            while its numbers are no degrees.

    """
    name = checked_datum(datum)
    raw = open_vector(path, layer)
    notices = _left_packed(path, layer)
    frame = raw.reset_index(drop=True)
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    shapes = _to_degrees(path, shapes, frame.crs, name, notices)
    shapes = _usable(path, shapes, notices)
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    placed = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    return Features(path.name, placed, tuple(range(1, len(frame) + 1)), tuple(notices))


def _left_packed(path: Path, layer: str | None) -> list[Fault]:
    """Return a notice where an archive holds more than the layer that is read."""
    names = unread_members(path, layer) if path.suffix.lower() in PACKED else ()
    if not names:
        return []
    problem = say(
        "These files of the archive were not read: {names}.", names=", ".join(names)[:300]
    )
    mend = say("Import them on their own if they belong here.")
    return [Fault(path.name, problem, mend, code="members_unread")]


def read_shapes(
    file: str, texts: Sequence[str], rows: Sequence[int], *, datum: str = "wgs84"
) -> tuple[NDArray[np.object_], tuple[Fault, ...]]:
    """Return the shapes of well-known texts in WGS 84, flat and valid, missing where there is none.

    ``rows`` are the texts' row numbers in the file. The notices name each text that is no shape
    and each shape that was mended or lies off the globe; an empty text is no fault.

    Raises:
        UserError: if the datum is not known.

    """
    name = checked_datum(datum)
    shapes = np.array([read_wkt(text) for text in texts], dtype=object)
    notices = [
        Fault(
            file,
            say("This is no shape that can be read."),
            say("The row is kept without a position; write it as well-known text (WKT)."),
            row,
            value=text[:60],
        )
        for text, row, shape in zip(texts, rows, shapes, strict=True)
        if text and shape is None
    ]
    there = np.flatnonzero(~shapely.is_missing(shapes))
    placed = _to_degrees(Path(file), shapely.force_2d(shapes[there]), _DEGREES, name, notices)
    said: list[Fault] = []
    shapes[there] = _usable(Path(file), placed, said)
    numbers = [rows[i] for i in there.tolist()]
    notices.extend(replace(fault, row=numbers[(fault.row or 1) - 1]) for fault in said)
    return shapes, tuple(notices)


def mend_shapes(
    shapes: NDArray[np.object_], file: str, first_row: int = 1
) -> tuple[NDArray[np.object_], tuple[Fault, ...]]:
    """Return the shapes made valid, with a notice for each that was not.

    A mended polygon keeps its polygons only; lines and points that mending leaves are dropped, as
    they have no area.
    """
    invalid = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    mended = shapes.copy()
    notices = []
    for i in invalid:
        reason = shapely.is_valid_reason(shapes[i])
        mended[i] = _same_kind(shapely.make_valid(shapes[i]), shapes[i])
        problem = say("The shape is invalid: {reason}.", reason=reason[:120])
        mend = say("It was mended; check it in a GIS program.")
        notices.append(Fault(file, problem, mend, row=int(i) + first_row, code="shape_invalid"))
    return mended, tuple(notices)


def _same_kind(mended: shapely.Geometry, was: shapely.Geometry) -> shapely.Geometry:
    """Return what of the mended shape has the dimension of the old one."""
    parts = shapely.get_parts(mended)
    if shapely.get_type_id(mended) == shapely.GeometryType.GEOMETRYCOLLECTION:
        dimension = shapely.get_dimensions(was)
        flat = shapely.get_parts(parts)
        return shapely.union_all(flat[shapely.get_dimensions(flat) == dimension])
    return mended


def _to_degrees(
    path: Path, shapes: NDArray[np.object_], crs: object, name: str, notices: list[Fault]
) -> NDArray[np.object_]:
    """Return the shapes in WGS 84 by the datum given and the system the file states."""
    stated = None if crs is None else pyproj.CRS.from_user_input(crs)
    if name not in DATUMS:
        return _moved(shapes, name)
    if stated is None:
        _check_degrees(path, shapes)
        if name == "wgs84":
            problem = say("The file states no coordinate system.")
            mend = say("WGS 84 is assumed; give --datum if that is wrong.")
            notices.append(Fault(path.name, problem, mend, code="crs_unsaid"))
    elif stated.is_projected or stated.is_geocentric or name == "wgs84":
        shapes = _reprojected(path, shapes, stated)
    return _moved(shapes, name) if name in {"gcj02", "bd09"} else shapes


def _check_degrees(path: Path, shapes: NDArray[np.object_]) -> None:
    bounds = shapely.total_bounds(shapes)
    if np.isnan(bounds).any() or (on_globe(*bounds[:2]) and on_globe(*bounds[2:])):
        return
    problem = say("The file states no coordinate system and its numbers are no degrees.")
    mend = say("Give --datum KEY=EPSG:n, or export the file with its .prj.")
    raise UserError([Fault(path.name, problem, mend)])


def _moved(shapes: NDArray[np.object_], name: str) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], name))

    return np.asarray(shapely.transform(shapes, move), dtype=object)


def _reprojected(path: Path, shapes: NDArray[np.object_], crs: pyproj.CRS) -> NDArray[np.object_]:
    try:
        transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        problem = say("The coordinate system that the file states cannot be used.")
        mend = say("Give --datum KEY=EPSG:n, or export the file with its .prj.")
        raise UserError([Fault(path.name, problem, mend)]) from error

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, move), dtype=object)


def _usable(path: Path, shapes: NDArray[np.object_], notices: list[Fault]) -> NDArray[np.object_]:
    """Return the shapes with impossible ones taken out and invalid ones mended, each named."""
    shapes = shapes.copy()
    bounds = shapely.bounds(shapes)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    bad = ~absent & ~np.array([on_globe(*b[:2]) and on_globe(*b[2:]) for b in bounds], dtype=bool)
    for i in np.flatnonzero(absent | bad):
        problem = say("The shape lies off the globe.") if bad[i] else say("There is no shape.")
        mend = say("The row is kept without a position; draw it or correct its numbers.")
        code = "position_off_globe" if bad[i] else "position_missing"
        notices.append(Fault(path.name, problem, mend, row=int(i) + 1, code=code))
        shapes[i] = None
    mended, said = mend_shapes(shapes, path.name)
    notices.extend(said)
    return mended
