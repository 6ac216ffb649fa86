"""A register as a table that is paged and searched, and one record of it with what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, search_field, select
from .markup import View, icon, joined, tag

PAGE = 50
"""Rows drawn at once: more cannot be read without turning the page, and are not sent."""


@dataclass(frozen=True)
class TablePage:
    """One page of a register: the headings, and for each row its id and its cells as text.

    ``found`` rows hold the text that is searched, of ``total``; ``first`` is the place of the
    first row drawn, from 0. ``notes`` says in a word what is wrong with a row.
    """

    layer: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    numbers: frozenset[int]
    first: int
    found: int
    total: int
    text: str = ""
    picked: str = ""


@dataclass(frozen=True)
class Doing:
    """What this viewer may do with the layer: a button that may not be used says why."""

    add: bool
    change: bool
    why_not: str = ""


def table(page: TablePage, layers: Sequence[tuple[str, str]], doing: Doing, view: View) -> Markup:
    """Return the choice of the register, the search, the rows and the pager."""
    return Markup('<section class="registry card">{}{}{}</section>').format(
        _head(page, layers, doing, view), _rows(page, view), _pager(page, view)
    )


def _head(page: TablePage, layers: Sequence[tuple[str, str]], doing: Doing, view: View) -> Markup:
    count = view.text("{count:,} rows", count=page.total)
    if page.found != page.total:
        count = view.text("{found:,} of {total:,} rows", found=page.found, total=page.total)
    hint = view.text("Name, pinyin, initials or any cell")
    return Markup('<header>{}{}{}<span class="n">{}</span>{}</header>').format(
        icon(page.layer),
        select("layer", layers, page.layer, label=view.text("Register")),
        search_field("search", page.text, label=hint),
        count,
        button("add", "＋ " + view.text("Add a record"), kind="primary")
        if doing.add
        else Markup('<span class="mut">{}</span>').format(doing.why_not),
    )


def _rows(page: TablePage, view: View) -> Markup:
    if not page.rows:
        said = (
            view.text("No row holds this text. Shorten it, or choose another register.")
            if page.text
            else view.text("This register is empty. Add a record, or import a file.")
        )
        return Markup('<div class="scroll"><p class="empty">{}</p></div>').format(said)
    heads = joined(
        Markup("<th{}>{}</th>").format(_right(page, n), title)
        for n, title in enumerate(page.titles)
    )
    body = joined(
        Markup('<tr data-act="pick" data-value="{}" tabindex="0"{}>{}</tr>').format(
            row_id,
            Markup(' aria-selected="true"') if row_id == page.picked else "",
            joined(
                Markup('<td{} title="{}">{}{}</td>').format(
                    _right(page, n), cell, cell, _note(note, view) if n == 1 else ""
                )
                for n, cell in enumerate(cells)
            ),
        )
        for (row_id, cells), note in zip(page.rows, page.notes, strict=True)
    )
    return Markup(
        '<div class="scroll" data-keep="rows-{}-{}"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(page.layer, page.first, heads, body)


def _right(page: TablePage, number: int) -> Markup:
    return Markup(' class="num"') if number in page.numbers else Markup("")


def _note(note: str, view: View) -> Markup:
    del view
    return Markup(" {}").format(tag("▲ " + note, "warn")) if note else Markup("")


def _pager(page: TablePage, view: View) -> Markup:
    if page.found <= PAGE:
        return Markup("")
    last = min(page.first + PAGE, page.found)
    said = view.text(
        "{first:,}–{last:,} of {count:,}", first=page.first + 1, last=last, count=page.found
    )
    before, after = page.first - PAGE, page.first + PAGE
    return Markup('<div class="foot">{}<span>{}</span>{}</div>').format(
        button("page", "‹ " + view.text("Back"), value=str(max(before, 0)), off=before < 0),
        said,
        button("page", view.text("Further") + " ›", value=str(after), off=after >= page.found),
    )


@dataclass(frozen=True)
class RecordCard:
    """One record: its columns under their titles ("" is not on file), and how it stands.

    ``personal`` are (column key, title, text as this viewer may see it, whether it is masked).
    """

    layer: str
    layer_title: str
    id: str
    name: str
    version: int
    facts: tuple[tuple[str, str], ...]
    personal: tuple[tuple[str, str, str, bool], ...]
    place: str
    verified: str
    stale: bool
    head: str


def record_card(card: RecordCard, doing: Doing, view: View) -> Markup:
    """Return the record with its columns, gaps in words, and what can be done with it."""
    lines = joined(_fact(title, text, view) for title, text in (*card.facts,))
    verified = card.verified or view.text("never")
    return Markup(
        '<section class="record card"><header>{icon}<h2>{name}<span class="n">{title} · {id}</span>'
        '</h2>{close}</header><div class="scroll" data-keep="record-{id}"><dl>{lines}{personal}'
        "<dt>{at}</dt><dd>{place}</dd><dt>{when}</dt><dd>{verified}</dd></dl></div>"
        '<p class="chain">{chain}</p><div class="foot">{buttons}</div></section>'
    ).format(
        icon=icon(card.layer),
        name=card.name or card.id,
        title=card.layer_title,
        id=card.id,
        close=button("close", "✕", kind="quiet"),
        lines=lines,
        personal=joined(_personal(*one, view) for one in card.personal),
        at=view.text("Position"),
        place=card.place or tag("▲ " + view.text("without position"), "warn"),
        when=view.text("Last verified"),
        verified=tag("▲ " + verified, "warn") if card.stale else verified,
        chain=view.text("version {version} · {head}", version=card.version, head=card.head[:12]),
        buttons=_buttons(doing, view),
    )


def _fact(title: str, text: str, view: View) -> Markup:
    shown = text or Markup('<span class="mut">{}</span>').format(view.text("not on file"))
    return Markup("<dt>{}</dt><dd>{}</dd>").format(title, shown)


def _personal(key: str, title: str, text: str, masked: bool, view: View) -> Markup:  # noqa: FBT001 - a column of the card
    if not text:
        return _fact(title, "", view)
    show = button("unmask", view.text("Show (logged)"), value=key) if masked else ""
    return Markup('<dt>{}</dt><dd><span class="tel">{}</span> {}</dd>').format(title, text, show)


def _buttons(doing: Doing, view: View) -> Markup:
    history = button("history", view.text("History"))
    if not doing.change:
        return Markup('{}<span class="mut">{}</span>').format(history, doing.why_not)
    return Markup("{}{}{}{}{}").format(
        button("edit", view.text("Edit"), kind="primary"),
        button("move", view.text("Move on the map")),
        button("verify", "✓ " + view.text("Verified today")),
        history,
        button("remove", view.text("Remove")),
    )
