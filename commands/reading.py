"""What is typed at the terminal, checked at the one door for signs that nobody can see."""

import argparse
import unicodedata
from collections.abc import Iterator

from geodata.faults import Fault, UserError
from language import say

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of signs that steer, turn or hide writing, or are none at all (Unicode 15, 4.5)."""

SHOWN = 3


def require_readable(options: argparse.Namespace) -> None:
    """Do nothing where every text of the options can be read as it was typed.

    Paths are left alone: the file system names what it does not know.

    Raises:
        UserError: with every option that holds a sign that steers, turns or hides writing.

    """
    faults = [
        _fault(key, value, unseen)
        for key, value in _texts(options)
        if (unseen := [sign for sign in value if unicodedata.category(sign) in UNSEEN])
    ]
    if faults:
        raise UserError(faults)


def _texts(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield every text with the name of its option."""
    for key, value in vars(options).items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield key, one


def _fault(key: str, value: str, unseen: list[str]) -> Fault:
    signs = list(dict.fromkeys(f"U+{ord(sign):04X}" for sign in unseen))
    problem = say(
        "It holds signs that cannot be seen or that turn the writing: {signs}.",
        signs=", ".join(signs[:SHOWN]),
    )
    shown = "".join("?" if unicodedata.category(sign) in UNSEEN else sign for sign in value[:60])
    return Fault(f"--{key.replace('_', '-')}", problem, say("Type it anew."), value=shown)
