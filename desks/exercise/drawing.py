"""The arithmetic of the draw: commitments, one digest of everything, a number without bias.

docs/drills.md states what it proves. Nothing here reads a log or a clock.
"""

import hashlib
from collections.abc import Sequence
from itertools import count

COMMIT_HEAD, DRAW_HEAD = b"shouwang commit 1\n", b"shouwang draw 1\n"
SECRET_BYTES = 32
"""Length of a participant's nonce and of the sealed seed."""

DIGEST_BITS = 256


def commit_of(nonce: bytes, value: str) -> str:
    """Return the 64 hex digits that bind a participant to a value and show nothing of it.

    Raises:
        ValueError: for a nonce that has not 32 bytes: a short one could be tried out.

    """
    if len(nonce) != SECRET_BYTES:
        raise ValueError(len(nonce))
    return hashlib.sha256(COMMIT_HEAD + nonce + value.encode()).hexdigest()


def joined(values: Sequence[str]) -> bytes:
    """Return all values as one: each behind its length, so that no two lists give the same."""
    texts = [value.encode() for value in values]
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def counted(bits: int, pool: int) -> int:
    """Return below which digests count: ``floor(2^bits / pool) · pool``, all places alike often."""
    return (1 << bits) // pool * pool


def pick(digest: int, bits: int, pool: int) -> int | None:
    """Return a place in the pool (0-based), ``None`` where the digest would favour some.

    Those at or above ``counted`` are passed over, so that every place is hit by as many of the
    others (rejection sampling, NIST SP 800-90A Rev. 1, A.5.1).

    Raises:
        ValueError: for an empty pool, or one larger than there are digests.

    """
    if not 0 < pool <= 1 << bits:
        raise ValueError(pool)
    return digest % pool if digest < counted(bits, pool) else None


def drawn(seed: bytes, values: Sequence[str], pool: int) -> tuple[int, int]:
    """Return the place in the pool (0-based) and how many digests were passed over before.

    Raises:
        ValueError: for a seed that has not 32 bytes, or an empty pool.

    """
    if len(seed) != SECRET_BYTES:
        raise ValueError(len(seed))
    told = joined(values)
    for counter in count():
        whole = DRAW_HEAD + seed + counter.to_bytes(4, "big") + told
        index = pick(int.from_bytes(hashlib.sha256(whole).digest(), "big"), DIGEST_BITS, pool)
        if index is not None:
            return index, counter
    raise AssertionError  # pragma: no cover - the counter ends after 2^32 digests
