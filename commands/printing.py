"""What the commands print, and how they tell that they are at work."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from desks.build_report import plain_line
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Catalogue, Sentence, say


class Teller:
    """Tells progress on stderr, each sentence once."""

    def __init__(self, catalogue: Catalogue, start: float, end: float) -> None:
        """Keep the language and the part of the whole work that is told."""
        self._catalogue, self._start, self._end = catalogue, start, end

    def __call__(self, said: Sentence, share: float) -> None:
        """Tell a sentence and the share done of this part."""
        done = round(100 * (self._start + share * (self._end - self._start)))
        print(f"{done:>3} % {self._catalogue.word(said)}", file=sys.stderr, flush=True)


def heard(catalogue: Catalogue, start: float, end: float) -> Callable[[Sentence, float], None]:
    """Return what tells the share done of one part of the whole work."""
    return Teller(catalogue, start, end)


def print_json(document: object) -> None:
    """Print the document as JSON that a person can read too."""
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def print_lines(lines: Iterable[str]) -> None:
    """Print the lines without signs that a terminal would obey."""
    for line in lines:
        print(plain_line(line))


PAPERS = (b"<!doctype html>", b"<?xml ")
"""How the files begin that a paper may take the place of."""


def write_paper(path: Path, document: str) -> None:
    """Write a page or an alert; only another one is replaced, never a register or a list.

    Raises:
        UserError: where something else lies there, or it cannot be written.

    """
    if path.is_file():
        with path.open("rb") as stream:
            begins = stream.read(max(map(len, PAPERS)))
        if begins and not begins.startswith(PAPERS):
            problem = say("This file is no page or alert, so it is not replaced.")
            raise UserError([Fault(str(path), problem, say("Give another name."))])
    with write_file(path) as target:
        target.write_text(document, encoding="utf-8")


def slip(option: str, value: str, problem: Sentence, command: str) -> Fault:
    """Return the fault of an option that cannot be meant."""
    return Fault(
        option, problem, say("See python cli.py {command} --help.", command=command), value=value
    )
