"""The situation sheet: one A4 page, one file, nothing fetched, nothing run (情况单)."""

from desks.stock import CHINA
from language import say

from .case import Case
from .compass import compass_point
from .journal import told
from .paper import DASH, cut, metres, minutes, page, text, width
from .sheet_lists import calls, decisions, receptors, refuges, supplies, teams
from .sheet_map import DASHES, FILLS, LINES, OPACITY, frame_of, is_crowded, sheet_map
from .wind import last_wind, wind_said

CAUTION_EMS = 225.0
"""What the box of cautions holds: three lines and a half of 8 pt."""


def situation_sheet(case: Case) -> str:
    """Return the sheet as a whole HTML document that prints to exactly one A4 page.

    What has no room is counted on the sheet; what is not known is said so, never zero. Telephones
    stand on it as the case has them.
    """
    called = told(case.log)
    body = [
        _head(case),
        _six(case),
        f'<div class="map">{sheet_map(case)}</div>',
        _legend(case),
        f'<section class="full">{teams(case, called)}</section>',
        _row(receptors(case, called), refuges(case)),
        _row(supplies(case), calls(case, called), decisions(case)),
        _cautions(case),
        _foot(case),
    ]
    drill = case.word(say("Exercise")) if case.is_drill else ""
    return page(f"{case.title} {case.where}", body, chinese=case.chinese, drill=drill)


def _row(*sections: str) -> str:
    return f'<div class="rows">{"".join(f"<section>{s}</section>" for s in sections)}</div>'


def _head(case: Case) -> str:
    level = case.brief.response_level
    proposed = say("proposed response {level}", level=level.level if level else "")
    response = f" · {case.word(proposed)}" if level is not None and level.level else ""
    sample = f" · {case.word(say('Sample data'))}" if case.onemap.sample else ""
    sheet = case.word(say("Situation sheet, edition {number}", number=case.edition))
    written = case.at.astimezone(CHINA)
    happened = case.word(say("happened {time}", time=f"{case.happened:%Y-%m-%d %H:%M}"))
    return (
        f'<header><div class="what"><h1>{text(case.title)}</h1><p>{text(case.where) or DASH}</p>'
        f"</div><p>{text(case.district)} · {text(sheet)}{text(sample)}<br>"
        f"<b>{written:%Y-%m-%d %H:%M:%S}</b>"
        f" {text(happened)}{text(response)}</p></header>"
    )


def _six(case: Case) -> str:
    answers = (_reach(case), _people(case), _team(case), _approach(case), _shelter(case))
    return f'<div class="six">{"".join(_answer(*answer) for answer in answers)}</div>'


def _answer(question: str, answer: str, remark: str) -> str:
    small = ' class="small"' if width(answer) > 6.5 else ""  # noqa: PLR2004 - what 15 pt holds
    return (
        f"<div><span>{text(question)}</span><b{small}>{text(answer)}</b>"
        f"<i>{text(remark) or '&nbsp;'}</i></div>"
    )


def _unknown(case: Case) -> str:
    return case.word(say("not known"))


def _reach(case: Case) -> tuple[str, str, str]:
    question = case.word(say("Harm reaches"))
    zone = case.brief.zones.protective
    if zone is None:
        return question, _unknown(case), case.word(say("no zone could be computed"))
    side = ""
    if case.brief.zones.weather is not None and zone.spread is not None:
        side = case.word(compass_point(case.brief.zones.weather.wind_from_deg + 180))
    spread = f"P90 {metres(zone.spread_m)}" if zone.spread_m is not None else ""
    known = "" if zone.verified else f" ▲{case.word(say('unverified'))}"
    return question + known, metres(zone.reach_m), " · ".join(p for p in (side, spread) if p)


def _people(case: Case) -> tuple[str, str, str]:
    question = case.word(say("People inside now"))
    exposure = case.brief.exposure
    if exposure is None or exposure.people_now is None:
        return question, _unknown(case), ""
    night = exposure.people_night
    remark = say("by night {people:,}", people=night) if night is not None else None
    guide = exposure.guide
    if guide is not None:
        remark = say("ERG {guide_m} m: {people:,}", guide_m=guide.reach_m, people=guide.people_now)
    return question, f"{exposure.people_now:,}", case.word(remark) if remark else ""


def _team(case: Case) -> tuple[str, str, str]:
    question = case.word(say("First fit team"))
    first = next((t for t in case.brief.responders if t.fit and t.reachable), None)
    if first is None:
        return question, case.word(say("none can come")), ""
    return question, minutes(first.eta_s), f"P90 {minutes(first.p90_s)} · {cut(first.name, 9)}"


def _approach(case: Case) -> tuple[str, str, str]:
    question = case.word(say("Come in from"))
    stand = case.brief.approach.stand_off if case.brief.approach is not None else None
    if stand is None:
        return question, _unknown(case), ""
    road = cut(stand.road, 7) or DASH
    said = case.word(say("stand-off {distance} {road}", distance=metres(stand.distance_m),
                         road=road))  # fmt: skip
    return question, case.word(compass_point(stand.from_deg)), said


def _shelter(case: Case) -> tuple[str, str, str]:
    question = case.word(say("Safe shelters"))
    evacuation = case.brief.evacuation
    if evacuation is None:
        return question, _unknown(case), ""
    safe = sum(refuge.safe for refuge in evacuation.refuges)
    short = sum(people for _, _, people in evacuation.short)
    if short:
        remark = say("{people:,} people without a place", people=short)
    else:
        remark = say("{people:,} places stay free", people=evacuation.spare_people)
    return question, f"{safe} / {len(evacuation.refuges)}", case.word(remark)


def _legend(case: Case) -> str:
    parts = []
    for zone in case.brief.zones.lines:
        tone = min(zone.rank, len(LINES) - 1)
        limit = "" if zone.threshold is None else f" ≥{zone.threshold:g} {zone.unit}"
        dash = f' stroke-dasharray="{DASHES[tone]}"' if DASHES[tone] else ""
        parts.append(
            '<svg viewBox="0 0 60 28"><rect x="3" y="3" width="54" height="22"'
            f' fill="{FILLS[tone]}" fill-opacity="{OPACITY[tone]}" stroke="{LINES[tone]}"'
            f' stroke-width="5"{dash}/></svg>'
            f" {text(f'{case.level(zone.level)}{limit} {metres(zone.reach_m)}')}"
        )
    protective = case.brief.zones.protective
    signs = []
    if protective is not None and protective.spread is not None:
        signs.append(case.word(say("hatched: P90 of weathers")))
    if not parts:
        signs.append(case.word(say("No zone is drawn: substance, kind or place say none.")))
    signs.append(case.word(say("houses: shelters, ✓ safe")))
    signs.append(case.word(say("hexagons: receptors")))
    if is_crowded(frame_of(case)):
        signs.append(case.word(say("small streets left out")))
    spans = "".join(f"<span>{part}</span>" for part in (*parts, *map(text, signs)))
    return f'<div class="legend">{spans}</div>'


def _cautions(case: Case) -> str:
    """Return the cautions and assumptions, as many as fit, worst first; the rest is counted."""
    wind = last_wind(case.log, case.at)
    caution = [case.word(wind_said(wind, case.at))] if wind is not None else []
    caution += [case.word(one.text) for one in case.brief.cautions]
    caution += [case.word(note) for note in case.brief.zones.notes]
    zone = case.brief.zones.protective
    assumed = [case.word(one) for one in zone.assumptions] if zone is not None else []
    shown, left = _fitting((*caution, *assumed), CAUTION_EMS)
    told_of = [
        f"{_circled(number)} {text(said)}" for number, said in enumerate(shown[: len(caution)], 1)
    ]
    rest = [text(said) for said in shown[len(caution) :]]
    head = f"<b>▲ {text(case.word(say('Cautions')))}</b> "
    basis = f" <b>{text(case.word(say('Assumptions')))}</b> {' '.join(rest)}" if rest else ""
    more = (
        f" <b>{text(case.word(say('{count} more on the screen.', count=left)))}</b>" if left else ""
    )
    nothing = text(case.word(say("None is known.")))
    return f'<div class="cautions">{head}{" ".join(told_of) or nothing}{basis}{more}</div>'


def _fitting(sentences: tuple[str, ...], ems: float) -> tuple[tuple[str, ...], int]:
    """Return the first sentences that fit into so many ems, and how many do not."""
    used = 0.0
    for number, said in enumerate(sentences):
        used += width(said) + 3
        if used > ems:
            return sentences[:number], len(sentences) - number
    return sentences, 0


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else f"({number})"  # noqa: PLR2004 - ①…⑳


def _foot(case: Case) -> str:
    as_of = case.onemap.as_of.isoformat() if case.onemap.as_of else DASH
    brief = case.brief
    left = say(
        "Register of {date} · speed model {version} · stamp {stamp}",
        date=as_of,
        version=brief.speed_model,
        stamp=brief.stamp,
    )
    head = say("log head {hash}", hash=case.head[:16]) if case.head else None
    return (
        f"<footer><span>{text(case.word(left))}</span>"
        f"<span>{text(case.word(head)) if head else ''}</span><span>1 / 1</span></footer>"
    )
