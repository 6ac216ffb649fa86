"""Which language the viewer reads, and the titles of declared tables in it."""

from typing import Protocol

import streamlit as st

from language import LANGUAGES, Catalogue
from layers import ColumnSpec

NAMES = {"zh": "中", "en": "EN"}
CHOICE = "language"
DEFAULT = "zh"
CJK_FIRST = "\u4e00"


class Titled(Protocol):
    """Anything declared with a Chinese and an English title."""

    @property
    def title_zh(self) -> str:
        """Return the Chinese title."""
        ...

    @property
    def title_en(self) -> str:
        """Return the English title."""
        ...


def current() -> Catalogue:
    """Return the catalogue of this session's language: chosen, else ``?lang=``, else Chinese."""
    asked = st.session_state.get(CHOICE) or st.query_params.get("lang", DEFAULT)
    return Catalogue.load(asked if asked in LANGUAGES else DEFAULT)


def switch() -> Catalogue:
    """Draw the language switch and return the catalogue of what is chosen."""
    if st.session_state.get(CHOICE) not in LANGUAGES:
        st.session_state[CHOICE] = current().language
    label = current().text("Language")
    with st.container(key="language_switch"):
        st.segmented_control(
            label,
            LANGUAGES,
            key=CHOICE,
            format_func=NAMES.__getitem__,
            label_visibility="collapsed",
            required=True,
        )
    return current()


def title(of: Titled, words: Catalogue) -> str:
    """Return the title in the viewer's language."""
    return of.title_zh if words.language == "zh" else of.title_en


def column_title(column: ColumnSpec, words: Catalogue) -> str:
    """Return a column's heading with its unit; a Chinese measure word stays out of English."""
    foreign = words.language != "zh" and any(c >= CJK_FIRST for c in column.unit)
    unit = f" ({column.unit})" if column.unit and not foreign else ""
    return title(column, words) + unit


def choice(column: ColumnSpec, text: str, words: Catalogue) -> str:
    """Return a cell's text with its declared choices in the viewer's language, others as filed."""
    if not column.choices:
        return text
    between = "、" if words.language == "zh" else ", "
    return between.join(words.text(part) for part in text.split("、"))
