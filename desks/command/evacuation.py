"""Who walks where: people of the protective zone to safe shelters, exact in people and metres."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say
from risk.release import ZoneSet

from .answers import Evacuation, Exposure, Refuge, Walk
from .assigning import NO_WAY, Assignment, assign
from .bands import harm_of
from .nearing import marked
from .population import Inhabited, inhabited
from .refuges import WALK, refuges
from .situation import Incident
from .walking import WalkTable, walk_table

NAMED = 3
"""Communities that the answer names; the rest is counted."""

LongArray = NDArray[np.int64]


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
    near_m = np.where(distance_m <= WALK.longest_m, distance_m, NO_WAY)
    found = assign(people[rows], capacity, near_m)
    placed = int(found.placed.sum())
    spare = int(capacity.sum()) - placed
    longest_m = int(distance_m[found.placed > 0].max(initial=0))
    short = tuple(
        (units.name(row), _code(units, row), many)
        for row, many in zip(rows.tolist(), found.short.tolist(), strict=True)
        if many
    )
    return Evacuation(
        demand_people=int(people.sum()),
        placed_people=placed,
        spare_people=spare,
        refuges=_assigned(shelters, usable, found, distance_m),
        walks=_past(onemap, incident, zones, table, _walks(units, rows, usable, found, table)),
        short=short,
        said=_said(
            exposed, shelters, usable, Room(int(people.sum()), placed, spare, longest_m, short)
        ),
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
    rows: LongArray,
    usable: Sequence[Refuge],
    found: Assignment,
    table: WalkTable,
) -> list[tuple[int, Walk]]:
    """Return who walks where, the row of the unit in the table beside each."""
    walks = []
    for i, j in zip(*(index.tolist() for index in np.nonzero(found.placed)), strict=True):
        row, refuge = int(rows[i]), usable[j]
        column = table.column[refuge.layer, refuge.id]
        walk = Walk(
            community=units.name(row),
            community_code=_code(units, row),
            shelter_id=refuge.id,
            people=int(found.placed[i, j]),
            distance_m=int(table.distance_m[row, column]),
            walk_s=int(table.walk_s[row, column]),
            shelter_layer=refuge.layer,
        )
        walks.append((row, walk))
    return walks


def _past(
    onemap: OneMap,
    incident: Incident,
    zones: ZoneSet,
    table: WalkTable,
    walks: list[tuple[int, Walk]],
) -> tuple[Walk, ...]:
    """Return the walks, those marked that lead past the source."""
    ground = harm_of(zones).protected
    if ground is None:
        return tuple(walk for _, walk in walks)
    return marked(onemap, ground, incident.at, table, walks)


@dataclass(frozen=True)
class Room:
    """The numbers of the answer: people and metres; ``short`` as in ``Evacuation``."""

    demand: int
    placed: int
    spare: int
    longest_m: int
    short: tuple[tuple[str, str, int], ...]


def _said(
    exposed: Exposure, shelters: Sequence[Refuge], usable: Sequence[Refuge], room: Room
) -> Sentence:
    """Return whether there is enough room, as a number (够不够疏散?)."""
    if exposed.people_now is None:
        return say("How many people must leave is not known.")
    if room.demand == 0:
        return say("Nobody on file is inside the zone now.")
    if not usable:
        if not shelters:
            return say(
                "The register has no shelters: {demand} people have no place.", demand=room.demand
            )
        return say("No safe shelter can be used: {demand} people have no place.",
                   demand=room.demand)  # fmt: skip
    return _enough(room)


def _enough(room: Room) -> Sentence:
    """Return the numbers of a demand that is known, where a shelter can be used."""
    numbers: dict[str, int] = {
        "demand": room.demand,
        "longest_m": room.longest_m,
        "spare": room.spare,
    }
    if room.placed == room.demand:
        return say(
            "Enough: {demand} people find a place in safe shelters; {spare} places stay free."
            " The longest walk is {longest_m} m.",
            **numbers,
        )
    numbers["short"] = room.demand - room.placed
    names = _short_names(room.short)
    if room.spare == 0:
        return say(
            "Not enough: {short} of {demand} people find no place ({names}); safe shelters hold"
            " {capacity}. The longest walk is {longest_m} m.",
            capacity=room.placed,
            names=names,
            **numbers,
        )
    limit_m = round(WALK.longest_m)
    if room.placed == 0:
        return say(
            "Not enough: none of {demand} people ({names}) can walk to a safe shelter within"
            " {limit_m} m; {spare} places stay free farther off, for who is driven there.",
            limit_m=limit_m,
            names=names,
            **numbers,
        )
    return say(
        "Not enough: {short} of {demand} people ({names}) find no place within {limit_m} m on"
        " foot; {spare} places stay free farther off, for who is driven there. The longest walk"
        " is {longest_m} m.",
        limit_m=limit_m,
        names=names,
        **numbers,
    )


def _short_names(short: Sequence[tuple[str, str, int]]) -> str:
    """Return the communities with most people without a place; the rest is counted."""
    most = sorted(short, key=lambda one: (-one[2], one[1]))
    shown = "、".join(f"{name} {many}" for name, _, many in most[:NAMED])
    return shown if len(short) <= NAMED else f"{shown} (+{len(short) - NAMED})"
