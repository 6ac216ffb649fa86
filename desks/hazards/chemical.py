"""Which hazards with chemicals lie outside every chemical zone (row S0-17).

On the border counts as inside: within 1 mm of the rim, as positions are kept. A plant with a
boundary lies inside only with all of it; where it crosses the rim it counts as outside.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from desks.command.boundaries import ground
from desks.command.population import areal
from desks.command.stored import Held, held_by
from desks.onemap import OneMap
from geodata.join import NOISE_M
from risk.gb18218_tables import find_entry

from .parts import Siting
from .siting_rules import RULES, SitingRules

LAYER = "chemical_zone"
NOISE_M2 = 1.0
"""So much of a plant outside is the noise of surveying."""


def sitings(onemap: OneMap, *, pack: SitingRules = RULES) -> tuple[Siting, ...]:
    """Return where each hazard of the rule's layers lies that holds a chemical, outside first.

    A chemical is what the tables of GB 18218-2018 have. Empty where the district has no chemical
    zone on file.
    """
    if LAYER not in onemap.records:
        return ()
    found = [
        siting(onemap, spec.key, records.ids[row])
        for spec in onemap.layers_for("hazard")
        if spec.geometry == "point" and spec.key in pack.zone_layers
        for records in (onemap.records[spec.key],)
        for row in range(len(records.ids))
        if any(_is_chemical(held) for held in held_by(onemap, spec.key, row))
    ]
    order = ("outside", "partly", "unknown", "border", "inside")
    return tuple(
        sorted(found, key=lambda s: (order.index(s.where), -(s.outside_m or 0), s.layer, s.id))
    )


def _is_chemical(held: Held) -> bool:
    entry = find_entry(held.name)
    return entry is not None and entry.critical_t is not None


def siting(onemap: OneMap, layer: str, record_id: str) -> Siting:
    """Return where one hazard of the register lies."""
    records, row = onemap.records[layer], onemap.row_of(layer, record_id)
    place = ground(onemap, layer, record_id)
    about = (layer, record_id, records.names[row], records.text("subdistrict", row))
    return placed_in(onemap, place, about)


def placed_in(
    onemap: OneMap, place: BaseGeometry | None, about: tuple[str, str, str, str]
) -> Siting:
    """Return where a place lies against the chemical zones; ``about`` is layer, id, name, unit."""
    held = onemap.records.get(LAYER)
    if place is None or held is None or not len(held.ids):
        return Siting(*about, None, "unknown", "", None)
    centre = place.representative_point()
    at = (float(centre.x), float(centre.y))
    zones = areal(onemap.shapes[LAYER])
    gaps = shapely.distance(zones, place)
    nearest = min(range(len(zones)), key=lambda row: (gaps[row], held.ids[row]))
    name, gap_m = held.names[nearest], float(gaps[nearest])
    if gap_m > NOISE_M:
        return Siting(*about, at, "outside", name, round(gap_m, 2))
    if isinstance(place, shapely.Point):
        rims = shapely.distance(shapely.boundary(zones), place)
        inside = shapely.contains(zones, place) & (rims > NOISE_M)
        if inside.any():
            return Siting(*about, at, "inside", held.names[int(np.flatnonzero(inside)[0])], 0.0)
        return Siting(*about, at, "border", name, 0.0)
    left = shapely.difference(place, shapely.union_all(zones))
    if left.area > NOISE_M2:
        return Siting(*about, at, "partly", name, 0.0)
    return Siting(*about, at, "inside", name, 0.0)
