"""The searches of one brief: each made once, however many teams share it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
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

from .approach import SLACK_M, Approach, Walks, walks_within
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
    _approaches: dict[tuple[Conditions, bool], Approach] = field(default_factory=dict)
    _foot_trees: dict[tuple[bool, int | None], Tree] = field(default_factory=dict)

    @property
    def on_network(self) -> bool:
        """Return whether the incident is close enough to a road to be reached by one."""
        return bool(self.target.on_network[0])

    def by_road(
        self, vehicle: Vehicle, *, free_flow: bool = False, without_closures: bool = False
    ) -> Approach:
        """Return an emergency vehicle's ways to the incident, or to a stop short of it."""
        hour = None if free_flow else self.hour
        return self._approach(Conditions(hour=hour, vehicle=vehicle), opened=without_closures)

    def without_siren(self) -> Approach:
        """Return an ordinary car's or lorry's ways to the incident."""
        conditions = Conditions(hour=self.hour, vehicle=ANY_VEHICLE, emergency=False)
        return self._approach(conditions, opened=False)

    def on_foot_to(self, *, limit_ms: int) -> Tree:
        """Return the tree of ways on foot to the incident, no longer than the limit."""
        return self._on_foot(tree_to, limit_ms=limit_ms)

    def on_foot_from(self) -> Tree:
        """Return the tree of ways on foot from the incident."""
        return self._on_foot(tree_from, limit_ms=None)

    def _on_foot(self, grow: Callable[..., Tree], *, limit_ms: int | None) -> Tree:
        key = grow is tree_to, limit_ms
        if key not in self._foot_trees:
            weights = self._weights(ON_FOOT, opened=False)
            access_kmh = self.onemap.speed_model.access_kmh
            self._foot_trees[key] = grow(
                weights, self.foot_target, access_kmh=access_kmh, limit_ms=limit_ms
            )
        return self._foot_trees[key]

    def _approach(self, conditions: Conditions, *, opened: bool) -> Approach:
        opened = opened or self.closed is None
        key = (conditions, opened)
        if key not in self._approaches:
            self._approaches[key] = Approach(
                weights=self._weights(conditions, opened=opened),
                target=self.target,
                foot_target=self.foot_target,
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
        onemap, foot_target = self.onemap, self.foot_target
        return cache(lambda: _walks_to(onemap, foot_target))

    def _weights(self, conditions: Conditions, *, opened: bool) -> Weights:
        weights = self.onemap.open_weights(conditions)
        return weights if opened or self.closed is None else weights.closing(self.closed)


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
