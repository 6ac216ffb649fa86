"""The guarded door: every format in, every trick out."""

import json
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from geodata.dbf import dbf_encoding
from geodata.drivers import RISKY_DRIVERS
from geodata.faults import UserError
from geodata.opening import FORMATS, local_file, open_rows, open_vector, split_layer, vector_layers

ROOT = Path(__file__).parents[2]
VRT = (
    "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>a</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)
KML = (
    '<?xml version="1.0" encoding="{encoding}"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><Folder><name>第一</name><Placemark><name>甲站</name><ExtendedData>"
    '<Data name="级别"><value>区级</value></Data></ExtendedData>'
    "<Point><coordinates>112,22,5</coordinates></Point></Placemark></Folder>"
    "<Folder><name>第二</name><Placemark><name>乙站</name>"
    "<Point><coordinates>113,23</coordinates></Point></Placemark></Folder></Document></kml>"
)


@pytest.fixture
def stations() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"名称": ["应急物资站", "北站"], "n": [1, 2]},
        geometry=[Point(112, 22), Point(113, 23)],
        crs="EPSG:4490",
    )


def fault(path: Path, layer: str | None = None) -> str:
    """Return the text of the one fault of opening the file."""
    with pytest.raises(UserError) as caught:
        open_vector(path, layer)
    (only,) = caught.value.faults
    assert only.file == path.name
    assert str(only.mend)
    return str(only)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".sqlite", ".fgb", ".parquet"])
def test_every_format_comes_back_as_it_was(
    tmp_path: Path, stations: gpd.GeoDataFrame, suffix: str
) -> None:
    path = tmp_path / f"站点{suffix}"
    if suffix == ".parquet":
        stations.to_parquet(path)
    elif suffix == ".sqlite":
        stations.to_file(path, driver="SQLite")
    elif suffix == ".shp":
        stations.to_file(path, encoding="utf-8")
    else:
        stations.to_file(path)
    read = open_vector(path).sort_values("n")
    assert read["名称"].tolist() == ["应急物资站", "北站"]
    assert [(p.x, p.y) for p in read.geometry] == [(112, 22), (113, 23)]
    assert read.crs is not None


def test_the_crs_is_the_files_own(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    stations.to_crs("EPSG:4547").to_file(tmp_path / "a.gpkg")
    assert open_vector(tmp_path / "a.gpkg").crs.to_epsg() == 4547


@pytest.mark.parametrize("code_page", [None, "GBK", "936", "UTF-8", "nonsense"])
def test_gbk_shapefile_with_a_right_wrong_or_no_code_page(
    tmp_path: Path, stations: gpd.GeoDataFrame, code_page: str | None
) -> None:
    path = tmp_path / "gbk.shp"
    stations.to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    if code_page:
        path.with_suffix(".cpg").write_text(code_page)
    assert open_vector(path)["名称"].tolist() == ["应急物资站", "北站"]


def test_shapefile_without_prj_has_no_crs(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.shp"
    stations.to_file(path, encoding="utf-8")
    path.with_suffix(".prj").unlink()
    assert open_vector(path).crs is None


def test_shapefile_without_its_table_or_cut_off(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.shp"
    stations.to_file(path, encoding="utf-8")
    whole = path.read_bytes()
    # GDAL itself would give rows without geometry and say nothing.
    path.write_bytes(whole[:-20])
    assert "cut off" in fault(path)
    path.write_bytes(whole)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:-40])
    assert "cut off" in fault(path)
    table.unlink()
    assert "a.dbf" in fault(path)
    path.write_bytes(b"\0" * 200)
    shutil.copy(path.with_suffix(".shx"), table)
    assert "signature" in fault(path)


def test_dbf_encoding_by_hand(tmp_path: Path) -> None:
    def table(text: bytes, width: int) -> Path:
        field = b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
        head = struct.pack("<B3xIHH20x", 3, 1, 32 + 32 + 1, 1 + width)
        path = tmp_path / "t.dbf"
        path.write_bytes(head + field + b"\r" + b" " + text.ljust(width) + b"\x1a")
        return path

    assert dbf_encoding(table(b"abc", 10)) == "UTF-8"
    assert dbf_encoding(table("消防站".encode("gbk"), 10)) == "GB18030"
    # A last character that the field's width cut through does not make it another encoding.
    assert dbf_encoding(table("消防站点".encode()[:10], 10)) == "UTF-8"
    assert dbf_encoding(table(b"\xff\xff\xff", 10)) == "ISO-8859-1"
    with pytest.raises(ValueError, match="cut off"):
        dbf_encoding(_written(tmp_path / "short.dbf", b"\3abc"))


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_geojson_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    told = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"名": "消防站"},
                "geometry": {"type": "Point", "coordinates": [112, 22]},
            }
        ],
    }
    path = _written(tmp_path / "a.geojson", json.dumps(told, ensure_ascii=False).encode(encoding))
    assert open_vector(path)["名"].tolist() == ["消防站"]
    assert vector_layers(path)[0][0] == "a"


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "gb2312", "UTF-16"])
def test_kml_folders_together_with_their_data(tmp_path: Path, encoding: str) -> None:
    path = _written(tmp_path / "a.kml", KML.format(encoding=encoding).encode(encoding))
    read = open_vector(path)
    assert read["Name"].tolist() == ["甲站", "乙站"]
    assert read["folder"].tolist() == ["第一", "第二"]
    assert open_vector(path, "第二")["Name"].tolist() == ["乙站"]


def test_two_layers_must_be_named(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    stations.to_file(path, layer="one")
    stations.head(1).to_file(path, layer="two")
    text = fault(path)
    assert "one, two" in text
    assert "a.gpkg:one" in text
    assert len(open_vector(path, "two")) == 1
    assert "no layer 'three'" in fault(path, "three")
    assert vector_layers(path) == (("one", "Point"), ("two", "Point"))


def test_a_plain_table_is_no_layer_to_guess(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    stations.to_file(path, layer="one")
    pyogrio.write_dataframe(stations.drop(columns="geometry"), path, layer="styles")
    assert len(open_vector(path)) == 2
    assert "has no geometry" in fault(path, "styles")


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize("data", [b"", b"hello", b"\x00" * 300, b"PK\x03\x04", VRT.encode()])
def test_empty_or_foreign_bytes_get_a_sentence(tmp_path: Path, suffix: str, data: bytes) -> None:
    fault(_written(tmp_path / f"a{suffix}", data))


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".sqlite", ".fgb", ".parquet"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_truncated_files_get_a_sentence(
    tmp_path: Path, stations: gpd.GeoDataFrame, suffix: str, part: float
) -> None:
    path = tmp_path / f"a{suffix}"
    many = stations.iloc[[0, 1] * 200]
    if suffix == ".parquet":
        many.to_parquet(path)
    else:
        many.to_file(path, **({"driver": "SQLite"} if suffix == ".sqlite" else {}))
    data = path.read_bytes()
    fault(_written(path, data[: int(len(data) * part)]))


def test_no_file_a_folder_or_another_suffix(tmp_path: Path) -> None:
    assert "no such file" in fault(tmp_path / "a.gpkg")
    (tmp_path / "b.gpkg").mkdir()
    assert "no such file" in fault(tmp_path / "b.gpkg")
    assert "'.vrt'" in fault(_written(tmp_path / "a.vrt", VRT.encode()))
    assert "exclamation" in fault(_written(tmp_path / "x.zip!y.geojson", b"{}"))


@pytest.mark.parametrize(
    "text",
    ["/vsicurl/http://127.0.0.1:9/a.geojson", "CSV:/etc/passwd", "GPKG:/a.gpkg", "/vsizip/a.gpkg"],
)
def test_connection_strings_are_no_files(text: str) -> None:
    with pytest.raises(UserError):
        open_vector(Path(text))


def test_too_big_a_file_says_its_size(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.osm", b"x" * 2_000_001)
    with pytest.raises(UserError, match="2 MB, more than the 1 MB"):
        local_file(path, max_bytes=1_000_000)


def test_text_files_cannot_name_further_files(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    """A streamed algorithm in JSON read another file before it was refused here."""
    stations.to_file(tmp_path / "secret.gpkg")
    steps = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read secret.gpkg"}
    assert "other files" in fault(_written(tmp_path / "a.json", json.dumps(steps).encode()))
    wrapped = json.dumps({"type": "FeatureCollection", "x": VRT, "features": []})
    assert "other files" in fault(_written(tmp_path / "b.geojson", wrapped.encode()))
    kml = KML.format(encoding="UTF-8").replace("<Document>", f"<Document><!-- {VRT} -->")
    assert "other files" in fault(_written(tmp_path / "c.kml", kml.encode()))


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GBK"])
def test_kml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "secret.txt").write_text("TOPSECRET")
    kml = KML.format(encoding=encoding).replace(
        "?>\n", '?>\n<!DOCTYPE kml [<!ENTITY x SYSTEM "secret.txt">]>\n'
    )
    path = _written(tmp_path / "a.kml", kml.replace("甲站", "&x;").encode(encoding))
    assert "entities" in fault(path)


def test_virtual_tables_of_other_files_are_refused(
    tmp_path: Path, stations: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "a.gpkg"
    stations.to_file(path)
    connection = sqlite3.connect(path)
    connection.execute("pragma writable_schema=on")
    connection.execute(
        "insert into sqlite_master values ('table','e','e',0,?)",
        ("CREATE VIRTUAL TABLE e USING VirtualOGR('/etc/passwd')",),
    )
    connection.commit()
    connection.close()
    assert "other files" in fault(path)


def test_risky_drivers_never_load() -> None:
    """The environment must be set before GDAL loads, whoever imports the room."""
    code = "import geodata, pyogrio; print(*pyogrio.list_drivers())"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not set(ran.stdout.split()) & set(RISKY_DRIVERS)
    assert {"GPKG", "GeoJSON", "SQLite", "FlatGeobuf"} <= set(ran.stdout.split())


@pytest.mark.parametrize(
    ("text", "path", "layer"),
    [
        ("a.gpkg", "a.gpkg", None),
        ("a.gpkg:roads", "a.gpkg", "roads"),
        ("a.GPKG:道路:2020", "a.GPKG", "道路:2020"),
        ("C:\\x\\a.sqlite:links", "C:\\x\\a.sqlite", "links"),
        ("C:\\x\\a.shp", "C:\\x\\a.shp", None),
        ("a.gpkg:", "a.gpkg:", None),
        ("a.txt:b", "a.txt:b", None),
        ("a.osm.pbf", "a.osm.pbf", None),
    ],
)
def test_split_layer(text: str, path: str, layer: str | None) -> None:
    assert split_layer(text) == (Path(path), layer)


def test_an_existing_file_is_never_split(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.gpkg:b", b"x")
    assert split_layer(str(path)) == (path, None)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([".geojson", ".kml", ".gpkg", ".fgb", ".parquet"]))
def test_noise_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    heads = {".geojson": b"{", ".gpkg": b"SQLite format 3\0", ".fgb": b"fgb\x03", ".kml": b"<kml>"}
    path = tmp_path_factory.mktemp("noise") / f"a{suffix}"
    path.write_bytes(heads.get(suffix, b"PAR1") + data)
    with pytest.raises(UserError):
        open_vector(path)


def test_null_and_empty_shapes_stay_rows(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"n": [1, 2, 3]}, geometry=[None, LineString(), Polygon([(0, 0), (1, 0), (0, 1)])], crs=4326
    )
    frame.to_file(tmp_path / "a.gpkg")
    assert open_vector(tmp_path / "a.gpkg")["n"].tolist() == [1, 2, 3]


def test_a_layer_without_rows_is_no_fault(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    stations.head(0).to_file(tmp_path / "a.gpkg")
    assert open_vector(tmp_path / "a.gpkg").empty


def test_a_table_without_shapes_gives_its_rows(tmp_path: Path, stations: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    stations.to_file(path, layer="stations")
    pyogrio.write_dataframe(pd.DataFrame({"n": [1, 2]}), path, layer="notes", driver="GPKG")
    assert open_rows(path, "notes")["n"].tolist() == [1, 2]
    assert isinstance(open_rows(path, "stations"), gpd.GeoDataFrame)
    with pytest.raises(UserError, match="no geometry"):
        open_vector(path, "notes")
    with pytest.raises(UserError, match="There is no layer"):
        open_rows(path, "others")
