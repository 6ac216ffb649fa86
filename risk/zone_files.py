"""Zones in files of other programs (ALOHA's KML, GeoJSON and the like)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.faults import Fault, UserError
from geodata.features import read_features
from language import say

from .drawn import AREA, Told, facts_of, imported_zones, plain_name
from .release import Point, Zone

NAME_COLUMNS = ("name", "title", "zone", "level", "名称")
"""Columns that may hold a zone's name, in this order, whatever their case."""

TOLD_COLUMNS = {
    "maker": ("maker", "program", "software", "model", "author", "creator", "软件",
              "模型", "来源", "作者"),
    "level": ("level", "loc", "threat", "threshold", "limit", "级别", "等级", "阈值"),
    "unit": ("unit", "units", "单位"),
    "when": ("timestamp", "time", "datetime", "date", "begin", "时间", "日期"),
    "note": ("description", "desc", "note", "remark", "说明", "备注"),
}  # fmt: skip
"""Columns that may hold what a file says of a zone; of several the first that is filled counts."""


@dataclass(frozen=True)
class ForeignZones:
    """The zones of a file, the worst first; ``notices`` name every shape that is none of them.

    ``told`` is what the file says of the zones of each name.
    """

    zones: tuple[Zone, ...]
    notices: tuple[Fault, ...]
    told: Mapping[str, Told]


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
    facts = told_of(frame)
    told = tuple(facts[i] for i in areas)
    named = [(names[i], shapes[i]) for i in areas]
    zones = imported_zones(named, path.name, at=at, told=told)
    if not zones:
        problem = say("The file holds no area that could be a zone.")
        raise UserError([Fault(path.name, problem, say("Export the zones as polygons."))])
    by_name: dict[str, list[Told]] = {}
    for (name, _), one in zip(named, told, strict=True):
        by_name.setdefault(plain_name(name), []).append(one)
    said = {name: facts_of(ones) for name, ones in by_name.items()}
    return ForeignZones(zones, (*features.notices, *notices), MappingProxyType(said))


def told_of(frame: pd.DataFrame) -> tuple[Told, ...]:
    """Return what each row says of its zone: who made it, level, unit, when, a note."""
    columns = {str(column).casefold(): column for column in frame.columns}
    rows: list[list[tuple[str, str]]] = [[] for _ in range(len(frame))]
    for key, wanted in TOLD_COLUMNS.items():
        held = [frame[columns[name]].tolist() for name in wanted if name in columns]
        for row, told in enumerate(rows):
            texts = (_text(cells[row]) for cells in held)
            text = next((text for text in texts if text), "")
            if text:
                told.append((key, text))
    return tuple(tuple(told) for told in rows)


def _text(cell: Any) -> str:  # noqa: ANN401 - whatever a file's column holds
    """Return a cell as text, "" for none; a moment to the minute, as no file means more."""
    if cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell))):
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}{f' {cell:%Z}' if cell.tzinfo else ''}"
    return str(cell)


def _names(frame: pd.DataFrame) -> list[str]:
    """Return the name of each row, "" where there is none."""
    columns = {str(column).casefold(): column for column in frame.columns}
    for wanted in NAME_COLUMNS:
        if wanted in columns:
            cells = frame[columns[wanted]].tolist()
            return ["" if pd.isna(cell) else str(cell) for cell in cells]
    return [""] * len(frame)
