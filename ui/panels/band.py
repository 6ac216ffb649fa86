"""The ten-second band: six questions, each with its answer and what the answer rests on."""

from datetime import timedelta

from markupsafe import Markup

from desks.command.situation import SituationBrief
from layers.catalog import HAZMAT_EQUIPMENT

from .band_harm import far, many, refuge, side
from .markup import FIRST_WIDE, View, distance, dotted, duration, joined, signed
from .sums import (
    capacity,
    first_fit,
    near,
    residents_now,
    team_count,
    within,
)

UNSPECIFIED = "unspecified"
LEAKS = ("hazmat_leak", "gas_leak")
_CELL = Markup(
    '<div class="cell {kind}"><div class="k">{question}</div>'
    '<div class="v">{answer}<small>{unit}</small></div><div class="d {long}">{basis}</div></div>',
)
_LONG = 34
"""Widths of a Latin letter from which a basis takes two small lines instead of one."""
_PLACE_LONG, _PLACE_LONGEST = 12, 22
"""Widths from which a place takes the second and the third size of an answer."""


def width(text: str) -> int:
    """Return the text's width in Latin letters; a Chinese one is as wide as two."""
    return sum(2 if letter >= FIRST_WIDE else 1 for letter in text)


def _cell(question: str, answer: str | int, unit: str, basis: str, kind: str = "") -> Markup:
    """Return one cell; a long basis takes two smaller lines by rule, never an ellipsis."""
    plain = basis.striptags() if isinstance(basis, Markup) else basis
    return _CELL.format(
        kind=kind, question=question, answer=answer, unit=unit, basis=basis,
        long="long" if width(plain) > _LONG else "",
    )  # fmt: skip


def band(brief: SituationBrief, view: View) -> Markup:
    """Return the six cells in the order of the radio's questions.

    Where harm spreads: what, how far, how many, who comes, from which side, where people go.
    Where no zone is known: what, who first, how many teams, supplies, people, refuges.
    """
    cells = _of_harm(brief, view) if brief.zones.lines else _of_place(brief, view)
    return Markup('<section class="band" aria-label="{}">{}</section>').format(
        view.text("Answers at a glance"), joined(cells)
    )


def _of_place(brief: SituationBrief, view: View) -> tuple[Markup, ...]:
    cells = (_what, _first, _many, _supply, _people, _refuge)
    return tuple(cell(brief, view) for cell in cells)


def _of_harm(brief: SituationBrief, view: View) -> tuple[Markup, ...]:
    exposure, evacuation = brief.exposure, brief.evacuation
    return (
        _what(brief, view),
        far(brief, view, _cell),
        many(brief, exposure, view, _cell) if exposure else _people(brief, view),
        _first(brief, view),
        side(brief, view, _cell),
        refuge(evacuation, view, _cell) if evacuation else _refuge(brief, view),
    )


def where(brief: SituationBrief, view: View) -> Markup:
    """Return the incident's place in words: record, community, subdistrict, nearest road."""
    return dotted(_names(brief, view))


def _names(brief: SituationBrief, view: View) -> tuple[str, ...]:
    """Return the names of the place, the narrowest first; none of them is empty or twice."""
    place = brief.place
    names: tuple[str, ...]
    if not place.inside:
        outside = view.text(
            "outside the district, {distance} from {unit}",
            distance=distance(place.outside_m),
            unit=place.subdistrict or view.text("its border"),
        )
        names = (view.label, outside, place.road)
    else:
        road = f"{place.road} {distance(place.road_m)}" if place.road else ""
        names = (view.label, place.community, place.subdistrict, road)
    return tuple(name for name in dict.fromkeys(names) if name)


def _what(brief: SituationBrief, view: View) -> Markup:
    time = brief.incident.time
    since = Markup('<span data-since="{}"></span>').format(int(time.timestamp() * 1000))
    asked = Markup("{} {}{}").format(view.text("Incident"), time.strftime("%H:%M:%S"), since)
    question = Markup('<b class="tag drill">{}</b>{}').format(view.text("Exercise"), asked)
    question, drill = (question, " drill") if view.drill else (asked, "")
    names = _names(brief, view)
    if view.substance or brief.incident.kind != UNSPECIFIED or not names:
        title = happened(brief, view)
        size = " long" if width(title) > _PLACE_LONG else ""
        said = [text for text in _said(brief, view) if text]
        basis = dotted((*names[:1], *said) if said else names)
        return _cell(question, title, "", basis, f"what{size}{drill}")
    # While nobody said what it is, where it is is all that is known.
    place, *rest = names
    size = " long" if width(place) > _PLACE_LONG else ""
    size = " longest" if width(place) > _PLACE_LONGEST else size
    return _cell(question, place, "", dotted((view.kind, *rest)), f"what{size}{drill}")


def happened(brief: SituationBrief, view: View) -> str:
    """Return what happened: the substance with its kind of incident, where it is known."""
    if not view.substance:
        return view.kind
    if brief.incident.kind in LEAKS:
        return view.text("{substance} leak", substance=view.substance)
    if brief.incident.kind == UNSPECIFIED:
        return view.substance
    return f"{view.substance} · {view.kind}"


def _said(brief: SituationBrief, view: View) -> tuple[str, ...]:
    """Return quantity and proposed level of response, what of them is known."""
    quantity, level = view.quantity_t, brief.response_level
    amount = f"{quantity:g} t" if quantity is not None else ""
    if level is None or not level.level:
        return (amount,)
    mark = "" if level.verified else " ▲"
    propose = view.text("propose level {level}", level=level.level)
    said = Markup('<b title="{}">{}{}</b>').format(view.word(level.rule), propose, mark)
    return amount, said


def _first(brief: SituationBrief, view: View) -> Markup:
    team = first_fit(brief)
    question = Markup('<span class="tag ac">1</span>{}').format(view.text("First fit team"))
    if team is None or team.eta_s is None:
        why = brief.why_first if brief.responders else None
        basis = view.word(why) if why else view.text("No team is registered")
        return _cell(question, view.text("None"), "", basis, "lack")
    arrival = brief.incident.time + timedelta(seconds=team.eta_s)
    classes = f"{len(team.equipment)}/{len(HAZMAT_EQUIPMENT)}" if team.equipment else ""
    at = view.text("ETA {time}", time=arrival.strftime("%H:%M:%S"))
    p90 = f"P90 {duration(team.p90_s)}" if team.p90_s is not None else ""
    change = view.changes.get((team.layer, team.id))
    name_and_p90: str = team.name
    if change is not None and change.delta_s:
        name_and_p90 = dotted((team.name, p90))
        p90 = Markup('<b class="delta framed">{}</b>').format(signed(change.delta_s))
    asked = Markup('{}<span class="at">{}</span>').format(question, at)
    return _cell(asked, duration(team.eta_s), p90, dotted((name_and_p90, classes)))


def _many(brief: SituationBrief, view: View) -> Markup:
    count = team_count(brief)
    unit = view.text("of {total} teams", total=len(brief.responders))
    lost = view.text("{count} cannot come", count=count.lost) if count.lost else ""
    parts = (
        view.text("{count} of them fit", count=count.soon_and_fit),
        view.text("{count} can come", count=count.reachable),
        lost,
    )
    return _cell(
        view.text("There within 10 min"), count.soon, unit, dotted(parts),
        "" if count.soon else "lack",
    )  # fmt: skip


def _supply(brief: SituationBrief, view: View) -> Markup:
    question = view.text("Nearest depot with stock")
    rows = [r for r in near(brief, "supply") if r.stock and r.travel_s is not None]
    if not rows or rows[0].travel_s is None:
        basis = view.text("No depot with stock can be reached by road")
        return _cell(question, view.text("None"), "", basis, "lack")
    first = rows[0]
    unit = view.text("by road")
    items = view.text("{count} items", count=len(first.stock))
    return _cell(question, duration(rows[0].travel_s), unit, dotted((first.name, items)))


def _people(brief: SituationBrief, view: View) -> Markup:
    receptors, hazards = within(brief, "receptor"), within(brief, "hazard")
    people, by_day = residents_now(brief)
    if people is None:
        living = view.text("residents of the community not on file")
    elif by_day:
        living = view.text("{people:,} in the community by day", people=people)
    else:
        living = view.text("{people:,} in the community by night", people=people)
    return _cell(
        view.text("To protect within {radius}", radius=distance(brief.within_m)),
        receptors,
        view.text("places · hazards {count}", count=hazards),
        living,
    )


def _refuge(brief: SituationBrief, view: View) -> Markup:
    question = view.text("Where people go")
    rows = [row for row in near(brief, "refuge") if row.travel_s is not None]
    if not rows or rows[0].travel_s is None:
        basis = view.text("No shelter can be reached on foot")
        return _cell(question, view.text("None"), "", basis, "lack")
    room = [capacity(row) for row in rows]
    known = sum(value for value in room if value is not None)
    unknown = room.count(None)
    gap = view.text("{count} of unknown capacity", count=unknown) if unknown else ""
    walk = view.text("on foot {time}", time=duration(rows[0].travel_s))
    unit = view.text("in {count} shelters", count=len(rows))
    return _cell(question, f"{known:,}", unit, dotted((rows[0].name, walk, gap)), "last")
