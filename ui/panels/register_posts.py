"""What two posts decided differently, side by side; neither is kept until somebody says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button
from .markup import View, icon, joined, tag


@dataclass(frozen=True)
class Side:
    """One post's decision: who, when, why, where, and the contested columns as (title, value)."""

    key: str
    who: str
    when: str
    why: str
    post: str
    columns: tuple[tuple[str, str], ...]
    removed: bool


@dataclass(frozen=True)
class ConflictCard:
    """One record on which two posts decided differently."""

    layer: str
    title: str
    name: str
    id: str
    sides: tuple[Side, Side]
    may: bool


def conflicts_panel(cards: Sequence[ConflictCard], count: int, view: View) -> Markup:
    """Return every contradiction with both sides; that there is none is a sentence."""
    body = (
        joined(_card(card, view) for card in cards)
        if cards
        else Markup('<p class="empty">✓ {}</p>').format(
            view.text("The posts contradict one another in nothing.")
        )
    )
    more = count - len(cards)
    rest = view.text("{count:,} more follow when these are settled.", count=more) if more else ""
    return Markup(
        '<section class="conflicts card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="conflicts">{}<p class="rest">{}</p></div></section>'
    ).format(
        view.text("Contradictions of two posts"),
        view.text("{count:,} open · none is decided silently", count=count),
        body,
        rest,
    )


def _card(card: ConflictCard, view: View) -> Markup:
    return Markup(
        '<article class="conflict"><h3>{}{}<span class="n">{} · {}</span></h3>'
        '<div class="sides">{}</div></article>'
    ).format(
        icon(card.layer),
        card.name,
        card.title,
        card.id,
        joined(_side(side, view, may=card.may) for side in card.sides),
    )


def _side(side: Side, view: View, *, may: bool) -> Markup:
    columns = joined(
        Markup("<dt>{}</dt><dd><b>{}</b></dd>").format(title, value)
        for title, value in side.columns
    )
    gone = tag("✕ " + view.text("removed"), "bad") if side.removed else ""
    return Markup(
        '<div class="side"><p><b>{}</b> · {} · <span class="mut">{}</span></p>{}<dl>{}</dl>'
        '<p class="mut">{}</p>{}</div>'
    ).format(
        side.who or view.text("at this machine"),
        side.when,
        view.text("post {post}", post=side.post),
        gone,
        "" if side.removed else columns,
        view.text("Why: {why}", why=side.why) if side.why else view.text("No reason was given."),
        button("keep", view.text("Keep this"), value=side.key, kind="primary", off=not may),
    )
