"""LibreOffice as a reader of papers: what a person would see of a Word or Excel file."""

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

SLOWEST_S = 180


@functools.cache
def _opens_word() -> bool:
    """Return whether the program has its part for texts: some machines have Calc alone."""
    program = shutil.which("soffice")
    folders = [Path(program).resolve().parent] if program else []
    return any((folder / "libswlo.so").is_file() for folder in folders)


def require(*, word: bool) -> str:
    """Return the program; skip with the reason where this machine cannot convert."""
    program = shutil.which("soffice")
    if program is None or shutil.which("pdftotext") is None:
        pytest.skip("no soffice or no pdftotext on this machine")
    if word and not _opens_word():
        pytest.skip("the LibreOffice of this machine has no Writer (libreoffice-writer)")
    return program


def as_pdf(source: Path, folder: Path, *, word: bool) -> Path:
    """Return the file converted to PDF in the folder."""
    program = require(word=word)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, source],
        check=True, capture_output=True, timeout=SLOWEST_S,
    )  # fmt: skip
    made = folder / f"{source.stem}.pdf"
    assert made.is_file()
    return made


def pages(pdf: Path) -> list[str]:
    """Return the text of each page."""
    told = subprocess.run(
        ["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, timeout=SLOWEST_S
    )
    return told.stdout.decode("utf-8").split("\f")[:-1]


def fonts(pdf: Path) -> str:
    """Return what the PDF says of its fonts."""
    told = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, timeout=SLOWEST_S)
    return told.stdout.decode("utf-8")


def squeezed(text: str) -> str:
    """Return the text without white space, which lines and cells part anywhere."""
    return "".join(text.split())
