"""Payloads in every field, through the terminal and out as files: words, and nothing but words."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
from desks.build import build_district
from sample import write_sample
from tests.desks.making import sources_of, with_layers
from tests.payloads import PAYLOADS, SIGN, plant, spoiled

Told = Callable[..., str]
AT = "113.0073,23.0056"
FORBIDDEN = {chr(code) for code in range(32)} - {"\n"} | {"\x7f", "\u202e", "\u2066", "\u2028"}
RISKY = tuple("=+-@＝＋－＠\t\r")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a district with payloads in every field that takes text."""
    where = tmp_path_factory.mktemp("payloads")
    files = write_sample(where / "files", size="town", seed=1)
    near = (113.0073, 23.0056)
    layers = {key: made.path for key, made in plant(where / "planted", near).items()}
    layers["subdistrict"] = spoiled(files.subdistricts, where / "s.geojson")
    layers["community"] = spoiled(files.communities, where / "c.geojson")
    build_district(where / "district", with_layers(sources_of(files), layers))
    yield where / "district"
    assert not list(where.rglob(SIGN)), "a payload wrote a file"


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Return a way to run the program in a folder of its own: what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, code: int = 0) -> str:
        done = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert done == code, captured.err
        assert "Traceback" not in captured.err
        assert not set(captured.err) & FORBIDDEN
        assert not list(tmp_path.rglob(SIGN))
        return captured.out

    return run


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_brief_on_the_terminal_holds_no_sign_it_would_obey(
    folder: Path, told: Told, language: str
) -> None:
    text = told("brief", folder, "--at", AT, "--lang", language)
    assert "<img src=x" in text, "the payloads are there, as words"
    assert not set(text) & FORBIDDEN
    assert len(text.splitlines()) > 20


def test_a_brief_as_json_is_json_with_the_texts_as_filed(folder: Path, told: Told) -> None:
    document = json.loads(told("brief", folder, "--at", AT, "--format", "json"))
    texts = set(_texts(document))
    found = [key for key, text in PAYLOADS.items() if any(text[:40] in held for held in texts)]
    assert len(found) > len(PAYLOADS) // 2


def test_what_is_asked_for_on_the_command_line_is_no_code(folder: Path, told: Told) -> None:
    texts = [text for text in PAYLOADS.values() if len(text) < 1000]
    closed = [part for text in texts for part in ("--close-road", text)]
    assert told("brief", folder, "--at", AT, *closed, code=2) == ""


def test_no_cell_of_an_export_is_a_formula(folder: Path, told: Told, tmp_path: Path) -> None:
    """Done when 6: in Excel and in text tables a payload is a text."""
    told("register", "export", folder, tmp_path / "r.xlsx", "--form", "xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        for name in book.namelist():
            part = book.read(name)
            assert b"<f>" not in part, name
            assert b"<hyperlink" not in part, name
    told("register", "export", folder, tmp_path / "r", "--form", "csv")
    tables = list((tmp_path / "r").glob("*.csv"))
    assert len(tables) > 20
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        texts = [cell for row in rows for cell in row if not _number(cell)]
        assert not [text for text in texts if text.lstrip().startswith(RISKY)], table.name


def test_an_export_without_leave_holds_no_personal_text(
    folder: Path, told: Told, tmp_path: Path
) -> None:
    told("register", "export", folder, tmp_path / "r", "--form", "csv")
    for table in (tmp_path / "r").glob("*.csv"):
        head = table.read_text(encoding="utf-8-sig").splitlines()[0]
        assert not [word for word in ("联系电话", "家庭住址", "phone") if word in head], table.name


def test_every_kind_of_sink_has_its_payload() -> None:
    kinds = set(PAYLOADS)
    assert kinds >= {
        "image", "script", "template literal", "jinja", "format", "markdown", "formula", "csv",
        "typst", "sql", "path", "shell", "terminal", "xml",
    }  # fmt: skip
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
