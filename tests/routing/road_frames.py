"""Small road frames and a round speed model, so that expectations can be worked out by hand."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
from shapely import LineString

from routing import RoadNetwork, Snaps, SpeedModel, build_network

CRS = "EPSG:32649"
NAN = float("nan")
DEFAULTS: dict[str, object] = {
    "road_class": "residential",
    "oneway": 0,
    "speed_kmh": NAN,
    "width_m": NAN,
    "height_m": NAN,
    "weight_t": NAN,
    "name": "",
    "from_node": "",
    "to_node": "",
}
Road = dict[str, object]


def road(*points: tuple[float, float], **columns: object) -> Road:
    """Return a two-way residential road without limits, but for the columns given."""
    return DEFAULTS | {"geometry": LineString(points)} | columns


def frame(*roads: Road) -> gpd.GeoDataFrame:
    """Return the roads frame; source ids are "r0", "r1" … where none is given."""
    rows = [{"source_id": f"r{i}"} | row for i, row in enumerate(roads)]
    columns = [*DEFAULTS, "source_id", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS)


def built(*roads: Road) -> RoadNetwork:
    """Return the network of the roads."""
    return build_network(frame(*roads))[0]


def changed(model: SpeedModel, **values: float | tuple[float, ...]) -> SpeedModel:
    """Return the model with other values; ``__`` in a name stands for the dot of the key."""
    new = {key.replace("__", "."): value for key, value in values.items()}
    factors = []
    for factor in model.factors:
        value = new.pop(factor.key, factor.value)
        factors.append(replace(factor, value=value if isinstance(value, tuple) else (value,)))
    assert not new, f"no such factor: {new}"
    return SpeedModel(model.name, tuple(factors))


def round_model() -> SpeedModel:
    """Return a model of round figures: residential 10 m/s, primary 20 m/s, 5 s a junction.

    Emergency vehicles are not faster; hour 8 halves the speed of arterial roads.
    """
    rush = tuple(2.0 if hour == 8 else 1.0 for hour in range(24))
    even = (1.0,) * 24
    return changed(
        SpeedModel.default(),
        speed__residential=36.0,
        speed__primary=72.0,
        priority__express=1.0,
        priority__arterial=1.0,
        priority__local=1.0,
        priority__lane=1.0,
        congestion__express=even,
        congestion__arterial=rush,
        congestion__local=even,
        congestion__lane=even,
        junction__delay=5.0,
    )


def node_at(network: RoadNetwork, x: float, y: float) -> int:
    """Return the node at that place."""
    gap = np.abs(network.node_xy_m - (x, y)).sum(axis=1)
    assert gap.min() < 0.02, f"no node at {x}, {y}"
    return int(gap.argmin())


def named(network: RoadNetwork, name: str) -> int:
    """Return the only piece of that name."""
    found = np.flatnonzero(network.road_name == network.names.index(name))
    assert len(found) == 1, f"{len(found)} pieces are called {name}"
    return int(found[0])


def arc_times(network: RoadNetwork, ms: np.ndarray, name: str) -> tuple[int, int]:
    """Return the weights of the named piece along and against its line."""
    along, against = network.road_arc[named(network, name)]
    return int(ms[along]), int(ms[against])


def snaps_on(
    network: RoadNetwork, where: list[tuple[int, float]], distance_m: float | list[float] = 0.0
) -> Snaps:
    """Return snaps at (piece, offset), the places ``distance_m`` east of them."""
    roads = np.array([piece for piece, _ in where], np.int32)
    offset = np.array([share for _, share in where], np.float64)
    xy_m = np.array(
        [
            network.lines[piece].interpolate(share, normalized=True).coords[0]
            for piece, share in where
        ]
    ).reshape(-1, 2)
    away = np.broadcast_to(np.asarray(distance_m, np.float64), len(where)).copy()
    places = xy_m + np.column_stack([away, np.zeros(len(where))])
    return Snaps(roads, offset, xy_m, places, away)
