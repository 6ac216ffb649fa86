"""``cli.py report``: the papers of a district at the terminal, in every format that is written."""

import zipfile
from pathlib import Path

import pytest

import cli
from commands import report
from reports.paper import FORMATS

USER_FAULT = 2


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "town"
    assert cli.main(["sample", str(folder), "--size", "town"]) == 0
    return folder


def asked(town: Path, out: Path, *more: str) -> list[str]:
    return ["report", str(town), "--service", "shelter", "--out", str(out), *more]


def told(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 0) -> str:
    capsys.readouterr()
    assert cli.main(arguments) == code
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_word_and_excel_are_written_and_the_draft_is_said(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row S1-2: rules are given by name; the paper and the terminal name the same defects."""
    said = told(capsys, asked(town, tmp_path, "--rules", "liwan2017", "--format", "docx,xlsx"))
    names = sorted(path.suffix for path in tmp_path.iterdir())
    assert names == [".docx", ".xlsx"]
    assert "草稿" in said
    assert "- 示范数据，不得签发。" in said
    book = next(tmp_path.glob("*.xlsx"))
    with zipfile.ZipFile(book) as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
    assert "示范数据，不得签发。" in shared


def test_the_same_question_gives_the_same_bytes(town: Path, tmp_path: Path) -> None:
    """And nothing of the papers hangs on the folder that they are written to."""
    for name in ("a", "b"):
        assert cli.main(asked(town, tmp_path / name, "--format", "docx,xlsx")) == 0
    for one in (tmp_path / "a").iterdir():
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()


def test_every_format_is_written_or_said_to_be_missing(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(report._WRITERS, "docx", ("reports.no_such_writer", "write"))
    assert cli.main(asked(town, tmp_path, "--format", "docx,xlsx")) == 1
    assert "本版本不能写docx" in capsys.readouterr().out
    assert [path.suffix for path in tmp_path.iterdir()] == [".xlsx"]


def test_all_formats_are_asked_for_unless_some_are_named(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(asked(town, tmp_path)) in {0, 1}
    out = capsys.readouterr().out
    for kind in FORMATS:
        written = list(tmp_path.glob(f"*.{kind}"))
        assert written or f"本版本不能写{kind}" in out


def test_other_papers_are_asked_for_by_name(town: Path, tmp_path: Path) -> None:
    for kind in ("risk", "inventory"):
        arguments = asked(town, tmp_path, "--paper", kind, "--format", "xlsx", "--lang", "en")
        assert cli.main(arguments) == 0
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == ["inventory", "risk"]


def test_the_audience_stands_in_the_name_of_the_file(town: Path, tmp_path: Path) -> None:
    """A public and an internal edition never overwrite each other."""
    for audience in ("internal", "public"):
        arguments = asked(town, tmp_path, "--format", "xlsx", "--audience", audience)
        assert cli.main(arguments) == 0
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("more", "part"),
    [
        (("--format", "docx,odt,ppt"), "odt"),
        (("--subdistrict", "nowhere"), "nowhere"),
        (("--rules", "no_such_pack"), "no_such_pack"),
        (("--service", "castle"), "castle"),
        (("--against", "yesterday"), "yesterday"),
        (("--as-of", "32.13.2026"), "32.13.2026"),
        (("--issuer", "a\u202eb"), "U+202E"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_written(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, str], part: str
) -> None:
    out = tmp_path / "out"
    arguments = asked(town, out, *(more if more[0] == "--format" else ("--format", "xlsx", *more)))
    assert part in told(capsys, arguments, USER_FAULT)
    assert not out.exists()


def test_a_folder_where_the_file_should_be_is_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(asked(town, tmp_path, "--format", "xlsx")) == 0
    made = next(tmp_path.glob("*.xlsx"))
    made.unlink()
    made.mkdir()
    assert made.name in told(capsys, asked(town, tmp_path, "--format", "xlsx"), USER_FAULT)


def test_the_report_of_an_incident_has_a_name_of_its_own(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(capsys, ["incident-report", str(town), "--at", "113.0073,23.0056", "--kind",
                         "hazmat_leak", "--stage", "first"])  # fmt: skip
    assert said.strip()
