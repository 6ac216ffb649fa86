"""Zones in files of other programs (ALOHA's KML, GeoJSON and the like)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.faults import Fault, UserError
from geodata.features import read_features
from language import say

from .drawn import AREA, imported_zones
from .release import Point, Zone

NAME_COLUMNS = ("name", "title", "zone", "level", "名称")
"""Columns that may hold a zone's name, in this order, whatever their case."""


@dataclass(frozen=True)
class ForeignZones:
    """The zones of a file, the worst first; ``notices`` name every shape that is none of them."""

    zones: tuple[Zone, ...]
    notices: tuple[Fault, ...]


def read_zones(
    path: Path, crs: str | pyproj.CRS, *, layer: str | None = None, at: Point | None = None
) -> ForeignZones:
    """Return the zones of a file in metres of ``crs``.

    Raises:
        UserError: where the file cannot be read or holds no area at all.

    """
    features = read_features(path, layer=layer)
    frame = features.frame
    shapes = np.asarray(frame.geometry.to_crs(crs).array, dtype=object)
    is_area = shapely.get_dimensions(shapes) == AREA
    notices = [
        Fault(
            path.name,
            say("This shape is no area and makes no zone."),
            say("Lines and points of a zone file are left out."),
            row,
        )
        for row, area in zip(features.rows, is_area.tolist(), strict=True)
        if not area
    ]
    names = _names(frame)
    areas = np.flatnonzero(is_area).tolist()
    zones = imported_zones([(names[i], shapes[i]) for i in areas], path.name, at=at)
    if not zones:
        problem = say("The file holds no area that could be a zone.")
        raise UserError([Fault(path.name, problem, say("Export the zones as polygons."))])
    return ForeignZones(zones, (*features.notices, *notices))


def _names(frame: pd.DataFrame) -> list[str]:
    """Return the name of each row, "" where there is none."""
    columns = {str(column).casefold(): column for column in frame.columns}
    for wanted in NAME_COLUMNS:
        if wanted in columns:
            cells = frame[columns[wanted]].tolist()
            return ["" if pd.isna(cell) else str(cell) for cell in cells]
    return [""] * len(frame)
