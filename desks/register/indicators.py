"""The six indicators of every subdistrict: formula, unit, evidence; never worse for a good deed.

Each is a row of ``INDICATORS``; a later formula replaces the function that stands there. A part
that cannot be judged is left out of the mean; an indicator without any part has no score.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from desks.onemap import OneMap
from desks.stock import Movement
from language import Catalogue, Sentence, say
from layers import CATALOG

from .counts import units_of
from .dispatch import dispatch_parts
from .filing import Upkeep, upkeep
from .needs import Needs, StockLine, held, load_needs, stock_lines
from .response import Response, response_times
from .scoring import cut, figure, share, weighted_mean
from .truth import TITLES, WEIGHTS, Truth, truth

Key = Literal["kinds", "quantity", "distribution", "truth", "management", "dispatch"]
FULL_S, NONE_S = 300, 1_200
"""A community reached within 5 minutes counts in full, after 20 not at all.

5 minutes after 建标152-2017 (from the order to the edge of a station's area), not seen in print;
20 is our own. Both wait for the district's decision.
"""

RESOURCES = ("responder", "supply", "refuge")


@dataclass(frozen=True)
class Titles:
    """What the tables call a thing in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Part:
    """One part of an indicator: what is counted, have and need, 0 to 100, the records behind it.

    ``score`` is ``None`` where it cannot be judged; ``weight`` is its share in the mean.
    """

    what: Sentence | Titles
    have: float
    need: float
    score: float | None
    rows: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Ground:
    """What the indicators rest on, worked out once for all subdistricts."""

    onemap: OneMap
    as_of: date | None
    needs: Needs
    stock: tuple[StockLine, ...]
    response: Response
    truth: Truth
    upkeep: tuple[Upkeep, ...]
    movements: tuple[Movement, ...]


Measure = Callable[[Ground, str], tuple[Part, ...]]


@dataclass(frozen=True)
class IndicatorSpec:
    """One indicator: its names, its formula in words, and the function that finds its parts."""

    key: Key
    title_zh: str
    title: Sentence
    formula: Sentence
    measure: Measure


@dataclass(frozen=True)
class Indicator:
    """One indicator of one subdistrict; ``unit`` of its score is points of 100."""

    key: Key
    code: str
    parts: tuple[Part, ...]

    @property
    def score(self) -> float | None:
        """Return the weighted mean of the parts, 0 to 100; ``None`` where none can be judged."""
        return weighted_mean((part.weight, part.score) for part in self.parts)


def indicators(
    onemap: OneMap,
    *,
    movements: Sequence[Movement] = (),
    as_of: date | None = None,
    needs: Needs | None = None,
) -> dict[str, tuple[Indicator, ...]]:
    """Return the six of every subdistrict by code, on that day, by default the registers' own.

    ``movements`` are the ledger's; without them 调度得力 cannot be judged.
    """
    found = ground(onemap, movements=movements, as_of=as_of, needs=needs)
    return {code: indicators_of(found, code) for code, _ in units_of(onemap)}


def ground(
    onemap: OneMap,
    *,
    movements: Sequence[Movement] = (),
    as_of: date | None = None,
    needs: Needs | None = None,
) -> Ground:
    """Return what the indicators of all subdistricts rest on."""
    day = as_of or onemap.as_of
    return Ground(
        onemap=onemap,
        as_of=day,
        needs=needs or load_needs(),
        stock=stock_lines(onemap),
        response=response_times(onemap),
        truth=truth(onemap, as_of=day),
        upkeep=upkeep(onemap, as_of=day),
        movements=tuple(movements),
    )


def indicators_of(found: Ground, code: str) -> tuple[Indicator, ...]:
    """Return the six of one subdistrict, in their order."""
    return tuple(Indicator(spec.key, code, spec.measure(found, code)) for spec in INDICATORS)


def _kinds(found: Ground, code: str) -> tuple[Part, ...]:
    """Return one part per kind asked for: 100 where one is there, else 0."""
    return (*_kinds_of_places(found, code), *_kinds_of_stock(found, code))


def _kinds_of_places(found: Ground, code: str) -> Iterator[Part]:
    for spec in CATALOG:
        if spec.purpose not in RESOURCES:
            continue
        records = found.onemap.records.get(spec.key)
        rows = [
            (spec.key, record_id)
            for row, record_id in enumerate(records.ids if records else ())
            if records and records.text("subdistrict_code", row) == code
        ]
        what = Titles(spec.title_zh, spec.title_en)
        yield Part(what, len(rows), 1, 100.0 if rows else 0.0, tuple(rows))


def _kinds_of_stock(found: Ground, code: str) -> Iterator[Part]:
    items = [need for need in found.needs.rows if need.items]
    for one in held(found.onemap, items, found.stock, code, found.as_of):
        what = Titles(one.need.title_zh, one.need.title_en)
        yield Part(what, one.have, 1, 100.0 if one.have > 0 else 0.0, one.rows)


def _quantity(found: Ground, code: str) -> tuple[Part, ...]:
    """Return one part per need: have of what the residents ask for, at most 100."""
    residents = residents_of(found.onemap, code)
    parts = []
    for one in held(found.onemap, found.needs.rows, found.stock, code, found.as_of):
        asked = one.need.per_10k * (residents or 0) / 10_000
        score = 100.0 * one.share(residents) if residents is not None else None
        what = Titles(one.need.title_zh, one.need.title_en)
        parts.append(Part(what, one.have, asked, score, one.rows))
    return tuple(parts)


def residents_of(onemap: OneMap, code: str) -> int | None:
    """Return the residents at night, ``None`` where not on file."""
    return onemap.records["subdistrict"].whole(
        "residents_night", onemap.row_of("subdistrict", code)
    )


def _distribution(found: Ground, code: str) -> tuple[Part, ...]:
    """Return one part per community, weighted by its residents: the first team's time."""
    response = found.response
    own = [at for at, unit in enumerate(response.subdistricts) if unit == code]
    known = all(response.residents[at] is not None for at in own)
    return tuple(_reached(response, at, weighted=known) for at in own)


def _reached(response: Response, at: int, *, weighted: bool) -> Part:
    seconds = float(response.soonest_s[at])
    team = response.first(at)
    if team is None:
        what = say("{community}: no team comes by road", community=response.names[at])
    else:
        minutes = f"{int(seconds) // 60}′{int(seconds) % 60:02d}″"
        what = say("{community}: {team} in {time}", community=response.names[at], team=team[1],
                   time=minutes)  # fmt: skip
    weight = float(response.residents[at] or 0) if weighted else 1.0
    score = 100.0 * float(np.clip((NONE_S - seconds) / (NONE_S - FULL_S), 0.0, 1.0))
    have = seconds if team else -1.0
    return Part(what, have, FULL_S, score, (team,) if team else (), weight)


def _truth(found: Ground, code: str) -> tuple[Part, ...]:
    """Return the parts of the truth score of all registers, in its weights."""
    score = found.truth.of(code)
    rows = tuple(dict.fromkeys((d.layer, d.id) for d in found.truth.behind(code)))
    return tuple(
        Part(TITLES[part.key], part.good, part.of, part.score, rows if at == 0 else (),
             WEIGHTS[part.key])
        for at, part in enumerate(score.parts)
    )  # fmt: skip


def _management(found: Ground, code: str) -> tuple[Part, ...]:
    """Return four parts: responsibility, reviews in time, plans in force, stock in date."""
    own = next((one for one in found.upkeep if one.code == code), None)
    if own is None:
        return ()
    lines = [line for line in found.stock if line.code == code and line.quantity > 0]
    good = [line for line in lines if line.usable(found.as_of)]
    past = tuple(dict.fromkeys(line.parent for line in lines if line not in good))
    plans = sum(own.plans.values())
    in_time = own.sources - own.overdue
    return (
        Part(say("sources with measure, unit, person and review"), own.complete, own.sources,
             own.completeness),
        Part(say("reviews in time"), in_time, own.sources, share(in_time, own.sources)),
        Part(say("plans in force"), own.in_force_plans, plans, own.in_force),
        Part(say("stock in date"), len(good), len(lines), share(len(good), len(lines)), past),
    )  # fmt: skip


def _dispatch(found: Ground, code: str) -> tuple[Part, ...]:
    """Return the parts that the ledger shows for the subdistrict's stores."""
    stores = frozenset(line.parent[1] for line in found.stock if line.code == code) | frozenset(
        record_id
        for spec in found.onemap.layers_for("supply")
        if spec.children
        for row, record_id in enumerate(found.onemap.records[spec.key].ids)
        if found.onemap.records[spec.key].text("subdistrict_code", row) == code
    )
    return tuple(
        Part(one.what, one.good, one.of, share(one.good, one.of))
        for one in dispatch_parts(found.movements, stores, found.as_of)
    )


INDICATORS: tuple[IndicatorSpec, ...] = (
    IndicatorSpec(
        "kinds", "种类齐全", say("Kinds complete"),
        say("Share of the kinds asked for of which the subdistrict has one: layers of responders,"
            " supplies and shelters, and the items in the table of needs that are in date."),
        _kinds,
    ),
    IndicatorSpec(
        "quantity", "数量丰富", say("Quantity ample"),
        say("Mean over the table of needs of what is there and in date, divided by what 10,000"
            " residents ask for times residents; each at most 100."),
        _quantity,
    ),
    IndicatorSpec(
        "distribution", "分布合理", say("Well distributed"),
        say("Mean over the communities, by residents, of the first team's time (call, turnout,"
            " drive): 100 within {full} s, falling to 0 at {none} s.", full=FULL_S, none=NONE_S),
        _distribution,
    ),
    IndicatorSpec(
        "truth", "数据真实", say("Data true"),
        say("0.4 cells filled in + 0.3 freshness + 0.2 records nothing speaks against + 0.1 records"
            " that are no duplicate, over all registers."),
        _truth,
    ),
    IndicatorSpec(
        "management", "管理得当", say("Well kept"),
        say("Mean of four shares: fields of responsibility filled in, reviews in time, plans in"
            " force, lines of stock in date."),
        _management,
    ),
    IndicatorSpec(
        "dispatch", "调度得力", say("Well dispatched"),
        say("Mean of three shares of the ledger: stores counted within a year, stores without a"
            " deficit, issues of over 30 days ago that were returned or written off."),
        _dispatch,
    ),
)  # fmt: skip
_BY_KEY = {spec.key: spec for spec in INDICATORS}


def indicators_document(
    onemap: OneMap,
    found: dict[str, tuple[Indicator, ...]],
    catalogue: Catalogue,
    *,
    as_of: date | None = None,
) -> dict[str, Any]:
    """Return the six as docs/schemas/indicators.schema.json states them, worded.

    ``as_of`` is the day they were worked out for, by default the registers' own.
    """
    chinese = catalogue.language == "zh"
    day = as_of or onemap.as_of
    return {
        "format": 1,
        "as_of": day.isoformat() if day else None,
        "speed_model": onemap.speed_model.version,
        "indicators": [
            {
                "key": spec.key,
                "title": spec.title_zh if chinese else catalogue.word(spec.title),
                "unit": "points of 100",
                "formula": catalogue.word(spec.formula),
            }
            for spec in INDICATORS
        ],
        "units": [
            {
                "code": code,
                "name": name,
                "scores": {one.key: cut(one.score) for one in found[code]},
                "evidence": {
                    one.key: [_part(part, catalogue) for part in one.parts] for one in found[code]
                },
            }
            for code, name in units_of(onemap)
        ],
    }


def part_title(part: Part, catalogue: Catalogue) -> str:
    """Return what the part counts, in the catalogue's language."""
    if isinstance(part.what, Titles):
        return part.what.zh if catalogue.language == "zh" else part.what.en
    return catalogue.word(part.what)


def _part(part: Part, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "what": part_title(part, catalogue),
        "have": round(part.have, 1),
        "need": round(part.need, 1),
        "weight": part.weight,
        "score": cut(part.score),
        "rows": [list(row) for row in part.rows],
    }


def indicators_lines(
    onemap: OneMap, found: dict[str, tuple[Indicator, ...]], catalogue: Catalogue
) -> Iterator[str]:
    """Yield one line per subdistrict for a terminal, then the six formulas."""
    for code, name in units_of(onemap):
        told = " · ".join(
            f"{catalogue.word(_BY_KEY[one.key].title)} {figure(one.score, catalogue)}"
            for one in found[code]
        )
        yield f"{name}: {told}"
    for spec in INDICATORS:
        yield f"{catalogue.word(spec.title)}: {catalogue.word(spec.formula)}"
