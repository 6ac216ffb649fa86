"""The team rail: the first three as cards, the others as lines, all on one axis of time."""

from math import ceil

from markupsafe import Markup

from desks.command.answers import TeamScore
from desks.command.situation import Change, Responder, SituationBrief
from layers.catalog import HAZMAT_EQUIPMENT
from risk.team_score import ASPECTS

from .markup import View, distance, dotted, duration, fly, joined, phone, signed, tag
from .sums import first_fit

CARDS = 3
LINES = 2
NEARER = 3
AXIS_STEP_S = 120


def rail(brief: SituationBrief, view: View) -> Markup:
    """Return head, cards, lines, the nearer but unfit team, the reason why, and the others."""
    if not brief.responders:
        return _empty(view)
    axis_s = axis(brief.responders)
    cards = brief.responders[:CARDS]
    nearer = nearer_unfit(brief)
    lines = [r for r in brief.responders[CARDS : CARDS + LINES] if r not in nearer]
    rest = [r for r in brief.responders[CARDS + LINES :] if r not in nearer]
    return Markup(
        '<aside class="rail" aria-label="{label}">{head}{cards}<div class="lines">{lines}{near}'
        '</div><p class="why"><b>{title}</b> {why}</p>{rest}</aside>',
    ).format(
        label=view.text("Teams"),
        head=_head(brief, axis_s, view),
        cards=joined(_card(r, axis_s, view) for r in cards),
        lines=joined(_line(r, view) for r in lines),
        near=joined(_line(r, view, note=view.text("nearer but not fit")) for r in nearer),
        title=view.text("Why this order?"),
        why=view.word(brief.why_first),
        rest=_rest(rest, view),
    )


def axis(responders: tuple[Responder, ...]) -> int:
    """Return the length of the common axis in seconds: the cards' worst P90, up to full 2 min."""
    times = [r.p90_s or r.eta_s or 0 for r in responders[:CARDS] if r.reachable]
    return max(ceil(max(times, default=0) / AXIS_STEP_S), 1) * AXIS_STEP_S


def nearer_unfit(brief: SituationBrief) -> tuple[Responder, ...]:
    """Return the teams below the cards that would be earlier than the first fit one, unfit."""
    first = first_fit(brief)
    if first is None or first.eta_s is None:
        return ()
    return tuple(
        r
        for r in brief.responders[CARDS:]
        if not r.fit and r.eta_s is not None and r.eta_s < first.eta_s
    )[:NEARER]


def _head(brief: SituationBrief, axis_s: int, view: View) -> Markup:
    return Markup(
        '<h2>{}<span class="n">{}</span><span class="axis"><i class="bar c"></i>'
        '<i class="bar t"></i><i class="bar d"></i>0–{} min</span></h2>',
    ).format(
        view.text("Teams"),
        view.text("fit first, then time · {count} in all", count=len(brief.responders)),
        axis_s // 60,
    )


def _card(team: Responder, axis_s: int, view: View) -> Markup:
    change = view.changes.get((team.layer, team.id))
    classes = "team" + (" first" if team.rank == 1 else "") + ("" if team.reachable else " off")
    return Markup(
        '<article class="{classes}" data-route="{rank}"><div class="rk r{rank}">{rank}</div>'
        '<div class="nm"{fly}>{name}</div><div class="tm {framed}">{time}</div>'
        '<div class="fit">{tags}</div><div class="p9">{p90}</div>{bar}'
        '<div class="full parts"><span>{parts}</span><span>{route}</span></div>'
        '<div class="full state"><span>{state}</span><span class="do">{off}{phone}</span></div>'
        "</article>",
    ).format(
        classes=classes, rank=team.rank, fly=fly(view, team.at), name=team.name,
        framed="framed" if change and change.delta_s else "",
        time=duration(team.eta_s) if team.eta_s is not None else view.text("cannot come"),
        tags=_tags(team, change, view), p90=_p90(team, change), bar=_bar(team, axis_s),
        parts=_parts(team, view), route=_route(team, view), state=_state(team, view),
        off=_withdraw(team, view), phone=phone(view, (team.layer, team.id)),
    )  # fmt: skip


def _withdraw(team: Responder, view: View) -> Markup:
    """Return the button that takes the team out of the ranking, as a what-if."""
    return Markup(
        '<button type="button" class="bt quiet" data-withdraw="{}" data-of="{}" data-name="{}" '
        'title="{}">{}</button>'
    ).format(
        team.id, team.layer, team.name,
        view.text("What if this team cannot come?"), view.text("Withdraw"),
    )  # fmt: skip


def _tags(team: Responder, change: Change | None, view: View) -> Markup:
    """Return what a card has room for, the most telling first: rank, equipment, kind, standing."""
    moved = change is not None and change.rank_before != change.rank_after
    pieces = (
        tag(f"Δ {change.rank_before} → {change.rank_after}", "ac") if change and moved else "",
        _squares(team, view),
        tag(view.choice(team.kind)) if team.kind else "",
        tag(view.choice(team.order)) if team.order else "",
    )
    return joined(piece for piece in pieces if piece)


def _squares(team: Responder, view: View) -> Markup:
    """Return twelve squares, hollow where the class is missing, and the missing ones in words."""
    if not team.equipment and not team.equipment_missing:
        return Markup("")
    squares = joined(
        Markup('<i class="{}" title="{}"></i>').format(
            "" if c in team.equipment else "no", view.choice(c)
        )
        for c in HAZMAT_EQUIPMENT
    )
    lacking = _classes(team, view)
    words = (
        Markup('<span class="bad">{}</span>').format(view.text("lacks {classes}", classes=lacking))
        if lacking
        else Markup('<span class="ok">✓ {}</span>').format(view.text("enough"))
    )
    return Markup('<span class="sq" aria-hidden="true">{}</span><b>{}/{}</b>{}').format(
        squares, sum(c in team.equipment for c in HAZMAT_EQUIPMENT), len(HAZMAT_EQUIPMENT), words
    )


def _classes(team: Responder, view: View) -> str:
    """Return the classes of equipment the team lacks, as the viewer says them."""
    between = " " if view.words.language == "zh" else ", "
    return between.join(view.choice(c) for c in team.equipment_missing)


def _p90(team: Responder, change: Change | None) -> Markup:
    p90 = f"P90 {duration(team.p90_s)}" if team.p90_s is not None else ""
    if change is None or not change.delta_s:
        return Markup("{}").format(p90)
    return Markup("<b class='delta'>{}</b> {}").format(signed(change.delta_s), p90)


def _bar(team: Responder, axis_s: int) -> Markup:
    """Return the bar of the parts with a whisker to P90, in per cent of the common axis."""
    if team.eta_s is None or team.call_s is None or team.turnout_s is None or team.drive_s is None:
        return Markup("")
    share = [100 * part / axis_s for part in (team.call_s, team.turnout_s, team.drive_s)]
    start = min(sum(share), 100)
    whisker = max(min(100 * (team.p90_s or team.eta_s) / axis_s, 100) - start, 0)
    return Markup(
        '<div class="full track" aria-hidden="true"><i class="bar c" style="width:{:.2f}%"></i>'
        '<i class="bar t" style="width:{:.2f}%"></i><i class="bar d" style="width:{:.2f}%"></i>'
        '<i class="whisk" style="width:{:.2f}%"></i></div>',
    ).format(*share, whisker)


def _parts(team: Responder, view: View) -> Markup:
    if team.call_s is None or team.turnout_s is None or team.drive_s is None:
        reason = view.word(team.reason) if team.reason else view.text("the reason is not known")
        return Markup('<b class="bad">✕ {}</b>').format(reason)
    parts = (
        view.text("call {time}", time=duration(team.call_s)),
        view.text("turnout {time}", time=duration(team.turnout_s)),
        view.text("drive {time}", time=duration(team.drive_s)),
    )
    return joined((Markup("<span>{}</span>").format(part) for part in parts), " ")


def _route(team: Responder, view: View) -> Markup:
    if team.route is None:
        return Markup("")
    road = team.route.main_road or view.text("unnamed road")
    full = " → ".join(f"{name} {distance(m)}" for name, m in team.route.roads if name)
    return Markup('<span title="{}">{} {}</span>').format(full, road, distance(team.route.length_m))


def _state(team: Responder, view: View) -> Markup:
    """Return what to know before calling: unfit, stale, crew, and the time on empty roads."""
    pieces = []
    if not team.fit:
        pieces.append(tag(f"✕ {view.word(team.fit_reason)}", "bad"))
    if team.stale:
        when = team.last_verified or view.text("never")
        pieces.append(tag("▲ " + view.text("verified {when}", when=when), "warn"))
    if team.score is not None and team.score.total is not None:
        pieces.append(_score(team.score, view))
    if team.people is not None:
        pieces.append(Markup("{}").format(view.text("{count} people", count=team.people)))
    if team.vehicles is not None:
        pieces.append(Markup("{}").format(view.text("{count} vehicles", count=team.vehicles)))
    if team.free_flow_s is not None:
        free = view.text("empty roads {time}", time=duration(team.free_flow_s))
        pieces.append(Markup('<span class="mut">{}</span>').format(free))
    return joined((Markup("<span>{}</span>").format(piece) for piece in pieces), " ")


def _score(score: TeamScore, view: View) -> Markup:
    """Return the total of the five aspects, with each of them to be read on pointing."""
    unknown = view.text("not known")
    chinese = view.words.language == "zh"
    values = {aspect: score.aspects.get(aspect.key) for aspect in ASPECTS}
    each = " · ".join(
        f"{aspect.title_zh if chinese else aspect.title_en} {unknown if value is None else value}"
        for aspect, value in values.items()
    )
    return Markup('<span title="{}">{}</span>').format(
        each, view.text("score {total}", total=score.total or 0)
    )


def _line(team: Responder, view: View, note: str = "") -> Markup:
    change = view.changes.get((team.layer, team.id))
    if team.eta_s is None:
        reason = view.word(team.reason) if team.reason else view.text("the reason is not known")
        time = Markup('<span class="bad">{}</span><span class="mut">{}</span>').format(
            view.text("cannot come"), reason
        )
    else:
        p90 = f"P90 {duration(team.p90_s)}" if team.p90_s is not None else ""
        time = Markup('<b class="{}">{}</b><span class="p9">{}</span>').format(
            "framed" if change and change.delta_s else "", duration(team.eta_s), p90
        )
    lacking = _classes(team, view)
    pieces = (
        tag(note, "warn") if note else "",
        Markup('<span class="bad">{}</span>').format(view.text("lacks {classes}", classes=lacking))
        if lacking
        else "",
        Markup('<span class="mut">{}</span>').format(view.word(team.fit_reason))
        if not team.fit and not lacking
        else "",
        tag(
            "▲ " + view.text("verified {when}", when=team.last_verified or view.text("never")),
            "warn",
        )
        if team.stale
        else "",
    )
    return Markup(
        '<div class="li team-line" data-route="{}"><span class="no">{}</span>'
        '<span class="f"{}><b>{}</b> {}</span>{}{}</div>',
    ).format(
        team.rank, team.rank, fly(view, team.at), team.name, dotted(pieces), time,
        phone(view, (team.layer, team.id)),
    )  # fmt: skip


def _rest(teams: list[Responder], view: View) -> Markup:
    if not teams:
        return Markup("")
    return Markup('<details class="rest"><summary>{}</summary>{}</details>').format(
        view.text("The other {count} teams", count=len(teams)),
        joined(_line(team, view) for team in teams),
    )


def _empty(view: View) -> Markup:
    return Markup(
        '<aside class="rail"><h2>{}</h2><p class="empty"><b>{}</b><br>{}</p></aside>',
    ).format(
        view.text("Teams"),
        view.text("No team is registered"),
        view.text("Add a team file when the district is built: build --layer team=FILE"),
    )
