"""The three who hold keys, and the files in which the keys lie."""

import itertools
import stat
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from desks.exercise.folder import Control, create_control
from desks.exercise.keys import (
    decrypted,
    encrypted,
    new_identity,
    read_key_file,
    read_locked,
    recipient_of,
    write_locked,
)
from desks.exercise.officers import (
    OFFICERS,
    OFFICES,
    Officer,
    enrol,
    new_officer,
    office_sentence,
    read_officers,
)
from geodata.faults import UserError
from geodata.key_files import write_once
from language import Catalogue
from tests.desks.exercise.sealed import quickly_locked

WORDS = "红花 and 绿叶 42"


@pytest.fixture
def control(tmp_path: Path) -> Control:
    (tmp_path / "district").mkdir()
    return create_control(tmp_path / "control", tmp_path / "district")


def officer(office: str = "leader", name: str = "") -> Officer:
    return Officer(name or f"示例 {office}", office, recipient_of(new_identity()))


def test_a_key_file_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    path = tmp_path / "one.age"
    made = new_officer(path, " 示例甲 ", "leader", WORDS)
    assert made.name == "示例甲"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"AGE-SECRET-KEY" not in path.read_bytes()
    assert recipient_of(read_locked(path, WORDS)) == made.recipient
    with pytest.raises(UserError, match="never written over"):
        new_officer(path, "示例乙", "duty", WORDS)


def test_a_wrong_passphrase_a_changed_file_or_one_for_all_to_read_opens_nothing(
    tmp_path: Path,
) -> None:
    """On a file of age's format that was written without its library."""
    path, identity = tmp_path / "one.age", new_identity()
    write_once(path, quickly_locked(identity.encode(), WORDS))
    assert read_locked(path, WORDS) == identity
    for wrong in ("", "something else", f"{WORDS} ", "\ud800"):
        with pytest.raises(UserError, match="does not open"):
            read_locked(path, wrong)
    write_once(tmp_path / "none", quickly_locked(b"no identity", WORDS))
    with pytest.raises(UserError, match="no key of an officer"):
        read_locked(tmp_path / "none", WORDS)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UserError, match="does not open"):
        read_locked(path, WORDS)
    path.chmod(0o640)
    with pytest.raises(UserError, match="Others on this machine"):
        read_locked(path, WORDS)


@pytest.fixture
def too_much() -> pyrage.DecryptError:
    """Return what age says where opening takes too long."""
    with pytest.raises(pyrage.DecryptError) as caught:
        pyrage.passphrase.decrypt(quickly_locked(b"x", WORDS, stated=40), WORDS)
    return caught.value


def test_a_machine_that_is_busy_for_a_moment_opens_a_sound_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, too_much: pyrage.DecryptError
) -> None:
    """A millisecond measures the machine; at T0 a sound key was once called a wrong one."""
    path, identity = tmp_path / "one.age", new_identity()
    write_once(path, quickly_locked(identity.encode(), WORDS))
    opened, busy = pyrage.passphrase.decrypt, [too_much] * 3

    def measured(data: bytes, passphrase: str) -> bytes:
        if busy:
            raise busy.pop()
        return bytes(opened(data, passphrase))

    monkeypatch.setattr("pyrage.passphrase.decrypt", measured)
    assert read_locked(path, WORDS) == identity
    assert not busy


def test_a_key_too_heavy_for_this_machine_is_not_called_a_wrong_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "heavy.age"
    write_once(path, quickly_locked(new_identity().encode(), WORDS, stated=40))
    with pytest.raises(UserError, match="more work than this machine"):
        read_locked(path, WORDS)


def test_of_weak_lockings_the_strongest_is_kept_and_a_strong_one_ends_the_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*rounds: int) -> str:
        tries = itertools.cycle(rounds)
        monkeypatch.setattr(
            "pyrage.passphrase.encrypt",
            lambda data, words: quickly_locked(data, words, stated=next(tries)),
        )
        path = tmp_path / f"{len(rounds)}-{rounds[0]}.age"
        write_locked(path, new_identity(), WORDS)
        return path.read_bytes().split(b"\n")[1].split()[-1].decode()

    assert locked(12, 15, 13) == "15"
    assert locked(12, 18) == "18"
    assert locked(20) == "20"


@pytest.mark.parametrize("words", ["", "elf signs..", "\ud800" * 20])
def test_a_short_passphrase_or_one_that_is_no_text_makes_no_key(tmp_path: Path, words: str) -> None:
    with pytest.raises(UserError, match=r"too short|not text"):
        new_officer(tmp_path / "k", "示例甲", "leader", words)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_key_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such key file"):
        read_locked(tmp_path / "none", WORDS)
    with pytest.raises(UserError, match="cannot be written"):
        write_once(tmp_path / "no" / "folder", b"x")
    for number, data in enumerate((b"", b"age-encryption.org/v1\n", b"\0" * 5_000)):
        path = tmp_path / f"k{number}"
        write_once(path, data)
        with pytest.raises(UserError, match="does not open"):
            read_locked(path, WORDS)
    write_once(tmp_path / "long", b"x" * 10_001)
    with pytest.raises(UserError, match="no key of an officer"):
        read_key_file(tmp_path / "long")


def test_what_one_key_locks_another_does_not_open() -> None:
    mine, other = new_identity(), new_identity()
    data = encrypted(b"secret", recipient_of(mine))
    assert decrypted(data, mine) == b"secret"
    assert decrypted(data, other) is None
    assert decrypted(data[:-1], mine) is None
    assert decrypted(b"", mine) is None
    with pytest.raises(UserError, match="no key of an officer"):
        decrypted(data, "AGE-SECRET-KEY-1")


def test_three_officers_are_read_back_in_their_order(control: Control) -> None:
    assert read_officers(control) == ()
    made = [officer(office) for office in reversed(OFFICES)]
    for one in made:
        known = enrol(control, one)
    assert known == read_officers(control) == tuple(reversed(made))
    text = (control.folder / OFFICERS).read_text(encoding="utf-8")
    assert "AGE-SECRET" not in text


def test_an_office_is_replaced_only_where_that_is_said(control: Control) -> None:
    enrol(control, officer())
    other = officer(name="示例乙")
    with pytest.raises(UserError, match="has an officer already"):
        enrol(control, other)
    assert enrol(control, other, replace=True) == (other,)


def test_one_person_or_key_holds_no_two_offices(control: Control) -> None:
    first = officer(name="Ada Example")
    enrol(control, first)
    with pytest.raises(UserError, match="one key only"):
        enrol(control, officer("duty", "ＡＤＡ example"))
    with pytest.raises(UserError, match="another office"):
        enrol(control, replace(officer("duty"), recipient=first.recipient))
    with pytest.raises(UserError, match="no public part"):
        enrol(control, replace(officer("duty"), recipient="age1xyz"))


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("", "leader"),
        ("a\nb", "leader"),
        ('a"\u202e', "leader"),
        ("x" * 61, "duty"),
        ("示例", "boss"),
        ("\ud800", "duty"),
    ],
)
def test_hostile_officers_are_refused_before_a_key_is_made(
    tmp_path: Path, name: str, office: str
) -> None:
    with pytest.raises(UserError):
        new_officer(tmp_path / "k", name, office, WORDS)
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_quotes_and_slashes_comes_back(control: Control) -> None:
    made = officer(name='O\'Example "\\" é 𠮷')
    enrol(control, made)
    assert read_officers(control) == (made,)


@pytest.mark.parametrize(
    "text",
    [
        "officer = 1",
        "[[officer]]\nname = 1",
        "officer = [1]",
        "\x00",
        '[[officer]]\nname = "a"\noffice = "leader"\nrecipient = "age1"',
        '[officer]\nname = "a"',
    ],
)
def test_an_odd_list_of_officers_gets_a_sentence(control: Control, text: str) -> None:
    (control.folder / OFFICERS).write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        read_officers(control)


def test_a_list_with_one_office_twice_is_refused(control: Control) -> None:
    enrol(control, officer())
    path = control.folder / OFFICERS
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(UserError, match="same person, office or key"):
        read_officers(control)


def test_offices_are_called_as_the_district_calls_them() -> None:
    chinese = Catalogue.load("zh")
    named = [chinese.word(office_sentence(office)) for office in OFFICES]
    assert named == ["演练组长", "纪检人员", "值班领导"]
