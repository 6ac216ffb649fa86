"""调度得力: what the ledger shows of how stores are kept and goods are followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from desks.stock import CHINA, Movement, account_kind, account_name, balances, deficits, effective
from language import Sentence, say

COUNTED_DAYS = 365
SETTLED_DAYS = 30
"""What was issued longer ago than this should be back, or be written off."""


@dataclass(frozen=True)
class Kept:
    """One share of the ledger: ``good`` of ``of`` stores or issues."""

    what: Sentence
    good: int
    of: int


def dispatch_parts(
    movements: Iterable[Movement], stores: frozenset[str], as_of: date | None
) -> tuple[Kept, ...]:
    """Return the three shares of these stores (ids) on that day, () without any movement of theirs.

    Stores that no movement has touched do not count; a movement after that day is not seen yet.
    """
    seen = [m for m in effective(movements) if as_of is None or day_of(m) <= as_of]
    touched = {store for movement in seen for store in _stores(movement) if store in stores}
    if not touched:
        return ()
    day = as_of or max(day_of(movement) for movement in seen)
    counted = {
        store
        for movement in seen
        if movement.kind == "count" and (day - day_of(movement)).days <= COUNTED_DAYS
        for store in _stores(movement)
    }
    short = {account_name(one.account) for one in deficits(balances(seen))}
    settled, issued = _issues(seen, touched, day)
    return (
        Kept(say("stores counted within a year"), len(touched & counted), len(touched)),
        Kept(say("stores without a deficit"), len(touched - short), len(touched)),
        Kept(say("issues returned or written off"), settled, issued),
    )


def day_of(movement: Movement) -> date:
    """Return the day of a movement by the clock of the districts."""
    return movement.at.astimezone(CHINA).date()


def _stores(movement: Movement) -> Iterable[str]:
    for account in (movement.from_account, movement.to_account):
        if account_kind(account) == "depot":
            yield account_name(account)


def _issues(seen: list[Movement], stores: set[str], day: date) -> tuple[int, int]:
    """Return how many issues of these stores are old enough to be settled, and how many are.

    Goods at one place of use are one heap: what comes back settles the oldest issue first.
    """
    back: dict[tuple[str, str, str], Decimal] = {}
    for movement in seen:
        if account_kind(movement.from_account) == "use":
            key = (movement.from_account, movement.item, movement.unit)
            back[key] = back.get(key, Decimal(0)) + movement.quantity
    settled = issued = 0
    for movement in sorted(seen, key=lambda one: (one.at, one.id)):
        if account_kind(movement.to_account) != "use":
            continue
        key = (movement.to_account, movement.item, movement.unit)
        covered = back.get(key, Decimal(0)) >= movement.quantity
        back[key] = max(Decimal(0), back.get(key, Decimal(0)) - movement.quantity)
        own = account_name(movement.from_account) in stores
        if own and account_kind(movement.from_account) == "depot" and _is_old(movement, day):
            issued += 1
            settled += covered
    return settled, issued


def _is_old(movement: Movement, day: date) -> bool:
    return day_of(movement) < day - timedelta(days=SETTLED_DAYS)
