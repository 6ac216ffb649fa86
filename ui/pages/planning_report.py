"""The report of page 规划: one press for each format, made when it is asked for."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from desks.onemap import OneMap
from reports.coverage_report import coverage_paper
from reports.edition import Edition
from reports.gate import gate
from reports.gathering import Question, planned_of
from reports.geopackage import write_geopackage
from reports.paper import FORMATS, Audience, Format, Paper
from reports.pdf import write_pdf
from reports.web_map import write_web_map
from reports.word import write_word
from reports.workbook import write_workbook
from ui import session
from ui.live_panel import live_panel
from ui.panels.planning_bar import plan_said
from ui.panels.planning_report import report_card

from .planning_desk import Answered, packs_asked

AUDIENCE = "planning_audience"
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
    """Draw what the report will hold, for whom it is, and a button for each format."""
    view, onemap = shown.desk.view, shown.desk.onemap
    plan = plan_said(shown.asked.plan, view) if shown.changes else ""
    live_panel(report_card(shown.found, shown.unit, view, plan=plan), key="pl_mends")
    audience: Audience = "public" if st.session_state.get(AUDIENCE) else "internal"
    edition = Edition(view.words, audience, subdistricts=(shown.unit,) if shown.unit else ())
    question = Question(
        services=(shown.found.service,), share=shown.asked.share, packs=packs_asked(shown.asked),
        incident=session.incident(session.scene(), onemap.to_metres),
    )  # fmt: skip
    titles = {
        "docx": "Word", "xlsx": "Excel", "pdf": "PDF", "gpkg": "GeoPackage",
        "html": view.text("Web map"),
    }  # fmt: skip
    with st.container(horizontal=True, key="pl_files"):
        for kind in FORMATS:
            st.download_button(
                titles[kind],
                data=_making(onemap, question, edition, kind),
                file_name=report_name(shown, edition, kind),
                mime=MIMES[kind],
                on_click="ignore",
                key=f"pl_file_{kind}",
                type="primary" if kind == FORMATS[0] else "secondary",
            )
        st.checkbox(view.text("Public edition: small counts suppressed"), key=AUDIENCE)


def report_name(shown: Answered, edition: Edition, kind: Format) -> str:
    """Return the file's name: edition, day of the registers, language; nothing a user wrote."""
    onemap = shown.desk.onemap
    day = onemap.as_of.isoformat() if onemap.as_of else "undated"
    part = f"-{shown.unit}" if shown.unit.isalnum() else ""
    return f"coverage{part}-{edition.audience}-{day}-{edition.words.language}.{kind}"


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
