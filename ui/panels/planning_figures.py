"""Three small pictures of page 规划: how far people go, how full places are, what hurts most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from desks.planning.answers import NO_WAY, Coverage, LongArray, Reach

from .markup import View, joined
from .planning_parts import MM_PER_M, MS_PER_MINUTE

BARS = 12
BARS_WITHIN = 6
"""The limit lies between two bars; the last bar holds all that is farther."""

WIDE, HIGH, FOOT = 270, 66, 16


@dataclass(frozen=True)
class Bin:
    """People whose way to the nearest place is above ``low`` up to ``high`` (``None``: farther)."""

    low: int
    high: int | None
    people: int
    within: bool


@dataclass(frozen=True)
class Fullness:
    """A group of places: room in all, how much of it is taken; room -1 is not bounded."""

    title: str
    room: int
    taken: int


def bins(found: Coverage) -> tuple[Bin, ...]:
    """Return the people by their way to the nearest place; the limit falls on a border.

    Ways equal to a border count below it, as the threshold is inclusive. Who has no way is in no
    bin (``without_way``).
    """
    limit = found.reach.limit
    step = max(limit // BARS_WITHIN, 1)
    edges = [limit * n // BARS_WITHIN for n in range(1, BARS_WITHIN + 1)]
    edges += [limit + step * n for n in range(1, BARS - BARS_WITHIN)]
    cost, people = found.reach.nearest_cost, found.demand.point_people
    bar = np.searchsorted(np.array(edges), cost, side="left")
    reached = cost != NO_WAY
    counts = np.bincount(bar[reached], weights=people[reached], minlength=BARS)
    lows = [0, *edges]
    highs: list[int | None] = [*edges, None]
    return tuple(
        Bin(low, high, int(count), within=high is not None and high <= limit)
        for low, high, count in zip(lows, highs, counts.tolist(), strict=True)
    )


def without_way(found: Coverage) -> int:
    """Return how many people no way leads from to any place."""
    return int(found.demand.point_people[found.reach.nearest_cost == NO_WAY].sum())


def histogram(found: Coverage, view: View) -> Markup:
    """Return the bars with the limit as a line; beyond it they stand in another colour."""
    held = bins(found)
    most = max((one.people for one in held), default=0) or 1
    wide = WIDE / BARS
    bars = joined(
        Markup(
            '<rect class="{}" x="{}" y="{}" width="{}" height="{}">'
            "<title>{}</title></rect>"
        ).format(
            "in" if one.within else "out", f"{row * wide:.1f}",
            f"{HIGH - one.people / most * HIGH:.1f}", f"{wide - 2:.1f}",
            f"{one.people / most * HIGH:.1f}", _said(one, found.reach, view),
        )
        for row, one in enumerate(held)
    )  # fmt: skip
    at = BARS_WITHIN * wide - 1
    lost = without_way(found)
    return Markup(
        '<figure class="pl-fig"><figcaption><b>{}</b> <span class="mut">{}</span></figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<line x1="{}" x2="{}" y1="-12" y2="{}"/>'
        '<text x="{}" y="-4">{}</text><text class="ax" x="0" y="{}">0</text>'
        '<text class="ax end" x="{}" y="{}">{}</text></svg>{}</figure>'
    ).format(
        view.text("Way to the nearest place"), view.text("people"), WIDE, HIGH + FOOT,
        view.text("People by the way to their nearest place"), bars, at, at, HIGH, at + 4,
        cost_said(found.reach.limit, found.reach, view), HIGH + FOOT - 2, WIDE, HIGH + FOOT - 2,
        "≥ " + cost_said(held[-1].low, found.reach, view),
        Markup('<p class="bad">✕ {}</p>').format(
            view.text("{people:,} people have no way", people=lost)) if lost else "",
    )  # fmt: skip


def cost_said(cost: int, reach: Reach, view: View) -> str:
    """Return a cost of the reach with its unit: metres, or minutes with one decimal."""
    if reach.is_time:
        return view.text("{minutes} min", minutes=f"{cost / MS_PER_MINUTE:.1f}".removesuffix(".0"))
    return f"{cost // MM_PER_M:,} m"


def _said(one: Bin, reach: Reach, view: View) -> str:
    people = view.text("{people:,} people", people=one.people)
    if one.high is None:
        return f"> {cost_said(one.low, reach, view)}: {people}"
    return f"{cost_said(one.low, reach, view)}–{cost_said(one.high, reach, view)}: {people}"


def taken(found: Coverage) -> LongArray | None:
    """Return how many people each place takes in, ``None`` where places cannot be full."""
    if found.assigned is None or not found.service.has_capacity:
        return None
    table = found.unit_reach if found.unit_reach is not None else found.reach
    return np.bincount(table.place, weights=found.assigned, minlength=len(found.places.ids)).astype(
        np.int64
    )


def fullness(found: Coverage, groups: Sequence[str], title: str) -> tuple[Fullness, ...]:
    """Return room and taken by group of places (in their order; "" for one group of all)."""
    held = taken(found)
    if held is None:
        return ()
    rows: dict[str, list[int]] = {}
    for row in range(len(found.places.ids)):
        rows.setdefault(groups[row] if groups else "", []).append(row)
    capacity = found.places.capacity
    return tuple(
        Fullness(
            name or title,
            -1 if (capacity[mine] < 0).any() else int(capacity[mine].sum()),
            int(held[mine].sum()),
        )
        for name, mine in sorted(rows.items())
    )


def capacity_bars(rows: Sequence[Fullness], found: Coverage, view: View) -> Markup:
    """Return a bar for each group: how much of its room is taken, in words as well."""
    if not rows:
        return Markup("")
    total = found.totals.counts
    network, capacity = total["network"].people_covered, total["capacity"].people_covered
    turned = None if network is None or capacity is None else network - capacity
    body = joined(_bar(one, view) for one in rows)
    return Markup(
        '<figure class="pl-fig"><figcaption><b>{}</b></figcaption><div class="pl-rooms">{}</div>{}'
        "</figure>"
    ).format(
        view.text("Room"), body,
        Markup('<p class="bad">✕ {}</p>').format(
            view.text("{people:,} within reach find every place full", people=turned))
        if turned else "",
    )  # fmt: skip


def _bar(one: Fullness, view: View) -> Markup:
    if one.room < 0:
        said, share = view.text("not bounded"), 0
    elif one.room == 0:
        said, share = view.text("no room on file"), 0
    else:
        share = one.taken * 100 // one.room
        left = one.room - one.taken
        said = view.text("{share} % of {beds:,}", share=share, beds=one.room)
        said = said if left else view.text("full · {beds:,}", beds=one.room)
    look = "full" if one.room >= 0 and one.taken >= one.room else ""
    return Markup(
        '<span>{}</span><span class="pl-meter {}" style="--p:{}%"><i></i></span>'
        '<span class="num {}">{}</span>'
    ).format(one.title, look, share, "bad" if look else "", said)


@dataclass(frozen=True)
class Loss:
    """A single loss: its name, what it is, people and permille of them that it costs."""

    name: str
    kind: str
    people: int
    whole: int


def losses_list(
    rows: Sequence[Loss] | None, view: View, *, most: int = 3, apart: bool = False
) -> Markup:
    """Return the worst single losses; ``None`` where they were not computed yet.

    ``apart`` says that several services are joined, of which each has its own losses.
    """
    if apart:
        body = Markup('<p class="mut">{}</p>').format(apart_said(view))
    elif rows is None:
        body = Markup(
            '<button type="button" class="bt" data-act="looking" data-value="fragile">{}</button>'
        ).format(view.text("Compute"))
    elif not rows:
        body = Markup('<p class="mut">{}</p>').format(view.text("No single loss costs anybody."))
    else:
        body = Markup('<ol class="pl-loss">{}</ol>').format(
            joined(_loss(one) for one in rows[:most])
        )
    return Markup(
        '<figure class="pl-fig"><figcaption><b>{}</b> <span class="mut">{}</span></figcaption>{}'
        "</figure>"
    ).format(view.text("Most fragile"), view.text("one lost, coverage lost"), body)


def apart_said(view: View) -> str:
    """Return that losses are worked out for one kind of place at a time."""
    return view.text("Losses are worked out for each kind by itself: choose it under Resource.")


def _loss(one: Loss) -> Markup:
    cut = one.people * 1000 // one.whole if one.whole else 0
    return Markup(
        '<li><span title="{}">{}</span><b>−{}.{} %</b><span class="mut">{}</span></li>'
    ).format(
        one.kind, one.name, cut // 10, cut % 10, f"−{one.people:,}"
    )  # fmt: skip
