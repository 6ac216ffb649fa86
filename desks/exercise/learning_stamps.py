"""From the stamps of ended drills to the drives that the speed model learns from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desks.command import situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.ways import Ways, ways_of
from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import UserError
from language import Sentence, say
from risk import assumed_kind
from risk.stated import Stated

from .course import Pause, Stamp
from .folder import Control
from .learning_drives import Drive
from .learning_ways import way_of
from .running import RunState, state
from .scenario import Node, Scenario

ALARMED, LEFT, ARRIVED = "dispatched", "turnout", "arrived"
"""The stages of a response, as the keys of the nodes begin (compose_nodes.toml)."""

STAGE = re.compile(r"[a-z]+")
STILL = "tabletop"
"""The type of drill in which nobody drives."""

_MATTER = {
    "substance": "substance",
    "quantity_t": "quantity_t",
    "container": "container",
    "wind_from_deg": "wind_from",
    "wind_ms": "wind_ms",
}
"""What a scenario says of matter and air, and how a question to the brief calls it."""


@dataclass(frozen=True)
class Gathered:
    """The drives of all drills that ended, and the drills nothing was learned from, with why."""

    drives: tuple[Drive, ...]
    passed_over: tuple[tuple[str, Sentence], ...]


def gather(onemap: OneMap, control: Control, known: frozenset[str] = frozenset()) -> Gathered:
    """Return the drives of every drill that ended, but those ``known`` to a version in force."""
    drives: list[Drive] = []
    passed: list[tuple[str, Sentence]] = []
    for number in control.drills:
        if number in known:
            passed.append((number, say("A version in force has learned from it already.")))
            continue
        try:
            run = state(control, number)
            why = why_not(run)
            found = () if why else drives_of(onemap, run)
        except UserError as error:
            why, found = error.faults[0].problem, ()
        if why is None and not found:
            why = say("No alarm, turnout or arrival of a team was stamped.")
        drives += found
        passed += [] if why is None else [(number, why)]
    return Gathered(tuple(drives), tuple(passed))


def why_not(run: RunState) -> Sentence | None:
    """Return why nothing can be learned from the drill, ``None`` where something can."""
    if run.type == STILL:
        return say("Nobody drives in a table-top exercise.")
    if run.phase == "aborted":
        return say("It was aborted.")
    if run.phase != "ended" or run.t0 is None:
        return say("It has not ended.")
    return None


def drives_of(onemap: OneMap, run: RunState) -> tuple[Drive, ...]:
    """Return the drive of every team of which anything was stamped, on the map as it is now.

    Moments after a pause began are not used: nobody knows who drove on meanwhile.

    Raises:
        UserError: where the scenario no longer fits the map.

    """
    if run.t0 is None:
        return ()
    moments = _moments(run)
    alarmed = moments.get((ALARMED, ""))
    teams = sorted({team for stage, team in moments if team and stage in (LEFT, ARRIVED)})
    if not teams:
        return ()
    t0 = run.t0.astimezone(CHINA)
    ways = _ways(onemap, run.scenario, t0)
    drives = []
    for team in teams:
        key, _, id_ = team.partition(":")
        records = onemap.records.get(key)
        if records is None or id_ not in records.ids or key not in onemap.access:
            continue
        row = records.ids.index(id_)
        way = way_of(onemap, ways, key, row)
        legs, delay_ms = way or ((), 0)
        # Who stands where it happens drives nowhere: the arrival says nothing, the rest still does.
        at_hand = way is not None and not legs
        drives.append(
            Drive(
                drill=run.drill,
                team=team,
                kind=records.text("kind", row) or assumed_kind(key),
                hour=t0.hour,
                legs=legs,
                delay_ms=delay_ms,
                alarmed_ms=moments.get((ALARMED, team), alarmed),
                left_ms=moments.get((LEFT, team)),
                arrived_ms=None if at_hand else moments.get((ARRIVED, team)),
            )
        )
    return tuple(drives)


def _moments(run: RunState) -> Mapping[tuple[str, str], int]:
    """Return the ms after T0 of each stage by team ("" for all): of several, the earliest."""
    nodes = {node.key: node for node in run.scenario.nodes}
    seen: dict[tuple[str, str], list[int]] = {}
    for stamp in run.stamps:
        node = nodes.get(stamp.node)
        if node is not None and run.t0 is not None and not _after_pause(stamp, run.pauses):
            after_ms = round((stamp.at - run.t0).total_seconds() * 1000)
            seen.setdefault((stage_of(node), node.team), []).append(after_ms)
    return {key: min(times) for key, times in seen.items()}


def stage_of(node: Node) -> str:
    """Return the stage that a node times: what its key begins with."""
    found = STAGE.match(node.key)
    return found.group() if found else ""


def _after_pause(stamp: Stamp, pauses: tuple[Pause, ...]) -> bool:
    return any(stamp.at >= begun for begun, _ in pauses)


def _ways(onemap: OneMap, scenario: Scenario, t0: datetime) -> Ways:
    """Return the ways that the brief of this place and moment rests on."""
    told: dict[str, Any] = {
        asked: str(scenario.matter[key])
        for key, asked in _MATTER.items()
        if scenario.matter.get(key, "") != ""
    }
    at = f"{scenario.at_deg[0]!r},{scenario.at_deg[1]!r}"
    kind = str(scenario.matter.get("kind", "unspecified"))
    asked = Asked(
        at=at,
        kind=kind,
        time=t0.isoformat(),
        closed_roads=scenario.closed_roads,
        matter=replace(Stated(at=at, kind=kind), **told),
    )
    incident = incident_of(onemap, asked, t0)
    approach = situation_brief(onemap, incident).approach
    return ways_of(onemap, incident) if approach is None else ways_of(onemap, incident, approach)
