"""The way of one team as metres by road class: what its times are learned against."""

from collections import defaultdict
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from desks.command.ways import Barred, Ways
from desks.onemap import OneMap
from geodata.road_classes import ROAD_CLASSES
from routing import RoadNetwork, RoutePath, SpeedModel

from .learning_drives import Leg, leg_ms

Floats = NDArray[np.float64]


def way_of(onemap: OneMap, ways: Ways, layer: str, row: int) -> tuple[tuple[Leg, ...], int] | None:
    """Return the legs of the team's way and what else it takes in ms, ``None`` without a way.

    It is the way that the brief of the hour states; what else are junctions and the ways between
    place and road.
    """
    access, vehicle = onemap.access[layer], onemap.vehicles[layer][row]
    for barred in (Barred.ZONES, Barred.CLOSED):
        found = ways.by_road(vehicle, barred=barred).way(access, row) if ways.on_network else None
        if found is not None:
            legs = legs_of(onemap.network, found.path)
            return legs, _rest_ms(onemap.speed_model, legs, ways.hour, found.path.time_ms)
    return None


def legs_of(network: RoadNetwork, path: RoutePath) -> tuple[Leg, ...]:
    """Return the metres driven by road class and, where on file, the road's own speed."""
    metres: dict[tuple[str, float | None], float] = defaultdict(float)
    for piece, length_m in zip(path.pieces.tolist(), piece_metres(network, path), strict=True):
        kmh = float(network.road_speed_kmh[piece])
        name = ROAD_CLASSES[int(network.road_class[piece])]
        metres[name, None if np.isnan(kmh) else kmh] += length_m
    order = sorted(metres, key=lambda key: (key[0], key[1] or 0.0))
    return tuple(Leg(name, metres[name, kmh], kmh) for name, kmh in order if metres[name, kmh] > 0)


def piece_metres(network: RoadNetwork, path: RoutePath) -> list[float]:
    """Return the metres on each piece of the way: all are whole but the first and the last.

    What a road lacks of its whole pieces falls on its first piece where it begins the way and on
    its last where it ends it, on both alike where one road is all of it.
    """
    pieces = path.pieces.tolist()
    whole = network.road_length_m[path.pieces].tolist()
    at, last = 0, len(path.roads) - 1
    runs = [len(list(run)) for _, run in groupby(network.road_name[path.pieces].tolist())]
    for number, (count, (_, driven_m)) in enumerate(zip(runs, path.roads, strict=True)):
        lacking = max(sum(whole[at : at + count]) - driven_m, 0.0)
        ends = [at] * (number == 0) + [at + count - 1] * (number == last)
        for end in ends:
            whole[end] = max(whole[end] - lacking / len(ends), 0.0)
        at += count
    return whole if pieces else []


def _rest_ms(model: SpeedModel, legs: tuple[Leg, ...], hour: int, time_ms: int) -> int:
    """Return what the stated time holds beside driving along the legs."""
    driven = sum(leg_ms(model, leg) * model.congestion(leg.road_class, hour) for leg in legs)
    return max(round(time_ms - driven), 0)
