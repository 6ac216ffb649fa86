"""A new wind, read by a colleague or measured by a mast: offered in one line, taken by one press.

The page never changes by itself what a commander decides on.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime

import streamlit as st

from desks.command.wind import WindReading, last_wind
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from ui import session, warned
from ui.live_panel import live_panel, pending_act
from ui.panels.markup import View
from ui.panels.new_wind import new_wind

from .command_book import open_journal, reading

PANEL = "command_wind"
KEPT = "wind_left"
"""Where this viewer's session holds the reading they went on without."""


def take_wind(onemap: OneMap, words: Catalogue) -> session.Scene:
    """Return the scene after a press on the line: with the new wind, or as it was.

    Only the reading that the line showed is taken: where a newer one came meanwhile, that is shown.
    """
    scene, act = session.scene(), pending_act(PANEL)
    if act is None:
        return scene
    offered = newer(scene, _known(onemap, scene, words), session.now())
    if offered is None or act.value != _mark(offered):
        return scene
    if act.verb == "use":
        return session.take_wind(offered)
    if act.verb == "leave":
        st.session_state[KEPT] = act.value
    return scene


def wind_line(onemap: OneMap, scene: session.Scene, view: View) -> None:
    """Draw the line where there is a newer wind than the incident's, else nothing."""
    offered = newer(scene, _known(onemap, scene, view.words), session.now())
    if offered is not None and _mark(offered) != st.session_state.get(KEPT):
        live_panel(new_wind(offered, _mark(offered), view), key=PANEL)


def mast_mark(onemap: OneMap) -> Hashable:
    """Return what changes with every wind that a mast measures."""
    return warned.wind(onemap)


def newer(
    scene: session.Scene, known: Iterable[WindReading | None], now: datetime
) -> WindReading | None:
    """Return the newest reading that is fresh, later than the live wind, and not the same wind."""
    live = scene.live
    found = [
        one
        for one in known
        if one is not None
        and one.fresh(now)
        and (scene.wind_said is None or one.at > scene.wind_said)
        and _figures(one.from_deg, one.speed_ms) != _figures(live.wind_from_deg, live.wind_ms)
    ]
    return max(found, key=lambda one: one.at, default=None) if scene.at is not None else None


def _figures(from_deg: float | None, speed_ms: float | None) -> tuple[int | None, float | None]:
    """Return the wind as it is shown: what nobody can tell apart is no new wind."""
    return (
        None if from_deg is None else round(from_deg) % 360,
        None if speed_ms is None else round(speed_ms, 1),
    )


def _known(
    onemap: OneMap, scene: session.Scene, words: Catalogue
) -> tuple[WindReading | None, ...]:
    """Return the last reading of the incident's log, and that of the masts."""
    logged = None
    if scene.case:
        try:
            read = reading(open_journal(onemap, words), scene.case)
            logged = last_wind(read.entries, session.now())
        except UserError:
            logged = None  # The log's own panel says why it cannot be read.
    mast = warned.wind(onemap)
    if mast is None:
        return (logged,)
    name = warned.named(onemap, mast.layer, mast.id)
    return logged, WindReading(mast.from_deg, mast.speed_ms, mast.at, "", name)


def _mark(one: WindReading) -> str:
    return f"{one.at.isoformat()}|{one.from_deg:g}|{one.speed_ms:g}"
