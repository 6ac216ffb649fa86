"""Where a point lies: subdistrict, community, grids, nearest road."""

from collections.abc import Sequence

import numpy as np
import shapely

from desks.onemap import OneMap
from geodata.join import BORDER_M, NOISE_M
from language import Sentence, say

from .situation import Place, Point

GRID_LEVELS = ("大", "中", "小")


def place_of(onemap: OneMap, at: Point, *, road: str, road_m: int) -> Place:
    """Return where the point lies, its unit of the lowest code where it lies on a border.

    Outside every subdistrict the nearest one is named with its distance; the communities and
    grids of a point outside are none.
    """
    subdistrict, outside_m = _unit(onemap, "subdistrict", at)
    inside = subdistrict is not None and outside_m == 0
    community, beyond_m = _unit(onemap, "community", at)
    if beyond_m > 0:
        community = None
    residents = _residents(onemap, subdistrict if inside else None, community)
    return Place(
        inside=inside,
        subdistrict=_name(onemap, "subdistrict", subdistrict),
        subdistrict_code=_code(onemap, "subdistrict", subdistrict),
        community=_name(onemap, "community", community),
        community_code=_code(onemap, "community", community),
        outside_m=outside_m,
        grids=grids_at(onemap, at),
        road=road,
        road_m=road_m,
        residents_day=residents[0],
        residents_night=residents[1],
    )


def outside_said(place: Place) -> Sentence | None:
    """Return how far outside the nearest subdistrict the place lies, ``None`` where it does not."""
    if place.inside or not place.subdistrict:
        return None
    return say(
        "outside the district, {distance} from {unit}",
        distance=f"{place.outside_m} m",
        unit=place.subdistrict,
    )


def grids_at(onemap: OneMap, at: Point) -> tuple[str, ...]:
    """Return the names of the large, middle and small grid cell at the point (row S1-30)."""
    if "grid_cell" not in onemap.records:
        return ()
    records = onemap.records["grid_cell"]
    found = {records.text("level", row): records.names[row] for row in _at(onemap, "grid_cell", at)}
    return tuple(found[level] for level in GRID_LEVELS if level in found)


def _at(onemap: OneMap, key: str, at: Point) -> Sequence[int]:
    """Return the rows whose polygon holds the point, border included, highest code first."""
    if key not in onemap.shape_trees:
        return ()
    rows = onemap.shape_trees[key].query(shapely.Point(at), "dwithin", NOISE_M)
    order = onemap.records[key].order
    return sorted((int(row) for row in rows), key=lambda row: -order[row])


def _unit(onemap: OneMap, key: str, at: Point) -> tuple[int | None, int]:
    """Return the row of the unit at the point, or of the nearest one, and the metres to it."""
    rows = _at(onemap, key, at)
    if rows:
        return rows[-1], 0
    if key not in onemap.shape_trees:
        return None, 0
    tree = onemap.shape_trees[key]
    nearest, distance_m = tree.query_nearest(shapely.Point(at), return_distance=True)
    if len(nearest) == 0:
        return None, 0
    order = onemap.records[key].order
    row = min((int(r) for r in nearest), key=lambda r: order[r])
    outside_m = 0 if distance_m[0] <= BORDER_M else max(1, int(np.ceil(distance_m[0])))
    return row, outside_m


def _residents(
    onemap: OneMap, subdistrict: int | None, community: int | None
) -> tuple[int | None, int | None]:
    """Return the residents by day and by night of the smallest unit that has them on file."""
    for key, row in (("community", community), ("subdistrict", subdistrict)):
        if row is None:
            continue
        records = onemap.records[key]
        day, night = records.whole("residents_day", row), records.whole("residents_night", row)
        if day is not None or night is not None:
            return day, night
    return None, None


def _name(onemap: OneMap, key: str, row: int | None) -> str:
    return "" if row is None else onemap.records[key].names[row]


def _code(onemap: OneMap, key: str, row: int | None) -> str:
    return "" if row is None else onemap.records[key].ids[row]
