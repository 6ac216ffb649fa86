"""The user's own table with every defect in its cell: to be mended there and imported again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from geodata.coordinates import position_headings
from geodata.opening import open_vector
from geodata.tables import (
    TABLE_SUFFIXES,
    heading_columns,
    heading_key,
    raw_grid,
    read_grid,
    sheet_names,
)
from geodata.workbook import Cell, Grid, NumberedRow
from language import Catalogue, Sentence, say
from layers import LayerSpec
from layers import layer as layer_of
from layers.exchange import DEFECTS
from layers.headings import known_names
from layers.sources import child_sheet

from .defects import Defect
from .rehearsal import Rehearsal
from .sheets import FONT, INK, MOST_CHARACTERS, WEIGHT_FILLS, put, styles, width_of, workbook

MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_MOST_LINKS = 60_000
"""A workbook holds 65,530 links a sheet."""

_ORDER = ("decide", "confirm", "auto")
_WORDS: Mapping[str, Sentence] = MappingProxyType(
    {"decide": say("decide"), "confirm": say("confirm"), "auto": say("by rule")}
)
_FORBIDDEN = str.maketrans("[]:*?/\\'", "________")
_MOST_NAME, _ROWS_WEIGHED = 31, 100
_A4 = 9
_NARROW, _WIDEST = 8, 32
_LIST_WIDTHS = (10, 18, 8, 18, 26, 44, 44, 10)
_COMMENT = {"author": "Shouwang", "x_scale": 2.2, "y_scale": 1.4, "font_size": 9}

Place = tuple[str, int, int]
"""A sheet of the new workbook and a cell of it, counted from 0."""


@dataclass(frozen=True)
class Marked:
    """How many cells were coloured and how many lines the list of defects has."""

    cells: int
    listed: int


@dataclass(frozen=True)
class _Page:
    """One sheet to rewrite: its name in the file and the new one, its cells, where headings are."""

    sheet: str
    title: str
    rows: tuple[NumberedRow, ...]
    heading_row: int
    columns: Mapping[str, int]


def marked_workbook(
    path: Path, rehearsal: Rehearsal, out: Path, *, layer: str | None = None, language: str = "zh"
) -> Marked:
    """Return what was marked in a workbook ``out`` made of the user's file.

    The first sheet lists every defect (weight, sheet, row, column, value, problem, mend) with a
    link to its cell; the others are the visible sheets of the file, each cell where it was, those
    with a defect coloured by weight and commented. Import passes the list over, so the workbook
    can be mended and imported as it is. ``layer`` is that of a geometry file, whose columns
    become a sheet without the shapes; feature n stands in row n + 1.

    Raises:
        UserError: if the file cannot be read or ``out`` cannot be written.

    """
    words = Catalogue.load(language)
    pages = _pages(path, layer_of(rehearsal.layer), layer)
    defects = (*rehearsal.defects, *_cut(pages))
    ordered = sorted(defects, key=lambda defect: _ORDER.index(defect.weight))
    places = [_place(defect, pages) for defect in ordered]
    marks: dict[Place, list[Defect]] = defaultdict(list)
    for defect, found in zip(ordered, places, strict=True):
        for place in found:
            marks[place].append(defect)
    with workbook(out, title=path.name) as book:
        _write_list(book, ordered, places, words)
        for page in pages:
            _write_page(book, page, marks, words)
    return Marked(len(marks), len(ordered))


def _pages(path: Path, spec: LayerSpec, layer: str | None) -> list[_Page]:
    """Return the sheets of the file that a workbook can show, without an older list of defects."""
    if path.suffix.lower() not in TABLE_SUFFIXES:
        return [_feature_page(path, layer)]
    old = {heading_key(name) for name in DEFECTS}
    names = [name for name in sheet_names(path) if heading_key(name) not in old]
    found: list[_Page] = []
    taken = {heading_key(DEFECTS[0]), heading_key(DEFECTS[1])}
    for name in names or [""]:
        grid = raw_grid(path, sheet=name or None)
        title = _free(name or path.stem, taken)
        taken.add(heading_key(title))
        row, columns = _headings(path, grid, spec)
        found.append(_Page(grid.sheet, title, grid.rows, row, columns))
    return found


def _headings(path: Path, grid: Grid, spec: LayerSpec) -> tuple[int, Mapping[str, int]]:
    """Return the row of the headings and where they stand; none where the sheet has no cells."""
    if not any(cell != "" for row in grid.rows for cell in row.cells):
        return 1, {}
    children = (c for c in spec.children if child_sheet(c, [grid.sheet], spec) is not None)
    child = next(children, None)
    columns = spec.columns if child is None else child.columns
    known = known_names(columns) | position_headings()
    return heading_columns(read_grid(path, sheet=grid.sheet or None), known=known)


def _feature_page(path: Path, layer: str | None) -> _Page:
    """Return the columns of a geometry file as a sheet: the headings, then a row a feature."""
    frame = open_vector(path, layer)
    columns = frame.drop(columns=frame.geometry.name)
    missing = columns.isna()
    heads = [str(name) for name in columns]
    cells = [
        ["" if lost else _plain(cell) for cell, lost in
         zip(columns[name].tolist(), missing[name].tolist(), strict=True)]
        for name in columns
    ]  # fmt: skip
    rows = [NumberedRow(1, tuple(heads))]
    rows += [NumberedRow(i, row) for i, row in enumerate(zip(*cells, strict=True), start=2)]
    title = _free(path.stem, {heading_key(name) for name in DEFECTS})
    return _Page("", title, tuple(rows), 0, {head: i for i, head in enumerate(heads)})


def _plain(cell: object) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return str(cell)
    return cell


def _free(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other has."""
    plain = name.translate(_FORBIDDEN).strip()[:_MOST_NAME] or "Sheet"
    number, free = 1, plain
    while heading_key(free) in taken or heading_key(free) == "history":
        number += 1
        mark = f" {number}"
        free = plain[: _MOST_NAME - len(mark)] + mark
    return free


def _cut(pages: Sequence[_Page]) -> Iterator[Defect]:
    """Yield a line for what a workbook cannot hold of the file."""
    mend = say("Mend it in your own file, not here.")
    for page in pages:
        for row in page.rows:
            if any(isinstance(cell, str) and len(cell) > MOST_CHARACTERS for cell in row.cells):
                problem = say("A cell is longer than a workbook holds and is cut here.")
                yield Defect(page.sheet, row.number, "", "", problem, mend, "confirm", "cut_here")
        if page.rows and page.rows[-1].number > MOST_ROWS:
            problem = say("The table has more rows than a workbook holds; the rest is cut here.")
            yield Defect(page.sheet, None, "", "", problem, mend, "confirm", "cut_here")


def _place(defect: Defect, pages: Sequence[_Page]) -> tuple[Place, ...]:
    """Return the cells of a defect: its columns in its row, the row's first one, the heading."""
    page = next((page for page in pages if page.sheet == defect.sheet), None)
    if page is None and len(pages) == 1 and not defect.sheet:
        page = pages[0]
    if page is None or (defect.row is None and not defect.column):
        return ()
    at = page.columns.get(defect.column)
    parts = [defect.column] if at is not None else defect.column.split(", ")
    columns = [page.columns[part] for part in parts if part in page.columns]
    if defect.row is None:
        return tuple((page.title, max(page.heading_row - 1, 0), column) for column in columns)
    row = defect.row if page.heading_row == 0 else defect.row - 1
    if row >= MOST_ROWS:
        return ()
    return tuple((page.title, row, column) for column in columns or [_first(page, row)])


def _first(page: _Page, row: int) -> int:
    """Return the first filled column of a row, 0 where it has none."""
    cells = page.rows[row].cells if row < len(page.rows) else ()
    return next((i for i, cell in enumerate(cells) if cell != ""), 0)


def _write_page(
    book: xlsxwriter.Workbook,
    page: _Page,
    marks: Mapping[Place, Sequence[Defect]],
    words: Catalogue,
) -> None:
    """Write the cells where they were, those with a defect in its colour and with its words."""
    sheet = book.add_worksheet(page.title)
    looks = _looks(book)
    own = {place[1:]: defects for place, defects in marks.items() if place[0] == page.title}
    for row in page.rows[:MOST_ROWS]:
        for at, cell in enumerate(row.cells[:_MOST_COLUMNS]):
            look = "heading" if row.number == max(page.heading_row, 1) else _plain_look(cell)
            if cell != "" and (row.number - 1, at) not in own:
                put(sheet, row.number - 1, at, _short(cell), looks[look])
    for (row_at, at), defects in own.items():
        cells = page.rows[row_at].cells if row_at < len(page.rows) else ()
        cell = cells[at] if at < len(cells) else ""
        put(sheet, row_at, at, _short(cell), looks[defects[0].weight])
        sheet.write_comment(row_at, at, _comment(defects, words), _COMMENT)
    for at, width in enumerate(_widths(page)):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(max(page.heading_row, 1), 0)
    _for_paper(sheet)


def _for_paper(sheet: Worksheet) -> None:
    """Let a sheet be printed as wide as an A4 page lying down."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _plain_look(cell: Cell) -> str:
    return "lines" if isinstance(cell, str) and "\n" in cell else "plain"


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the styles of headings, of sound cells and of others by their worst defect."""
    face = {"font_name": FONT, "font_size": 10, "font_color": INK}
    sound = {
        "heading": book.add_format({**face, "bold": True, "bottom": 1, "text_wrap": True}),
        "lines": book.add_format({**face, "text_wrap": True}),
        "plain": book.add_format(face),
    }
    fills = {w: book.add_format({**face, "bg_color": fill}) for w, fill in WEIGHT_FILLS.items()}
    return {**sound, **fills}


def _short(cell: Cell) -> Cell:
    """Return the cell, cut where a workbook cannot hold it."""
    if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
        return cell[: MOST_CHARACTERS - 1] + "…"
    return cell


def _comment(defects: Sequence[Defect], words: Catalogue) -> str:
    """Return what is wrong with a cell and how to mend it, one paragraph a defect."""
    told = (
        f"【{words.word(_WORDS[d.weight])}】{words.word(d.problem)}\n→ {words.word(d.mend)}"
        for d in defects
    )
    return "\n\n".join(told)[:MOST_CHARACTERS]


def _widths(page: _Page) -> list[int]:
    """Return the widths of the columns in characters, by their first cells."""
    rows = [row.cells for row in page.rows[:_ROWS_WEIGHED]]
    widths = []
    for at in range(min(max(map(len, rows), default=0), _MOST_COLUMNS)):
        cells = (width_of(str(row[at])[:_WIDEST]) for row in rows if at < len(row))
        widths.append(min(max(_NARROW, max(cells, default=0) + 2), _WIDEST))
    return widths


def _write_list(
    book: xlsxwriter.Workbook,
    defects: Sequence[Defect],
    places: Sequence[tuple[Place, ...]],
    words: Catalogue,
) -> None:
    """Write the list of defects: those that a person must decide first, each with its cell."""
    sheet = book.add_worksheet(DEFECTS[0 if words.language == "zh" else 1])
    looks, fills = styles(book), _looks(book)
    for at, (head, width) in enumerate(zip(_list_heads(words), _LIST_WIDTHS, strict=True)):
        put(sheet, 0, at, head, looks.heading)
        sheet.set_column(at, at, width)
    for row, (defect, found) in enumerate(zip(defects, places, strict=True), start=1):
        if row >= MOST_ROWS:
            break
        put(sheet, row, 0, words.word(_WORDS[defect.weight]), fills[defect.weight])
        told = (
            defect.sheet,
            defect.row,
            defect.column,
            defect.value,
            words.word(defect.problem),
            words.word(defect.mend),
        )
        for at, cell in enumerate(told, start=1):
            put(sheet, row, at, _short("" if cell is None else cell), looks.wrapped)
        if found and row <= _MOST_LINKS:
            _link(sheet, row, found[0], looks.wrapped)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(defects), 1), len(_LIST_WIDTHS) - 1)
    sheet.repeat_rows(0)
    _for_paper(sheet)
    sheet.activate()


def _list_heads(words: Catalogue) -> list[str]:
    heads = (
        say("Weight"),
        say("Sheet"),
        say("Row"),
        say("Column"),
        say("Value"),
        say("Problem"),
        say("Mend"),
        say("Cell"),
    )
    return [words.word(head) for head in heads]


def _link(sheet: Worksheet, row: int, place: Place, style: Format) -> None:
    """Write a link to the cell, under the name that the spreadsheet program gives it."""
    title, at_row, at_column = place
    name = xl_rowcol_to_cell(at_row, at_column)
    sheet.write_url(row, len(_LIST_WIDTHS) - 1, f"internal:'{title}'!{name}", style, name)
