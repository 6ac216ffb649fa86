"""The fixed hazard points that are watched one by one, each with zone and nearest teams (S1-1)."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from desks.command import situation_brief
from desks.command.situation import Incident
from desks.onemap import OneMap
from risk.rule_files import read_rules

from .impact import NIGHT, own_zones
from .parts import FixedPoint, Graded, NearTeam

TABLE = Path(__file__).parent / "fixed_points.toml"
TEAMS = 3


@cache
def planned() -> Mapping[str, int]:
    """Return how many points of each layer the plan counts, in the file's order."""
    rows = read_rules(TABLE)["point"]
    return MappingProxyType({str(row["layer"]): int(row["planned"]) for row in rows})


def fixed_points(onemap: OneMap, found: Graded) -> tuple[FixedPoint, ...]:
    """Return the fixed points with substance, quantity, colour and zone; teams are asked apart."""
    zones = own_zones(onemap)
    points = []
    for layer in planned():
        for hazard in sorted((h for h in found.hazards if h.layer == layer), key=lambda h: h.id):
            zone = zones[hazard.layer, hazard.id]
            points.append(
                FixedPoint(
                    layer=hazard.layer,
                    id=hazard.id,
                    name=hazard.name,
                    at=hazard.at,
                    colour=hazard.colour,
                    substance=zone.substance,
                    quantity_t=zone.quantity_t,
                    zone_m=zone.reach_m,
                    zone_said=zone.said,
                )
            )
    return tuple(points)


def nearest_teams(
    onemap: OneMap, point: FixedPoint, time: datetime = NIGHT, *, most: int = TEAMS
) -> tuple[NearTeam, ...]:
    """Return the first teams that a brief at the point would send, with seconds to arrive."""
    if point.at is None:
        return ()
    brief = situation_brief(onemap, Incident(at=point.at, time=time, kind="hazmat_leak"))
    return tuple(
        NearTeam(team.layer, team.id, team.name, team.fit, team.eta_s)
        for team in brief.responders
        if team.reachable and team.eta_s is not None
    )[:most]
