"""When each node was expected and when it came: grey band, tick, diamond, the violet line now."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.exercise.review import INDICATOR_SAID
from desks.exercise.scenario import INDICATORS, Node
from ui.panels.markup import View, duration, joined, signed

from .knowing import Known, Timed, timed

POWER = 0.62
"""The axis gives the first minutes more room: a share of the width is (t / whole) ** POWER."""

TICKS_MIN = (0, 2, 5, 10, 20, 40, 60, 90, 120, 180, 300, 600)
MINUTE_MS = 60_000


def indicator_titles(view: View) -> dict[str, str]:
    """Return the four indicators of an evaluation as they are called."""
    return {key: view.word(said) for key, said in INDICATOR_SAID.items()}


def four(known: Known, view: View, now_ms: int | None) -> Markup:
    """Return the four indicators so far: nodes within their P90 of those that came or are late."""
    rows = timed(known)
    return Markup('<div class="ec-four">{}</div>').format(
        joined(_indicator(key, rows, known, view, now_ms) for key in INDICATORS)
    )


def _indicator(
    key: str, rows: Sequence[Timed], known: Known, view: View, now_ms: int | None
) -> Markup:
    mine = [one for one in rows if one.node.indicator == key and one.node.p90_ms is not None]
    judged = [one for one in mine if one.at_ms is not None or one.late(now_ms)]
    good = sum(not one.late(now_ms) for one in judged)
    said = Markup("{}<small> / {}</small>").format(
        good, view.text("{count} in the band", count=len(judged))
    )
    if not judged:
        said = Markup('<span class="none">{}</span>').format(view.text("nothing yet"))
    more = ""
    if key == "teamwork" and known.course.released:
        answered = sum(one.answered is not None for one in known.course.released)
        more = view.text(
            "{answered} of {count} acknowledged",
            answered=answered, count=len(known.course.released),
        )  # fmt: skip
    return Markup('<div><b>{}</b><p class="v">{}</p><small>{}</small></div>').format(
        indicator_titles(view)[key], said, more
    )


def track(known: Known, view: View, now_ms: int | None) -> Markup:
    """Return one line for each node, expected and real, on one axis.

    ``now_ms`` is the running time now, of a drill that is over its last moment.
    """
    rows, over = timed(known), known.stage == "review"
    whole = span_ms(rows, now_ms)
    ticks = [minute for minute in TICKS_MIN if minute * MINUTE_MS <= whole]
    since = known.clock_from_ms
    line = Markup("")
    if since is not None:
        line = Markup('<i class="ec-now" data-now="{}" data-span="{}" data-power="{}"></i>').format(
            since, whole, POWER
        )
    elif now_ms is not None and not over:
        line = Markup('<i class="ec-now" style="left:{:.2f}%"></i>').format(place(now_ms, whole))
    grid = joined(
        Markup('<i style="left:{:.2f}%"><em>{}′</em></i>').format(place(m * MINUTE_MS, whole), m)
        for m in ticks
    )
    return Markup(
        '<div class="ec-track"><div class="ec-axis"><span></span><div>{}{}</div></div>{}</div>'
    ).format(grid, line, joined(_row(one, whole, view, now_ms, over=over) for one in rows))


def span_ms(rows: Sequence[Timed], now_ms: int | None) -> int:
    """Return how long the axis is: to the first tick beyond everything on it."""
    latest = [one.node.latest_ms or one.node.p90_ms or 0 for one in rows]
    latest += [one.at_ms or 0 for one in rows] + [now_ms or 0]
    most = max(latest, default=0)
    found = (minute * MINUTE_MS for minute in TICKS_MIN[3:] if minute * MINUTE_MS >= most)
    return next(found, max(most, MINUTE_MS))


def place(ms: int, whole_ms: int) -> float:
    """Return where a moment stands on the axis, in percent of its width."""
    share: float = (min(max(ms, 0), whole_ms) / whole_ms) ** POWER
    return 100 * share


def _row(one: Timed, whole: int, view: View, now_ms: int | None, *, over: bool) -> Markup:
    node, late = one.node, one.late(now_ms)
    marks = joined(_marks(one, whole, late=late))
    return Markup(
        '<div class="ec-node{}"><span title="{}">{}</span><div class="lane">{}</div>'
        "<b>{}</b><em>{}</em></div>"
    ).format(
        " late" if late else "",
        node.basis,
        node.title,
        marks,
        *_figures(one, view, late=late, over=over),
    )


def _marks(one: Timed, whole: int, *, late: bool) -> list[Markup]:
    node, marks = one.node, []
    low, high = node.p50_ms, node.p90_ms
    if high is not None:
        start = place(low if low is not None else 0, whole)
        width = max(place(high, whole) - start, 0.4)
        style = Markup('<i class="band" style="left:{:.2f}%;width:{:.2f}%"></i>')
        marks.append(style.format(start, width))
    if low is not None:
        marks.append(Markup('<i class="p50" style="left:{:.2f}%"></i>').format(place(low, whole)))
    if one.at_ms is not None:
        diamond = Markup('<i class="real{}" style="left:{:.2f}%"></i>')
        marks.append(diamond.format(" late" if late else "", place(one.at_ms, whole)))
    return marks


def _figures(one: Timed, view: View, *, late: bool, over: bool) -> tuple[Markup, Markup]:
    node = one.node
    if one.at_ms is not None:
        return Markup("{}").format(duration(one.at_ms // 1000)), _difference(
            node, one.at_ms, view, late=late
        )
    expected = _expected(node, view)
    if over:
        told = view.text("not stamped")
        said = Markup('<span class="mut">{}</span>').format(told)
        if late:
            said = Markup('<span class="bad">✕ {}</span>').format(told)
        return said, expected
    if late:
        return Markup('<span class="bad">✕ {}</span>').format(view.text("late already")), expected
    return Markup('<span class="mut">{}</span>').format(view.text("awaited")), expected


def _expected(node: Node, view: View) -> Markup:
    if node.p50_ms is None:
        return Markup("<span class='mut'>{}</span>").format(view.text("not foreseen"))
    return Markup("<span class='mut'>P50 {}</span>").format(duration(node.p50_ms // 1000))


def _difference(node: Node, at_ms: int, view: View, *, late: bool) -> Markup:
    if node.p50_ms is None:
        return Markup("<span class='mut'>{}</span>").format(view.text("not foreseen"))
    told = signed(round((at_ms - node.p50_ms) / 1000))
    if late:
        return Markup('<span class="bad">✕ {}</span>').format(told)
    return Markup('<span class="ok">{}</span>').format(told)
