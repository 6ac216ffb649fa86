"""Jobs for workers in processes of their own: some fail, some kill whoever does them."""

import os
import signal
import time
from pathlib import Path


def squared(number: int) -> int:
    """Return the square."""
    return number * number


def squared_unless_five(number: int) -> int:
    """Return the square; five is a bug.

    Raises:
        ZeroDivisionError: for five.

    """
    return number * number + 0 // (number - 5)


def deadly_once(thing: tuple[int, str]) -> int:
    """Return the square; the third kills its worker the first time, as a power cut would."""
    number, marker = thing
    time.sleep(0.02)
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def deadly(number: int) -> int:
    """Return the square; the third kills every worker that tries it."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.2)
    return number * number


def listening(_: int) -> list[str]:
    """Return the addresses on which this user's processes of the same parent listen, as hex."""
    own = {os.getpid(), os.getppid()}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _parent(entry) in own:
            own.add(int(entry.name))
    inodes = {inode for pid in own for inode in _sockets(pid)}
    text = "".join(
        Path(f"/proc/net/{name}").read_text(encoding="ascii") for name in ("tcp", "tcp6")
    )
    rows = [line.split() for line in text.splitlines()]
    return [row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes]


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return -1


def _sockets(pid: int) -> list[str]:
    found = []
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink())
            if target.startswith("socket:["):
                found.append(target[8:-1])
    except OSError:
        return found
    return found
