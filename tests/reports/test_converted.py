"""Word and Excel as LibreOffice shows them: page by page the text of the paper, nothing missing."""

from dataclasses import replace
from pathlib import Path

import pytest

from desks.onemap import OneMap
from reports.coverage_report import coverage_paper
from reports.draft import DRAFT
from reports.gate import gate
from reports.paper import Block, Heading, MapFigure, Paper, Paragraph, Table
from reports.word import write_word
from reports.wording import cell_text, titles, word
from reports.workbook import write_workbook
from tests.reports.office import as_pdf, fonts, pages, require, squeezed
from tests.reports.planned import edition, planned_of


def unmapped(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without maps: their text is drawn, and held by the tests of maps."""
    return tuple(block for block in blocks if not isinstance(block, MapFigure))


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    stated = edition(issuer="云溪区应急管理局", secrecy="内部资料")
    made = gate(coverage_paper(town, planned_of(town), stated), town)
    return replace(made, blocks=unmapped(made.blocks))


def texts_of(paper: Paper) -> list[str]:
    """Return every text of the paper in reading order, as a reader should meet it."""
    words = paper.words
    found = [paper.secrecy, word(paper.title, words)]
    for block, title in zip(paper.blocks, titles(paper.blocks, words), strict=True):
        if isinstance(block, Heading):
            found.append(title)
        elif isinstance(block, Paragraph):
            found += [word(one, words) for one in block.text]
        elif isinstance(block, Table):
            found.append(title)
            rows = [*block.rows, *([block.total] if block.total is not None else [])]
            found += [cell_text(cell, words) for row in rows for cell in row]
            found += [word(one, words) for one in block.method]
    return [text for text in found if text]


@pytest.fixture(scope="module")
def word_pages(paper: Paper, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("word")
    write_word(paper, folder / "a.docx")
    return pages(as_pdf(folder / "a.docx", folder, word=True))


def test_the_converted_word_file_has_every_text_in_order(
    paper: Paper, word_pages: list[str]
) -> None:
    whole = squeezed("".join(word_pages))
    missing = [text for text in texts_of(paper) if squeezed(text) not in whole]
    assert missing == []
    place = 0
    for block, title in zip(paper.blocks, titles(paper.blocks, paper.words), strict=True):
        if isinstance(block, Heading):
            place = whole.index(squeezed(title), place)
    assert place > 0


def test_every_page_of_the_converted_draft_names_a_defect(
    paper: Paper, word_pages: list[str]
) -> None:
    assert len(word_pages) >= 3
    for number, page in enumerate(word_pages, start=1):
        assert squeezed(DRAFT) in squeezed(page)
        assert squeezed(word(paper.defects[0], paper.words)) in squeezed(page)
        assert f"—{number}—" in squeezed(page)


def test_the_converted_excel_file_has_every_text_on_its_pages(paper: Paper, tmp_path: Path) -> None:
    write_workbook(paper, tmp_path / "a.xlsx")
    made = pages(as_pdf(tmp_path / "a.xlsx", tmp_path, word=False))
    whole = squeezed("".join(made))
    # a sign from another font may be written to the page after its cell: words, not cells
    words = [part for text in texts_of(paper) for part in text.split()]
    assert [part for part in words if part not in whole] == []
    assert all(squeezed(DRAFT) in squeezed(page) for page in made)


def test_no_glyph_is_missing_in_the_converted_files(paper: Paper, tmp_path: Path) -> None:
    """Every font of the page is embedded, and no text comes out as a sign for a missing glyph."""
    require(word=False)
    write_workbook(paper, tmp_path / "a.xlsx")
    made = as_pdf(tmp_path / "a.xlsx", tmp_path, word=False)
    rows = fonts(made).splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows)
    text = "".join(pages(made))
    assert "\ufffd" not in text
    assert "□" not in text
