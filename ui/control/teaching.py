"""What drills teach: the speed model in force beside the one that they speak for, for a person.

Nothing is in force before somebody accepts it by name and with a reason; the register keeps both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from desks.exercise.learning import Fitness, Proposal, proposal
from desks.exercise.learning_document import factor_said, figures_text
from desks.exercise.learning_stamps import gather
from desks.exercise.learning_taking import accept, learned_from, refuse
from desks.exercise.learning_values import Changed
from desks.onemap import OneMap
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author
from language import Sentence, say
from ui.panels.markup import View, joined

from . import fields
from .board import Sent
from .coming import Done, done
from .composing import heading, told_card
from .desk import Desk, district_map, require_calm
from .steps import muted, warned

TAUGHT = "control_taught"


@dataclass(frozen=True)
class Taught:
    """A proposal, and the drills nothing was learned from, with why."""

    proposal: Proposal
    passed_over: tuple[tuple[str, Sentence], ...]


def teaching_room(desk: Desk) -> Markup:
    """Return what was reckoned last in this window, or the button that does."""
    return teaching_work(st.session_state.get(TAUGHT), desk.view)


def teach(desk: Desk, _: Sent) -> Done:
    """Return nothing said: the proposal as it stands now is what the room shows.

    Raises:
        UserError: while a drill runs, or where register or map cannot be read.

    """
    require_calm(desk)
    st.session_state[TAUGHT] = _taught(desk, district_map(desk.control))
    return Done()


def _taught(desk: Desk, onemap: OneMap) -> Taught:
    with open_register(desk.control.district) as store:
        known = learned_from(store, onemap.speed_model.version)
    gathered = gather(onemap, desk.control, known)
    return Taught(proposal(onemap.speed_model, gathered.drives), gathered.passed_over)


def decide(desk: Desk, sent: Sent) -> Done:
    """Return that the proposal that was shown is accepted, or refused, by whom and why.

    Raises:
        UserError: where nobody says who and why, or the proposal is another one by now.

    """
    who, why = sent.one("who"), sent.one("why")
    mend = say("The register keeps both.")
    faults = [
        Fault("", problem, mend)
        for text, problem in ((who, say("Say who decides.")), (why, say("Say why.")))
        if not text
    ]
    if faults:
        raise UserError(faults)
    require_calm(desk)
    made = _taught(desk, district_map(desk.control)).proposal
    if made.digest != sent.value:
        problem = say("This is not the digest of the proposal as it stands now.")
        raise UserError([Fault("", problem, say("Ask for the proposal again."))])
    author = Author(who, why)
    st.session_state.pop(TAUGHT, None)
    if sent.verb == "refuse_model":
        refuse(desk.control.district, made, author)
        return done(desk.view, say("Refused, and the register says by whom and why."))
    accept(desk.control.district, made, author)
    return done(desk.view, say("In force now: {version}", version=made.model.version))


def teaching_work(taught: Taught | None, view: View) -> Markup:
    """Return the proposal with its figures left, who decides right; ``None`` not reckoned yet."""
    t = view.text
    again = fields.button(
        "teach", t("Reckon the proposal") if taught is None else t("Reckon again"),
        kind="primary" if taught is None else "small",
    )  # fmt: skip
    if taught is None:
        work = Markup('{}<div class="ec-go">{}{}</div>').format(
            heading(t("What drills teach"), t("speed model")),
            again,
            muted(t("From every stamped alarm, turnout and arrival of the drills that ended.")),
        )
        return Markup('<div class="ec-two"><section class="card">{}</section>{}</div>').format(
            work, _told(view)
        )
    made = taught.proposal
    said = t(
        "{drives} drives of {drills} drills · in force: {base}",
        drives=made.drives, drills=len(made.drills), base=made.base,
    )  # fmt: skip
    work = Markup("{}{}{}{}{}").format(
        heading(t("What drills teach"), said),
        _fit(made, view),
        _figures(made, view),
        joined(warned(view.word(one)) for one in made.notes),
        _left_out(taught, view),
    )
    return Markup(
        '<div class="ec-two"><section class="card">{}</section><div class="ec-stack">'
        '<aside class="card">{}{}</aside>{}</div></div>'
    ).format(
        work,
        _decision(made, view),
        Markup('<div class="ec-go">{}</div>').format(again),
        _told(view),
    )


def _told(view: View) -> Markup:
    t = view.text
    return told_card(
        t("Before it is accepted"),
        [
            t("Little evidence moves little: a figure goes only as far as its drives carry it."),
            t("Drills sealed before keep their times; opening them will say that the map has"
              " changed since."),
            t("Every answer names the version it used; past reports keep theirs."),
        ],
    )  # fmt: skip


def _fit(made: Proposal, view: View) -> Markup:
    """Return how old and new model foretell what was driven."""
    t = view.text
    if made.before is None or made.after is None:
        return Markup("")
    titles = ("", t("Arrivals"), t("under P50"), t("under P90"), t("mean error"))
    heads = joined(Markup("<th>{}</th>").format(one) for one in titles)
    rows = _fitness(t("in force"), made.before) + _fitness(t("proposed"), made.after)
    wished = t("wished: 50 %, 90 %; the proposal is judged on drills that it did not learn from")
    return Markup(
        '<table class="ec-plain"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}'
    ).format(heads, rows, muted(wished))


def _fitness(title: str, fit: Fitness) -> Markup:
    row = Markup("<tr><th>{}</th><td>{}</td><td>{} %</td><td>{} %</td><td>{} s</td></tr>")
    under = (int(fit.under_p50 * 100), int(fit.under_p90 * 100))
    return row.format(title, fit.arrivals, *under, round(fit.mean_error_s))


def _figures(made: Proposal, view: View) -> Markup:
    t = view.text
    if not made.rows:
        return muted(t("Nothing would change."))
    titles = (t("Figure"), t("Hours"), t("in force"), t("proposed"), t("Drives"))
    heads = joined(Markup("<th>{}</th>").format(one) for one in titles)
    rows = joined(_row(one, view) for one in made.rows)
    return Markup(
        '<div class="ec-scroll" data-keep="figures"><table class="ec-plain"><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(heads, rows)


def _row(one: Changed, view: View) -> Markup:
    row = Markup(
        '<tr><th title="{}">{}</th><td>{}</td><td>{}</td><td><b>{}</b></td><td>{}</td></tr>'
    )
    return row.format(
        one.key, view.word(factor_said(one.key)), _hours(one.hours) or view.text("all hours"),
        figures_text(one.old, one), figures_text(one.new, one), one.drives,
    )  # fmt: skip


def _hours(hours: Sequence[int]) -> str:
    """Return whole hours as runs: 0–6, 21–23."""
    starts = [hour for hour in hours if hour - 1 not in hours]
    ends = [hour for hour in hours if hour + 1 not in hours]
    return ", ".join(f"{a}–{b}" if a < b else f"{a}" for a, b in zip(starts, ends, strict=True))


def _left_out(taught: Taught, view: View) -> Markup:
    lines = [f"{drill} {team}: {view.word(why)}" for drill, team, why in taught.proposal.left_out]
    lines += [f"{drill}: {view.word(why)}" for drill, why in taught.passed_over]
    if not lines:
        return Markup("")
    return Markup(
        '<details class="ec-unjudged" data-open="left-out"><summary>{}</summary><ul>{}</ul>'
        "</details>"
    ).format(
        view.text("{count} drives or drills taught nothing", count=len(lines)),
        joined(Markup("<li>{}</li>").format(one) for one in lines),
    )


def _decision(made: Proposal, view: View) -> Markup:
    t = view.text
    if not made.changes:
        return heading(t("Nothing to decide"), "")
    who, why = t("Who decides"), t("Reason")
    return heading(t("Decide"), made.model.version) + fields.form(
        "decide",
        fields.labelled(who, fields.line("who", label=who, most=60)),
        fields.labelled(why, fields.line("why", label=why, most=400)),
        Markup('<div class="ec-go">{}{}</div>').format(
            fields.button("accept_model", t("Put it in force"), value=made.digest),
            fields.button("refuse_model", t("Refuse it"), value=made.digest),
        ),
    )
