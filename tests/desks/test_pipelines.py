"""Pipelines in the town: which an incident lies beside, and what is built on them."""

from pathlib import Path

import pytest

from desks.command.exposure import exposure
from desks.command.pipelines import STRIPS, TABLE, lines_near, load_strips, occupations
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.harms import put_lines, zone_set
from tests.desks.making import at_town, town_place
from tests.desks.worlds import Row, put

NORTH_SOUTH = [(250, -500), (250, 1_500)]
EAST_WEST = [(0, 700), (2_000, 700)]


def piped(town: OneMap, medium: str = "天然气", pressure_mpa: float | None = 4.0) -> OneMap:
    rows: list[Row] = [
        {"id": "L1", "name": "一线", "medium": medium, "pressure_mpa": pressure_mpa,
         "course": NORTH_SOUTH},
        {"id": "L2", "name": "二线", "medium": "天然气", "pressure_mpa": 0.2, "course": EAST_WEST},
    ]  # fmt: skip
    return put_lines(town, "pipeline", rows)


def near(onemap: OneMap, x_m: float, y_m: float) -> list[tuple[str, int, int]]:
    found = lines_near(onemap, town_place(x_m, y_m))
    return [(line.id, line.distance_m, line.buffer_m) for line in found]


def test_a_line_is_a_hazard_within_its_own_buffer(town: OneMap) -> None:
    """Row S1-23: 200 m beside gas at 4 MPa, 5 m beside gas at 0.2 MPa, nearest first."""
    world = piped(town)
    assert near(world, 450, 0) == [("L1", 200, 200)]
    assert near(world, 450.01, 0) == []
    assert near(world, 300, 703) == [("L2", 3, 5), ("L1", 50, 200)]
    assert near(world, 300, 706) == [("L1", 50, 200)]


@pytest.mark.parametrize(
    ("medium", "pressure_mpa", "buffer_m"),
    [
        ("天然气", 3.99, 50),
        ("天然气", 1.6, 50),
        ("天然气", 1.59, 15),
        ("天然气", 0.0, 5),
        ("天然气", None, 200),
        ("成品油", 6.3, 100),
        ("液氨", 2.5, 200),
        ("水", 1.0, 200),
        ("", None, 200),
    ],
)
def test_the_buffer_follows_medium_and_pressure(
    town: OneMap, medium: str, pressure_mpa: float | None, buffer_m: int
) -> None:
    """Row S1-23: a threshold is inclusive; what is not on file takes the widest strip."""
    found = lines_near(piped(town, medium, pressure_mpa), town_place(250, 0))
    assert [(line.medium, line.buffer_m) for line in found] == [(medium, buffer_m)]


def test_what_is_built_on_a_line_is_named(town: OneMap) -> None:
    """Row S2-11: the school 4 m off the high pressure line lies in its 5 m; one 6 m off does not.

    Beside the line of medium pressure only half a metre must be clear.
    """
    world = put(piped(town), "school", [
        {"id": "on", "name": "占压小学", "at": (254, 0)},
        {"id": "off", "name": "小学", "at": (256, 0)},
        {"id": "low", "name": "低压旁小学", "at": (900, 701)},
        {"id": "lost", "name": "无址小学"},
    ])  # fmt: skip
    world = put(world, "firm", [{"id": "F", "name": "企业", "at": (250, 100)}])
    found = occupations(world)
    assert [(o.layer, o.id, o.line_id, o.distance_m) for o in found] == [
        ("firm", "F", "L1", 0.0),
        ("school", "on", "L1", 4.0),
    ]
    assert found[0].clear_m == 5
    assert not found[0].verified
    assert "law" in found[0].source


def test_the_brief_names_the_line_and_that_its_buffer_is_not_verified(town: OneMap) -> None:
    """Row S1-23: the line shows in the brief even where no zone can be told."""
    found = exposure(piped(town), at_town(250, 0), zone_set(governing=""))
    assert [line.name for line in found.lines] == ["一线"]
    assert "The buffers of pipelines are not verified." in map(str, found.notes)
    assert exposure(town, at_town(250, 0), zone_set(governing="")).lines == ()


def test_without_lines_there_is_nothing(town: OneMap) -> None:
    assert occupations(town) == ()
    assert lines_near(town, town_place(0, 0)) == ()


def test_every_line_of_the_district_is_near_itself(district: OneMap) -> None:
    records = district.records["pipeline"]
    for row, line_id in enumerate(records.ids):
        x_m, y_m = records.xy_m[row]
        assert line_id in {line.id for line in lines_near(district, (float(x_m), float(y_m)))}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("buffer_m = 5\n", "buffer_m = -5\n", "rule 1, buffer_m"),
        ("medium = []", 'medium = ["x"]', "rule"),
        ("clear_m = 10", 'clear_m = "ten"', "rule 6, clear_m"),
        ('source = "House rule: toxic', 'sauce = "', "rule 6, source"),
        ("verified = false", "verified = 0", "rule 1, verified"),
    ],
)
def test_a_spoilt_table_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "pipelines.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_strips(path)
    assert place in {fault.column for fault in caught.value.faults}


def test_the_table_that_ships_is_whole_and_not_verified() -> None:
    assert not STRIPS.verified
    assert all(row.source for row in STRIPS.rows)
    assert all(row.clear_m <= row.buffer_m for row in STRIPS.rows)
