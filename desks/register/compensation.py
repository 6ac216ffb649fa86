"""The compensation sheet (补偿) on paper, as JSON and for a terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from desks.stock import plain
from geodata.writing import write_file
from language import Catalogue, Sentence, say

from .requisition import CompensationSheet, SheetRow

FORMAT = 1
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_HEADING_ROW = 2
_QUANTITY = "#,##0.###"


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
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain_cell = book.add_format({"bottom": 4, "text_wrap": True, "valign": "top"})
    number = book.add_format({"bottom": 4, "num_format": _QUANTITY, "valign": "top"})
    money = book.add_format({"bottom": 4, "num_format": "#,##0.00", "valign": "top"})
    to_fill = book.add_format({"border": 2, "num_format": "#,##0.00", "bg_color": "#FFF7E0"})
    page.write_string(0, 0, catalogue.word(say("Compensation for requisitioned goods")), bold)
    page.write_string(1, 0, catalogue.word(_total(sheet)))
    for column, (title, width) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(_HEADING_ROW, column, catalogue.word(title), head)
    amount = len(_COLUMNS) - 3
    for number_of_row, row in enumerate(sheet.rows, start=_HEADING_ROW + 1):
        for column, cell in enumerate(_cells(row)):
            if isinstance(cell, str):
                page.write_string(number_of_row, column, cell, plain_cell)
            elif cell is None:
                page.write_blank(number_of_row, column, None, to_fill)
            else:
                page.write_number(
                    number_of_row, column, cell, money if column == amount else number
                )
    last = _HEADING_ROW + len(sheet.rows)
    page.write_string(last + 1, 0, catalogue.word(say("Sum of the amounts filled in (yuan)")), head)
    letter = chr(ord("A") + amount)
    formula = f"=SUM({letter}{_HEADING_ROW + 2}:{letter}{last + 1})" if sheet.rows else "=0"
    page.write_formula(last + 1, amount, formula, money, float(sheet.total_yuan))
    signing = say("Requisitioned by:                    Owner:                    Date:")
    page.write_string(last + 3, 0, catalogue.word(signing))
    page.freeze_panes(_HEADING_ROW + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADING_ROW)


_COLUMNS: tuple[tuple[Sentence, int], ...] = (
    (say("Order"), 16),
    (say("Owner"), 22),
    (say("Item code"), 11),
    (say("Item"), 20),
    (say("Unit"), 7),
    (say("Taken"), 9),
    (say("Returned"), 9),
    (say("Lost"), 9),
    (say("Still out"), 9),
    (say("Taken on"), 12),
    (say("Returned on"), 12),
    (say("Days"), 7),
    (say("Quantity × days"), 11),
    (say("Damage"), 24),
    (say("Amount (yuan)"), 14),
    (say("By which rate"), 20),
    (say("Signature"), 14),
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
