"""A coverage as JSON and as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from language import Catalogue, Sentence, say

from .answers import DEFINITIONS, NO_WAY, Coverage, Covered, Definition
from .method import reach_text

Document = dict[str, Any]

_TENTHS = 1000


def share_text(part: int, whole: int) -> str | None:
    """Return a share in percent with one decimal, cut: 99.96 is 99.9; ``None`` of nobody."""
    if whole <= 0:
        return None
    tenths = part * _TENTHS // whole
    return f"{tenths // 10}.{tenths % 10}"


def coverage_document(
    coverage: Coverage, catalogue: Catalogue, rules: Sequence[Mapping[str, Any]] | None = None
) -> Document:
    """Return the coverage as docs/schemas/coverage.schema.json states it.

    ``rules`` are answers of a rule pack, already worded; left out where none was asked for.
    """
    service = coverage.service
    document = {
        "format": 1,
        "stamp": coverage.stamp,
        "service": {
            "key": service.key,
            "title": service.title_en if catalogue.language == "en" else service.title_zh,
            "travel": service.travel,
            "within_mm": service.within_mm,
            "within_ms": service.within_ms,
            "source": service.source,
            "verified": service.verified,
        },
        "share": coverage.demand.share,
        "definitions": list(DEFINITIONS),
        "totals": _row(coverage.totals, catalogue),
        "subdistricts": [_row(one, catalogue) for one in coverage.subdistricts],
        "communities": [_row(one, catalogue) for one in coverage.communities],
        "places": _places(coverage),
        "left_out": [
            {"id": one, "reason": catalogue.word(why)} for one, why in coverage.places.left_out
        ],
        "missing": [coverage.demand.units[row].code for row in coverage.demand.missing],
        "method": [catalogue.word(said) for said in coverage.method],
        "cautions": [catalogue.word(said) for said in coverage.cautions],
    }
    return document if rules is None else {**document, "rules": [dict(rule) for rule in rules]}


def _row(row: Covered, catalogue: Catalogue) -> Document:
    """Return a unit: people, people covered and share by definition, reasons where it has none."""
    return {
        "code": row.code,
        "name": row.name,
        "parent": row.parent,
        "people": row.people,
        "people_covered": {d: row.counts[d].people_covered for d in DEFINITIONS},
        "percent": {d: _percent(row, d) for d in DEFINITIONS},
        "reasons": {
            d: catalogue.word(reason)
            for d in DEFINITIONS
            if (reason := row.counts[d].reason) is not None
        },
        "least": row.least,
        "most": row.most,
        "to_nearest": row.to_nearest,
    }


def _percent(row: Covered, definition: Definition) -> str | None:
    covered = row.counts[definition].people_covered
    return None if covered is None else share_text(covered, row.people)


def _places(coverage: Coverage) -> list[Document]:
    """Return each place with its capacity and who is sent there; ``None`` where not applicable."""
    places, table = coverage.places, coverage.unit_reach or coverage.reach
    sent = [0] * len(places.ids)
    if coverage.assigned is not None:
        for place, people in zip(table.place.tolist(), coverage.assigned.tolist(), strict=True):
            sent[place] += people
    return [
        {
            "id": one,
            "name": places.names[row],
            "capacity_people": None
            if places.capacity[row] == NO_WAY
            else int(places.capacity[row]),
            "assigned_people": None if coverage.assigned is None else sent[row],
        }
        for row, one in enumerate(places.ids)
    ]


def coverage_lines(coverage: Coverage, catalogue: Catalogue) -> Iterator[str]:
    """Yield the coverage for a terminal: the district, its subdistricts red first, the method."""
    service = coverage.service
    title = service.title_en if catalogue.language == "en" else service.title_zh
    yield f"{title}  {reach_text(service)}"
    heads = (say("people"), *(TITLES[definition] for definition in DEFINITIONS))
    yield "  ".join(catalogue.word(head) for head in heads)
    yield _line(coverage.totals, catalogue)
    for row in sorted(coverage.subdistricts, key=_redness):
        yield f"  {_line(row, catalogue)}"
    for definition in DEFINITIONS:
        reason = coverage.totals.counts[definition].reason
        if reason is not None:
            yield f"{catalogue.word(TITLES[definition])}: {catalogue.word(reason)}"
    yield from (catalogue.word(said) for said in coverage.cautions)
    yield from (catalogue.word(said) for said in coverage.method)


TITLES: Mapping[Definition, Sentence] = {
    "circle": say("circle"),
    "network": say("network"),
    "capacity": say("with capacity"),
    "safe": say("safe"),
}
"""What the four definitions are called."""


def _redness(row: Covered) -> tuple[int, str]:
    """Return what sorts the least covered first, by the strictest definition that applies."""
    known = [row.counts[d].people_covered for d in DEFINITIONS]
    last = next((one for one in reversed(known) if one is not None), 0)
    return (last * 1_000_000 // row.people if row.people else 1_000_001, row.code)


def _line(row: Covered, catalogue: Catalogue) -> str:
    cells = [row.name or catalogue.word(say("outside")), f"{row.people:,}"]
    for definition in DEFINITIONS:
        covered, percent = row.counts[definition].people_covered, _percent(row, definition)
        if covered is None or percent is None:
            cells.append(catalogue.word(say("not applicable")))
        else:
            cells.append(f"{covered:,} ({percent} %)")
    return "  ".join(cells)
