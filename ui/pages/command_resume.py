"""What a reloaded page goes on with: the case in its address, else the place, else calm."""

import streamlit as st
from markupsafe import Markup

from desks.command.log_time import line_time
from desks.command.wind import last_wind
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from ui import session
from ui.panels.faults import fault_list
from ui.panels.markup import View

from .command_book import open_journal, reading
from .following import follow

LONGEST = 60
"""Signs of a case that are shown: an address may hold anything."""


def resume(onemap: OneMap, words: Catalogue) -> bool:
    """Return whether the page may be drawn: a new session first takes what its address names.

    A case that cannot be read is waited for: an exercise must not come back as real, and the calm
    map would take the case out of the address.
    """
    if session.SCENE in st.session_state:
        return True
    case = str(st.query_params.get("case", ""))
    try:
        taken = bool(case) and _take(onemap, case, words)
    except UserError as error:
        _wait(onemap, case, error, words)
        return False
    asked = session.asked_in_address(st.query_params.get("at"))
    if not taken and asked is not None:
        session.set_incident(asked)
    return True


def _take(onemap: OneMap, case: str, words: Catalogue) -> bool:
    """Return whether the case is open and was taken."""
    read = reading(open_journal(onemap, words), case)
    taken = read.incident
    if taken is None or taken.closed is not None or not taken.at_deg:
        return False
    now = line_time(read.entries, session.now())
    session.take_case(taken, last_wind(read.entries, now))
    return True


def _wait(onemap: OneMap, case: str, error: UserError, words: Catalogue) -> None:
    """Say why the case is not shown, and go on by itself once it can be read, or by hand."""
    view = View(words)
    title = view.text("The case {case} cannot be read just now", case=case[:LONGEST])
    st.html(Markup('<main class="card">{}</main>').format(fault_list(title, error.faults, view)))
    if st.button(view.text("Go on without the case")):
        session.close_incident()
        st.rerun()
    follow(lambda: _is_readable(onemap, case, words), drawn=False)


def _is_readable(onemap: OneMap, case: str, words: Catalogue) -> bool:
    try:
        reading(open_journal(onemap, words), case)
    except UserError:
        return False
    return True
