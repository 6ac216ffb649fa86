"""Page 登记: the registers as table and map, their import, truth, campaign, ledger and history."""

from collections.abc import Callable

import streamlit as st

from desks.onemap import OneMap
from language import Catalogue
from ui import language

from . import register_hand as hand
from .register_campaign import draw_campaign
from .register_desk import Desk, at_desk
from .register_history import draw_history
from .register_import import draw_import, draw_template
from .register_ledger import draw_ledger
from .register_map import draw_map
from .register_table import draw_table
from .register_truth import draw_truth

TAB = "reg_tab"
TABS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("table", draw_table),
    ("map", draw_map),
    ("import", draw_import),
    ("truth", draw_truth),
    ("campaign", draw_campaign),
    ("ledger", draw_ledger),
    ("history", draw_history),
)


def register(onemap: OneMap) -> None:
    """Draw the page, or say in a sentence why the register cannot be opened."""
    at_desk(onemap, _page)


@st.fragment
def _page(desk: Desk) -> None:
    words = language.current()
    chosen = _tab()
    with st.container(key="reg_page"):
        with st.container(key="reg_nav"):
            st.segmented_control(
                words.text("Register"),
                [key for key, _ in TABS],
                key=TAB,
                format_func=titles(words).__getitem__,
                label_visibility="collapsed",
                required=True,
                on_change=_keep,
            )
            if chosen == "import":
                draw_template(desk)
        dict(TABS)[chosen](desk)


def titles(words: Catalogue) -> dict[str, str]:
    """Return what each tab is called."""
    return {
        "table": words.text("Table"),
        "map": words.text("Map"),
        "import": words.text("Import"),
        "truth": words.text("Truth"),
        "campaign": words.text("Campaign"),
        "ledger": words.text("Ledger"),
        "history": words.text("History"),
    }


def _tab() -> str:
    """Return the tab in hand: where an act leads, else as chosen, else of the address."""
    state, known = st.session_state, dict(TABS)
    led = state.pop(hand.GO_TO, None)
    if led in known:
        state[TAB] = led
        st.query_params["tab"] = led
    if state.get(TAB) not in known:
        asked = st.query_params.get("tab", "")
        state[TAB] = asked if asked in known else TABS[0][0]
    return str(state[TAB])


def _keep() -> None:
    """Write the tab into the address, so that a reload keeps it."""
    st.query_params["tab"] = str(st.session_state.get(TAB) or TABS[0][0])
    st.session_state.pop(hand.SAID, None)
