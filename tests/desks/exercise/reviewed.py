"""Logs written by hand, line by line, for whoever judges a drill."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from desks.exercise.log import Entry
from desks.exercise.review import Review, review
from desks.exercise.scenario import Inject, Item, Node, Scenario, Trigger
from tests.desks.exercise.pools import scenario as small_scenario

T0 = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
MINUTE = 60
Line = tuple[str, float, str, str, Mapping[str, Any]]
"""Kind, seconds after T0, who, key, what is told beside the time."""


def at(seconds: float) -> str:
    """Return a moment so many seconds after T0 (ISO)."""
    return (T0 + timedelta(seconds=seconds)).isoformat()


def log_of(*lines: Line) -> tuple[Entry, ...]:
    """Return the entries of a log; each tells its own time."""
    return tuple(
        Entry(number, T0 + timedelta(seconds=seconds), who, kind, key,
              {"at": at(seconds), **told}, f"{number:064x}")
        for number, (kind, seconds, who, key, told) in enumerate(lines, 1)
    )  # fmt: skip


def started() -> Line:
    """Return the line that begins the drill at T0."""
    return "started", 0, "导调", "", {"t0": at(0)}


def ended(seconds: float) -> Line:
    """Return the line that ends it."""
    return "ended", seconds, "导调", "", {}


def stamped(node: str, seconds: float, who: str = "评估员甲", offset_ms: int = 0) -> Line:
    """Return the line of a stamp, corrected time in seconds after T0."""
    told = {"node": node, "raw": at(seconds - offset_ms / 1000), "offset_ms": offset_ms,
            "evaluator": who, "source": f"{who}:1"}  # fmt: skip
    return "stamped", seconds, who, f"{who}:{node}:1", told


def released(key: str, seconds: float, late_ms: int = 0) -> Line:
    """Return the line of an inject that the players got."""
    told = {"text": f"第 {key} 条", "to": "值班室", "trigger": "clock", "late_ms": late_ms,
            "due": at(seconds - late_ms / 1000)}  # fmt: skip
    return "released", seconds, "导调", key, told


def answered(key: str, seconds: float, by: str = "值班员") -> Line:
    """Return the line of an acknowledgement."""
    return "acknowledged", seconds, "导调", key, {"by": by}


def node(key: str, indicator: str, times: Sequence[int | None], team: str = "") -> Node:
    """Return a node expected at P50, P90 and latest, in seconds."""
    p50, p90, latest = (None if one is None else one * 1000 for one in times)
    return Node(key, f"节点 {key}", indicator, p50, p90, latest, team, "示例")


def whole_scenario() -> Scenario:
    """Return a scenario with nodes of all four indicators, eleven of them as on the run board."""
    nodes = (
        node("called", "speed", (20, 60, 90)),
        node("dispatched", "speed", (45, 90, 150)),
        node("arrived", "speed", (440, 580, 900), "team:T-1"),
        node("told", "teamwork", (None, None, 300)),
        node("reported", "teamwork", (600, 900, 1800)),
        node("cordon", "handling", (620, 700, 1000)),
        node("warned", "handling", (360, 520, 700)),
        node("plugged", "handling", (1500, 2000, 3000)),
        node("linked", "handling", (None, None, None)),
        node("supplied", "support", (960, 1200, 1500)),
    )
    sheet = (
        Item("A2", "AQ/T 9009-2015 附录：紧急动员", "出动指令及时准确", "speed", "dispatched"),
        Item("A3", "AQ/T 9009-2015 附录：紧急动员", "首支力量按预期时间到场", "speed", "arrived"),
        Item("A12", "AQ/T 9009-2015 附录：警戒与管制", "警戒到位", "handling", "cordon"),
        Item("A8", "AQ/T 9009-2015 附录：应急通信", "通信畅通", "support"),
        Item("C1", "技能比武：堵漏", "堵漏方法正确", "handling", "plugged"),
    )
    injects = tuple(
        Inject(f"I{n}", Trigger("clock", n * 120), f"第 I{n} 条", "值班室") for n in range(1, 6)
    )
    return small_scenario(title="液氯泄漏", nodes=nodes, sheet=sheet, injects=injects)


def played() -> tuple[Entry, ...]:
    """Return the log of a drill of 40 minutes: late, missing, twice stamped, a late answer."""
    return log_of(
        ("sealed", -9000, "组长", "", {"commitment": "ab" * 32, "signer": "cd" * 32}),
        ("printed", -8990, "组长", "", {"head": "1" * 64, "what": "seal"}),
        ("opened", -10, "纪检", "", {"officers": ["组长", "纪检"], "scenario": 1}),
        started(),
        ("printed", 1, "导调", "", {"head": "2" * 64, "what": "start"}),
        stamped("called", 18),
        stamped("dispatched", 90),
        released("I1", 120),
        answered("I1", 141),
        released("I2", 240),
        answered("I2", 240 + 121),
        stamped("told", 299),
        released("I3", 363, late_ms=3000),
        stamped("arrived", 700, "评估员乙"),
        stamped("arrived", 610, offset_ms=-2500),
        stamped("cordon", 1100),
        ("noted", 1200, "评估员甲", "n1", {"text": "警戒带不够长", "evaluator": "评估员甲"}),
        stamped("reported", 880),
        ended(1900),
        ("printed", 1901, "导调", "", {"head": "3" * 64, "what": "end"}),
    )


def reviewed(entries: Sequence[Entry] | None = None, type_: str = "double_blind") -> Review:
    """Return the review of such a log."""
    found = played() if entries is None else entries
    return review(found, whole_scenario(), drill="2026-1", type_=type_)
