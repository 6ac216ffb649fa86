"""The compensation sheet (补偿) on paper, as JSON and for a terminal."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from desks.stock import plain
from geodata.writing import write_file
from language import Catalogue, Sentence, say

from .requisition import CompensationSheet, SheetRow

FORMAT = 1
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_HEADING_ROW = 2
_AMOUNT = 14
"""The column to fill in."""

_QUANTITY, _MONEY = "General", "#,##0.00"
_LINE, _LINE_POINTS = "#B8C0C6", 16
_A4 = 9


def compensation_document(sheet: CompensationSheet) -> dict[str, Any]:
    """Return the sheet as docs/schemas/compensation.schema.json states it: exact decimals as text.

    ``amount_yuan`` is null where people must fill it in.
    """
    return {
        "format": FORMAT,
        "until": sheet.until.isoformat(),
        "rows": [_row_document(row) for row in sheet.rows],
        "total_yuan": f"{sheet.total_yuan:.2f}",
        "unfilled": sheet.unfilled,
    }


def compensation_lines(sheet: CompensationSheet, catalogue: Catalogue) -> Iterator[str]:
    """Yield the sheet as lines for a terminal, last what is owed in all."""
    for row in sheet.rows:
        line = say(
            "{order} · {owner} · {item}: {out} {unit} out, {back} back, {lost} lost, {open} open; "
            "{days} days; {amount}",
            order=row.requisition,
            owner=row.owner,
            item=row.lot.item,
            unit=row.lot.unit,
            out=plain(row.out),
            back=plain(row.back),
            lost=plain(row.lost),
            open=plain(row.open),
            days=row.days,
            amount=_amount(row, catalogue),
        )
        yield catalogue.word(line)
    yield catalogue.word(_total(sheet))


def write_compensation(path: Path, sheet: CompensationSheet, catalogue: Catalogue) -> None:
    """Write the sheet as a workbook to fill in and sign; the same sheet gives the same bytes.

    Every text is written as text, never as a formula. Cells without an amount are framed and the
    sum below counts what is filled in there.

    Raises:
        UserError: if it cannot be written or the disk is full.

    """
    with write_file(path) as fresh:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(fresh), options)
        book.set_properties({"created": _CREATED})
        _fill(book, sheet, catalogue)
        book.close()


def _fill(book: xlsxwriter.Workbook, sheet: CompensationSheet, catalogue: Catalogue) -> None:
    page = book.add_worksheet(catalogue.word(say("Compensation")))
    bold = book.add_format({"bold": True, "font_size": 16})
    page.write_string(0, 0, catalogue.word(say("Compensation for requisitioned goods")), bold)
    page.write_string(1, 0, catalogue.word(_total(sheet)))
    page.set_row(0, 28)
    _fill_rows(book, page, sheet, catalogue)
    _fill_sum(book, page, sheet, catalogue)
    page.freeze_panes(_HEADING_ROW + 1, 0)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.5)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADING_ROW)


def _fill_rows(
    book: xlsxwriter.Workbook, page: Worksheet, sheet: CompensationSheet, catalogue: Catalogue
) -> None:
    cell = {"border": 1, "border_color": _LINE, "text_wrap": True, "valign": "vcenter"}
    head = book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#F2F4F5"})
    text, number = book.add_format(cell), book.add_format({**cell, "num_format": _QUANTITY})
    money = book.add_format({**cell, "num_format": _MONEY})
    to_fill = book.add_format({**cell, "num_format": _MONEY, "border": 2, "bg_color": "#FFF7E0"})
    page.set_row(_HEADING_ROW, 2 * _LINE_POINTS)
    for column, (title, width) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(_HEADING_ROW, column, catalogue.word(title), head)
    for at, row in enumerate(sheet.rows, start=_HEADING_ROW + 1):
        cells = _cells(row)
        page.set_row(at, _lines(cells) * _LINE_POINTS)
        for column, value in enumerate(cells):
            if isinstance(value, str):
                page.write_string(at, column, value, text)
            elif value is None:
                page.write_blank(at, column, None, to_fill)
            else:
                page.write_number(at, column, value, money if column == _AMOUNT else number)


def _fill_sum(
    book: xlsxwriter.Workbook, page: Worksheet, sheet: CompensationSheet, catalogue: Catalogue
) -> None:
    last = _HEADING_ROW + len(sheet.rows)
    bold = book.add_format({"bold": True})
    money = book.add_format({"bold": True, "num_format": _MONEY})
    letter = chr(ord("A") + _AMOUNT)
    formula = f"=SUM({letter}{_HEADING_ROW + 2}:{letter}{last + 1})" if sheet.rows else "=0"
    page.write_string(last + 1, 0, catalogue.word(say("Sum of the amounts filled in (yuan)")), bold)
    page.write_formula(last + 1, _AMOUNT, formula, money, float(sheet.total_yuan))
    signing = say("Requisitioned by:                    Owner:                    Date:")
    page.write_string(last + 3, 0, catalogue.word(signing))


def _lines(cells: Iterable[object]) -> int:
    """Return how many lines the fullest cell takes; a Chinese sign is as wide as two others."""
    widths = (width for _, width in _COLUMNS)
    needed = (
        -(-sum(2 if sign > "\u2e7f" else 1 for sign in cell) // (width - 1))
        for cell, width in zip(cells, widths, strict=True)
        if isinstance(cell, str)
    )
    return max(2, *needed)


_COLUMNS: tuple[tuple[Sentence, int], ...] = (
    (say("Order"), 12),
    (say("Owner"), 17),
    (say("Item code"), 9),
    (say("Item"), 14),
    (say("Unit"), 6),
    (say("Taken"), 8),
    (say("Returned"), 8),
    (say("Lost"), 8),
    (say("Still out"), 8),
    (say("Taken on"), 11),
    (say("Returned on"), 11),
    (say("Days"), 6),
    (say("Quantity × days"), 9),
    (say("Damage"), 16),
    (say("Amount (yuan)"), 12),
    (say("By which rate"), 14),
    (say("Signature"), 12),
)


def _cells(row: SheetRow) -> tuple[str | float | None, ...]:
    """Return the cells of a row in the order of the columns; ``None`` is to be filled in."""
    return (
        row.requisition,
        row.owner,
        row.lot.item_code,
        row.lot.item,
        row.lot.unit,
        float(row.out),
        float(row.back),
        float(row.lost),
        float(row.open),
        row.first_out.isoformat(),
        row.last_back.isoformat() if row.last_back else "",
        float(row.days),
        float(row.unit_days),
        row.damage,
        None if row.amount_yuan is None else float(row.amount_yuan),
        row.basis,
        "",
    )


def _row_document(row: SheetRow) -> dict[str, Any]:
    return {
        "requisition": row.requisition,
        "owner": row.owner,
        "item_code": row.lot.item_code,
        "item": row.lot.item,
        "unit": row.lot.unit,
        "expiry": row.lot.expiry,
        "batch": row.lot.batch,
        "out": plain(row.out),
        "back": plain(row.back),
        "lost": plain(row.lost),
        "open": plain(row.open),
        "first_out": row.first_out.isoformat(),
        "last_back": row.last_back.isoformat() if row.last_back else None,
        "days": row.days,
        "unit_days": plain(row.unit_days),
        "damage": row.damage,
        "amount_yuan": None if row.amount_yuan is None else f"{row.amount_yuan:.2f}",
        "basis": row.basis,
    }


def _amount(row: SheetRow, catalogue: Catalogue) -> str:
    if row.amount_yuan is None:
        return catalogue.word(say("amount to fill in"))
    return catalogue.word(say("{amount} yuan", amount=f"{row.amount_yuan:.2f}"))


def _total(sheet: CompensationSheet) -> Sentence:
    return say(
        "Compensation until {until}: {total} yuan; {unfilled} amounts to fill in",
        until=sheet.until.isoformat(),
        total=f"{sheet.total_yuan:.2f}",
        unfilled=sheet.unfilled,
    )
