"""The table of needs: rules as data, with their source, and refused by name where unusable."""

from pathlib import Path

import pytest

from desks.onemap import OneMap
from desks.register.needs import DEFAULT_FILE, held, load_needs, stock_lines
from geodata.faults import UserError
from tests.desks.worlds import NORTH, SOUTH, bare, put, stocked

GOOD = """version = "1"
[[need]]
key = "water"
title_zh = "水"
title_en = "Water"
unit = "箱|瓶"
per_10k = 10
source = "手写"
verified = true
items = ["水"]
"""


def test_the_shipped_table_states_its_source_and_that_nobody_has_confirmed_it() -> None:
    needs = load_needs()
    assert needs.version
    assert len({need.key for need in needs.rows}) == len(needs.rows) > 10
    assert all(need.source and not need.verified for need in needs.rows)
    assert DEFAULT_FILE.name == "needs.toml"


def test_a_district_may_bring_its_own(tmp_path: Path) -> None:
    path = tmp_path / "needs.toml"
    path.write_text(GOOD, encoding="utf-8")
    (need,) = load_needs(path).rows
    assert (need.units, need.per_10k, need.verified) == (("箱", "瓶"), 10.0, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("per_10k = 10", "per_10k = 0"),
        ("per_10k = 10", "per_10k = true"),
        ("per_10k = 10", 'per_10k = "many"'),
        ("verified = true", ""),
        ('items = ["水"]', ""),
        ('items = ["水"]', "items = [1]"),
        ('items = ["水"]', 'items = ["水"]\npurpose = "refuge"\ncolumn = "beds"'),
        ('source = "手写"', ""),
        ('version = "1"', ""),
        ("[[need]]", "[other]"),
        ("[[need]]", "[[need"),
    ],
)
def test_an_unusable_table_is_a_sentence(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "needs.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=r"needs\.toml"):
        load_needs(path)


def test_a_missing_table_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load_needs(tmp_path / "none.toml")


def test_every_line_of_stock_is_told_with_its_subdistrict(town: OneMap) -> None:
    lines = stock_lines(town)
    assert [(line.parent, line.code, line.item, line.quantity) for line in lines] == [
        (("depot", "D1"), NORTH, "防化服", 6.0),
        (("depot", "D1"), NORTH, "沙袋", 2000.0),
        (("depot", "D2"), SOUTH, "沙袋", 0.0),
        (("depot", "D2"), SOUTH, "饮用水", 300.0),
    ]
    assert [line.usable(town.as_of) for line in lines] == [True, True, False, False]


def test_stock_of_a_store_that_is_not_there_belongs_to_no_subdistrict(town: OneMap) -> None:
    depots = [{"id": "D1", "name": "库", "at": (0.0, 700.0)}]
    onemap = stocked(put(bare(town), "depot", depots), [("D9", "饮用水", 5, "箱", "")])
    (line,) = stock_lines(onemap)
    assert (line.parent, line.code) == (("depot", "D9"), "")


def test_people_of_all_layers_of_a_purpose_are_added_up(town: OneMap) -> None:
    rescuers = [need for need in load_needs().rows if need.key == "rescuers"]
    (north,) = held(town, rescuers, (), NORTH, town.as_of)
    records = town.records["team"]
    wanted = {
        record_id: records.whole("people", row)
        for row, record_id in enumerate(records.ids)
        if records.text("subdistrict_code", row) == NORTH
    }
    assert north.have == sum(count or 0 for count in wanted.values()) > 0
    assert north.rows == tuple(("team", record_id) for record_id in wanted)
    assert north.share(10_000) == min(1.0, north.have / rescuers[0].per_10k)
    assert north.share(0) == 1.0
