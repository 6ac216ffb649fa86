"""Where people are: whole people on points, whose sums are the residents of the communities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.command.population import UNKNOWN, Inhabited, areal, inhabited
from desks.command.ways import ON_FOOT
from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import Fault, UserError
from geodata.join import check_units
from language import Sentence, say

from .answers import Demand, FloatArray, LongArray, Share, Unit
from .places import named
from .services import RULES

NO_CELL = -1
MOST_PEOPLE = 1_000_000_000
"""More in one community is a slip of the keyboard; the sums of the desk stay within 64 bits."""

PER_THOUSAND = 1000
_NAMED_FAULTS = 3
_LEVELS = ("小", "中", "大")


@dataclass(frozen=True, eq=False)
class Spread:
    """The points of a district's people: the same for every share, so that ways are kept.

    ``unit`` and ``cell`` (n,) are the community and grid cell of each point, NO_CELL for none;
    ``cell_unit``, ``cell_day`` and ``cell_night`` (c,) the cells' communities and residents.
    """

    units: tuple[Unit, ...]
    day: LongArray
    night: LongArray
    lost: tuple[int, ...]
    xy_m: FloatArray
    unit: LongArray
    cell: LongArray
    cell_unit: LongArray
    cell_day: LongArray
    cell_night: LongArray
    rule: Sentence
    cautions: tuple[Sentence, ...]


def demand_of(onemap: OneMap, share: Share = "night") -> Demand:
    """Return whole people on points, in metres of the map; units nobody counted are ``missing``.

    The people of a community are parted among its grid cells by their residents, and evenly over
    the nodes of ways within a cell; without cells evenly over its nodes, without nodes on a point
    within it; always by largest remainder, of equals the
    one farther west, then south.

    Raises:
        UserError: where the district has no residents on file, or more than can be meant.

    """
    spread = onemap.once(spread_of)
    known = (spread.day != UNKNOWN) | (spread.night != UNKNOWN)
    known[list(spread.lost)] = False
    _require_people(spread, known)
    people = np.where(known, _of_share(spread, share), 0)
    cells = spread.cell_day if share == "day" else spread.cell_night
    return Demand(
        share=share,
        units=spread.units,
        people=people,
        xy_m=spread.xy_m,
        unit=spread.unit,
        point_people=_on_points(spread, people, cells),
        rule=spread.rule,
        missing=tuple(np.flatnonzero(~known).tolist()),
    )


def demand_cautions(onemap: OneMap, demand: Demand) -> tuple[Sentence, ...]:
    """Return what is doubtful about who lives where: gaps, overlaps, unknown and missing units."""
    return (*_missing(demand), *onemap.once(spread_of).cautions)


def _missing(demand: Demand) -> Iterator[Sentence]:
    if demand.missing:
        yield say(
            "{count} communities without residents on file are in no sum: {names}.",
            count=len(demand.missing),
            names=named([demand.units[row].name for row in demand.missing]),
        )


def _require_people(spread: Spread, known: NDArray[np.bool_]) -> None:
    most = max(
        int(part.max(initial=0))
        for part in (spread.day, spread.night, spread.cell_day, spread.cell_night)
    )
    if most > MOST_PEOPLE:
        problem = say("A community or grid cell has {people} residents.", people=most)
        raise UserError([Fault("", problem, say("Correct the residents of the units."))])
    if not known.any():
        problem = say("No community has residents on file, so that nobody can be covered.")
        mend = say("Import the communities with residents by day or by night.")
        raise UserError([Fault("", problem, mend)])


def _of_share(spread: Spread, share: Share) -> LongArray:
    """Return the people (u,) of the share; the figure that is on file stands for the other."""
    night = np.where(spread.night == UNKNOWN, spread.day, spread.night).clip(0)
    if share == "day":
        return np.where(spread.day == UNKNOWN, night, spread.day).clip(0)
    if share == "night":
        return night
    own = RULES.elderly_by_subdistrict
    rate = [own.get(unit.subdistrict_code, RULES.elderly_per_thousand) for unit in spread.units]
    half = PER_THOUSAND // 2
    return (night * np.array(rate, np.int64).reshape(-1) + half) // PER_THOUSAND


def _on_points(spread: Spread, people: LongArray, residents: LongArray) -> LongArray:
    """Return the people (n,) of each point."""
    in_cells = np.zeros(len(people), np.int64)
    np.add.at(in_cells, spread.cell_unit, residents)
    by_cells = in_cells[spread.unit] > 0
    of_cell = apportioned(people, spread.cell_unit, residents)
    held = by_cells & (spread.cell != NO_CELL)
    found: LongArray = np.zeros(len(spread.unit), np.int64)
    one = np.ones(len(found), np.int64)
    found[held] = apportioned(of_cell, spread.cell[held], one[held])
    found[~by_cells] = apportioned(people, spread.unit[~by_cells], one[~by_cells])
    return found


def apportioned(people: LongArray, group: LongArray, weight: LongArray) -> LongArray:
    """Return whole people (n,) of each part of a group, in proportion to whole weights.

    Largest remainder, of equal ones the first part. The parts of a group with any weight sum to
    its people exactly; without weight they get nobody.
    """
    total = np.zeros(len(people), np.int64)
    np.add.at(total, group, weight)
    whole = np.maximum(total, 1)[group]
    quota = people[group] * weight
    least, rest = quota // whole, quota % whole
    given = np.zeros(len(people), np.int64)
    np.add.at(given, group, least)
    left = np.where(total > 0, people - given, 0)
    order = np.lexsort((np.arange(len(group)), -rest, group))
    first = np.searchsorted(group[order], np.arange(len(people)))
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - first[group[order]]
    share: LongArray = least + (rank < left[group])
    return share


def spread_of(onemap: OneMap) -> Spread:
    """Return the points over which the district's people are spread; ask through ``once``."""
    held = inhabited(onemap)
    units = tuple(
        Unit(held.community_codes[row] or held.subdistrict_codes[row], held.name(row),
             held.subdistrict_codes[row], held.subdistricts[row])
        for row in range(len(held.shapes))
    )  # fmt: skip
    cells = _cells_of(onemap, units)
    xy_m, unit, cell = _points(onemap, held, cells)
    return Spread(
        units=units,
        day=held.day,
        night=held.night,
        lost=tuple(np.flatnonzero(np.isnan(held.points_m).any(axis=1)).tolist()),
        xy_m=xy_m,
        unit=unit,
        cell=cell,
        cell_unit=cells.unit,
        cell_day=cells.day,
        cell_night=cells.night,
        rule=_rule(len(cells.unit), len(xy_m)),
        cautions=tuple(_border_cautions(onemap, held)),
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """The grid cells that part communities: shapes, a point in each, community and residents."""

    shapes: NDArray[np.object_]
    unit: LongArray
    day: LongArray
    night: LongArray


_NO_CELLS = _Cells(
    np.empty(0, object), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
)


def _cells_of(onemap: OneMap, units: Sequence[Unit]) -> _Cells:
    """Return the finest grid cells with residents, by code, each in the community it lies in."""
    records = onemap.records.get("grid_cell")
    if records is None:
        return _NO_CELLS
    row_of = {unit.code: row for row, unit in enumerate(units)}
    for level in _LEVELS:
        rows = [
            row
            for row in sorted(range(len(records.ids)), key=records.order.__getitem__)
            if records.text("level", row) == level
            and _residents(records, row) is not None
            and records.text("community_code", row) in row_of
        ]
        if rows:
            break
    else:
        return _NO_CELLS
    people = [_residents(records, row) or (0, 0) for row in rows]
    return _Cells(
        areal(onemap.shapes["grid_cell"][rows]),
        np.array([row_of[records.text("community_code", row)] for row in rows], np.int64),
        np.array([day for day, _ in people], np.int64),
        np.array([night for _, night in people], np.int64),
    )


def _residents(records: Records, row: int) -> tuple[int, int] | None:
    """Return the cell's residents by day and by night, the one on file for the other."""
    day, night = records.whole("residents_day", row), records.whole("residents_night", row)
    if day is None and night is None:
        return None
    first, second = night if day is None else day, day if night is None else night
    return max(first or 0, 0), max(second or 0, 0)


def _points(
    onemap: OneMap, held: Inhabited, cells: _Cells
) -> tuple[FloatArray, LongArray, LongArray]:
    """Return place (n, 2), community and cell of the points, by community, cell, west and south.

    They are the nodes that people walk over; a cell, or a community, without one has a point
    within it.
    """
    nodes = _walked(onemap)
    unit = _lowest(nodes, held.shapes)
    cell = _lowest(nodes, cells.shapes)
    strange = (cell != NO_CELL) & (cells.unit[cell] != unit) if len(cells.unit) else cell != NO_CELL
    cell[strange] = NO_CELL
    kept = unit >= 0
    bare_cells = np.setdiff1d(np.arange(len(cells.unit)), cell)
    middles = _middles(cells.shapes[bare_cells])
    bare_cells = bare_cells[~np.isnan(middles).any(axis=1)]
    middles = middles[~np.isnan(middles).any(axis=1)]
    has_point = np.union1d(unit[kept], cells.unit[bare_cells])
    bare = np.setdiff1d(np.flatnonzero(~np.isnan(held.points_m).any(axis=1)), has_point)
    xy_m = np.concatenate([nodes[kept], middles, held.points_m[bare]]).reshape(-1, 2)
    of_unit = np.concatenate([unit[kept], cells.unit[bare_cells], bare]).astype(np.int64)
    of_cell = np.concatenate([cell[kept], bare_cells, np.full(len(bare), NO_CELL)])
    x_mm, y_mm = np.rint(xy_m.T * 1000)
    order = np.lexsort((y_mm, x_mm, of_cell, of_unit))
    return xy_m[order], of_unit[order], of_cell[order].astype(np.int64)


def _walked(onemap: OneMap) -> FloatArray:
    """Return the nodes (n, 2) at an end of a piece that people walk on."""
    network = onemap.network
    roads = onemap.open_weights(ON_FOOT).usable_roads
    ends = np.concatenate([network.road_start[roads], network.road_end[roads]])
    places: FloatArray = network.node_xy_m[np.unique(ends)]
    return places


def _middles(shapes: NDArray[np.object_]) -> FloatArray:
    found = np.full((len(shapes), 2), np.nan)
    there = ~shapely.is_empty(shapes)
    found[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    return found


def _lowest(xy_m: FloatArray, shapes: NDArray[np.object_]) -> LongArray:
    """Return the first shape (n,) that holds each place, its border included, -1 for none."""
    found: LongArray = np.full(len(xy_m), len(shapes), np.int64)
    if len(shapes):
        which, shape = shapely.STRtree(shapes).query(shapely.points(xy_m), "intersects")
        np.minimum.at(found, which, shape)
    found[found == len(shapes)] = -1
    return found


def _rule(cells: int, points: int) -> Sentence:
    if cells:
        return say(
            "The people of a community are spread over its grid cells by their residents,"
            " within a cell evenly over the nodes of its ways: {cells} cells and {points} points in"
            " the district.",
            cells=cells,
            points=points,
        )
    return say(
        "The people of a community are spread evenly over the nodes of its ways: {points} points"
        " in the district.",
        points=points,
    )


def _border_cautions(onemap: OneMap, held: Inhabited) -> Iterator[Sentence]:
    """Yield what is wrong with the borders and with who stands for whom."""
    frame = onemap.layers.get("community")
    if frame is None:
        yield say("The register has no communities: subdistricts stand for them.")
        return
    units = frame.reset_index()
    units = units.rename(columns={units.columns[0]: "code"})
    wrong = check_units(units[["code", "name", units.geometry.name]])
    for fault in wrong[:_NAMED_FAULTS]:
        yield fault.problem
    if len(wrong) > _NAMED_FAULTS:
        yield say("{count} more faults of the communities' borders.",
                  count=len(wrong) - _NAMED_FAULTS)  # fmt: skip
    alone = [
        held.subdistricts[i]
        for i, code in enumerate(held.community_codes)
        if not code and held.known[i]
    ]
    if alone:
        yield say(
            "{count} subdistricts stand for their communities, whose residents nobody stated: "
            "{names}.",
            count=len(alone),
            names=named(alone),
        )
