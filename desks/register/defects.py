"""What is wrong with a cell, a row or a file that is to be imported, and who has to act."""

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.faults import Fault, Weight
from language import Sentence

OTHER = "other"
"""The code of what no room gave one."""


@dataclass(frozen=True)
class Defect:
    """One thing wrong: where it stands, what the file has there, what is wrong, how to mend it.

    ``row`` is the user's own row number, ``None`` for the whole sheet or file; ``column`` a
    heading of the file, several joined by ``", "``, "" for the whole row. ``weight`` ``auto`` was
    mended in what would be written; ``confirm`` goes in and wants a look; ``decide`` keeps its
    row out. ``code`` is stable.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    problem: Sentence
    mend: Sentence
    weight: Weight
    code: str


def defects_of(faults: Iterable[Fault]) -> tuple[Defect, ...]:
    """Return the faults as defects, in their order."""
    return tuple(
        Defect(f.sheet, f.row, f.column, f.value, f.problem, f.mend, f.weight, f.code or OTHER)
        for f in faults
    )


def ordered(defects: Iterable[Defect]) -> tuple[Defect, ...]:
    """Return the defects of the file first, then by sheet and row, else as they were met."""
    return tuple(sorted(defects, key=lambda d: (d.row is not None, d.sheet, d.row or 0)))
