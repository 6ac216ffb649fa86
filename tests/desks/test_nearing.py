"""Walks past the source, by hand: from the north-west's corner to (1000, 1000) along 北一街."""

from pathlib import Path

import pytest
import shapely

from desks.command import Incident
from desks.command.answers import Evacuation
from desks.command.evacuation import evacuation
from desks.command.exposure import exposure
from desks.command.nearing import past_source
from desks.command.refuges import load_walk_rule
from desks.command.situation import Point
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.harms import town_box, zone, zone_set
from tests.desks.making import CALM, town_place
from tests.desks.test_evacuation import shelter
from tests.desks.worlds import put

ALL_NORTH = town_box(-500, 500, 1_900, 2_000)


def asked(
    town: OneMap, source: Point, end_m: float = 2_000, *, ground: shapely.Polygon = ALL_NORTH
) -> Evacuation:
    """Return who walks where from a source to one shelter at (end, 1000)."""
    world = put(town, "shelter", [shelter("N", end_m, 1_000, 5_000)])
    zones = zone_set(zone(ground), weather=None)
    incident = Incident(town_place(*source), CALM)
    return evacuation(world, incident, zones, exposure(world, incident, zones))


def test_a_way_past_the_source_without_a_way_round_is_said(town: OneMap) -> None:
    """北一街 runs 10 m by a source at (750, 1010), and round it are 3 km: too far to walk."""
    found = asked(town, (750, 1_010))
    walk = next(one for one in found.walks if one.community_code == "440199001001")
    assert (walk.nearest_m, walk.distance_m, walk.round_m) == (10, 2_000, None)
    said = [str(one) for one in past_source(found)]
    assert len(said) == 1
    assert "no way round within 2500 m" in said[0]
    assert f"{walk.community} → N (10 m)" in said[0]


def test_a_way_past_the_source_says_the_way_round(town: OneMap) -> None:
    """One kilometre past the source at (750, 1010), two by 人民路; the walk assigned stays."""
    found = asked(town, (750, 1_010), 1_000, ground=town_box(-500, 500, 900, 2_000))
    (walk,) = found.walks
    assert (walk.nearest_m, walk.distance_m) == (10, 1_000)
    assert walk.round_m == pytest.approx(2_000, abs=2)
    (said,) = [str(one) for one in past_source(found)]
    assert said.startswith("The shortest way on foot leads past the source, go round it:")
    assert f"↷ {walk.round_m} m" in said


def test_a_way_that_leads_away_or_outside_the_zone_is_not_said(town: OneMap) -> None:
    assert all(one.nearest_m is None for one in asked(town, (-400, 1_000)).walks)
    west = asked(town, (750, 1_010), ground=town_box(-500, 500, 400, 2_000))
    assert [one.nearest_m for one in west.walks] == [None]
    assert list(past_source(west)) == []


def test_the_walks_rule_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "refuges.toml"
    path.write_text('[walk]\nlongest_m = nan\nsource = ""\nverified = "yes"\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_walk_rule(path)
    named = "\n".join(str(fault) for fault in caught.value.faults)
    for key in ("longest_m", "nearer_share", "source", "verified"):
        assert key in named
