"""A new wind, read by a colleague or measured by a mast: offered in one line, taken by one press.

The page never changes by itself what a commander decides on.
"""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from desks.command.log_time import line_time
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
SHOWN = "wind_shown"
"""Where the session holds the reading that the line shows, which a press takes."""

LEFT = "wind_left"
"""Where the session holds the reading that this viewer went on without, and when the incident was.
"""

TURN_DEG, CHANGE_MS = 10.0, 0.5
"""A wind is another one from so many degrees or metres a second on: masts never stand still."""

HALF_TURN_DEG, TURNS_DEG = 180.0, 360.0


def take_wind() -> session.Scene:
    """Return the scene after a press on the line: with the wind that it showed, or as it was."""
    scene, act = session.scene(), pending_act(PANEL)
    shown = st.session_state.get(SHOWN)
    if act is None or not isinstance(shown, WindReading) or act.value != _mark(shown):
        return scene
    if act.verb == "use":
        return session.take_wind(shown)
    if act.verb == "leave":
        st.session_state[LEFT] = (scene.clicked, shown)
    return scene


def wind_line(onemap: OneMap, scene: session.Scene, view: View) -> None:
    """Draw the line where there is another wind than the incident's, else nothing."""
    shown = _offered(onemap, scene, view.words)
    st.session_state[SHOWN] = shown
    if shown is not None:
        live_panel(new_wind(shown, _mark(shown), view), key=PANEL)


def shown_mark() -> str:
    """Return what ``wind_mark`` was when the line was drawn."""
    shown = st.session_state.get(SHOWN)
    return _mark(shown) if isinstance(shown, WindReading) else ""


def wind_mark(onemap: OneMap, words: Catalogue) -> str:
    """Return what changes only when the line would show something else; asked every second."""
    offered = _offered(onemap, session.scene(), words)
    return "" if offered is None else _mark(offered)


def _offered(onemap: OneMap, scene: session.Scene, words: Catalogue) -> WindReading | None:
    """Return what the line shows: as it stands, until a reading comes that is another wind."""
    now, state = _now(onemap, scene, words), st.session_state
    found = newer(scene, _known(onemap, scene, words), now)
    shown, left = state.get(SHOWN), state.get(LEFT)
    if found is None or (left and left[0] == scene.clicked and not _differs(left[1], found)):
        return None
    if isinstance(shown, WindReading) and not _differs(shown, found):
        return shown if newer(scene, (shown,), now) is not None else found
    return found


def _now(onemap: OneMap, scene: session.Scene, words: Catalogue) -> datetime:
    """Return the time; where the clock slipped back since the log's last line, the line's."""
    now = session.now()
    if not scene.case:
        return now
    try:
        return line_time(reading(open_journal(onemap, words), scene.case).entries, now)
    except UserError:
        return now  # The log's own panel says why it cannot be read.


def newer(
    scene: session.Scene, known: Iterable[WindReading | None], now: datetime
) -> WindReading | None:
    """Return the newest reading that is fresh, later than the live wind, and another wind."""
    live, said = scene.live, scene.wind_said
    found = [
        one
        for one in known
        if one is not None
        and one.fresh(now)
        and (said is None or one.at > said)
        and (
            live.wind_from_deg is None
            or live.wind_ms is None
            or _differs(WindReading(live.wind_from_deg, live.wind_ms, one.at, ""), one)
        )
    ]
    return max(found, key=lambda one: one.at, default=None) if scene.at is not None else None


def _differs(one: WindReading, other: WindReading) -> bool:
    """Return whether the winds are two to who decides by them."""
    turn = (one.from_deg - other.from_deg + HALF_TURN_DEG) % TURNS_DEG - HALF_TURN_DEG
    return abs(turn) >= TURN_DEG or abs(one.speed_ms - other.speed_ms) >= CHANGE_MS


def _known(
    onemap: OneMap, scene: session.Scene, words: Catalogue
) -> tuple[WindReading | None, ...]:
    """Return the last reading of the incident's log, and that of the masts."""
    logged = None
    if scene.case:
        try:
            read = reading(open_journal(onemap, words), scene.case)
            logged = last_wind(read.entries, line_time(read.entries, session.now()))
        except UserError:
            logged = None  # The log's own panel says why it cannot be read.
    mast = warned.wind(onemap)
    if mast is None:
        return (logged,)
    name = warned.named(onemap, mast.layer, mast.id)
    return logged, WindReading(mast.from_deg, mast.speed_ms, mast.at, "", name)


def _mark(one: WindReading) -> str:
    return f"{one.at.isoformat()}|{one.from_deg:g}|{one.speed_ms:g}"
