"""Lists of candidate sites as people send them, the table of rules, and long reaches."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.answers import Service
from desks.planning.candidates import (
    Candidate,
    Candidates,
    candidates_of,
    people_on,
    read_candidates,
    with_sites,
)
from desks.planning.coverage import coverage
from desks.planning.covering import UNLIMITED
from desks.planning.mends import mends, unverified
from desks.planning.places import places_of
from desks.planning.services import service_of
from desks.planning.site_rules import RULES, TABLE, load_site_rules
from desks.planning.siting import covered_of, site, sites_of
from geodata.faults import UserError
from tests.desks.planning_sites import SITES, sites_town, write_sites
from tests.desks.planning_town import degrees, place

SHELTER = service_of("shelter")
LON, LAT = degrees(0, 800)
HEADS = "编号,名称,容量,经度,纬度\n"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("candidates"))


Read = Callable[..., Candidates]


@pytest.fixture
def read(town: OneMap, tmp_path: Path) -> Read:
    """Return what reads the text of a CSV as candidates."""

    def reads(text: str, service: Service = SHELTER) -> Candidates:
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        return read_candidates(town, service, path)

    return reads


def _one(area: str, cost: str = "10") -> str:
    return f"编号,名称,有效面积,造价(万元),经度,纬度\nC1,北场,{area},{cost},{LON},{LAT}\n"


@pytest.mark.parametrize(
    ("area", "room"),
    [("92", 46), ("９２", 46), ("92平方米", 46), ("93.99", 46), ("2", 1), ("2.0000001", 1)],
)
def test_areas_as_people_write_them(read: Read, area: str, room: int) -> None:
    assert [one.capacity for one in read(_one(area)).sites] == [room]


@pytest.mark.parametrize(
    ("area", "why", "problem"),
    [
        ("-2", "Neither its area nor its capacity is on file.", "The number is negative."),
        ("-1", "Neither its area nor its capacity is on file.", "The number is negative."),
        ("inf", "Neither its area nor its capacity is on file.", "This is no number."),
        ("1e300", "Neither its area nor its capacity is on file.", "This is no number."),
        ("很大", "Neither its area nor its capacity is on file.", "This is no number."),
        ("nan", "Neither its area nor its capacity is on file.", ""),
        ("", "Neither its area nor its capacity is on file.", ""),
        ("0", "It holds nobody.", ""),
        ("1.999", "It holds nobody.", ""),
    ],
)
def test_an_area_that_is_none_never_counts_as_room_without_end(
    read: Read, area: str, why: str, problem: str
) -> None:
    """An area of −2 m² would be room for −1, which stands for "never full"."""
    found = read(_one(area))
    assert found.sites == ()
    assert [(one.id, str(one.why)) for one in found.left_out] == [("C1", why)]
    said = [(fault.row, fault.column, str(fault.problem)) for fault in found.notices]
    assert said == ([(2, "有效面积", problem)] if problem else [])


@pytest.mark.parametrize(
    ("cost", "yuan", "problem"),
    [
        ("10", 100_000, ""),
        ("1.5", 15_000, ""),
        ("0", 0, ""),
        ("", None, ""),
        ("-5", None, "The number is negative."),
        ("0.00001", None, "The number must be whole."),
        ("99999999999999999999", None, "The number is too large."),
        ("免费", None, "This is no number."),
    ],
)
def test_costs_in_ten_thousands(read: Read, cost: str, yuan: int | None, problem: str) -> None:
    found = read(_one("92", cost))
    assert [one.cost_cny for one in found.sites] == [yuan]
    assert [str(fault.problem) for fault in found.notices] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("capacity", "room", "problem"),
    [
        ("5", 5, ""), ("1,200", None, None), ("-1", None, "The number is negative."),
        ("2.5", None, "The number must be whole."), ("0", None, ""),
    ],
)  # fmt: skip
def test_capacities_stated(
    read: Read, capacity: str, room: int | None, problem: str | None
) -> None:
    if problem is None:
        found = read(f'{HEADS}C1,x,"{capacity}",{LON},{LAT}\n')
        assert [one.capacity for one in found.sites] == [1200]
        return
    found = read(f"{HEADS}C1,x,{capacity},{LON},{LAT}\n")
    assert [one.capacity for one in found.sites] == ([] if room is None else [room])
    assert [str(fault.problem) for fault in found.notices] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("area", "capacity", "room"), [("92", "40", 40), ("92", "60", 46), ("", "60", 60), ("4", "", 2)]
)
def test_the_smaller_of_area_and_capacity_holds(
    read: Read, area: str, capacity: str, room: int
) -> None:
    text = f"编号,名称,有效面积,容量,经度,纬度\nC1,x,{area},{capacity},{LON},{LAT}\n"
    assert [one.capacity for one in read(text).sites] == [room]


@pytest.mark.parametrize(
    ("lon", "lat", "why", "problem"),
    [
        ("0", "0", "Its position is not on file.", "The position is 0, 0, which stands for none."),
        ("113", "91", "Its position is not on file.", "The position lies off the globe."),
        ("", "", "Its position is not on file.", "x has no position."),
        ("-66", "0", "It lies outside the district; perhaps its datum is another one.", None),
    ],
)
def test_positions_that_are_none(
    read: Read, lon: str, lat: str, why: str, problem: str | None
) -> None:
    found = read(f"{HEADS}C1,x,5,{lon},{lat}\n")
    assert found.sites == ()
    assert [str(one.why) for one in found.left_out] == [why]
    if problem is not None:
        assert problem in [str(fault.problem) for fault in found.notices]


def test_a_site_off_the_ways_is_told_how_far_and_one_beyond_the_border_that_it_is(
    read: Read,
) -> None:
    """(2000, 700) lies 700 m north of d-h, within the district; (0, 3000) in another one."""
    off, out = degrees(2000, 700), degrees(0, 3000)
    found = read(f"{HEADS}A,x,5,{off[0]},{off[1]}\nB,x,5,{out[0]},{out[1]}\n")
    assert [str(one.why) for one in found.left_out] == [
        "It lies 700 m from the nearest way; at most 500 m count.",
        "It lies outside the district; perhaps its datum is another one.",
    ]


def test_longitude_and_latitude_in_each_others_place_are_turned_and_said(read: Read) -> None:
    found = read(f"{HEADS}C1,x,5,{LAT},{LON}\n")
    assert np.allclose(found.sites[0].at, place(0, 800), atol=0.001)
    said = [str(fault.problem) for fault in found.notices]
    assert said == ["Longitude and latitude stand in each other's place."]


def test_a_row_without_an_id_gets_one_and_says_so(read: Read) -> None:
    found = read(f"{HEADS},x,5,{LON},{LAT}\n")
    assert [one.id for one in found.sites] == ["candidate-2"]
    assert "candidate-2 was made" in str(found.notices[0].problem)


def test_names_are_one_line_of_sixty_signs_at_most(read: Read) -> None:
    found = read(f'{HEADS}"C\n1","甲\n乙{"长" * 100}",5,{LON},{LAT}\n')
    (one,) = found.sites
    assert one.id == "C 1"
    assert one.name.startswith("甲 乙长")
    assert len(one.name) == 60


def test_signs_that_turn_writing_are_taken_out_of_ids(read: Read) -> None:
    assert [one.id for one in read(f"{HEADS}a\u202eb,x,5,{LON},{LAT}\n").sites] == ["ab"]


def test_headings_without_rows_are_answered(town: OneMap, read: Read) -> None:
    found = read(HEADS)
    assert (found.sites, found.left_out) == ((), ())
    assert [str(one.problem) for one in found.notices] == ["There are no rows under the headings."]
    assert site(town, SHELTER, found).chosen == ()


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x01\x02"])
def test_a_file_that_is_no_table_gets_a_sentence(read: Read, text: str) -> None:
    with pytest.raises(UserError) as caught:
        read(text)
    assert {fault.file for fault in caught.value.faults} == {"list.csv"}


def test_a_file_that_is_not_there_gets_a_sentence(town: OneMap, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_candidates(town, SHELTER, tmp_path / "无.csv")
    assert "无.csv" in caught.value.faults[0].file


def test_columns_of_the_list_may_stand_in_any_order(read: Read) -> None:
    found = read(f"纬度,容量,经度,编号,名称\n{LAT},5,{LON},C1,x\n")
    assert [(one.id, one.capacity, one.cost_cny) for one in found.sites] == [("C1", 5, None)]


def test_a_list_in_another_order_is_the_same_question(town: OneMap, tmp_path: Path) -> None:
    there = read_candidates(town, SHELTER, write_sites(tmp_path / "a.csv"))
    turned = read_candidates(town, SHELTER, write_sites(tmp_path / "b.csv", SITES[::-1]))
    assert turned.sites == there.sites
    assert [one.site.id for one in site(town, SHELTER, turned, count=2).chosen] == [
        one.site.id for one in site(town, SHELTER, there, count=2).chosen
    ]


def test_a_grade_nobody_stated_may_be_given_but_another_is_not_taken(
    town: OneMap, tmp_path: Path
) -> None:
    path = tmp_path / "g.csv"
    path.write_text(
        f"编号,名称,等级,容量,经度,纬度\nG1,a,固定,5,{LON},{LAT}\nG2,b,紧急,5,{LON},{LAT}\n"
        f"G3,c,,5,{LON},{LAT}\n",
        encoding="utf-8",
    )
    found = read_candidates(town, service_of("shelter_fixed"), path)
    assert [one.id for one in found.sites] == ["G1", "G3"]
    assert [str(one.why) for one in found.left_out] == ["紧急 is not 固定."]


def test_no_layer_of_a_register_becomes_a_fire_station(town: OneMap) -> None:
    with pytest.raises(UserError, match="No layer of the register may become a place"):
        candidates_of(town, service_of("fire_station"))


def test_sites_stand_behind_the_places_and_change_none(town: OneMap) -> None:
    today = places_of(town, SHELTER)
    own = Candidate("X", "x", place(0, 0), None, 7, None)
    found = with_sites(today, [own, own])
    assert found.ids == (*today.ids, "X", "X")
    assert found.capacity.tolist() == [*today.capacity.tolist(), 7, 7]
    assert found.xy_m.shape == (len(today.ids) + 2, 2)
    assert with_sites(today, []).xy_m.tolist() == today.xy_m.tolist()
    assert with_sites(today, []).ids == today.ids == places_of(town, SHELTER).ids


@pytest.mark.parametrize(
    ("area", "m2", "people"),
    [(0.7, 0.1, 7), (2.7, 0.9, 3), (4.5, 4.5, 1), (4.499, 4.5, 0), (0.0, 2.0, 0),
     (1e9, 0.5, 2_000_000_000)],
)  # fmt: skip
def test_room_is_reckoned_as_written_not_as_stored(area: float, m2: float, people: int) -> None:
    """0.7 / 0.1 is 6.999… in binary; a person more or less is a person."""
    assert people_on(area, m2) == people


def test_the_rule_of_one_grade_else_that_for_any() -> None:
    assert RULES.room(service_of("shelter_fixed")).grade == "固定"
    assert RULES.room(service_of("shelter_central")).m2 == 4.5
    assert RULES.room(service_of("shelter")).grade == ""
    several = replace(SHELTER, filters=(("grade", ("紧急", "固定")),))
    assert RULES.room(several).grade == ""


def test_no_figure_of_the_table_is_called_verified_without_a_reading() -> None:
    rules = [(one.source, one.verified) for one in RULES.per_person]
    rules += [(one.source, one.verified) for one in RULES.may_serve]
    rules += [(one.source, one.verified) for one in RULES.keep_away]
    doubted = [verified for source, verified in rules if "待核" in source or "未见" in source]
    assert all(source for source, _ in rules)
    assert doubted
    assert not any(doubted)


@pytest.mark.parametrize(
    ("old", "new", "place_said", "detail"),
    [
        ("m2 = 0.5", "m2 = 0", "per_person 2, m2", "not above 0"),
        ("m2 = 0.5", "m2 = nan", "per_person 2, m2", "not a float"),
        ("m2 = 0.5", "m2 = inf", "per_person 2, m2", "not a float"),
        ("m2 = 0.5", "m2 = -0.5", "per_person 2, m2", "not a float"),
        ("m2 = 0.5", 'm2 = "0.5"', "per_person 2, m2", "not a float"),
        ("m2 = 0.5", "m2 = true", "per_person 2, m2", "not a float"),
        ("m2 = 0.5\n", "", "per_person 2, m2", "missing"),
        ('grade = "紧急"', 'grade = "固定"', "per_person 3, grade", "stated twice"),
        ('grade = "紧急"', 'grade = "應急"', "per_person 2, grade", "is none of"),
        ('space = "室外"', 'space = "户外"', "may_serve 1, space", "is none of"),
        ('layer = "school"', 'layer = "pipeline"', "may_serve 2, layer", "is none of"),
        ("least_m = 110", "least_m = -1", "keep_away 3, least_m", "not a float"),
        ("least_m = 110", "least_m = nan", "keep_away 3, least_m", "not a float"),
        ('hazards = ["hazard"]', "hazards = []", "keep_away 4, hazards", "no hazard"),
        ('hazards = ["hazard"]', "hazards = [5]", "keep_away 4, hazards", "not a list"),
        (
            'declared = ["重点"]',
            'declared = ["重点"]\nnear = 5',
            "keep_away 5, near",
            "no such line",
        ),
    ],
)
def test_a_line_of_the_table_that_means_nothing_is_named(
    tmp_path: Path, old: str, new: str, place_said: str, detail: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    table = tmp_path / "own.toml"
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_site_rules(table)
    (fault,) = caught.value.faults
    assert (fault.file, fault.column) == ("own.toml", place_said)
    assert detail in str(fault.problem)


@pytest.mark.parametrize("text", ["", "per_person = 5", "[[per_person]", "\ufeff\x00"])
def test_a_table_that_is_none_gets_a_sentence(tmp_path: Path, text: str) -> None:
    table = tmp_path / "own.toml"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_site_rules(table)
    assert {fault.file for fault in caught.value.faults} == {"own.toml"}


@pytest.mark.parametrize("least_m", [39, 40, 41, 110])
def test_the_distance_of_the_users_own_table_counts(
    town: OneMap, tmp_path: Path, least_m: int
) -> None:
    """A1 lies 40.00 m from the petrol station, C9 50.00 m: the rim itself is far enough."""
    table = tmp_path / "own.toml"
    text = TABLE.read_text(encoding="utf-8").replace("least_m = 50", f"least_m = {least_m}", 1)
    table.write_text(text, encoding="utf-8")
    own = load_site_rules(table)
    found = read_candidates(town, SHELTER, write_sites(tmp_path / "c.csv"), rules=own)
    ids = {one.id for one in found.sites}
    assert ("A1" in ids, "C9" in ids) == (least_m <= 40, least_m <= 50)


def test_teams_need_keep_no_distance_from_a_petrol_station(town: OneMap, tmp_path: Path) -> None:
    path = write_sites(tmp_path / "c.csv")
    found = read_candidates(town, service_of("fire_station"), path)
    assert "A1" in {one.id for one in found.sites}
    assert {one.capacity for one in found.sites} == {UNLIMITED}
    assert found.rules == ()


FAR = service_of("shelter_outdoor", "2600m")
"""P1 at a is 2,800 m by ways from i, so that i counts as in reach only if a site is opened."""


@pytest.fixture(scope="module")
def north(town: OneMap, tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    return read_candidates(town, FAR, write_sites(tmp_path_factory.mktemp("far") / "c.csv"))


def test_a_site_that_brings_people_into_reach_is_found_beyond_points(
    town: OneMap, north: Candidates
) -> None:
    """The 4 elderly of i reach nothing today; opened, C1 at i brings them in. Once it crashed."""
    found = site(town, FAR, north, share="elderly")
    assert (found.people, found.covered_before, found.covered_after) == (55, 51, 55)
    assert found.covered_after == covered_of(found.after.totals) == found.most
    assert found.is_feasible
    assert found.bound == found.value == len(found.chosen)
    assert "only answer" in str(found.proof)


@pytest.mark.parametrize("count", [1, 2, 6])
@pytest.mark.parametrize("share", ["night", "elderly"])
def test_beyond_points_no_bound_is_below_what_coverage_counts(
    town: OneMap, north: Candidates, count: int, share: str
) -> None:
    found = site(town, FAR, north, count=count, share=share)  # type: ignore[arg-type]
    assert found.covered_before <= found.covered_after == covered_of(found.after.totals)
    assert found.value == found.covered_after <= found.bound <= found.most
    assert ("Not proven" in str(found.proof)) == (found.gap > 0)


def test_whom_no_site_reaches_is_named_with_their_number_beyond_points_too(
    town: OneMap, north: Candidates
) -> None:
    """Without a site the four elderly of i lie 2,800 m from P1; those of e, f, g do not."""
    found = site(town, FAR, replace(north, sites=()), share="elderly")
    (far,) = [one for one in found.blocking if one.kind == "none_within"]
    assert (far.name, far.people) == ("K3", 4)
    assert "2800.0 to 2800.0 m away; at most 2600 m count" in str(far.text)
    assert not found.is_feasible


def test_beyond_points_only_who_is_in_reach_is_asked_about(town: OneMap, north: Candidates) -> None:
    today = coverage(town, FAR, share="elderly")
    asked = sites_of(today, Candidates((), (), (), ()))
    assert int(today.demand.people.sum()) == 55
    assert int(asked.people.sum()) == 51
    opened = coverage(town, FAR, share="elderly", places=with_sites(today.places, north.sites))
    assert int(sites_of(opened, north).people.sum()) == 55


@pytest.mark.parametrize("seed", range(6))
def test_wherever_the_candidates_lie_the_answer_is_what_coverage_counts(
    town: OneMap, north: Candidates, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    moved = tuple(
        replace(
            one,
            at=place(float(dice.uniform(-50, 2200)), float(dice.choice([-30, 0, 300, 820]))),
            capacity=int(dice.choice([3, 20, 60, 400])),
        )
        for one in north.sites
    )
    listed = replace(north, sites=moved)
    for within in ("300m", "700m", "2700m"):
        found = site(town, service_of("shelter", within), listed)
        assert found.covered_after == found.most >= found.covered_before
        short = found.people - found.most
        assert (short == 0) == (found.blocking == ())
        assert sum(one.people for one in found.blocking) >= short
        assert sum(one.people for one in found.chosen) <= found.covered_after


def test_what_waits_to_be_verified_is_of_the_kind_asked_for(town: OneMap) -> None:
    """P4 stands outdoors and has no grade: an indoor service does not wait for it."""
    outdoor = service_of("shelter_outdoor")
    assert [one.id for one in unverified(town, coverage(town, outdoor))] == ["P4"]
    indoor = service_of("shelter_indoor")
    assert unverified(town, coverage(town, indoor)) == ()
    fire = service_of("fire_station")
    assert unverified(town, coverage(town, fire)) == ()


@pytest.mark.parametrize("code", ["", "44019900", "440199001001 ", "K1", "4" * 500])
def test_a_code_is_the_whole_code(town: OneMap, code: str) -> None:
    with pytest.raises(UserError, match="No community or subdistrict") as caught:
        mends(town, coverage(town, SHELTER), code)
    assert len(caught.value.faults[0].value) <= 60


@pytest.mark.parametrize("code", ["440199002004", "440199002005", "440199003"])
def test_where_nobody_lives_or_nobody_said_so_nothing_is_mended(town: OneMap, code: str) -> None:
    """K4 has no residents, K5 none on file; in 丙 nobody is on file at all."""
    assert mends(town, coverage(town, SHELTER), code) == ()


def test_mends_stand_by_their_cost_and_never_take_from_others(
    town: OneMap, north: Candidates
) -> None:
    today = coverage(town, SHELTER)
    for unit in today.communities:
        made = mends(town, today, unit.code, candidates=north)
        known = [one.cost_cny for one in made if one.cost_cny is not None]
        assert known == sorted(known)
        assert [one.cost_cny is None for one in made] == sorted(
            one.cost_cny is None for one in made
        )
        for one in made:
            assert one.covered_before == covered_of(unit)
            assert one.covered_after == unit.people or one.gap is None
