"""Zones of an incident on the map: what is proposed from the register, drawn, flooded."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from desks.command import Incident
from desks.command.stored import (
    RULES,
    TABLE,
    Held,
    held_by,
    load_stored_rules,
    proposal_at,
)
from desks.command.zoning import release_of, zones_of
from desks.onemap import OneMap
from geodata.faults import UserError
from language import say
from risk.zones import zones
from tests.desks.harms import holding, put_lines, town_box
from tests.desks.making import CALM, at_town, town_place
from tests.desks.worlds import Row, put

LEAK = replace(at_town(0, 1_000, kind="hazmat_leak"), wind_from_deg=270.0, wind_ms=2.0)


def works(town: OneMap, *held: tuple[str, str, float]) -> OneMap:
    """Return the town with a water works at (0, 1000) that holds these substances."""
    rows: list[Row] = [{"id": "W", "name": "水厂", "at": (0, 1_000)}]
    return holding(put(town, "hazard", rows), "hazard", held)


def notes(onemap: OneMap, incident: Incident) -> str:
    return " ".join(str(note) for note in zones_of(onemap, incident).notes)


def test_what_the_hazard_holds_is_proposed_and_said(town: OneMap) -> None:
    """Chlorine at the water works: nobody had to say so, and the brief says that nobody did."""
    world = works(town, ("W", "液氯", 12.0))
    release = release_of(world, LEAK)
    assert (release.substance, release.quantity_t) == ("chlorine", 12.0)
    assert "nobody stated it: 水厂 here holds 12.0 t of 液氯" in notes(world, LEAK)
    assert zones_of(world, LEAK).protective is not None


def test_what_is_stated_stands(town: OneMap) -> None:
    world = works(town, ("W", "氯", 12.0))
    stated = replace(LEAK, substance="ammonia", quantity_t=3.0)
    release = release_of(world, stated)
    assert (release.substance, release.quantity_t) == ("ammonia", 3.0)
    assert "nobody stated it" not in notes(world, stated)


def test_a_stated_quantity_is_kept_with_the_proposed_substance(town: OneMap) -> None:
    world = works(town, ("W", "氯", 12.0))
    one_ton = replace(LEAK, quantity_t=1.0)
    release = release_of(world, one_ton)
    assert (release.substance, release.quantity_t) == ("chlorine", 1.0)
    assert "No substance is stated: 氯 is taken" in notes(world, one_ton)


def test_the_quantity_of_the_stated_substance_is_proposed(town: OneMap) -> None:
    world = works(town, ("W", "氯", 12.0), ("W", "氨", 40.0))
    release = release_of(world, replace(LEAK, substance="ammonia"))
    assert (release.substance, release.quantity_t) == ("ammonia", 40.0)


def test_the_most_dangerous_is_proposed_first(town: OneMap) -> None:
    """Toxic before flammable before other, then the most tonnes; what is unknown comes last."""
    world = works(
        town, ("W", "润滑油", 900.0), ("W", "汽油", 90.0), ("W", "氯", 1.0), ("W", "氨", 2.0)
    )
    held = held_by(world, "hazard", 0)
    assert [one.name for one in held] == ["氨", "氯", "汽油", "润滑油"]
    assert [one.substance for one in held][-1] == ""
    assert release_of(world, LEAK).substance == "ammonia"


def test_beyond_the_distance_nothing_is_proposed(town: OneMap) -> None:
    world = works(town, ("W", "氯", 12.0))
    assert RULES.within_m == 50
    assert proposal_at(world, replace(LEAK, at=town_place(49.99, 1_000))) is not None
    assert proposal_at(world, replace(LEAK, at=town_place(50.01, 1_000))) is None


def test_a_traffic_accident_beside_a_tank_is_no_leak_of_it(town: OneMap) -> None:
    world = works(town, ("W", "氯", 12.0))
    crash = replace(LEAK, kind="traffic")
    assert proposal_at(world, crash) is None
    assert release_of(world, crash).substance == ""


def test_what_has_no_figures_is_named(town: OneMap) -> None:
    world = works(town, ("W", "润滑油", 9.0))
    assert release_of(world, LEAK).substance == ""
    assert "there are no figures: 润滑油" in notes(world, LEAK)


@pytest.mark.parametrize(
    ("layer", "columns", "held"),
    [
        ("petrol_station", {"tank_m3": 100.0}, Held("petrol", "汽油", 67.5, filed=False)),
        ("lpg_station", {"tank_m3": 100.0}, Held("lpg", "液化石油气", 45.0, filed=False)),
        (
            "gas_filling_station",
            {"kind": "CNG", "tank_m3": 10.0},
            Held("methane", "甲烷", 1.8, filed=False),
        ),
        (
            "gas_filling_station",
            {"kind": "LNG", "tank_m3": 10.0},
            Held("lng", "液化天然气", 3.8, filed=False),
        ),
        ("lpg_service_point", {"cylinders": 20}, Held("lpg", "液化石油气", 0.29, filed=False)),
        ("petrol_station", {}, Held("petrol", "汽油", None, filed=False)),
    ],
)
def test_a_station_holds_what_its_kind_holds(
    town: OneMap, layer: str, columns: Row, held: Held
) -> None:
    rows: list[Row] = [{"id": "P", "name": "站", "at": (0, 1_000), **columns}]
    assert held_by(put(town, layer, rows), layer, 0) == (held,)


def test_a_pipeline_holds_its_medium_and_nobody_knows_how_much(town: OneMap) -> None:
    row = {"id": "L", "name": "线", "medium": "液氨", "course": [(0, 900), (0, 1_100)]}
    world = put_lines(town, "pipeline", [row])
    assert held_by(world, "pipeline", 0) == (Held("ammonia", "氨", None, filed=False),)
    assert release_of(world, LEAK).substance == "ammonia"
    assert "No substance is stated: 氨 is taken" in notes(world, LEAK)


def test_a_gas_nobody_knows_is_not_guessed(town: OneMap) -> None:
    rows: list[Row] = [{"id": "G", "name": "站", "at": (0, 1_000), "kind": "", "tank_m3": 9.0}]
    world = put(town, "gas_filling_station", rows)
    assert held_by(world, "gas_filling_station", 0) == ()
    assert proposal_at(world, LEAK) is None


def test_the_zones_are_those_of_the_models(town: OneMap) -> None:
    stated = replace(LEAK, substance="chlorine", quantity_t=1.0)
    found = zones_of(town, stated)
    alone = zones(release_of(town, stated))
    assert found.governing == alone.governing != ""
    assert [(z.model, z.level, z.reach_m) for z in found.zones] == [
        (z.model, z.level, z.reach_m) for z in alone.zones
    ]
    west, *_ = found.lines[0].shape.bounds
    assert west >= town_place(-700, 0)[0]  # wind from the west: it lies to the east


def test_a_drawn_zone_governs_only_where_no_model_speaks(town: OneMap) -> None:
    drawn = replace(at_town(0, 1_000, kind="crowd"), drawn=(town_box(-100, 900, 100, 1_100),))
    found = zones_of(town, drawn)
    assert found.governing == "drawn"
    assert found.protective is not None
    assert found.protective.shape.area == pytest.approx(40_000)
    leak = zones_of(town, replace(drawn, kind="hazmat_leak", substance="chlorine", quantity_t=1.0))
    assert leak.governing not in {"drawn", ""}
    assert [z.level for z in leak.zones].count("drawn") == 1


def test_flooded_and_drawn_are_two_zones(town: OneMap) -> None:
    box = town_box(-100, 900, 100, 1_100)
    found = zones_of(
        town, replace(at_town(0, 1_000, kind="flood"), flooded=(box, box), drawn=(box,))
    )
    assert [z.level for z in found.lines] == ["flooded", "drawn"]
    assert all(z.assumptions for z in found.lines)
    assert not any("Source" in str(said) for z in found.lines for said in z.assumptions)


def test_a_line_drawn_by_mistake_is_no_zone(town: OneMap) -> None:
    flat = shapely.Polygon([town_place(0, 0), town_place(9, 9), town_place(18, 18)])
    assert zones_of(town, replace(at_town(0, 1_000), drawn=(flat,))).zones == ()


def test_built_up_or_not_follows_the_residents(town: OneMap, district: OneMap) -> None:
    """The town has 44 people per km2; the centre of the district has thousands."""
    assert release_of(town, LEAK).is_urban is False
    x_m, y_m = district.records["hazard"].xy_m[0]
    assert release_of(district, Incident((float(x_m), float(y_m)), CALM)).is_urban is True


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('substance = "petrol"', 'substance = "phlogiston"', "stored 1, substance"),
        ("tonnes_each = 0.675", "tonnes_each = -1", "stored 1, tonnes_each"),
        ("within_m = 50", "within_m = inf", "propose, within_m"),
        ('kinds = ["unspecified"', 'kinds = [3, "unspecified"', "propose, kinds"),
        ('"tank_fire"', '"tank_fier"', "propose, kinds"),
        ('layer = "petrol_station"', "layer = 3", "stored 1, layer"),
        ("[propose]", "[proposal]", "propose"),
    ],
)
def test_a_spoilt_table_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "stored.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_stored_rules(path)
    assert place in {fault.column for fault in caught.value.faults}


@pytest.mark.parametrize("kind", ["crowd", "mine_flood", "building_collapse"])
def test_a_crush_is_not_asked_for_its_clouds(town: OneMap, kind: str) -> None:
    """The first lines of a brief are what a commander reads: wind and clouds are none of it."""
    incident = at_town(0, 1_000, kind=kind)
    assert zones_of(town, incident).notes == (
        say("No substance is stated: no zone of harm is reckoned. State one, or draw a zone."),
    )
    leak = notes(town, at_town(0, 1_000, kind="hazmat_leak"))
    assert "Substance not known" in leak
    assert "Wind not known" in leak
