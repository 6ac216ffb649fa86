"""Lists, counts, search, trust and contacts."""

from collections import Counter

import pytest

from desks.onemap import OneMap
from desks.register import (
    contacts,
    counts_by_choice,
    counts_by_subdistrict,
    is_stale,
    lacking,
    record,
    rows,
    search,
    search_entries,
    trust,
    worded,
)
from desks.register.opening import open_register
from desks.spelling import spell
from tests.desks.making import CALM


def test_the_plans_counts_of_the_made_up_district(district: OneMap) -> None:
    """Row S0-1: 51 depots, 12 teams, 64 experts, 420 plans, 27 departments; 300 shelters."""
    counts = {"depot": 51, "team": 12, "expert": 64, "plan": 420, "department": 27, "shelter": 300}
    for key, count in counts.items():
        assert counts_by_subdistrict(district, key).total == count
        assert lacking(district, key) == {"position": (), "phone": (), "contact": ()}


def test_three_grades_of_risk_and_their_sums(district: OneMap) -> None:
    """Row S0-2: 116 major, 71 larger, 120 general; per subdistrict they sum to each total."""
    grades = {"重点": 116, "较大": 71, "一般": 120}
    assert dict(counts_by_choice(district, "declared_risk", "grade")) == grades
    whole = Counter[str]()
    for grade, count in grades.items():
        counts = counts_by_subdistrict(district, "declared_risk", column="grade", choice=grade)
        assert counts.total == count
        assert sum(counts.by_code.values()) + counts.outside + counts.without_position == count
        assert len(counts.by_code) == 22
        whole.update(counts.by_code)
    assert whole == Counter(counts_by_subdistrict(district, "declared_risk").by_code)


def test_mini_stations_reconcile(district: OneMap) -> None:
    """Row S1-16: 139 of communities and 139 of key units; 175 communities; 18 villages."""
    assert dict(counts_by_choice(district, "mini_station", "kind")) == {
        "社区": 139,
        "重点单位": 139,
    }
    assert len(district.layers["community"]) == 175
    assert counts_by_subdistrict(district, "village").total == 18


def test_three_levels_of_grid(district: OneMap) -> None:
    """Row S1-30: 22 large, 175 middle and the small ones; every one of the latter has a parent."""
    levels = counts_by_choice(district, "grid_cell", "level")
    assert (levels["大"], levels["中"]) == (22, 175)
    records = district.records["grid_cell"]
    for row, code in enumerate(records.ids):
        if records.text("level", row) != "大":
            assert records.text("parent", row) in records.ids, code


def test_every_layer_adds_up(district: OneMap) -> None:
    """Row S0-2: subdistricts, outside and without position sum to the whole in every layer."""
    for key, frame in district.layers.items():
        counts = counts_by_subdistrict(district, key)
        total = sum(counts.by_code.values()) + counts.outside + counts.without_position
        assert total == counts.total == len(frame)


def test_communities_never_hold_what_their_subdistrict_does_not(district: OneMap) -> None:
    parent = dict(
        zip(
            district.records["community"].ids,
            district.records["community"].columns["subdistrict_code"],
            strict=True,
        )
    )
    for records in district.records.values():
        codes = records.columns["community_code"], records.columns["subdistrict_code"]
        for community, subdistrict in zip(*codes, strict=True):
            assert not community or parent[str(community)] == subdistrict


def test_rows_are_public_texts_and_find_by_name_pinyin_and_initials(town: OneMap) -> None:
    table = rows(town, "depot")
    assert list(table.index) == ["D1", "D2"]
    assert not {"phone", "contact"} & set(table.columns)
    assert table.loc["D1", "subdistrict"] == "北街街道"
    for text in ("应急物资", "zhenyingji", "zyjwzk", "区级", "Ｄ1"):
        assert list(rows(town, "depot", text=text).index) == ["D1"], text
    assert list(rows(town, "depot", text="没有")) == list(table.columns)
    assert rows(town, "depot", text="没有").empty


def test_one_record(town: OneMap) -> None:
    found = record(town, "depot", "D2")
    assert (found.name, found.subdistrict, found.community) == (
        "南街物资点",
        "南街街道",
        "西南社区",
    )
    assert found.stock == (("沙袋", "0 条"), ("饮用水", "300 箱"))
    assert ("kind", "街道级") in found.facts
    assert found.at_deg is not None
    assert town.to_metres(*found.at_deg) == pytest.approx((398_000, 2_545_000), abs=0.01)
    with pytest.raises(KeyError):
        record(town, "depot", "D9")


def test_contacts_come_from_the_register_by_id(town: OneMap) -> None:
    with open_register(town.folder) as store:
        found = contacts(store, "team", ["T1", "T9"])
        assert contacts(store, "team", []) == {}
        assert contacts(store, "shelter", ["T1"]) == {}
    assert list(found) == ["T1"]
    assert found["T1"].phone == "555-0101"


def test_trust_by_subdistrict(town: OneMap, district: OneMap) -> None:
    north, south = trust(town)
    assert (north.name, south.name) == ("北街街道", "南街街道")
    counted = ("team", "depot", "shelter", "expert", "village")
    assert north.records + south.records == sum(len(town.layers[key]) for key in counted)
    assert (north.verified, north.phones_missing) == (north.records, 0)
    whole = trust(district)
    assert len([row for row in whole if row.code]) == 22
    assert all(row.verified <= row.records for row in whole)
    assert sum(row.verified for row in whole) < sum(row.records for row in whole)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("石桥街道", "shiqiaojiedao", "sqjd"),
        ("单县应急局", "shanxianyingjiju", "sxyjj"),
        ("番禺", "panyu", "py"),
        ("重庆路12号", "chongqinglu12hao", "cql12h"),
        ("Ｋ1站", "k1zhan", "kz"),
        ("", "", ""),
    ],
)
def test_spelling(name: str, pinyin: str, initials: str) -> None:
    found = spell(name)
    assert found[0] == pinyin
    assert found[1] in {initials, initials.replace("kz", "k1z")}


def test_search_by_name_pinyin_initials_and_synonym(district: OneMap) -> None:
    entries = search_entries(district)
    names = {entry.name for entry in entries}
    assert {entry.layer for entry in entries} >= {"subdistrict", "community", "road", "shelter"}
    assert "石桥街道" in names
    for text in ("石桥街道", "shiqiaojiedao", "sqjd", " 石桥 街道 "):
        assert "石桥街道" in {entry.name for entry in search(district, text)}, text
    shelters = search(district, "避护场所", most=50)
    assert {entry.name for entry in shelters} == {
        entry.name for entry in search(district, "避难场所", most=50)
    }
    assert search(district, "") == ()
    assert search(district, "查无此处绝无") == ()


def test_a_year_is_365_days_inclusive() -> None:
    day = CALM.date()
    assert not is_stale("2025-09-16", day)
    assert is_stale("2025-09-15", day)
    assert is_stale("", day)
    assert is_stale("2026-01-01", None)


def test_numbers_are_worded_without_noise() -> None:
    assert [worded(v) for v in (None, 1200.0, 2.5, 0.125, ("a", "b"), "x", 3)] == [
        "", "1200", "2.5", "0.12", "a、b", "x", "3",
    ]  # fmt: skip
