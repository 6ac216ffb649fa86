"""The nodes of a drill on one axis, as on the run board: grey band, tick at P50, diamond real."""

from collections.abc import Iterator, Sequence

from desks.exercise.review_nodes import MISSED, NodeTime
from language import Catalogue, say

from .draft import cells
from .fonts import FAMILIES, PLAIN, faces
from .map_marks import all_of, tag
from .paper import Drawing
from .wording import clean, word

WIDTH_MM = 156.0
NAMES_MM, FIGURES_MM = 46.0, 30.0
ROW_MM, HEAD_MM = 6.4, 8.0
MOST_ROWS = 30
"""More would not fit a page; what is left out is said, the table names every node."""

MOST_CELLS = 27
POWER = 0.62
"""The axis gives the first minutes more room: a share of the width is (t / whole) ** POWER."""

TICKS_MIN = (0, 2, 5, 10, 20, 40, 60, 90, 120, 180, 300, 600)
MINUTE_MS = 60_000
BAND, INK, QUIET, GOOD, BAD = "#D3DADE", "#1B1F23", "#6B7280", "#0B6B53", "#A8321A"
FONT = f"{FAMILIES[1]}, sans-serif"
_SIZE = 3.1


def track(nodes: Sequence[NodeTime], words: Catalogue) -> Drawing:
    """Return the drawing of the first nodes, as many as a page holds."""
    rows = nodes[:MOST_ROWS]
    height = HEAD_MM + ROW_MM * max(len(rows), 1) + 2
    whole = _span_ms(rows)
    parts = [tag("rect", width=WIDTH_MM, height=height, fill="#FFFFFF"), *_axis(whole, height)]
    for at, one in enumerate(rows):
        parts += _row(one, HEAD_MM + ROW_MM * (at + 0.5), whole, words)
    svg = tag(
        "svg", all_of(parts), xmlns="http://www.w3.org/2000/svg", version="1.1",
        width=f"{WIDTH_MM:g}mm", height=f"{height:g}mm", viewBox=f"0 0 {WIDTH_MM:g} {height:g}",
    )  # fmt: skip
    title = say("Nodes: grey band from twice P50 less P90 to P90, tick P50, diamond real")
    if len(nodes) > len(rows):
        title = say("Nodes: the first {count} of {all}; the table has every one",
                    count=len(rows), all=len(nodes))  # fmt: skip
    late = sum(one.result in MISSED for one in nodes)
    alt = say("{count} nodes on one axis of time, {late} of them late or not stamped.",
              count=len(nodes), late=late)  # fmt: skip
    return Drawing("nodes", title, svg, WIDTH_MM, height, alt)


def minutes(ms: int | None, *, signed: bool = False) -> str:
    """Return a running time as 7′38″, cut to the second; — where it is not known."""
    if ms is None:
        return "—"
    seconds = abs(ms) // 1000
    sign = ("−" if ms < 0 else "+") if signed else ("−" if ms < 0 else "")
    return f"{sign}{seconds // 60}′{seconds % 60:02d}″"


def _span_ms(rows: Sequence[NodeTime]) -> int:
    most = max((t for one in rows for t in (one.node.latest_ms, one.limit_ms, one.at_ms) if t),
               default=0)  # fmt: skip
    found = (minute * MINUTE_MS for minute in TICKS_MIN[3:] if minute * MINUTE_MS >= most)
    return next(found, max(most, MINUTE_MS))


def _x(ms: int, whole: int) -> float:
    share: float = (min(max(ms, 0), whole) / whole) ** POWER
    return NAMES_MM + share * (WIDTH_MM - NAMES_MM - FIGURES_MM)


def _axis(whole: int, height: float) -> Iterator[str]:
    last = -100.0
    for minute in TICKS_MIN:
        if minute * MINUTE_MS > whole:
            break
        x = _x(minute * MINUTE_MS, whole)
        yield tag("path", d=f"M{x:.2f} {HEAD_MM - 1:.2f}V{height - 1:.2f}", stroke="#C5CCD1",
                  stroke_width=0.2, stroke_dasharray="0.8 0.8")  # fmt: skip
        if x - last >= 2 * _SIZE + 1:
            yield _said(f"{minute}′", x, HEAD_MM - 3, QUIET, anchor="middle")
            last = x


def _said(text: str, x: float, y: float, colour: str, *, anchor: str = "start",
          bold: bool = False) -> str:  # fmt: skip
    shown = faces().shown(clean(text), PLAIN)
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return tag("text", escaped, x=x, y=y + _SIZE * 0.36, font_family=FONT, font_size=_SIZE,
               font_weight="700" if bold else "400", fill=colour, text_anchor=anchor)  # fmt: skip


def _row(one: NodeTime, y: float, whole: int, words: Catalogue) -> Iterator[str]:
    node, late = one.node, one.result in MISSED
    yield _said(_cut(clean(node.title)), 0, y, INK)
    if one.limit_ms is not None:
        low = node.p50_ms
        start = _x(0 if low is None else 2 * low - one.limit_ms, whole)
        end = max(_x(one.limit_ms, whole), start + 0.5)
        yield tag("rect", x=start, y=y - 1.3, width=end - start, height=2.6, fill=BAND)
    if node.p50_ms is not None:
        x = _x(node.p50_ms, whole)
        yield tag("path", d=f"M{x:.2f} {y - 2:.2f}V{y + 2:.2f}", stroke=INK, stroke_width=0.5)
    colour = BAD if late else GOOD if one.result == "in_band" else QUIET
    if one.at_ms is not None:
        x, r = _x(one.at_ms, whole), 1.7
        path = f"M{x:.2f} {y - r:.2f}L{x + r:.2f} {y:.2f}L{x:.2f} {y + r:.2f}L{x - r:.2f} {y:.2f}Z"
        yield tag("path", d=path, fill=colour, stroke="#FFFFFF", stroke_width=0.2)
    edge = WIDTH_MM - FIGURES_MM
    if one.at_ms is None:
        yield _said(word(say("not stamped"), words), WIDTH_MM, y, colour, anchor="end")
        return
    sign = "✕ " if late else ""
    yield _said(sign + minutes(one.at_ms), edge + 15, y, colour, anchor="end", bold=True)
    off = minutes(one.off_ms, signed=True) if one.off_ms is not None else ""
    yield _said(off, WIDTH_MM, y, colour, anchor="end")


def _cut(text: str) -> str:
    """Return the title as far as there is room; the table has the whole of it."""
    if cells(text) <= MOST_CELLS:
        return text
    kept = text
    kept = kept[:MOST_CELLS]
    while cells(kept) > MOST_CELLS - 1:
        kept = kept[:-1]
    return f"{kept}…"
