"""What a hand did on control's page, done: each act asks the desk, and what came of it is said.

Passphrases and keys are read from what was sent, used, and gone with the run.
"""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from desks.exercise import participants, running
from desks.exercise.compose import compose
from desks.exercise.drafts import read_draft, require_composable, write_draft
from desks.exercise.folder import KEY_FILE
from desks.exercise.keys import unlocked
from desks.exercise.officers import read_officers
from desks.exercise.opening import open_drill
from desks.exercise.sealing import seal
from geodata.faults import Fault, UserError
from language import say
from reports.signing import read_key
from ui.panels.faults import fault_list

from . import dicing, directing, duties, ending, holding, inspecting, teaching
from .board import Sent
from .coming import Done, done, lacking, warned
from .desk import CHOSEN, Desk, district_map, require_calm, wall
from .evaluating import hand_page, take_files
from .knowing import ROOMS, STAGES, listed
from .papers import after_draw, paper
from .wishing import wish_of

LOOK, DRILL = "control_look", "drill"
"""The step or room looked at; DRILL stands for the step at which the drill is."""

REAL = "真实警情"
"""Why a drill is broken off, as the log and every paper say it."""


def do(desk: Desk, sent: Sent | None) -> Done:
    """Return what came of the act; what the desk refuses is said with its mend."""
    if sent is None:
        return Done()
    act = ACTS.get(sent.verb)
    if act is None:
        return Done()
    try:
        return act(desk, sent)
    except UserError as error:
        return Done(fault_list(desk.view.text("Not done"), error.faults, desk.view))


def _look(_: Desk, sent: Sent) -> Done:
    if sent.value in (*STAGES, *ROOMS):
        st.session_state[LOOK] = sent.value
    elif sent.value == DRILL:
        st.session_state.pop(LOOK, None)
    return Done()


def _drill(desk: Desk, sent: Sent) -> Done:
    if sent.value in (*desk.control.drills, ""):
        st.session_state[CHOSEN] = sent.value
        st.session_state.pop(LOOK, None)
    return Done()


def on_with(number: str | None = None) -> None:
    """Show the step at which the drill stands now."""
    st.session_state.pop(LOOK, None)
    if number is not None:
        st.session_state[CHOSEN] = number


def _compose(desk: Desk, sent: Sent) -> Done:
    wish = wish_of(sent, desk.view.words.language)
    now, control = wall(), desk.control
    require_composable(control, wish.drill)
    require_calm(desk)
    onemap = district_map(control)
    pool = compose(onemap, wish, seed=secrets.randbits(256), now=now)
    write_draft(control, wish.drill, pool, who=desk.who)
    on_with(wish.drill)
    return done(desk.view, say("Composed and locked: {count} scenarios. Seal them now.",
                               count=len(pool.scenarios)))  # fmt: skip


def _seal(desk: Desk, sent: Sent) -> Done:
    control = desk.control
    key = read_key(control.folder / KEY_FILE, sent.secret("passphrase"))
    pool = read_draft(control, desk.number)
    seal(control, pool, read_officers(control), key, at=wall(), log=desk.log)
    on_with()
    st.session_state[LOOK] = "seal"
    return done(desk.view, say("Sealed. Print the page now, one copy for each side."))


def _commit(desk: Desk, sent: Sent) -> Done:
    draw = participants.commit(desk.log, sent.one("name"), sent.one("commit").lower(), at=wall())
    return done(desk.view, say("{count} have committed.", count=len(draw.commits)))


def _reveal(desk: Desk, sent: Sent) -> Done:
    nonce, value = sent.one("nonce").lower(), sent.secret("value")
    draw = participants.reveal(desk.log, sent.value, nonce, value, at=wall())
    if draw.order:
        return after_draw(desk, say("All have revealed: the draw is made. Two keys open it."))
    return done(desk.view, say("{count} have yet to reveal.", count=len(draw.missing)))


def _void(desk: Desk, _: Sent) -> Done:
    names = participants.void(desk.log, desk.who, at=wall())
    on_with()
    return done(
        desk.view, say("The draw is void: {names} did not reveal.", names=listed(names, desk.view))
    )


def _open(desk: Desk, sent: Sent) -> Done:
    identities, faults = [], []
    for number in (1, 2):
        handed = sent.file(f"key{number}")
        if handed is None:
            mend = say("Choose the file on the officer's stick.")
            faults.append(Fault(f"key {number}", say("A key file is missing."), mend))
            continue
        try:
            secret = sent.secret(f"passphrase{number}")
            identities.append(unlocked(handed.data, secret, Path(handed.name)))
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)
    early = bool(sent.one("early"))
    onemap = district_map(desk.control)
    opened = open_drill(desk.control, desk.number, identities, onemap, at=wall(), early=early)
    on_with()
    return done(desk.view, say("Opened: no. {number}. Begin when all are at their places.",
                               number=opened.number))  # fmt: skip


def _start(desk: Desk, _: Sent) -> Done:
    return _told(desk, running.start(desk.control, desk.number, desk.now(), who=desk.who))


def _pause(desk: Desk, _: Sent) -> Done:
    return _told(desk, running.pause(desk.control, desk.number, desk.now(), who=desk.who))


def _resume(desk: Desk, _: Sent) -> Done:
    return _told(desk, running.resume(desk.control, desk.number, desk.now(), who=desk.who))


def _abort(desk: Desk, _: Sent) -> Done:
    return _told(desk, running.abort(desk.control, desk.number, REAL, desk.now(), who=desk.who))


def _end(desk: Desk, _: Sent) -> Done:
    return _told(desk, running.end(desk.control, desk.number, desk.now(), who=desk.who))


def _release(desk: Desk, sent: Sent) -> Done:
    return _told(
        desk, running.release_now(desk.control, desk.number, sent.value, desk.now(), who=desk.who)
    )


def _add(desk: Desk, sent: Sent) -> Done:
    told = (sent.one("text"), sent.one("to"))
    return _told(
        desk, running.add_inject(desk.control, desk.number, told, desk.now(), who=desk.who)
    )


def _told(desk: Desk, beat: running.Beat) -> Done:
    """Return what must be said of an act of a running drill; what went well shows by itself."""
    on_with()
    view = desk.view
    return Done(Markup("{}{}").format(lacking(view, *beat.faults), warned(view, *beat.said)))


Act = Callable[[Desk, Sent], Done]
ACTS: Mapping[str, Act] = {
    "look": _look, "director": directing.keep, "drill": _drill, "compose": _compose,
    "seal": _seal, "commit": _commit,
    "reveal": _reveal, "throw": dicing.throw, "void": _void, "open": _open,
    "start": _start, "pause": _pause, "resume": _resume, "abort": _abort, "end": _end,
    "release": _release, "add": _add, "hand_out": hand_page, "hand_in": take_files,
    "freeze": ending.freeze_drill,
    "package": ending.hand_package, "find": ending.find, "dismiss": ending.dismiss,
    "close": ending.close, "assign": ending.assign, "paper": paper,
    "archive": ending.archive_drill, "make_key": holding.make_key, "enrol": holding.enrol_key,
    "teach": teaching.teach, "accept_model": teaching.decide, "refuse_model": teaching.decide,
    "due": duties.choose, "announce": inspecting.announce, "draw_bodies": inspecting.draw,
    "inspection_file": inspecting.hand_out,
}  # fmt: skip
