"""Why a way on foot is so much longer than the straight line: the water, the road, the bridge."""

from dataclasses import dataclass

import numpy as np
import shapely

from desks.command.ways import ON_FOOT
from desks.folder import BASEMAP
from desks.onemap import OneMap
from geodata.drawn_water import NONE, DrawnWater, read_water
from geodata.road_classes import ROAD_CLASSES
from language import Sentence, say
from routing import RoutePath, Snaps, Tree, tree_to

from .answers import FloatArray
from .reaching import MM_KMH, by_length
from .reason_rules import RULES

_BRIDGES = ("桥", "Bridge", "bridge")
NAMELESS = "water"


@dataclass(frozen=True)
class Between:
    """What lies on the straight line and what the way leads over, names or ""."""

    barrier: str
    bridge: str


def water_of(onemap: OneMap) -> DrawnWater:
    """Return the water of the district's base map; ask through ``once``."""
    path = onemap.folder / BASEMAP
    return read_water(path, onemap.crs) if path.is_file() else NONE


@dataclass(frozen=True)
class Detour:
    """From where to which place: whole metres straight and by ways (``None``: no way leads)."""

    place: str
    line_m: int
    ways_m: int | None
    between: Between

    def told(self) -> Sentence:
        """Return the detour in words."""
        barrier, bridge = self.between.barrier, self.between.bridge
        known: dict[str, str | int] = {"place": self.place, "line_m": self.line_m}
        if self.ways_m is None:
            if barrier:
                return say(
                    "{place} is {line_m} m away in a straight line, but no way leads there: "
                    "{barrier} lies between.",
                    **known,
                    barrier=barrier,
                )
            return say("{place} is {line_m} m away in a straight line, but no way leads there.",
                       **known)  # fmt: skip
        return _by_ways({**known, "ways_m": self.ways_m}, barrier, bridge)


def _by_ways(known: dict[str, str | int], barrier: str, bridge: str) -> Sentence:
    if barrier and bridge:
        return say(
            "{place} is {line_m} m away in a straight line, but {ways_m} m by ways: "
            "{barrier} lies between, and the way leads over {bridge}.",
            **known,
            barrier=barrier,
            bridge=bridge,
        )
    if barrier:
        return say(
            "{place} is {line_m} m away in a straight line, but {ways_m} m by ways: "
            "{barrier} lies between.",
            **known,
            barrier=barrier,
        )
    return say("{place} is {line_m} m away in a straight line, but {ways_m} m by ways.", **known)


class Detours:
    """The ways on foot to places of one map, one search for each place asked for."""

    def __init__(self, onemap: OneMap) -> None:
        """Begin without a search."""
        self._onemap = onemap
        self._trees: dict[tuple[float, float], Tree] = {}

    def detour(self, start: FloatArray, end: FloatArray, place: str) -> Detour:
        """Return how far the place at ``end`` is from ``start``, both (2,) in metres."""
        line_m = float(np.hypot(*(end - start)))
        tree = self._tree(end)
        route = tree.route(self._snap(start), 0)
        # Rounded up, and never below the straight line: 500.4 m are beyond 500 m.
        ways_m = None if route is None else max(-(-route.time_ms // 1000), round(line_m))
        between = self._between(shapely.LineString([start, end]), route)
        return Detour(place, round(line_m), ways_m, between)

    def _tree(self, end: FloatArray) -> Tree:
        key = (float(end[0]), float(end[1]))
        if key not in self._trees:
            weights = by_length(self._onemap.open_weights(ON_FOOT))
            self._trees[key] = tree_to(weights, self._snap(end), access_kmh=MM_KMH)
        return self._trees[key]

    def _snap(self, xy_m: FloatArray) -> Snaps:
        limit_m = self._onemap.speed_model.access_limit_m
        return self._onemap.foot_locator.snap(xy_m.reshape(1, 2), limit_m=limit_m)

    def _between(self, line: shapely.LineString, route: RoutePath | None) -> Between:
        water = self._onemap.once(water_of)
        names = water.between(line)
        barrier = next((name for name in names if name), NAMELESS if names else "")
        bridge = "" if route is None or not names else self._bridge(route, water)
        return Between(barrier or self._barred(line), bridge)

    def _bridge(self, route: RoutePath, water: DrawnWater) -> str:
        """Return the name of the way where it crosses water, a bridge's before any other."""
        network = self._onemap.network
        lines = network.lines[route.pieces]
        over = [
            network.names[network.road_name[piece]]
            for piece, line in zip(route.pieces.tolist(), lines, strict=True)
            if water.between(line)
        ]
        named = sorted(filter(None, over), key=lambda name: not name.endswith(_BRIDGES))
        return named[0] if named else ""

    def _barred(self, line: shapely.LineString) -> str:
        """Return the name of a road between that nobody walks across, "" for none with a name."""
        network = self._onemap.network
        codes = [ROAD_CLASSES.index(name) for name in RULES.barrier_classes]
        met = network.line_tree.query(line, "crosses")
        barred = np.sort(met[np.isin(network.road_class[met], codes)])
        return next((n for i in barred if (n := network.names[network.road_name[i]])), "")
