"""The paper as an Excel file: live figures, a sheet a table, its defects and its method."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from desks.register.sheets import FONT, HEADING, INK, LINE, QUIET, workbook
from geodata.faults import UserError
from geodata.writing import write_file
from language import Catalogue, Sentence, say

from .draft import DRAFT, PLAN_BLUE, cells, draft_line, exercise_bar, plan_bar
from .paper import Cell, Heading, Paper, Paragraph, Percent, Table
from .same_bytes import sealed
from .wording import cell_text, clean, district_name, tenths, titles, word

MOST_CHARACTERS = 32_767
"""What a cell holds (Excel's own limit); a longer text is cut and ends in …."""

MOST_NAME = 31
MOST_HEAD = 100
"""Signs of a printed head: it may hold 255, and each may be an ampersand."""

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\\\'", " "))
_WIDEST, _NARROWEST = 60, 8
_FIRST_ROW = 3
_PERMILLE = 1000
ALARM = "#A8321A"
EXERCISE_VIOLET = "#5B2A86"


@dataclass(frozen=True)
class Looks:
    """The looks of the cells of one workbook."""

    text: Format
    figure: Format
    share: Format
    head: Format
    head_figure: Format
    text_figure: Format
    total: Format
    total_figure: Format
    total_share: Format
    title: Format
    quiet: Format
    draft: Format


def write_workbook(paper: Paper, path: Path) -> None:
    """Write the paper as .xlsx: whatever is text stays text, sums and shares are formulas.

    Raises:
        UserError: where the place cannot be written or the disk is full.

    """
    with write_file(path) as fresh:
        try:
            _fill(paper, fresh)
        except UserError as error:
            # the user knows the file's own name, not the one that it has until it is whole
            raise UserError(replace(one, file=str(path)) for one in error.faults) from error
        fresh.write_bytes(sealed(fresh.read_bytes()))


def _fill(paper: Paper, path: Path) -> None:
    with workbook(path, title=word(paper.title, paper.words)[:255]) as book:
        looks = _looks(book)
        names = _Names()
        _defects(book.add_worksheet(names.new(_said(paper, say("Gate")))), paper, looks)
        headed = zip(paper.blocks, titles(paper.blocks, paper.words), strict=True)
        for block, title in headed:
            if isinstance(block, Table):
                sheet = book.add_worksheet(names.new(word(block.title, paper.words)))
                _table(sheet, block, title, paper, looks)
        _method(book.add_worksheet(names.new(_said(paper, say("Method")))), paper, looks)


def _said(paper: Paper, sentence: Sentence) -> str:
    return word(sentence, paper.words)


class _Names:
    """Gives each sheet a name of its own, as short as Excel asks."""

    def __init__(self) -> None:
        """Begin without names."""
        self._held: set[str] = set()

    def new(self, title: str) -> str:
        """Return a name for the title that no sheet has yet."""
        plain = clean(title).translate(_FORBIDDEN).strip()[:MOST_NAME] or "-"
        name, number = plain, 1
        while name.lower() in self._held:
            number += 1
            tail = f" {number}"
            name = plain[: MOST_NAME - len(tail)] + tail
        self._held.add(name.lower())
        return name


def _looks(book: xlsxwriter.Workbook) -> Looks:
    face = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
    head = {**face, "bold": True, "text_wrap": True, "bg_color": HEADING}
    strong = {**face, "bold": True, "top": 1, "border_color": LINE}
    whole, share = {"num_format": "#,##0"}, {"num_format": "0.0%"}
    return Looks(
        text=book.add_format({**face, "text_wrap": True, "num_format": "@"}),
        figure=book.add_format({**face, **whole, "align": "right"}),
        share=book.add_format({**face, **share, "align": "right"}),
        head=book.add_format(head),
        head_figure=book.add_format({**head, "align": "right"}),
        text_figure=book.add_format({**face, "num_format": "@", "align": "right"}),
        total=book.add_format({**strong, "num_format": "@"}),
        total_figure=book.add_format({**strong, **whole, "align": "right"}),
        total_share=book.add_format({**strong, **share, "align": "right"}),
        title=book.add_format({**face, "bold": True, "font_size": 13}),
        quiet=book.add_format({**face, "font_color": QUIET}),
        draft=book.add_format({**face, "font_color": ALARM, "bold": True}),
    )


def _put(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """Write a text as a text; one too long for a cell is cut and ends in …."""
    held = clean(text)
    if len(held) > MOST_CHARACTERS:
        held = held[: MOST_CHARACTERS - 1] + "…"
    if sheet.write_string(row, column, held, look) != 0:
        msg = f"a cell could not be written in row {row}"
        raise ValueError(msg)


def _head(sheet: Worksheet, title: str, paper: Paper, looks: Looks) -> None:
    """Write the title and, of a draft, its defects in the first rows and on every printed page."""
    _put(sheet, 0, 0, title, looks.title)
    line = draft_line(paper)
    bars = [one for one in (exercise_bar(paper), plan_bar(paper)) if one]
    marks = [*bars, *([f"{DRAFT}  {line}"] if line else [])]
    _put(sheet, 1, 0, "　".join(marks), looks.draft)
    if bars:
        # an ampersand begins a code of the printed head; two are one
        said = "　".join(bars)[:MOST_HEAD].replace("&", "&&")
        sheet.set_header(f"&C&B{said}")
        sheet.set_tab_color(EXERCISE_VIOLET if paper.exercise else PLAN_BLUE)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, _FIRST_ROW - 1)
    sheet.set_footer("&C&P / &N")


def _table(sheet: Worksheet, table: Table, title: str, paper: Paper, looks: Looks) -> None:
    """Write a table: ints as numbers, its sums and shares as formulas with their values kept."""
    _head(sheet, title, paper, looks)
    first = _FIRST_ROW
    for at, column in enumerate(table.columns):
        look = looks.head_figure if column.is_figure else looks.head
        _put(sheet, first - 1, at, word(column.title, paper.words), look)
        sheet.set_column(at, at, _width(table, at, paper.words))
    for number, row in enumerate(table.rows, start=first):
        for at, cell in enumerate(row):
            text = looks.text_figure if table.columns[at].is_figure else looks.text
            _cell(sheet, (number, at), cell, table, (text, looks.figure, looks.share), paper)
    end = first + len(table.rows)
    if table.total is not None:
        _total(sheet, table, (first, end), paper, looks)
        end += 1
    for number, said in enumerate(table.method, start=end + 1):
        _put(sheet, number, 0, word(said, paper.words), looks.quiet)
    sheet.freeze_panes(first, 1)


def _total(
    sheet: Worksheet, table: Table, rows: tuple[int, int], paper: Paper, looks: Looks
) -> None:
    """Write the last row: a formula where the rows must add up."""
    first, end = rows
    styles = (looks.total, looks.total_figure, looks.total_share)
    for at, (column, cell) in enumerate(zip(table.columns, table.total or (), strict=True)):
        if column.key in table.sums and isinstance(cell, int) and table.rows:
            top, low = xl_rowcol_to_cell(first, at), xl_rowcol_to_cell(end - 1, at)
            sheet.write_formula(end, at, f"=SUM({top}:{low})", looks.total_figure, cell)
        else:
            _cell(sheet, (end, at), cell, table, styles, paper)


def _cell(
    sheet: Worksheet,
    place: tuple[int, int],
    cell: Cell,
    table: Table,
    looks: tuple[Format, Format, Format],
    paper: Paper,
) -> None:
    row, at = place
    text, figure, share = looks
    if isinstance(cell, int):
        sheet.write_number(row, at, cell, figure)
    elif isinstance(cell, Percent) and cell.whole:
        _share(sheet, place, cell, table, share)
    else:
        _put(sheet, row, at, cell_text(cell, paper.words), text)


def _share(
    sheet: Worksheet, place: tuple[int, int], cell: Percent, table: Table, look: Format
) -> None:
    """Write a share that is cut: by formula from its two columns where the table names them."""
    row, at = place
    value = (tenths(cell) or 0) / _PERMILLE
    names = table.columns[at].share_of
    keys = [column.key for column in table.columns]
    if names is None or not set(names) <= set(keys):
        sheet.write_number(row, at, value, look)
        return
    part, whole = (xl_rowcol_to_cell(row, keys.index(name)) for name in names)
    sheet.write_formula(row, at, f"=INT({part}*{_PERMILLE}/{whole})/{_PERMILLE}", look, value)


def _width(table: Table, at: int, words: Catalogue) -> float:
    """Return the width of a column in characters, by its longest cell."""
    texts = [cell_text(row[at], words)[:_WIDEST] for row in table.rows]
    longest = max([cells(text) for text in texts], default=0)
    head = max(cells(part) for part in word(table.columns[at].title, words).split() or [""])
    return min(max(longest, head, _NARROWEST) + 2, _WIDEST)


def _defects(sheet: Worksheet, paper: Paper, looks: Looks) -> None:
    """Write the sheet of the gate: each defect in a row, or that there is none."""
    _head(sheet, word(paper.title, paper.words), paper, looks)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 100)
    _put(sheet, 2, 0, _said(paper, say("No.")), looks.head)
    _put(sheet, 2, 1, _said(paper, say("Defect")), looks.head)
    for number, defect in enumerate(paper.defects, start=1):
        sheet.write_number(_FIRST_ROW - 1 + number, 0, number, looks.figure)
        _put(sheet, _FIRST_ROW - 1 + number, 1, _said(paper, defect), looks.text)
    if not paper.defects:
        _put(sheet, _FIRST_ROW, 1, _said(paper, say("None.")), looks.text)
    sheet.freeze_panes(_FIRST_ROW, 0)


def _method(sheet: Worksheet, paper: Paper, looks: Looks) -> None:
    """Write what the figures rest on: the facts by key, then every heading and sentence."""
    _head(sheet, _said(paper, say("Method")), paper, looks)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    rows = [*_facts(paper), *_texts(paper)]
    for number, (key, text) in enumerate(rows, start=_FIRST_ROW):
        _put(sheet, number, 0, key, looks.quiet)
        _put(sheet, number, 1, text, looks.text)


def _facts(paper: Paper) -> Iterator[tuple[str, str]]:
    if paper.plan is not None:
        yield "plan", plan_bar(paper)
    yield "district", district_name(paper.district_zh, paper.district_en, paper.words)
    yield "issuer", paper.issuer
    yield "day", paper.day
    yield "secrecy", paper.secrecy
    yield "review_no", paper.review_no
    yield from sorted(paper.facts.items())


def _texts(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the headings and sentences of the paper in reading order."""
    headed = zip(paper.blocks, titles(paper.blocks, paper.words), strict=True)
    for block, title in headed:
        if isinstance(block, Heading):
            yield "", title
        elif isinstance(block, Paragraph):
            yield from (("", word(said, paper.words)) for said in block.text)
