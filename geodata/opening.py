"""The one guarded door through which vector files come in."""

import logging
import re
import sqlite3
import warnings
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors as ogr
from pyproj.exceptions import CRSError
from shapely import GEOSException

from language import Sentence, say

from .dbf import dbf_encoding
from .faults import Fault, UserError
from .kml_names import true_name, with_plain_names
from .packed import PACKED, unpacked

MAX_BYTES = 1_000_000_000
MAX_ROWS = 5_000_000
FORMATS = {
    ".gpkg": "GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".shp": "Shapefile",
    ".kml": "KML",
    ".sqlite": "SQLite",
    ".spatialite": "SQLite",
    ".db": "SQLite",
    ".parquet": "GeoParquet",
    ".geoparquet": "GeoParquet",
    ".fgb": "FlatGeobuf",
}
"""The formats read, by suffix; the suffix alone decides, the content must agree."""

_LAYERED = (*FORMATS, *PACKED, ".pbf", ".osm", ".graphml", ".xlsx", ".xls")
_SPLIT = re.compile(
    r"^(?P<path>.+?(?:" + "|".join(map(re.escape, _LAYERED)) + r")):(?P<layer>.+)$",
    re.IGNORECASE | re.DOTALL,
)
# What makes another GDAL driver, one that reads further files, claim a text file.
_FOREIGN_TEXT = re.compile(rb"OGR\w{2,12}DataSource|VRTDataset|gdal_streamed_alg", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_XML_ENCODING = re.compile(rb"^\s*<\?xml\b[^>]*?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_KML_ROOT = re.compile(r"^(?:\s|<!--.*?-->|<\?.*?\?>)*<(?:\w+:)?kml\b", re.DOTALL)
_SAFE_MODULES = re.compile(
    r"using\s+[\"'`\[]?(?:rtree\w*|fts[345]\w*|virtualspatialindex|virtualelementary|"
    r"virtualknn2?)\b",
    re.IGNORECASE,
)
_READING_FAILED = (
    ogr.DataSourceError,
    ogr.DataLayerError,
    ogr.CRSError,
    ogr.FeatureError,
    ogr.FieldError,
    ogr.GeometryError,
    GEOSException,
    CRSError,
    UnicodeDecodeError,
)
_BUFFER = re.compile(r"/vsimem/\S*")
_log = logging.getLogger(__name__)


def split_layer(text: str) -> tuple[Path, str | None]:
    """Return path and layer of ``FILE`` or ``FILE:LAYER``; an existing file is never split."""
    found = _SPLIT.match(text)
    if found is None or Path(text).is_file():
        return Path(text), None
    return Path(found["path"]), found["layer"]


def open_vector(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Return the rows of a vector file in file order, in the file's own CRS (``None`` if unsaid).

    The columns are the file's. Without ``layer`` the file must hold one layer with geometry;
    the layers (folders) of a KML are read together, the folder's name in column ``folder``.
    A well-formed file without rows gives an empty frame. A zipped shapefile and a KMZ are read as
    what they hold; ``layer`` names one shapefile of several.

    Raises:
        UserError: if the file is absent, too big, of another format, damaged or unsafe, or if
            the layer is not named where it must be.

    """
    if path.suffix.lower() in PACKED:
        return _open_packed(path, layer)
    source = _guarded(path)
    if FORMATS[path.suffix.lower()] == "GeoParquet":
        return _read_parquet(path)
    if FORMATS[path.suffix.lower()] == "KML":
        frame = _read_layer(path, source, layer) if layer else _read_folders(path, source)
        return frame.rename(columns={str(name): true_name(str(name)) for name in frame})
    return _read_layer(path, source, layer or _only_layer(path, source))


def _open_packed(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Return the rows of the layer in an archive; what is wrong is said of the archive."""
    local_file(path)
    with unpacked(path, layer) as (inside, asked):
        try:
            return open_vector(inside, asked)
        except UserError as error:
            raise UserError(replace(fault, file=path.name) for fault in error.faults) from error


def open_rows(path: Path, layer: str) -> pd.DataFrame:
    """Return the rows of one layer in file order, a ``GeoDataFrame`` if it has shapes.

    Raises:
        UserError: as ``open_vector``; a layer without shapes is none.

    """
    return _read_rows(path, _guarded(path), layer)


def vector_layers(path: Path) -> tuple[tuple[str, str | None], ...]:
    """Return name and geometry type of each layer in file order; ``None`` for a plain table.

    A GeoParquet file has one layer, named as the file, of type "Unknown".

    Raises:
        UserError: as ``open_vector``.

    """
    source = _guarded(path)
    if FORMATS[path.suffix.lower()] == "GeoParquet":
        return ((path.stem, "Unknown"),)
    return _layers(path, source)


def local_file(path: Path, *, max_bytes: int = MAX_BYTES) -> Path:
    """Return the absolute path of an existing regular file of 1 to ``max_bytes`` bytes.

    Raises:
        UserError: if there is no such file, if it is empty or if it is too big.

    """
    if "\0" in str(path) or not path.is_file():
        raise _fault(path, say("There is no such file."), say("Check the path."))
    size = path.stat().st_size
    if size == 0:
        raise _fault(path, say("The file is empty."), say("Export it again."))
    if size > max_bytes:
        raise _fault(
            path,
            say(
                "The file has {size_mb} MB, more than the {limit_mb} MB that are read.",
                size_mb=size // 1_000_000,
                limit_mb=max_bytes // 1_000_000,
            ),
            say("Cut it to the district first."),
        )
    return path.resolve()


def _fault(path: Path, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(path.name or str(path), problem, mend)])


def _damaged(path: Path, detail: str) -> UserError:
    return _fault(
        path,
        say(
            "The file cannot be read as {format}: {detail}",
            format=FORMATS[path.suffix.lower()],
            detail=" ".join(_BUFFER.sub("", detail).split())[:300],
        ),
        say("Open it in a GIS program and export it again, as GeoPackage if possible."),
    )


def _guarded(path: Path) -> str | bytes:
    """Return what GDAL may open: an absolute path, or UTF-8 bytes of a text format."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise _fault(
            path,
            say("Files ending in '{suffix}' are not read.", suffix=path.suffix),
            say("Use one of: {suffixes}.", suffixes=" ".join(FORMATS)),
        )
    full = local_file(path)
    if "!" in str(full):
        raise _fault(
            path,
            say("The path holds an exclamation mark, which means an archive here."),
            say("Rename the file or its folder."),
        )
    if form == "GeoJSON":
        return _json_bytes(path, full.read_bytes())
    if form == "KML":
        return _kml_bytes(path, full.read_bytes())
    if form in ("GeoPackage", "SQLite"):
        _check_sqlite(path, full)
    elif form == "Shapefile":
        _check_shapefile(path, full)
    elif form == "FlatGeobuf" and _head(full)[:3] != b"fgb":
        raise _damaged(path, "the signature is missing")
    return str(full)


def _head(full: Path) -> bytes:
    with full.open("rb") as stream:
        return stream.read(100)


def _check_text(path: Path, data: bytes) -> None:
    if _FOREIGN_TEXT.search(data):
        raise _fault(
            path,
            say("The file asks for other files to be read, which is refused."),
            say("Export the data itself, as GeoPackage if possible."),
        )


def _decoded(path: Path, data: bytes, *encodings: str) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise _damaged(path, f"the text is not in {' or '.join(encodings)}")


def _json_bytes(path: Path, data: bytes) -> bytes:
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encodings = (marks.get(data[:2], "utf-8-sig"), "gb18030")
    text = _decoded(path, data, *encodings)
    if text.lstrip()[:1] not in ("{", "["):
        raise _damaged(path, "the text does not start with a brace")
    safe = text.encode()
    _check_text(path, safe)
    return safe


def _kml_bytes(path: Path, data: bytes) -> bytes:
    """Return the KML as UTF-8 under a head that says so: no second reading by GDAL's own guess."""
    declared = _XML_ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    said = declared[1].decode("ascii") if declared else "utf-8-sig"
    known = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "gb2312": "gb18030", "gbk": "gb18030"}
    first = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else known.get(said.lower(), said)
    text = _decoded(path, data, first, "utf-8-sig", "gb18030")
    if _DOCTYPE.search(text):
        raise _fault(
            path,
            say("The file declares entities, which could pull in other files; it is refused."),
            say("Remove the DOCTYPE, or export the file again."),
        )
    if "\0" in text or not _KML_ROOT.match(text):
        raise _damaged(path, "the root is not <kml>")
    plain = with_plain_names(_XML_HEAD.sub("", text).lstrip())
    safe = b'<?xml version="1.0" encoding="UTF-8"?>\n' + plain.encode()
    _check_text(path, safe)
    return safe


def _check_sqlite(path: Path, full: Path) -> None:
    head = _head(full)
    if not head.startswith(b"SQLite format 3\0"):
        raise _damaged(path, "the signature is missing")
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big") if head[24:28] == head[92:96] else 0
    if full.stat().st_size < pages * (65536 if page == 1 else page):
        raise _damaged(path, "the file is shorter than it says: the copy was cut off")
    try:
        connection = sqlite3.connect(f"{full.as_uri()}?mode=ro", uri=True)
        try:
            made = [str(row[0]) for row in connection.execute(
                "select sql from sqlite_master where sql is not null")]  # fmt: skip
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    for sql in made:
        if re.match(r"\s*create\s+virtual\b", sql, re.IGNORECASE) and not _SAFE_MODULES.search(sql):
            raise _fault(
                path,
                say("The file asks for other files to be read, which is refused."),
                say("Export the data itself, as GeoPackage if possible."),
            )


def _check_shapefile(path: Path, full: Path) -> None:
    for suffix in (".shx", ".dbf"):
        if _sidecar(full, suffix) is None:
            raise _fault(
                path,
                say("The file {name} that belongs to it is missing.", name=full.stem + suffix),
                say("Copy all files of the shapefile: .shp .shx .dbf .prj .cpg."),
            )
    head = _head(full)
    if head[:4] != b"\x00\x00\x27\x0a":
        raise _damaged(path, "the signature is missing")
    if full.stat().st_size < 2 * int.from_bytes(head[24:28], "big"):
        raise _damaged(path, "the file is shorter than it says: the copy was cut off")


def _sidecar(full: Path, suffix: str) -> Path | None:
    for name in (full.with_suffix(suffix), full.with_suffix(suffix.upper())):
        if name.is_file():
            return name
    return None


def _encoding(path: Path, full: str | bytes) -> str | None:
    """Return the encoding of a shapefile's texts; ``None`` for formats that say it themselves."""
    if isinstance(full, bytes) or FORMATS[path.suffix.lower()] != "Shapefile":
        return None
    table, said = _sidecar(Path(full), ".dbf"), _sidecar(Path(full), ".cpg")
    if table is None:
        return None
    try:
        return dbf_encoding(table, said.read_text("latin-1") if said else "")
    except ValueError as error:
        raise _damaged(path, str(error)) from error


def _layers(path: Path, source: str | bytes) -> tuple[tuple[str, str | None], ...]:
    try:
        found = pyogrio.list_layers(source)
    except _READING_FAILED as error:
        raise _damaged(path, str(error)) from error
    # A text read from memory has the random name of its buffer unless it says one itself.
    names = (path.stem if str(name).startswith("pyogrio_") else str(name) for name in found[:, 0])
    return tuple(zip(names, found[:, 1], strict=True))


def _only_layer(path: Path, source: str | bytes) -> str:
    names = [name for name, kind in _layers(path, source) if kind is not None]
    if not names:
        raise _fault(
            path, say("The file holds no layer with a geometry."), say("Export it with its shapes.")
        )
    if len(names) > 1:
        raise _fault(
            path,
            say("The file holds several layers: {layers}.", layers=", ".join(names)),
            say("Name one as {file}:{layer}.", file=path.name, layer=names[0]),
        )
    return names[0]


def _read_layer(path: Path, source: str | bytes, layer: str) -> gpd.GeoDataFrame:
    frame = _read_rows(path, source, layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise _fault(
            path,
            say("The layer '{layer}' has no geometry.", layer=layer),
            say("Name a layer with shapes."),
        )
    return frame


def _read_rows(path: Path, source: str | bytes, layer: str) -> pd.DataFrame:
    names = [name for name, _ in _layers(path, source)]
    if layer not in names:
        raise _fault(
            path,
            say("There is no layer '{layer}'.", layer=layer),
            say("It holds: {layers}.", layers=", ".join(names)),
        )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            encoding = _encoding(path, source)
            rows = int(
                pyogrio.read_info(source, layer=names.index(layer), encoding=encoding)["features"]
            )
            _check_rows(path, rows)
            frame: pd.DataFrame = pyogrio.read_dataframe(
                source, layer=names.index(layer), encoding=encoding
            )
        except _READING_FAILED as error:
            raise _damaged(path, str(error)) from error
    for warning in caught:
        _log.warning("%s: %s", path.name, warning.message)
    if 0 <= rows != len(frame):
        raise _damaged(path, f"{len(frame)} of {rows} rows could be read")
    return frame


def _read_folders(path: Path, source: str | bytes) -> gpd.GeoDataFrame:
    parts = [
        _read_layer(path, source, name).assign(folder=name) for name, _ in _layers(path, source)
    ]
    if not parts:
        raise _fault(path, say("The file holds no placemarks."), say("Export it again."))
    filled = [part.dropna(axis="columns", how="all") for part in parts if len(part)]
    whole = pd.concat(filled, ignore_index=True) if filled else parts[0]
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=parts[0].crs)


def _check_rows(path: Path, rows: int) -> None:
    if rows > MAX_ROWS:
        raise _fault(
            path,
            say("The file has {rows} rows, more than {limit}.", rows=rows, limit=MAX_ROWS),
            say("Cut it to the district first."),
        )


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    full = local_file(path)
    try:
        with pq.ParquetFile(full) as file:
            groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
            _check_rows(path, file.metadata.num_rows)
        unpacked = sum(group.total_byte_size for group in groups)
        if unpacked > 4 * MAX_BYTES:
            raise _damaged(path, f"unpacked it has {unpacked // 1_000_000} MB")
        return gpd.read_parquet(full)
    except (pa.ArrowInvalid, pa.ArrowException, ValueError, OSError, GEOSException) as error:
        raise _damaged(path, str(error)) from error
