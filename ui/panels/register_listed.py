"""What a list of stock changes in the ledger: each lot before and after, and what it leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, joined, tag

SHOWN = 100


@dataclass(frozen=True)
class EntryLine:
    """One movement that would be entered: depot, item, day it expires, before and after."""

    depot: str
    item: str
    expiry: str
    before: str
    after: str


@dataclass(frozen=True)
class AbsentLine:
    """One lot that a listed depot holds and the list does not name."""

    depot: str
    item: str
    held: str


def stock_changes(
    lines: Sequence[EntryLine], absent: Sequence[AbsentLine], same: int, view: View
) -> Markup:
    """Return the changes of stock; a lot that the list leaves out stays, and is named."""
    told = view.text("{count:,} movements · {same:,} lots as listed", count=len(lines), same=same)
    body = joined(_entry(line) for line in lines[:SHOWN])
    left = joined(
        Markup('<tr class="left"><td>{}</td><td>{}</td><td></td><td class="num">{}</td>'
               "<td>{}</td></tr>").format(
            line.depot, line.item, line.held, tag("▲ " + view.text("not listed, stays"), "warn"))
        for line in absent[:SHOWN]
    )  # fmt: skip
    rest = max(0, len(lines) - SHOWN) + max(0, len(absent) - SHOWN)
    heads = (view.text("Depot"), view.text("Item"), view.text("Expiry"),
             view.text("In the ledger"), view.text("As listed"))  # fmt: skip
    return Markup(
        '<details class="listed card"{}><summary><b>{}</b> <span class="mut">{}</span></summary>'
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}{}</tbody></table></div>'
        "{}</details>"
    ).format(
        Markup(" open") if lines else "",
        view.text("Stock"),
        told,
        joined(Markup("<th>{}</th>").format(head) for head in heads),
        body,
        left,
        Markup('<p class="rest">{}</p>').format(view.text("{count:,} more", count=rest))
        if rest
        else "",
    )


def _entry(line: EntryLine) -> Markup:
    return Markup(
        '<tr><td>{}</td><td>{}</td><td>{}</td><td class="num">{}</td><td class="num"><b>{}</b></td>'
        "</tr>"
    ).format(line.depot, line.item, line.expiry, line.before, line.after)
