"""What the cells of a road file mean: classes, speeds, widths, limits, lists and codes as text."""

import ast
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .road_classes import ROAD_CLASSES
from .tables import clean_text

NO_ROAD = "no road"
"""What a foreign class is mapped to where its lines are no roads, such as zone connectors."""

FOREIGN_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("path", "steps", "cycleway", "bridleway", "trail", "corridor", "crossing",
                         "sidewalk", "walkway", "人行道", "步道", "人行天桥", "绿道"), "footway"),
        **dict.fromkeys(("步行街", "pedestrian street"), "pedestrian"),
        **dict.fromkeys(("busway", "raceway", "emergency_bay", "alley", "driveway", "内部道路",
                         "小区道路", "小区路", "巷道"), "service"),
        **dict.fromkeys(("road", "yes", "other", "其他", "其他道路", "未分类"), "unknown"),
        **dict.fromkeys(("freeway", "expressway", "motorway", "高速", "高速公路"), "motorway"),
        **dict.fromkeys(("ramp", "匝道"), "motorway_link"),
        **dict.fromkeys(("highway", "快速路", "城市快速路", "国道"), "trunk"),
        **dict.fromkeys(("arterial", "major", "主干道", "主干路", "城市主干道", "城市主干路",
                         "省道"), "primary"),
        **dict.fromkeys(("collector", "minor", "次干道", "次干路", "城市次干道", "城市次干路",
                         "县道"), "secondary"),
        **dict.fromkeys(("支路", "城市支路", "乡道", "镇道"), "tertiary"),
        **dict.fromkeys(("minor road", "村道", "乡村道路"), "unclassified"),
        **dict.fromkeys(("local", "street", "居住区道路", "街巷"), "residential"),
        **dict.fromkeys(("机耕路", "机耕道"), "track"),
        **dict.fromkeys(("centroid_connector", "connector"), NO_ROAD),
    }
)  # fmt: skip
"""Classes of other makers, of Chinese standards and of OSM's byways, as one of ours."""

_BLANK = frozenset(
    ("", "nan", "none", "null", "<na>", "nat", "-", "--", "unknown", "unsigned", "default",
     "no_indications", "below_default", "signals", "variable", "no", "无", "未知")
)  # fmt: skip
_LONGEST_CELL = 200
LONGEST_NAME = 120
"""Characters of a road's name; no map, list or route has room for more."""
_NUMBER = re.compile(r"(\d{1,7}(?:[.,]\d{1,6})?)\s*([a-zA-Z/²\u4e00-\u9fff.]{0,12})")
_FEET = re.compile(r"(\d{1,3})\s*(?:'|ft|feet)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|''|in)?)?")
_MANY = re.compile(r"[;|]")
_FOOT_M, _INCH_M, _MILE_KM, _POUND_T, _SHORT_TON_T = (
    0.3048,
    0.0254,
    1.609344,
    0.00045359237,
    0.90718474,
)
_KMH = {"km/h": 1.0, "kmh": 1.0, "kph": 1.0, "kmph": 1.0, "公里/小时": 1.0, "mph": _MILE_KM,
        "m/s": 3.6, "knots": 1.852}  # fmt: skip
_METRES = {"": 1.0, "m": 1.0, "m.": 1.0, "米": 1.0, "meter": 1.0, "metre": 1.0, "meters": 1.0,
           "metres": 1.0, "cm": 0.01, "km": 1000.0, "ft": _FOOT_M, "feet": _FOOT_M}  # fmt: skip
_TONNES = {"": 1.0, "t": 1.0, "吨": 1.0, "tonnes": 1.0, "kg": 0.001, "lbs": _POUND_T,
           "lb": _POUND_T, "st": _SHORT_TON_T}  # fmt: skip
# Beyond these a figure is a mistake, not a road: lowest and highest, both allowed.
_RANGE_KMH, _RANGE_M, _RANGE_T = (1.0, 200.0), (0.3, 100.0), (0.1, 500.0)

Reader = Callable[[str], float | None]
FloatArray = NDArray[np.float64]


def cell_text(value: object) -> str:
    """Return a cell as trimmed text: 1.0 as "1", nothing (NaN, None, NaT) as ""."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, list | tuple | np.ndarray):
        return ";".join(cell_text(item) for item in value)
    return str(value).strip()


def road_name(value: object) -> str:
    """Return a road's name on one line, without unseen marks, no longer than can be shown."""
    name = clean_text(cell_text(value))
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def items(text: str) -> tuple[str, ...]:
    """Return the values of a cell: "a;b", "a|b" and the text of a Python list give several."""
    if text.startswith("[") and text.endswith("]") and len(text) <= _LONGEST_CELL * 10:
        try:
            parts = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return (text,)
        if isinstance(parts, list):
            return tuple(filter(None, (cell_text(part) for part in parts)))
    return tuple(part.strip() for part in _MANY.split(text) if part.strip())


def read_speed_kmh(text: str, unit: str = "km/h") -> float | None:
    """Return km/h, the lowest of several; NaN if nothing is on file, ``None`` for nonsense."""
    return _lowest(text, {"": _KMH[unit], **_KMH}, _RANGE_KMH)


def read_metres(text: str) -> float | None:
    """Return metres, the lowest of several; NaN if nothing is on file, ``None`` for nonsense."""
    return _lowest(text, _METRES, _RANGE_M)


def read_tonnes(text: str) -> float | None:
    """Return tonnes, the lowest of several; NaN if nothing is on file, ``None`` for nonsense."""
    return _lowest(text, _TONNES, _RANGE_T)


def _lowest(text: str, units: Mapping[str, float], limits: tuple[float, float]) -> float | None:
    if len(text) > _LONGEST_CELL:
        return None
    found = [_figure(part, units) for part in items(text) if part.lower() not in _BLANK]
    known = [figure for figure in found if figure is not None]
    if len(known) < len(found):
        return None
    # Nought is how many exporters write "not on file".
    real = [figure for figure in known if figure != 0.0]
    if any(not limits[0] <= figure <= limits[1] for figure in real):
        return None
    return min(real, default=math.nan)


def _figure(text: str, units: Mapping[str, float]) -> float | None:
    feet = _FEET.fullmatch(text) if units is _METRES else None
    if feet:
        return float(feet[1]) * _FOOT_M + float(feet[2] or 0) * _INCH_M
    number = _NUMBER.fullmatch(text)
    if number is None or number[2].lower() not in units:
        return None
    return float(number[1].replace(",", ".")) * units[number[2].lower()]


def read_class(text: str, own: Mapping[str, str]) -> str | None:
    """Return the class of a cell, the slowest of several; ``None`` if no word of it is known.

    ``own`` maps the file's codes, as text, to classes and goes before everything else. An empty
    cell is "unknown".
    """
    found = [_one_class(part, own) for part in items(text)]
    known = [name for name in found if name is not None]
    if not found:
        return own.get("", "unknown")
    roads = [name for name in known if name in ROAD_CLASSES]
    sure = [name for name in roads if name != "unknown"] or roads
    if not sure:
        return known[0] if known else None
    return max(sure, key=ROAD_CLASSES.index)


def _one_class(text: str, own: Mapping[str, str]) -> str | None:
    word = text.casefold()
    if text in own:
        return own[text]
    if word in ROAD_CLASSES:
        return word
    return FOREIGN_CLASSES.get(word)


def read_column(cells: Iterable[str], read: Reader) -> tuple[FloatArray, Counter[str]]:
    """Return one figure per cell (NaN where there is none) and how often each nonsense occurs."""
    codes, texts = pd.factorize(np.array(list(cells), dtype=object))
    found = [read(str(text)) for text in texts]
    figures = np.array([math.nan if item is None else item for item in found], dtype=np.float64)
    count = np.bincount(codes, minlength=len(texts))
    nonsense = Counter(
        {str(texts[i])[:40]: int(count[i]) for i, item in enumerate(found) if item is None}
    )
    return (figures[codes] if len(texts) else np.zeros(0)), nonsense
