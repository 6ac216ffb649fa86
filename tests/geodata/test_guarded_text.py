"""No text of a table file becomes a formula, and every text comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.guarded_text import guarded, unguarded

RISKY = (
    "=1+1", "+86 555", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "'", "'=1", "\t=1", "\r=1",
    "\n=1", "  =1", "\u3000=1", "=cmd|' /C calc'!A0",
)  # fmt: skip


@pytest.mark.parametrize("text", RISKY)
def test_what_a_program_would_run_gets_an_apostrophe(text: str) -> None:
    """A cell begins with an apostrophe or with what no program takes for a formula."""
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "避难场所", "1 = 1", "a-b", "o'clock", "ab@c"])
def test_plain_text_stays_plain(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


def test_a_word_in_apostrophes_from_elsewhere_loses_none() -> None:
    """Only an apostrophe that guards something is dropped."""
    assert unguarded("'90s") == "'90s"


@given(st.text(alphabet="=+-@'＝ \t\r\nab中", max_size=6))
def test_every_text_comes_back(text: str) -> None:
    written = guarded(text)
    assert unguarded(written) == text
    assert not written.lstrip().startswith(tuple("=+-@＝＋－＠"))
