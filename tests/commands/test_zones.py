"""``cli.py zones``: text, JSON that keeps its schema, GeoJSON that other programs open."""

import json
import math
import re
from pathlib import Path

import geopandas as gpd
import jsonschema
import pytest
import shapely

import cli
from risk.release import LEVELS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/zones.schema.json").read_text("utf-8"))
CHLORINE = ("--substance", "氯", "--quantity-t", "1", "--wind-from", "90", "--wind-ms", "2")
AT = ("--at", "113.1,23.1")
NIGHT = ("--time", "2026-09-16T02:00+08:00")
Printed = tuple[int, str, str]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Printed:
    code = cli.main(["zones", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_of_the_issue(capsys: pytest.CaptureFixture[str]) -> None:
    """The issue's own line prints model, level, threshold, unit, reach and geometry."""
    code, out, err = run(capsys, *CHLORINE, *AT, *NIGHT, "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert document["governing"] == "dense_gas"
    assert document["weather"]["stability"] == "F"
    second = document["zones"][1]
    assert (second["level"], second["threshold"], second["unit"]) == ("aegl_2", 2.0, "ppm")
    assert second["level_name"] == "不可逆伤害"
    assert second["spread_m"] > second["reach_m"] > 1000.0
    assert not second["verified"]


def test_the_shape_in_degrees_is_as_far_as_the_reach(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, *CHLORINE, *AT, *NIGHT, "--format", "json")
    for zone in json.loads(out)["zones"]:
        shape = shapely.geometry.shape(zone["geometry"])
        xy = shapely.get_coordinates(shape) - (113.1, 23.1)
        metres = xy * (111_320.0 * math.cos(math.radians(23.1)), 110_750.0)
        assert max(math.hypot(*point) for point in metres) == pytest.approx(
            zone["reach_m"], rel=0.01, abs=1.0
        )
        west = metres[:, 0].mean()
        assert west < 0.0 or zone["level"] == "isolation"


def test_geojson_opens_elsewhere_and_holds_line_and_spread(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, out, _ = run(capsys, *CHLORINE, *AT, "--format", "geojson")
    path = tmp_path / "zones.geojson"
    path.write_text(out, encoding="utf-8")
    frame = gpd.read_file(path)
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.is_valid.all()
    assert set(frame["part"]) == {"line", "spread"}
    assert set(frame.loc[frame["governing"], "model"]) == {"dense_gas"}
    assert set(frame["level"]) <= set(LEVELS)
    for feature in json.loads(out)["features"]:
        ring = shapely.LinearRing(feature["geometry"]["coordinates"][0])
        assert ring.is_ccw


def test_text_names_the_governing_model_and_says_its_assumptions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The terminal says what the screen says, in Chinese without English left."""
    code, out, _ = run(capsys, *CHLORINE, *AT, *NIGHT)
    assert code == 0
    assert out.startswith("* 重气扩散")
    for word in ("稳定度 F", "粗糙度", "10 分钟", "未核实", "2 ppm"):
        assert word in out
    told = re.sub(r"(?m) \(.*\)$", "", out)  # sources are cited as they are titled
    assert not re.search("[A-Za-z]{3,} [a-z]{3,}", told)


def test_in_english_no_chinese_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *CHLORINE, *AT, "--lang", "en")
    assert out.startswith("* Heavy gas")
    assert not re.search("[\u4e00-\u9fff]", out)


def test_every_slip_is_told_at_once_and_ends_in_two(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(
        capsys, "--at", "23.1,113.1", "--substance", "氪石", "--quantity-t", "-1",
        "--wind-ms", "nan", "--wind-from", "north", "--cloud", "9", "--hour", "25",
    )  # fmt: skip
    assert code == 2
    assert out == ""
    assert len(err.splitlines()) == 7


@pytest.mark.parametrize(
    "hostile",
    [
        "\u202e氯",
        "<script>alert(1)</script>",
        "\x1b[31m氯",
        "a" * 100_000,
        "{name}",
        "%s%n",
        "=cmd|'/c calc'!A1",
    ],
)
def test_a_hostile_name_is_told_harmlessly(
    capsys: pytest.CaptureFixture[str], hostile: str
) -> None:
    code, _, err = run(capsys, *AT, "--substance", hostile)
    assert code == 2
    assert "\x1b" not in err
    assert len(err) < 1000


def test_a_place_west_and_south_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Coquimbo: no district folder is needed and the plane is the place's own."""
    code, out, _ = run(capsys, *CHLORINE, "--at", "-71.34,-29.95", "--format", "json")
    assert code == 0
    shape = shapely.geometry.shape(json.loads(out)["zones"][0]["geometry"])
    assert shape.distance(shapely.Point(-71.34, -29.95)) < 1e-5


def test_what_crosses_the_antimeridian_stays_in_one_piece(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wind = ("--wind-from", "270", "--wind-ms", "2", "--time", "2026-09-16T02:00")
    code, out, _ = run(
        capsys, "--at", "179.99,-17", "--substance", "氯", "--quantity-t", "5", *wind,
        "--format", "json",
    )  # fmt: skip
    assert code == 0
    for zone in json.loads(out)["zones"]:
        west, _, east, _ = shapely.geometry.shape(zone["geometry"]).bounds
        assert east - west < 1.0


def test_without_a_substance_the_gap_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *AT, "--format", "json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    assert document["substance"] is None
    assert document["weather"] is None
    assert len(document["notes"]) >= 3


def test_a_reach_that_was_cut_is_told_in_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """10000 m is where the coefficients end, not where the cloud does: whoever reads must know."""
    code, out, _ = run(capsys, *CHLORINE, *AT, *NIGHT, "--lang", "en")
    assert code == 0
    assert re.search(r"10000 m.*Discomfort", out)
    assert out.count("Cut at 10 km") == 2  # once for each model whose farthest level is cut


def test_the_other_commands_keep_their_formats(capsys: pytest.CaptureFixture[str]) -> None:
    """GeoJSON is a format of zones alone."""
    with pytest.raises(SystemExit):
        cli.main(["brief", "nowhere", "--at", "1,1", "--format", "geojson"])
    assert "geojson" in capsys.readouterr().err
