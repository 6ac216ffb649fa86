"""What leaves and what lies on the players' side, and whether a token is anywhere in it."""

import base64
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Response, WebSocket

from .caches import unmarked

MOST_BYTES = 20_000_000
MOST_DEEP = 3
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")
_GZIP, _ZLIB, _RAW = 31, 15, -15
_CHUNK = 1 << 24


def forms(token: str) -> dict[str, bytes]:
    """Return how the token may be written: plain, in UTF-16 or 32, percent-encoded, in base64."""
    plain = token.encode()
    percent = "".join(f"%{byte:02x}" for byte in plain)
    found = {
        "raw": plain,
        "upper": token.upper().encode(),
        "utf-16-le": token.encode("utf-16-le"),
        "utf-16-be": token.encode("utf-16-be"),
        "utf-32-le": token.encode("utf-32-le"),
        "percent": percent.encode(),
        "PERCENT": percent.upper().encode(),
        "hex": plain.hex().encode(),
    }
    for shift in range(3):
        # What stands before and after changes the first and the last signs only.
        text = base64.b64encode(b"\0" * shift + plain)
        found[f"base64+{shift}"] = text[4 if shift else 0 : -4]
    return found


def hits(data: bytes, token: str, *, deep: int = 0) -> list[str]:
    """Return in which forms the token is in the data, or in anything that is packed in it."""
    found = [name for name, form in forms(token).items() if form in data]
    if deep < MOST_DEEP:
        for inner in _unpacked(data):
            found += [f"unpacked {name}" for name in hits(inner, token, deep=deep + 1)]
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield from unmarked(data)
    for found in _PACKED.finditer(data):
        at, kind = found.start(), found[0]
        window = _GZIP if kind[0] == 0x1F else _ZLIB
        if kind.startswith(b"PK"):
            names = data[at + 26 : at + 30]
            at += 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
            window = _RAW
        with suppress(zlib.error):
            inner = zlib.decompressobj(window).decompress(data[at:], MOST_BYTES)
            if len(inner) > 16:
                yield inner


@dataclass
class Tap:
    """Everything that one browser and the players' server said to each other."""

    context: BrowserContext
    frames: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    waiting: list[Response] = field(default_factory=list)

    def open(self) -> Page:
        """Return a page that is listened to from its first request on."""
        self.context.on("response", lambda one: self.waiting.append(one))  # noqa: PLW0108
        self.context.on("request", lambda one: self._asked(one.url, one.post_data_buffer))
        page = self.context.new_page()
        page.on("websocket", self._socket)
        return page

    def drain(self) -> None:
        """Read the bodies of what was answered since."""
        for response in self.waiting:
            with suppress(Error):
                self.bodies[response.url] = response.body()
        self.waiting.clear()

    def _asked(self, url: str, data: bytes | None) -> None:
        self.urls.append(url)
        if data:
            self.bodies[f"posted {url}"] = data

    def _socket(self, socket: WebSocket) -> None:
        self.urls.append(socket.url)
        for event, heard in (("framesent", self.sent), ("framereceived", self.frames)):
            socket.on(event, _into(heard))  # type: ignore[call-overload]


def _into(heard: list[bytes]) -> Callable[[bytes | str], None]:
    return lambda frame: heard.append(_bytes(frame))


def _bytes(frame: bytes | str) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


def files_in(*folders: Path) -> dict[str, bytes]:
    """Return every file below these folders by its path; the path itself is searched too."""
    found = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        with suppress(OSError):
            if path.is_file() and not path.is_symlink():
                found[str(path)] = path.read_bytes()
    return found


def processes() -> dict[str, bytes]:
    """Return the command line of every process and the environment of those that may be read."""
    found = {}
    for folder in Path("/proc").iterdir():
        for name in ("cmdline", "environ") if folder.name.isdigit() else ():
            with suppress(OSError):
                found[f"{folder}/{name}"] = (folder / name).read_bytes()
    return found


def leaks(where: Mapping[str, bytes], token: str) -> list[str]:
    """Return each place at which the token is, and in which form."""
    told = [f"{place}: {form}" for place, data in where.items() for form in hits(data, token)]
    return told + [f"{place}: name" for place in where if hits(place.encode(), token)]


def in_memory(process_id: int, token: str) -> list[str]:
    """Return in which forms the token is in what a process may write to of its memory (Linux).

    Zeros are left out first, so that text of two or four bytes a sign is found as it is.

    Raises:
        OSError: where the system does not let us look.

    """
    wanted, found = forms(token), set()
    overlap = max(map(len, wanted.values()))
    wanted = {name: form for name, form in wanted.items() if b"\0" not in form}
    rooms = Path(f"/proc/{process_id}/maps").read_text(encoding="utf-8").splitlines()
    with Path(f"/proc/{process_id}/mem").open("rb", buffering=0) as memory:
        for room in (room.split() for room in rooms if " rw" in room):
            at, end = (int(one, 16) for one in room[0].split("-"))
            while at < end:
                with suppress(OSError):
                    memory.seek(at)
                    data = memory.read(min(_CHUNK, end - at)).translate(None, b"\0")
                    found |= {name for name, form in wanted.items() if form in data}
                at += _CHUNK - overlap
    return sorted(found)
