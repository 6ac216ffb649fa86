"""The register as open files: GeoPackage, XLSX, CSV, GeoJSON, with columns and codes explained.

What is written is read back by ``reading_back.read_export`` to the last bit; each layer's own
table also goes through the ordinary import.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from geodata.faults import Fault, UserError
from geodata.store import Feature
from geodata.writing import write_file, write_folder
from language import say

from .export_files import FOLDER_FORMS, SCHEMA_FILE, pack, write_gpkg, write_xlsx
from .export_rows import Personal, TableRows, rows_of
from .schema import TABLES
from .sheets import MOST_CHARACTERS

Form = Literal["gpkg", "xlsx", "csv", "geojson"]
FORMS: tuple[Form, ...] = get_args(Form)
_ZIP = ".zip"


@dataclass(frozen=True)
class Exported:
    """What was written: rows by table (store's layer), and a notice for each value that was not."""

    path: Path
    rows: Mapping[str, int]
    notices: tuple[Fault, ...]


def export_register(
    features: Mapping[str, Sequence[Feature]],
    target: Path,
    form: Form,
    *,
    personal: Mapping[str, Personal] | None = None,
    language: str = "zh",
) -> Exported:
    """Return what was written of the features, by layer of the store, as files of the form.

    ``features`` decide which tables there are: catalogue keys, and ``LAYER.CHILD`` for child
    rows. GeoPackage and XLSX are one file; CSV and GeoJSON a folder of one file a table, or a
    ZIP of it where the target ends so. Personal columns are written only where ``personal`` (by
    layer and id) is given: who may have them is the caller's to decide. ``language`` is that of
    a workbook's headings. Same input, same bytes.

    Raises:
        UserError: for an ending that is not the form's, no layer, or a place that cannot be
            written.
        KeyError: for a layer that no export holds.

    """
    unknown = features.keys() - {table.key for table in TABLES}
    if unknown:
        raise KeyError(*sorted(unknown))
    _check(features, target, form)
    most = MOST_CHARACTERS if form == "xlsx" else None
    tables: list[TableRows] = []
    notices: list[Fault] = []
    for table in TABLES:
        if table.key in features:
            own = None if personal is None else personal.get(table.key, {})
            rows, faults = rows_of(table, features[table.key], personal=own, most=most)
            tables.append(rows)
            notices.extend(faults)
    _write(tables, target, form, language)
    counts = {rows.table.key: len(rows.cells) for rows in tables}
    return Exported(target, MappingProxyType(counts), tuple(notices))


def _check(features: Mapping[str, Sequence[Feature]], target: Path, form: Form) -> None:
    suffix = target.suffix.lower()
    fits = suffix in {"", _ZIP} if form in FOLDER_FORMS else suffix == f".{form}"
    if not fits:
        problem = say("The name {name} does not go with the form {form}.", name=target.name,
                      form=form)  # fmt: skip
        mend = (
            say("Give a folder or a name that ends in .zip.")
            if form in FOLDER_FORMS
            else say("Give a name that ends in .{form}.", form=form)
        )
        raise UserError([Fault(target.name, problem, mend)])
    if not features:
        problem = say("There is no layer to export.")
        raise UserError([Fault(target.name, problem, say("Choose at least one."))])


def _write(tables: Sequence[TableRows], target: Path, form: Form, language: str) -> None:
    if form == "gpkg":
        write_gpkg(target, tables)
    elif form == "xlsx":
        write_xlsx(target, tables, language)
    elif target.suffix.lower() == _ZIP:
        with write_file(target) as fresh, tempfile.TemporaryDirectory() as folder:
            FOLDER_FORMS[form](Path(folder), tables)
            pack(Path(folder), fresh)
    else:
        with write_folder(target, marker=SCHEMA_FILE) as folder_path:
            FOLDER_FORMS[form](folder_path, tables)
