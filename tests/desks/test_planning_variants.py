"""Plans beside today's: only the places differ, files are hostile, a moved marker costs little."""

import json
from pathlib import Path
from typing import Any

import pytest

from desks.folder import VARIANTS, carry_variants
from desks.onemap import OneMap
from desks.planning import reaching
from desks.planning.coverage import coverage
from desks.planning.services import service_of
from desks.planning.siting import covered_of
from desks.planning.variant_files import (
    list_variants,
    load_variant,
    read_document,
    remove_variant,
    save_variant,
    variant_document,
)
from desks.planning.variants import (
    Change,
    Variant,
    compare,
    places_with,
    rest_stamp,
    service_in,
    variant_of,
    with_changes,
)
from geodata.faults import UserError
from tests.desks.planning_sites import sites_town
from tests.desks.planning_town import degrees

SHELTER = service_of("shelter")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("variants"))


def _at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = degrees(x_m, y_m)
    return float(lon), float(lat)


def _moved(place: str, x_m: float, y_m: float) -> Change:
    return Change("move", place, "", *_at(x_m, y_m))


def _plan(town: OneMap, name: str, *changes: Change) -> Variant:
    return variant_of(town, name, SHELTER, "night", changes)


NEW = Change("add", "N1", "新场所", *_at(0, 800), capacity_people=46)


def test_a_plan_by_hand(town: OneMap) -> None:
    """A new place at i holds e and i (46); P1 closed loses 60, P5 with 101 people takes a and b."""
    plan = _plan(
        town, "方案一", NEW, Change("close", "P1"), Change("resize", "P5", "", None, None, 101)
    )
    found = compare(town, None, plan)
    total = found.totals["capacity"]
    assert (total.before, total.after, total.gained) == (160, 160 + 46 + 31, 77)
    rows = {row.name: row for row in found.subdistricts["capacity"]}
    assert (rows["乙"].gained, rows["甲"].gained) == (46, 31)
    assert sum(row.after or 0 for row in rows.values()) == total.after
    assert found.cautions == ()


def test_nothing_but_the_places_differs(town: OneMap) -> None:
    found = compare(town, None, _plan(town, "x", NEW))
    assert found.rest == rest_stamp(found.before) == rest_stamp(found.after)
    assert found.before.places.ids == coverage(town, SHELTER).places.ids
    assert found.after.places.ids == (*found.before.places.ids, "N1")
    other = coverage(town, SHELTER, share="day")
    assert rest_stamp(other) != found.rest


def test_two_plans_side_by_side(town: OneMap) -> None:
    small, large = _plan(town, "a", NEW), _plan(town, "b", NEW, _moved("P4", 2100, 0))
    assert compare(town, small, large).totals["network"].gained == 0
    assert compare(town, large, small).totals["capacity"].gained == 0
    day = variant_of(town, "c", SHELTER, "day", [NEW])
    with pytest.raises(UserError, match="different services"):
        compare(town, small, day)


def test_a_move_there_and_back_is_today(town: OneMap) -> None:
    """The place is moved by degrees and comes back to the last person."""
    there = with_changes(town, SHELTER, "night", [_moved("P1", 500, 300)])
    back = with_changes(town, SHELTER, "night", [_moved("P1", 0, 0)])
    today = coverage(town, SHELTER)
    assert covered_of(there.totals) != covered_of(today.totals)
    assert [row.counts for row in back.communities] == [row.counts for row in today.communities]


def test_a_moved_marker_costs_one_search(town: OneMap) -> None:
    """Every other place's ways are used again: one column for the marker, none for the rest."""
    coverage(town, SHELTER)
    held = set(town.once(reaching._kept).columns)
    with_changes(town, SHELTER, "night", [_moved("P1", 123, 5)])
    assert len(set(town.once(reaching._kept).columns) - held) == 1
    assert held <= set(town.once(reaching._kept).columns)


def test_a_place_off_every_way_is_said_to_serve_nobody(town: OneMap) -> None:
    found = with_changes(town, SHELTER, "night", [_moved("P1", 0, 3000)])
    assert any("serve nobody" in str(said) for said in found.cautions)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([Change("close", "P9")], "no place with this id"),
        ([Change("add", "P1", "", 113.0, 23.0, 5)], "register has this id"),
        ([Change("add", "P6", "", 113.0, 23.0, 5)], "register has this id"),
        ([Change("close", "P1"), Change("close", "P1")], "changed twice"),
        ([Change("close", "P1"), Change("resize", "P1", "", None, None, 5)], "changed twice"),
        ([Change("move", "P1")], "lacks longitude"),
        ([Change("add", "N", "", 113.0, 23.0)], "lacks the people"),
        ([Change("resize", "P1")], "lacks the people"),
    ],
)
def test_changes_that_cannot_be_made(town: OneMap, changes: list[Change], said: str) -> None:
    with pytest.raises(UserError, match=said):
        places_with(town, SHELTER, changes)


def test_every_change_that_cannot_be_made_is_named_at_once(town: OneMap) -> None:
    with pytest.raises(UserError) as caught:
        places_with(town, SHELTER, [Change("close", "P9"), NEW, Change("move", "P1")])
    assert [fault.row for fault in caught.value.faults] == [1, 3]


def test_kept_and_read_again(town: OneMap, tmp_path: Path) -> None:
    plan = _plan(town, "方案 一", NEW, Change("close", "P1"))
    path = save_variant(tmp_path, plan)
    assert path == tmp_path / VARIANTS / "方案 一.json"
    assert load_variant(tmp_path, "方案 一") == plan
    first = path.read_bytes()
    with pytest.raises(UserError, match="exists"):
        save_variant(tmp_path, plan)
    save_variant(tmp_path, plan, replaces=True)
    assert path.read_bytes() == first
    assert list_variants(tmp_path) == ((plan,), ())
    remove_variant(tmp_path, "方案 一")
    assert list_variants(tmp_path) == ((), ())
    with pytest.raises(UserError, match="no plan of this name"):
        load_variant(tmp_path, "方案 一")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", ".x", "x.", "x ", "con", "NUL", "lpt1.txt", "a\x00b",
     "a\nb", "a\u202eb", "-x", "x" * 41, "C:x", "x<y", "x|y", "a*"],
)  # fmt: skip
def test_hostile_names_are_refused(town: OneMap, tmp_path: Path, name: str) -> None:
    plan = Variant(name, "shelter", 500_000, None, "night", (), town.stamp)
    for act in (lambda: save_variant(tmp_path, plan), lambda: load_variant(tmp_path, name)):
        with pytest.raises(UserError):
            act()
    assert list(tmp_path.rglob("*.json")) == []


def test_a_link_is_neither_followed_nor_replaced(town: OneMap, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    folder = tmp_path / "district"
    (folder / VARIANTS).mkdir(parents=True)
    (folder / VARIANTS / "x.json").symlink_to(other)
    plan = Variant("x", "shelter", 500_000, None, "night", (), town.stamp)
    with pytest.raises(UserError, match="link"):
        save_variant(folder, plan, replaces=True)
    with pytest.raises(UserError, match="link"):
        load_variant(folder, "x")
    assert other.read_text(encoding="utf-8") == "{}"


def _document(**other: object) -> dict[str, Any]:
    plan = Variant("x", "shelter", 500_000, None, "night", (NEW,), "0" * 16)
    return {**variant_document(plan), **other}


@pytest.mark.parametrize(
    "other",
    [
        {"format": 2}, {"format": True}, {"share": "noon"}, {"service": ""}, {"name": 5},
        {"within_mm": None}, {"within_ms": 5}, {"within_mm": 0}, {"within_mm": 1.5},
        {"changes": {}}, {"changes": [5]}, {"changes": [{"kind": "burn", "id": "x"}]},
        {"changes": [{"kind": "close", "id": ""}]}, {"surplus": 1},
        {"changes": [{"kind": "move", "id": "x", "lon_deg": float("nan"), "lat_deg": 1}]},
        {"changes": [{"kind": "move", "id": "x", "lon_deg": 10**400, "lat_deg": 1}]},
        {"changes": [{"kind": "resize", "id": "x", "capacity_people": -1}]},
        {"changes": [{"kind": "resize", "id": "x", "capacity_people": True}]},
        {"changes": [{"kind": "close", "id": "x\u202e"}]},
        {"changes": [{"kind": "close", "id": "x"}] * 2001},
    ],
)  # fmt: skip
def test_a_document_that_is_no_plan_is_refused(other: dict[str, object]) -> None:
    assert read_document(_document(), "x.json").changes == (NEW,)
    with pytest.raises(UserError):
        read_document(_document(**other), "x.json")


def test_every_fault_of_a_document_is_told_at_once() -> None:
    with pytest.raises(UserError) as caught:
        read_document(_document(share="noon", service="", changes=[{"kind": "burn"}]), "x.json")
    assert [f.column for f in caught.value.faults] == ["share", "service", "kind", "id"]


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "[" * 100_000, '{"format": 1}', "\ud800"])
def test_a_file_that_is_no_plan_is_listed_as_such(tmp_path: Path, text: str) -> None:
    (tmp_path / VARIANTS).mkdir()
    (tmp_path / VARIANTS / "bad.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    found, faults = list_variants(tmp_path)
    assert found == ()
    assert faults
    assert {fault.file for fault in faults} == {"bad.json"}


def test_another_reach_than_the_declared_one_is_kept(town: OneMap) -> None:
    service = service_of("shelter", "12.5min")
    plan = variant_of(town, "x", service, "night", [])
    assert service_in(read_document(json.loads(json.dumps(variant_document(plan))), "x")) == service


def test_a_plan_of_an_older_map_is_said_to_be_so(town: OneMap) -> None:
    plan = Variant("alt", "shelter", 500_000, None, "night", (NEW,), "0" * 16)
    (said,) = compare(town, None, plan).cautions
    assert str(said).startswith("The map has changed since alt was saved")


def test_a_rebuilt_district_keeps_its_plans(town: OneMap, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new.mkdir()
    carry_variants(old, new)
    save_variant(old, _plan(town, "x", NEW))
    carry_variants(old, new)
    assert load_variant(new, "x") == load_variant(old, "x")


def test_a_build_over_a_district_keeps_its_plans(tmp_path: Path) -> None:
    first = sites_town(tmp_path)
    save_variant(first.folder, _plan(first, "x", NEW))
    again = sites_town(tmp_path)
    assert again.folder == first.folder
    assert load_variant(again.folder, "x").changes == (NEW,)
    (said,) = compare(again, None, load_variant(again.folder, "x")).cautions
    assert "has changed since x was saved" in str(said)
