"""What the panels of page 规划 share: the viewer's choice, and shares as they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from desks.planning.answers import DEFINITIONS, Coverage, Covered, Definition, Service, Share

from .markup import View

SHARES: tuple[Share, ...] = ("day", "night", "elderly")
SIGNS: Mapping[Definition, str] = MappingProxyType(
    {"circle": "①", "network": "②", "capacity": "③", "safe": "④"}
)
Looking = Literal["", "site", "compare", "fragile", "report"]
LOOKINGS: tuple[Looking, ...] = ("site", "compare", "fragile", "report")
Among = Literal["spots", "sites", "file"]
AMONG: tuple[Among, ...] = ("spots", "sites", "file")
"""Where new places may stand: around where people live, on sites on file or of one's own list."""

FEWEST = "fewest"
COUNTS = ("1", "2", "3", "5", "10", "20", FEWEST)
ROOMS = ("0", "200", "500", "1000", "2000", "5000", "10000")
"""How many people a new place is to hold; "0" for as many as come."""

ALL = 1000
"""A hundred per cent in tenths of one."""

Steps = tuple[int, int, int]
STEPS: Steps = (500, 300, 150)
"""Shares of people not covered, in tenths of a per cent, from which a unit is one shade darker."""

GRAVE: Steps = (950, 900, 800)
"""The same where half of the units lack more than half: else all would have one shade."""

MM_PER_M, MS_PER_MINUTE = 1000, 60_000


@dataclass(frozen=True)
class Choice:
    """What one viewer has chosen on the page.

    "" leaves ``within`` as declared, ``by`` to the strictest definition that applies, ``pack`` to
    all packs, ``plan`` to today, ``unit`` to the whole district; ``looking`` is the opened tool.
    ``beside`` is the plan that ``plan`` is held against, "" for today; ``count``, ``among`` and
    ``room`` say how many new places are looked for, where, and for how many people each.
    """

    service: str = "shelter"
    within: str = ""
    share: Share = "night"
    pack: str = ""
    by: Definition | Literal[""] = ""
    plan: str = ""
    unit: str = ""
    community: str = ""
    looking: Looking = ""
    beside: str = ""
    count: str = "5"
    among: Among = "spots"
    room: str = "0"


def covered_by(unit: Covered, by: Definition) -> int | None:
    """Return the people whom the definition counts as covered, ``None`` where it has no answer."""
    return unit.counts[by].people_covered


def picked_unit(found: Coverage, code: str) -> Covered:
    """Return the subdistrict of a code; "" is the district, though who is outside has it too."""
    return next((one for one in found.subdistricts if code and one.code == code), found.totals)


def strictest(whole: Covered, chosen: Definition | Literal[""] = "") -> Definition:
    """Return the chosen definition where it applies, else the hardest to meet that does."""
    applying = [d for d in DEFINITIONS if whole.counts[d].people_covered is not None]
    if chosen and chosen in applying:
        return chosen
    return applying[-1] if applying else "circle"


def tenths(part: int, whole: int) -> int | None:
    """Return the share in tenths of a per cent, cut, never rounded up; ``None`` of nobody."""
    return part * ALL // whole if whole > 0 else None


def percent(part: int | None, whole: int) -> str:
    """Return the share without its sign: ``99.9``, ``100`` for all alone, ``—`` of nobody."""
    cut = None if part is None else tenths(part, whole)
    if cut is None:
        return "—"
    return "100" if cut == ALL else f"{cut // 10}.{cut % 10}"


def steps_for(units: Sequence[Covered], by: Definition) -> Steps:
    """Return the steps at which the units differ most; the legend states them."""
    short = sorted(
        ALL - cut
        for unit in units
        if (held := covered_by(unit, by)) is not None
        and (cut := tenths(held, unit.people)) is not None
    )
    return GRAVE if short and short[len(short) // 2] > STEPS[0] else STEPS


def shade(part: int | None, whole: int, steps: Steps = STEPS) -> str:
    """Return the look of a unit on the map by the share of people that is *not* covered.

    ``worst``, ``bad``, ``fair`` and ``slight`` by the steps, ``full`` and ``none`` (no figure).
    """
    cut = None if part is None else tenths(part, whole)
    if cut is None or part is None:
        return "none"
    if part == whole:
        return "full"
    looks = zip(steps, ("worst", "bad", "fair"), strict=True)
    return next((look for step, look in looks if ALL - cut >= step), "slight")


def worst_first(units: Sequence[Covered], by: Definition) -> list[Covered]:
    """Return the units with the smallest share first; without an answer last; equals by code."""

    def order(unit: Covered) -> tuple[bool, float, int, str]:
        held = covered_by(unit, by)
        judged = held is not None and unit.people > 0
        share = held / unit.people if judged and held is not None else 1.0
        return not judged, share, -unit.people, unit.code

    return sorted(units, key=order)


def reach_said(service: Service, view: View) -> str:
    """Return how far is near enough: ``500 m`` or ``5 min``, with the unit."""
    if service.within_mm is not None:
        return f"{service.within_mm / MM_PER_M:.10g} m"
    return view.text("{minutes} min", minutes=f"{(service.within_ms or 0) / MS_PER_MINUTE:.10g}")


def service_title(service: Service, view: View) -> str:
    """Return what the service is called."""
    return service.title_zh if view.words.language == "zh" else service.title_en


def definition_title(by: Definition, service: Service, view: View) -> str:
    """Return the definition's sign and name."""
    return f"{SIGNS[by]} {_named(by, service, view)}"


def _named(by: Definition, service: Service, view: View) -> str:
    if by == "circle":
        return view.text("Circle {reach}", reach=reach_said(service, view))
    if by == "network":
        return view.text("Ways {reach}", reach=reach_said(service, view))
    return view.text("Ways + room") if by == "capacity" else view.text("Ways + room + safe")


def definition_said(by: Definition, service: Service, view: View) -> str:
    """Return in a few words how the definition counts: no percentage stands without it."""
    if by == "circle":
        return view.text("straight line, no ways, no room")
    if by == "network":
        if service.travel == "road":
            return (
                view.text("by road, turnout included") if service.turnout else view.text("by road")
            )
        return view.text("along ways on foot")
    if by == "capacity":
        return view.text("assigned exactly, to the last bed")
    return view.text("outside the harm of the incident")
