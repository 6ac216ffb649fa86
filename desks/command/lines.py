"""The brief as lines for a terminal: what matters first."""

from collections.abc import Iterator

from desks.onemap import OneMap
from language import Catalogue, Sentence, say
from layers import layer
from risk import SUBSTANCES, incident_kind
from risk.release import LEVELS as HARM

from .bodies import bodies
from .escalation import LEVELS
from .placing import outside_said
from .situation import Place, Responder, SituationBrief

TEAMS = 12
INSIDE = 8


def brief_lines(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> Iterator[str]:
    """Yield the brief: place, harm, cautions, teams, materials, plans, calls, the nearest."""
    chinese = catalogue.language == "zh"
    kind = incident_kind(brief.incident.kind)
    title = kind.title_zh if chinese else kind.title_en
    name = onemap.name_zh if chinese else onemap.name_en
    sample = f" · {catalogue.word(say('Sample data'))}" if onemap.sample else ""
    yield f"{name}{sample} · {title} · {brief.incident.time:%Y-%m-%d %H:%M}"
    yield from _matter(brief, catalogue)
    yield f"{_place(brief.place, catalogue)}"
    yield from _harm(brief, catalogue)
    yield from (f"▲ {catalogue.word(caution.text)}" for caution in brief.cautions)
    yield from (_team(team, catalogue) for team in brief.responders[:TEAMS])
    if len(brief.responders) > TEAMS:
        more = say("and {count} more teams", count=len(brief.responders) - TEAMS)
        yield f"    {catalogue.word(more)}"
    yield catalogue.word(brief.why_first)
    yield from _measures(onemap, brief, catalogue)
    for key, rows in brief.nearby.items():
        for row in rows[:1]:
            spec = layer(key)
            told = spec.title_zh if chinese else spec.title_en
            far = say("{distance_m} m away", distance_m=row.distance_m)
            time = f" · {clock(row.travel_s)}" if row.travel_s is not None else ""
            yield f"{told}: {row.name} · {catalogue.word(far)}{time}"


def _harm(brief: SituationBrief, catalogue: Catalogue) -> Iterator[str]:
    """Yield level, lines of the governing model with their reach, and the people inside."""
    level = brief.response_level
    if level is not None:
        yield catalogue.word(level.rule)
    for zone in brief.zones.lines:
        chinese, english = HARM.get(zone.level, (zone.level, zone.level))
        name = chinese if catalogue.language == "zh" else english
        reach = say("{level}: {reach_m} m", level=name, reach_m=round(zone.reach_m))
        yield catalogue.word(reach)
    if brief.exposure is not None and brief.exposure.people_now is not None:
        people = say("{people:,} people in the protective zone", people=brief.exposure.people_now)
        yield catalogue.word(people)
    yield from _inside(brief, catalogue)


def _matter(brief: SituationBrief, catalogue: Catalogue) -> Iterator[str]:
    """Yield the substance, quantity and wind that were stated, where one was."""
    incident, said = brief.incident, []
    held = SUBSTANCES.get(incident.substance)
    if held is not None:
        said.append(held.name_zh if catalogue.language == "zh" else held.name_en)
    if incident.quantity_t is not None:
        said.append(f"{incident.quantity_t:g} t")
    if incident.wind_from_deg is not None:
        wind = say("wind from {deg}°", deg=round(incident.wind_from_deg) % 360)
        said.append(catalogue.word(wind))
    if incident.wind_ms is not None:
        said.append(f"{incident.wind_ms:g} m/s")
    if said:
        yield " · ".join(said)


def _inside(brief: SituationBrief, catalogue: Catalogue) -> Iterator[str]:
    """Yield the nearest places to be warned within the lines, and the hazards there."""
    found = brief.exposure
    if found is None:
        return
    zh = catalogue.language == "zh"
    for one in found.receptors[:INSIDE]:
        level = HARM.get(one.level, (one.level, one.level))[0 if zh else 1]
        far = catalogue.word(say("{distance_m} m away", distance_m=one.distance_m))
        count = say("{people:,} people", people=one.people) if one.people is not None else None
        many = f" · {catalogue.word(count)}" if count is not None else ""
        yield f"  ! {one.name} · {level} · {far}{many}"
    if len(found.receptors) > INSIDE:
        more = say("and {count} more places", count=len(found.receptors) - INSIDE)
        yield f"    {catalogue.word(more)}"
    for hazard in found.domino:
        yield f"  ⚡ {hazard.step} {hazard.name}: {catalogue.word(hazard.said)}"


def _measures(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> Iterator[str]:
    """Yield evacuation, materials, plans and who is to be called."""
    if brief.evacuation is not None:
        yield catalogue.word(brief.evacuation.said)
    if brief.supplies is not None:
        yield catalogue.word(brief.supplies.said)
    for card in brief.plan_cards:
        yield f"{card.name}: {catalogue.word(card.why)}"
    for body in bodies(onemap, brief):
        said = catalogue.word(body.missing) if body.missing else body.name
        level = f" [{catalogue.word(LEVELS[body.level])}]" if body.level else ""
        yield f"{body.order or '·':>2} {said}{level}"


def clock(seconds: int | None) -> str:
    """Return whole seconds as 7′20″."""
    if seconds is None:
        return "—"
    return f"{seconds // 60}′{seconds % 60:02d}″"


def _place(place: Place, catalogue: Catalogue) -> str:
    outside = outside_said(place)
    unit = place.subdistrict if outside is None else catalogue.word(outside)
    # the large and the middle grid often bear the names of the units that they are
    parts = dict.fromkeys((unit, place.community, *place.grids))
    road: Sentence = say(
        "{road_m} m from {road}",
        road_m=place.road_m,
        road=place.road or catalogue.word(say("a road without a name")),
    )
    return " · ".join([part for part in parts if part] + [catalogue.word(road)])


def _team(team: Responder, catalogue: Catalogue) -> str:
    head = f"{team.rank:>2} {team.name} [{team.kind}]"
    fit = "" if team.fit else f" · {catalogue.word(team.fit_reason)}"
    if team.in_zone and team.reason is not None:
        fit += f" · {catalogue.word(team.reason)}"
    if not team.reachable or team.route is None:
        reason = catalogue.word(team.reason) if team.reason else ""
        return f"{head} {catalogue.word(say('cannot come'))}: {reason}{fit}"
    parts = say(
        "call {call_s} s + turnout {turnout_s} s + drive {drive_s} s",
        call_s=team.call_s or 0,
        turnout_s=team.turnout_s or 0,
        drive_s=team.drive_s or 0,
    )
    way = f"{team.route.main_road} {team.route.length_m / 1000:.1f} km".strip()
    return (
        f"{head} {clock(team.eta_s)} P90 {clock(team.p90_s)} ({catalogue.word(parts)}) {way}{fit}"
    )
