"""The office's key: only its owner can read it, only its passphrase opens it, it is never lost."""

import errno
import os
import re
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from geodata.faults import UserError
from reports.signing import fingerprint, grouped, is_locked, new_key, public_bytes, read_key

WORDS = "红花 and 绿叶 42"


def test_a_key_comes_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    key = new_key(path, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not is_locked(path)
    assert public_bytes(read_key(path).public_key()) == public_bytes(key.public_key())


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    first, second = (new_key(tmp_path / name, "") for name in ("a", "b"))
    assert fingerprint(first.public_key()) != fingerprint(second.public_key())


def test_a_locked_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    key = new_key(path, WORDS)
    assert is_locked(path)
    opened = read_key(path, WORDS)
    assert fingerprint(opened.public_key()) == fingerprint(key.public_key())
    for wrong in ("", WORDS + " ", "x" * 20):
        with pytest.raises(UserError, match="does not open"):
            read_key(path, wrong)


def test_the_passphrase_itself_opens_no_pem_so_that_each_try_costs_scrypt(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    new_key(path, WORDS)
    pem = path.read_bytes().split(b"\n", 1)[1]
    with pytest.raises(ValueError, match=r"."):
        load_pem_private_key(pem, WORDS.encode())


def test_neither_passphrase_nor_secret_stands_in_the_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    key = new_key(path, WORDS)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert WORDS.encode() not in path.read_bytes()
    assert plain.splitlines()[1] not in path.read_bytes()


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "office.key"
    path.write_bytes(b"all reports of ten years")
    with pytest.raises(UserError, match="never written over"):
        new_key(path, "")
    assert path.read_bytes() == b"all reports of ten years"


def test_a_short_passphrase_is_refused_before_a_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="12 characters"):
        new_key(tmp_path / "office.key", "short")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "office.key"
    new_key(path, "")
    path.chmod(mode)
    with pytest.raises(UserError, match="chmod 600"):
        read_key(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no key",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----" * 1000,
        generate_private_key(65537, 2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        generate_private_key(65537, 2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"another program's")
        ),
    ],
)
def test_what_is_no_key_of_ours_gets_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "office.key"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(UserError, match="no Ed25519 key"):
        read_key(path)


def test_a_missing_file_and_a_folder_say_how_a_key_is_made(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UserError, match="key new"):
            read_key(path)


def test_the_fingerprint_is_the_hash_of_the_public_key_in_groups_for_paper(tmp_path: Path) -> None:
    key = new_key(tmp_path / "office.key", "").public_key()
    digits = fingerprint(key)
    assert digits == sha256(public_bytes(key)).hexdigest()
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", grouped(digits))
    assert grouped(digits).replace(" ", "") == digits


@pytest.mark.parametrize("place", ["none/office.key", "file/office.key"])
def test_a_place_that_cannot_hold_a_key_gets_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(UserError, match="cannot be written") as raised:
        new_key(tmp_path / place, "")
    assert raised.value.faults[0].file == str(tmp_path / place)


def test_a_name_that_is_too_long_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        new_key(tmp_path / ("k" * 300), "")


def test_a_full_disk_leaves_no_half_key_that_keeps_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "office.key"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(UserError, match="disk is full"):
            new_key(path, "")
    assert list(tmp_path.iterdir()) == []
    assert new_key(path, "")


@pytest.mark.parametrize("wrong", ["\udcff" * 14, "good start \ud800"])
def test_bytes_that_are_no_text_make_and_open_no_key(tmp_path: Path, wrong: str) -> None:
    """A terminal of another encoding hands such signs on."""
    path = tmp_path / "office.key"
    with pytest.raises(UserError, match="not text in UTF-8"):
        new_key(path, wrong)
    assert not path.exists()
    new_key(path, WORDS)
    with pytest.raises(UserError, match="does not open"):
        read_key(path, wrong)


def test_a_key_on_a_broken_stick_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "office.key"
    new_key(path, "")

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "open", broken)
    for read in (read_key, is_locked):
        with pytest.raises(UserError, match="cannot be read"):
            read(path)


@pytest.mark.parametrize("count", [11, 12])
def test_twelve_characters_are_enough_and_eleven_are_not(tmp_path: Path, count: int) -> None:
    words = "避" * count
    if count < 12:
        with pytest.raises(UserError, match="too short"):
            new_key(tmp_path / "k", words)
    else:
        new_key(tmp_path / "k", words)
        assert read_key(tmp_path / "k", words)


@pytest.mark.parametrize("head", [b"shouwang-key scrypt \n", b"shouwang-key scrypt " + b"g" * 32,
                                  b"shouwang-key scrypt " + b"a" * 31 + b"\n"])  # fmt: skip
def test_a_damaged_head_is_no_key(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "office.key"
    new_key(path, WORDS)
    path.write_bytes(head + path.read_bytes().split(b"\n", 1)[1])
    with pytest.raises(UserError, match="no Ed25519 key"):
        read_key(path, WORDS)
