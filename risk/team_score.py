"""The five aspects of a team and their total (row S1-12 of the plans)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .rule_files import read_rows

TABLE = Path(__file__).parent / "team_score.toml"
MOST = 100
COLUMNS: Mapping[str, object] = {
    "key": str, "column": str, "title_zh": str, "title_en": str, "weight": float, "source": str,
    "verified": bool,
}  # fmt: skip


@dataclass(frozen=True)
class Aspect:
    """One aspect of a team, its share in the total, and where that stands."""

    key: str
    column: str
    title_zh: str
    title_en: str
    weight: float
    source: str
    verified: bool


def load_aspects(path: Path) -> tuple[Aspect, ...]:
    """Return the aspects of the file in its order.

    Raises:
        UserError: with every fault of the file at once.

    """
    return tuple(Aspect(**row) for row in read_rows(path, "aspect", COLUMNS))


ASPECTS = load_aspects(TABLE)


def aspect_score(value: object) -> int | None:
    """Return a whole score from 0 to 100; ``None`` for what is not on file or is no such score."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value <= MOST else None


def total_score(scores: Mapping[str, int | None]) -> int | None:
    """Return the weighted mean of the aspects on file, cut, ``None`` without one."""
    known = [
        (Fraction(a.weight), score) for a in ASPECTS if (score := scores.get(a.key)) is not None
    ]
    weight = sum((share for share, _ in known), Fraction(0))
    if not weight:
        return None
    return math.floor(sum((share * score for share, score in known), Fraction(0)) / weight)
