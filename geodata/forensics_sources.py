"""What a list and its surroundings have to say: positions under every reading, evidence on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from .crs import Bounds
from .forensics_evidence import Floats, Ints, Named, Source, Stated, labels_of, near
from .forensics_readings import Reading

STEP_M = 10.0
DECOYS = 96
_NEAREST_DECOY_M, _FARTHEST_DECOY_M = 300.0, 1600.0
_CLEAR_M = 180.0
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
_ONE_PLACE_M = 300.0


@cache
def _into(crs: str) -> pyproj.Transformer:
    """Return the kept transformer of WGS 84 into that system: making one takes 60 ms."""
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


@dataclass(frozen=True)
class UnitLevel:
    """One level of units, such as communities: a key for each shape, shapes in metres.

    Rows state a unit by the same key; several shapes may share one, as communities do.
    """

    level: str
    keys: tuple[str, ...]
    shapes: NDArray[np.object_]


@dataclass(frozen=True)
class Ground:
    """What is known for sure about the district, in metres of ``crs``.

    ``units`` stand finest first. ``places_m`` (k, 2) are known places, ``place_keys`` their names
    in compared form, "" for none. ``bounds_deg`` is the district's rectangle in WGS 84.
    """

    crs: str
    bounds_deg: Bounds
    roads: NDArray[np.object_] = field(default_factory=lambda: np.array([], dtype=object))
    units: tuple[UnitLevel, ...] = ()
    places_m: Floats = field(default_factory=lambda: np.empty((0, 2)))
    place_keys: tuple[str, ...] = ()

    @cached_property
    def road_tree(self) -> KDTree:
        """Return points at most 10 m apart along the roads, for distances in metres."""
        return _tree(shapely.get_coordinates(shapely.segmentize(self.roads, STEP_M)))

    @cached_property
    def place_tree(self) -> KDTree:
        """Return the known places, for distances in metres."""
        return _tree(self.places_m[np.isfinite(self.places_m).all(axis=1)])

    @cached_property
    def forward(self) -> pyproj.Transformer:
        """Return the transformer of longitudes and latitudes in WGS 84 into metres."""
        return _into(self.crs)

    @cached_property
    def single_places(self) -> Mapping[str, tuple[float, float]]:
        """Return the middle of each name that stands at one place only."""
        found: dict[str, list[int]] = {}
        for i, key in enumerate(self.place_keys):
            if key and np.isfinite(self.places_m[i]).all():
                found.setdefault(key, []).append(i)
        spread = {key: self.places_m[rows] for key, rows in found.items()}
        return {
            key: (float(xy[:, 0].mean()), float(xy[:, 1].mean()))
            for key, xy in spread.items()
            if np.ptp(xy, axis=0).max() <= _ONE_PLACE_M
        }


@dataclass(frozen=True)
class Listing:
    """A list as written: two numbers a row (longitude or easting first), NaN where none.

    ``rows`` are the row numbers of the file. ``keys`` are the names in the compared form of
    ``Ground.place_keys``; ``stated`` the unit that each row states, by level, "" for none.
    """

    x: Floats
    y: Floats
    rows: tuple[int, ...]
    keys: tuple[str, ...] = ()
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """The evidence on some rows of a list: ``xy_m`` (rows, readings and decoys, 2)."""

    rows: Ints
    xy_m: Floats
    sources: tuple[Source, ...]


def gather(
    listing: Listing, ground: Ground, readings: Sequence[Reading], rows: Ints, *, decoys: int
) -> Gathered:
    """Return the evidence on the rows (indices) under the readings and decoys."""
    xy_m = positions(ground, readings, rows)
    xy_m = np.concatenate([xy_m, _decoyed(xy_m, decoys)], axis=1)
    anchors_m = _anchors(listing, ground, rows)
    unnamed = ~np.isfinite(anchors_m[:, 0])
    everywhere = np.ones(len(rows), dtype=bool)
    count = len(readings)
    sources: tuple[Source, ...] = (
        *_stated(listing, ground, rows, xy_m),
        near("roads", xy_m, ground.road_tree, everywhere, count),
        near("places", xy_m, ground.place_tree, unnamed, count),
        Named(xy_m, anchors_m),
    )
    telling = tuple(source for source in sources if source.finding.telling) or sources[-1:]
    return Gathered(rows, xy_m, telling)


def positions(ground: Ground, readings: Sequence[Reading], rows: Ints) -> Floats:
    """Return where each reading puts the rows (rows, readings, 2), metres of the ground's CRS."""
    places = [ground.forward.transform(r.lon_deg[rows], r.lat_deg[rows]) for r in readings]
    xy_m = np.stack([np.column_stack(place) for place in places], axis=1)
    return np.where(np.isfinite(xy_m), xy_m, np.nan)


def independent(listing: Listing, rows: Ints) -> Ints:
    """Return the rows without those that repeat an earlier row's numbers and stated units."""
    levels = tuple(listing.stated.values())
    first: dict[tuple[object, ...], int] = {}
    for i in rows.tolist():
        said = tuple(level[i] for level in levels)
        first.setdefault((float(listing.x[i]), float(listing.y[i]), *said), i)
    return np.array(sorted(first.values()), dtype=np.int64)


def _decoyed(xy_m: Floats, decoys: int) -> Floats:
    """Return the first reading moved by each decoy vector (rows, decoys, 2).

    The vectors lie on a sunflower spiral of 300 to 1,600 m, clear of all readings.
    """
    moves = np.nanmedian(xy_m - xy_m[:, :1], axis=0)
    number = np.arange(4 * decoys)
    radius = np.sqrt(
        _NEAREST_DECOY_M**2
        + (_FARTHEST_DECOY_M**2 - _NEAREST_DECOY_M**2) * (number * 29 % len(number)) / len(number)
    )
    angle = number * _GOLDEN_ANGLE
    vectors = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    apart = np.hypot(*np.moveaxis(vectors[:, None] - moves[None], 2, 0))
    clear = vectors[(apart > _CLEAR_M).all(axis=1)][:decoys]
    return np.asarray(xy_m[:, :1] + clear[None])


def _stated(listing: Listing, ground: Ground, rows: Ints, xy_m: Floats) -> tuple[Stated, ...]:
    """Return the finest unit that each row states; rows that name no known unit are silent."""
    labels = np.full(xy_m.shape[:2], -1)
    stated = np.full(len(rows), -1)
    for unit in ground.units:
        named = listing.stated.get(unit.level, ())
        number = {key: i for i, key in enumerate(sorted(set(unit.keys) - {""}))}
        says = np.array([number.get(named[i], -1) for i in rows] if named else [-1] * len(rows))
        asked = np.flatnonzero((stated < 0) & (says >= 0))
        if len(asked) == 0:
            continue
        keys = np.array([number.get(key, len(number)) for key in unit.keys], dtype=np.int64)
        labels[asked] = labels_of(xy_m[asked], unit.shapes, keys)
        stated[asked] = says[asked]
    return (Stated(labels, stated),) if (stated >= 0).any() else ()


def _anchors(listing: Listing, ground: Ground, rows: Ints) -> Floats:
    """Return the place of the same name (rows, 2), NaN where there is none or there are several."""
    nowhere = (np.nan, np.nan)
    known = ground.single_places
    found = [known.get(listing.keys[i], nowhere) if listing.keys else nowhere for i in rows]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _tree(points_m: Floats) -> KDTree:
    """Return a tree of the points, quick to build and a little slower to ask."""
    return KDTree(points_m.reshape(-1, 2), balanced_tree=False, compact_nodes=False)
