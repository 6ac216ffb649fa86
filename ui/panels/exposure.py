"""Who is in the zone: people by hour and by subdistrict, and the places to protect by name."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.answers import Domino, Exposure, LineNear, ReceptorInside
from desks.command.situation import SituationBrief
from layers import CATALOG, layer

from .harm import BY_HAND, WORST, short
from .markup import View, distance, dotted, fly, icon, joined, phone
from .tile import opener, tile

SUBDISTRICTS = 3
KINDS_NAMED = 3


def people_tile(brief: SituationBrief, exposure: Exposure, view: View) -> Markup:
    """Return the people in the protective zone: now, by night, in the spread, by hour and place."""
    now = exposure.people_now
    if now is None:
        notes = [_note(view.word(note)) for note in exposure.notes]
        return tile(view.text("People inside"), "", notes, view.text("not known"), view)
    rows = [_by_subdistrict(brief, exposure, view), *_communities(brief, exposure, view)]
    return Markup(
        '<section class="card tile people"><header><h3>{title}</h3><span class="n">{spread}</span>'
        '{every}</header><div class="rows"><p class="figure"><b>{now:,}</b> {word} '
        '<span class="mut">{night}</span></p>{guide}{hours}{places}</div></section>'
    ).format(
        title=view.text("People inside"),
        spread=_spread(exposure, view),
        every=opener(view.text("by community"), view.text("People inside"), rows[1:]),
        now=now,
        word=view.text("now"),
        night=_day_and_night(exposure, view),
        guide=_note(view.word(exposure.guide.said)) if exposure.guide else "",
        hours=_hours(exposure.by_hour, brief.incident.time.hour, view),
        places=rows[0],
    )


def _spread(exposure: Exposure, view: View) -> str:
    if exposure.spread_people is None:
        return ""
    return view.text("in the spread {people:,}", people=exposure.spread_people)


def _day_and_night(exposure: Exposure, view: View) -> str:
    if exposure.people_day is None or exposure.people_night is None:
        return ""
    return view.text(
        "day {day:,} · night {night:,}", day=exposure.people_day, night=exposure.people_night
    )


def _hours(by_hour: Sequence[int], now: int, view: View) -> Markup:
    """Return a bar for each hour, this hour's in the one colour that means now."""
    if not by_hour or not max(by_hour):
        return Markup("")
    most = max(by_hour)
    bars = joined(
        Markup('<i class="{}" style="height:{:.0f}%" title="{:02d}:00 {:,}"></i>').format(
            "now" if hour == now else "", 100 * people / most, hour, people
        )
        for hour, people in enumerate(by_hour)
    )
    return Markup(
        '<div class="hours" role="img" aria-label="{}">{}</div><div class="ticks">'
        "<span>00</span><span>06</span><span>12</span><span>18</span><span>24</span></div>"
    ).format(view.text("People inside by hour"), bars)


def _counted(brief: SituationBrief) -> str:
    zone = brief.zones.protective
    return zone.level if zone is not None else ""


def _by_subdistrict(brief: SituationBrief, exposure: Exposure, view: View) -> Markup:
    level = _counted(brief)
    sums: dict[str, int] = {}
    for unit in exposure.units:
        if unit.level == level:
            sums[unit.subdistrict] = sums.get(unit.subdistrict, 0) + unit.people_now
    order = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    more = view.text("+{count} more", count=len(order) - SUBDISTRICTS)
    named = [f"{name} {people:,}" for name, people in order[:SUBDISTRICTS]]
    line = dotted([*named, more] if len(order) > SUBDISTRICTS else named)
    return Markup('<div class="li sub" title="{0}">{0}</div>').format(line)


def _communities(brief: SituationBrief, exposure: Exposure, view: View) -> list[Markup]:
    level = _counted(brief)
    units = [unit for unit in exposure.units if unit.level == level]
    units.sort(key=lambda unit: (-unit.people_now, unit.community_code))
    return [
        Markup(
            '<div class="li"><span class="f">{} <span class="mut">{}</span></span>'
            "<span>{}</span><b>{:,}</b></div>"
        ).format(
            unit.community,
            unit.subdistrict,
            view.text(
                "day {day:,} · night {night:,}", day=unit.people_day, night=unit.people_night
            ),
            unit.people_now,
        )
        for unit in units
    ] + [_note(view.word(note)) for note in exposure.notes]


def receptors_tile(exposure: Exposure, view: View) -> Markup:
    """Return schools, hospitals and the like in the zones, nearest first, and what may follow."""
    rows = [_receptor(row, view) for row in exposure.receptors]
    return tile(
        view.text("To protect"),
        view.text("{count} inside", count=len(rows)),
        rows,
        view.text("No registered place to protect lies in the zones"),
        view,
        _further(exposure, view),
    )


def _receptor(row: ReceptorInside, view: View) -> Markup:
    people = view.text("{people:,} people", people=row.people) if row.people is not None else ""
    return Markup(
        '<div class="li">{icon}<span class="f two"{fly}><span title="{name}">{name}</span>'
        '<span class="mut">{people}</span></span>{level}<span>{far}</span>{phone}</div>'
    ).format(
        icon=icon(row.layer),
        fly=fly(view, row.at),
        name=row.name,
        people=people,
        level=_level(row.level, view),
        far=distance(row.distance_m),
        phone=phone(view, (row.layer, row.id)),
    )


def _level(level: str, view: View) -> Markup:
    """Return the level in a sign or two: the number of a numbered one, a pen for what hands drew.

    Any other is named.
    """
    name = short(level, view)
    sign = "✎" if level in BY_HAND else name.rpartition("-")[2]
    return Markup('<span class="tag {}" title="{}">{}</span>').format(
        "bad" if level in WORST else "warn", name, sign
    )


def _further(exposure: Exposure, view: View) -> Markup:
    """Return what a zone may set off, and the pipelines in their buffer, each one step away."""
    return Markup('<div class="foot">{}{}</div>').format(
        _domino(exposure.domino, view), _lines(exposure.lines, view)
    )


def _domino(reached: Sequence[Domino], view: View) -> Markup:
    if not reached:
        return Markup("<span>{}</span>").format(view.text("Domino: no other hazard reached"))
    rows = [
        Markup(
            '<div class="li">{}<span class="f"{}>{}{} <span class="mut">{}</span></span>'
            "<span>{}</span></div>"
        ).format(
            icon(row.layer),
            fly(view, row.at),
            "↳ " if row.step > 1 else "",
            row.name,
            view.word(row.said),
            distance(row.distance_m),
        )
        for row in reached
    ]
    title = view.text("Domino: {count} hazards reached", count=len(reached))
    return opener(title, title, rows)


def _lines(lines: Sequence[LineNear], view: View) -> Markup:
    if not lines:
        return Markup("")
    rows = [
        Markup('<div class="li">{}<span class="f">{} <span class="mut">{}</span></span>{}</div>')
        .format(
            icon(row.layer), row.name, row.medium,
            view.text(
                "{distance} away, buffer {buffer}",
                distance=distance(row.distance_m), buffer=distance(row.buffer_m),
            ),
        )
        for row in lines
    ]  # fmt: skip
    title = view.text("Pipelines {count}", count=len(lines))
    return opener(title, title, rows)


def counts_by_kind(exposure: Exposure, view: View) -> str:
    """Return how many places of each layer lie inside, in the catalogue's order, three by name."""
    counts = {
        spec.key: sum(row.layer == spec.key for row in exposure.receptors) for spec in CATALOG
    }
    found = [(key, count) for key, count in counts.items() if count]
    named = [f"{view.layer(layer(key))} {count}" for key, count in found[:KINDS_NAMED]]
    rest = sum(count for _, count in found[KINDS_NAMED:])
    return dotted([*named, f"+{rest}"] if rest else named)


def _note(text: str) -> Markup:
    return Markup(
        '<div class="li note" title="{0}"><span class="f warn">▲ {0}</span></div>'
    ).format(text)
