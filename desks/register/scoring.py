"""Scores of 0 to 100: shares, means of what can be judged, and how they are told."""

from collections.abc import Iterable

from language import Catalogue, say

_DIGITS = 9
"""Sums of weights leave noise in the last digits: 100 must never print as 99.9 or above 100."""


def share(good: float, of: float) -> float | None:
    """Return 0 to 100, ``None`` of nothing."""
    return 100.0 * good / of if of else None


def weighted_mean(parts: Iterable[tuple[float, float | None]]) -> float | None:
    """Return the mean of (weight, score) over the scores there are, ``None`` without any weight."""
    judged = [(weight, score) for weight, score in parts if score is not None]
    whole = sum(weight for weight, _ in judged)
    if not whole:
        return None
    return round(sum(weight * score for weight, score in judged) / whole, _DIGITS)


def cut(score: float | None) -> float | None:
    """Return the score to one decimal, cut and never rounded up."""
    return None if score is None else int(score * 10 + 1e-9) / 10


def figure(score: float | None, catalogue: Catalogue) -> str:
    """Return the score as whole points, cut; in words where it cannot be judged."""
    if score is None:
        return catalogue.word(say("not assessable"))
    return str(int(score + 1e-9))
