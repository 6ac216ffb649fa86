"""Counts of people as a public edition may show them.

Every count of a community becomes a multiple of a base, and all else is the sum of such counts:
subdistricts, district, shares, differences. Whatever is subtracted from whatever is then a multiple
of the base, so that differencing gives no count back that is smaller than the base. The count of a
place is a function of the exact count alone, so that asking twice tells nothing more.
"""

import tomllib
from functools import cache
from pathlib import Path

from language import Sentence, say

TABLE = Path(__file__).with_name("public.toml")


@cache
def base() -> int:
    """Return the number of people that every public count is a multiple of."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return int(table["people"]["base"])


def public_people(people: int) -> int:
    """Return the nearest multiple of the base, half a base up; somebody never becomes nobody."""
    step = base()
    rounded = (people + step // 2) // step * step
    return max(rounded, step) if people > 0 else 0


def public_part(part: int, whole: int) -> int:
    """Return the public count of a part of ``whole`` people.

    All of them stay all; whoever lacks even one lacks a base, so that 99.96 never becomes 100.
    """
    step, all_of_them = base(), public_people(whole)
    if part >= whole:
        return all_of_them
    rounded = (part + step // 2) // step * step
    return max(min(rounded, all_of_them - step), 0)


def public_rule() -> Sentence:
    """Return the rule in words, as it stands in every public paper."""
    return say(
        "Public edition: counts of people are multiples of {base} (1 to {base} is {base}), totals "
        "and shares are made of these counts; telephones, stocks and evidence are left out.",
        base=base(),
    )
