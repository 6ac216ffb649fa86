"""Turning the wind or closing a road ranks anew: equal to a computation from scratch.

``python -m tests.desks.test_rerank DISTRICT 1000`` tries a thousand cases.
"""

import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from desks.command import Closures, Incident, Responder, situation_brief
from desks.command.approach_zones import approached
from desks.command.zoning import release_of, zones_of
from desks.onemap import OneMap, load_onemap
from risk import demand, judge_for
from routing import UNREACHED, Conditions, Tree, Vehicle, tree_to, weights_ms
from tests.desks.making import CALM

CASES = 20
STANDINGS = {"专业": 0, "企业": 1, "": 2, "志愿": 3}


def random_case(onemap: OneMap, number: int) -> Incident:
    """Return a leak with wind, sometimes with closures and withdrawn teams."""
    chance = random.Random(f"rerank:{number}")  # noqa: S311 - reproducible, not secret
    west, south, east, north = onemap.extent_m
    records = onemap.records["declared_risk"]
    row = chance.randrange(len(records.ids))
    at = (
        (float(records.xy_m[row, 0]), float(records.xy_m[row, 1]))
        if chance.random() < 0.5
        else (chance.uniform(west, east), chance.uniform(south, north))
    )
    ring = shapely.Point(at[0] + chance.uniform(-2e3, 2e3), at[1] + chance.uniform(-2e3, 2e3))
    teams = [("team", record_id) for record_id in onemap.records["team"].ids]
    return Incident(
        at=at,
        time=CALM.replace(hour=chance.randrange(24)),
        kind=chance.choice(["hazmat_leak", "gas_leak", "fire"]),
        closures=Closures((ring.buffer(chance.uniform(50, 700)),) if number % 2 else ()),
        substance=chance.choice(["chlorine", "ammonia", "lpg"]),
        quantity_t=chance.choice([0.1, 1.0, 5.0]),
        wind_from_deg=chance.uniform(0, 360),
        wind_ms=chance.uniform(1, 8),
        withdrawn=tuple(chance.sample(teams, number % 3)),
    )


def brute(onemap: OneMap, incident: Incident) -> dict[tuple[str, str], int]:
    """Return the drive in ms of each team that can drive to the goal, from nothing kept.

    Each road is tried against each shape; weights and search are made anew for each size of
    vehicle on file. Teams that stop short of the goal are left out.
    """
    network, model = onemap.network, onemap.speed_model
    approach = approached(onemap, incident, zones_of(onemap, incident))
    goal = incident.at if approach.stand_off is None else approach.stand_off.at
    barred = np.zeros(network.road_count, np.bool_)
    for area in (*incident.closures.polygons, *approach.closed):
        barred |= np.asarray(shapely.intersects(network.lines, area))
    arcs = barred[network.arc_road]
    any_vehicle = weights_ms(network, model, Conditions(hour=None), closed=arcs)
    target = onemap.locator.snap(
        np.asarray([goal]), limit_m=model.access_limit_m, usable=any_vehicle.usable_roads
    )
    found: dict[tuple[str, str], int] = {}
    trees: dict[Vehicle, Tree | None] = {}
    for key, row in rows(onemap):
        records = onemap.records[key]
        sizes = [records.value(f"vehicle_{x}", row) for x in ("width_m", "height_m", "weight_t")]
        vehicle = Vehicle(*(float(x) if isinstance(x, int | float) else None for x in sizes))
        conditions = Conditions(hour=incident.time.hour, vehicle=vehicle)
        if vehicle not in trees:
            weights = weights_ms(network, model, conditions, closed=arcs)
            usable = weights.usable_roads[target.road[0]]
            tree = tree_to(weights, target, access_kmh=model.access_kmh) if usable else None
            trees[vehicle] = tree
        tree = trees[vehicle]
        if tree is None:
            continue
        time_ms = int(tree.time_ms(onemap.access[key].take(np.array([row])))[0])
        if time_ms != UNREACHED:
            found[key, records.ids[row]] = time_ms
    return found


def rows(onemap: OneMap) -> Iterator[tuple[str, int]]:
    for key in ("team", "fire_station"):
        for row in range(len(onemap.records[key].ids)):
            yield key, row


def expected_key(onemap: OneMap, incident: Incident, team: Responder) -> tuple[object, ...]:
    """Return what the team should be sorted by, written down once more from the rule."""
    release = release_of(onemap, incident)
    approach = approached(onemap, incident, zones_of(onemap, incident))
    row = onemap.row_of(team.layer, team.id)
    records = onemap.records[team.layer]
    skills = records.value("skills", row)
    judged = judge_for(
        demand(incident.kind, release.substance),
        team.kind,
        team.equipment,
        skills=skills if isinstance(skills, tuple) else (),
        layer=team.layer,
    )
    at = shapely.Point(team.at) if team.at is not None else None
    inside = at is not None and any(area.distance(at) <= 0.001 for area in approach.closed)
    standing = "专业" if team.layer == "fire_station" else team.order
    return (
        (team.layer, team.id) in incident.withdrawn,
        team.eta_s is None,
        inside,
        judged.grade,
        STANDINGS[standing],
        team.eta_s or 0,
    )


def try_case(onemap: OneMap, number: int) -> int:
    """Return how many drives of the case were compared; assert that all agree, order included."""
    incident = random_case(onemap, number)
    brief = situation_brief(onemap, incident)
    drives = brute(onemap, incident)
    compared = 0
    for team in brief.responders:
        drive_ms = drives.get((team.layer, team.id))
        if team.withdrawn or team.in_zone or drive_ms is None:
            continue
        assert team.drive_s == math.ceil(drive_ms / 1000), (number, team.id)
        compared += 1
    keys = [expected_key(onemap, incident, team) for team in brief.responders]
    assert keys == sorted(keys), number
    return compared


def test_ranks_equal_a_computation_from_scratch(district: OneMap) -> None:
    """40 seeded cases of wind, closures and withdrawn teams; every drive and the whole order."""
    compared = [try_case(district, number) for number in range(CASES)]
    assert sum(compared) > CASES * 10


def test_turning_the_wind_moves_the_stand_off_point_and_nothing_else_is_kept(
    district: OneMap,
) -> None:
    """A turn of the dial and back gives the first answer again."""
    x_m, y_m = district.records["hazard"].xy_m[0]
    briefs = [
        situation_brief(
            district,
            Incident(
                (float(x_m), float(y_m)), CALM, "hazmat_leak", substance="chlorine",
                quantity_t=1.0, wind_from_deg=wind, wind_ms=2.0,
            ),
        )
        for wind in (90.0, 270.0, 90.0)
    ]  # fmt: skip
    there, turned, back = briefs
    assert there.responders == back.responders
    assert there.approach is not None
    assert turned.approach is not None
    assert there.approach.stand_off != turned.approach.stand_off


if __name__ == "__main__":
    town = load_onemap(Path(sys.argv[1]))
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    total = sum(try_case(town, number) for number in range(many))
    sys.stdout.write(f"{many} cases, {total} drives: all as computed from scratch\n")
