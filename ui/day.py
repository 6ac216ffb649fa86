"""The day whose register every page shows: the present, or as it was at the end of a past day."""

from datetime import date, datetime

import streamlit as st

from desks.onemap import OneMap, load_onemap
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Catalogue, say
from ui.panels.day import day_chip
from ui.panels.markup import View

from . import district

ASKED = "as_of"
"""The name in the address: ``?as_of=2026-06-30``."""

KEPT = "as_of_kept"


def today() -> date:
    """Return the day on the district's clock."""
    return datetime.now(tz=CHINA).date()


def asked() -> date | None:
    """Return the past day that this viewer asked for, ``None`` for the present.

    It stands in the address, and is kept from page to page until one goes back to today.

    Raises:
        UserError: where the address names no day, or one that has not come.

    """
    told = st.query_params.get(ASKED) or st.session_state.get(KEPT, "")
    if not told:
        return None
    day = read_day(str(told))
    if day == today():
        back()
        return None
    show(day)
    return day


def read_day(text: str) -> date:
    """Return the day as it is written, at the latest today.

    Raises:
        UserError: where it is none, or has not come.

    """
    mend = say("Ask for a day such as {day}.", day=today().isoformat())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fault = Fault("", say("“{text}” is no day.", text=text[:40]), mend, value=text[:40])
        raise UserError([fault]) from None
    if day > today():
        problem = say("{day} has not come yet.", day=day.isoformat())
        raise UserError([Fault("", problem, mend, value=text)])
    return day


def show(day: date) -> None:
    """Have every page show the registers as they were at the end of that day."""
    st.session_state[KEPT] = st.query_params[ASKED] = day.isoformat()


def back() -> None:
    """Have every page show the present again."""
    st.session_state.pop(KEPT, None)
    st.query_params.pop(ASKED, None)


def on_day(present: OneMap, day: date | None, words: Catalogue, *, officials: bool) -> OneMap:
    """Return the district as it was at the end of the day, ``present`` itself without one.

    Roads and layers that did not change since are those of ``present``; two days are kept.

    Raises:
        UserError: where the register had not begun on that day.

    """
    if day is None:
        return present
    with st.spinner(words.text("Opening the district…")):
        return _loaded(present, str(present.folder), present.stamp, day, officials)


@st.cache_resource(max_entries=2, show_spinner=False)
def _loaded(_present: OneMap, folder: str, stamp: str, day: date, officials: bool) -> OneMap:  # noqa: FBT001 - a part of the key
    del folder, stamp
    past = load_onemap(_present.folder, as_of=day, officials=officials, previous=_present)
    district.settle()
    return past


def chip(day: date, words: Catalogue) -> None:
    """Draw the frame and the chip that say which day is shown, and the way back."""
    with st.container(key="sw_day"):
        st.html(day_chip(day.isoformat(), View(words)))
        st.button(words.text("Back to today"), key="sw_day_back", on_click=back)


def way_back(words: Catalogue) -> None:
    """Draw the way back below the faults of a day that cannot be shown."""
    if st.query_params.get(ASKED) or KEPT in st.session_state:
        with st.container(key="sw_day_lost"):
            st.button(words.text("Back to today"), key="sw_day_back", on_click=back)
