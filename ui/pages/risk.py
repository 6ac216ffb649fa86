"""Page 风险: which source of risk is the shade, why, and what is missing."""

from dataclasses import dataclass, replace

import shapely
import streamlit as st
from markupsafe import Markup

from desks.hazards.chemical import sitings
from desks.hazards.choosing import by_subdistrict, chosen
from desks.hazards.distances import distances
from desks.hazards.domino_graph import domino_graph
from desks.hazards.dossiers import completeness, dossier
from desks.hazards.grades import graded
from desks.hazards.overrides import OVERRIDE, override_grade, read_overrides, withdraw_override
from desks.hazards.parts import Distances, DominoGraph, Graded, HazardGrade, Override
from desks.hazards.report import risk_report
from desks.onemap import OneMap
from desks.register.search import fold
from geodata.faults import UserError
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels import risk_checks as checks
from ui.panels import risk_sources as panels
from ui.panels.acts import segments
from ui.panels.faults import fault_lines
from ui.panels.markup import Key, View
from ui.panels.risk_parts import Ground, Mark, shade, sketch
from ui.panels.risk_sources import Filters

from . import register_hand as hand
from .register_desk import Desk, open_desk

TAB = "risk_tab"
FILTERS = "risk_filters"
PICKED = "risk_picked"
SIMPLER_M = 20.0
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
    try:
        desk = open_desk(onemap)
    except UserError as error:
        st.html(fault_lines(error.faults, View(language.current())))
        return
    _page(desk)


@st.fragment
def _page(desk: Desk) -> None:
    for panel in ("risk_tabs", "risk_map", "risk_bar", "risk_list"):
        _take(pending_act(panel))
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
    elif act.verb in FIELDS:
        filters = state.get(FILTERS, Filters())
        state[FILTERS] = replace(filters, **{FIELDS[act.verb]: act.text[:60]})


@st.cache_resource(max_entries=4, show_spinner=False)
def _graded(_onemap: OneMap, _overrides: tuple[Override, ...], key: str) -> Graded:
    del key
    return graded(_onemap, _overrides)


@st.cache_resource(max_entries=4, show_spinner=False)
def _distances(_onemap: OneMap, stamp: str) -> Distances:
    del stamp
    return distances(_onemap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _domino(_onemap: OneMap, _found: Graded, key: str) -> DominoGraph:
    del key
    return domino_graph(_onemap, _found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _ground(_onemap: OneMap, stamp: str) -> Ground:
    del stamp
    return ground(_onemap)


def ground(onemap: OneMap) -> Ground:
    """Return the outlines of the subdistricts in metres, simplified to what a sketch can show."""
    held = onemap.records.get("subdistrict")
    if held is None:
        return Ground(onemap.extent_m, ())
    units = []
    for code, name, shape in zip(held.ids, held.names, onemap.shapes["subdistrict"], strict=True):
        if shape is None or shapely.is_empty(shape):
            continue
        simple = shapely.simplify(shape, SIMPLER_M)
        parts = [part for part in shapely.get_parts(simple) if part.geom_type == "Polygon"]
        rings = tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for part in parts
            for ring in (part.exterior, *part.interiors)
        )
        at = shape.representative_point()
        units.append((code, name, (float(at.x), float(at.y)), rings))
    return Ground(onemap.extent_m, tuple(units))


def _marks(found: tuple[HazardGrade, ...]) -> list[Mark]:
    return [Mark((h.layer, h.id), h.name or h.id, h.at, h.colour) for h in found if h.at]


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
    shades = {row.code: shade(row.by_colour) for row in counts}
    land = _ground(onemap, onemap.stamp)
    units = [(row.code, panels.unit_name(row.code, row.name, view)) for row in counts
             if row.code not in {"", "*"}]  # fmt: skip
    layers = sorted({hazard.layer for hazard in found.graded.hazards})
    with st.container(key="risk_body"):
        with st.container(key="risk_left"):
            live_panel(sketch(land, shades, _marks(kept), view, picked=key), key="risk_map")
            live_panel(panels.colour_counts(counts, view), key="risk_counts")
        with st.container(key="risk_middle"):
            live_panel(panels.filter_bar(filters, layers, units, view), key="risk_bar")
            total = len(found.graded.hazards)
            live_panel(panels.hazard_list(kept, total, key, view), key="risk_list")
        with st.container(key="risk_right"):
            if one is not None:
                live_panel(panels.dossier_card(dossier(onemap, one), view), key="risk_dossier")
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
        panel = checks.completeness_table(completeness(onemap, found.graded), view)
    elif tab == "distances":
        panel = checks.distance_table(_distances(onemap, onemap.stamp), view)
    elif tab == "zone":
        panel = checks.siting_table(sitings(onemap), view)
    elif tab == "domino":
        graph = _domino(onemap, found.graded, found.key)
        live_panel(_links(found, graph), key="risk_links")
        panel = checks.domino_groups(graph, view)
    else:
        _report(found)
        return
    live_panel(panel, key="risk_check")


def _links(found: Found, graph: DominoGraph) -> Markup:
    linked = {key for edge in graph.edges for key in (edge.cause, edge.hit)}
    at = {(node.layer, node.id): node.at for node in graph.nodes}
    marks = [Mark((n.layer, n.id), n.name or n.id, n.at, n.colour)
             for n in graph.nodes if (n.layer, n.id) in linked]  # fmt: skip
    ways = [(at[edge.cause], at[edge.hit]) for edge in graph.edges]
    onemap = found.desk.onemap
    return sketch(_ground(onemap, onemap.stamp), {}, marks, found.desk.view, ways=ways)


def _report(found: Found) -> None:
    view = found.desk.view
    st.download_button(
        view.text("Download the risk report (HTML)"),
        risk_report(found.desk.onemap, found.graded, view.words),
        "risk-report.html",
        "text/html",
        type="primary",
    )
