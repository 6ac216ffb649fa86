"""The journal as one viewer may use it: who writes, what they may, and what it held last."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from desks.command import journal
from desks.onemap import OneMap
from desks.register.masking import LOCAL
from desks.register.roles import Viewer, allowed, areas_of, scope_of
from geodata.faults import UserError
from geodata.store import Author, Scope, Store
from language import Catalogue, Sentence, say
from ui import access, language

READ = "journal_read"
SAID = "journal_said"
WHY = "incident"


@dataclass(frozen=True)
class Journal:
    """The journal as this viewer may use it."""

    onemap: OneMap
    store: Store
    viewer: Viewer
    words: Catalogue

    @property
    def author(self) -> Author:
        """Return who writes."""
        return Author(self.viewer.subject or LOCAL, WHY)

    @property
    def scope(self) -> Scope:
        """Return what the viewer may write."""
        return scope_of(self.viewer, areas_of(self.onemap))

    @property
    def why_not(self) -> str:
        """Return why this viewer writes nothing, "" where they may."""
        if allowed(self.viewer, journal.ENTRY, "write"):
            return ""
        return self.words.text("Your role may read the log, not write it.")


@dataclass(frozen=True)
class Reading:
    """What the journal held at a mark; read anew only when the mark changes."""

    mark: str
    case: str
    incident: journal.OpenIncident | None
    entries: tuple[journal.Entry, ...]


def open_journal(onemap: OneMap, words: Catalogue) -> Journal:
    """Return the journal of the district's register.

    Raises:
        UserError: where the register does not answer.

    """
    store = access.register(onemap)
    return Journal(onemap, store, access.viewer(store), words)


def reading(book: Journal, case: str) -> Reading:
    """Return the log of the case, read again only when anything was written since."""
    mark = journal.board_mark(book.store)
    kept = st.session_state.get(READ)
    if isinstance(kept, Reading) and (kept.mark, kept.case) == (mark, case):
        return kept
    found = journal.board(book.store, closed=True) if case else ()
    incident = next((one for one in found if one.id == case), None)
    entries = journal.read_log(book.store, case) if incident else ()
    made = Reading(mark, case, incident, entries)
    st.session_state[READ] = made
    return made


def written(write: Callable[[], object]) -> bool:
    """Return whether it was written; why it could not be is kept for the next drawing."""
    try:
        write()
    except UserError as error:
        st.session_state[SAID] = first(error)
        return False
    return True


def first(error: UserError) -> Sentence:
    """Return in one sentence why nothing was entered."""
    words = language.current()
    told = " ".join(words.word(fault.problem) for fault in error.faults)
    return say("Not entered: {told}", told=told)
