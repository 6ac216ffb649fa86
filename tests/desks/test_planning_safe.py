"""The fourth definition: what a chosen incident leaves, by the zones and rules of the brief."""

import numpy as np
import pytest
import shapely

from desks.command.refuges import refuges
from desks.command.situation import Closures, Incident
from desks.command.zoning import zones_of
from desks.onemap import OneMap
from desks.planning.coverage import coverage
from desks.planning.demand import demand_of
from desks.planning.harmless import harmless
from desks.planning.places import places_of
from desks.planning.services import service_of
from tests.desks.making import CALM
from tests.desks.planning_town import POINTS, build_town, place


@pytest.fixture(scope="module")
def by_river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("safe"))


def chlorine(x: float, y: float) -> Incident:
    return Incident(
        (x, y), CALM, "hazmat_leak", substance="chlorine", quantity_t=1.0, wind_from_deg=90.0,
        wind_ms=2.0,
    )  # fmt: skip


def test_shelters_are_safe_exactly_where_the_brief_says_so(district: OneMap) -> None:
    """One incident, one list of safe shelters: the planner and the commander agree."""
    service = service_of("shelter")
    places = places_of(district, service)
    for x, y in places.xy_m[::9].tolist():
        incident = chlorine(x, y)
        left = harmless(district, incident, service, demand_of(district), places)
        told = {
            one.id: one.safe for one in refuges(district, incident, zones_of(district, incident))
        }
        assert dict(zip(places.ids, left.places.tolist(), strict=True)) == told
        assert not all(told.values())
        assert left.closed is not None
        assert left.closed.any()


def test_nobody_within_harm_is_safe_and_no_unsafe_place_is_filled(district: OneMap) -> None:
    service = service_of("shelter", "1500m")
    x, y = places_of(district, service).xy_m[0].tolist()
    found = coverage(district, service, incident=chlorine(x, y))
    left = harmless(district, chlorine(x, y), service, found.demand, found.places)
    assert found.safe_assigned is not None
    assert found.assigned is not None
    point = np.repeat(np.arange(len(found.reach.first) - 1), np.diff(found.reach.first))
    used = found.safe_assigned > 0
    assert left.points[point[used]].all()
    assert left.places[found.reach.place[used]].all()
    safe = np.bincount(point, found.safe_assigned, len(left.points))
    placed = np.bincount(point, found.assigned, len(left.points))
    assert (safe <= placed).all(), "safe are some of those who had room, point by point"
    assert 0 < safe.sum() < placed.sum()


def test_flooded_ground_is_walked_by_nobody(by_river: OneMap) -> None:
    """The bridge under water: g keeps P2, c is left with P5, which b fills."""
    flood = shapely.box(*place(900, 100), *place(1100, 200))
    incident = Incident(place(1000, 150), CALM, flooded=(flood,))
    found = coverage(by_river, service_of("shelter"), incident=incident)
    safe = {row.name: row.counts["safe"].people_covered for row in found.communities}
    assert (safe["K1"], safe["K2"], safe["K3"]) == (70, 30, 26)


def test_closures_of_the_incident_stop_vehicles_and_no_walker(by_river: OneMap) -> None:
    incident = Incident(place(5000, 5000), CALM, closures=Closures(roads=("cg路",)))
    walked = coverage(by_river, service_of("shelter"), incident=incident)
    driven = coverage(by_river, service_of("fire_station"), incident=incident)
    assert walked.totals.counts["safe"] == walked.totals.counts["capacity"]
    assert driven.totals.counts["safe"].people_covered == 201, "the north bank is cut off"
    assert driven.totals.counts["network"].people_covered == 268


def test_an_incident_far_away_changes_nothing(by_river: OneMap) -> None:
    area = shapely.Point(*place(9000, 9000)).buffer(50)
    incident = Incident(place(9000, 9000), CALM, drawn=(area,))
    found = coverage(by_river, service_of("shelter"), incident=incident)
    assert found.safe_assigned is not None
    assert found.assigned is not None
    assert found.safe_assigned.tolist() == found.assigned.tolist()
    assert len(POINTS) == 9


def test_both_what_is_closed_today_and_in_the_incident_is_closed(by_river: OneMap) -> None:
    """With a-b lost and the bridge in the zone, b has P5 only, and so has c."""
    area = shapely.box(*place(900, 200), *place(1100, 400))
    incident = Incident(place(1000, 300), CALM, drawn=(area,))
    network = by_river.network
    arcs = network.road_name[network.arc_road] == network.names.index("ab路")
    for closed in (arcs, Closures(roads=("ab路",))):
        found = coverage(by_river, service_of("shelter"), incident=incident, closed=closed)
        safe = {row.name: row.counts["safe"].people_covered for row in found.communities}
        assert safe["K1"] == 51 + 10
        assert safe["K3"] == 0
