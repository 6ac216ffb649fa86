"""What a rehearsal says of positions that were read: minutes, full-width digits, few digits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.coordinates import (
    PositionColumns,
    is_null_island,
    on_globe,
    parse_angle,
    parse_pair,
)
from geodata.faults import Fault, Weight
from geodata.tables import Table
from geodata.workbook import Cell
from language import Sentence, say

COARSE_DEG = 0.1
"""Degrees written so coarsely place nothing; one axis is enough."""

COARSE_PAIR_DEG = 0.01
"""So does a position of which both axes are written so: half a kilometre."""

FINE_DEG = 0.001
"""Degrees written finer than this (55 m) are as good as a list needs."""

_HALF_DEGREE_M = 111_320.0 / 2.0
_FULL_WIDTH = re.compile("[０-９．－]")
_SLACK = 1.0 + 1e-9


@dataclass(frozen=True)
class _Place:
    """Where a remark stands."""

    table: Table
    row: int
    heading: str
    cell: Cell

    def fault(self, problem: Sentence, mend: Sentence, code: str, weight: Weight) -> Fault:
        value = str(self.cell)[:60]
        table = self.table
        return Fault(
            table.file, problem, mend, self.row, self.heading, value, table.sheet, code, weight
        )


def position_remarks(table: Table, columns: PositionColumns, *, degrees: bool) -> list[Fault]:
    """Return what was mended beyond doubt, and positions written too coarsely if in degrees."""
    if columns.pair:
        return [
            said
            for row, cell in zip(table.rows, table.frame[columns.pair].tolist(), strict=True)
            for said in _of_pair(_Place(table, row, columns.pair, cell), columns, degrees=degrees)
        ]
    lons, lats = table.frame[columns.lon].tolist(), table.frame[columns.lat].tolist()
    found: list[Fault] = []
    for row, lon, lat in zip(table.rows, lons, lats, strict=True):
        places = (_Place(table, row, columns.lon, lon), _Place(table, row, columns.lat, lat))
        found.extend(_of_two(places, degrees=degrees))
    return found


def shape_remarks(table: Table, shapes: NDArray[np.object_]) -> list[Fault]:
    """Return a remark for each point in degrees that is written too coarsely."""
    there = np.flatnonzero(~shapely.is_empty(shapes))
    found = []
    for i, (lon, lat) in zip(there, shapely.get_coordinates(shapes[there]).tolist(), strict=True):
        one, other = parse_angle(lon), parse_angle(lat)
        grade = _grade(one.step if one else 0.0, other.step if other else 0.0)
        if grade is not None:
            place = _Place(table, table.rows[int(i)], "", f"{lon}, {lat}")
            found.append(_coarse(place, *grade))
    return found


def _of_pair(place: _Place, columns: PositionColumns, *, degrees: bool) -> Iterator[Fault]:
    pair = parse_pair(place.cell, latitude_first=columns.latitude_first)
    if pair is None:
        return
    if pair.sixty:
        yield _sixty(place, f"{pair.lon:.6f}, {pair.lat:.6f}")
    elif _FULL_WIDTH.search(str(place.cell)):
        yield _wide(place, f"{pair.lon}, {pair.lat}")
    grade = _grade(*pair.steps) if degrees and _places(pair.lon, pair.lat) else None
    if grade is not None:
        yield _coarse(place, *grade)


def _of_two(places: tuple[_Place, _Place], *, degrees: bool) -> Iterator[Fault]:
    angles = tuple(parse_angle(place.cell) if place.cell != "" else None for place in places)
    for place, angle in zip(places, angles, strict=True):
        if angle is not None and angle.sixty:
            yield _sixty(place, f"{angle.value:.6f}")
        elif angle is not None and _FULL_WIDTH.search(str(place.cell)):
            yield _wide(place, str(angle.value))
    one, other = angles
    if one is None or other is None or not degrees or not _places(one.value, other.value):
        return
    grade = _grade(one.step, other.step)
    if grade is not None:
        coarser = [
            p for p, a in zip(places, (one, other), strict=True) if a.step * _SLACK >= grade[0]
        ]
        for place in coarser:
            yield _coarse(place, *grade)


def _places(one: float, other: float) -> bool:
    """Return whether the numbers are a place in some order: others are refused anyway."""
    some = on_globe(one, other) or on_globe(other, one)
    return some and not is_null_island(one, other)


def _grade(lon_step: float, lat_step: float) -> tuple[float, Weight] | None:
    """Return the coarser step and who has to act, None where the position is fine enough.

    By chance one axis of six digits ends in four zeros once in ten thousand rows, so a single
    axis is refused only where five are missing.
    """
    least, most = sorted((lon_step, lat_step))
    if most * _SLACK >= COARSE_DEG or least * _SLACK >= COARSE_PAIR_DEG:
        return most, "decide"
    if most * _SLACK >= COARSE_PAIR_DEG or least * _SLACK >= FINE_DEG:
        return most, "confirm"
    return None


def _coarse(place: _Place, step: float, weight: Weight) -> Fault:
    problem = say(
        "Degrees are written to {step} only: the place may be {metres} m off.",
        step=float(f"{step:.2g}"),
        metres=round(step * _HALF_DEGREE_M),
    )
    mend = (
        say("Take the position anew from the map; the row stays out until then.")
        if weight == "decide"
        else say("It is kept; take the position anew from the map.")
    )
    return place.fault(problem, mend, "coarse", weight)


def _sixty(place: _Place, read: str) -> Fault:
    problem = say("The position is written in degrees, minutes and seconds.")
    return place.fault(problem, say("Read as {value}.", value=read), "dms", "auto")


def _wide(place: _Place, read: str) -> Fault:
    problem = say("The digits are full-width.")
    return place.fault(problem, say("Read as {value}.", value=read), "full_width", "auto")
