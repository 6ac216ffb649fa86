"""The one live piece of control's page: markup out, whole forms back.

In the markup ``data-form`` is a form, ``name`` a field of it, ``data-send`` a button that sends the
form around it. What was sent is in the server for one run: nothing of it is kept in the session, so
a passphrase or a key lives as long as the run that uses it.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from markupsafe import Markup

from ui import live_panel

KEY = "control_board"
TURN, HANDLED = "control_turn", "control_handled"
LONGEST, MOST_FIELDS, MOST_FILES = 4000, 80, 12
LARGEST_FILE = 4_000_000
"""Bytes: an evaluator's file or an officer's key is far smaller."""

_LIVE = Path(live_panel.__file__).with_suffix(".js").read_text(encoding="utf-8")
_OURS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_PANEL = _LIVE.replace("export default function livePanel", "function livePanel")
_BOARD = st.components.v2.component(
    "shouwang_control",
    html='<div class="sw-live stHtml"></div>',
    js=f"const livePanel = (() => {{\n{_PANEL}\nreturn livePanel;\n}})();\n{_OURS}",
    isolate_styles=False,
)


@dataclass(frozen=True)
class Handed:
    """A file that came in with a form, ``of`` the field it came in; its bytes are never kept."""

    of: str
    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Sent:
    """What a hand sent: the verb, its object, the fields of the form as typed, and its files.

    All of it is hostile like any input; nothing of it is shown when it is printed.
    """

    verb: str
    value: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    files: tuple[Handed, ...] = field(default=(), repr=False)

    def one(self, name: str) -> str:
        """Return the field's one value without blanks around it, "" where it was not filled."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def secret(self, name: str) -> str:
        """Return the field's value exactly as it was typed."""
        return next(iter(self.fields.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Return every value that was chosen."""
        return self.fields.get(name, ())

    def file(self, name: str) -> Handed | None:
        """Return the file of that field, ``None`` where none came."""
        return next((one for one in self.files if one.of == name), None)


@dataclass(frozen=True)
class Download:
    """A file for the hand that asked for it."""

    name: str
    type: str
    data: bytes = field(repr=False)


def board(markup: Markup, download: Download | None = None) -> None:
    """Draw the page; a download is handed to the browser once, in the turn that made it."""
    turn = int(st.session_state.get(TURN, 0))
    file = None
    if download is not None:
        data = base64.b64encode(download.data).decode()
        file = {"name": download.name, "type": download.type, "data": data, "turn": turn}
    _BOARD(key=KEY, data={"html": str(markup), "turn": turn, "file": file}, on_act_change=_nothing)


def sent() -> Sent | None:
    """Return what was sent in this run, once: the same again, after a broken run, is nothing."""
    kept = st.session_state.get(KEY)
    raw = kept.get("act") if kept else None
    if not isinstance(raw, Mapping) or not isinstance(raw.get("id"), str):
        return None
    mark = raw["id"][:64]
    if st.session_state.get(HANDLED) == mark:
        return None
    st.session_state[HANDLED] = mark
    st.session_state[TURN] = int(st.session_state.get(TURN, 0)) + 1
    return read_sent(raw)


def read_sent(raw: Mapping[str, Any]) -> Sent | None:
    """Return the checked act, ``None`` for anything that is not of the declared shape."""
    verb, value = raw.get("verb"), raw.get("value", "")
    if not isinstance(verb, str) or not isinstance(value, str):
        return None
    return Sent(verb[:40], value[:LONGEST], _fields(raw.get("fields")), _files(raw.get("files")))


def _fields(raw: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, Mapping):
        return {}
    return {
        str(name)[:80]: tuple(one[:LONGEST] for one in values[:MOST_FIELDS] if isinstance(one, str))
        for name, values in list(raw.items())[:MOST_FIELDS]
        if isinstance(values, list)
    }


def _files(raw: object) -> tuple[Handed, ...]:
    if not isinstance(raw, list):
        return ()
    found = (_file(one) for one in raw[:MOST_FILES])
    return tuple(one for one in found if one is not None)


def _file(raw: object) -> Handed | None:
    if not isinstance(raw, Mapping):
        return None
    name, data, where = raw.get("name"), raw.get("data"), raw.get("field")
    if not (isinstance(name, str) and isinstance(data, str) and isinstance(where, str)):
        return None
    if len(data) > LARGEST_FILE * 4 // 3 + 4:
        return None
    try:
        return Handed(where[:80], name[:200], base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return None


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""
