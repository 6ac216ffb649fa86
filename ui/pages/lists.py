"""Page 一览: each register as a table, how many lie where, and every row on the map."""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from markupsafe import Markup

from desks import register
from desks.onemap import OneMap
from language import Catalogue
from layers import LayerSpec, layer
from ui import access, feed, language, records, session
from ui.map import Events, MapState, MapView, district_feed, live_map
from ui.map.component import pending_events
from ui.panels.counts import Breakdown, Counts, breakdown_line, counts_table, lacking, step
from ui.panels.markup import View, joined

MAP = "lists_map"
LAYER = "lists_layer"
FILTER = "lists_filter"
TABLE = "lists_table"
PICKED = "lists_picked"
TURNS = "lists_turns"
LEAVE = "leave_for_command"
SUBDISTRICT = "subdistrict"
MARKERS = 100
HIDDEN = frozenset({"source"})


@dataclass(frozen=True)
class Register:
    """One register as this page draws it."""

    spec: LayerSpec
    table: pd.DataFrame
    counts: Counts
    breakdowns: tuple[Breakdown, ...]


def lists(onemap: OneMap) -> None:
    """Draw the page: the feed once, and all that a choice changes in one fragment."""
    district_feed(feed.district(onemap, language.current()))
    _fragment(onemap)


@st.fragment
def _fragment(onemap: OneMap) -> None:
    words = language.current()
    view = View(words)
    _take(onemap, pending_events(MAP))
    key = _chosen(onemap)
    with st.container(key="sw_lists"):
        with st.container(key="sw_picker"):
            _picker(onemap, key, words)
        with st.container(key="sw_register"):
            text = st.text_input(
                words.text("Filter"),
                key=FILTER,
                max_chars=60,
                placeholder=words.text("Name, pinyin, initials or any cell"),
                label_visibility="collapsed",
            )
            shown = opened(onemap, key, text, words)
            st.html(_head(onemap, shown, view))
            said = access.notice()
            if said is not None:
                st.html(Markup('<p class="empty">▲ {}</p>').format(words.word(said)))
            _table(onemap, shown, words)
        with st.container(key="sw_counts"):
            with st.container(key="sw_lists_map"):
                live_map(_map_state(onemap, shown, view), key=MAP)
            st.html(counts_table(shown.counts, view))


def opened(onemap: OneMap, key: str, text: str, words: Catalogue) -> Register:
    """Return the register of that layer, its rows filtered, its counts always of the whole."""
    spec = layer(key)
    return Register(
        spec,
        register.rows(onemap, key, text=text),
        _counts(onemap, key),
        _breakdowns(onemap, spec, words),
    )


def _counts(onemap: OneMap, key: str) -> Counts:
    found = register.counts_by_subdistrict(onemap, key)
    units = onemap.records.get(SUBDISTRICT)
    names = dict(zip(units.ids, units.names, strict=True)) if units else {}
    return Counts(
        tuple((code, names.get(code, code), count) for code, count in found.by_code.items()),
        found.outside,
        found.without_position,
        found.total,
    )


def _breakdowns(onemap: OneMap, spec: LayerSpec, words: Catalogue) -> tuple[Breakdown, ...]:
    """Return the counts by each choice of the layer, values in the declared order."""
    held = onemap.records[spec.key].columns
    made = []
    for column in spec.columns:
        if column.kind != "choice" or column.key not in held:
            continue
        found = register.counts_by_choice(onemap, spec.key, column.key)
        values = [*(c for c in column.choices if c in found), *found]
        parts = tuple((value, found[value]) for value in dict.fromkeys(values))
        made.append(Breakdown(language.title(column, words), parts))
    return tuple(made)


def _chosen(onemap: OneMap) -> str:
    asked = st.session_state.get(LAYER) or st.query_params.get("layer", "")
    return str(asked) if asked in onemap.records else next(iter(onemap.records))


def _picker(onemap: OneMap, chosen: str, words: Catalogue) -> None:
    """Draw the layers by question, each a button with its icon (by the style sheet) and count."""
    for purpose, question in feed.questions(words):
        specs = onemap.layers_for(purpose)
        if not specs:
            continue
        st.html(Markup('<div class="question">{}</div>').format(question))
        for spec in specs:
            count = len(onemap.records[spec.key].ids)
            st.button(
                f"{language.title(spec, words)} :gray[{count:,}]",
                key=f"layer_{spec.key}",
                type="primary" if spec.key == chosen else "secondary",
                on_click=_choose,
                args=(spec.key,),
                width="stretch",
            )


def _choose(key: str) -> None:
    st.session_state[LAYER] = key
    st.session_state[FILTER] = ""
    st.session_state.pop(PICKED, None)


def _head(onemap: OneMap, shown: Register, view: View) -> Markup:
    missing = register.lacking(onemap, shown.spec.key)
    found = ""
    if len(shown.table) != shown.counts.total:
        found = view.text("{count:,} of them shown", count=len(shown.table))
    titles = {
        "position": view.text("without position"),
        "phone": view.text("without phone"),
        "contact": view.text("without contact"),
    }
    return Markup(
        '<div class="register-head"><h2>{}<span class="n">{}</span></h2>{}{}</div>'
    ).format(
        view.layer(shown.spec),
        " · ".join(filter(None, (view.text("{count:,} rows", count=shown.counts.total), found))),
        breakdown_line(shown.breakdowns, view),
        joined(lacking(titles[what], names) for what, names in missing.items()),
    )


def _table(onemap: OneMap, shown: Register, words: Catalogue) -> None:
    if shown.table.empty:
        sentence = words.text("No row holds this text. Shorten it, or choose another register.")
        st.html(Markup('<p class="empty">{}</p>').format(sentence))
        return
    ids = tuple(str(row) for row in shown.table.index)
    key = f"{TABLE}_{shown.spec.key}"
    st.dataframe(
        drawn_table(onemap, shown, words),
        key=key,
        hide_index=True,
        height="stretch",
        on_select=partial(_take_row, onemap, key, shown.spec, ids),
        selection_mode="single-cell",
    )


def _take_row(onemap: OneMap, widget: str, spec: LayerSpec, ids: tuple[str, ...]) -> None:
    """Keep the record whose cell was chosen; rows are numbered as the table was drawn.

    A press on a cell that is masked asks for what is in it.
    """
    cells = st.session_state[widget]["selection"]["cells"]
    if not cells:
        return
    row, title = cells[0]
    key = (spec.key, ids[row])
    st.session_state[PICKED] = key
    st.session_state[TURNS] = st.session_state.get(TURNS, 0) + 1
    words = language.current()
    if title in {language.column_title(column, words) for column in spec.personal_columns}:
        access.ask(onemap, key)


def _take(onemap: OneMap, events: Events) -> None:
    """Take what the map said: a record picked, or an incident at one, which is page 指挥's."""
    if events.unmask is not None:
        access.ask(onemap, events.unmask)
    if events.picked is not None:
        st.session_state[PICKED] = events.picked
    click = events.click
    if click is not None and click.way in {"marker", "search"}:
        session.set_incident((click.lon, click.lat), label=click.label, seq=click.seq)
        st.session_state[LEAVE] = True
        st.rerun(scope="app")


def _map_state(onemap: OneMap, shown: Register, view: View) -> MapState:
    """Return the map: the register's layer alone, shaded by subdistrict, the picked row open."""
    most = max((count for _, _, count in shown.counts.units), default=0)
    few = shown.counts.total <= MARKERS
    switches = {key: few and key == shown.spec.key for key in onemap.records}
    picked = st.session_state.get(PICKED)
    return MapState(
        switches=switches,
        choropleth={code: (step(n, most), f"{n:,}") for code, _, n in shown.counts.units},
        choropleth_layer=SUBDISTRICT,
        detail=records.detail(onemap, picked, view) if picked else None,
        view=_look_at(onemap, picked) if picked else None,
    )


def _look_at(onemap: OneMap, picked: tuple[str, str]) -> MapView | None:
    try:
        found = register.record(onemap, *picked)
    except KeyError:
        return None
    if found.at_deg is None:
        return None
    token = f"{st.session_state.get(TURNS, 0)}-{picked[0]}-{picked[1]}"
    return MapView(token, *found.at_deg, zoom=16)


def drawn_table(onemap: OneMap, shown: Register, words: Catalogue) -> pd.DataFrame:
    """Return the rows under their titles, with whom to call joined for this viewer."""
    spec = shown.spec
    ids = [str(row) for row in shown.table.index]
    personal = access.personal(onemap, [(spec.key, row) for row in ids])
    made = {}
    for column in spec.columns:
        title = language.column_title(column, words)
        if column.personal:
            told = [personal.get((spec.key, row)) for row in ids]
            made[title] = [who.columns.get(column.key, "") if who else "" for who in told]
        elif column.key in shown.table.columns and column.key not in HIDDEN:
            made[title] = [
                language.choice(column, cell, words) if isinstance(cell, str) else cell
                for cell in shown.table[column.key].tolist()
            ]
    return pd.DataFrame(made, index=shown.table.index)
