"""The lists of the situation sheet: each a fixed number of rows, what is beyond them is counted."""

from collections.abc import Iterable, Sequence

from desks.stock import CHINA
from language import Sentence, say
from layers import layer

from .case import Case
from .journal import Told
from .paper import DASH, cell, heading, metres, minutes, table, text
from .situation import Responder

TEAMS, PLACES, SHORT = 5, 5, 5
SIGNATURES = 2
CLASSES = 12
"""The classes of equipment of a rescue team."""

Rows = list[Sequence[str]]


def teams(case: Case, called: Iterable[Told]) -> str:
    """Return the teams in their order: fit before near."""
    state = {(one.layer, one.record): one for one in called}
    responders = case.brief.responders
    heads = (
        *_heads(case, say("#"), say("Team"), say("Kind"), say("Gear"), say("Lacks")),
        *_numbers(case, say("Call"), say("Turnout"), say("Drive"), say("P50"), say("P90")),
        *_heads(case, say("Way"), say("Telephone"), say("State")),
    )
    rows: Rows = [
        _team(case, team, state.get((team.layer, team.id))) for team in responders[:TEAMS]
    ]
    remark = say("call + turnout + drive; fitness before time")
    title = heading(case.word(say("Teams")), _more(case, len(responders), TEAMS, remark))
    widths = (2.4, 14.5, 7.6, 5.4, 8, 5.2, 6, 6, 6.2, 6.4, 12.4, 11, 9)
    return title + table(widths, rows, heads)


def _team(case: Case, team: Responder, state: Told | None) -> Sequence[str]:
    way = ""
    if team.route is not None:
        way = f"{team.route.main_road} {metres(team.route.length_m)}".strip()
    elif team.reason is not None:
        way = case.word(team.reason)
    lacks = " ".join(case.catalogue.text(key) for key in team.equipment_missing)
    missing = lacks or (DASH if team.fit else case.word(team.fit_reason))
    return (
        cell(str(team.rank)),
        cell(team.name, "b" if team.fit else "m"),
        cell(case.catalogue.text(team.kind)),
        cell(f"{len(team.equipment)}/{CLASSES}" if team.layer == "team" else DASH),
        cell(missing),
        cell(minutes(team.call_s), "n"),
        cell(minutes(team.turnout_s), "n"),
        cell(minutes(team.drive_s), "n"),
        cell(minutes(team.eta_s), "n b"),
        cell(minutes(team.p90_s), "n"),
        cell(way),
        cell(_phone(case, team.layer, team.id)),
        cell(_state(case, state)),
    )


def receptors(case: Case, called: Iterable[Told]) -> str:
    """Return who must be warned within the zones, nearest first."""
    exposure = case.brief.exposure
    found = exposure.receptors if exposure is not None else ()
    state = {(one.layer, one.record): one for one in called}
    rows: Rows = [
        (
            cell(one.name, "b"),
            cell(_kind(case, one.layer)),
            cell(metres(one.distance_m), "n"),
            cell(DASH if one.people is None else f"{one.people:,}", "n"),
            cell(_phone(case, one.layer, one.id)),
            cell(_state(case, state.get((one.layer, one.id)))),
        )
        for one in found[:PLACES]
    ]
    count = len(found) if exposure is not None else DASH
    title = case.word(say("Receptors inside {count}", count=count))
    near = say("nearest first")
    return heading(title, _more(case, len(found), PLACES, near)) + table(
        (9.5, 5, 4, 3.6, 6.2, 6), _filled(case, rows, 6, known=exposure is not None)
    )


def refuges(case: Case) -> str:
    """Return where people go, most of them first, then what is not safe and why."""
    evacuation = case.brief.evacuation
    found = evacuation.refuges if evacuation is not None else ()
    order = sorted(found, key=lambda r: (not r.assigned_people, r.safe, -r.assigned_people))
    rows: Rows = [
        (
            cell(f"{'✓' if one.safe else '✕'} {one.name}", "b" if one.assigned_people else ""),
            cell(case.catalogue.text(one.space)),
            cell(f"{one.assigned_people:,}" if one.assigned_people else DASH, "n"),
            cell(DASH if one.capacity_people is None else f"{one.capacity_people:,}", "n"),
            cell(_phone(case, one.layer, one.id)
                 if one.safe or one.reason is None else case.word(one.reason)),
        )
        for one in order[:PLACES]
    ]  # fmt: skip
    said = evacuation.said if evacuation is not None else say("who goes · capacity")
    return heading(case.word(say("Shelters")), _more(case, len(found), PLACES, said)) + table(
        (10.5, 4.6, 3.4, 3.8, 8.6), _filled(case, rows, 5, known=evacuation is not None)
    )


def supplies(case: Case) -> str:
    """Return what is needed against what the depots hold, what is short first."""
    stock = case.brief.supplies
    needs = sorted(stock.needs, key=lambda need: (need.short <= 0, need.item)) if stock else []
    rows: Rows = [
        (
            cell(need.item, "w" if need.short > 0 else ""),
            cell(f"{need.needed:g} / {need.held:g} {need.unit}", "n"),
            cell(
                case.word(say("{short} short", short=f"{need.short:g}"))
                if need.short > 0
                else case.word(say("enough")),
                "w" if need.short > 0 else "m",
            ),
        )
        for need in needs[:SHORT]
    ]
    said = case.word(stock.said) if stock is not None else ""
    remark = _more(case, len(needs), SHORT, say("{said}", said=said))
    return heading(case.word(say("Supplies: need / held")), remark) + table(
        (7.4, 8.6, 4), _filled(case, rows, 3, known=stock is not None)
    )


def calls(case: Case, called: Sequence[Told]) -> str:
    """Return the bodies to be told with the time they were called or answered (row S2-3)."""
    state = {(one.layer, one.record): one for one in called}
    found = case.brief.calls
    rows: Rows = [
        (
            cell(one.name or case.catalogue.text(one.level), "w" if one.missing else ""),
            cell(_phone(case, one.layer, one.id)),
            cell(_state(case, state.get((one.layer, one.id))), "n"),
        )
        for one in found[:SHORT]
    ]
    sent = sum(one.sent is not None for one in called)
    title = case.word(say("Calls {sent} / {all}", sent=sent, all=max(len(found), sent) or DASH))
    remark = _more(case, len(found), SHORT, say("answered at"))
    return heading(title, remark) + table((8, 6, 6), _filled(case, rows, 3, known=bool(found)))


def decisions(case: Case) -> str:
    """Return the last decisions with their times, and lines to sign on."""
    found = [entry for entry in case.log if entry.kind == "decision"]
    shown = found[-(SHORT - SIGNATURES) :]
    rows: Rows = [
        (
            cell(f"{entry.at.astimezone(CHINA):%H:%M:%S}"),
            cell(entry.text, "b"),
            cell(entry.who, "n"),
        )
        for entry in shown
    ]
    while len(rows) < SHORT:
        rows.append((cell(""), cell(""), cell(case.word(say("signed:")), "m")))
    remark = _more(case, len(found), SHORT - SIGNATURES, say("who answers for it"))
    return heading(case.word(say("Decisions")), remark) + table((5, 10, 5), rows)


def _filled(case: Case, rows: Rows, columns: int, *, known: bool) -> Rows:
    """Return the rows, or one that says there is none or that it is not known."""
    if rows:
        return rows
    said = say("none") if known else say("not known")
    return [(cell(case.word(said), "m"), *([cell("")] * (columns - 1)))]


def _more(case: Case, count: int, shown: int, remark: Sentence) -> str:
    """Return the remark, or how many rows had no room."""
    if count <= shown:
        return case.word(remark)
    more = say("{count} more on the screen", count=count - shown)
    return case.word(more)


def _state(case: Case, state: Told | None) -> str:
    if state is None or (state.sent is None and state.acknowledged is None):
        return f"○ {case.word(say('not yet'))}"
    if state.acknowledged is not None:
        return f"✓ {state.acknowledged.astimezone(CHINA):%H:%M:%S}"
    sent = state.sent or state.acknowledged
    return f"◐ {sent.astimezone(CHINA):%H:%M:%S}" if sent else ""


def _phone(case: Case, key: str, record: str) -> str:
    return case.phones.get((key, record), DASH)


def _kind(case: Case, key: str) -> str:
    spec = layer(key)
    return spec.title_zh if case.chinese else spec.title_en


def _heads(case: Case, *titles: Sentence) -> list[str]:
    return [f"<th>{text(case.word(title))}</th>" for title in titles]


def _numbers(case: Case, *titles: Sentence) -> list[str]:
    return [f'<th class="n">{text(case.word(title))}</th>' for title in titles]
