"""A menu whose content is made when it is opened: what nobody looks at costs no answer its time."""

from collections.abc import Callable

import streamlit as st


def menu(label: str, draw: Callable[[], object], *, key: str) -> None:
    """Draw a button that opens a menu; ``draw`` fills it while it is open."""
    opened = st.popover(label, key=key, on_change="rerun")
    if opened.open:
        with opened:
            draw()
