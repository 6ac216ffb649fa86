"""The paper as tagged PDF (PDF/UA-1) in the measures of GB/T 9704-2012: same paper, same bytes.

Typst sets it; all text goes there as JSON, so that no name is ever read as markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from geodata.writing import write_file
from language import Sentence, say

from .draft import DRAFT, PLAN_BLUE, cells, draft_line, exercise_bar, plan_bar
from .fonts import PLAIN, Faces, faces
from .layout import layout
from .map_drawing import Sketch, alt_text, draw_map
from .paper import Block, Drawing, Heading, MapFigure, Paper, Paragraph, Table
from .typesetting import typeset_pdf
from .wording import cell_text, clean, district_name, sentences, titles, word

TEMPLATE = Path(__file__).with_name("paper.typ")
SMALL_FROM = 7
"""A table of so many columns is set in small type."""

_WIDEST_TEXT, _NARROWEST, _PADDING = 34, 5, 1.6
_MARK_SPACING_EM = 0.18
_MARK_SLACK = 0.98
_PT_PER_MM = 72 / 25.4


def write_pdf(paper: Paper, path: Path, *, sketch: Sketch = draw_map) -> tuple[Sentence, ...]:
    """Write the paper as .pdf; return which fonts of the standard others stand in for.

    Raises:
        UserError: where no font has Chinese characters, the place cannot be written, the disk is
            full.

    """
    made = pdf_bytes(paper, sketch=sketch)
    with write_file(path) as fresh:
        fresh.write_bytes(made)
    return faces().notes


def pdf_bytes(paper: Paper, *, sketch: Sketch = draw_map) -> bytes:
    """Return the .pdf as bytes.

    Raises:
        UserError: where no font has Chinese characters.

    """
    blocks = tuple(_blocks(paper, faces()))
    drawings = {
        made["key"]: figure.svg if isinstance(figure, Drawing) else sketch(figure, paper)
        for figure, made in zip(paper.blocks, blocks, strict=True)
        if isinstance(figure, MapFigure | Drawing)
    }
    return typeset_pdf(TEMPLATE, _document(paper, faces(), blocks), drawings)


def _document(paper: Paper, have: Faces, blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the template is told."""
    words, shown = paper.words, have.shown
    mark = word(say("{issuer} · Document", issuer=paper.issuer), words) if paper.issuer else ""
    number = word(say("No. ______ of {year}", year=paper.day[:4] or "____"), words)
    issuer = paper.issuer or district_name(paper.district_zh, paper.district_en, words)
    mark_pt = _mark_pt(mark)
    return {
        "title": shown(word(paper.title, words), "title"),
        "author": shown(clean(issuer), PLAIN),
        "keywords": [paper.stamp],
        "lang": words.language,
        "region": "CN" if words.language == "zh" else "GB",
        "measures": dict(layout().measures),
        "fonts": {role: list(families) for role, families in have.families.items()},
        "secrecy": shown(clean(paper.secrecy), "level1"),
        "mark": shown(mark, "title"),
        "mark_pt": mark_pt,
        "mark_tracking": _MARK_SPACING_EM,
        "number": shown(number, "body"),
        "draft": shown(draft_line(paper), PLAIN),
        "draft_mark": DRAFT,
        "exercise": shown(exercise_bar(paper), PLAIN),
        "plan": shown(plan_bar(paper), PLAIN),
        "plan_blue": PLAN_BLUE,
        "blocks": list(blocks),
        "sign": [shown(clean(text), "body") for text in (paper.issuer, paper.day) if paper.issuer],
    }


def _mark_pt(mark: str) -> float:
    """Return the size of the issuer's head in points: as large as the layout's, on one line."""
    measures = layout()
    wide = max(1, len(mark)) * _MARK_SPACING_EM + cells(mark) / 2
    room = measures["type_width_mm"] * _PT_PER_MM * _MARK_SLACK
    return round(min(measures["mark_pt"], room / wide), 2)


def _blocks(paper: Paper, have: Faces) -> Iterator[dict[str, Any]]:
    """Yield every block as the template reads it."""
    numbered = zip(paper.blocks, titles(paper.blocks, paper.words), strict=True)
    for at, (block, title) in enumerate(numbered):
        yield _block(block, title, at, paper, have)


def _block(block: Block, title: str, at: int, paper: Paper, have: Faces) -> dict[str, Any]:
    if isinstance(block, Heading):
        role = ("level1", "level2", "body")[block.level - 1]
        return {"kind": "heading", "level": block.level, "text": have.shown(title, role)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": have.shown(sentences(block.text, paper.words), "body")}
    title = have.shown(title, "level1")
    if isinstance(block, Table):
        return _table(block, title, paper, have)
    if isinstance(block, Drawing):
        alt = have.shown(word(block.alt, paper.words), PLAIN)
        return {"kind": "map", "key": str(at), "title": title, "alt": alt}
    return {"kind": "map", "key": str(at), "title": title, "alt": alt_text(block, paper)}


def _table(table: Table, title: str, paper: Paper, have: Faces) -> dict[str, Any]:
    words = paper.words
    show = partial(have.shown, role="body")
    heads = [word(column.title, words) for column in table.columns]
    rows = [[cell_text(cell, words) for cell in row] for row in table.rows]
    total = None if table.total is None else [cell_text(cell, words) for cell in table.total]
    return {
        "kind": "table",
        "title": title,
        "columns": [have.shown(head, "level1") for head in heads],
        "figures": [column.is_figure for column in table.columns],
        "widths": _widths(table, heads, [*rows, *([total] if total else [])]),
        "rows": [list(map(show, row)) for row in rows],
        "total": None if total is None else list(map(show, total)),
        "method": show(sentences(table.method, words)),
        "small": len(table.columns) >= SMALL_FROM,
    }


def _widths(table: Table, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return how wide each column is to the others: by its longest line, within bounds."""
    made = []
    for at, column in enumerate(table.columns):
        body = max((cells(row[at]) for row in rows), default=0)
        head = max((cells(part) for part in heads[at].split()), default=0)
        widest = max(body, -(-head // 2) if column.is_figure else head, _NARROWEST)
        made.append(min(widest, _WIDEST_TEXT) + _PADDING)
    return made
