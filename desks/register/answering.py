"""Who answers at a point: district, subdistrict, community and enterprise, or which name lacks.

A level is answered by whoever is on its roster that day; where the roster has nobody, by whoever
stands in a register for it, and that is said. Names and telephones are personal: an answer holds
the record they stand in, and they are joined where it is drawn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import shapely

from desks.onemap import OneMap
from desks.records import Records
from language import Catalogue, Sentence, say
from layers import LayerSpec, layer

Level = Literal["district", "subdistrict", "community", "enterprise"]
LEVELS: tuple[tuple[Level, str, Sentence], ...] = (
    ("district", "区", say("District")),
    ("subdistrict", "街道", say("Subdistrict")),
    ("community", "社区", say("Community")),
    ("enterprise", "企业", say("Enterprise")),
)
ENTERPRISE_M = 300.0
"""A firm answers for what happens this near to it, the rim included."""

LEADS = "带班"
"""Whoever leads the shift is named before the others."""

ROSTER = frozenset({"level", "from_date", "until_date"})
BODIES = frozenset({"level", "kinds"})


@dataclass(frozen=True)
class Answer:
    """Who answers at one level.

    ``layer`` and ``id`` are the record in which name and telephone stand, in the column
    ``person``; both "" where nobody is on file. ``missing`` says which name lacks, ``None`` where
    one is there; ``note`` says what else is wrong, such as that the roster names nobody.
    """

    level: Level
    unit: str
    post: str
    layer: str
    id: str
    person: str
    missing: Sentence | None = None
    note: Sentence | None = None


@dataclass(frozen=True)
class Answering:
    """The four levels at a point in metres, on one day; names of the units it lies in."""

    at: tuple[float, float]
    on: date | None
    subdistrict: str
    community: str
    answers: tuple[Answer, ...]

    @property
    def missing(self) -> tuple[Answer, ...]:
        """Return the levels at which nobody answers."""
        return tuple(answer for answer in self.answers if answer.missing is not None)


@dataclass(frozen=True)
class _Place:
    """Where the point lies: (code, name) of its units, "" for none, and the firm beside it."""

    subdistrict: tuple[str, str]
    community: tuple[str, str]
    firm: tuple[LayerSpec, int] | None
    firm_name: str


def answering(onemap: OneMap, at: tuple[float, float], *, on: date | None = None) -> Answering:
    """Return who answers at a point (x, y in metres of the map) on a day, by default the map's.

    Always four answers, from the district down; of each level the first on duty.
    """
    day = on or onemap.as_of
    place = _place(onemap, at)
    answers = tuple(_answer(onemap, level, word, place, day) for level, word, _ in LEVELS)
    return Answering(at, day, place.subdistrict[1], place.community[1], answers)


def _place(onemap: OneMap, at: tuple[float, float]) -> _Place:
    subdistrict = _unit_at(onemap, "subdistrict", at, "")
    community = _unit_at(onemap, "community", at, subdistrict[0])
    firm = _firm_at(onemap, at)
    name = ""
    if firm is not None:
        records = onemap.records[firm[0].key]
        name = records.text("firm", firm[1]) or records.names[firm[1]]
    return _Place(subdistrict, community, firm, name)


def _unit_at(onemap: OneMap, unit: str, at: tuple[float, float], within: str) -> tuple[str, str]:
    """Return code and name of the unit; on a border the lowest code, within one subdistrict."""
    if unit not in onemap.records:
        return "", ""
    records = onemap.records[unit]
    found = onemap.shape_trees[unit].query(shapely.Point(at), predicate="intersects")
    inside = [
        (records.ids[row], records.names[row])
        for row in found.tolist()
        if not within or records.text("subdistrict_code", row) in {"", within}
    ]
    return min(inside, default=("", ""))


def _firm_at(onemap: OneMap, at: tuple[float, float]) -> tuple[LayerSpec, int] | None:
    """Return the nearest source of risk or firm within 300 m, ties by layer and id."""
    near: list[tuple[float, int, int, tuple[LayerSpec, int]]] = []
    for number, spec in enumerate(onemap.layers_for("hazard", "place")):
        columns = {column.key for column in spec.columns}
        if spec.purpose != "hazard" and "uscc" not in columns:
            continue
        records = onemap.records[spec.key]
        if spec.geometry == "point":
            away = ((records.xy_m - at) ** 2).sum(axis=1) ** 0.5
        else:
            away = shapely.distance(onemap.shapes[spec.key], shapely.Point(at))
        near += [
            (float(away[row]), number, int(records.order[row]), (spec, row))
            for row in (away <= ENTERPRISE_M).nonzero()[0].tolist()
        ]
    return min(near)[-1] if near else None


def _answer(onemap: OneMap, level: Level, word: str, place: _Place, day: date | None) -> Answer:
    unit = _unit_name(onemap, level, place)
    if not unit:
        return Answer(level, "", "", "", "", "", missing=NO_UNIT[level])
    own = _is_for(level, place)
    shifts = list(_shifts(onemap, word, own))
    today = [one for one in shifts if day is not None and _covers(*one, day)]
    named = [one for one in today if one[1].value("has_contact", one[2])]
    if named:
        return _on_duty(level, unit, min(named, key=_leads_first))
    note = _gap(today=bool(today), ever=bool(shifts))
    stands = _standing(onemap, level, word, place, own)
    if stands is not None:
        spec, row, person = stands
        records = onemap.records[spec.key]
        return Answer(
            level, unit, records.names[row], spec.key, records.ids[row], person, note=note
        )
    return Answer(level, unit, "", "", "", "", missing=note)


def _gap(*, today: bool, ever: bool) -> Sentence:
    if today:
        return say("The roster has a line for that day, but no name in it.")
    if ever:
        return say("The roster does not cover that day.")
    return say("The roster names nobody for it.")


NO_UNIT: dict[Level, Sentence] = {
    "district": say("The map has no name."),
    "subdistrict": say("The point lies in no subdistrict."),
    "community": say("The point lies in no community."),
    "enterprise": say("No firm or source of risk lies within {radius_m} m.", radius_m=300),
}


def _unit_name(onemap: OneMap, level: Level, place: _Place) -> str:
    names = {
        "district": onemap.name_zh,
        "subdistrict": place.subdistrict[1],
        "community": place.community[1],
        "enterprise": place.firm_name,
    }
    return names[level]


_Test = Callable[[Records, int], bool]
_Shift = tuple[LayerSpec, Records, int]


def _is_for(level: Level, place: _Place) -> _Test:
    """Return the test whether a row answers for the place: what it states, else where it lies."""

    def own(records: Records, row: int) -> bool:
        if level == "district":
            return True
        if level == "enterprise":
            stated = records.text("duty_unit", row) or records.names[row]
            return place.firm_name in {stated, records.names[row]}
        code, name = place.subdistrict if level == "subdistrict" else place.community
        stated = records.text(level, row)
        if level == "community" and records.text("subdistrict", row):
            inside = records.text("subdistrict", row) in set(place.subdistrict)
        else:
            inside = True
        if stated:
            return inside and stated in {code, name}
        return records.text(f"{level}_code", row) == code

    return own


def _shifts(onemap: OneMap, word: str, own: _Test) -> Iterator[_Shift]:
    """Yield the lines of the rosters for that level and place, whatever their days."""
    for key, records in onemap.records.items():
        spec = layer(key)
        if {column.key for column in spec.columns} >= ROSTER:
            for row in range(len(records.ids)):
                if records.text("level", row) == word and own(records, row):
                    yield spec, records, row


def _covers(_spec: LayerSpec, records: Records, row: int, day: date) -> bool:
    """Return whether the line is for that day; without a beginning or an end it is open there."""
    first, last = records.text("from_date", row), records.text("until_date", row)
    told = day.isoformat()
    return (not first or first <= told) and (not last or told <= last)


def _leads_first(shift: _Shift) -> tuple[bool, int]:
    _, records, row = shift
    return LEADS not in records.text("post", row), int(records.order[row])


def _on_duty(level: Level, unit: str, shift: _Shift) -> Answer:
    spec, records, row = shift
    post = records.text("post", row) or records.names[row]
    body = records.text("duty_unit", row) or unit
    return Answer(level, body, post, spec.key, records.ids[row], "contact")


def _standing(
    onemap: OneMap, level: Level, word: str, place: _Place, own: _Test
) -> tuple[LayerSpec, int, str] | None:
    """Return who stands in a register for the level: a body's contact, a firm's own person."""
    if level == "enterprise":
        return _of_firm(onemap, place)
    for key, records in onemap.records.items():
        spec = layer(key)
        if not {column.key for column in spec.columns} >= BODIES:
            continue
        fitting = [
            row
            for row in range(len(records.ids))
            if records.text("level", row) == word
            and own(records, row)
            and records.value("has_contact", row)
        ]
        if fitting:
            return spec, min(fitting, key=lambda row: int(records.order[row])), "contact"
    return None


def _of_firm(onemap: OneMap, place: _Place) -> tuple[LayerSpec, int, str] | None:
    if place.firm is None:
        return None
    spec, row = place.firm
    records = onemap.records[spec.key]
    for person in ("responsible_person", "contact"):
        if records.value(f"has_{person}", row):
            return spec, row, person
    return None


def answering_document(onemap: OneMap, found: Answering, catalogue: Catalogue) -> dict[str, Any]:
    """Return the answers as docs/schemas/answering.schema.json states them: nothing personal."""
    lon, lat = onemap.to_degrees(*found.at)
    return {
        "format": 1,
        "at": [round(lon, 7), round(lat, 7)],
        "on": found.on.isoformat() if found.on else None,
        "subdistrict": found.subdistrict,
        "community": found.community,
        "answers": [
            {
                "level": answer.level,
                "unit": answer.unit,
                "post": answer.post,
                "layer": answer.layer,
                "id": answer.id,
                "person": answer.person,
                "missing": _worded(answer.missing, catalogue),
                "note": _worded(answer.note, catalogue),
            }
            for answer in found.answers
        ],
    }


def _worded(sentence: Sentence | None, catalogue: Catalogue) -> str | None:
    return None if sentence is None else catalogue.word(sentence)


def answering_lines(found: Answering, catalogue: Catalogue) -> Iterator[str]:
    """Yield one line per level for a terminal, without names of people."""
    titles = {level: title for level, _, title in LEVELS}
    for answer in found.answers:
        said = answer.missing or answer.note
        told = f"{answer.unit} · {answer.post}" if answer.id else answer.unit or "—"
        mark = "✕ " if answer.missing else "▲ " if answer.note else ""
        rest = f" · {mark}{catalogue.word(said)}" if said else ""
        where = f" [{answer.layer} {answer.id}]" if answer.id else ""
        yield f"{catalogue.word(titles[answer.level])}: {told}{where}{rest}"
