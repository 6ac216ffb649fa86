"""The PDF: the measures of GB/T 9704-2012, every text of the source, no text as markup."""

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from geodata.faults import UserError
from language import Sentence, say
from reports.draft import DRAFT
from reports.fonts import faces
from reports.layout import layout
from reports.paper import Column, Heading, Paper, Paragraph, Table
from reports.pdf import pdf_bytes, write_pdf
from reports.wording import cell_text, clean, sentences, titles, word
from tests.payloads import PAYLOADS, SIGN

from .drawn import blocks_of, figure_of, paper_of, table_of

ROOT = Path(__file__).parents[2]
MM = 72 / 25.4
DEFECTS = (say("Sample data, not to be signed."), say("Nobody is stated as the issuer."))


def _tool(name: str, *arguments: str | Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not on this machine: apt install poppler-utils")
    done = subprocess.run([name, *arguments], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def _written(paper: Paper, tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    write_pdf(paper, path)
    return path


def _pages(path: Path) -> list[str]:
    """Return the text of each page without spaces."""
    pages = _tool("pdftotext", "-layout", path, "-").split("\f")[:-1]
    return [re.sub(r"\s+", "", page) for page in pages]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", faces().shown(text, "body"))


def _words(path: Path) -> list[tuple[float, float, float, float, str]]:
    """Return the words of all pages with their boxes in points."""
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        _tool("pdftotext", "-bbox", path, "-"),
    )
    return [(float(a), float(b), float(c), float(d), text) for a, b, c, d, text in found]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_of_the_pages_is_the_papers(tmp_path: Path, language: str) -> None:
    """Shows S1-2: what is handed in holds every figure and its method."""
    paper = paper_of(*blocks_of(60), language=language)
    whole = "".join(_pages(_written(paper, tmp_path)))
    wanted = [word(paper.title, paper.words), paper.day, *titles(paper.blocks, paper.words)]
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            wanted.append(sentences(block.text, paper.words))
        if isinstance(block, Table):
            rows = [*block.rows, block.total or ()]
            wanted += ["".join(cell_text(cell, paper.words) for cell in row) for row in rows]
            wanted.append(sentences(block.method, paper.words))
    # Heads and feet of pages stand between parts of a text that runs on.
    between = re.compile(r"—\d+—")
    told = between.sub("", whole)
    lost = [text for text in wanted if _bare(text) not in told and _bare(text) not in whole]
    assert lost == []


def test_the_sheet_has_the_official_measures(tmp_path: Path) -> None:
    """22 lines of 28 characters in 156 × 225 mm, 37 mm from the top and 28 mm from the left."""
    text = "测" * (28 * 60 - 2)
    paper = paper_of(Paragraph((Sentence(text),)), issuer="")
    path = _written(paper, tmp_path)
    assert "595.276 x 841.89" in _tool("pdfinfo", path)
    measures = layout()
    lines = [entry for entry in _words(path) if "测" in entry[4]]
    assert max(len(entry[4]) for entry in lines) == measures["characters"]
    left, right = min(entry[0] for entry in lines), max(entry[2] for entry in lines)
    assert left == pytest.approx(measures["left_mm"] * MM, abs=0.6)
    assert right == pytest.approx((measures["left_mm"] + measures["type_width_mm"]) * MM, abs=0.6)
    second = _tool("pdftotext", "-f", "2", "-l", "2", "-bbox", path, "-")
    tops = [float(y) for y in re.findall(r'yMin="([\d.]+)"[^>]*>测', second)]
    assert len(tops) == measures["lines"]
    steps = {round(b - a, 2) for a, b in pairwise(tops)}
    assert steps == {measures["leading_pt"]}
    assert tops[0] >= measures["top_mm"] * MM - 3


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(tmp_path: Path) -> None:
    path = _written(paper_of(*blocks_of(90, maps=0)), tmp_path)
    middle = layout()["page_width_mm"] * MM / 2
    below = (layout()["top_mm"] + layout()["type_height_mm"]) * MM
    for page in (1, 2, 3):
        told = _tool("pdftotext", "-f", str(page), "-l", str(page), "-bbox", path, "-")
        numbers = re.findall(rf'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>{page}</word>', told)
        (place,) = [float(x) for x, y in numbers if float(y) > below]
        assert (place > middle) == (page % 2 == 1)


def test_a_draft_says_so_with_its_defects_on_every_page(tmp_path: Path) -> None:
    paper = paper_of(*blocks_of(90), defects=DEFECTS)
    pages = _pages(_written(paper, tmp_path))
    assert len(pages) > 3
    for page in pages:
        assert page.count(DRAFT.replace(" ", "")) >= 1
        for defect in DEFECTS:
            assert _bare(word(defect, paper.words)) in page


def test_a_paper_without_defects_is_no_draft(tmp_path: Path) -> None:
    assert "DRAFT" not in "".join(_pages(_written(paper_of(*blocks_of(3)), tmp_path)))


def test_the_head_of_a_table_stands_on_every_page_of_it(tmp_path: Path) -> None:
    paper = paper_of(table_of(150))
    pages = _pages(_written(paper, tmp_path))
    heads = "".join(word(column.title, paper.words) for column in table_of().columns)
    with_rows = [page for page in pages if re.search(r"第\d+社区", page)]
    assert len(with_rows) > 3
    assert all(_bare(heads) in page for page in with_rows)


def test_it_is_tagged_for_readers_who_do_not_see(tmp_path: Path) -> None:
    path = _written(paper_of(*blocks_of(3)), tmp_path)
    info = _tool("pdfinfo", path)
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Title:\s+关于应急避难场所覆盖情况的报告", info)
    assert "pdfuaid:part>1<" in re.sub(r"\s", "", path.read_bytes().decode("latin-1"))
    structure = _tool("pdfinfo", "-struct-text", path)
    for part in ("H1", "H2", "H3", "Table", "TH", "TD", "Figure", "Caption"):
        assert re.search(rf"^\s*{part}\b", structure, re.MULTILINE), part


def test_all_fonts_are_embedded(tmp_path: Path) -> None:
    rows = _tool("pdffonts", _written(paper_of(*blocks_of(3)), tmp_path)).splitlines()[2:]
    assert rows
    assert all(re.search(r"Identity-H\s+yes", row) for row in rows)


def test_signs_that_no_font_has_show_a_stand_in(tmp_path: Path) -> None:
    """No missing glyph: typst refuses one in PDF/UA, so that it would be no paper at all."""
    text = "甲\U0001f600乙\ue000丙\ufffd丁\U000e0041戊\u0378"
    path = _written(paper_of(Paragraph((Sentence(text),)), Heading(1, Sentence(text))), tmp_path)
    whole = "".join(_pages(path))
    assert "甲〓乙" in whole
    assert "\U0001f600" not in whole


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_text_is_read_as_markup(
    payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = Sentence("{said}", {"said": payload})
    paper = paper_of(
        Heading(1, said), Paragraph((said,)), table_of(2, payload + "{}"), figure_of(5, [payload]),
        title=said, issuer=payload, secrecy=payload, day=payload, review_no=payload,
        defects=(said,), stamp=payload,
    )  # fmt: skip
    whole = "".join(_pages(_written(paper, tmp_path)))
    assert "root:x:" not in whole
    assert not (tmp_path / SIGN).exists()
    assert _bare(clean(payload))[:4] in whole


def test_a_long_word_is_broken_within_the_page(tmp_path: Path) -> None:
    said = Sentence("A" * 3000)
    path = _written(
        paper_of(Paragraph((said,)), table_of(2, "B" * 400), Heading(1, said)), tmp_path
    )
    right = (layout()["left_mm"] + layout()["type_width_mm"]) * MM
    assert max(box[2] for box in _words(path)) <= right + 1


@pytest.mark.parametrize("text", ["A" * 10_000, f"{'A' * 17} " * 600, f"{'A' * 40}长" * 500])
def test_thousands_of_signs_without_blanks_are_set_whole(text: str, tmp_path: Path) -> None:
    """A rule that nests for each gap ended in “maximum grouping depth exceeded”."""
    paper = paper_of(Paragraph((Sentence(text),)), table_of(2, text), Heading(1, Sentence(text)))
    path = _written(paper, tmp_path)
    assert "".join(_pages(path)).count("A") >= 3 * text.count("A"), "no sign is lost"
    right = (layout()["left_mm"] + layout()["type_width_mm"]) * MM
    assert max(box[2] for box in _words(path)) <= right + 1


def test_tables_of_many_columns_and_no_rows_are_set(tmp_path: Path) -> None:
    columns = tuple(Column(f"c{at}", Sentence(f"列{at}"), is_figure=at > 0) for at in range(14))
    row = ("石桥街道", *([1_234_567] * 13))
    full = Table("wide", Sentence("宽表"), columns, (row,) * 2)
    none = Table("none", Sentence("空表"), columns[:2], ())
    path = _written(paper_of(full, none), tmp_path)
    whole = "".join(_pages(path))
    assert whole.count("1,234,567") == 26
    assert "空表" in whole
    right = (layout()["left_mm"] + layout()["type_width_mm"]) * MM
    assert max(box[2] for box in _words(path)) <= right + 1


def test_the_same_paper_gives_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    """Another place, time zone, language, order of hashing: the same sum."""
    code = (
        "import hashlib, sys; from tests.reports.drawn import blocks_of, paper_of;"
        "from reports.pdf import pdf_bytes;"
        "print(hashlib.sha256(pdf_bytes(paper_of(*blocks_of(9)))).hexdigest())"
    )
    sums = set()
    for zone, tongue, seed in (("UTC", "C.UTF-8", "0"), ("Asia/Shanghai", "zh_CN.UTF-8", "7")):
        surroundings = {**os.environ, "TZ": zone, "LANG": tongue, "LC_ALL": tongue,
                        "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed + "00",
                        "HOME": str(tmp_path)}  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=surroundings,
                              capture_output=True, text=True, check=True)  # fmt: skip
        sums.add(done.stdout.strip())
    assert len(sums) == 1
    assert len(sums.pop()) == 64


def test_what_stands_in_for_the_official_fonts_is_told(tmp_path: Path) -> None:
    notes = write_pdf(paper_of(Heading(1, Sentence("一"))), tmp_path / "a.pdf")
    assert len(notes) == sum(
        families[0].startswith("Noto") for role, families in faces().families.items()
        if role != "plain"
    )  # fmt: skip


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(UserError):
        write_pdf(paper_of(Heading(1, Sentence("一"))), blocked / "a.pdf")


def test_an_empty_paper_is_a_sheet_with_its_title() -> None:
    assert pdf_bytes(paper_of()).startswith(b"%PDF-")
