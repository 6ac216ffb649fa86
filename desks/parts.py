"""The register's layers as the map has them: read from the store, joined, met with the roads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import geopandas as gpd
import pandas as pd

from geodata.store import ERASED, Feature, Store
from layers import CATALOG, ChildSpec, LayerSpec, layer
from routing import Snaps

from .ground import Ground
from .holding import child_frame, is_stock, layer_frame
from .joining import join_layers
from .records import Records, records_of
from .search_table import layer_search
from .stock import CHINA, LEDGER, depot_stock, ledger_of

UNITS = ("subdistrict", "community")
DOCUMENT = "document"
"""The store's layer of speed factors and packs of rules."""

BESIDE = (DOCUMENT, LEDGER)
"""Layers of the store that a map rests on beside its own."""


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """One layer as it stands at ``edition``: rows in metres, indexed by id, and what follows.

    ``edition`` counts the events on the layer, on the units that its rows are joined to, and the
    erasures of persons;
    ``access`` is where each row meets the roads, ``None`` for a layer that does not travel.
    """

    edition: tuple[int, ...]
    ground: Ground
    limit_m: float
    frame: gpd.GeoDataFrame
    records: Records
    search: pd.DataFrame
    access: Snaps | None


@dataclass(frozen=True, eq=False, repr=False)
class Wanted:
    """Which register is asked for: of what moment, and with layers for officials or not."""

    as_of: datetime | None = None
    officials: bool = False


def end_of_day(day: date | None) -> datetime | None:
    """Return the last moment of a day by China's clock, ``None`` for the present."""
    return None if day is None else end_of(day)


def end_of(day: date) -> datetime:
    """Return the last moment of a day on the district's clock: what ``--as-of`` means."""
    return datetime.combine(day, time.max, tzinfo=CHINA)


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day by China's clock."""
    return datetime.combine(day, time(), tzinfo=CHINA)


def read_parts(
    store: Store,
    ground: Ground,
    wanted: Wanted,
    limit_m: float,
    previous: Mapping[str, Part],
) -> dict[str, Part]:
    """Return the layers that have rows, in the order of the catalogue.

    A part of ``previous`` is used again where neither it nor the units changed.
    """
    counts = store.layers(as_of=wanted.as_of)
    units = tuple(counts.get(key, 0) for key in (*UNITS, ERASED))
    specs = [s for s in CATALOG if s.key in counts and (wanted.officials or not s.officials)]
    editions = {spec.key: (counts[spec.key], *units) for spec in specs}
    kept = {
        key: part
        for key, part in previous.items()
        if editions.get(key) == part.edition and part.ground is ground and part.limit_m == limit_m
    }
    needed = [s for s in specs if s.key not in kept or s.key in UNITS]
    fresh = [spec for spec in specs if spec.key not in kept]
    if fresh:
        features = store.read_layers([s.key for s in needed], as_of=wanted.as_of)
        frames = {s.key: layer_frame(s, features[s.key]) for s in needed if features[s.key]}
        joined = join_layers(frames, {}, {}, ground.crs) if "subdistrict" in frames else {}
        for spec in fresh:
            if spec.key in joined:
                frame = joined[spec.key].frame
                place = (editions[spec.key], ground, limit_m)
                kept[spec.key] = _part(spec, frame, place, previous.get(spec.key))
    return {spec.key: kept[spec.key] for spec in specs if spec.key in kept}


def _part(
    spec: LayerSpec,
    frame: gpd.GeoDataFrame,
    place: tuple[tuple[int, ...], Ground, float],
    before: Part | None,
) -> Part:
    edition, ground, limit_m = place
    identity = spec.columns[0].key
    metric = frame.to_crs(ground.crs).set_index(frame[identity].astype(str).rename("id"))
    records = records_of(spec, metric)
    locators = {"road": ground.locator, "foot": ground.foot_locator}
    access = None
    if spec.arrives is not None:
        access = locators[spec.arrives].snap(records.xy_m, limit_m=limit_m)
    search = layer_search(spec.key, frame, None if before is None else before.search)
    return Part(edition, ground, limit_m, metric, records, search, access)


def read_children(
    store: Store, parts: Mapping[str, Part], as_of: datetime | None
) -> dict[str, pd.DataFrame]:
    """Return the children's tables by ``LAYER.CHILD``; stock is the sum of the ledger."""
    pairs = {f"{key}.{child.key}": child for key in parts for child in layer(key).children}
    kept = [LEDGER if is_stock(child) else key for key, child in pairs.items()]
    features = store.read_layers(kept, as_of=as_of)
    return {key: _child(child, features, key) for key, child in pairs.items()}


def _child(child: ChildSpec, features: Mapping[str, tuple[Feature, ...]], key: str) -> pd.DataFrame:
    if is_stock(child):
        return depot_stock(ledger_of(features[LEDGER]).movements)
    return child_frame(child, features[key])
