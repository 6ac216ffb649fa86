"""The line above the register's map: which register, how much of it is on the map, what to do."""

from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, select
from .markup import View, icon, tag


@dataclass(frozen=True)
class MapBar:
    """What the line says: the register, its rows on the map and off it, and the next step."""

    layer: str
    layers: tuple[tuple[str, str], ...]
    on_map: int
    unplaced: int
    hint: str


def map_bar(bar: MapBar, view: View, *, add: bool) -> Markup:
    """Return the line; while a place is awaited it says so and offers to stop."""
    counts = view.text("{count:,} on the map", count=bar.on_map)
    unplaced = (
        tag("▲ " + view.text("{count:,} without position", count=bar.unplaced), "warn")
        if bar.unplaced
        else ""
    )
    if bar.hint:
        right = Markup('<b class="delta" role="status">{}</b>{}').format(
            bar.hint, button("stop", view.text("Stop"))
        )
    else:
        right = Markup("{}{}").format(
            button("ask", view.text("Who answers here?")),
            button("add", "＋ " + view.text("Add by a click"), kind="primary") if add else "",
        )
    return Markup(
        '<div class="map-note card">{}{}<span>{}</span>{}<i class="gap"></i>{}</div>'
    ).format(
        icon(bar.layer),
        select("layer", bar.layers, bar.layer, label=view.text("Register")),
        counts,
        unplaced,
        right,
    )


def moves_note(layer: str, moved: str, view: View) -> Markup:
    """Return the key of a map that shows a file before and after its conversion."""
    return Markup(
        '<div class="map-note card"><span><i class="ring"></i>{}</span><span>{}{}</span>'
        '<span class="mut">{}</span></div>'
    ).format(view.text("as declared"), icon(layer), view.text("converted"), moved)
