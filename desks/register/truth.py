"""数据真实: how true each register is, from 0 to 100, by subdistrict and layer.

score = 0.4 completeness + 0.3 freshness + 0.2 plausibility + 0.1 uniqueness, each the share (0 to
100) that is good; a part that cannot be judged is left out and the others weigh more. Nothing on
file is no score, never 0.
"""

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
from .doubts import asked_columns, implausible, missing, twins
from .scoring import cut, figure, share, weighted_mean

PartKey = Literal["completeness", "freshness", "plausibility", "uniqueness"]
WEIGHTS: Mapping[PartKey, float] = MappingProxyType(
    {"completeness": 0.4, "freshness": 0.3, "plausibility": 0.2, "uniqueness": 0.1}
)
FULL_DAYS, NONE_DAYS = 365, 3 * 365
"""Verified within a year counts in full, then less day by day; after three years not at all."""

TITLES: Mapping[PartKey, Sentence] = MappingProxyType(
    {
        "completeness": say("Completeness"),
        "freshness": say("Freshness"),
        "plausibility": say("Plausibility"),
        "uniqueness": say("No duplicates"),
    }
)
FORMULA = say(
    "Score = 0.4 × cells filled in + 0.3 × freshness + 0.2 × records nothing speaks against + 0.1 ×"
    " records that are no duplicate, each in %. Freshness is 100 % for {full} days after a"
    " verification and falls to 0 at {none} days. What cannot be judged is left out.",
    full=FULL_DAYS,
    none=NONE_DAYS,
)
POSITION = ("位置", "Position")


@dataclass(frozen=True)
class Part:
    """One part of a score: ``good`` of ``of``, cells for completeness, records for the others."""

    key: PartKey
    good: float
    of: int

    @property
    def score(self) -> float | None:
        """Return 0 to 100, ``None`` where there is nothing to judge."""
        return share(self.good, self.of)


@dataclass(frozen=True)
class TruthScore:
    """The score of a layer in a subdistrict; ``layer`` "" is all layers, ``code`` "" no unit."""

    code: str
    layer: str
    records: int
    parts: tuple[Part, ...]

    @property
    def score(self) -> float | None:
        """Return 0 to 100, ``None`` where nothing is on file."""
        return weighted_mean((WEIGHTS[part.key], part.score) for part in self.parts)


@dataclass(frozen=True)
class Doubt:
    """One record that pulls a part down, and why; ``columns`` are the keys of the empty ones."""

    code: str
    layer: str
    id: str
    name: str
    part: PartKey
    why: Sentence
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Truth:
    """All scores: ``units`` are (code, name), ("", "") for none; ``layers`` in table's order."""

    as_of: date | None
    units: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]
    scores: Mapping[tuple[str, str], TruthScore]
    doubts: tuple[Doubt, ...]

    def of(self, code: str, layer: str = "") -> TruthScore:
        """Return the score of a unit's layer, of all its layers without one."""
        return self.scores[code, layer]

    def behind(self, code: str, layer: str = "") -> tuple[Doubt, ...]:
        """Return the records that pull the score down, in the order of the layers."""
        return tuple(
            doubt
            for doubt in self.doubts
            if doubt.code == code and (not layer or doubt.layer == layer)
        )


@dataclass(frozen=True)
class _Judged:
    """One record: good and asked per part, and what was found."""

    code: str
    parts: tuple[Part, ...]
    doubts: tuple[Doubt, ...]


def truth(onemap: OneMap, *, as_of: date | None = None) -> Truth:
    """Return the scores on that day, by default the registers' own.

    Judged are the layers with a date of verification.
    """
    day = as_of or onemap.as_of
    keys = tuple(k for k in onemap.records if "last_verified" in {c.key for c in layer(k).columns})
    judged = {key: tuple(_judge(onemap, layer(key), day)) for key in keys}
    strays = any(not one.code for rows in judged.values() for one in rows)
    units = (*units_of(onemap), *([("", "")] if strays else []))
    scores: dict[tuple[str, str], TruthScore] = {}
    for code, _ in units:
        own = {key: [one for one in rows if one.code == code] for key, rows in judged.items()}
        for key, rows in own.items():
            scores[code, key] = _score(code, key, rows)
        scores[code, ""] = _score(code, "", [one for rows in own.values() for one in rows])
    doubts = tuple(d for rows in judged.values() for one in rows for d in one.doubts)
    return Truth(day, units, keys, MappingProxyType(scores), doubts)


def _score(code: str, key: str, rows: list[_Judged]) -> TruthScore:
    parts = tuple(
        Part(part, sum(one.parts[at].good for one in rows), sum(one.parts[at].of for one in rows))
        for at, part in enumerate(WEIGHTS)
    )
    return TruthScore(code, key, len(rows), parts)


def _judge(onemap: OneMap, spec: LayerSpec, as_of: date | None) -> Iterator[_Judged]:
    records = onemap.records[spec.key]
    again = twins(records)
    asked = len(asked_columns(spec)) + 1
    for row in range(len(records.ids)):
        lacking = missing(spec, records, row)
        against = implausible(onemap, records, row, as_of)
        fresh = freshness(records.text("last_verified", row), as_of)
        parts = (
            Part("completeness", asked - len(lacking), asked),
            Part("freshness", fresh or 0.0, 0 if fresh is None else 1),
            Part("plausibility", 0 if against else 1, 1),
            Part("uniqueness", 0 if row in again else 1, 1),
        )
        doubts: list[tuple[PartKey, Sentence, tuple[str, ...]]] = []
        if lacking:
            said = say("{count} cells are empty.", count=len(lacking))
            doubts.append(("completeness", said, lacking))
        if fresh is not None and fresh < 1:
            doubts.append(("freshness", _aged(records.text("last_verified", row), as_of), ()))
        doubts += [("plausibility", why, ()) for why in against]
        if row in again:
            twin = records.ids[again[row]]
            doubts.append(("uniqueness", say("It is {id} again.", id=twin), ()))
        yield _Judged(
            records.text("subdistrict_code", row), parts, tuple(_doubts(spec, records, row, doubts))
        )


def _doubts(
    spec: LayerSpec,
    records: Records,
    row: int,
    found: list[tuple[PartKey, Sentence, tuple[str, ...]]],
) -> Iterator[Doubt]:
    code = records.text("subdistrict_code", row)
    for part, why, columns in found:
        yield Doubt(code, spec.key, records.ids[row], records.names[row], part, why, columns)


def freshness(last_verified: str, as_of: date | None) -> float | None:
    """Return 1 for verified within a year, 0 for never or 3 years ago, ``None`` without a day."""
    if as_of is None:
        return None
    if not last_verified:
        return 0.0
    age = (as_of - date.fromisoformat(last_verified)).days
    return min(1.0, max(0.0, (NONE_DAYS - age) / (NONE_DAYS - FULL_DAYS)))


def _aged(last_verified: str, as_of: date | None) -> Sentence:
    if not last_verified or as_of is None:
        return say("It was never verified.")
    days = (as_of - date.fromisoformat(last_verified)).days
    return say("It was last verified {days} days ago.", days=days)


def doubt_sentence(doubt: Doubt, language: str) -> Sentence:
    """Return why the record is doubted, with the headings of its empty columns."""
    if not doubt.columns:
        return doubt.why
    chinese = language == "zh"
    titles = [_title(doubt.layer, key, chinese=chinese) for key in doubt.columns]
    return say("Empty: {columns}.", columns=("、" if chinese else ", ").join(titles))


def _title(key: str, column: str, *, chinese: bool) -> str:
    if column == "position":
        return POSITION[0 if chinese else 1]
    spec = layer(key).column(column)
    return spec.title_zh if chinese else spec.title_en


def truth_document(found: Truth, catalogue: Catalogue) -> dict[str, Any]:
    """Return the scores as docs/schemas/truth.schema.json states them, worded by the catalogue."""
    return {
        "format": 1,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "formula": catalogue.word(FORMULA),
        "units": [
            {
                "code": code,
                "name": name,
                **_score_document(found.of(code)),
                "layers": [
                    {"layer": key, **_score_document(found.of(code, key))} for key in found.layers
                ],
            }
            for code, name in found.units
        ],
        "doubts": [
            {
                "subdistrict": doubt.code,
                "layer": doubt.layer,
                "id": doubt.id,
                "name": doubt.name,
                "part": doubt.part,
                "why": catalogue.word(doubt_sentence(doubt, catalogue.language)),
                "columns": list(doubt.columns),
            }
            for doubt in found.doubts
        ],
    }


def _score_document(score: TruthScore) -> dict[str, Any]:
    return {
        "records": score.records,
        "score": cut(score.score),
        "parts": [
            {"part": p.key, "score": cut(p.score), "good": round(p.good, 3), "of": p.of}
            for p in score.parts
        ],
    }


def truth_lines(found: Truth, catalogue: Catalogue) -> Iterator[str]:
    """Yield the scores of all layers for a terminal, the lowest first, and the formula."""
    rows = [(found.of(code), name) for code, name in found.units]
    for score, name in sorted(rows, key=lambda row: (row[0].score is None, row[0].score or 0.0)):
        parts = " · ".join(
            f"{catalogue.word(TITLES[p.key])} {figure(p.score, catalogue)}" for p in score.parts
        )
        unit = name or catalogue.word(say("Outside or without position"))
        yield f"{figure(score.score, catalogue):>6} {unit} ({score.records}): {parts}"
    yield catalogue.word(FORMULA)
