"""The Word file: official measures, every text as it is, the same bytes on every machine."""

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from desks.onemap import OneMap
from geodata.faults import UserError
from reports.coverage_report import coverage_paper
from reports.deflating import deflated
from reports.draft import DRAFT
from reports.gate import gate, tables_of
from reports.layout import layout, twips_of
from reports.paper import Heading, MapFigure, Paper
from reports.same_bytes import ENTRY_TIME, sealed
from reports.word import word_bytes, write_word
from reports.word_styles import character_space, font_table, paragraph_styles
from reports.wording import cell_text, clean, titles, word
from tests.reports.hostile import TEXTS, hostile_paper
from tests.reports.planned import edition, planned_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360"
    "000000020001e221bc330000000049454e44ae426082"
)
MM = 36_000
"""Parts of a millimetre in which Word's library counts."""


def drawn(figure: MapFigure, paper: Paper) -> bytes:
    assert figure.key
    assert paper.key
    return PNG


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    stated = edition(issuer="云溪区应急管理局", secrecy="内部资料")
    return gate(coverage_paper(town, planned_of(town), stated), town)


@pytest.fixture(scope="module")
def made(paper: Paper) -> bytes:
    return word_bytes(paper, draw=drawn)


def parts(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sheet_has_the_measures_of_the_standard(made: bytes) -> None:
    """GB/T 9704-2012: A4, top 37 mm, left 28 mm, type area of 156 by 225 mm, 22 lines."""
    section = Document(BytesIO(made)).sections[0]
    measures = {
        "page_width": 210, "page_height": 297, "top_margin": 37, "left_margin": 28,
        "right_margin": 26, "bottom_margin": 35,
    }  # fmt: skip
    for name, mm in measures.items():
        assert abs(getattr(section, name) - Mm(mm)) < MM * 0.05, name
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:linePitch")) == "579"
    height_pt = 22 * 579 / 20
    assert abs(height_pt - 225 / 25.4 * 72) < 1


def test_twenty_eight_characters_fill_a_line() -> None:
    width = layout().twips("type_width_mm")
    size = layout()["body_pt"] * 20
    filled = 28 * (size + character_space())
    assert filled <= width
    assert 29 * (size + character_space()) > width


def test_measures_are_data_with_their_trust() -> None:
    assert layout().source.startswith("GB/T 9704-2012")
    assert layout().verified is False
    assert twips_of("x_mm", 25.4) == 1440
    assert twips_of("x_pt", 16) == 320


def test_levels_have_their_fonts_and_sizes() -> None:
    styles = {style.key: style for style in paragraph_styles()}
    fonts = layout().fonts
    assert fonts[styles["Level1"].font].name == "黑体"
    assert fonts[styles["Level2"].font].name == "楷体_GB2312"
    assert fonts[styles["Body"].font].name == "仿宋_GB2312"
    assert fonts[styles["Title"].font].name == "方正小标宋简体"
    assert (styles["Title"].size_pt, styles["Body"].size_pt, styles["PageOdd"].size_pt) == (
        22, 16, 14)  # fmt: skip
    assert styles["Body"].leading_pt == 28.95


def test_a_font_that_is_not_installed_has_a_stand_in() -> None:
    told = etree.fromstring(font_table())
    named = {
        font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val"))  # type: ignore[union-attr]
        for font in told
    }
    assert named["仿宋_GB2312"] == "Noto Serif CJK SC"
    assert named["黑体"] == "Noto Sans CJK SC"
    assert len(named) == len({font.name for font in layout().fonts.values()})


def test_styles_that_text_uses_exist(made: bytes) -> None:
    """A style that is missing would fall back to the reader's own default in silence."""
    held = parts(made)
    styles = etree.fromstring(held["word/styles.xml"])
    known = {one.get(qn("w:styleId")) for one in styles.iter(qn("w:style"))}
    used = set()
    for name, data in held.items():
        if name.startswith("word/") and name.endswith(".xml"):
            used |= {one.get(qn("w:val")) for one in etree.fromstring(data).iter(qn("w:pStyle"))}
    assert used
    assert used <= known


def test_every_text_stands_in_the_file_in_order(paper: Paper, made: bytes) -> None:
    document = Document(BytesIO(made))
    held = [p.text for p in document.paragraphs]
    place = -1
    for block, title in zip(paper.blocks, titles(paper.blocks, paper.words), strict=True):
        if isinstance(block, Heading):
            place = held.index(title, place + 1)
    assert place > 0
    assert word(paper.title, paper.words) in held
    assert len(document.tables) == len(tables_of(paper))


def test_every_cell_of_every_table_is_there(paper: Paper, made: bytes) -> None:
    document = Document(BytesIO(made))
    for own, told in zip(tables_of(paper), document.tables, strict=True):
        rows = [*own.rows, *([own.total] if own.total is not None else [])]
        wanted = [[cell_text(cell, paper.words) for cell in row] for row in rows]
        body = told._tbl.findall(qn("w:tr"))[1:]
        held = [
            ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
            for row in body
        ]
        assert held == wanted, own.key


def test_heads_repeat_and_rows_are_not_parted(made: bytes) -> None:
    for table in Document(BytesIO(made)).tables:
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_a_row_that_is_longer_than_a_page_may_be_parted() -> None:
    document = Document(BytesIO(word_bytes(hostile_paper())))
    rows = document.tables[0]._tbl.findall(qn("w:tr"))
    free = [row for row in rows if row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is None]
    assert free
    assert all(len("".join(t.text or "" for t in row.iter(qn("w:t")))) > 400 for row in free)


def test_tables_are_as_wide_as_the_type_area(made: bytes) -> None:
    room = layout().twips("type_width_mm")
    for table in Document(BytesIO(made)).tables:
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) == room
        assert min(widths) > 0


def test_pages_are_numbered_at_the_outside(made: bytes) -> None:
    document = Document(BytesIO(made))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    styles = [
        foot._element.find(f".//{qn('w:pStyle')}").get(qn("w:val"))
        for foot in (section.footer, section.even_page_footer)
    ]
    assert styles == ["PageOdd", "PageEven"]
    assert " PAGE " in parts(made)["word/footer1.xml"].decode()


def test_every_page_of_a_draft_says_so_and_names_the_defects(paper: Paper, made: bytes) -> None:
    section = Document(BytesIO(made)).sections[0]
    for head in (section.header, section.even_page_header):
        text = "".join(t.text or "" for t in head._element.iter(qn("w:t")))
        assert DRAFT in text
        assert word(paper.defects[0], paper.words) in text
    assert parts(made)["word/header1.xml"].count(DRAFT.encode()) >= 2


def test_a_signed_paper_says_nothing_of_a_draft(paper: Paper) -> None:
    made = parts(word_bytes(replace(paper, defects=()), draw=drawn))
    assert DRAFT.encode() not in b"".join(made[name] for name in sorted(made) if "header" in name)


def test_maps_have_words_for_who_cannot_see_them(paper: Paper, made: bytes) -> None:
    tree = etree.fromstring(parts(made)["word/document.xml"])
    space = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    told = [one.get("descr") for one in tree.iter(space)]
    maps = [block for block in paper.blocks if isinstance(block, MapFigure)]
    assert len(told) == len(maps)
    for figure, text in zip(maps, told, strict=True):
        assert word(figure.title, paper.words) in (text or "")
    numbers = [one.get("id") for one in tree.iter(space)]
    assert len(set(numbers)) == len(numbers)


def test_properties_are_the_papers_and_never_the_clocks(paper: Paper, made: bytes) -> None:
    core = Document(BytesIO(made)).core_properties
    assert core.title == word(paper.title, paper.words)
    assert core.author == "云溪区应急管理局"
    assert core.language == "zh-CN"
    assert core.created is not None
    assert core.created.date().isoformat() == paper.day
    assert core.modified == core.created


def test_entries_are_sorted_timeless_and_packed(made: bytes) -> None:
    with zipfile.ZipFile(BytesIO(made)) as archive:
        names = archive.namelist()
        entries = archive.infolist()
    assert names[0] == "[Content_Types].xml"
    assert names[1:] == sorted(names[1:])
    assert {one.date_time for one in entries} == {ENTRY_TIME}
    own = {name: len(deflated(data)) for name, data in parts(made).items()}
    assert {one.filename: one.compress_size for one in entries} == {
        one.filename: min(own[one.filename], one.file_size) for one in entries
    }
    assert sealed(made) == made
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]


_AGAIN = """
import hashlib, sys
from reports.word import word_bytes
from reports.workbook import write_workbook
from pathlib import Path
from tests.reports.hostile import hostile_paper
write_workbook(hostile_paper(), Path(sys.argv[1]))
for made in (word_bytes(hostile_paper()), Path(sys.argv[1]).read_bytes()):
    print(hashlib.sha256(made).hexdigest())
"""


def test_another_machine_writes_the_same_bytes(tmp_path: Path) -> None:
    """Other zone of time, language, home and hash seed: the same SHA-256 of Word and Excel."""
    seen = set()
    for number, zone in enumerate(("Asia/Shanghai", "America/St_Johns")):
        own = {
            **os.environ, "TZ": zone, "HOME": str(tmp_path), "PYTHONHASHSEED": str(number),
            "LANG": ("C", "zh_CN.UTF-8")[number], "LC_ALL": ("C", "C.UTF-8")[number],
        }  # fmt: skip
        told = subprocess.run(
            [sys.executable, "-c", _AGAIN, str(tmp_path / f"{number}.xlsx")],
            cwd=Path(__file__).parents[2], env=own, capture_output=True, text=True, check=True,
        )  # fmt: skip
        seen.add(told.stdout)
    assert len(seen) == 1
    here = hashlib.sha256(word_bytes(hostile_paper())).hexdigest()
    assert here in seen.pop()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_stays_text(language: str) -> None:
    """Control signs, markup, formulas, 10,000 characters: XML holds, nothing is lost."""
    held = parts(word_bytes(hostile_paper(language)))
    for name, data in held.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    document = Document(BytesIO(word_bytes(hostile_paper(language))))
    texts = [p.text for p in document.paragraphs]
    for text in TEXTS:
        assert clean(text) in texts
    targets = [link.reltype for link in document.part.rels.values() if link.is_external]
    assert targets == []
    assert b"instrText" not in held["word/document.xml"]


def test_a_folder_in_the_place_is_told(paper: Paper, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        write_word(paper, tmp_path, draw=drawn)
    write_word(paper, tmp_path / "a.docx", draw=drawn)
    assert (tmp_path / "a.docx").read_bytes() == word_bytes(paper, draw=drawn)
