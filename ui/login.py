"""The door: who is let in, and where this program may be served at all.

On one laptop nobody logs in and the server listens to that laptop alone. Served to others it needs
a certificate and a login by OpenID Connect (``.streamlit/secrets.toml``), else it shows no page.
"""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from desks.register.masking import LOCAL
from desks.register.roles import Viewer
from geodata.faults import Fault
from language import Catalogue, Sentence, say
from ui import session
from ui.panels.door import door, refusal
from ui.panels.markup import View

AT_THE_MACHINE = Viewer("", "administrator", subject=LOCAL)
"""Whoever sits before a laptop without login: its files are open to them anyway."""

SHIFT_S = 12 * 3600
"""A login lasts a shift; Streamlit's own cookie would last 30 days."""

LONGEST_S = 24 * 3600
"""Nobody is sent to the door in the middle of an incident, for at most a day."""


def admitted(words: Catalogue) -> bool:
    """Return whether the page may be drawn for this session; else draw why not, or the door."""
    refused = refusals(
        address=str(st.get_option("server.address") or ""),
        certified=bool(st.get_option("server.sslCertFile")),
        login=configured(),
    )
    if refused:
        st.html(refusal(refused, View(words)))
        return False
    if not configured():
        return True
    said = unfit(dict(st.user), now=datetime.now(tz=UTC), busy=session.scene().at is not None)
    if said is None:
        return True
    _door(said, words, known=bool(st.user.is_logged_in))
    return False


def configured() -> bool:
    """Return whether people log in here: only then Streamlit knows of being logged in."""
    return "is_logged_in" in st.user


def subject() -> str:
    """Return the e-mail address of who is logged in."""
    return str(st.user.get("email") or "")


def refusals(*, address: str, certified: bool, login: bool) -> tuple[Fault, ...]:
    """Return why the program may not be served on this address; nothing where it may."""
    if is_local(address):
        return ()
    faults = []
    if not certified:
        problem = say("There is no certificate: whoever listens on the network reads along.")
        mend = say("Make one with: make certificate HOST={address}", address=address or "…")
        faults.append(Fault("TLS", problem, mend))
    if not login:
        problem = say("There is no login: whoever finds the address would be let in.")
        mend = say("Write the login into .streamlit/secrets.toml, see docs/access.md.")
        faults.append(Fault("OIDC", problem, mend))
    return tuple(faults)


def is_local(address: str) -> bool:
    """Return whether only this machine reaches a server that listens on the address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def unfit(told: Mapping[str, object], *, now: datetime, busy: bool) -> Sentence | None:
    """Return why who the provider told of is not let in, ``None`` where they are.

    ``busy`` is whether an incident is before them.
    """
    if told.get("is_logged_in") is not True:
        return say("Log in to see the map.")
    if not told.get("email") or told.get("email_verified") is False:
        return say("The login gives no e-mail address that is verified. Ask who keeps the login.")
    issued = told.get("iat")
    if not isinstance(issued, int | float):
        return say("The login does not say when it was given. Ask who keeps the login.")
    age_s = now.timestamp() - issued
    if age_s > (LONGEST_S if busy else SHIFT_S):
        return say("Your login is older than a shift of {hours} hours.", hours=SHIFT_S // 3600)
    return None


def leave(words: Catalogue) -> None:
    """Draw the way out, where somebody came in by a login."""
    if configured():
        with st.container(key="sw_leave"):
            st.button(words.text("Log out"), key="log_out", on_click=st.logout)


def _door(said: Sentence, words: Catalogue, *, known: bool) -> None:
    with st.container(key="sw_door"):
        st.html(door(said, View(words)))
        st.button(words.text("Log in"), key="log_in", type="primary", on_click=st.login)
        if known:
            st.button(words.text("Log out"), key="log_out", on_click=st.logout)
