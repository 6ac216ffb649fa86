"""Tab 历史: every change of every register, the latest first, and the story of one record."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import streamlit as st
from markupsafe import Markup

from desks.register import history as told_chapter
from desks.register.history import Told, tell
from desks.register.history import story as told
from desks.register.masking import LOCAL
from geodata.store import Event
from layers import LayerSpec
from layers import layer as layer_spec
from ui import language
from ui.live_panel import live_panel, pending_act
from ui.panels.register_history import Change, Chapter, LogLine, history_views, log, story

from .register_desk import Desk
from .register_differences import draw_differences
from .register_posts import draw_posts
from .register_proof import draw_proof

STORY = "reg_story"
DAYS = 30
MOST = 200


VIEW = "reg_history_view"
VIEWS: Mapping[str, Callable[[Desk], None]] = MappingProxyType(
    {"differences": draw_differences, "posts": draw_posts, "proof": draw_proof}
)


def draw_history(desk: Desk) -> None:
    """Draw the part of the tab that is chosen: the changes, two days, two posts, or the proof."""
    act = pending_act("reg_history_views")
    if act is not None and act.verb == "history_view":
        st.session_state[VIEW] = act.value
    chosen = str(st.session_state.get(VIEW, ""))
    live_panel(history_views(chosen if chosen in VIEWS else "log", desk.view),
               key="reg_history_views")  # fmt: skip
    with st.container(key="reg_body"):
        VIEWS.get(chosen, _draw_log)(desk)


def _draw_log(desk: Desk) -> None:
    """Draw all changes, and beside them the story of the record that was picked."""
    act = pending_act("reg_log")
    if act is not None and act.verb == "story":
        st.session_state[STORY] = act.value
    with st.container(key="reg_main"):
        live_panel(_log(desk), key="reg_log")
    with st.container(key="reg_side"):
        layer, _, record_id = str(st.session_state.get(STORY, "")).partition("|")
        if layer in {spec.key for spec in desk.specs()}:
            spec = layer_spec(layer)
            read = chapters(desk, spec, record_id)
            st.html(_boxed(story(_name(desk, layer, record_id), read, desk.view)))
        else:
            st.html(
                Markup('<section class="story card"><p class="empty">{}</p></section>').format(
                    desk.view.text("Pick a line to read the whole story of its record.")
                )
            )


def _boxed(markup: Markup) -> Markup:
    return Markup('<div class="sw-live">{}</div>').format(markup)


def _log(desk: Desk) -> Markup:
    seen = {spec.key: spec for spec in desk.specs()}
    until = desk.as_of or datetime.now(tz=UTC)
    since = until - timedelta(days=DAYS)
    recent = [
        e for e in desk.store.events(since=since, until=until, scope=desk.scope) if e.layer in seen
    ][-MOST:]
    lines = [
        _line(
            desk,
            seen[chapter_of.layer],
            chapter_of,
            tell(chapter, seen[chapter_of.layer], desk.view.words),
        )
        for chapter_of, chapter in zip(recent, told(recent), strict=True)
    ]
    return log(lines[::-1], desk.store.head(as_of=desk.as_of).hash[:16], desk.view)


def _line(desk: Desk, spec: LayerSpec, event: Event, found: Told) -> LogLine:
    return LogLine(
        found.when,
        who(desk, found.who),
        found.what if event.kind != "add" else desk.view.text("Entered"),
        f"{language.title(spec, desk.view.words)} · {event.id}",
        found.why,
        f"{event.layer}|{event.id}",
        found.hash,
    )


def chapters(desk: Desk, spec: LayerSpec, record_id: str) -> tuple[Chapter, ...]:
    """Return the story of a record in the viewer's language, oldest first."""
    events = [
        e for e in desk.store.history(spec.key, record_id, scope=desk.scope) if _known(desk, e)
    ]
    return tuple(_chapter(desk, spec, chapter) for chapter in told(events, desk.store.unseal))


def _known(desk: Desk, event: Event) -> bool:
    return desk.as_of is None or event.known_at <= desk.as_of


def _chapter(desk: Desk, spec: LayerSpec, chapter: told_chapter.Chapter) -> Chapter:
    found = tell(chapter, spec, desk.view.words)
    # The first entry changed everything: its columns are the record itself.
    changes = () if chapter.kind == "add" else found.changes
    return Chapter(
        when=found.when,
        who=who(desk, found.who),
        what=found.what,
        why=found.why,
        changes=tuple(Change(*change) for change in changes),
        post=found.post,
        seq=found.seq,
        hash=found.hash,
    )


def who(desk: Desk, name: str) -> str:
    """Return who wrote an event; "" and the local mark are whoever sat before this machine."""
    return desk.view.text("at this machine") if name in {"", LOCAL} else name


def _name(desk: Desk, layer: str, record_id: str) -> str:
    feature = desk.store.find(layer, record_id, scope=desk.scope, as_of=desk.as_of)
    return str(feature.props.get("name") or record_id) if feature else record_id
