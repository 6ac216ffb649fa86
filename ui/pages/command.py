"""Page 指挥: it happened there; who arrives when, by which way, and what lies around."""

from dataclasses import dataclass, replace

import shapely
import streamlit as st
from markupsafe import Markup

from desks.command import compare, situation_brief
from desks.command.situation import Change, Closures, Incident, Point, Route, SituationBrief
from desks.onemap import OneMap
from language import Catalogue
from risk import INCIDENT_KINDS
from ui import access, feed, language, records, session
from ui.map import MapState, MapView, Marked, RouteLine, district_feed, live_map
from ui.map.component import pending_events
from ui.panels.band import band
from ui.panels.calm import calm
from ui.panels.cautions import cautions, changes_line
from ui.panels.markup import Key, View, duration
from ui.panels.rail import rail
from ui.panels.tiles import tiles

from .controls import UNSPECIFIED, controls

MAP = "command_map"
SIMPLER_M = 2.0
ROUTES_DRAWN = 8
ADDRESS_ZOOM = 14
NOTHING = Markup("<span hidden></span>")


@dataclass(frozen=True)
class Answer:
    """The brief of the scene and what its closures changed against open roads."""

    brief: SituationBrief
    changes: tuple[Change, ...]


def command(onemap: OneMap) -> None:
    """Draw the page: the feed once, and all that a click changes in one fragment."""
    asked = session.asked_in_address(st.query_params.get("at"))
    if asked is not None and session.SCENE not in st.session_state:
        session.set_incident(asked)
    district_feed(feed.district(onemap, language.current()))
    _fragment(onemap)


@st.fragment
def _fragment(onemap: OneMap) -> None:
    words = language.current()
    events = pending_events(MAP)
    if events.unmask is not None:
        access.ask(onemap, events.unmask)
    scene = session.take_events(events)
    answer = _answer(onemap, scene)
    view = _view(onemap, scene, words, answer)
    made = _made(onemap, scene, answer, view)
    with st.container(key="sw_page"):
        with st.container(key="sw_top"):
            st.html(made.top)
        with st.container(key="sw_cautions"):
            st.html(made.cautions)
        with st.container(key="sw_controls"):
            if answer:
                controls(onemap, scene, words)
        with st.container(key="sw_stage"):
            with st.container(key="sw_map"):
                live_map(made.map, key=MAP)
            with st.container(key="sw_side"):
                st.html(made.side)
        with st.container(key="sw_tiles"):
            st.html(made.tiles)


@dataclass(frozen=True)
class Made:
    """Every part of the page, made before the first is sent: so the browser paints them as one."""

    top: Markup
    cautions: Markup
    map: MapState
    side: Markup
    tiles: Markup


def _made(onemap: OneMap, scene: session.Scene, answer: Answer | None, view: View) -> Made:
    state = _map_state(onemap, scene, answer, view)
    if answer is None:
        return Made(_top(None, view), NOTHING, state, calm_column(onemap, view), NOTHING)
    brief = answer.brief
    return Made(
        top=_top(answer, view),
        cautions=cautions(brief, view) or NOTHING,
        map=state,
        side=rail(brief, view),
        tiles=tiles(brief, view),
    )


def calm_column(onemap: OneMap, view: View) -> Markup:
    """Return the right column of the calm page."""
    return calm(records.ready(onemap, view), records.trust(onemap, view), view)


def _answer(onemap: OneMap, scene: session.Scene) -> Answer | None:
    """Return the answer to the scene; its brief is made once for this viewer."""
    asked = session.incident(scene, onemap.to_metres)
    if asked is None:
        return None
    made = _brief(onemap, scene, asked)
    if not asked.closures:
        return Answer(made, ())
    opened = _brief(
        onemap,
        replace(scene, closed=(), closed_roads=()),
        replace(asked, closures=Closures()),
    )
    return Answer(made, compare(opened, made))


def _brief(onemap: OneMap, scene: session.Scene, asked: Incident) -> SituationBrief:
    key = (onemap.stamp, scene.at, scene.clicked, scene.hour, scene.kind, scene.closed)
    return session.brief((*key, scene.closed_roads), lambda: situation_brief(onemap, asked))


def _view(onemap: OneMap, scene: session.Scene, words: Catalogue, answer: Answer | None) -> View:
    """Return what the panels need beside the brief, with the contacts this viewer may see."""
    if answer is None:
        return View(words)
    kind = INCIDENT_KINDS.get(scene.kind, INCIDENT_KINDS["unspecified"])
    return View(
        words,
        kind=language.title(kind, words),
        label=scene.label,
        contacts=access.contacts(onemap, drawn(answer.brief)),
        changes={(change.layer, change.id): change for change in answer.changes},
        degrees=places(onemap, answer.brief),
    )


def drawn(brief: SituationBrief) -> set[Key]:
    """Return the records whose contact the page draws: teams, rows near by, who answers."""
    keys = {(r.layer, r.id) for r in brief.responders}
    keys |= {(row.layer, row.id) for rows in brief.nearby.values() for row in rows}
    return keys | {(who.layer, who.id) for who in brief.escalation if who.missing is None}


def places(onemap: OneMap, brief: SituationBrief) -> dict[Point, tuple[float, float]]:
    """Return lon, lat of every point that a panel lets one fly to."""
    points = [team.at for team in brief.responders if team.at is not None]
    points += [row.at for rows in brief.nearby.values() for row in rows]
    return dict(zip(points, records.degrees(onemap, points), strict=True))


def _top(answer: Answer | None, view: View) -> Markup:
    if answer is None:
        return Markup('<div class="sw-state" data-state="calm"></div>')
    return Markup('<div class="sw-state {}" data-state="incident">{}{}</div>').format(
        view.words.language,
        band(answer.brief, view),
        changes_line(answer.brief, answer.changes, view) if answer.changes else "",
    )


def _map_state(onemap: OneMap, scene: session.Scene, answer: Answer | None, view: View) -> MapState:
    detail = records.detail(onemap, scene.picked, view) if scene.picked else None
    state = MapState(
        seq=scene.seq,
        polygons=scene.closed,
        closed_roads=scene.closed_roads,
        detail=detail,
        switches=session.switches(),
    )
    if answer is None or scene.at is None:
        return state
    return replace(
        state,
        incident=Marked(
            *scene.at, label=scene.label or (view.kind if scene.kind != UNSPECIFIED else "")
        ),
        radius_m=answer.brief.within_m,
        routes=_routes(onemap, answer.brief, view),
        view=None if scene.seq else MapView(f"address-{scene.at}", *scene.at, zoom=ADDRESS_ZOOM),
    )


def _simpler(route: Route | None) -> tuple[Point, ...]:
    """Return the points of the way that a screen can tell apart."""
    if route is None or len(route.points) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    line = shapely.simplify(shapely.linestrings(route.points), SIMPLER_M)
    return tuple((x_m, y_m) for x_m, y_m in shapely.get_coordinates(line).tolist())


def _routes(onemap: OneMap, brief: SituationBrief, view: View) -> tuple[RouteLine, ...]:
    """Return where each team starts, and the ways of the first few, all in degrees at once.

    More lines than ``ROUTES_DRAWN`` can neither be told apart nor painted within the second.
    """
    teams = [(team, team.at) for team in brief.responders if team.at is not None]
    ways = [
        (at, *(_simpler(team.route) if team.rank <= ROUTES_DRAWN else ())) for team, at in teams
    ]
    flat = records.degrees(onemap, [point for way in ways for point in way])
    lines, first = [], 0
    for (team, _), way in zip(teams, ways, strict=True):
        start, *points = flat[first : first + len(way)]
        first += len(way)
        time = duration(team.eta_s) if team.eta_s is not None else view.text("cannot come")
        lines.append(
            RouteLine(
                rank=team.rank,
                layer=team.layer,
                id=team.id,
                label=f"{team.name} {time}",
                start=start,
                points=points,
                reachable=team.reachable,
            ),
        )
    return tuple(lines)
