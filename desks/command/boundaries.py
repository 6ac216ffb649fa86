"""Where a plant ends: the boundary on file of a hazard, else its point."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import shapely

from desks.onemap import OneMap
from risk.release import Shape

from .population import areal

LAYER = "plant_boundary"
Key = tuple[str, str]


def boundaries(onemap: OneMap) -> Mapping[Key, Shape]:
    """Return the boundary of each hazard, as (layer, id), that has one; found once per map."""
    return onemap.once(_boundaries)


def ground(onemap: OneMap, layer: str, record_id: str) -> Shape | shapely.Point | None:
    """Return a hazard's boundary, else its point; ``None`` where neither is on file."""
    shape = boundaries(onemap).get((layer, record_id))
    if shape is not None:
        return shape
    records = onemap.records[layer]
    row = onemap.row_of(layer, record_id)
    return shapely.Point(records.xy_m[row]) if records.placed[row] else None


def _boundaries(onemap: OneMap) -> Mapping[Key, Shape]:
    """Match by the hazard's id, then by the firm's name, then by the point within.

    Several boundaries of one hazard are one ground; of several that hold a point the smallest
    counts.
    """
    held = onemap.records.get(LAYER)
    if held is None:
        return MappingProxyType({})
    shapes = areal(onemap.shapes[LAYER])
    there = [row for row in range(len(held.ids)) if not shapely.is_empty(shapes[row])]
    found: dict[Key, Shape] = {}
    for spec in onemap.layers_for("hazard"):
        if spec.geometry != "point":
            continue
        records = onemap.records[spec.key]
        for row, record_id in enumerate(records.ids):
            names = {name for name in (records.text("firm", row), records.names[row]) if name}
            own = [r for r in there if held.text("hazard_id", r) == record_id]
            own = own or [
                r for r in there if not held.text("hazard_id", r) and held.text("firm", r) in names
            ]
            if not own and records.placed[row]:
                point = shapely.Point(records.xy_m[row])
                holding = [
                    r
                    for r in there
                    if not held.text("hazard_id", r)
                    and not held.text("firm", r)
                    and shapely.intersects(shapes[r], point)
                ]
                own = sorted(holding, key=lambda r: (shapely.area(shapes[r]), held.ids[r]))[:1]
            if own:
                (whole,) = areal(np.array([shapely.union_all(shapes[own])], dtype=object))
                found[spec.key, record_id] = whole
    return MappingProxyType(found)
