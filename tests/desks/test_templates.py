"""The templates: what opens, what is checked, and that import reads what is filled in."""

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
import python_calamine
import shapely

from desks.register.templates import ROWS, template, template_suffixes
from geodata.faults import UserError
from layers import CATALOG, LayerSpec, layer, read_layer

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
POINTS = [spec for spec in CATALOG if spec.geometry == "point"]
DRAWN = [spec for spec in CATALOG if spec.geometry != "point"]


def sheet_of(path: Path, at: int = 1) -> ET.Element:
    with zipfile.ZipFile(path) as archive:
        return ET.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))  # noqa: S314 - our own


def grid_of(path: Path, sheet: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("spec", POINTS, ids=lambda spec: spec.key)
def test_import_reads_a_template_and_refuses_its_example(
    tmp_path: Path, spec: LayerSpec, language: str
) -> None:
    """No defect but the example itself: headings, units, sheets beside are all known."""
    path = tmp_path / "t.xlsx"
    template(spec, path, language=language)
    read = read_layer(spec, path)
    assert len(read.frame) == 0
    assert [(fault.row, str(fault.problem)) for fault in read.refused] == [
        (2, "This row is the template's example, not a record.")
    ] * (1 + len(spec.children))
    assert read.notices == ()


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.key)
def test_the_template_of_lines_and_areas_is_a_file_with_shapes(
    tmp_path: Path, spec: LayerSpec
) -> None:
    for suffix in template_suffixes(spec):
        path = tmp_path / f"t{suffix}"
        template(spec, path)
        read = read_layer(spec, path)
        assert (len(read.frame), len(read.refused), read.notices) == (0, 1, ())
    with pytest.raises(UserError, match=r"\.gpkg / \.geojson"):
        template(spec, tmp_path / "t.xlsx")


def test_a_line_drawn_into_the_template_comes_in(tmp_path: Path) -> None:
    path = tmp_path / "t.gpkg"
    template(layer("pipeline"), path)
    frame = gpd.read_file(path, layer="pipeline")
    assert frame["名称"].tolist() == ["示例输送管道"]
    frame.loc[0, ["编号", "名称"]] = ["G-1", "东线"]
    frame.geometry = [shapely.LineString([(113, 23), (113.1, 23.1)])]
    frame.to_file(tmp_path / "mine.gpkg")
    read = read_layer(layer("pipeline"), tmp_path / "mine.gpkg")
    assert read.frame["id"].tolist() == ["G-1"]
    assert read.frame["pressure_mpa"].tolist() == [12.5]
    assert read.notices == ()


def test_a_form_filled_in_comes_in_without_a_question(tmp_path: Path) -> None:
    """The example made a record, as an office does that types over it."""
    spec = layer("shelter")
    template(spec, tmp_path / "t.xlsx")
    head, row = grid_of(tmp_path / "t.xlsx", "避难场所")
    assert head[:2] == ["编号 *", "名称 *"]
    assert {"有效面积（m²）", "容量（人）", "经度", "纬度", "室内外 *"} <= set(head)
    lines = [",".join(map(str, head)), ",".join(map(str, ["B-1", "东广场", *row[2:]]))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    read = read_layer(spec, tmp_path / "t.csv")
    assert read.notices == read.refused == ()
    assert read.frame.iloc[0][["id", "space", "capacity_people", "area_m2"]].tolist() == [
        "B-1",
        "室内",
        100,
        12.5,
    ]
    assert (read.frame.geometry[0].x, read.frame.geometry[0].y) == (113.264385, 23.129112)


def test_typing_over_the_id_alone_does_not_make_the_example_a_record(tmp_path: Path) -> None:
    template(layer("team"), tmp_path / "t.xlsx")
    head, row = grid_of(tmp_path / "t.xlsx", "应急救援队伍")
    lines = [",".join(map(str, head)), ",".join(map(str, ["T-1", *row[1:]]))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(read_layer(layer("team"), tmp_path / "t.csv").refused) == 1


def test_what_is_checked_in_the_cells(tmp_path: Path) -> None:
    """Lists to choose from, numbers from 0, days, degrees, ids once; a check warns, never bars."""
    spec = layer("team")
    template(spec, tmp_path / "t.xlsx")
    rules = sheet_of(tmp_path / "t.xlsx").findall(f".//{MAIN}dataValidation")
    by_title = {rule.get("promptTitle"): rule for rule in rules}
    assert {rule.get("errorStyle") for rule in rules} == {"warning"}
    assert {(rule.get("sqref") or "").partition(":")[2][1:] for rule in rules} == {str(ROWS + 1)}
    kind = by_title["队伍类型"]
    assert (kind.get("type"), kind.findtext(f"{MAIN}formula1")) == ("list", "'代码集'!$A$2:$A$13")
    codes = grid_of(tmp_path / "t.xlsx", "代码集")
    assert tuple(row[0] for row in codes[1:]) == spec.column("kind").choices
    assert by_title["车辆数"].get("type") == "whole"
    assert by_title["车宽"].get("type") == "decimal"
    assert by_title["最近核实日期"].get("type") == "date"
    assert by_title["经度"].findtext(f"{MAIN}formula2") == "180"
    assert by_title["编号"].findtext(f"{MAIN}formula1") == "COUNTIF($A$2:$A$2001,A2)=1"
    assert "仅有权限者可见" in (by_title["联系电话"].get("prompt") or "")


def test_the_heading_stays_in_view_and_text_stays_text(tmp_path: Path) -> None:
    template(layer("expert"), tmp_path / "t.xlsx")
    sheet = sheet_of(tmp_path / "t.xlsx")
    pane = sheet.find(f".//{MAIN}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit"), pane.get("xSplit")) == ("frozen", "1", "2")
    widths = [float(col.get("width") or 0) for col in sheet.findall(f".//{MAIN}col")]
    assert min(widths) >= 10
    assert max(widths) <= 31
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        looks = archive.read("xl/styles.xml").decode()
    assert 'numFmtId="49"' in looks, "the format of text: 007 stays 007"


def test_the_notes_say_each_column_with_its_words(tmp_path: Path) -> None:
    template(layer("depot"), tmp_path / "t.xlsx")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    assert book.sheet_names == ["应急物资库", "库存", "填表说明", "代码集"]
    rows = grid_of(tmp_path / "t.xlsx", "填表说明")
    told = {str(row[0]): row for row in rows}
    assert told["级别"][3] == "从列表中选一项。（区级、街道级、企业）"
    assert told["编号"][2] == told["物资名称"][2] == "是"
    wanted = {c.title_zh for s in (layer("depot"), layer("depot").children[0]) for c in s.columns}
    assert wanted <= {head.partition("（")[0] for head in told}
    template(layer("depot"), tmp_path / "e.xlsx", language="en")
    english = {str(row[0]): row for row in grid_of(tmp_path / "e.xlsx", "How to fill in")}
    assert english["Level"][1] == "级别"
    assert "区级 = " in str(english["Level"][3])


def test_the_geojson_template_says_what_its_columns_mean(tmp_path: Path) -> None:
    template(layer("pipeline"), tmp_path / "t.geojson", language="en")
    found = json.loads((tmp_path / "t.geojson").read_text(encoding="utf-8"))
    assert found["columns"]["Pressure"].endswith("MPa")
    assert found["features"][0]["properties"]["ID"] == "EXAMPLE (delete this row)"
    assert found["features"][0]["geometry"] is None


@pytest.mark.parametrize("key", ["depot", "pipeline"])
def test_the_same_layer_gives_the_same_bytes(tmp_path: Path, key: str) -> None:
    for suffix in template_suffixes(layer(key)):
        one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
        template(layer(key), one)
        template(layer(key), two)
        assert one.read_bytes() == two.read_bytes()
