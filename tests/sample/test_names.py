"""Invented names alone: unique, of the right kind, and nobody's."""

import re
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample.names import (
    BANKS,
    BRIDGES,
    EXPRESSWAY,
    LAKE_RING,
    SUBDISTRICTS,
    _chinese,
    community_names,
    person,
    phone,
    road_names,
    subdistrict_names,
    suffix,
)

CJK = re.compile(r"[\u4e00-\u9fff〇]+")
SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("number", "told"), [(2, "二"), (9, "九"), (10, "一〇"), (22, "二二"), (110, "一一〇")]
)
def test_numbers_in_chinese_digits(number: int, told: str) -> None:
    assert _chinese(number) == told


@settings(derandomize=True, deadline=None, max_examples=20)
@given(SEEDS)
def test_stems_are_two_characters_shuffled_and_all_different(seed: int) -> None:
    stems = list(islice(road_names(np.random.default_rng(seed)), 1_500))
    assert len(set(stems)) == 1_500
    assert all(len(stem) == 2 and CJK.fullmatch(stem) for stem in stems)
    assert all(stem[0] != stem[1] for stem in stems)
    assert stems != list(islice(road_names(np.random.default_rng(seed + 1)), 1_500))


def test_stems_run_on_with_a_number_once_all_are_given() -> None:
    names = road_names(np.random.default_rng(0))
    first = []
    for name in names:
        if len(name) > 2:
            break
        first.append(name)
    assert name == f"{first[0]}二"
    assert next(names) == f"{first[1]}二"


@pytest.mark.parametrize(
    ("road_class", "ending"),
    [
        ("primary", "大道|路"),
        ("secondary", "路|大街"),
        ("tertiary", "路|街"),
        ("residential", "街|路|横街|里"),
        ("unclassified", "路|街"),
        ("living_street", "巷|里|胡同"),
        ("service", "巷|弄|里"),
        ("track", "山径|林道"),
        ("no such class", "路"),
    ],
)
def test_what_a_road_is_called_follows_its_class(road_class: str, ending: str) -> None:
    rng = np.random.default_rng(1)
    drawn = {suffix(road_class, rng) for _ in range(80)}
    assert drawn == set(ending.split("|"))


@settings(derandomize=True, deadline=None)
@given(SEEDS)
def test_a_person_says_that_it_is_invented(seed: int) -> None:
    name = person(np.random.default_rng(seed))
    assert re.fullmatch(r"示范·[\u4e00-\u9fff]{2,3}", name)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 999_999))
def test_no_telephone_number_can_ring_anywhere(number: int) -> None:
    """555 is nobody's area code; neither a mobile nor a Chinese line looks like this."""
    told = phone(number)
    assert re.fullmatch(r"555-(\d{2}-)?\d{4}", told)
    assert not re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|1(10|19|20|22)", told)
    assert int(told.removeprefix("555-").replace("-", "")) == number


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_two_numbers_never_share_a_telephone(one: int, other: int) -> None:
    assert (phone(one) == phone(other)) == (one == other)


@pytest.mark.parametrize("count", [0, 1, 22, 23, 110])
def test_subdistricts_keep_the_known_names_first(count: int) -> None:
    names = subdistrict_names(count)
    assert len(names) == len(set(names)) == count
    assert names[: len(SUBDISTRICTS)] == list(SUBDISTRICTS[:count])
    assert all(name.endswith(("街道", "镇")) for name in names)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(SEEDS, st.sampled_from([0, 1, 48, 49, 175, 875]))
def test_communities_are_all_different_and_end_alike(seed: int, count: int) -> None:
    names = community_names(count, np.random.default_rng(seed))
    assert len(names) == len(set(names)) == count
    assert all(name.endswith("社区") and CJK.fullmatch(name) for name in names)


def test_no_road_stem_makes_one_of_the_given_names() -> None:
    """A bridge, a bank road or the expressway must not meet a namesake elsewhere in town."""
    given_names = {*BRIDGES, *BANKS, EXPRESSWAY, LAKE_RING}
    stems = set(islice(road_names(np.random.default_rng(0)), 4_000))
    endings = ("大道", "路", "街", "大街", "横街", "里", "巷", "弄", "胡同", "山径", "林道")
    assert not given_names & {stem + ending for stem in stems for ending in endings}
    assert len(set(BRIDGES)) == 5
