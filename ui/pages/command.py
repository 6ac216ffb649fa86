"""Page 指挥: it happened there; who arrives when, by which way, and what lies around."""

from dataclasses import dataclass, replace

import streamlit as st
from markupsafe import Markup

from desks.command import compare, situation_brief
from desks.command.situation import Change, Incident, Point, SituationBrief
from desks.command.zoning import release_of
from desks.onemap import OneMap
from language import Catalogue
from risk import INCIDENT_KINDS
from risk.release import Release
from ui import access, feed, language, records, session, warned
from ui.map import MapState, district_feed, live_map
from ui.map.component import pending_events
from ui.panels.band import band
from ui.panels.calm import calm
from ui.panels.cautions import cautions, changes_line
from ui.panels.drill import drill_look
from ui.panels.markup import Key, View
from ui.panels.rail import rail
from ui.panels.tiles import tiles

from .asking import asks_substance, substance_name
from .command_live import keep_live
from .command_log import board_part, log_part
from .command_map import map_state
from .command_resume import resume
from .command_watch import watch_part
from .command_wind import take_wind, wind_line
from .controls import controls

MAP = "command_map"
NOTHING = Markup("<span hidden></span>")


@dataclass(frozen=True)
class Answer:
    """The brief of the scene, and where a what-if is shown that of the live values."""

    brief: SituationBrief
    before: SituationBrief | None = None
    changes: tuple[Change, ...] = ()


def command(onemap: OneMap) -> None:
    """Draw the page: the feed once, and all that a click changes in one fragment."""
    if not resume(onemap, language.current()):
        return
    district_feed(feed.district(onemap, language.current()))
    _fragment(onemap)


@st.fragment
def _fragment(onemap: OneMap) -> None:
    words = language.current()
    events = pending_events(MAP)
    if events.unmask is not None:
        access.ask(onemap, events.unmask)
    session.take_events(events)
    scene = take_wind()
    keep_live(onemap, scene, words)
    answer = _answer(onemap, scene)
    view = _view(onemap, scene, words, answer)
    made = _made(onemap, scene, answer, view)
    with st.container(key="sw_page"):
        top, warnings, asking = (
            st.container(key=key) for key in ("sw_top", "sw_cautions", "sw_controls")
        )
        with st.container(key="sw_stage"):
            ground, side = st.container(key="sw_map"), st.container(key="sw_side")
        below = st.container(key="sw_tiles")
    # The answer first, whatever stands above it on the page: who asks waits for nothing else.
    with ground:
        live_map(made.map, key=MAP)
    top.html(made.top)
    warnings.html(made.cautions)
    if answer is not None:
        with warnings:
            wind_line(onemap, scene, view)
    with side:
        if answer is None:
            board_part(onemap, view)
        watch_part(onemap, view, shown=answer is None)
        st.html(made.side)
    with below:
        st.html(made.tiles)
    if answer is not None:
        with asking:
            controls(onemap, scene, answer.brief, made.released, words)
        with below, st.container(key="sw_log"):
            log_part(onemap, answer.brief, view)


@dataclass(frozen=True)
class Made:
    """Every part of the page, made before the first is sent: so the browser paints them as one."""

    top: Markup
    cautions: Markup
    map: MapState
    side: Markup
    tiles: Markup
    released: str = ""


def _made(onemap: OneMap, scene: session.Scene, answer: Answer | None, view: View) -> Made:
    state = map_state(onemap, scene, answer.brief if answer else None, view)
    if warned.is_on(onemap):
        state = replace(state, warned=warned.standing_marks(onemap, view.words))
    if answer is None:
        return Made(_top(None, view), NOTHING, state, calm_column(onemap, view), NOTHING)
    brief = answer.brief
    return Made(
        top=_top(answer, view),
        cautions=cautions(brief, view) or NOTHING,
        map=state,
        side=rail(brief, view),
        tiles=tiles(brief, view),
        released=_released(onemap, brief).substance,
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
    live = session.live_scene(scene)
    reported = session.incident(live, onemap.to_metres)
    if session.is_live(scene) or reported is None:
        return Answer(made)
    before = _brief(onemap, live, reported)
    return Answer(made, before, compare(before, made))


def _brief(onemap: OneMap, scene: session.Scene, asked: Incident) -> SituationBrief:
    key = (onemap.stamp, scene.at, scene.clicked, session.knobs_of(scene))
    return session.brief(key, lambda: situation_brief(onemap, asked))


def _view(onemap: OneMap, scene: session.Scene, words: Catalogue, answer: Answer | None) -> View:
    """Return what the panels need beside the brief, with the contacts this viewer may see."""
    if answer is None:
        return View(words)
    released = _released(onemap, answer.brief)
    kind = INCIDENT_KINDS.get(scene.kind, INCIDENT_KINDS["unspecified"])
    return View(
        words,
        kind=language.title(kind, words),
        label=scene.label,
        contacts=access.contacts(onemap, drawn(answer.brief)),
        changes={(change.layer, change.id): change for change in answer.changes},
        degrees=places(onemap, answer.brief),
        substance=substance_name(released.substance, words),
        quantity_t=released.quantity_t,
        before=answer.before,
        drill=scene.drill,
    )


def _released(onemap: OneMap, brief: SituationBrief) -> Incident | Release:
    """Return what is released: as stated, or where the kind asks for it as the register holds."""
    asked = brief.incident
    return release_of(onemap, asked) if asks_substance(asked.kind) else asked


def drawn(brief: SituationBrief) -> set[Key]:
    """Return the records whose contact the page draws: teams, rows near by, who answers."""
    keys = {(r.layer, r.id) for r in brief.responders}
    keys |= {(row.layer, row.id) for rows in brief.nearby.values() for row in rows}
    if brief.exposure is not None:
        keys |= {(row.layer, row.id) for row in brief.exposure.receptors}
    keys |= {(call.layer, call.id) for call in brief.calls if call.missing is None}
    return keys | {(who.layer, who.id) for who in brief.escalation if who.missing is None}


def places(onemap: OneMap, brief: SituationBrief) -> dict[Point, tuple[float, float]]:
    """Return lon, lat of every point that a panel lets one fly to."""
    points = [team.at for team in brief.responders if team.at is not None]
    points += [row.at for rows in brief.nearby.values() for row in rows]
    if brief.exposure is not None:
        points += [row.at for row in brief.exposure.receptors]
        points += [row.at for row in brief.exposure.domino]
    if brief.evacuation is not None:
        points += [refuge.at for refuge in brief.evacuation.refuges]
    return dict(zip(points, records.degrees(onemap, points), strict=True))


def _top(answer: Answer | None, view: View) -> Markup:
    if answer is None:
        return Markup('<div class="sw-state" data-state="calm"></div>')
    return Markup('<div class="sw-state {}" data-state="incident">{}{}{}</div>').format(
        view.words.language,
        drill_look(view) if view.drill else "",
        band(answer.brief, view),
        changes_line(answer.brief, answer.changes, view) if answer.before else "",
    )
