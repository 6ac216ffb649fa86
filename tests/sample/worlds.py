"""Small made-up worlds, a third of the district's extent: cheap enough for several seeds."""

from dataclasses import dataclass
from functools import cache

import networkx as nx
import numpy as np
import shapely

from sample.clerk import Clerk, make_clerk
from sample.field import Field, make_field
from sample.land import Land, make_land
from sample.roads import Streets, make_streets
from sample.sites import Sites, make_sites
from sample.units import Totals, Units, make_units

SCALE, NODES = 0.35, 2_500
TOTALS = Totals(subdistricts=6, communities=24, cells=60, night=40_000, day=45_000)
SEEDS = (3, 4, 21)


@dataclass(frozen=True)
class World:
    """Every stage of one small world; tests read it and change nothing."""

    land: Land
    field: Field
    streets: Streets
    units: Units
    sites: Sites


@cache
def world(seed: int) -> World:
    """Return the small world of the seed, made once."""
    rng = np.random.default_rng(seed)
    land = make_land(SCALE, rng)
    field = make_field(land, rng)
    streets = make_streets(land, field, NODES, rng)
    units = make_units(land, field, streets, TOTALS, rng)
    return World(land, field, streets, units, make_sites(land, field, streets, units, rng))


def clerk(seed: int) -> Clerk:
    """Return a new clerk before whom every place of the small world is free."""
    held = world(seed)
    return make_clerk(held.sites, held.units, np.random.default_rng(seed))


def lines(*courses: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Return the courses as an array of lines."""
    return np.array([shapely.LineString(points) for points in courses], dtype=object)


def road_graph(shapes: np.ndarray, oneway: np.ndarray) -> nx.MultiDiGraph:
    """Return the roads as a driver sees them: ends rounded to the centimetre are nodes."""
    made = nx.MultiDiGraph()
    for row, (shape, way) in enumerate(zip(shapes, oneway, strict=True)):
        points = np.round(shapely.get_coordinates(shape), 2)
        tail, head = tuple(points[0].tolist()), tuple(points[-1].tolist())
        made.add_nodes_from((tail, head))
        if way != "-1":
            made.add_edge(tail, head, row=row)
        if way != "yes":
            made.add_edge(head, tail, row=row)
    return made
