"""What a coverage rests on, in whole numbers, so that anyone can derive its headline again.

The verifier (``verify.py``) reads this document and nothing else of the program.
"""

import numpy as np

from desks.planning.answers import DEFINITIONS, Coverage, Covered, LongArray, Reach
from geodata.chain import canonical

Counts = dict[str, str | int | None]


def headline(coverage: Coverage) -> Counts:
    """Return people and people covered by definition of the whole district; ``None``: 不适用."""
    return _counts(coverage.totals)


def is_provable(coverage: Coverage) -> bool:
    """Return whether its counts follow from one table; of services jointly each has its own."""
    applies = coverage.totals.counts["network"].people_covered is not None
    return applies and not coverage.service.all_of


def proof_bytes(coverage: Coverage) -> bytes:
    """Return distances, assignment and dual prices as canonical JSON: whole people, mm or ms.

    Raises:
        ValueError: where the counts follow from no one table (``is_provable``).

    """
    if not is_provable(coverage):
        msg = f"{coverage.service.key} has no one table"
        raise ValueError(msg)
    demand, reach = coverage.demand, coverage.reach
    document = {
        "service": coverage.service.key,
        "unit": "ms" if reach.is_time else "mm",
        "within": coverage.service.within_ms if reach.is_time else coverage.service.within_mm,
        "district": {"code": "", **_counts(coverage.totals)},
        "subdistricts": [_row(one) for one in coverage.subdistricts],
        "communities": [_row(one) for one in coverage.communities],
        "places": list(coverage.places.ids),
        "capacity": _whole(coverage.places.capacity),
        "points": {
            "unit": _whole(demand.unit),
            "people": _whole(demand.point_people),
            "nearest": _whole(reach.nearest_cost),
            **_table(reach),
        },
        "filled": _filled(coverage),
    }
    return (canonical(document) + "\n").encode()


def _counts(one: Covered) -> Counts:
    return {"people": one.people, **{key: one.counts[key].people_covered for key in DEFINITIONS}}


def _row(one: Covered) -> Counts:
    return {"code": one.code, "name": one.name, "parent": one.parent, **_counts(one)}


def _whole(numbers: LongArray) -> list[int]:
    return [int(number) for number in numbers.tolist()]


def _table(reach: Reach) -> dict[str, list[int]]:
    return {
        "first": _whole(reach.first),
        "place": _whole(reach.place),
        "cost": _whole(reach.cost),
    }


def _filled(coverage: Coverage) -> dict[str, object] | None:
    """Return the assignment with its prices; its table only where it is not the points'."""
    if coverage.assigned is None or coverage.price is None or coverage.value is None:
        return None
    own, safe = coverage.unit_reach, coverage.safe_assigned
    return {
        "by_points": own is None,
        "assigned": _whole(coverage.assigned),
        "safe_assigned": None if safe is None else _whole(safe),
        "price": _whole(coverage.price),
        "value": _whole(coverage.value),
        "unplaced": unplaced(coverage),
        **({} if own is None else _table(own)),
    }


def unplaced(coverage: Coverage) -> int:
    """Return what it is worth that one person more is covered, as the prices state it.

    On a pair that somebody is sent along, value + price + cost is just that (complementary
    slackness); where nobody is sent anywhere, the least that puts people before cost serves.
    """
    reach = coverage.unit_reach or coverage.reach
    assigned, price, value = coverage.assigned, coverage.price, coverage.value
    if assigned is None or price is None or value is None:
        msg = f"{coverage.service.key} has no assignment"
        raise ValueError(msg)
    sent = assigned.nonzero()[0]
    if not len(sent):
        return len(coverage.places.ids) * int(reach.cost.max(initial=0)) + 1
    at = int(sent[0])
    row = int(np.searchsorted(reach.first, at, side="right")) - 1
    return int(value[row]) + int(price[reach.place[at]]) + int(reach.cost[at])
