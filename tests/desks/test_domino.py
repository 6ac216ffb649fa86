"""Domino: further hazards in the zones, what they add, and whom that reaches, two steps deep."""

from dataclasses import replace

import pytest
import shapely

from desks.command import Incident
from desks.command.answers import Domino
from desks.command.bands import harm_of
from desks.command.domino import domino, next_amount
from desks.onemap import OneMap
from risk.reach import Reach, reach
from risk.release import Release, ZoneSet
from risk.zones import zones
from tests.desks.harms import holding, put_lines, town_box, zone, zone_set
from tests.desks.making import CALM, at_town, town_place
from tests.desks.worlds import Row, put

HERE = replace(at_town(0, 1_000, kind="fire"), wind_from_deg=270.0, wind_ms=3.0)
DISC = shapely.Point(town_place(0, 1_000)).buffer(300)
FIRE = zone_set(zone(DISC, "thermal_injury", model="pool_fire"), governing="pool_fire")


def hazards(town: OneMap, *rows: Row) -> OneMap:
    return put(town, "hazard", list(rows))


def told(onemap: OneMap, incident: Incident = HERE, zones_: ZoneSet = FIRE) -> tuple[Domino, ...]:
    return domino(onemap, incident, zones_, harm_of(zones_))


def tank(name: str, x_m: float, y_m: float) -> Row:
    return {"id": name, "name": f"{name}罐", "at": (x_m, y_m)}


def test_hazards_in_the_zone_come_nearest_first(town: OneMap) -> None:
    world = holding(hazards(town, tank("B", 250, 1_000), tank("A", 0, 1_100), tank("C", 0, 1_301)),
                    "hazard", [("A", "液化石油气", 50.0), ("B", "氯", 1.0)])  # fmt: skip
    found = told(world)
    first = [one for one in found if one.step == 1]
    assert [(one.id, one.distance_m, one.cause_id) for one in first] == [
        ("A", 100, ""),
        ("B", 250, ""),
    ]
    assert all(one.level == "thermal_injury" for one in first)
    assert all(one.adds_m and one.adds_m > 0 for one in first)
    assert "It holds 50.0 t of 液化石油气, which would reach" in str(first[0].said)


def test_the_second_step_lies_in_the_zone_of_a_first(town: OneMap) -> None:
    """The gas tank at 100 m reaches hundreds of metres: what lies there is step 2, through it."""
    world = holding(
        hazards(town, tank("A", 0, 1_100), tank("near", 0, 1_350), tank("far", 3_900, -900)),
        "hazard", [("A", "液化石油气", 100.0), ("near", "汽油", 10.0)],
    )  # fmt: skip
    found = told(world)
    reach_m = found[0].adds_m
    assert reach_m is not None
    assert reach_m > 250
    assert [(one.step, one.id, one.cause_id) for one in found] == [(1, "A", ""), (2, "near", "A")]
    assert found[1].distance_m == 350


def test_of_several_causes_the_nearest_is_named(town: OneMap) -> None:
    world = holding(
        hazards(town, tank("A", 0, 1_100), tank("B", 0, 1_250), tank("next", 0, 1_350)),
        "hazard", [("A", "液化石油气", 100.0), ("B", "液化石油气", 100.0)],
    )  # fmt: skip
    assert {one.id: one.cause_id for one in told(world)}["next"] == "B"


def test_a_cloud_drifts_with_the_wind_and_not_against_it(town: OneMap) -> None:
    """Chlorine in the zone, wind from the west: the tank in the east is reached, not the western.

    A wind from the east turns it round.
    """
    world = holding(
        hazards(town, tank("A", 0, 1_100), tank("east", 900, 1_100), tank("west", -460, 1_100)),
        "hazard", [("A", "氯", 5.0)],
    )  # fmt: skip
    small = zone_set(zone(shapely.Point(town_place(0, 1_000)).buffer(150)))
    found = {one.id for one in told(world, HERE, small) if one.step == 2}
    assert found == {"east"}
    turned = replace(HERE, wind_from_deg=90.0)
    assert {one.id for one in told(world, turned, small) if one.step == 2} == {"west"}


def test_without_a_wind_the_cloud_may_go_anywhere(town: OneMap) -> None:
    world = holding(
        hazards(town, tank("A", 0, 1_100), tank("east", 400, 1_100), tank("west", -400, 1_100)),
        "hazard", [("A", "氯", 5.0)],
    )  # fmt: skip
    calm = replace(HERE, wind_from_deg=None, wind_ms=None)
    small = zone_set(zone(shapely.Point(town_place(0, 1_000)).buffer(150)), weather=None)
    assert {one.id for one in told(world, calm, small) if one.step == 2} == {"east", "west"}


def test_what_cannot_be_told_says_why(town: OneMap) -> None:
    world = holding(
        hazards(town, tank("none", 0, 1_010), tank("oil", 0, 1_020)),
        "hazard", [("oil", "润滑油", 9.0)],
    )  # fmt: skip
    row = {"id": "L", "name": "线", "medium": "液氨", "course": [(-400, 1_030), (400, 1_030)]}
    found = told(put_lines(world, "pipeline", [row]), replace(HERE, at=town_place(0, 940)))
    assert {one.id: (one.adds_m, str(one.said)) for one in found} == {
        "none": (None, "What it holds is not on file."),
        "oil": (None, "It holds 润滑油, for which there are no figures."),
        "L": (None, "It holds 氨; how much, and so how far it would reach, is not on file."),
    }
    line = next(one for one in found if one.id == "L")
    assert line.distance_m == 90
    assert line.at == pytest.approx(town_place(0, 1_030), abs=0.01)


def test_the_source_itself_is_no_domino(town: OneMap) -> None:
    world = holding(hazards(town, tank("W", 0, 1_000), tank("A", 0, 1_100)),
                    "hazard", [("W", "液化石油气", 50.0)])  # fmt: skip
    assert [one.id for one in told(world)] == ["A"]


def test_without_a_zone_there_is_none(town: OneMap) -> None:
    world = hazards(town, tank("A", 0, 1_100))
    assert told(world, HERE, zone_set(governing="")) == ()


def test_a_hazard_without_position_is_in_no_zone(town: OneMap) -> None:
    assert told(hazards(town, {"id": "lost", "name": "无址"})) == ()


@pytest.mark.parametrize(
    ("tonnes", "step"),
    [
        (1.0, 1.0),
        (1.01, 1.25),
        (43.8, 50.0),
        (0.3, 0.315),
        (9.9, 10.0),
        (100.0, 100.0),
        (8e-4, 8e-4),
    ],
)
def test_amounts_are_rounded_up_never_down(tonnes: float, step: float) -> None:
    assert next_amount(tonnes) == pytest.approx(step)


@pytest.mark.parametrize("tonnes", [0.29, 1.8, 67.5, 900.0])
def test_a_step_is_never_below_and_at_most_a_quarter_above(tonnes: float) -> None:
    assert tonnes <= next_amount(tonnes) * (1 + 1e-9)
    assert next_amount(tonnes) <= 1.27 * tonnes


@pytest.mark.parametrize("wind_from_deg", [None, 0.0, 123.0, 270.0])
@pytest.mark.parametrize(
    ("substance", "kind"),
    [("chlorine", "hazmat_leak"), ("ammonia", "hazmat_leak"), ("petrol", "fire"), ("lpg", "fire"),
     ("sulfuric_acid", "fire")],
)  # fmt: skip
def test_a_reach_is_the_protective_line_of_all_zones(
    substance: str, kind: str, wind_from_deg: float | None
) -> None:
    """The short cut says what ``zones`` says, for every governing model and wind."""
    wind_ms = None if wind_from_deg is None else 3.0
    release = Release((1_000.0, 2_000.0), 113.0, 23.0, CALM, kind, substance, 20.0,
                      wind_from_deg=wind_from_deg, wind_ms=wind_ms)  # fmt: skip
    found, whole = reach(release), zones(release)
    assert found is not None
    assert whole.protective is not None
    assert (found.model, found.level) == (whole.governing, whole.protective.level)
    assert found.reach_m == pytest.approx(whole.protective.reach_m, rel=1e-6)
    gap = shapely.symmetric_difference(found.shape, whole.protective.shape).area
    assert gap <= 1e-3 * found.shape.area


def test_the_district_against_a_loop(district: OneMap) -> None:
    """Every hazard in a zone of 1,500 m, and none else, is a first step; none is told twice."""
    x_m, y_m = district.records["hazard"].xy_m[0]
    incident = Incident((float(x_m), float(y_m)), CALM, "traffic")
    zones_ = zone_set(zone(shapely.Point(incident.at).buffer(1_500)))
    found = told(district, incident, zones_)
    inside = {
        (spec.key, record_id)
        for spec in district.layers_for("hazard")
        for record_id, shape in zip(
            district.records[spec.key].ids, district.layers[spec.key].geometry, strict=True
        )
        if zones_.zones[0].shape.intersects(shape)
    }
    assert {(one.layer, one.id) for one in found if one.step == 1} == inside
    assert len({(one.layer, one.id) for one in found}) == len(found)
    assert all(str(one.said) for one in found)
    causes = {one.id for one in found if one.step == 1}
    assert all(one.cause_id in causes for one in found if one.step == 2)


def test_a_reach_is_worked_out_for_the_most_dangerous_stock(town: OneMap) -> None:
    """29 tanks in the zone, the chlorine farthest away: it is told, five of little LPG are not."""
    tanks = [tank(f"T{n:02}", 0, 1_000 + 5 * n) for n in range(1, 30)]
    stock = [(f"T{n:02}", "液化石油气", n / 10) for n in range(1, 29)] + [("T29", "氯", 0.01)]
    found = told(holding(hazards(town, *tanks), "hazard", stock), replace(HERE, kind="traffic"))
    first = [one for one in found if one.step == 1]
    untold = [one.id for one in first if one.adds_m is None]
    assert len(first) == 29
    assert untold == ["T01", "T02", "T03", "T04", "T05"]
    assert "worked out for the 24 with the most dangerous stock" in str(first[0].said)


def test_a_turn_of_the_wind_works_out_nothing_anew(
    town: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the dial turns, the reach of 1 t of chlorine stays; more wind changes it."""
    asked: list[Release] = []

    def counted(release: Release) -> Reach | None:
        asked.append(release)
        return reach(release)

    monkeypatch.setattr("desks.command.domino.reach", counted)
    world = holding(hazards(town, tank("A", 0, 1_100)), "hazard", [("A", "氯", 1.0)])
    for wind_from_deg in range(0, 360, 30):
        told(world, replace(HERE, wind_from_deg=float(wind_from_deg)))
    assert len(asked) == 1
    told(world, replace(HERE, wind_ms=4.0))
    assert len(asked) == 2


def test_who_is_in_isolation_only_is_in_the_zone_too(town: OneMap) -> None:
    plume = town_box(0, 900, 500, 1_100)
    upwind = town_box(-200, 900, 0, 1_100)
    both = zone_set(zone(plume), zone(upwind, "isolation", model="erg"))
    found = told(hazards(town, tank("A", -100, 1_000)), HERE, both)
    assert [(one.id, one.level) for one in found] == [("A", "isolation")]
