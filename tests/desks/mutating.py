"""Import files of every format, spoiled at random: by bytes, by zip, by XML, by JSON, by SQL."""

import io
import json
import random
import re
import shutil
import sqlite3
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import xlsxwriter
from shapely import Point

Mutation = Callable[[bytes, random.Random], bytes]

HEADINGS = ("编号", "名称", "室内外", "街道", "容量", "面积", "核实日期", "联系人", "联系电话",
            "经度", "纬度")  # fmt: skip
HOSTILE = (
    "", " ", "0", "-1", "1e999", "-1e308", "NaN", "Infinity", "9" * 400, "０" * 50,
    "=cmd|' /C x'!A1",
    "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "'; drop table event;--", "../../etc/passwd",
    "/vsicurl/http://127.0.0.1/x", "\u202egnp.exe", "\ufeff", "\x00", "\ud7ff", "😀" * 30,
    "长" * 5000,
    "2026-02-30", "0000-00-00", "99999-01-01", "113°99′99″", "N23 E113 S23", "113.1,22.9,1,2",
    "1;2;3",
    "合计", "总计：9", "\n\n", '"', "%s%n%x", "{0}", "{name}", '["a"', "[[[[", "1.2.3", "½",
    "一百二十",
    "1,2,3,4", "约", "+-5", "5e", ".", "-", "١٢٣", "²³", "1_000", "0x10", "True", "#REF!",
    "113.1 22.9",
)  # fmt: skip
NUMBERS = (
    "0",
    "-1",
    "1e308",
    "1e400",
    "99999999999999999999",
    "NaN",
    "null",
    "[]",
    "{}",
    '"x"',
    "1e-320",
)
BASES = ("xlsx", "csv", "geojson", "gpkg", "shp", "kml")


def write_bases(folder: Path) -> dict[str, Path]:
    """Write one clean file of each format and return them by format."""
    rows = [
        (f"BN-{i:03d}", f"{i}号广场", "室外", "老城街道", 200 + i, 900.5, "2026-05-01", "张三",
         "13900000000", round(113.01234 + i / 500, 6), 22.812345)
        for i in range(12)
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "base.xlsx"
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet("避难场所")
        sheet.write_row(0, 0, HEADINGS)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, row)
        sheet.merge_range(3, 3, 5, 3, "老城街道")
        made.add_worksheet("旧表").hide()
    lines = [",".join(HEADINGS), *(",".join(map(str, row)) for row in rows)]
    (folder / "base.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    frame = gpd.GeoDataFrame(
        {name: [row[at] for row in rows] for at, name in enumerate(HEADINGS[:9])},
        geometry=[Point(row[9], row[10]) for row in rows],
        crs="EPSG:4326",
    )
    frame.to_file(folder / "base.geojson")
    frame.to_file(folder / "base.gpkg")
    frame.to_file(folder / "base.shp", encoding="GBK")
    marks = "".join(
        f"<Placemark><name>{row[1]}</name><ExtendedData><Data name='编号'><value>{row[0]}</value>"
        f"</Data><Data name='室内外'><value>{row[2]}</value></Data></ExtendedData>"
        f"<Point><coordinates>{row[9]},{row[10]}</coordinates></Point></Placemark>"
        for row in rows
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    text = f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    (folder / "base.kml").write_text(text, encoding="utf-8")
    return {kind: folder / f"base.{kind}" for kind in BASES}


def mutate(bases: dict[str, Path], folder: Path, seed: int, number: int) -> Path:
    """Write the number-th spoiled file and return its path; the same numbers give the same file."""
    draw = random.Random(f"{seed} {number}")  # noqa: S311 -- dice of a test
    kind = BASES[number % len(BASES)]
    target = folder / f"{number:05d}.{kind}"
    if kind == "shp":
        return _mutate_shapefile(bases[kind], target, draw)
    if kind == "gpkg" and draw.random() < 0.6:
        shutil.copyfile(bases[kind], target)
        _spoil_tables(target, draw)
        return target
    data = bases[kind].read_bytes()
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        data = draw.choice(_MUTATIONS[kind])(data, draw)
    target.write_bytes(data)
    return target


def _mutate_shapefile(base: Path, target: Path, draw: random.Random) -> Path:
    spoiled = draw.choice((".shp", ".shx", ".dbf", ".prj", ".cpg"))
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        data = base.with_suffix(suffix).read_bytes()
        if suffix == spoiled:
            if draw.random() < 0.1:
                continue
            mutations = (_texts,) if suffix in {".prj", ".cpg"} else _BYTES
            for _ in range(draw.choice((1, 1, 3))):
                data = draw.choice(mutations)(data, draw)
        target.with_suffix(suffix).write_bytes(data)
    return target


# By bytes


def _flip(data: bytes, draw: random.Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(draw.choice((1, 4, 40))):
        if spoiled:
            spoiled[draw.randrange(len(spoiled))] ^= 1 << draw.randrange(8)
    return bytes(spoiled)


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _drop(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    return data[:start] + data[start + draw.randrange(1, 200) :]


def _double(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    part = data[start : start + draw.randrange(1, 500)]
    return data[:start] + part * draw.choice((2, 5)) + data[start:]


def _noise(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    noise = draw.randbytes(draw.randrange(1, 64))
    return data[:start] + noise + data[start + draw.choice((0, len(noise))) :]


def _extremes(data: bytes, draw: random.Random) -> bytes:
    """Overwrite four or eight bytes with the extremes that counters and lengths break at."""
    start = draw.randrange(max(len(data) - 8, 1))
    extreme = draw.choice(
        (
            b"\xff\xff\xff\xff",
            b"\x7f\xff\xff\xff",
            b"\xff\xff\xff\x7f",
            b"\x00\x00\x00\x80",
            b"\x00" * 8,
        )
    )
    return data[:start] + extreme + data[start + len(extreme) :]


_BYTES: tuple[Mutation, ...] = (_flip, _cut, _drop, _double, _noise, _extremes)


# By text


def _texts(data: bytes, draw: random.Random) -> bytes:
    """Put hostile text for one run of signs between marks."""
    text = data.decode("utf-8", errors="replace")
    fields = list(re.finditer(r"[^<>\",\n\[\]{}:=]+", text))
    if not fields:
        return draw.choice(HOSTILE).encode("utf-8", errors="replace")
    for found in draw.sample(fields, min(len(fields), draw.choice((1, 3, 12))))[:1]:
        text = text[: found.start()] + draw.choice(HOSTILE) + text[found.end() :]
    return text.encode("utf-8", errors="replace")


def _numbers(data: bytes, draw: random.Random) -> bytes:
    """Put an extreme for one number."""
    text = data.decode("utf-8", errors="replace")
    fields = list(re.finditer(r"-?\d+(?:\.\d+)?", text))
    if not fields:
        return data
    found = draw.choice(fields)
    return (text[: found.start()] + draw.choice(NUMBERS) + text[found.end() :]).encode()


def _recoded(data: bytes, draw: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    coding = draw.choice(
        ("gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5", "utf-7",
        "utf-8-sig",
         "shift_jis", "cp037")
    )  # fmt: skip
    return text.encode(coding, errors="replace")


def _lines(data: bytes, draw: random.Random) -> bytes:
    """Spoil the frame of a table: marks, quotation, order, very wide or long rows."""
    lines = data.decode("utf-8", errors="replace").split("\n")
    at = draw.randrange(len(lines))
    way = draw.randrange(8)
    if way == 0:
        lines[at] = f'"{lines[at]}'
    elif way == 1:
        lines[at] += "," * draw.choice((1, 50, 2000))
    elif way == 2:
        lines.insert(at, lines[0])
    elif way == 3:
        lines[at] = lines[at].replace(",", draw.choice(("\t", ";", "|", "，", '","')))
    elif way == 4:
        lines = [draw.choice(HOSTILE)] * draw.choice((1, 40)) + lines
    elif way == 5:
        draw.shuffle(lines)
    elif way == 6:
        lines[at] = lines[at] * 200
    else:
        lines = lines[:1] + lines[1:] * 30
    return "\n".join(lines).encode("utf-8", errors="replace")


def _nested(data: bytes, draw: random.Random) -> bytes:
    """Put a deep nest of brackets or elements into the middle."""
    deep = draw.choice((50, 2000, 100_000))
    start = draw.randrange(len(data) + 1)
    open_sign, shut = draw.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")")))
    return data[:start] + open_sign * deep + shut * deep + data[start:]


def _doctype(data: bytes, draw: random.Random) -> bytes:
    entity = draw.choice(
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
         b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', b"<?xml version='9'?>")
    )  # fmt: skip
    at = data.find(b"?>") + 2
    return data[:at] + entity + data[at:]


# By JSON


def _json(data: bytes, draw: random.Random) -> bytes:
    """Replace, drop or double some values of a JSON tree."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return _flip(data, draw)
    for _ in range(draw.choice((1, 3, 10))):
        _spoil_tree(tree, draw)
    return json.dumps(tree, ensure_ascii=draw.random() < 0.3).encode("utf-8", errors="replace")


def _spoil_tree(tree: object, draw: random.Random) -> None:
    holder, at = None, None
    node = tree
    for _ in range(draw.randrange(1, 9)):
        if isinstance(node, dict) and node:
            holder, at = node, draw.choice(list(node))
        elif isinstance(node, list) and node:
            holder, at = node, draw.randrange(len(node))
        else:
            break
        node = holder[at]
    if holder is None:
        return
    way = draw.randrange(5)
    if way == 0:
        del holder[at]
    elif way == 1:
        holder[at] = [node, node] if draw.random() < 0.5 else {"type": node}
    else:
        holder[at] = draw.choice(
            (None, [], {}, True, -1, 10**40, 1e308, float("nan"), float("inf"), *HOSTILE, "Polygon",
             "MultiPoint", "GeometryCollection", [[[]]], [[0, 0], [1, 1]],
             "urn:ogc:def:crs:EPSG::9999")
        )  # fmt: skip


# By zip and XML


def _zip(data: bytes, draw: random.Random) -> bytes:
    """Rewrite a zip with one part dropped, doubled, renamed, recoded or spoiled within."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        zlib.error,
    ):
        return _flip(data, draw)
    if not parts:
        return data
    at = draw.randrange(len(parts))
    name, content = parts[at]
    way = draw.randrange(20)
    if way == 0:
        del parts[at]
    elif way == 1:
        parts.append((f"{name}2" if draw.random() < 0.5 else "../../x.xml", content))
    elif way == 2:
        parts[at] = (
            draw.choice(("/etc/x", "..\\x", "xl/worksheets/sheet9.xml", "x" * 300)),
            content,
        )
    elif way == 3:
        parts += [(f"p{i}", b"") for i in range(draw.choice((10, 6000)))]
    else:
        spoil = draw.choice((*[_xml] * 12, _texts, _numbers, _nested, _doctype, *_BYTES))
        parts[at] = (name, spoil(content, draw))
    packed = io.BytesIO()
    packing = draw.choice((zipfile.ZIP_DEFLATED,) * 6 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", packing) as archive:
        warnings.simplefilter("ignore", UserWarning)  # two parts of one name are meant
        for part, held in parts:
            archive.writestr(zipfile.ZipInfo(part), held, packing)
    return packed.getvalue()


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WRITABLE = tuple(text for text in HOSTILE if not re.search("[\x00-\x08\ud800-\udfff]", text))
_ATTRIBUTES = (
    "XFD1048576", "A0", "0", "-1", "A99999999", "s", "b", "e", "str", "inlineStr", "999999999", "d",
    "A1:XFD1048576", "1e9", "true", "hidden", "veryHidden", "rId99", "&#xD800;", "x" * 9000,
)  # fmt: skip


def _xml(data: bytes, draw: random.Random) -> bytes:
    """Spoil attributes, texts and elements of an XML tree, which stays well-formed."""
    try:
        root = ET.fromstring(data)  # noqa: S314 -- our own file
    except (ET.ParseError, ValueError, LookupError):
        return _flip(data, draw)
    for _ in range(draw.choice((1, 1, 3))):
        _spoil_element(root, draw)
    ET.register_namespace("r", _RELATIONS)
    ET.register_namespace("", root.tag[1:].partition("}")[0])
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _spoil_element(root: ET.Element, draw: random.Random) -> None:
    every = list(root.iter())
    element, holder = draw.choice(every), draw.choice(every)
    way = draw.randrange(6)
    if way <= 1 and element.attrib:
        element.set(draw.choice(list(element.attrib)), draw.choice((*_ATTRIBUTES, *NUMBERS)))
    elif way <= 3:
        element.text = draw.choice(_WRITABLE)
    elif way == 4 and len(holder):
        holder.remove(draw.choice(list(holder)))
    elif len(holder):
        child = draw.choice(list(holder))
        holder.extend([child] * draw.choice((1, 5, 300)))


# By SQL


def _spoil_tables(path: Path, draw: random.Random) -> None:
    """Change what stands in a GeoPackage: blobs, types, its own tables, views and triggers."""
    connection = sqlite3.connect(path)
    try:
        # The triggers of its index call functions that only GDAL has.
        for (trigger,) in connection.execute(
            "select name from sqlite_master where type = 'trigger'"
        ).fetchall():
            connection.execute(f'drop trigger "{trigger}"')
        for _ in range(draw.choice((1, 2, 4))):
            try:
                connection.execute(*_statement(draw))
            except sqlite3.Error:
                continue
        connection.commit()
    finally:
        connection.close()


_NINE_THOUSAND = (
    "create table x as with recursive n(i) as (select 1 union all select i + 1 from n"
    " where i < 9999) select i from n"
)


def _statement(draw: random.Random) -> tuple[str, tuple[object, ...]]:
    value: object = draw.choice((*HOSTILE, None, -1, 1e308, draw.randbytes(40), b"GP\x00\x01"))
    row = (draw.randrange(1, 13),)
    column = draw.choice(("geom", "编号", "名称", "容量", "核实日期", "fid"))
    simple = (
        "drop table gpkg_contents", "drop table gpkg_spatial_ref_sys",
        "drop table gpkg_geometry_columns",
        "delete from gpkg_contents", "delete from gpkg_spatial_ref_sys", "delete from base",
        "update gpkg_contents set srs_id = 99999", "update gpkg_geometry_columns set srs_id = -7",
        "update gpkg_contents set table_name = 'nothing'", "update gpkg_geometry_columns set z = 2",
        "update gpkg_contents set data_type = 'attributes'", "pragma user_version = 99999999",
        "update gpkg_geometry_columns set geometry_type_name = 'CURVE'",
        "pragma application_id = 7",
        "update gpkg_spatial_ref_sys set definition = 'GEOGCS['",
        "insert into base select * from base",
        "create view v as select * from v2", "alter table base rename to other",
        _NINE_THOUSAND, "update base set geom = substr(geom, 1, 20)",
        "alter table base add column z",
        "update base set 容量 = '若干', 核实日期 = 'x'", "update gpkg_contents set min_x = 'x'",
    )  # fmt: skip
    if draw.random() < 0.5:
        return draw.choice(simple), ()
    return f'update base set "{column}" = ? where fid = ?', (value, *row)  # noqa: S608 -- a fixed list


_MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "xlsx": (*[_zip] * 12, *_BYTES),
    "csv": (_texts, _texts, _lines, _lines, _recoded, _numbers, *_BYTES),
    "geojson": (_json, _json, _json, _texts, _numbers, _nested, _recoded, *_BYTES),
    "gpkg": _BYTES,
    "kml": (*[_xml] * 12, _texts, _numbers, _nested, _doctype, _recoded, *_BYTES),
}
