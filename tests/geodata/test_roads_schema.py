"""A foreign schema told in TOML, and what is guessed where it is silent."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString

from geodata.faults import UserError
from geodata.roads import RoadSchema, load_schema, read_roads, schema_of
from geodata.roads_schema import describe_schema, guess_schema

TOLD = """
[columns]
class = "DLDJ"
direction = "TXFX"
speed = ["XS1", "XS2"]
width = "LK"
name = "DLMC"
id = "BH"

[oneway]
both = ["S", 9]
forward = ["Z"]
backward = ["N"]

[class]
"1" = "motorway"
"2" = "主干道"
"9" = "no road"

[units]
speed = "mph"
"""


def lines(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [LineString([(114 + n / 100, 30), (114 + n / 100, 30.01)]) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def test_a_told_schema_reads_foreign_columns(tmp_path: Path) -> None:
    told = tmp_path / "s.toml"
    told.write_text(
        TOLD.replace("主干道", "primary").replace("direction", "oneway"), encoding="utf-8"
    )
    frame = lines(
        DLDJ=[1, 2, 9, 7], TXFX=["Z", "N", "S", "9"], XS1=[30, 0, 0, 50], XS2=[20, 40, 0, None],
        LK=[12, 3.5, 1, None], DLMC=["甲", "乙", "丙", "丁"], BH=["a", "b", "c", "d"],
    )  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    roads, report = read_roads(tmp_path / "a.gpkg", schema=load_schema(told))
    assert roads["road_class"].tolist() == ["motorway", "primary", "unknown"]
    assert roads["oneway"].tolist() == [1, -1, 0]
    assert roads["speed_kmh"].tolist() == pytest.approx([32.18688, 64.37376, 80.4672])
    assert roads["source_id"].tolist() == ["a", "b", "d"]
    assert report.unknown_classes == {"7": 1}
    assert report.refused[0].first == ("c",)


def test_every_wrong_word_is_named_at_once() -> None:
    told = {
        "columns": {"colour": "X"},
        "oneway": {"up": ["1"]},
        "class": {"2": "主干道"},
        "units": {"speed": "furlongs"},
        "colums": {},
        "extra": 3,
    }
    with pytest.raises(UserError) as caught:
        schema_of(told, "s.toml")
    words = {fault.value for fault in caught.value.faults}
    assert words == {"colour", "up", "主干道", "furlongs", "colums", "extra"}
    with pytest.raises(UserError, match="must be a table"):
        schema_of({"columns": "class"}, "s.toml")


@pytest.mark.parametrize("data", [b"[columns", b"\xff\xfe[", b"a = [1, 2", b""])
def test_broken_toml_gets_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        load_schema(path)
    assert caught.value.faults[0].file == "s.toml"


def test_what_is_told_goes_before_the_guess() -> None:
    frame = lines(highway=["a"], kind=["b"], name=["x"], oneway=["1"])
    schema = guess_schema(frame, RoadSchema(road_class="kind", name=""))
    assert (schema.road_class, schema.name, schema.oneway) == ("kind", "", "oneway")
    assert schema.forward == ("1",)


@pytest.mark.parametrize(
    ("column", "codes", "expected"),
    [
        ("oneway", ["yes", "no", "-1", None], [1, 0, -1, 0]),
        ("oneway", [True, False], [1, 0]),
        ("oneway", ["F", "T", "B"], [1, -1, 0]),
        ("oneway", ["T", "F"], [1, 0]),
        ("oneway", ["FT", "TF", ""], [1, -1, 0]),
        ("direction", [0, 1, -1], [0, 1, -1]),
        ("DIRECTION", [0, 1, 2, 3], [0, 0, 1, -1]),
        ("通行方向", ["双向", "顺向", "逆向"], [0, 1, -1]),
        ("单行道", ["是", "否"], [1, 0]),
        ("oneway", [1.0, 0.0], [1, 0]),
    ],
)
def test_one_way_codes_are_guessed_from_what_occurs(
    tmp_path: Path, column: str, codes: list[object], expected: list[int]
) -> None:
    lines(**{column: codes}).to_parquet(tmp_path / "a.parquet")
    roads, report = read_roads(tmp_path / "a.parquet")
    assert roads["oneway"].tolist() == expected
    assert not report.unread
    assert any(f"One-way codes in '{column}'" in str(sentence) for sentence in report.guessed)


def test_closed_to_both_is_not_taken_for_both_ways(tmp_path: Path) -> None:
    lines(oneway=["FT", "N", ""]).to_parquet(tmp_path / "a.parquet")
    _, report = read_roads(tmp_path / "a.parquet")
    assert report.unread == {"oneway": 1}


def test_chinese_headings_are_guessed() -> None:
    headings = ("道路名称", "道路等级", "路宽", "限速", "限高", "限重")
    frame = lines(n=[1]).assign(**dict.fromkeys(headings, "1"))
    schema = guess_schema(frame)
    assert (schema.name, schema.road_class, schema.width) == ("道路名称", "道路等级", "路宽")
    assert (schema.speed, schema.height, schema.weight) == (("限速",), "限高", "限重")
    said = " ".join(str(sentence) for sentence in describe_schema(schema))
    assert "width = 路宽" in said
    assert "No column for: one-way, from, to." in said


def test_speeds_of_both_directions_are_a_pair_and_one_node_column_is_none() -> None:
    frame = lines(speed_ab=[1], speed_ba=[2], u=[1])
    schema = guess_schema(frame)
    assert schema.speed == ("speed_ab", "speed_ba")
    assert (schema.from_node, schema.to_node) == ("", "")
