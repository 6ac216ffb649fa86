"""The engine equals networkx and scipy on random graphs with everything real networks hold."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing import IMPASSABLE, UNREACHED, Graph, csr_graph, matrix, nearest, one_to_all
from routing.engine import LONGEST_ARC_MS

Arc = tuple[int, int, int]
SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
# Zero times, closed arcs, ordinary ones and one far longer than the rest (a ferry).
TIMES = st.one_of(
    st.integers(0, 3),
    st.just(IMPASSABLE),
    st.integers(0, 60_000),
    st.integers(0, LONGEST_ARC_MS),
)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Arc]]:
    """Draw nodes and arcs: one-ways, parallel arcs, loops, islands, closures, arcs of no time."""
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    return n, draw(st.lists(st.tuples(node, node, TIMES), max_size=40))


def csr_of(n: int, arcs: list[Arc]) -> Graph:
    tail = np.array([a[0] for a in arcs], np.int64)
    order = np.argsort(tail, kind="stable")
    head = np.array([a[1] for a in arcs], np.int32)[order]
    weight = np.array([a[2] for a in arcs], np.int64)[order]
    first = np.searchsorted(tail[order], np.arange(n + 1)).astype(np.int32)
    return csr_graph(first, head, weight)


def networkx_of(n: int, arcs: list[Arc]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(arc for arc in arcs if arc[2] < IMPASSABLE)
    return graph


def expected(
    n: int, arcs: list[Arc], seeds: list[int], initial: list[int], limit: int | None = None
) -> list[int]:
    """Return the times by networkx: a source in front of the seeds carries their head starts."""
    graph = networkx_of(n, arcs)
    graph.add_node("source")
    for seed, time in zip(seeds, initial, strict=True):
        graph.add_edge("source", seed, weight=time)
    found = nx.single_source_dijkstra_path_length(graph, "source", cutoff=limit)
    return [found.get(v, UNREACHED) for v in range(n)]


@SETTINGS
@given(graphs(), st.data())
def test_one_to_all_equals_networkx(drawn: tuple[int, list[Arc]], data: st.DataObject) -> None:
    n, arcs = drawn
    seeds = data.draw(st.lists(st.integers(0, n - 1), max_size=4))
    initial = data.draw(st.lists(st.integers(0, 90_000), min_size=len(seeds), max_size=len(seeds)))
    limit = data.draw(st.none() | st.integers(0, 100_000))
    times = one_to_all(csr_of(n, arcs), seeds, initial_ms=initial, limit_ms=limit)
    assert times.tolist() == expected(n, arcs, seeds, initial, limit)


@SETTINGS
@given(graphs(), st.data())
def test_nearest_equals_networkx_and_the_first_source_owns_a_tie(
    drawn: tuple[int, list[Arc]], data: st.DataObject
) -> None:
    n, arcs = drawn
    sources = data.draw(st.lists(st.integers(0, n - 1), max_size=4))
    initial = data.draw(st.lists(st.integers(0, 5), min_size=len(sources), max_size=len(sources)))
    time, owner = nearest(csr_of(n, arcs), sources, initial_ms=initial)
    each = [expected(n, arcs, [s], [t]) for s, t in zip(sources, initial, strict=True)]
    for v in range(n):
        ranked = sorted((row[v], i) for i, row in enumerate(each) if row[v] != UNREACHED)
        assert (time[v], owner[v]) == (ranked[0] if ranked else (UNREACHED, -1))


@pytest.mark.parametrize("sources", [[0, 1], [1, 0]])
def test_the_first_source_owns_a_tie_and_all_that_lies_behind_it(sources: list[int]) -> None:
    """Nodes 0 and 1 are both 5 ms from node 2; nodes 3 (no time) and 4 lie behind it."""
    graph = csr_of(5, [(0, 2, 5), (1, 2, 5), (2, 3, 0), (3, 4, 7)])
    time, owner = nearest(graph, sources)
    assert time.tolist() == [0, 0, 5, 5, 12]
    assert owner.tolist() == [sources.index(0), sources.index(1), 0, 0, 0]


@settings(SETTINGS, max_examples=60)
@given(st.lists(st.tuples(*[st.integers(0, 7)] * 2, st.integers(0, 2)), min_size=8, max_size=30))
def test_ties_everywhere_are_owned_by_the_first_source(arcs: list[Arc]) -> None:
    sources = [5, 2, 7, 0]
    _, owner = nearest(csr_of(8, arcs), sources)
    each = [expected(8, arcs, [source], [0]) for source in sources]
    for v in range(8):
        ranked = sorted((row[v], i) for i, row in enumerate(each) if row[v] != UNREACHED)
        assert owner[v] == (ranked[0][1] if ranked else -1)


@SETTINGS
@given(graphs(), st.data())
def test_matrix_equals_networkx(drawn: tuple[int, list[Arc]], data: st.DataObject) -> None:
    n, arcs = drawn
    sources = data.draw(st.lists(st.integers(0, n - 1), max_size=4))
    targets = data.draw(st.lists(st.integers(0, n - 1), max_size=4))
    times = matrix(csr_of(n, arcs), sources, targets)
    assert times.shape == (len(sources), len(targets))
    for i, source in enumerate(sources):
        row = expected(n, arcs, [source], [0])
        assert times[i].tolist() == [row[v] for v in targets]


@pytest.mark.parametrize("seed", range(3))
def test_one_to_all_agrees_with_scipy_on_a_larger_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    side = 40
    arcs: dict[tuple[int, int], int] = {}
    for x, y in itertools.product(range(side), range(side)):
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            if 0 <= x + dx < side and 0 <= y + dy < side and rng.random() < 0.8:
                other = (x + dx) * side + y + dy
                arcs[x * side + y, other] = int(rng.integers(1, 90_000))
    graph = csr_of(side**2, [(a, b, w) for (a, b), w in arcs.items()])
    sparse = csr_array((graph.arc[:, 1].astype(float), graph.arc[:, 0], graph.first))
    by_scipy = dijkstra(sparse, indices=7)
    ours = one_to_all(graph, 7).astype(float)
    assert np.array_equal(np.where(ours == UNREACHED, np.inf, ours), by_scipy)


def test_parallel_arcs_are_not_added_up() -> None:
    """Five seconds beside seven are five: a sparse matrix made from coordinates says twelve."""
    assert one_to_all(csr_of(2, [(0, 1, 7000), (0, 1, 5000)]), 0).tolist() == [0, 5000]


def test_limit_is_inclusive() -> None:
    chain = csr_of(3, [(0, 1, 1000), (1, 2, 1000)])
    assert one_to_all(chain, 0, limit_ms=2000).tolist() == [0, 1000, 2000]
    assert one_to_all(chain, 0, limit_ms=1999).tolist() == [0, 1000, UNREACHED]


def test_no_seed_reaches_nothing() -> None:
    chain = csr_of(2, [(0, 1, 5)])
    assert one_to_all(chain, []).tolist() == [UNREACHED, UNREACHED]
    assert nearest(chain, [])[1].tolist() == [-1, -1]
    assert matrix(chain, [], [0]).shape == (0, 1)


def test_very_long_arcs_and_far_head_starts_stay_exact() -> None:
    far = LONGEST_ARC_MS
    graph = csr_of(4, [(0, 1, far), (1, 2, 1), (3, 2, 5)])
    assert one_to_all(graph, [0, 3], initial_ms=[0, far]).tolist() == [0, far, far + 1, far]


@pytest.mark.parametrize(
    ("seeds", "initial"), [([3], None), ([-1], None), ([0], [-1]), ([0], [0, 0]), ([0], [1 << 31])]
)
def test_what_a_kernel_could_not_bear_is_refused(seeds: list[int], initial: object) -> None:
    with pytest.raises(ValueError, match=r"seeds must|one initial|initial times"):
        one_to_all(csr_of(3, []), seeds, initial_ms=initial)


@pytest.mark.parametrize("weight", [-1, LONGEST_ARC_MS + 1])
def test_weights_out_of_range_are_refused(weight: int) -> None:
    with pytest.raises(ValueError, match="weights must be"):
        csr_of(2, [(0, 1, weight)])
