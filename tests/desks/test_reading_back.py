"""What is no export is refused with a sentence; what is odd in one is named with its row."""

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.register.exporting import export_register
from desks.register.reading_back import read_export
from desks.register.schema import table_of_key
from geodata.faults import UserError
from tests.desks.exports import features_of

SCHEMA = json.dumps({"schema": "shouwang-register-export", "version": 1})
TEAM = {"team": features_of(table_of_key("team"), 3)}


def folder(tmp_path: Path, schema: str = SCHEMA, **files: str) -> Path:
    """Return a folder of files: ``team_csv`` is ``team.csv``."""
    place = tmp_path / "r"
    place.mkdir()
    (place / "schema.json").write_text(schema, encoding="utf-8")
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (place / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return place


def faults_of(path: Path) -> list[tuple[int | None, str]]:
    with pytest.raises(UserError) as caught:
        read_export(path)
    return [(fault.row, fault.column) for fault in caught.value.faults]


def test_all_faults_of_all_tables_at_once(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        team_csv="id,name,people,lon,lat\n1,甲,十,113,23\n1,乙,3,113,23\n,丙,4,,\n5,丁,1.5,x,23\n",
        pipeline_csv='id,wkt\n1,"LINESTRING (0 0, 1 1)"\n2,"LINESTRING (0 0)"\n',
    )
    assert faults_of(place) == [
        (2, "people"),
        (3, "id"),
        (4, "id"),
        (5, "people"),
        (5, "lon"),
        (5, "wkt"),
        (3, "wkt"),
    ]


@pytest.mark.parametrize("number", ["nan", "inf", "1e999", "=1", "TRUE"])
def test_what_is_no_number_is_none(tmp_path: Path, number: str) -> None:
    assert faults_of(folder(tmp_path, shelter_csv=f"id,area_m2\n1,{number}\n")) == [(2, "area_m2")]


def test_a_row_longer_than_its_headings_is_named(tmp_path: Path) -> None:
    assert faults_of(folder(tmp_path, team_csv="id,name\n1,甲,乙\n")) == [(2, "")]


def test_rows_that_are_empty_are_none(tmp_path: Path) -> None:
    place = folder(tmp_path, team_csv="id,name\n\n1,甲\n,\n")
    assert [change.id for change in read_export(place).changes] == ["1"]


def test_strange_columns_files_and_sheets_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="owner"):
        read_export(folder(tmp_path, team_csv="id,owner\n1,2\n"))
    (tmp_path / "r" / "letter.csv").write_text("x\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"letter\.csv"):
        read_export(tmp_path / "r")


def test_another_schema_or_none_is_refused(tmp_path: Path) -> None:
    later = json.dumps({"schema": "shouwang-register-export", "version": 2})
    with pytest.raises(UserError, match="later version"):
        read_export(folder(tmp_path, schema=later))
    (tmp_path / "r" / "schema.json").write_text("[" * 5000, encoding="utf-8")
    with pytest.raises(UserError, match="JSON"):
        read_export(tmp_path / "r")
    (tmp_path / "r" / "schema.json").unlink()
    with pytest.raises(UserError, match="no such file"):
        read_export(tmp_path / "r")


@pytest.mark.parametrize(
    "text",
    [
        "{}", "[]", '{"features": 3}', '{"features": [3]}', '{"features": [{"properties": 3}]}',
        "not json", "[" * 9000,
    ],
)  # fmt: skip
def test_geojson_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError):
        read_export(folder(tmp_path, team_geojson=text))


def test_a_geometry_that_is_none_is_named(tmp_path: Path) -> None:
    text = '{"features": [{"properties": {"id": "1"}, "geometry": {"type": "Blob"}}]}'
    assert faults_of(folder(tmp_path, team_geojson=text)) == [(1, "wkt")]


@pytest.mark.parametrize("name", ["../team.csv", "/etc/passwd", "team.csv/../../x", "a/team.csv"])
def test_an_archive_never_writes_outside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / "r.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", SCHEMA)
        archive.writestr(name, "id\n1\n")
    with pytest.raises(UserError, match="No export holds this"):
        read_export(path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["r.zip"]


def test_an_archive_that_unpacks_to_a_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", SCHEMA)
        archive.writestr("team.csv", "id\n" + "1" * 3_000_000)
    monkeypatch.setattr("desks.register.reading_back.MAX_BYTES", 1_000_000)
    with pytest.raises(UserError, match=r"team\.csv"):
        read_export(path)


def test_a_damaged_archive_and_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "r.zip").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UserError, match="damaged"):
        read_export(tmp_path / "r.zip")
    (tmp_path / "r.exe").write_bytes(b"MZ")
    with pytest.raises(UserError, match="no exported register"):
        read_export(tmp_path / "r.exe")
    with pytest.raises(UserError):
        read_export(tmp_path / "none.gpkg")


def test_an_archive_spoiled_within_a_packed_part_is_refused(tmp_path: Path) -> None:
    """What cannot be inflated ended in a traceback: an export stores, a stranger packs."""
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", SCHEMA)
    data = bytearray(path.read_bytes())
    start = 30 + len("schema.json")
    data[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        read_export(path)


def test_a_workbook_of_something_else_is_to_be_imported(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("明细").write_row(0, 0, ["编号"])
    with pytest.raises(UserError, match="明细"):
        read_export(path)
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("字段说明").write_row(0, 0, ["编号"])
    with pytest.raises(UserError, match="no table"):
        read_export(path)


def test_a_geopackage_with_strange_layers_or_columns(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    frame = gpd.GeoDataFrame(
        {"id": ["1"], "owner": ["x"]}, geometry=[shapely.Point(1, 2)], crs=4326
    )
    pyogrio.write_dataframe(frame, path, layer="team", driver="GPKG")
    assert faults_of(path) == [(1, "owner")]
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), path, layer="others", driver="GPKG")
    with pytest.raises(UserError, match="others"):
        read_export(path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("whole")
    export_register(TEAM, place / "r.xlsx", "xlsx")
    export_register(TEAM, place / "r.gpkg", "gpkg")
    export_register(TEAM, place / "r.zip", "csv")
    return {path.suffix: path.read_bytes() for path in place.iterdir()}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    at=st.integers(0, 1 << 20),
    flip=st.integers(1, 255),
    suffix=st.sampled_from([".xlsx", ".gpkg", ".zip"]),
)
def test_no_damage_breaks_the_reader(
    exported: dict[str, bytes], damaged: Path, at: int, flip: int, suffix: str
) -> None:
    """A flipped bit gives a sentence or is no matter; it never gives a traceback."""
    path = damaged / f"r{suffix}"
    data = bytearray(exported[suffix])
    data[at % len(data)] ^= flip
    path.write_bytes(bytes(data))
    with suppress(UserError):
        assert set(read_export(path).rows) <= {"team"}
