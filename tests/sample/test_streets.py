"""The roads of small worlds: what a route finder will meet, for several seeds."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from sample.names import BRIDGES
from sample.roads import _WIDTHS_M

from .worlds import SEEDS, World, road_graph, world

COLUMNS = ["id", "highway", "name", "oneway", "maxspeed", "width", "maxheight", "maxweight",
           "bridge", "geometry"]  # fmt: skip


@pytest.fixture(scope="module", params=SEEDS)
def held(request: pytest.FixtureRequest) -> World:
    return world(request.param)


def test_columns_are_those_of_osm_in_a_fixed_order(held: World) -> None:
    assert list(held.streets.frame.columns) == COLUMNS
    assert held.streets.frame.crs.to_epsg() == 4547


def test_ids_count_up_without_gap(held: World) -> None:
    ids = held.streets.frame["id"].tolist()
    assert ids == [f"W{number:06d}" for number in range(1, len(ids) + 1)]


def test_no_cell_holds_what_a_reader_must_guess(held: World) -> None:
    frame = held.streets.frame
    assert set(frame["oneway"]) <= {"yes", "no", "-1"}
    assert set(frame["bridge"]) <= {"yes", ""}
    assert frame[["highway", "name", "width"]].notna().all(axis=None)
    for column in ("maxspeed", "width", "maxheight", "maxweight"):
        assert (frame[column].dropna() > 0.0).all()


@pytest.mark.parametrize("road_class", sorted(_WIDTHS_M))
def test_widths_stay_within_their_class(held: World, road_class: str) -> None:
    own = held.streets.frame[held.streets.frame["highway"] == road_class]
    own = own[own["name"] != "厂内路"]
    low, high = _WIDTHS_M[road_class]
    low = 1.8 if road_class == "service" else low
    assert own["width"].between(low - 0.05, high + 0.05).all()


def test_main_roads_are_wide_enough_for_the_widest_engine_without_exception(held: World) -> None:
    frame = held.streets.frame
    main = frame["highway"].isin(["trunk", "primary", "secondary", "tertiary"])
    assert frame.loc[main, "width"].min() >= 9.0
    limited = main & (frame["maxweight"] < 31.0)
    assert frame.loc[limited, "name"].isin(BRIDGES).all()


def test_only_bridges_cross_the_river_each_by_its_own_name(held: World) -> None:
    frame = held.streets.frame
    wet = shapely.length(shapely.intersection(frame.geometry.to_numpy(), held.land.river))
    crossing = frame[(wet > 1.0) & ~frame["highway"].str.startswith("motorway")]
    crossing = crossing[crossing["name"] != "江心洲路"]
    assert set(crossing["bridge"]) == {"yes"}
    assert set(crossing["name"]) <= set(BRIDGES)
    assert 3 <= crossing["name"].nunique() <= 5


def test_limits_of_bridges_are_those_declared(held: World) -> None:
    frame = held.streets.frame
    limits = {BRIDGES[0]: (np.nan, 15.0), BRIDGES[2]: (4.2, np.nan), BRIDGES[3]: (np.nan, 20.0)}
    for name, own in frame[frame["name"].isin(BRIDGES)].groupby("name"):
        height, weight = limits.get(str(name), (np.nan, np.nan))
        assert own["maxheight"].to_numpy() == pytest.approx(height, nan_ok=True)
        assert own["maxweight"].to_numpy() == pytest.approx(weight, nan_ok=True)


def test_at_least_one_bridge_carries_every_vehicle(held: World) -> None:
    """Else a heavy engine could never come to the other bank, whatever is closed or not."""
    frame = held.streets.frame
    own = frame[frame["name"].isin(BRIDGES)]
    free = own[own["maxweight"].isna() & own["maxheight"].isna()]
    assert free["name"].nunique() >= 1


def test_weak_small_bridges_cross_the_creek(held: World) -> None:
    frame = held.streets.frame
    weak = frame[frame["maxweight"] == 10.0]
    assert shapely.intersects(weak.geometry.to_numpy(), held.land.creek).all()
    assert set(weak["highway"]) <= {"residential", "service"}
    assert (weak["bridge"] == "yes").all()


def test_no_road_lies_in_the_lake(held: World) -> None:
    shapes = held.streets.frame.geometry.to_numpy()
    assert shapely.length(shapely.intersection(shapes, held.land.lake)).max() == 0.0


def test_a_name_belongs_to_one_class_only(held: World) -> None:
    frame = held.streets.frame
    named = frame[(frame["name"] != "") & ~frame["name"].isin([*BRIDGES])]
    assert named.groupby("name")["highway"].nunique().max() == 1


def test_a_name_is_never_shared_by_far_apart_roads(held: World) -> None:
    """Who hears a road's name must not be sent to the other end of town; ramps share theirs."""
    frame = held.streets.frame
    named = frame[(frame["name"] != "") & (frame["highway"] != "motorway_link")]
    bridge_m = 1_200.0
    for name, own in named.groupby("name"):
        gap = gaps(own.geometry.to_numpy())
        assert gap <= bridge_m, name


def gaps(shapes: np.ndarray) -> float:
    """Return the widest jump between the parts that one walks from the first to reach all."""
    apart = shapely.distance(shapes[:, None], shapes[None])
    tree = nx.minimum_spanning_edges(nx.from_numpy_array(apart + 1e-9), data=True)
    return max((edge["weight"] for _, _, edge in tree), default=0.0)


def test_most_named_roads_are_one_piece_of_ground(held: World) -> None:
    frame = held.streets.frame
    named = frame[(frame["name"] != "") & ~frame["highway"].str.startswith("motorway")]
    split = [
        name
        for name, own in named.groupby("name")
        if len(own) > 1 and gaps(own.geometry.to_numpy()) > 30.0
    ]
    assert len(split) <= 0.02 * named["name"].nunique()


def test_along_one_name_the_one_way_rule_does_not_flip(held: World) -> None:
    """A one-way road runs one way along its whole course: its pieces never meet head to head."""
    frame = held.streets.frame
    net = held.streets.net
    way = frame["oneway"].to_numpy()[: len(net.lines)]
    flips = 0
    for course in np.unique(net.course[way != "no"]):
        at = np.flatnonzero((net.course == course) & (way != "no"))
        out = np.where(way[at] == "yes", net.tail[at], net.head[at])
        into = np.where(way[at] == "yes", net.head[at], net.tail[at])
        flips += len(out) - len(np.unique(out))
        flips += len(into) - len(np.unique(into))
    assert flips <= 0.01 * (way != "no").sum()


def test_one_way_streets_lie_in_town_on_ordinary_streets(held: World) -> None:
    frame = held.streets.frame
    town = frame[(frame["oneway"] != "no") & ~frame["highway"].str.startswith("motorway")]
    assert set(town["highway"]) <= {"residential", "tertiary"}
    assert 0.01 < len(town) / len(frame) < 0.2


def test_one_way_streets_leave_nobody_stuck(held: World) -> None:
    frame = held.streets.frame
    graph = road_graph(frame.geometry.to_numpy(), frame["oneway"].to_numpy())
    largest = max(nx.strongly_connected_components(graph), key=len)
    islands = 12
    expressway_ends = 2 * (frame["highway"] == "motorway").sum()
    assert graph.number_of_nodes() - len(largest) <= islands + expressway_ends


def test_piece_lengths_are_those_of_a_town(held: World) -> None:
    frame = held.streets.frame
    length = frame[~frame["highway"].str.startswith("motorway")].length
    assert 35.0 < length.median() < 130.0
    assert length.min() > 5.0
    assert length.quantile(0.99) < 600.0


def test_bearings_are_spread(held: World) -> None:
    """Entropy over 36 bins: 1 is all directions alike, a chessboard is below 0.25."""
    xy, row = shapely.get_coordinates(held.streets.frame.geometry.to_numpy(), return_index=True)
    steps = np.diff(xy, axis=0)[np.diff(row) == 0]
    bearing = np.mod(np.arctan2(steps[:, 1], steps[:, 0]), np.pi)
    share, _ = np.histogram(bearing, 36, (0.0, np.pi), weights=np.hypot(*steps.T))
    share = share / share.sum()
    assert -float((share * np.log(share + 1e-12)).sum()) / np.log(36) > 0.8


def test_speeds_are_those_of_their_class(held: World) -> None:
    frame = held.streets.frame
    known = frame[frame["maxspeed"].notna()]
    speeds = known.groupby("highway")["maxspeed"].unique().map(list).to_dict()
    assert speeds == {
        "motorway": [100], "motorway_link": [40], "trunk": [70], "primary": [60],
        "secondary": [50], "tertiary": [40], "residential": [30],
    }  # fmt: skip
    tertiary = frame[frame["highway"] == "tertiary"]
    assert 0.3 < tertiary["maxspeed"].notna().mean() < 0.7


def test_small_lanes_mostly_have_no_name_and_streets_mostly_have(held: World) -> None:
    frame = held.streets.frame
    share = (frame["name"] != "").groupby(frame["highway"]).mean()
    assert share["primary"] == share["secondary"] == 1.0
    assert share["residential"] > share["living_street"] > share["service"]


def test_dead_ends_are_few_but_there(held: World) -> None:
    frame = held.streets.frame
    graph = nx.Graph(road_graph(frame.geometry.to_numpy(), frame["oneway"].to_numpy()))
    degree = pd.Series(dict(graph.degree())).to_numpy()
    assert 0.02 < np.mean(degree == 1) < 0.15
    assert degree.max() <= 7
