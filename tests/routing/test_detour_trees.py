"""Trees with parents: times against `one_to_all`, the order beyond each road, roads on the way."""

import numpy as np
import pytest

from routing import UNREACHED, Conditions, RoadNetwork, Weights, one_to_all, weights_ms
from routing.arrays import LongArray
from routing.detour_kernels import NEVER, Arcs, Grown, grow, search_again, span_of, within
from tests.routing.road_frames import built, road, round_model


def _town(rng: np.random.Generator, side: int = 7) -> RoadNetwork:
    roads = []
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side and rng.random() < 0.8:
                    ends = (100.0 * x, 100.0 * y), (100.0 * (x + dx), 100.0 * (y + dy))
                    speed = float(rng.choice([18.0, 36.0, 60.0]))
                    roads.append(road(*ends, speed_kmh=speed, oneway=int(rng.choice([0, 0, 1]))))
    return built(*roads)


def _weights(seed: int) -> tuple[Weights, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return weights_ms(_town(rng), round_model(), Conditions()), rng


def _out(weights: Weights) -> Arcs:
    graph = weights.forward
    return Arcs(graph.first, graph.arc, weights.network.arc_road)


def _into(weights: Weights) -> Arcs:
    graph, network = weights.backward, weights.network
    return Arcs(graph.first, graph.arc, network.arc_road[network.in_arc])


def _grown(weights: Weights, seeds: list[int], initial: list[int]) -> Grown:
    first, starts = np.array(seeds, np.int32), np.array(initial, np.int64)
    return grow(_out(weights), first, starts, len(weights.network.road_start))


@pytest.mark.parametrize("seed", range(8))
def test_times_equal_the_engine_and_parents_add_up(seed: int) -> None:
    weights, rng = _weights(seed)
    seeds = rng.choice(weights.network.node_count, 2, replace=False).tolist()
    tree = _grown(weights, seeds, [0, 15_000])
    plain = one_to_all(weights.forward, seeds, initial_ms=[0, 15_000])
    assert np.where(tree.ms == NEVER, UNREACHED, tree.ms).tolist() == plain.tolist()
    for node in np.flatnonzero(tree.before >= 0).tolist():
        before, piece = int(tree.before[node]), int(tree.road[node])
        arcs = [int(a) for a in weights.network.road_arc[piece]]
        steps = [
            int(weights.ms[a])
            for a in arcs
            if (weights.network.tail[a], weights.network.head[a]) == (before, node)
        ]
        assert tree.ms[node] - tree.ms[before] in steps
        assert tree.child[piece] == node


@pytest.mark.parametrize("seed", range(8))
def test_beyond_a_road_are_those_whose_way_uses_it(seed: int) -> None:
    weights, rng = _weights(seed)
    start = int(rng.integers(weights.network.node_count))
    tree = _grown(weights, [start], [0])
    for node in np.flatnonzero(tree.ms < NEVER).tolist():
        way, here = set(), node
        while tree.before[here] >= 0:
            way.add(int(tree.road[here]))
            here = int(tree.before[here])
        assert here == start
        beyond = {
            piece
            for piece, top in enumerate(tree.child.tolist())
            if top >= 0 and within(tree, top, node)
        }
        assert beyond == way
    reached = np.flatnonzero(tree.ms < NEVER)
    assert sorted(tree.node.tolist()) == reached.tolist()
    assert (tree.rank[tree.node] == np.arange(len(reached))).all()


def _again(weights: Weights, tree: Grown, own: LongArray, piece: int) -> LongArray:
    """Return the times (n,) without the piece, and see that each is from the seed it says."""
    spans, arcs = np.empty((1, 2), np.int32), (_out(weights), _into(weights))
    span_of(tree, int(tree.child[piece]), spans, 0)
    ms, owner = tree.ms.copy(), np.full(len(tree.ms), -1, np.int32)
    of_seed = np.where(own < NEVER, np.arange(len(own)), -1).astype(np.int32)
    for node in tree.node.tolist():
        before = int(tree.before[node])
        owner[node] = of_seed[node] if before < 0 else owner[before]
    search_again(arcs, tree, (own, of_seed), (piece, spans), ms, owner)
    closed = weights.closing(weights.network.arc_road == piece)
    for seed in np.flatnonzero(own < NEVER).tolist():
        alone = one_to_all(closed.forward, [seed], initial_ms=[int(own[seed])])
        mine = np.flatnonzero((owner == seed) & (ms < NEVER))
        assert alone[mine].tolist() == ms[mine].tolist()
    return ms


@pytest.mark.parametrize("seed", range(8))
def test_the_search_beyond_a_road_equals_the_whole_search_without_it(seed: int) -> None:
    weights, rng = _weights(seed)
    network = weights.network
    seeds = rng.choice(network.node_count, 3, replace=False).tolist()
    initial = [0, 20_000, 40_000]
    tree = _grown(weights, seeds, initial)
    own = np.full(network.node_count, NEVER, np.int64)
    own[seeds] = initial
    for piece in np.flatnonzero(tree.child >= 0).tolist():
        ms = _again(weights, tree, own, piece)
        closed = weights.closing(network.arc_road == piece)
        plain = one_to_all(closed.forward, seeds, initial_ms=initial)
        assert np.where(ms == NEVER, UNREACHED, ms).tolist() == plain.tolist()


def test_a_seed_that_another_reaches_sooner_starts_anew_when_it_is_cut_off() -> None:
    """Its own later start counts again once the road to it is lost."""
    network = built(road((0, 0), (100, 0)), road((100, 0), (200, 0)))
    weights = weights_ms(network, round_model(), Conditions())
    west, east = (int(np.argmin(np.abs(network.node_xy_m[:, 0] - x))) for x in (0, 200))
    tree = _grown(weights, [west, east], [0, 90_000])
    assert tree.ms[east] == 20_000
    own = np.full(network.node_count, NEVER, np.int64)
    own[[west, east]] = [0, 90_000]
    assert _again(weights, tree, own, int(tree.road[east]))[east] == 90_000
