"""Plans tried, kept and shown: changes by hand, files from elsewhere, lines and JSON."""

import json
import os
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from desks.folder import VARIANTS
from desks.onemap import OneMap
from desks.planning.answers import Definition
from desks.planning.candidates import Candidates, read_candidates
from desks.planning.coverage import coverage
from desks.planning.covering import UNLIMITED
from desks.planning.mends import mends
from desks.planning.plan_document import (
    comparison_document,
    comparison_lines,
    mends_document,
    mends_lines,
    siting_document,
    siting_lines,
    variants_document,
)
from desks.planning.proposals import changes_of
from desks.planning.services import service_of
from desks.planning.siting import covered_of, site
from desks.planning.variant_files import (
    MOST_BYTES,
    MOST_CHANGES,
    list_variants,
    load_variant,
    read_document,
    remove_variant,
    require_name,
    save_variant,
    variant_document,
)
from desks.planning.variants import (
    MOST_ROOM,
    Change,
    Difference,
    Variant,
    compare,
    places_with,
    service_in,
    variant_of,
    with_changes,
)
from geodata.faults import UserError
from language import Catalogue
from tests.conftest import ROOT
from tests.desks.planning_sites import sites_town, write_sites
from tests.desks.planning_town import degrees, place

SHELTER = service_of("shelter")
FIRE = service_of("fire_station")
NAN = float("nan")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("plans"))


@pytest.fixture(scope="module")
def listed(town: OneMap, tmp_path_factory: pytest.TempPathFactory) -> Candidates:
    return read_candidates(town, SHELTER, write_sites(tmp_path_factory.mktemp("list") / "c.csv"))


def _at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = degrees(x_m, y_m)
    return float(lon), float(lat)


def _added(key: str = "N1", room: int | None = 46, name: str = "新场所") -> Change:
    return Change("add", key, name, *_at(0, 800), capacity_people=room)


def _sized(key: str, room: int | None) -> Change:
    return Change("resize", key, "", None, None, room)


def _bare(name: str, *changes: Change) -> Variant:
    return Variant(name, "shelter", 500_000, None, "night", changes, "0" * 16)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("add", "N", "", NAN, 23.0, 5), "no number of degrees"),
        (Change("add", "N", "", 113.0, NAN, 5), "no number of degrees"),
        (Change("add", "N", "", float("inf"), 23.0, 5), "no number of degrees"),
        (Change("move", "P1", "", 113.0, 90.1), "no number of degrees"),
        (Change("move", "P1", "", -180.1, 23.0), "no number of degrees"),
        (Change("move", "P1", "", 113.0, None), "lacks longitude"),
        (Change("add", "N", "", None, 23.0, 5), "lacks longitude"),
        (_sized("P1", -1), "whole number from 0"),
        (_sized("P1", MOST_ROOM + 1), "whole number from 0"),
        (_added(room=-1), "whole number from 0"),
        (_added(room=None), "lacks the people"),
        (_sized("p1", 5), "no place with this id"),
        (Change("close", ""), "no place with this id"),
        (Change("move", "P6", "", *_at(0, 0)), "no place with this id"),
    ],
)
def test_a_change_that_means_nothing_is_refused_before_anything_is_counted(
    town: OneMap, change: Change, said: str
) -> None:
    """Room for −1 would be room without end, and a position that is none made a crash."""
    for act in (
        lambda: places_with(town, SHELTER, [change]),
        lambda: variant_of(town, "x", SHELTER, "night", [change]),
    ):
        with pytest.raises(UserError, match=said) as caught:
            act()
        (fault,) = caught.value.faults
        assert (fault.row, fault.column, fault.value) == (1, change.kind, change.id)


def test_what_is_never_full_cannot_be_resized(town: OneMap) -> None:
    with pytest.raises(UserError, match="never full"):
        places_with(town, FIRE, [_sized("F1", 5)])
    found = places_with(town, FIRE, [_added(room=None)])
    assert found.capacity.tolist() == [UNLIMITED, UNLIMITED]


@pytest.mark.parametrize("room", [0, 1, MOST_ROOM])
def test_room_from_none_to_a_billion(town: OneMap, room: int) -> None:
    found = places_with(town, SHELTER, [_sized("P1", room)])
    assert dict(zip(found.ids, found.capacity.tolist(), strict=True))["P1"] == room
    assert covered_of(with_changes(town, SHELTER, "night", [_sized("P1", room)]).totals) <= 291


@pytest.mark.parametrize("at", [(0.0, 0.0), (-66.0, 0.0), (180.0, 90.0), (113.0, -90.0)])
def test_a_place_at_the_end_of_the_world_serves_nobody_and_says_so(
    town: OneMap, at: tuple[float, float]
) -> None:
    change = Change("add", "N1", "远处", *at, 500)
    found = with_changes(town, SHELTER, "night", [change])
    assert covered_of(found.totals) == covered_of(coverage(town, SHELTER).totals)
    assert any(str(one).startswith("远处 would lie more than") for one in found.cautions)


def test_moved_and_resized_at_once_by_hand(town: OneMap) -> None:
    """P3 moved to i with room for 46 holds e and i; c and d, 30 of whom it held, lose theirs."""
    changes = [Change("move", "P3", "", *_at(0, 800)), _sized("P3", 46)]
    found = compare(town, None, variant_of(town, "x", SHELTER, "night", changes))
    total = found.totals["capacity"]
    assert (total.before, total.after) == (160, 160 - 30 + 46)
    rows = {row.name: row.gained for row in found.subdistricts["capacity"]}
    assert sum(one or 0 for one in rows.values()) == total.gained == 16
    moved = dict(zip(found.after.places.ids, found.after.places.xy_m.tolist(), strict=True))["P3"]
    assert moved == pytest.approx(place(0, 800), abs=0.001)
    assert found.after.places.ids == found.before.places.ids


def test_the_order_of_changes_changes_nothing(town: OneMap) -> None:
    changes = [_added(), Change("close", "P1"), _sized("P5", 101)]
    one = with_changes(town, SHELTER, "night", changes)
    other = with_changes(town, SHELTER, "night", changes[::-1])
    assert [row.counts for row in one.communities] == [row.counts for row in other.communities]


def test_all_places_closed_cover_nobody(town: OneMap) -> None:
    today = coverage(town, SHELTER)
    changes = [Change("close", one) for one in today.places.ids]
    found = with_changes(town, SHELTER, "night", changes)
    assert found.places.ids == ()
    assert [found.totals.counts[key].people_covered for key in ("circle", "network")] == [0, 0]
    assert covered_of(found.totals) == 0


def test_a_plan_without_changes_is_today(town: OneMap) -> None:
    found = compare(town, None, variant_of(town, "x", SHELTER, "night", []))
    assert {key: one.gained for key, one in found.totals.items()} == {
        "circle": 0, "network": 0, "capacity": 0, "safe": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "gained"), [(None, 5, None), (5, None, None), (7, 5, -2), (0, 0, 0)]
)
def test_a_difference_to_what_does_not_apply_is_none(
    before: int | None, after: int | None, gained: int | None
) -> None:
    assert Difference("1", "x", 9, before, after).gained == gained


@pytest.mark.parametrize(
    "other",
    [{"service": "fire_station"}, {"within_mm": 600_000}, {"share": "day"},
     {"within_mm": None, "within_ms": 600_000}],
)  # fmt: skip
def test_plans_that_ask_for_other_things_are_not_set_side_by_side(
    town: OneMap, other: dict[str, Any]
) -> None:
    one = _bare("一")
    with pytest.raises(UserError, match="different services, reaches or shares") as caught:
        compare(town, replace(one, name="二", **other), one)
    assert (caught.value.faults[0].file, caught.value.faults[0].value) == ("二", "一")


def test_a_plan_for_a_service_that_is_gone_says_so() -> None:
    with pytest.raises(UserError):
        service_in(replace(_bare("x"), service="bakery"))


def test_another_reach_than_the_source_states_has_no_source() -> None:
    own = service_in(replace(_bare("x"), within_mm=600_000))
    assert (own.within_mm, own.source, own.verified) == (600_000, "", False)
    assert service_in(_bare("x")) == SHELTER


def test_a_change_that_the_map_of_today_no_longer_allows_is_named(town: OneMap) -> None:
    with pytest.raises(UserError, match="no place with this id"):
        compare(town, None, _bare("旧", Change("close", "P77")))


def test_the_largest_plan_that_may_be_kept_can_be_read_again(tmp_path: Path) -> None:
    """2,000 changes with 60 signs of four bytes each; once such a plan was saved for ever."""
    wide = "\U00020000"
    plan = _bare("大", *(
        Change("add", f"{i:04}{wide * 56}", wide * 60, 113.12345678901234, 22.123456789012345,
               MOST_ROOM)
        for i in range(MOST_CHANGES)
    ))  # fmt: skip
    path = save_variant(tmp_path, plan)
    assert 1_000_000 < path.stat().st_size <= MOST_BYTES
    assert load_variant(tmp_path, "大") == plan


def test_a_change_too_many_is_refused_and_nothing_written(tmp_path: Path) -> None:
    plan = _bare("x", *(Change("close", str(i)) for i in range(MOST_CHANGES + 1)))
    with pytest.raises(UserError, match="is no list of at most"):
        save_variant(tmp_path, plan)
    assert list(tmp_path.rglob("*")) == [] or not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    "change",
    [
        Change("add", "N", "", NAN, 23.0, 5),
        Change("add", "N", "", float("-inf"), 23.0, 5),
        Change("add", "N\n", "", 113.0, 23.0, 5),
        Change("add", "N", "\u202e", 113.0, 23.0, 5),
        Change("add", "N", "\ud800", 113.0, 23.0, 5),
        Change("add", "N" * 61, "", 113.0, 23.0, 5),
        _sized("P1", -1),
    ],
)
def test_what_could_not_be_read_again_is_not_written(tmp_path: Path, change: Change) -> None:
    with pytest.raises(UserError) as caught:
        save_variant(tmp_path, _bare("x", change))
    assert caught.value.faults[0].row == 1
    assert not list(tmp_path.rglob("*.json"))


def test_a_copied_file_is_not_the_plan_whose_name_it_holds(tmp_path: Path) -> None:
    """Listed under the name within, it could neither be compared nor removed by it."""
    path = save_variant(tmp_path, _bare("一"))
    (path.parent / "二.json").write_bytes(path.read_bytes())
    found, faults = list_variants(tmp_path)
    assert [one.name for one in found] == ["一"]
    assert [(one.file, one.column) for one in faults] == [("二.json", "name")]
    with pytest.raises(UserError, match="called otherwise"):
        load_variant(tmp_path, "二")
    remove_variant(tmp_path, "二")
    assert list_variants(tmp_path) == ((_bare("一"),), ())


@pytest.mark.parametrize("name", ["a/b", "..", "con", "-x", "x" * 41])
def test_a_name_within_that_no_file_may_have_is_told_with_the_file(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / VARIANTS).mkdir()
    document = {**variant_document(_bare("x")), "name": name}
    (tmp_path / VARIANTS / "x.json").write_text(json.dumps(document), encoding="utf-8")
    found, faults = list_variants(tmp_path)
    assert found == ()
    assert [(one.file, one.column) for one in faults] == [("x.json", "name")]
    assert "No plan can be called that" in str(faults[0].problem)


def test_one_name_in_two_forms_of_unicode_is_one_plan(tmp_path: Path) -> None:
    parted, whole = unicodedata.normalize("NFD", "Zürich"), "Zürich"
    assert require_name(parted) == whole
    path = save_variant(tmp_path, _bare(parted))
    assert path.name == f"{whole}.json"
    assert load_variant(tmp_path, whole).name == load_variant(tmp_path, parted).name == whole
    with pytest.raises(UserError, match="exists"):
        save_variant(tmp_path, _bare(whole))


@pytest.mark.parametrize(
    "name", ["方案一", "a", "9", "A (2)", "甲·乙", "x_1.2", "计划（二）", "x" * 40]
)
def test_names_that_people_give(tmp_path: Path, name: str) -> None:
    save_variant(tmp_path, _bare(name))
    assert load_variant(tmp_path, name).name == name


def test_a_folder_in_a_plans_place_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / VARIANTS / "x.json").mkdir(parents=True)
    for act in (lambda: load_variant(tmp_path, "x"), lambda: remove_variant(tmp_path, "x")):
        with pytest.raises(UserError, match="no plan of this name"):
            act()
    with pytest.raises(UserError):
        save_variant(tmp_path, _bare("x"), replaces=True)
    assert [one.file for one in list_variants(tmp_path)[1]] == ["x.json"]
    assert (tmp_path / VARIANTS / "x.json").is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody writes to it: reading it would never end."""
    (tmp_path / VARIANTS).mkdir()
    os.mkfifo(tmp_path / VARIANTS / "x.json")
    found, faults = list_variants(tmp_path)
    assert (found, [one.file for one in faults]) == ((), ["x.json"])


def test_a_file_where_the_folder_of_plans_should_be(tmp_path: Path) -> None:
    (tmp_path / VARIANTS).write_text("x", encoding="utf-8")
    with pytest.raises(UserError):
        save_variant(tmp_path, _bare("x"))
    assert list_variants(tmp_path) == ((), ())


def test_a_file_beyond_the_largest_plan_is_not_read(tmp_path: Path) -> None:
    (tmp_path / VARIANTS).mkdir()
    (tmp_path / VARIANTS / "x.json").write_bytes(b" " * (MOST_BYTES + 1))
    assert "too large" in str(list_variants(tmp_path)[1][0].problem)


def test_a_bad_file_hides_no_good_one(tmp_path: Path) -> None:
    save_variant(tmp_path, _bare("a"))
    save_variant(tmp_path, _bare("c"))
    (tmp_path / VARIANTS / "b.json").write_text("{", encoding="utf-8")
    (tmp_path / VARIANTS / ".d.json").write_text("{", encoding="utf-8")
    (tmp_path / VARIANTS / "notes.txt").write_text("x", encoding="utf-8")
    found, faults = list_variants(tmp_path)
    assert [one.name for one in found] == ["a", "c"]
    assert [one.file for one in faults] == ["b.json"]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (5, ""), (None, ""), ([], ""), ({"id": "x"}, "kind"), ({"kind": "close"}, "id"),
        ({"kind": "close", "id": 5}, "id"), ({"kind": ["close"], "id": "x"}, "kind"),
        ({"kind": "close", "id": "x", "name": None}, "name"),
        ({"kind": "close", "id": "x", "why": ""}, "why"),
        ({"kind": "move", "id": "x", "lon_deg": "113"}, "lon_deg"),
        ({"kind": "move", "id": "x", "lon_deg": True}, "lon_deg"),
        ({"kind": "move", "id": "x", "lat_deg": 90.0001}, "lat_deg"),
        ({"kind": "resize", "id": "x", "capacity_people": 5.0}, "capacity_people"),
        ({"kind": "resize", "id": "x", "capacity_people": 10**9 + 1}, "capacity_people"),
        ({"kind": "resize", "id": "x", "capacity_people": "5"}, "capacity_people"),
        ({"kind": "close", "id": "x", "cost_cny": -1}, "cost_cny"),
        ({"kind": "close", "id": "x", "cost_cny": 1.5}, "cost_cny"),
        ({"kind": "close", "id": "x", "cost_cny": True}, "cost_cny"),
        ({"kind": "close", "id": "x", "cost_cny": 10**12 + 1}, "cost_cny"),
    ],
)  # fmt: skip
def test_the_place_of_a_fault_is_its_row_and_line(change: object, column: str) -> None:
    good = {"kind": "close", "id": "P1"}
    document = {**variant_document(_bare("x")), "changes": [good, change]}
    with pytest.raises(UserError) as caught:
        read_document(document, "x.json")
    assert [(one.file, one.row, one.column) for one in caught.value.faults] == [
        ("x.json", 2, column)
    ]


def _valid(schema: str, document: object) -> Any:  # noqa: ANN401
    path = ROOT / "docs" / "schemas" / f"{schema}.schema.json"
    jsonschema.validate(document, json.loads(path.read_text("utf-8")))
    return json.loads(json.dumps(document, allow_nan=False))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_siting_in_json_and_lines_says_the_same(
    town: OneMap, listed: Candidates, lang: str
) -> None:
    words = Catalogue.load(lang)
    found = site(town, SHELTER, listed, count=2)
    document = _valid("siting", siting_document(town, found, words))
    lines = list(siting_lines(found, words))
    assert len([line for line in lines if line.startswith("  + ")]) == len(document["chosen"]) == 2
    assert len([line for line in lines if line.startswith("  – ")]) == len(document["left_out"])
    assert document["proof"] in lines
    assert all(said in lines for said in document["method"])
    for one in document["chosen"]:
        assert any(line.startswith(f"  + {one['id']} ") for line in lines)
    assert sum(1 for line in lines if line.startswith("  ✕ ")) == len(document["blocking"])
    assert (document["covered_before"], document["people"]) == (160, 291)


def test_the_degrees_of_a_chosen_site_are_those_of_the_file(
    town: OneMap, listed: Candidates
) -> None:
    document = siting_document(town, site(town, SHELTER, listed, count=1), Catalogue.load("en"))
    (one,) = document["chosen"]
    lon, lat = _at(0, 800)
    assert one["id"] == "C1"
    assert (one["lon_deg"], one["lat_deg"]) == (round(lon, 7), round(lat, 7))
    assert (one["area_m2"], one["capacity_people"], one["cost_cny"]) == (92.0, 46, 100_000)
    assert one["people"] == 46


def test_room_without_end_is_none_in_json_never_minus_one(town: OneMap, tmp_path: Path) -> None:
    listed = read_candidates(town, service_of("mini_station"), write_sites(tmp_path / "c.csv"))
    found = site(town, service_of("mini_station"), listed, count=1)
    document = _valid("siting", siting_document(town, found, Catalogue.load("en")))
    assert [one["capacity_people"] for one in document["chosen"]] == [None]


def test_mends_in_json_and_lines(town: OneMap, listed: Candidates) -> None:
    words, today = Catalogue.load("en"), coverage(town, SHELTER)
    made = mends(town, today, "440199001001", candidates=listed)
    document = _valid("mends", mends_document(today, "440199001001", made, words))
    lines = list(mends_lines(today, "440199001001", made, words))
    assert len(lines) == 2 * len(document["mends"]) == 2 * len(made)
    assert " 70 → 101 · " in lines[0]
    assert any(line.endswith(" · —") for line in lines)
    assert _valid("mends", mends_document(today, "x", (), words))["mends"] == []
    assert list(mends_lines(today, "x", (), words)) == ["Everyone in x is covered."]


def test_a_mend_that_turns_nothing_green_says_so_and_who_is_left(town: OneMap) -> None:
    """Without a site K3 gets 18 more beds in P2; e and i, 46 people, have no way of 500 m."""
    words, today = Catalogue.load("en"), coverage(town, SHELTER)
    made = mends(town, today, "440199002003")
    (one,) = _valid("mends", mends_document(today, "440199002003", made, words))["mends"]
    assert (one["green"], one["people"], one["covered_after"]) == (False, 90, 44)
    assert one["resizes"] == [{"id": "P2", "capacity_people": 78}]
    assert sum(left["people"] for left in one["left"]) == 46
    lines = list(mends_lines(today, "440199002003", made, words))
    assert lines[0] == "Nothing on file turns 440199002003 green."
    assert "  Not green: from 28.8 % to 48.8 %, 46 people stay without." in lines
    assert any(line.startswith("  ✕ 440199002003 K3: ") for line in lines)


def test_plans_and_broken_files_in_one_document(tmp_path: Path) -> None:
    save_variant(tmp_path, _bare("<script>".strip("<>"), _added(name="<b>&")))
    (tmp_path / VARIANTS / "b.json").write_text("{", encoding="utf-8")
    document = _valid("variants", variants_document(*list_variants(tmp_path), Catalogue.load("zh")))
    assert document["variants"][0]["changes"][0]["name"] == "<b>&"
    assert [one["file"] for one in document["faults"]] == ["b.json"]


def test_a_cost_outlives_the_file_and_older_files_have_none(tmp_path: Path) -> None:
    plan = _bare("有价", replace(_added(), cost_cny=460_000))
    path = save_variant(tmp_path, plan)
    assert load_variant(tmp_path, "有价") == plan
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["changes"][0]["cost_cny"]
    assert read_document(document, "").changes[0].cost_cny is None


def test_a_cost_that_is_none_is_refused_when_it_is_planned(town: OneMap) -> None:
    for cny in (-1, 10**12 + 1):
        with pytest.raises(UserError):
            variant_of(town, "x", SHELTER, "night", [replace(_added(), cost_cny=cny)])


def test_chosen_sites_become_changes_with_all_that_is_known(
    town: OneMap, listed: Candidates
) -> None:
    found = site(town, SHELTER, listed, count=2)
    made = changes_of(town, found)
    assert {one.id: (one.cost_cny, one.capacity_people) for one in made} == {
        one.site.id: (one.site.cost_cny, one.site.capacity) for one in found.chosen
    }
    after = with_changes(town, SHELTER, "night", made)
    assert after.totals.counts["capacity"].people_covered == covered_of(found.after.totals)


def test_a_comparison_sums_in_every_definition(town: OneMap) -> None:
    plan = variant_of(town, "方案", SHELTER, "night", [_added(), Change("close", "P2")])
    found = compare(town, None, plan)
    document = _valid("comparison", comparison_document(found, (None, plan), Catalogue.load("en")))
    keys: tuple[Definition, ...] = ("circle", "network", "capacity")
    for key in keys:
        total = document["totals"]["people_covered"][key]
        for side in ("before", "after", "gained"):
            rows = [row["people_covered"][key][side] or 0 for row in document["subdistricts"]]
            assert sum(rows) == total[side]
    assert document["totals"]["people"] == sum(row["people"] for row in document["subdistricts"])
    lines = list(comparison_lines(found, (None, plan), Catalogue.load("en")))
    total = found.totals["capacity"]
    assert f": {total.before} → {total.after} / 291  {total.gained:+d}" in lines[1]
    assert len([line for line in lines if " / " in line]) >= 1 + len(found.after.subdistricts)
