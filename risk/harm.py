"""What heat and blast do to people: thresholds, or probits in their stead, never both at once."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Literal

from geodata.faults import Fault, UserError

from .figures import Row, figure_fault, positive, read_figures
from .release import LEVELS

HERE = Path(__file__).parent
THRESHOLDS_TABLE = HERE / "harm_thresholds.csv"
PHYSICAL_TABLE = HERE / "probits_physical.csv"
TOXIC_TABLE = HERE / "probits_toxic.csv"
EXPOSED_S = 60.0
"""How long somebody who flees stays in the heat of a lasting fire (probit variant)."""
MOLAR_VOLUME_L = 24.45
"""Litres of a mole of gas at 25 °C and 1 atm, for ppm to mg/m³."""

Method = Literal["threshold", "probit"]
Harm = Literal["thermal", "overpressure"]


@dataclass(frozen=True)
class Limit:
    """From which value on a level of harm is to be expected.

    ``value`` is in kW/m² (thermal) or kPa (overpressure); ``seconds`` is how long a person is
    exposed to it, ``None`` where that does not matter.
    """

    level: str
    value: float
    unit: str
    seconds: float | None
    effect: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Probit:
    """``Pr = a + b ln V``; ``probability`` is the share of people at which a line is drawn."""

    level: str
    unit: str
    a: float
    b: float
    probability: float
    effect: str
    source: str
    verified: bool

    @property
    def value(self) -> float:
        """Return V at ``probability``, in ``unit``."""
        return math.exp((probit_of(self.probability) - self.a) / self.b)


@dataclass(frozen=True)
class ToxicProbit:
    """``Pr = a + b ln(Cⁿ t)`` of one substance, C in mg/m³, t in minutes (CPR 18E table 5.2)."""

    substance: str
    cas: str
    a: float
    b: float
    n: float
    source: str
    verified: bool


def probit_of(probability: float) -> float:
    """Return the probit of a probability between 0 and 1 (2.67 for 1 %)."""
    return 5 + NormalDist().inv_cdf(probability)


def probability_of(probit: float) -> float:
    """Return the probability of a probit."""
    return NormalDist().cdf(probit - 5)


def load_limits(path: Path) -> tuple[Limit, ...]:
    """Return the thresholds of the file, the worst of each harm first.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    columns = ("harm", "level", "value", "unit", "seconds", "effect", "source", "verified")
    rows = read_figures(path, columns)
    _check(path, rows, ("value",), optional=("seconds",))
    return tuple(
        Limit(
            level=row["level"],
            value=float(row["value"]),
            unit=row["unit"],
            seconds=positive(row["seconds"]),
            effect=row["effect"],
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in rows
    )


def load_probits(path: Path) -> tuple[Probit, ...]:
    """Return the probits of the file, the worst of each harm first.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    columns = ("level", "unit", "a", "b", "probability", "effect", "source", "verified")
    rows = read_figures(path, columns)
    _check(path, rows, ("b", "probability"), signed=("a",))
    return tuple(
        Probit(
            level=row["level"],
            unit=row["unit"],
            a=float(row["a"]),
            b=float(row["b"]),
            probability=float(row["probability"]),
            effect=row["effect"],
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in rows
    )


def load_toxic_probits(path: Path) -> dict[str, ToxicProbit]:
    """Return the toxic probits of the file by substance.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    rows = read_figures(path, ("substance", "cas", "a", "b", "n", "source", "verified"))
    _check(path, rows, ("b", "n"), signed=("a",), levels=False)
    return {
        row["substance"]: ToxicProbit(
            substance=row["substance"],
            cas=row["cas"],
            a=float(row["a"]),
            b=float(row["b"]),
            n=float(row["n"]),
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in rows
    }


def _check(
    path: Path,
    rows: tuple[Row, ...],
    above_zero: tuple[str, ...],
    *,
    signed: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    levels: bool = True,
) -> None:
    tests: list[tuple[str, Callable[[str], bool], str]] = [
        *(
            (name, lambda text: positive(text) is not None, "no number above zero")
            for name in above_zero
        ),
        *(
            (name, lambda text: not text or positive(text) is not None, "no number")
            for name in optional
        ),
        *((name, _is_number, "no number") for name in signed),
        ("verified", {"true", "false"}.__contains__, "neither true nor false"),
        ("source", bool, "text missing"),
    ]
    if levels:
        tests.append(("level", LEVELS.__contains__, "no level of harm"))
    faults: list[Fault] = [
        figure_fault(path, number, name, f"{row[name]!r}: {detail}")
        for number, row in enumerate(rows, start=2)
        for name, is_right, detail in tests
        if not is_right(row[name])
    ]
    if faults:
        raise UserError(faults)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


_LIMITS = load_limits(THRESHOLDS_TABLE)
_PROBITS = load_probits(PHYSICAL_TABLE)
_TOXIC = load_toxic_probits(TOXIC_TABLE)


def thermal_limits(lasts_s: float | None, method: Method = "threshold") -> tuple[Limit, ...]:
    """Return the heat in kW/m² of each level for a fire of ``lasts_s`` (``None``: it goes on).

    A fire that is over before the time a threshold is stated for harms by as much with more heat:
    equal dose ``t q^(4/3)`` (40 CFR 68.22 puts 5 kW/m² for 40 s so into 3.42e6 (W/m²)^(4/3) s).
    Probits take the dose over the fire's duration, ``EXPOSED_S`` at most.
    """
    if method == "probit":
        seconds = EXPOSED_S if lasts_s is None else min(lasts_s, EXPOSED_S)
        return tuple(_by_dose(row, seconds) for row in _PROBITS if row.level.startswith("thermal"))
    return tuple(_shorter(row, lasts_s) for row in _LIMITS if row.level.startswith("thermal"))


def blast_limits(method: Method = "threshold") -> tuple[Limit, ...]:
    """Return the side-on overpressure in kPa of each level, the worst first."""
    if method == "probit":
        return tuple(
            Limit(row.level, row.value / 1e3, "kPa", None, _share(row), row.source, row.verified)
            for row in _PROBITS
            if row.level.startswith("overpressure")
        )
    return tuple(row for row in _LIMITS if row.level.startswith("overpressure"))


def _shorter(row: Limit, lasts_s: float | None) -> Limit:
    if lasts_s is None or row.seconds is None or lasts_s >= row.seconds:
        return row
    value = row.value * (row.seconds / lasts_s) ** 0.75
    return Limit(row.level, value, row.unit, lasts_s, row.effect, row.source, row.verified)


def _by_dose(row: Probit, seconds: float) -> Limit:
    value = (row.value / seconds) ** 0.75 / 1e3
    return Limit(row.level, value, "kW/m²", seconds, _share(row), row.source, row.verified)


def _share(row: Probit) -> str:
    return f"{row.probability * 100:g} %: {row.effect}"


def death_probability(
    substance: str, ppm: float, minutes: float, molar_g_mol: float
) -> float | None:
    """Return the share of people who die of ``ppm`` over ``minutes``, ``None`` without a probit.

    CPR 18E table 5.2: ``Pr = a + b ln(Cⁿ t)``, C in mg/m³ at 25 °C and 1 atm.
    """
    row = _TOXIC.get(substance)
    if row is None:
        return None
    dose = (ppm * molar_g_mol / MOLAR_VOLUME_L) ** row.n * minutes
    return probability_of(row.a + row.b * math.log(dose)) if dose > 0 else 0.0
