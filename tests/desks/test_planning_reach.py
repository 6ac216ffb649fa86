"""How far people are from places: held against single searches, vehicles, closures."""

from dataclasses import replace

import numpy as np
import pytest

from desks.command.situation import Closures
from desks.command.ways import ON_FOOT
from desks.onemap import ANY_VEHICLE, OneMap
from desks.planning.answers import NO_WAY, Demand, Places, Reach
from desks.planning.demand import demand_of
from desks.planning.forest import grown, meeting_of, nearest_sources
from desks.planning.places import places_of
from desks.planning.reaching import by_length, limit_of, reach_of
from desks.planning.services import service_of
from routing import IMPASSABLE, UNREACHED, Conditions, Snaps, tree_from, tree_to
from tests.desks.planning_town import POINTS, build_town, place


@pytest.fixture(scope="module")
def town_by_river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("reach"))


def rows_of(reach: Reach) -> dict[int, list[tuple[int, int, int]]]:
    """Return (place, cost, line) of each point that has any."""
    return {
        row: [
            (int(reach.place[k]), int(reach.cost[k]), int(reach.line_mm[k]))
            for k in range(reach.first[row], reach.first[row + 1])
        ]
        for row in np.flatnonzero(np.diff(reach.first)).tolist()
    }


def some(demand: Demand, step: int) -> Demand:
    """Return every so manieth point, as another desk might ask of its own."""
    return replace(
        demand,
        xy_m=demand.xy_m[::step].copy(),
        unit=demand.unit[::step],
        point_people=demand.point_people[::step],
    )


@pytest.mark.parametrize("within", ["500m", "1500m", "12min"])
def test_on_foot_equals_a_search_from_every_place(district: OneMap, within: str) -> None:
    """The straight line is never longer, and each cost is that of an unlimited single search."""
    service = service_of("shelter", within)
    demand, places = some(demand_of(district), 23), places_of(district, service)
    reach = reach_of(district, demand, places, service)
    weights = by_length(district.open_weights(ON_FOOT))
    limit_m = district.speed_model.access_limit_m
    points = district.foot_locator.snap(demand.xy_m, limit_m=limit_m)
    ends = district.foot_locator.snap(places.xy_m, limit_m=limit_m)
    expected = np.full((len(demand.xy_m), len(places.ids)), NO_WAY)
    for column in range(len(places.ids)):
        mm = tree_to(weights, ends.take(column), access_kmh=3.6).time_ms(points)
        away = demand.xy_m - places.xy_m[column]
        line = np.rint(np.hypot(away[:, 0], away[:, 1]) * 1000).astype(np.int64)
        cost = np.maximum(mm, line)
        if service.within_ms is not None:
            cost = -(-cost * 6 // 5)
        expected[:, column] = np.where(mm == UNREACHED, NO_WAY, cost)
    held = (expected != NO_WAY) & (expected <= limit_of(service))
    assert len(reach.cost) == held.sum() > 0
    for row, found in rows_of(reach).items():
        assert {(p, c) for p, c, _ in found} == {
            (int(p), int(expected[row, p])) for p in np.flatnonzero(held[row])
        }
        assert [(c, p) for p, c, _ in found] == sorted((c, p) for p, c, _ in found)
    least = np.where(expected == NO_WAY, IMPASSABLE, expected).min(axis=1)
    assert (reach.nearest_cost == np.where(least == IMPASSABLE, NO_WAY, least)).all()


def test_by_road_equals_a_search_with_the_teams_own_vehicle(district: OneMap) -> None:
    """Turnout and a vehicle's limits count as in the brief: every station, every 50th point."""
    service = service_of("team", "8min")
    demand, places = some(demand_of(district), 50), places_of(district, service)
    reach = reach_of(district, demand, places, service)
    records, model = district.records["team"], district.speed_model
    pairs = {(p, row): cost for row, found in rows_of(reach).items() for p, cost, _ in found}
    reached = 0
    for column, key in enumerate(places.ids):
        vehicle = district.vehicles["team"][district.row_of("team", key)]
        weights = district.open_weights(Conditions(hour=3, vehicle=vehicle))
        usable = weights.usable_roads
        own = district.access["team"].take(district.row_of("team", key))
        points = district.locator.snap(demand.xy_m, limit_m=model.access_limit_m, usable=usable)
        drive = tree_from(weights, own, access_kmh=model.access_kmh).time_ms(points)
        kind = records.text("kind", district.row_of("team", key))
        whole = drive + int(np.ceil(model.turnout_s(kind)[0])) * 1000
        for row in np.flatnonzero((drive != UNREACHED) & (whole <= limit_of(service))):
            assert pairs.pop((column, int(row))) == whole[row]
            reached += 1
    assert not pairs
    assert reached > 500


def test_a_wide_engine_stops_at_the_mouth_of_a_lane(town: OneMap) -> None:
    """S2-12: beyond 窄巷, 2.0 m wide, who lives at its end waits for the crew on foot."""
    demand = demand_of(town)
    lane = np.hypot(*(demand.xy_m - np.array([397_500 + 1200, 2_545_000 + 100])).T).argmin()
    service = service_of("team", "60min")
    places = places_of(town, service)
    reach = reach_of(town, demand, places, service)
    cost = {places.ids[p]: c for p, c, _ in rows_of(reach)[int(lane)]}
    assert cost["T1"] > 100 * 3600 // 5 + 60_000, "the last 100 m on foot at 5 km/h"
    assert "T3" not in cost, "the island has no road here"


@pytest.mark.parametrize("toward", [True, False])
def test_the_forest_is_the_least_of_all_trees(district: OneMap, toward: bool) -> None:  # noqa: FBT001
    """Seeded places in the middle of pieces, of one piece too: time and first owner agree."""
    chance = np.random.default_rng(3)
    weights = district.open_weights(Conditions(hour=8, vehicle=ANY_VEHICLE))
    road = chance.choice(np.flatnonzero(weights.usable_roads), 40).astype(np.int32)
    road[20:] = np.repeat(road[:10], 2)
    offset = chance.choice([0.0, 0.25, 0.5, 0.9, 1.0], 40)
    xy_m = np.zeros((40, 2))
    snaps = Snaps(road, offset, xy_m, xy_m, chance.uniform(0, 90, 40))
    sources, others = snaps.take(slice(0, 15)), snaps.take(slice(15, 40))
    meeting = meeting_of(weights, others, access_kmh=5.0, toward=toward)
    rows = np.arange(len(others))
    time, owner = nearest_sources(meeting, sources, rows)
    grow = tree_to if toward else tree_from
    every = np.array([
        grow(weights, sources.take(i), access_kmh=5.0).time_ms(others) for i in range(len(sources))
    ])  # fmt: skip
    best = np.where(every == UNREACHED, IMPASSABLE, every).min(axis=0)
    assert (time == np.where(best == IMPASSABLE, UNREACHED, best)).all()
    for source, expected in enumerate(every):
        tree = grown(meeting, sources.take(source))
        assert (meeting.times(tree, rows) == expected).all()
    met = time != UNREACHED
    assert met.sum() > 10
    assert (owner[met] == np.argmax(every == time[None, :], axis=0)[met]).all()


def test_closures_bar_walkers_too_and_leave_no_trace(town_by_river: OneMap) -> None:
    town = town_by_river
    service = service_of("shelter", "3km")
    demand, places = demand_of(town), places_of(town, service)
    before = reach_of(town, demand, places, service)
    closed = reach_of(town, demand, places, service, closed=Closures(roads=("cg路",)))
    g = POINTS.index("g")
    names = {places.ids[p] for p, _, _ in rows_of(closed)[g]}
    assert names == {"P2"}, "the north bank has its own shelter and nothing else"
    assert {places.ids[p] for p, _, _ in rows_of(before)[g]} == {"P1", "P2", "P3", "P4", "P5"}
    after = reach_of(town, demand, places, service)
    assert (after.cost == before.cost).all()
    assert (reach_of(town, demand, places, service, closed=Closures()).cost == before.cost).all()


@pytest.mark.parametrize(("key", "within"), [("shelter", "500m"), ("mini_station", "3min")])
def test_what_is_used_again_behind_closures_is_what_a_search_would_find(
    district: OneMap, key: str, within: str
) -> None:
    """Random closed pieces: places far from them keep their table, and it is the searched one."""
    service = service_of(key, within)
    known, places = demand_of(district), places_of(district, service)
    chance = np.random.default_rng(11)
    reach_of(district, known, places, service)
    fresh = replace(known, xy_m=known.xy_m.copy())
    changed = 0
    for _ in range(3):
        at = places.xy_m[chance.integers(len(places.ids))]
        away = np.hypot(*(district.network.node_xy_m - at).T)
        barred = (away < 400)[district.network.tail]
        kept = reach_of(district, known, places, service, closed=barred)
        searched = reach_of(district, fresh, places, service, closed=barred)
        for name in ("first", "place", "cost", "line_mm", "nearest", "nearest_cost"):
            assert (getattr(kept, name) == getattr(searched, name)).all()
        changed += len(kept.cost) != len(reach_of(district, known, places, service).cost)
    assert changed == 3


def test_a_place_off_every_way_reaches_nobody(town_by_river: OneMap) -> None:
    town = town_by_river
    service = service_of("shelter", "3km")
    demand = demand_of(town)
    far = Places("shelter", ("X",), ("X",), np.array([place(1500, 880)]), np.array([9]), (), ())
    reach = reach_of(town, demand, far, service)
    assert len(reach.cost) == 0
    assert (reach.nearest == NO_WAY).all()
    none = Places("shelter", (), (), np.empty((0, 2)), np.empty(0, np.int64), (), ())
    assert (reach_of(town, demand, none, service).nearest_cost == NO_WAY).all()


def test_engines_by_distance_use_the_roads_they_may(town_by_river: OneMap) -> None:
    """A fire station within 1 km of road: a circle applies, and no turnout counts as metres."""
    town = town_by_river
    service = service_of("fire_station", "1km")
    reach = reach_of(town, demand_of(town), places_of(town, service), service)
    costs = {POINTS[row]: found[0][1] for row, found in rows_of(reach).items()}
    assert costs == {"a": 0, "b": 500_000, "c": 1_000_000}
    assert not reach.is_time


def test_a_moved_team_that_is_not_on_file_has_the_ordinary_turnout(town_by_river: OneMap) -> None:
    town = town_by_river
    service = service_of("fire_station", "5min")
    places = Places(
        "fire_station", ("NEW",), ("新站",), np.array([place(500, 0)]), np.array([-1]), (), ()
    )
    reach = reach_of(town, demand_of(town), places, service)
    assert rows_of(reach)[POINTS.index("b")] == [(0, 60_000, 0)]
