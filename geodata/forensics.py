"""Which datum a list of positions is in, judged by independent kinds of evidence, power first.

A verdict needs a probability of 0.99 among all readings and unknown shifts, no kind of evidence
that contradicts it, no decoy that fits better, and rows that could have told in the first place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from language import Sentence

from .datum import DATUMS, checked_datum
from .forensics_evidence import Ints
from .forensics_measures import Evidence, evidence_of
from .forensics_mixture import MIXED_ROWS, MIXED_SHARE, Mixture, shares_of
from .forensics_readings import (
    Flags,
    Numbers,
    Reading,
    degree_readings,
    metre_readings,
    near_district,
    sort_numbers,
)
from .forensics_sources import DECOYS, Gathered, Ground, Listing, UnitLevel, gather, independent
from .forensics_weighing import SURROUNDINGS, Weighed, foreseen, weigh
from .forensics_wording import (
    agreed,
    contradicted,
    elsewhere,
    mixed,
    mixed_numbers,
    mixture_unseen,
    moved,
    open_still,
    perhaps_mixed,
    too_weak,
    unplaced,
)

__all__ = [
    "MIXED",
    "SWAPPED",
    "UNDETERMINED",
    "DatumVerdict",
    "Evidence",
    "Ground",
    "Listing",
    "UnitLevel",
    "judge_datum",
    "name_of",
]

UNDETERMINED, MIXED, SWAPPED = "undetermined", "mixed", "swapped"

MOST_ROWS = 800
"""So many rows, evenly taken, are judged; the others are placed as these."""

LEAST_POWER = 1.0 / 3.0
"""A verdict that the rows could hardly have given is not believed: it is chance more often."""

SEEN = 0.95
"""From this share of simulated mixtures on, a verdict on one datum needs no such word."""

_SURE_ROW = 0.9
_STRAY, _STRAY_METRES = 1.0, 1e-3
_MOSTLY = 0.9
_AGAINST = 0.01
_LOUD = 2.0
_ROUNDS = 10
_DECOYS_NAMING = 16
_SEED = 20260630


@dataclass(frozen=True)
class DatumVerdict:
    """What a list's positions are in, against what was declared.

    ``verdict`` is wgs84, gcj02, bd09, ``projected:EPSG:n``, swapped, mixed or undetermined;
    ``datum`` how to place the rows (after putting swapped ones right), "" where open; ``alike``
    datums that cannot be told from it. ``confidence`` is the probability of the verdict, ``power``
    how often such rows would tell each reading, simulated before the verdict. ``rows`` are the
    file's rows that are *not* in ``datum`` but in ``other``; ``unsure`` rows of a mixed list that
    may be either; ``swapped`` rows whose axes were exchanged. ``judged`` rows were looked at.
    ``stop`` is set where the evidence contradicts the declared datum: nothing may be placed then.
    """

    verdict: str
    declared: str
    confidence: float
    reason: Sentence
    stop: bool
    datum: str = ""
    other: str = ""
    alike: tuple[str, ...] = ()
    power: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    rows: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    swapped: tuple[int, ...] = ()
    judged: int = 0

    @property
    def unseen(self) -> Sentence | None:
        """Return that the verdict on one datum could hide a second one, ``None`` where not.

        The confidence is of the datum of most rows; it says nothing of a few others.
        """
        told = self.power.get(MIXED)
        if not self.datum or self.verdict == MIXED or told is None or told >= SEEN:
            return None
        return mixture_unseen(told)


@dataclass(frozen=True)
class _Case:
    """A list with its readings: ``family`` rows are degrees or metres, ``odd`` the other kind."""

    listing: Listing
    ground: Ground
    declared: str
    numbers: Numbers
    readings: tuple[Reading, ...]
    family: Flags
    odd: Flags

    def inside(self) -> Flags:
        """Return which rows some reading puts into the district."""
        near = [near_district(r, self.ground.bounds_deg) for r in self.readings]
        return self.family & np.logical_or.reduce(near, axis=0) if near else self.family & False

    def names(self) -> tuple[str, ...]:
        """Return the verdict that each reading stands for."""
        return tuple(name_of(reading.datum) for reading in self.readings)

    def file_rows(self, chosen: Flags | Ints) -> tuple[int, ...]:
        """Return the numbers that the file's own program shows for these rows."""
        return tuple(np.array(self.listing.rows, dtype=np.int64)[chosen].tolist())


def judge_datum(listing: Listing, ground: Ground, *, declared: str = "wgs84") -> DatumVerdict:
    """Return the verdict on the list's positions.

    The same list on the same ground gets the same verdict: the simulation is seeded.

    Raises:
        UserError: if the declared datum is not known.

    """
    case = _case(listing, ground, checked_datum(declared))
    if not case.family.any():
        return DatumVerdict(UNDETERMINED, case.declared, 0.0, unplaced(), stop=False)
    inside = case.inside()
    if not inside.any():
        return _named_odd(case, DatumVerdict(UNDETERMINED, declared, 0.0, elsewhere(), stop=False))
    single = independent(listing, np.flatnonzero(inside))
    rows = single[:: -(-len(single) // MOST_ROWS)]
    gathered = gather(listing, ground, case.readings, rows, decoys=DECOYS)
    return _named_odd(case, _judged(case, gathered, inside))


def name_of(datum: str) -> str:
    """Return the verdict that means the datum."""
    return datum if datum in DATUMS else f"projected:{datum}"


def _case(listing: Listing, ground: Ground, declared: str) -> _Case:
    numbers = sort_numbers(listing.x, listing.y, ground.bounds_deg)
    if numbers.metres.sum() > numbers.degrees.sum():
        readings = metre_readings(numbers, ground.bounds_deg, declared)
        return _Case(listing, ground, declared, numbers, readings, numbers.metres, numbers.degrees)
    readings = degree_readings(numbers, declared)
    return _Case(listing, ground, declared, numbers, readings, numbers.degrees, numbers.metres)


def _judged(case: _Case, gathered: Gathered, inside: Flags) -> DatumVerdict:
    """Return the verdict on the rows of the family; power comes first."""
    count, names = len(case.readings), case.names()
    stray = _stray(case, inside)
    foresight = foreseen(gathered.sources, count, stray=stray, rounds=_ROUNDS, seed=_SEED)
    power = dict(zip((*names, MIXED), foresight, strict=False))
    findings = [source.finding for source in gathered.sources]
    weighed = weigh(findings, count, stray=stray)
    found = DatumVerdict(
        UNDETERMINED,
        case.declared,
        round(float(weighed.chance[weighed.best]), 4),
        open_still(),
        stop=_against(case, weighed),
        power=power,
        evidence=evidence_of(gathered, findings, names),
        judged=len(gathered.rows),
    )
    if weighed.mixture is not None and weighed.mixture.sure:
        return _mixed(case, found, weighed.mixture, inside)
    if weighed.sure and power[names[weighed.best]] >= LEAST_POWER:
        return _determined(case, found, weighed.best)
    return replace(found, reason=_why_open(case, gathered, weighed, power))


def _stray(case: _Case, inside: Flags) -> float:
    """Return the prior weight of an unknown shift.

    Metres that fall into the district on a known grid are hardly there by chance: a grid's zone
    is 300 km wide.
    """
    metres = bool(case.numbers.metres[case.family].all())
    return _STRAY_METRES if metres and inside.sum() >= _MOSTLY * case.family.sum() else _STRAY


def _declared_at(case: _Case) -> int | None:
    """Return the reading that the declared datum is or cannot be told from, None for none."""
    plain = "wgs84" if case.declared == "cgcs2000" else case.declared
    fits = [i for i, r in enumerate(case.readings) if plain in {r.datum, *r.alike}]
    return fits[0] if fits else None


def _against(case: _Case, weighed: Weighed) -> bool:
    """Return whether the evidence speaks against the declared datum, whatever it speaks for."""
    at = _declared_at(case)
    return at is None or weighed.decoy >= 0 or bool(weighed.chance[at] < _AGAINST)


def _determined(case: _Case, found: DatumVerdict, best: int) -> DatumVerdict:
    reading = case.readings[best]
    name = name_of(reading.datum)
    kinds = _kinds_for(found.evidence, name) if len(case.readings) > 1 else 0
    return replace(
        found,
        verdict=name,
        datum=reading.datum,
        alike=reading.alike,
        reason=agreed(name, kinds),
        stop=best != _declared_at(case),
    )


def _kinds_for(evidence: tuple[Evidence, ...], name: str) -> int:
    """Return how many independent kinds of evidence speak for the datum, at least one."""
    loud = {
        "surroundings" if one.kind in SURROUNDINGS else one.kind
        for one in evidence
        if max((w for other, w in one.weights.items() if other != name), default=0.0) <= -_LOUD
    }
    return max(len(loud), 1)


def _mixed(case: _Case, found: DatumVerdict, mixture: Mixture, inside: Flags) -> DatumVerdict:
    """Return the verdict on a mixed list, every row of the file named, not only those judged."""
    rows = np.flatnonzero(inside)
    gathered = gather(case.listing, case.ground, case.readings, rows, decoys=_DECOYS_NAMING)
    findings = [source.finding for source in gathered.sources]
    share = shares_of(findings, mixture.first, mixture.second)
    datums = [case.readings[i].datum for i in (mixture.first, mixture.second)]
    if np.count_nonzero(share >= _SURE_ROW) > np.count_nonzero(share <= 1.0 - _SURE_ROW):
        share, datums = 1.0 - share, datums[::-1]
    odd = rows[share >= _SURE_ROW]
    return replace(
        found,
        verdict=MIXED,
        confidence=round(1.0 - float(np.exp(-mixture.gain)), 4),
        reason=mixed(len(odd), name_of(datums[1]), name_of(datums[0])),
        stop=True,
        datum=datums[0],
        other=datums[1],
        rows=case.file_rows(odd),
        unsure=case.file_rows(rows[(share > 1.0 - _SURE_ROW) & (share < _SURE_ROW)]),
    )


def _why_open(
    case: _Case, gathered: Gathered, weighed: Weighed, power: Mapping[str, float]
) -> Sentence:
    """Return why there is no verdict."""
    name = name_of(case.readings[weighed.best].datum)
    if weighed.against is not None:
        return contradicted(weighed.against, name)
    if weighed.decoy >= 0:
        at = len(case.readings) + weighed.decoy
        move_m = np.nanmedian(gathered.xy_m[:, at] - gathered.xy_m[:, weighed.best], axis=0)
        return moved(float(np.hypot(*move_m)))
    if weighed.mixture is not None:
        second = case.readings[weighed.mixture.second].datum
        first = case.readings[weighed.mixture.first].datum
        return perhaps_mixed(name_of(first), name_of(second))
    if power[name] < LEAST_POWER:
        return too_weak(power[name])
    return open_still()


def _named_odd(case: _Case, found: DatumVerdict) -> DatumVerdict:
    """Return the verdict with swapped rows and rows of the other kind of numbers named."""
    swapped = case.file_rows(case.numbers.swapped)
    odd = case.file_rows(case.odd)
    found = replace(found, swapped=swapped)
    if len(odd) >= max(MIXED_ROWS, MIXED_SHARE * (len(odd) + int(case.family.sum()))):
        rows = tuple(sorted({*odd, *found.rows}))
        reason = mixed_numbers(len(odd))
        return replace(found, verdict=MIXED, confidence=1.0, reason=reason, stop=True, rows=rows)
    if found.verdict != MIXED and len(swapped) * 2 > int(case.family.sum()):
        return replace(found, verdict=SWAPPED, confidence=1.0)
    return found
