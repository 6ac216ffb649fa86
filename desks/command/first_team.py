"""The first team alone, for many closures of one place and hour: what an adversary asks.

The same ways, the same order and the same milliseconds as in the whole brief; what no closure
changes is worked out once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from desks.onemap import OneMap
from risk import Demand
from risk.release import ZoneSet
from routing import closed_arcs, joined_snaps

from .approach_zones import approached, barred_zones
from .arrivals import Drive, drive_of, eta, p90_s
from .asked_for import completed, demanded
from .fitness import Candidate, candidates, order_key
from .situation import Closures, Incident
from .ways import Ways, ways_of
from .zoning import zones_of

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Setting:
    """One incident and what no closure changes of it: its zones, the teams, the order of asking.

    ``groups`` are the teams by place of base, grade and standing: the first group of which anyone
    can come holds the first team.
    """

    incident: Incident
    demand: Demand
    zones: ZoneSet
    zone_arcs: BoolArray
    zone_union: BaseGeometry | None
    groups: tuple[tuple[Candidate, ...], ...]


@dataclass(frozen=True, eq=False)
class First:
    """The team that is to be sent first, its times, and the roads of its way with their metres."""

    layer: str
    id: str
    name: str
    fit: bool
    drive_ms: int
    eta_s: int
    p90_s: int
    ways: Ways
    team: Candidate
    drive: Drive

    def roads(self) -> tuple[tuple[str, float], ...]:
        """Return the names in order of travel with the metres on each ("" where unnamed)."""
        approach = self.ways.by_road(self.team.vehicle, barred=self.drive.barred)
        way = approach.way(self.team.access, self.team.place)
        return () if way is None else way.path.roads


def setting_of(onemap: OneMap, incident: Incident) -> Setting:
    """Return what the incident's closures leave as it is.

    Raises:
        UserError: for a kind of incident or a substance that no row declares.

    """
    zones = zones_of(onemap, incident)
    shapes = tuple(zone.shape for zone in barred_zones(zones))
    asked = demanded(incident, completed(onemap, incident))
    teams = [t for t in candidates(onemap, incident, asked, shapes) if not t.withdrawn]
    keyed = sorted(teams, key=lambda team: order_key(team, asked, 0, 0))
    groups = groupby(keyed, key=lambda team: order_key(team, asked, 0, 0)[2:5])
    return Setting(
        incident=incident,
        demand=asked,
        zones=zones,
        zone_arcs=closed_arcs(onemap.network, polygons=shapes),
        zone_union=shapely.union_all(shapes) if shapes else None,
        groups=tuple(_together(tuple(group)) for _, group in groups),
    )


def _together(group: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the teams, those of one vehicle asked for together and apart from all others."""
    found = list(group)
    for vehicle in dict.fromkeys(team.vehicle for team in group):
        members = [number for number, team in enumerate(group) if team.vehicle == vehicle]
        access = joined_snaps([group[number].access.take(group[number].row) for number in members])
        for place, number in enumerate(members):
            found[number] = replace(group[number], access=access, place=place)
    return tuple(found)


def first_team(onemap: OneMap, setting: Setting, roads: tuple[str, ...]) -> First | None:
    """Return who is sent first with these roads closed, ``None`` where nobody can come.

    Raises:
        UserError: for a road that the map does not have.

    """
    incident = replace(setting.incident, closures=Closures((), roads))
    arcs = setting.zone_arcs
    approach = approached(onemap, incident, setting.zones, zone_arcs=arcs)
    ways = ways_of(onemap, incident, approach, zone_arcs=arcs)
    if not ways.on_network:
        return None
    for group in setting.groups:
        come = list(_come(onemap, setting, ways, group))
        if come:
            return min(come, key=lambda pair: pair[0])[1]
    return None


def _come(
    onemap: OneMap, setting: Setting, ways: Ways, group: tuple[Candidate, ...]
) -> Iterator[tuple[tuple[int | bool, ...], First]]:
    """Yield the teams of a group that can come, with their place in the order."""
    for team in group:
        drive = drive_of(team, ways, setting.zone_union)
        if drive is None or drive.drive_ms is None:
            continue
        eta_ms, eta_s = eta(onemap, team, drive)
        yield (
            order_key(team, setting.demand, eta_ms, eta_s),
            First(
                layer=team.spec.key,
                id=team.records.ids[team.row],
                name=team.records.names[team.row],
                fit=team.suitability.fit,
                drive_ms=drive.drive_ms,
                eta_s=eta_s or 0,
                p90_s=p90_s(onemap, team, drive.drive_ms),
                ways=ways,
                team=team,
                drive=drive,
            ),
        )
