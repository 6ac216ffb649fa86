"""What others write is seen without a hand, and costs nobody an answer while nothing is written."""

from collections.abc import Callable, Hashable

import streamlit as st

POLL_S = 1.0


@st.fragment(run_every=POLL_S)
def follow(look: Callable[[], Hashable], drawn: Hashable) -> None:
    """Draw the page anew once a look no longer gives what it gave when the page was drawn.

    It draws nothing itself: a poll that sends its panel each second makes whoever asks meanwhile
    wait for it.
    """
    if look() != drawn:
        st.rerun()
