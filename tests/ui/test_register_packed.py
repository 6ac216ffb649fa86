"""Page 登记 takes every kind of file that it offers, a zipped shapefile too."""

import io
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import shapely
import xlsxwriter

from desks.onemap import load_onemap
from geodata.opening import FORMATS
from geodata.packed import PACKED
from layers import layer
from layers.sources import LAYER_SUFFIXES, layer_source
from tests.geodata.zips import KML, named, shapefile, shelters, zipped
from tests.ui.test_register_page import Opened, folder, opened, read, rows
from ui.pages import register_trial as trials
from ui.pages.register_import import SUFFIXES

__all__ = ["folder", "opened"]

ROOT = Path(__file__).parents[2]
_TABLE = pd.DataFrame(
    {"编号": ["1", "2"], "名称": ["甲", "乙"], "经度": [113.1, 113.2], "纬度": [22.9, 22.8]}
)


def _csv(path: Path) -> None:
    _TABLE.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")


def _book(path: Path) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(_TABLE), *_TABLE.to_numpy().tolist()]):
            sheet.write_row(at, 0, row)
    path.write_bytes(made.getvalue())


def _shapes(driver: str) -> Callable[[Path], None]:
    return lambda path: shelters("EPSG:4326").to_file(path, driver=driver)


def _zip(path: Path) -> None:
    zipped(path, named(shapefile(path.parent / "made"), "避难"))


WRITERS: dict[str, Callable[[Path], object]] = {
    "csv": _csv, "txt": _csv, "tsv": _csv, "xlsx": _book, "xlsm": _book,
    "geojson": _shapes("GeoJSON"), "json": _shapes("GeoJSON"), "gpkg": _shapes("GPKG"),
    "sqlite": _shapes("SQLite"), "spatialite": _shapes("SQLite"), "db": _shapes("SQLite"),
    "fgb": _shapes("FlatGeobuf"),
    "parquet": lambda path: shelters("EPSG:4326").to_parquet(path),
    "geoparquet": lambda path: shelters("EPSG:4326").to_parquet(path),
    "kml": lambda path: path.write_bytes(KML),
    "kmz": lambda path: zipped(path, {"doc.kml": KML}), "zip": _zip,
}  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_that_is_offered_is_read(tmp_path: Path, suffix: str) -> None:
    """The page offered .xls, .tab, .ods, .zip and .kmz, of which none was read."""
    path = tmp_path / f"a.{suffix}"
    WRITERS[suffix](path)
    source = layer_source(layer("shelter"), path, datum="wgs84", layer=None)
    assert len(source.table.rows) == (1 if suffix in {"kml", "kmz"} else 2)


def test_every_kind_that_is_read_is_offered_but_what_is_several_files() -> None:
    assert {f".{suffix}" for suffix in SUFFIXES} == LAYER_SUFFIXES - {".shp"}
    assert not {"xls", "ods", "tab"} & set(SUFFIXES)


def test_the_button_names_nothing_that_is_not_read() -> None:
    """Its words stand in the style sheet, where no catalogue reaches them."""
    style = (ROOT / "ui/panels/register.css").read_text(encoding="utf-8")
    (told,) = re.findall(r'reg_upload.*button::after \{ content: "＋ ([^"]+)"', style)
    assert {suffix.removeprefix(".") for suffix in told.split()} <= set(SUFFIXES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_line_above_the_file_names_every_format(opened: Opened, lang: str) -> None:
    label = opened("import", lang=lang).file_uploader[0].label
    names = {"Excel", "CSV", *FORMATS.values(), *(kind[1:].upper() for kind in PACKED)}
    lacking = {name for name in names if name.lower() not in label.lower()} - {"ZIP"}
    assert not lacking


def test_a_zipped_shapefile_is_rehearsed_with_its_rows_and_its_datum(
    opened: Opened, folder: Path, tmp_path: Path
) -> None:
    """Its .prj is the district's metres; the page declares nothing but what the file says."""
    kept = rows(folder, "shelter")
    onemap = load_onemap(folder)
    frame = (
        shelters()
        .iloc[[0] * len(kept)]
        .assign(
            编号=[f"{one.id}-新" for one in kept],
            名称=[f"{one.props['name']}新" for one in kept],
            室内外=[str(one.props.get("kind") or "室外") for one in kept],
        )
    )
    places = [onemap.to_metres(*shapely.get_coordinates(one.shape)[0]) for one in kept]
    frame = frame.set_geometry(shapely.points(places)).set_crs(onemap.crs, allow_override=True)
    path = zipped(tmp_path / "避难.zip", named(shapefile(tmp_path / "made", frame), "避难"))
    app = opened("import")
    next(one for one in app.selectbox if one.key == "reg_import_layer").set_value("shelter").run()
    app.file_uploader[0].set_value(("避难.zip", path.read_bytes(), "application/zip")).run()
    assert not app.exception
    found = app.session_state[trials.TRIAL].rehearsal
    assert found.rows_read == len(kept)
    assert found.datum.declared == "wgs84"
    assert not found.datum.stop
    stands = {change.id: shapely.get_coordinates(change.shape)[0] for change in found.changes}
    for one in kept:
        true = shapely.get_coordinates(one.shape)[0]
        assert stands[f"{one.id}-新"] == pytest.approx(true, abs=1e-6)
    assert "避难.zip" in read(app)
    assert rows(folder, "shelter") == kept


@pytest.mark.parametrize(
    ("lost", "said"),
    [(".dbf", "避难.dbf"), (".shp", "没有 Shapefile"), (None, "压缩包已损坏")],
)
def test_an_archive_without_a_whole_shapefile_is_refused_and_leaves_nothing(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str | None, said: str
) -> None:
    files = shapefile(tmp_path / "made")
    files.pop(lost or "", b"")
    content = zipped(tmp_path / "a.zip", named(files, "避难")).read_bytes()
    aside = tmp_path / "aside"
    aside.mkdir()
    app = opened("import")
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    app.file_uploader[0].set_value(
        ("../../避难.zip", content if lost else content[:300], "application/zip")
    ).run()
    assert not app.exception
    assert trials.TRIAL not in app.session_state
    assert said in read(app)
    assert not list(aside.iterdir())
