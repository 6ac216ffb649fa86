"""Every drill of the folder that runs goes on while this page is open, not only the one shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from desks.exercise import running
from desks.exercise.opened import opened_path
from geodata.faults import UserError
from ui.panels.markup import View, duration, joined

from . import fields
from .desk import Desk, read_entries
from .knowing import Known

QUIET, TROUBLE = "control_quiet", "control_trouble"


@dataclass(frozen=True)
class Other:
    """A drill that runs beside the one shown; ``since_ms`` as ``Known.clock_from_ms``.

    ``ran_ms`` is how long one had run that is paused; ``trouble`` is what its last tick could not
    do, "" where it did all.
    """

    number: str
    since_ms: int | None
    ran_ms: int
    trouble: str = ""


def go_on(desk: Desk) -> None:
    """Let what is due happen in every drill of the folder that runs, and keep what could not."""
    quiet: set[str] = st.session_state.setdefault(QUIET, set())
    for number in desk.control.drills:
        shown = number == desk.number
        if (number in quiet and not shown) or not opened_path(desk.control, number).is_file():
            continue
        kept = _tick(Desk(desk.control, number, desk.view))
        quiet.discard(number)
        if not kept:
            quiet.add(number)


def _tick(desk: Desk) -> bool:
    """Return whether the drill is to be looked at again: it runs, or something was not done."""
    trouble: dict[str, str] = st.session_state.setdefault(TROUBLE, {})
    try:
        known = Known(desk.number, read_entries(desk))
        if known.course.phase == "opened" or known.course.frozen:
            return known.course.phase == "opened"
        # once it is over too: an abort or a last answer may still be on its way
        beat = running.beat(desk.control, desk.number, desk.now(), who=desk.who)
        faults, on = beat.faults, known.running
    except UserError as error:
        faults, on = tuple(error.faults), True
    trouble[desk.number] = desk.view.word(faults[0].problem) if faults else ""
    return on or bool(faults)


def trouble_of(number: str) -> str:
    """Return what the last tick of a drill could not do, "" where it did all."""
    return str(st.session_state.get(TROUBLE, {}).get(number, ""))


def others(desk: Desk) -> tuple[Other, ...]:
    """Return the drills that run, or cannot be read, beside the one that the page shows."""
    quiet = st.session_state.get(QUIET, set())
    found = []
    for number in desk.control.drills:
        if number in (desk.number, *quiet) or not opened_path(desk.control, number).is_file():
            continue
        trouble = trouble_of(number)
        try:
            known = Known(number, read_entries(Desk(desk.control, number, desk.view)))
            on = known.running
            since_ms = known.clock_from_ms
            ran_ms = known.ran_ms(known.entries[-1].at) or 0 if known.paused else 0
        except UserError as error:
            on, since_ms, ran_ms = False, None, 0
            trouble = desk.view.word(error.faults[0].problem)
        if on or trouble:
            found.append(Other(number, since_ms, ran_ms, trouble))
    return tuple(found)


def others_line(found: Sequence[Other], view: View) -> Markup:
    """Return the line of drills that run beside the one shown, nothing where there is none."""
    if not found:
        return Markup("")
    return Markup(
        '<div class="said ec-others" role="status"><b>{}</b>{}<small>{}</small></div>'
    ).format(
        view.text("Running too"),
        joined(_other(one, view) for one in found),
        view.text("their injects go out from here as well"),
    )


def _other(one: Other, view: View) -> Markup:
    look = fields.button("drill", one.number, value=one.number, kind="small")
    since = Markup('T+<span data-from="{}"></span>').format(one.since_ms)
    if one.since_ms is None:
        since = Markup("{} T+{}").format(view.text("Paused"), duration(one.ran_ms // 1000))
    if one.trouble:
        since = Markup('<span class="bad">✕ {}</span>').format(one.trouble)
    return Markup("<span>{} {}</span>").format(look, since)


def trouble_line(told: str, view: View) -> Markup:
    """Return what the shown drill could not do at its last tick, nothing where it did all."""
    if not told:
        return Markup("")
    return Markup('<div class="said bad" role="alert"><b>{}</b> {}</div>').format(
        view.text("It is tried again each second:"), told
    )
