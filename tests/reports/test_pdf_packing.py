"""A packed PDF holds what the plain one does, whatever stands in it."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from language import say
from reports import typesetting
from reports.paper import Paper, Paragraph
from reports.pdf import pdf_bytes
from reports.pdf_packing import packed_pdf
from tests.reports.drawn import blocks_of, has_fonts, paper_of
from tests.reports.hostile import hostile_paper

needs_fonts = pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")

CODES = ("1 0 obj", "endobj", "endstream endobj", "stream\n", "startxref 0 %%EOF", "xref\n0 1\n",
         "trailer <</Size 1>>", ")>> endobj (", "\\", "((")  # fmt: skip


def plain(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return the paper as typst itself writes it."""
    with monkeypatch.context() as own:
        own.setattr(typesetting, "packed_pdf", lambda pdf: pdf)
        return pdf_bytes(paper)


def coded() -> Paper:
    """Return a paper whose title, tags and alternative texts are words of the format itself."""
    made = paper_of(*blocks_of(rows=300), *(Paragraph((say("{x}", x=one),)) for one in CODES))
    return paper_of(*made.blocks, title=say("{x}", x=" ".join(CODES)))


def held(pdf: bytes) -> tuple[list[bytes], int, dict[str, object]]:
    """Return what each page draws, how many tags there are, and what readers ask of the whole."""
    with pikepdf.open(BytesIO(pdf)) as document:
        pages = [page.Contents.read_bytes() for page in document.pages]
        tags = sum(
            isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
            for one in document.objects
        )
        root = document.Root
        about: dict[str, object] = {
            "language": str(root.Lang),
            "marked": bool(root.MarkInfo.Marked),
            "metadata": root.Metadata.read_bytes(),
            "title": str(document.docinfo["/Title"]),
        }
        return pages, tags, about


@needs_fonts
@pytest.mark.parametrize("make", [coded, hostile_paper])
def test_pages_tags_and_metadata_are_the_same(
    make: Callable[[], Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plain(make(), monkeypatch)
    after = packed_pdf(before)
    assert held(after) == held(before)
    assert held(after)[1] > 10
    assert len(after) < 0.8 * len(before)
    assert after == packed_pdf(before)


@needs_fonts
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_another_program_reads_the_same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plain(coded(), monkeypatch)
    told = [
        subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True,
                       check=True, timeout=60).stdout
        for pdf in (before, packed_pdf(before))
    ]  # fmt: skip
    assert told[0] == told[1]
    assert len(told[0]) > 500


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(ValueError, match="a PDF"):
        packed_pdf(pdf)
