"""Who sits before this screen, what they may see of whom to call, and what they asked to see."""

from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from desks.folder import REGISTER
from desks.onemap import OneMap
from desks.register import accounts
from desks.register.masking import Key, Personal, may_unmask, personal_for, unmask
from desks.register.opening import open_register
from desks.register.roles import Viewer, reach
from geodata.faults import UserError
from geodata.store import Store
from language import Sentence, say
from ui.panels.markup import Contact

from . import language, login, session

UNMASKED = "unmasked"
"""The records whose numbers this session asked for, one by one."""

OPENED = "unmasked_incident"
NOTICE = "unmask_notice"
WRITING = "unmask_writing"
ASKED = "asked on the screen"
IN_INCIDENT = "all numbers of the incident at {at}"


@dataclass(frozen=True)
class Opened:
    """That every number of the incident is shown, and the records given to the chain so far."""

    noted: frozenset[Key] = frozenset()


def register(onemap: OneMap) -> Store:
    """Return the district's register, opened once for all viewers.

    Raises:
        UserError: where it is damaged or cannot be reached.

    """
    return register_in(onemap.folder)


def register_in(folder: Path) -> Store:
    """Return the register of the district in the folder, opened once for all viewers.

    Raises:
        UserError: where it is damaged or cannot be written.

    """
    return _opened(str(folder), _identity(folder / REGISTER))


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda store: store.close())
def _opened(folder: str, identity: tuple[int, int]) -> Store:
    del identity
    return open_register(Path(folder))


def _identity(path: Path) -> tuple[int, int]:
    """Return which file it is: a district that is built anew has another of the same name."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def viewer(store: Store) -> Viewer:
    """Return who sits before this screen: the account logged in, else whoever is at the machine."""
    if not login.configured():
        return login.AT_THE_MACHINE
    return accounts.viewer_of(store, login.subject())


def viewer_in(folder: Path) -> Viewer:
    """Return who sits before this screen; the register is asked only where there is a login."""
    if not login.configured():
        return login.AT_THE_MACHINE
    return viewer(register_in(folder))


def personal(onemap: OneMap, keys: Collection[Key]) -> dict[Key, Personal]:
    """Return the personal columns of these records as this session may have them now.

    Where the register does not answer there are none and the page says so: a brief stands on what
    is loaded already, and is not lost with the numbers.
    """
    opened = _opened_now()
    asked = _asked() if opened is None else keys
    try:
        store = register(onemap)
        found = personal_for(store, onemap, viewer(store), keys, unmasked=asked)
    except UserError as error:
        st.session_state[NOTICE] = say(
            "The register does not give the numbers: {told}", told=_told(error)
        )
        return {}
    if opened is None:
        return found
    _for_incident(onemap, opened, frozenset(k for k, who in found.items() if not who.masked))
    return found


def contacts(onemap: OneMap, keys: Collection[Key]) -> dict[Key, Contact]:
    """Return whom to call at each of these records, read now, for this session alone."""
    return {
        key: Contact(
            found.columns.get("contact", ""),
            found.columns.get("phone", ""),
            masked=found.masked,
            may_unmask=found.may_unmask,
        )
        for key, found in personal(onemap, keys).items()
    }


def ask(onemap: OneMap, key: Key) -> None:
    """Show the record's numbers in this session; the chain says so first.

    Where it cannot, they are shown in an incident only.
    """
    who = viewer_in(onemap.folder)
    try:
        shown, _ = unmask(register(onemap), onemap, who, [key], ASKED)
    except UserError as error:
        st.session_state[NOTICE] = _unlogged(error)
        lives = session.scene().at is not None and may_unmask(onemap, who, key)
        shown = frozenset({key} if lives else ())
    st.session_state[UNMASKED] = _asked() | shown


def open_incident() -> None:
    """Show every number that the briefs of this incident draw, until it is closed."""
    if session.scene().at is not None:
        st.session_state[OPENED] = Opened()


def is_open() -> bool:
    """Return whether every number of the incident is shown."""
    return _opened_now() is not None


def may_open(onemap: OneMap) -> bool:
    """Return whether the viewer may call whoever comes to an incident."""
    who = viewer_in(onemap.folder)
    return any(reach(who, spec.key, "unmask") == "all" for spec in onemap.layers_for("responder"))


def notice() -> Sentence | None:
    """Return why the last unmasking is not in the chain, once; ``None`` where it is."""
    writing = st.session_state.get(WRITING)
    if isinstance(writing, Future) and writing.done():
        del st.session_state[WRITING]
        error = writing.exception()
        if isinstance(error, UserError):
            return _unlogged(error)
        writing.result()
    said = st.session_state.pop(NOTICE, None)
    return said if isinstance(said, Sentence) else None


def _for_incident(onemap: OneMap, opened: Opened, keys: frozenset[Key]) -> None:
    """Have the records that are newly shown written into the chain, while the page goes on.

    A writer may wait for another one; nobody who runs an incident waits for either.
    """
    fresh = keys - opened.noted
    if not fresh:
        return
    who, store = viewer_in(onemap.folder), register(onemap)
    why = IN_INCIDENT.format(at=session.scene().at)
    st.session_state[WRITING] = _clerk().submit(unmask, store, onemap, who, fresh, why)
    st.session_state[OPENED] = Opened(opened.noted | fresh)


@st.cache_resource(show_spinner=False)
def _clerk() -> ThreadPoolExecutor:
    """Return the one hand that writes what nobody waits for; what it holds is written at exit."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="unmask")


def _opened_now() -> Opened | None:
    """Return what the open incident shows; a closed one ends it."""
    opened = st.session_state.get(OPENED)
    if not isinstance(opened, Opened):
        return None
    if session.scene().at is None:
        del st.session_state[OPENED]
        return None
    return opened


def _unlogged(error: UserError) -> Sentence:
    return say("The unmasking could not be written into the log: {told}", told=_told(error))


def _told(error: UserError) -> str:
    return " ".join(language.current().word(fault.problem) for fault in error.faults)


def _asked() -> frozenset[Key]:
    kept = st.session_state.get(UNMASKED)
    return kept if isinstance(kept, frozenset) else frozenset()
