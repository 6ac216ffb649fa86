"""Grades of the register's hazards: residents about the boundary, units, recomputing, colours."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely

from desks.command.boundaries import boundaries, ground
from desks.hazards.grades import graded
from desks.hazards.parts import HazardGrade, Override
from desks.hazards.residents import around, residents_near
from desks.onemap import OneMap
from tests.desks.making import town_place
from tests.desks.plants import holding, peopled, plant, shaped
from tests.desks.worlds import put, without

BOX = shapely.box(200.0, 1200.0, 300.0, 1300.0)
"""100 m × 100 m about (250, 1250), in 西北社区 (x -500..1000, y 500..2000, 100 residents)."""


def one(onemap: OneMap, *overrides: Override) -> HazardGrade:
    found = graded(onemap, overrides).of("hazard", "H1")
    assert found is not None
    return found


def bounded(onemap: OneMap, **columns: object) -> OneMap:
    row = {"code": "CJ1", "name": "甲厂厂界", "hazard_id": "H1", "shape": BOX, **columns}
    return shaped(onemap, "plant_boundary", [row])


def moved(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.affinity.translate(shape, *town_place(0, 0))


def test_residents_about_a_boundary_by_hand(town: OneMap) -> None:
    """100 people live on 1500 m × 1500 m; the ring of 500 m about 100 m × 100 m lies within."""
    area_m2 = 4 * 500 * 100 + math.pi * 500**2
    ring = around(BOX, 500.0)
    assert ring.area == pytest.approx(area_m2, rel=1e-3)
    assert ring.area >= area_m2
    found = residents_near(town, moved(BOX))
    ((code, name, people),) = found.communities
    assert (code, name) == ("440199001001", "西北社区")
    assert people == pytest.approx(100 * area_m2 / 1500**2, rel=2e-3)
    assert (found.people, found.measured_from, found.notes) == (44, "boundary", ())


def test_the_rim_of_the_500_m_is_within() -> None:
    """GB 18218-2018 counts within 500 m, the rim included: no corner may cut it."""
    ring = around(shapely.Point(0, 0), 500.0)
    for degrees in range(0, 360, 7):
        angle = math.radians(degrees)
        rim = shapely.Point(500 * math.cos(angle), 500 * math.sin(angle))
        assert shapely.distance(ring, rim) < 1e-9
    assert not shapely.intersects(around(BOX, 500.0), BOX.centroid)


def test_a_part_of_a_person_is_one_and_nobody_is_none(town: OneMap) -> None:
    few = residents_near(peopled(town, c001001=1), moved(BOX))
    assert few.people == 1
    none = residents_near(peopled(town, c001001=0), moved(BOX))
    assert none.people == 0


def test_a_boundary_counts_more_people_than_its_point(town: OneMap) -> None:
    """S0-3: α is by the boundary; with a point only there is a caution and a step up and down."""
    point = plant(town, (250, 1250), [("H1", "液氯", 6.0)])
    by_point = one(point)
    assert by_point.residents.measured_from == "point"
    assert any("boundary" in str(note) for note in by_point.residents.notes)
    worst = by_point.worst
    assert worst is not None
    assert worst.milder is not None
    assert worst.graver is not None
    assert (worst.milder.alpha, worst.grade.alpha, worst.graver.alpha) == (1.0, 1.2, 1.5)
    assert (by_point.residents.people, worst.grade.people) == (35, 35)
    by_boundary = one(bounded(point))
    assert by_boundary.residents.measured_from == "boundary"
    assert by_boundary.residents.people is not None
    assert by_point.residents.people is not None
    assert by_boundary.residents.people > by_point.residents.people


def test_with_a_boundary_and_all_figures_there_is_no_doubt(town: OneMap) -> None:
    found = one(bounded(plant(town, (250, 1250), [("H1", "液氯", 6.0)])))
    assert found.residents.notes == ()
    assert found.worst is not None
    assert (found.worst.milder, found.worst.graver) == (None, None)


def test_what_lies_outside_every_unit_is_told(town: OneMap) -> None:
    """At the western rim of the district a part of the circle is nobody's land on file."""
    found = residents_near(town, moved(shapely.Point(-400, 1000)))
    assert any("outside every unit" in str(note) for note in found.notes)


def test_a_community_without_a_figure_is_named_not_counted_as_empty(town: OneMap) -> None:
    found = residents_near(peopled(town, c001001=None), moved(BOX))
    assert found.people is None
    assert any("西北社区" in str(note) for note in found.notes)
    part = residents_near(peopled(town, c001001=None), moved(shapely.Point(250, 600)))
    assert (part.people or 0) > 0
    assert any("西北社区" in str(note) for note in part.notes)
    graded_one = one(bounded(plant(peopled(town, c001001=None), (250, 1250), [("H1", "氯", 6.0)])))
    assert graded_one.computed is None
    assert graded_one.worst is not None
    assert graded_one.worst.grade.at_least == 4


def test_without_units_and_without_a_place_nothing_is_counted(town: OneMap) -> None:
    bare = without(town, "community", "subdistrict")
    assert residents_near(bare, moved(BOX)).people is None
    unplaced = one(plant(town, None, [("H1", "氯", 6.0)]))
    assert (unplaced.at, unplaced.residents.people, unplaced.computed) == (None, None, None)
    assert unplaced.residents.notes


def test_boundaries_go_by_id_then_firm_then_place(town: OneMap) -> None:
    hazard = plant(town, (250, 1250), [])
    assert boundaries(bounded(hazard))["hazard", "H1"].area == pytest.approx(1e4)
    by_firm = bounded(hazard, hazard_id="", firm="甲厂")
    assert ("hazard", "H1") in boundaries(by_firm)
    by_place = bounded(hazard, hazard_id="", firm="")
    assert ("hazard", "H1") in boundaries(by_place)
    others = bounded(hazard, hazard_id="H2", firm="乙厂")
    assert ("hazard", "H1") not in boundaries(others)
    place = ground(others, "hazard", "H1")
    assert place == shapely.Point(town_place(250, 1250))


def test_two_grounds_of_one_plant_are_one_boundary(town: OneMap) -> None:
    rows = [
        {"code": "A", "name": "北区", "hazard_id": "H1", "shape": BOX},
        {"code": "B", "name": "南区", "hazard_id": "H1", "shape": shapely.box(100, 900, 200, 1000)},
    ]
    found = boundaries(shaped(plant(town, (250, 1250), []), "plant_boundary", rows))
    assert found["hazard", "H1"].area == pytest.approx(2e4)


def test_units_are_graded_apart_and_the_firm_shows_its_worst(town: OneMap) -> None:
    """S0-3: 4 t and 6 t of chlorine in two units are one source of level 4, not 10 t together."""
    lines = [
        ("H1", "液氯", 4.0, "氯气瓶库", "储存单元"),
        ("H1", "液氯", 6.0, "电解车间", "生产单元"),
    ]
    found = one(plant(town, (250, 1250), lines))
    assert [(u.unit, u.unit_kind, u.grade.s, u.grade.level) for u in found.units] == [
        ("电解车间", "生产单元", 1.2, 4),
        ("氯气瓶库", "储存单元", 0.8, 0),
    ]
    assert found.computed == 4
    together = one(plant(town, (250, 1250), [("H1", "液氯", 4.0), ("H1", "液氯", 6.0)]))
    assert together.worst is not None
    assert together.worst.grade.s == 2.0
    assert any("No unit" in str(note) for note in together.notes)


def test_an_unknown_substance_in_one_unit_does_not_hide_a_known_level(town: OneMap) -> None:
    lines = [("H1", "火星土", 99.0, "甲", "储存单元"), ("H1", "液氯", 6.0, "乙", "储存单元")]
    found = one(plant(town, (250, 1250), lines))
    assert found.computed == 4
    assert one(plant(town, (250, 1250), lines[:1])).computed is None


def test_without_stock_it_is_said_and_not_graded(town: OneMap) -> None:
    found = one(plant(town, (250, 1250), []))
    assert (found.units, found.worst, found.computed, found.level) == ((), None, None, None)
    assert any("No stock" in str(note) for note in found.notes)


def test_the_grade_follows_stock_boundary_and_population(town: OneMap) -> None:
    """S0-3: a pure function of the map: each change of the map changes the next answer."""
    base = bounded(plant(town, (250, 1250), [("H1", "液氯", 50.0)]))
    assert (one(base).computed, one(base).residents.people) == (3, 44)
    assert one(holding(base, "hazard", [("H1", "液氯", 53.0)])).computed == 2
    assert one(holding(base, "hazard", [("H1", "液氯", 2.0)])).computed == 0
    crowded = one(peopled(base, c001001=114))
    assert (crowded.residents.people, crowded.computed) == (50, 2)
    assert one(peopled(base, c001001=111)).computed == 3
    small = one(bounded(base, shape=shapely.box(249.0, 1249.0, 251.0, 1251.0)))
    assert small.residents.people == 36
    wide = one(bounded(base, shape=shapely.box(50.0, 1050.0, 450.0, 1450.0)))
    assert (wide.residents.people, wide.computed) == (71, 2)
    assert one(base).computed == 3


def test_the_lift_says_how_many_more_residents(town: OneMap) -> None:
    """S0-3: "20 more residents lift this from level 3 to level 2"."""
    found = one(bounded(plant(town, (250, 1250), [("H1", "液氯", 50.0)]))).worst
    assert found is not None
    assert found.grade.lift is not None
    assert found.grade.lift.people == 50 - 44
    assert str(found.grade.lift.said[0]) == "6 more residents lift this from level 3 to level 2."


def test_an_override_counts_and_the_computed_level_stays_beside_it(town: OneMap) -> None:
    """S0-3: a person's level is shown with reason, apart from the computed one."""
    base = plant(town, (250, 1250), [("H1", "液氯", 6.0)])
    at = datetime(2026, 9, 16, tzinfo=UTC)
    found = one(base, Override("hazard", "H1", 1, "储罐将扩建", "区应急局", at))
    assert (found.computed, found.level, found.colour) == (4, 1, "red")
    assert found.override is not None
    assert found.override.reason == "储罐将扩建"
    milder = one(base, Override("hazard", "H1", 0, "已停用", "区应急局", at))
    assert (milder.computed, milder.level, milder.colour) == (4, 0, None)


def test_an_override_of_nothing_is_told(town: OneMap) -> None:
    gone = Override("hazard", "H9", 1, "x", "y", datetime(2026, 9, 16, tzinfo=UTC))
    found = graded(plant(town, (250, 1250), []), [gone])
    assert any("H9" in str(note) for note in found.notes)


def test_declared_and_computed_stay_apart(town: OneMap) -> None:
    """S2-8: the declared grade gives a colour; what is computed beside it lifts it."""
    rows = [
        {"id": "F1", "name": "甲点", "grade": "一般", "at": (0, 1000)},
        {"id": "F2", "name": "乙点", "grade": "重点", "at": (0, 1000)},
        {"id": "F3", "name": "丙点", "grade": "较大", "lec_l": 10.0, "lec_e": 10.0,
         "lec_c": 100.0, "at": (0, 1000)},
    ]  # fmt: skip
    base = holding(put(town, "declared_risk", rows), "declared_risk", [("F1", "液氯", 6.0)])
    found = graded(base)
    first, second, third = (found.of("declared_risk", key) for key in ("F1", "F2", "F3"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.declared, first.computed, first.colour) == ("一般", 4, "orange")
    assert (second.declared, second.computed, second.colour) == ("重点", None, "red")
    assert (third.declared, third.colour) == ("较大", "red")
    assert "D = 10" in str(third.colour_why)
    assert not first.colour_verified
    assert [h.id for h in found.hazards] == ["F2", "F3", "F1"] or found.hazards[0].colour == "red"


def test_a_station_is_graded_by_its_tanks_and_says_so(town: OneMap) -> None:
    """A normal petrol station is no major hazard source; a large LPG station is one."""
    petrol = put(
        town, "petrol_station", [{"id": "J1", "name": "站", "tank_m3": 60.0, "at": (0, 1000)}]
    )
    found = graded(petrol).of("petrol_station", "J1")
    assert found is not None
    assert (found.computed, found.colour) == (0, None)
    assert any("by a rule" in str(note) for note in found.notes)
    gas = put(town, "lpg_station", [{"id": "Y1", "name": "站", "tank_m3": 600.0, "at": (0, 1000)}])
    lpg = graded(gas).of("lpg_station", "Y1")
    assert lpg is not None
    assert (lpg.computed or 0) > 0


def test_all_hazards_of_the_district_are_graded_or_say_why(district: OneMap) -> None:
    """S0-3: 307 declared sources and all fixed points: none is dropped, each has its words."""
    found = graded(district)
    points = [s.key for s in district.layers_for("hazard") if s.geometry == "point"]
    assert len(found.hazards) == sum(len(district.records[key].ids) for key in points)
    for hazard in found.hazards:
        assert hazard.computed is not None or hazard.notes or hazard.residents.notes
        assert str(hazard.colour_why)
        for unit in hazard.units:
            assert math.isfinite(unit.grade.s)
            assert unit.grade.r is None or math.isfinite(unit.grade.r)
    assert graded(district) == found
    six = [hazard for hazard in found.hazards if hazard.layer == "hazard"]
    assert len(six) == 6
    assert all(hazard.computed for hazard in six)
    assert sum(hazard.residents.measured_from == "point" for hazard in six) == 1


def test_the_gravest_stand_first(district: OneMap) -> None:
    """S4-3: high grade first."""
    order = {"red": 0, "orange": 1, "yellow": 2, "blue": 3, None: 4}
    colours = [order[hazard.colour] for hazard in graded(district).hazards]
    assert colours == sorted(colours)


def test_grading_changes_nothing_of_the_map(town: OneMap) -> None:
    base = plant(town, (250, 1250), [("H1", "液氯", 6.0)])
    before = base.children["hazard.substance"].copy()
    assert graded(base) == graded(replace(base))
    assert base.children["hazard.substance"].equals(before)
