"""Which teams are on site, since when; a team's leader says so with one press."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.situation import Responder, SituationBrief

from .acts import button
from .markup import View, duration, joined
from .tile import opener

SHOWN = 8


def coming(brief: SituationBrief, view: View) -> tuple[Responder, ...]:
    """Return the teams that are on site, wherever they rank, then the first that can come."""
    there = [team for team in brief.responders if (team.layer, team.id) in view.arrived]
    others = [team for team in brief.responders if team.reachable and team not in there]
    return (*there, *others[: max(SHOWN - len(there), 0)])


def on_site_tile(brief: SituationBrief, view: View, *, may_tell: bool) -> Markup:
    """Return the list as a tile, which a phone shows: each row has one large press."""
    rows = _rows(coming(brief, view), view, may_tell=may_tell)
    if not rows:
        return Markup("")
    return Markup(
        '<section class="card tile onsite"><header><h3>{}</h3><span class="n">{}</span></header>'
        '<div class="rows">{}</div></section>'
    ).format(view.text("On site"), _count(view), joined(rows))


def on_site_opener(brief: SituationBrief, view: View, *, may_tell: bool) -> Markup:
    """Return the list one step away, which a wall shows in the foot of the call tree."""
    rows = _rows(coming(brief, view), view, may_tell=may_tell)
    if not rows:
        return Markup("")
    title = view.text("On site")
    return Markup('<span class="onsite-wall">{}</span>').format(
        opener(f"{title} {len(view.arrived)}", title, rows)
    )


def _count(view: View) -> str:
    return view.text("{count} teams", count=len(view.arrived))


def _rows(teams: Sequence[Responder], view: View, *, may_tell: bool) -> list[Markup]:
    return [_row(team, view, may_tell=may_tell) for team in teams]


def _row(team: Responder, view: View, *, may_tell: bool) -> Markup:
    """Return one team: since when it is on site, or when it is expected and the press for it."""
    since = view.arrived.get((team.layer, team.id), "")
    mark, state = ("✓", "ok") if since else ("○", "mut")
    expected = duration(team.eta_s) if team.eta_s is not None else ""
    press = (
        button("arrived", view.text("We are on site"), value=f"{team.layer}|{team.id}")
        if may_tell and not since
        else ""
    )
    return Markup(
        '<div class="li"><b class="{state}">{mark}</b><span class="no">{rank}</span>'
        '<span class="f" title="{name}">{name}</span><span class="{state}">{time}</span>{press}'
        "</div>"
    ).format(
        state=state, mark=mark, rank=team.rank, name=team.name, time=since or expected, press=press
    )
