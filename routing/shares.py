"""How much of each owner's amounts finds room, whoever else comes: exact, in whole amounts."""

from dataclasses import dataclass

import numpy as np

from .arrays import LongArray
from .shares_kernels import Chain, Held, Rows, place_shares, place_without
from .transport import by_place, check_rows


@dataclass(frozen=True, eq=False)
class Shares:
    """How much can be placed: ``alone`` (u,) of each owner's if nobody else comes, ``without`` (u,)
    of all others' if the owner stays away, ``together`` of everything."""  # noqa: D205, D209 - one sentence

    alone: LongArray
    without: LongArray
    together: int


def shares(
    pairs: tuple[LongArray, LongArray], amount: LongArray, room: LongArray, owner: LongArray,
    owners: int,
) -> Shares:  # fmt: skip
    """Return how much of each owner's amounts (n,) can be placed, at whatever cost.

    ``pairs`` are first (n + 1,) and place (k,): source i may use the places of first[i]:first[i+1].

    Raises:
        ValueError: as `transport`, and for an owner that is not there.

    """
    if len(owner) != len(amount) or (len(owner) and not 0 <= owner.min() <= owner.max() < owners):
        msg = "cannot place: no such owner"
        raise ValueError(msg)
    rows, held, chain = _asked(pairs, amount, room, owner)
    out = np.zeros((2, owners), np.int64)
    together = int(place_shares(rows, held, chain, out))
    return Shares(out[0], out[1], together)


def without_each(
    pairs: tuple[LongArray, LongArray],
    amount: LongArray,
    room: LongArray,
    alone: LongArray | None = None,
) -> tuple[int, LongArray]:
    """Return how much can be placed, and how much without each place (m,), at whatever cost.

    ``pairs`` are as of `shares`; ``alone`` (k,) is what of its source a pair takes with it when its
    place is lost, none if not given.

    Raises:
        ValueError: as `transport`, and where a pair takes more than its source has.

    """
    out = np.zeros(len(room), np.int64)
    rows, held, chain = _asked(pairs, amount, room, np.zeros(len(amount), np.int64))
    taken = np.zeros(len(rows.place), np.int64) if alone is None else alone.astype(np.int64)
    if len(taken) != len(rows.place) or (taken < 0).any() or (taken > amount[rows.source]).any():
        msg = "cannot place: a pair takes more than there is"
        raise ValueError(msg)
    return int(place_without(rows, held, chain, taken, out)), out


def _asked(
    pairs: tuple[LongArray, LongArray], amount: LongArray, room: LongArray, owner: LongArray
) -> tuple[Rows, Held, Chain]:
    """Return the question as the kernels read it, with nothing placed."""
    first, place = pairs
    check_rows((first, place, np.zeros(len(place), np.int64)), amount, room, len(room) + 2)
    source = np.repeat(np.arange(len(amount)), np.diff(first))
    few = place.astype(np.int32)
    by_first, by_pair = by_place(few, len(room))
    rows = Rows(
        first.astype(np.int32), few, source.astype(np.int32), by_first, by_pair,
        owner.astype(np.int32),
    )  # fmt: skip
    spare = np.minimum(room, int(amount.sum())).astype(np.int64)
    held = Held(np.zeros(len(place), np.int64), amount.astype(np.int64), spare)
    none = np.zeros(len(room), np.int32)
    return rows, held, Chain(np.zeros(len(room), np.int64), none.copy(), none.copy(), none.copy())
