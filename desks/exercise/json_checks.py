"""What a value of a sealed document may be; each check returns what is wrong, ``None`` if nothing.

Whatever was decrypted or typed is hostile until it passed here: a signature proves who wrote a
document, not that it is well formed.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import datetime

from language import Sentence, say

Check = Callable[[object], Sentence | None]

MOST_DEEP = 8
MOST_VALUES = 5_000
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def text(most: int, *, least: int = 1, lines: bool = False) -> Check:
    """Return a check for text without signs that steer or hide writing; ``lines`` may break."""

    def check(value: object) -> Sentence | None:
        good = isinstance(value, str) and least <= len(value) <= most and _is_plain(value, lines)
        return None if good else say("It is no text of at most {most} signs.", most=most)

    return check


def key(*, empty: bool = False) -> Check:
    """Return a check for a short name of letters, digits and ``_ . : -``."""

    def check(value: object) -> Sentence | None:
        good = isinstance(value, str) and (_KEY.fullmatch(value) or (empty and not value))
        return None if good else say("It is no name of letters, digits, _ . : and -.")

    return check


def matching(pattern: re.Pattern[str], like: str) -> Check:
    """Return a check for text of that whole pattern; ``like`` shows one that is good."""

    def check(value: object) -> Sentence | None:
        good = isinstance(value, str) and pattern.fullmatch(value)
        return None if good else say("It is not written like {like}.", like=like)

    return check


def whole(least: int, most: int, *, unknown: bool = False) -> Check:
    """Return a check for a whole number within limits; ``unknown`` lets ``None`` pass."""

    def check(value: object) -> Sentence | None:
        if value is None and unknown:
            return None
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        told = say("It is no whole number from {least} to {most}.", least=least, most=most)
        return None if good else told

    return check


def one_of(known: Collection[str]) -> Check:
    """Return a check for one of the words."""

    def check(value: object) -> Sentence | None:
        good = isinstance(value, str) and value in known
        return None if good else say("It is none of {kinds}.", kinds=", ".join(known))

    return check


def moment(value: object) -> Sentence | None:
    """Return what is wrong with an ISO time that states its offset."""
    told = say("It is no time with its offset, such as 2026-09-16T14:22:00+08:00.")
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - with microseconds
        return told
    try:
        parsed = datetime.fromisoformat(value)
        return told if parsed.utcoffset() is None else None
    except ValueError:
        return told


def position(value: object) -> Sentence | None:
    """Return what is wrong with a pair of longitude and latitude in degrees."""
    pair = value if isinstance(value, list | tuple) and len(value) == 2 else ()  # noqa: PLR2004
    good = bool(pair) and all(
        is_number(part) and abs(part) <= limit for part, limit in zip(pair, (180, 90), strict=True)
    )
    return None if good else say("It is no pair of longitude and latitude in degrees.")


def texts(most: int) -> Check:
    """Return a check for a list of at most so many short texts."""
    each = text(200)

    def check(value: object) -> Sentence | None:
        good = isinstance(value, list | tuple) and len(value) <= most
        if good and all(each(one) is None for one in value):  # type: ignore[attr-defined]
            return None
        return say("It is no list of at most {most} texts.", most=most)

    return check


def values(value: object) -> Sentence | None:
    """Return what is wrong with named texts and numbers."""
    each = text(200, least=0)
    if isinstance(value, dict) and len(value) <= 40:  # noqa: PLR2004 - far more than a brief asks
        good = (key()(k) is None and (is_number(v) or each(v) is None) for k, v in value.items())
        if all(good):
            return None
    return say("They are no named texts and numbers.")


def plain_json(value: object) -> Sentence | None:
    """Return what is wrong with an object of plain JSON values: too deep, too many, not finite."""
    told = say("It is no object of plain values.")
    if not isinstance(value, dict):
        return told
    level: list[object] = [value]
    count = 0
    for _ in range(MOST_DEEP):
        count += len(level)
        if count > MOST_VALUES or not all(_is_value(one) for one in level):
            return told
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return None
    return told


def is_number(value: object) -> bool:
    """Return whether it is a finite number (no truth value), small enough for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300 and math.isfinite(value)  # noqa: PLR2004 - any float's square root


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


def _is_value(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and len(k) <= 200 and _is_plain(k, False) for k in value)  # noqa: FBT003, PLR2004
    if isinstance(value, str):
        return len(value) <= 2_000 and _is_plain(value, lines=True)  # noqa: PLR2004 - a paragraph
    return value is None or isinstance(value, bool | list | tuple) or is_number(value)


def _is_plain(value: str, lines: bool) -> bool:  # noqa: FBT001 - one of two kinds of text
    """Return whether no sign steers, hides or is half of one; ``lines`` may end."""
    return not any(
        unicodedata.category(sign)[0] == "C" and not (lines and sign == "\n") for sign in value
    )
