"""Zones that others computed: a file from the page, drawn and counted like our own."""

import streamlit as st

from desks.command.foreign import ENDINGS, foreign_zones
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue, say
from ui import session
from ui.panels.faults import fault_list
from ui.panels.markup import View

FILE = "zone_file"
ROUND = "zone_file_round"
SAID = "zone_file_said"
SHOWN = 12


def zone_file(onemap: OneMap, words: Catalogue) -> None:
    """Draw the way to bring a zone file in, and in sentences what was wrong with the last one."""
    key = f"{FILE}_{st.session_state.get(ROUND, 0)}"
    st.file_uploader(
        words.text("Zones of another program: KML or GeoJSON"),
        type=list(ENDINGS),
        key=key,
        on_change=_take,
        args=(onemap, key),
    )
    said = st.session_state.get(SAID)
    if isinstance(said, tuple):
        title, faults = said
        st.html(fault_list(words.word(title), faults[:SHOWN], View(words)))


def files_taken(scene: session.Scene, words: Catalogue) -> None:
    """Draw one press for each file, that takes its zones out again."""
    for number, source in enumerate(dict.fromkeys(zone.source for zone in scene.live.foreign)):
        label = words.word(say("✕ zones of {file}", file=plain(source)))
        st.button(label, key=f"zone_out_{number}", on_click=_remove, args=(source,))


def plain(name: str) -> str:
    """Return the name without the signs that a button would read as Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~:$" else c for c in name)


def forget() -> None:
    """Leave nothing of what was said about the last file."""
    st.session_state.pop(SAID, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _take(onemap: OneMap, key: str) -> None:
    """Take the file's zones in place of those of an earlier file of that name."""
    file = st.session_state.get(key)
    if file is None:
        return
    forget()
    try:
        zones, left_out = foreign_zones(onemap, file.name, file.getvalue())
    except UserError as error:
        st.session_state[SAID] = (say("The zones were not taken"), error.faults)
        return
    if left_out:
        st.session_state[SAID] = (say("Left out of the zones"), left_out)
    others = [one for one in session.scene().live.foreign if one.source != zones[0].source]
    session.report(foreign=(*others, *zones))


def _remove(source: str) -> None:
    kept = tuple(one for one in session.scene().live.foreign if one.source != source)
    session.report(foreign=kept)
