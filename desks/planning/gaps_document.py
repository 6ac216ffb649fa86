"""Why people are not covered, and which firms are without help, as JSON and as lines."""

from collections.abc import Iterator, Sequence
from typing import Any

from language import Catalogue, say

from .answers import Coverage, Reason
from .firms import FirmGap, FirmsAnswer, NearestTeam
from .method import reach_text

Document = dict[str, Any]

_MS_PER_MIN = 60_000
_TENTHS = 10


def reasons_document(
    coverage: Coverage, reasons: Sequence[Reason], stamp: str, catalogue: Catalogue
) -> Document:
    """Return the reasons as docs/schemas/reasons.schema.json states it."""
    names = {unit.code: unit.name for unit in coverage.communities}
    parents = {unit.code: unit.parent for unit in coverage.communities}
    return {
        "format": 1,
        "stamp": stamp,
        "service": coverage.service.key,
        "within": reach_text(coverage.service),
        "share": coverage.demand.share,
        "reasons": [
            {
                "unit": reason.unit,
                "name": names[reason.unit],
                "parent": parents[reason.unit],
                "kind": reason.kind,
                "people": reason.people,
                "text": catalogue.word(reason.text),
            }
            for reason in reasons
        ],
    }


def reason_lines(
    coverage: Coverage, reasons: Sequence[Reason], catalogue: Catalogue
) -> Iterator[str]:
    """Yield a line for each reason, community by community."""
    names = {unit.code: unit.name for unit in coverage.communities}
    for reason in reasons:
        line = say(
            "{name}: {people:,} people. {why}",
            name=names[reason.unit],
            people=reason.people,
            why=catalogue.word(reason.text),
        )
        yield catalogue.word(line)


def firms_document(found: FirmsAnswer, stamp: str, catalogue: Catalogue) -> Document:
    """Return the firms as docs/schemas/firms.schema.json states it."""
    return {
        "format": 1,
        "stamp": stamp,
        "large": found.large,
        "own_team": found.own_team,
        "agreed": found.agreed,
        "without": [_gap(gap, catalogue) for gap in found.gaps],
        "method": [catalogue.word(said) for said in found.method],
        "cautions": [catalogue.word(said) for said in found.cautions],
    }


def _gap(gap: FirmGap, catalogue: Catalogue) -> Document:
    return {
        "id": gap.id,
        "name": gap.name,
        "subdistrict": gap.subdistrict_code,
        "people": gap.people,
        "why": catalogue.word(gap.why),
        "nearest": None if gap.nearest is None else _team(gap.nearest),
        "unreached": None if gap.unreached is None else catalogue.word(gap.unreached),
    }


def _team(team: NearestTeam) -> Document:
    return {"layer": team.layer, "id": team.id, "name": team.name, "time_ms": team.time_ms}


def firm_lines(found: FirmsAnswer, catalogue: Catalogue) -> Iterator[str]:
    """Yield the counts, a line for each firm without help, and how the times came about."""
    counts = say(
        "Large firms: {large}; with an own team {own}, with an agreement {agreed}, without "
        "either {without}.",
        large=found.large,
        own=found.own_team,
        agreed=found.agreed,
        without=len(found.gaps),
    )
    yield catalogue.word(counts)
    for gap in found.gaps:
        yield f"{gap.id} {gap.name}: {catalogue.word(gap.why)} {_nearest(gap, catalogue)}".rstrip()
    for said in (*found.method, *found.cautions):
        yield catalogue.word(said)


def _nearest(gap: FirmGap, catalogue: Catalogue) -> str:
    if gap.nearest is None:
        return "" if gap.unreached is None else catalogue.word(gap.unreached)
    tenths = -(-gap.nearest.time_ms * _TENTHS // _MS_PER_MIN)
    told = say(
        "First would be {team}, in {minutes} min.",
        team=gap.nearest.name,
        minutes=f"{tenths // _TENTHS}.{tenths % _TENTHS}",
    )
    return catalogue.word(told)
