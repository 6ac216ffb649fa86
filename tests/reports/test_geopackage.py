"""The GeoPackage of a paper: every map layer and table, in a datum that it names, same bytes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geodata.crs import projection
from geodata.faults import UserError
from language import say
from reports.draft import DRAFT
from reports.geopackage import write_geopackage
from reports.paper import Column, MapFigure, MapLayer, Paper, Paragraph, Percent, Table, Verdict

from .proved import paper

X_M, Y_M = 500_000.0, 2_545_000.0
SQUARE = shapely.box(X_M, Y_M, X_M + 100, Y_M + 100)
LEGEND = ((say("all covered"), "#1B7F6B"), (say("below 50%"), "#D9694F"))


def _maps() -> tuple[MapFigure, ...]:
    points = (shapely.Point(X_M, Y_M), shapely.Point(X_M + 50, Y_M))
    places = MapLayer("shelter", say("Places that count"), points, ("一", "二"))
    parts = MapLayer("community", say("Community"), (SQUARE,), ("甲",), legend=LEGEND, classes=(1,))
    other = replace(places, shapes=places.shapes[:1], names=places.names[:1])
    extent = (X_M, Y_M, X_M + 100, Y_M + 100)
    return (MapFigure("m1", say("Maps"), extent, (parts, places)),
            MapFigure("m2", say("Maps"), extent, (other,)))  # fmt: skip


def _table(key: str = "coverage_shelter") -> Table:
    columns = (
        Column("name", say("Subdistrict")),
        Column("people", say("Residents"), is_figure=True),
        Column("safe", say("Safe"), is_figure=True),
        Column("share", say("Share"), is_figure=True),
        Column("met", say("Rules")),
    )
    rows = (
        ("甲", 10_000, 7, Percent(9_999, 10_000), Verdict("pass")),
        ("=1+1", 3, say("not applicable"), say("not applicable"), None),
    )
    total = ("Σ", 10_003, 7, Percent(10_002, 10_003), "")
    return Table(key, say("Residents"), columns, rows, total=total, sums=("people",),
                 method=(say("People stand on grid cells."),), codes=("S1", "S2"))  # fmt: skip


def _paper() -> Paper:
    return replace(paper(), blocks=(*paper().blocks[:1], _table(), *_maps()))


def _written(made: Paper, folder: Path, datum: str = "CGCS2000") -> Path:
    path = folder / f"{datum}.gpkg"
    write_geopackage(made, path, datum)
    return path


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    asked = f'select * from "{table}"'  # noqa: S608 - a name of the test's own
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(asked).fetchall()


def test_every_map_layer_and_table_is_there(tmp_path: Path) -> None:
    held = pyogrio.list_layers(_written(_paper(), tmp_path))
    assert dict(held) == {
        "community": "Polygon", "shelter": "Point", "table_coverage_shelter": None,
        "column_note": None, "method": None, "text": None, "defect": None, "about": None,
    }  # fmt: skip


def test_a_shape_on_two_maps_is_there_once_and_names_both(tmp_path: Path) -> None:
    frame = gpd.read_file(_written(_paper(), tmp_path), layer="shelter")
    assert list(zip(frame["name"], frame["maps"], strict=True)) == [("一", "m1;m2"), ("二", "m1")]


def test_a_class_is_worded_with_its_colour(tmp_path: Path) -> None:
    frame = gpd.read_file(_written(_paper(), tmp_path), layer="community")
    assert frame["colour"].tolist() == ["#D9694F"]
    assert frame["class"].tolist() == [paper().words.word(LEGEND[1][0])]


@pytest.mark.parametrize(("datum", "epsg"), [("CGCS2000", 4490), ("WGS84", 4326)])
def test_the_datum_is_in_the_layers_the_metadata_and_the_table(
    tmp_path: Path, datum: str, epsg: int
) -> None:
    path = _written(_paper(), tmp_path, datum)
    frame = gpd.read_file(path, layer="shelter")
    assert frame.crs.to_epsg() == epsg
    assert pyogrio.read_info(path, layer="shelter")["dataset_metadata"] == {"DATUM": datum}
    assert dict(row[1:] for row in _rows(path, "about"))["export_datum"] == datum
    lon, lat = projection("EPSG:4547").to_deg(X_M, Y_M)
    assert (frame.geometry[0].x, frame.geometry[0].y) == (round(lon, 8), round(lat, 8))


def test_gcj02_is_shifted_and_no_program_takes_it_for_a_known_datum(tmp_path: Path) -> None:
    path = _written(_paper(), tmp_path, "GCJ02")
    frame = gpd.read_file(path, layer="shelter")
    plain = gpd.read_file(_written(_paper(), tmp_path), layer="shelter")
    assert frame.crs.to_epsg() is None
    assert "GCJ-02" in frame.crs.name
    away_deg = np.hypot(frame.geometry.x - plain.geometry.x, frame.geometry.y - plain.geometry.y)
    assert (away_deg > 0.002).all()


def test_an_unknown_datum_is_refused_before_a_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="CGCS2000, WGS84, GCJ02"):
        write_geopackage(_paper(), tmp_path / "x.gpkg", "BD-09")
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_numbers_shares_are_cut_and_what_is_no_number_is_worded(tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(_written(_paper(), tmp_path), layer="table_coverage_shelter")
    assert frame["people"].tolist() == [10_000, 3, 10_003]
    assert frame["is_total"].tolist() == [0, 0, 1]
    assert frame["unit_code"].tolist() == ["S1", "S2", ""]
    assert frame["share"].tolist()[0] == "99.9%"
    assert frame["share_permille"][0] == 999
    assert np.isnan(frame["share_permille"][1])
    assert frame["safe"][0] == 7
    assert np.isnan(frame["safe"][1])
    assert frame["safe_said"].tolist()[1] == paper().words.text("not applicable")
    assert frame["name"].tolist()[1] == "=1+1"
    assert frame["met"].tolist()[0].startswith("✓")


def test_the_sum_over_the_rows_is_the_total(tmp_path: Path) -> None:
    path = _written(_paper(), tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        sums = connection.execute(
            "select is_total, sum(people) from table_coverage_shelter group by is_total"
        ).fetchall()
    assert sums == [(0, 10_003), (1, 10_003)]


def test_titles_and_methods_stand_beside_the_figures(tmp_path: Path) -> None:
    path = _written(_paper(), tmp_path)
    words = paper().words
    notes = {row[2]: row[3] for row in _rows(path, "column_note")}
    assert notes["people"] == words.text("Residents")
    assert any(row[2] == words.text("People stand on grid cells.") for row in _rows(path, "method"))


def test_a_draft_says_so_and_names_its_defects(tmp_path: Path) -> None:
    made = replace(_paper(), defects=(say("No secrecy marking is stated."),))
    path = _written(made, tmp_path)
    assert _rows(path, "about")[0][1:] == ("draft", DRAFT)
    assert len(_rows(path, "defect")) == 1
    whole = tmp_path / "whole.gpkg"
    write_geopackage(_paper(), whole)
    assert DRAFT not in str(_rows(whole, "about"))


def test_the_same_paper_is_the_same_bytes_and_another_is_not(tmp_path: Path) -> None:
    first, second = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    for path in (first, second):
        write_geopackage(_paper(), path)
    assert first.read_bytes() == second.read_bytes()
    write_geopackage(replace(_paper(), day="2026-09-17"), second)
    assert first.read_bytes() != second.read_bytes()


def test_steering_signs_and_odd_keys_do_no_harm(tmp_path: Path) -> None:
    odd = replace(_table("x'; drop table about; --"), codes=("S1\x00", "\u202eS2"))
    same = _table("X__drop table about")
    told = Paragraph((say("{what}", what="a\x00b\u202ec"),))
    made = replace(_paper(), blocks=(*_paper().blocks, odd, same, same, told))
    path = _written(made, tmp_path)
    names = [name for name, _ in pyogrio.list_layers(path) if name.startswith(("table", "x_"))]
    assert len(set(names)) == 4
    assert all(name.replace("_", "").isalnum() for name in names)
    assert any(row[3] == "a\ufffdb\ufffdc" for row in _rows(path, "text"))


def test_a_map_without_shapes_and_a_table_without_rows_are_there(tmp_path: Path) -> None:
    bare = replace(_table("bare"), rows=(), total=None, codes=())
    none = MapFigure(
        "m", say("Maps"), (0.0, 0.0, 1.0, 1.0), (MapLayer("fire", say("Maps"), (), ()),)
    )
    path = _written(replace(_paper(), blocks=(bare, none)), tmp_path)
    assert {"fire", "table_bare"} <= {name for name, _ in pyogrio.list_layers(path)}


def test_a_folder_in_its_place_and_a_missing_disk_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").mkdir()
    with pytest.raises(UserError, match="folder, not a file"):
        write_geopackage(_paper(), tmp_path / "x.gpkg")


def _columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute(f'select * from "{table}"').description  # noqa: S608 - our name
    return [one[0] for one in told]


def test_no_column_takes_the_place_of_another_or_of_ours(tmp_path: Path) -> None:
    """Rules of a user's own pack name columns: each stays, whatever it is called."""
    keys = ("is_total", "fid", "unit_code", "FID", "rule", "Rule", "rule", "geom")
    columns = tuple(Column(key, say("Rules")) for key in keys)
    table = Table("odd", say("Rules"), columns, (tuple(f"v{at}" for at in range(len(keys))),),
                  codes=("S1",))  # fmt: skip
    path = _written(replace(_paper(), blocks=(table,)), tmp_path)
    named = _columns(path, "table_odd")
    assert len({name.casefold() for name in named}) == len(named)
    assert _rows(path, "table_odd") == [(1, "S1", *(f"v{at}" for at in range(len(keys))), 0)]
    assert [row[2] for row in _rows(path, "column_note")] == named[2:-1], "notes name them so"


def test_what_a_share_adds_takes_no_place_either(tmp_path: Path) -> None:
    columns = (Column("a_permille", say("Rules")), Column("a", say("Share"), is_figure=True))
    table = Table("odd", say("Rules"), columns, (("kept", Percent(1, 3)),))
    path = _written(replace(_paper(), blocks=(table,)), tmp_path)
    (row,) = _rows(path, "table_odd")
    assert row[1:] == ("kept", "33.3%", 333, 0)


@pytest.mark.parametrize("none", [None, shapely.Point(), shapely.Polygon()])
def test_a_shape_that_is_none_keeps_its_row(tmp_path: Path, none: shapely.Geometry | None) -> None:
    shapes = (shapely.Point(X_M, Y_M), none)
    layer = MapLayer("depot", say("Maps"), shapes, ("一", "二"))  # type: ignore[arg-type]
    figure = MapFigure("m", say("Maps"), (X_M, Y_M, X_M + 1, Y_M + 1), (layer,))
    path = _written(replace(_paper(), blocks=(figure,)), tmp_path)
    assert gpd.read_file(path, layer="depot")["name"].tolist() == ["一", "二"]


def test_shapes_without_names_are_written_nameless(tmp_path: Path) -> None:
    layer = MapLayer("depot", say("Maps"), (shapely.Point(X_M, Y_M), SQUARE), ("一",))
    figure = MapFigure("m", say("Maps"), (X_M, Y_M, X_M + 1, Y_M + 1), (layer,))
    path = _written(replace(_paper(), blocks=(figure,)), tmp_path)
    assert gpd.read_file(path, layer="depot")["name"].tolist() == ["一", ""]
