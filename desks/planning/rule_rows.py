"""Which rows of the district a rule speaks of, unit by unit, and which nobody can tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from desks.command.population import UNKNOWN, inhabited
from desks.onemap import OneMap
from desks.records import Records
from language import Sentence, say
from layers import ColumnSpec, layer

from .answers import RuleResult
from .pack_checks import Units
from .packs import Selection
from .places import named

DISTRICT = ""
_UNIT_COLUMN = {"subdistrict": "subdistrict_code", "community": "community_code"}


@dataclass(frozen=True)
class Held:
    """How one unit stands to a rule, and the evidence; ``unit`` is "" for the district."""

    unit: str
    name: str
    result: RuleResult
    evidence: tuple[Sentence, ...]


@dataclass(frozen=True)
class Picked:
    """Row numbers of a layer: those that surely are meant, and those that may be."""

    records: Records
    sure: tuple[int, ...]
    maybe: tuple[int, ...]

    def named(self, rows: Sequence[int]) -> str:
        """Return the first names with ids, and how many more there are; "—" for none."""
        shown = [f"{self.records.names[row]} {self.records.ids[row]}" for row in rows]
        return named(shown) if shown else "—"


def lacking(onemap: OneMap, selection: Selection, *columns: str) -> Sentence | None:
    """Return why the layer cannot be judged: it, or a column it is judged by, is not on file."""
    records = onemap.records.get(selection.layer)
    if records is None:
        return no_layer(selection.layer)
    for column in (*(column for column, _ in selection.where), *columns):
        if not any(value not in (None, "", ()) for value in records.columns.get(column, ())):
            return say(
                "The layer {layer} has no {column} on file.",
                layer=layer(selection.layer).title_en,
                column=column_title(selection.layer, column),
            )
    return None


def no_layer(key: str) -> Sentence:
    """Return that the district has no such layer, named by its title."""
    return say("The district has no layer {layer}.", layer=layer(key).title_en)


def column_title(key: str, column: str) -> str:
    """Return the English title of a layer's column, which is worded; its key where none is."""
    found = declared(key, column)
    return column if found is None else found.title_en


def declared(key: str, column: str) -> ColumnSpec | None:
    """Return the layer's column, ``None`` where the catalogue has no such column."""
    return next((one for one in layer(key).columns if one.key == column), None)


def pick(onemap: OneMap, selection: Selection, unit: str, units: Units) -> Picked:
    """Return the rows of the selection in the unit; "" is the whole district."""
    records = onemap.records[selection.layer]
    sure, maybe = [], []
    for row in sorted(range(len(records.ids)), key=records.order.__getitem__):
        if unit and records.text(_UNIT_COLUMN[units], row) != unit:
            continue
        meant = _meant(records, row, selection)
        if meant is None:
            maybe.append(row)
        elif meant:
            sure.append(row)
    return Picked(records, tuple(sure), tuple(maybe))


def _meant(records: Records, row: int, selection: Selection) -> bool | None:
    """Return whether a row is meant, ``None`` where a column that decides it is empty."""
    unknown = False
    for column, values in selection.where:
        own = records.value(column, row)
        if own in (None, "", ()):
            unknown = True
        elif not set(own if isinstance(own, tuple) else (str(own),)) & set(values):
            return False
    return None if unknown else True


def units_of(onemap: OneMap, units: Units) -> Mapping[str, str]:
    """Return code and name of every unit by code; the district's own is "" with its name."""
    if units == "district":
        return {DISTRICT: onemap.name_zh}
    records = onemap.records.get(units)
    if records is None:
        return {}
    return dict(sorted(zip(records.ids, records.names, strict=True)))


def residents(onemap: OneMap) -> Mapping[str, int | None]:
    """Return the residents by night of every unit and of the district (""), ``None`` unknown.

    A unit of which a part is unknown is unknown itself: half a sum would make rules pass.
    """
    return onemap.once(_residents)


def _residents(onemap: OneMap) -> Mapping[str, int | None]:
    units = inhabited(onemap)
    people = np.where(units.night == UNKNOWN, units.day, units.night)
    found: dict[str, int | None] = {DISTRICT: 0}
    for row, known in enumerate(units.known.tolist()):
        own = int(people[row]) if known else None
        for code in {DISTRICT, units.subdistrict_codes[row], units.community_codes[row]}:
            before = found.get(code, 0)
            found[code] = None if own is None or before is None else before + own
    return found if len(units.known) else {DISTRICT: None}


def what(selection: Selection) -> str:
    """Return the values that a row must hold, for sentences: "室外 固定 中心"."""
    return (
        " ".join(value for _, values in selection.where for value in values)
        or layer(selection.layer).title_en
    )


def undecided(unit: str, name: str, why: Sentence) -> Held:
    """Return that the rule cannot be assessed for the unit, and why."""
    return Held(unit, name, "not_assessable", (why,))
