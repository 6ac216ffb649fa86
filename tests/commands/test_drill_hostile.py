"""``cli.py drill``: what nobody careful types gets one sentence, in Chinese and in English."""

import io
import sys
from pathlib import Path

import pytest

import cli
from desks.exercise.folder import create_control

Said = pytest.CaptureFixture[str]

STEPS: tuple[tuple[str, ...], ...] = (
    ("seal",), ("freeze",), ("state",), ("run", "--once"), ("pause",), ("resume",), ("end",),
    ("head", "--what", "end"), ("open", "--key", "one.age", "--key", "two.age"),
    ("draw", "commit", "--name", "甲"), ("draw", "reveal", "--name", "甲"),
    ("draw", "dice"), ("draw", "void"), ("draw", "result"),
    ("release", "--inject", "I1"), ("add", "--text", "t", "--to", "z"), ("abort", "--why", "w"),
    ("stamp", "--node", "called", "--evaluator", "e"), ("note", "--text", "t"),
    ("hand-out", "--evaluator", "e", "--out", "page.html"), ("review",),
    ("count", "--people", "3", "--by", "x"), ("paper", "--what", "heads", "--out", "heads.pdf"),
    ("find", "--by", "x", "--text", "t"), ("close", "--by", "x", "--finding", "f", "--how", "h"),
    ("dismiss", "--by", "x", "--finding", "f", "--how", "h"), ("archive", "--by", "x"),
)  # fmt: skip
"""Every step on a drill, with the options that it cannot do without."""

NUMBERS = ("2026-9", "../x", "", "a\0b", "\u202e2026", "\udcff", "NaN", "1e999", "x" * 9000)


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a control folder without any drill, whose district is gone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    (tmp_path / "gone").mkdir()
    folder = create_control(tmp_path / "control", tmp_path / "gone").folder
    (tmp_path / "gone").rmdir()
    return folder


def refused(capsys: Said, step: tuple[str, ...], folder: Path, *more: str) -> None:
    """Find exit code 2, nothing answered, and one short line of the asked language."""
    words = 2 if step[0] == "draw" else 1
    given = ["drill", *step[:words], str(folder), *step[words:], *more]
    for language in ("zh", "en"):
        assert cli.main([*given, "--lang", language]) == cli.USER_FAULT, given
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1, err
        assert len(err) < 1000
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in err)
        assert chinese == (language == "zh"), err


@pytest.mark.parametrize("step", STEPS, ids=lambda step: "-".join(step[:2]))
def test_a_number_that_is_no_drill_is_one_sentence(
    step: tuple[str, ...], control: Path, capsys: Said
) -> None:
    """Unknown, climbing, unseen signs, no number, endless: nothing falls, nothing is made."""
    for number in NUMBERS:
        refused(capsys, step, control, f"--number={number}")
    assert list((control / "drills").iterdir()) == []
    assert not list(control.parent.glob("*.html"))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: "-".join(step[:2]))
def test_a_folder_that_is_not_controls_is_one_sentence(
    step: tuple[str, ...], control: Path, capsys: Said, tmp_path: Path
) -> None:
    """None, empty, a file, a folder for control.toml, one that is no text or names no folder."""
    odd = tmp_path / "odd"
    odd.mkdir()
    file = tmp_path / "file"
    file.write_bytes(b"\0")
    for folder in (tmp_path / "none", odd, file, Path("\0")):
        refused(capsys, step, folder, "--number", "2026-9")
    marker = odd / "control.toml"
    for told in (b"\xff\0", b"format = nan", b'format = 1\ndistrict = "a\\u0000"\n'):
        marker.write_bytes(told)
        refused(capsys, step, odd, "--number", "2026-9")
    marker.unlink()
    marker.mkdir()
    refused(capsys, step, odd, "--number", "2026-9")
    assert (control / "control.toml").is_file()


@pytest.mark.parametrize("name", ["log.sqlite", "draft.age", "opened.json", "sealed.json"])
@pytest.mark.parametrize("step", [("seal",), ("state",), ("review",), ("freeze",)])
def test_a_folder_in_the_place_of_a_file_is_one_sentence(
    step: tuple[str, ...], name: str, control: Path, capsys: Said
) -> None:
    (control / "drills" / "2026-9").mkdir(mode=0o700)
    (control / "drills" / "2026-9" / name).mkdir(mode=0o700)
    refused(capsys, step, control, "--number", "2026-9")
