"""What files written by this program hold beside plain records, so that it reads them back."""

import json
import re
from collections.abc import Sequence

from geodata.tables import heading_key

from .spec import ChildSpec, LayerSpec

RECORD_ID = ("记录号", "Record ID")
"""The heading over the ids of child rows, which no column of theirs declares."""
SHAPE = ("形状WKT", "Shape WKT")
"""The heading over shapes in a table; a long one goes on in columns numbered from 2."""
NOTES = ("填表说明", "How to fill in")
COLUMN_NOTES = ("字段说明", "Columns")
CODE_SETS = ("代码集", "Code sets")
DEFECTS = ("缺陷清单", "Defects")

_EXAMPLES = ("示例", "example")
_BESIDE = frozenset(heading_key(name) for name in (*NOTES, *COLUMN_NOTES, *CODE_SETS, *DEFECTS))
_SHAPE = re.compile(r"(?:形状wkt|shapewkt|wkt|geom|geometry|thegeom)(\d{0,3})")
_SPLITTING = re.compile(r"[;；、,，|/]")


def is_example(cells: Sequence[object]) -> bool:
    """Return whether one of the first two filled cells says that the row is an example."""
    filled = [cell for cell in cells if cell != ""][:2]
    return any(heading_key(str(cell)).startswith(_EXAMPLES) for cell in filled)


def is_beside(sheet: str) -> bool:
    """Return whether the sheet is one of ours that explains and holds no records."""
    return heading_key(sheet) in _BESIDE


def child_titles(spec: LayerSpec, child: ChildSpec) -> tuple[str, str]:
    """Return the Chinese and English title of a child's sheet among the sheets of other layers."""
    return f"{spec.title_zh}·{child.title_zh}", f"{spec.title_en}·{child.title_en}"


def shape_headings(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings over shapes as text, the first part first; none where there are none."""
    found = [(heading, _SHAPE.fullmatch(heading_key(heading))) for heading in headings]
    numbered = [(int(m[1] or 1), i, h) for i, (h, m) in enumerate(found) if m is not None]
    return tuple(heading for _, _, heading in sorted(numbered))


def list_text(items: Sequence[str]) -> str:
    """Return the items parted by ``;``, as a JSON array where one holds a parting sign."""
    plain = [item for item in items if item and item == item.strip()]
    odd = len(plain) < len(items) or any(_SPLITTING.search(item) for item in items)
    if odd or (items and items[0].startswith("[")):
        return json.dumps(list(items), ensure_ascii=False)
    return ";".join(items)


def list_items(text: str) -> tuple[str, ...] | None:
    """Return the items of a JSON array of texts, ``None`` where the text is none."""
    if not text.startswith("["):
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(items)
