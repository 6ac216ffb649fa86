"""The invented words against the catalogue: what the sample says is what the layers know."""

import re
from itertools import pairwise

import pytest

from layers import CATALOG, layer
from layers.catalog import HAZMAT_EQUIPMENT, TEAM_KINDS
from sample.refuges import M2_PER_PERSON
from sample.responders import _GRADES, _STATION_LACKS, _STATION_PEOPLE, _STATION_VEHICLES
from sample.vocabulary import (
    COUNTS,
    CROWDED_KINDS,
    DEPARTMENTS,
    FIRM_DEPARTMENTS,
    HAZARDS,
    ITEMS,
    PLAN_KINDS,
    RISK_GRADES,
    RISK_KINDS,
    SPECIALTIES,
    SUBDISTRICT_DEPARTMENTS,
    TEAMS,
    Item,
    TeamRow,
)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_has_a_code_a_unit_and_a_usual_amount(item: Item) -> None:
    assert re.fullmatch(r"[1-7]\d{6}", item.code)
    assert item.usual > 0
    assert 0 <= item.keeps_years <= 10
    assert 1 <= len(item.unit) <= 3
    assert item.name.strip() == item.name


def test_codes_and_names_of_items_are_unique_and_sorted() -> None:
    codes = [item.code for item in ITEMS]
    assert codes == sorted(codes)
    assert len(set(codes)) == len({item.name for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("row", TEAMS, ids=lambda row: row.name)
def test_a_team_is_one_that_the_catalogue_and_the_roads_can_hold(row: TeamRow) -> None:
    assert row.kind in TEAM_KINDS
    assert row.order in layer("team").column("order").choices
    assert set(row.missing) <= set(HAZMAT_EQUIPMENT)
    assert len(set(row.missing)) == len(row.missing)
    assert row.people >= row.vehicles > 0
    width, height, weight = row.vehicle
    assert 1.8 <= width <= 2.55
    assert 2.0 <= height <= 4.0
    assert 2.0 <= weight <= 31.0


def test_teams_have_different_names_and_one_has_everything() -> None:
    assert len({row.name for row in TEAMS}) == len(TEAMS) == 12
    assert [row.name for row in TEAMS if not row.missing] == ["云溪区危化救援队"]


@pytest.mark.parametrize("grade", sorted(set(_GRADES)))
def test_a_fire_station_of_each_grade(grade: str) -> None:
    assert grade in layer("fire_station").column("kind").choices
    assert _STATION_PEOPLE[grade] > _STATION_VEHICLES[grade] > 0
    assert set(_STATION_LACKS[grade]) <= set(HAZMAT_EQUIPMENT)


def test_larger_stations_have_more_of_everything() -> None:
    grades = ["小型站", "二级站", "一级站", "特勤站"]
    for table in (_STATION_PEOPLE, _STATION_VEHICLES):
        held = [table[grade] for grade in grades]
        assert held == sorted(held)
        assert len(set(held)) == len(held)
    lacks = [set(_STATION_LACKS[grade]) for grade in grades]
    assert all(better < worse for worse, better in pairwise(lacks))


def test_hazards_hold_at_least_what_makes_a_source_major() -> None:
    """GB 18218-2018, table 1: chlorine 5 t, ammonia 10 t."""
    least = {"氯": 5.0, "氨": 10.0}
    assert [name for name, substance, tonnes in HAZARDS if tonnes < least[substance]] == []
    assert len({name for name, _, _ in HAZARDS}) == 6


def test_risks_by_grade_hold_the_more_the_graver() -> None:
    assert [grade for grade, _, _ in RISK_GRADES] == list(
        layer("declared_risk").column("grade").choices
    )
    shares = [share for _, _, share in RISK_GRADES]
    assert shares == sorted(shares, reverse=True)
    assert sum(count for _, count, _ in RISK_GRADES) == 307


def test_every_kind_of_risk_has_a_substance_and_no_kind_stands_twice() -> None:
    for kind, substances in RISK_KINDS:
        assert substances, kind
        assert all(usual > 0 for usual in substances.values()), kind
    assert len({kind for kind, _ in RISK_KINDS}) == len(RISK_KINDS)


def test_departments_of_the_catalogues_levels_answer_for_something() -> None:
    choices = layer("department").column("level").choices
    assert {level for _, level, _ in DEPARTMENTS} < set(choices)
    assert all(kinds for _, _, kinds in DEPARTMENTS)
    total = len(DEPARTMENTS) + SUBDISTRICT_DEPARTMENTS + len(FIRM_DEPARTMENTS)
    assert total == 27


def test_shelters_of_every_grade_have_a_floor_per_person() -> None:
    assert set(M2_PER_PERSON) == set(layer("shelter").column("grade").choices)
    assert min(M2_PER_PERSON.values()) >= 1.0


@pytest.mark.parametrize(
    "words",
    [SPECIALTIES, PLAN_KINDS, [kind for kind, _ in CROWDED_KINDS]],
    ids=["specialties", "plans", "crowded places"],
)
def test_no_word_stands_twice(words: list[str]) -> None:
    assert len(set(words)) == len(words)
    assert all(word and word.strip() == word and ";" not in word for word in words)


def test_counts_name_layers_of_the_catalogue() -> None:
    assert set(COUNTS) < {spec.key for spec in CATALOG}
    assert all(count > 0 for count in COUNTS.values())
