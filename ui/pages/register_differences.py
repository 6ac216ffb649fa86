"""Part of tab 历史: what changed between two days, in words and by layer and subdistrict."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st
from markupsafe import Markup

from desks.parts import end_of
from desks.register.difference_document import difference_document, difference_lines
from desks.register.differences import Difference, LayerDifference, difference
from desks.stock import CHINA
from geodata.store import Scope, Store
from layers import layer as layer_spec
from ui import day, language
from ui.live_panel import live_panel
from ui.panels.markup import View
from ui.panels.register_differences import DifferenceRow, difference_table, difference_words

from .register_desk import Desk

SINCE = "reg_since"
UNTIL = "reg_until"
LINES = 400
SPAN = timedelta(days=30)


def draw_differences(desk: Desk) -> None:
    """Draw the two days, the table of what changed between them, and beside it the words."""
    found = None
    with st.container(key="reg_main"):
        since, until = _days(desk)
        if since <= until:
            with st.spinner(desk.view.text("Comparing the two days…")):
                found = between(desk, since, until)
            live_panel(difference_table(rows(found, desk.view), desk.view), key="reg_differences")
        else:
            said = desk.view.text("The first day is later than the second.")
            st.html(Markup('<p class="bad">✕ {}</p>').format(said))
    with st.container(key="reg_side"):
        if found is None:
            return
        lines = tuple(difference_lines(found, desk.view.words))
        live_panel(difference_words(lines[:LINES], len(lines) - LINES, desk.view),
                   key="reg_difference_words")  # fmt: skip
        st.download_button(
            desk.view.text("Difference as a file"),
            lambda: json.dumps(difference_document(found), ensure_ascii=False, indent=1),
            file_name=f"difference-{since}-{until}.json", key="reg_difference_file",
            on_click="ignore",
        )  # fmt: skip


def _days(desk: Desk) -> tuple[date, date]:
    """Return the two days as they are chosen: by default the register's last month."""
    text, last = desk.view.text, desk.today
    first = begun(desk.store)
    start = max(first, min(last - SPAN, last))
    with st.container(key="reg_days", horizontal=True):
        since = st.date_input(text("From the end of"), start, min_value=first, max_value=last,
                              key=SINCE, format="YYYY-MM-DD")  # fmt: skip
        until = st.date_input(text("to the end of"), last, min_value=first, max_value=last,
                              key=UNTIL, format="YYYY-MM-DD")  # fmt: skip
    return since, until


def begun(store: Store) -> date:
    """Return the day on which the register begins, today where it is empty."""
    first = next(iter(store.events()), None)
    return day.today() if first is None else first.known_at.astimezone(CHINA).date()


def between(desk: Desk, since: date, until: date) -> Difference:
    """Return the difference, worked out once for all who may see the same rows."""
    seen = desk.viewer
    rights = (seen.role, seen.subdistrict, seen.layers, seen.on_duty)
    key = (str(desk.store.place), desk.store.head().hash, rights)
    return _between(desk.store, desk.scope, desk.onemap.crs, (since, until), key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _between(
    _store: Store, _scope: Scope, crs: str, days: tuple[date, date], key: tuple[object, ...]
) -> Difference:
    del key
    return difference(_store, end_of(days[0]), end_of(days[1]), crs=crs, scope=_scope)


def rows(found: Difference, view: View) -> tuple[DifferenceRow, ...]:
    """Return a row for each subdistrict of each layer in which anything changed."""
    return tuple(row for part in found.layers for row in _rows(part, view))


def _rows(part: LayerDifference, view: View) -> Sequence[DifferenceRow]:
    if not part.rows:
        return ()
    key, _, child_key = part.layer.partition(".")
    spec = layer_spec(key)
    child = next((one for one in spec.children if one.key == child_key), None)
    title = language.title(spec, view.words)
    title = f"{title} · {language.title(child, view.words)}" if child else title
    where = {
        "outside": view.text("outside every subdistrict"),
        "unplaced": view.text("without a position"),
    }
    return [
        DifferenceRow(
            key, title, where.get(c.cell.where) or c.name or c.cell.code,
            (c.before, c.added, c.removed, c.moved_in, c.moved_out, c.changed, c.after),
        )
        for c in part.counts
        if any((c.added, c.removed, c.moved_in, c.moved_out, c.changed))
    ]  # fmt: skip
