"""The two Streamlit components of the live map, and how a page mounts them.

    st.html(f"<style>{ui.theme.stylesheet()}</style>")     # once per page
    district_feed(feed)                                    # once per page, OUTSIDE the fragment

    @st.fragment
    def command() -> None:
        events = live_map(state, key="map")                # INSIDE: only the answer travels

The big data (points, icons, search) is sent with the page and kept in the browser; a click sends
back two numbers and receives routes. ``live_map`` returns the checked events of the run that the
browser's event started. A page whose state follows from the event reads
``st.session_state[key]`` before mounting, through ``pending_events(key)``, so that the answer is
drawn in the same run.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from .feed import Feed
from .script import map_script, map_style
from .state import Events, MapState, read_events

_HERE = Path(__file__).parent
_FEED = st.components.v2.component(
    "shouwang_feed",
    html="<div hidden></div>",
    js=map_script("feed"),
    isolate_styles=False,
)
_MAP = st.components.v2.component(
    "shouwang_map",
    html='<div class="sw-map-host"></div>',
    css=map_style(),
    js=map_script("map"),
    isolate_styles=False,
)
EVENTS = ("click", "picked", "closure", "switches", "cleared", "unmask", "turned")


def district_feed(feed: Feed, *, key: str = "district_feed") -> None:
    """Send the feed to the browser, invisibly; mount it once per page outside any fragment.

    Raises:
        ValueError: for a position that is none.

    """
    _FEED(key=key, data=feed.payload())


def pending_events(key: str) -> Events:
    """Return the events that started this run, before the map of that key is mounted."""
    return read_events(_plain(st.session_state.get(key)))


def live_map(state: MapState, *, key: str) -> Events:
    """Draw the state and return the events that started this run.

    The map is as high as the CSS variable ``--sw-map-height`` of any element around it says.

    Raises:
        ValueError: for a position that is none.

    """
    result = _MAP(
        key=key,
        data=state.payload(),
        on_click_change=_nothing,
        on_picked_change=_nothing,
        on_closure_change=_nothing,
        on_switches_change=_nothing,
        on_cleared_change=_nothing,
        on_unmask_change=_nothing,
        on_turned_change=_nothing,
    )
    return read_events(_plain(result))


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""


def _plain(result: Any) -> dict[str, Any]:  # noqa: ANN401 - Streamlit's result has no public type
    return {name: result.get(name) for name in EVENTS} if result else {}
