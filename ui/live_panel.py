"""A panel that answers: escaped HTML to the browser, and what a hand did in it back.

    act = pending_act("ledger")               # what started this run, before the panel is drawn
    live_panel(table(rows, view), key="ledger")

In the markup ``data-act`` names the act and ``data-value`` its object: a button, a row with
``tabindex``, a checkbox, a select or a search field. ``data-keep`` names a part whose scroll
position is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

LONGEST = 400
_PANEL = st.components.v2.component(
    "shouwang_panel",
    html='<div class="sw-live stHtml"></div>',
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Act:
    """What a hand did: the verb and object the panel declared, and the state it left.

    ``text`` was typed or chosen and is hostile like any input; ``on`` is a switch's new state.
    """

    verb: str
    value: str = ""
    text: str = ""
    on: bool = False


def live_panel(markup: Markup, *, key: str) -> None:
    """Draw the panel; what is done in it starts a run in which ``pending_act`` tells it."""
    _PANEL(key=key, data={"html": str(markup)}, on_act_change=_nothing)


def pending_act(key: str) -> Act | None:
    """Return what was done in the panel of that key, if that started this run."""
    kept = st.session_state.get(key)
    return read_act(kept.get("act") if kept else None)


def read_act(raw: Any) -> Act | None:  # noqa: ANN401 - whatever a browser sends
    """Return the checked act, ``None`` for anything that is not of the declared shape."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("verb"), str):
        return None
    value, text = raw.get("value", ""), raw.get("text", "")
    if not isinstance(value, str) or not isinstance(text, str):
        return None
    return Act(raw["verb"][:LONGEST], value[:LONGEST], text[:LONGEST], raw.get("on") is True)


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""
