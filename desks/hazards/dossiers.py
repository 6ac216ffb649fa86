"""The five-field dossier of each source of risk, and how complete they are (row S1-6)."""

from collections.abc import Iterable

from desks.onemap import OneMap
from desks.register.counts import units_of
from language import Sentence, say
from layers import layer
from risk.gb18218 import LEVEL_SAID, told

from .impact import own_zones, surroundings_of
from .parts import (
    FIELD_TITLES,
    Completeness,
    Dossier,
    Field,
    FieldKey,
    Graded,
    HazardGrade,
    Surroundings,
)

NAMED = 5
"""So many receptors are named, the nearest; the others are counted."""


def dossier(onemap: OneMap, hazard: HazardGrade) -> Dossier:
    """Return the five fields of one source; the surroundings are computed, the rest as filed."""
    around = surroundings_of(onemap, hazard.layer, hazard.id)
    fields = (
        _position(onemap, hazard),
        _danger(hazard, around),
        _surroundings(around),
        _filed(onemap, hazard, "measures", "measure"),
        _filed(onemap, hazard, "responsible", "responsible_unit"),
    )
    return Dossier(
        hazard.layer, hazard.id, hazard.name, hazard.subdistrict, hazard.subdistrict_code,
        fields, hazard, around,
    )  # fmt: skip


def dossiers(onemap: OneMap, found: Graded) -> tuple[Dossier, ...]:
    """Return the dossier of every graded hazard, in its order."""
    return tuple(dossier(onemap, hazard) for hazard in found.hazards)


def gaps(onemap: OneMap, hazard: HazardGrade) -> tuple[FieldKey, ...]:
    """Return the fields with a gap, without working out who lives in the zone."""
    zone = own_zones(onemap)[hazard.layer, hazard.id]
    lacking: dict[FieldKey, bool] = {
        "position": hazard.at is None or not hazard.subdistrict_code,
        "danger": not hazard.units and not zone.substance,
        "surroundings": zone.reach_m is None,
        "measures": not _cell(onemap, hazard, "measure"),
        "responsible": not _cell(onemap, hazard, "responsible_unit"),
    }
    return tuple(key for key in FIELD_TITLES if lacking[key])


def completeness(onemap: OneMap, found: Graded) -> tuple[Completeness, ...]:
    """Return per subdistrict how many dossiers are full, then those in none, then the whole.

    The sources add up exactly; a share is cut, so that 100 stands only where all are full.
    """
    lacking = {(h.layer, h.id): gaps(onemap, h) for h in found.hazards}
    units = list(units_of(onemap))
    known = {code for code, _ in units}
    rows = [
        _complete(code, name, [h for h in found.hazards if h.subdistrict_code == code], lacking)
        for code, name in units
    ]
    outside = [h for h in found.hazards if h.subdistrict_code not in known]
    if outside:
        rows.append(_complete("", "", outside, lacking))
    rows.append(_complete("*", "*", list(found.hazards), lacking))
    return tuple(rows)


def _complete(
    code: str,
    name: str,
    hazards: Iterable[HazardGrade],
    lacking: dict[tuple[str, str], tuple[FieldKey, ...]],
) -> Completeness:
    missing = [lacking[h.layer, h.id] for h in hazards]
    full = {key: sum(key not in one for one in missing) for key in FIELD_TITLES}
    complete = sum(not one for one in missing)
    share = (1000 * complete // len(missing)) / 10 if missing else None
    return Completeness(code, name, len(missing), complete, full, share)


def _position(onemap: OneMap, hazard: HazardGrade) -> Field:
    address = _cell(onemap, hazard, "address")
    lines = [say("{address}", address=address)] if address else []
    if hazard.at is None:
        return Field("position", tuple(lines), say("No position is on file."))
    lon, lat = onemap.to_degrees(*hazard.at)
    community = _cell(onemap, hazard, "community")
    lines.append(
        say("{subdistrict} {community}, {lon}, {lat}", subdistrict=hazard.subdistrict,
            community=community, lon=f"{lon:.6f}", lat=f"{lat:.6f}")
    )  # fmt: skip
    gap = None if hazard.subdistrict_code else say("It lies in no subdistrict on file.")
    return Field("position", tuple(lines), gap)


def _danger(hazard: HazardGrade, around: Surroundings) -> Field:
    lines: list[Sentence] = []
    for unit in hazard.units:
        lines += [
            say("{what}, {tonnes} t", what=line.what, tonnes=told(line.quantity_t))
            for line in unit.grade.lines
        ]
        lines += [say("{what}, not in the tables", what=what) for what in unit.grade.unknown]
    if hazard.level is not None and hazard.units:
        lines.append(say("GB 18218-2018: {level}", level=LEVEL_SAID[hazard.level].template))
    if hazard.declared:
        lines.append(say("declared as {grade}", grade=hazard.declared))
    if hazard.kind:
        lines.append(say("{kind}", kind=hazard.kind))
    held = hazard.units or around.zone.substance
    return Field("danger", tuple(lines), None if held else say("What it holds is not on file."))


def _surroundings(around: Surroundings) -> Field:
    zone = around.zone
    if zone.reach_m is None:
        return Field("surroundings", (), zone.said)
    lines = [zone.said]
    if around.people_day is None or around.people_night is None:
        lines.append(say("How many people are in it is not known."))
    else:
        lines.append(
            say("{day:,} people by day, {night:,} by night", day=around.people_day,
                night=around.people_night)
        )  # fmt: skip
    counted: dict[str, int] = {}
    for near in around.receptors:
        counted[near.layer] = counted.get(near.layer, 0) + 1
    lines += [
        say("{layer}: {count}", layer=layer(key).title_en, count=count)
        for key, count in counted.items()
    ]
    lines += [
        say("{name}, {distance_m} m", name=near.name, distance_m=near.distance_m)
        for near in around.receptors[:NAMED]
    ]
    return Field("surroundings", (*lines, *around.notes), None)


def _filed(onemap: OneMap, hazard: HazardGrade, key: FieldKey, column: str) -> Field:
    text = _cell(onemap, hazard, column)
    if text:
        return Field(key, (say("{text}", text=text),), None)
    return Field(key, (), say("It is not on file."))


def _cell(onemap: OneMap, hazard: HazardGrade, column: str) -> str:
    row = onemap.row_of(hazard.layer, hazard.id)
    return onemap.records[hazard.layer].text(column, row).strip()
