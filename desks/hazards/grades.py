"""The grade and colour of every hazard: a pure function of the map and of the overrides."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from desks.command.boundaries import ground
from desks.command.stored import held_by
from desks.onemap import OneMap
from desks.records import Records
from language import Sentence, say
from layers import LayerSpec
from risk.four_colours import COLOURS, Pack, Scored, colour_of
from risk.gb18218 import grade, gravity
from risk.gb18218_parts import Grade, Stored

from .parts import Graded, HazardGrade, Override, Residents, UnitGrade
from .residents import exact, residents_near

FINE = {"hazard", "declared_risk"}
UnitKey = tuple[str, str]


def graded(
    onemap: OneMap, overrides: Iterable[Override] = (), *, pack: Pack | None = None
) -> Graded:
    """Return every hazard with a place of its own, the gravest first; nothing is kept elsewhere.

    Change the stock, the boundary or the residents, and the next map gives another answer.
    """
    kept = {(one.layer, one.id): one for one in overrides}
    found = [_overridden(one, kept.pop((one.layer, one.id), None), pack)
             for one in onemap.once(_computed)]  # fmt: skip
    notes = [
        say("An override names a hazard that is not on the map: {layer} {id}.", layer=layer, id=key)
        for layer, key in kept
    ]
    if "pipeline" in onemap.records:
        notes.append(say("Pipelines are outside GB 18218-2018 and are not graded."))
    return Graded(tuple(sorted(found, key=_order)), tuple(notes))


def _order(one: HazardGrade) -> tuple[int, int, float, str, str]:
    colour = len(COLOURS) if one.colour is None else COLOURS.index(one.colour)
    worst = one.worst
    r = 0.0 if worst is None else worst.grade.r or worst.grade.s
    return colour, -gravity(one.level or 0), -r, one.layer, one.id


def _computed(onemap: OneMap) -> tuple[HazardGrade, ...]:
    """Return every hazard as computed, in the order of layers and rows."""
    return tuple(
        _hazard(onemap, spec, row)
        for spec in onemap.layers_for("hazard")
        if spec.geometry == "point"
        for row in range(len(onemap.records[spec.key].ids))
    )


def _hazard(onemap: OneMap, spec: LayerSpec, row: int) -> HazardGrade:
    records = onemap.records[spec.key]
    record_id = records.ids[row]
    stocks, notes = _stocks(onemap, spec, row)
    place = ground(onemap, spec.key, record_id)
    residents = residents_near(onemap, place) if stocks else Residents(None, "", (), ())
    units = _units(stocks, residents)
    if not stocks:
        notes.append(say("No stock is on file: it cannot be graded."))
    return HazardGrade(
        layer=spec.key,
        id=record_id,
        name=records.names[row],
        firm=records.text("firm", row),
        kind=records.text("kind", row),
        subdistrict=records.text("subdistrict", row),
        subdistrict_code=records.text("subdistrict_code", row),
        at=_at(records, row),
        declared=records.text("grade", row),
        residents=residents,
        units=units,
        computed=_level(units),
        override=None,
        level=_level(units),
        colour=None,
        colour_why=say("not coloured yet"),
        colour_verified=False,
        notes=tuple(notes),
        scored=_scored(records, row),
    )


def _at(records: Records, row: int) -> tuple[float, float] | None:
    if not records.placed[row]:
        return None
    return float(records.xy_m[row, 0]), float(records.xy_m[row, 1])


def _scored(records: Records, row: int) -> Scored:
    values = [records.value(f"lec_{key}", row) for key in "lec"]
    likelihood, exposure, consequence = (
        float(value) if isinstance(value, int | float) else None for value in values
    )
    return Scored(
        lec=(likelihood, exposure, consequence),
        matrix=(records.whole("matrix_l", row), records.whole("matrix_s", row)),
        declared=records.text("grade", row),
    )


def _stocks(
    onemap: OneMap, spec: LayerSpec, row: int
) -> tuple[Mapping[UnitKey, list[Stored]], list[Sentence]]:
    """Return what each unit holds as filed; for stations what the layer's rule makes of them."""
    key, record_id = f"{spec.key}.substance", onemap.records[spec.key].ids[row]
    stocks: dict[UnitKey, list[Stored]] = {}
    notes: list[Sentence] = []
    values = onemap.child_values.get(key, {})
    rows = onemap.child_rows[key].get(record_id, ()) if key in onemap.child_rows else ()
    for number in rows:
        unit = (_cell(values, "unit", number), _cell(values, "unit_kind", number))
        tonnes = values["quantity_t"][number]
        what = _cell(values, "substance", number)
        held = Stored(what, float(tonnes) if isinstance(tonnes, int | float) else None)
        stocks.setdefault(unit, []).append(held)
    if ("", "") in stocks:
        notes.append(say("No unit is on file for some of the stock; it counts as one unit."))
    if not stocks:
        ruled = [Stored(held.name, held.quantity_t) for held in held_by(onemap, spec.key, row)]
        if ruled:
            stocks["", ""] = ruled
            notes.append(say("The stock follows from the size on file by a rule, not verified."))
    return stocks, notes


def _cell(values: Mapping[str, tuple[object, ...]], column: str, number: int) -> str:
    cells = values.get(column)
    cell = cells[number] if cells is not None else ""
    return cell if isinstance(cell, str) else ""


def _units(stocks: Mapping[UnitKey, list[Stored]], residents: Residents) -> tuple[UnitGrade, ...]:
    """Return the units, the gravest first."""
    sure = exact(residents) or residents.people is None
    found = [
        UnitGrade(
            unit,
            kind,
            grade(held, residents.people),
            None if sure else grade(held, residents.people, alpha_step=-1),
            None if sure else grade(held, residents.people, alpha_step=1),
        )
        for (unit, kind), held in stocks.items()
    ]
    return tuple(sorted(found, key=_gravest))


def _gravest(one: UnitGrade) -> tuple[int, int, float, str, str]:
    found: Grade = one.grade
    size = found.r if found.r is not None else found.s
    return -gravity(found.level or 0), -gravity(found.at_most), -size, one.unit, one.unit_kind


def _level(units: tuple[UnitGrade, ...]) -> int | None:
    """Return the gravest level of the units; ``None`` where one that cannot be told may decide."""
    levels = [one.grade.level for one in units]
    known = [level for level in levels if level]
    if known:
        return min(known)
    return 0 if levels and None not in levels else None


def _overridden(one: HazardGrade, override: Override | None, pack: Pack | None) -> HazardGrade:
    """Return the hazard with the level that counts, and its colour."""
    level = one.computed if override is None else override.level
    found = colour_of(replace(one.scored, level=level), pack)
    return replace(
        one,
        override=override,
        level=level,
        colour=found.colour,
        colour_why=found.why,
        colour_verified=found.verified,
        notes=(*one.notes, *found.notes),
    )
