"""A foreign road table in a few words: which column means what, by which codes."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd

from language import Sentence, say

from .faults import Fault, UserError
from .opening import local_file
from .road_classes import ROAD_CLASSES
from .roads_values import NO_ROAD, cell_text

SPEED_UNITS = ("km/h", "mph", "m/s")
_MAX_SCHEMA_BYTES = 200_000
_MAX_CODES = 50

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "road_class": ("road_class", "fclass", "highway", "link_type", "roadclass", "class",
                       "道路等级", "道路类型", "道路类别", "等级", "类型", "type", "kind",
                       "functional_class"),
        "oneway": ("oneway", "one_way", "direction", "dir", "is_oneway", "单行", "单向", "单行道",
                   "通行方向", "交通方向", "方向"),
        "speed": ("speed_kmh", "maxspeed", "max_speed", "speed_limit", "speedlimit", "speed_kph",
                  "限速", "最高限速", "设计速度", "车速", "speed", "free_speed"),
        "width": ("width_m", "width", "road_width", "roadwidth", "路宽", "道路宽度", "宽度",
                  "路面宽度", "车行道宽度", "maxwidth"),
        "height": ("height_m", "maxheight", "max_height", "height_limit", "限高", "净高", "限高值"),
        "weight": ("weight_t", "maxweight", "max_weight", "weight_limit", "限重", "限载", "荷载"),
        "name": ("name:zh", "name_zh", "道路名称", "路名", "名称", "road_name", "roadname", "name",
                 "street_name", "name_chn", "mc", "dlmc"),
        "source_id": ("source_id", "osm_id", "osmid", "link_id", "road_id", "id", "编号",
                      "道路编号", "道路代码", "linkid", "gid", "objectid", "fid"),
        "from_node": ("from_node", "u", "a_node", "fnode", "fnode_", "snodeid", "source",
                      "起点编号", "起始节点", "from"),
        "to_node": ("to_node", "v", "b_node", "tnode", "tnode_", "enodeid", "target", "终点编号",
                    "终止节点", "to"),
    }
)  # fmt: skip
"""What a column is called, by what it means, the likeliest first; compared without case."""

_SPEEDS_OF_BOTH_WAYS = ("speed_ab", "speed_ba")
_WORDS = ("both", "forward", "backward")
_BOTH = frozenset(("", "0", "no", "n", "false", "b", "both", "two-way", "twoway", "双向",
                   "双向通行", "否", "无", "undirected"))  # fmt: skip
_FORWARD = frozenset(("1", "yes", "y", "true", "f", "ft", "forward", "oneway", "one-way", "单向",
                      "单行", "正向", "顺向", "顺方向", "是"))  # fmt: skip
_BACKWARD = frozenset(("-1", "tf", "backward", "reverse", "反向", "逆向", "逆方向"))


@dataclass(frozen=True)
class RoadSchema:
    """What the columns of a road table mean; ``None`` is not said (guessed), "" is no such column.

    ``both``, ``forward`` and ``backward`` are the codes of the one-way column, as text without
    case. ``classes`` maps class codes to ``ROAD_CLASSES`` or to "no road". Of several speed
    columns the lowest figure counts.
    """

    road_class: str | None = None
    oneway: str | None = None
    speed: tuple[str, ...] | None = None
    width: str | None = None
    height: str | None = None
    weight: str | None = None
    name: str | None = None
    source_id: str | None = None
    from_node: str | None = None
    to_node: str | None = None
    speed_unit: str = "km/h"
    both: tuple[str, ...] | None = None
    forward: tuple[str, ...] | None = None
    backward: tuple[str, ...] | None = None
    classes: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the schema says exist."""
        said = [getattr(self, key) for key in COLUMN_NAMES if key != "speed"]
        return tuple(name for name in (*said, *(self.speed or ())) if name)


def load_schema(path: Path) -> RoadSchema:
    """Return the schema of a TOML file with ``[columns]``, ``[oneway]``, ``[class]``, ``[units]``.

    Raises:
        UserError: if the file is absent or no TOML, or holds words that mean nothing here.

    """
    text = local_file(path, max_bytes=_MAX_SCHEMA_BYTES).read_bytes()
    try:
        told = tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = say("This is not TOML: {detail}", detail=str(error))
        raise UserError([Fault(path.name, problem, say("Mend the line."))]) from error
    return schema_of(told, path.name)


def schema_of(told: Mapping[str, object], file: str) -> RoadSchema:
    """Return the schema that a TOML document tells.

    Raises:
        UserError: naming every word that means nothing here.

    """
    faults: list[Fault] = []
    tables = {
        key: _table(told, key, file, faults) for key in ("columns", "oneway", "class", "units")
    }
    faults += [_unknown(file, key, tables) for key in told if key not in tables]
    columns = _columns(tables["columns"], file, faults)
    codes = {key: _texts(value) for key, value in tables["oneway"].items() if key in _WORDS}
    faults += [_unknown(file, key, _WORDS) for key in tables["oneway"] if key not in _WORDS]
    classes = tuple((key, cell_text(value)) for key, value in tables["class"].items())
    faults += [
        _unknown(file, value, (*ROAD_CLASSES, NO_ROAD))
        for _, value in classes
        if value not in (*ROAD_CLASSES, NO_ROAD)
    ]
    unit = tables["units"].get("speed", "km/h")
    if unit not in SPEED_UNITS:
        faults.append(_unknown(file, str(unit), SPEED_UNITS))
    if faults:
        raise UserError(faults)
    schema = RoadSchema(speed_unit=str(unit), classes=classes, **columns)  # type: ignore[arg-type]
    if not codes:
        return schema
    both, forward, backward = (codes.get(key, ()) for key in _WORDS)
    return replace(schema, both=both, forward=forward, backward=backward)


def guess_schema(frame: gpd.GeoDataFrame, said: RoadSchema | None = None) -> RoadSchema:
    """Return what ``said`` leaves open guessed from the column names and the codes in the cells."""
    base = said or RoadSchema()
    names = {
        str(name).casefold(): str(name) for name in frame.columns if name != frame.geometry.name
    }
    found: dict[str, object] = {}
    for key, candidates in COLUMN_NAMES.items():
        single = next((names[name] for name in candidates if name in names), "")
        if getattr(base, key) is None:
            found[key] = single if key != "speed" else ((single,) if single else _speeds(names))
    schema = replace(base, **found)  # type: ignore[arg-type]
    if not (schema.from_node and schema.to_node):
        schema = replace(schema, from_node="", to_node="")
    if schema.forward is None and schema.oneway and schema.oneway in frame:
        both, forward, backward = _guess_codes(frame[schema.oneway])
        return replace(schema, both=both, forward=forward, backward=backward)
    return schema


def _speeds(names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names[name] for name in _SPEEDS_OF_BOTH_WAYS if name in names)


def _guess_codes(cells: Iterable[object]) -> tuple[tuple[str, ...], ...]:
    """Return the codes in the cells that are understood: for both ways, along and against."""
    codes = sorted({cell_text(cell).casefold() for cell in cells})[:_MAX_CODES]
    present = set(codes)
    both, forward, backward = set(_BOTH), set(_FORWARD), set(_BACKWARD)
    if present & {"2", "3"} and present <= {"", "0", "1", "2", "3", "4"}:
        # Makers of car maps: 0 not surveyed, 1 both, 2 along, 3 against.
        both, forward, backward = {"", "0", "1"}, {"2"}, {"3"}
    elif "b" in present:
        backward.add("t")
    elif "t" in present:
        forward, both = (forward - {"f"}) | {"t"}, both | {"f"}
    if present & {"ft", "tf"}:
        both -= {"n", "no"}  # there it means closed to both, which no column of ours can say
    return tuple(
        tuple(code for code in codes if code in meant) for meant in (both, forward, backward)
    )


def describe_schema(schema: RoadSchema) -> tuple[Sentence, ...]:
    """Return in words which column is read as what, and what is not on file."""
    labels = {
        "class": schema.road_class, "one-way": schema.oneway,
        "speed": "+".join(schema.speed or ()), "width": schema.width, "height": schema.height,
        "weight": schema.weight, "name": schema.name, "from": schema.from_node,
        "to": schema.to_node,
    }  # fmt: skip
    read = ", ".join(f"{key} = {name}" for key, name in labels.items() if name)
    gaps = ", ".join(key for key, name in labels.items() if not name)
    found = []
    if read:
        found.append(say("Columns read: {columns}.", columns=read))
    if gaps:
        found.append(say("No column for: {columns}.", columns=gaps))
    if schema.oneway:
        found.append(
            say(
                "One-way codes in '{column}': both ways {both}; along the line {forward}; "
                "against it {backward}.",
                column=schema.oneway,
                both=_quoted(schema.both),
                forward=_quoted(schema.forward),
                backward=_quoted(schema.backward),
            )
        )
    return tuple(found)


def _quoted(codes: tuple[str, ...] | None) -> str:
    return " ".join(f"'{code}'" for code in codes or ()) or "-"


def _table(
    told: Mapping[str, object], key: str, file: str, faults: list[Fault]
) -> dict[str, object]:
    table = told.get(key, {})
    if isinstance(table, dict):
        return table
    problem = say("'{key}' must be a table.", key=key)
    faults.append(Fault(file, problem, say("Write it as [{key}].", key=key)))
    return {}


def _columns(table: Mapping[str, object], file: str, faults: list[Fault]) -> dict[str, object]:
    keys = {"class": "road_class", "id": "source_id", "from": "from_node", "to": "to_node"}
    known = {name: name for name in COLUMN_NAMES} | keys
    faults += [_unknown(file, key, known) for key in table if key not in known]
    read: dict[str, object] = {}
    for key, value in table.items():
        if known.get(key) == "speed":
            read["speed"] = _texts(value, keep_case=True)
        elif key in known:
            read[known[key]] = cell_text(value)
    return read


def _texts(value: object, *, keep_case: bool = False) -> tuple[str, ...]:
    texts = [cell_text(item) for item in (value if isinstance(value, list) else [value])]
    return tuple(text if keep_case else text.casefold() for text in texts if text or not keep_case)


def _unknown(file: str, word: str, known: Iterable[str]) -> Fault:
    return Fault(
        file,
        say("'{word}' means nothing here.", word=word),
        say("Use one of: {words}.", words=", ".join(known)),
        value=word,
    )
