"""Local roads: blocks between the main roads, cut in two again and again across their long side."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .field import Field
from .land import Floats, Land

Shapes = NDArray[np.object_]

_VILLAGE_BLOCK_M2 = 1_700.0
_HILL_BLOCK_M2 = 600_000.0
_INDUSTRY_BLOCK_M2 = 45_000.0
_SHORE_STRIP_M = 95.0
_LARGEST_PARK_M2 = 260_000.0
_SMALLEST_PARK_M2 = 25_000.0
TOWN, LANE, WORKS, TRACK = range(4)
_SMALLEST_CUT_M2 = 700.0
_VILLAGE_M2, _VILLAGE_DENSITY = (60_000.0, 300_000.0), (0.10, 0.45)
_VILLAGES_APART_M = 1_100.0
_PARK_DENSITY, _PARK_SHARE = 0.25, 0.07
_TOWN_LEAN, _LANE_LEAN, _TRACK_LEAN = 0.10, 0.22, 0.3
_POLYGON = 3
_CURVE = np.linspace(-1.0, 1.0, 7)


@dataclass(frozen=True)
class Blocks:
    """The land's faces once cut: ``coarse`` between main roads, ``fine`` between all roads.

    ``cuts`` are the local roads, ``cut_size_m2`` the area of the block each one parted and
    ``cut_kind`` one of ``TOWN, LANE, WORKS, TRACK``; ``fine`` counts only what was built on.
    """

    coarse: Shapes
    fine: Shapes
    cuts: Shapes
    cut_size_m2: Floats
    cut_kind: NDArray[np.int8]
    parks: Shapes
    villages: Shapes


def coarse_blocks(land: Land, roads: Shapes) -> Shapes:
    """Return the faces between main roads, river, lake and outline, all within the outline."""
    edges = [*roads, land.outline.exterior, land.lake.exterior]
    edges += [ring for part in shapely.get_parts(land.river) for ring in _rings(part)]
    edges.append(land.river_line)
    net = shapely.union_all(edges, grid_size=0.01)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    middle = shapely.point_on_surface(faces)
    return faces[shapely.contains(land.outline, middle)]


def _rings(polygon: shapely.Polygon) -> list[shapely.LinearRing]:
    return [polygon.exterior, *polygon.interiors]


def cut_blocks(
    land: Land, field: Field, coarse: Shapes, roads_wanted: int, rng: np.random.Generator
) -> Blocks:
    """Return the blocks cut until about ``roads_wanted`` local roads lie between them."""
    dry = _dry(land, coarse)
    villages = _villages(field, coarse, dry, rng)
    parks = _parks(field, coarse, dry & ~villages, rng)
    grown = np.flatnonzero(dry & ~parks)
    blocks, village = coarse[grown], villages[grown]
    cuts: list[Shapes] = []
    sizes: list[Floats] = []
    kinds: list[NDArray[np.int8]] = []
    made = 0
    while made < roads_wanted:
        area = shapely.area(blocks)
        wanted, kind = _wanted_m2(land, field, blocks, village)
        ratio = area / wanted
        ripe = np.flatnonzero((ratio > 1.0) & (area > _SMALLEST_CUT_M2))
        if not len(ripe):
            break
        # The blocks furthest above their size come first; the last round stops at the budget.
        ripe = ripe[np.argsort(-ratio[ripe], kind="stable")][: max(roads_wanted - made, 1)]
        ripe = ripe[ratio[ripe] > ratio[ripe[0]] * 0.12]
        lean = np.select(
            [village[ripe], kind[ripe] == TRACK], [_LANE_LEAN, _TRACK_LEAN], _TOWN_LEAN
        )
        lines, parts, parent = _cut(blocks[ripe], rng, lean)
        cuts.append(lines)
        sizes.append(area[ripe])
        kinds.append(kind[ripe])
        made += len(lines)
        rest = np.ones(len(blocks), dtype=bool)
        rest[ripe] = False
        village = np.concatenate((village[rest], village[ripe][parent]))
        blocks = np.concatenate((blocks[rest], parts))
    return Blocks(
        coarse=coarse,
        fine=blocks,
        cuts=np.concatenate(cuts),
        cut_size_m2=np.concatenate(sizes),
        cut_kind=np.concatenate(kinds),
        parks=coarse[parks],
        villages=coarse[villages],
    )


def _dry(land: Land, blocks: Shapes) -> NDArray[np.bool_]:
    """Return which blocks may be built on: not water, not the strip between shore and road."""
    middle = shapely.point_on_surface(blocks)
    water = shapely.union_all([land.river, land.lake, land.islet])
    wet = shapely.contains(water, middle)
    thick = shapely.area(blocks) / np.maximum(shapely.length(blocks) / 2.0, 1.0)
    strip = (shapely.distance(blocks, water) < 1.0) & (thick < _SHORE_STRIP_M)
    return ~wet & ~strip


def _villages(
    field: Field, blocks: Shapes, dry: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return which blocks hold an edge village: middling ones where the town thins out."""
    area, density = shapely.area(blocks), _density(field, blocks)
    fit = (
        dry
        & (area > _VILLAGE_M2[0])
        & (area < _VILLAGE_M2[1])
        & (density > _VILLAGE_DENSITY[0])
        & (density < _VILLAGE_DENSITY[1])
    )
    chosen = np.zeros(len(blocks), dtype=bool)
    middle = shapely.get_coordinates(shapely.centroid(blocks))
    kept: list[int] = []
    for at in rng.permutation(np.flatnonzero(fit)):
        if all(np.hypot(*(middle[at] - middle[other])) > _VILLAGES_APART_M for other in kept):
            kept.append(int(at))
    chosen[kept] = True
    return chosen


def _parks(
    field: Field, blocks: Shapes, free: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return which blocks are parks: a few of the middling ones in town."""
    area, density = shapely.area(blocks), _density(field, blocks)
    fit = free & (area > _SMALLEST_PARK_M2) & (area < _LARGEST_PARK_M2) & (density > _PARK_DENSITY)
    return fit & (rng.random(len(blocks)) < _PARK_SHARE)


def _density(field: Field, blocks: Shapes) -> Floats:
    return field.sample(field.density, shapely.get_coordinates(shapely.centroid(blocks)))


def _wanted_m2(
    land: Land, field: Field, blocks: Shapes, village: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int8]]:
    """Return the size each block should come down to, and its kind."""
    middle = shapely.centroid(blocks)
    density = _density(field, blocks)
    wanted = 5_000.0 * np.maximum(density, 0.05) ** -1.3
    hill = np.any([shapely.contains(shape, middle) for shape in land.hills], axis=0)
    works = np.any([shapely.contains(shape, middle) for shape in land.industry], axis=0)
    wanted = np.select(
        [village, hill, works], [_VILLAGE_BLOCK_M2, _HILL_BLOCK_M2, _INDUSTRY_BLOCK_M2], wanted
    )
    return wanted, np.select([village, hill, works], [1, 3, 2], 0).astype(np.int8)


def _cut(
    blocks: Shapes, rng: np.random.Generator, lean: Floats
) -> tuple[Shapes, Shapes, NDArray[np.int64]]:
    """Return the roads across the blocks, the parts they leave, and each part's block.

    The road runs across the long side of the block's tightest rectangle, off its middle, a little
    askew and a little bent.
    """
    count = len(blocks)
    corners = shapely.get_coordinates(shapely.oriented_envelope(blocks)).reshape(count, 5, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    swap = (np.hypot(*first.T) < np.hypot(*second.T))[:, None]
    long, short = np.where(swap, second, first), np.where(swap, first, second)
    middle = corners[:, :4].mean(axis=1) + long * rng.uniform(-0.13, 0.13, (count, 1))
    angle = np.arctan2(short[:, 1], short[:, 0]) + rng.normal(0.0, 1.0, count) * lean
    reach = np.hypot(*long.T) + np.hypot(*short.T)
    along = np.column_stack((np.cos(angle), np.sin(angle)))
    across = np.column_stack((-along[:, 1], along[:, 0]))
    half_short = np.hypot(*short.T) / 2.0
    bend = rng.normal(0.0, 0.06, count) * half_short * (1.0 + 4.0 * (lean == _TRACK_LEAN))
    bent = bend[:, None] * (
        1.0 - np.minimum(np.abs(_CURVE) * reach[:, None] / half_short[:, None], 1.0) ** 2
    )
    line = (
        middle[:, None]
        + along[:, None] * (_CURVE * reach[:, None])[:, :, None]
        + across[:, None] * bent[:, :, None]
    )
    far = line[:, [-1, 0]] + across[:, None] * reach[:, None, None] * 2.0
    near = line[:, [-1, 0]] - across[:, None] * reach[:, None, None] * 2.0
    roads = shapely.intersection(shapely.linestrings(line), blocks)
    halves = [
        shapely.intersection(blocks, shapely.polygons(np.concatenate((line, side), axis=1)))
        for side in (far, near)
    ]
    parts, parent = shapely.get_parts(np.concatenate(halves), return_index=True)
    solid = (shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > 1.0)
    return roads, parts[solid], parent[solid] % count
