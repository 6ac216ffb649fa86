"""What a drill consists of, as frozen shapes and as the one JSON document that is sealed.

Times of a scenario are seconds or milliseconds after T0 (the moment the drill begins); people see
them on a clock only when it runs. Texts are in the language in which the director composed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

FORMAT = 1
DRILL_TYPES = ("regular", "double_blind", "surprise", "assembly", "contest", "tabletop")
"""The six types of a drill (docs/drills.md): what each seals and scores stands in a table."""

INDICATORS = ("speed", "teamwork", "handling", "support")
"""响应快速、协作紧密、处置高效、保障有力."""

TriggerKind = Literal["clock", "node", "hand"]


@dataclass(frozen=True)
class Trigger:
    """When an inject is due: so long after T0, so long after a node was stamped, or by hand."""

    kind: TriggerKind
    after_s: int = 0
    node: str = ""


@dataclass(frozen=True)
class Inject:
    """One piece of news: what is told to whom, and the node it shall lead to ("" none)."""

    key: str
    trigger: Trigger
    text: str
    to: str
    leads_to: str = ""


@dataclass(frozen=True)
class Node:
    """One moment that is timed: expected P50, P90 and latest, milliseconds after T0, None unknown.

    ``team`` is ``layer:id`` of whom it is about, "" nobody in particular; ``indicator`` is one of
    INDICATORS. ``basis`` says in words where the expected times come from.
    """

    key: str
    title: str
    indicator: str
    p50_ms: int | None
    p90_ms: int | None
    latest_ms: int | None
    team: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Item:
    """One line of the sheet: its clause, what is judged, the node that times it ("" none)."""

    key: str
    clause: str
    text: str
    indicator: str
    node: str = ""


@dataclass(frozen=True)
class Scenario:
    """One drill that could be drawn: place in degrees (WGS 84), matter, weather, what happens then.

    ``matter`` holds what a brief asks for (kind, substance, quantity_t, wind_from_deg, wind_ms, …,
    as ``desks.command.asking.Asked`` has them); ``hour`` is the local hour it is composed for.
    ``first_p50_ms`` and ``first_p90_ms`` are the arrival of the first fit team.
    """

    number: int
    title: str
    place: str
    at_deg: tuple[float, float]
    hour: int
    matter: Mapping[str, str | float]
    closed_roads: tuple[str, ...]
    injects: tuple[Inject, ...]
    nodes: tuple[Node, ...]
    sheet: tuple[Item, ...]
    first_p50_ms: int | None
    first_p90_ms: int | None


@dataclass(frozen=True)
class Pool:
    """Everything that is sealed: the scenarios, T0 and the seed of the draw.

    ``t0`` is ISO 8601 with its offset; ``seed`` 64 hex digits; ``map_stamp`` and ``speed_model``
    name what the expected times rest on; ``asked`` is what the director asked the composer for.
    """

    drill: str
    type: str
    t0: str
    seed: str
    map_stamp: str
    speed_model: str
    asked: Mapping[str, Any]
    scenarios: tuple[Scenario, ...]


def pool_document(pool: Pool) -> dict[str, Any]:
    """Return the pool as plain JSON values; ``geodata.chain.canonical`` makes its one text."""
    return {"format": FORMAT, **asdict(pool)}
