"""Part of tab 可信度: capability by subdistrict, late reviews and plans, counts that disagree."""

import secrets
from collections.abc import Sequence
from datetime import date

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.register.capability import FORMULA, TITLES, WEIGHTS, Capability, capability
from desks.register.claims import CLAIM, Claim, Comparison, add_claim, compare, read_claims, verdict
from desks.register.filing import (
    FIELDS,
    IN_FORCE,
    STATUSES,
    Filing,
    Source,
    filings,
    overdue,
    risk_sources,
    upkeep,
)
from geodata.faults import UserError
from layers import layer as layer_spec
from ui import language
from ui.live_panel import live_panel
from ui.panels.register_truth import TruthGrid, truth_grid
from ui.panels.register_upkeep import (
    ClaimLine,
    DueLine,
    SubjectCard,
    Term,
    UnitLine,
    capability_card,
    claims_panel,
    due_panel,
    upkeep_table,
)

from . import register_hand as hand
from .register_desk import Desk

LATE_SHOWN = 200


def draw_capability(desk: Desk, cell: tuple[str, str]) -> None:
    """Draw the scores by subdistrict and term, and beside them the terms of the one picked."""
    found = _capability(desk.onemap, desk.onemap.stamp, desk.today)
    ordered = sorted(found, key=lambda one: (101.0 if one.score is None else one.score, one.code))
    words = desk.view
    grid = TruthGrid(
        units=tuple((one.code, one.name) for one in ordered),
        layers=(
            ("", words.text("Score")),
            *((f"term-{term}", words.word(title)) for term, title in TITLES.items()),
        ),
        scores=tuple((one.score, *(one.terms[term] for term in TITLES)) for one in ordered),
    )
    with st.container(key="reg_main"):
        live_panel(truth_grid(words.text("Capability"), grid, cell, words), key="reg_truth")
    with st.container(key="reg_side"):
        hand.said_line()
        one = next((one for one in ordered if one.code == cell[0]), ordered[0] if ordered else None)
        if one is not None:
            live_panel(_terms(desk, one), key="reg_behind")


@st.cache_resource(max_entries=4, show_spinner=False)
def _capability(_onemap: OneMap, stamp: str, day: date) -> tuple[Capability, ...]:
    del stamp
    return capability(_onemap, as_of=day)


def _terms(desk: Desk, one: Capability) -> Markup:
    terms = [
        Term(desk.view.word(TITLES[term]), int(100 * weight), one.terms[term])
        for term, weight in WEIGHTS.items()
    ]
    never = desk.view.text("never verified")
    stale = [
        (old.name or old.id, never if old.days is None
         else desk.view.text("verified {days} days ago", days=old.days))
        for old in one.stale
    ]  # fmt: skip
    return capability_card(one.name, one.score, terms, stale, desk.view.word(FORMULA), desk.view)


def draw_upkeep(desk: Desk) -> None:
    """Draw who answers for sources of risk and which plans are in force, by subdistrict."""
    day = desk.today
    units = [
        UnitLine(
            one.name or desk.view.text("in no subdistrict"), one.sources, one.complete,
            one.completeness, one.overdue, one.in_force_plans, sum(one.plans.values()),
        )
        for one in upkeep(desk.onemap, as_of=day)
    ]  # fmt: skip
    sources = risk_sources(desk.onemap, as_of=day)
    late = overdue(sources)
    plans = [p for p in filings(desk.onemap, as_of=day) if p.status not in {"in_force", "undated"}]
    with st.container(key="reg_main"):
        live_panel(upkeep_table(units, desk.view), key="reg_upkeep")
    with st.container(key="reg_side"):
        lines = [*(_late(desk, one) for one in late[:LATE_SHOWN]), *(_plan(desk, p) for p in plans)]
        lacking = [one for one in sources if one.lacks]
        lines += [_lacks(desk, one) for one in lacking[: max(0, LATE_SHOWN - len(lines))]]
        total = len(late) + len(plans) + len(lacking)
        live_panel(due_panel(lines, total, desk.view), key="reg_due")


def _late(desk: Desk, one: Source) -> DueLine:
    told = desk.view.text("review due {day}, {days} days late", day=one.next_review,
                          days=one.overdue_days)  # fmt: skip
    return DueLine(one.layer, one.name or one.id, told, "bad")


def _plan(desk: Desk, plan: Filing) -> DueLine:
    told = desk.view.word(STATUSES[plan.status])
    told = f"{told} · {plan.expiry}" if plan.expiry else told
    good = plan.status in IN_FORCE or plan.status == "waiting"
    return DueLine(plan.layer, plan.name or plan.id, told, "warn" if good else "bad")


def _lacks(desk: Desk, one: Source) -> DueLine:
    columns = {c.key: c for c in layer_spec(one.layer).columns}
    titles = [language.title(columns[key], desk.view.words) for key in FIELDS if key in one.lacks]
    told = desk.view.text("lacks {columns}", columns="、".join(titles))
    return DueLine(one.layer, one.name or one.id, told, "warn")


def draw_claims(desk: Desk) -> None:
    """Draw the counts that sources state side by side, and the form that adds one."""
    scope = desk.scope
    held = read_claims(desk.store, scope=scope, as_of=desk.as_of)
    found = compare(desk.onemap, held)
    with st.container(key="reg_main"):
        live_panel(claims_panel([_subject(desk, one) for one in found], desk.view),
                   key="reg_claims")  # fmt: skip
    with st.container(key="reg_side"):
        hand.said_line()
        if desk.may(CLAIM, "write"):
            with st.container(key="reg_form"):
                _add(desk, tuple(one.subject for one in found))
        else:
            st.html(Markup('<p class="empty card">{}</p>').format(desk.why_not))


def _subject(desk: Desk, one: Comparison) -> SubjectCard:
    claims = tuple(
        ClaimLine(
            claim.count,
            " · ".join(filter(None, (claim.source, claim.place, claim.stated_on))),
            claim.note,
        )
        for claim in one.claims
    )
    return SubjectCard(
        one.subject, one.unit, desk.view.word(verdict(one)), claims, one.counted, agree=one.agree
    )


def _add(desk: Desk, subjects: Sequence[str]) -> None:
    """Draw the form of a claim and enter what is submitted; no other claim is touched."""
    text = desk.view.text
    st.html(Markup('<div class="form-head"><b>{}</b></div>').format(text("Enter a count")))
    with st.form("reg_claim", border=False, clear_on_submit=False):
        subject = st.selectbox(
            text("Of what, such as: villages in the flood area"), subjects, index=None,
            accept_new_options=True, key="reg_claim_subject", placeholder="",
        )  # fmt: skip
        left, right = st.columns(2)
        count = left.number_input(text("Count"), 0, 10**9, None, 1, key="reg_claim_count")
        unit = right.text_input(text("Unit"), key="reg_claim_unit", max_chars=20)
        source = st.text_input(text("Source (document)"), key="reg_claim_source", max_chars=200)
        place = st.text_input(text("Chapter or page"), key="reg_claim_place", max_chars=200)
        keys = ["", *(spec.key for spec in desk.specs())]
        register = st.selectbox(
            text("Counted by the register"), keys, key="reg_claim_layer",
            format_func=lambda key: (
                language.title(layer_spec(key), desk.view.words) if key else text("not counted")
            ),
        )  # fmt: skip
        note = st.text_input(text("Note"), key="reg_claim_note", max_chars=300)
        if st.form_submit_button(text("Enter"), type="primary"):
            claim = Claim(
                f"N-{secrets.token_hex(4)}", str(subject or "").strip(),
                -1 if count is None else int(count), unit.strip(), source.strip(),
                place.strip(), layer=register, note=note.strip(),
            )  # fmt: skip
            _enter(desk, claim)


def _enter(desk: Desk, claim: Claim) -> None:
    try:
        add_claim(desk.store, desk.author(claim.source), claim, scope=desk.scope)
    except UserError as error:
        hand.say_refused(desk, error)
    else:
        hand.say_done(desk.view.text("Entered: {what}", what=f"{claim.subject} {claim.count}"))
    st.rerun()
