"""The blocks of a paper as WordprocessingML; whatever is text is encoded here and nowhere else."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from language import Catalogue

from .draft import cells
from .layout import layout
from .paper import Paragraph, Table
from .wording import cell_text, sentences, word

SMALL_FROM = 7
"""A table of so many columns is set in small type."""

LONGEST_WHOLE_ROW = 400
"""A row with more characters in a cell may be parted between pages, else it could not stand."""

CELLS_PER_EM = 2
_WIDEST_TEXT, _NARROWEST = 60, 6
_PADDING = 110


def paragraph(style: str, text: str) -> str:
    """Return one paragraph of plain text."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'


def run(text: str, inner: str = "") -> str:
    """Return the run of a text, none for an empty one."""
    if not text:
        return ""
    properties = f"<w:rPr>{inner}</w:rPr>" if inner else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph_xml(block: Paragraph, words: Catalogue) -> str:
    """Return a paragraph of sentences."""
    return paragraph("Body", sentences(block.text, words))


def table_xml(table: Table, title: str, words: Catalogue) -> Iterator[str]:
    """Yield the title, the table and its method; the head row stands on every page."""
    yield paragraph("Caption", title)
    small = "Small" if len(table.columns) >= SMALL_FROM else ""
    heads = [word(column.title, words) for column in table.columns]
    texts = [[cell_text(cell, words) for cell in row] for row in table.rows]
    last = None if table.total is None else [cell_text(cell, words) for cell in table.total]
    widths = _widths(table, [heads, *texts, *([last] if last else [])])
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    total = sum(widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:tblBorders>'
        '<w:top w:val="single" w:sz="10" w:space="0" w:color="000000"/>'
        '<w:bottom w:val="single" w:sz="10" w:space="0" w:color="000000"/>'
        '<w:insideH w:val="single" w:sz="3" w:space="0" w:color="999999"/></w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/>'
        '<w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblCaption w:val="{escape(title, {chr(34): "&quot;"})}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    figures = [column.is_figure for column in table.columns]
    head = [f"Head{small}" if figure else f"Head{small}Left" for figure in figures]
    body = [f"Figure{small}" if figure else f"Cell{small}" for figure in figures]
    yield _row(heads, head, widths, "<w:cantSplit/><w:tblHeader/>")
    for row in texts:
        yield _row(row, body, widths, _splitting(row))
    if last is not None:
        yield _row(last, body, widths, "<w:cantSplit/>", "<w:b/>")
    yield "</w:tbl>"
    yield paragraph("Note", sentences(table.method, words))


def _splitting(row: Sequence[str]) -> str:
    return "<w:cantSplit/>" if max(map(len, row), default=0) <= LONGEST_WHOLE_ROW else ""


def _row(
    texts: Sequence[str], styles: Sequence[str], widths: Sequence[int], rule: str, inner: str = ""
) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle '
        f'w:val="{style}"/></w:pPr>{run(text, inner)}</w:p></w:tc>'
        for text, style, width in zip(texts, styles, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{rule}</w:trPr>{made}</w:tr>"


def _widths(table: Table, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns' widths in twips, together the type area's.

    A figure is never broken where the area has the room; texts share the rest by their longest.
    """
    room = layout().twips("type_width_mm")
    size = "table_small_pt" if len(table.columns) >= SMALL_FROM else "table_pt"
    cell = layout().twips(size) / CELLS_PER_EM
    least, wished = [], []
    for at, column in enumerate(table.columns):
        whole = max((cells(row[at]) for row in rows[1:]), default=0)
        head = max((cells(part) for part in rows[0][at].split()), default=0)
        figure = whole if column.is_figure else min(whole, _NARROWEST)
        least.append(min(max(figure, _NARROWEST), _WIDEST_TEXT) * cell + _PADDING)
        wish = max(whole, -(-head // 2) if column.is_figure else head)
        wished.append(min(wish, _WIDEST_TEXT) * cell + _PADDING)
    return _shared(room, least, wished)


def _shared(room: int, least: Sequence[float], wished: Sequence[float]) -> list[int]:
    """Return widths that fill the room: at least the least, the rest by what is wished beyond."""
    if sum(least) >= room:
        made = [int(room * one / sum(least)) for one in least]
    else:
        beyond = [max(more - less, 0) + 1 for less, more in zip(least, wished, strict=True)]
        left = room - sum(least)
        made = [
            int(less + left * more / sum(beyond)) for less, more in zip(least, beyond, strict=True)
        ]
    made[0] += room - sum(made)
    return made
