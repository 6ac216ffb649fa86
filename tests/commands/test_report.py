"""``cli.py report``: the papers of a district at the terminal, in every format that is written."""

import errno
import json
import zipfile
from pathlib import Path

import pytest

import cli
import verify
from commands import report
from desks.planning.variant_files import load_variant, read_document
from reports.paper import FORMATS
from reports.signing import fingerprint, grouped, new_key

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


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
def test_a_file_where_the_folder_should_be_is_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], below: str
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"a letter")
    said = told(
        capsys, asked(town, blocked / below, "--format", "xlsx", "--lang", "en"), USER_FAULT
    )
    assert "This is a file, not a folder. Give another folder." in said
    assert str(blocked) in said
    assert blocked.read_bytes() == b"a letter"


def test_a_folder_that_may_not_be_made_is_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "locked" / "out"
    make = Path.mkdir

    def forbidden(self: Path, mode: int = 0o777, parents: bool = False,  # noqa: FBT001, FBT002
                  exist_ok: bool = False) -> None:  # noqa: FBT001, FBT002  # fmt: skip
        if self == out:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        make(self, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", forbidden)
    said = told(capsys, asked(town, out, "--format", "xlsx", "--lang", "en"), USER_FAULT)
    assert "cannot be written" in said
    assert str(out) in said


def test_every_format_that_cannot_be_written_is_told_at_once(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who mends one place should not meet the next one at the next try; the others are written."""
    assert cli.main(asked(town, tmp_path, "--format", "xlsx,docx,gpkg")) == 0
    for kind in ("xlsx", "gpkg"):
        made = next(tmp_path.glob(f"*.{kind}"))
        made.unlink()
        made.mkdir()
    word = next(tmp_path.glob("*.docx"))
    word.write_bytes(b"old")
    said = told(capsys, asked(town, tmp_path, "--format", "xlsx,docx,gpkg"), USER_FAULT)
    assert ".xlsx" in said
    assert ".gpkg" in said
    assert word.read_bytes() != b"old"


def test_a_bug_of_a_writer_stays_a_bug(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.workbook.sealed", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(asked(town, tmp_path, "--format", "docx,xlsx"))


@pytest.mark.parametrize("given", ["xlsx,xlsx", " XLSX ", "xlsx,Xlsx"])
def test_formats_are_read_however_they_are_written_and_each_once(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    said = told(capsys, asked(town, tmp_path, "--format", given))
    assert said.count(".xlsx") == 1


@pytest.mark.parametrize("given", ["", ",", "xlsx,", "docx;xlsx", "../x", "x" * 500])
def test_formats_that_there_are_none_of_are_told_short(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    said = told(
        capsys, asked(town, tmp_path / "out", "--format", given, "--lang", "en"), USER_FAULT
    )
    assert "There is no such format." in said
    assert "x" * 61 not in said
    assert not (tmp_path / "out").exists()


def test_a_signed_report_holds_every_file_and_is_replaced_by_the_next(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "office.key"
    held = new_key(key, "")
    out = tmp_path / "out"
    for _ in range(2):
        arguments = asked(town, out, "--format", "xlsx,docx", "--sign", str(key), "--lang", "en")
        said = told(capsys, arguments)
        assert grouped(fingerprint(held.public_key())) in said
    (made,) = out.glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        for path in (*out.glob("*.xlsx"), *out.glob("*.docx")):
            assert archive.read(path.name) == path.read_bytes()
    assert {"manifest.json", "signature.txt"} < set(names)
    assert [name for name in names if name.startswith("proof-shelter")]


def test_without_a_usable_key_nothing_is_written(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked before the papers are made, not after a minute of work."""
    out = tmp_path / "out"
    arguments = asked(town, out, "--format", "xlsx", "--sign", str(tmp_path / "none"))
    assert "none" in told(capsys, arguments, USER_FAULT)
    assert not out.exists()


def test_a_datum_that_there_is_none_of_is_no_option(town: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        cli.main(asked(town, tmp_path, "--format", "gpkg", "--export-datum", "BD09"))
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_a_saved_plan_is_signed_and_derived_again(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S1-4: two runs are the same bytes, the package holds the plan, verify.py says what it is."""
    key = new_key(tmp_path / "office.key", "")
    save = ["variant", "save", str(town), "--name", "新增一处", "--replace"]
    assert cli.main([*save, "--add", "N1,113.03,23.02,900,新场所", "--cost", "N1,5"]) == 0
    options = ("--format", "xlsx", "--plan", "新增一处", "--sign", str(tmp_path / "office.key"))
    for name in ("a", "b"):
        assert cli.main(asked(town, tmp_path / name, *options)) == 0
    (made,) = (tmp_path / "a").glob("coverage-plan-*.zip")
    assert made.read_bytes() == (tmp_path / "b" / made.name).read_bytes()
    files = verify.unpacked(made.read_bytes())
    assert load_variant(town, "新增一处") == read_document(json.loads(files["plan.json"]), "")
    assert json.loads(files["manifest.json"])["plan"]["name"] == "新增一处"
    found, derived = verify.findings(made.read_bytes(), fingerprint(key.public_key()))
    assert found == []
    assert derived == ["shelter of the plan '新增一处', which is not built"]
    public = (*options, "--audience", "public")
    assert cli.main(asked(town, tmp_path / "c", *public)) == 0
    (made,) = (tmp_path / "c").glob("*.zip")
    assert "plan.json" not in verify.unpacked(made.read_bytes())
    capsys.readouterr()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--plan", "无"), "没有此名称的方案"),
        (("--plan", "../x"), "方案不能用此名称"),
        (("--plan", "无", "--paper", "risk"), "只有覆盖报告"),
        (("--plan", "无", "--against", "2026-01-01"), "不能再与另一天对照"),
    ],
)
def test_a_plan_that_cannot_be_reported_gets_a_sentence(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...],
    said: str,
) -> None:  # fmt: skip
    err = told(capsys, asked(town, tmp_path / "x", *options), USER_FAULT)
    assert said in err
    assert not list(tmp_path.glob("x/*"))
