"""What has to be kept in force: who answers for each source and its next review; filed plans."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from desks.onemap import OneMap
from desks.records import Records
from language import Catalogue, Sentence, say
from layers import LayerSpec, layer

from .counts import units_of
from .scoring import cut, share

FIELDS = ("measure", "responsible_unit", "responsible_person", "next_review")
"""What is asked of every source of risk (row S0-4)."""

SOON_DAYS = 90
"""A plan that runs out within this many days is called expiring, the last day included."""

Status = Literal["in_force", "expiring", "expired", "undated", "waiting", "not_filed", "unsaid"]
STATUSES: Mapping[Status, Sentence] = MappingProxyType(
    {
        "in_force": say("filed and in force"),
        "expiring": say("runs out within {days} days", days=SOON_DAYS),
        "expired": say("run out"),
        "undated": say("filed, without an end"),
        "waiting": say("awaiting filing"),
        "not_filed": say("not filed"),
        "unsaid": say("filing not stated"),
    }
)
_FILED, _WAITING, _NOT_FILED = "已备案", "待备案", "未备案"
IN_FORCE: frozenset[Status] = frozenset({"in_force", "expiring", "undated"})


@dataclass(frozen=True)
class Source:
    """One source of risk: which of the four fields it lacks, and how late its review is.

    ``overdue_days`` is 0 for a review that is not yet due or has no day; the day itself is in time.
    """

    layer: str
    id: str
    name: str
    code: str
    lacks: tuple[str, ...]
    next_review: str
    overdue_days: int


@dataclass(frozen=True)
class Filing:
    """One plan: its status, its days, and the days left to its end (negative: since then)."""

    layer: str
    id: str
    name: str
    code: str
    status: Status
    filed: str
    expiry: str
    days_left: int | None


@dataclass(frozen=True)
class Upkeep:
    """One subdistrict: sources with all four fields, filled fields of all, overdue; plans."""

    code: str
    name: str
    sources: int
    complete: int
    filled: int
    overdue: int
    plans: Mapping[Status, int]

    @property
    def completeness(self) -> float | None:
        """Return the share of the four fields that are filled in, 0 to 100; ``None`` for none."""
        return share(self.filled, len(FIELDS) * self.sources)

    @property
    def in_force_plans(self) -> int:
        """Return how many plans are filed and not run out."""
        return sum(self.plans[status] for status in IN_FORCE)

    @property
    def in_force(self) -> float | None:
        """Return the share of the plans that are filed and not run out, 0 to 100."""
        return share(self.in_force_plans, sum(self.plans.values()))


def risk_sources(onemap: OneMap, *, as_of: date | None = None) -> tuple[Source, ...]:
    """Return every source of risk on that day, by default the registers' own, in table order."""
    day = as_of or onemap.as_of
    return tuple(
        _source(spec, records, row, day)
        for spec, records in _layers_with(onemap, frozenset(FIELDS))
        for row in range(len(records.ids))
    )


def overdue(found: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return the sources whose review is late, the latest first."""
    late = [one for one in found if one.overdue_days]
    return tuple(sorted(late, key=lambda one: (-one.overdue_days, one.layer, one.id)))


def filings(onemap: OneMap, *, as_of: date | None = None) -> tuple[Filing, ...]:
    """Return every plan with its status on that day, by default the registers' own."""
    day = as_of or onemap.as_of
    return tuple(
        _filing(spec, records, row, day)
        for spec, records in _layers_with(onemap, frozenset({"filing", "expiry"}))
        for row in range(len(records.ids))
    )


def upkeep(onemap: OneMap, *, as_of: date | None = None) -> tuple[Upkeep, ...]:
    """Return one row per subdistrict by code, last what lies in none, where there is any."""
    sources, plans = risk_sources(onemap, as_of=as_of), filings(onemap, as_of=as_of)
    strays = "" in {*(one.code for one in sources), *(plan.code for plan in plans)}
    return tuple(
        _upkeep(
            code,
            name,
            [one for one in sources if one.code == code],
            [one for one in plans if one.code == code],
        )
        for code, name in (*units_of(onemap), *([("", "")] if strays else []))
    )


def _upkeep(code: str, name: str, sources: list[Source], plans: list[Filing]) -> Upkeep:
    counted = Counter(plan.status for plan in plans)
    return Upkeep(
        code=code,
        name=name,
        sources=len(sources),
        complete=sum(not one.lacks for one in sources),
        filled=sum(len(FIELDS) - len(one.lacks) for one in sources),
        overdue=sum(bool(one.overdue_days) for one in sources),
        plans=MappingProxyType({status: counted[status] for status in STATUSES}),
    )


def _layers_with(onemap: OneMap, keys: frozenset[str]) -> Iterator[tuple[LayerSpec, Records]]:
    for key, records in onemap.records.items():
        spec = layer(key)
        if keys <= {column.key for column in spec.columns}:
            yield spec, records


def _source(spec: LayerSpec, records: Records, row: int, day: date | None) -> Source:
    personal = {column.key for column in spec.personal_columns}
    review = records.text("next_review", row)
    late = (day - date.fromisoformat(review)).days if review and day else 0
    return Source(
        layer=spec.key,
        id=records.ids[row],
        name=records.names[row],
        code=records.text("subdistrict_code", row),
        lacks=tuple(
            key
            for key in FIELDS
            if not records.value(f"has_{key}" if key in personal else key, row)
        ),
        next_review=review,
        overdue_days=max(0, late),
    )


def _filing(spec: LayerSpec, records: Records, row: int, day: date | None) -> Filing:
    expiry = records.text("expiry", row)
    left = (date.fromisoformat(expiry) - day).days if expiry and day else None
    return Filing(
        layer=spec.key,
        id=records.ids[row],
        name=records.names[row],
        code=records.text("subdistrict_code", row),
        status=_status(records.text("filing", row), left),
        filed=records.text("filed", row),
        expiry=expiry,
        days_left=left,
    )


def _status(stated: str, left: int | None) -> Status:
    if stated != _FILED:
        return {_WAITING: "waiting", _NOT_FILED: "not_filed"}.get(stated, "unsaid")  # type: ignore[return-value]  # a table of statuses
    if left is None:
        return "undated"
    if left < 0:
        return "expired"
    return "expiring" if left <= SOON_DAYS else "in_force"


def upkeep_document(
    onemap: OneMap, catalogue: Catalogue, *, as_of: date | None = None
) -> dict[str, Any]:
    """Return responsibility and filing as docs/schemas/upkeep.schema.json states them."""
    day = as_of or onemap.as_of
    sources = risk_sources(onemap, as_of=day)
    return {
        "format": 1,
        "as_of": day.isoformat() if day else None,
        "units": [
            {
                "code": one.code,
                "name": one.name,
                "sources": one.sources,
                "complete": one.complete,
                "completeness": cut(one.completeness),
                "overdue": one.overdue,
                "plans": dict(one.plans),
                "in_force": cut(one.in_force),
            }
            for one in upkeep(onemap, as_of=day)
        ],
        "incomplete": [
            {"layer": one.layer, "id": one.id, "name": one.name, "lacks": list(one.lacks)}
            for one in sources
            if one.lacks
        ],
        "overdue": [
            {
                "layer": one.layer,
                "id": one.id,
                "name": one.name,
                "next_review": one.next_review,
                "days": one.overdue_days,
            }
            for one in overdue(sources)
        ],
        "plans": [
            {
                "layer": plan.layer,
                "id": plan.id,
                "name": plan.name,
                "status": plan.status,
                "said": catalogue.word(STATUSES[plan.status]),
                "filed": plan.filed,
                "expiry": plan.expiry,
                "days_left": plan.days_left,
            }
            for plan in filings(onemap, as_of=day)
        ],
    }


def upkeep_lines(
    onemap: OneMap, catalogue: Catalogue, *, as_of: date | None = None
) -> Iterator[str]:
    """Yield one line per subdistrict for a terminal, then the overdue reviews."""
    for one in upkeep(onemap, as_of=as_of):
        said = say(
            "{name}: {complete} of {sources} sources complete, {overdue} reviews overdue;"
            " {valid} of {plans} plans in force",
            name=one.name or "—",
            complete=one.complete,
            sources=one.sources,
            overdue=one.overdue,
            valid=one.in_force_plans,
            plans=sum(one.plans.values()),
        )
        yield catalogue.word(said)
    for late in overdue(risk_sources(onemap, as_of=as_of)):
        told = say(
            "{name}: review due {day}, {days} days late",
            name=late.name,
            day=late.next_review,
            days=late.overdue_days,
        )
        yield f"▲ {catalogue.word(told)}"
