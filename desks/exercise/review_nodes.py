"""Expected against real, node by node and inject by inject: what came in time, what cannot be said.

Times are running time since T0, pauses left out, in whole milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from language import Sentence, say

from .course import Course, Stamp
from .course import Released as Sent
from .due import MS, ran
from .scenario import Node, Scenario

NodeResult = Literal["in_band", "late", "too_late", "missed", "open", "no_limit"]
"""In the band (up to P90, or the latest moment where there is no P90), later, beyond the latest;
missed: never stamped though the drill ran past the band; open: it ended before; no_limit: nobody
can say what was expected."""

MISSED: tuple[NodeResult, ...] = ("late", "too_late", "missed")
JUDGED: tuple[NodeResult, ...] = ("in_band", *MISSED)

InjectResult = Literal["answered", "answered_late", "unanswered", "never_released"]


@dataclass(frozen=True)
class Seen:
    """What one evaluator stamped: running time, the device's offset that was taken off."""

    evaluator: str
    at_ms: int
    offset_ms: int
    source: str


@dataclass(frozen=True)
class NodeTime:
    """A node expected and real: ``at_ms`` is the earliest stamp, ``None`` nobody stamped it.

    ``off_ms`` is by how much it came after (before: negative) the P50, of a node without one the
    limit; ``seen`` are all stamps, the earliest first; ``why`` says what cannot be judged, or what
    to mind.
    """

    node: Node
    at_ms: int | None
    off_ms: int | None
    result: NodeResult
    seen: tuple[Seen, ...]
    why: Sentence | None = None

    @property
    def limit_ms(self) -> int | None:
        """Return the end of the band."""
        return self.node.p90_ms if self.node.p90_ms is not None else self.node.latest_ms


@dataclass(frozen=True)
class InjectTime:
    """An inject as it went: running time of release, how late it was, and until the answer."""

    key: str
    text: str
    to: str
    trigger: str
    at_ms: int | None
    late_ms: int
    answer_ms: int | None
    by: str
    added: bool
    result: InjectResult


def node_times(
    scenario: Scenario, course: Course, stamps: Sequence[Stamp], over_ms: int | None, apart_ms: int
) -> tuple[NodeTime, ...]:
    """Return every node in the scenario's order; ``over_ms`` is how long the drill ran."""
    by_node: dict[str, list[Seen]] = {}
    for one in stamps:
        at = since(course, one.at)
        if at is not None:
            seen = Seen(one.evaluator, at, one.offset_ms, one.source)
            by_node.setdefault(one.node, []).append(seen)
    return tuple(
        _node(node, by_node.get(node.key, ()), over_ms if by_node else None, apart_ms)
        for node in scenario.nodes
    )


def since(course: Course, at: datetime) -> int | None:
    """Return the running time at a moment, ``None`` for a drill that never began."""
    return None if course.t0 is None else ran(course.t0, course.pauses, at) // MS


def _node(node: Node, seen: Sequence[Seen], over_ms: int | None, apart_ms: int) -> NodeTime:
    found = tuple(sorted(seen, key=lambda one: (one.at_ms, one.evaluator, one.source)))
    limit = node.p90_ms if node.p90_ms is not None else node.latest_ms
    if not found:
        return _unseen(node, limit, over_ms)
    at = found[0].at_ms
    wanted = node.p50_ms if node.p50_ms is not None else limit
    off = None if wanted is None else at - wanted
    if limit is None:
        return NodeTime(node, at, off, "no_limit", found, _no_limit(node))
    result: NodeResult = "in_band" if at <= limit else "late"
    if node.latest_ms is not None and at > max(node.latest_ms, limit):
        result = "too_late"
    apart = found[-1].at_ms - at
    why = None
    if apart > apart_ms:
        why = say("{node}: the evaluators differ by {seconds} s; the earliest counts.",
                  node=node.title, seconds=apart // 1000)  # fmt: skip
    return NodeTime(node, at, off, result, found, why)


def _unseen(node: Node, limit: int | None, over_ms: int | None) -> NodeTime:
    if limit is None:
        return NodeTime(node, None, None, "no_limit", (), _no_limit(node))
    if over_ms is None:
        why = say("{node}: nobody stamped anything in this drill.", node=node.title)
        return NodeTime(node, None, None, "open", (), why)
    if over_ms <= limit:
        why = say("{node}: the drill was over before its band ended.", node=node.title)
        return NodeTime(node, None, None, "open", (), why)
    why = say("{node}: nobody stamped it; whether it was done is not known.", node=node.title)
    return NodeTime(node, None, None, "missed", (), why)


def _no_limit(node: Node) -> Sentence:
    if node.p50_ms is not None:
        return say("{node}: how late it may be is not known, only its median.", node=node.title)
    return say("{node}: no expected time is known.", node=node.title)


def inject_times(scenario: Scenario, course: Course, answer_ms: int) -> tuple[InjectTime, ...]:
    """Return what was released, in that order, then what never was."""
    sent = [_sent(one, course, answer_ms) for one in course.released]
    held = {one.key for one in course.released}
    never = [
        InjectTime(i.key, i.text, i.to, i.trigger.kind, None, 0, None, "", added, "never_released")
        for injects, added in ((scenario.injects, False), (course.added, True))
        for i in injects
        if i.key not in held
    ]
    return (*sent, *never)


def _sent(one: Sent, course: Course, answer_ms: int) -> InjectTime:
    took = None
    if one.answered is not None and course.t0 is not None:
        t0, pauses = course.t0, course.pauses
        took = max(0, (ran(t0, pauses, one.answered) - ran(t0, pauses, one.at)) // MS)
    result: InjectResult = "unanswered"
    if took is not None:
        result = "answered" if took <= answer_ms else "answered_late"
    at = since(course, one.at)
    return InjectTime(one.key, one.text, one.to, one.trigger, at, one.late_ms, took, one.by,
                      one.added, result)  # fmt: skip


def by_team(nodes: Sequence[NodeTime]) -> Mapping[str, tuple[NodeTime, ...]]:
    """Return the nodes of each team in their order; those of nobody are left out."""
    found: dict[str, tuple[NodeTime, ...]] = {}
    for one in nodes:
        if one.node.team:
            found[one.node.team] = (*found.get(one.node.team, ()), one)
    return found
