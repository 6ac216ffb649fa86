"""A planner's own list of sites on page 规划: brought, weighed, kept for this session alone."""

from dataclasses import replace

import streamlit as st

from desks.onemap import OneMap
from desks.planning.answers import Service
from desks.planning.candidate_files import (
    DATUMS,
    MOST_BYTES,
    SUFFIXES,
    SiteList,
    keep_datum,
    read_list,
)
from desks.planning.candidates import Candidates, LeftOut, candidates_in, candidates_of
from geodata.faults import Fault, UserError
from language import Sentence, say
from ui.panels.faults import fault_list
from ui.panels.planning_upload import list_said

from .planning_desk import choose, own
from .register_desk import Desk

LIST = "planning_list"
SAID = "planning_list_said"
ROUND = "planning_list_round"
FILE = "planning_list_file"
DATUM = "planning_list_datum"
NAMES = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
SHOWN = 12
NONE = Candidates((), (), (), ())


def site_list() -> SiteList | None:
    """Return the list in hand, ``None`` where none was brought or its datum is open."""
    kept = st.session_state.get(LIST)
    return kept if isinstance(kept, SiteList) and not kept.is_open else None


def listed_sites(onemap: OneMap, service: Service) -> Candidates:
    """Return the sites of this viewer's list that may serve, the others with the reason."""
    held = site_list()
    if held is None:
        return NONE
    key = ("listed", onemap.stamp, service, held.key)
    return own(key, lambda: candidates_in(onemap, service, held.read))


def candidate_sites(onemap: OneMap, service: Service) -> Candidates:
    """Return the sites on file that may serve; none for services that no layer may serve."""
    try:
        return candidates_of(onemap, service)
    except UserError:
        return NONE


def all_sites(onemap: OneMap, service: Service) -> Candidates:
    """Return the sites on file, and behind them those of the viewer's list by other ids."""
    filed, listed = candidate_sites(onemap, service), listed_sites(onemap, service)
    taken = {one.id for one in filed.sites}
    why = say("A site on file has this id.")
    return replace(
        filed,
        sites=(*filed.sites, *(one for one in listed.sites if one.id not in taken)),
        left_out=(*filed.left_out, *listed.left_out, *(
            LeftOut(one.id, one.name, why) for one in listed.sites if one.id in taken
        )),
    )  # fmt: skip


def upload(desk: Desk, service: Service) -> None:
    """Draw the way to bring a list in, what was wrong with the last one, and what it holds."""
    label = desk.view.text("Bring a list of sites (Excel, CSV)")
    with st.container(key="pl_upload"), st.popover(label), st.container(key="pl_list"):
        _bring(desk)
        kept = st.session_state.get(LIST)
        if isinstance(kept, SiteList):
            st.html(list_said(kept, listed_sites(desk.onemap, service), desk.view))
            _ask(desk, kept)


def _bring(desk: Desk) -> None:
    """Draw what a list has to hold, its datum, the file, and what was wrong with the last one."""
    view = desk.view
    st.caption(view.text(
        "Columns: 编号, 名称, 经度, 纬度, 室内外, 有效面积, 造价(万元), 容量; one site a row."
        " The list stays in this session; nothing is written to the register."
    ))  # fmt: skip
    st.radio(
        view.text("Coordinates as declared"), DATUMS, key=DATUM, horizontal=True,
        format_func=NAMES.__getitem__, on_change=_again, args=(desk,),
    )  # fmt: skip
    key = f"{FILE}_{st.session_state.get(ROUND, 0)}"
    st.file_uploader(
        view.text("A list of sites, up to 5 MB"), type=list(SUFFIXES), key=key,
        on_change=_take, args=(desk, key), max_upload_size=MOST_BYTES // 1_000_000,
    )  # fmt: skip
    said = st.session_state.get(SAID)
    if said:
        title, faults = said
        st.html(fault_list(view.word(title), faults[:SHOWN], view))


def _ask(desk: Desk, kept: SiteList) -> None:
    """Draw what a person may do with the list: decide on its datum, give it back."""
    text = desk.view.text
    if kept.is_open:
        if kept.verdict.datum in DATUMS:
            turn = (desk, kept.name, kept.content, kept.verdict.datum)
            label = text("Convert from {datum}", datum=NAMES[kept.verdict.datum])
            st.button(label, key="pl_list_turn", type="primary", on_click=_read, args=turn)
        name = NAMES.get(kept.datum, kept.datum)
        st.button(text("It is {datum}, as declared", datum=name), key="pl_list_keep",
                  on_click=_keep, args=(keep_datum(kept),))  # fmt: skip
    st.button(text("✕ give the list back"), key="pl_list_drop", on_click=_drop)


def _take(desk: Desk, key: str) -> None:
    """Take the file in place of an earlier one."""
    file = st.session_state.get(key)
    if file is not None:
        datum = st.session_state.get(DATUM, DATUMS[0])
        _read(desk, file.name, file.getvalue(), datum if datum in DATUMS else DATUMS[0])


def _again(desk: Desk) -> None:
    """Read the list in hand as the datum that was just declared."""
    kept, datum = st.session_state.get(LIST), st.session_state.get(DATUM)
    if isinstance(kept, SiteList) and datum in DATUMS:
        _read(desk, kept.name, kept.content, datum)


def _read(desk: Desk, name: str, content: bytes, datum: str) -> None:
    _drop()
    st.session_state[DATUM] = datum
    try:
        kept = read_list(desk.onemap, desk.store, (name, content), datum=datum, scope=desk.scope)
    except UserError as error:
        st.session_state[SAID] = (say("The list was not taken"), error.faults)
        return
    _keep(kept)


def _keep(kept: SiteList) -> None:
    st.session_state[LIST] = kept
    odd: tuple[Fault, ...] = (*kept.read.notices, *kept.read.refused)
    told: tuple[Sentence, tuple[Fault, ...]] = (say("Look at these rows of the list"), odd)
    if odd:
        st.session_state[SAID] = told
    if not kept.is_open:
        choose(among="file")


def _drop() -> None:
    st.session_state.pop(LIST, None)
    st.session_state.pop(SAID, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    choose(among="spots")
