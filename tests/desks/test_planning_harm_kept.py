"""What an incident makes unsafe is worked out once, and never mixed up between incidents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Any

import numpy as np
import pytest
import shapely

from desks.command.situation import Closures, Incident
from desks.onemap import OneMap
from desks.planning import harmless as desk
from desks.planning import reaching
from desks.planning.answers import Places, Service
from desks.planning.coverage import coverage
from desks.planning.demand import demand_of
from desks.planning.harmless import INCIDENTS_KEPT, Harmless, harmless
from desks.planning.places import places_of
from desks.planning.services import service_of, services
from tests.desks.making import CALM
from tests.desks.planning_town import POINTS, build_town, place
from tests.desks.worlds import put


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("harm"))


@pytest.fixture
def river(built: OneMap) -> OneMap:
    """Return the town with nothing worked out yet."""
    return replace(built)


def about(x: float, y: float, radius_m: float = 50, **more: Any) -> Incident:  # noqa: ANN401
    zone = shapely.Point(place(x, y)).buffer(radius_m)
    return Incident(place(x, y), CALM, drawn=(zone,), **more)


def left(onemap: OneMap, incident: Incident, key: str = "shelter") -> Harmless:
    service = service_of(key)
    return harmless(onemap, incident, service, demand_of(onemap), places_of(onemap, service))


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """Return a list that grows by one with every call of the desk's function."""
    calls: list[object] = []
    whole: Callable[..., object] = getattr(desk, name)

    def told(*given: object, **more: object) -> object:
        calls.append(given[-1])
        return whole(*given, **more)

    monkeypatch.setattr(desk, name, told)
    return calls


def test_thirteen_services_ask_for_one_harm(river: OneMap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zones and shelters once, arcs once on foot and once by road."""
    zones, stood = counted(monkeypatch, "zones_of"), counted(monkeypatch, "refuges")
    arcs = counted(monkeypatch, "closed_arcs")
    for service in services().values():
        coverage(river, service, incident=about(1000, 300))
    assert (len(services()), len(zones), len(stood), len(arcs)) == (13, 1, 1, 2)


def test_the_kept_answer_is_the_fresh_one(river: OneMap) -> None:
    """Service after service on one map equals each service on a map of its own."""
    incident = about(1000, 300, closures=Closures(roads=("ab路",)))
    for key in (*services(), *services()):
        kept = coverage(river, service_of(key), incident=incident)
        fresh = coverage(replace(river), service_of(key), incident=incident)
        assert kept.communities == fresh.communities, key
        assert kept.cautions == fresh.cautions, key
        if kept.safe_assigned is not None and fresh.safe_assigned is not None:
            assert kept.safe_assigned.tolist() == fresh.safe_assigned.tolist(), key


def test_two_incidents_never_share_their_harm(river: OneMap) -> None:
    """At a the point a and the shelter P1 are lost, at g the point g and P2; again and again."""
    for _ in range(3):
        for at, point, shelter in ((0, 0), "a", "P1"), ((1000, 300), "g", "P2"):
            found = left(river, about(*at))
            assert [p for p, safe in zip(POINTS, found.points, strict=False) if not safe] == [point]
            ids = places_of(river, service_of("shelter")).ids
            assert [i for i, safe in zip(ids, found.places, strict=True) if not safe] == [shelter]


def test_the_same_ground_with_another_flood_is_another_incident(river: OneMap) -> None:
    flood = shapely.box(*place(900, 100), *place(1100, 200))
    dry, wet = about(9000, 9000), replace(about(9000, 9000), flooded=(flood,))
    names = np.array(river.network.names)[river.network.road_name[river.network.arc_road]]
    for incident, closed in ((dry, set()), (wet, {"cg路"}), (dry, set())):
        arcs = left(river, incident).closed
        assert set() if arcs is None else set(names[arcs].tolist()) >= closed
        assert (arcs is not None and set(names[arcs].tolist()) == closed) or not closed


def test_one_moment_of_two_time_zones_has_two_hours(
    river: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python holds 03:00 UTC and 11:00 +08:00 for equal; day and night have other zones."""
    calls = counted(monkeypatch, "zones_of")
    dark = CALM.replace(hour=3, tzinfo=UTC)
    noon = dark.astimezone(timezone(timedelta(hours=8)))
    assert dark == noon
    for time in (dark, noon, dark, noon):
        left(river, replace(about(0, 0), time=time))
    assert [one.time.hour for one in calls if isinstance(one, Incident)] == [3, 11]


def test_what_is_closed_to_vehicles_alone_does_not_stay_for_walkers(river: OneMap) -> None:
    incident = Incident(place(9000, 9000), CALM, closures=Closures(roads=("cg路",)))
    for key, closed in ("shelter", False), ("fire_station", True), ("shelter", False):
        arcs = left(river, incident, key).closed
        assert (arcs is not None and bool(arcs.any())) == closed, key


def test_what_is_kept_cannot_be_changed_by_who_asked(river: OneMap) -> None:
    arcs = left(river, about(1000, 300)).closed
    assert arcs is not None
    with pytest.raises(ValueError, match="read-only"):
        arcs[0] = True
    own = left(river, about(1000, 300))
    own.places[:] = False
    own.points[:] = False
    assert left(river, about(1000, 300)).points.sum() == len(own.points) - 1


def test_old_incidents_are_forgotten(river: OneMap, monkeypatch: pytest.MonkeyPatch) -> None:
    """A marker that is dragged over the map asks for a hundred incidents: few are kept."""
    calls = counted(monkeypatch, "zones_of")
    first = about(0, 0)
    left(river, first)
    for step in range(INCIDENTS_KEPT):
        left(river, about(100 + step, 0))
    assert len(calls) == INCIDENTS_KEPT + 1
    left(river, first)
    assert len(calls) == INCIDENTS_KEPT + 2


def test_another_register_forgets_the_shelters(river: OneMap) -> None:
    """A map with other shelters is another map: P1 moved out of the zone is safe there."""
    incident = about(0, 0)
    assert not left(river, incident).places[0]
    moved = put(river, "shelter", [{"id": "P1", "name": "P1所", "at": (500, 0), "space": "室外",
                                    "grade": "紧急", "capacity_people": 60}])  # fmt: skip
    assert left(moved, incident).places.tolist() == [True]


def test_a_moved_marker_is_judged_where_it_stands(river: OneMap) -> None:
    """P1 keeps its id but stands at b now: what the register says of its old place is void."""
    service = service_of("shelter")
    own = places_of(river, service)
    xy_m = own.xy_m.copy()
    xy_m[0] = place(500, 0)
    moved = replace(own, xy_m=xy_m)
    found = harmless(river, about(0, 0), service, demand_of(river), moved)
    assert found.places[0]
    assert not left(river, about(0, 0)).places[0]


@pytest.mark.parametrize(("offset_m", "safe"), [(49.0, False), (51.0, True)])
def test_the_border_of_the_zone(river: OneMap, offset_m: float, safe: object) -> None:
    """The zone has 50 m about the incident; a stands ``offset_m`` from it."""
    found = left(river, about(-offset_m, 0))
    assert bool(found.points[0]) is safe
    assert bool(found.places[0]) is safe


def test_an_incident_without_any_zone_leaves_all_and_closes_nothing(river: OneMap) -> None:
    found = left(river, Incident(place(0, 0), CALM))
    assert found.closed is None
    assert found.places.all()
    assert found.points.all()
    assert "0 places are not safe, and 0 people" in str(found.cautions[0])


def test_a_zone_over_everything_leaves_nobody(river: OneMap) -> None:
    found = coverage(river, service_of("shelter"), incident=about(1000, 300, 9_000))
    assert found.totals.counts["safe"].people_covered == 0
    assert left(river, about(1000, 300, 9_000)).places.sum() == 0
    assert "291 people" in str(left(river, about(1000, 300, 9_000)).cautions[0])


def test_no_place_at_all_is_no_error(river: OneMap) -> None:
    service: Service = service_of("shelter")
    none = Places("shelter", (), (), np.empty((0, 2)), np.empty(0, np.int64), (), ())
    found = harmless(river, about(0, 0), service, demand_of(river), none)
    assert found.places.tolist() == []
    assert "0 places are not safe, and 51 people" in str(found.cautions[0])


def test_a_flood_in_two_parts_closes_both(river: OneMap) -> None:
    bridge = shapely.box(*place(900, 100), *place(1100, 200))
    street = shapely.box(*place(200, -50), *place(300, 50))
    bridge = shapely.box(*place(900, 100), *place(1100, 200))
    street = shapely.box(*place(200, -50), *place(300, 50))
    parts = shapely.MultiPolygon([bridge, street])
    found = left(river, replace(about(9000, 9000), flooded=(parts,)))
    names = np.array(river.network.names)[river.network.road_name[river.network.arc_road]]
    assert found.closed is not None
    assert set(names[found.closed].tolist()) == {"ab路", "cg路"}


def test_the_same_closed_arcs_are_searched_once_for_two_services(
    river: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outdoor shelters are some of all shelters: their ways out of harm are known already."""
    searched: list[object] = []
    whole = reaching._Frame._searched

    def told(frame: reaching._Frame, *given: Any) -> reaching.Column:  # noqa: ANN401
        searched.append(given)
        return whole(frame, *given)

    monkeypatch.setattr(reaching._Frame, "_searched", told)
    incident = about(1000, 300)
    coverage(river, service_of("shelter"), incident=incident)
    before = len(searched)
    coverage(river, service_of("shelter_outdoor"), incident=incident)
    assert before > len(places_of(river, service_of("shelter")).ids), "some are behind closures"
    assert len(searched) == before
