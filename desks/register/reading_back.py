"""An export read back to the last bit: what a new installation takes over from another one.

The ordinary import judges, mends and asks; here nothing is mended, as nothing may be: a file that
is not what ``exporting`` writes is refused with every fault.
"""

import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import shapely

from geodata.faults import Fault, UserError
from geodata.opening import MAX_BYTES, local_file, open_rows, vector_layers
from geodata.store import Change
from geodata.store.records import Value
from geodata.tables import raw_grid, sheet_names
from geodata.unzipping import open_zip, unpack
from geodata.wkt import read_wkt
from geodata.workbook import Cell
from language import say
from layers import ColumnSpec
from layers.exchange import is_beside, list_items, shape_headings

from .export_files import CODE_TABLE, COLUMN_TABLE, SCHEMA_FILE
from .export_rows import LAT, LON
from .schema import RECORD, SCHEMA, TABLES, VERSION, ExportTable, heading

_GEOMETRY = "geometry"
_SHAPE = "wkt"


@dataclass(frozen=True)
class ReadBack:
    """What an export holds: additions for an empty store in its order, and rows by store layer."""

    changes: tuple[Change, ...]
    rows: Mapping[str, int]


@dataclass(frozen=True)
class _Raw:
    """One table as it stands: cells by column key, shapes under ``geometry``."""

    table: ExportTable
    file: str
    sheet: str
    rows: tuple[tuple[int, Mapping[str, Any]], ...]


def read_export(path: Path) -> ReadBack:
    """Return what a GeoPackage, XLSX, folder or ZIP written by ``export_register`` holds.

    Raises:
        UserError: naming everything that no export holds: files, tables, columns, values, ids
            that stand twice.

    """
    faults: list[Fault] = []
    raws = {raw.table.key: raw for raw in _raws(path, faults)}
    changes: list[Change] = []
    for table in TABLES:
        if table.key in raws:
            changes.extend(_changes(raws[table.key], faults))
    if not raws and not faults:
        problem = say("The file holds no table of an exported register.")
        faults.append(Fault(path.name, problem, say("Import it as a layer instead.")))
    if faults:
        raise UserError(faults)
    rows = {table.key: len(raws[table.key].rows) for table in TABLES if table.key in raws}
    return ReadBack(tuple(changes), MappingProxyType(rows))


def _raws(path: Path, faults: list[Fault]) -> Iterable[_Raw]:
    suffix = path.suffix.lower()
    if path.is_dir():
        return _from_folder(path, faults)
    if suffix == ".zip":
        with _unpacked(path) as folder:
            return _from_folder(folder, faults)
    if suffix == ".gpkg":
        return _from_gpkg(path)
    if suffix == ".xlsx":
        return _from_xlsx(path, faults)
    problem = say("This is no exported register: {suffix}.", suffix=suffix or "—")
    raise UserError([Fault(path.name, problem, say("Give a .gpkg, .xlsx or .zip, or a folder."))])


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Yield a folder with the files of a ZIP that an export may hold, weighed while unpacking."""
    names = {SCHEMA_FILE} | {f"{t.name}.{form}" for t in TABLES for form in ("csv", "geojson")}
    left = MAX_BYTES
    with (
        open_zip(local_file(path), say("Export it again.")) as archive,
        tempfile.TemporaryDirectory() as place,
    ):
        strange = [member.name for member in archive.members if member.name not in names]
        if strange:
            raise _strange(path.name, strange)
        for member in archive.members:
            left -= unpack(archive, member, Path(place) / member.name, limit=left)
        yield Path(place)


def _strange(file: str, names: Sequence[str]) -> UserError:
    problem = say("No export holds this: {names}.", names=", ".join(names)[:300])
    return UserError([Fault(file, problem, say("Export it again, or import it as a layer."))])


def _from_folder(folder: Path, faults: list[Fault]) -> list[_Raw]:
    _check_schema(folder)
    known = {f"{table.name}.{form}": table for table in TABLES for form in ("csv", "geojson")}
    files = sorted(file.name for file in folder.iterdir() if file.name != SCHEMA_FILE)
    strange = [name for name in files if name not in known]
    if strange:
        raise _strange(folder.name, strange)
    return [
        _from_csv(known[name], folder / name, faults)
        if name.endswith(".csv")
        else _from_geojson(known[name], folder / name)
        for name in files
    ]


def _check_schema(folder: Path) -> None:
    """Refuse a folder whose schema is not ours or of a later version."""
    place = local_file(folder / SCHEMA_FILE)
    schema = _json(SCHEMA_FILE, place.read_bytes())
    if schema.get("schema") != SCHEMA or schema.get("version") != VERSION:
        problem = say("The files are of another schema or a later version.")
        mend = say("Read them with the version of the program that wrote them.")
        raise UserError([Fault(SCHEMA_FILE, problem, mend)])


def _json(file: str, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _no_json(file) from error
    if not isinstance(found, dict):
        raise _no_json(file)
    return found


def _no_json(file: str) -> UserError:
    problem = say("The file is not the JSON that an export holds.")
    return UserError([Fault(file, problem, say("Export it again."))])


def _from_csv(table: ExportTable, path: Path, faults: list[Fault]) -> _Raw:
    keys = {column.key: column.key for column in _columns(table)}
    return _from_grid(table, path, None, keys, faults)


def _from_xlsx(path: Path, faults: list[Fault]) -> list[_Raw]:
    titles = {t.title(language): t for t in TABLES for language in ("zh", "en")}
    sheets = [name for name in sheet_names(path) if not is_beside(name)]
    strange = [name for name in sheets if name not in titles]
    if strange:
        raise _strange(path.name, strange)
    return [_from_grid(titles[s], path, s, _headings(titles[s]), faults) for s in sheets]


def _headings(table: ExportTable) -> dict[str, str]:
    pairs = [(c, language) for c in _columns(table) for language in ("zh", "en")]
    return {heading(column, language): column.key for column, language in pairs}


def _columns(table: ExportTable) -> tuple[ColumnSpec, ...]:
    """Return every column that a table of an export may have, shapes apart."""
    own = (RECORD,) if table.parent else ()
    place = (LON, LAT) if table.geometry == "point" else ()
    return (*own, *table.columns, *place)


def _from_grid(
    table: ExportTable, path: Path, sheet: str | None, keys: Mapping[str, str], faults: list[Fault]
) -> _Raw:
    """Return the rows of a text table or sheet whose first row holds the headings."""
    grid = raw_grid(path, sheet=sheet)
    first = next(iter(grid.rows), None)
    heads = [str(cell) for cell in first.cells] if first else []
    shapes = shape_headings(heads) if table.geometry else ()
    strange = [head for head in heads if head not in keys and head not in shapes]
    if strange:
        raise _strange(f"{path.name} {sheet or ''}".strip(), strange)
    rows = []
    for row in grid.rows[1:]:
        cells = dict(zip(heads, row.cells, strict=False))
        if len(row.cells) > len(heads) or not any(cell != "" for cell in row.cells):
            faults.extend(_overlong(path, sheet, row.number, row.cells, len(heads)))
            continue
        held: dict[str, Any] = {keys[head]: cells[head] for head in cells if head in keys}
        held[_GEOMETRY] = _placed(held, "".join(str(cells.get(head, "")) for head in shapes))
        rows.append((row.number, held))
    return _Raw(table, path.name, sheet or "", tuple(rows))


def _overlong(
    path: Path, sheet: str | None, row: int, cells: Sequence[Cell], width: int
) -> list[Fault]:
    """Return a fault for a row with cells beyond the headings, none for an empty row."""
    if not any(cell != "" for cell in cells[width:]):
        return []
    problem = say("The row has more cells than there are headings.")
    return [Fault(path.name, problem, say("Export it again."), row, sheet=sheet or "")]


def _placed(held: Mapping[str, Any], text: str) -> object:
    """Return the shape of a row's cells: a point, a shape of text; the text where it is none."""
    if text:
        return read_wkt(text) or text
    lon, lat = held.get(LON.key, ""), held.get(LAT.key, "")
    if lon == "" and lat == "":
        return None
    try:
        return shapely.Point(float(lon), float(lat))
    except ValueError:
        return f"{lon}, {lat}"


def _from_geojson(table: ExportTable, path: Path) -> _Raw:
    found = _json(path.name, local_file(path).read_bytes())
    features = found.get("features")
    if not isinstance(features, list):
        raise _no_json(path.name)
    rows = []
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise _no_json(path.name)
        shape = feature.get(_GEOMETRY)
        held = {**feature["properties"], _GEOMETRY: None if shape is None else _drawn(shape)}
        rows.append((number, held))
    return _Raw(table, path.name, "", tuple(rows))


def _drawn(shape: object) -> object:
    """Return the geometry of GeoJSON; its text where it is none."""
    text = json.dumps(shape)
    try:
        return shapely.from_geojson(text)
    except (shapely.GEOSException, ValueError, RecursionError):
        return text[:60]


def _from_gpkg(path: Path) -> list[_Raw]:
    known = {table.name: table for table in TABLES}
    names = [name for name, _ in vector_layers(path)]
    strange = [name for name in names if name not in {*known, CODE_TABLE, COLUMN_TABLE}]
    if strange:
        raise _strange(path.name, strange)
    raws = []
    for name in names:
        if name in known:
            frame = open_rows(path, name)
            missing = frame.isna()
            columns = {
                str(head): [None if lost else cell for cell, lost in
                            zip(frame[head].tolist(), missing[head].tolist(), strict=True)]
                for head in frame
            }  # fmt: skip
            rows = [dict(zip(columns, row, strict=True))
                    for row in zip(*columns.values(), strict=True)]  # fmt: skip
            raws.append(_Raw(known[name], path.name, name, tuple(enumerate(rows, start=1))))
    return raws


def _changes(raw: _Raw, faults: list[Fault]) -> Iterator[Change]:
    """Yield an addition for each row; what cannot be one is a fault."""
    table = raw.table
    columns = {column.key: column for column in _columns(table)}
    identity = RECORD.key if table.parent else table.columns[0].key
    first: dict[str, int] = {}
    for number, cells in raw.rows:
        values: dict[str, Value] = {}
        for key, cell in cells.items():
            if key == _GEOMETRY or cell is None or cell == "":
                continue
            value = _value(columns[key], cell) if key in columns else None
            if value is None:
                faults.append(_unfit(raw, number, key))
            elif key not in {LON.key, LAT.key}:
                values[key] = value
        name = str(values.get(identity, ""))
        shape = cells.get(_GEOMETRY)
        if not name or first.setdefault(name, number) != number:
            faults.append(_unfit(raw, number, identity))
        elif shape is not None and not isinstance(shape, shapely.Geometry):
            faults.append(_unfit(raw, number, _SHAPE))
        else:
            yield _addition(table, identity, values, shape)


def _addition(
    table: ExportTable, identity: str, values: Mapping[str, Value], shape: shapely.Geometry | None
) -> Change:
    hidden = {column.key for column in table.columns if column.personal}
    return Change(
        "add",
        table.key,
        str(values[identity]),
        props={k: v for k, v in values.items() if k not in {identity, *hidden}},
        shape=shape,
        personal={k: str(v) for k, v in values.items() if k in hidden},
    )


def _value(column: ColumnSpec, cell: object) -> Value:
    """Return the cell as the store has it, ``None`` where it is not of the column's kind."""
    if isinstance(cell, bool):
        return None
    if column.kind in {"integer", "number"}:
        return _number(column, cell)
    if not isinstance(cell, str):
        return str(cell) if isinstance(cell, int) else None
    if column.kind == "list":
        return list(list_items(cell) or cell.split(";"))
    return cell


def _number(column: ColumnSpec, cell: object) -> Value:
    if not isinstance(cell, (str, int, float)):
        return None
    try:
        number = float(cell)
        if column.kind == "number":
            return number if math.isfinite(number) else None
        return int(cell) if isinstance(cell, str) or number.is_integer() else None
    except (ValueError, OverflowError):
        return None


def _unfit(raw: _Raw, row: int, column: str) -> Fault:
    problem = say("This cannot stand in an exported register.")
    mend = say("Export it again, or import it as a layer.")
    return Fault(raw.file, problem, mend, row, column, sheet=raw.sheet)
