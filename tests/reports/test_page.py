"""The paper as one HTML page: whole, nothing fetched, the same text each time; and drawings."""

import re
import zipfile
from io import BytesIO

import pytest

from language import LANGUAGES, Sentence
from reports.page import POLICY, page
from reports.paper import Column, Drawing, Percent, Table
from reports.pdf import pdf_bytes
from reports.word import word_bytes
from reports.wording import titles
from tests.reports.drawn import blocks_of, has_fonts, paper_of, table_of

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#123456"/></svg>'
)


def drawing(key: str = "d") -> Drawing:
    """Return a dark blue rectangle of 40 by 20 mm."""
    return Drawing(key, Sentence("节点"), SVG, 40.0, 20.0, Sentence("一个蓝色矩形"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_cell_heading_and_sentence(language: str) -> None:
    paper = paper_of(*blocks_of(12, maps=0), language=language)
    text = page(paper)
    assert text == page(paper)
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        assert all(str(row[0]) in text for row in table.rows)
    assert text.count("<tr>") == 12 + 2, "a head and a total beside the rows"
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in text


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = page(paper_of(table_of(), drawing()))
    assert POLICY in text
    assert not re.search(r"<script|https?://(?!www\.w3\.org/2000/svg)", text)
    assert text.count("data:image/svg+xml;base64,") == 1


def test_what_is_not_known_is_a_dash_on_the_page() -> None:
    table = table_of(1)
    blank = Table("t", table.title, table.columns, (("甲", None, Percent(0, 0), None),))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page(paper_of(blank)))
    assert cells == ["甲", "—", "不适用", "—"]


def test_a_name_of_any_length_is_cut_for_every_format_and_the_method_says_so() -> None:
    """Cut where the table is made, so no writer can print 5,000 signs of one; texts stay whole."""
    columns = (Column("n", Sentence("名称"), is_name=True), Column("text", Sentence("说明")))
    title, note = Sentence("表"), "注" * 500
    long = Table("t", title, columns, (("名" * 5_000, note), ("短", None)))
    assert long.rows == (("名" * 79 + "…", note), ("短", None))
    text = page(paper_of(long))
    assert "登记册中保存全文" in text
    assert note in text
    assert Table("t", title, columns, (("名" * 80, note),)).method == ()


def test_drawings_are_counted_apart_from_tables() -> None:
    paper = paper_of(table_of(), drawing(), drawing("e"), table_of())
    assert [one.split()[0] for one in titles(paper.blocks, paper.words)] == [
        "表1", "图1", "图2", "表2",
    ]  # fmt: skip


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")
def test_word_and_pdf_carry_the_drawing_and_its_words() -> None:
    paper = paper_of(drawing())
    with zipfile.ZipFile(BytesIO(word_bytes(paper))) as file:
        document = file.read("word/document.xml").decode()
        pictures = [name for name in file.namelist() if name.endswith(".png")]
    assert len(pictures) == 1
    assert 'descr="一个蓝色矩形"' in document
    assert f'cx="{40 * 36000}" cy="{20 * 36000}"' in document, "in its own size (EMU)"
    assert pdf_bytes(paper) == pdf_bytes(paper)
