"""The five real networks: built, saved, searched; every place gets a time or a reason, no NaN."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.roads import read_roads
from routing import (
    IMPASSABLE,
    UNREACHED,
    Conditions,
    Locator,
    RoadNetwork,
    SpeedModel,
    Vehicle,
    build_network,
    one_to_all,
    reach_polygons,
    tree_from,
    tree_to,
    weights_ms,
)

pytestmark = pytest.mark.real

FILES = {
    "futian": "shenzhen_futian_all.graphml",
    "wuhan": "wuhan_8989_streets.parquet",
    "andorra": "andorra.osm.pbf",
    "helsinki": "helsinki_centre.osm.pbf",
    "coquimbo": "coquimbo.zip",
}
PLACES = 60


def roads_of(name: str, folder: Path, scratch: Path) -> gpd.GeoDataFrame:
    """Return the roads of the file in metres; Coquimbo's project is taken out of its zip."""
    path = folder / "roads" / FILES[name]
    layer = None
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            member = next(n for n in archive.namelist() if n.endswith("project_database.sqlite"))
            path = Path(archive.extract(member, scratch))
        layer = "links"
    roads = read_roads(path, layer=layer)[0]
    if name == "wuhan":
        centre = roads.geometry.iloc[0].centroid
        roads = roads[roads.distance(centre) < 0.03] if roads.crs is None else roads
        roads = roads.cx[centre.x - 0.03 : centre.x + 0.03, centre.y - 0.03 : centre.y + 0.03]
    return roads.to_crs(roads.estimate_utm_crs())


@pytest.mark.parametrize("name", FILES)
def test_a_real_network_answers(name: str, real_data: Path, tmp_path: Path) -> None:
    """As far as scipy on the same arcs, times equal; every route is whole; nothing is NaN."""
    network, report = build_network(roads_of(name, real_data, tmp_path))
    assert sum(report.island_nodes) == report.nodes == network.node_count
    network.save(tmp_path / "network.npz")
    network = RoadNetwork.load(tmp_path / "network.npz")
    engine = Conditions(hour=18, vehicle=Vehicle(2.5, 3.6, 18.0))
    weights = weights_ms(network, SpeedModel.default(), engine)
    assert_equals_scipy(network, weights.ms)

    rng = np.random.default_rng(8)
    low, high = network.node_xy_m.min(axis=0) - 800, network.node_xy_m.max(axis=0) + 800
    places = np.concatenate(
        [rng.uniform(low, high, (PLACES, 2)), rng.choice(network.node_xy_m, PLACES)]
    )
    snaps = Locator(network).snap(places, limit_m=500, usable=weights.usable_roads)
    assert np.isfinite(snaps.xy_m).all()
    assert np.isfinite(snaps.distance_m).all()
    assert (snaps.on_network == (snaps.distance_m <= 500)).all()
    root = int(np.flatnonzero(snaps.on_network)[-1])
    for make in (tree_to, tree_from):
        tree = make(weights, snaps.take(root), access_kmh=5)
        times = tree.time_ms(snaps)
        assert times[root] == 2 * round(snaps.distance_m[root] * 3600 / 5)
        assert (times[~snaps.on_network] == UNREACHED).all()
        assert ((times >= 0) | (times == UNREACHED)).all()
        for i in range(len(snaps)):
            route = tree.route(snaps, i)
            assert (route is None) == (times[i] == UNREACHED)
            if route is not None:
                line_m = np.sqrt((np.diff(route.xy_m, axis=0) ** 2).sum(axis=1)).sum()
                assert route.length_m == pytest.approx(line_m, abs=1.0)
                assert route.time_ms == times[i]
    areas = reach_polygons(weights, snaps.take(root), [300_000, 900_000], access_kmh=5)
    assert 0 < areas[0].area < areas[1].area


def assert_equals_scipy(network: RoadNetwork, ms: np.ndarray) -> None:
    """Compare one-to-all with scipy, which needs the quickest of parallel arcs and no zeros."""
    best: dict[tuple[int, int], int] = {}
    for tail, head, time in zip(network.tail, network.head, ms, strict=True):
        if time < IMPASSABLE:
            best[tail, head] = min(best.get((tail, head), IMPASSABLE), int(time))
    rows = np.array([key[0] for key in best])
    columns = np.array([key[1] for key in best])
    values = np.array(list(best.values()), float)
    n = network.node_count
    sparse = csr_array((np.maximum(values, 1e-9), (rows, columns)), shape=(n, n))
    weights = weights_ms(
        network, SpeedModel.default(), Conditions(hour=18, vehicle=Vehicle(2.5, 3.6, 18.0))
    )
    source = int(np.flatnonzero(network.island == 0)[0])
    ours = one_to_all(weights.forward, source).astype(float)
    theirs = dijkstra(sparse, indices=source)
    assert np.allclose(np.where(ours == UNREACHED, np.inf, ours), theirs, atol=1e-3, rtol=0)
