"""Who is let in, where the program may be served, and that a stranger sees the door alone."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from language import Catalogue
from ui import login

OpenApp = Callable[[Path], AppTest]
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HOUR_S = 3600
KNOWN: Mapping[str, object] = {
    "is_logged_in": True,
    "email": "chief@example.test",
    "email_verified": True,
    "iat": NOW.timestamp() - HOUR_S,
}


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - it is judged, not bound
        ("::", False),
        ("", False),
        ("192.168.1.20", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("unix:///tmp/socket", False),
    ],
)
def test_what_only_this_machine_reaches(address: str, local: bool) -> None:  # noqa: FBT001
    assert login.is_local(address) is local


@pytest.mark.parametrize("login_there", [True, False])
@pytest.mark.parametrize("certified", [True, False])
@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.20", ""])
def test_others_are_served_with_certificate_and_login_only(
    address: str,
    certified: bool,  # noqa: FBT001
    login_there: bool,  # noqa: FBT001
) -> None:
    refused = login.refusals(address=address, certified=certified, login=login_there)
    lacking = set() if certified else {"TLS"}
    lacking |= set() if login_there else {"OIDC"}
    assert {fault.file for fault in refused} == (set() if address == "127.0.0.1" else lacking)


def _without(*keys: str, **changed: object) -> Mapping[str, object]:
    return {**{key: value for key, value in KNOWN.items() if key not in keys}, **changed}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (KNOWN, None),
        (_without("email_verified"), None),
        ({}, "Log in"),
        (_without(is_logged_in=False), "Log in"),
        (_without(is_logged_in="True"), "Log in"),
        (_without("email"), "no e-mail"),
        (_without(email=""), "no e-mail"),
        (_without(email_verified=False), "no e-mail"),
        (_without("iat"), "does not say when"),
        (_without(iat="now"), "does not say when"),
        (_without(iat=NOW.timestamp() - 12 * HOUR_S), None),
        (_without(iat=NOW.timestamp() - 12 * HOUR_S - 1), "older than a shift of 12"),
    ],
)
def test_who_is_let_in(told: Mapping[str, object], said: str | None) -> None:
    found = login.unfit(told, now=NOW, busy=False)
    assert (found is None) is (said is None)
    if said is not None:
        assert said in str(found)


def test_nobody_is_sent_to_the_door_in_an_incident_for_a_day() -> None:
    evening = _without(iat=NOW.timestamp() - 23 * HOUR_S)
    assert login.unfit(evening, now=NOW, busy=True) is None
    assert login.unfit(evening, now=NOW, busy=False) is not None
    assert login.unfit(_without(iat=NOW.timestamp() - 25 * HOUR_S), now=NOW, busy=True)


@pytest.fixture
def served_on() -> Iterator[Callable[[str], None]]:
    """Return a way to say on which address the server listens, put back afterwards."""
    before = config.get_option("server.address")
    yield lambda address: config.set_option("server.address", address)
    config.set_option("server.address", before)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.20"])  # noqa: S104 - it is refused
def test_a_laptop_served_to_all_shows_a_sentence_and_nothing_else(
    town: Path,
    open_app: OpenApp,
    served_on: Callable[[str], None],
    address: str,
    language: str,
) -> None:
    app = open_app(town)
    served_on(address)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    text = "\n".join(element.proto.body for element in app.get("html"))
    words = Catalogue.load(language)
    assert words.text("Nothing is shown to others on this network") in text
    assert "make certificate HOST=" in text
    assert not app.get("bidi_component"), "no map, no feed"
    assert 'class="brand' not in text


def test_whoever_sits_before_the_laptop_is_not_asked(town: Path, open_app: OpenApp) -> None:
    app = open_app(town).run()
    assert not app.exception
    assert {button.key for button in app.button}.isdisjoint({"log_in", "log_out"})
    assert login.AT_THE_MACHINE.role == "administrator"
