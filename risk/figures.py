"""Tables of figures in this room's CSV files: every line that cannot be understood is named."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.faults import Fault, UserError
from language import say

Row = Mapping[str, str]


def read_figures(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows of a CSV file in UTF-8 with exactly these columns.

    Raises:
        UserError: where the file cannot be read or has other columns or too short a row.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError([figure_fault(path, None, "", str(error))]) from error
    if not lines or set(lines[0]) != set(columns) or len(lines[0]) != len(columns):
        detail = "the columns must be " + ", ".join(columns)
        raise UserError([figure_fault(path, 1, "", detail)])
    faults = [
        figure_fault(path, number, "", f"{len(line)} cells instead of {len(columns)}")
        for number, line in enumerate(lines[1:], start=2)
        if len(line) != len(columns)
    ]
    if faults:
        raise UserError(faults)
    return tuple(
        {name: cell.strip() for name, cell in zip(lines[0], line, strict=True)}
        for line in lines[1:]
    )


def positive(text: str) -> float | None:
    """Return the finite number above zero that the text is, ``None`` where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def listed(text: str) -> tuple[str, ...]:
    """Return the items of a cell that are parted by semicolons."""
    return tuple(item.strip() for item in text.split(";") if item.strip())


def figure_fault(path: Path, row: int | None, column: str, detail: str) -> Fault:
    """Return the fault of one cell of a table of figures."""
    return Fault(
        file=path.name,
        row=row,
        column=column,
        problem=say("The table of figures cannot be used: {detail}.", detail=detail),
        mend=say("Mend this line, or put back the file that came with the program."),
    )
