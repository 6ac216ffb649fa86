"""Deliberately dirty files: 200 rows of a layer with planted defects, and what stands where."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely
import xlsxwriter
from shapely import Point, box

from desks.register.current import Register
from geodata.store import Feature
from layers.cells import UNIT_FACTORS
from layers.codes import check_digit
from layers.remarks import LEAST_LIKELY, MOST_LIKELY, PAST
from layers.spec import ChildSpec, ColumnSpec, LayerSpec

ROWS = 200
TODAY = dt.date(2026, 9, 16)
WEST, SOUTH, SIDE = 113.0, 22.8, 0.06
"""Four square subdistricts of 0.06 degrees, two by two, each cut into two communities."""

SUBDISTRICTS = ("老城街道", "新桥镇", "河口街道", "北山街道")
PLACE = ("经度", "纬度")
BOTH = "经度, 纬度"
SIGNS = "安宝昌德恩丰广海和嘉建锦康丽茂宁平启荣瑞顺泰万祥兴秀雅永裕远泽长志中洲"

Cell = str | int | float | dt.date
Place = tuple[int | None, str, str]


@dataclass(frozen=True)
class Dirty:
    """A file, its planted defects as (row, column, code), and the register it meets."""

    path: Path
    planted: frozenset[Place]
    register: Register


@dataclass
class Row:
    """One row to be written, clean until something is planted in it."""

    number: int
    cells: dict[str, Cell]
    dirty: bool = False


@dataclass
class Sheet:
    """The rows under way, what was planted in them, and which cells are to be merged."""

    spec: LayerSpec
    rows: list[Row]
    draw: random.Random
    planted: set[Place]
    merged: list[tuple[int, int, int, int, Cell]]
    registered: list[Feature]

    def fresh(self, *, pair: bool = False) -> Row:
        """Return a clean row (the first of two neighbours) and mark it dirty."""
        for at, row in enumerate(self.rows):
            after = self.rows[at + 1] if at + 1 < len(self.rows) else None
            if row.dirty or (pair and (after is None or after.dirty)):
                continue
            row.dirty = True
            if pair and after is not None:
                after.dirty = True
            return row
        msg = f"{self.spec.key}: no clean row is left"
        raise AssertionError(msg)

    def plant(self, cells: dict[str, Cell], column: str, code: str) -> Row:
        """Write the cells into a clean row and note the defect."""
        row = self.fresh()
        row.cells.update(cells)
        self.planted.add((row.number, column, code))
        return row


def units() -> dict[str, tuple[Feature, ...]]:
    """Return four subdistricts and their communities as features."""
    subdistricts, communities = [], []
    for i, name in enumerate(SUBDISTRICTS):
        west, south = WEST + SIDE * (i % 2), SOUTH + SIDE * (i // 2)
        shape = box(west, south, west + SIDE, south + SIDE)
        subdistricts.append(feature("subdistrict", f"{i + 1}", {"name": name}, shape))
        for half in range(2):
            part = box(west + SIDE / 2 * half, south, west + SIDE / 2 * (half + 1), south + SIDE)
            props = {"name": f"{SIGNS[i * 2 + half]}里社区", "subdistrict": name}
            communities.append(feature("community", f"{i + 1}{half + 1}", props, part))
    return {"subdistrict": tuple(subdistricts), "community": tuple(communities)}


def feature(layer: str, name: str, props: dict[str, object], shape: shapely.Geometry) -> Feature:
    """Return a feature as the store would."""
    return Feature(layer, name, 1, "0" * 64, 0, props, shape, frozenset())  # type: ignore[arg-type]


def dirty_workbook(folder: Path, spec: LayerSpec, seed: int) -> Dirty:
    """Return a workbook of a layer of points with every defect that fits one of its columns."""
    sheet = _sheet(spec, seed)
    _plant_cells(sheet)
    _plant_places(sheet)
    _plant_rows(sheet)
    headings = {c.key: c.title_zh for c in spec.columns} | {"lon": PLACE[0], "lat": PLACE[1]}
    _plant_merged(sheet, list(headings))
    path = folder / f"{spec.key}.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        _write(book, sheet, headings)
        _write_tail(sheet, book, headings)
        for child in spec.children:
            _write_child(book, child, sheet)
    return Dirty(path, frozenset(sheet.planted), _register(sheet))


def dirty_shapes(folder: Path, spec: LayerSpec, suffix: str, seed: int) -> Dirty:
    """Return a GeoPackage or GeoJSON of a layer of lines or polygons with dirty attributes."""
    sheet = _sheet(spec, seed)
    _plant_cells(sheet)
    shapes = [_shape(spec, row) for row in sheet.rows]
    for code, shape in _odd_shapes(spec):
        row = sheet.fresh()
        _state_nothing(row, "outside")
        shapes[row.number - 1] = shape
        sheet.planted.add((row.number, "", code))
    _plant_twin_ids(sheet)
    columns = {
        c.title_zh: [_text(row.cells[c.key]) or None for row in sheet.rows] for c in spec.columns
    }
    path = folder / f"{spec.key}{suffix}"
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
    return Dirty(path, frozenset(sheet.planted), _register(sheet))


def _sheet(spec: LayerSpec, seed: int) -> Sheet:
    draw = random.Random(f"{spec.key} {seed}")  # noqa: S311 -- dice of a test
    first = 2 if spec.geometry == "point" else 1
    names = draw.sample([a + b + c for a in SIGNS for b in SIGNS for c in SIGNS if a < b], ROWS)
    rows = [Row(first + i, _clean(spec, i, names[i], draw)) for i in range(ROWS)]
    return Sheet(spec, rows, draw, set(), [], [])


def _clean(spec: LayerSpec, i: int, name: str, draw: random.Random) -> dict[str, Cell]:
    """Return a row without fault: its place is 500 m and more from every other's."""
    square, step = i % 4, i // 4
    lon = WEST + SIDE * (square % 2) + 0.004 + 0.0073 * (step % 7)
    lat = SOUTH + SIDE * (square // 2) + 0.004 + 0.0067 * (step // 7)
    half = int((lon - WEST) % SIDE > SIDE / 2)
    row: dict[str, Cell] = {
        "lon": round(lon, 4) + draw.randrange(1, 10) * 1e-6 + 0.00021,
        "lat": round(lat, 4) + draw.randrange(1, 10) * 1e-6 + 0.00032,
    }
    row = {key: round(float(value), 6) for key, value in row.items()}  # type: ignore[arg-type]
    for column in spec.columns:
        row[column.key] = _clean_cell(column, i, draw)
    row[spec.columns[0].key] = f"{spec.key[:2].upper()}-{i + 1:04d}"
    row["name"] = f"{name}{spec.title_zh}"
    if "subdistrict" in row:
        row["subdistrict"] = SUBDISTRICTS[square]
    if "community" in row:
        row["community"] = f"{SIGNS[square * 2 + half]}里社区"
    return row


def _clean_cell(column: ColumnSpec, i: int, draw: random.Random) -> Cell:  # noqa: PLR0911 -- one a kind
    most, least = MOST_LIKELY.get(column.key, 5000.0), LEAST_LIKELY.get(column.key, 0.0)
    if column.key == "area_m2":
        return 4000 + draw.randrange(2000)
    if column.key == "capacity_people":
        return 200 + draw.randrange(1800)
    if column.kind == "integer":
        return max(1, int(most / 100)) + draw.randrange(9)
    if column.kind == "number":
        return round(least + (most - least) * (0.2 + 0.1 * draw.random()), 2)
    if column.kind == "date":
        year = 2025 if column.key in PAST else 2028
        return dt.date(year, draw.randrange(1, 13), draw.randrange(1, 29))
    if column.kind == "choice":
        return draw.choice(column.choices)
    if column.kind == "list":
        return ";".join(draw.sample(column.choices, 2)) if column.choices else "事故;救援"
    if column.key == "phone":
        return f"139{draw.randrange(10**8):08d}"
    if column.key == "uscc":
        body = f"91440600MA{i:07d}"
        return body + check_digit(body)
    return f"{draw.choice(SIGNS)}{draw.choice(SIGNS)}{column.title_zh}"


def _wide(cell: Cell) -> str:
    """Return the cell in full-width signs."""
    return "".join(chr(ord(s) + 0xFEE0) if "!" <= s <= "~" else s for s in _text(cell))


def _text(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _number_faults(column: ColumnSpec) -> Iterator[tuple[str, Callable[[Cell], Cell]]]:
    yield "full_width", _wide
    yield "no_number", lambda _: "若干"
    yield "negative", lambda cell: f"-{cell}"
    yield "approximate", lambda cell: f"约{cell}"
    yield "too_large", lambda _: "9" * 20
    if column.unit:
        yield "unit_unknown", lambda _: "5英尺"
    if column.unit in UNIT_FACTORS:
        unit = max(
            UNIT_FACTORS[column.unit], key=lambda u: (UNIT_FACTORS[column.unit][u] == 1.0, u)
        )
        yield "unit", lambda cell: f"{cell}{unit}"
    if column.kind == "integer":
        yield "not_whole", lambda _: "3.5"
    if column.key in MOST_LIKELY:
        yield "absurd", lambda _: str(int(MOST_LIKELY[column.key] * 2))


def _date_faults(column: ColumnSpec) -> Iterator[tuple[str, Callable[[Cell], Cell]]]:
    yield "no_date", lambda _: "2026-02-30"
    yield "date_text", lambda cell: _text(cell).replace("-", "/")
    yield "date_text", lambda cell: f"{cell:%Y年%m月%d日}"
    yield "date_serial", lambda _: 46_000
    yield "full_width", _wide
    yield "date_old", lambda _: "1905-03-01"
    if column.key in PAST:
        yield "date_future", lambda _: "2031-01-01"


def _faults(column: ColumnSpec, *, shapes: bool) -> Iterator[tuple[str, Callable[[Cell], Cell]]]:
    """Yield code and spoiling of every defect that a cell of the column can have."""
    if column.kind in {"integer", "number"}:
        yield from _number_faults(column)
    elif column.kind == "date":
        # A geometry file's dates are text: a day number is only known from a spreadsheet.
        yield from (f for f in _date_faults(column) if not (shapes and f[0] == "date_serial"))
    elif column.choices:
        yield "unlisted", lambda _: "飞船"
    elif column.key == "phone":
        yield "several_phones", lambda cell: f"{cell}/0757-88880000"
        yield "phone", lambda _: "1380013"
        yield "full_width", _wide
    elif column.key == "uscc":
        yield "uscc", lambda cell: f"{_text(cell)[:-1]}{'1' if _text(cell)[-1] != '1' else '2'}"
        yield "uscc", lambda _: "440681000012345"
    if column.kind == "text" and column.key == "name":
        yield "name_cut", lambda cell: f"{cell}{'长' * 200}"
        yield "unseen", lambda cell: f"{_text(cell)[:2]}\u200b{_text(cell)[2:]}"
    if column.required and column.key not in {"id", "code"}:
        yield "required_empty", lambda _: ""
    if column.key == "subdistrict":
        yield "subdistrict_unknown", lambda _: "桃源街道"
        yield "subdistrict_form", lambda cell: _text(cell).removesuffix("街道").removesuffix("镇")
    if column.key == "community":
        yield "community_unknown", lambda _: "乌有社区"
        yield "community_form", lambda cell: _text(cell).removesuffix("社区")


def _plant_cells(sheet: Sheet) -> None:
    shapes = sheet.spec.geometry != "point"
    for column in sheet.spec.columns:
        for code, spoiled in _faults(column, shapes=shapes):
            if shapes and code == "unseen":
                continue
            row = sheet.fresh()
            row.cells[column.key] = spoiled(row.cells[column.key])
            if (column.key, code) == ("capacity_people", "absurd"):
                row.cells["area_m2"] = ""
            sheet.planted.add((row.number, column.title_zh, code))
    identity = sheet.spec.columns[0]
    row = sheet.fresh()
    row.cells[identity.key] = _wide(row.cells[identity.key])
    sheet.planted.add((row.number, identity.title_zh, "full_width"))
    row = sheet.plant({identity.key: ""}, identity.title_zh, "id_made")
    personal = {c.key: "" for c in sheet.spec.personal_columns}
    if personal:
        sheet.plant(dict(personal), sheet.spec.personal_columns[0].title_zh, "contact_missing")


def _plant_places(sheet: Sheet) -> None:
    for lon, lat, column, code in (
        (113.1, None, PLACE[0], "coarse"),
        (None, 22.8, PLACE[1], "coarse"),
        ("113°1′10.5″", None, PLACE[0], "dms"),
        (0, 0, BOTH, "position_zero"),
        ("村口", "大树下", BOTH, "position_unread"),
        (500_000.5, 2_540_000.5, BOTH, "position_metres"),
        (999, 22.8123, BOTH, "position_off_globe"),
        ("", "", BOTH, "position_missing"),
        (113.4567, 22.9876, BOTH, "outside"),
    ):
        row = sheet.plant(
            {key: cell for key, cell in (("lon", lon), ("lat", lat)) if cell is not None},
            column,
            code,
        )
        _state_nothing(row, code)
    row = sheet.fresh()
    row.cells |= {"lon": row.cells["lat"], "lat": row.cells["lon"]}
    sheet.planted.add((row.number, BOTH, "swapped"))
    row = sheet.fresh()
    row.cells["lon"] = _wide(row.cells["lon"])
    sheet.planted.add((row.number, PLACE[0], "full_width"))
    for shift, code in ((0.0030, "subdistrict_border"), (0.03, "wrong_subdistrict")):
        _plant_beyond(sheet, shift, code)


def _state_nothing(row: Row, code: str) -> None:
    """Take out stated units where the spoiled place would contradict them as well."""
    if code in {"coarse", "dms", "outside"}:
        row.cells |= {key: "" for key in ("subdistrict", "community") if key in row.cells}


def _plant_beyond(sheet: Sheet, degrees: float, code: str) -> None:
    """Move a row of the western subdistricts so far east beyond their border."""
    if "subdistrict" not in {c.key for c in sheet.spec.columns}:
        return
    row = next(r for r in sheet.rows if not r.dirty and r.cells["subdistrict"] == SUBDISTRICTS[0])
    row.dirty = True
    row.cells |= {"lon": round(WEST + SIDE + degrees, 4) + 0.000013}
    if "community" in row.cells:
        row.cells["community"] = ""
    sheet.planted.add((row.number, "街道", code))


def _plant_rows(sheet: Sheet) -> None:
    _plant_twin_ids(sheet)
    first, second = sheet.fresh(), sheet.fresh()
    second.cells |= {k: first.cells[k] for k in _standing(sheet)}
    second.cells |= {"lon": round(float(first.cells["lon"]) + 0.0003, 6)}  # type: ignore[arg-type]
    name = next(c.title_zh for c in sheet.spec.columns if c.key == "name")
    sheet.planted.add((second.number, name, "duplicate"))
    row = sheet.fresh()
    place = Point(float(row.cells["lon"]), float(row.cells["lat"]))  # type: ignore[arg-type]
    known = {"name": _text(row.cells["name"])}
    sheet.registered.append(feature(sheet.spec.key, "OLD-1", known, place))
    sheet.planted.add((row.number, name, "duplicate_registered"))
    row = sheet.fresh()
    number, far = _text(row.cells[sheet.spec.columns[0].key]), Point(113.0123, 22.8123)
    sheet.registered.append(feature(sheet.spec.key, number, {"name": "旧名他处"}, far))
    sheet.planted.add((row.number, sheet.spec.columns[0].title_zh, "id_other"))
    row = sheet.fresh()
    row.cells["source"] = ""
    number = _text(row.cells[sheet.spec.columns[0].key])
    known = {"name": _text(row.cells["name"]), "source": "2024年普查"}
    sheet.registered.append(feature(sheet.spec.key, number, known, far))
    sheet.planted.add((row.number, "数据来源", "blank_kept"))
    if {"area_m2", "capacity_people"} <= set(row.cells):
        area = next(c.title_zh for c in sheet.spec.columns if c.key == "area_m2")
        sheet.plant({"area_m2": 1.2, "capacity_people": 1900}, area, "crowded")


def _standing(sheet: Sheet) -> set[str]:
    return {"name", "lon", "lat", "subdistrict", "community"} & set(sheet.rows[0].cells)


def _plant_twin_ids(sheet: Sheet) -> None:
    identity = sheet.spec.columns[0]
    first, second = sheet.fresh(), sheet.fresh()
    second.cells[identity.key] = first.cells[identity.key]
    sheet.planted |= {(row.number, identity.title_zh, "id_twice") for row in (first, second)}


def _plant_merged(sheet: Sheet, keys: list[str]) -> None:
    """Merge two cells downwards and two sideways."""
    row = sheet.fresh(pair=True)
    at, source = row.number - 1, keys.index("source")
    sheet.merged.append((at, source, at + 1, source, row.cells["source"]))
    sheet.planted.add((row.number + 1, "数据来源", "merged"))
    if "contact" in keys and keys[keys.index("contact") + 1] == "phone":
        row, contact = sheet.fresh(), keys.index("contact")
        at = row.number - 1
        sheet.merged.append((at, contact, at, contact + 1, row.cells["contact"]))
        title = next(c.title_zh for c in sheet.spec.columns if c.key == "phone")
        sheet.planted.add((row.number, title, "merged_across"))


def _write(book: xlsxwriter.Workbook, sheet: Sheet, headings: dict[str, str]) -> None:
    page = book.add_worksheet(sheet.spec.title_zh)
    page.write_row(0, 0, [*headings.values(), "备注栏"])
    for row in sheet.rows:
        for at, key in enumerate(headings):
            _put(page, row.number - 1, at, row.cells[key])
    page.write_string(1, len(headings), "没有人读这一列")
    sheet.planted.add((None, "", "columns_unread"))
    for top, left, bottom, right, cell in sheet.merged:
        page.merge_range(top, left, bottom, right, cell)
    other = book.add_worksheet("附表")
    other.write_row(0, 0, ["甲", "乙"])
    sheet.planted.add((None, "", "sheets_unread"))


def _put(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
    else:
        page.write_number(row, column, cell)


def _write_tail(sheet: Sheet, book: xlsxwriter.Workbook, headings: dict[str, str]) -> None:
    """Write what stands under a list: a copy, headings, a note, totals; and a hidden sheet."""
    page, last = book.worksheets()[0], ROWS + 1
    clean = next(row for row in sheet.rows if not row.dirty)
    for at, key in enumerate(headings):
        _put(page, last, at, clean.cells[key])
    page.write_row(last + 1, 0, list(headings.values()))
    page.write_string(last + 2, 0, "注：以上数据截至本月底")
    page.write_string(last + 3, 0, "合计")
    page.write_string(last + 4, 0, f"总计：{ROWS}家")
    codes = ("copy", "heading_repeated", "note", "total", "total")
    sheet.planted |= {(last + 1 + i, "", code) for i, code in enumerate(codes)}
    hidden = book.add_worksheet("旧表")
    hidden.write_row(0, 0, ["编号", "名称"])
    hidden.hide()
    sheet.planted.add((None, "", "hidden_sheet"))


def _write_child(book: xlsxwriter.Workbook, child: ChildSpec, sheet: Sheet) -> None:
    """Write a child's sheet: a clean row for every fifth record, and each defect once."""
    page = book.add_worksheet(child.title_zh)
    page.write_row(0, 0, [column.title_zh for column in child.columns])
    twins = {"id_twice", "id_other"}
    bad = {row for row, _, code in sheet.planted if code in twins}
    good = [row for row in sheet.rows if not row.dirty and row.number not in bad]
    number = 1
    for at, row in enumerate(good[:60]):
        parent = _text(row.cells[sheet.spec.columns[0].key])
        cells = {
            c.key: _child_cell(c, at, parent, child.parent_column, sheet) for c in child.columns
        }
        faults = _child_faults(child)
        if at < len(faults):
            column, code, spoiled = faults[at]
            cells[column.key] = spoiled(cells[column.key])
            sheet.planted.add((number + 1, column.title_zh, code))
        for place, column in enumerate(child.columns):
            _put(page, number, place, cells[column.key])
        number += 1
    page.write_string(number, 0, "合计")
    sheet.planted.add((number + 1, "", "total"))


def _child_faults(child: ChildSpec) -> list[tuple[ColumnSpec, str, Callable[[Cell], Cell]]]:
    found = []
    for column in child.columns:
        if column.key == child.parent_column:
            found.append((column, "parent_unknown", lambda _: "无此库"))
            continue
        found.extend((column, *fault) for fault in _faults(column, shapes=False))
        if column.key == "item_code":
            found.append((column, "item_code", lambda _: "12345"))
    return found


def _child_cell(column: ColumnSpec, at: int, parent: str, parent_column: str, sheet: Sheet) -> Cell:
    if column.key == parent_column:
        return parent
    if column.key == "item_code":
        return f"10203{at:02d}"
    return _clean_cell(column, at, sheet.draw)


def _shape(spec: LayerSpec, row: Row) -> shapely.Geometry | None:
    lon, lat = float(row.cells["lon"]), float(row.cells["lat"])  # type: ignore[arg-type]
    if spec.geometry == "line":
        return shapely.LineString([(lon, lat), (lon + 0.001, lat + 0.001)])
    return box(lon, lat, lon + 0.001, lat + 0.001)


def _odd_shapes(spec: LayerSpec) -> Iterator[tuple[str, shapely.Geometry | None]]:
    yield "position_missing", None
    if spec.key != "subdistrict":
        yield "outside", _shape(spec, Row(0, {"lon": 114.2, "lat": 23.1}))
    if spec.geometry == "polygon":
        bow = [(113.01, 22.81), (113.012, 22.812), (113.012, 22.81), (113.01, 22.812)]
        yield "shape_invalid", shapely.Polygon(bow)


def _register(sheet: Sheet) -> Register:
    known = units()
    others = {key: found for key, found in known.items() if key != sheet.spec.key}
    own = {sheet.spec.key: tuple(sheet.registered)}
    near = (WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE)
    return Register({**others, **own}, {sheet.spec.key: {}}, today=TODAY, near_deg=near)
