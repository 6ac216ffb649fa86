"""The record in hand: which it is, what is being done with it, and how a change is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st
from markupsafe import Markup

from desks.register.masking import masked
from desks.stock import CHINA
from geodata.faults import UserError
from geodata.store import Change, Feature
from geodata.store.editing import StaleEdit
from layers import LayerSpec
from ui.panels.faults import fault_lines

from .register_desk import Desk, name_of, spec_of

LAYER = "reg_layer"
PICKED = "reg_picked"
DOING = "reg_doing"
CLASH = "reg_clash"
SHOWN = "reg_unmasked"
SAID = "reg_said"
GO_TO = "reg_go_to"
PLACED = "reg_placed"
CAMPAIGN_OF = "reg_campaign_of"


@dataclass(frozen=True)
class Late:
    """An edit that came too late: the change, the record as it was seen, and as it now stands."""

    change: Change
    seen: Feature
    newer: Feature


def chosen(desk: Desk) -> LayerSpec:
    """Return the layer in hand: chosen, else of the address, else the first one."""
    asked = st.session_state.get(LAYER) or st.query_params.get("layer", "")
    return spec_of(str(asked), desk)


def said_line() -> None:
    """Say once what the last act led to."""
    said = st.session_state.pop(SAID, None)
    if said is not None:
        st.html(said)


def say_done(text: str) -> None:
    """Keep the sentence for the next drawing."""
    st.session_state[SAID] = Markup('<p class="said" role="status">✓ {}</p>').format(text)


def say_refused(desk: Desk, error: UserError) -> None:
    """Keep every fault for the next drawing."""
    st.session_state[SAID] = fault_lines(error.faults, desk.view)


def picked(desk: Desk, spec: LayerSpec) -> Feature | None:
    """Return the record in hand as it now stands, ``None`` where there is none."""
    key = st.session_state.get(PICKED)
    if not isinstance(key, str):
        return None
    return desk.store.find(spec.key, key, scope=desk.scope, as_of=desk.as_of)


def forget() -> None:
    """Put the record in hand down, and with it what was shown of it."""
    for key in (PICKED, DOING, CLASH, SHOWN, PLACED):
        st.session_state.pop(key, None)


def write(desk: Desk, change: Change, why: str, seen: Feature | None) -> bool:
    """Write the change; keep what refused it, or the clash, for the next drawing."""
    try:
        events = desk.store.edit(desk.author(why), [change], scope=desk.scope)
    except StaleEdit as error:
        newer = next((feature for feature in error.newer if feature.id == change.id), None)
        if newer is None or seen is None:
            say_refused(desk, error)
        else:
            st.session_state[CLASH] = Late(change, seen, newer)
        return False
    except UserError as error:
        say_refused(desk, error)
        return False
    st.session_state.pop(CLASH, None)
    if events:
        say_done(desk.view.text("Written: {name}", name=_named(change, seen)))
    else:
        say_done(desk.view.text("Nothing was different; nothing was written."))
    return True


def _named(change: Change, seen: Feature | None) -> str:
    return str(change.props.get("name") or (seen and name_of(seen)) or change.id)


def retry(desk: Desk) -> None:
    """Make the edit in hand once more, on the record as it now stands."""
    late = st.session_state.get(CLASH)
    if not isinstance(late, Late):
        return
    again = replace(late.change, base=late.newer.version)
    if write(desk, again, desk.view.text("written over a newer edit"), late.newer):
        st.session_state.pop(DOING, None)


def verify(desk: Desk, spec: LayerSpec) -> None:
    """Write that the record in hand was found right today."""
    feature = picked(desk, spec)
    if feature is None:
        return
    today = datetime.now(tz=UTC).astimezone(CHINA).date().isoformat()
    change = Change("set", spec.key, feature.id, feature.version, {"last_verified": today})
    write(desk, change, desk.view.text("verified"), feature)


def unmask(desk: Desk, spec: LayerSpec, column: str) -> None:
    """Log first, then show: what cannot be logged is not shown."""
    feature = picked(desk, spec)
    if feature is None or not desk.may(spec.key, "unmask"):
        return
    desk.store.note(desk.author(""), "unmask", {"column": column}, layer=spec.key, id=feature.id)
    st.session_state[SHOWN] = (*st.session_state.get(SHOWN, ()), (spec.key, feature.id, column))


def personal_of(
    desk: Desk, spec: LayerSpec, feature: Feature
) -> tuple[tuple[str, str, str, bool], ...]:
    """Return (key, title, text, masked) of each personal column, masked unless it was shown."""
    keys = st.session_state.get(SHOWN, ())
    shown = {column for *of, column in keys if of == [spec.key, feature.id]}
    clear = desk.personal(spec.key, feature.id)
    may = desk.may(spec.key, "unmask")
    lines = []
    for column in spec.personal_columns:
        there = column.key in feature.has_personal
        text = clear.get(column.key, "")
        if column.key not in shown:
            text = masked(column.key, text) if there else ""
        hidden = may and there and column.key not in shown
        lines.append((column.key, desk.title(column), text, hidden))
    return tuple(lines)


def unmasked(desk: Desk, spec: LayerSpec, feature: Feature) -> Mapping[str, str]:
    """Return the personal columns that this viewer has had shown of this record."""
    keys = st.session_state.get(SHOWN, ())
    shown = {column for *of, column in keys if of == [spec.key, feature.id]}
    if not shown:
        return {}
    return {key: text for key, text in desk.personal(spec.key, feature.id).items() if key in shown}
