"""Whether a row lies within what a scope allows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import shapely

from .records import Event, Feature
from .scope import EVERY, Rows, Scope

Key = tuple[str, str]


def may_write(rows: Rows | None, shape: shapely.Geometry | None, props: Mapping[str, Any]) -> bool:
    """Return whether a feature of this shape (EPSG:4326) and these columns is among the rows."""
    if rows is None:
        return False
    if rows == EVERY:
        return True
    if shape is not None and not shapely.is_empty(shape) and rows.within is not None:
        return bool(shapely.intersects(rows.within, shapely.point_on_surface(shape)))
    return any(props.get(column) == value for column, value in rows.stated)


may_read = may_write
"""The same rule holds for both."""


def shown_features(features: Sequence[Feature], scope: Scope) -> tuple[Feature, ...]:
    """Return the features that the scope shows."""
    return tuple(f for f in features if may_read(scope.of(f.layer).read, f.shape, f.props))


def owners(rows: Rows | None, props: Mapping[str, Any]) -> tuple[Key, ...]:
    """Return (layer, id) of every feature that a row with these columns belongs to."""
    named = ((b, str(props.get(b.column) or "")) for b in (rows.belongs if rows else ()))
    return tuple(
        (belonging.layer, text.removeprefix(belonging.prefix))
        for belonging, text in named
        if text and text.startswith(belonging.prefix)
    )


Reading = Callable[[Collection[str]], Mapping[str, Sequence[Feature]]]


def seen_events(events: Sequence[Event], scope: Scope, read: Reading) -> tuple[Event, ...]:
    """Return the events on what the scope shows: who sees a part of a layer sees only its records.

    ``read`` gives the features of layers that the scope shows now; what was removed from such a
    part is hidden with its history, as nothing tells any more whose it was.
    """
    parts = {event.layer for event in events if scope.of(event.layer).read != EVERY}
    held = read(sorted(parts)) if parts else {}
    shown = {layer: {feature.id for feature in found} for layer, found in held.items()}
    return tuple(e for e in events if e.layer not in parts or e.id in shown.get(e.layer, ()))
