"""What one lost road, bridge or place costs: by hand at the river, and each closed in turn."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import cli
from desks.onemap import OneMap, load_onemap
from desks.planning.answers import NO_WAY, Places, Reach, Share
from desks.planning.bridges import is_bridge, load_bridge_ends
from desks.planning.coverage import coverage
from desks.planning.demand import demand_of
from desks.planning.filling import fill
from desks.planning.fragility import Fragility, Loss, fragility
from desks.planning.places import places_of
from desks.planning.reaching import limit_of, reach_of
from desks.planning.services import service_of
from geodata.faults import UserError
from tests.desks import planning_town
from tests.desks.planning_town import build_town

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "fragility.schema.json"


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("fragile"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    folder = tmp_path_factory.mktemp("fragile_sample") / "town"
    assert cli.main(["sample", str(folder), "--size", "town", "--lang", "en"]) == 0
    return load_onemap(folder)


def _named(found: Fragility) -> dict[str, Loss]:
    return {one.id if one.kind == "place" else one.name: one for one in found.losses}


def test_the_town_at_the_river_by_hand(river: OneMap) -> None:
    """Fire station F1 at a; 10 min reach everybody, so that losses are of those cut off.

    Beyond a-b: b 50, c 34, d 33, h 33, g 22, f 22, e 23, i 23; beyond c-g: g, f, e, i.
    """
    found = fragility(river, service_of("fire_station", "10min"))
    assert (found.people, found.people_covered) == (291, 291)
    lost = {name: (one.people_lost, one.people_cut_off) for name, one in _named(found).items()}
    assert lost == {
        "F1": (291, 291), "ab路": (240, 240), "bc路": (190, 190), "cg路": (90, 90),
        "fg路": (68, 68), "cd路": (66, 66), "ef路": (46, 46), "dh路": (33, 33), "ei路": (23, 23),
    }  # fmt: skip
    assert [one.people_lost for one in found.losses] == sorted(
        (people for people, _ in lost.values()), reverse=True
    )


def test_shelters_at_the_river_by_hand(river: OneMap) -> None:
    """On foot within 500 m: P1 at a, P2 at g, P3 midway on c-d, P4 30 m beside h, P5 at b.

    Without P1 the 51 of a go 500 m to P5. Without P2 the north bank goes 800 m farther, of whom the
    22 of g and the 22 of f were covered, and the 34 of c 200 m farther, to b. Without c-d nobody
    comes to P3, and the 33 of d, 30 m from it, have 630 m to P4.
    """
    found = fragility(river, service_of("shelter", "500m"))
    named = _named(found)
    assert found.people_covered == 51 + 50 + 34 + 33 + 33 + 22 + 22
    assert (named["P1"].people_lost, named["P1"].extra) == (0, 51 * 500_000)
    assert (named["P2"].people_lost, named["P2"].extra) == (44, 90 * 800_000 + 34 * 200_000)
    for name in ("P3", "cd路"):
        assert (named[name].people_lost, named[name].extra) == (33, 33 * 600_000)
    assert [named[f"P{n}"].room_lost for n in (2, 3, 4, 5)] == [60, 30, 0, 10]
    assert (named["fg路"].people_lost, named["fg路"].people_cut_off) == (22, 68)
    assert "ab路" not in named, "nobody's way to a nearest shelter leads along it"
    assert found.roads_on_ways == 5, "cd, cg, fg, ef, ei"


def test_bridges_are_named_as_such(river: OneMap) -> None:
    """Row S2-18: bridges are candidates of an N-1 loss, told apart from roads by their names."""
    names = ("东湾大桥", "长堤路;云溪大桥", "Long Bridge", "东桥街", "")
    assert [is_bridge(name) for name in names] == [True, True, True, False, False]
    network = river.network
    renamed = tuple("河心大桥" if name == "cg路" else name for name in network.names)
    ground = replace(river.ground, network=replace(network, names=renamed))
    found = fragility(replace(river, ground=ground), service_of("fire_station", "10min"))
    bridges = [one for one in found.losses if one.kind == "bridge"]
    assert [(one.name, one.people_lost) for one in bridges] == [("河心大桥", 90)]
    length_m = np.sqrt((np.diff(bridges[0].line_m, axis=0) ** 2).sum(axis=1)).sum()
    assert length_m == pytest.approx(300, abs=0.01)


def test_a_damaged_table_of_bridges_names_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "bridges.toml"
    path.write_text('[bridges]\nends = ["桥", ""]\nverified = 1\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_bridge_ends(path)
    assert [fault.column for fault in caught.value.faults] == [
        "bridges, source", "bridges, verified", "bridges, ends",
    ]  # fmt: skip


def _within(reach: Reach, limit: int) -> np.ndarray:
    return (reach.nearest_cost != NO_WAY) & (reach.nearest_cost <= limit)


@pytest.mark.parametrize("key", ["shelter", "team", "depot"])
def test_equal_closing_each_road_in_turn(sample: OneMap, key: str) -> None:
    _closed_in_turn(sample, key)


@pytest.mark.parametrize("key", ["shelter", "mini_station", "depot", "hydrant", "fire_station"])
def test_equal_closing_each_road_at_the_river(river: OneMap, key: str) -> None:
    _closed_in_turn(river, key)


def _closed_in_turn(onemap: OneMap, key: str) -> None:
    """Hold every loss of a road against the whole answer with that road closed."""
    service = service_of(key)
    demand, places = demand_of(onemap, "night"), places_of(onemap, service)
    found = fragility(onemap, service)
    people, limit = demand.point_people, limit_of(service)
    before = reach_of(onemap, demand, places, service)
    own = {one.id: one for one in found.losses if one.kind != "place"}
    assert found.people_covered == int(people[_within(before, limit)].sum())
    assert found.p90 == _p90(before.nearest_cost, people)
    for road in range(len(onemap.network.road_length_m)):
        closed = onemap.network.arc_road == road
        after = reach_of(onemap, demand, places, service, closed=closed)
        lost = _within(before, limit) & ~_within(after, limit)
        away = (before.nearest_cost != NO_WAY) & (after.nearest_cost == NO_WAY)
        both = (before.nearest_cost != NO_WAY) & ~away
        more = int(((after.nearest_cost - before.nearest_cost) * people)[both].sum())
        loss = own.get(str(road))
        stated = (loss.people_lost, loss.people_cut_off, loss.extra) if loss else (0, 0, 0)
        assert stated == (int(people[lost].sum()), int(people[away].sum()), more)
        if loss is not None:
            assert loss.p90 == _p90(after.nearest_cost, people)


def test_equal_the_coverage_without_each_place(sample: OneMap) -> None:
    service = service_of("shelter")
    places = places_of(sample, service)
    found = {one.id: one for one in fragility(sample, service).losses if one.kind == "place"}
    assert found
    whole = coverage(sample, service).totals.counts
    for row, place in enumerate(places.ids):
        kept = [i for i in range(len(places.ids)) if i != row]
        left = coverage(sample, service, places=_some(places, kept)).totals.counts
        fewer = [
            (whole[d].people_covered or 0) - (left[d].people_covered or 0)
            for d in ("network", "capacity")
        ]
        loss = found.get(place)
        assert fewer == ([loss.people_lost, loss.room_lost] if loss else [0, 0])


def test_by_communities_nobody_stays_for_whom_the_lost_place_was_the_only_one(
    river: OneMap,
) -> None:
    """Places at i and h, 2 600 m: i reaches i alone, a and h reach h alone, all others both.

    Each community as a whole reaches both, but without i its 23 go nowhere, and without h the 33
    of h and the 51 of a.
    """
    service, on_file = service_of("shelter", "2600m"), places_of(river, service_of("shelter"))
    at = np.array([planning_town.place(*planning_town.NODES[node]) for node in "ih"])
    both = replace(
        on_file, ids=("i", "h"), names=("i", "h"), xy_m=at, capacity=np.array([1000, 1000])
    )
    found = {one.id: one for one in fragility(river, service, places=both).losses}
    assert [(found[key].people_lost, found[key].room_lost) for key in "ih"] == [(23, 23), (84, 84)]
    whole = coverage(river, service, places=both).totals.counts["capacity"].people_covered or 0
    for row, fewer in enumerate((23, 84)):
        left = coverage(river, service, places=_some(both, [1 - row])).totals.counts["capacity"]
        assert whole - (left.people_covered or 0) == fewer


def _some(places: Places, rows: list[int]) -> Places:
    return Places(
        places.layer,
        tuple(places.ids[i] for i in rows),
        tuple(places.names[i] for i in rows),
        places.xy_m[rows],
        places.capacity[rows],
        places.left_out,
        places.cautions,
    )


def _p90(cost: np.ndarray, people: np.ndarray) -> int | None:
    each = np.repeat(np.where(cost == NO_WAY, 1 << 60, cost), people)
    one = int(np.sort(each)[-(-9 * len(each) // 10) - 1])
    return None if one == 1 << 60 else one


def test_without_places_nothing_can_be_lost(river: OneMap) -> None:
    service = service_of("shelter")
    none = _some(places_of(river, service), [])
    found = fragility(river, service, places=none)
    assert found.losses == ()
    assert (found.people_covered, found.p90) == (0, None)


def test_several_services_at_once_are_refused(river: OneMap) -> None:
    with pytest.raises(UserError, match="joins several services"):
        fragility(river, service_of("shelter_joint"))


def test_a_lost_place_never_adds_room(sample: OneMap) -> None:
    service = service_of("shelter", "2km")
    demand, places = demand_of(sample, "night"), places_of(sample, service)
    reach = reach_of(sample, demand, places, service)
    whole = fill(reach, demand.point_people, places.capacity).people_covered
    rooms = [one.room_lost or 0 for one in fragility(sample, service).losses]
    assert all(0 <= room <= whole for room in rooms)
    assert sum(rooms) > 0


def test_the_document_keeps_its_schema(river: OneMap, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["fragility", str(river.folder), "--service", "fire_station", "--lang", "en"]
    assert cli.main([*asked, "--format", "json", "--worst", "0", "--by", "arrival"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert document["losses_in_all"] == len(document["losses"])
    place = next(one for one in document["losses"] if one["kind"] == "place")
    assert len(place["line_deg"]) == 1
    assert cli.main([*asked, "--worst", "2"]) == 0
    text = capsys.readouterr().out
    assert "Place F1: " in text
    assert cli.main([*asked, "--worst", "-2"]) == 2
    assert "not a whole number" in capsys.readouterr().err


def test_by_day_other_people_are_lost(river: OneMap) -> None:
    """By day 200 in K1, 40 in K2, 31 in K3: beyond c-g are all 31."""
    named = _named(fragility(river, service_of("fire_station", "10min"), share="day"))
    assert named["F1"].people_lost == 271
    assert named["cg路"].people_lost == 31


def test_the_limit_itself_counts_after_a_loss_too(river: OneMap) -> None:
    """Without P5 the people of b have 500.0 m to a, to P1: within 500 m, beyond 499 m."""
    at = {f"{n}": service_of("shelter", f"{n}m") for n in (499, 500)}
    lost = {n: _named(fragility(river, one))["P5"].people_lost for n, one in at.items()}
    assert lost == {"499": 50, "500": 0}


def test_the_order_is_worst_first_and_complete(sample: OneMap) -> None:
    found = fragility(sample, service_of("shelter"))
    worst = [max(one.people_lost, one.room_lost or 0) for one in found.losses]
    assert worst == sorted(worst, reverse=True)
    assert {id(one) for one in found.by_arrival} == {id(one) for one in found.losses}
    late = [one.p90 for one in found.by_arrival]
    known = [p90 for p90 in late if p90 is not None]
    assert late == [None] * (len(late) - len(known)) + sorted(known, reverse=True)
    assert len({(one.kind, one.id) for one in found.losses}) == len(found.losses)


def test_asking_leaves_the_map_as_it_was(sample: OneMap) -> None:
    """What the coverage keeps of its searches is not touched by lost roads."""
    service = service_of("shelter")
    before = coverage(sample, service)
    one, two = fragility(sample, service), fragility(sample, service)
    after = coverage(sample, service)
    assert before.totals == after.totals
    assert [(x.id, x.people_lost, x.extra) for x in one.losses] == [
        (x.id, x.people_lost, x.extra) for x in two.losses
    ]
    assert one.people_covered == before.totals.counts["network"].people_covered


def test_the_terminal_says_each_kind_of_loss(
    sample: OneMap, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(sample.folder)
    asked = ["fragility", folder, "--service", "shelter", "--worst", "3"]
    assert cli.main([*asked, "--lang", "en"]) == 0
    english = capsys.readouterr().out.splitlines()
    assert english[1] == (
        "406 of 1,000 people are within reach along ways; 21 single losses cost something."
    )
    assert english[2] == (
        "   1  Place 镇中学体育馆: 366 people lost, 0 cut off, 366 fewer find room, 455.0 km"
        " farther all together."
    )
    assert english[3].startswith("   2  Road 南一街: 282 people lost, 0 cut off, 257.0 km")
    assert cli.main([*asked, "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    assert "场所 镇中学体育馆：366 人失去覆盖" in chinese
    assert " people " not in chinese


def test_slips_of_the_asker_get_a_sentence(
    river: OneMap, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["fragility", str(river.folder), "--lang", "en"]
    for slip in (["--service", "bakery"], ["--within", "soon"], ["--worst", "1e3"]):
        assert cli.main([*asked, *slip]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert slip[1] in said


@pytest.mark.parametrize("share", ["day", "night", "elderly"])
def test_no_loss_costs_more_people_than_are_covered(sample: OneMap, share: Share) -> None:
    found = fragility(sample, service_of("team"), share=share)
    assert found.losses
    for loss in found.losses:
        assert 0 <= loss.people_lost <= found.people_covered <= found.people
        assert 0 <= loss.people_cut_off <= found.people
        assert loss.extra >= 0
        assert loss.p90 is None or loss.p90 >= (found.p90 or 0)
