"""New places and mends of the planning town: by hand, and against every subset of candidates."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from desks.onemap import OneMap
from desks.planning import room
from desks.planning.answers import Coverage
from desks.planning.candidates import (
    Candidates,
    people_on,
    read_candidates,
    with_sites,
)
from desks.planning.coverage import coverage
from desks.planning.covering import UNLIMITED
from desks.planning.mends import mends, unverified
from desks.planning.services import RULES, service_of
from desks.planning.site_rules import load_site_rules
from desks.planning.siting import covered_of, site
from geodata.faults import UserError
from tests.desks.planning_sites import SITES, sites_town, write_sites

SHELTER = service_of("shelter")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="module")
def listed(town: OneMap, tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    return read_candidates(town, SHELTER, write_sites(tmp_path_factory.mktemp("list") / "c.csv"))


def _ids(found: object) -> list[str]:
    return [one.site.id for one in found.chosen]  # type: ignore[attr-defined]


def _with(town: OneMap, today: Coverage, listed: Candidates, ids: tuple[str, ...]) -> Coverage:
    opened = [one for one in listed.sites if one.id in ids]
    return coverage(town, SHELTER, places=with_sites(today.places, opened))


def test_every_site_of_a_file_is_kept_or_named(listed: Candidates) -> None:
    """Row S1-13: room is the area by the declared figure; what cannot serve says why."""
    assert {one.id: one.capacity for one in listed.sites} == {
        "C1": 46, "C2": 33, "C3": 31, "C4": 18, "C5": 3, "C6": 21, "C9": 1,
    }  # fmt: skip
    assert [one.cost_cny for one in listed.sites] == [
        100_000, 200_000, 300_000, 50_000, None, 400_000, 10_000,
    ]  # fmt: skip
    why = {one.id: str(one.why) for one in listed.left_out}
    assert why["A1"].startswith("It lies 40.0 m from 桥头加油站; the rule asks for 50 m")
    assert "outside the district" in why["A2"]
    assert why["A3"] == "Neither its area nor its capacity is on file."
    assert why["A4"] == "Its position is not on file."
    assert why["A5"] == "It holds nobody."
    assert why["P1"] == "A place of the register has this id."
    assert len(why) == 6


def test_exactly_at_the_distance_of_the_rule_is_far_enough(listed: Candidates) -> None:
    """C9 lies 50.00 m from the station, whose rule is 50 m."""
    assert "C9" in {one.id for one in listed.sites}


def test_unverified_figures_are_said(listed: Candidates) -> None:
    said = " ".join(str(one) for one in listed.rules)
    assert "2.0 m² for one person" in said
    assert "not verified" in said


@pytest.mark.parametrize(
    ("area", "m2", "people"), [(92.0, 2.0, 46), (91.99, 2.0, 45), (0.3, 0.1, 3), (1.9, 2.0, 0)]
)
def test_room_is_exact(area: float, m2: float, people: int) -> None:
    assert people_on(area, m2) == people


def test_an_indoor_service_takes_indoor_sites_only(town: OneMap, tmp_path: Path) -> None:
    rows = (*SITES[:2], ("C7", "", "100", "1", 0, 0))
    found = read_candidates(
        town, service_of("shelter_indoor"), write_sites(tmp_path / "c.csv", rows)
    )
    assert [one.id for one in found.sites] == ["C2"]
    assert {one.id: str(one.why) for one in found.left_out} == {
        "C1": "室外 is not 室内.",
        "C7": "Whether it is 室内 is not on file.",
    }


def test_every_fault_of_a_file_is_told_at_once(town: OneMap, tmp_path: Path) -> None:
    rows = (*SITES, SITES[0], SITES[1])
    changed = [(*row[:2], f"{i}", *row[3:]) for i, row in enumerate(rows)]
    with pytest.raises(UserError) as caught:
        read_candidates(town, SHELTER, write_sites(tmp_path / "c.csv", changed))
    assert {fault.value for fault in caught.value.faults} == {"C1", "C2"}


def test_teams_are_never_full(town: OneMap, tmp_path: Path) -> None:
    found = read_candidates(
        town, service_of("fire_station"), write_sites(tmp_path / "c.csv", SITES[2:3])
    )
    assert [one.capacity for one in found.sites] == [UNLIMITED]


def test_the_fewest_to_everyone(town: OneMap, listed: Candidates) -> None:
    """Today 160 of 291; i and e need C1, h C2, a and b C3, c f g 18 and d 3 together C6."""
    found = site(town, SHELTER, listed)
    assert (found.people, found.covered_before, found.covered_after) == (291, 160, 291)
    assert _ids(found) == ["C1", "C2", "C3", "C6"]
    assert (found.value, found.bound, found.gap) == (4, 4, 0)
    assert found.is_feasible
    assert found.blocking == ()
    assert found.cost_cny == 1_000_000
    assert sum(one.people for one in found.chosen) >= 291 - 160


def test_the_fewest_equal_every_subset_counted_by_coverage_itself(
    town: OneMap, listed: Candidates
) -> None:
    """No three of the seven cover everyone, for any of the counts the best is found."""
    today = coverage(town, SHELTER)
    ids = [one.id for one in listed.sites]
    for count in (1, 2, 3):
        best = max(
            covered_of(_with(town, today, listed, chosen).totals)
            for chosen in combinations(ids, count)
        )
        found = site(town, SHELTER, listed, count=count)
        assert found.covered_after == best < 291
        assert found.value == found.bound == best


def test_most_people_for_the_money(town: OneMap, listed: Candidates) -> None:
    """400,000 yuan: C1 46 + C2 33 + C4 18 + C9 for 360,000; C5 has no cost and is named."""
    found = site(town, SHELTER, listed, budget_cny=400_000)
    assert set(_ids(found)) >= {"C1", "C2", "C4"}
    assert found.cost_cny is not None
    assert found.cost_cny <= 400_000
    assert found.covered_after == 160 + 46 + 33 + 18
    assert "no budget can hold it" in str(found.candidates.left_out[-1].why)


def test_who_can_never_be_covered_is_named_with_the_limit(town: OneMap, listed: Candidates) -> None:
    """Without C1 nothing is within 500 m of e and i; without C3 a and b share 70 places."""
    kept = tuple(one for one in listed.sites if one.id not in {"C1", "C3", "C4"})
    found = site(town, SHELTER, replace(listed, sites=kept))
    assert not found.is_feasible
    assert found.most == found.covered_after == 291 - 46 - 31
    first, *others = found.blocking
    assert (first.name, first.kind, first.people) == ("K3", "none_within", 46)
    assert str(first.text).endswith("at most 500 m count.")
    short = next(one for one in others if one.kind == "full")
    assert short.name == "K1"
    assert "101" in str(short.text)


def test_numbers_that_cannot_be_meant_are_refused(town: OneMap, listed: Candidates) -> None:
    for count in (0, -1):
        with pytest.raises(UserError, match="whole number above 0"):
            site(town, SHELTER, listed, count=count)
    with pytest.raises(UserError, match="at once"):
        site(town, SHELTER, listed, count=1, budget_cny=1)


def test_places_that_cannot_be_full_are_sited_too(town: OneMap, tmp_path: Path) -> None:
    mini = service_of("mini_station")
    listed = read_candidates(town, mini, write_sites(tmp_path / "c.csv", SITES))
    found = site(town, mini, listed, count=2)
    assert found.covered_after > found.covered_before
    assert found.after.assigned is None


def test_nothing_to_choose_from_is_answered(town: OneMap) -> None:
    found = site(town, SHELTER, Candidates((), (), (), ()))
    assert found.chosen == ()
    assert found.covered_after == found.covered_before == found.most == 160


def test_a_place_that_waits_to_be_verified(town: OneMap) -> None:
    """P4 has 66 m² and no capacity on file: verified it would hold the 33 of h."""
    (found,) = unverified(town, coverage(town, SHELTER))
    assert (found.id, found.capacity) == ("P4", 33)


def test_the_cheapest_mend_of_a_community(town: OneMap, listed: Candidates) -> None:
    """K2 lacks h 33, d 3 and part of c: P4 is verified for nothing, a site holds the rest."""
    today = coverage(town, SHELTER)
    before = next(row for row in today.communities if row.name == "K2")
    first, *others = mends(town, today, before.code, candidates=listed)
    assert first.verifies == ("P4",)
    assert first.covered_before == covered_of(before)
    assert first.covered_after == 100
    assert first.gap == 0
    assert all(one.covered_after == 100 for one in others)
    assert any(not one.verifies and "C2" in one.adds for one in others)


def test_more_room_in_a_full_place_is_a_mend(town: OneMap) -> None:
    """K1 lacks 31: P1 or P5 with 31 more people turn it green."""
    today = coverage(town, SHELTER)
    found = mends(town, today, "440199001001")
    assert [str(one.title) for one in found] == [
        "Make room for 31 more people in P1所 (P1).",
        "Make room for 31 more people in P5所 (P5).",
    ]
    assert all((one.covered_before, one.covered_after) == (70, 101) for one in found)


def test_a_green_unit_needs_nothing(town: OneMap, listed: Candidates) -> None:
    full = site(town, SHELTER, listed).after
    assert mends(town, full, "440199001001", candidates=listed) == ()


def test_where_nothing_helps_it_is_said(town: OneMap) -> None:
    """Within 100 m only g has a place, with room: nothing on file takes in any of e, f and i."""
    today = coverage(town, service_of("shelter", "100m"))
    (found,) = mends(town, today, "440199002")
    assert found.gap is None
    assert found.adds == found.verifies == ()
    assert found.covered_after == found.covered_before == 22
    assert not found.is_green
    assert sum(one.people for one in found.left) == 68


def test_a_mend_of_a_whole_subdistrict(town: OneMap, listed: Candidates) -> None:
    today = coverage(town, SHELTER)
    first = mends(town, today, "440199002", candidates=listed)[0]
    assert first.covered_after == 90
    assert "C1" in first.adds


def test_a_code_of_nobody_is_refused(town: OneMap) -> None:
    with pytest.raises(UserError, match="No community or subdistrict"):
        mends(town, coverage(town, SHELTER), "1")


def test_a_faulty_table_of_sites_is_told_line_by_line(tmp_path: Path) -> None:
    table = tmp_path / "candidates.toml"
    table.write_text(
        '[[per_person]]\ngrade = "紧急"\nm2 = 0.0\nsource = "x"\nverified = false\n'
        '[[may_serve]]\nlayer = "nowhere"\narea = "area_m2"\nsource = "x"\nverified = false\n'
        '[[keep_away]]\nhazards = ["school"]\ndeclared = []\nleast_m = 5\nsource = "x"\n'
        "verified = false\n",
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_site_rules(table)
    assert [fault.column for fault in caught.value.faults] == [
        "per_person 1, m2", "per_person", "may_serve 1, layer", "keep_away 1, hazards",
    ]  # fmt: skip


def test_beyond_the_reach_of_points_communities_are_sited_for(
    town: OneMap, listed: Candidates
) -> None:
    """Within 3 km all ways lead everywhere by communities: 131 more people need four of the seven.

    Today's 160 places of room are full; the largest four of the list hold 46 + 33 + 31 + 21 = 131.
    """
    far = service_of("shelter", "3km")
    found = site(town, far, listed)
    assert found.after.unit_reach is not None
    assert (found.covered_before, found.covered_after) == (160, 291)
    assert _ids(found) == ["C1", "C2", "C3", "C6"]
    few = site(town, far, listed, count=2)
    assert few.covered_after == 160 + 46 + 33
    assert _ids(few) == ["C1", "C2"]


def test_by_communities_the_fewest_are_proven_against_every_subset(
    town: OneMap, listed: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A community sends whom an open place is in reach of: 122 places were taken, 21 do."""
    monkeypatch.setattr(room, "RULES", replace(RULES, points_up_to_mm=100_000))
    today = coverage(town, SHELTER)
    assert today.unit_reach is not None
    ids = [one.id for one in listed.sites]
    most = covered_of(_with(town, today, listed, tuple(ids)).totals)
    found = site(town, SHELTER, listed)
    least = next(
        size
        for size in range(len(ids) + 1)
        if any(
            covered_of(_with(town, today, listed, chosen).totals) == most
            for chosen in combinations(ids, size)
        )
    )
    assert (found.value, found.bound, found.covered_after) == (least, least, most)
    assert "only answer" in str(found.proof)
