"""Materials: the rules, how they grow, and units of stock."""

import random
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import INCIDENT_KINDS, SUBSTANCES, in_unit, needs
from risk.needs import TABLE, load_needs
from sample.vocabulary import ITEMS


def amounts(kind: str, key: str, tonnes: float | None, people: int | None) -> dict[str, int]:
    return {need.item: need.amount for need in needs(kind, key, tonnes=tonnes, people=people)}


def test_a_chlorine_leak_by_hand() -> None:
    """200 + 300 x 10 kg of neutraliser; 12 + 0.5 x 10 breathing sets; masks 20 + 2 per 100."""
    held = amounts("hazmat_leak", "chlorine", 10.0, 8_640)
    assert held["中和剂（碳酸氢钠）"] == 3_200
    assert held["正压式空气呼吸器"] == 17
    assert held["防毒面具"] == 193  # 20 + 172.8, up
    assert held["洗消帐篷"] == 3  # 1 + 1.728, up
    assert "抗溶泡沫液" not in held


def test_a_cap_holds() -> None:
    assert amounts("hazmat_leak", "chlorine", 1e6, 10**9)["防毒面具"] == 400


def test_neutraliser_is_for_acid_gases_only() -> None:
    assert "中和剂（碳酸氢钠）" not in amounts("hazmat_leak", "ammonia", 10.0, 0)


def test_what_is_not_known_adds_nothing_and_is_named() -> None:
    unsized = {need.item: need.unsized for need in
               needs("hazmat_leak", "chlorine", tonnes=None, people=None)}  # fmt: skip
    assert unsized["中和剂（碳酸氢钠）"] == ("tonnes",)
    assert unsized["防毒面具"] == ("people",)
    assert unsized["堵漏工具"] == ()


def test_more_is_never_less() -> None:
    """Laws: more tonnes or people never need less of anything."""
    chance = random.Random(3)  # noqa: S311 - reproducible, not secret
    for _ in range(300):
        kind, key = chance.choice(list(INCIDENT_KINDS)), chance.choice(["", *SUBSTANCES])
        tonnes, people = chance.uniform(0, 2_000), chance.randrange(60_000)
        small = amounts(kind, key, tonnes, people)
        large = amounts(kind, key, tonnes * chance.uniform(1, 9), people + chance.randrange(9_999))
        assert all(large[item] >= amount > 0 for item, amount in small.items())


def test_every_kind_but_the_unstated_one_needs_something() -> None:
    for kind in INCIDENT_KINDS:
        assert amounts(kind, "", None, None) or kind == "unspecified"


def test_the_sample_stocks_what_the_rules_name() -> None:
    """Each item has the name, code and unit under which depots of the sample list it."""
    known = {(item.name, item.code, item.unit) for item in ITEMS}
    rows = load_needs(TABLE).rows
    assert {(row["item"], row["code"], row["unit"]) for row in rows} <= known


def test_no_figure_passes_for_a_standards() -> None:
    for row in load_needs(TABLE).rows:
        assert row["verified"] is False
        assert row["source"]


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "expected"),
    [
        (3.0, "千克", "千克", 3.0),
        (3.0, "kg", "千克", 3.0),
        (3.0, "KG ", "公斤", 3.0),
        (2.0, "吨", "千克", 2_000.0),
        (500.0, "克", "千克", 0.5),
        (1.0, "t", "克", 1_000_000.0),
        (2.5, "m³", "升", 2_500.0),
        (3.0, "箱", "千克", None),
        (3.0, "", "套", None),
        (3.0, "升", "千克", None),
    ],
)
def test_units_convert_or_do_not(
    amount: float, unit: str, wanted: str, expected: float | None
) -> None:
    assert in_unit(amount, unit, wanted) == expected


def test_a_rule_for_what_nobody_knows_is_named(tmp_path: Path) -> None:
    path = tmp_path / "needs.toml"
    text = TABLE.read_text(encoding="utf-8")
    path.write_text(
        text.replace('kinds = ["flood"]', 'kinds = ["deluge"]', 1).replace(
            'substances = ["chlorine",', 'substances = ["chlorium",', 1
        ),
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_needs(path)
    said = str(caught.value)
    assert "deluge" in said
    assert "chlorium" in said
