"""New places and mends of outdoor and indoor shelters together, against every subset of them."""

from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import pytest

from desks.onemap import OneMap
from desks.planning.answers import Coverage
from desks.planning.candidates import Candidate, Candidates, read_candidates, with_sites
from desks.planning.coverage import coverage
from desks.planning.joint import parts_of
from desks.planning.joint_mends import mended
from desks.planning.joint_siting import sited
from desks.planning.places import joined, places_of
from desks.planning.services import service_of
from desks.planning.siting import covered_of, site
from desks.planning.spots import spots_of
from geodata.faults import UserError
from tests.desks.planning_sites import sites_town, write_sites

JOINT = service_of("shelter_joint")
ROWS = (
    ("O1", "室外", "92", "10", 0, 800),
    ("O2", "室外", "800", "20", 1000, 0),
    ("O3", "室外", "800", "30", 500, 300),
    ("O4", "室外", "90", "9", 2100, 0),
    ("O5", "室外", "36", "5", 500, 0),
    ("I1", "室内", "800", "8", 0, 800),
    ("I2", "室内", "90", "7", 2100, 0),
    ("I3", "室内", "400", "6", 500, 0),
    ("I4", "室内", "60", "", 500, 300),
    ("I5", "室内", "20", "1", 1500, 0),
    ("N1", "", "400", "6", 500, 0),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("joint"))


@pytest.fixture(scope="module")
def listed(town: OneMap, tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    path = write_sites(tmp_path_factory.mktemp("list") / "c.csv", ROWS)
    return read_candidates(town, JOINT, path)


def only(listed: Candidates, *ids: str) -> Candidates:
    return replace(listed, sites=tuple(one for one in listed.sites if one.id in ids))


def opened(town: OneMap, sites: tuple[Candidate, ...]) -> Coverage:
    """Return the joint coverage with the sites, each put to its own kind by hand."""
    own = {"O": "shelter_outdoor", "I": "shelter_indoor"}
    parts = []
    for key in JOINT.all_of:
        mine = [one for one in sites if own[one.id[0]] == key]
        parts.append(with_sites(places_of(town, service_of(key)), mine))
    return coverage(town, JOINT, places=joined(tuple(parts)))


def test_each_site_says_which_kind_it_would_count_for(listed: Candidates) -> None:
    assert {one.id: one.serves for one in listed.sites} == {
        **{f"O{n}": ("shelter_outdoor",) for n in range(1, 6)},
        **{f"I{n}": ("shelter_indoor",) for n in range(1, 6)},
    }
    assert [(one.id, str(one.why)) for one in listed.left_out] == [
        ("N1", "Whether it is 室外 is not on file.")
    ]


def test_a_new_place_counts_for_its_kind_alone(town: OneMap, listed: Candidates) -> None:
    """Nobody north of the river has both: an indoor site there adds nobody who lacks an outdoor."""
    today = covered_of(coverage(town, JOINT).totals)
    (indoor,) = only(listed, "I1").sites
    found = opened(town, (indoor,))
    assert covered_of(found.totals) == today
    per_kind = [covered_of(coverage(town, part).totals) for part in parts_of(JOINT)]
    assert covered_of(found.totals) <= min(per_kind)


def test_a_new_place_without_a_kind_is_refused_as_before(town: OneMap, listed: Candidates) -> None:
    (one,) = only(listed, "I1").sites
    nameless = with_sites(places_of(town, JOINT), [replace(one, serves=())])
    with pytest.raises(UserError, match="is not stated"):
        coverage(town, JOINT, places=nameless)


def _best(town: OneMap, sites: tuple[Candidate, ...], count: int) -> int:
    subsets = chain.from_iterable(combinations(sites, n) for n in range(count + 1))
    return max(covered_of(opened(town, some).totals) for some in subsets)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_most_people_for_a_number_equal_every_subset(
    town: OneMap, listed: Candidates, count: int
) -> None:
    few = only(listed, "O1", "O2", "O4", "I1", "I2", "I3")
    found = sited(town, JOINT, few, count=count)
    best = _best(town, few.sites, count)
    assert found.covered_after == covered_of(found.after.totals)
    assert found.covered_after <= best <= found.bound
    if found.gap == 0:
        assert found.covered_after == best
    assert len(found.chosen) <= count
    assert covered_of(opened(town, tuple(one.site for one in found.chosen)).totals) == best


def test_the_fewest_for_everyone_are_the_fewest_of_each_kind(
    town: OneMap, listed: Candidates
) -> None:
    """Both kinds can hold all 291, so that no smaller set of either kind would do."""
    found = sited(town, JOINT, listed)
    apart = [
        site(town, part, replace(listed, sites=tuple(
            replace(one, serves=()) for one in listed.sites if part.key in one.serves)))
        for part in parts_of(JOINT)
    ]  # fmt: skip
    assert found.is_feasible
    assert (found.covered_after, found.gap) == (291, 0)
    assert {one.site.id for one in found.chosen} == {
        one.site.id for part in apart for one in part.chosen
    }
    assert found.value == found.bound == sum(part.value for part in apart)
    assert all(one.people > 0 for one in found.chosen)
    assert "the fewest of all" in str(found.proof)


def test_who_lacks_one_kind_whatever_is_opened_is_named(town: OneMap, listed: Candidates) -> None:
    """Without an outdoor site in the north K3 has none within reach, indoor sites or not."""
    few = only(listed, "O2", "I1", "I2", "I3", "I4", "I5")
    found = sited(town, JOINT, few)
    assert not found.is_feasible
    assert found.blocking
    short = found.people - found.most
    assert sum(one.people for one in found.blocking) == short > 0
    assert any(one.name == "K3" for one in found.blocking)
    assert found.covered_after >= covered_of(opened(town, few.sites).totals)
    assert found.bound <= found.value == len(found.chosen)


def test_a_budget_holds_both_kinds_and_leaves_out_what_has_no_cost(
    town: OneMap, listed: Candidates
) -> None:
    found = sited(town, JOINT, listed, budget_cny=300_000)
    assert found.cost_cny is not None
    assert found.cost_cny <= 300_000
    assert found.covered_after > found.covered_before
    assert any("no budget" in str(one.why) and one.id == "I4" for one in found.candidates.left_out)
    with pytest.raises(UserError, match="at once"):
        sited(town, JOINT, listed, count=1, budget_cny=1)
    with pytest.raises(UserError, match="whole number above 0"):
        sited(town, JOINT, listed, count=0)


def test_spots_of_both_kinds_are_told_apart(town: OneMap) -> None:
    found = spots_of(town, coverage(town, JOINT), 300)
    assert {one.serves for one in found.sites} == {("shelter_outdoor",), ("shelter_indoor",)}
    assert len({one.id for one in found.sites}) == len(found.sites)
    assert {one.name.rpartition("·")[2] for one in found.sites} == {"室外", "室内"}
    best = sited(town, JOINT, found, count=4)
    assert best.covered_after > best.covered_before


def test_one_service_is_sited_as_ever(town: OneMap, tmp_path: Path) -> None:
    outdoor = service_of("shelter_outdoor")
    sites = read_candidates(town, outdoor, write_sites(tmp_path / "c.csv", ROWS))
    assert {one.serves for one in sites.sites} == {()}
    found, same = sited(town, outdoor, sites, count=2), site(town, outdoor, sites, count=2)
    assert [one.site.id for one in found.chosen] == [one.site.id for one in same.chosen]


def test_nothing_to_choose_from_is_answered(town: OneMap) -> None:
    found = sited(town, JOINT, Candidates((), (), (), ()), count=2)
    assert (found.chosen, found.covered_after) == ((), found.covered_before)


@pytest.mark.parametrize("unit", ["440199001001", "440199001002", "440199002003", "440199002"])
def test_a_unit_is_mended_by_the_cheapest_of_each_kind(
    town: OneMap, listed: Candidates, unit: str
) -> None:
    """By every subset with a stated cost: everyone has both where everyone has each."""
    priced = replace(listed, sites=tuple(one for one in listed.sites if one.cost_cny is not None))
    today = coverage(town, JOINT)
    (made,) = mended(town, today, unit, candidates=priced)
    assert made.is_green
    assert not made.left
    assert made.covered_before < made.covered_after == made.people
    opens = tuple(one for one in priced.sites if one.id in made.adds)
    if not made.verifies:
        assert _covered_in(opened(town, opens), unit) == made.people
        for one in opens:
            fewer = tuple(other for other in opens if other != one)
            assert _covered_in(opened(town, fewer), unit) < made.people


def _covered_in(found: Coverage, unit: str) -> int:
    return sum(covered_of(row) for row in found.communities if unit in (row.code, row.parent))


def test_where_one_kind_lacks_a_site_the_unit_is_raised_and_never_called_green(
    town: OneMap, listed: Candidates
) -> None:
    """Nothing outdoors is in reach of i; O3 and I1 give e, f and g both."""
    few = only(listed, "O3", "I1", "I4")
    (made,) = mended(town, coverage(town, JOINT), "440199002003", candidates=few)
    assert not made.is_green
    assert made.covered_after > made.covered_before
    assert sum(one.people for one in made.left) == made.people - made.covered_after
    assert "not proven most" in str(made.proof)


def test_without_any_site_it_is_said_that_nothing_helps(town: OneMap) -> None:
    (made,) = mended(town, coverage(town, JOINT), "440199002003")
    assert made.gap is None
    assert made.covered_after == made.covered_before
    assert made.left


def test_a_site_of_two_kinds_has_its_room_once_in_each(town: OneMap, listed: Candidates) -> None:
    """Services of a user's own table may overlap: listed with both, a place is not two places."""
    (one,) = only(listed, "O5").sites
    both = replace(one, serves=JOINT.all_of)
    parts = [with_sites(places_of(town, part), [both]) for part in parts_of(JOINT)]
    twice = coverage(town, JOINT, places=joined(tuple(parts)))
    apart = [
        coverage(town, part, places=places)
        for part, places in zip(parts_of(JOINT), parts, strict=True)
    ]
    assert len(twice.places.ids) == sum(len(one.places.ids) for one in apart)
    assert covered_of(twice.totals) <= min(covered_of(one.totals) for one in apart)
