"""What the commands print, and how they tell that they are at work."""

import json
import sys
from collections.abc import Callable, Iterable

from desks.build_report import plain_line
from geodata.faults import Fault
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


def slip(option: str, value: str, problem: Sentence, command: str) -> Fault:
    """Return the fault of an option that cannot be meant."""
    return Fault(
        option, problem, say("See python cli.py {command} --help.", command=command), value=value
    )
