"""What a template says about its columns, and the row that shows how they are filled in."""

from collections.abc import Mapping
from types import MappingProxyType

from language import Sentence, say
from layers import ColumnSpec

_MEANINGS = MappingProxyType(
    {
        "id": say("Your own number of the record. No two rows share one, and it never changes."),
        "code": say("The official code of the area. No two rows share one."),
        "name": say("The name in full, as on the sign or the licence."),
        "address": say("Street and house number, or the nearest landmark."),
        "subdistrict": say("The official name of the subdistrict or town it lies in."),
        "community": say("The official name of the community or village it lies in."),
        "contact": say("Who answers for it. Only authorised people see this."),
        "phone": say("Mobile or landline with area code; several parted by a semicolon. "
                     "Only authorised people see this."),
        "last_verified": say("The day somebody last checked this row, such as 2026-05-01."),
        "source": say("Where the figures come from: a document, a visit, a call."),
        "lon": say("Degrees with at least five decimals, as a GPS shows them (WGS 84). "
                   "If they come from AMap or Baidu, say so when importing."),
        "lat": say("As for the longitude. In China it is the smaller number of the two."),
        "item_code": say("The code of GB/T 38565 where it is known, else nothing."),
    }
)  # fmt: skip
"""Columns whose meaning their kind does not tell, by key."""

_KINDS = MappingProxyType(
    {
        "text": say("Text; leave it empty where it is not known."),
        "choice": say("Choose one word from the list."),
        "list": say("One or several words from the list, parted by a semicolon."),
        "date": say("A day such as 2026-05-01."),
        "integer": say("A whole number, nothing else; leave it empty where it is not known."),
        "number": say("A number such as 12.5; leave it empty where it is not known."),
    }
)
_EXAMPLES = MappingProxyType(
    {
        "phone": ("555-0100", "555-0100"),
        "lon": ("113.264385", "113.264385"),
        "lat": ("23.129112", "23.129112"),
        "unit": ("件", "piece"),
        "last_verified": ("2026-05-01", "2026-05-01"),
    }
)
_KIND_EXAMPLES: Mapping[str, str | int | float] = MappingProxyType(
    {"date": "2026-05-01", "integer": 100, "number": 12.5}
)
EXAMPLE_ID = ("示例（导入前请删除此行）", "EXAMPLE (delete this row)")
_EXAMPLE = ("示例", "Example ")


def meaning(column: ColumnSpec) -> Sentence:
    """Return what is to be written into the column."""
    if column.kind == "list" and not column.choices:
        return say("One or several words, parted by a semicolon.")
    return _MEANINGS.get(column.key, _KINDS[column.kind])


def example(column: ColumnSpec, title: str, language: str, *, identity: bool) -> str | int | float:
    """Return the example's cell; ``title`` is the layer's, ``identity`` the first column's mark."""
    at = 0 if language == "zh" else 1
    if identity:
        return EXAMPLE_ID[at]
    if column.key == "name":
        return f"{_EXAMPLE[at]}{title}"
    if column.key in _EXAMPLES:
        text = _EXAMPLES[column.key][at]
        return float(text) if column.kind == "number" else text
    if column.choices:
        return ";".join(column.choices[: 2 if column.kind == "list" else 1])
    plain = f"{_EXAMPLE[at]}{column.title_zh if at == 0 else column.title_en}"
    return _KIND_EXAMPLES.get(column.kind, plain)
