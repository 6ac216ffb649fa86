"""Part of tab 历史: two posts without a network — what contradicts, changes out, changes in."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from markupsafe import Markup

from desks.register.differences import PERSONAL
from desks.register.history import Changed, Chapter, column_titles, sides, story, tell
from desks.register.roles import known_layers, reach
from desks.register.settling import removes, settle_conflict
from geodata.faults import UserError
from geodata.store import Conflict, Event
from layers import LayerSpec
from layers import layer as layer_spec
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.register_posts import ConflictCard, Side, conflicts_panel

from . import register_hand as hand
from .register_desk import Desk

WHY = "reg_settle_why"
ROUND = "reg_merge_round"
SHOWN = 50


def draw_posts(desk: Desk) -> None:
    """Draw the conflicts, and beside them what carries changes from post to post."""
    found = open_conflicts(desk)
    _take(desk, found, pending_act("reg_conflicts"))
    found = open_conflicts(desk)
    with st.container(key="reg_main"):
        cards = [_card(desk, one) for one in found[:SHOWN]]
        live_panel(conflicts_panel(cards, len(found), desk.view), key="reg_conflicts")
    with st.container(key="reg_side"):
        hand.said_line()
        if any(card.may for card in cards):
            st.text_input(
                desk.view.text("Why one side is kept (stands in the history for good)"),
                key=WHY, max_chars=300,
            )  # fmt: skip
        with st.container(key="reg_posts"):
            _out(desk)
            _in(desk)


def open_conflicts(desk: Desk) -> tuple[Conflict, ...]:
    """Return what contradicts in the layers that this viewer sees, wholly; none on a past day."""
    if desk.day is not None:
        return ()
    shown = {spec.key for spec in desk.specs()}
    return tuple(one for one in desk.store.conflicts() if one.layer.partition(".")[0] in shown)


def _take(desk: Desk, found: tuple[Conflict, ...], act: Act | None) -> None:
    if act is None or act.verb != "keep":
        return
    for conflict in found:
        for kept in (conflict.one, conflict.other):
            if kept.hash == act.value.partition("|")[2] and _key(conflict) == act.value[:16]:
                _settle(desk, conflict, kept)
                return
    hand.say_done(desk.view.text("This contradiction is settled already."))


def _settle(desk: Desk, conflict: Conflict, kept: Event) -> None:
    why = str(st.session_state.get(WHY, ""))
    try:
        settle_conflict(desk.store, desk.author(why), conflict, kept, scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        hand.say_done(desk.view.text("Settled; the other side stays in the history."))


def _key(conflict: Conflict) -> str:
    """Return eight signs of either event: what names the pair in the page."""
    return conflict.one.hash[:8] + conflict.other.hash[:8]


def _card(desk: Desk, conflict: Conflict) -> ConflictCard:
    spec = layer_spec(conflict.layer.partition(".")[0])
    here = desk.store.find(conflict.layer, conflict.id, scope=desk.scope)
    name = str(here.props.get("name") or conflict.id) if here else conflict.id
    return ConflictCard(
        layer=spec.key,
        title=language.title(spec, desk.view.words),
        name=name,
        id=conflict.id,
        sides=(
            _side(desk, spec, conflict, conflict.one),
            _side(desk, spec, conflict, conflict.other),
        ),
        may=desk.may(conflict.layer, "write"),
    )


def _side(desk: Desk, spec: LayerSpec, conflict: Conflict, event: Event) -> Side:
    chapter = story([event], desk.store.unseal)[0]
    return Side(
        key=f"{_key(conflict)}|{event.hash}",
        who=event.who,
        when=tell(chapter, spec, desk.view.words).when,
        why=event.why,
        post=event.post,
        columns=_columns(desk, spec, conflict, chapter),
        removed=removes(event),
    )


def _columns(
    desk: Desk, spec: LayerSpec, conflict: Conflict, chapter: Chapter
) -> tuple[tuple[str, str], ...]:
    """Return titles and values of the contested columns; personal ones are masked."""
    titles = column_titles(spec, desk.view.words)
    return tuple(
        (titles.get(one.column, one.column), sides(one, desk.view.words)[1] or "—")
        for one in chapter.changed
        if not conflict.columns or one.column in conflict.columns or _contested(conflict, one)
    )


def _contested(conflict: Conflict, change: Changed) -> bool:
    """Return whether a hidden column is contested: all of a person stand in one event."""
    return change.hidden and PERSONAL in conflict.columns


def may_carry(desk: Desk) -> bool:
    """Return whether the viewer may have every chain with its keys: whoever administers all."""
    if desk.day is not None:
        return False
    layers = known_layers()
    return all(
        reach(desk.viewer, layer, action) == "all"
        for layer in layers
        for action in ("export", "administer")
    )


def _out(desk: Desk) -> None:
    """Offer every change known here as a file; it holds the keys of every person."""
    text = desk.view.text
    st.html(Markup('<div class="form-head"><b>{}</b></div><p class="mut">{}</p>').format(
        text("Changes for another post"),
        text("The file holds the keys of all personal columns: it is as secret as the register. "
             "Carry it by hand and delete it afterwards."),
    ))  # fmt: skip
    if not may_carry(desk):
        said = desk.why_not if desk.day else text("Only an administrator may carry changes.")
        st.html(Markup('<p class="empty">{}</p>').format(said))
        return
    st.download_button(
        text("Changes to a file"), lambda: _changes(desk), key="reg_changes_out",
        file_name=f"shouwang-changes-{desk.today}.gz", on_click="ignore",
    )  # fmt: skip


def _changes(desk: Desk) -> bytes:
    """Return the file of changes; that it was given out stands in the chain."""
    with TemporaryDirectory(prefix="shouwang-changes-") as folder:
        path = Path(folder) / "changes.gz"
        head = desk.store.head()
        desk.store.note(desk.author(""), "changes", {"until": head.seq, "head": head.hash})
        desk.store.export_changes(path)
        return path.read_bytes()


def _in(desk: Desk) -> None:
    """Take in the file of another post of the same district."""
    if not may_carry(desk):
        return
    number = st.session_state.setdefault(ROUND, 0)
    file = st.file_uploader(
        desk.view.text("Changes of another post (.gz)"), type=["gz"], key=f"reg_merge_{number}"
    )
    if file is None:
        return
    st.session_state[ROUND] = number + 1
    with TemporaryDirectory(prefix="shouwang-changes-") as folder:
        path = Path(folder) / "changes.gz"
        path.write_bytes(file.getvalue())
        try:
            merged = desk.store.import_changes(path, desk.author(file.name[:120]), related=True)
        except UserError as error:
            hand.say_refused(desk, error)
        else:
            hand.say_done(desk.view.text(
                "{events:,} events were new; {count:,} contradictions are open.",
                events=merged.events, count=len(merged.conflicts),
            ))  # fmt: skip
    st.rerun()
