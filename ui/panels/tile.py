"""A tile: its title and headline, at most six lines, and one way to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, joined

LINES = 6
"""Lines of a tile; more would be cut at its lower edge on a wall of 1080 lines."""


@dataclass(frozen=True)
class Lines:
    """The lines of a tile; ``more`` are not among them, and the last one says where they are."""

    rows: Sequence[Markup]
    more: int = 0


def tile(
    title: str,
    headline: str,
    rows: Sequence[Markup] | Lines,
    empty: str,
    view: View,
    foot: str = "",
) -> Markup:
    """Return the tile: its headline, the first lines, a foot, and a way to all lines.

    A foot takes the room of one line.
    """
    room = LINES - 1 if foot else LINES
    lines = rows if isinstance(rows, Lines) else Lines(rows)
    body = (
        joined(lines.rows[:room]) if lines.rows else Markup('<p class="empty">{}</p>').format(empty)
    )
    return Markup(
        '<section class="card tile"><header><h3>{}</h3><span class="n">{}</span>{}</header>'
        '<div class="rows">{}</div>{}</section>',
    ).format(title, headline, every(title, lines.rows, view, room, lines.more), body, foot)


def every(
    title: str, rows: Sequence[Markup], view: View, room: int = LINES, more: int = 0
) -> Markup:
    """Return what opens the whole list above the tile; nothing where every line stands in it."""
    if len(rows) <= room:
        return Markup("")
    count = sum("why-not" not in row[:24] for row in rows) + more
    return opener(view.text("all {count}", count=count), title, rows)


def opener(summary: str, title: str, rows: Sequence[Markup]) -> Markup:
    """Return words that open a list above the tile."""
    return Markup(
        '<details class="all"><summary>{} ▸</summary><div class="list card">'
        '<b class="title">{}</b>{}</div></details>',
    ).format(summary, title, joined(rows))
