"""From a sealed document back to its pool: nothing of it is believed before it was looked at."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from geodata.faults import Fault, UserError
from language import Sentence, say

from . import json_checks as must
from .folder import NUMBER
from .scenario import (
    DRILL_TYPES,
    FORMAT,
    INDICATORS,
    Inject,
    Item,
    Node,
    Pool,
    Scenario,
    Trigger,
    TriggerKind,
)

MOST_BYTES = 16_000_000
MOST_SCENARIOS = 1_000
MOST_LINES = 200
"""Injects, nodes or lines of a sheet that one scenario may have."""

LONGEST_MS = 7 * 86_400_000
LONGEST_S = LONGEST_MS // 1000
SHOWN = 60

Document = Mapping[str, Any]
Fields = Mapping[str, must.Check]

_TIME = must.whole(0, LONGEST_MS, unknown=True)
_POOL: Fields = {
    "format": must.whole(FORMAT, FORMAT),
    "drill": must.matching(NUMBER, "2026-3"),
    "type": must.one_of(DRILL_TYPES),
    "t0": must.moment,
    "seed": must.matching(re.compile(r"[0-9a-f]{64}"), "0" * 64),
    "map_stamp": must.text(200),
    "speed_model": must.text(200),
    "asked": must.plain_json,
}
_SCENARIO: Fields = {
    "number": must.whole(1, 1_000_000),
    "title": must.text(200),
    "place": must.text(300),
    "at_deg": must.position,
    "hour": must.whole(0, 23),
    "matter": must.values,
    "closed_roads": must.texts(MOST_LINES),
    "first_p50_ms": _TIME,
    "first_p90_ms": _TIME,
}
_INJECT: Fields = {
    "key": must.key(),
    "text": must.text(4_000, lines=True),
    "to": must.text(200),
    "leads_to": must.key(empty=True),
}
_TRIGGER: Fields = {
    "kind": must.one_of(get_args(TriggerKind)),
    "after_s": must.whole(0, LONGEST_S),
    "node": must.key(empty=True),
}
_NODE: Fields = {
    "key": must.key(),
    "title": must.text(300),
    "indicator": must.one_of(INDICATORS),
    "p50_ms": _TIME,
    "p90_ms": _TIME,
    "latest_ms": _TIME,
    "team": must.text(200, least=0),
    "basis": must.text(2_000, least=0, lines=True),
}
_ITEM: Fields = {
    "key": must.key(),
    "clause": must.text(200, least=0),
    "text": must.text(2_000, lines=True),
    "indicator": must.one_of(INDICATORS),
    "node": must.key(empty=True),
}


def pool_of_bytes(data: bytes) -> Pool:
    """Return the pool of a JSON text.

    Raises:
        UserError: where it is no JSON, names a thing twice, or with every fault of the document.

    """
    if len(data) > MOST_BYTES:
        raise UserError([_fault("", say("The document is too large."))])
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        problem = say("The document cannot be read: {detail}.", detail=str(error)[:SHOWN])
        raise UserError([_fault("", problem)]) from None
    return read_pool(document)


def read_pool(document: object) -> Pool:
    """Return the pool of a document as ``scenario.pool_document`` makes it.

    Raises:
        UserError: with every fault of the document at once.

    """
    faults: list[Fault] = []
    pool = _object(document, "", {**_POOL, "scenarios": _anything}, faults)
    rows = _list(pool, "scenarios", MOST_SCENARIOS, faults)
    if pool.get("scenarios") in ([], ()):
        faults.append(_fault("scenarios", say("There is no scenario.")))
    for number, row in enumerate(rows):
        _check_scenario(row, f"scenarios[{number}]", faults)
    if not faults:
        faults += _twice([str(row["number"]) for row in rows], "scenarios", "number")
    if faults:
        raise UserError(faults)
    return Pool(
        **{k: v for k, v in pool.items() if k not in ("format", "scenarios")},
        scenarios=tuple(_scenario(row) for row in rows),
    )


def _check_scenario(row: object, where: str, faults: list[Fault]) -> None:
    """Add every fault of one scenario: its values, its lists, what they name of each other."""
    before = len(faults)
    lists: dict[str, Fields] = {
        "injects": {**_INJECT, "trigger": _anything},
        "nodes": _NODE,
        "sheet": _ITEM,
    }
    found = _object(row, where, {**_SCENARIO, **dict.fromkeys(lists, _anything)}, faults)
    for name, fields in lists.items():
        for number, line in enumerate(_list(found, name, MOST_LINES, faults, where)):
            at = f"{where}.{name}[{number}]"
            told = _object(line, at, fields, faults)
            if "trigger" in told:
                _object(told["trigger"], f"{at}.trigger", _TRIGGER, faults)
    if len(faults) == before:
        faults += _relations(found, where)


def _relations(row: Document, where: str) -> list[Fault]:
    """Return the faults between the lines of a scenario whose values are good."""
    faults: list[Fault] = []
    for name in ("injects", "nodes", "sheet"):
        faults += _twice([line["key"] for line in row[name]], f"{where}.{name}", "key")
    nodes = {node["key"] for node in row["nodes"]}
    named = [(f"injects[{i}].leads_to", one["leads_to"]) for i, one in enumerate(row["injects"])]
    named += [(f"sheet[{i}].node", one["node"]) for i, one in enumerate(row["sheet"])]
    for number, inject in enumerate(row["injects"]):
        trigger, at = inject["trigger"], f"injects[{number}].trigger.node"
        named.append((at, trigger["node"]))
        if (trigger["kind"] == "node") != bool(trigger["node"]):
            problem = say("A node is named where the inject waits for one, and only there.")
            faults.append(_fault(f"{where}.{at}", problem))
    unknown = say("The scenario has no such node.")
    faults += [_fault(f"{where}.{at}", unknown, k) for at, k in named if k and k not in nodes]
    late = say("The times of a node do not follow each other: P50, P90, latest.")
    for number, node in enumerate(row["nodes"]):
        if not _rising(node["p50_ms"], node["p90_ms"], node["latest_ms"]):
            faults.append(_fault(f"{where}.nodes[{number}]", late))
    if not _rising(row["first_p50_ms"], row["first_p90_ms"]):
        faults.append(_fault(f"{where}.first_p90_ms", late))
    return faults


def _rising(*times_ms: int | None) -> bool:
    known = [time for time in times_ms if time is not None]
    return known == sorted(known)


def _twice(keys: list[str], where: str, what: str) -> list[Fault]:
    repeated = sorted({one for one in keys if keys.count(one) > 1})
    problem = say("It stands there twice.")
    return [_fault(f"{where}.{what}", problem, one) for one in repeated]


def _object(value: object, where: str, fields: Fields, faults: list[Fault]) -> Document:
    """Return the object with its faults added: lines that lack, that nobody knows, wrong values."""
    if not isinstance(value, dict):
        faults.append(_fault(where, say("It is no object of plain values.")))
        return {}
    dot = f"{where}." if where else ""
    foreign = sorted(str(key)[:SHOWN] for key in value if key not in fields)
    faults += [_fault(f"{dot}{key}", say("No such line.")) for key in foreign]
    for key, check in fields.items():
        problem = check(value[key]) if key in value else say("The line is missing.")
        if problem is not None:
            faults.append(_fault(f"{dot}{key}", problem, value.get(key, "")))
    return value


def _list(
    value: Document, name: str, most: int, faults: list[Fault], where: str = ""
) -> list[Any] | tuple[Any, ...]:
    found = value.get(name, ())
    if isinstance(found, list | tuple) and len(found) <= most:
        return found
    at = f"{where}.{name}" if where else name
    faults.append(_fault(at, say("It is no list of at most {most} lines.", most=most)))
    return ()


def _anything(_: object) -> Sentence | None:
    """Return nothing: what the value holds is looked at by itself."""
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object, and refuse one that names a thing twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")  # noqa: EM101, TRY003 - shown as the detail
    return found


def _fault(where: str, problem: Sentence, value: object = "") -> Fault:
    told = str(value) if must.is_number(value) else value if isinstance(value, str) else ""
    shown = "".join(c if c.isprintable() else "?" for c in told[:SHOWN])
    mend = say("Compose and seal the drill again.")
    return Fault("pool", problem, mend, column=where[:200], value=shown)


def _scenario(row: Document) -> Scenario:
    lists: dict[str, tuple[Callable[..., Any], Any]] = {
        "nodes": (Node, row["nodes"]),
        "sheet": (Item, row["sheet"]),
    }
    made = {name: tuple(make(**one) for one in lines) for name, (make, lines) in lists.items()}
    injects = tuple(
        Inject(**{**one, "trigger": Trigger(**one["trigger"])}) for one in row["injects"]
    )
    lon_deg, lat_deg = row["at_deg"]
    fixed = {
        "at_deg": (float(lon_deg), float(lat_deg)),
        "closed_roads": tuple(row["closed_roads"]),
        "matter": dict(row["matter"]),
        "injects": injects,
    }
    return Scenario(**{**row, **made, **fixed})
