"""Subdistricts, communities and grid cells: whole blocks put together, with shared borders.

Every unit is a union of faces of one noded coverage whose edges follow roads and the river's
middle; all levels nest exactly, and residents are whole people that sum at every level.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from .blocks import Blocks, Shapes, coarse_blocks
from .field import Field
from .land import Floats, Land
from .made import CRS
from .names import community_names, subdistrict_names
from .network import Ints
from .roads import Streets

_FACE_CUT_M2 = 45_000.0
_ROUNDS, _SHARED_M = 7, 0.5
_OVER_MAIN_ROAD, _OVER_RIVER = 2.2, 12.0
_SOURCE = "示范数据"
_DIVISION = "440199"
"""An administrative code that is not assigned; subdistricts add three digits, communities six."""

_WANTED_PLACES = {
    "老城街道": (0.665, 0.475), "滨江街道": (0.72, 0.44), "湖滨街道": (0.22, 0.30),
    "红山街道": (0.585, 0.75), "高新街道": (0.14, 0.58), "北苑街道": (0.45, 0.92),
    "东湾街道": (0.92, 0.48), "西河街道": (0.30, 0.60), "渡口街道": (0.60, 0.25),
    "南屏街道": (0.84, 0.20), "渡头镇": (0.20, 0.10), "望江街道": (0.86, 0.80),
    "石桥街道": (0.50, 0.40), "青石街道": (0.12, 0.88),
}  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """How many units of each level, and how many residents in all."""

    subdistricts: int
    communities: int
    cells: int
    night: int
    day: int


@dataclass(frozen=True)
class Units:
    """The three levels of units and the three-level grid, with the catalogue's unit columns."""

    subdistricts: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    grid: gpd.GeoDataFrame


@dataclass(frozen=True)
class _Faces:
    """The coverage: faces, who borders whom, how far apart, and people by night and day."""

    shape: Shapes
    middle: Floats
    first: Ints
    second: Ints
    apart_m: Floats
    night: Floats
    day: Floats


def make_units(
    land: Land, field: Field, streets: Streets, totals: Totals, rng: np.random.Generator
) -> Units:
    """Return subdistricts, communities nested in them, and the grid of three levels."""
    faces = _faces(land, field, streets.blocks, streets.main_lines)
    whole = np.zeros(len(faces.shape), dtype=np.int64)
    subdistrict = _split(faces, whole, np.array([totals.subdistricts]), rng)
    shares = _shares(faces, subdistrict, totals.communities, at_least=3)
    community = _split(faces, subdistrict, shares, rng)
    cell_shares = _shares(faces, community, totals.cells, at_least=1)
    cell = _split(faces, community, cell_shares, rng)
    return _named(land, faces, (subdistrict, community, cell), totals, rng)


def _faces(land: Land, field: Field, blocks: Blocks, main: Shapes) -> _Faces:
    """Return the faces of main roads, shores and the larger local roads."""
    large = blocks.cuts[blocks.cut_size_m2 > _FACE_CUT_M2]
    shape = coarse_blocks(land, np.concatenate((main, large)))
    tree = shapely.STRtree(shape)
    first, second = tree.query(shape, predicate="touches")
    ahead = first < second
    first, second = first[ahead], second[ahead]
    shared = shapely.length(shapely.intersection(shape[first], shape[second]))
    first, second = first[shared > _SHARED_M], second[shared > _SHARED_M]
    middle = shapely.get_coordinates(shapely.centroid(shape))
    inner = shapely.point_on_surface(shape)
    empty = shapely.contains(shapely.union_all([land.river, land.lake]), inner)
    for park in blocks.parks:
        empty |= shapely.contains(park, inner)
    density = field.sample(field.density, middle)
    works = np.any([shapely.contains(park, inner) for park in land.industry], axis=0)
    weight = np.where(empty, 0.0, shapely.area(shape) * np.maximum(density, 0.01) ** 1.4)
    centre = np.hypot(*(middle - land.centres[0, :2]).T)
    draw = 1.0 + 0.9 * np.exp(-0.5 * (centre / 2000.0) ** 2) + 1.6 * works
    apart = np.hypot(*(middle[first] - middle[second]).T) + 1.0
    apart *= _barrier(shape, first, second, land, main)
    return _Faces(shape, middle, first, second, apart, weight, weight * draw)


def _barrier(shape: Shapes, first: Ints, second: Ints, land: Land, main: Shapes) -> Floats:
    """Return how much dearer it is to grow over each border: main roads, and more so the river."""
    border = shapely.intersection(shape[first], shape[second])
    spot = shapely.point_on_surface(border)
    _, away = shapely.STRtree(main).query_nearest(spot, return_distance=True, all_matches=False)
    river = shapely.distance(spot, land.river_line) < 1.0
    return np.select([river, away < 1.0], [_OVER_RIVER, _OVER_MAIN_ROAD], 1.0)


def _split(faces: _Faces, parent: Ints, parts: Ints, rng: np.random.Generator) -> Ints:
    """Return for every face its part; parent ``p`` falls into ``parts[p]`` connected parts.

    Parts grow from seeds over neighbouring faces of the same parent, each face to the seed nearest
    by way of its neighbours; seeds then move to the middle of their people, as in Lloyd's method.
    """
    count = len(faces.shape)
    same = parent[faces.first] == parent[faces.second]
    first, second = faces.first[same], faces.second[same]
    links = coo_array((faces.apart_m[same], (first, second)), shape=(count, count)).tocsr()
    seeds = np.concatenate(
        [_seeds(faces, np.flatnonzero(parent == p), int(k), rng) for p, k in enumerate(parts)]
    )
    owner = np.zeros(count, dtype=np.int64)
    number = np.zeros(count, dtype=np.int64)
    for _ in range(_ROUNDS):
        number[seeds] = np.arange(len(seeds))
        _, _, source = dijkstra(
            links, directed=False, indices=seeds, min_only=True, return_predecessors=True
        )
        lost = np.flatnonzero(source < 0)
        for at in lost:  # A face that meets its parent in a corner only goes to the nearest seed.
            own = seeds[parent[seeds] == parent[at]]
            apart = np.hypot(*(faces.middle[own] - faces.middle[at]).T)
            source[at] = own[int(np.argmin(apart))]
        owner = number[source]
        seeds = _moved(faces, owner)
    return owner


def _seeds(faces: _Faces, own: Ints, wanted: int, rng: np.random.Generator) -> Ints:
    """Return ``wanted`` faces spread over the parent's people (k-means++ seeding)."""
    people = faces.night[own] + faces.day[own] + 1e-3 * shapely.area(faces.shape[own]) + 1e-6
    chosen = [int(rng.choice(own, p=people / people.sum()))]
    apart = np.full(len(own), np.inf)
    while len(chosen) < wanted:
        step = np.hypot(*(faces.middle[own] - faces.middle[chosen[-1]]).T)
        apart = np.minimum(apart, np.where(own == chosen[-1], 0.0, np.maximum(step, 1.0)))
        odds = people * apart**2
        chosen.append(int(rng.choice(own, p=odds / odds.sum())))
    return np.array(chosen, dtype=np.int64)


def _moved(faces: _Faces, owner: Ints) -> Ints:
    """Return each part's face nearest to the middle of the part's people."""
    weight = faces.night + faces.day + 1e-3 * shapely.area(faces.shape) + 1e-6
    total = np.bincount(owner, weight)
    middle = np.column_stack(
        [np.bincount(owner, weight * faces.middle[:, axis]) / total for axis in (0, 1)]
    )
    apart = np.hypot(*(faces.middle - middle[owner]).T)
    order = np.lexsort((np.arange(len(owner)), apart, owner))
    return order[np.unique(owner[order], return_index=True)[1]]


def _shares(faces: _Faces, parent: Ints, wanted: int, *, at_least: int) -> Ints:
    """Return how many parts each parent falls into: by its people, within its number of faces."""
    people = np.bincount(parent, faces.night + faces.day)
    room = np.bincount(parent)
    parts = np.minimum(at_least, room)
    while parts.sum() < wanted:
        need = np.where(parts < room, people / (parts + 0.5), -1.0)
        parts[int(np.argmax(need))] += 1
    return parts


def apportion(weight: NDArray[np.number], total: int) -> Ints:
    """Return whole numbers by the weights that sum to ``total`` (largest remainder)."""
    exact = weight / weight.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    missing = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:missing]] += 1
    return whole


def _named(
    land: Land,
    faces: _Faces,
    levels: tuple[Ints, Ints, Ints],
    totals: Totals,
    rng: np.random.Generator,
) -> Units:
    """Return the frames: shapes joined level by level, codes, names, residents."""
    subdistrict, community, cell = levels
    cell_night = apportion(np.bincount(cell, faces.night), totals.night)
    cell_day = apportion(np.bincount(cell, faces.day), totals.day)
    above = _parents(cell, community)
    over = _parents(community, subdistrict)
    night, day = np.bincount(above, cell_night), np.bincount(above, cell_day)
    shapes = [_joined(faces.shape, level) for level in levels]
    sub_codes = [f"{_DIVISION}{number:03d}" for number in range(1, len(shapes[0]) + 1)]
    codes = _nested_codes(sub_codes, over)
    sub_names = _placed_names(land, shapes[0])
    names = community_names(len(codes), rng)
    subdistricts = _frame(
        shapes[0], sub_codes, sub_names, np.bincount(over, night), np.bincount(over, day)
    )
    communities = _frame(shapes[1], codes, names, night, day)
    communities["subdistrict"] = [sub_names[at] for at in over]
    small = _nested_codes([f"G{code}" for code in codes], above)
    cells = _frame(
        shapes[2],
        small,
        [f"{names[at]}网格{code[-3:]}" for at, code in zip(above, small, strict=True)],
        cell_night,
        cell_day,
    )
    grid = _grid(subdistricts, communities, cells, [f"G{codes[at]}" for at in above], over)
    return Units(subdistricts, communities, grid)


def _parents(child: Ints, parent: Ints) -> Ints:
    """Return the parent of every child, by any face of it."""
    return parent[np.unique(child, return_index=True)[1]]


def _joined(shapes: Shapes, owner: Ints) -> Shapes:
    """Return one shape per owner; edges inside fall away, edges outside stay vertex for vertex."""
    return np.array(
        [shapely.coverage_union_all(shapes[owner == at]) for at in range(owner.max() + 1)],
        dtype=object,
    )


def _nested_codes(parents: list[str], owner: Ints) -> list[str]:
    """Return the parent's code and three digits, counted within the parent."""
    seen: dict[int, int] = {}
    codes = []
    for at in owner.tolist():
        seen[at] = seen.get(at, 0) + 1
        codes.append(f"{parents[at]}{seen[at]:03d}")
    return codes


def _placed_names(land: Land, shapes: Shapes) -> list[str]:
    """Return a name per subdistrict; those that speak of a place go to the unit nearest to it."""
    names = subdistrict_names(len(shapes))
    wanted = np.array([_WANTED_PLACES.get(name, (np.nan, np.nan)) for name in names])
    corner = np.array(land.outline.bounds[:2])
    size = np.array(land.outline.bounds[2:]) - corner
    middle = (shapely.get_coordinates(shapely.centroid(shapes)) - corner) / size
    apart = np.hypot(*np.moveaxis(wanted[:, None] - middle[None], 2, 0))
    row, column = linear_sum_assignment(np.nan_to_num(apart, nan=0.25))
    placed = dict(zip(column.tolist(), row.tolist(), strict=True))
    return [names[placed[at]] for at in range(len(shapes))]


def _frame(
    shapes: Shapes,
    codes: list[str],
    names: list[str],
    night: NDArray[np.number],
    day: NDArray[np.number],
) -> gpd.GeoDataFrame:
    """Return the catalogue's unit columns over the shapes."""
    held = {
        "code": codes,
        "name": names,
        "residents_day": day.astype(np.int64),
        "residents_night": night.astype(np.int64),
        "source": _SOURCE,
    }
    return gpd.GeoDataFrame(held, geometry=shapes, crs=CRS)


def _grid(
    subdistricts: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    parents: list[str],
    over: Ints,
) -> gpd.GeoDataFrame:
    """Return large, middle and small cells in one frame, each with its parent's code."""
    large, middle = subdistricts.copy(), communities.drop(columns="subdistrict")
    large["code"], middle["code"] = "G" + large["code"], "G" + middle["code"]
    levels = (
        (large, "大", [""] * len(large)),
        (middle, "中", [large["code"].iloc[at] for at in over]),
        (cells, "小", parents),
    )
    rows = [
        [*row, level, parent]
        for frame, level, above in levels
        for row, parent in zip(frame.itertuples(index=False), above, strict=True)
    ]
    heads = [*large.columns, "level", "parent"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=heads), geometry="geometry", crs=CRS)
