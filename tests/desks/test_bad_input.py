"""Bad files of roads and registers: a sentence with row and mend, no traceback, nothing half."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import cli
from sample import SampleFiles
from tests.desks.making import TOWN_ORIGIN_M, write_csv

HEADINGS = ["编号", "名称", "经度", "纬度"]
AT = "113.0073,23.0056"
USER_FAULT = 2
Answer = tuple[int, str, str]
Build = Callable[..., Answer]


@pytest.fixture
def build(town_files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Build:
    """Return what builds tmp_path/out/d from arguments, with the town's roads where none are."""

    def run(*arguments: object, roads: object = town_files.roads) -> Answer:
        given = ["build", tmp_path / "out" / "d", "--lang", "en", "--roads", roads, *arguments]
        code = cli.main([str(argument) for argument in given])
        out, err = capsys.readouterr()
        said = "\n".join(line for line in err.splitlines() if " % " not in line[:6])
        return code, out, said

    return run


def refused(answer: Answer, tmp_path: Path, *words: str) -> None:
    """Assert that the answer is a sentence with these words and that nothing was written."""
    code, out, err = answer
    assert code == USER_FAULT
    assert out == ""
    for word in words:
        assert word in err
    assert "Traceback" not in err
    folder = tmp_path / "out"
    assert not folder.exists() or not list(folder.iterdir())


def drawn(path: Path, *shapes: shapely.Geometry, crs: int = 4326, **columns: list[object]) -> Path:
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def road(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


@pytest.mark.parametrize(
    "suffix", ["osm", "osm.pbf", "graphml", "gpkg", "geojson", "shp", "parquet", "sqlite", "kml"]
)
@pytest.mark.parametrize("content", [b"", b"\x00\xff\x01 no such format"])
def test_a_file_of_roads_that_is_none(
    build: Build, tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"roads.{suffix}"
    path.write_bytes(content)
    refused(build(roads=path), tmp_path, "roads.")


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson", "gpkg", "shp", "kml", "parquet"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\x01 no such format"])
def test_a_register_that_is_none(build: Build, tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"depot.{suffix}"
    path.write_bytes(content)
    refused(build("--layer", f"depot={path}"), tmp_path, "depot.")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_cut_off_on_the_way(
    build: Build, tmp_path: Path, town_files: SampleFiles, share: float
) -> None:
    for whole, option in (
        (town_files.roads, "--roads"),
        (town_files.layers["team"], "--layer"),
        (town_files.communities, "--communities"),
    ):
        content = whole.read_bytes()
        path = tmp_path / f"cut{whole.suffix}"
        path.write_bytes(content[: int(len(content) * share)])
        if option == "--roads":
            answer = build(roads=path)
        else:
            answer = build(option, f"team={path}" if option == "--layer" else path)
        refused(answer, tmp_path, path.name)


@pytest.mark.parametrize(
    ("headings", "row", "words"),
    [
        (["编号", "经度", "纬度"], [1, 113, 23], ("名称", "missing", "Add or rename")),
        (["甲", "乙"], [1, 2], ("名称", "headings found are: 甲")),
    ],
)
def test_a_register_without_its_columns(
    build: Build, tmp_path: Path, headings: list[str], row: list[object], words: tuple[str, ...]
) -> None:
    path = write_csv(tmp_path / "depot.csv", headings, [row])
    refused(build("--layer", f"depot={path}"), tmp_path, "depot.csv", *words)


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        ("", "", "has no position"),
        ("23.0056", "113.0073", "each other's place"),
        ("1e300", "23", "no position"),
        ("-1e9", "1e9", "no position"),
        ("inf", "nan", "no position"),
        ("广州", "番禺", "no position"),
        ("13.4", "52.5", "outside the district"),
    ],
)
def test_a_row_with_an_odd_position_is_kept_and_named(
    build: Build, tmp_path: Path, lon: str, lat: str, words: str
) -> None:
    """The second row is the odd one: its number, its problem and its mend are said."""
    rows = [["A", "好库", "113.0073", "23.0056"], ["B", "怪库", lon, lat]]
    path = write_csv(tmp_path / "depot.csv", HEADINGS, rows)
    code, out, _ = build("--layer", f"depot={path}")
    assert code == 0
    assert "[depot] depot.csv: 2 of 2 rows kept" in out
    told = [line for line in out.splitlines() if "row 3" in line]
    assert any(words in line for line in told)
    assert all(line.rstrip().endswith((".", "纬度.")) for line in told)


def test_an_id_twice_names_both_rows(build: Build, tmp_path: Path) -> None:
    rows = [[i, f"库{n}", "113.0073", "23.0056"] for n, i in enumerate("ABAB")]
    path = write_csv(tmp_path / "depot.csv", HEADINGS, rows)
    answer = build("--layer", f"depot={path}")
    refused(answer, tmp_path, "row 4", "The id A stands in row 2 too", "row 5", "id B")


def test_mixed_datums_are_seen_by_distance(build: Build, tmp_path: Path) -> None:
    """One row of 60 in Beijing's metres: it lies far outside and is named by its row."""
    rows = [[f"D{n}", f"库{n}", f"{113.001 + n / 1e4:.6f}", "23.0056"] for n in range(59)]
    rows.append(["D59", "错库", "39500000", "2545000"])
    path = write_csv(tmp_path / "depot.csv", HEADINGS, rows)
    code, out, _ = build("--layer", f"depot={path}")
    assert code == 0
    assert "row 61" in out
    assert "--datum" in out


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (shapely.Point(113, 23), "holds no lines"),
        (shapely.box(113, 23, 113.1, 23.1), "holds no lines"),
        (road((113, 23), (113, 23)), "No road is left"),
        (road((-179, -60), (179, 60)), "reach over 358 degrees"),
        (road((113, 23), (113.000001, 23)), "shorter than a metre"),
    ],
)
def test_roads_that_cannot_be_meant(
    build: Build, tmp_path: Path, shape: shapely.Geometry, words: str
) -> None:
    path = drawn(tmp_path / "odd.gpkg", shape, highway=["primary"])
    refused(build(roads=path), tmp_path, "odd.gpkg", words)


def test_roads_at_a_pole_name_their_file(build: Build, tmp_path: Path) -> None:
    path = drawn(tmp_path / "pole.gpkg", road((0, 90), (10, 90)), highway=["primary"])
    refused(build(roads=path), tmp_path, "pole.gpkg")


def test_roads_in_metres_beyond_the_globe(build: Build, tmp_path: Path) -> None:
    line = road((1e12, 1e12), (1e12 + 10, 1e12))
    path = drawn(tmp_path / "huge.gpkg", line, crs=4547, highway=["primary"])
    refused(build(roads=path), tmp_path, "huge.gpkg, row 1", "outside the globe")


def test_roads_of_another_district_than_the_subdistricts(
    build: Build, tmp_path: Path, town_files: SampleFiles
) -> None:
    line = road((114.0, 22.5), (114.01, 22.5))
    path = drawn(tmp_path / "elsewhere.gpkg", line, highway=["primary"])
    answer = build("--subdistricts", town_files.subdistricts, roads=path)
    refused(answer, tmp_path, "elsewhere.gpkg", "km from the subdistricts of", "one district")


def test_registers_far_from_every_road_are_one_caution(
    build: Build, tmp_path: Path, town_files: SampleFiles
) -> None:
    """Without subdistricts the roads may be anywhere: what tells is that no row is near one."""
    path = drawn(tmp_path / "else.gpkg", road((10, 50), (10.01, 50)), highway=["primary"])
    code, out, _ = build("--layer", f"team={town_files.layers['team']}", roads=path)
    assert code == 0
    assert "▲ No row of team.xlsx lies near a road: are they of one district?" in out
    _, near, _ = build("--layer", f"team={town_files.layers['team']}")
    assert "lies near a road" not in near


def test_one_road_is_a_district(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = drawn(tmp_path / "one.gpkg", road((113, 23), (113.01, 23)), highway=["primary"])
    team = write_csv(
        tmp_path / "team.csv", [*HEADINGS, "队伍类型"], [["T", "队", 113, 23, "综合消防"]]
    )
    assert build("--layer", f"team={team}", roads=path)[0] == 0
    assert cli.main(["brief", str(tmp_path / "out" / "d"), "--at", "113.005,23"]) == 0
    assert "队 [综合消防]" in capsys.readouterr().out


def test_polygons_that_overlap_and_leave_a_gap(build: Build, tmp_path: Path) -> None:
    """Two communities share a strip; four around a hole leave it: both are said by area."""
    boxes = [
        shapely.box(113.000, 23.000, 113.010, 23.002),
        shapely.box(113.000, 23.008, 113.010, 23.010),
        shapely.box(113.000, 23.002, 113.002, 23.008),
        shapely.box(113.008, 23.001, 113.010, 23.009),
    ]
    path = drawn(tmp_path / "c.geojson", *boxes, code=list("1234"), name=list("甲乙丙丁"))
    code, out, _ = build("--communities", path)
    assert code == 0
    assert "overlap by" in out
    assert "gap" in out.lower()


def test_units_without_any_area_are_not_called_absent(
    build: Build, town_files: SampleFiles
) -> None:
    """A file of lines given as subdistricts: every row is named and the caution names the file."""
    code, out, _ = build("--subdistricts", town_files.roads)
    assert code == 0
    assert "▲ No subdistrict of roads.gpkg has an area" in out
    assert "No subdistricts were given" not in out


def test_roads_in_a_system_that_the_file_does_not_state(
    build: Build, tmp_path: Path, town_files: SampleFiles
) -> None:
    """--datum roads=EPSG:n holds in place of the file's own system, as for every other key."""
    x_m, y_m = TOWN_ORIGIN_M
    frame = gpd.GeoDataFrame(
        {"highway": ["primary"]},
        geometry=[road((x_m, y_m + 500), (x_m + 2000, y_m + 500))],
        crs=32654,
    )
    path = tmp_path / "metres.gpkg"
    frame.to_file(path)
    without = build("--subdistricts", town_files.subdistricts, roads=path)
    refused(without, tmp_path, "metres.gpkg", "km from the subdistricts")
    code, out, _ = build(
        "--subdistricts", town_files.subdistricts, "--datum", "roads=EPSG:4547", roads=path
    )
    assert code == 0
    assert "CGCS2000 / 3-degree Gauss-Kruger CM 114E" in out


def test_a_wrong_system_for_roads_is_a_sentence(
    build: Build, tmp_path: Path, town_files: SampleFiles
) -> None:
    """Degrees taken for metres shrink the town to a point near the equator."""
    answer = build("--datum", "roads=EPSG:4547")
    refused(answer, tmp_path, town_files.roads.name, "shorter than a metre")


def test_osm_states_its_own_system(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "r.osm"
    path.write_text('<?xml version="1.0"?><osm version="0.6"/>')
    answer = build("--datum", "roads=EPSG:4547", roads=path)
    refused(answer, tmp_path, "r.osm", "their own coordinate system")


def test_a_plain_database_is_no_layer(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "plain.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("create table team (id text)")
    refused(build("--layer", f"team={path}"), tmp_path, "plain.sqlite")
