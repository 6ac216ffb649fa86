"""The report of page 规划: one press for each format, made when it is asked for."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from desks.onemap import OneMap
from desks.planning.variant_files import load_variant
from desks.planning.variants import Variant, places_with, service_in
from geodata.faults import UserError
from reports.coverage_report import coverage_paper
from reports.edition import Edition
from reports.gate import gate
from reports.gathering import Question, planned_of
from reports.geopackage import write_geopackage
from reports.paper import FORMATS, Audience, Format, Paper
from reports.pdf import write_pdf
from reports.plan_chapter import plan_of
from reports.web_map import write_web_map
from reports.word import write_word
from reports.workbook import write_workbook
from ui import session
from ui.live_panel import live_panel
from ui.panels.faults import fault_list
from ui.panels.planning_bar import plan_said
from ui.panels.planning_report import report_card

from .planning_desk import Answered, packs_asked
from .planning_mends import saved_plans

AUDIENCE = "planning_audience"
PLAN = "planning_report_of"
WRITERS: Mapping[Format, Callable[[Paper, Path], object]] = MappingProxyType(
    {
        "docx": write_word,
        "xlsx": write_workbook,
        "pdf": write_pdf,
        "gpkg": write_geopackage,
        "html": write_web_map,
    }
)
MIMES: Mapping[Format, str] = MappingProxyType(
    {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pdf": "application/pdf",
        "gpkg": "application/geopackage+sqlite3",
        "html": "text/html",
    }
)


def report_tool(shown: Answered) -> None:
    """Draw of what and for whom the report is, what it will hold, and a button for each format."""
    view, onemap = shown.desk.view, shown.desk.onemap
    card = st.container(key="pl_report_card")
    with st.container(horizontal=True, key="pl_files"):
        name = _plan_picked(shown)
        try:
            plan = plan_asked(onemap, name)
        except UserError as error:
            st.html(fault_list(view.text("This plan cannot be reported"), error.faults, view))
            return
        audience: Audience = "public" if st.session_state.get(AUDIENCE) else "internal"
        edition = Edition(view.words, audience, subdistricts=(shown.unit,) if shown.unit else ())
        _buttons(shown, _question(shown, plan), edition)
        st.checkbox(view.text("Public edition: small counts suppressed"), key=AUDIENCE)
    left_out = shown.asked.plan if shown.changes and name != shown.asked.plan else ""
    held = None if plan is None else (plan.name, service_in(plan))
    with card:
        told = report_card(
            shown.found, shown.unit, view, plan=held,
            left_out=plan_said(left_out, view) if left_out else "",
        )  # fmt: skip
        live_panel(told, key="pl_mends")


def _plan_picked(shown: Answered) -> str:
    """Draw the choice of what the report is of and return it: a saved plan's name, "" for today.

    Whoever looks at a saved plan is offered it first.
    """
    view, looked_at = shown.desk.view, shown.asked.plan
    offered = ["", *saved_plans(shown.desk, shown.asked)]
    key = f"{PLAN}_{shown.asked.service}_{looked_at}"
    if st.session_state.get(key, "") not in offered:
        del st.session_state[key]
    picked = st.selectbox(
        view.text("Report of"), offered, key=key, label_visibility="collapsed",
        index=offered.index(looked_at) if looked_at in offered else 0,
        format_func=lambda one: view.text("Plan: {name}", name=one) if one
        else view.text("the district as it is"),
    )  # fmt: skip
    return picked or ""


def plan_asked(onemap: OneMap, name: str) -> Variant | None:
    """Return the saved plan of that name after its changes were tried, ``None`` for today.

    Raises:
        UserError: where it is gone or damaged, or a change cannot be made any more.

    """
    if not name:
        return None
    plan = load_variant(onemap.folder, name)
    places_with(onemap, service_in(plan), plan.changes)
    return plan


def _question(shown: Answered, plan: Variant | None) -> Question:
    """Return what the report answers; a plan brings its own service, reach and share."""
    return Question(
        services=(shown.found.service,),
        share=shown.asked.share if plan is None else plan.share,
        packs=packs_asked(shown.asked),
        incident=session.incident(session.scene(), shown.desk.onemap.to_metres),
        plan=plan,
    )


def _buttons(shown: Answered, question: Question, edition: Edition) -> None:
    titles = {
        "docx": "Word", "xlsx": "Excel", "pdf": "PDF", "gpkg": "GeoPackage",
        "html": shown.desk.view.text("Web map"),
    }  # fmt: skip
    for kind in FORMATS:
        st.download_button(
            titles[kind],
            data=_making(shown.desk.onemap, question, edition, kind),
            file_name=report_name(shown, question, edition, kind),
            mime=MIMES[kind],
            on_click="ignore",
            key=f"pl_file_{kind}",
            type="primary" if kind == FORMATS[0] else "secondary",
        )


def report_name(shown: Answered, question: Question, edition: Edition, kind: Format) -> str:
    """Return the file's name: edition, day of the registers, language; nothing a user wrote."""
    onemap, plan = shown.desk.onemap, question.plan
    day = onemap.as_of.isoformat() if onemap.as_of else "undated"
    part = f"-{shown.unit}" if shown.unit.isalnum() else ""
    own = "" if plan is None else f"-plan-{plan_of(plan).sha256[:8]}"
    return f"coverage{own}{part}-{edition.audience}-{day}-{edition.words.language}.{kind}"


def _making(
    onemap: OneMap, question: Question, edition: Edition, kind: Format
) -> Callable[[], bytes]:
    return lambda: made_report(onemap, question, edition, kind)


def made_report(onemap: OneMap, question: Question, edition: Edition, kind: Format) -> bytes:
    """Return the report in that format, after the gate.

    Raises:
        UserError: as the desks and the writers do.

    """
    paper = gate(coverage_paper(onemap, planned_of(onemap, question), edition), onemap)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report.{kind}"
        WRITERS[kind](paper, path)
        return path.read_bytes()
