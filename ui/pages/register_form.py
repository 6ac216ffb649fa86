"""The form of a record: every column by its kind; only what was changed is written."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
import streamlit as st
from markupsafe import Markup

from desks.register.wording import worded
from geodata.faults import Fault, UserError
from geodata.store import KEEP, Change, Feature
from geodata.store.records import Keep, Value
from language import say
from layers import LayerSpec
from layers.spec import ColumnSpec
from ui import language

from . import register_hand as hand
from .register_desk import Desk, identity, name_of, point_of

OLDEST = date(1949, 1, 1)
LONGEST = 500
TALL = 40
"""Letters from which a text is written over several lines."""


def draw_form(desk: Desk, spec: LayerSpec, seen: Feature | None, doing: str) -> None:
    """Draw the form to add, edit or remove, and write what is submitted."""
    with st.container(key="reg_form"):
        st.html(_head(desk, spec, seen, doing))
        # Another version is another form: what was typed for an older one is not put on a newer.
        key = f"reg_form_{spec.key}_{seen.id if seen else ''}_{seen.version if seen else 0}_{doing}"
        with st.form(key, border=False):
            if doing == "remove":
                change = _removal(spec, seen)
            else:
                change = _fields(desk, spec, None if doing == "add" else seen, key)
            why = st.text_input(
                desk.view.text("Why (stands in the history for good)"),
                key=f"{key}_why", max_chars=LONGEST,
            )  # fmt: skip
            with st.container(horizontal=True):
                done = st.form_submit_button(_label(desk, doing), type="primary")
                left = st.form_submit_button(desk.view.text("Leave it"))
        if left:
            st.session_state.pop(hand.DOING, None)
            st.rerun()
        if done:
            _submit(desk, spec, change, (why, seen))


def _label(desk: Desk, doing: str) -> str:
    if doing == "remove":
        return desk.view.text("Remove it")
    return desk.view.text("Add it") if doing == "add" else desk.view.text("Save")


def _submit(
    desk: Desk, spec: LayerSpec, change: Change | None, told: tuple[str, Feature | None]
) -> None:
    """Write the change, or say which required columns are empty."""
    why, seen = told
    lacking = _lacking(desk, spec, change, seen)
    if change is None or lacking:
        hand.say_refused(desk, UserError(lacking))
    elif hand.write(desk, change, why, seen):
        st.session_state.pop(hand.DOING, None)
        st.session_state.pop(hand.PLACED, None)
        st.session_state[hand.PICKED] = change.id
    st.rerun()


def _lacking(
    desk: Desk, spec: LayerSpec, change: Change | None, seen: Feature | None
) -> list[Fault]:
    """Return a fault for each required column that would be empty."""
    if change is not None and change.operation == "remove":
        return []
    held = {**(seen.props if seen else {}), **(change.props if change else {})}
    if change is not None:
        held[identity(spec)] = change.id
    mend = say("Fill it in; it is marked with *.")
    return [
        Fault(spec.key, say("“{column}” is empty.", column=desk.title(column)), mend)
        for column in spec.public_columns
        if column.required and not held.get(column.key)
    ]


def _head(desk: Desk, spec: LayerSpec, seen: Feature | None, doing: str) -> Markup:
    title = language.title(spec, desk.view.words)
    if doing == "add" or seen is None:
        named, what = desk.view.text("New record"), title
    elif doing == "remove":
        named = desk.view.text("Remove {name}?", name=name_of(seen))
        what = desk.view.text("Its history stays; it can be added again.")
    else:
        named, what = name_of(seen), f"{title} · {seen.id}"
    return Markup('<div class="form-head"><b>{}</b><span class="mut">{}</span></div>').format(
        named, what
    )


def _removal(spec: LayerSpec, seen: Feature | None) -> Change | None:
    return Change("remove", spec.key, seen.id, seen.version) if seen else None


def _fields(desk: Desk, spec: LayerSpec, seen: Feature | None, key: str) -> Change | None:
    """Draw a field for each column and return the change they make, ``None`` without an id."""
    before = dict(seen.props) if seen else {}
    own = identity(spec)
    columns = [column for column in spec.public_columns if column.key != own]
    record_id = seen.id if seen else _text(desk, spec.column(own), "", key)
    after = {column.key: _field(desk, column, before.get(column.key), key) for column in columns}
    personal = _personal(desk, spec, seen, key)
    shape = _place(desk, spec, seen, key)
    if not record_id:
        return None
    props = {name: value for name, value in after.items() if value != before.get(name)}
    if seen is None:
        props = {name: value for name, value in props.items() if value is not None}
        placed = None if isinstance(shape, Keep) else shape
        return Change("add", spec.key, record_id, 0, props, placed, personal)
    return Change("set", spec.key, seen.id, seen.version, props, shape, personal)


def _field(desk: Desk, column: ColumnSpec, value: Value, key: str) -> Value:
    """Draw one column and return what stands in it, ``None`` for nothing."""
    title, place = _title(desk, column), f"{key}_{column.key}"
    if column.kind == "integer":
        return st.number_input(title, value=_whole(value), step=1, min_value=0, key=place)
    if column.kind == "number":
        return st.number_input(title, value=_number(value), min_value=0.0, format="%.6g", key=place)
    if column.kind == "date":
        return _day(title, value, place)
    if column.kind == "choice":
        return _choice(desk, column, value, place)
    if column.kind == "list":
        return _several(desk, column, value, place)
    return _text(desk, column, worded_text(value), key) or None


def _title(desk: Desk, column: ColumnSpec) -> str:
    return desk.title(column) + (" *" if column.required else "")


def worded_text(value: Value) -> str:
    """Return a text column as it stands in the form."""
    return value if isinstance(value, str) else worded(value) if value is not None else ""  # type: ignore[arg-type]


def _text(desk: Desk, column: ColumnSpec, value: str, key: str) -> str:
    title, place = _title(desk, column), f"{key}_{column.key}"
    if len(value) > TALL:
        return (st.text_area(title, value=value, max_chars=LONGEST, key=place) or "").strip()
    return (st.text_input(title, value=value, max_chars=LONGEST, key=place) or "").strip()


def _whole(value: Value) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _day(title: str, value: Value, place: str) -> str | None:
    """Return the day as ISO text; one that cannot be read is left as it is filed."""
    try:
        held = date.fromisoformat(str(value)) if value else None
    except ValueError:
        return st.text_input(title, value=str(value), key=place) or None
    low = min(OLDEST, held) if held else OLDEST
    day: Any = st.date_input(
        title, value=held, min_value=low, max_value=date(2199, 12, 31),
        format="YYYY-MM-DD", key=place,
    )  # fmt: skip
    return day.isoformat() if isinstance(day, date) else None


def _choice(desk: Desk, column: ColumnSpec, value: Value, place: str) -> str | None:
    """Return the choice; a value that is none of them stays choosable as it is filed."""
    held = str(value) if value else None
    options = [*column.choices, *([held] if held and held not in column.choices else [])]
    return st.selectbox(
        _title(desk, column), options,
        index=options.index(held) if held else None,
        format_func=lambda one: language.choice(column, one, desk.view.words),
        placeholder=desk.view.text("not on file"), key=place,
    )  # fmt: skip


def _several(desk: Desk, column: ColumnSpec, value: Value, place: str) -> list[str] | None:
    held = [] if value is None or isinstance(value, str | int | float) else [str(v) for v in value]
    options = list(dict.fromkeys([*column.choices, *held]))
    found = st.multiselect(
        _title(desk, column), options, default=held,
        format_func=lambda one: language.choice(column, one, desk.view.words),
        accept_new_options=not column.choices,
        placeholder=desk.view.text("not on file"), key=place,
    )  # fmt: skip
    return list(found) or None


def _personal(desk: Desk, spec: LayerSpec, seen: Feature | None, key: str) -> Mapping[str, str]:
    """Return the personal columns that were written; a masked one left blank stays as it is."""
    shown = hand.unmasked(desk, spec, seen) if seen else {}
    made = {}
    for column in spec.personal_columns:
        hidden = seen is not None and column.key in seen.has_personal and column.key not in shown
        typed = st.text_input(
            desk.title(column), value=shown.get(column.key, ""), max_chars=LONGEST,
            placeholder=desk.view.text("hidden; left blank it stays") if hidden else "",
            key=f"{key}_{column.key}",
        ).strip()  # fmt: skip
        if typed != shown.get(column.key, "") and not (hidden and not typed):
            made[column.key] = typed
    return made


def _place(
    desk: Desk, spec: LayerSpec, seen: Feature | None, key: str
) -> shapely.Geometry | Keep | None:
    """Return the point that was written, ``KEEP`` where it is as it was."""
    if spec.geometry != "point":
        return KEEP
    at = point_of(seen) if seen else st.session_state.get(hand.PLACED)
    lon, lat = st.columns(2)
    east = lon.number_input(
        desk.view.text("Longitude (WGS 84)"), value=at[0] if at else None,
        min_value=-180.0, max_value=180.0, format="%.6f", key=f"{key}_lon",
    )  # fmt: skip
    north = lat.number_input(
        desk.view.text("Latitude (WGS 84)"), value=at[1] if at else None,
        min_value=-90.0, max_value=90.0, format="%.6f", key=f"{key}_lat",
    )  # fmt: skip
    given = None if east is None or north is None else (float(east), float(north))
    if seen is not None and given == at:
        return KEEP
    return shapely.Point(*given) if given else None
