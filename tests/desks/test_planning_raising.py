"""Where nothing turns a unit green: the change that raises it most, and who is left and why."""

from collections import defaultdict
from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.answers import Mend
from desks.planning.candidates import Candidate, Candidates, read_candidates, with_sites
from desks.planning.coverage import coverage
from desks.planning.enlarging import enlarged
from desks.planning.mending import red_of
from desks.planning.mends import mends, unverified
from desks.planning.reasons import reasons
from desks.planning.services import service_of
from desks.planning.siting import covered_of
from desks.planning.variants import Change, with_changes
from tests.desks.planning_sites import sites_town, write_sites

SHELTER = service_of("shelter")
K1, K2, K3 = "440199001001", "440199001002", "440199002003"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("raising"))


@pytest.fixture(scope="module")
def listed(town: OneMap, tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    return read_candidates(town, SHELTER, write_sites(tmp_path_factory.mktemp("list") / "c.csv"))


def only(listed: Candidates, *ids: str) -> Candidates:
    return replace(listed, sites=tuple(one for one in listed.sites if one.id in ids))


def opening(made: tuple[Mend, ...]) -> Mend:
    """Return the one that opens or verifies something."""
    return next(one for one in made if one.adds or one.verifies)


def test_a_site_for_some_is_offered_where_none_is_for_all(town: OneMap, listed: Candidates) -> None:
    """C4 at f holds 18 of e, f and g; i has P1 across the river only, 2,800 m by ways."""
    made = mends(town, coverage(town, SHELTER), K3, candidates=only(listed, "C4"))
    assert not any(one.is_green for one in made)
    best = opening(made)
    assert best.adds == ("C4",)
    assert (best.covered_before, best.covered_after, best.people) == (26, 44, 90)
    assert best.cost_cny == 50_000
    assert "up to 18 more might be covered" in str(best.proof), "34 of c are nearer to P2"
    assert [(one.unit, one.kind, one.people) for one in best.left] == [
        (K3, "none_within", 23), (K3, "full", 23),
    ]  # fmt: skip


def test_what_raises_most_stands_first(town: OneMap, listed: Candidates) -> None:
    """C9 holds one of c, who leaves a bed in P2 to K3; 18 more beds in P2 raise K3 by 18."""
    larger, opened = mends(town, coverage(town, SHELTER), K3, candidates=only(listed, "C9"))
    assert str(larger.title) == "Make room for 18 more people in P2所 (P2)."
    assert (larger.covered_after, larger.gap) == (44, None)
    assert (opened.adds, opened.covered_after) == (("C9",), 27)


def test_that_no_choice_covers_more_is_said_where_it_is_so(
    town: OneMap, listed: Candidates
) -> None:
    """Everyone of 440199001 has a place in reach; P4's 33 beds and C9's one are all there is."""
    made = mends(town, coverage(town, SHELTER), "440199001", candidates=only(listed, "C9"))
    best = opening(made)
    assert "No choice of what is on file covers more people here" in str(best.proof)


def test_what_has_no_price_is_not_called_the_cheapest(town: OneMap, listed: Candidates) -> None:
    bare = replace(listed, sites=tuple(replace(one, cost_cny=None) for one in listed.sites))
    seen = set()
    for unit, sites in ((K3, only(bare, "C4")), (K3, bare), (K1, bare), ("440199001", bare)):
        for one in mends(town, coverage(town, SHELTER), unit, candidates=sites):
            seen.add(one.cost_cny is None and bool(one.adds))
            if one.adds:
                assert one.cost_cny is None
                assert "cheap" not in str(one.proof)
    assert True in seen


def test_where_one_turns_it_green_nothing_less_is_offered(town: OneMap, listed: Candidates) -> None:
    for unit in (K1, K2, K3):
        made = mends(town, coverage(town, SHELTER), unit, candidates=listed)
        assert made
        assert all(one.is_green and not one.left for one in made)


def test_a_subdistrict_names_each_community_that_is_left(town: OneMap, listed: Candidates) -> None:
    """Verified P4 holds the 33 of h; a, b and d, c have more people than beds."""
    today = coverage(town, SHELTER)
    made = mends(town, today, "440199001", candidates=only(listed, "C9"))
    best = opening(made)
    assert best.verifies == ("P4",)
    assert {one.unit for one in best.left} == {K1, K2}
    assert sum(one.people for one in best.left) == best.people - best.covered_after > 0
    assert {one.kind for one in best.left} == {"full"}


def _choices(town: OneMap, sites: tuple[Candidate, ...], unit: str) -> tuple[int, int]:
    """Return the most people of the unit over every subset of the sites, and the least cost of it.

    Counted by the coverage itself; waiting places are among the sites and stand no more on file.
    """
    today = coverage(town, SHELTER)
    base, best = covered_of(today.totals), (0, 0)
    for some in chain.from_iterable(combinations(sites, n) for n in range(len(sites) + 1)):
        found = coverage(town, SHELTER, places=with_sites(today.places, some))
        mine = sum(covered_of(row) for row in found.communities if unit in (row.code, row.parent))
        cost = sum(one.cost_cny or 0 for one in some)
        if covered_of(found.totals) >= base:
            best = max(best, (mine, -cost))
    return best[0], -best[1]


@pytest.mark.parametrize(
    ("unit", "ids"),
    [(K3, ("C4", "C9")), (K2, ("C3", "C9")), (K1, ("C2", "C4")), ("440199002", ("C2", "C6"))],
)
def test_no_subset_raises_more_than_is_said(
    town: OneMap, listed: Candidates, unit: str, ids: tuple[str, ...]
) -> None:
    """By every subset; where the answer is no proof it says how many more there might be."""
    today = coverage(town, SHELTER)
    sites = only(listed, *ids)
    made = mends(town, today, unit, candidates=sites)
    held = [one for one in made if one.adds or one.verifies]
    waiting = unverified(town, today)
    assert not {one.id for one in waiting} & set(today.places.ids) - {"P4"}
    most, cost = _choices(town, (*waiting, *sites.sites), unit)
    if not held:
        assert most == made[0].covered_before
        return
    assert held[0].covered_after == most
    if held[0].gap == 0 and all(one.cost_cny is not None for one in sites.sites):
        assert held[0].cost_cny == cost


def test_the_reasons_of_some_communities_are_those_of_all(town: OneMap) -> None:
    today = coverage(town, SHELTER)
    held = defaultdict(list)
    for one in reasons(town, today):
        held[one.unit].append(one)
    for row, unit in enumerate(today.communities):
        only_one = np.arange(len(today.communities)) == row
        assert list(reasons(town, today, only=only_one)) == held[unit.code]


@pytest.mark.parametrize("unit", [K1, K2, K3, "440199001", "440199002"])
@pytest.mark.parametrize("within", ["500m", "700m"])
def test_the_room_that_is_asked_for_is_the_least_that_does_it(
    town: OneMap, unit: str, within: str
) -> None:
    """Others who live nearer may take of the beds; one fewer covers fewer people of the unit."""
    today = coverage(town, service_of("shelter", within))
    red = red_of(town, today, unit)
    for one in enlarged(red):
        place = today.places.ids.index(str(one.title.values["id"]))
        for less, reached in ((0, one.covered_after), (1, one.covered_after - 1)):
            capacity = today.places.capacity.copy()
            capacity[place] += int(one.title.values["people"]) - less
            found = red.again(replace(today.places, capacity=capacity))
            assert red.covered_in(found) == reached or (less and red.covered_in(found) < reached)
        assert sum(left.people for left in one.left) == one.people - one.covered_after
        asked = [Change("resize", key, capacity_people=room) for key, room in one.resizes]
        planned = with_changes(town, today.service, "night", asked)
        assert red.covered_in(planned) == one.covered_after, "as a plan it does the same"
