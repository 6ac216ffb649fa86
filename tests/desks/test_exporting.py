"""The register as files: round trips to the last bit, text that stays text, equal bytes."""

import csv
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
import python_calamine
import shapely

from desks.register.exporting import FORMS, Form, export_register
from desks.register.reading_back import read_export
from desks.register.schema import TABLES
from geodata.faults import UserError
from geodata.store import Author, Change, Feature, create_store
from layers import layer, read_layer
from tests.desks.exports import (
    ODD,
    features_from,
    features_of,
    personal_of,
    plain,
    whole_register,
)

TABLE = {table.key: table for table in TABLES}
NAMES: dict[Form, str] = {"gpkg": "r.gpkg", "xlsx": "r.xlsx", "csv": "r", "geojson": "r.zip"}


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file or of each file of a folder."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return {"": path.read_bytes()}


@pytest.mark.parametrize("form", FORMS)
def test_everything_comes_back_and_goes_out_again_the_same(tmp_path: Path, form: Form) -> None:
    """Rows S0-15, S1-8, S4-2: export, empty installation, import, export: the same, bit by bit."""
    register = whole_register()
    personal = personal_of(register)
    first = tmp_path / "first" / NAMES[form]
    written = export_register(register, first, form, personal=personal)
    assert written.notices == ()
    back = read_export(first)
    again = features_from(back.changes)
    assert back.rows == written.rows == {key: len(rows) for key, rows in register.items()}
    for key, features in register.items():
        assert plain(again[key]) == plain(features), key
    told: dict[str, dict[str, dict[str, str]]] = {c.layer: {} for c in back.changes}
    for change in back.changes:
        if change.personal:
            told[change.layer][change.id] = dict(change.personal)
    assert told == personal
    second = tmp_path / "second" / NAMES[form]
    export_register(again, second, form, personal=told)
    assert contents(second) == contents(first)


@pytest.mark.parametrize("form", FORMS)
def test_from_store_to_store(tmp_path: Path, form: Form) -> None:
    """Rows S0-15, S1-8: the same through two real stores, personal columns apart and back."""
    keys = ("shelter", "expert", "hazard", "hazard.substance", "pipeline", "chemical_zone")
    author = Author("测试", "往返")
    personal = personal_of({key: features_of(TABLE[key], 25) for key in keys})
    with create_store(tmp_path / "one.sqlite") as one, create_store(tmp_path / "two.sqlite") as two:
        for key in keys:
            features = features_of(TABLE[key], 25)
            one.edit(author, [_adding(f, personal[key].get(f.id, {})) for f in features])
        path = tmp_path / "one" / NAMES[form]
        held = {key: one.read(key) for key in keys}
        known = {key: one.personal(key, [f.id for f in held[key]]) for key in keys}
        export_register(held, path, form, personal=known)
        two.edit(author, read_export(path).changes)
        other = {key: two.read(key) for key in keys}
        assert {k: plain(f) for k, f in other.items()} == {k: plain(f) for k, f in held.items()}
        again = {key: two.personal(key, [f.id for f in other[key]]) for key in keys}
        assert again == known
        second = tmp_path / "two" / NAMES[form]
        export_register(other, second, form, personal=again)
        assert contents(second) == contents(path)


def _adding(feature: Feature, personal: dict[str, str]) -> Change:
    props, shape = feature.props, feature.shape
    return Change("add", feature.layer, feature.id, 0, props, shape, personal)


def test_without_rights_no_personal_column_is_there(tmp_path: Path) -> None:
    register = {"vulnerable_resident": features_of(TABLE["vulnerable_resident"], 8)}
    secrets = {"vulnerable_resident": {f.id: {"phone": "555-9999"} for f in
                                       register["vulnerable_resident"]}}  # fmt: skip
    for form in FORMS:
        path = tmp_path / NAMES[form]
        export_register(register, path, form)
        assert not any(change.personal for change in read_export(path).changes)
        names = {"contact", "phone", "home_address", "联系电话", "家庭住址"}
        assert not names & _heads(path, form)
        export_register(register, path, form, personal=secrets)
        assert {c.personal["phone"] for c in read_export(path).changes} == {"555-9999"}


def _heads(path: Path, form: Form) -> set[str]:
    """Return the headings or field names of the one table in the export."""
    key = "vulnerable_resident"
    if form == "csv":
        text = (path / f"{key}.csv").read_text(encoding="utf-8-sig")
        return set(next(csv.reader(text.splitlines())))
    if form == "geojson":
        with zipfile.ZipFile(path) as archive:
            first = json.loads(archive.read(f"{key}.geojson"))["features"][0]
        return set(first["properties"])
    if form == "gpkg":
        connection = sqlite3.connect(path)
        try:
            return {str(row[1]) for row in connection.execute(f"pragma table_info({key})")}
        finally:
            connection.close()
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return set(map(str, sheet.to_python()[0]))


def test_no_text_is_a_formula_in_a_workbook(tmp_path: Path) -> None:
    """A payload that would show itself: a formula cell has ``<f>``, a link a relation."""
    path = tmp_path / "r.xlsx"
    export_register({"shelter": features_of(TABLE["shelter"])}, path, "xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = [data for name, data in parts.items() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not any(b"<f>" in data or b"<hyperlink" in data for data in sheets)
    assert b"=cmd|" in parts["xl/sharedStrings.xml"]


def test_no_cell_of_a_text_table_begins_as_a_formula(tmp_path: Path) -> None:
    export_register({"shelter": features_of(TABLE["shelter"])}, tmp_path / "r", "csv")
    with (tmp_path / "r" / "shelter.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in list(csv.reader(stream))[1:] for cell in row]
    numbers = [cell for cell in cells if _is_number(cell)]
    risky = tuple("=+-@＝＋－＠")
    assert not [c for c in cells if c not in numbers and c.lstrip().startswith(risky)]
    assert "'=1+1" in cells
    assert len(numbers) > 50


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell[:1] not in {"+", "@", "'"}


@pytest.mark.parametrize("key", ["shelter", "expert", "pipeline", "chemical_zone"])
def test_a_table_goes_through_the_ordinary_import_too(tmp_path: Path, key: str) -> None:
    """What an office edits in a spreadsheet and gives back loses nothing that import can hold."""
    spec = layer(key)
    shapes = {
        "point": shapely.Point(113.25, 23.1),
        "line": shapely.LineString([(113, 23), (114, 24)]),
        "polygon": shapely.box(113, 23, 114, 24),
    }
    props = {
        "name": "=甲/乙", "specialty": ["防火/防爆", "给排水"], "address": "+86 路",
        "medium": "@油", "last_verified": "2026-05-01", "area_m2": 1200.5, "residents_day": 12,
        "space": "室内",
    }  # fmt: skip
    declared = {c.key for c in spec.public_columns}
    kept = {k: v for k, v in props.items() if k in declared}
    feature = Feature(key, "X-1", 1, "", 0, kept, shapes[spec.geometry], frozenset())
    forms: tuple[Form, ...] = ("xlsx", "csv", "geojson")
    for form in forms:
        path = tmp_path / form / f"{key}.{form}"
        target = path if form == "xlsx" else path.parent
        export_register({key: [feature]}, target, form)
        read = read_layer(spec, path)
        row = read.frame.iloc[0]
        assert row["id" if "id" in row else "code"] == "X-1"
        assert row["name"] == "=甲/乙"
        assert shapely.to_wkb(row.geometry) == shapely.to_wkb(feature.shape)
        if "specialty" in kept:
            assert row["specialty"] == '["防火/防爆", "给排水"]'
        assert not read.refused


def test_what_no_form_can_carry_is_named_and_not_exported(tmp_path: Path) -> None:
    props = {
        "name": "甲\x00乙",
        "area_m2": "很大",
        "capacity_people": 1.5,
        "space": True,
        "owner": "x",
    }
    feature = Feature("shelter", "S-1", 1, "", 0, props, None, frozenset())
    found = export_register({"shelter": [feature]}, tmp_path / "r.gpkg", "gpkg")
    assert [fault.column for fault in found.notices] == ["名称", "室内外", "有效面积", "容量", ""]
    assert "S-1 has a column owner" in str(found.notices[-1])
    (change,) = read_export(tmp_path / "r.gpkg").changes
    assert change.props == {"name": "甲乙"}


def test_a_text_too_long_for_a_cell_is_named(tmp_path: Path) -> None:
    feature = Feature("shelter", "S-1", 1, "", 0, {"name": "长" * 40_000}, None, frozenset())
    long = export_register({"shelter": [feature]}, tmp_path / "r.xlsx", "xlsx")
    assert [fault.column for fault in long.notices] == ["名称"]
    assert export_register({"shelter": [feature]}, tmp_path / "r", "csv").notices == ()


def test_points_that_are_none_go_out_as_text_of_shapes(tmp_path: Path) -> None:
    shapes = (
        shapely.Point(113, 23, 7.5),
        shapely.MultiPoint([(1, 2), (3, 4)]),
        shapely.Point(1, 2),
    )
    features = [
        Feature("shelter", f"S-{i}", 1, "", i, {}, shape, frozenset())
        for i, shape in enumerate(shapes)
    ]
    for form in FORMS:
        path = tmp_path / NAMES[form]
        export_register({"shelter": features}, path, form)
        back = features_from(read_export(path).changes)["shelter"]
        assert plain(back) == plain(features), form


def test_layers_without_rows_are_tables_without_rows(tmp_path: Path) -> None:
    empty: dict[str, tuple[Feature, ...]] = {"team": (), "hazard.substance": (), "pipeline": ()}
    for form in FORMS:
        path = tmp_path / NAMES[form]
        assert export_register(empty, path, form).rows == dict.fromkeys(empty, 0)
        assert read_export(path).rows == dict.fromkeys(empty, 0)
        assert read_export(path).changes == ()


def test_a_wrong_ending_no_layer_and_an_unknown_layer(tmp_path: Path) -> None:
    team = {"team": features_of(TABLE["team"], 1)}
    wrong: dict[Form, str] = {"gpkg": "a.xlsx", "csv": "a.csv", "geojson": "a.gpkg", "xlsx": "a"}
    for form, name in wrong.items():
        with pytest.raises(UserError, match="does not go with"):
            export_register(team, tmp_path / name, form)
    with pytest.raises(UserError, match="no layer"):
        export_register({}, tmp_path / "a.gpkg", "gpkg")
    with pytest.raises(KeyError, match="account"):
        export_register({"account": ()}, tmp_path / "a.gpkg", "gpkg")
    assert list(tmp_path.iterdir()) == []


def test_an_export_replaces_an_export_and_no_other_folder(tmp_path: Path) -> None:
    team = {"team": features_of(TABLE["team"], 2)}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match="other files"):
        export_register(team, tmp_path / "mine", "csv")
    export_register(team, tmp_path / "r", "csv")
    export_register({"depot": features_of(TABLE["depot"], 2)}, tmp_path / "r", "csv")
    assert sorted(p.name for p in (tmp_path / "r").iterdir()) == ["depot.csv", "schema.json"]


def test_the_codes_stand_beside_the_data(tmp_path: Path) -> None:
    """Row S1-8: an open schema with code sets goes with every form."""
    team = {"team": features_of(TABLE["team"], 2)}
    export_register(team, tmp_path / "r.gpkg", "gpkg")
    connection = sqlite3.connect(tmp_path / "r.gpkg")
    try:
        asked = "select meaning_en from code_set where code='综合消防' and column='kind'"
        assert connection.execute(asked).fetchall() == [("General fire",)]
        asked = "select unit from column_note where column='vehicle_width_m'"
        assert connection.execute(asked).fetchall() == [("m",)]
    finally:
        connection.close()
    export_register(team, tmp_path / "r", "csv")
    (table,) = json.loads((tmp_path / "r" / "schema.json").read_text(encoding="utf-8"))["tables"]
    assert table["name"] == "team"
    export_register(team, tmp_path / "r.xlsx", "xlsx", language="en")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    assert book.sheet_names == ["Rescue teams", "Columns", "Code sets"]
    assert read_export(tmp_path / "r.xlsx").rows == {"team": 2}


def test_every_odd_text_was_in_the_round_trip() -> None:
    held = {v for f in features_of(TABLE["shelter"], 400) for v in f.props.values()
            if isinstance(v, str)}  # fmt: skip
    assert set(ODD) <= held
