"""What stands on every page: look, top bar, language switch, and the choice of the page."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.register.accounts import role_title
from desks.register.roles import Viewer, sees_officials
from geodata.faults import UserError
from language import Catalogue
from layers import CATALOG
from ui.panels.drill import drill_look
from ui.panels.faults import faults_page
from ui.panels.markup import View
from ui.panels.topbar import brand, loading, status

from . import access, day, district, language, login, session, theme
from .pages.command import command
from .pages.exercise import announced, exercise
from .pages.lists import LEAVE, lists
from .pages.planning import planning
from .pages.register import register
from .pages.risk import risk

PANELS = Path(__file__).parent / "panels"
STYLES = (
    "panels.css", "drill.css", "register.css", "register_parts.css", "day.css", "risk.css",
    "planning.css", "exercise.css",
)  # fmt: skip
TITLE = "守望"

Page = Callable[[OneMap], None]
PAGES: tuple[tuple[str, Page], ...] = (
    ("command", command),
    ("risk", risk),
    ("planning", planning),
    ("register", register),
    ("lists", lists),
    ("exercise", exercise),
)


def show() -> None:
    """Draw the page that is asked for, or say in a sentence why there is no district."""
    st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="collapsed")
    _look()
    words = language.switch()
    if not login.admitted(words):
        return
    st.html(loading(district.name(district.folder(), words), View(words)))
    try:
        viewer = access.viewer_in(district.folder())
        officials = sees_officials(viewer)
        present = district.open_district(district.folder(), words, officials=officials)
        past = day.asked()
        onemap = day.on_day(present, past, words, officials=officials)
    except UserError as error:
        st.html(faults_page(error.faults, district.free_folder(), View(words)))
        day.way_back(words)
        return
    _bar(onemap, viewer, words)
    if past is not None:
        day.chip(past, words)
    login.leave(words)
    pages = _pages(onemap, words)
    page = st.navigation(pages, position="top")
    told = dict(zip((key for key, _ in PAGES), pages, strict=True))["exercise"]
    announced(onemap.folder, words, to=None if page is told else told)
    if st.session_state.pop(LEAVE, False):
        st.switch_page(pages[0])
    if page is not pages[0] and session.scene().drill:
        st.html(drill_look(View(words)))
    page.run()


def _look() -> None:
    css = "\n".join((PANELS / name).read_text(encoding="utf-8") for name in STYLES)
    clock = (PANELS / "clock.js").read_text(encoding="utf-8")
    st.html(f"<style>{theme.stylesheet()}\n{css}\n{_button_icons()}</style>")
    # A constant of this program: nothing a user wrote goes into the script.
    st.html(f"<script>{clock}</script>", unsafe_allow_javascript=True)


def _button_icons() -> str:
    """Return the rules that put each layer's icon before its button on page 一览."""
    return "\n".join(_shaded(spec.key, shade) for shade in theme.SHADES for spec in CATALOG)


def _shaded(key: str, shade: theme.Shade) -> str:
    address = theme.icon_uri(key, shade)
    rule = f'.st-key-layer_{key} button::before{{background-image:url("{address}")}}'
    return rule if shade == "light" else f"@media (prefers-color-scheme:dark){{{rule}}}"


def _bar(onemap: OneMap, viewer: Viewer, words: Catalogue) -> None:
    view = View(words)
    st.set_page_config(page_title=f"{TITLE} {onemap.name_zh}")
    name = onemap.name_zh if words.language == "zh" else onemap.name_en
    as_of = onemap.as_of.isoformat() if onemap.as_of else view.text("unknown")
    bar = Markup("{}{}").format(
        brand(name, view),
        status(sample=onemap.sample, as_of=as_of, view=view, who=_who(viewer, view)),
    )
    st.html(bar)


def _who(viewer: Viewer, view: View) -> str:
    """Return name and role of who logged in, "" on a machine without login."""
    if not login.configured():
        return ""
    duty = view.text("on duty") if viewer.on_duty else ""
    return " · ".join(filter(None, (viewer.name, view.word(role_title(viewer.role)), duty)))


def _pages(onemap: OneMap, words: Catalogue) -> list[st.Page]:
    labels = {
        "command": words.text("Command"),
        "risk": words.text("Risk"),
        "planning": words.text("Planning"),
        "register": words.text("Register"),
        "lists": words.text("Lists"),
        "exercise": words.text("Exercises"),
    }
    return [
        st.Page(
            _bound(draw, onemap),
            title=labels[key],
            url_path=key,
            default=number == 0,
        )
        for number, (key, draw) in enumerate(PAGES)
    ]


def _bound(draw: Page, onemap: OneMap) -> Callable[[], None]:
    def page() -> None:
        draw(onemap)

    return page
