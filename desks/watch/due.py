"""Rules over the dates of the register: inspections past their day, plans out of date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from desks.onemap import OneMap

from .rules import DueRule, RulePack


@dataclass(frozen=True)
class Overdue:
    """One record whose date has passed by more than the rule allows."""

    rule: str
    layer: str
    id: str
    name: str
    day: date


def overdue(onemap: OneMap, pack: RulePack, today: date) -> tuple[Overdue, ...]:
    """Return every record that a rule over dates fires for today, in the order of the layers."""
    return tuple(found for rule in pack.due for found in _of_rule(onemap, rule, today))


def _of_rule(onemap: OneMap, rule: DueRule, today: date) -> Iterator[Overdue]:
    for layer, records in onemap.records.items():
        for row, cell in enumerate(records.columns.get(rule.column, ())):
            day = _day(cell)
            if day is not None and today > day + timedelta(days=rule.days):
                yield Overdue(rule.key, layer, records.ids[row], records.names[row], day)


def _day(cell: object) -> date | None:
    try:
        return date.fromisoformat(cell) if isinstance(cell, str) and cell else None
    except ValueError:
        return None
