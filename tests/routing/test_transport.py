"""Whole amounts to places with room: what does not hang on how much memory the search was given."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

from routing import transport as room
from routing.shares import shares
from routing.transport import transport

Table = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _table(seed: int, sources: int = 60, places: int = 8) -> Table:
    """Return first, place, cost, amount and room of a table in which room is short."""
    rng = np.random.default_rng(seed)
    held = [np.flatnonzero(rng.random(places) < 0.5) for _ in range(sources)]
    first = np.cumsum([0] + [len(row) for row in held])
    place = np.concatenate(held)
    cost = rng.integers(0, 40, len(place))
    return first, place, cost, rng.integers(0, 9, sources), rng.integers(0, 40, places)


def _most(table: Table) -> int:
    """Return the most that can be placed, by networkx."""
    first, place, _, amount, space = table
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for i, many in enumerate(amount.tolist()):
        graph.add_edge("from", ("source", i), capacity=many)
        for j in place[first[i] : first[i + 1]].tolist():
            graph.add_edge(("source", i), ("place", j))
    for j, many in enumerate(space.tolist()):
        graph.add_edge(("place", j), "to", capacity=many)
    return int(nx.maximum_flow_value(graph, "from", "to"))


@pytest.mark.parametrize("seed", range(12))
def test_the_most_equals_the_maximum_flow(seed: int) -> None:
    table = _table(seed)
    first, place, _, amount, space = table
    whose = np.arange(len(amount)) % 3
    found = shares((first, place), amount, space, whose, 3)
    assert found.together == _most(table)
    for one in range(3):
        own = np.where(whose == one, amount, 0)
        assert found.alone[one] == _most((*table[:3], own, space))
        assert found.without[one] == _most((*table[:3], amount - own, space))
    assert int(transport(*table).flow.sum()) == _most(table)


@pytest.mark.parametrize("seed", range(6))
def test_a_pool_that_runs_low_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heaps are made anew, with what stands at full places, and the search goes on."""
    table = _table(seed)
    whole = transport(*table)
    made, original = [], room._moves

    def small(pairs: Any, load: Any, pool: int) -> Any:  # noqa: ANN401 - tuples of arrays
        made.append(int(load.load.sum()))
        return original(pairs, load, pool // 2)

    monkeypatch.setattr(room, "_moves", small)
    again = transport(*table)
    assert len(made) > 1, "the pool never ran low"
    assert made[-1] > 0, "nothing stood anywhere yet"
    assert again.flow.tolist() == whole.flow.tolist()


def test_nothing_that_is_asked_of_is_changed() -> None:
    table = _table(3)
    before = [column.copy() for column in table]
    transport(*table)
    for column, same in zip(table, before, strict=True):
        assert (column == same).all()


def test_the_largest_numbers_are_refused_before_they_overflow() -> None:
    first, place = np.array([0, 1]), np.array([0])
    with pytest.raises(ValueError, match="too large"):
        transport(first, place, np.array([1 << 59]), np.array([1]), np.array([1]))
    with pytest.raises(ValueError, match="too large"):
        shares((first, place), np.array([1 << 60]), np.array([1]), np.array([0]), 1)
    with pytest.raises(ValueError, match="no such owner"):
        shares((first, place), np.array([1]), np.array([1]), np.array([1]), 1)
    flow = transport(first, place, np.array([1 << 55]), np.array([1 << 59]), np.array([1 << 62]))
    assert flow.flow.tolist() == [1 << 59]
