"""Capability, what is due, and counts that disagree: how the registers are kept in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, icon, joined, tag
from .register_truth import STEPS, figure


@dataclass(frozen=True)
class Term:
    """One term of a score: its title, its weight in percent, its value 0 to 100 or ``None``."""

    title: str
    weight_percent: int
    score: float | None


def capability_card(
    name: str,
    score: float | None,
    terms: Sequence[Term],
    stale: Sequence[tuple[str, str]],
    formula: str,
    view: View,
) -> Markup:
    """Return the terms of a subdistrict's capability, the formula, and what is stale."""
    lines = joined(
        Markup(
            '<tr><td>{}</td><td class="num mut">{} %</td><td><span class="meter{}">'
            '<i style="width:{:.0f}%"></i></span></td><td class="num"><b>{}</b></td></tr>'
        ).format(
            term.title,
            term.weight_percent,
            " low" if term.score is not None and term.score < STEPS[2] else "",
            term.score or 0,
            view.text("not assessable") if term.score is None else figure(term.score),
        )
        for term in terms
    )
    old = joined(
        Markup("<li><b>{}</b><span>▲ {}</span></li>").format(what, when) for what, when in stale
    )
    return Markup(
        '<section class="behind card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<table><tbody>{}</tbody></table><p class="mut">{}</p>'
        '<ul class="scroll" data-keep="stale">{}</ul></section>'
    ).format(
        name,
        view.text("capability {score}", score=figure(score)),
        lines,
        formula,
        old,
    )


@dataclass(frozen=True)
class UnitLine:
    """One subdistrict: sources of risk, how many are complete, late reviews, plans in force."""

    name: str
    sources: int
    complete: int
    completeness: float | None
    overdue: int
    in_force: int
    plans: int


def upkeep_table(units: Sequence[UnitLine], view: View) -> Markup:
    """Return a row for each subdistrict."""
    heads = (
        view.text("Sources of risk"), view.text("All four fields"), view.text("Fields filled"),
        view.text("Late reviews"), view.text("Plans in force"),
    )  # fmt: skip
    return Markup(
        '<section class="upkeep card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="upkeep"><table><thead><tr><th>{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div></section>"
    ).format(
        view.text("Responsibility and filing"),
        view.text("measure, unit, person and next review of each source"),
        view.text("Subdistrict"),
        joined(Markup('<th class="num">{}</th>').format(head) for head in heads),
        joined(_unit(unit, view) for unit in units),
    )


def _unit(unit: UnitLine, view: View) -> Markup:
    none = view.text("none")
    late = tag(f"✕ {unit.overdue:,}", "bad") if unit.overdue else Markup("0")
    share = Markup('<span class="mut">{}</span>').format(none)
    return Markup(
        '<tr><td>{}</td><td class="num">{:,}</td><td class="num">{}</td><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num">{}</td></tr>'
    ).format(
        unit.name,
        unit.sources,
        f"{unit.complete:,}" if unit.sources else share,
        share if unit.completeness is None else f"{int(unit.completeness)} %",
        late if unit.sources else share,
        f"{unit.in_force} / {unit.plans}" if unit.plans else share,
    )


@dataclass(frozen=True)
class DueLine:
    """One record that wants a hand, why, and how bad that is (bad or warn)."""

    layer: str
    name: str
    why: str
    meaning: str


def due_panel(lines: Sequence[DueLine], total: int, view: View) -> Markup:
    """Return what is late or lacks something, the latest first."""
    body = (
        joined(
            Markup("<li><b>{}{}</b>{}</li>").format(
                icon(line.layer),
                line.name,
                tag(("✕ " if line.meaning == "bad" else "▲ ") + line.why, line.meaning),
            )
            for line in lines
        )
        if lines
        else Markup('<li class="empty">✓ {}</li>').format(view.text("Nothing is late or lacking."))
    )
    more = total - len(lines)
    rest = view.text("{count:,} more", count=more) if more > 0 else ""
    return Markup(
        '<section class="due card"><header><h2>{}<span class="n">{:,}</span></h2></header>'
        '<div class="scroll" data-keep="due"><ul>{}</ul><p class="rest">{}</p></div></section>'
    ).format(view.text("Late, run out or lacking"), total, body, rest)


@dataclass(frozen=True)
class ClaimLine:
    """One count, where it is written, and a note."""

    count: int
    source: str
    note: str


@dataclass(frozen=True)
class SubjectCard:
    """All counts of one thing; ``counted`` is the register's, ``None`` where it holds none."""

    subject: str
    unit: str
    said: str
    claims: tuple[ClaimLine, ...]
    counted: int | None
    agree: bool


def claims_panel(cards: Sequence[SubjectCard], view: View) -> Markup:
    """Return every subject with its counts side by side, what disagrees first."""
    body = (
        joined(_subject(card, view) for card in cards)
        if cards
        else Markup('<p class="empty">{}</p>').format(
            view.text("No count is entered. Enter what each document states; all of them stay.")
        )
    )
    return Markup(
        '<section class="claims card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="claims">{}</div></section>'
    ).format(
        view.text("Counts by source"),
        view.text("all are kept; the program makes none the right one"),
        body,
    )


def _subject(card: SubjectCard, view: View) -> Markup:
    own = (
        Markup('<div class="own"><b>{:,}</b><span>{}</span></div>').format(
            card.counted, view.text("counted in the register")
        )
        if card.counted is not None
        else ""
    )
    mark = tag("✓ " + card.said, "ok") if card.agree else tag("▲ " + card.said, "warn")
    return Markup(
        '<article class="subject"><h3>{}<span class="n">{}</span></h3><p>{}</p>'
        '<div class="counts-of">{}{}</div></article>'
    ).format(
        card.subject,
        card.unit,
        mark,
        joined(
            Markup('<div><b>{:,}</b><span>{}</span><span class="mut">{}</span></div>').format(
                claim.count, claim.source, claim.note
            )
            for claim in card.claims
        ),
        own,
    )
