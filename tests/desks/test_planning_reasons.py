"""Why people are not covered: worked out by hand on the planning town, sums exact everywhere."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from desks.command import Incident
from desks.onemap import OneMap
from desks.planning.answers import Coverage, Places, Reason
from desks.planning.coverage import coverage
from desks.planning.places import places_of
from desks.planning.reason_rules import TABLE, load_reason_rules
from desks.planning.reasons import reasons
from desks.planning.services import service_of
from geodata.basemap import write_basemap
from geodata.faults import UserError
from language import Catalogue
from tests.desks.making import CALM
from tests.desks.planning_town import CRS, build_town, place
from tests.desks.worlds import put, without

K1, K2, K3 = "440199001001", "440199001002", "440199002003"
K4, K5 = "440199002004", "440199002005"
NOBODY = "440199003"
"""丙 stands for its communities, of which none is on file."""

DAY = "2026-06-01"


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the planning town with its river on the base map: 云江, from west to east."""
    folder = tmp_path_factory.mktemp("river")
    made = build_town(folder)
    water = gpd.GeoDataFrame(
        {"name": ["云江"]}, geometry=[shapely.box(*place(-200, 100), *place(2400, 200))], crs=CRS
    )
    write_basemap(folder / "basemap.pmtiles", {"water": water})
    return replace(made, folder=folder, as_of=CALM.date())


def sheltered(river: OneMap, *rows: tuple[str, float, float, int], day: str = DAY) -> OneMap:
    """Return the town with these shelters instead: id, metres from its origin, capacity."""
    held = [
        {"id": key, "name": f"{key}所", "at": (x, y), "space": "室外", "grade": "固定",
         "capacity_people": room, "last_verified": day}
        for key, x, y, room in rows
    ]  # fmt: skip
    return put(river, "shelter", held)


def why(onemap: OneMap, key: str = "shelter", within: str = "500m") -> tuple[Reason, ...]:
    return reasons(onemap, coverage(onemap, service_of(key, within)))


def of(found: tuple[Reason, ...], unit: str) -> list[tuple[str, int, str]]:
    return [(r.kind, r.people, str(r.text)) for r in found if r.unit == unit]


def uncovered(found: Coverage) -> dict[str, int]:
    key = next(
        d
        for d in ("safe", "capacity", "network")
        if found.totals.counts[d].people_covered is not None
    )
    return {
        unit.code: unit.people - (unit.counts[key].people_covered or 0)  # type: ignore[index]  # as above
        for unit in found.communities
    }  # fmt: skip


def check_sums(onemap: OneMap, found: Coverage) -> None:
    told = reasons(onemap, found)
    sums = dict.fromkeys((unit.code for unit in found.communities), 0)
    for reason in told:
        if reason.kind != "covered":
            sums[reason.unit] += reason.people
    assert sums == uncovered(found)


def test_the_river_between_a_place_and_who_needs_it(river: OneMap) -> None:
    """From e (0,300) to A at a: 300 m straight, 2,300 m by f, g, the bridge c-g, c and b.

    K3: e 23 (300 m straight), f 22 (583 m), g 22 (1,044 m), i 23 (800 m).
    """
    found = of(why(sheltered(river, ("A", 0, 0, 900))), K3)
    assert found == [
        ("none_within", 67, "None within 500 m; the nearest, A所, is 2800 m away."),
        ("detour", 23,
         ("A所 is 300 m away in a straight line, but 2300 m by ways: 云江 lies between, "
          "and the way leads over cg路.")),
    ]  # fmt: skip


def test_the_detour_is_worded_in_chinese(river: OneMap) -> None:
    found = why(sheltered(river, ("A", 0, 0, 900)))
    text = next(r.text for r in found if r.kind == "detour")
    assert Catalogue.load("zh").word(text) == (
        "A所 直线距离 300 米，绕行 2300 米：中间隔着 云江，须经 cg路。"
    )


def test_without_a_base_map_the_detour_has_figures_alone(river: OneMap, tmp_path: Path) -> None:
    bare = replace(sheltered(river, ("A", 0, 0, 900)), folder=tmp_path)
    text = next(str(r.text) for r in why(bare) if r.kind == "detour")
    assert text == "A所 is 300 m away in a straight line, but 2300 m by ways."


def test_the_limit_itself_is_within_reach(river: OneMap) -> None:
    """At b one stands 500 m from A at a: covered. i stands 500 m from B at e: covered; f too."""
    found = why(sheltered(river, ("A", 0, 0, 900), ("B", 0, 300, 900)))
    assert of(found, K1) == []
    assert of(found, K3) == [
        ("none_within", 22, "None within 500 m; the nearest, B所, is 1000 m away.")
    ]


def test_a_full_place_names_itself_and_who_is_left(river: OneMap) -> None:
    """A at a has 60 beds for a (51) and b (50): 41 are left over."""
    found = of(why(sheltered(river, ("A", 0, 0, 60))), K1)
    assert found == [("full", 41, "Full: A所; 41 people are left over.")]


def test_a_place_without_beds_on_file_says_so(river: OneMap) -> None:
    found = of(why(sheltered(river, ("A", 0, 0, 0))), K1)
    assert found == [
        ("full", 101, "A所 hold nobody by the register, so that 101 people find no room.")
    ]


def test_a_mark_on_who_counts_on_what_nobody_verified(river: OneMap) -> None:
    """On 2026-09-16 the last look of 2023 is too old; one of a year ago to the day is not."""
    old = why(sheltered(river, ("A", 0, 0, 60), day="2023-05-04"))
    assert of(old, K1) == [
        ("full", 41, "Full: A所; 41 people are left over."),
        ("covered", 60, "60 of those covered count on A所, not verified since 2023-05-04."),
    ]
    never = why(sheltered(river, ("A", 0, 0, 60), day=""))
    assert of(never, K1)[1][2] == "60 of those covered count on A所, never verified."
    year = why(sheltered(river, ("A", 0, 0, 60), day="2025-09-16"))
    assert [kind for kind, _, _ in of(year, K1)] == ["full"]
    day_more = why(sheltered(river, ("A", 0, 0, 60), day="2025-09-15"))
    assert [kind for kind, _, _ in of(day_more, K1)] == ["full", "covered"]


def test_a_place_that_lacks_a_column_is_named_before_the_distance(river: OneMap) -> None:
    """An outdoor service: whether B at b is outdoor nobody filed, so it does not count."""
    made = sheltered(river, ("A", 2100, 0, 900), ("B", 500, 0, 900))
    rows = made.records["shelter"]
    columns = {**rows.columns, "space": ("室外", "")}
    made = replace(made, records={**made.records, "shelter": replace(rows, columns=columns)})
    found = of(why(made, "shelter_outdoor"), K1)
    assert found == [
        ("not_verified", 101, "B所, 500 m away, does not count: Indoor or outdoor is not on file.")
    ]


def test_who_is_cut_off_has_no_road(river: OneMap) -> None:
    """With the bridge c-g closed nobody of the north bank comes to A; e is near it all the same."""
    made = sheltered(river, ("A", 0, 0, 900))
    network = made.network
    names = np.array([network.names[name] for name in network.road_name])
    closed = (names == "cg路")[network.arc_road]
    found = reasons(made, coverage(made, service_of("shelter", "500m"), closed=closed))
    assert of(found, K3) == [("no_road", 90, "No way leads from here to any of these places.")]


def test_nobody_on_file_is_a_reason_of_its_own_and_nobody_home_is_none(river: OneMap) -> None:
    found = why(river)
    kinds = {reason.unit: reason.kind for reason in found if reason.people == 0}
    assert kinds == {K5: "no_residents", NOBODY: "no_residents"}
    assert of(found, K4) == []


def test_no_place_at_all(river: OneMap) -> None:
    """The layer without a row that counts, and the layer that is not there at all."""
    for bare in (sheltered(river, ("A", 0, 0, 9)), without(river, "shelter")):
        none = Places("shelter", (), (), np.empty((0, 2)), np.empty(0, np.int64), (), ())
        found = reasons(bare, coverage(bare, service_of("shelter", "500m"), places=none))
        assert of(found, K1) == [("none_within", 101, "No such place is on file.")]


def test_minutes_by_road(river: OneMap) -> None:
    """F1 at a: the farthest of K2, h at 2,100 m, takes longer than a minute with its turnout."""
    found = of(why(river, "fire_station", "1min"), K2)
    assert [kind for kind, _, _ in found] == ["none_within"]
    assert found[0][2].startswith("None within 1 min; the nearest, F1, is ")


def test_jointly_it_is_the_kind_that_is_farther(river: OneMap) -> None:
    """P1 at a, outdoor, 60 beds: a 51, b 9. P5 at b, indoor, 10 beds: b 10. Both: b 9 of 101."""
    found = coverage(river, service_of("shelter_joint", "500m"))
    assert of(reasons(river, found), K1) == [
        ("full", 92, "Full: P5所, P1所; 92 people are left over.")
    ]


@pytest.mark.parametrize(
    "key",
    ["shelter", "shelter_indoor", "shelter_joint", "shelter_central", "fire_station",
     "mini_station", "depot", "hydrant"],
)  # fmt: skip
@pytest.mark.parametrize("within", ["100m", "500m", "1.3km", "5km", "5min"])
def test_reasons_sum_to_the_uncovered(river: OneMap, key: str, within: str) -> None:
    """Row S1-5: for every service and reach the people of the reasons are the uncovered."""
    check_sums(river, coverage(river, service_of(key, within)))


def test_reasons_sum_to_the_uncovered_on_random_towns(river: OneMap) -> None:
    rng = np.random.default_rng(7)
    for _ in range(25):
        count = int(rng.integers(1, 6))
        rows = [
            (f"R{n}", float(rng.integers(-90, 2200)), float(rng.integers(-100, 850)),
             int(rng.integers(0, 120)))
            for n in range(count)
        ]  # fmt: skip
        made = sheltered(river, *rows)
        check_sums(made, coverage(made, service_of("shelter", f"{rng.integers(50, 3000)}m")))


def test_reasons_sum_to_the_uncovered_of_each_definition(river: OneMap) -> None:
    found = coverage(river, service_of("shelter", "500m"))
    told = reasons(river, found, "network")
    assert "full" not in {reason.kind for reason in told}
    counted = sum(r.people for r in told if r.kind != "covered")
    covered = found.totals.counts["network"].people_covered
    assert covered is not None
    assert counted == found.totals.people - covered


def test_an_incident_has_its_own_reason(river: OneMap) -> None:
    """A zone about A at a: all whom A covered, 101 of K1, are in the zone's harm or have no place.

    Without the incident nobody of K1 is red.
    """
    made = sheltered(river, ("A", 0, 0, 900))
    zone = shapely.Point(place(0, 0)).buffer(50)
    incident = Incident(place(0, 0), CALM, drawn=(zone,))
    found = coverage(made, service_of("shelter", "500m"), incident=incident)
    told = of(reasons(made, found), K1)
    assert [(kind, people) for kind, people, _ in told] == [("in_zone", 101)]
    assert told[0][2].startswith("In the chosen incident they, their way or their place lie")
    assert of(reasons(made, found, "capacity"), K1) == []


@pytest.mark.parametrize("key", ["shelter", "shelter_joint", "shelter_central", "fire_station"])
@pytest.mark.parametrize("x", [0, 500, 1000, 1500])
def test_reasons_sum_to_who_is_not_safe(river: OneMap, key: str, x: int) -> None:
    incident = Incident(place(x, 0), CALM, drawn=(shapely.Point(place(x, 0)).buffer(320),))
    found = coverage(river, service_of(key), incident=incident)
    assert found.totals.counts["safe"].people_covered is not None
    check_sums(river, found)


def test_moved_places_have_reasons_too(river: OneMap) -> None:
    """A marker that is not on file bears no mark and breaks nothing."""
    places = places_of(river, service_of("shelter", "500m"))
    moved = replace(places, ids=("新1", *places.ids[1:]), names=("新址", *places.names[1:]))
    found = coverage(river, service_of("shelter", "500m"), places=moved)
    check_sums(river, found)
    assert any(r.kind == "covered" for r in reasons(river, found))


def test_faulty_rules_are_told_at_once(tmp_path: Path) -> None:
    assert load_reason_rules(TABLE).mark_days == 365
    path = tmp_path / "reasons.toml"
    path.write_text('[mark]\ndays = -1\n[barrier]\nclasses = ["canal"]\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_reason_rules(path)
    places = {fault.column for fault in caught.value.faults}
    assert {"mark, days", "mark, source", "barrier, classes", "barrier, verified"} <= places
