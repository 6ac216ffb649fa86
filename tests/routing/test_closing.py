"""Closures by polygon, touching counts, and by name."""

import numpy as np
import pytest
from shapely import Polygon, box

from geodata.faults import UserError
from routing import RoadNetwork, closed_arcs
from tests.routing.road_frames import built, road

NETWORK = built(
    road((0, 0), (100, 0), name="红山路"),
    road((100, 0), (200, 0), name="红山路"),
    road((200, 0), (300, 0), name="Quay", oneway=1),
    road((0, 50), (300, 50)),
)


def closed_names(network: RoadNetwork, closed: np.ndarray) -> list[tuple[str, float]]:
    """Return name and start of the pieces whose two arcs are closed; one arc alone is a fault."""
    both = closed[network.road_arc]
    assert (both[:, 0] == both[:, 1]).all()
    return sorted(
        (network.names[network.road_name[piece]], float(network.road_points_m(piece)[0, 0]))
        for piece in np.flatnonzero(both[:, 0])
    )


def test_a_polygon_closes_what_it_meets() -> None:
    closed = closed_arcs(NETWORK, polygons=[box(120, -10, 150, 10)])
    assert closed_names(NETWORK, closed) == [("红山路", 100.0)]


def test_touching_counts() -> None:
    """A border on the road or at its last point closes it; a hair off leaves it open."""
    assert closed_names(NETWORK, closed_arcs(NETWORK, polygons=[box(20, 50, 80, 90)])) == [
        ("", 0.0)
    ]
    assert closed_names(NETWORK, closed_arcs(NETWORK, polygons=[box(300, 0, 400, 9)])) == [
        ("Quay", 200.0)
    ]
    assert not closed_arcs(NETWORK, polygons=[box(300.001, 0, 400, 9)]).any()


def test_a_road_that_lies_whole_inside_is_closed() -> None:
    closed = closed_arcs(NETWORK, polygons=[box(-10, -10, 400, 10)])
    assert len(closed_names(NETWORK, closed)) == 3


def test_a_name_closes_every_piece_that_bears_it() -> None:
    closed = closed_arcs(NETWORK, roads=["红山路"])
    assert closed_names(NETWORK, closed) == [("红山路", 0.0), ("红山路", 100.0)]


def test_several_closures_add_up_and_none_closes_nothing() -> None:
    closed = closed_arcs(NETWORK, polygons=[box(0, 40, 9, 60)], roads=["Quay"])
    assert closed_names(NETWORK, closed) == [("", 0.0), ("Quay", 200.0)]
    assert closed_arcs(NETWORK).tolist() == [False] * 8


def test_unknown_names_are_all_told_and_unnamed_roads_cannot_be_meant() -> None:
    with pytest.raises(UserError) as caught:
        closed_arcs(NETWORK, roads=["Quai", "Quay", ""])
    assert [fault.value for fault in caught.value.faults] == ["Quai", ""]
    assert "No road is called Quai." in str(caught.value)


def test_a_border_that_crosses_itself_is_mended() -> None:
    bow = Polygon([(110, -10), (190, 10), (190, -10), (110, 10)])
    assert not bow.is_valid
    assert closed_names(NETWORK, closed_arcs(NETWORK, polygons=[bow])) == [("红山路", 100.0)]
    assert not closed_arcs(NETWORK, polygons=[Polygon()]).any()
