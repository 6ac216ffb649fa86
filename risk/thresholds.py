"""Toxic levels of a substance: AEGL for 60 minutes, else ERPG, else IDLH, each with its mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geodata.faults import Fault, UserError
from language import Sentence, say

from .figures import Row, figure_fault, listed, positive, read_figures
from .substances import SUBSTANCES

TABLE = Path(__file__).parent / "toxic_thresholds.csv"
NOT_RECOMMENDED = "NR"
SETS = (("aegl_3", "aegl_2", "aegl_1"), ("erpg_3", "erpg_2", "erpg_1"), ("idlh",))
"""The sets of levels in the order in which they are taken, the worst level first."""

LEVEL_NAMES = tuple(level for levels in SETS for level in levels)
COLUMNS = ("substance", *(f"{level}_ppm" for level in LEVEL_NAMES), "verified", "source")


@dataclass(frozen=True)
class ToxicLevel:
    """One level as a volume fraction in ppm; ``verified`` where two sources agree on it."""

    level: str
    ppm: float
    verified: bool


@dataclass(frozen=True)
class ToxicLevels:
    """The levels of one set, the worst first, with their source and what has to be said of them."""

    levels: tuple[ToxicLevel, ...]
    source: str
    notes: tuple[Sentence, ...]


def load_toxic_levels(path: Path) -> Mapping[str, ToxicLevels]:
    """Return the levels by substance.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    faults: list[Fault] = []
    found: dict[str, ToxicLevels] = {}
    for number, row in enumerate(read_figures(path, COLUMNS), start=2):
        faults += _row_faults(path, number, row)
        if row["substance"] in found:
            faults.append(figure_fault(path, number, "substance", "stands twice"))
        found[row["substance"]] = _levels(row)
    if faults:
        raise UserError(faults)
    return MappingProxyType(found)


def _row_faults(path: Path, number: int, row: Row) -> list[Fault]:
    faults = []
    if row["substance"] not in SUBSTANCES:
        faults.append(figure_fault(path, number, "substance", f"{row['substance']} is not known"))
    for level in LEVEL_NAMES:
        cell = row[f"{level}_ppm"]
        if cell not in ("", NOT_RECOMMENDED) and positive(cell) is None:
            faults.append(figure_fault(path, number, level, f"{cell} is no number above zero"))
    for levels in SETS:
        ppm = [value for level in levels if (value := positive(row[f"{level}_ppm"])) is not None]
        if ppm != sorted(ppm, reverse=True):
            faults.append(figure_fault(path, number, levels[0], "levels do not fall"))
    words = [word for word in listed(row["verified"]) if word not in LEVEL_NAMES]
    return faults + [figure_fault(path, number, "verified", f"{w} is no level") for w in words]


def _levels(row: Row) -> ToxicLevels:
    verified = listed(row["verified"])
    for levels in SETS:
        held = tuple(
            ToxicLevel(level, ppm, level in verified)
            for level in levels
            if (ppm := positive(row[f"{level}_ppm"])) is not None
        )
        if held:
            return ToxicLevels(held, row["source"], _notes(row, levels))
    return ToxicLevels((), row["source"], (say("No toxic level is on file for this substance."),))


def _notes(row: Row, levels: tuple[str, ...]) -> tuple[Sentence, ...]:
    said = {"aegl_3": "AEGL", "erpg_3": "ERPG", "idlh": "IDLH"}[levels[0]]
    notes = []
    if said == "AEGL":
        notes.append(say("Levels: AEGL for 60 minutes."))
    else:
        notes.append(say("No AEGL on file: {levels} is taken instead.", levels=said))
    if NOT_RECOMMENDED in (row[f"{level}_ppm"] for level in levels):
        notes.append(say("AEGL-1 is not recommended for this substance: no such line."))
    return tuple(notes)


TOXIC_LEVELS: Mapping[str, ToxicLevels] = load_toxic_levels(TABLE)
