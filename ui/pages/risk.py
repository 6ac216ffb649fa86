"""Page 风险: which source of risk is the shade, why, and what is missing."""

from dataclasses import dataclass, replace

import streamlit as st

from desks.hazards.chemical import sitings
from desks.hazards.choosing import by_subdistrict, chosen
from desks.hazards.distances import distances
from desks.hazards.domino_graph import domino_graph
from desks.hazards.dossiers import completeness, dossier
from desks.hazards.grades import graded
from desks.hazards.overrides import (
    OVERRIDE,
    override_grade,
    override_steps,
    read_overrides,
    withdraw_override,
)
from desks.hazards.parts import (
    Completeness,
    Distances,
    DominoGraph,
    Graded,
    HazardGrade,
    Override,
    Siting,
)
from desks.hazards.report import risk_report
from desks.onemap import OneMap
from desks.register.search import fold
from geodata.faults import UserError
from language import Catalogue
from ui.live_panel import Act, live_panel, pending_act
from ui.map.coloured import coloured_map, pending_pick
from ui.panels import risk_checks as checks
from ui.panels import risk_sources as panels
from ui.panels.acts import segments
from ui.panels.markup import Key, View
from ui.panels.risk_sources import Filters

from . import register_hand as hand
from .register_desk import Desk, at_desk
from .risk_map import domino_map, source_map

TAB = "risk_tab"
FILTERS = "risk_filters"
PICKED = "risk_picked"
TABS = ("sources", "completeness", "distances", "zone", "domino", "report")
FIELDS = {"text": "text", "layer": "layer", "colour": "colour", "level": "level",
          "unit": "subdistrict"}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """The register as this viewer has it, and every hazard graded."""

    desk: Desk
    graded: Graded
    key: str


def risk(onemap: OneMap) -> None:
    """Draw the page, or say in a sentence why the register cannot be opened."""
    at_desk(onemap, _page)


@st.fragment
def _page(desk: Desk) -> None:
    for panel in ("risk_tabs", "risk_counts", "risk_bar", "risk_list"):
        _take(pending_act(panel))
    for shown in ("risk_map", "risk_link_map"):
        _pick(pending_pick(shown))
    overrides = read_overrides(desk.store, scope=desk.scope, as_of=desk.as_of)
    key = f"{desk.onemap.stamp}-{hash(overrides)}"
    found = Found(desk, _graded(desk.onemap, overrides, key), key)
    tab = st.session_state.get(TAB, TABS[0])
    with st.container(key="risk_page"):
        titles = _titles(desk.view)
        live_panel(segments("tab", [(one, titles[one]) for one in TABS], tab), key="risk_tabs")
        hand.said_line()
        if tab == "sources":
            _sources(found)
        else:
            _check(found, tab)


def _titles(view: View) -> dict[str, str]:
    return {
        "sources": view.text("Sources of risk"),
        "completeness": view.text("Completeness of dossiers"),
        "distances": view.text("Safe distances"),
        "zone": view.text("Chemical zone"),
        "domino": view.text("Domino graph"),
        "report": view.text("District report"),
    }


def _take(act: Act | None) -> None:
    if act is None:
        return
    state = st.session_state
    if act.verb == "tab" and act.value in TABS:
        state[TAB] = act.value
    elif act.verb == "pick":
        state[PICKED] = act.value
    elif act.verb == "only":
        filters = state.get(FILTERS, Filters())
        same = filters.subdistrict == act.value
        state[FILTERS] = replace(filters, subdistrict="" if same else act.value)
    elif act.verb in FIELDS:
        filters = state.get(FILTERS, Filters())
        state[FILTERS] = replace(filters, **{FIELDS[act.verb]: act.text[:60]})


def _pick(key: Key | None) -> None:
    if key is not None:
        st.session_state[PICKED] = "|".join(key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _graded(_onemap: OneMap, _overrides: tuple[Override, ...], key: str) -> Graded:
    del key
    return graded(_onemap, _overrides)


@st.cache_resource(max_entries=4, show_spinner=False)
def _distances(_onemap: OneMap, stamp: str) -> Distances:
    del stamp
    return distances(_onemap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _sitings(_onemap: OneMap, stamp: str) -> tuple[Siting, ...]:
    del stamp
    return sitings(_onemap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _completeness(_onemap: OneMap, _found: Graded, key: str) -> tuple[Completeness, ...]:
    del key
    return completeness(_onemap, _found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _domino(_onemap: OneMap, _found: Graded, key: str) -> DominoGraph:
    del key
    return domino_graph(_onemap, _found)


def narrowed(found: Graded, filters: Filters) -> tuple[HazardGrade, ...]:
    """Return the hazards that fit class, colour, level, subdistrict and text, shade first."""
    kept = chosen(
        found,
        layers=[filters.layer] if filters.layer else [],
        levels=[int(filters.level)] if filters.level in {"0", "1", "2", "3", "4"} else [],
        subdistricts=[filters.subdistrict] if filters.subdistrict else [],
    )
    wanted = fold(filters.text)
    return tuple(
        one
        for one in kept
        if (not filters.colour or (one.colour or "none") == filters.colour)
        and (not wanted or wanted in fold(f"{one.name}\n{one.firm}\n{one.id}"))
    )


def _sources(found: Found) -> None:
    desk = found.desk
    view, onemap = desk.view, desk.onemap
    filters = st.session_state.get(FILTERS, Filters())
    kept = narrowed(found.graded, filters)
    one = _picked(found.graded, kept)
    key: Key | None = (one.layer, one.id) if one else None
    counts = by_subdistrict(onemap, found.graded)
    look = PICKED in st.session_state
    units = [(row.code, panels.unit_name(row.code, row.name, view)) for row in counts
             if row.code not in {"", "*"}]  # fmt: skip
    layers = sorted({hazard.layer for hazard in found.graded.hazards})
    with st.container(key="risk_body"):
        with st.container(key="risk_left"):
            coloured_map(source_map(desk, kept, counts, picked=one, look=look), key="risk_map")
            only = filters.subdistrict
            live_panel(panels.colour_counts(counts, view, only=only), key="risk_counts")
        with st.container(key="risk_middle"):
            live_panel(panels.filter_bar(filters, layers, units, view), key="risk_bar")
            total = len(found.graded.hazards)
            live_panel(panels.hazard_list(kept, total, key, view), key="risk_list")
        with st.container(key="risk_right"):
            if one is not None and key is not None:
                steps = override_steps(desk.store, key, scope=desk.scope, as_of=desk.as_of)
                card = panels.dossier_card(dossier(onemap, one), view, steps=steps)
                live_panel(card, key="risk_dossier")
                _by_hand(desk, one)


def _picked(found: Graded, kept: tuple[HazardGrade, ...]) -> HazardGrade | None:
    """Return the hazard in hand, the shade of the list where none is."""
    layer, _, record_id = str(st.session_state.get(PICKED, "")).partition("|")
    return found.of(layer, record_id) or (kept[0] if kept else None)


def _by_hand(desk: Desk, one: HazardGrade) -> None:
    """Draw the form of the override, for who may set one; a reason is required."""
    if not desk.may(OVERRIDE, "write"):
        return
    view, key = desk.view, f"{one.layer}|{one.id}"
    with st.form(f"risk_override_{key}", border=True):
        level = st.selectbox(
            view.text("Level set by hand"),
            (1, 2, 3, 4, 0),
            format_func=lambda n: panels.level_said(n, view),
        )
        why = st.text_input(
            view.text("Why (stands in the history for good)"), max_chars=500, key=f"why_{key}"
        )
        done = st.form_submit_button(view.text("Set by hand"))
        back = st.form_submit_button(view.text("As computed again"), disabled=one.override is None)
    if done or back:
        _write(desk, one, level if done else None, why)
        st.rerun()


def _write(desk: Desk, one: HazardGrade, level: int | None, why: str) -> None:
    author, hazard = desk.author(why), (one.layer, one.id)
    try:
        if level is None:
            withdraw_override(desk.store, author, hazard, scope=desk.scope)
        else:
            override_grade(desk.store, author, hazard, level, scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
        return
    hand.say_done(desk.view.text("Written: {name}", name=one.name or one.id))


def _check(found: Found, tab: str) -> None:
    desk, view = found.desk, found.desk.view
    onemap = desk.onemap
    if tab == "completeness":
        rows = _completeness(onemap, found.graded, found.key)
        panel = checks.completeness_table(rows, view)
    elif tab == "distances":
        panel = checks.distance_table(_distances(onemap, onemap.stamp), view)
    elif tab == "zone":
        panel = checks.siting_table(_sitings(onemap, onemap.stamp), view)
    elif tab == "domino":
        graph = _domino(onemap, found.graded, found.key)
        with st.container(key="risk_linked"):
            coloured_map(domino_map(desk, graph), key="risk_link_map")
            live_panel(checks.domino_groups(graph, view), key="risk_check")
        return
    else:
        _report(found)
        return
    live_panel(panel, key="risk_check")


def _report(found: Found) -> None:
    desk, view = found.desk, found.desk.view
    whole = by_subdistrict(desk.onemap, found.graded)[-1]
    live_panel(checks.report_card(whole, found.graded.hazards, view), key="risk_report")
    with st.container(horizontal=True, key="risk_files"):
        for public in (False, True):
            st.download_button(
                view.text("Download the public edition (HTML)")
                if public
                else view.text("Download the risk report (HTML)"),
                _written(desk.onemap, found.graded, found.key, view.words.language, public),
                report_name(desk, public=public),
                "text/html",
                type="secondary" if public else "primary",
            )


def report_name(desk: Desk, *, public: bool) -> str:
    """Return the file's name: edition, day of the registers, language; nothing a user wrote."""
    day = desk.onemap.as_of.isoformat() if desk.onemap.as_of else "undated"
    edition = "risk-report-public" if public else "risk-report"
    return f"{edition}-{day}-{desk.view.words.language}.html"


@st.cache_resource(max_entries=8, show_spinner=False)
def _written(_onemap: OneMap, _found: Graded, key: str, lang: str, public: bool) -> str:  # noqa: FBT001 - a part of the key
    del key
    return risk_report(_onemap, _found, Catalogue.load(lang), public=public)
