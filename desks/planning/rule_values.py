"""Rules on single places: what is stated of them, and what they keep away from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from language import Sentence, say

from .answers import RuleResult
from .packs import Rule
from .rule_rows import Held, Picked, declared, lacking, no_layer, pick, undecided, units_of, what


def value_at_least(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether every place has at least the value, in the column's own unit."""
    return _values(onemap, rule, least=True)


def value_at_most(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether every place has at most the value, in the column's own unit."""
    return _values(onemap, rule, least=False)


def ratio_at_least(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether ``column`` over ``per`` is at least the value in every place."""
    return _values(onemap, rule, least=True)


def _values(onemap: OneMap, rule: Rule, *, least: bool) -> list[Held]:
    columns = [column for column in (rule.column, rule.per) if column]
    missing = lacking(onemap, rule.needs[0], *columns)
    found = []
    for unit, name in units_of(onemap, rule.units).items():
        if missing:
            found.append(undecided(unit, name, missing))
            continue
        picked = pick(onemap, rule.needs[0], unit, rule.units)
        stated = [_stated(picked, rule, row) for row in picked.sure]
        found.append(_judged(picked, rule, (unit, name), stated, least=least))
    return found


def _stated(picked: Picked, rule: Rule, row: int) -> float | None:
    value = picked.records.value(rule.column, row)
    if not isinstance(value, int | float):
        return None
    if not rule.per:
        return float(value)
    per = picked.records.value(rule.per, row)
    return value / per if isinstance(per, int | float) and per > 0 else None


def _judged(
    picked: Picked,
    rule: Rule,
    unit: tuple[str, str],
    stated: Sequence[float | None],
    *,
    least: bool,
) -> Held:
    """Return fail where one place breaks the rule, pass only where all are known to keep it."""
    pairs = list(zip(picked.sure, stated, strict=True))
    bad = [(row, own) for row, own in pairs
           if own is not None and (own < rule.value if least else own > rule.value)]  # fmt: skip
    unknown = [row for row, own in pairs if own is None] + list(picked.maybe)
    if not pairs and not unknown:
        return undecided(*unit, say("{what}: no such place is on file.", what=what(rule.needs[0])))
    evidence = [_broken(picked, rule, row, own) for row, own in bad[:SHOWN]]
    if len(bad) > SHOWN:
        evidence.append(say("{count} more break it.", count=len(bad) - SHOWN))
    if unknown:
        evidence.append(
            say(
                "Of {count} nobody can tell: {names}.",
                count=len(unknown),
                names=picked.named(unknown),
            )
        )
    kept = len(pairs) - len(bad) - sum(own is None for own in stated)
    evidence.append(say("{count} keep it.", count=kept))
    result: RuleResult = "fail" if bad else "not_assessable" if unknown else "pass"
    return Held(*unit, result, tuple(evidence))


SHOWN = 5
"""So many places that break a rule are named one by one."""


def _broken(picked: Picked, rule: Rule, row: int, own: float | None) -> Sentence:
    return say(
        "{place}: {own} {unit}, the rule says {value} {unit}.",
        place=picked.named([row]),
        own=_short(own or 0.0),
        value=_short(rule.value),
        unit=_unit(rule),
    )


def _unit(rule: Rule) -> str:
    """Return the unit of what the rule judges: metres, the column's, or one over the other."""
    if rule.kind == "distance_at_least":
        return "m"
    held = [declared(rule.needs[0].layer, column) for column in (rule.column, rule.per) if column]
    return "/".join(column.unit for column in held if column is not None)


def _short(value: float) -> str:
    """Return a number with at most two decimals, cut so that 1.999 is no 2."""
    cut = int(value * 100 + 1e-6) / 100
    return f"{cut:.2f}".rstrip("0").rstrip(".")


def distance_at_least(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether every place is that many straight metres from all rows of layers.

    Layers of lines and areas count by their edge; within an area the distance is 0. No place is
    too near to itself.
    """
    absent = [key for key in rule.layers if key not in onemap.records]
    missing = lacking(onemap, rule.needs[0])
    lost = _unplaced(onemap, rule)
    others = [_shapes(onemap, key) for key in rule.layers if key in onemap.records]
    found = []
    for unit, name in units_of(onemap, rule.units).items():
        if missing:
            found.append(undecided(unit, name, missing))
            continue
        picked = pick(onemap, rule.needs[0], unit, rule.units)
        near = [_nearest(picked, row, rule.needs[0].layer, others) for row in picked.sure]
        held = _judged(picked, rule, (unit, name), [away for away, _ in near], least=True)
        found.append(_with_doubts(held, absent, lost, (picked, rule, near)))
    return found


Near = tuple[float | None, str]


def _with_doubts(
    held: Held,
    absent: Sequence[str],
    lost: int,
    about: tuple[Picked, Rule, Sequence[Near]],
) -> Held:
    """Return the answer with what it keeps too near to, and no pass where hazards are unknown."""
    picked, rule, near = about
    evidence = list(held.evidence)
    for row, (away, name) in list(zip(picked.sure, near, strict=True)):
        if away is not None and away < rule.value and len(evidence) < 2 * SHOWN:
            evidence.append(
                say(
                    "{place} lies {away_m} m from {other}.",
                    place=picked.named([row]),
                    away_m=int(away),
                    other=name,
                )
            )
    doubts = [no_layer(key) for key in absent]
    if lost:
        doubts.append(say("{count} of what is kept away from have no position.", count=lost))
    result = "not_assessable" if doubts and held.result == "pass" else held.result
    return Held(held.unit, held.name, result, (*evidence, *doubts))


def _unplaced(onemap: OneMap, rule: Rule) -> int:
    held = [onemap.records[key] for key in rule.layers if key in onemap.records]
    return sum(int((~records.placed).sum()) for records in held)


@dataclass(frozen=True, eq=False)
class _Kept:
    """The placed rows of a layer that is kept away from: row numbers, shapes in metres, names."""

    layer: str
    rows: NDArray[np.int64]
    tree: shapely.STRtree
    names: tuple[str, ...]


def _shapes(onemap: OneMap, key: str) -> _Kept:
    """Return the shapes (or points) of a layer's placed rows."""
    records = onemap.records[key]
    rows = np.flatnonzero(records.placed)
    shapes = onemap.shapes.get(key)
    points = np.asarray(shapely.points(records.xy_m[rows]), dtype=object).reshape(-1)
    held = points if shapes is None else shapes[rows]
    names = tuple(f"{records.names[row]} {records.ids[row]}" for row in rows.tolist())
    return _Kept(key, rows, shapely.STRtree(list(held)), names)


def _nearest(picked: Picked, row: int, layer: str, others: Sequence[_Kept]) -> Near:
    """Return the metres, to the millimetre, to the nearest other shape and its name, else inf."""
    if not picked.records.placed[row]:
        return None, ""
    place = shapely.Point(picked.records.xy_m[row])
    found = [(float("inf"), "")]
    for one in others:
        if not one.names:
            continue
        near, at = _to_the_next(one, place, row if one.layer == layer else None)
        if np.isfinite(near):
            found.append((round(near, 3), one.names[at]))
    return min(found)


def _to_the_next(kept: _Kept, place: shapely.Point, itself: int | None) -> tuple[float, int]:
    """Return the metres to the nearest shape but the row's own, and its place in the tree."""
    if itself is None:
        at = int(kept.tree.nearest(place))
        return float(shapely.distance(kept.tree.geometries[at], place)), at
    away_m = np.where(kept.rows == itself, np.inf, shapely.distance(kept.tree.geometries, place))
    at = int(np.argmin(away_m))
    return float(away_m[at]), at
