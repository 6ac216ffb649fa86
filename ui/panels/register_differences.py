"""What changed between two days: a table by layer and subdistrict, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, icon, joined


@dataclass(frozen=True)
class DifferenceRow:
    """One subdistrict of a layer.

    ``counts`` are before, added, removed, moved in, moved out, changed, after.
    """

    layer: str
    title: str
    where: str
    counts: tuple[int, ...]


def difference_table(rows: Sequence[DifferenceRow], view: View) -> Markup:
    """Return the table; that nothing changed is a sentence."""
    if not rows:
        body = Markup('<p class="empty">{}</p>').format(
            view.text("Nothing changed between the two days.")
        )
    else:
        body = _table(rows, view)
    return Markup(
        '<section class="differences card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="differences">{}</div></section>'
    ).format(
        view.text("By register and subdistrict"),
        view.text("after = before + added + moved in − removed − moved out"),
        body,
    )


def _table(rows: Sequence[DifferenceRow], view: View) -> Markup:
    heads = (
        view.text("Before"), view.text("Added"), view.text("Removed"), view.text("Moved in"),
        view.text("Moved out"), view.text("Changed"), view.text("After"),
    )  # fmt: skip
    return Markup(
        "<table><thead><tr><th>{}</th><th>{}</th>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(
        view.text("Register"),
        view.text("Subdistrict"),
        joined(Markup('<th class="num">{}</th>').format(head) for head in heads),
        joined(
            Markup("<tr><td>{}{}</td><td>{}</td>{}</tr>").format(
                icon(row.layer),
                row.title,
                row.where,
                joined(_count(count, n) for n, count in enumerate(row.counts)),
            )
            for row in rows
        ),
    )


def _count(count: int, place: int) -> Markup:
    """Return a figure; of what changed a zero is left out, so that the rest is seen."""
    whole = place in {0, 6}
    return Markup('<td class="num">{}</td>').format(f"{count:,}" if count or whole else "")


def difference_words(lines: Sequence[str], more: int, view: View) -> Markup:
    """Return the difference in words, as the terminal says it."""
    rest = view.text("{count:,} more lines are in the file.", count=more) if more > 0 else ""
    return Markup(
        '<section class="words card"><header><h2>{}</h2></header>'
        '<div class="scroll" data-keep="words"><pre>{}</pre><p class="rest">{}</p></div></section>'
    ).format(view.text("In words"), "\n".join(lines), rest)
