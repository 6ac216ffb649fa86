"""The ten-second band: six questions, each with its answer and what the answer rests on."""

from datetime import timedelta

from markupsafe import Markup

from desks.command.situation import SituationBrief
from layers.catalog import HAZMAT_EQUIPMENT

from .markup import View, distance, dotted, duration, joined
from .sums import (
    capacity,
    first_fit,
    near,
    residents_now,
    team_count,
    within,
)

_CELL = Markup(
    '<div class="cell {kind}"><div class="k">{question}</div>'
    '<div class="v">{answer}<small>{unit}</small></div><div class="d">{basis}</div></div>',
)


def band(brief: SituationBrief, view: View) -> Markup:
    """Return the six cells: what and where, who first, how many, supplies, people, refuges."""
    cells = (_what, _first, _many, _supply, _people, _refuge)
    return Markup('<section class="band" aria-label="{}">{}</section>').format(
        view.text("Answers at a glance"), joined(cell(brief, view) for cell in cells)
    )


def where(brief: SituationBrief, view: View) -> Markup:
    """Return the incident's place in words: record, community, subdistrict, nearest road."""
    place = brief.place
    if not place.inside:
        outside = view.text(
            "outside the district, {distance} from {unit}",
            distance=distance(place.outside_m),
            unit=place.subdistrict or view.text("its border"),
        )
        return dotted((view.label, outside, place.road))
    road = f"{place.road} {distance(place.road_m)}" if place.road else ""
    names = (view.label, place.community, place.subdistrict, road)
    return dotted(tuple(dict.fromkeys(names)))


def _what(brief: SituationBrief, view: View) -> Markup:
    time = brief.incident.time
    since = Markup('<span data-since="{}"></span>').format(int(time.timestamp() * 1000))
    question = Markup("{} {}{}").format(view.text("Incident"), time.strftime("%H:%M:%S"), since)
    return _CELL.format(
        kind="what", question=question, answer=view.kind, unit="", basis=where(brief, view)
    )


def _first(brief: SituationBrief, view: View) -> Markup:
    team = first_fit(brief)
    question = Markup('<span class="tag ac">1</span>{}').format(view.text("First fit team"))
    if team is None or team.eta_s is None:
        why = brief.why_first if brief.responders else None
        basis = view.word(why) if why else view.text("No team is registered")
        return _CELL.format(
            kind="lack", question=question, answer=view.text("None"), unit="", basis=basis
        )
    arrival = brief.incident.time + timedelta(seconds=team.eta_s)
    classes = f"{len(team.equipment)}/{len(HAZMAT_EQUIPMENT)}" if team.equipment else ""
    at = view.text("ETA {time}", time=arrival.strftime("%H:%M:%S"))
    p90 = f"P90 {duration(team.p90_s)}" if team.p90_s is not None else ""
    return _CELL.format(
        kind="", question=question, answer=duration(team.eta_s), unit=p90,
        basis=dotted((at, team.name, classes)),
    )  # fmt: skip


def _many(brief: SituationBrief, view: View) -> Markup:
    count = team_count(brief)
    unit = view.text("of {total} teams", total=len(brief.responders))
    lost = view.text("{count} cannot come", count=count.lost) if count.lost else ""
    parts = (
        view.text("{count} of them fit", count=count.soon_and_fit),
        view.text("{count} can come", count=count.reachable),
        lost,
    )
    return _CELL.format(
        kind="" if count.soon else "lack", question=view.text("There within 10 min"),
        answer=count.soon, unit=unit, basis=dotted(parts),
    )  # fmt: skip


def _supply(brief: SituationBrief, view: View) -> Markup:
    question = view.text("Nearest depot with stock")
    rows = [r for r in near(brief, "supply") if r.stock and r.travel_s is not None]
    if not rows or rows[0].travel_s is None:
        return _CELL.format(
            kind="lack", question=question, answer=view.text("None"), unit="",
            basis=view.text("No depot with stock can be reached by road"),
        )  # fmt: skip
    first = rows[0]
    unit = view.text("by road")
    items = (f"{name} {amount}" for name, amount in first.stock[:2])
    return _CELL.format(
        kind="", question=question, answer=duration(rows[0].travel_s), unit=unit,
        basis=dotted((first.name, *items)),
    )  # fmt: skip


def _people(brief: SituationBrief, view: View) -> Markup:
    receptors, hazards = within(brief, "receptor"), within(brief, "hazard")
    people, by_day = residents_now(brief)
    if people is None:
        living = view.text("residents of the community not on file")
    elif by_day:
        living = view.text("{people:,} in the community by day", people=people)
    else:
        living = view.text("{people:,} in the community by night", people=people)
    return _CELL.format(
        kind="", question=view.text("To protect within {radius}", radius=distance(brief.within_m)),
        answer=receptors, unit=view.text("places · hazards {count}", count=hazards), basis=living,
    )  # fmt: skip


def _refuge(brief: SituationBrief, view: View) -> Markup:
    question = view.text("Where people go")
    rows = [row for row in near(brief, "refuge") if row.travel_s is not None]
    if not rows or rows[0].travel_s is None:
        return _CELL.format(
            kind="lack", question=question, answer=view.text("None"), unit="",
            basis=view.text("No shelter can be reached on foot"),
        )  # fmt: skip
    room = [capacity(row) for row in rows]
    known = sum(value for value in room if value is not None)
    unknown = room.count(None)
    gap = view.text("{count} of unknown capacity", count=unknown) if unknown else ""
    walk = view.text("on foot {time}", time=duration(rows[0].travel_s))
    return _CELL.format(
        kind="last", question=question, answer=f"{known:,}",
        unit=view.text("in {count} shelters", count=len(rows)),
        basis=dotted((rows[0].name, walk, gap)),
    )  # fmt: skip
