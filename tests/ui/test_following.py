"""A page follows what others write: drawn anew when it changed, and never else."""

from streamlit.testing.v1 import AppTest

FRAMES = {"main", "flex_container"}
"""What a fragment is drawn in; it holds nothing."""

PAGE = """
import streamlit as st
from ui.pages.following import follow

state = st.session_state
state["runs"] = state.get("runs", 0) + 1
drawn = state["written"] if state["runs"] > 1 else "before"
follow(lambda: state["written"], drawn)
st.text(drawn)
"""


def _opened(written: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["written"] = written
    return app.run()


def test_nothing_written_draws_nothing_anew() -> None:
    app = _opened("before")
    assert app.session_state["runs"] == 1
    assert [text.value for text in app.text] == ["before"]


def test_what_another_wrote_is_drawn_once() -> None:
    app = _opened("after")
    assert app.session_state["runs"] == 2
    assert [text.value for text in app.text] == ["after"]


def test_the_poll_itself_sends_no_element() -> None:
    """A panel sent each second made whoever clicked meanwhile wait for it."""
    app = _opened("before")
    assert [element.type for element in app.main if element.type not in FRAMES] == ["text"]
