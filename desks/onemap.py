"""What every desk works on: one district in metres, loaded once, never changed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import Projection, projection
from geodata.faults import Fault, UserError
from geodata.store import Head, Store, open_store
from language import say
from layers import CATALOG, LayerSpec
from risk.incidents import TABLE
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
    CODE_VERSION,
    SPEED_MODEL,
    read_about,
    register_place,
    require_files,
    require_readable,
)
from .ground import Ground, read_ground
from .parts import BESIDE, DOCUMENT, Part, Wanted, end_of_day, read_children, read_parts
from .records import Records, Value, plain_values, rows_by_parent
from .search_table import search_order
from .stock import CHINA

ANY_VEHICLE = Vehicle()
Made = TypeVar("Made")

RULE_FOLDERS = (TABLE.parent, Path(__file__).parent)
RULE_SUFFIXES = frozenset({".toml", ".csv"})
NO_ANSWERS = "exercise"
"""The room whose tables no answer about the district rests on: drills compose, judge and learn by
them, and a sealed pool holds what came of them. The room stands above all others, so that no brief
and no coverage can read one."""

WEIGHTS_KEPT = 12
"""Weights of one hour and vehicle take about 3 MB at 20,000 nodes."""


@dataclass(frozen=True, eq=False, repr=False)
class OneMap:
    """One district: its registers in metres of ``crs``, its roads, and who stands where on them.

    ``layers`` are indexed by id (units by code) in the order of the user's file and hold no
    personal columns; ``children`` are keyed ``"depot.stock"``; ``access`` says per layer where
    each row, in the same order, meets the roads; ``stamp`` changes with everything an answer
    rests on, ``head`` is the
    last event on what it shows; ``extent_m`` is (west, south, east, north).
    """

    folder: Path
    name_zh: str
    name_en: str
    sample: bool
    as_of: date | None
    whole_extent: bool
    stamp: str
    head: Head
    ground: Ground
    parts: Mapping[str, Part]
    layers: Mapping[str, gpd.GeoDataFrame]
    children: Mapping[str, pd.DataFrame]
    records: Mapping[str, Records]
    speed_model: SpeedModel
    access: Mapping[str, Snaps]
    extent_m: tuple[float, float, float, float]

    def __repr__(self) -> str:
        """Return name and stamp; the registers have no place in a log."""
        return f"OneMap({self.name_zh}, {self.stamp})"

    @property
    def crs(self) -> str:
        """Return the district's one metric coordinate system."""
        return self.ground.crs

    @property
    def network(self) -> RoadNetwork:
        """Return the compiled roads."""
        return self.ground.network

    @property
    def locator(self) -> Locator:
        """Return where places meet the roads."""
        return self.ground.locator

    @property
    def foot_locator(self) -> Locator:
        """Return where places meet the ways on foot."""
        return self.ground.foot_locator

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
        parts = {key: part.search for key, part in self.parts.items()}
        return search_order(parts, self.ground.road_search)

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
                key: {str(column): plain_values(frame[column]) for column in frame.columns}
                for key, frame in self.children.items()
            }
        )

    @cached_property
    def child_rows(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """Return per child table the row numbers that belong to each parent id."""
        return MappingProxyType({key: rows_by_parent(key, f) for key, f in self.children.items()})

    def once(self, make: "Callable[[OneMap], Made]") -> "Made":
        """Return what the function makes of this map: worked out at the first need, then kept.

        What it returns must not hold the map, and must never be changed.
        """
        kept: dict[Callable[[OneMap], Any], Any] = self._kept
        if make not in kept:
            kept[make] = make(self)
        made: Made = kept[make]
        return made

    @cached_property
    def _kept(self) -> dict[Callable[["OneMap"], Any], Any]:
        return {}


def load_onemap(
    folder: Path,
    *,
    as_of: date | None = None,
    officials: bool = False,
    previous: OneMap | None = None,
) -> OneMap:
    """Return the district of the folder with its register as it was at the end of a day.

    Without ``as_of`` it is the register's present state. ``officials`` adds the layers that only
    officials may know of. What ``previous`` holds of the same ground, and of layers that did not
    change since, is used again, so that an edit costs little.

    Raises:
        UserError: where the folder is missing, is not a district, is incomplete or damaged, was
            made by another version, or has no register yet on that day; every fault at once.

    """
    about = read_about(folder)
    require_files(folder, about)
    require_readable(folder)
    ground = read_ground(folder, str(about["crs"]), previous.ground if previous else None)
    wanted = Wanted(end_of_day(as_of), officials=officials)
    with open_store(register_place(folder, about)) as store:
        speed_model = _speed_model(folder, store, wanted.as_of)
        limit_m = speed_model.access_limit_m
        parts = read_parts(store, ground, wanted, limit_m, previous.parts if previous else {})
        if "subdistrict" not in parts:
            raise UserError([_not_yet(store, as_of)])
        children = read_children(store, parts, wanted.as_of)
        shown = {*parts, *children, *BESIDE}
        head = store.head(as_of=wanted.as_of, layers=shown)
    frames = {key: part.frame for key, part in parts.items()}
    access = {key: part.access for key, part in parts.items() if part.access is not None}
    return OneMap(
        folder=folder,
        name_zh=str(about["name_zh"]),
        name_en=str(about["name_en"]),
        sample=bool(about["sample"]),
        as_of=as_of or _as_of(about, head),
        whole_extent=bool(about["whole_extent"]),
        stamp=_stamp(ground, head, speed_model, officials=officials),
        head=head,
        ground=ground,
        parts=MappingProxyType(parts),
        layers=MappingProxyType(frames),
        children=MappingProxyType(children),
        records=MappingProxyType({key: part.records for key, part in parts.items()}),
        speed_model=speed_model,
        access=MappingProxyType(access),
        extent_m=_extent_m(frames, ground.network),
    )


def _speed_model(folder: Path, store: Store, as_of: datetime | None) -> SpeedModel:
    """Return the folder's speed model, or the one that was in force then."""
    kept = store.find(DOCUMENT, SPEED_MODEL, as_of=as_of) if as_of is not None else None
    if kept is None:
        return SpeedModel.load(folder / SPEED_MODEL)
    return SpeedModel.parse(SPEED_MODEL, str(kept.props.get("text", "")))


def _as_of(about: Mapping[str, Any], head: Head) -> date | None:
    """Return the date of the registers: of the last change since the build, else the build's."""
    if head.at is None or head.hash == about["founded"]:
        stated: date | None = about.get("as_of")
        return stated
    return head.at.astimezone(CHINA).date()


def _stamp(ground: Ground, head: Head, speed_model: SpeedModel, *, officials: bool) -> str:
    """Return 16 hex digits over everything that an answer rests on.

    Register head of that moment, roads and base map, speed factors, rules, the program's version.
    """
    rules = rules_digest(RULE_FOLDERS)
    parts = [head.hash, ground.digest, speed_model.version, rules, CODE_VERSION, str(officials)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def rules_digest(folders: Sequence[Path]) -> str:
    """Return 64 hex digits over every rule file in the folders: tables that a user may edit.

    Those of the room NO_ANSWERS are left out.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in RULE_SUFFIXES):
            own = path.relative_to(folder)
            if own.parts[0] != NO_ANSWERS:
                digest.update(own.as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _not_yet(store: Store, as_of: date | None) -> Fault:
    first = next(iter(store.events()), None)
    if as_of is None or first is None:
        problem = say("The register has no subdistrict.")
        return Fault("", problem, say("Build the district again, or restore a copy."))
    begun = first.known_at.astimezone(CHINA).date()
    problem = say("The register begins on {date}.", date=begun.isoformat())
    return Fault("", problem, say("Ask for a later day."), value=as_of.isoformat())


def _vehicle(records: Records, row: int) -> Vehicle:
    """Return the outer size of the row's vehicle; what is not on file sets no limit."""
    sizes = (
        records.value(f"vehicle_{limit}", row) for limit in ("width_m", "height_m", "weight_t")
    )
    return Vehicle(*(float(size) if isinstance(size, int | float) else None for size in sizes))


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
