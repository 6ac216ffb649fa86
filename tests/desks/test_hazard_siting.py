"""Distances to places with people, relocation, and chemical zones, in golden geometry."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from desks.hazards.chemical import siting, sitings
from desks.hazards.distances import distances, site_check
from desks.hazards.siting_rules import RULES, TABLE, load_siting_rules
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.making import town_place
from tests.desks.plants import plant, shaped
from tests.desks.worlds import put, without

SQUARE = shapely.box(0.0, 1000.0, 200.0, 1200.0)
"""The chemical zone of the town: x 0..200, y 1000..1200."""


def zoned(onemap: OneMap, *shapes: shapely.Polygon) -> OneMap:
    rows: list[dict[str, Any]] = [
        {"code": f"HG{number}", "name": f"{number}区", "residents_day": 0, "residents_night": 0,
         "shape": shape}
        for number, shape in enumerate(shapes or (SQUARE,), 1)
    ]  # fmt: skip
    return shaped(onemap, "chemical_zone", rows)


def bounded(onemap: OneMap, shape: shapely.Polygon) -> OneMap:
    row = {"code": "CJ1", "name": "甲厂厂界", "hazard_id": "H1", "shape": shape}
    return shaped(onemap, "plant_boundary", [row])


def schools(onemap: OneMap, *rows: tuple[str, tuple[float, float] | None, int | None]) -> OneMap:
    held = [
        {"id": key, "name": f"{key}校", "people": people, **({"at": at} if at else {})}
        for key, at, people in rows
    ]
    return put(onemap, "school", held)


def stations(onemap: OneMap, *at: tuple[float, float]) -> OneMap:
    rows = [{"id": f"J{n}", "name": f"{n}号站", "at": place} for n, place in enumerate(at, 1)]
    return put(onemap, "petrol_station", rows)


@pytest.mark.parametrize(
    ("at", "where", "outside_m"),
    [((100, 1100), "inside", 0.0), ((200, 1100), "border", 0.0), ((200.0005, 1100), "border", 0.0),
     ((199.9995, 1100), "border", 0.0), ((200, 1200), "border", 0.0),
     ((200.5, 1100), "outside", 0.5),
     ((500, 1600), "outside", 500.0), (None, "unknown", None)],
)  # fmt: skip
def test_a_point_against_the_zone(
    town: OneMap, at: tuple[float, float] | None, where: str, outside_m: float | None
) -> None:
    """S0-17: within 1 mm of the rim is on the border and counts as inside."""
    found = siting(zoned(plant(town, at, [("H1", "液氯", 6.0)])), "hazard", "H1")
    assert (found.where, found.outside_m) == (where, outside_m)


@pytest.mark.parametrize(
    ("shape", "where"),
    [(shapely.box(10, 1010, 90, 1090), "inside"), (shapely.box(0, 1000, 200, 1200), "inside"),
     (shapely.box(150, 1010, 250, 1090), "partly"), (shapely.box(300, 1010, 400, 1090), "outside")],
)  # fmt: skip
def test_a_plant_lies_inside_only_with_all_of_its_ground(
    town: OneMap, shape: shapely.Polygon, where: str
) -> None:
    """S0-17: where the boundary crosses the rim of the zone the firm counts as outside."""
    onemap = bounded(zoned(plant(town, (100, 1100), [("H1", "液氯", 6.0)])), shape)
    assert siting(onemap, "hazard", "H1").where == where


def test_two_zones_side_by_side_hold_a_plant_together(town: OneMap) -> None:
    """S0-17: no border between two zones makes a firm an outsider."""
    zones = zoned(plant(town, (200, 1100), [("H1", "液氯", 6.0)]), SQUARE,
                  shapely.box(200, 1000, 400, 1200))  # fmt: skip
    assert (
        siting(bounded(zones, shapely.box(150, 1050, 250, 1150)), "hazard", "H1").where == "inside"
    )


def test_the_nearest_zone_is_named(town: OneMap) -> None:
    far = shapely.box(5000, 1000, 5200, 1200)
    found = siting(zoned(plant(town, (4900, 1100), []), SQUARE, far), "hazard", "H1")
    assert (found.zone, found.outside_m) == ("2区", 100.0)


def test_only_chemicals_of_the_rules_layers_are_listed(town: OneMap) -> None:
    """S0-17: a petrol station or a flour mill need not stand in a chemical zone."""
    base = zoned(plant(town, (900, 1100), [("H1", "液氯", 6.0)]))
    assert [one.id for one in sitings(stations(base, (900, 1100)))] == ["H1"]
    assert sitings(zoned(plant(town, (900, 1100), [("H1", "面粉", 6.0)]))) == ()
    assert sitings(without(base, "chemical_zone")) == ()


def test_the_district_lists_those_outside_first(district: OneMap) -> None:
    """S0-17: of six firms one lies in a zone; each has its distance."""
    found = sitings(district)
    order = [one.where for one in found]
    assert order == sorted(order, key=("outside", "partly", "unknown", "border", "inside").index)
    six = [one for one in found if one.layer == "hazard"]
    assert len(six) == 6
    assert {one.where for one in six} == {"inside", "outside"}
    assert all(one.outside_m for one in found if one.where == "outside")


@pytest.mark.parametrize(
    ("metres", "near"), [(49.99, True), (49.994, True), (50.0, False), (50.01, False)]
)
def test_the_rim_of_a_distance_is_far_enough(town: OneMap, metres: float, near: bool) -> None:  # noqa: FBT001
    """S2-7: 50 m asked; 50.00 m is kept, 49.99 m is not."""
    onemap = schools(stations(town, (0, 1000)), ("S1", (metres, 1000), 300))
    found = distances(onemap)
    assert bool(found.relocations) == near
    assert found.checked == 1


def test_the_relocation_list_in_golden_geometry(town: OneMap) -> None:
    """S2-7: two receptors too near, one far; people and metres short by hand."""
    onemap = schools(
        stations(town, (0, 1000), (2000, 1000)),
        ("S1", (30, 1000), 300),
        ("S2", (0, 1040), None),
        ("S3", (0, 1060), 900),
        ("S4", (2000, 1045), 800),
        ("S5", None, 77),
    )
    found = distances(onemap)
    assert [(one.id, one.people, one.people_unknown, one.short_m) for one in found.relocations] == [
        ("J2", 800, 0, 5.0),
        ("J1", 300, 1, 20.0),
    ]
    near = found.relocations[1].receptors
    assert [(r.receptor_id, r.distance_m, r.required_m) for r in near] == [
        ("S1", 30.0, 50.0),
        ("S2", 40.0, 50.0),
    ]
    assert all(not one.verified and "待核" in one.source for one in near)
    said = [str(note) for note in found.notes]
    assert any("not verified" in note for note in said)
    assert any("1 of Schools" in note for note in said)


def test_a_boundary_counts_before_the_point(town: OneMap) -> None:
    """S2-7: measured from the ground of the plant, 450 m and not 550 m from its point."""
    base = schools(plant(town, (0, 1000), [("H1", "液氯", 6.0)]), ("S1", (550, 1000), 100))
    assert distances(base).relocations == ()
    (found,) = distances(bounded(base, shapely.box(-100, 900, 100, 1100))).relocations
    (near,) = found.receptors
    assert (near.distance_m, near.from_boundary, found.short_m) == (450.0, True, 50.0)


def test_only_declared_grades_of_the_rule_are_checked(town: OneMap) -> None:
    rows = [
        {"id": "F1", "name": "甲", "grade": "重点", "at": (0, 1000)},
        {"id": "F2", "name": "乙", "grade": "一般", "at": (0, 1000)},
    ]
    onemap = schools(put(town, "declared_risk", rows), ("S1", (20, 1000), 10))
    found = distances(onemap)
    assert [one.id for one in found.relocations] == ["F1"]
    assert found.checked == 1


def test_a_hazard_without_a_place_is_named(town: OneMap) -> None:
    found = distances(plant(town, None, []))
    assert any("甲厂储罐" in str(note) for note in found.notes)


def test_a_what_if_says_what_speaks_against_a_place(town: OneMap) -> None:
    """S0-18: before it is built: receptors in the buffer, chemical zone, the buffer's shape."""
    onemap = schools(zoned(town), ("S1", (500, 1100), 300))
    bad = site_check(onemap, "hazard", shapely.Point(town_place(300, 1100)))
    assert [one.receptor_id for one in bad.too_near] == ["S1"]
    assert (bad.siting.where, bad.siting.outside_m) == ("outside", 100.0)
    ((_, metres, shape),) = bad.buffers
    assert metres == 500.0
    assert shape.area == pytest.approx(3.14159265 * 500**2, rel=1e-3)
    x, y = town_place(-400, 1100)
    ground = shapely.box(x - 5, y - 5, x + 5, y + 5)
    assert site_check(onemap, "hazard", ground).too_near == ()
    assert site_check(onemap, "petrol_station", shapely.Point(town_place(300, 1100))).too_near == ()


def test_a_what_if_of_a_declared_grade_takes_its_rule(town: OneMap) -> None:
    """S0-18: the grade decides which distance is kept free."""
    onemap = schools(town, ("S1", (60, 1000), 300))
    place = shapely.Point(town_place(0, 1000))
    assert len(site_check(onemap, "declared_risk", place, "重点").too_near) == 1
    assert site_check(onemap, "declared_risk", place, "一般").buffers == ()


def test_every_distance_has_a_source_and_none_poses_as_verified() -> None:
    assert len({rule.key for rule in RULES.distances}) == len(RULES.distances)
    assert all(rule.source and not rule.verified for rule in RULES.distances)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("least_m = 50\n", "least_m = -1\n", "distance 1"),
        ("least_m = 110", 'least_m = "x"', "distance 3"),
        ('key = "major"', "key = 7", "distance 4"),
        ('hazards = ["hazard"]', "hazards = 3", "distance 4"),
        ('layers = ["hazard", "declared_risk"]', "layers = 1", "chemical_zone"),
        ("verified = true", "verified = 1", "chemical_zone"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "siting.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_siting_rules(path)
    assert any(fault.column.startswith(where) for fault in caught.value.faults)
