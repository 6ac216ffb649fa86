"""The planning town with odd registers: hostile ids, much room, places far off, people outside."""

from dataclasses import replace

import numpy as np
import pytest

from desks.build import Source
from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, NO_WAY, Count, Covered, Demand, Places, Unit
from desks.planning.coverage import coverage
from desks.planning.demand import apportioned, demand_of
from desks.planning.document import coverage_document, coverage_lines, share_text
from desks.planning.fragility import Fragility, Loss, fragility
from desks.planning.fragility_document import fragility_lines
from desks.planning.places import named, places_of
from desks.planning.reaching import lines_mm, reach_of
from desks.planning.room import fills_by_unit, only_places, unit_reach
from desks.planning.services import service_of, services
from desks.planning.sums import communities_of, total_of
from geodata.faults import UserError
from language import Catalogue, say
from tests.desks.making import write_csv
from tests.desks.planning_town import build_town, degrees, place

EN, ZH = Catalogue.load("en"), Catalogue.load("zh")
WHY = say("No incident is chosen.")
HEADS = ("编号", "名称", "室内外", "等级", "容量", "经度", "纬度")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("odd_town"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the town with shelters as a careless hand enters them."""
    rows = [
        ("S10", "=cmd()", "室外", "紧急", "0", *degrees(0, 0)),
        ("S2", "<b>二</b>", "室内", "固定", "5", *degrees(500, 0)),
        ("S1", "", "", "", "7", *degrees(500, 300)),
        ("S3", "远", "室外", "中心", "900", *degrees(0, 8000)),
        ("S4", "同", "室外", "固定", "1000000000", *degrees(1000, 0)),
    ]
    folder = tmp_path_factory.mktemp("careless")
    shelters = Source(write_csv(folder / "careless.csv", HEADS, rows))
    return build_town(folder, {"shelter": shelters})


def some(*at: tuple[float, float], room: int = 1000) -> Places:
    """Return new shelters in metres from the town's origin."""
    ids = tuple(f"N{n}" for n in range(len(at)))
    xy_m = np.array([place(*one) for one in at], np.float64).reshape(-1, 2)
    return Places("shelter", ids, ids, xy_m, np.full(len(at), room, np.int64), (), ())


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 1, "0.0"), (1, 1, "100.0"), (9996, 10_000, "99.9"), (1, 3, "33.3"), (2, 3, "66.6"),
     (1, 10_001, "0.0"), (10**15 - 1, 10**15, "99.9"), (0, 0, None), (5, 0, None), (1, -1, None)],
)  # fmt: skip
def test_a_share_in_words_is_cut(part: int, whole: int, said: str | None) -> None:
    assert share_text(part, whole) == said


def test_names_stay_as_they_are_in_json_and_ids_are_in_one_order(odd: OneMap) -> None:
    """Nothing is escaped twice: JSON is a sink of its own; each shelter stands there once."""
    document = coverage_document(coverage(odd, service_of("shelter")), EN)
    held = {one["id"]: one for one in document["places"]}
    assert len(held) == len(document["places"])
    assert set(held) == {"S1", "S2", "S3", "S4", "S10"}
    assert held["S2"]["name"] == "<b>二</b>"
    assert held["S10"]["capacity_people"] == 0
    assert held["S10"]["assigned_people"] == 0
    assert held["S4"]["capacity_people"] == 1_000_000_000
    assert document["totals"]["people_covered"]["capacity"] == sum(
        one["assigned_people"] for one in held.values()
    )


def test_room_by_hand_in_the_careless_town(odd: OneMap) -> None:
    """A 51, b 50 and f 22 near S10 (0), S2 (5), S1 (7); c 34 and d 33 near S4, with b.

    b is 500 m from S4, so that its 50 find room there and the 5 beds of S2 are left to a, 500 m
    away. g's 22 go 300 m over the bridge to S4; of e 23 and f 22 7 find room at S1; i has none.
    """
    found = coverage(odd, service_of("shelter"))
    rows = {one.name: one for one in found.communities}
    k1, k2, k3 = (rows[name].counts for name in ("K1", "K2", "K3"))
    assert [k1[d].people_covered for d in DEFINITIONS[:3]] == [101, 101, 55]
    assert [k2[d].people_covered for d in ("network", "capacity")] == [67, 67]
    assert [k3[d].people_covered for d in ("network", "capacity")] == [67, 29]
    assert k2["circle"].people_covered == 67, "d is 500.0 m from S4, which counts"
    assert (rows["K1"].least, rows["K1"].most) == (55, 55)


def test_a_kind_that_nobody_stated_counts_for_neither_and_is_named(odd: OneMap) -> None:
    """S1-5: outdoor and indoor leave out S1, whose kind is not on file, and say why."""
    outdoor, indoor = (places_of(odd, services()[k]) for k in ("shelter_outdoor", "shelter_indoor"))
    assert set(outdoor.ids) == {"S10", "S3", "S4"}
    assert indoor.ids == ("S2",)
    for found, wanted in ((outdoor, "室外"), (indoor, "室内")):
        assert str(dict(found.left_out)["S1"]) == f"Whether it is {wanted} is not on file."
    assert str(dict(indoor.left_out)["S3"]) == "室外 is not 室内."
    joint = places_of(odd, services()["shelter_joint"])
    assert sorted(joint.ids) == ["S10", "S2", "S3", "S4"]
    assert [key for key, _ in joint.left_out] == ["S1"]


def test_a_place_off_all_ways_covers_in_the_circle_alone(town: OneMap) -> None:
    """8 km north there is no way within reach; beside the road its access leg counts twice over."""
    far = coverage(town, service_of("shelter", "20km"), places=some((0, 8000)))
    assert far.totals.counts["circle"].people_covered == 291
    assert far.totals.counts["network"].people_covered == 0
    assert (far.reach.nearest == NO_WAY).all()
    assert not any("no way leads" in str(said) for said in far.cautions), "all: said by the figures"


@pytest.mark.parametrize(
    ("within", "people"),
    [("499.999m", 51), ("500m", 101), ("999.999m", 101), ("1km", 135), ("1299.999m", 135),
     ("1.3km", 157), ("1.5km", 190), ("1800m", 212), ("2100m", 245), ("2.3km", 268),
     ("2800m", 291)],
)  # fmt: skip
def test_the_network_from_a_millimetre_by_millimetre(
    town: OneMap, within: str, people: int
) -> None:
    """From a: b 500 (50), c 1000 (34), g 1300 (22), d 1500 (33), f 1800, h 2100, e 2300, i 2800."""
    found = coverage(town, service_of("shelter", within), places=some((0, 0)))
    assert found.totals.counts["network"].people_covered == people


@pytest.mark.parametrize(("room", "people"), [(0, 0), (1, 1), (50, 50), (101, 101), (102, 101)])
def test_room_to_the_last_bed(town: OneMap, room: int, people: int) -> None:
    found = coverage(town, service_of("shelter"), places=some((0, 0), room=room))
    assert found.totals.counts["capacity"].people_covered == people
    near = found.communities[0]
    assert near.to_nearest == people
    assert (near.least, near.most) == (people, people)


def test_no_places_at_all_cover_nobody_and_say_nothing_wrong(town: OneMap) -> None:
    """An empty plan is an answer of its own: 0 by every definition, with the people there."""
    found = coverage(town, service_of("shelter"), places=some())
    counts = found.totals.counts
    assert [counts[d].people_covered for d in DEFINITIONS] == [0, 0, 0, None]
    assert found.totals.people == 291
    document = coverage_document(found, ZH)
    assert document["places"] == []
    assert document["totals"]["percent"]["network"] == "0.0"


def test_two_places_at_one_spot_share_their_people(town: OneMap) -> None:
    """Of equals the lower number is filled first; both together hold everybody in reach."""
    found = coverage(town, service_of("shelter"), places=some((0, 0), (0, 0), room=60))
    sent = np.bincount(found.reach.place, weights=found.assigned, minlength=2)
    assert sent.tolist() == [60, 41]
    assert found.communities[0].to_nearest == 60, "everyone to the nearest is everyone to one"


def test_the_lines_of_the_terminal_say_every_definition(town: OneMap) -> None:
    for catalogue, outside, none in ((EN, "outside", "not applicable"), (ZH, "区外", "不适用")):
        found = coverage(town, service_of("shelter"))
        lines = list(coverage_lines(found, catalogue))
        assert lines[2].count(" %)") == 3
        assert lines[2].endswith(none), "safe, without an incident"
        nameless = replace(found, subdistricts=(replace(found.subdistricts[0], name=""),))
        assert any(line.startswith(f"  {outside}  201") for line in
                   coverage_lines(nameless, catalogue))  # fmt: skip


def demand(people: list[int], missing: tuple[int, ...] = ()) -> Demand:
    units = tuple(Unit(f"U{n}", f"单{n}", "", "") for n in range(len(people)))
    held = np.array(people, np.int64)
    rows = np.arange(len(people))
    return Demand("night", units, held, np.zeros((len(people), 2)), rows, held, WHY, missing)


def test_communities_that_nobody_counted_have_no_zero() -> None:
    """Nobody (0), unknown (no figure) and not applicable are three answers, each with a reason."""
    answers = {
        "circle": np.array([3, 0, 0]), "network": np.array([2, 0, 0]),
        "capacity": WHY, "safe": WHY,
    }  # fmt: skip
    rows = communities_of(demand([3, 0, 0], missing=(2,)), answers, {})  # type: ignore[arg-type]
    assert [row.counts["circle"].people_covered for row in rows] == [3, 0, None]
    assert rows[0].counts["circle"].reason is None
    assert str(rows[1].counts["network"].reason) == "Nobody lives here: there is no share."
    assert str(rows[2].counts["network"].reason) == "Its residents are not on file."
    assert all(row.counts["safe"] == Count(None, WHY) for row in rows)


def test_the_district_is_the_sum_of_those_that_have_an_answer(town: OneMap) -> None:
    def row(people: int, covered: int | None, nearest: int | None) -> Covered:
        counts = {d: Count(covered, None if covered is not None else WHY) for d in DEFINITIONS}
        return Covered("1", "", "", people, counts, to_nearest=nearest)

    whole = total_of(town, [row(10, 4, 3), row(0, None, None), row(5, 5, 5)])
    assert (whole.people, whole.least, whole.most, whole.to_nearest) == (15, 9, 9, 8)
    assert whole.counts["network"] == Count(9, None)
    nothing = total_of(town, [row(10, None, None)])
    assert nothing.counts["capacity"] == Count(None, WHY)
    assert (nothing.least, nothing.most, nothing.to_nearest) == (None, None, None)


@pytest.mark.parametrize(
    ("people", "weight", "given"),
    [
        (10, [1, 1, 1], [4, 3, 3]), (10, [0, 0, 1], [0, 0, 10]), (1, [1, 1], [1, 0]),
        (0, [3, 4], [0, 0]), (7, [0, 0], [0, 0]), (5, [1, 2, 2], [1, 2, 2]),
        (3, [10, 1, 1], [3, 0, 0]), (2, [1, 2, 3], [0, 1, 1]), (101, [30, 71], [30, 71]),
        (10**9, [10**9, 1], [10**9 - 1, 1]),
    ],
)  # fmt: skip
def test_people_are_parted_by_largest_remainder(
    people: int, weight: list[int], given: list[int]
) -> None:
    rows = np.zeros(len(weight), np.int64)
    found = apportioned(np.array([people]), rows, np.array(weight, np.int64))
    assert found.tolist() == given


@pytest.mark.parametrize(
    ("metres", "mm"),
    [((0.0, 0.0), 0), ((3.0, 4.0), 5000), ((0.0004, 0.0), 0), ((0.0006, 0.0), 1),
     ((-500.0, 0.0), 500_000), ((500.0004, 0.0), 500_000), ((500.0006, 0.0), 500_001)],
)  # fmt: skip
def test_straight_lines_are_rounded_to_the_millimetre(metres: tuple[float, float], mm: int) -> None:
    """500.0004 m counts as within 500 m on every machine, 500.0006 m on none."""
    assert lines_mm(np.array([metres]), np.zeros(2)).tolist() == [mm]


@pytest.mark.parametrize(
    ("within", "share", "by_unit"),
    [("2500m", "night", False), ("2500.001m", "night", True), ("50min", "night", False),
     ("3000.001s", "night", False), ("3000.002s", "night", True), ("3125s", "elderly", False),
     ("3125.01s", "elderly", True), ("100km", "day", True)],
)  # fmt: skip
def test_up_to_2500_m_people_go_from_their_points(
    within: str, share: str, *, by_unit: bool
) -> None:
    """The bound itself still counts; in time it is what the share's own pace walks."""
    assert fills_by_unit(service_of("shelter", within), share) is by_unit  # type: ignore[arg-type]


def test_a_community_goes_by_the_mean_way_of_its_people(town: OneMap) -> None:
    """To a within 1 km: K1's 101 walk (51 x 0 + 50 x 500 m) / 101 = 247,524.75, rounded up."""
    held = demand_of(town)
    reach = reach_of(town, held, some((0, 0)), service_of("shelter", "1km"))
    table = unit_reach(held, reach, held.point_people)
    assert np.diff(table.first).tolist() == [1, 1, 0, 0, 0, 0]
    assert table.cost.tolist() == [247_525, 1_000_000]
    left = only_places(table, np.array([False]))
    assert len(left.cost) == 0
    assert (left.nearest == NO_WAY).all()


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "0"), (5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4 (+1)")]
)
def test_lists_of_names_say_how_many_more(count: int, said: str) -> None:
    assert named([str(n) for n in range(count)]) == said


def test_a_plan_without_places_loses_nothing_and_one_place_is_all(town: OneMap) -> None:
    none = fragility(town, service_of("shelter"), places=some())
    assert (none.losses, none.people_covered, none.p90) == ((), 0, None)
    alone = fragility(town, service_of("shelter", "1km"), places=some((0, 0)))
    worst = alone.losses[0]
    assert (worst.kind, worst.id, worst.people_lost, worst.people_cut_off) == (
        "place", "N0", 135, 291
    )  # fmt: skip
    assert (worst.room_lost, worst.extra, worst.p90) == (135, 0, None)
    assert alone.p90 == 2_300_000, "nine in ten of 291, 262, are within 2,300 m: 268"


def loss(kind: str, **more: object) -> Loss:
    held = Loss(kind, "7", "", np.zeros((1, 2)), 1, 2, 3_990_000, None)  # type: ignore[arg-type]
    return replace(held, **more)  # type: ignore[arg-type]


NAMELESS = "nameless road at cd路, K2"


@pytest.mark.parametrize(
    ("given", "en"),
    [
        (loss("road"), f"{NAMELESS}: 1 people lost, 2 cut off, 3.9 km farther all together."),
        (loss("bridge", name="江桥"),
         "Bridge 江桥: 1 people lost, 2 cut off, 3.9 km farther all together."),
        (loss("place"), "Place 7: 1 people lost, 2 cut off, 3.9 km farther all together."),
        (loss("place", room_lost=0), ("Place 7: 1 people lost, 2 cut off, 0 fewer find room, 3.9 km"
         " farther all together.")),
        (loss("road", extra=99_999), (f"{NAMELESS}: 1 people lost, 2 cut off, 0.0 km farther all"
         " together.")),
    ],
)  # fmt: skip
def test_losses_in_words(town: OneMap, given: Loss, en: str) -> None:
    """A sum of ways is cut, never rounded up; a nameless road is called by where it lies."""
    found = _found(town, given)
    lines = list(fragility_lines(town, found, (given,), EN))
    assert lines[2].strip() == f"1  {en}"
    assert "{" not in "".join(fragility_lines(town, found, (given,), ZH))


def _found(town: OneMap, *losses: Loss) -> Fragility:
    return replace(fragility(town, service_of("shelter"), places=some()), losses=losses)


def test_hours_where_the_reach_is_a_time(town: OneMap) -> None:
    found = replace(_found(town), service=service_of("team", "10min"))
    lines = list(fragility_lines(town, found, (loss("road", extra=35_999_999),), EN))
    assert "9.9 h farther" in lines[2]


@pytest.mark.parametrize("key", ["shelter_joint"])
def test_joined_services_refuse_new_places_and_losses(town: OneMap, key: str) -> None:
    """S1-5: which of both kinds a new place is, nobody stated; each is named."""
    with pytest.raises(UserError) as caught:
        coverage(town, services()[key], places=some((0, 0), (1, 1)))
    assert [fault.value for fault in caught.value.faults] == ["N0", "N1"]
    with pytest.raises(UserError, match="joins several services"):
        fragility(town, services()[key], places=some((0, 0)))
