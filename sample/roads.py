"""The roads of the made-up district as a frame of pieces with OSM-like columns."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from .arterials import Course, trace_arterials
from .blocks import LANE, TOWN, TRACK, WORKS, Blocks, Shapes, coarse_blocks, cut_blocks
from .expressway import Extra, add_expressway
from .field import Field
from .islands import add_islands
from .land import Floats, Land
from .made import CRS
from .names import BANKS, BRIDGES, LAKE_RING, road_names, suffix
from .network import Ints, Net, contract, largest_component, mainland, make_net, node_courses, prune

NODES_WANTED = 20_000
_NODES_PER_CUT = 1.93
_WIDTHS_M = {
    "trunk": (28.0, 36.0), "primary": (22.0, 32.0), "secondary": (15.0, 22.0),
    "tertiary": (9.0, 14.0), "residential": (5.0, 9.0), "unclassified": (6.0, 10.0),
    "living_street": (3.0, 4.5), "service": (3.0, 4.0), "track": (2.8, 4.0),
}  # fmt: skip
_LANE_WIDTH_M = (1.8, 3.0)
_SPUR_BLOCK_M2, _SHORTEST_SPUR_M = 5_000.0, 22.0
_COLLECTOR_M2, _STREET_M2, _WORKS_ROAD_M2 = 260_000.0, 14_000.0, 60_000.0
"""The block a cut parts decides what it is: a collector, a street, a road of the works."""

_STREET_SHARE, _ONE_WAY_SHARE, _SIGNED_SHARE = 0.75, 0.19, 0.5
_WEAK_SHARE, _LOW_SHARE = 0.4, 0.35
"""Of small bridges over the creek, and of streets under the expressway, the share with a limit."""

_DENSE, _INLAND_M, _NAMED_M, _LONG_M = 0.30, 200.0, 60.0, 800.0
_ON_BANK_M, _OFF_BRIDGE_M, _ON_RING_M = 130.0, 100.0, 150.0
_SPEEDS_KMH = {"trunk": 70, "primary": 60, "secondary": 50, "tertiary": 40, "motorway": 100,
               "motorway_link": 40, "residential": 30}  # fmt: skip
_BRIDGE_LIMITS = {1: (np.nan, 15.0), 3: (4.2, np.nan), 4: (np.nan, 20.0)}
"""Bridge number to height limit in m and weight limit in t."""


@dataclass(frozen=True)
class Courses:
    """All roads along their whole course, row by row: line, class, name, width, kind, bridge."""

    lines: Shapes
    road_class: NDArray[np.str_]
    name: NDArray[np.object_]
    width_m: Floats
    kind: NDArray[np.int8]
    bridge: Ints


@dataclass(frozen=True)
class Streets:
    """What later steps stand on: the frame, the net it came from, and the blocks between."""

    frame: gpd.GeoDataFrame
    net: Net
    blocks: Blocks
    main_lines: Shapes


def make_streets(land: Land, field: Field, nodes_wanted: int, rng: np.random.Generator) -> Streets:
    """Return the roads of the land, about ``nodes_wanted`` crossings and ends in all."""
    traced = trace_arterials(land, field, rng)
    main, origin = prune(np.array([course.line for course in traced]), land.outline)
    coarse = coarse_blocks(land, main)
    spurs_wanted = nodes_wanted // 26
    cuts_wanted = int((nodes_wanted - 2 * spurs_wanted - 2.6 * len(coarse)) / _NODES_PER_CUT * 1.17)
    blocks = cut_blocks(land, field, coarse, cuts_wanted, rng)
    spurs = _spurs(blocks, spurs_wanted, rng)
    courses = _courses(land, [traced[at] for at in origin], main, blocks, spurs, rng)
    pieces, course = node_courses(courses.lines)
    net = mainland(contract(make_net(pieces, course)))
    way = _one_ways(net, courses, field, rng)
    frame = _frame(net, courses, way, land, rng)
    extras = [*add_expressway(land, net, frame), *add_islands(land, net, rng)]
    return Streets(_with_extras(frame, extras), net, blocks, main)


def _spurs(blocks: Blocks, wanted: int, rng: np.random.Generator) -> Shapes:
    """Return dead ends into the blocks, each from one of its sides towards its middle."""
    fit = blocks.fine[(shapely.area(blocks.fine) > _SPUR_BLOCK_M2)]
    chosen = fit[rng.permutation(len(fit))[: int(wanted * 1.3)]]
    rings = shapely.get_exterior_ring(chosen)
    start = shapely.line_interpolate_point(rings, rng.random(len(chosen)), normalized=True)
    begin, middle = (
        shapely.get_coordinates(start),
        shapely.get_coordinates(shapely.centroid(chosen)),
    )
    end = begin + (middle - begin) * rng.uniform(0.5, 0.95, (len(chosen), 1))
    lines: Shapes = np.asarray(shapely.linestrings(np.stack((begin, end), axis=1)))
    kept = shapely.covers(shapely.buffer(chosen, 0.5), lines) & (
        shapely.length(lines) > _SHORTEST_SPUR_M
    )
    return lines[kept][:wanted]


def _courses(
    land: Land,
    traced: list[Course],
    main: Shapes,
    blocks: Blocks,
    spurs: Shapes,
    rng: np.random.Generator,
) -> Courses:
    """Return main roads, local roads and spurs in one table, named and given their widths."""
    local = _local_classes(blocks, rng)
    lines = np.concatenate((main, blocks.cuts, spurs))
    road_class = np.array(
        [*(course.road_class for course in traced), *local, *["service"] * len(spurs)],
        dtype=np.str_,
    )
    kind = np.concatenate(
        (np.full(len(main), TOWN), blocks.cut_kind, np.full(len(spurs), TOWN))
    ).astype(np.int8)
    inland = shapely.distance(
        shapely.line_interpolate_point(main, 0.5, normalized=True), land.river
    )
    fit = (road_class[: len(main)] == "primary") & (inland > _INLAND_M)
    longest = np.argsort(-shapely.length(main) * fit)[:2]
    road_class[longest] = "trunk"
    bridge = np.zeros(len(lines), dtype=np.int64)
    bridge[: len(main)] = [course.bridge for course in traced]
    width = np.array([rng.uniform(*_WIDTHS_M[one]) for one in road_class])
    narrow = (kind == LANE) & (road_class == "service")
    width[narrow] = rng.uniform(*_LANE_WIDTH_M, int(narrow.sum()))
    name = _names(land, lines, road_class, rng)
    return Courses(lines, road_class, name, np.round(width, 1), kind, bridge)


def _local_classes(blocks: Blocks, rng: np.random.Generator) -> list[str]:
    """Return the class of every cut by what it parts: the larger the block, the better the road."""
    size, dice = blocks.cut_size_m2, rng.random(len(blocks.cuts))
    town = np.select(
        [size > _COLLECTOR_M2, size > _STREET_M2, dice < _STREET_SHARE],
        ["tertiary", "residential", "residential"],
        "service",
    )
    lane = np.where(size > _STREET_M2, "living_street", "service")
    works = np.where(size > _WORKS_ROAD_M2, "unclassified", "service")
    kinds = [blocks.cut_kind == kind for kind in (LANE, WORKS, TRACK)]
    return [str(one) for one in np.select(kinds, [lane, works, "track"], town)]


def _names(
    land: Land, lines: Shapes, road_class: NDArray[np.str_], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return a name per course; small lanes mostly have none, as on any real map."""
    stems = road_names(rng)
    length = shapely.length(lines)
    share = {"residential": 0.75, "living_street": 0.5, "service": 0.08, "track": 0.3}
    dice = rng.random(len(lines))
    names: list[str] = []
    for at, one in enumerate(road_class):
        named = dice[at] < share.get(str(one), 1.0) and length[at] > _NAMED_M
        names.append(next(stems) + suffix(str(one), rng) if named else "")
    shore = land.whole_river.exterior
    along = shapely.hausdorff_distance(
        lines, shapely.line_interpolate_point(lines, 0.5, normalized=True)
    )
    near = shapely.distance(shapely.line_interpolate_point(lines, 0.5, normalized=True), shore)
    for at in np.flatnonzero(
        np.isin(road_class, ("primary", "trunk")) & (near < _ON_BANK_M)
    ).tolist():
        if along[at] > _LONG_M and shapely.distance(lines[at], land.river_line) > _OFF_BRIDGE_M:
            names[at] = BANKS[int(_right_bank(land, lines[at]))]
    ring = land.lake.buffer(70.0).exterior
    for at in np.flatnonzero(shapely.hausdorff_distance(lines, ring) < _ON_RING_M).tolist():
        names[at] = LAKE_RING
    return np.array(names, dtype=object)


def _right_bank(land: Land, line: shapely.LineString) -> bool:
    """Return whether the line lies on the side of the river that faces away from the old town."""
    x, y = land.centres[0, :2]
    bridge = shapely.LineString(((x, y), line.interpolate(0.5, normalized=True).coords[0]))
    return bool(bridge.intersects(land.river_line))


def _one_ways(
    net: Net, courses: Courses, field: Field, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Return 0, 1 or -1 per piece: some of the dense town's streets, where all stays in reach."""
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(courses.lines, 0.5, normalized=True)
    )
    dense = field.sample(field.density, middle) > _DENSE
    fit = dense & np.isin(courses.road_class, ("residential", "tertiary")) & (courses.kind == TOWN)
    sense = np.where(
        fit & (rng.random(len(fit)) < _ONE_WAY_SHARE), rng.choice((-1, 1), len(fit)), 0
    )
    line = courses.lines[net.course]
    first = shapely.line_locate_point(line, shapely.get_point(net.lines, 0))
    last = shapely.line_locate_point(line, shapely.get_point(net.lines, -1))
    way = (sense[net.course] * np.where(last >= first, 1, -1)).astype(np.int8)
    whole = largest_component(
        net, np.full(len(way), fill_value=True), np.full(len(way), fill_value=True)
    )
    for _ in range(12):
        joined = largest_component(net, way >= 0, way <= 0)
        stuck = (way != 0) & whole[net.tail] & ~(joined[net.tail] & joined[net.head])
        if not stuck.any():
            break
        way = np.where(stuck, 0, way).astype(np.int8)
    return way


def _frame(
    net: Net, courses: Courses, way: NDArray[np.int8], land: Land, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return the pieces with their course's attributes, and limits on bridges and underpasses."""
    road_class = courses.road_class[net.course]
    name = courses.name[net.course].copy()
    height, weight = np.full(len(way), np.nan), np.full(len(way), np.nan)
    over = (courses.bridge[net.course] > 0) & shapely.intersects(net.lines, land.river_line)
    for at in np.flatnonzero(over).tolist():
        number = int(courses.bridge[net.course[at]])
        name[at] = BRIDGES[(number - 1) % len(BRIDGES)]
        height[at], weight[at] = _BRIDGE_LIMITS.get(number, (np.nan, np.nan))
    small = shapely.intersects(net.lines, land.creek) & np.isin(
        road_class, ("residential", "service")
    )
    weight[small & (rng.random(len(way)) < _WEAK_SHARE)] = 10.0
    under = shapely.intersects(net.lines, land.expressway) & np.isin(
        road_class, ("residential", "tertiary", "service")
    )
    height[under & (rng.random(len(way)) < _LOW_SHARE)] = 3.2
    known = np.isin(road_class, ("trunk", "primary", "secondary"))
    known |= (road_class == "tertiary") & (rng.random(len(way)) < _SIGNED_SHARE)
    speed = [
        _SPEEDS_KMH[str(one)] if say else np.nan for one, say in zip(road_class, known, strict=True)
    ]
    return gpd.GeoDataFrame(
        {
            "highway": road_class.astype(object),
            "name": name,
            "oneway": np.array(["no", "yes", "-1"], dtype=object)[way],
            "maxspeed": speed,
            "width": courses.width_m[net.course],
            "maxheight": height,
            "maxweight": weight,
            "bridge": np.where(over | small, "yes", "").astype(object),
        },
        geometry=net.lines,
        crs=CRS,
    )


def _with_extras(frame: gpd.GeoDataFrame, extras: list[Extra]) -> gpd.GeoDataFrame:
    """Return the frame with expressway and islands below it, and an id on every row."""
    held = {
        "highway": [extra.road_class for extra in extras],
        "name": [extra.name for extra in extras],
        "oneway": ["yes" if extra.oneway else "no" for extra in extras],
        "maxspeed": [_SPEEDS_KMH.get(extra.road_class, np.nan) for extra in extras],
        "width": [extra.width_m for extra in extras],
        "maxheight": np.nan,
        "maxweight": np.nan,
        "bridge": "",
    }
    more = gpd.GeoDataFrame(held, geometry=[extra.line for extra in extras], crs=CRS)
    columns = list(frame.columns)
    whole = gpd.GeoDataFrame(
        {name: [*frame[name], *more[name]] for name in columns}, geometry="geometry", crs=CRS
    )
    whole.insert(0, "id", [f"W{number:06d}" for number in range(1, len(whole) + 1)])
    return whole
