"""On page 指挥 the signals of early warning; asked every second where it is on, never where off."""

from datetime import UTC, datetime

import streamlit as st

from desks.command import journal
from desks.onemap import OneMap
from desks.register.roles import allowed
from geodata.faults import UserError
from ui import access, warned
from ui.live_panel import live_panel, pending_act
from ui.panels.faults import fault_lines
from ui.panels.markup import View
from ui.panels.warnings import last_taken, warnings

POLL_S = 1.0
PANEL = "command_watch"


def watch_part(onemap: OneMap, view: View, *, shown: bool) -> None:
    """Draw what stands, and draw the page anew once a signal turns; ``shown`` on the calm page."""
    if warned.is_on(onemap):
        _polled(onemap, view, shown=shown)


def _may(onemap: OneMap) -> bool:
    """Return whether this viewer may say that a signal was seen: who may write the log may."""
    return allowed(access.viewer_in(onemap.folder), journal.ENTRY, "write")


@st.fragment(run_every=POLL_S)
def _polled(onemap: OneMap, view: View, *, shown: bool) -> None:
    try:
        act = pending_act(PANEL) if shown else None
        if act is not None and act.verb == "seen":
            warned.see(onemap, act.value)
        if warned.turned(onemap.folder):
            st.rerun(scope="app")
        if shown:
            found, late = warned.standing(onemap, view.words), warned.late(onemap)
            drawn = warnings(found, late, view, may=_may(onemap))
            now = datetime.now(tz=UTC)
            live_panel(drawn + last_taken(warned.heard(onemap), now, view), key=PANEL)
    except UserError as error:
        st.html(fault_lines(error.faults, view))
