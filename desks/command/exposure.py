"""Who and what lies in the governing zones: people by community, receptors, hazards, pipelines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say
from risk.release import ZoneSet

from .answers import Exposure, Guide, ReceptorInside, UnitPeople
from .bands import OUTSIDE, Harm, guide_zone, harm_of
from .domino import domino
from .guide import guide_of, warned
from .pipelines import STRIPS, lines_near
from .population import (
    DAY,
    HOURS,
    NIGHT,
    RULES,
    UNKNOWN,
    Inhabited,
    apportioned,
    counts,
    hour_of,
    inhabited,
    shares,
)
from .refuges import unplaced
from .situation import Incident
from .surroundings import distances_m

BEYOND_SHARE = 0.01
"""From this share of the protective zone on it is said that it leaves the district."""

LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _People:
    """Whole people (26, n) of each unit in each line, in the order of the levels, and in all."""

    levels: tuple[str, ...]
    inside: tuple[LongArray, ...]
    protected: LongArray | None
    touched: NDArray[np.bool_]
    covered_m2: float


def exposure(onemap: OneMap, incident: Incident, zones: ZoneSet) -> Exposure:
    """Return who and what lies in the governing zones, by community, hour and level."""
    units = inhabited(onemap)
    harm = harm_of(zones)
    people = _people(units, harm, incident)
    hour = hour_of(incident.time)
    sums = _sums(units, people)
    lines = lines_near(onemap, incident.at)
    receptors = receptors_inside(onemap, incident, harm)
    return Exposure(
        people_now=None if sums is None else int(sums[hour]),
        people_day=None if sums is None else int(sums[DAY]),
        people_night=None if sums is None else int(sums[NIGHT]),
        spread_people=_spread_people(units, harm, incident, sums),
        by_hour=() if sums is None else tuple(int(count) for count in sums[:HOURS]),
        units=_unit_people(units, people, hour),
        receptors=tuple(receptor for receptor, _ in receptors),
        domino=domino(onemap, incident, zones, harm),
        lines=lines,
        notes=(
            *_people_notes(units, harm, people, incident),
            *_receptor_notes(onemap),
            *_shelter_notes(onemap),
            *_line_notes(lines_found=bool(lines)),
        ),
        guide=_guide(units, (incident, zones, harm), sums, sum(beyond for _, beyond in receptors)),
    )


def _people(units: Inhabited, harm: Harm, incident: Incident) -> _People:
    total = counts(units, incident.time.date())
    levels = [band.level for band in harm.bands]
    within = [shares(units, band.within) for band in harm.bands]
    inside = _cumulated(total, within)
    protected = inside[harm.protective] if harm.protective >= 0 else None
    area = within[harm.protective] if harm.protective >= 0 else np.zeros(len(units.shapes))
    for place, (level, shape) in enumerate(harm.cleared, start=max(harm.protective, 0)):
        people = _cumulated(total, [shares(units, shape)])[0]
        levels.insert(place, level)
        inside.insert(place, people if protected is None else np.minimum(people, protected))
    covered_m2 = float((area * units.area_m2).sum())
    return _People(tuple(levels), tuple(inside), protected, area > 0, covered_m2)


def _cumulated(total: LongArray, within: list[NDArray[np.float64]]) -> list[LongArray]:
    """Return whole people (26, n) within each of the nested shapes, inner never above outer."""
    if not within:
        return []
    edges = np.maximum.accumulate(np.column_stack(within), axis=1).clip(0.0, 1.0)
    rings = np.diff(edges, axis=1, prepend=0.0)
    parts = np.column_stack([rings, 1.0 - edges[:, -1]])
    return list(np.moveaxis(apportioned(total, parts)[:, :, :-1].cumsum(axis=2), 2, 0))


def _sums(units: Inhabited, people: _People) -> LongArray | None:
    """Return the people (26,) of the protective zone, ``None`` where nothing can be counted."""
    if people.protected is None or not (people.touched & units.known).any():
        return None
    sums: LongArray = people.protected.sum(axis=1)
    return sums


def _spread_people(
    units: Inhabited, harm: Harm, incident: Incident, sums: LongArray | None
) -> int | None:
    """Return the people now in the protective zone's spread, the zone itself included."""
    if harm.spread is None or sums is None:
        return None
    hour = hour_of(incident.time)
    total = counts(units, incident.time.date())[hour : hour + 1]
    spread = _cumulated(total, [shares(units, harm.spread)])[0]
    return max(int(spread.sum()), int(sums[hour]))


def _guide(
    units: Inhabited,
    about: tuple[Incident, ZoneSet, Harm],
    sums: LongArray | None,
    receptors: int,
) -> Guide | None:
    """Return who lies within the guidebook's distance where it reaches beyond the zone."""
    incident, zones, harm = about
    ground = warned(zones, harm)
    if sums is None or ground is None or guide_zone(zones) is None:
        return None
    within = _cumulated(counts(units, incident.time.date()), [shares(units, ground)])[0].sum(axis=1)
    people = np.maximum(within, sums)
    hour = hour_of(incident.time)
    counted = int(people[hour]), int(people[DAY]), int(people[NIGHT])
    return guide_of(zones, int(sums[hour]), counted, receptors)


def _unit_people(units: Inhabited, people: _People, hour: int) -> tuple[UnitPeople, ...]:
    return tuple(
        UnitPeople(
            level=level,
            subdistrict=units.subdistricts[row],
            subdistrict_code=units.subdistrict_codes[row],
            community=units.communities[row],
            community_code=units.community_codes[row],
            people_day=int(inside[DAY, row]),
            people_night=int(inside[NIGHT, row]),
            people_now=int(inside[hour, row]),
        )
        for level, inside in zip(people.levels, people.inside, strict=True)
        for row in np.flatnonzero(inside.any(axis=0)).tolist()
    )


def receptors_inside(
    onemap: OneMap, incident: Incident, harm: Harm
) -> tuple[tuple[ReceptorInside, bool], ...]:
    """Return the places with people in any line, nearest first, each with its worst level.

    Beside each stands whether the guidebook alone clears it. Layers that only officials know of
    are not among them.
    """
    found: list[tuple[float, int, int, ReceptorInside, bool]] = []
    for number, spec in enumerate(onemap.layers_for("receptor")):
        if spec.officials:
            continue
        records = onemap.records[spec.key]
        worst = harm.worst(records.xy_m)
        distance_m = distances_m(onemap, spec, incident.at)
        found += [
            (
                float(distance_m[row]),
                number,
                int(records.order[row]),
                ReceptorInside(
                    layer=spec.key,
                    id=records.ids[row],
                    name=records.names[row],
                    kind=records.text("kind", row),
                    at=(float(records.xy_m[row, 0]), float(records.xy_m[row, 1])),
                    distance_m=round(float(distance_m[row])),
                    level=harm.ordered[worst[row]][0],
                    people=records.whole("people", row),
                ),
                bool(worst[row] == harm.guided),
            )
            for row in np.flatnonzero(worst != OUTSIDE).tolist()
        ]
    return tuple(one[3:] for one in sorted(found, key=lambda near: near[:3]))


def _people_notes(
    units: Inhabited, harm: Harm, people: _People, incident: Incident
) -> list[Sentence]:
    protected = harm.protected
    if protected is None:
        return [say("No zone can be told, so who lies in one is not known.")]
    if not len(units.shapes):
        return [say("The register has no communities: how many people are inside is not known.")]
    notes = _unknown_notes(units, people.touched)
    beyond = 1.0 - people.covered_m2 / protected.area if protected.area else 0.0
    if beyond >= BEYOND_SHARE:
        percent = min(round(100 * beyond), 100)
        notes.append(
            say(
                "{percent} % of the protective zone lies outside the communities of the register;"
                " nobody there is counted.",
                percent=percent,
            )
        )
    if harm.cleared:
        notes.append(say("Initial isolation and drawn zones are counted into the protective zone."))
    if people.touched.any():
        notes.append(say("Residents are taken as spread evenly over their community."))
        notes.append(RULES.said(incident.time.date()))
    return notes


def _unknown_notes(units: Inhabited, touched: NDArray[np.bool_]) -> list[Sentence]:
    notes = []
    unknown = np.flatnonzero(touched & ~units.known)
    if len(unknown):
        names = "、".join(units.name(row) for row in unknown.tolist())
        notes.append(
            say(
                "Residents are not on file, and not counted, for {count} of the communities"
                " inside: {names}.",
                count=len(unknown),
                names=names,
            )
        )
    half = np.flatnonzero(
        touched & units.known & ((units.day == UNKNOWN) | (units.night == UNKNOWN))
    )
    if len(half):
        names = "、".join(units.name(row) for row in half.tolist())
        notes.append(
            say(
                "Only the residents of day or night are on file, and stand for every hour,"
                " for {count} of the communities inside: {names}.",
                count=len(half),
                names=names,
            )
        )
    whole = np.flatnonzero(touched & np.array([not name for name in units.communities], np.bool_))
    if len(whole):
        names = "、".join(units.name(row) for row in whole.tolist())
        notes.append(
            say("Residents are on file for the whole subdistrict only: {names}.", names=names)
        )
    return notes


def _receptor_notes(onemap: OneMap) -> list[Sentence]:
    specs = [spec for spec in onemap.layers_for("receptor") if not spec.officials]
    if not specs:
        return [say("The register has no schools, hospitals or other places with many people.")]
    lost = sum(int((~onemap.records[spec.key].placed).sum()) for spec in specs)
    if not lost:
        return []
    return [say("{count} places with many people have no position and may lie inside.", count=lost)]


def _shelter_notes(onemap: OneMap) -> list[Sentence]:
    lost = unplaced(onemap)
    if not lost:
        return []
    return [say("{count} shelters have no position on file: nobody is sent there.", count=lost)]


def _line_notes(*, lines_found: bool) -> list[Sentence]:
    if not lines_found or STRIPS.verified:
        return []
    return [say("The buffers of pipelines are not verified.")]
