"""The difference between two dates as JSON, and in words for a terminal or a paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from desks.stock import CHINA
from language import Catalogue, say
from layers import LayerSpec
from layers import layer as layer_spec
from layers.spec import ChildSpec

from .differences import (
    PERSONAL,
    Cell,
    Difference,
    LayerDifference,
    RowChange,
    UnitCount,
)
from .history import column_titles, sides

FORMAT = 1
_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def difference_document(found: Difference) -> dict[str, Any]:
    """Return the difference as docs/schemas/difference.schema.json states it.

    The same dates give the same bytes whenever they are asked for: nothing in it is of the day of
    asking. Places are WKT in WGS 84; nothing personal is in it.
    """
    return {
        "format": FORMAT,
        "since": _moment(found.since),
        "until": _moment(found.until),
        "heads": list(found.heads),
        "layers": [
            {
                "layer": part.layer,
                "before": sum(count.before for count in part.counts),
                "after": sum(count.after for count in part.counts),
                "subdistricts": [_count_document(count) for count in part.counts],
                "rows": [_row_document(row) for row in part.rows],
            }
            for part in found.layers
        ],
    }


def difference_lines(found: Difference, catalogue: Catalogue) -> Iterator[str]:
    """Yield the difference in words: each layer that changed, its subdistricts, then its rows."""
    span = say("From {since} to {until}", since=_day(found.since), until=_day(found.until))
    yield catalogue.word(span)
    same = [part for part in found.layers if not part.rows]
    for part in found.layers:
        if part.rows:
            yield from _layer_lines(part, catalogue)
    if same:
        names = "、".join(_title(part.layer, catalogue) for part in same)
        yield catalogue.word(say("Unchanged: {layers}", layers=names))


def _layer_lines(part: LayerDifference, catalogue: Catalogue) -> Iterator[str]:
    before, after = (sum(getattr(c, side) for c in part.counts) for side in ("before", "after"))
    tallies = {
        sign: sum(row.operation == name for row in part.rows) for name, sign in _SIGNS.items()
    }
    told = "  ".join(f"{sign}{number}" for sign, number in tallies.items() if number)
    yield f"{_title(part.layer, catalogue)}: {before} → {after}  ({told})"
    names = {count.cell: _cell_name(count, catalogue) for count in part.counts}
    for count in part.counts:
        if count.before != count.after or count.moved_in:
            yield f"  {names[count.cell]}: {count.before} → {count.after}"
    for row in part.rows:
        yield from _row_lines(part.layer, row, names, catalogue)


def _row_lines(
    layer: str, row: RowChange, names: Mapping[Cell, str], catalogue: Catalogue
) -> Iterator[str]:
    cell = row.after or row.before
    assert cell is not None  # noqa: S101 - a change has a row on one side at least
    yield f"    {_SIGNS[row.operation]} {row.name} [{row.id}] · {names[cell]}"
    if row.before and row.after and row.before != row.after:
        yield f"        {names[row.before]} → {names[row.after]}"
    titles = _columns(layer, catalogue)
    for change in row.columns:
        before, after = sides(change, catalogue)
        title = titles.get(change.column, change.column)
        yield (
            f"        {title}"
            if change.hidden
            else f"        {title}: {before or '—'} → {after or '—'}"
        )


def _count_document(count: UnitCount) -> dict[str, Any]:
    return {
        "where": count.cell.where,
        "code": count.cell.code,
        "name": count.name,
        "before": count.before,
        "after": count.after,
        "added": count.added,
        "removed": count.removed,
        "moved_in": count.moved_in,
        "moved_out": count.moved_out,
        "changed": count.changed,
    }


def _row_document(row: RowChange) -> dict[str, Any]:
    return {
        "operation": row.operation,
        "id": row.id,
        "name": row.name,
        "before": _cell_document(row.before),
        "after": _cell_document(row.after),
        "columns": [
            {"column": c.column, "hidden": c.hidden, "before": c.before, "after": c.after}
            for c in row.columns
        ],
    }


def _cell_document(cell: Cell | None) -> dict[str, str] | None:
    return None if cell is None else {"where": cell.where, "code": cell.code}


def _cell_name(count: UnitCount, catalogue: Catalogue) -> str:
    if count.cell.where == "unit":
        return count.name or count.cell.code
    if count.cell.where == "outside":
        return catalogue.word(say("outside every subdistrict"))
    return catalogue.word(say("without a position"))


def _child(layer: str) -> tuple[LayerSpec, ChildSpec | None]:
    """Return the layer's declaration and that of its child, if it is one such as depot.stock."""
    key, _, child_key = layer.partition(".")
    spec = layer_spec(key)
    return spec, next((child for child in spec.children if child.key == child_key), None)


def _title(layer: str, catalogue: Catalogue) -> str:
    spec, child = _child(layer)
    titled = (spec, child) if child is not None else (spec,)
    chinese = catalogue.language == "zh"
    return " · ".join(part.title_zh if chinese else part.title_en for part in titled)


def _columns(layer: str, catalogue: Catalogue) -> dict[str, str]:
    spec, child = _child(layer)
    hidden = {PERSONAL: catalogue.word(say("Contact changed (not shown)"))}
    if child is None:
        return {**column_titles(spec, catalogue), **hidden}
    chinese = catalogue.language == "zh"
    return {c.key: c.title_zh if chinese else c.title_en for c in child.columns}


def _day(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _moment(at: datetime) -> str:
    return at.astimezone(CHINA).isoformat()
