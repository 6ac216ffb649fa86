"""Who walks where: people of the protective zone to safe shelters, exact in people and metres."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say
from risk.release import Shape, ZoneSet
from routing import UNREACHED, Snaps, Weights, closed_arcs, tree_to

from .answers import Evacuation, Exposure, Refuge, Walk
from .assigning import NO_WAY, Assignment, assign
from .bands import harm_of
from .population import Inhabited, inhabited
from .refuges import refuges
from .situation import Incident
from .ways import ON_FOOT

LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class WalkTable:
    """Whole metres and seconds (n, m) on foot from each inhabited unit to each shelter.

    NO_WAY where none leads; ``column`` finds a shelter by (layer, id).
    """

    distance_m: LongArray
    walk_s: LongArray
    column: dict[tuple[str, str], int]


def evacuation(onemap: OneMap, incident: Incident, zones: ZoneSet, exposed: Exposure) -> Evacuation:
    """Return who walks from each community to which safe shelter, and who finds no place.

    Most people placed, then the least person-metres on foot, then the lowest codes. People set
    out from a point within their community; flooded ways are not walked, closed ones are.
    """
    units = inhabited(onemap)
    shelters = refuges(onemap, incident, zones)
    usable = [refuge for refuge in shelters if refuge.safe and refuge.reason is None]
    people = _demand(units, harm_of(zones).protective_level, exposed)
    rows = np.flatnonzero(people)
    table = walk_table(onemap, incident.flooded)
    columns = [table.column[refuge.layer, refuge.id] for refuge in usable]
    distance_m = table.distance_m[rows][:, columns]
    capacity = np.array([refuge.capacity_people for refuge in usable], np.int64)
    found = assign(people[rows], capacity, distance_m)
    placed = int(found.placed.sum())
    spare = int(capacity.sum()) - placed
    longest_m = int(distance_m[found.placed > 0].max(initial=0))
    return Evacuation(
        demand_people=int(people.sum()),
        placed_people=placed,
        spare_people=spare,
        refuges=_assigned(shelters, usable, found, distance_m),
        walks=_walks(units, rows.tolist(), usable, found, table),
        short=tuple(
            (units.name(row), _code(units, row), many)
            for row, many in zip(rows.tolist(), found.short.tolist(), strict=True)
            if many
        ),
        said=_said(exposed, shelters, usable, (int(people.sum()), placed, spare, longest_m)),
    )


def _demand(units: Inhabited, level: str, exposed: Exposure) -> LongArray:
    """Return the people (n,) now in the protective zone, by inhabited unit."""
    people: LongArray = np.zeros(len(units.shapes), np.int64)
    pairs = zip(units.subdistrict_codes, units.community_codes, strict=True)
    rows = {pair: row for row, pair in enumerate(pairs)}
    for unit in exposed.units:
        if unit.level == level:
            people[rows[unit.subdistrict_code, unit.community_code]] = unit.people_now
    return people


def walk_table(onemap: OneMap, flooded: Sequence[Shape] = ()) -> WalkTable:
    """Return the ways on foot: kept per map, searched anew where ground is flooded."""
    if not flooded:
        return onemap.once(_dry_table)
    polygons = [part for shape in flooded for part in shapely.get_parts(shape)]
    closed = closed_arcs(onemap.network, polygons=polygons)
    return _table(onemap, onemap.open_weights(ON_FOOT).closing(closed))


def _dry_table(onemap: OneMap) -> WalkTable:
    return _table(onemap, onemap.open_weights(ON_FOOT))


def _table(onemap: OneMap, weights: Weights) -> WalkTable:
    units = inhabited(onemap)
    model = onemap.speed_model
    starts = _starts(onemap, units)
    column: dict[tuple[str, str], int] = {}
    metres: list[LongArray] = []
    seconds: list[LongArray] = []
    for spec in onemap.layers_for("refuge"):
        access = onemap.access[spec.key]
        for row, record_id in enumerate(onemap.records[spec.key].ids):
            end = access.take(row)
            time_ms = tree_to(weights, end, access_kmh=model.access_kmh).time_ms(starts)
            column[spec.key, record_id] = len(metres)
            metres.append(_metres(time_ms, starts, end, model.access_kmh, model.walk_m_per_s))
            seconds.append(np.where(time_ms == UNREACHED, NO_WAY, -(-time_ms // 1000)))
    empty: LongArray = np.zeros((len(units.shapes), 0), np.int64)
    return WalkTable(
        np.column_stack([empty, *metres]).astype(np.int64),
        np.column_stack([empty, *seconds]).astype(np.int64),
        column,
    )


def _starts(onemap: OneMap, units: Inhabited) -> Snaps:
    """Return where the people of each unit set out: on the way nearest to a point within it.

    Where that way is cut off from the rest of the network, the nearest one that is not is taken if
    it lies within the unit: a clipped lane must not make a community an island.
    """
    network = onemap.network
    whole = network.island[network.road_start] == 0
    nearest = onemap.foot_locator.snap(units.points_m, limit_m=math.inf)
    joined = onemap.foot_locator.snap(units.points_m, limit_m=math.inf, usable=whole)
    held = shapely.intersects(units.shapes, shapely.points(joined.xy_m))
    cut_off = nearest.on_network & ~whole[nearest.road] & joined.on_network & held
    rows = np.flatnonzero(cut_off)
    if not len(rows):
        return nearest
    given = [(getattr(nearest, f.name).copy(), getattr(joined, f.name)) for f in fields(Snaps)]
    for mine, other in given:
        mine[rows] = other[rows]
    return Snaps(*(mine for mine, _ in given))


def _metres(
    time_ms: LongArray, starts: Snaps, end: Snaps, access_kmh: float, walk_m_per_s: float
) -> LongArray:
    """Return the whole metres of the ways that take so long, both access legs included."""
    legs_m = np.where(np.isfinite(starts.distance_m), starts.distance_m, 0.0)
    legs_m = legs_m + float(end.distance_m[0])
    on_ways_ms = time_ms - legs_m * 3600.0 / access_kmh
    metres = np.rint(np.maximum(on_ways_ms, 0.0) * walk_m_per_s / 1000.0 + legs_m)
    return np.where(time_ms == UNREACHED, NO_WAY, metres).astype(np.int64)


def _code(units: Inhabited, row: int) -> str:
    return units.community_codes[row] or units.subdistrict_codes[row]


def _assigned(
    shelters: Sequence[Refuge],
    usable: Sequence[Refuge],
    found: Assignment,
    distance_m: LongArray,
) -> tuple[Refuge, ...]:
    """Return every shelter with the people sent there, and which of them nobody can walk to."""
    reached = (distance_m != NO_WAY).any(axis=0) if len(distance_m) else np.ones(len(usable), bool)
    sums = found.placed.sum(axis=0)
    done = {
        (refuge.layer, refuge.id): replace(
            refuge,
            assigned_people=int(sums[i]),
            reason=None if reached[i] else say("No way on foot leads there from inside the zone."),
        )
        for i, refuge in enumerate(usable)
    }
    return tuple(done.get((refuge.layer, refuge.id), refuge) for refuge in shelters)


def _walks(
    units: Inhabited,
    rows: Sequence[int],
    usable: Sequence[Refuge],
    found: Assignment,
    table: WalkTable,
) -> tuple[Walk, ...]:
    walks = []
    for i, j in zip(*(index.tolist() for index in np.nonzero(found.placed)), strict=True):
        row, refuge = rows[i], usable[j]
        column = table.column[refuge.layer, refuge.id]
        walks.append(
            Walk(
                community=units.name(row),
                community_code=_code(units, row),
                shelter_id=refuge.id,
                people=int(found.placed[i, j]),
                distance_m=int(table.distance_m[row, column]),
                walk_s=int(table.walk_s[row, column]),
            )
        )
    return tuple(walks)


def _said(
    exposed: Exposure,
    shelters: Sequence[Refuge],
    usable: Sequence[Refuge],
    numbers: tuple[int, int, int, int],
) -> Sentence:
    """Return whether there is enough room, as a number (够不够疏散?)."""
    demand, placed, spare, longest_m = numbers
    if exposed.people_now is None:
        return say("How many people must leave is not known.")
    if demand == 0:
        return say("Nobody on file is inside the zone now.")
    if not usable:
        if not shelters:
            return say(
                "The register has no shelters: {demand} people have no place.", demand=demand
            )
        return say("No safe shelter can be used: {demand} people have no place.", demand=demand)
    return _room(demand, placed, spare, longest_m)


def _room(demand: int, placed: int, spare: int, longest_m: int) -> Sentence:
    """Return the numbers of a demand that is known, where a shelter can be used."""
    if placed == demand:
        return say(
            "Enough: {demand} people find a place in safe shelters; {spare} places stay free."
            " The longest walk is {longest_m} m.",
            demand=demand,
            spare=spare,
            longest_m=longest_m,
        )
    if spare == 0:
        return say(
            "Not enough: {short} of {demand} people find no place; safe shelters hold {capacity}."
            " The longest walk is {longest_m} m.",
            short=demand - placed,
            demand=demand,
            capacity=placed,
            longest_m=longest_m,
        )
    if placed == 0:
        return say(
            "Not enough: none of {demand} people can walk to a safe shelter; {spare} places stay"
            " free.",
            demand=demand,
            spare=spare,
        )
    return say(
        "Not enough: {short} of {demand} people find no place that they can walk to;"
        " {spare} places stay free. The longest walk is {longest_m} m.",
        short=demand - placed,
        demand=demand,
        spare=spare,
        longest_m=longest_m,
    )
