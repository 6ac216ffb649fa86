"""Papers of an exercise: marked on every page, one page where one is promised, text stays text."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from docx import Document

from desks.exercise.course import Printed
from desks.exercise.envelope import Envelope, signed
from desks.exercise.findings import Finding
from desks.exercise.officers import OFFICES, Officer
from desks.exercise.review import Review
from desks.exercise.scenario import DRILL_TYPES
from language import LANGUAGES, Catalogue
from reports.drill_report import drill_paper
from reports.drill_seal_page import MOST_HEADS, heads_page, qr_svg, seal_page
from reports.drill_track import MOST_ROWS, minutes, track
from reports.edition import Edition
from reports.page import page, write_page
from reports.paper import Drawing, Paper, Table
from reports.pdf import pdf_bytes
from reports.signing import fingerprint
from reports.word import word_bytes
from reports.workbook import write_workbook
from tests.desks.exercise.reviewed import T0, log_of, played, reviewed
from tests.payloads import MARK, OUTSIDE
from tests.reports.drawn import has_fonts
from tests.reports.hostile import TEXTS as ALL_TEXTS
from tests.reports.hostile import hostile_paper
from tests.reports.sheets import read

pytestmark = pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")

TEXTS = tuple(text[:4_000] for text in ALL_TEXTS)
"""No text of a drill is longer: the desk refuses it."""

KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
EXERCISE = {"zh": "演练", "en": "Exercise"}
NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _paper(language: str = "zh", review: Review | None = None) -> Paper:
    edition = Edition(Catalogue.load(language), issuer="示例区应急管理局")
    return drill_paper(review or reviewed(), edition, district=("示例区", "Sample"), sample=True)


def _pages(made: bytes) -> list[str]:
    """Return the text of each page."""
    told = _tool("pdftotext", made, "-", "-")
    return told.split("\f")[:-1]


def _tool(name: str, made: bytes, *arguments: str) -> str:
    tool = shutil.which(name)
    if tool is None:
        pytest.skip(f"{name} is not installed")
    return subprocess.run([tool, *arguments], input=made, capture_output=True, check=True,
                          ).stdout.decode()  # fmt: skip


def _hostile_review() -> Review:
    """Return a review with a payload in every text that a person can type."""
    review, at = reviewed(), T0
    nodes = tuple(
        replace(one, node=replace(one.node, title=text, team=text), why=None,
                seen=tuple(replace(seen, evaluator=text) for seen in one.seen))
        for one, text in zip(review.nodes * 5, TEXTS, strict=False)
    )  # fmt: skip
    findings = tuple(Finding("1", f"F-{n}", text, text, text, at, text, text, text, at)
                     for n, text in enumerate(TEXTS))  # fmt: skip
    injects = tuple(replace(review.injects[0], text=text, to=text, by=text) for text in TEXTS)
    items = tuple(replace(review.scenario.sheet[0], text=text, clause=text) for text in TEXTS)
    scenario = replace(review.scenario, title=TEXTS[0], place=TEXTS[1], sheet=items)
    return replace(review, nodes=nodes, findings=findings, injects=injects, scenario=scenario,
                   officers=TEXTS[:3], drill=TEXTS[2])  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_pdf_says_that_it_is_an_exercise(language: str) -> None:
    """S3-4: an after-action report that nobody takes for a real incident's."""
    pages = _pages(pdf_bytes(_paper(language)))
    mark = re.compile(r"\s*".join(EXERCISE[language] * 3))
    assert len(pages) >= 5
    assert all(mark.search(text) for text in pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_workbook_and_page_say_so_too(language: str, tmp_path: Path) -> None:
    """S3-4: the same mark in every format."""
    paper, said = _paper(language), " ".join([EXERCISE[language]] * 3)
    section = Document(BytesIO(word_bytes(paper))).sections[0]
    for part in (section.header, section.even_page_header):
        assert said in "".join(one.text for one in part.paragraphs)
    write_workbook(paper, tmp_path / "drill.xlsx")
    for sheet in read(tmp_path / "drill.xlsx"):
        assert said in str(sheet.at(2, 1).value)
    with zipfile.ZipFile(tmp_path / "drill.xlsx") as file:
        sheets = [file.read(n).decode() for n in file.namelist() if "worksheets/sheet" in n]
    assert sheets
    assert all(f"&amp;C&amp;B{said}" in one for one in sheets)
    assert f'<div class="bar">{said}</div>' in page(paper)


def test_a_real_paper_is_not_marked(tmp_path: Path) -> None:
    real = replace(_paper(), exercise=False)
    assert "演练 演练" not in page(real)
    assert not any("演练 演练 演练" in text for text in _pages(pdf_bytes(real)))
    write_workbook(real, tmp_path / "real.xlsx")
    assert "演练 演练" not in str(read(tmp_path / "real.xlsx")[0].at(2, 1).value)


def test_the_report_sets_expected_beside_real_and_names_what_it_cannot_say() -> None:
    """S3-4, S3-6: nodes, four indicators, injects, findings, sheet, what is proven and what not."""
    paper = _paper("en")
    tables = {one.key: one for one in paper.blocks if isinstance(one, Table)}
    arrived = next(row for row in tables["nodes"].rows if row[0] == "节点 arrived")
    assert arrived[1:6] == ("7′20″", "9′40″", "15′00″", "10′10″", "+2′50″")
    word = paper.words.word
    results = [word(row[1]) for row in tables["indicators"].rows]  # type: ignore[arg-type]
    assert results[:2] == ["2 of 3 in band", "1 of 3 acknowledged in time"]
    assert {"injects", "proposed", "stamps", "heads", "sheet_conduct", "sheet_other"} <= set(tables)
    text = page(paper)
    assert "It does not prove that nobody" in text
    assert "Not verified against a standard" in text
    assert "the earliest counts" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rating_is_a_letter_and_no_point_of_the_compass(language: str) -> None:
    """S3-4: the S of the ratings was printed as 南."""
    tables = [b for b in _paper(language).blocks if isinstance(b, Table) and "sheet" in b.key]
    words = Catalogue.load(language)
    heads = [[words.word(column.title) for column in table.columns] for table in tables]
    assert all(head[3:7] == ["P", "S", "M", "U"] for head in heads)
    assert all(row[3:7] == ("□",) * 4 for table in tables for row in table.rows)


def test_an_indicator_without_anything_to_judge_prints_as_unknown() -> None:
    """S3-6: a dash, never a 0."""
    tables = {t.key: t for t in _paper(review=reviewed(log_of())).blocks if isinstance(t, Table)}
    assert [row[1] for row in tables["indicators"].rows] == [None] * 4


def test_the_report_is_a_draft_until_its_findings_are_tracked() -> None:
    """S4-6: what is proposed or has no owner keeps the paper a draft."""
    review = reviewed()
    assert _paper(review=review).defects
    found = tuple(
        Finding("1", f"node:{one.node.key}", "x", "甲", "2026-12-31", T0, "乙")
        for one in review.missed
    )
    assert _paper(review=replace(review, findings=found)).defects == ()
    loose = (*found[:-1], replace(found[-1], owner=""))
    assert len(_paper(review=replace(review, findings=loose)).defects) == 1


@pytest.mark.parametrize("type_", DRILL_TYPES)
def test_every_type_has_its_paper_and_only_what_it_has(type_: str) -> None:
    paper = _paper("en", reviewed(played(), type_))
    text = page(paper)
    assert ("Nobody wrote down how many people" in text) is (type_ == "assembly")
    assert any(isinstance(b, Table) and b.key == "ranking" for b in paper.blocks) is (
        type_ == "contest"
    )
    assert ("annex B" in text) is (type_ == "tabletop")


class _Reader(HTMLParser):
    """Counts the elements of a page and keeps its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}


@pytest.mark.parametrize("made", [hostile_paper, lambda: _paper(review=_hostile_review())])
def test_hostile_texts_stay_text_on_the_page(made: Any, tmp_path: Path) -> None:  # noqa: ANN401
    paper = made()
    reader = _Reader()
    reader.feed(page(paper))
    plain = _Reader()
    plain.feed(page(_paper()))
    assert reader.tags <= plain.tags | {"b", "div", "tfoot", "img", "figure", "figcaption"}
    assert reader.names <= plain.names
    assert "default-src 'none'" in page(paper)
    write_page(paper, tmp_path / "p.html")
    assert (tmp_path / "p.html").read_text(encoding="utf-8") == page(paper)


def test_hostile_texts_stay_text_in_the_other_formats(tmp_path: Path) -> None:
    paper = _paper(review=_hostile_review())
    assert _pages(pdf_bytes(paper))
    with zipfile.ZipFile(BytesIO(word_bytes(paper))) as file:
        links = b"".join(file.read(n) for n in file.namelist() if n.endswith(".rels"))
    assert OUTSIDE.encode() not in links
    assert MARK.encode() not in links
    write_workbook(paper, tmp_path / "x.xlsx")
    for sheet in read(tmp_path / "x.xlsx"):
        assert not [cell for cell in sheet.cells.values() if cell.formula]


def test_the_drawing_escapes_titles_and_says_what_it_leaves_out() -> None:
    review = _hostile_review()
    drawn = track(review.nodes, Catalogue.load("en"))
    assert not re.search(r"<(script|img|iframe|style)\b|</style>", drawn.svg)
    many = track(review.nodes[:1] * (MOST_ROWS + 7), Catalogue.load("en"))
    assert many.height_mm < 225
    assert str(MOST_ROWS + 7) in Catalogue.load("en").word(many.title)
    assert any(isinstance(block, Drawing) for block in _paper().blocks)


@pytest.mark.parametrize(
    ("ms", "signed", "said"),
    [(458_000, False, "7′38″"), (-2_000, True, "−0′02″"), (0, True, "+0′00″"), (None, True, "—"),
     (59_999, False, "0′59″")],
)  # fmt: skip
def test_minutes_are_cut_and_never_rounded_up(ms: int | None, signed: bool, said: str) -> None:  # noqa: FBT001
    assert minutes(ms, signed=signed) == said


def _envelope(names: tuple[str, ...], number: str = "2026-1") -> Envelope:
    officers = tuple(
        Officer(name, office, "age1" + "q" * 58)
        for name, office in zip(names, OFFICES, strict=True)
    )
    made = Envelope(number, "double_blind", "2026-09-10T15:20:00+08:00", "9f2c" * 16, b"x",
                    officers, (b"",) * 3)  # fmt: skip
    return signed(made, KEY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["示例甲", "长" * 60, "W" * 60, TEXTS[1][:60], "\x00\u202e" * 30])
def test_the_seal_is_one_page_whatever_people_are_called(language: str, name: str) -> None:
    envelope = _envelope((name, f"{name}2", f"{name}3"), "A" * 40)
    head = "4d1e" * 16
    made = seal_page(envelope, Catalogue.load(language), voided=2, head=head)
    (text,) = _pages(made)
    plain = "".join(text.split())
    assert head in plain, "the head that the log says was printed"
    assert envelope.commitment in plain
    assert fingerprint(KEY.public_key()) in plain
    assert envelope.signature in plain
    assert EXERCISE[language] * 3 in plain
    about = _tool("pdfinfo", made, "-")
    assert re.search(r"Pages:\s+1\n", about)
    assert "(A4)" in about


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 2, MOST_HEADS, 9])
def test_the_heads_are_one_page_and_the_newest_stand_on_it(language: str, count: int) -> None:
    at = datetime(2026, 9, 16, 6, tzinfo=UTC)
    printed = [Printed("end" if n else "start", f"{n:064x}", n, at) for n in range(count)]
    (text,) = _pages(heads_page("2026-1", printed, Catalogue.load(language)))
    plain = "".join(text.split())
    assert [one.head in plain for one in printed] == [n >= count - MOST_HEADS for n in range(count)]
    assert (str(count - MOST_HEADS) in plain) if count > MOST_HEADS else True


def test_the_code_says_what_it_is_asked_and_can_be_read() -> None:
    text = f"{'A' * 40} {'9f2c' * 16} {'0a1b' * 16}"
    code = segno.make(text, error="m", micro=False)
    assert code.error in ("M", "Q", "H"), "a crease or a stamp on the paper must not spoil it"
    side = code.symbol_size(scale=1, border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in qr_svg(text) or f'width="{side}"' in qr_svg(text)
    assert 52 / side > 0.6, "modules of at least 0.6 mm for a phone"
