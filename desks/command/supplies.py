"""What materials the incident needs, and which depots together bring them first.

Depots are taken in the order of their arrival at the stand-off point. The first moment at which
all needs are covered is the arrival of the last depot of the shortest such prefix: what has
arrived only grows, so no other choice of depots is complete earlier.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from desks.onemap import OneMap
from language import Sentence, say
from layers import LayerSpec
from risk import Need, in_unit, needs
from routing import UNREACHED

from .answers import DepotLoad, Exposure, NeedLine, Supplies
from .situation import Incident
from .ways import Ways

STOCK = "stock"
DIGITS = 3
"""Stock is counted in thousandths of its unit."""

Loads = list[dict[int, float]]


@dataclass(frozen=True)
class _Depot:
    """One depot that can be reached: when it is there and what it holds of each need."""

    id: str
    name: str
    travel_ms: int
    holds: Mapping[int, float]


def supplies(onemap: OneMap, ways: Ways, incident: Incident, exposure: Exposure | None) -> Supplies:
    """Return the needs and the depots that cover them first, by road without siren.

    Only depots that lorries reach around the zones count, and stock that is not past its day, in
    a unit that converts. Where something stays short every depot that helps is named.
    """
    people = exposure.people_now if exposure is not None else None
    asked = needs(incident.kind, incident.substance, tonnes=incident.quantity_t, people=people)
    if not asked:
        return Supplies((), (), None, say("The rules name no materials for this incident."))
    depots, lost = _depots(onemap, ways, incident, asked)
    depots.sort(key=lambda depot: depot.travel_ms)
    loads, done = _covered(asked, depots)
    lines = tuple(_line(need, number, depots) for number, need in enumerate(asked))
    gives = tuple(
        _load(depot, load, asked) for depot, load in zip(depots, loads, strict=False) if load
    )
    covered_s = max((load.travel_s or 0 for load in gives), default=0) if done else None
    return Supplies(lines, gives, covered_s, _said(lines, gives, covered_s, lost))


def _depots(
    onemap: OneMap, ways: Ways, incident: Incident, asked: tuple[Need, ...]
) -> tuple[list[_Depot], int]:
    """Return the depots that can be reached, by layer and id, and how many cannot."""
    found: list[_Depot] = []
    lost = 0
    for spec in _stocked(onemap):
        records = onemap.records[spec.key]
        held = _held(onemap, spec, incident, asked)
        time_ms = (
            ways.without_siren().time_ms(onemap.access[spec.key])
            if ways.on_network
            else np.full(len(records.ids), UNREACHED, dtype=np.int64)
        )
        for row in np.argsort(records.order).tolist():
            holds = held.get(records.ids[row], {})
            if time_ms[row] == UNREACHED:
                lost += bool(holds)
            elif holds:
                name = records.names[row]
                found.append(_Depot(records.ids[row], name, int(time_ms[row]), holds))
    return found, lost


def _stocked(onemap: OneMap) -> Iterator[LayerSpec]:
    for spec in onemap.layers_for("supply"):
        if spec.arrives == "road" and f"{spec.key}.{STOCK}" in onemap.child_values:
            yield spec


def _held(
    onemap: OneMap, spec: LayerSpec, incident: Incident, asked: tuple[Need, ...]
) -> dict[str, dict[int, float]]:
    """Return what each depot holds of each need, in the need's unit, by depot and need."""
    by_name = {plain(name): i for i, need in enumerate(asked) for name in (need.item, *need.names)}
    by_code = {need.code: i for i, need in enumerate(asked) if need.code}
    columns = onemap.child_values[f"{spec.key}.{STOCK}"]
    today = incident.time.date().isoformat()
    held: dict[str, dict[int, float]] = {}
    for depot, code, item, quantity, unit, expiry in zip(
        *(columns[key] for key in (spec.children[0].parent_column, *STOCK_COLUMNS)), strict=True
    ):
        number = by_code.get(str(code or ""), by_name.get(plain(str(item or ""))))
        if number is None or not isinstance(quantity, int | float) or quantity <= 0:
            continue
        amount = in_unit(float(quantity), str(unit or ""), asked[number].unit)
        if amount is None or (expiry and str(expiry) < today):
            continue
        own = held.setdefault(str(depot), {})
        own[number] = round(own.get(number, 0.0) + amount, DIGITS)
    return held


STOCK_COLUMNS = ("item_code", "item", "quantity", "unit", "expiry")


def plain(name: str) -> str:
    """Return a name without width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _covered(asked: tuple[Need, ...], depots: list[_Depot]) -> tuple[Loads, bool]:
    """Return what each depot of the shortest covering prefix gives, and whether it covers all."""
    left = {number: float(need.amount) for number, need in enumerate(asked)}
    loads: Loads = []
    for depot in depots:
        if not left:
            break
        given = {n: min(left[n], amount) for n, amount in depot.holds.items() if n in left}
        loads.append(given)
        for number, amount in given.items():
            left[number] = round(left[number] - amount, DIGITS)
            if left[number] <= 0:
                del left[number]
    return loads, not left


def _line(need: Need, number: int, depots: list[_Depot]) -> NeedLine:
    held = round(sum((depot.holds.get(number, 0.0) for depot in depots), 0.0), DIGITS)
    return NeedLine(
        item=need.item,
        item_code=need.code,
        unit=need.unit,
        needed=float(need.amount),
        held=held,
        short=max(round(need.amount - held, DIGITS), 0.0),
        source=need.source,
        verified=need.verified,
    )


def _load(depot: _Depot, load: Mapping[int, float], asked: tuple[Need, ...]) -> DepotLoad:
    gives = tuple((asked[n].item, amount, asked[n].unit) for n, amount in sorted(load.items()))
    return DepotLoad(depot.id, depot.name, -(-depot.travel_ms // 1000), gives)


def _said(
    lines: tuple[NeedLine, ...], gives: tuple[DepotLoad, ...], covered_s: int | None, lost: int
) -> Sentence:
    if covered_s is not None:
        return say(
            "{count} depots together bring all {items} materials; the last is there {minutes} min"
            " after it leaves.",
            count=len(gives),
            items=len(lines),
            minutes=-(-covered_s // 60),
        )
    short = "、".join(f"{line.item} {line.short:g} {line.unit}" for line in lines if line.short)
    if lost:
        return say(
            "Short of what depots within reach hold: {short}. {lost} depots with such stock cannot"
            " be reached.",
            short=short,
            lost=lost,
        )
    return say("Short of what the depots hold: {short}.", short=short)
