"""Plan beside plan on the planning town, and spots where no site is on file."""

from dataclasses import replace

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.beside import side_by_side
from desks.planning.costs import Spent, spent
from desks.planning.coverage import coverage
from desks.planning.services import service_of
from desks.planning.siting import covered_of, site
from desks.planning.spots import PREFIX, short_people, spots_of
from desks.planning.variants import Change, compare, variant_of, with_changes
from tests.desks.planning_sites import sites_town
from tests.desks.planning_town import degrees

SHELTER = service_of("shelter")
NEW = Change("add", "N1", "新", *map(float, degrees(0, 800)), capacity_people=46)
CLOSED = Change("close", "P4")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("beside"))


def test_both_plans_say_what_the_desk_says_and_sum_to_the_district(town: OneMap) -> None:
    """S1-4: by subdistrict, people and room; the page's table equals the command's."""
    before = with_changes(town, SHELTER, "night", [CLOSED])
    after = with_changes(town, SHELTER, "night", [NEW])
    *units, whole = side_by_side(town, before, after, "capacity")
    plans = [variant_of(town, name, SHELTER, "night", [one])
             for name, one in (("A", CLOSED), ("B", NEW))]  # fmt: skip
    said = compare(town, *plans)
    rows = (*said.subdistricts["capacity"], said.totals["capacity"])
    assert [one.gained for one in (*units, whole)] == [one.gained for one in rows]
    for side, held in (("before", before), ("after", after)):
        found = getattr(whole, side)
        assert found.room == int(held.places.capacity.sum())
        assert found.places == len(held.places.ids)
        inside = sum(getattr(one, side).places for one in units)
        assert inside <= found.places, "a place outside of all subdistricts is in the district's"
    assert whole.after.places - whole.before.places == 2


def test_more_than_the_places_differing_is_no_comparison(town: OneMap) -> None:
    night, day = (coverage(town, SHELTER, share=one) for one in ("night", "day"))
    with pytest.raises(ArithmeticError):
        side_by_side(town, night, day, "circle")


def test_places_without_a_bound_have_no_sum_of_room(town: OneMap) -> None:
    found = coverage(town, SHELTER)
    bounds = found.places.capacity.copy()
    bounds[0] = -1
    endless = replace(found, places=replace(found.places, capacity=bounds))
    assert side_by_side(town, found, endless, "circle")[-1].after.room is None


def test_an_unknown_cost_is_counted_and_never_nothing() -> None:
    plan = [NEW, replace(NEW, id="N2"), CLOSED]
    assert spent(plan, {"N1": 70_000, "N2": None}) == Spent(70_000, 1)
    assert spent(plan, {}) == Spent(0, 2)
    assert spent([CLOSED], {}) == Spent(0, 0)


def test_what_the_plan_states_outweighs_the_file_and_closing_may_cost_too() -> None:
    stated = [replace(NEW, cost_cny=0), replace(CLOSED, cost_cny=9_000)]
    assert spent(stated, {"N1": 70_000, "P4": 5}) == Spent(9_000, 0)
    assert spent([CLOSED], {"P4": 5}) == Spent(0, 0), "a site on file is no price of a closing"


def test_a_spot_lies_where_people_are_short_and_helps_them(town: OneMap) -> None:
    """S1-14: without a list of sites the desk still says around where to look."""
    found = coverage(town, SHELTER)
    spots = spots_of(town, found, 50)
    short = short_people(found)
    units = {found.demand.units[row].code for row in found.demand.unit[short > 0].tolist()}
    kept = {one.id.removeprefix(PREFIX) for one in (*spots.sites, *spots.left_out)}
    assert kept == units
    assert {one.capacity for one in spots.sites} == {50}
    assert all(one.cost_cny is None for one in spots.sites)
    lived = found.demand.xy_m[short > 0]
    for one in spots.sites:
        assert np.hypot(*(lived - np.array(one.at)).T).min() < 0.01
    sited = site(town, SHELTER, spots, count=1)
    assert covered_of(sited.after.totals) > covered_of(found.totals)


def test_where_everyone_is_reached_spots_go_where_most_people_are(town: OneMap) -> None:
    found = coverage(town, SHELTER)
    people = found.demand.point_people
    assert 0 < short_people(found).sum() < people.sum()
    reach = replace(found.reach, first=np.arange(len(people) + 1))
    assert short_people(replace(found, reach=reach)).sum() == people.sum()
