"""The register as an import sees it: plain data, read once, changed by nobody."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.stock import CHINA
from geodata.crs import Bounds, district_crs, projection
from geodata.store import WHOLE, Feature, Scope, Store
from layers import layer

UNITS = ("subdistrict", "community")
Personal = Mapping[str, Mapping[str, Mapping[str, str]]]


def _today() -> dt.date:
    return dt.datetime.now(CHINA).date()


def _no_lines() -> NDArray[np.object_]:
    return np.array([], dtype=object)


@dataclass(frozen=True)
class Register:
    """Features by layer, units among them; roads as lines in EPSG:4326; the day of the import.

    ``personal`` are the personal columns in clear by layer and id, where the importer may see
    them: those of a layer that is not in it are neither compared nor overwritten. ``near_deg`` is
    the district's rectangle where no subdistrict is drawn.
    """

    features: Mapping[str, tuple[Feature, ...]] = field(default_factory=dict)
    personal: Personal = field(default_factory=dict)
    roads: NDArray[np.object_] = field(default_factory=_no_lines)
    today: dt.date = field(default_factory=_today)
    near_deg: Bounds | None = None

    def __post_init__(self) -> None:
        """Freeze the tables."""
        object.__setattr__(self, "features", MappingProxyType(dict(self.features)))
        object.__setattr__(self, "personal", MappingProxyType(dict(self.personal)))

    def of(self, key: str) -> tuple[Feature, ...]:
        """Return the features of a layer, none where it has none."""
        return self.features.get(key, ())

    @cached_property
    def bounds_deg(self) -> Bounds | None:
        """Return the rectangle of the district: its subdistricts, else its roads, else as given."""
        drawn = [f.shape for f in self.of("subdistrict") if f.shape is not None]
        for shapes in (drawn, self.roads):
            if len(shapes):
                west, south, east, north = map(float, shapely.total_bounds(shapes))
                return west, south, east, north
        return self.near_deg

    @cached_property
    def crs(self) -> str:
        """Return the district's metric coordinate system, "" where nothing tells where it is."""
        bounds = self.bounds_deg
        return "" if bounds is None or not np.isfinite(bounds).all() else district_crs(bounds)

    def metres(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes in EPSG:4326 as metres of ``crs``, empty where there is no such system."""
        if not self.crs or len(shapes) == 0:
            return np.full(len(shapes), shapely.Point(), dtype=object)
        move = projection(self.crs).many_to_m
        return np.asarray(shapely.transform(shapes, move), dtype=object)


def register_of(
    store: Store,
    key: str,
    *,
    roads: NDArray[np.object_] | None = None,
    today: dt.date | None = None,
    scope: Scope = WHOLE,
    others: Sequence[str] = (),
) -> Register:
    """Return what an import into the layer needs: it, its children, the units, ``others``."""
    children = [f"{key}.{child.key}" for child in layer(key).children]
    keys = dict.fromkeys((key, *children, *UNITS, *others))
    features = {name: store.read(name, scope=scope) for name in keys}
    personal = {}
    if not scope.of(key).masked:
        ids = [feature.id for feature in features[key]]
        personal[key] = store.personal(key, ids, scope=scope)
    return Register(
        features,
        personal,
        _no_lines() if roads is None else roads,
        today or _today(),
    )
