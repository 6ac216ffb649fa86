"""Stock as a ledger: what each depot holds, every movement, and what owners are to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, search_field, segments, select
from .markup import View, joined, tag

SHOWN = 200


@dataclass(frozen=True)
class StockLine:
    """What an account holds of one lot; ``short`` where more was given than it had."""

    account: str
    item: str
    code: str
    quantity: str
    unit: str
    expiry: str
    expired: bool
    short: bool


@dataclass(frozen=True)
class MoveLine:
    """One movement in words; ``undone`` where a later one reversed it."""

    id: str
    when: str
    kind: str
    item: str
    quantity: str
    source: str
    target: str
    note: str
    undone: bool


@dataclass(frozen=True)
class OwedLine:
    """What was taken from an owner, what came back, and what is still out."""

    order: str
    owner: str
    item: str
    out: str
    back: str
    left: str
    days: str
    damage: str
    amount: str


LEDGER_VIEWS = ("stock", "moves", "owed")


def ledger_head(
    chosen: str, depots: Sequence[tuple[str, str]], depot: str, text: str, view: View
) -> Markup:
    """Return the choice of the view, the depot and the search."""
    views = [
        ("stock", view.text("Stock")),
        ("moves", view.text("Movements")),
        ("owed", view.text("Requisitions")),
    ]
    return Markup('<div class="ledger-head card">{}{}{}</div>').format(
        segments("ledger_view", views, chosen),
        select("depot", [("", view.text("All depots")), *depots], depot, label=view.text("Depot")),
        search_field("find", text, label=view.text("Item or code")),
    )


def proof(movements: int, troubles: Sequence[str], view: View, *, zero: bool) -> Markup:
    """Return whether all accounts together are zero, and each trouble in words."""
    said = (
        tag("✓ " + view.text("balances"), "ok")
        if zero
        else tag("✕ " + view.text("does not balance"), "bad")
    )
    return Markup('<div class="proof">{} <span>{}</span>{}</div>').format(
        said,
        view.text("{count:,} movements · before = after + issued", count=movements),
        joined(Markup('<p class="bad">✕ {}</p>').format(one) for one in troubles),
    )


def stock(lines: Sequence[StockLine], view: View) -> Markup:
    """Return the balances, a deficit and what is out of date marked in words."""
    if not lines:
        return _empty(view.text("No stock is entered. Import a depot's workbook, or enter it."))
    rows = joined(
        Markup(
            '<tr><td>{}</td><td>{}</td><td class="num">{}</td><td class="num"><b>{}</b> {}</td>'
            "<td>{}</td></tr>"
        ).format(
            line.account,
            line.item,
            line.code or Markup('<span class="mut">{}</span>').format(view.text("no code")),
            line.quantity,
            line.unit,
            _state(line, view),
        )
        for line in lines[:SHOWN]
    )
    heads = (
        view.text("Depot"), view.text("Item"), view.text("Item code"), view.text("On hand"),
        view.text("Expiry"),
    )  # fmt: skip
    return _table("stock", heads, rows, (2, 3), _rest(len(lines), view))


def _state(line: StockLine, view: View) -> Markup:
    if line.short:
        return tag("✕ " + view.text("more given than it had"), "bad")
    if line.expired:
        return tag("▲ " + view.text("expired {date}", date=line.expiry), "warn")
    return Markup("{}").format(line.expiry or "—")


def moves(lines: Sequence[MoveLine], view: View, *, may: bool) -> Markup:
    """Return the movements, the latest first, each of which can be reversed but not changed."""
    if not lines:
        return _empty(view.text("Nothing has been moved yet."))
    rows = joined(
        Markup(
            '<tr class="{}"><td class="num">{}</td><td>{}</td><td>{}</td>'
            '<td class="num"><b>{}</b></td><td>{} → {}</td><td>{}</td><td>{}</td></tr>'
        ).format(
            "undone" if line.undone else "",
            line.when,
            line.kind,
            line.item,
            line.quantity,
            line.source,
            line.target,
            line.note,
            tag(view.text("reversed"))
            if line.undone
            else button("reverse", view.text("Reverse"), value=line.id, kind="quiet", off=not may),
        )
        for line in lines[:SHOWN]
    )
    heads = (
        view.text("When"), view.text("Kind"), view.text("Item"), view.text("Quantity"),
        view.text("From → to"), view.text("Note"), "",
    )  # fmt: skip
    return _table("moves", heads, rows, (0, 3), _rest(len(lines), view))


def owed(lines: Sequence[OwedLine], view: View) -> Markup:
    """Return the compensation sheet: owner, out, in, still out, days, damage, amount."""
    if not lines:
        return _empty(view.text("Nothing has been requisitioned."))
    rows = joined(
        Markup(
            '<tr><td>{}</td><td>{}</td><td>{}</td><td class="num">{}</td><td class="num">{}</td>'
            '<td class="num"><b>{}</b></td><td class="num">{}</td><td>{}</td>'
            '<td class="num">{}</td></tr>'
        ).format(
            line.order, line.owner, line.item, line.out, line.back, line.left, line.days,
            line.damage or "—",
            line.amount or _open(view),
        )
        for line in lines[:SHOWN]
    )  # fmt: skip
    heads = (
        view.text("Order"), view.text("Owner"), view.text("Item"), view.text("Taken"),
        view.text("Given back"), view.text("Still out"), view.text("Days"), view.text("Damage"),
        view.text("Compensation"),
    )  # fmt: skip
    return _table("owed", heads, rows, (3, 4, 5, 6, 8), _rest(len(lines), view))


def _open(view: View) -> Markup:
    return Markup('<span class="mut">{}</span>').format(view.text("to be filled in"))


def _rest(count: int, view: View) -> Markup:
    if count <= SHOWN:
        return Markup("")
    return Markup('<p class="rest">{}</p>').format(
        view.text("{count:,} more: narrow the search.", count=count - SHOWN)
    )


def _empty(said: str) -> Markup:
    return Markup('<section class="book card"><p class="empty">{}</p></section>').format(said)


def _table(
    name: str, heads: Sequence[str], rows: Markup, numbers: Sequence[int], rest: Markup
) -> Markup:
    return Markup(
        '<section class="book card"><div class="scroll" data-keep="{}"><table><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table>{}</div></section>"
    ).format(
        name,
        joined(
            Markup("<th{}>{}</th>").format(Markup(' class="num"') if n in numbers else "", head)
            for n, head in enumerate(heads)
        ),
        rows,
        rest,
    )
