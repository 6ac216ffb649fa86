"""Part of tab 地图: who answers at a place, from the district down to the enterprise."""

import streamlit as st

from desks.register.answering import LEVELS, Answer, answering
from desks.register.masking import Personal
from ui import access
from ui.live_panel import Act, live_panel
from ui.map.state import LonLat
from ui.panels.markup import Key
from ui.panels.register_answering import AnswerLine, answering_card

from . import register_hand as hand
from .register_desk import Desk


def draw_answering(desk: Desk, at: LonLat) -> None:
    """Draw who answers at the place; names are joined now and masked until they are asked for."""
    found = answering(desk.onemap, desk.onemap.to_metres(*at), on=desk.today)
    keys = [(one.layer, one.id) for one in found.answers if one.id]
    personal = access.personal(desk.onemap, keys)
    lines = [_line(desk, one, personal) for one in found.answers]
    where = " · ".join(filter(None, (found.subdistrict, found.community)))
    hand.said_line()
    notice = access.notice()
    card = answering_card(
        f"{at[0]:.6f}, {at[1]:.6f}",
        where or desk.view.text("in no subdistrict"),
        lines,
        desk.view.word(notice) if notice else "",
        desk.view,
    )
    live_panel(card, key="reg_answering")


def take_answering(desk: Desk, act: Act | None) -> None:
    """Take a name that was asked for, or that the answer is put down."""
    if act is None:
        return
    if act.verb == "close":
        st.session_state.pop(hand.DOING, None)
        st.session_state.pop(hand.PLACED, None)
    elif act.verb == "unmask" and desk.day is None:
        layer, _, record_id = act.value.partition("|")
        if layer in {spec.key for spec in desk.specs()}:
            access.ask(desk.onemap, (layer, record_id))


def _line(desk: Desk, one: Answer, personal: dict[Key, Personal]) -> AnswerLine:
    titles = {level: title for level, _, title in LEVELS}
    person = personal.get((one.layer, one.id))
    columns = person.columns if person else {}
    return AnswerLine(
        level=desk.view.word(titles[one.level]),
        unit=one.unit,
        post=one.post,
        name=columns.get(one.person, ""),
        phone=columns.get("phone", ""),
        missing=desk.view.word(one.missing) if one.missing else "",
        note=desk.view.word(one.note) if one.note else "",
        ask=f"{one.layer}|{one.id}"
        if person and person.masked and person.may_unmask and desk.day is None
        else "",
    )
