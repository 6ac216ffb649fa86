"""Counts that contradict each other, kept with their sources and shown side by side.

A plan counts 18 villages in one chapter and 21 in another: both stay, beside what the register
itself counts, and none is made the right one by the program.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from geodata.store.records import Value
from language import Catalogue, Sentence, say
from layers import layer

from .counts import counts_by_subdistrict

CLAIM = "claim"
MOST = 10**9
LONGEST = 500


@dataclass(frozen=True)
class Claim:
    """One count that somebody states: of what, how many, and where that is written.

    ``subject`` is what claims on one thing share; ``layer``, ``column`` and ``choice`` say how the
    register counts it, "" where it cannot. ``place`` is the chapter or page, ``stated_on`` an ISO
    date or "".
    """

    id: str
    subject: str
    count: int
    unit: str
    source: str
    place: str = ""
    stated_on: str = ""
    layer: str = ""
    column: str = ""
    choice: str = ""
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """All claims on one subject in the order of adding, and what the register counts.

    ``counted`` is ``None`` where the register does not hold such a thing or the claims do not say
    how to count it; ``least`` and ``most`` are over claims and count.
    """

    subject: str
    unit: str
    claims: tuple[Claim, ...]
    counted: int | None

    @property
    def least(self) -> int:
        """Return the smallest of all counts."""
        return min(self._counts)

    @property
    def most(self) -> int:
        """Return the greatest of all counts."""
        return max(self._counts)

    @property
    def agree(self) -> bool:
        """Return whether every source and the register say the same."""
        return self.least == self.most

    @property
    def _counts(self) -> tuple[int, ...]:
        own = () if self.counted is None else (self.counted,)
        return (*(claim.count for claim in self.claims), *own)


def compare(onemap: OneMap, claims: Iterable[Claim]) -> tuple[Comparison, ...]:
    """Return the claims by subject with the register's own count, what disagrees first."""
    grouped: dict[str, list[Claim]] = {}
    for claim in claims:
        grouped.setdefault(claim.subject, []).append(claim)
    found = [
        Comparison(subject, own[0].unit, tuple(own), _counted(onemap, own))
        for subject, own in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: one.agree))


def _counted(onemap: OneMap, claims: Sequence[Claim]) -> int | None:
    """Return what the register counts by the first claim that says how."""
    for claim in claims:
        if claim.layer in onemap.records:
            records = onemap.records[claim.layer]
            if not claim.column or claim.column in records.columns:
                counts = counts_by_subdistrict(
                    onemap, claim.layer, column=claim.column, choice=claim.choice
                )
                return counts.total
    return None


def add_claim(
    store: Store, author: Author, claim: Claim, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Enter a claim; no other claim on the subject is touched.

    Raises:
        UserError: with every fault of the claim; where the store refuses.

    """
    faults = list(_faults(claim))
    if faults:
        raise UserError(faults)
    props: dict[str, Value] = {
        key: getattr(claim, key) for key in (*_TEXTS, "count") if getattr(claim, key) != ""
    }
    return store.edit(
        author, [Change("add", CLAIM, claim.id, props=props, shape=None)], scope=scope
    )


def _faults(claim: Claim) -> Iterator[Fault]:
    mend = say("Correct it and enter the claim again.")
    empty = say("A required cell is empty.")
    for column in ("id", "subject", "unit", "source"):
        if not str(getattr(claim, column)).strip():
            yield Fault(CLAIM, empty, mend, column=column)
    for column in _TEXTS:
        if len(getattr(claim, column)) > LONGEST:
            problem = say("The text is longer than {most} signs.", most=LONGEST)
            yield Fault(CLAIM, problem, mend, column=column)
    if isinstance(claim.count, bool) or not 0 <= claim.count <= MOST:
        problem = say("A count is a whole number from 0 up.")
        yield Fault(CLAIM, problem, mend, column="count", value=str(claim.count))
    if claim.stated_on and not _is_date(claim.stated_on):
        problem = say("This is no date.")
        yield Fault(CLAIM, problem, mend, column="stated_on", value=claim.stated_on)
    if claim.layer and not _can_count(claim):
        problem = say("No register can be counted so.")
        value = f"{claim.layer} {claim.column} {claim.choice}"
        yield Fault(CLAIM, problem, mend, column="layer", value=value)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _can_count(claim: Claim) -> bool:
    """Return whether layer, column and choice are declared; personal columns count nothing."""
    try:
        spec = layer(claim.layer)
        column = spec.column(claim.column) if claim.column else None
    except KeyError:
        return False
    if column is None:
        return not claim.choice
    return not column.personal and (not column.choices or claim.choice in column.choices)


def read_claims(
    store: Store, *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[Claim, ...]:
    """Return the claims in the order of adding."""
    return tuple(_claim(feature) for feature in store.read(CLAIM, scope=scope, as_of=as_of))


def _claim(feature: Feature) -> Claim:
    count = feature.props.get("count")
    texts = {key: str(feature.props.get(key) or "") for key in _TEXTS}
    return Claim(id=feature.id, count=count if isinstance(count, int) else 0, **texts)


_TEXTS = ("subject", "unit", "source", "place", "stated_on", "layer", "column", "choice", "note")


def verdict(one: Comparison) -> Sentence:
    """Return in words whether the sources and the register agree."""
    if one.agree:
        return say("All say {count}.", count=one.least)
    if one.counted is None:
        return say("The sources say {least} to {most}.", least=one.least, most=one.most)
    return say(
        "The sources and the register say {least} to {most}; the register counts {counted}.",
        least=one.least,
        most=one.most,
        counted=one.counted,
    )


def claims_document(found: Sequence[Comparison], catalogue: Catalogue) -> dict[str, Any]:
    """Return the claims side by side as docs/schemas/claims.schema.json states them."""
    return {
        "format": 1,
        "subjects": [
            {
                "subject": one.subject,
                "unit": one.unit,
                "counted": one.counted,
                "agree": one.agree,
                "said": catalogue.word(verdict(one)),
                "claims": [
                    {
                        "id": claim.id,
                        "count": claim.count,
                        "source": claim.source,
                        "place": claim.place,
                        "stated_on": claim.stated_on,
                        "note": claim.note,
                    }
                    for claim in one.claims
                ],
            }
            for one in found
        ],
    }


def claims_lines(found: Sequence[Comparison], catalogue: Catalogue) -> Iterator[str]:
    """Yield each subject for a terminal: the verdict, then every source with its count."""
    for one in found:
        mark = "" if one.agree else "▲ "
        yield f"{mark}{one.subject}: {catalogue.word(verdict(one))}"
        for claim in one.claims:
            where = " · ".join(
                part for part in (claim.source, claim.place, claim.stated_on) if part
            )
            yield f"  {claim.count} {one.unit} · {where}"
