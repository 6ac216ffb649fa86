"""Records as the panels and the map want them, read from the desks in the viewer's language."""

from collections.abc import Sequence

import numpy as np

from desks import register
from desks.command.situation import Point
from desks.onemap import OneMap
from desks.records import Records
from geodata.crs import projection
from layers import layer
from ui.map import PickedDetail
from ui.panels.calm import Ready, Trust
from ui.panels.markup import Key, View

from . import access, language

LonLat = tuple[float, float]


def degrees(onemap: OneMap, points: Sequence[Point]) -> tuple[LonLat, ...]:
    """Return the points in lon, lat, in order."""
    if not points:
        return ()
    found = projection(onemap.crs).many_to_deg(np.asarray(points, dtype=np.float64))
    return tuple((lon_deg, lat_deg) for lon_deg, lat_deg in found.tolist())


def ready(onemap: OneMap, view: View) -> tuple[Ready, ...]:
    """Return what the district has on file: teams, places in refuges, depots."""
    return (_teams(onemap, view), _refuges(onemap, view), _supplies(onemap, view))


def _teams(onemap: OneMap, view: View) -> Ready:
    specs = [spec for spec in onemap.layers_for("responder") if spec.ranked]
    kept = [onemap.records[spec.key] for spec in specs]
    basis = view.text(
        "{people:,} people · {vehicles:,} vehicles",
        people=_total(kept, "people"),
        vehicles=_total(kept, "vehicles"),
    )
    return Ready(view.text("Teams"), sum(len(rows.ids) for rows in kept), "", basis)


def _refuges(onemap: OneMap, view: View) -> Ready:
    kept = [onemap.records[spec.key] for spec in onemap.layers_for("refuge")]
    basis = view.text("{count} shelters", count=sum(len(rows.ids) for rows in kept))
    return Ready(view.text("Places in shelters"), _total(kept, "capacity_people"), "", basis)


def _supplies(onemap: OneMap, view: View) -> Ready:
    specs = [spec for spec in onemap.layers_for("supply") if spec.children]
    keys = {f"{spec.key}.{child.key}" for spec in specs for child in spec.children}
    lines = sum(len(frame) for key, frame in onemap.children.items() if key in keys)
    basis = view.text("{count:,} lines of stock", count=lines)
    number = sum(len(onemap.records[spec.key].ids) for spec in specs)
    return Ready(view.text("Depots"), number, "", basis)


def _total(kept: Sequence[Records], column: str) -> int:
    """Return the sum of a whole-number column; rows without the number add nothing."""
    return sum(rows.whole(column, row) or 0 for rows in kept for row in range(len(rows.ids)))


def trust(onemap: OneMap, view: View) -> tuple[Trust, ...]:
    """Return how well each subdistrict's registers are kept, and the records outside of all."""
    nowhere = view.text("in no subdistrict")
    return tuple(
        Trust(row.name or nowhere, row.records, row.verified, row.phones_missing)
        for row in register.trust(onemap)
    )


def detail(onemap: OneMap, key: Key, view: View) -> PickedDetail | None:
    """Return what the popup of a record says: its public columns and whom to call."""
    try:
        found = register.record(onemap, *key)
    except KeyError:
        return None
    spec = layer(key[0])
    facts = [
        (
            language.column_title(spec.column(column), view.words),
            language.choice(spec.column(column), text, view.words),
        )
        for column, text in found.facts
    ]
    who = access.personal(onemap, [key]).get(key)
    told = who.columns if who else {}
    personal = [
        (language.column_title(column, view.words), told.get(column.key) or missing)
        for column in spec.personal_columns
        for missing in [view.text("no phone on file") if column.key == "phone" else ""]
    ]
    pairs = [
        *facts,
        *found.stock,
        (view.text("Subdistrict"), " ".join(filter(None, (found.subdistrict, found.community)))),
        *personal,
        (view.text("Last verified"), _verified(found, view)),
    ]
    return PickedDetail(
        *key,
        [pair for pair in pairs if pair[1]],
        unmask=who is not None and who.masked and who.may_unmask,
    )


def _verified(found: register.Record, view: View) -> str:
    if not found.last_verified:
        return "▲ " + view.text("never")
    return f"▲ {found.last_verified}" if found.stale else found.last_verified
