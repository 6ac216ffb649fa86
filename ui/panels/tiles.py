"""The tiles below the map: one question each, its headline a summary, its rows nearest first."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.situation import Nearby, SituationBrief
from layers import layer
from layers.spec import Purpose

from .evacuation import shelters_tile
from .exposure import people_tile, receptors_tile
from .levels import levels_tile
from .markup import View, distance, dotted, duration, fly, icon, joined, phone, tag
from .sums import capacity, near, within
from .supplies import supplies_tile
from .tile import tile

TELLING = ("grade", "kind", "space", "specialty", "title")
"""The columns worth a word in a tile; the popup has them all."""


def tiles(brief: SituationBrief, view: View) -> Markup:
    """Return the tiles: in zones people, receptors, shelters and supplies.

    Without zones: hazards or experts, what lies around, refuges and supplies. Without a call tree,
    which stands beside the log, hazards and who answers too.
    """
    exposure = brief.exposure if brief.zones.lines else None
    pieces = (
        people_tile(brief, exposure, view) if exposure else _first(brief, view),
        receptors_tile(exposure, view)
        if exposure
        else _around(brief, view, "receptor", view.text("To protect")),
        shelters_tile(brief.evacuation, view)
        if exposure and brief.evacuation
        else _refuges(brief, view),
        supplies_tile(brief.supplies, view)
        if brief.supplies and brief.supplies.needs
        else _supplies(brief, view),
        *(() if brief.calls else _uncalled(brief, view)),
    )
    return Markup('<section class="tiles" aria-label="{}">{}</section>').format(
        view.text("What else lies around"), joined(pieces)
    )


def _first(brief: SituationBrief, view: View) -> Markup:
    """Return the hazards around, or the experts where no call tree names them."""
    if brief.calls:
        return _around(brief, view, "hazard", view.text("Hazards"))
    return _advisers(brief, view)


def _uncalled(brief: SituationBrief, view: View) -> tuple[Markup, Markup]:
    return _around(brief, view, "hazard", view.text("Hazards")), levels_tile(brief, view)


def _row(row: Nearby, view: View, middle: str, right: str) -> Markup:
    return Markup(
        '<div class="li">{icon}<span class="f two"{fly}><span title="{name}">{name}</span>'
        '<span class="mut">{middle}</span></span><span>{right}</span>{phone}</div>',
    ).format(
        icon=icon(row.layer), fly=fly(view, row.at), name=row.name, middle=middle, right=right,
        phone=phone(view, (row.layer, row.id)),
    )  # fmt: skip


def _travel(row: Nearby, view: View) -> Markup:
    """Return the time, the distance of what does not travel, or in words why there is no time."""
    if row.travel_s is not None:
        return Markup("<b>{}</b>").format(duration(row.travel_s))
    if row.reason is None:
        return Markup("{}").format(distance(row.distance_m))
    # The words stand in the line above; a row has room for its name.
    return Markup('<b class="bad" title="{}">✕</b>').format(view.word(row.reason))


def _with_reasons(rows: Sequence[Nearby], lines: Sequence[Markup], view: View) -> list[Markup]:
    """Return the lines with each reason in words once, before the rows that it keeps away."""
    made, said = [], ""
    for row, line in zip(rows, lines, strict=True):
        reason = view.word(row.reason) if row.reason and row.travel_s is None else ""
        if reason and reason != said:
            made.append(
                Markup(
                    '<div class="li why-not"><span class="f" title="{0}">✕ {0}</span></div>'
                ).format(reason)
            )
        said = reason
        made.append(line)
    return made


def _supplies(brief: SituationBrief, view: View) -> Markup:
    rows = near(brief, "supply")
    lines = [
        _row(
            row,
            view,
            dotted(f"{name} {amount}" for name, amount in row.stock) or _kind(row, view),
            _travel(row, view),
        )
        for row in rows
    ]
    stocked = sum(bool(row.stock) for row in rows)
    headline = view.text("nearest {count} with stock", count=stocked)
    empty = view.text("No depot is registered in this district")
    return tile(view.text("Supplies"), headline, _with_reasons(rows, lines, view), empty, view)


def _refuges(brief: SituationBrief, view: View) -> Markup:
    rows = near(brief, "refuge")
    lines = []
    for row in rows:
        people = capacity(row)
        room = (
            Markup("{}").format(view.text("takes {people:,}", people=people))
            if people is not None
            else tag("▲ " + view.text("capacity unknown"), "warn")
        )
        lines.append(_row(row, view, _kind(row, view), dotted((room, _travel(row, view)))))
    reached = sum(row.travel_s is not None for row in rows)
    headline = view.text("on foot, ✓ {reached} ✕ {lost}", reached=reached, lost=len(rows) - reached)
    empty = view.text("No shelter is registered in this district")
    return tile(view.text("Shelters"), headline, _with_reasons(rows, lines, view), empty, view)


def _around(brief: SituationBrief, view: View, purpose: Purpose, title: str) -> Markup:
    rows = sorted(near(brief, purpose), key=lambda r: (r.distance_m, r.layer, r.id))
    lines = [
        _row(row, view, _kind(row, view) or view.layer(layer(row.layer)), distance(row.distance_m))
        for row in rows
    ]
    headline = view.text(
        "{count} in {radius}",
        radius=distance(brief.within_m),
        count=within(brief, purpose),
    )
    return tile(title, headline, lines, view.text("None is registered in this district"), view)


def _advisers(brief: SituationBrief, view: View) -> Markup:
    rows = near(brief, "adviser")
    lines = [_row(row, view, _kind(row, view), _travel(row, view)) for row in rows]
    empty = view.text("No expert is registered in this district")
    headline = view.text("nearest {count}", count=len(rows))
    return tile(view.text("Experts"), headline, _with_reasons(rows, lines, view), empty, view)


def _kind(row: Nearby, view: View) -> str:
    """Return what tells the record from its neighbours: grade, kind, specialty."""
    facts = dict(row.facts)
    return " ".join(view.choice(facts[key]) for key in TELLING if facts.get(key))
