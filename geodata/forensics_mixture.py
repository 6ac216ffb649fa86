"""Lists made of two: which two readings explain the rows, and which row is in which.

Two readings are fitted by expectation and maximisation (Dempster, Laird & Rubin 1977). A list
that is merely clumsy gains by any second column, so the gain counts only over what decoys gain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .forensics_evidence import SILENT, Finding, Floats

MIXED_GAIN = 8.0
"""Two readings must explain the rows better than one by this log-likelihood (3,000 to 1)."""

PERHAPS_GAIN = -1.0
"""From here on a single reading is no verdict any more: it explains the rows hardly better."""

MIXED_ROWS = 4
MIXED_SHARE = 0.03
_SHARES = np.array([0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97])
_ROUNDS = 3
_OVER_DECOYS = 4.0
_DECOYS_TRIED = 16


@dataclass(frozen=True)
class Mixture:
    """Two readings that together explain the rows, ``sure`` where beyond doubt.

    ``gain`` is the log-likelihood over the best single reading; ``share_second`` (rows,) each
    row's probability to be in the second one, 0.5 where it is silent.
    """

    first: int
    second: int
    gain: float
    sure: bool
    share_second: Floats


def find_mixture(findings: Sequence[Finding], readings: int) -> Mixture | None:
    """Return the two of the first ``readings`` columns that explain the rows, None for one.

    The other columns are decoys; a few of them, mixed with the best reading, set the bar.
    """
    pairs = [(a, b) for a in range(readings) for b in range(a + 1, readings)]
    telling = [finding for finding in findings if finding.telling]
    if not pairs or not telling:
        return None
    total = np.sum([finding.scores for finding in telling], axis=0)
    best = int(np.argmax(total[:readings]))
    alone = float(total[best])
    found = max((_fitted(telling, a, b, alone) for a, b in pairs), key=lambda pair: pair.gain)
    least = max(MIXED_ROWS, MIXED_SHARE * np.count_nonzero(_speaking(telling)))
    speaking = found.share_second[_speaking(telling)]
    few = min(float(speaking.sum()), float((1.0 - speaking).sum()))
    if found.gain < PERHAPS_GAIN or few < least:
        return None
    tried = range(readings, min(readings + _DECOYS_TRIED, telling[0].codes.shape[1]))
    gains = np.array([_fitted(telling, best, j, alone).gain for j in tried])
    top = float(gains.max(initial=0.0))
    spread = max(1.0, (top - float(np.median(gains))) / np.log(len(gains))) if len(gains) else 1.0
    sure = found.gain >= max(MIXED_GAIN, top + _OVER_DECOYS * spread)
    return Mixture(found.first, found.second, found.gain, sure, found.share_second)


def shares_of(findings: Sequence[Finding], first: int, second: int) -> Floats:
    """Return each row's probability to be in the second column, 0.5 where it is silent."""
    return _fitted([f for f in findings if f.telling], first, second, 0.0).share_second


def _fitted(findings: Sequence[Finding], a: int, b: int, alone: float) -> Mixture:
    """Return the mixture of two columns that fits best."""
    speaking = _speaking(findings)
    share = np.full(len(speaking), 0.5)
    best = Mixture(a, b, -np.inf, False, share)  # noqa: FBT003 -- not sure yet
    for _ in range(_ROUNDS):
        settings = [_setting(finding, a, b, share) for finding in findings]
        rows = np.sum(
            [
                f.temper * f.tables[s][f.codes[:, [a, b]]]
                for f, s in zip(findings, settings, strict=True)
            ],
            axis=0,
        )
        prior = sum(float(f.prior[s]) for f, s in zip(findings, settings, strict=True))
        second = rows[:, 1, None] + np.log(_SHARES)
        both = np.logaddexp(rows[:, 0, None] + np.log1p(-_SHARES), second)
        totals = both[speaking].sum(axis=0)
        at = int(np.argmax(totals))
        share = np.where(speaking, np.exp(second[:, at] - both[:, at]), 0.5)
        gain = float(totals[at]) + prior - np.log(len(_SHARES)) - alone
        if gain > best.gain:
            best = Mixture(a, b, gain, False, share)  # noqa: FBT003
    return best


def _setting(finding: Finding, a: int, b: int, share_b: Floats) -> int:
    """Return the setting that explains the rows best, ``share_b`` of each under column b."""
    codes = finding.tables.shape[1]
    one = np.bincount(finding.codes[:, a], weights=1.0 - share_b, minlength=codes)
    other = np.bincount(finding.codes[:, b], weights=share_b, minlength=codes)
    return int(np.argmax(finding.temper * (finding.tables @ (one + other)) + finding.prior))


def _speaking(findings: Sequence[Finding]) -> NDArray[np.bool_]:
    said = [finding.codes[:, 0] != SILENT for finding in findings]
    return np.asarray(np.logical_or.reduce(said), dtype=bool)
