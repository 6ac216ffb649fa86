"""``cli.py key``: made once, shown for paper; the passphrase is in no argument and no variable."""

import io
import json
import sys
from pathlib import Path

import pytest

import cli
from reports.signing import fingerprint, is_locked, read_key

WORDS = "红花 and 绿叶 42"


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_key_is_made_and_its_fingerprint_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "office.key"
    _typed(monkeypatch, f"{WORDS}\n")
    assert cli.main(["key", "new", str(path), "--lang", "en"]) == 0
    made = capsys.readouterr().out
    _typed(monkeypatch, f"{WORDS}\n")
    assert cli.main(["key", "show", str(path), "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert is_locked(path)
    digits = fingerprint(read_key(path, WORDS).public_key())
    assert shown.splitlines()[1].replace(" ", "") == digits
    assert made == shown
    assert WORDS not in made


def test_a_key_without_passphrase_says_what_that_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, "\n")
    assert cli.main(["key", "new", str(tmp_path / "k"), "--lang", "en"]) == 0
    assert "whoever can read the file can sign" in capsys.readouterr().out
    assert cli.main(["key", "show", str(tmp_path / "k"), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["fingerprint"]) == 64


def test_a_wrong_passphrase_is_a_users_fault_not_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "office.key"
    _typed(monkeypatch, f"{WORDS}\n")
    cli.main(["key", "new", str(path)])
    _typed(monkeypatch, "something else\n")
    assert cli.main(["key", "show", str(path), "--lang", "en"]) == cli.USER_FAULT
    assert "does not open" in capsys.readouterr().err


def test_two_that_differ_make_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["one passphrase", "another one 12"])
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert cli.main(["key", "new", str(tmp_path / "k"), "--lang", "en"]) == cli.USER_FAULT
    assert "differ" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_option_takes_a_passphrase(capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in arguments is read by every user of the machine with ``ps``."""
    for act in ("new", "show"):
        with pytest.raises(SystemExit):
            cli.main(["key", act, "--help"])
        assert "pass" not in capsys.readouterr().out.lower()


def test_a_folder_that_is_missing_is_told_and_no_key_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, "\n")
    path = tmp_path / "stick" / "office.key"
    assert cli.main(["key", "new", str(path), "--lang", "en"]) == cli.USER_FAULT
    out, err = capsys.readouterr()
    assert "cannot be written" in err
    assert str(path) in err
    assert "Fingerprint" not in out


def test_a_key_that_is_there_stays_and_its_passphrase_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "office.key"
    _typed(monkeypatch, f"{WORDS}\n")
    assert cli.main(["key", "new", str(path)]) == 0
    before = path.read_bytes()
    _typed(monkeypatch, "quite another one\n")
    assert cli.main(["key", "new", str(path), "--lang", "en"]) == cli.USER_FAULT
    assert "never written over" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_bytes_of_another_encoding_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """GBK typed into a terminal of UTF-8: what comes through is no text."""
    _typed(monkeypatch, "红花绿叶红花绿叶".encode("gbk").decode("utf-8", "surrogateescape") + "\n")
    assert cli.main(["key", "new", str(tmp_path / "k"), "--lang", "en"]) == cli.USER_FAULT
    assert "not text in UTF-8" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_line_end_of_windows_is_no_part_of_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "office.key"
    _typed(monkeypatch, f"{WORDS}\r\n")
    assert cli.main(["key", "new", str(path)]) == 0
    assert read_key(path, WORDS)
