"""How much evidence moves the speed model how far: bands of hours and weights, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desks.command.rule_checks import cited_faults, number_faults
from geodata.faults import Fault, UserError
from risk.rule_files import read_rules, rule_fault
from routing.speeds import HOURS

TABLE = Path(__file__).parent / "learning.toml"

_RANGES: Mapping[str, tuple[float, float]] = {
    "prior_drives": (0.1, 1000),
    "prior_spread": (0.1, 1000),
    "all_sd": (0, 10),
    "band_sd": (0, 10),
    "class_sd": (0, 10),
    "cell_sd": (0.001, 10),
    "together": (0, 1),
    "cell_share": (0.001, 1),
    "calibrate_drives": (10, 100_000),
    "folds": (2, 100),
}


@dataclass(frozen=True)
class Band:
    """Hours that share one factor of each class of road."""

    key: str
    title: str
    hours: tuple[int, ...]


@dataclass(frozen=True)
class LearningRules:
    """The bands and the weights of ``learning.toml``, which says what each of them means."""

    version: str
    bands: tuple[Band, ...]
    prior_drives: float
    prior_spread: float
    all_sd: float
    band_sd: float
    class_sd: float
    cell_sd: float
    together: float
    cell_share: float
    calibrate_drives: int
    folds: int
    source: str
    verified: bool

    def band_of(self, hour: int) -> int:
        """Return the number of the band that holds the hour, 0 to 23."""
        return next(at for at, band in enumerate(self.bands) if hour in band.hours)


def load_learning_rules(path: Path = TABLE) -> LearningRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    document = read_rules(path)
    weights = document.get("weights")
    faults = cited_faults(path, "weights", weights)
    faults += number_faults(path, "weights", weights, _RANGES)
    rows = document.get("band")
    bands = [_band(path, at, row, faults) for at, row in enumerate(rows or (), start=1)]
    if sorted(hour for band in bands for hour in band.hours) != list(range(HOURS)):
        faults.append(rule_fault(path, "band", "each hour from 0 to 23 must stand in one band"))
    if not isinstance(document.get("version"), str):
        faults.append(rule_fault(path, "version", "text missing"))
    if faults:
        raise UserError(faults)
    held: Mapping[str, Any] = weights if isinstance(weights, dict) else {}
    numbers = {key: held[key] for key in _RANGES}
    whole = {key: int(held[key]) for key in ("calibrate_drives", "folds")}
    return LearningRules(
        version=document["version"],
        bands=tuple(bands),
        source=held["source"],
        verified=held["verified"],
        **{**numbers, **whole},
    )


def _band(path: Path, at: int, row: object, faults: list[Fault]) -> Band:
    """Return the band of the row; what is wrong with it is added to ``faults``."""
    held: Mapping[str, Any] = row if isinstance(row, dict) else {}
    hours = held.get("hours")
    if not isinstance(hours, list) or not all(type(hour) is int for hour in hours):
        faults.append(rule_fault(path, f"band {at}, hours", "not a list of whole hours"))
        hours = []
    faults += [
        rule_fault(path, f"band {at}, {key}", "text missing")
        for key in ("key", "title")
        if not isinstance(held.get(key), str) or not held[key]
    ]
    return Band(str(held.get("key", "")), str(held.get("title", "")), tuple(hours))
