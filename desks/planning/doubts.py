"""Places that bear a doubt: rows that may count but lack a column, and those nobody verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from desks.onemap import OneMap
from language import Sentence, say

from .answers import Coverage, FloatArray, LongArray
from .reason_rules import RULES
from .rule_rows import column_title


@dataclass(frozen=True, eq=False)
class Doubtful:
    """Rows that may be places of the service but do not count: ids, names, places, why."""

    layer: str
    names: tuple[str, ...]
    xy_m: FloatArray
    columns: tuple[str, ...]

    def told(self, at: int, xy_m: FloatArray) -> Sentence:
        """Return the row in words, as seen from a point."""
        away = self.xy_m[at] - xy_m
        return say(
            "{place}, {line_m} m away, does not count: {column} is not on file.",
            place=self.names[at],
            line_m=round(float(np.hypot(*away))),
            column=column_title(self.layer, self.columns[at]),
        )


def doubtful_places(onemap: OneMap, coverage: Coverage) -> Doubtful:
    """Return the placed rows left out for want of a column that the service asks for."""
    service = coverage.service
    records = onemap.records.get(service.layer)
    held: list[tuple[str, tuple[float, float], str]] = []
    row_of = {} if records is None else {i: row for row, i in enumerate(records.ids)}
    for record_id, _ in coverage.places.left_out:
        row = row_of.get(record_id)
        if records is None or row is None:
            continue
        empty = [c for c, _ in service.filters if not records.value(c, row)]
        wrong = [c for c, v in service.filters if records.text(c, row) not in {*v, ""}]
        if empty and not wrong and records.placed[row]:
            x, y = records.xy_m[row].tolist()
            held.append((records.names[row], (x, y), empty[0]))
    return Doubtful(
        service.layer,
        tuple(name for name, _, _ in held),
        np.array([xy for _, xy, _ in held], np.float64).reshape(-1, 2),
        tuple(column for _, _, column in held),
    )


def stale_places(onemap: OneMap, coverage: Coverage) -> Mapping[int, str]:
    """Return the day of the last verification, "" for none, of each place that bears the mark."""
    records = onemap.records.get(coverage.service.layer)
    if records is None or onemap.as_of is None:
        return {}
    row_of = {record_id: row for row, record_id in enumerate(records.ids)}
    found: dict[int, str] = {}
    for place, record_id in enumerate(coverage.places.ids):
        day = records.text("last_verified", row_of[record_id]) if record_id in row_of else ""
        known = record_id in row_of
        if known and (not day or (onemap.as_of - date.fromisoformat(day)).days > RULES.mark_days):
            found[place] = day
    return found


def load_of(coverage: Coverage) -> LongArray | None:
    """Return the people (m,) placed at each place, ``None`` where nobody is assigned."""
    if coverage.assigned is None:
        return None
    table = coverage.unit_reach or coverage.reach
    load = np.zeros(len(coverage.places.ids), np.int64)
    np.add.at(load, table.place, coverage.assigned)
    return load
