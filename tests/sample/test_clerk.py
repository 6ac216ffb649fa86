"""The clerk alone: ids, addresses, telephones, days of verification and names with numbers."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.catalog import CONTACT, IDENTITY, VERIFIED
from sample.clerk import ids, make_clerk, named, people_about
from sample.made import AS_OF

from .worlds import SEEDS, clerk, world

TODAY = date.fromisoformat(AS_OF)


@settings(derandomize=True, max_examples=60)
@given(st.integers(1, 12_000))
def test_ids_sort_as_they_count(count: int) -> None:
    made = ids("DEP", count)
    assert made == sorted(made)
    assert len(set(made)) == count
    assert made[0].startswith("DEP-0")


@pytest.mark.parametrize(
    ("count", "last"), [(1, "X-001"), (999, "X-999"), (1_000, "X-1000"), (12_345, "X-12345")]
)
def test_ids_are_as_wide_as_they_must(count: int, last: str) -> None:
    assert ids("X", count)[-1] == last
    assert {len(one) for one in ids("X", count)} == {len(last)}


def test_no_rows_make_an_empty_register_with_all_its_columns() -> None:
    register = clerk(SEEDS[0]).register("X", np.array([], dtype=np.int64), [], {"kind": []})
    assert len(register.rows) == 0
    assert "kind" in register.rows


def test_columns_come_in_the_order_of_the_catalogue() -> None:
    register = clerk(SEEDS[0]).register("X", np.arange(3), list("abc"), {"kind": [1, 2, 3]})
    wanted = [column.key for column in (*IDENTITY, *CONTACT, *VERIFIED)]
    found = [name for name in register.rows if name not in {"kind", "geometry"}]
    assert found == wanted
    assert list(register.rows).index("kind") == len(IDENTITY)


def test_a_record_stands_where_its_place_is() -> None:
    made = clerk(SEEDS[0])
    rows = np.array([5, 2, 9])
    register = made.register("X", rows, ["a", "b", "c"], {})
    found = [point.coords[0] for point in register.rows.geometry]
    assert np.array(found) == pytest.approx(made.sites.xy_m[rows])
    for at, address in zip(rows, register.rows["address"], strict=True):
        assert address == f"{made.sites.road[at]}{made.sites.number[at]}号"


def test_telephones_run_on_through_the_registers() -> None:
    made = clerk(SEEDS[0])
    first = made.register("A", np.arange(4), list("abcd"), {}).rows["phone"].tolist()
    second = made.register("B", np.arange(2), list("ab"), {}).rows["phone"].tolist()
    assert first == ["555-0001", "555-0002", "555-0003", "555-0004"]
    assert second == ["555-0005", "555-0006"]


def test_telephones_begin_again_before_they_could_look_like_others() -> None:
    made = clerk(SEEDS[0])
    made.written = 9_997
    phones = made.register("A", np.arange(4), list("abcd"), {}).rows["phone"].tolist()
    assert phones == ["555-9998", "555-9999", "555-0001", "555-0002"]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_days_of_verification_follow_the_share_of_the_subdistrict(share: float) -> None:
    made = clerk(SEEDS[0])
    made.stale = dict.fromkeys(made.stale, share)
    days = made.register("A", np.arange(300), ["x"] * 300, {}).rows["last_verified"]
    age = [(TODAY - date.fromisoformat(day)).days for day in days]
    assert min(age) >= 3
    assert max(age) < 900
    assert all((days > 365) == (share == 1.0) for days in age)


def test_no_day_of_verification_is_a_year_to_the_day() -> None:
    """Whether 365 or 366 days count as a year must not decide what the sample shows."""
    made = clerk(SEEDS[1])
    days = made.register("A", np.arange(1_000), ["x"] * 1_000, {}).rows["last_verified"]
    age = np.array([(TODAY - date.fromisoformat(day)).days for day in days])
    assert not ((age > 360) & (age < 370)).any()


def test_trust_differs_between_subdistricts() -> None:
    held = world(SEEDS[0])
    made = make_clerk(held.sites, held.units, np.random.default_rng(0))
    assert set(made.stale) == set(held.units.subdistricts["name"])
    assert min(made.stale.values()) < 0.05
    assert max(made.stale.values()) > 0.4


def test_names_count_from_the_second_of_the_same_road() -> None:
    made = clerk(SEEDS[0])
    rows = np.flatnonzero(made.sites.road == made.sites.road[0])[:3]
    stem = made.sites.road[0]
    assert (
        named(made.sites, rows, "加油站")
        == [
            f"{stem}加油站",
            f"{stem}2号加油站",
            f"{stem}3号加油站",
        ][: len(rows)]
    )


@pytest.mark.parametrize("by", ["road", "community", "subdistrict"])
def test_names_of_one_register_are_all_different(by: str) -> None:
    made = clerk(SEEDS[0])
    names = named(made.sites, np.arange(len(made.sites)), "站", by=by)
    assert len(set(names)) == len(names)
    assert all(name.endswith("站") for name in names)
    assert not any("社区" in name or "街道" in name for name in names)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(0.01, 9_000.0), st.integers(1, 50), st.floats(0.0, 2.0))
def test_people_are_whole_and_at_least_one(usual: float, count: int, spread: float) -> None:
    people = people_about(clerk(SEEDS[0]), usual, count, spread)
    assert len(people) == count
    assert all(isinstance(number, int) and number >= 1 for number in people)


def test_people_lie_about_the_usual_number() -> None:
    people = people_about(clerk(SEEDS[0]), 1_000.0, 400)
    assert 850 < float(np.median(people)) < 1_150
