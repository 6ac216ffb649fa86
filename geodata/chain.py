"""One hash chain for everything that must be provable: edits, decisions, unmaskings, drills.

A link's hash is SHA-256 over the hash before it and the canonical JSON of its body, so that no
link can be changed, left out or put in without changing every later one. An unkeyed chain proves
something only to who kept its head elsewhere: print it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64
"""What stands before the first link."""


@dataclass(frozen=True)
class Link:
    """One link as it was kept: its number, the hash before it, its body and its own hash."""

    seq: int
    previous: str
    body: Mapping[str, object]
    hash: str


def canonical(value: object) -> str:
    """Return the one JSON text of a value: keys sorted, no blanks, nothing escaped.

    Raises:
        ValueError: for NaN or an infinite number, which JSON does not have.

    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def link_hash(previous: str, body: Mapping[str, object]) -> str:
    """Return the 64 hex digits that bind a body to everything before it."""
    return hashlib.sha256(f"{previous}\n{canonical(body)}".encode()).hexdigest()


def breaks(links: Iterable[Link], *, after: str = GENESIS, number: int = 1) -> Iterator[int]:
    """Yield the number of each link that does not follow from the one before it.

    ``after`` and ``number`` say where the links begin. A link that was changed is named; the next
    one is judged by the hash that stands in it, so that one change is told once.
    """
    expected = number
    for link in links:
        whole = link.seq == expected and link.previous == after
        if not whole or link.hash != link_hash(link.previous, link.body):
            yield link.seq
        expected, after = link.seq + 1, link.hash
