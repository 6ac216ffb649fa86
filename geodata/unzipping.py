"""A ZIP from anybody: its list, its members, its bytes, each within bounds; never a path of it."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from language import Sentence, say

from .faults import Fault, UserError
from .machine import machine_fault

MOST_MEMBERS = 1000
_MOST_READ_BYTES = 1 << 20
"""More is never read at once: not the list of millions of members either, which is one read."""
_PIECE_BYTES = 1 << 16
_UTF8_NAME, _LOCKED = 0x800, 1
_LAST_OF_TWO_BYTES = "\u07ff"
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What ``zipfile`` says of bytes that are no archive."""


@dataclass(frozen=True)
class Member:
    """A file of an archive; ``name`` is for people and for telling files apart, never a path."""

    name: str
    info: zipfile.ZipInfo

    @property
    def is_link(self) -> bool:
        """Return whether it is a symbolic link."""
        return stat.S_ISLNK(self.info.external_attr >> 16)


@dataclass(frozen=True)
class Unzipped:
    """An open archive: its files without its folders; ``mend`` is said of one that is damaged."""

    file: str
    packed: zipfile.ZipFile
    members: tuple[Member, ...]
    mend: Sentence


@contextmanager
def open_zip(path: Path, mend: Sentence | None = None) -> Iterator[Unzipped]:
    """Yield the archive; nothing is unpacked yet.

    Raises:
        UserError: if it cannot be read, is damaged or has more than ``MOST_MEMBERS`` members.

    """
    said = mend or say("Pack it again as a plain ZIP file.")
    with ExitStack() as opened:
        with _told(path.name, said):
            frugal = opened.enter_context(_Frugal(opened.enter_context(path.open("rb"))))
            packed = zipfile.ZipFile(frugal)
        infos = packed.infolist()
        if len(infos) > MOST_MEMBERS:
            problem = say(
                "The archive holds {count} files, more than {limit}.",
                count=len(infos), limit=MOST_MEMBERS,
            )  # fmt: skip
            raise UserError([Fault(path.name, problem, say("Pack only what belongs together."))])
        members = tuple(Member(_name(info), info) for info in infos if info.filename[-1:] != "/")
        yield Unzipped(path.name, packed, members, said)


def unpack(archive: Unzipped, member: Member, target: Path, *, limit: int) -> int:
    """Write a member to a path of the caller's and return its bytes, as unpacked and not as stated.

    Raises:
        UserError: if it is locked, a link, damaged, or has more than ``limit`` bytes.

    """
    _check(archive, member)
    size = 0
    with target.open("wb") as out:
        for piece in _pieces(archive, member):
            size += len(piece)
            if size > limit:
                problem = say("Unpacked, {name} is larger than is read.", name=shown(member.name))
                raise UserError(
                    [Fault(archive.file, problem, say("Cut it to the district first."))]
                )
            out.write(piece)
    return size


def _too_large(archive: Unzipped, member: Member) -> UserError:
    problem = say("Unpacked, {name} is larger than is read.", name=shown(member.name))
    return UserError([Fault(archive.file, problem, say("Cut it to the district first."))])


def shown(name: str) -> str:
    """Return a member's name as it may be shown: no unseen signs, at most 100 characters."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)[-100:]


def _check(archive: Unzipped, member: Member) -> None:
    if member.info.flag_bits & _LOCKED:
        problem = say("The archive is locked with a password.")
        raise UserError([Fault(archive.file, problem, say("Pack it again without a password."))])
    if member.is_link:
        problem = say("{name} in the archive is a link, not a file.", name=shown(member.name))
        raise UserError([Fault(archive.file, problem, say("Pack the file itself."))])
    if member.info.compress_type not in _PACKINGS:
        raise _damaged(archive.file, archive.mend)


def _pieces(archive: Unzipped, member: Member) -> Iterator[bytes]:
    """Yield what a member unpacks to, piece by piece; ``zipfile`` checks its sum at the end."""
    with _told(archive.file, archive.mend):
        stream = archive.packed.open(member.info)
    with stream:
        while True:
            with _told(archive.file, archive.mend):
                piece = stream.read(_PIECE_BYTES)
            if not piece:
                return
            yield piece


@contextmanager
def _told(file: str, mend: Sentence) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise machine_fault(file, error) or _damaged(file, mend) from error


def _damaged(file: str, mend: Sentence) -> UserError:
    return UserError([Fault(file, say("The archive is damaged or locked."), mend)])


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name as it was written: Chinese Windows writes GBK and does not say so."""
    name = info.orig_filename.split("\0")[0]
    if info.flag_bits & _UTF8_NAME:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    unicode, chinese = _decoded(raw, "utf-8"), _decoded(raw, "gb18030")
    # 学校 in GBK is ѧУ in UTF-8: letters of two bytes are no proof, signs of three are.
    if unicode is not None and (chinese is None or max(unicode, default="") > _LAST_OF_TWO_BYTES):
        return unicode
    return chinese or name


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


class _Frugal(io.RawIOBase):
    """A file of which no more than a bounded part is read at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read from that stream."""
        self._stream = stream

    def seekable(self) -> bool:
        """Return that it can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to that place and return it."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        """Return that many bytes.

        Raises:
            BadZipFile: if they are more than anybody honest asks for.

        """
        data = self._stream.read(_MOST_READ_BYTES + 1 if size < 0 else size)
        if max(size, len(data)) > _MOST_READ_BYTES:
            msg = "the list of members is too long"
            raise zipfile.BadZipFile(msg)
        return data
