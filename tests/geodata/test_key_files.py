"""Files of keys: for their owner alone, never written over, never half written."""

import errno
import os
from pathlib import Path

import pytest

from geodata.faults import UserError
from geodata.key_files import LONGEST_FILE, is_text, read_secret, write_once
from language import say

NONE, MEND = say("This file is no Ed25519 key."), say("Give another file.")


def _read(path: Path) -> bytes:
    return read_secret(path, none=NONE, mend=MEND)


def test_what_was_written_is_read_back_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_once(path, b"secret")
    assert path.stat().st_mode & 0o777 == 0o600
    assert _read(path) == b"secret"
    path.chmod(0o640)
    with pytest.raises(UserError, match="Others on this machine"):
        _read(path)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_once(path, b"first")
    with pytest.raises(UserError, match="never written over"):
        write_once(path, b"second")
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize("name", ["none/key", "a\0b", "x" * 300])
def test_a_place_that_cannot_be_written_gets_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        write_once(tmp_path / name, b"secret")


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="disk is full"):
        write_once(tmp_path / "key", b"secret")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "said", "mend"),
    [
        (errno.ENOSPC, "disk is full", "Free some space"),
        (errno.EMFILE, "not written: Too many open files", "how many files are open"),
        (errno.EIO, "not written: Input/output error", "whether the stick is in"),
        (errno.EROFS, "cannot be written", "you may write to"),
    ],
)
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_why_a_key_was_not_written_is_told_as_the_machine_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, mend: str, call: str
) -> None:
    def fails(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(UserError, match=said) as told:
        write_once(tmp_path / "key", b"secret")
    assert mend in str(told.value.faults[0].mend)
    assert list(tmp_path.iterdir()) == []


def test_a_stick_that_is_pulled_out_while_a_key_is_written_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", gone)
    monkeypatch.setattr(Path, "unlink", gone)
    with pytest.raises(UserError, match="Input/output error"):
        write_once(tmp_path / "key", b"secret")


@pytest.mark.parametrize(
    ("number", "said", "mend"),
    [
        (errno.EACCES, "cannot be read\\.", "chmod 600"),
        (errno.EIO, "cannot be read: Input/output error", "whether the stick is in"),
        (errno.EMFILE, "cannot be read: Too many open files", "how many files are open"),
    ],
)
@pytest.mark.parametrize("call", ["open", "is_file"])
def test_a_key_that_the_disk_does_not_give_is_not_told_as_one_with_wrong_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, mend: str, call: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    write_once(tmp_path / "key", b"secret")
    monkeypatch.setattr(Path, call, fails)
    with pytest.raises(UserError, match=said) as told:
        _read(tmp_path / "key")
    assert mend in str(told.value.faults[0].mend)


def test_a_longer_file_is_no_key(tmp_path: Path) -> None:
    write_once(tmp_path / "longest", b"x" * LONGEST_FILE)
    write_once(tmp_path / "longer", b"x" * (LONGEST_FILE + 1))
    assert len(_read(tmp_path / "longest")) == LONGEST_FILE
    with pytest.raises(UserError, match="no Ed25519 key"):
        _read(tmp_path / "longer")


def test_bytes_that_a_terminal_could_not_read_are_no_text() -> None:
    assert is_text("correct horse 电池")
    assert not is_text("correct\udcff horse")
