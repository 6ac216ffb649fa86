"""From findings to probabilities: likelihoods against decoys, power foreseen.

Each kind's likelihood is summed over the settings of its model (a Bayes factor; Kass & Raftery
1995) and then held back twice. Nearness counts only by what it exceeds the best decoy, in units
of the decoys' own spread: streets repeat and rows lie in clusters, so that rows are not
independent and only decoys tell how great a chance likelihood is here. And every kind may itself
mislead as a whole (a register that lies, a column that means something else), by which no kind
alone can outweigh ``MISLEADING``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .forensics_evidence import Finding, Floats, Kind, Source
from .forensics_mixture import Mixture, find_mixture

MISLEADING = 1e-3
"""How often a kind of evidence misleads as a whole."""

MISLED_ROW = 0.3
"""How often one row alone misleads; of a few rows all may: two namesakes may be branches."""

SURE = 0.99
"""The least probability of a verdict; less is undetermined."""

CONFLICT = 4.0
"""A kind that prefers another reading by this log-likelihood (55 to 1) forbids a verdict."""

BETTER_DECOY = 3.0
"""A shift that no datum explains and that fits better by this much (20 to 1) forbids a verdict."""

SURROUNDINGS: tuple[Kind, ...] = ("roads", "places")
"""Kinds that count as one: known places lie along roads and say partly the same."""


@dataclass(frozen=True)
class Weighed:
    """What follows from the findings.

    ``chance`` are the probabilities of the readings and, last, of a shift that is none of them;
    ``best`` the most probable reading, ``sure`` whether it may be called a verdict. ``against`` is
    the kind that contradicts it, None for none; ``decoy`` the decoy that fits better, -1 for none;
    ``mixture`` the two readings that explain the rows better than one, None where none do.
    """

    best: int
    chance: Floats
    sure: bool
    against: Kind | None
    decoy: int
    mixture: Mixture | None


def weigh(findings: Sequence[Finding], readings: int, *, stray: float) -> Weighed:
    """Return the probabilities of the first ``readings`` columns; the rest are decoys.

    ``stray`` is the prior weight of a shift that is none of the readings, against 1 for each of
    them.
    """
    scores = independent_scores(findings, readings)
    columns = findings[0].codes.shape[1]
    rows = {finding.kind: finding.telling for finding in findings}
    total = sum((_capped(s, rows[kind]) for kind, s in scores.items()), np.zeros(columns))
    decoys = total[readings:]
    strayed = np.log(np.mean(np.exp(decoys - total.max()))) + total.max() + np.log(stray)
    every = np.append(total[:readings], strayed)
    chance = np.exp(every - every.max())
    chance /= chance.sum()
    best = int(np.argmax(total[:readings]))
    against = next((k for k, s in scores.items() if s[:readings].max() - s[best] > CONFLICT), None)
    decoy = int(np.argmax(decoys)) if decoys.max() > total[best] + BETTER_DECOY else -1
    mixture = find_mixture(findings, readings)
    sure = bool(chance[best] >= SURE) and against is None and decoy < 0 and mixture is None
    return Weighed(best, chance, sure, against, decoy, mixture)


def independent_scores(findings: Sequence[Finding], readings: int) -> dict[Kind, Floats]:
    """Return the log-likelihood of each column by kind, roads and places as one of the two."""
    scores = {f.kind: f.scores for f in findings if f.telling}
    found = {kind: score for kind, score in scores.items() if kind not in SURROUNDINGS}
    around: dict[Kind, Floats] = {k: s for k, s in scores.items() if k in SURROUNDINGS}
    if around:
        total = np.sum(list(around.values()), axis=0)
        louder = max(around, key=lambda kind: float(np.ptp(around[kind][:readings])))
        found[louder] = _beyond_decoys(total, readings)
    return found


def foreseen(
    sources: Sequence[Source], readings: int, *, stray: float, rounds: int, seed: int
) -> tuple[float, ...]:
    """Return how often each reading would be told if it were true, from made-up findings.

    Of several readings the last figure is for a mixed list: a third of the rows in another
    reading than the rest.
    """
    if readings > 1 and not any(source.finding.telling for source in sources):
        return (0.0,) * (readings + 1)
    chance = np.random.default_rng(seed)
    rows = len(sources[0].finding.codes)
    power = []
    for truth in range(readings):
        all_true = np.full(rows, truth)
        made = [[s.made_up(all_true, chance) for s in sources] for _ in range(rounds)]
        told = [weigh(findings, readings, stray=stray) for findings in made]
        power.append(sum(w.sure and w.best == truth for w in told) / rounds)
    if readings > 1:
        hits = [_mixture_told(sources, readings, chance) for _ in range(rounds)]
        power.append(sum(hits) / rounds)
    return tuple(power)


def _mixture_told(sources: Sequence[Source], readings: int, chance: np.random.Generator) -> bool:
    """Return whether a made-up list in two readings is seen to be one."""
    first, second = chance.choice(readings, size=2, replace=False).tolist()
    rows = len(sources[0].finding.codes)
    truth = np.where(chance.random(rows) < 1.0 / 3.0, second, first)
    mixture = find_mixture([s.made_up(truth, chance) for s in sources], readings)
    return (
        mixture is not None and mixture.sure and {mixture.first, mixture.second} == {first, second}
    )


def _beyond_decoys(score: Floats, readings: int) -> Floats:
    """Return by how much each reading exceeds the best decoy, in units of the decoys' spread.

    The spread is the scale of an exponential tail through their median and maximum, at least 1.
    A decoy has nothing to exceed: chance alone lifts the best of them.
    """
    decoys = score[readings:]
    top = float(decoys.max())
    spread = max(1.0, (top - float(np.median(decoys))) / np.log(len(decoys)))
    beyond = np.maximum(score - top, 0.0) / spread
    beyond[readings:] = 0.0
    return np.asarray(beyond)


def _capped(score: Floats, rows: int) -> Floats:
    """Return the log-likelihoods where so many rows may mislead together."""
    best, misled = score.max(), max(MISLEADING, MISLED_ROW**rows)
    return np.asarray(np.logaddexp(score + np.log1p(-misled), best + np.log(misled)))
