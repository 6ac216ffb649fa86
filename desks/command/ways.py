"""The searches of one brief: each made once, however many teams share it."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from desks.onemap import ANY_VEHICLE, OneMap
from routing import (
    IMPASSABLE,
    Block,
    Conditions,
    Snaps,
    Tree,
    Vehicle,
    Weights,
    closed_arcs,
    tree_from,
    tree_to,
)

from .situation import Incident, Point


@dataclass(frozen=True, eq=False)
class Ways:
    """All ways to and from one incident at its hour, with its closures.

    ``target`` is where the incident meets the roads and ``foot_target`` where it meets what
    people walk on, snaps of length 1; ``nearest`` is the nearest road, however far.
    """

    onemap: OneMap
    at: Point
    hour: int
    closed: NDArray[np.bool_] | None
    target: Snaps
    foot_target: Snaps
    nearest: Snaps
    _trees: dict[tuple[Conditions, bool, bool, int | None], Tree] = field(default_factory=dict)

    @property
    def on_network(self) -> bool:
        """Return whether the incident is close enough to a road to be reached by one."""
        return bool(self.target.on_network[0])

    def by_road(
        self, vehicle: Vehicle, *, free_flow: bool = False, without_closures: bool = False
    ) -> Tree:
        """Return the tree of an emergency vehicle's ways to the incident.

        A vehicle that may not enter the nearest road, for its size or a closure, stops at the
        nearest position it may reach on the same part of the network, within the limit; the rest
        is an access leg.
        """
        hour = None if free_flow else self.hour
        return self._tree(Conditions(hour=hour, vehicle=vehicle), opened=without_closures)

    def without_siren(self) -> Tree:
        """Return the tree of an ordinary car's or lorry's ways to the incident."""
        return self._tree(Conditions(hour=self.hour, vehicle=ANY_VEHICLE, emergency=False))

    def on_foot_to(self, *, limit_ms: int) -> Tree:
        """Return the tree of ways on foot to the incident, no longer than the limit."""
        return self._tree(ON_FOOT, limit_ms=limit_ms)

    def on_foot_from(self) -> Tree:
        """Return the tree of ways on foot from the incident."""
        return self._tree(ON_FOOT, outward=True)

    def _tree(
        self,
        conditions: Conditions,
        *,
        opened: bool = False,
        outward: bool = False,
        limit_ms: int | None = None,
    ) -> Tree:
        opened = opened or self.closed is None
        key = (conditions, opened, outward, limit_ms)
        if key not in self._trees:
            weights = self._weights(conditions, opened=opened)
            root = self.foot_target if conditions.on_foot else self._stop(weights)
            grow = tree_from if outward else tree_to
            access_kmh = self.onemap.speed_model.access_kmh
            self._trees[key] = grow(weights, root, access_kmh=access_kmh, limit_ms=limit_ms)
        return self._trees[key]

    def _weights(self, conditions: Conditions, *, opened: bool) -> Weights:
        weights = self.onemap.open_weights(conditions)
        if opened or self.closed is None:
            return weights
        # what weights_ms would give with these closures, at a tenth of its cost
        shut = self.closed & ((weights.block == Block.OPEN) | (weights.block > Block.CLOSED))
        return replace(
            weights,
            ms=np.where(self.closed, IMPASSABLE, weights.ms),
            block=np.where(shut, Block.CLOSED, weights.block).astype(np.int8),
        )

    def _stop(self, weights: Weights) -> Snaps:
        """Return where a vehicle stops: on the nearest road, or the nearest it may use."""
        road = int(self.target.road[0])
        if road < 0 or weights.usable_roads[road]:
            return self.target
        network = self.onemap.network
        island = network.island[network.road_start]
        usable = weights.usable_roads & (island == island[road])
        limit_m = self.onemap.speed_model.access_limit_m
        at = np.asarray([self.at], dtype=np.float64)
        return self.onemap.locator.snap(at, limit_m=limit_m, usable=usable)


ON_FOOT = Conditions(hour=None, emergency=False, on_foot=True)


def ways_of(onemap: OneMap, incident: Incident) -> Ways:
    """Return the ways to and from the incident; nothing is searched before it is asked for."""
    at = np.asarray([incident.at], dtype=np.float64)
    limit_m = onemap.speed_model.access_limit_m
    closures = incident.closures
    closed = (
        closed_arcs(onemap.network, polygons=closures.polygons, roads=closures.roads)
        if closures
        else None
    )
    return Ways(
        onemap=onemap,
        at=incident.at,
        hour=incident.time.hour,
        closed=closed,
        target=onemap.locator.snap(at, limit_m=limit_m),
        foot_target=onemap.foot_locator.snap(at, limit_m=limit_m),
        nearest=onemap.locator.snap(at, limit_m=math.inf),
    )
