"""Who answers at each level: enterprise, subdistrict, district, city; and who is missing."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from desks.onemap import OneMap
from desks.records import Records
from language import say
from layers import LayerSpec
from risk import IncidentKind

from .situation import Answerable, Place, Point
from .surroundings import distances_m

ENTERPRISE_M = 300
"""A firm answers for an incident on its site or this close to it, the rim included."""

LISTED = frozenset({"level", "kinds"})
"""The columns by which a layer of places is one of bodies that answer."""

LEVELS = {
    "enterprise": say("Enterprise"),
    "subdistrict": say("Subdistrict"),
    "district": say("District"),
    "city": say("City"),
}
MISSING = {
    "enterprise": say("No firm is registered within {radius_m} m.", radius_m=ENTERPRISE_M),
    "subdistrict": say("No department of this subdistrict is registered."),
    "district": say("No district department is registered for this kind of incident."),
    "city": say("No city department is registered."),
}

Row = tuple[LayerSpec, int]


def escalation(
    onemap: OneMap, at: Point, place: Place, kind: IncidentKind
) -> tuple[Answerable, ...]:
    """Return who answers, from the enterprise up; each level is there or says it is missing.

    The three levels of the plans (row S2-4) are enterprise, subdistrict and city; the district
    stands between them. Enterprise: the nearest hazard or listed firm within 300 m. Subdistrict:
    its own departments. District: the departments for this kind of incident. City: all of them.
    """
    firm = _nearest_firm(onemap, at)
    found: dict[str, list[Row]] = {
        "enterprise": [firm] if firm else [],
        "subdistrict": list(_departments(onemap, "街道", own_of(place))),
        "district": list(_departments(onemap, "区", _for_kind(kind))),
        "city": list(_departments(onemap, "市", _for_kind(kind))),
    }
    return tuple(answer for level in LEVELS for answer in _answers(onemap, level, found[level]))


def _answers(onemap: OneMap, level: str, rows: list[Row]) -> Iterable[Answerable]:
    if not rows:
        return [Answerable(level, "", "", "", MISSING[level])]
    return [
        Answerable(level, spec.key, records.ids[row], _called(records, row), None)
        for spec, row in rows
        for records in (onemap.records[spec.key],)
    ]


def _called(records: Records, row: int) -> str:
    return records.text("firm", row) or records.names[row]


def _nearest_firm(onemap: OneMap, at: Point) -> Row | None:
    """Return the nearest hazard or firm on the list of bodies within the radius."""
    near: list[tuple[float, int, int, Row]] = []
    for number, spec in enumerate(onemap.layers_for("hazard", "place")):
        records = onemap.records[spec.key]
        if spec.purpose == "place" and not set(records.columns) >= LISTED:
            continue
        distance_m = distances_m(onemap, spec, at)
        if spec.purpose == "place":
            firms = [level == "企业" for level in records.columns["level"]]
            distance_m = np.where(firms, distance_m, np.inf)
        near += [
            (float(distance_m[row]), number, int(records.order[row]), (spec, row))
            for row in (distance_m <= ENTERPRISE_M).nonzero()[0].tolist()
        ]
    return min(near)[-1] if near else None


def _departments(
    onemap: OneMap, level: str, wanted: Callable[[Records, int], bool]
) -> Iterator[Row]:
    """Yield the bodies of that level: rows of places that state a level and kinds of incident."""
    for spec in onemap.layers_for("place"):
        records = onemap.records[spec.key]
        if set(records.columns) >= LISTED:
            for row in sorted(range(len(records.ids)), key=records.order.__getitem__):
                if records.text("level", row) == level and wanted(records, row):
                    yield spec, row


def own_of(place: Place) -> Callable[[Records, int], bool]:
    """Return the test for the place's own bodies: stated subdistrict, else position."""

    def own(records: Records, row: int) -> bool:
        if not place.inside:
            return False
        stated = records.text("subdistrict", row)
        if stated:
            return stated in {place.subdistrict, place.subdistrict_code}
        return records.text("subdistrict_code", row) == place.subdistrict_code

    return own


def _for_kind(kind: IncidentKind) -> Callable[[Records, int], bool]:
    """Return the test for bodies that state this kind of incident, or none."""

    def called(records: Records, row: int) -> bool:
        kinds = records.value("kinds", row)
        stated = kinds if isinstance(kinds, tuple) else ()
        if kind.any_team or not stated:
            return True
        return any(word in text for word in kind.department_words for text in stated)

    return called
