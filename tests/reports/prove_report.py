"""Change one byte after another: ``python -m tests.reports.prove_report [COUNT]``."""

import random
import sys
from collections.abc import Iterator

import verify

from .proved import PRINT, signed

_LOCAL, _NAME_AT, _SIZE_AT = 30, 26, 22


def headers(raw: bytes) -> list[int]:
    """Return the places of every byte that is no file's content: headers, names, directory."""
    places: list[int] = []
    at = 0
    while raw[at : at + 4] == b"PK\3\4":
        length = int.from_bytes(raw[at + _NAME_AT : at + _NAME_AT + 2], "little")
        size = int.from_bytes(raw[at + _SIZE_AT : at + _SIZE_AT + 4], "little")
        places += range(at, at + _LOCAL + length)
        at += _LOCAL + length + size
    return [*places, *range(at, len(raw))]


def flipped(raw: bytes, at: int, by: int) -> bytes:
    """Return the bytes with another one at one place."""
    return raw[:at] + bytes([raw[at] ^ by]) + raw[at + 1 :]


def places(raw: bytes, count: int, seed: int = 1) -> Iterator[tuple[int, int]]:
    """Yield so many places of bytes, every other one in a header, and by what each is changed."""
    draw = random.Random(seed)  # noqa: S311 - places of bytes, no secret
    shell = headers(raw)
    inside = sorted(set(range(len(raw))) - set(shell))
    for number in range(count):
        yield draw.choice(shell if number % 2 else inside), draw.randrange(1, 256)


def prove(raw: bytes, key: str, count: int, seed: int = 1) -> int:
    """Return how many of so many one-byte changes are refused; half lie in headers."""
    changes = (flipped(raw, at, by) for at, by in places(raw, count, seed))
    return sum(bool(verify.findings(changed, key)[0]) for changed in changes)


def main(arguments: list[str]) -> int:
    """Return 0 where the honest report is accepted and every change refused."""
    count = int(arguments[0]) if arguments else 1000
    honest, refused = verify.findings(signed(), PRINT)[0] == [], prove(signed(), PRINT, count)
    sys.stdout.write(f"honest accepted: {honest}; {refused} of {count} changes refused\n")
    return 0 if honest and refused == count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
