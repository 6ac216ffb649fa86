"""People by hour and place: the declared curves, whole people, what is on file and what is not."""

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from desks.command.population import (
    DAY,
    NIGHT,
    RULES,
    TABLE,
    apportioned,
    areal,
    counts,
    inhabited,
    is_urban,
    load_population_rules,
    shares,
)
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.harms import town_box, unpeopled, with_residents
from tests.desks.making import town_place

WORKDAY, SUNDAY = date(2026, 9, 16), date(2026, 9, 20)


def test_the_hours_lie_between_night_and_day(town: OneMap) -> None:
    """Row S1-18: 120 by day and 100 by night are 100 at three, 120 at ten, 115 at eight."""
    people = counts(inhabited(town), WORKDAY)[:, 0]
    assert (people[DAY], people[NIGHT]) == (120, 100)
    assert (people[3], people[8], people[10]) == (100, 115, 120)
    assert people.min() == 100
    assert people.max() == 120


def test_a_rest_day_is_another_day(town: OneMap) -> None:
    """Row S1-18: on a Sunday and on National Day only half of the commuters come."""
    units = inhabited(town)
    assert counts(units, SUNDAY)[10, 0] == 110
    assert counts(units, date(2026, 10, 1))[10, 0] == 110
    assert counts(units, WORKDAY)[10, 0] == 120
    assert str(RULES.said(SUNDAY)) != str(RULES.said(WORKDAY))
    assert "not verified" in str(RULES.said(WORKDAY))


def test_a_day_that_is_worked_follows_the_workday(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8").replace("work_days = []", 'work_days = ["2026-09-20"]')
    path = tmp_path / "population.toml"
    path.write_text(text, encoding="utf-8")
    rules = load_population_rules(path)
    assert rules.day_share(SUNDAY) == rules.workday
    assert rules.day_share(date(2026, 9, 19)) == rules.restday


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("day_share = [0, 0, 0, 0, 0, 0, 0.1", "day_share = [2, 0, 0, 0, 0, 0, 0.1", "workday"),
        ('0.25, 0.1, 0.05, 0]\nsource = "House rule: half', '0.25]\nsource = "', "restday"),
        ('"01-01", "05-01"', '"02-30", "05-01"', "calendar, rest_days"),
        ("work_days = []", 'work_days = ["10-01x"]', "calendar, work_days"),
        ("from_people_km2 = 1500", "from_people_km2 = nan", "urban, from_people_km2"),
        ("from_people_km2 = 1500", "from_people_km2 = true", "urban, from_people_km2"),
        ("[urban]", "[rural]", "urban"),
        ("verified = false\n\n[restday]", 'verified = "no"\n\n[restday]', "workday, verified"),
        ("[workday]", "[workday", ""),
    ],
)
def test_a_spoilt_table_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "population.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_population_rules(path)
    assert any(fault.column.startswith(place) for fault in caught.value.faults)
    assert all(fault.file == "population.toml" for fault in caught.value.faults)


def test_every_fault_of_the_table_comes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "population.toml"
    path.write_text("[workday]\nday_share = [1]\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_population_rules(path)
    places = {fault.column for fault in caught.value.faults}
    assert {"workday, day_share", "workday, source", "restday", "calendar", "urban"} <= places


def test_whole_people_add_up_exactly() -> None:
    """Largest remainder: the parts of 1,000 random units sum to their residents, none below 0."""
    chance = np.random.default_rng(18)
    people = chance.integers(0, 9_000, size=(26, 1_000))
    parts = chance.dirichlet([0.3, 1.0, 0.1, 2.0], size=1_000)
    parts[:50] = [1.0, 0.0, 0.0, 0.0]
    parts[50:100] = [0.25, 0.25, 0.25, 0.25]
    whole = apportioned(people, parts)
    assert (whole.sum(axis=2) == people).all()
    assert (whole >= 0).all()
    assert (np.abs(whole - people[:, :, None] * parts) < 1).all()
    assert (whole[:, :50, 0] == people[:, :50]).all()


def test_of_equal_remainders_the_inner_part_gains() -> None:
    """One person at equal odds inside and outside counts as inside: on the safe side."""
    assert apportioned(np.array([[1]]), np.array([[0.5, 0.5]])).tolist() == [[[1, 0]]]


def test_shares_of_area(town: OneMap) -> None:
    units = inhabited(town)
    half = shares(units, town_box(-500, 500, 250, 2000))
    assert half == pytest.approx([0.5, 0, 0, 0])
    all_of_it = shares(units, town_box(-9_000, -9_000, 9_000, 9_000))
    assert all_of_it.tolist() == [1, 1, 1, 1]
    assert not shares(units, shapely.Polygon()).any()
    on_the_border = shares(units, town_box(-500, -100, 1000, 500))
    assert on_the_border == pytest.approx([0, 0, 0.4, 0])


def test_without_communities_the_subdistrict_stands_for_them(town: OneMap) -> None:
    units = inhabited(unpeopled(town))
    assert units.subdistricts == ("北街街道", "南街街道")
    assert units.communities == ("", "")
    assert units.night.tolist() == [300, 700]
    assert units.name(0) == "北街街道"


def test_a_subdistrict_stands_in_where_none_of_its_communities_has_figures(town: OneMap) -> None:
    """北街's two communities have no figure, 南街's do: 300 residents are not lost."""
    lacking = with_residents(
        town,
        "community",
        residents_day=[None, None, 350, 450],
        residents_night=[None, None, 300, 400],
    )
    units = inhabited(lacking)
    assert units.subdistrict_codes == ("440199001", "440199002", "440199002")
    assert units.community_codes == ("", "440199002001", "440199002002")
    assert units.night.sum() == 1_000


def test_without_any_figure_the_communities_stay_and_are_unknown(town: OneMap) -> None:
    empty = [None] * 4
    lacking = with_residents(town, "community", residents_day=empty, residents_night=empty)
    lacking = with_residents(
        lacking, "subdistrict", residents_day=empty[:2], residents_night=empty[:2]
    )
    units = inhabited(lacking)
    assert len(units.community_codes) == 4
    assert not units.known.any()
    assert not counts(units, WORKDAY).any()


def test_one_figure_stands_for_every_hour(town: OneMap) -> None:
    lacking = with_residents(town, "community", residents_day=[None, 180, 350, 450])
    people = counts(inhabited(lacking), WORKDAY)
    assert set(people[:, 0].tolist()) == {100}
    assert people[DAY, 1] == 180


def test_units_are_found_once_per_map(town: OneMap) -> None:
    assert inhabited(town) is inhabited(town)


def test_built_up_by_residents_per_km2(town: OneMap) -> None:
    """北街's west has 100 people on 2.25 km2; 4,000 people there would be 1,778 per km2."""
    west = town_place(0, 1_000)
    assert not is_urban(town, west)
    crowded = with_residents(town, "community", residents_night=[4_000, 200, 300, 400])
    assert is_urban(crowded, west)
    assert not is_urban(crowded, town_place(3_000, 1_000))
    assert not is_urban(crowded, town_place(90_000, 0))  # nobody knows: clouds reach farther
    nobody = with_residents(crowded, "community", residents_night=[None, 200, 300, 400],
                            residents_day=[None, 180, 350, 450])  # fmt: skip
    assert not is_urban(nobody, west)


def test_a_crossed_outline_still_has_an_area() -> None:
    """A bow tie drawn by a tired hand is two triangles, a line has none."""
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    line = shapely.LineString([(0, 0), (1, 1)])
    spike = shapely.Polygon([(0, 0), (2, 0), (2, 2), (2, 5), (2, 2), (0, 2)])
    mended = areal(np.array([bow, line, spike, None], dtype=object))
    assert shapely.area(mended).tolist() == [2, 0, 4, 0]
    assert shapely.is_valid(mended).all()
    assert not bow.is_valid  # what was given is as it was


def test_shares_are_those_of_each_unit_alone(district: OneMap) -> None:
    """Equal to the plain quotient of areas, unit by unit, for 20 random discs of the district."""
    units = inhabited(district)
    chance = random.Random(4)  # noqa: S311 - reproducible, not secret
    west, south, east, north = district.extent_m
    for _ in range(20):
        at = shapely.Point(chance.uniform(west, east), chance.uniform(south, north))
        disc = at.buffer(chance.uniform(50, 4_000))
        plain = [shape.intersection(disc).area / shape.area for shape in units.shapes]
        assert shares(units, disc) == pytest.approx(plain, abs=5e-7)
