"""Records as the panels and the map want them, read from the desks in the viewer's language."""

from collections.abc import Iterable, Sequence

import numpy as np

from desks import register
from desks.command.situation import Point
from desks.onemap import OneMap, Records
from layers import LayerSpec, layer
from ui.map import PickedDetail
from ui.panels.calm import Ready, Trust
from ui.panels.markup import Contact, Key, View

from . import language

LonLat = tuple[float, float]


def contacts(onemap: OneMap, keys: Iterable[Key]) -> dict[Key, Contact]:
    """Return whom to call at each of these records, read now, for this viewer alone."""
    ids: dict[str, list[str]] = {}
    for key, row_id in keys:
        ids.setdefault(key, []).append(row_id)
    return {
        (key, str(row_id)): Contact(str(row["contact"]), str(row["phone"]))
        for key, wanted in ids.items()
        for row_id, row in register.contacts(onemap.folder, key, wanted).items()
    }


def degrees(onemap: OneMap, points: Sequence[Point]) -> tuple[LonLat, ...]:
    """Return the points in lon, lat, in order."""
    if not points:
        return ()
    found = onemap.many_to_degrees(np.asarray(points, dtype=np.float64))
    return tuple((float(lon), float(lat)) for lon, lat in found)


def ready(onemap: OneMap, view: View) -> tuple[Ready, ...]:
    """Return what the district has on file: teams, places in refuges, depots."""
    return (_teams(onemap, view), _refuges(onemap, view), _supplies(onemap, view))


def _teams(onemap: OneMap, view: View) -> Ready:
    specs = [spec for spec in onemap.layers_for("responder") if spec.ranked]
    kept = [onemap.records[spec.key] for spec in specs]
    return Ready(
        view.text("Teams"),
        sum(len(rows.ids) for rows in kept),
        "",
        view.text(
            "{people:,} people · {vehicles:,} vehicles",
            people=_total(kept, "people"),
            vehicles=_total(kept, "vehicles"),
        ),
    )


def _refuges(onemap: OneMap, view: View) -> Ready:
    kept = [onemap.records[spec.key] for spec in onemap.layers_for("refuge")]
    return Ready(
        view.text("Places in shelters"),
        _total(kept, "capacity_people"),
        "",
        view.text("{count} shelters", count=sum(len(rows.ids) for rows in kept)),
    )


def _supplies(onemap: OneMap, view: View) -> Ready:
    specs = [spec for spec in onemap.layers_for("supply") if spec.children]
    lines = sum(
        len(frame)
        for key, frame in onemap.children.items()
        if key.split(".")[0] in {spec.key for spec in specs}
    )
    return Ready(
        view.text("Depots"),
        sum(len(onemap.records[spec.key].ids) for spec in specs),
        "",
        view.text("{count:,} lines of stock", count=lines),
    )


def _total(kept: Sequence[Records], column: str) -> int:
    """Return the sum of a whole-number column; rows without the number add nothing."""
    return sum(
        rows.whole(column, row) or 0
        for rows in kept
        if column in rows.values
        for row in range(len(rows.ids))
    )


def trust(onemap: OneMap) -> tuple[Trust, ...]:
    """Return how well each subdistrict's registers are kept."""
    return tuple(
        Trust(row.name, row.records, row.verified, row.phones_missing)
        for row in register.trust(onemap)
    )


def detail(onemap: OneMap, key: Key, view: View) -> PickedDetail | None:
    """Return what the popup of a record says: its public columns and whom to call."""
    rows = onemap.records.get(key[0])
    if rows is None or key[1] not in rows.ids:
        return None
    spec = layer(key[0])
    row = rows.ids.index(key[1])
    pairs = [(view.layer(spec), rows.names[row]), *_columns(spec, rows, row, view)]
    contact = contacts(onemap, [key]).get(key)
    if contact is not None:
        pairs += [(view.text("Contact"), contact.name), (view.text("Phone"), contact.phone)]
    return PickedDetail(key[0], key[1], [pair for pair in pairs if pair[1]])


def _columns(spec: LayerSpec, rows: Records, row: int, view: View) -> list[tuple[str, str]]:
    skipped = {"id", "code", "name", "source"}
    return [
        (language.column_title(column, view.words), worded(rows.value(column.key, row)))
        for column in spec.public_columns
        if column.key not in skipped
    ]


def worded(value: object) -> str:
    """Return a value as text: nothing for none, lists parted by a comma, whole numbers whole."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return "、".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
