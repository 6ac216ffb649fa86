"""Features of every layer with everything that a register can hold, odd text above all."""

import random
from collections.abc import Mapping, Sequence

import shapely

from desks.register.schema import TABLES, ExportTable
from geodata.store import Change, Feature
from geodata.store.records import Value
from layers import ColumnSpec

ODD = (
    "=1+1", "+86 20 555 0100", "-12", "@SUM(A1:A9)", "=cmd|' /C calc'!A0", "'", "'=1", "''",
    "＝1+1",
    '=HYPERLINK("http://x.example","点")', '"', '""', 'a"b"c', "两\n行", "三\r\n行", "\r回车",
    "\t制表",
    "a,b;c|d", " 前空", "后空 ", "\u3000", "１２３", "😀🚒", "e\u0301", "007", "1e5", "0.10",
    "TRUE", "null", "NaN", "None", "2026-05-01", "_x0041_", "_x000D_", "<b>&amp;</b>", "{{7*7}}",
    "${7*7}", "<script>alert(1)</script>", "避难场所", "\u202e反", "\ufeff头", "x" * 5000,
    "113.1, 23.2", "示例广场", "合计", "#REF!", "[]", '["a"]', "{}", "\x85", "\x7f", "\u2028",
)  # fmt: skip
LISTS = (["侦检", "堵漏"], ["a;b", "c/d"], ["=1+1"], ["甲"], [" x "], ["[1]"], ["一", "一"], ["、"])
NUMBERS = (0.1, 1 / 3, 5.0, 0.0, 1e-7, 123456789.125, 2 / 3 * 1000)
SHAPES: Mapping[str, Sequence[shapely.Geometry | None]] = {
    "point": (
        shapely.Point(113.26438512345678, 23.129111111111113),
        shapely.Point(-50.745567869409, -0.12644865375588665),
        None,
    ),
    "line": (
        shapely.LineString([(113.1, 23.1), (113.26438512345678, 23.2)]),
        shapely.MultiLineString([[(113.1, 23.1), (113.2, 23.2)], [(113.3, 23.3), (1 / 3, 2 / 3)]]),
        None,
    ),
    "polygon": (
        shapely.Point(113.1, 23.1).buffer(0.01, quad_segs=400),
        shapely.box(113, 23, 114, 24).difference(shapely.box(113.4, 23.4, 113.5, 23.5)),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
        None,
    ),
}  # fmt: skip
"""The buffer has 1,601 corners: its text fills two cells of a workbook."""


def features_of(table: ExportTable, number: int = 60, seed: int = 1) -> tuple[Feature, ...]:
    """Return features of a table; every odd text, list, number and shape comes up."""
    rng = random.Random(f"{table.key} {seed}")  # noqa: S311 -- seeded on purpose
    shapes = SHAPES[table.geometry] if table.geometry else (None,)
    found = []
    for at in range(number):
        props = {
            column.key: _value(column, at, rng)
            for column in table.columns[1:]
            if not column.personal and rng.random() > 0.2
        }
        name = ODD[at % len(ODD)].strip("\x85\r\n\t \u3000|") + f"·{at}"
        if table.parent:
            props[table.columns[0].key] = f"P-{at % 7}"
            name = f"P-{at % 7}|{name}"
        shape = shapes[at % len(shapes)]
        found.append(Feature(table.key, name, 1, "", at, props, shape, frozenset()))
    return tuple(found)


def whole_register(seed: int = 1) -> dict[str, tuple[Feature, ...]]:
    """Return features of every table of an export, by layer of the store."""
    return {table.key: features_of(table, seed=seed) for table in TABLES}


def personal_of(
    register: Mapping[str, Sequence[Feature]],
) -> dict[str, dict[str, dict[str, str]]]:
    """Return personal columns for every second feature of the tables that have such columns."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table in TABLES:
        keys = [column.key for column in table.columns if column.personal]
        found[table.key] = {
            feature.id: {key: ODD[(at + i) % len(ODD)] for i, key in enumerate(keys)}
            for at, feature in enumerate(register.get(table.key, ()))
            if keys and at % 2 == 0
        }
    return found


def features_from(changes: Sequence[Change]) -> dict[str, tuple[Feature, ...]]:
    """Return what a store would hold after these additions."""
    found: dict[str, list[Feature]] = {}
    for at, change in enumerate(changes):
        assert change.operation == "add"
        shape = change.shape if isinstance(change.shape, shapely.Geometry) else None
        named = frozenset(change.personal)
        feature = Feature(change.layer, change.id, 1, "", at, change.props, shape, named)
        found.setdefault(change.layer, []).append(feature)
    return {key: tuple(features) for key, features in found.items()}


def plain(features: Sequence[Feature]) -> list[tuple[str, dict[str, object], bytes | None]]:
    """Return what must be the same on both sides: order, ids, columns, every bit of a shape."""
    return [
        (
            feature.id,
            {k: list(v) if isinstance(v, (list, tuple)) else v for k, v in feature.props.items()},
            None if feature.shape is None else shapely.to_wkb(feature.shape),
        )
        for feature in features
    ]


def _value(column: ColumnSpec, at: int, rng: random.Random) -> Value:
    if column.kind == "integer":
        return rng.choice((0, 1, 1200, 10**12))
    if column.kind == "number":
        return NUMBERS[at % len(NUMBERS)]
    if column.kind == "date":
        return rng.choice(("2026-05-01", "1999-12-31", "2024-02-29"))
    if column.kind == "list":
        return LISTS[at % len(LISTS)]
    if column.kind == "choice" and at % 3:
        return rng.choice(column.choices)
    return ODD[(at + rng.randrange(7)) % len(ODD)]
