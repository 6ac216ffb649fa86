"""The searches of one brief: each made once, however many teams share it.

Vehicles go to the stand-off point where there is one, else to the incident; people walk to and
from the incident itself.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from desks.onemap import ANY_VEHICLE, OneMap
from routing import (
    Conditions,
    Snaps,
    Tree,
    Vehicle,
    Weights,
    closed_arcs,
    tree_from,
    tree_to,
)

from .answers import Approached
from .approach import SLACK_M, Approach, Walks, walks_within
from .approach_zones import NOWHERE, holds
from .situation import Incident, Point

BoolArray = NDArray[np.bool_]


class Barred(IntEnum):
    """What a vehicle keeps out of: nothing, what is closed or flooded, or the zones as well."""

    NOTHING = 0
    CLOSED = 1
    ZONES = 2


@dataclass(frozen=True, eq=False)
class Ways:
    """All ways to and from one incident at its hour, with its closures, floods and zones.

    ``goal`` is where vehicles go, and why elsewhere than ``at``: the stand-off point. ``target``
    is where the goal meets the roads, ``goal_on_foot`` where it and ``foot_target`` where the
    incident meets what people walk on, snaps of length 1; ``nearest`` is the road nearest to the
    incident, however far. ``closed`` (m,) are arcs closed or flooded, ``barred`` those and the
    zones', ``None`` where there are none.
    """

    onemap: OneMap
    at: Point
    goal: Point
    hour: int
    closed: BoolArray | None
    barred: BoolArray | None
    target: Snaps
    goal_on_foot: Snaps
    foot_target: Snaps
    nearest: Snaps
    _approaches: dict[tuple[Conditions, Barred], Approach] = field(default_factory=dict)
    _foot_trees: dict[tuple[bool, int | None], Tree] = field(default_factory=dict)

    @property
    def on_network(self) -> bool:
        """Return whether the goal is close enough to a road to be reached by one."""
        return bool(self.target.on_network[0])

    def by_road(
        self, vehicle: Vehicle, *, free_flow: bool = False, barred: Barred = Barred.ZONES
    ) -> Approach:
        """Return an emergency vehicle's ways to the goal, or to a stop short of it."""
        hour = None if free_flow else self.hour
        return self._approach(Conditions(hour=hour, vehicle=vehicle), barred)

    def without_siren(self, *, barred: Barred = Barred.ZONES) -> Approach:
        """Return an ordinary car's or lorry's ways to the goal."""
        conditions = Conditions(hour=self.hour, vehicle=ANY_VEHICLE, emergency=False)
        return self._approach(conditions, barred)

    def on_foot_to(self, *, limit_ms: int) -> Tree:
        """Return the tree of ways on foot to the incident, no longer than the limit."""
        return self._on_foot(tree_to, limit_ms=limit_ms)

    def on_foot_from(self) -> Tree:
        """Return the tree of ways on foot from the incident."""
        return self._on_foot(tree_from, limit_ms=None)

    def _on_foot(self, grow: Callable[..., Tree], *, limit_ms: int | None) -> Tree:
        key = grow is tree_to, limit_ms
        if key not in self._foot_trees:
            weights = self._weights(ON_FOOT, Barred.CLOSED)
            access_kmh = self.onemap.speed_model.access_kmh
            self._foot_trees[key] = grow(
                weights, self.foot_target, access_kmh=access_kmh, limit_ms=limit_ms
            )
        return self._foot_trees[key]

    def _approach(self, conditions: Conditions, barred: Barred) -> Approach:
        barred = self._least(barred)
        key = (conditions, barred)
        if key not in self._approaches:
            self._approaches[key] = Approach(
                weights=self._weights(conditions, barred),
                target=self.target,
                foot_target=self.goal_on_foot,
                walks=self._walks,
                access_kmh=self.onemap.speed_model.access_kmh,
            )
        return self._approaches[key]

    @cached_property
    def _walks(self) -> Callable[[], Walks]:
        """Return what finds the ways of those who leave their vehicle, once, where it is needed.

        It does not hold these ways, which hold it: a circle would keep every brief's searches in
        memory until the collector's next full round.
        """
        onemap, foot_target = self.onemap, self.goal_on_foot
        return cache(lambda: _walks_to(onemap, foot_target))

    def _least(self, barred: Barred) -> Barred:
        """Return the weakest bar that closes the same arcs, so that searches are shared."""
        if barred == Barred.ZONES and self.barred is self.closed:
            barred = Barred.CLOSED
        return Barred.NOTHING if barred == Barred.CLOSED and self.closed is None else barred

    def _weights(self, conditions: Conditions, barred: Barred) -> Weights:
        weights = self.onemap.open_weights(conditions)
        closed = {Barred.CLOSED: self.closed, Barred.ZONES: self.barred}.get(barred)
        return weights if closed is None else weights.closing(closed)


ON_FOOT = Conditions(hour=None, emergency=False, on_foot=True)


def _walks_to(onemap: OneMap, foot_target: Snaps) -> Walks:
    """Return the ways on foot to the incident, closed roads included."""
    model = onemap.speed_model
    tree = tree_to(
        onemap.open_weights(ON_FOOT),
        foot_target,
        access_kmh=model.access_kmh,
        limit_ms=math.ceil((model.access_limit_m + SLACK_M) * 1000 / model.walk_m_per_s),
    )
    return walks_within(tree, limit_m=model.access_limit_m, walk_m_per_s=model.walk_m_per_s)


def ways_of(
    onemap: OneMap,
    incident: Incident,
    approach: Approached = NOWHERE,
    *,
    zone_arcs: BoolArray | None = None,
) -> Ways:
    """Return the ways to and from the incident; nothing is searched before it is asked for.

    ``zone_arcs`` (m,) are those that the approach's shapes close, where they are known already.
    Where the zones hold the incident and leave no stand-off point they bar nobody: the brief
    says so.
    """
    at = np.asarray([incident.at], dtype=np.float64)
    limit_m = onemap.speed_model.access_limit_m
    closed = _closed(onemap, incident)
    stand_off = approach.stand_off
    barred, usable = closed, None
    if approach.closed and (stand_off is not None or not holds(approach.closed, incident.at)):
        zones = zone_arcs
        if zones is None:
            zones = closed_arcs(onemap.network, polygons=approach.closed)
        barred = zones if closed is None else zones | closed
        free = onemap.open_weights(Conditions(hour=None, vehicle=ANY_VEHICLE)).usable_roads
        usable = free & ~barred[onemap.network.road_arc[:, 0]]
    goal = incident.at if stand_off is None else stand_off.at
    goals = np.asarray([goal], dtype=np.float64)
    foot_target = onemap.foot_locator.snap(at, limit_m=limit_m)
    return Ways(
        onemap=onemap,
        at=incident.at,
        goal=goal,
        hour=incident.time.hour,
        closed=closed,
        barred=barred,
        target=onemap.locator.snap(goals, limit_m=limit_m, usable=usable),
        goal_on_foot=(
            foot_target
            if stand_off is None
            else onemap.foot_locator.snap(goals, limit_m=limit_m, usable=usable)
        ),
        foot_target=foot_target,
        nearest=onemap.locator.snap(at, limit_m=math.inf),
    )


def _closed(onemap: OneMap, incident: Incident) -> BoolArray | None:
    """Return the arcs that closures and floods close, ``None`` where there is neither."""
    closures = incident.closures
    if not closures and not incident.flooded:
        return None
    polygons = (*closures.polygons, *incident.flooded)
    return closed_arcs(onemap.network, polygons=polygons, roads=closures.roads)
