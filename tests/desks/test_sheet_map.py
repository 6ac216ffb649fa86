"""The printed map: what is drawn where, in which order, and what is left out and said."""

import math
import re
from dataclasses import replace

import pytest
import shapely

from desks.command.answers import Approached
from desks.command.case import Case
from desks.command.sheet import situation_sheet
from desks.command.sheet_frame import CORE, EDGE, HEIGHT, WIDTH, Frame, Labels, frame_around
from desks.command.sheet_map import (
    FILLS,
    LINES,
    ROUTE,
    SAFE,
    UNSAFE,
    first_teams,
    frame_of,
    ground,
    is_crowded,
    sheet_map,
)
from desks.command.situation import Point
from desks.onemap import OneMap
from risk.release import ZoneSet
from tests.desks.casework import bare_case, full_case, zones_at
from tests.desks.test_sheet import Reader

NONE = ZoneSet((), "", None, ())


def at(onemap: OneMap) -> Point:
    x_m, y_m = onemap.records["team"].xy_m[0]
    return float(x_m), float(y_m)


@pytest.fixture
def case(town: OneMap) -> Case:
    return full_case(town, at(town))


def with_zones(case: Case, zones: ZoneSet) -> Case:
    return replace(case, brief=replace(case.brief, zones=zones))


def test_the_worst_zone_is_drawn_last_so_that_none_hides_it(case: Case) -> None:
    drawn = sheet_map(case)
    places = [drawn.index(f'fill="{fill}"') for fill in FILLS]
    assert places == sorted(places, reverse=True)


def test_every_zone_has_its_own_line_and_fill_beside_its_colour(case: Case) -> None:
    """Printed in grey, or seen by who does not tell red from green: the dashes differ too."""
    dashes = set()
    for line in LINES:
        strokes = re.findall(rf'stroke="{line}" stroke-width="5"( stroke-dasharray="[^"]+")?',
                             sheet_map(case))  # fmt: skip
        assert strokes
        dashes |= set(strokes)
    assert len(dashes) == 3


def test_the_spread_of_the_weather_is_hatched_and_the_legend_says_so(case: Case) -> None:
    assert 'fill="url(#hatch)"' in sheet_map(case)
    assert "天气摆动" in Reader(situation_sheet(case)).shown
    certain = replace(
        case.brief.zones,
        zones=tuple(replace(z, spread=None, spread_m=None) for z in case.brief.zones.zones),
    )
    sure = with_zones(case, certain)
    assert 'fill="url(#hatch)"' not in sheet_map(sure)
    assert "天气摆动" not in Reader(situation_sheet(sure)).shown


def test_the_isolation_circle_is_drawn_beside_the_model(case: Case) -> None:
    zones = case.brief.zones
    without = replace(zones, zones=tuple(z for z in zones.zones if z.level != "isolation"))
    ring = re.compile(r'stroke="#13202A" stroke-width="3.5"')
    assert ring.search(sheet_map(case))
    assert not ring.search(sheet_map(with_zones(case, without)))


def test_a_map_without_zones_still_shows_the_place(town: OneMap) -> None:
    bare = bare_case(town, at(town))
    drawn = sheet_map(bare)
    assert not any(f'fill="{fill}"' in drawn for fill in FILLS)
    assert frame_of(bare).holds(bare.brief.incident.at)


def test_the_reach_stands_in_the_legend_even_without_room_on_the_map(case: Case) -> None:
    told = Reader(situation_sheet(case)).shown
    for part in ("≥20 ppm 500 m", "≥2 ppm 1.5 km", "≥0.5 ppm 3.0 km"):
        assert part in told, part


def test_a_ways_number_is_the_teams_rank(case: Case) -> None:
    drawn = sheet_map(case)
    for team in first_teams(case):
        assert re.search(rf'fill="{ROUTE}"[^>]*/><text[^>]*>{team.rank}</text>', drawn)


def test_only_teams_that_can_come_are_drawn(case: Case) -> None:
    lost = tuple(replace(one, reachable=False) for one in case.brief.responders)
    nobody = replace(case, brief=replace(case.brief, responders=lost))
    assert first_teams(nobody) == ()
    assert f'fill="{ROUTE}" stroke="#FFFFFF"' not in sheet_map(nobody)


def test_shelters_differ_by_shape_not_by_colour_alone(case: Case) -> None:
    """A tick and a cross: ink alone must tell a safe place from one in the cloud."""
    evacuation = case.brief.evacuation
    assert evacuation is not None
    frame = frame_of(case)
    shown = [one for one in evacuation.refuges if frame.holds(one.at)]
    drawn = sheet_map(case)
    assert drawn.count("M-8 1L-2 8L9 -6") == sum(one.safe for one in shown)
    assert drawn.count("M-7 -6L7 8M7 -6L-7 8") == sum(not one.safe for one in shown)
    assert any(one.safe for one in shown)
    assert any(not one.safe for one in shown)
    assert SAFE in drawn
    assert UNSAFE in drawn


def test_the_stand_off_is_flagged_with_its_distance(case: Case) -> None:
    drawn = sheet_map(case)
    assert "集结点 382 m" in drawn
    gone = replace(case, brief=replace(case.brief, approach=Approached((), None)))
    assert "集结点" not in sheet_map(gone)


def test_the_wind_arrow_points_where_the_wind_goes(case: Case) -> None:
    """Wind from 70° carries the cloud to 250°; the arrow and the figure say so."""
    drawn = sheet_map(case)
    assert "rotate(250)" in drawn
    assert "070° 2.1 m/s" in drawn
    north = with_zones(case, zones_at(case.brief.incident.at, 0.0))
    assert "rotate(180)" in sheet_map(north)
    assert "m/s" not in sheet_map(with_zones(case, NONE))


def test_small_streets_are_left_out_of_a_broad_map_and_it_is_said(case: Case) -> None:
    x, y = case.brief.incident.at
    wide = tuple(
        replace(zone, shape=shapely.Point(x, y).buffer(20_000)) for zone in case.brief.zones.zones
    )
    broad = with_zones(case, replace(case.brief.zones, zones=wide))
    assert is_crowded(frame_of(broad))
    assert "小路未画" in Reader(situation_sheet(broad)).shown
    assert not is_crowded(frame_of(case))
    assert "小路未画" not in Reader(situation_sheet(case)).shown


def test_distant_teams_do_not_shrink_the_zones(case: Case) -> None:
    """A team thirty kilometres away must not make the cloud a dot."""
    near = frame_of(case)
    x, y = case.brief.incident.at
    far = tuple(replace(one, at=(x + 30_000, y)) for one in case.brief.responders)
    assert frame_of(replace(case, brief=replace(case.brief, responders=far))).scale >= near.scale


def test_the_ground_is_of_the_window_alone(town: OneMap) -> None:
    x, y = at(town)
    here = "".join(ground(town, frame_around([(x, y)])))
    elsewhere = "".join(ground(town, frame_around([(x + 90_000, y)])))
    assert len(here) > len(elsewhere)
    numbers = [int(n) for d in re.findall(r'd="([^"]+)"', here) for n in re.findall(r"-?\d+", d)]
    assert max(numbers) < max(WIDTH, HEIGHT) + 60


@pytest.mark.parametrize("spread_m", [0.0, 10.0, 5_000.0, 80_000.0])
def test_what_must_be_seen_is_within_every_paper(spread_m: float) -> None:
    middle = (500_000.0, 2_500_000.0)
    points = [
        (middle[0] + spread_m * math.cos(k), middle[1] + spread_m * math.sin(k)) for k in range(7)
    ]
    frame = frame_around(points)
    for point in points:
        assert frame.holds(point)
        x, y = frame.at(point)
        assert EDGE <= x <= WIDTH - EDGE
        assert (HEIGHT - CORE) / 2 <= y <= (HEIGHT + CORE) / 2


@pytest.mark.parametrize("scale", [0.01, 0.05, 0.2, 0.7, 1.5])
def test_the_bar_is_a_round_length(scale: float) -> None:
    frame = Frame(0.0, 0.0, scale)
    assert re.fullmatch(r"[125]0*", str(frame.bar_m))
    assert WIDTH / 18 <= frame.bar_m * scale <= WIDTH / 7


def test_shapes_keep_their_holes_and_parts() -> None:
    frame = Frame(0.0, 0.0, 1.0)
    ring = shapely.box(100, 100, 600, 600).difference(shapely.box(200, 200, 300, 300))
    both = shapely.MultiPolygon([ring, shapely.box(700, 700, 800, 800)])
    assert frame.path(ring).count("M") == 2
    assert frame.path(both).count("M") == 3
    assert frame.path(both).count("Z") == 3
    assert frame.path(shapely.LineString([(0, 0), (50, 50)])).count("Z") == 0
    assert frame.path(shapely.box(9e5, 9e5, 9.1e5, 9.1e5)) == ""


def test_a_name_moves_to_where_there_is_room() -> None:
    labels = Labels()
    labels.keep(900, 900, 24)
    right = labels.place((900, 900), "一号队", 30, 34)
    left = labels.place((900, 900), "二号队", 30, 34)
    assert right is not None
    assert left is not None
    assert right[0] > 900 > left[0]
    labels.keep(900, 860, 30)
    labels.keep(900, 940, 30)
    assert labels.place((900, 900), "三号队", 30, 34) is None
