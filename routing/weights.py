"""What each arc costs a given vehicle at a given hour, and why it may not be used."""

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np

from geodata.road_classes import ROAD_CLASSES

from .arrays import BoolArray, FloatArray, IntArray, LongArray, SignArray
from .engine import IMPASSABLE, Graph, csr_graph
from .network import RoadNetwork
from .speeds import GROUP_OF, NOT_WALKED, SpeedModel

JUNCTION_ROADS = 3
_MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class Vehicle:
    """The outer size and weight of the widest vehicle; ``None`` (or NaN) sets no limit."""

    width_m: float | None = None
    height_m: float | None = None
    weight_t: float | None = None


@dataclass(frozen=True)
class Conditions:
    """When and as what one travels: ``hour`` 0 to 23, ``None`` for free flow."""

    hour: int | None = None
    vehicle: Vehicle = Vehicle()
    emergency: bool = True
    on_foot: bool = False


class Block(IntEnum):
    """Why an arc may not be used; where several hold, the first of this list."""

    OPEN = 0
    CLASS = 1
    ONEWAY = 2
    CLOSED = 3
    WIDTH = 4
    HEIGHT = 5
    WEIGHT = 6


@dataclass(frozen=True, eq=False)
class Weights:
    """The cost of each arc (m,): ``ms`` in all, of which ``delay_ms`` falls at its head node.

    ``ms`` is IMPASSABLE where ``block`` is not ``Block.OPEN``. A traveller who stops half-way
    along an arc pays his share of ``ms - delay_ms`` and no delay. ``before`` are the weights that
    `closing` was asked of and what it closed: their graphs are copied, not made anew.
    """

    network: RoadNetwork
    ms: LongArray
    delay_ms: LongArray
    block: SignArray
    before: tuple["Weights", BoolArray] | None = None

    @cached_property
    def forward(self) -> Graph:
        """Return the graph in the direction of travel."""
        if self.before is not None:
            weights, closed = self.before
            return weights.forward.without(closed)
        return csr_graph(self.network.first_out, self.network.head, self.ms)

    @cached_property
    def backward(self) -> Graph:
        """Return the graph against the direction of travel; its arcs are ``network.in_arc``."""
        into = self.network.in_arc
        if self.before is not None:
            weights, closed = self.before
            return weights.backward.without(closed[into])
        return csr_graph(self.network.first_in, self.network.tail[into], self.ms[into])

    def closing(self, closed: BoolArray) -> "Weights":
        """Return these weights with the ``closed`` arcs (m,) IMPASSABLE as well.

        What `weights_ms` returns for them, at a tenth of the cost.

        Raises:
            ValueError: for ``closed`` of another length.

        """
        if closed.shape != self.ms.shape:
            msg = "closed must have one entry per arc"
            raise ValueError(msg)
        told = (self.block == Block.CLASS) | (self.block == Block.ONEWAY)
        block = self.block.copy()
        block[closed & ~told] = Block.CLOSED
        ms, delay_ms = self.ms.copy(), self.delay_ms.copy()
        ms[closed], delay_ms[closed] = IMPASSABLE, 0
        return Weights(self.network, ms, delay_ms, block, (self, closed))

    @cached_property
    def usable_roads(self) -> BoolArray:
        """Return which road pieces (r,) may be used in one direction at least."""
        usable: BoolArray = (self.block[self.network.road_arc] == Block.OPEN).any(axis=1)
        return usable


def weights_ms(
    network: RoadNetwork,
    model: SpeedModel,
    conditions: Conditions,
    *,
    closed: BoolArray | None = None,
) -> Weights:
    """Return the milliseconds of each arc under the conditions.

    A vehicle needs length / (speed x priority / congestion), where the speed is the road's own
    where on file, else its class's; entering a junction adds its delay, unless all but one of the
    other roads there are of a lesser class. A vehicle exactly as wide, high or heavy as a road's
    limit passes; a limit not on file stops nobody. Walkers ignore one-way signs, limits and
    junctions and keep off motorways and trunk roads. ``closed`` (m,) arcs are IMPASSABLE to all.

    Raises:
        ValueError: for an hour outside 0 to 23 or ``closed`` of another length.

    """
    if conditions.hour is not None and not 0 <= conditions.hour <= 23:  # noqa: PLR2004 - a clock
        msg = f"hour must be 0 to 23 or None, not {conditions.hour}"
        raise ValueError(msg)
    kmh = _speed_kmh(network, model, conditions)
    block = _block(network, kmh, conditions)
    travel = np.full(network.arc_count, IMPASSABLE, np.int64)
    is_open = block == Block.OPEN
    road = network.arc_road[is_open]
    travel[is_open] = np.rint(network.road_length_m[road] * _MS_PER_HOUR / (kmh[road] * 1000))
    delay = np.zeros(network.arc_count, np.int64)
    if not conditions.on_foot:
        delay[_gives_way(network) & is_open] = model.junction_delay_ms
    weights = Weights(network, travel + delay, delay, block)
    return weights if closed is None else weights.closing(closed)


def _gives_way(network: RoadNetwork) -> BoolArray:
    """Return the arcs (m,) at whose head two ends of other pieces are no lesser road than its own.

    So a primary road passes the mouths of side streets freely, and pays where it meets its like;
    a side street pays where it comes out. Classes rank as in ``ROAD_CLASSES``.
    """
    open_ = vehicle_roads(network)
    ends = np.concatenate([network.road_start[open_], network.road_end[open_]])
    ranks = len(ROAD_CLASSES)
    own = network.road_class.astype(np.int64)
    place = ends.astype(np.int64) * ranks + np.tile(own[open_], 2)
    count = np.bincount(place, minlength=network.node_count * ranks)
    no_lesser = np.cumsum(count.reshape(-1, ranks), axis=1)
    others = no_lesser[network.head, own[network.arc_road]] - 1
    meets: BoolArray = others >= JUNCTION_ROADS - 1
    return meets


def vehicle_roads(network: RoadNetwork) -> BoolArray:
    """Return the pieces (r,) of a class that vehicles may use at all."""
    return _by_class([name in GROUP_OF for name in ROAD_CLASSES], network) > 0


def walkable_roads(network: RoadNetwork) -> BoolArray:
    """Return the pieces (r,) of a class that people walk on."""
    return _by_class([name not in NOT_WALKED for name in ROAD_CLASSES], network) > 0


def _by_class(values: list[float] | list[bool], network: RoadNetwork) -> FloatArray:
    return np.array(values, np.float64)[network.road_class]


def _speed_kmh(network: RoadNetwork, model: SpeedModel, conditions: Conditions) -> FloatArray:
    """Return the speed on each piece (r,), 0 where its class may not be used."""
    if conditions.on_foot:
        return np.where(walkable_roads(network), model.walk_m_per_s * 3.6, 0.0)
    own = network.road_speed_kmh
    base = _by_class([model.class_speed_kmh(name) for name in ROAD_CLASSES], network)
    base = np.where(np.isnan(own) | (base == 0), base, own)
    factor = [
        (model.priority(name) if conditions.emergency else 1.0)
        / model.congestion(name, conditions.hour)
        if name in GROUP_OF
        else 0.0
        for name in ROAD_CLASSES
    ]
    return base * _by_class(factor, network)


def _block(network: RoadNetwork, kmh: FloatArray, conditions: Conditions) -> SignArray:
    """Return the `Block` code of each arc (m,); a later assignment is an earlier reason."""
    road = network.arc_road
    block = np.zeros(network.arc_count, np.int8)
    if not conditions.on_foot:
        vehicle = conditions.vehicle
        for limit, size, code in (
            (network.road_weight_t, vehicle.weight_t, Block.WEIGHT),
            (network.road_height_m, vehicle.height_m, Block.HEIGHT),
            (network.road_width_m, vehicle.width_m, Block.WIDTH),
        ):
            block[_too_small(limit, size)[road]] = code
        sign = network.road_oneway[road]
        block[np.where(network.arc_against, sign > 0, sign < 0)] = Block.ONEWAY
    block[(kmh <= 0)[road]] = Block.CLASS
    return block


def _too_small(limit: FloatArray, size: float | None) -> BoolArray:
    """Return where a limit on file is below the size; NaN compares as false."""
    if size is None or math.isnan(size):
        return np.zeros(len(limit), np.bool_)
    return limit < size


def arcs_of(network: RoadNetwork, roads: BoolArray) -> BoolArray:
    """Return the arcs (m,) of the chosen road pieces (r,)."""
    index: IntArray = network.arc_road
    return roads[index]
