"""What a reloaded page goes on with: the case in its address, else the place, else calm."""

import streamlit as st

from desks.command.wind import last_wind
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from ui import session

from .command_book import open_journal, reading


def resume(onemap: OneMap, words: Catalogue) -> None:
    """Keep for a new session what its address names: an exercise must not come back as real."""
    if session.SCENE in st.session_state:
        return
    if _case(onemap, str(st.query_params.get("case", "")), words):
        return
    asked = session.asked_in_address(st.query_params.get("at"))
    if asked is not None:
        session.set_incident(asked)


def _case(onemap: OneMap, case: str, words: Catalogue) -> bool:
    """Return whether the case is open and was taken; without a register the place must do."""
    if not case:
        return False
    try:
        read = reading(open_journal(onemap, words), case)
    except UserError:
        return False
    taken = read.incident
    if taken is None or taken.closed is not None or not taken.at_deg:
        return False
    session.take_case(taken, last_wind(read.entries, session.now()))
    return True
