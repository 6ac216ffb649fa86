"""Capability of a subdistrict, 0 to 100, by the formula published in docs/capability.md."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from desks.onemap import OneMap
from language import Catalogue, Sentence, say
from layers import layer

from .counts import units_of
from .indicators import INDICATORS, RESOURCES, Ground, ground, residents_of
from .needs import Held, Need, Needs, held
from .scoring import cut, figure, share, weighted_mean
from .wording import YEAR_DAYS

Term = Literal["force", "equipment", "stock", "shelter", "response", "readiness"]
WEIGHTS: Mapping[Term, float] = MappingProxyType(
    {
        "force": 0.25,
        "equipment": 0.15,
        "stock": 0.20,
        "shelter": 0.15,
        "response": 0.15,
        "readiness": 0.10,
    }
)
"""The weights of docs/capability.md, which a test holds against them."""

TITLES: Mapping[Term, Sentence] = MappingProxyType(
    {
        "force": say("Rescuers"),
        "equipment": say("Equipment within 20 minutes"),
        "stock": say("Stock"),
        "shelter": say("Places in shelters"),
        "response": say("Response time"),
        "readiness": say("Resources verified"),
    }
)
FORMULA = say(
    "Capability = 0.25 rescuers + 0.15 equipment + 0.20 stock + 0.15 shelters + 0.15 response time"
    " + 0.10 resources verified within {days} days, each 0 to 100; what cannot be judged is left"
    " out and named. See docs/capability.md.",
    days=YEAR_DAYS,
)
EQUIPMENT_S = 1_200


@dataclass(frozen=True)
class Stale:
    """One record not verified within the days asked: ``days`` since then, ``None`` for never."""

    layer: str
    id: str
    name: str
    code: str
    days: int | None


@dataclass(frozen=True)
class Capability:
    """One subdistrict: each term 0 to 100, ``None`` where it cannot be judged; what is stale."""

    code: str
    name: str
    terms: Mapping[Term, float | None]
    stale: tuple[Stale, ...]

    @property
    def score(self) -> float | None:
        """Return the weighted mean of the terms that can be judged, ``None`` for none."""
        return weighted_mean((WEIGHTS[key], term) for key, term in self.terms.items())


def capability(
    onemap: OneMap,
    *,
    as_of: date | None = None,
    stale_days: int = YEAR_DAYS,
    needs: Needs | None = None,
) -> tuple[Capability, ...]:
    """Return every subdistrict by code on that day; a resource is stale after ``stale_days``."""
    found = ground(onemap, as_of=as_of, needs=needs)
    old = stale(onemap, stale_days, as_of=found.as_of, purposes=RESOURCES)
    return tuple(
        Capability(code, name, _terms(found, code, len(own)), own)
        for code, name in units_of(onemap)
        for own in (tuple(one for one in old if one.code == code),)
    )


def stale(
    onemap: OneMap,
    days: int,
    *,
    as_of: date | None = None,
    purposes: tuple[str, ...] = (),
) -> tuple[Stale, ...]:
    """Return the records verified more than ``days`` days ago or never, of these purposes if any.

    Exactly ``days`` days is not stale.
    """
    day = as_of or onemap.as_of
    return tuple(
        Stale(key, record_id, records.names[row], records.text("subdistrict_code", row), age)
        for key, records in onemap.records.items()
        if "last_verified" in {column.key for column in layer(key).columns}
        and (not purposes or layer(key).purpose in purposes)
        for row, record_id in enumerate(records.ids)
        for age in (_age(records.text("last_verified", row), day),)
        if age is None or age > days
    )


def _age(last_verified: str, day: date | None) -> int | None:
    if not last_verified or day is None:
        return None
    return (day - date.fromisoformat(last_verified)).days


def _terms(found: Ground, code: str, old: int) -> Mapping[Term, float | None]:
    residents = residents_of(found.onemap, code)
    rows = held(found.onemap, found.needs.rows, found.stock, code, found.as_of)
    resources = _count(found.onemap, code)
    distribution = next(spec for spec in INDICATORS if spec.key == "distribution")
    reached = weighted_mean((part.weight, part.score) for part in distribution.measure(found, code))
    return MappingProxyType(
        {
            "force": _mean(rows, residents, lambda need: need.purpose == "responder"),
            "equipment": _equipment(found, code),
            "stock": _mean(rows, residents, lambda need: bool(need.items)),
            "shelter": _mean(rows, residents, lambda need: need.purpose == "refuge"),
            "response": reached,
            "readiness": share(resources - old, resources),
        }
    )


def _mean(
    rows: tuple[Held, ...], residents: int | None, asked: Callable[[Need], bool]
) -> float | None:
    """Return 100 times the mean share of the needs asked, ``None`` without residents or needs."""
    fitting = [row for row in rows if asked(row.need)]
    if residents is None or not fitting:
        return None
    return 100.0 * sum(row.share(residents) for row in fitting) / len(fitting)


def _count(onemap: OneMap, code: str) -> int:
    return sum(
        onemap.records[spec.key].text("subdistrict_code", row) == code
        for spec in onemap.layers_for(*RESOURCES)
        for row in range(len(onemap.records[spec.key].ids))
    )


def _equipment(found: Ground, code: str) -> float | None:
    """Return the share of the classes of equipment that somebody brings within 20 minutes.

    Brought to the community of the most residents; classes are those that the table declares.
    """
    onemap, response = found.onemap, found.response
    own = [at for at, unit in enumerate(response.subdistricts) if unit == code]
    classes = {
        choice
        for spec in onemap.layers_for("responder")
        if spec.ranked
        for column in spec.columns
        if column.key == "equipment"
        for choice in column.choices
    }
    if not own or not classes:
        return None
    at = max(own, key=lambda one: (response.residents[one] or 0, -one))
    brought: set[str] = set()
    for (key, record_id), seconds in zip(response.teams, response.times_s[:, at], strict=True):
        value = onemap.records[key].value("equipment", onemap.row_of(key, record_id))
        if seconds <= EQUIPMENT_S and isinstance(value, tuple):
            brought |= classes.intersection(value)
    return share(len(brought), len(classes))


def capability_document(
    onemap: OneMap,
    found: tuple[Capability, ...],
    catalogue: Catalogue,
    *,
    as_of: date | None = None,
) -> dict[str, Any]:
    """Return the scores as docs/schemas/capability.schema.json states them.

    ``as_of`` is the day they were worked out for, by default the registers' own.
    """
    day = as_of or onemap.as_of
    return {
        "format": 1,
        "as_of": day.isoformat() if day else None,
        "speed_model": onemap.speed_model.version,
        "formula": catalogue.word(FORMULA),
        "weights": dict(WEIGHTS),
        "units": [
            {
                "code": one.code,
                "name": one.name,
                "score": cut(one.score),
                "terms": {key: cut(term) for key, term in one.terms.items()},
                "stale": [
                    {"layer": old.layer, "id": old.id, "name": old.name, "days": old.days}
                    for old in one.stale
                ],
            }
            for one in found
        ],
    }


def capability_lines(found: tuple[Capability, ...], catalogue: Catalogue) -> Iterator[str]:
    """Yield one line per subdistrict for a terminal, the weakest first, then the formula."""
    for one in sorted(found, key=lambda row: (row.score is None, row.score or 0.0, row.code)):
        terms = " · ".join(
            f"{catalogue.word(TITLES[key])} {figure(term, catalogue)}"
            for key, term in one.terms.items()
        )
        told = catalogue.word(say("{count} stale", count=len(one.stale)))
        yield f"{figure(one.score, catalogue):>4} {one.name}: {terms} · {told}"
    yield catalogue.word(FORMULA)
