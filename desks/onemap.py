"""What every desk works on: one district in metres, loaded once, never changed."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import Projection, projection
from layers import CATALOG, LayerSpec, layer
from routing import (
    Conditions,
    Locator,
    RoadNetwork,
    Snaps,
    SpeedModel,
    Vehicle,
    Weights,
    weights_ms,
)

from .folder import (
    BASEMAP,
    LAYERS,
    NETWORK,
    SEARCH,
    SPEED_MODEL,
    read_about,
    read_part,
    require_columns,
    require_files,
    require_readable,
)

PERSONAL = tuple(dict.fromkeys(c.key for spec in CATALOG for c in spec.personal_columns))
JOINED = ("subdistrict_code", "community_code", "outside_m", *(f"has_{key}" for key in PERSONAL))
ANY_VEHICLE = Vehicle()
WEIGHTS_KEPT = 12
"""Weights of one hour and vehicle take about 3 MB at 20,000 nodes."""

Value = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True)
class Records:
    """The rows of one layer as plain columns, so that a click touches no frame.

    ``xy_m`` (n, 2) is the position, for lines and polygons a point on them, NaN where there is
    none; ``columns`` holds each public column, ``None`` where a number is not on file; ``order``
    (n,) ranks the ids as text, the last resort of every tie.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy_m: NDArray[np.float64]
    placed: NDArray[np.bool_]
    order: NDArray[np.int64]
    columns: Mapping[str, tuple[Value, ...]]

    def value(self, column: str, row: int) -> Value:
        """Return the row's value, ``None`` where the layer has no such column."""
        values = self.columns.get(column)
        return values[row] if values is not None else None

    def text(self, column: str, row: int) -> str:
        """Return the row's value as text, "" where there is none."""
        value = self.value(column, row)
        return value if isinstance(value, str) else ""

    def whole(self, column: str, row: int) -> int | None:
        """Return the row's value as a whole number, ``None`` where there is none."""
        value = self.value(column, row)
        return round(value) if isinstance(value, int | float) else None


@dataclass(frozen=True, eq=False, repr=False)
class OneMap:
    """One district: its registers in metres of ``crs``, its roads, and who stands where on them.

    ``layers`` are indexed by id (units by code) in the order of the user's file and hold no
    personal columns; ``children`` are keyed ``"depot.stock"``; ``access`` says per layer where
    each row, in the same order, meets the roads; ``stamp`` changes with any content of the
    folder; ``extent_m`` is (west, south, east, north).
    """

    folder: Path
    name_zh: str
    name_en: str
    crs: str
    sample: bool
    as_of: date | None
    whole_extent: bool
    stamp: str
    layers: Mapping[str, gpd.GeoDataFrame]
    children: Mapping[str, pd.DataFrame]
    records: Mapping[str, Records]
    network: RoadNetwork
    locator: Locator
    foot_locator: Locator
    speed_model: SpeedModel
    access: Mapping[str, Snaps]
    extent_m: tuple[float, float, float, float]

    def __repr__(self) -> str:
        """Return name and stamp; the registers have no place in a log."""
        return f"OneMap({self.name_zh}, {self.stamp})"

    def to_metres(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Return x, y in metres of the district's CRS; infinite where the point has none."""
        return self._projection.to_m(lon_deg, lat_deg)

    def to_degrees(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return longitude, latitude in WGS 84."""
        return self._projection.to_deg(x_m, y_m)

    def layers_for(self, *purposes: str) -> tuple[LayerSpec, ...]:
        """Return the layers of these purposes that the district has, in the table's order."""
        return tuple(s for s in CATALOG if s.purpose in purposes and s.key in self.layers)

    @property
    def _projection(self) -> Projection:
        return projection(self.crs)

    def row_of(self, key: str, record_id: str) -> int:
        """Return the row number of a record.

        Raises:
            KeyError: for a layer or id that the district does not have.

        """
        return self._rows[key][record_id]

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, int]]:
        return {key: {i: row for row, i in enumerate(r.ids)} for key, r in self.records.items()}

    @cached_property
    def search_table(self) -> pd.DataFrame:
        """Return what can be searched: layer, id, name, pinyin, initials, lon_deg, lat_deg."""
        return read_part(self.folder / SEARCH, pd.read_parquet)

    def open_weights(self, conditions: Conditions) -> Weights:
        """Return the weights without closures; those of free flow and the last hours are kept."""
        kept = self._free_weights if conditions.hour is None else self._hourly_weights
        return kept(conditions)

    @cached_property
    def _free_weights(self) -> Callable[[Conditions], Weights]:
        return lru_cache(WEIGHTS_KEPT)(partial(weights_ms, self.network, self.speed_model))

    @cached_property
    def _hourly_weights(self) -> Callable[[Conditions], Weights]:
        return lru_cache(WEIGHTS_KEPT)(partial(weights_ms, self.network, self.speed_model))

    @cached_property
    def vehicles(self) -> Mapping[str, tuple[Vehicle, ...]]:
        """Return the vehicle of each row of the ranked layers.

        Vehicles that meet exactly the same obstacles stand for one another, so that they share
        their searches: the first in the table's order stands for all.
        """
        known: dict[tuple[bytes, ...], Vehicle] = {}
        return MappingProxyType(
            {
                spec.key: tuple(
                    self._representative(_vehicle(self.records[spec.key], row), known)
                    for row in range(len(self.records[spec.key].ids))
                )
                for spec in self.layers_for("responder")
                if spec.ranked
            }
        )

    def _representative(self, vehicle: Vehicle, known: dict[tuple[bytes, ...], Vehicle]) -> Vehicle:
        network = self.network
        limits = (network.road_width_m, network.road_height_m, network.road_weight_t)
        sizes = (vehicle.width_m, vehicle.height_m, vehicle.weight_t)
        obstacles = tuple(
            b"" if size is None else np.flatnonzero(limit < size).tobytes()
            for limit, size in zip(limits, sizes, strict=True)
        )
        return known.setdefault(obstacles, vehicle)

    @cached_property
    def shapes(self) -> Mapping[str, NDArray[np.object_]]:
        """Return the shapes of each layer of lines or polygons, in the order of its rows."""
        keys = [s.key for s in CATALOG if s.geometry != "point" and s.key in self.layers]
        return MappingProxyType({k: np.asarray(self.layers[k].geometry.array) for k in keys})

    @cached_property
    def shape_trees(self) -> Mapping[str, shapely.STRtree]:
        """Return a search tree over the shapes of each layer of lines or polygons."""
        return MappingProxyType({key: shapely.STRtree(s) for key, s in self.shapes.items()})

    @cached_property
    def child_values(self) -> Mapping[str, Mapping[str, tuple[Value, ...]]]:
        """Return each child table as plain columns."""
        return MappingProxyType(
            {
                key: {str(column): _plain_values(frame[column]) for column in frame.columns}
                for key, frame in self.children.items()
            }
        )

    @cached_property
    def child_rows(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """Return per child table the row numbers that belong to each parent id."""
        return MappingProxyType({key: _rows_by_parent(key, f) for key, f in self.children.items()})


def load_onemap(folder: Path) -> OneMap:
    """Return the district of the folder.

    Raises:
        UserError: where the folder is missing, is not a district, is incomplete or damaged, or
            was made by another version; every fault at once.

    """
    about = read_about(folder)
    require_files(folder, about)
    require_readable(folder)
    network = read_part(folder / NETWORK, RoadNetwork.load)
    speed_model = SpeedModel.load(folder / SPEED_MODEL)
    crs = str(about["crs"])
    layers = {
        spec.key: read_part(folder / LAYERS / f"{spec.key}.parquet", gpd.read_parquet)
        for spec in CATALOG
        if spec.key in about["layers"] and not spec.officials
    }
    children = {
        key: read_part(folder / LAYERS / f"{key}.parquet", pd.read_parquet)
        for key in about["children"]
    }
    require_columns(layers, children)
    frames = {key: _indexed(layer(key), frame.to_crs(crs)) for key, frame in layers.items()}
    records = {key: _records(layer(key), frame) for key, frame in frames.items()}
    locators = {"road": Locator(network), "foot": Locator(network, on_foot=True)}
    return OneMap(
        folder=folder,
        name_zh=str(about["name_zh"]),
        name_en=str(about["name_en"]),
        crs=crs,
        sample=bool(about["sample"]),
        as_of=about.get("as_of"),
        whole_extent=bool(about["whole_extent"]),
        stamp=folder_stamp(folder, about),
        layers=MappingProxyType(frames),
        children=MappingProxyType(children),
        records=MappingProxyType(records),
        network=network,
        locator=locators["road"],
        foot_locator=locators["foot"],
        speed_model=speed_model,
        access=MappingProxyType(_access(records, locators, speed_model.access_limit_m)),
        extent_m=_extent_m(frames, network),
    )


def _access(
    records: Mapping[str, Records], locators: Mapping[str, Locator], limit_m: float
) -> dict[str, Snaps]:
    """Return where the rows of each layer that travels meet what they travel on."""
    ways = {key: layer(key).arrives for key in records}
    return {
        key: locators[way].snap(records[key].xy_m, limit_m=limit_m)
        for key, way in ways.items()
        if way is not None
    }


def folder_stamp(folder: Path, about: Mapping[str, object]) -> str:
    """Return 16 hex digits over every file a brief rests on and the district's own lines."""
    digest = hashlib.sha256()
    plain = {key: value for key, value in about.items() if key != "stamp"}
    digest.update(json.dumps(plain, sort_keys=True, default=str).encode())
    names = [SPEED_MODEL, NETWORK, BASEMAP, SEARCH]
    paths = [folder / name for name in names] + sorted((folder / LAYERS).glob("*.parquet"))
    for path in paths:
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _vehicle(records: Records, row: int) -> Vehicle:
    """Return the outer size of the row's vehicle; what is not on file sets no limit."""
    sizes = (
        records.value(f"vehicle_{limit}", row) for limit in ("width_m", "height_m", "weight_t")
    )
    return Vehicle(*(float(size) if isinstance(size, int | float) else None for size in sizes))


def identity_column(spec: LayerSpec) -> str:
    """Return the column that names a row of the layer: ``id``, for units ``code``."""
    return spec.columns[0].key


def _indexed(spec: LayerSpec, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    key = identity_column(spec)
    return frame.set_index(frame[key].astype(str).rename("id"))


def _records(spec: LayerSpec, frame: gpd.GeoDataFrame) -> Records:
    points = np.asarray(frame.geometry.array)
    if spec.geometry != "point":
        points = shapely.point_on_surface(points)
    xy_m = np.full((len(frame), 2), np.nan)
    there = ~(shapely.is_missing(points) | shapely.is_empty(points))
    xy_m[there] = shapely.get_coordinates(points[there])
    placed: NDArray[np.bool_] = np.asarray(np.isfinite(xy_m).all(axis=1))
    xy_m[~placed] = np.nan
    ids = tuple(str(value) for value in frame.index)
    columns = [c.key for c in spec.public_columns if c.key in frame.columns]
    columns += [key for key in JOINED if key in frame.columns]
    lists = {column.key for column in spec.columns if column.kind == "list"}
    order = np.empty(len(ids), dtype=np.int64)
    order[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return Records(
        ids=ids,
        names=tuple(str(value) for value in frame["name"]),
        xy_m=xy_m,
        placed=placed,
        order=order,
        columns=MappingProxyType(
            {key: _column_values(frame[key], is_list=key in lists) for key in columns}
        ),
    )


def _column_values(column: pd.Series, *, is_list: bool) -> tuple[Value, ...]:
    values = _plain_values(column)
    return tuple(_items(value) for value in values) if is_list else values


def _items(value: Value) -> tuple[str, ...]:
    """Return the texts of a list column, which its file parts by semicolons."""
    if isinstance(value, tuple):
        return value
    return tuple(item.strip() for item in str(value or "").split(";") if item.strip())


def _plain_values(column: pd.Series) -> tuple[Value, ...]:
    return tuple(_plain(value) for value in column.tolist())


def _plain(value: object) -> Value:
    """Return a text, number, tuple of texts or None: never NaN, never a numpy scalar."""
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(str(item) for item in value)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str | int | float):
        return value
    return str(value)[: len("2026-01-01")] if isinstance(value, date) else str(value)


def _rows_by_parent(key: str, frame: pd.DataFrame) -> Mapping[str, tuple[int, ...]]:
    layer_key, child_key = key.split(".")
    child = next(child for child in layer(layer_key).children if child.key == child_key)
    rows: dict[str, list[int]] = {}
    for number, parent in enumerate(frame[child.parent_column].astype(str)):
        rows.setdefault(parent, []).append(number)
    return MappingProxyType({parent: tuple(numbers) for parent, numbers in rows.items()})


def _extent_m(
    frames: Mapping[str, gpd.GeoDataFrame], network: RoadNetwork
) -> tuple[float, float, float, float]:
    """Return the bounds of the subdistricts, or of the roads where the district has none."""
    units = frames.get("subdistrict")
    if units is not None and len(units):
        west, south, east, north = (float(v) for v in units.total_bounds)
        return west, south, east, north
    low, high = network.node_xy_m.min(axis=0), network.node_xy_m.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
