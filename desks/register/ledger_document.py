"""The ledger as JSON and as lines for a terminal: what is where, every movement, what is amiss."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from desks.stock import (
    CHINA,
    KINDS,
    Balances,
    Ledger,
    Lot,
    Movement,
    account_kind,
    account_name,
    balances,
    effective,
    plain,
)
from geodata.store import Event
from language import Catalogue, Sentence, say

from .ledger import shortfalls

FORMAT = 1
_NONE = Decimal(0)


def ledger_document(ledger: Ledger, catalogue: Catalogue) -> dict[str, Any]:
    """Return the ledger as docs/schemas/ledger.schema.json states it: exact decimals as text.

    ``balanced`` is whether all accounts of every lot add up to zero, which they do unless this
    program is wrong; ``troubles`` are sentences on accounts below zero and unreadable entries.
    """
    sums = balances(ledger.movements)
    standing = {movement.id for movement in effective(ledger.movements)}
    return {
        "format": FORMAT,
        "balanced": is_balanced(sums),
        "balances": [
            {"account": account, **_lot_document(lot), "quantity": plain(amount)}
            for (account, lot), amount in sums.items()
        ],
        "movements": [
            {**_movement_document(m), "reversed": m.id not in standing and m.kind != "reversal"}
            for m in ledger.movements
        ],
        "troubles": [catalogue.word(trouble) for trouble in shortfalls(ledger)],
    }


def ledger_lines(ledger: Ledger, catalogue: Catalogue) -> Iterator[str]:
    """Yield what each depot holds, what is in use, then what is amiss."""
    sums = balances(ledger.movements)
    for kind in ("depot", "use"):
        for (account, lot), amount in sums.items():
            if account_kind(account) == kind and amount:
                expiry = f" · {lot.expiry}" if lot.expiry else ""
                yield f"{account_name(account)}: {lot.item} {plain(amount)} {lot.unit}{expiry}"
    told = say(
        "{count} movements; all accounts add up to {total}",
        count=len(ledger.movements),
        total=plain(sum(sums.values(), _NONE)),
    )
    yield catalogue.word(told)
    yield from (f"▲ {catalogue.word(trouble)}" for trouble in shortfalls(ledger))


def is_balanced(sums: Balances) -> bool:
    """Return whether the accounts of every lot add up to zero."""
    totals: dict[Lot, Decimal] = {}
    for (_, lot), amount in sums.items():
        totals[lot] = totals.get(lot, _NONE) + amount
    return not any(totals.values())


def alterations(events: Iterable[Event]) -> tuple[Sentence, ...]:
    """Return a sentence for each entry of the ledger that was changed or taken out afterwards.

    ``events`` are those of the ledger. Entries are only added, and reversed where they were wrong;
    the program itself offers no other way, but whoever holds the file does.
    """
    return tuple(
        say(
            "{who} changed the entry {id} on {when}; entries of the ledger are only added.",
            who=event.who,
            id=event.id,
            when=f"{event.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        )
        for event in events
        if event.kind in {"set", "remove"}
    )


def _lot_document(lot: Lot) -> dict[str, str]:
    return {
        "item_code": lot.item_code,
        "item": lot.item,
        "unit": lot.unit,
        "expiry": lot.expiry,
        "batch": lot.batch,
    }


def _movement_document(movement: Movement) -> dict[str, Any]:
    kind = KINDS.get(movement.kind)
    return {
        "id": movement.id,
        "kind": movement.kind,
        "kind_zh": kind.title_zh if kind else movement.kind,
        "at": movement.at.astimezone(CHINA).isoformat(timespec="seconds"),
        **_lot_document(movement.lot),
        "quantity": plain(movement.quantity),
        "from_account": movement.from_account,
        "to_account": movement.to_account,
        "note": movement.note,
        "requisition": movement.requisition,
        "damage": movement.damage,
        "reverses": movement.reverses,
    }
