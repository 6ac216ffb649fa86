"""Tab 表格: the rows of a register, and beside them a record, its form, its story or a clash."""

import streamlit as st
from markupsafe import Markup

from desks.register.wording import is_stale
from geodata.store import Feature
from layers import LayerSpec
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.register_history import Clash, clash_card, story
from ui.panels.register_table import PAGE, RecordCard, TablePage, record_card, table

from . import register_hand as hand
from .register_desk import (
    Desk,
    as_text,
    identity,
    index,
    name_of,
    point_of,
    shown_columns,
    spec_of,
    value_of,
)
from .register_form import draw_form
from .register_history import chapters

TEXT = "reg_text"
FIRST = "reg_first"


def draw_table(desk: Desk) -> None:
    """Draw the tab; what was done in it is taken before anything is drawn."""
    take_table(desk, pending_act("reg_table"))
    take_record(desk, pending_act("reg_record"))
    spec = hand.chosen(desk)
    with st.container(key="reg_body"):
        with st.container(key="reg_main"):
            live_panel(_table(desk, spec), key="reg_table")
        with st.container(key="reg_side"):
            draw_side(desk, spec)


def draw_side(desk: Desk, spec: LayerSpec) -> None:
    """Draw what belongs to the record in hand: a clash, the form, the story, or the record."""
    hand.said_line()
    late = st.session_state.get(hand.CLASH)
    doing = st.session_state.get(hand.DOING, "")
    if isinstance(late, hand.Late):
        live_panel(_clash(desk, spec, late), key="reg_record")
        return
    feature = hand.picked(desk, spec)
    writing = desk.may(spec.key, "write")
    if writing and (doing == "add" or (feature is not None and doing in {"edit", "remove"})):
        draw_form(desk, spec, feature, doing)
    elif feature is not None and doing == "history":
        told = chapters(desk, spec, feature.id)
        live_panel(story(name_of(feature), told, desk.view, back=True), key="reg_record")
    elif feature is not None:
        drawn = record_card(card(desk, spec, feature), desk.doing(spec.key), desk.view)
        live_panel(drawn, key="reg_record")


def take_table(desk: Desk, act: Act | None) -> None:
    """Take what was done in the table."""
    state = st.session_state
    if act is None:
        return
    if act.verb == "layer":
        hand.forget()
        state[hand.LAYER], state[TEXT], state[FIRST] = act.text, "", 0
        st.query_params["layer"] = spec_of(act.text, desk).key
    elif act.verb == "search":
        state[TEXT], state[FIRST] = act.text, 0
    elif act.verb == "page" and act.value.isdecimal():
        state[FIRST] = int(act.value)
    elif act.verb == "pick":
        hand.forget()
        state[hand.PICKED] = act.value
    elif act.verb == "add":
        hand.forget()
        state[hand.DOING] = "add"


def take_record(desk: Desk, act: Act | None) -> None:
    """Take what was done with the record in hand."""
    if act is None:
        return
    state, spec = st.session_state, hand.chosen(desk)
    if act.verb == "close":
        hand.forget()
    elif act.verb in {"edit", "history", "remove"}:
        state[hand.DOING] = act.verb
    elif act.verb == "back":
        state.pop(hand.DOING, None)
    elif act.verb == "move":
        state[hand.DOING] = "move"
        state[hand.GO_TO] = "map"
        st.rerun()
    elif act.verb == "verify":
        hand.verify(desk, spec)
    elif act.verb == "unmask":
        hand.unmask(desk, spec, act.value)
    elif act.verb == "drop":
        state.pop(hand.CLASH, None)
    elif act.verb == "retry":
        hand.retry(desk)


def _table(desk: Desk, spec: LayerSpec) -> Markup:
    state = st.session_state
    text, held = str(state.get(TEXT, "")), index(desk, spec.key)
    rows = held.rows(text)
    first = min(int(state.get(FIRST, 0)), max(len(rows) - 1, 0) // PAGE * PAGE)
    columns = shown_columns(spec)
    shown = rows[first : first + PAGE]
    page = TablePage(
        layer=spec.key,
        titles=tuple(desk.title(column) for column in columns),
        rows=tuple(
            (f.id, tuple(desk.cell(c, value_of(spec, f, c.key)) for c in columns)) for f in shown
        ),
        notes=tuple(_note(desk, spec, feature) for feature in shown),
        numbers=frozenset(n for n, c in enumerate(columns) if c.kind in {"integer", "number"}),
        first=first,
        found=len(rows),
        total=len(held.features),
        text=text,
        picked=str(state.get(hand.PICKED, "")),
    )
    layers = [(one.key, language.title(one, desk.view.words)) for one in desk.specs()]
    return table(page, layers, desk.doing(spec.key), desk.view)


def _note(desk: Desk, spec: LayerSpec, feature: Feature) -> str:
    """Return in a word the worst gap of a row, "" where none is seen."""
    if feature.shape is None:
        return desk.view.text("without position")
    personal = {column.key for column in spec.personal_columns}
    if "phone" in personal and "phone" not in feature.has_personal:
        return desk.view.text("no phone")
    return ""


def card(desk: Desk, spec: LayerSpec, feature: Feature) -> RecordCard:
    """Return the record as its card draws it; personal columns masked unless they were shown."""
    apart = {identity(spec), "name", "last_verified"}
    columns = [column for column in spec.public_columns if column.key not in apart]
    verified = as_text(feature.props.get("last_verified"))
    at = point_of(feature)
    return RecordCard(
        layer=spec.key,
        layer_title=language.title(spec, desk.view.words),
        id=feature.id,
        name=name_of(feature),
        version=feature.version,
        facts=tuple((desk.title(c), desk.cell(c, feature.props.get(c.key))) for c in columns),
        personal=hand.personal_of(desk, spec, feature),
        place=f"{at[0]:.6f}, {at[1]:.6f}" if at else "",
        verified=verified,
        stale=is_stale(verified, desk.onemap.as_of),
        head=feature.head,
    )


def _clash(desk: Desk, spec: LayerSpec, late: hand.Late) -> Markup:
    """Return the columns that either side touched, as seen, as wanted and as they stand."""
    wanted, seen, newer = late.change.props, late.seen.props, late.newer.props
    columns = [
        Clash(
            desk.title(c),
            desk.cell(c, seen.get(c.key)),
            desk.cell(c, wanted.get(c.key, seen.get(c.key))),
            desk.cell(c, newer.get(c.key)),
        )
        for c in spec.public_columns
        if c.key in wanted or seen.get(c.key) != newer.get(c.key)
    ]
    events = desk.store.history(spec.key, late.newer.id, scope=desk.scope)
    who = events[-1].who if events else ""
    return clash_card(name_of(late.newer), who, columns, desk.view)
