"""What a user can mend: named faults, gathered and raised at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from language import Sentence

Weight = Literal["auto", "confirm", "decide"]
"""Who has to act: nobody, as the mend is beyond doubt; a person who looks; a person who decides."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what the user gave, where it stands and how to mend it.

    ``row`` is the row as the user's program counts it (the heading is row 1); ``None`` where the
    fault is the whole file's. ``code`` names the kind of fault for programs; ``weight`` tells who
    has to act.
    """

    file: str
    problem: Sentence
    mend: Sentence
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    code: str = ""
    weight: Weight = "confirm"

    def __str__(self) -> str:
        """Return file, row, problem and mend as one English line."""
        where = self.file + (f" [{self.sheet}]" if self.sheet else "")
        where += f", row {self.row}" if self.row is not None else ""
        where += f", column {self.column}" if self.column else ""
        return f"{where}: {self.problem} {self.mend}"


class UserError(Exception):
    """The one base of everything a user can mend; carries all faults of a call at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults, in the order they were met."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
