"""What ends a contradiction of two posts: the change that keeps one side of it."""

from collections.abc import Mapping
from typing import Any

import shapely

from geodata.store import KEEP, WHOLE, Author, Change, Conflict, Event, Feature, Keep, Scope, Store

from .differences import PERSONAL
from .history import SHAPE

PROPS = "props"
REMOVED = "removed"


def removes(event: Event) -> bool:
    """Return whether the event took the record off."""
    return event.kind == "remove" or bool(event.after.get(REMOVED))


def settle_conflict(
    store: Store, author: Author, conflict: Conflict, kept: Event, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Return what was written so that the side ``kept`` holds; the other stays in the history.

    Of a removal against a change the record goes, or stands as whoever changed it left it.

    Raises:
        StaleEdit: where the record was changed meanwhile.
        UserError: where the scope refuses.

    """
    here = store.find(conflict.layer, conflict.id, scope=scope)
    if conflict.columns:
        version = here.version if here else 0
        return store.settle(author, _columns(store, conflict, kept, version), scope=scope)
    if removes(kept):
        return _gone(store, author, conflict, here, scope)
    removal = conflict.one if removes(conflict.one) else conflict.other
    return store.settle(author, _standing(store, conflict, removal, kept, here), scope=scope)


def _columns(store: Store, conflict: Conflict, kept: Event, version: int) -> Change:
    """Return the change that writes the contested columns as the event has them."""
    props = kept.after.get(PROPS, {})
    wanted = {c: props.get(c) for c in conflict.columns if c not in {SHAPE, PERSONAL}}
    shape = _shape(kept.after) if SHAPE in conflict.columns else KEEP
    personal = _personal(store, kept.after) if PERSONAL in conflict.columns else {}
    return Change("set", conflict.layer, conflict.id, version, wanted, shape, personal)


def _gone(
    store: Store, author: Author, conflict: Conflict, here: Feature | None, scope: Scope
) -> tuple[Event, ...]:
    """Take the record off; one that is off already is entered first, so that it can be settled."""
    key = (conflict.layer, conflict.id)
    made: tuple[Event, ...] = ()
    if here is None:
        removal = conflict.one if removes(conflict.one) else conflict.other
        again = _whole(store, conflict, removal.before)
        made = store.edit(author, [again], scope=scope)
        here = store.find(*key, scope=scope)
    version = here.version if here else 0
    return (*made, *store.settle(author, Change("remove", *key, version), scope=scope))


def _standing(
    store: Store, conflict: Conflict, removal: Event, kept: Event, here: Feature | None
) -> Change:
    """Return the change by which the record stands as ``kept`` left it."""
    props = kept.after.get(PROPS, {})
    shape = _shape(kept.after) if SHAPE in kept.after else KEEP
    personal = _personal(store, kept.after) if PERSONAL in kept.after else {}
    key = (conflict.layer, conflict.id)
    if here is not None:
        return Change("set", *key, here.version, props, shape, personal)
    whole = _whole(store, conflict, removal.before)
    return Change(
        "add", *key, 0,
        {**whole.props, **props},
        whole.shape if isinstance(shape, Keep) else shape,
        {**whole.personal, **personal},
    )  # fmt: skip


def _whole(store: Store, conflict: Conflict, before: Mapping[str, Any]) -> Change:
    """Return the change that enters the record as it was before it was taken off."""
    props = {c: v for c, v in before.get(PROPS, {}).items() if v is not None}
    key = (conflict.layer, conflict.id)
    return Change("add", *key, 0, props, _shape(before), _personal(store, before))


def _shape(side: Mapping[str, Any]) -> shapely.Geometry | None:
    text = side.get(SHAPE)
    return None if not text else shapely.from_wkt(text)


def _personal(store: Store, side: Mapping[str, Any]) -> Mapping[str, str]:
    sealed = side.get(PERSONAL)
    return store.unseal([sealed])[0] if sealed else {}
