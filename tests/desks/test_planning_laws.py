"""Laws of coverage on any town: conservation, order of the definitions, more is never less."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from desks.command.situation import Incident
from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, Coverage, Definition, Places, Service, Share
from desks.planning.coverage import coverage
from desks.planning.document import share_text
from desks.planning.places import UNLIMITED, places_of
from desks.planning.services import service_of
from tests.desks.making import CALM
from tests.desks.planning_town import build_town, place

SHARES: tuple[Share, ...] = ("day", "night", "elderly")
OFTEN = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("laws"))


spots = st.lists(
    st.tuples(st.integers(-100, 2300), st.integers(-200, 900), st.integers(-1, 120)),
    max_size=6,
)
reaches = st.one_of(
    st.integers(1, 3000).map(lambda metres: f"{metres}m"),
    st.integers(1, 3600).map(lambda seconds: f"{seconds}s"),
)


def made(rows: list[tuple[int, int, int]]) -> Places:
    """Return places in metres from the town's origin with room for so many; -1 is for all."""
    return Places(
        layer="shelter",
        ids=tuple(f"N{i}" for i in range(len(rows))),
        names=tuple(f"N{i}" for i in range(len(rows))),
        xy_m=np.array([place(x, y) for x, y, _ in rows], np.float64).reshape(-1, 2),
        capacity=np.array([many for *_, many in rows], np.int64),
        left_out=(),
        cautions=(),
    )


def check_sums(found: Coverage) -> None:
    """Assert that communities = subdistricts = district, in people and in each definition."""
    for rows in (found.communities, found.subdistricts):
        assert sum(row.people for row in rows) == found.totals.people
    assert found.totals.people == int(found.demand.point_people.sum())
    for key in DEFINITIONS:
        sums = {
            sum(row.counts[key].people_covered or 0 for row in rows)
            for rows in (found.communities, found.subdistricts, (found.totals,))
        }
        assert len(sums) == 1, key
    for one in found.subdistricts:
        own = [row for row in found.communities if row.parent == one.code]
        assert sum(row.people for row in own) == one.people


def check_order(found: Coverage) -> None:
    """Assert circle >= network >= capacity >= safe in every row, and the ranges about it."""
    for row in (*found.communities, *found.subdistricts, found.totals):
        known = [row.counts[key].people_covered for key in DEFINITIONS]
        stated = [row.people, *(one for one in known if one is not None)]
        assert stated == sorted(stated, reverse=True), row
        if row.least is not None:
            covered = row.counts["capacity"].people_covered
            assert covered is not None
            assert row.most is not None
            assert row.to_nearest is not None
            assert row.least <= covered <= row.most
    assert (found.totals.to_nearest or 0) <= (found.totals.counts["capacity"].people_covered or 0)


def check_room(found: Coverage) -> None:
    """Assert that no place holds more than it has room for, and nobody is counted twice."""
    assert found.assigned is not None
    table = found.unit_reach or found.reach
    load = np.bincount(table.place, found.assigned, len(found.places.ids)).astype(np.int64)
    limited = found.places.capacity != UNLIMITED
    assert (load[limited] <= found.places.capacity[limited]).all()
    assert int(found.assigned.sum()) == found.totals.counts["capacity"].people_covered
    if found.safe_assigned is not None:
        assert int(found.safe_assigned.sum()) == found.totals.counts["safe"].people_covered


def incident(x_m: int, y_m: int, size_m: int) -> Incident:
    x, y = place(x_m, y_m)
    return Incident((x, y), CALM, drawn=(shapely.Point(x, y).buffer(size_m),))


@seed(5)
@OFTEN
@given(rows=spots, within=reaches, share=st.sampled_from(SHARES),
       at=st.tuples(st.integers(0, 2000), st.integers(0, 800), st.integers(10, 600)))  # fmt: skip
def test_people_and_room_are_conserved_and_definitions_nested(
    town: OneMap, rows: list[tuple[int, int, int]], within: str, share: Share,
    at: tuple[int, int, int],
) -> None:  # fmt: skip
    """S1-5: exact sums at three levels, under every definition, whatever the places."""
    found = coverage(
        town, service_of("shelter", within), share=share, places=made(rows),
        incident=incident(*at),
    )  # fmt: skip
    check_sums(found)
    check_order(found)
    check_room(found)


def totals(found: Coverage) -> dict[Definition, int]:
    """Return the district's people by the definitions that need no incident."""
    counts = found.totals.counts
    return {key: counts[key].people_covered or 0 for key in DEFINITIONS if key != "safe"}


@seed(6)
@OFTEN
@given(rows=spots, more=spots.filter(bool), within=reaches)
def test_one_more_shelter_never_lowers_the_district(
    town: OneMap, rows: list[tuple[int, int, int]], more: list[tuple[int, int, int]], within: str
) -> None:
    """S1-4: the fourth definition is left out: it counts who of the third is still safe."""
    service = service_of("shelter", within)
    before = totals(coverage(town, service, places=made(rows)))
    after = totals(coverage(town, service, places=made(rows + more[:1])))
    assert all(after[key] >= before[key] for key in before)


@seed(7)
@OFTEN
@given(rows=spots, metres=st.integers(1, 4000), more=st.integers(0, 3000))
def test_a_longer_reach_never_lowers_the_district(
    town: OneMap, rows: list[tuple[int, int, int]], metres: int, more: int
) -> None:
    """Beyond 2.5 km places are filled from communities: that passes the border upwards too."""
    near, far = (service_of("shelter", f"{reach}m") for reach in (metres, metres + more))
    before = totals(coverage(town, near, places=made(rows)))
    after = totals(coverage(town, far, places=made(rows)))
    assert all(after[key] >= before[key] for key in before)


@seed(8)
@OFTEN
@given(rows=spots, seconds=st.integers(1, 900), more=st.integers(0, 900))
def test_more_minutes_by_road_never_lose_anybody(
    town: OneMap, rows: list[tuple[int, int, int]], seconds: int, more: int
) -> None:
    places = replace(made(rows), layer="fire_station", capacity=np.full(len(rows), UNLIMITED))
    counts = [
        coverage(town, service_of("fire_station", f"{within}s"), places=places).totals.counts
        for within in (seconds, seconds + more)
    ]
    first, second = (one["network"].people_covered or 0 for one in counts)
    assert second >= first


@pytest.mark.parametrize("key", ["shelter", "shelter_joint", "hydrant", "depot", "shelter_central"])
@pytest.mark.parametrize("share", SHARES)
def test_the_laws_hold_on_the_made_up_district(district: OneMap, key: str, share: Share) -> None:
    """S1-5, S2-12, S3-2: 175 communities, 22 subdistricts, 20,000 points."""
    found = coverage(district, service_of(key), share=share, incident=_at_a_shelter(district))
    check_sums(found)
    check_order(found)
    if found.assigned is not None:
        check_room(found)
    assert len(found.communities) == 175
    assert len(found.subdistricts) == 22


def _at_a_shelter(district: OneMap) -> Incident:
    x, y = places_of(district, service_of("shelter")).xy_m[0].tolist()
    return Incident((x, y), CALM, drawn=(shapely.Point(x, y).buffer(800),))


def test_the_moved_place_alone_is_searched_anew(
    district: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A marker that is moved asks for one search; every other column is kept."""
    service: Service = service_of("shelter", "731m")
    places = places_of(district, service)
    coverage(district, service)
    searched: list[object] = []
    own = "desks.planning.reaching._Frame._searched"
    from desks.planning.reaching import _Frame  # noqa: PLC0415 - to count its calls

    kept = _Frame._searched

    def counted(self: _Frame, *given: object) -> object:
        searched.append(given)
        return kept(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(own, counted)
    xy_m = places.xy_m.copy()
    xy_m[0] += 250.0
    again = coverage(district, service, places=replace(places, xy_m=xy_m))
    assert len(searched) == 1
    fresh = coverage(district, service, places=replace(places, xy_m=xy_m.copy()))
    assert totals(again) == totals(fresh)
    coverage(district, service)
    assert len(searched) == 1


@given(part=st.integers(0, 10**9), rest=st.integers(0, 10**9))
def test_a_share_is_cut_and_only_everyone_is_100(part: int, rest: int) -> None:
    """S1-4: 99.96 never prints as 100."""
    whole = part + rest
    text = share_text(part, whole)
    if whole == 0:
        assert text is None
        return
    assert text is not None
    assert (text == "100.0") is (rest == 0)
    tenths = int(text.replace(".", ""))
    assert tenths * whole <= 1000 * part < (tenths + 1) * whole


def test_99_96_is_99_9() -> None:
    """S1-4: the very figure of the plans' row."""
    assert share_text(9996, 10_000) == "99.9"
    assert share_text(0, 7) == "0.0"
