"""What has turned its colour: the signals of early warning, the gravest first, to be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from desks.stock import CHINA

from .acts import button
from .markup import View, joined, tag

Look = Literal["red", "orange", "yellow", "blue"]
LOOKS: Mapping[str, Look] = {"红": "red", "橙": "orange", "黄": "yellow", "蓝": "blue"}
"""The statutory colours and the class of their patch; the patch always prints its character."""

SHOWN = 12


@dataclass(frozen=True)
class Warned:
    """One object whose rule fired: ``place`` is rule, layer and id, ``figure`` what was read."""

    place: tuple[str, str, str]
    colour: str
    title: str
    name: str
    figure: str
    since: str
    seen: bool
    verified: bool


def warnings(found: Sequence[Warned], late: int, view: View, *, may: bool) -> Markup:
    """Return the section, empty where early warning is off and nothing is late.

    ``late`` counts the records past a date of theirs; ``may`` lets the viewer say it was seen.
    """
    if not found and not late:
        return Markup("")
    rows = joined(_row(one, view, may=may) for one in found[:SHOWN])
    rest = len(found) - SHOWN
    more = (
        Markup('<p class="mut">{}</p>').format(view.text("{count} more", count=rest))
        if rest > 0
        else Markup("")
    )
    dates = (
        Markup('<p class="mut">▲ {}</p>').format(
            view.text("{count} records are past a date of theirs", count=late)
        )
        if late
        else Markup("")
    )
    return Markup(
        '<section class="warnings"><h2>{}<span class="n">{}</span></h2><ul>{}</ul>{}{}</section>'
    ).format(
        view.text("Early warning"),
        view.text("{count} standing", count=len(found)),
        rows,
        more,
        dates,
    )


def last_taken(at: datetime | None, now: datetime, view: View) -> Markup:
    """Return the line that says how old the calm is: without readings nothing turns its colour."""
    if at is None:
        said = view.text("When the last reading came is not known")
    else:
        said = view.text(
            "Last reading taken {at}, {minutes} min ago",
            at=f"{at.astimezone(CHINA):%m-%d %H:%M}",
            minutes=max(0, int((now - at).total_seconds() // 60)),
        )
    return Markup('<p class="heard mut">{}</p>').format(said)


def _row(one: Warned, view: View, *, may: bool) -> Markup:
    state = tag("✓ " + view.text("seen"), "ok") if one.seen else Markup("")
    press = (
        button("seen", view.text("Seen"), value="|".join(one.place))
        if may and not one.seen
        else Markup("")
    )
    doubt = Markup("") if one.verified else tag("▲ " + view.text("unverified"), "warn")
    return Markup(
        '<li><b class="patch {}">{}</b><div><strong>{}</strong><span>{} · {} · {}</span></div>'
        "{}{}{}</li>"
    ).format(
        LOOKS.get(one.colour, ""),
        one.colour,
        one.name,
        one.title,
        one.figure,
        one.since,
        doubt,
        state,
        press,
    )
