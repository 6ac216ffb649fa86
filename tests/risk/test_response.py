"""The response level that is proposed, and by which rule."""

import random
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import INCIDENT_KINDS, RESPONSE_LEVELS, SUBSTANCES, propose
from risk.response import TABLE, load_response


def level(key: str, tonnes: float | None, people: int | None, kind: str = "hazmat_leak") -> str:
    found = propose(kind, key, tonnes=tonnes, people=people)
    return "" if found is None else found.level


@pytest.mark.parametrize(
    ("key", "tonnes", "people", "expected"),
    [
        ("chlorine", 1.0, 50_000, "Ⅰ"),
        ("chlorine", 1.0, 49_999, "Ⅱ"),
        ("chlorine", 1.0, 10_000, "Ⅱ"),
        ("chlorine", 1.0, 9_999, "Ⅲ"),
        ("chlorine", 1.0, 1, "Ⅲ"),
        ("chlorine", 1.0, 0, "Ⅳ"),
        ("petrol", 49.9, 4_999, "Ⅳ"),
        ("petrol", 50.0, 0, "Ⅲ"),
        ("petrol", None, 5_000, "Ⅲ"),
        ("", None, None, "Ⅳ"),
        ("chlorine", None, None, "Ⅳ"),
    ],
)
def test_thresholds_are_inclusive(
    key: str, tonnes: float | None, people: int | None, expected: str
) -> None:
    assert level(key, tonnes, people) == expected


def test_nothing_known_proposes_nothing() -> None:
    assert level("", None, 9, "unspecified") == ""
    assert level("chlorine", None, 9, "unspecified") == "Ⅲ"


def test_more_people_or_tonnes_never_lower_the_level() -> None:
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    for _ in range(400):
        kind, key = chance.choice(list(INCIDENT_KINDS)), chance.choice(["", *SUBSTANCES])
        tonnes, people = chance.uniform(0, 90), chance.randrange(60_000)
        low = level(key, tonnes, people, kind)
        high = level(key, tonnes + chance.uniform(0, 90), people + chance.randrange(30_000), kind)
        order = [*RESPONSE_LEVELS, ""]
        assert order.index(high) <= order.index(low)


def test_every_rule_has_its_source_and_says_that_it_is_unverified() -> None:
    rows = load_response(TABLE)
    assert all(row["source"] and row["verified"] is False for row in rows)
    assert [row["level"] for row in rows] == sorted(
        (row["level"] for row in rows), key=RESPONSE_LEVELS.index
    )


def test_a_level_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "response.toml"
    text = TABLE.read_text(encoding="utf-8").replace('level = "Ⅱ"', 'level = "II"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="II"):
        load_response(path)
