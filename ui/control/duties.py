"""The drill calendar: who must drill by when by which rule, and what drills found and is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from markupsafe import Markup

from desks.exercise.calendar import Calendar, Cell, Duty, drill_calendar, matrix
from desks.exercise.calendar_archive import archived_drills
from desks.exercise.calendar_rules import DrillRule, load_drill_rules
from desks.exercise.days import known_problem
from desks.exercise.findings import Finding, all_findings
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Sentence, say
from ui.panels.markup import View, joined, tag

from . import fields
from .board import Sent
from .coming import Done
from .composing import heading
from .desk import Desk, district_map
from .steps import muted, warned

CHOSEN_RULE, CHOSEN_DAY = "control_rule", "control_day"
YEARS = 3
"""For so many years, this one the first, it is said how many drills a rule asks for."""

SHOWN = 60
"""So many duties, bodies or findings are listed; how many more there are is said."""


@dataclass(frozen=True)
class Due:
    """The calendar on a day, the rule that is looked at, and what drills found and is open.

    ``unread`` are drills whose log cannot be read, with why.
    """

    calendar: Calendar
    rule: str
    findings: tuple[Finding, ...] = ()
    unread: tuple[tuple[str, Sentence], ...] = ()


def due_room(desk: Desk) -> Markup:
    """Return the calendar of the day that was chosen, else of today."""
    chosen = st.session_state.get(CHOSEN_DAY)
    on = chosen if isinstance(chosen, date) else datetime.now(tz=CHINA).date()
    onemap, rules = district_map(desk.control), load_drill_rules()
    archived, unread = archived_drills(onemap, desk.control, rules)
    calendar = drill_calendar(onemap, on, archived=archived, rules=rules)
    keys = [one.key for one in rules]
    kept = st.session_state.get(CHOSEN_RULE)
    worst = max(keys, key=lambda key: sum(one.rule == key for one in calendar.overdue), default="")
    open_ = tuple(one for one in all_findings(desk.control) if one.closed is None)
    rule = str(kept) if kept in keys else worst
    return due_work(Due(calendar, rule, open_, unread), desk.view)


def choose(_: Desk, sent: Sent) -> Done:
    """Return nothing said: the room shows the rule that was pressed, or the day that was typed.

    Raises:
        UserError: for a day that is none.

    """
    if sent.value:
        st.session_state[CHOSEN_RULE] = sent.value
        return Done()
    try:
        day = date.fromisoformat(sent.one("on"))
        problem = known_problem(day)
    except ValueError:
        problem = say("It is no day, as 2026-12-31 is.")
    if problem is not None:
        raise UserError([Fault(sent.one("on")[:60], problem, say("Fill it in anew."))])
    st.session_state[CHOSEN_DAY] = day
    return Done()


def due_work(due: Due, view: View) -> Markup:
    """Return the rules and what is open of drills left, who is due under one rule right."""
    t, calendar = view.text, due.calendar
    day = t("As on")
    form = fields.form(
        "due",
        fields.line("on", calendar.on.isoformat(), label=day, kind="date"),
        fields.button("due", t("Show"), kind="small"),
        kind="ec-line tight",
    )
    said = t("{late} of {duties} overdue", late=len(calendar.overdue), duties=len(calendar.duties))
    rules = joined(_rule(one, due, view) for one in calendar.rules)
    unread = joined(warned(f"{number}: {view.word(why)}") for number, why in due.unread)
    return Markup(
        '<div class="ec-run"><section class="card">{}{}<ul class="ec-rules">{}</ul>{}{}</section>'
        '<section class="card">{}</section></div>'
    ).format(
        heading(t("Who must drill"), said), form, rules, unread,
        _findings(due.findings, calendar.on, view),
        _duties(due, view),
    )  # fmt: skip


def _rule(rule: DrillRule, due: Due, view: View) -> Markup:
    calendar = due.calendar
    duties = sum(one.rule == rule.key for one in calendar.duties)
    late = sum(one.rule == rule.key for one in calendar.overdue)
    state = tag("✓ " + view.text("all in time"), "ok")
    if late:
        said = view.text("{late} of {duties} overdue", late=late, duties=duties)
        state = tag("✕ " + said, "bad")
    elif not duties:
        state = tag(view.text("binds nobody on file"))
    more = Markup("") if rule.verified else tag("▲ " + view.text("unverified"), "warn")
    years = range(calendar.on.year, calendar.on.year + YEARS)
    asked = " · ".join(f"{year}: {duties * periods_in(rule, year)}" for year in years)
    plan = view.text("drills asked for, {years}", years=asked) if duties else ""
    looked = "looked" if rule.key == due.rule else ""
    return Markup(
        '<li class="{}"><button type="button" class="ec-look" data-send="due" data-value="{}">{}'
        "</button> {} {}<small>{}</small><small>{}</small></li>"
    ).format(looked, rule.key, rule_title(rule, view), state, more, plan, rule.source)


def periods_in(rule: DrillRule, year: int) -> int:
    """Return how many periods of the rule end in that year: so often each body drills in it."""
    first, last = rule.number(date(year, 1, 1)), rule.number(date(year, 12, 31))
    return sum(rule.last_day(number).year == year for number in range(first, last + 1))


def rule_title(rule: DrillRule, view: View) -> str:
    """Return what the rule is called; of a district's own rule its own words in any language."""
    t = view.text
    known = {
        "firm_yearly": t("Key firms: a drill each year"),
        "school_plans": t("Schools: four kinds of plan, each drilled"),
        "pupils_yearly": t("Schools: a drill of taking shelter each year"),
        "pupils_monthly": t("Schools: an evacuation drill each month"),
        "kindergarten_quarterly": t("Kindergartens: an evacuation drill each quarter"),
        "district_two_years": t("District plans: drilled once in two years"),
    }
    return rule.title if view.words.language == "zh" else known.get(rule.key, rule.title)


def _duties(due: Due, view: View) -> Markup:
    rule = next((one for one in due.calendar.rules if one.key == due.rule), None)
    if rule is None:
        return muted(view.text("No rule is on file."))
    mine = [one for one in due.calendar.duties if one.rule == rule.key]
    if rule.subjects:
        rows = matrix(due.calendar, rule.key)
        whole, table = len(rows), _matrix(rule, list(rows.items())[:SHOWN], view)
    else:
        whole, table = len(mine), _table(mine[:SHOWN], view)
    said = view.text("bodies: {count}", count=whole)
    more = Markup("")
    if not whole:
        table = muted(view.text("binds nobody on file"))
    if whole > SHOWN:
        told = view.text("and {more} more; cli.py drill calendar has all", more=whole - SHOWN)
        more = muted(told)
    return Markup('{}<div class="ec-scroll" data-keep="duties">{}</div>{}').format(
        heading(rule_title(rule, view), said), table, more
    )


def _table(duties: Sequence[Duty], view: View) -> Markup:
    t = view.text
    titles = (t("Body"), t("Last drill"), t("Due by"), "")
    heads = joined(Markup("<th>{}</th>").format(one) for one in titles)
    rows = joined(_duty(one, view) for one in duties)
    return Markup(
        '<table class="ec-plain"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(heads, rows)


def _duty(duty: Duty, view: View) -> Markup:
    t = view.text
    state = tag("✓ " + t("in time"), "ok")
    if duty.overdue:
        state = tag("✕ " + t("overdue"), "bad")
    if duty.plan == "":
        state += tag("▲ " + t("no plan on file"), "warn")
    last = t("none on file") if duty.last is None else duty.last.isoformat()
    due = "" if duty.due is None else duty.due.isoformat()
    return Markup('<tr title="{}"><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>').format(
        view.word(duty.why), duty.name or duty.id, last, due, state
    )


def _matrix(
    rule: DrillRule, rows: Sequence[tuple[tuple[str, str], dict[str, Cell]]], view: View
) -> Markup:
    """Return bodies by subjects: a plan on file, drills of the running period, late or not."""
    subjects = joined(Markup("<th>{}</th>").format(view.choice(one)) for one in rule.subjects)
    body = joined(
        Markup("<tr><th>{}</th>{}</tr>").format(
            name or id_, joined(_cell(cells.get(one), view) for one in rule.subjects)
        )
        for (id_, name), cells in rows
    )
    return Markup(
        '<table class="ec-plain ec-matrix"><thead><tr><th>{}</th>{}</tr></thead><tbody>{}</tbody>'
        "</table>"
    ).format(view.text("Body"), subjects, body)


def _cell(cell: Cell | None, view: View) -> Markup:
    if cell is None:
        return Markup("<td></td>")
    t = view.text
    plan = t("plan ✓") if cell.plan else t("no plan")
    drills = tag(t("✕ none") if not cell.times else f"✕ {cell.times}", "bad")
    if not cell.overdue:
        drills = tag("✓ " + t("{count} drilled", count=cell.times), "ok")
    return Markup("<td>{} <small>{}</small></td>").format(drills, plan)


def _findings(found: Sequence[Finding], on: date, view: View) -> Markup:
    """Return what drills found and nobody has closed, what is late first."""
    t = view.text
    late = sum(one.overdue(on) for one in found)
    said = t("{late} of {count} open ones overdue", late=late, count=len(found)) if found else ""
    ordered = sorted(found, key=lambda one: (not one.overdue(on), one.due or "9999", one.drill))
    rows = joined(_finding(one, on, view) for one in ordered[:SHOWN])
    if not found:
        rows = Markup('<li class="mut">{}</li>').format(t("No finding is open."))
    if len(found) > SHOWN:
        rows += Markup('<li class="mut">{}</li>').format(
            t("and {more} more; cli.py drill findings has all", more=len(found) - SHOWN)
        )
    return Markup('{}<ul class="ec-findings" data-keep="open">{}</ul>').format(
        heading(t("Open findings of all drills"), said), rows
    )


def _finding(one: Finding, on: date, view: View) -> Markup:
    t = view.text
    who = f"{one.owner or t('no owner')} · {one.due or t('no date')}"
    late = tag("✕ " + t("overdue"), "bad") if one.overdue(on) else Markup("")
    return Markup("<li><p>{} {}</p><small>{}</small> {}</li>").format(
        one.text, late, who, fields.button("drill", one.drill, value=one.drill, kind="small")
    )
