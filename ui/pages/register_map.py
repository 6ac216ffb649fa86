"""Tab 地图: a register on the map; pick a record, click its new place, add one by a click."""

import math

import shapely
import streamlit as st
from markupsafe import Markup

from geodata.store import Change, Feature
from layers import LayerSpec
from ui import district, language
from ui.live_panel import Act, live_panel, pending_act
from ui.map.editing import EditEvents, EditState, Held, Points, edit_map, pending_edit
from ui.map.state import LonLat
from ui.panels.markup import distance
from ui.panels.register_map import MapBar, map_bar

from . import register_hand as hand
from .register_answering import draw_answering, take_answering
from .register_desk import Desk, Index, extent, index, name_of, point_of, spec_of
from .register_table import draw_side, take_record

MAP = "reg_map"
ASK = "ask_at"
"""What is being done while the next click on the map asks who answers there."""

NEW = "add_at"
"""What is being done while the next click on the map says where a new record stands."""


def draw_map(desk: Desk) -> None:
    """Draw the tab; what was done on the map or beside it is taken before anything is drawn."""
    _take_bar(desk, pending_act("reg_map_bar"))
    take_record(desk, pending_act("reg_record"))
    take_answering(desk, pending_act("reg_answering"))
    spec = hand.chosen(desk)
    held = index(desk, spec.key)
    _take_map(desk, spec, held, pending_edit(MAP))
    feature = hand.picked(desk, spec)
    with st.container(key="reg_body"):
        with st.container(key="reg_main"):
            live_panel(_bar(desk, spec, held, feature), key="reg_map_bar")
            edit_map(_state(desk, spec, held, feature), key=MAP)
        with st.container(key="reg_side"):
            asked = st.session_state.get(hand.PLACED)
            if _moving() and feature is not None:
                _moved(desk, spec, feature)
            elif st.session_state.get(hand.DOING) == ASK and asked is not None:
                draw_answering(desk, asked)
            else:
                draw_side(desk, spec)


def _moving() -> bool:
    return bool(st.session_state.get(hand.DOING) == "move")


def _take_map(desk: Desk, spec: LayerSpec, held: Index, events: EditEvents) -> None:
    """Take a record that was picked or a place that was given; an old map's rows do not count."""
    state = st.session_state
    same_map = events.stamp == held.points.sent["stamp"]
    if events.row is not None and same_map and events.row < len(held.placed):
        hand.forget()
        state[hand.PICKED] = held.placed[events.row].id
    if events.placed is None:
        return
    if _moving() or state.get(hand.DOING) == ASK:
        state[hand.PLACED] = events.placed
    elif state.get(hand.DOING) == NEW and desk.may(spec.key, "write"):
        state[hand.PLACED], state[hand.DOING] = events.placed, "add"


def _take_bar(desk: Desk, act: Act | None) -> None:
    if act is None:
        return
    state = st.session_state
    if act.verb == "layer":
        hand.forget()
        state[hand.LAYER] = act.text
        st.query_params["layer"] = spec_of(act.text, desk).key
    elif act.verb in {"add", "ask"}:
        hand.forget()
        state[hand.DOING] = NEW if act.verb == "add" else ASK
    elif act.verb == "stop":
        state.pop(hand.DOING, None)
        state.pop(hand.PLACED, None)


def _bar(desk: Desk, spec: LayerSpec, held: Index, feature: Feature | None) -> Markup:
    doing = st.session_state.get(hand.DOING)
    layers = tuple((one.key, language.title(one, desk.view.words)) for one in desk.specs())
    hint = ""
    if doing == "move" and feature is not None:
        hint = desk.view.text("Click the new place of {name}, or drag it.", name=name_of(feature))
    elif doing == NEW:
        hint = desk.view.text("Click where the new record stands.")
    elif doing == ASK:
        hint = desk.view.text("Click a place to see who answers there.")
    bar = MapBar(spec.key, layers, len(held.placed), len(held.features) - len(held.placed), hint)
    can_add = desk.may(spec.key, "write") and spec.geometry == "point"
    return map_bar(bar, desk.view, add=can_add)


def _state(desk: Desk, spec: LayerSpec, held: Index, feature: Feature | None) -> EditState:
    doing, given = st.session_state.get(hand.DOING), st.session_state.get(hand.PLACED)
    before = point_of(feature) if feature else None
    at = given or before
    mark, look = None, None
    if at is not None:
        asked = doing == ASK
        new = desk.view.text("Who answers here") if asked else desk.view.text("New record")
        name = name_of(feature) if feature else new
        mark = Held(at[0], at[1], name, before if given else None)
    if feature is not None and before is not None:
        look = (f"{spec.key}-{feature.id}", before)
    return EditState(
        bounds=extent(desk.onemap),
        points=held.points if held.placed else Points(spec.key, spec.purpose),
        labels=labels(desk),
        basemap=district.basemap_address(desk.onemap),
        held=mark,
        placing=doing in {"move", NEW, ASK} or (doing == "add" and given is not None),
        look=look,
    )


def labels(desk: Desk) -> dict[str, str | list[str]]:
    """Return what the map's own parts are called."""
    text = desk.view.text
    return {
        "map": text("Map of the register. Arrows move, plus and minus zoom, Enter sets the place."),
        "tools": [text("Zoom in"), text("Zoom out"), text("Whole")],
        "failed": text("The map's files are missing; run “make run” once more on this machine."),
    }


def _moved(desk: Desk, spec: LayerSpec, feature: Feature) -> None:
    """Draw what a move would write, and write it when it is confirmed."""
    before, after = point_of(feature), st.session_state.get(hand.PLACED)
    hand.said_line()
    with st.container(key="reg_form"):
        st.html(
            Markup('<div class="form-head"><b>{}</b><span class="mut">{}</span></div>').format(
                desk.view.text("Move {name}", name=name_of(feature)), feature.id
            )
        )
        st.html(_way(desk, before, after))
        why = st.text_input(
            desk.view.text("Why (stands in the history for good)"), key="reg_move_why"
        )
        with st.container(horizontal=True):
            done = st.button(
                desk.view.text("Save the new place"), type="primary", disabled=after is None
            )
            left = st.button(desk.view.text("Leave it"))
    if done and after is not None:
        change = Change("set", spec.key, feature.id, feature.version, {}, shapely.Point(*after))
        hand.write(desk, change, why, feature)
    if done or left:
        st.session_state.pop(hand.DOING, None)
        st.session_state.pop(hand.PLACED, None)
        st.rerun()


def _way(desk: Desk, before: LonLat | None, after: LonLat | None) -> Markup:
    """Return the way of a move in words: from, to and how far."""
    if after is None:
        return Markup("<p>{}</p>").format(desk.view.text("No new place is given yet."))
    to = f"{after[0]:.6f}, {after[1]:.6f}"
    if before is None:
        return Markup("<p>{}</p>").format(desk.view.text("Place: {to}", to=to))
    far = math.dist(desk.onemap.to_metres(*before), desk.onemap.to_metres(*after))
    return Markup("<p>{}<br><b>{}</b></p>").format(
        desk.view.text("From {before} to {to}", before=f"{before[0]:.6f}, {before[1]:.6f}", to=to),
        desk.view.text("Moved by {distance}", distance=distance(far)),
    )
