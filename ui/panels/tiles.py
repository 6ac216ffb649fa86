"""The tiles below the map: one question each, its headline a summary, its rows nearest first."""

from markupsafe import Markup

from desks.command.situation import Nearby, SituationBrief
from layers import layer
from layers.spec import Purpose

from .markup import View, distance, dotted, duration, fly, icon, joined, phone, tag
from .sums import capacity, near, within

TELLING = ("grade", "kind", "space", "specialty", "title")
"""The columns worth a word in a tile; the popup has them all."""

LEVELS = ("enterprise", "subdistrict", "district", "city")


def tiles(brief: SituationBrief, view: View) -> Markup:
    """Return the tiles: supplies, refuges, receptors, hazards, experts, and who answers."""
    pieces = (
        _supplies(brief, view),
        _refuges(brief, view),
        _around(brief, view, "receptor", view.text("Places to protect")),
        _around(brief, view, "hazard", view.text("Hazards")),
        _advisers(brief, view),
        _levels(brief, view),
    )
    return Markup('<section class="tiles" aria-label="{}">{}</section>').format(
        view.text("What else lies around"), joined(pieces)
    )


def _tile(title: str, headline: str, rows: list[Markup], empty: str) -> Markup:
    body = joined(rows) if rows else Markup('<p class="empty">{}</p>').format(empty)
    return Markup(
        '<section class="card tile"><h3>{}<span class="n">{}</span></h3>'
        '<div class="rows">{}</div></section>',
    ).format(title, headline, body)


def _row(row: Nearby, view: View, middle: str, right: str) -> Markup:
    return Markup(
        '<div class="li">{icon}<span class="f two"{fly}><span>{name}</span>'
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
    return Markup('<span class="bad">{}</span>').format(view.word(row.reason))


def _supplies(brief: SituationBrief, view: View) -> Markup:
    rows = near(brief, "supply")
    lines = [
        _row(
            row,
            view,
            dotted(f"{name} {amount}" for name, amount in row.stock) or _kind(row),
            _travel(row, view),
        )
        for row in rows
    ]
    stocked = sum(bool(row.stock) for row in rows)
    headline = view.text("nearest {count} with stock", count=stocked)
    empty = view.text("No depot is registered in this district")
    return _tile(view.text("Supplies"), headline, lines, empty)


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
        lines.append(_row(row, view, _kind(row), dotted((room, _travel(row, view)))))
    reached = sum(row.travel_s is not None for row in rows)
    headline = view.text("on foot, ✓ {reached} ✕ {lost}", reached=reached, lost=len(rows) - reached)
    empty = view.text("No shelter is registered in this district")
    return _tile(view.text("Shelters"), headline, lines, empty)


def _around(brief: SituationBrief, view: View, purpose: Purpose, title: str) -> Markup:
    rows = sorted(near(brief, purpose), key=lambda r: (r.distance_m, r.layer, r.id))
    lines = [
        _row(row, view, _kind(row) or view.layer(layer(row.layer)), distance(row.distance_m))
        for row in rows
    ]
    headline = view.text(
        "within {radius}: {count}",
        radius=distance(brief.within_m),
        count=within(brief, purpose),
    )
    return _tile(title, headline, lines, view.text("None is registered in this district"))


def _advisers(brief: SituationBrief, view: View) -> Markup:
    rows = near(brief, "adviser")
    lines = [_row(row, view, _kind(row), _travel(row, view)) for row in rows]
    empty = view.text("No expert is registered in this district")
    headline = view.text("nearest {count}", count=len(rows))
    return _tile(view.text("Experts"), headline, lines, empty)


def _kind(row: Nearby) -> str:
    """Return what tells the record from its neighbours: grade, kind, specialty."""
    facts = dict(row.facts)
    return " ".join(facts[key] for key in TELLING if facts.get(key))


def _levels(brief: SituationBrief, view: View) -> Markup:
    titles = dict(
        zip(
            LEVELS,
            (view.text("Firm"), view.text("Subdistrict"), view.text("District"), view.text("City")),
            strict=True,
        ),
    )
    lines = []
    for who in brief.escalation:
        title = titles.get(who.level, who.level)
        if who.missing is not None:
            lines.append(
                Markup(
                    '<div class="li"><b class="lv">{}</b><span class="f warn">▲ {}</span></div>',
                ).format(title, view.word(who.missing))
            )
            continue
        lines.append(
            Markup(
                '<div class="li"><b class="lv">{}</b><span class="f">{}</span>{}</div>',
            ).format(title, who.name, phone(view, (who.layer, who.id)))
        )
    missing = sum(who.missing is not None for who in brief.escalation)
    headline = (
        view.text("{count} not on file", count=missing) if missing else view.text("all on file")
    )
    empty = view.text("No department is registered in this district")
    return _tile(view.text("Who answers"), headline, lines, empty)
