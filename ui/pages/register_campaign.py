"""Tab 核实活动: who checks what by when, ticked off on a phone; and how a campaign is begun."""

import secrets
from datetime import date, datetime, timedelta

import streamlit as st
from markupsafe import Markup

from desks.register.campaign import (
    OUTCOMES,
    TASK,
    Campaign,
    Check,
    Outcome,
    Task,
    make_tasks,
    open_first,
    progress,
    read_campaigns,
    read_tasks,
    start_campaign,
    tick,
    why,
)
from desks.stock import CHINA
from geodata.faults import UserError
from layers import layer as layer_spec
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels.register_campaign import Round, TaskLine, rounds, tasks

from . import register_hand as hand
from .register_desk import Desk

CHOSEN = "reg_campaign"
WHO = "reg_campaign_who"
DAYS = 30


def draw_campaign(desk: Desk) -> None:
    """Draw the tab; what was done in it is taken before anything is drawn."""
    _take(desk, pending_act("reg_rounds"))
    _take(desk, pending_act("reg_tasks"))
    found = read_campaigns(desk.store, scope=desk.scope, as_of=desk.as_of)
    held = {
        one.id: read_tasks(desk.store, one.id, scope=desk.scope, as_of=desk.as_of) for one in found
    }
    chosen = str(st.session_state.get(CHOSEN, ""))
    chosen = chosen if chosen in held else (found[0].id if found else "")
    with st.container(key="reg_body"):
        with st.container(key="reg_main"):
            lines = [_round(one, held[one.id], desk.today) for one in found]
            live_panel(rounds(lines, chosen, desk.view), key="reg_rounds")
            if chosen:
                live_panel(_tasks(desk, held[chosen]), key="reg_tasks")
        with st.container(key="reg_side"):
            hand.said_line()
            if desk.may(TASK, "write"):
                _begin(desk)


def _today() -> date:
    return datetime.now(tz=CHINA).date()


def _round(one: Campaign, held: tuple[Task, ...], day: date) -> Round:
    made = progress(held, day)
    return Round(one.id, one.title, one.due, made.tasks, made.done, made.overdue)


def _tasks(desk: Desk, held: tuple[Task, ...]) -> Markup:
    text, day = desk.view.text, desk.today
    lines = [
        TaskLine(
            task.id,
            task.layer,
            task.name or task.record,
            " · ".join(
                (language.title(layer_spec(task.layer), desk.view.words),
                 task.subdistrict or text("in no subdistrict"))
            ),
            desk.view.word(why(task)),
            task.who or text("nobody is named"),
            task.due,
            _done(desk, task),
            task.overdue(day),
        )
        for task in open_first(held, day)
    ]  # fmt: skip
    people = sorted({line.who for line in lines})
    who = str(st.session_state.get(WHO, ""))
    return tasks(
        lines, who if who in people else "", people, desk.view, may=desk.may(TASK, "write")
    )


def _done(desk: Desk, task: Task) -> str:
    if not task.done_on:
        return ""
    said = OUTCOMES.get(task.outcome)  # type: ignore[call-overload]  # a text that may be none
    return f"{desk.view.word(said)} {task.done_on}" if said else task.done_on


def _take(desk: Desk, act: Act | None) -> None:
    if act is None:
        return
    if act.verb == "round":
        st.session_state[CHOSEN] = act.value
    elif act.verb == "who":
        st.session_state[WHO] = act.value
    elif act.verb == "tick":
        _tick(desk, act.value, "confirmed")
    elif act.verb == "gone":
        _tick(desk, act.value, "gone")


def _tick(desk: Desk, task: str, outcome: Outcome) -> None:
    """Close a task; the date of verification is set with it, or neither."""
    said = desk.view.word(OUTCOMES[outcome])
    try:
        tick(desk.store, desk.author(said), task, Check(_today(), outcome), scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        hand.say_done(desk.view.text("Ticked off: {what}", what=said))


def _begin(desk: Desk) -> None:
    """Draw the form that begins a campaign, and begin it."""
    text = desk.view.text
    keys = [key for key in desk.onemap.records if not layer_spec(key).officials]
    dated = [k for k in keys if any(c.key == "last_verified" for c in layer_spec(k).columns)]
    titles = {key: language.title(layer_spec(key), desk.view.words) for key in dated}
    code, _, layer = str(st.session_state.get(hand.CAMPAIGN_OF, "")).partition("|")
    units = dict(zip(*_units(desk), strict=True))
    with st.container(key="reg_form"), st.form("reg_campaign_form", border=False):
        st.html(Markup('<div class="form-head"><b>{}</b></div>').format(text("Begin a campaign")))
        title = st.text_input(text("Title"), max_chars=80)
        layers = st.multiselect(
            text("Registers (all where none is chosen)"), dated, format_func=titles.__getitem__,
            default=[layer] if layer in dated else [], placeholder=text("All"),
        )  # fmt: skip
        where = st.selectbox(
            text("Subdistrict"), ["", *units], format_func=lambda c: units.get(c, text("All")),
            index=[*units].index(code) + 1 if code in units else 0,
        )  # fmt: skip
        who = st.text_input(text("Who checks"), max_chars=60)
        due = st.date_input(text("Last day"), value=_today() + timedelta(days=DAYS),
                            format="YYYY-MM-DD")  # fmt: skip
        if st.form_submit_button(text("Begin"), type="primary"):
            round_ = Campaign(
                f"C-{secrets.token_hex(4)}", title.strip(), _today().isoformat(), due.isoformat()
            )
            _start(desk, round_, layers, (where, who.strip()))


def _units(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    units = desk.onemap.records["subdistrict"]
    return tuple(units.ids), tuple(units.names)


def _start(desk: Desk, campaign: Campaign, layers: list[str], task: tuple[str, str]) -> None:
    where, who = task
    codes = (where,) if where else ("", *_units(desk)[0])
    made = make_tasks(desk.onemap, campaign, dict.fromkeys(codes, who), layers=layers)
    wanted = [one for one in made if not where or one.code == where]
    try:
        start_campaign(desk.store, desk.author(campaign.title), campaign, wanted, scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        st.session_state[CHOSEN] = campaign.id
        st.session_state.pop(hand.CAMPAIGN_OF, None)
        hand.say_done(desk.view.text("Begun: {count:,} records to check", count=len(wanted)))
    st.rerun()
