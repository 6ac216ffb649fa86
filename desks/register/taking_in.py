"""A rehearsed file into the register: its rows and, where it lists stock, the ledger's entries."""

from dataclasses import replace
from datetime import datetime

from desks.stock import CHINA, LEDGER, adding, ledger_of
from desks.stocktake import Stocktake, stocktake
from geodata.store import WHOLE, Author, Scope, Store

from .rehearsal import Committed, Rehearsal, commit


def take_in(
    store: Store,
    rehearsal: Rehearsal,
    author: Author,
    *,
    whole: bool = False,
    scope: Scope = WHOLE,
) -> Committed:
    """Return what an import wrote: rows and movements of stock in one transaction.

    Raises:
        StaleEdit: if a record was changed since the rehearsal.
        UserError: if the whole file waits for a decision, with ``whole`` if any row does, or if
            the scope refuses.

    """
    seen = {LEDGER: store.layers().get(LEDGER, 0)}
    taken = stocktake_of(store, rehearsal)
    entries = tuple(adding(movement) for movement in taken.movements) if taken else ()
    full = replace(rehearsal, changes=(*rehearsal.changes, *entries))
    return commit(store, full, author, whole=whole, scope=scope, seen=seen if entries else None)


def stocktake_of(store: Store, rehearsal: Rehearsal) -> Stocktake | None:
    """Return what the file's stock changes in the ledger, ``None`` where it lists none."""
    listed = rehearsal.stock
    if listed is None or not len(listed.frame):
        return None
    ledger = ledger_of(store.read(LEDGER)).movements
    return stocktake(
        ledger, listed.frame, listed.rows, on=datetime.now(CHINA).date(), note=rehearsal.file
    )
