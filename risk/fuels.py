"""What burns, how fast it burns in a pool and which share of its heat it radiates."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.faults import UserError
from language import Sentence, say

from .figures import figure_fault, positive, read_figures
from .source_terms import SCENARIOS
from .substances import SUBSTANCES, Substance
from .weather import known

TABLE = Path(__file__).parent / "fuels.csv"
HARDLY_BURNS_LFL = 0.15
"""From this lower limit on (ammonia) a fire in the open does not last: no fire is computed."""
USUAL_RADIATED = 0.35
"""Upper end of the radiated share of hydrocarbons (0.15 to 0.35), where no row states one."""
DISSOLVED = ("acetylene",)
"""Gases that boil high enough but are kept dissolved."""
BURNING = ("fire", "tank_fire", "explosion", "bleve")
"""Kinds of incident in which it burns; in all others a zone holds if it catches fire."""


@dataclass(frozen=True)
class Fuel:
    """How a substance burns: kg/(m² s) of a large pool, kβ in 1/m, radiated share, soot.

    ``burning_kg_m2_s`` is ``None`` where it does not burn as a pool, ``k_beta_m`` where the size
    of the pool does not matter.
    """

    substance: str
    burning_kg_m2_s: float | None
    k_beta_m: float | None
    radiated: float
    sooty: bool
    source: str
    verified: bool


def load_fuels(path: Path) -> Mapping[str, Fuel]:
    """Return the fuels of the file by substance.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    columns = (
        "substance", "burning_kg_m2_s", "k_beta_m", "radiated", "sooty", "source", "verified",
    )  # fmt: skip
    rows = read_figures(path, columns)
    faults = [
        figure_fault(path, number, name, f"{row[name]!r} is no number above zero")
        for number, row in enumerate(rows, start=2)
        for name in ("burning_kg_m2_s", "k_beta_m", "radiated")
        if positive(row[name]) is None and (row[name] or name == "radiated")
    ]
    faults += [
        figure_fault(path, number, name, "neither true nor false")
        for number, row in enumerate(rows, start=2)
        for name in ("sooty", "verified")
        if row[name] not in {"true", "false"}
    ]
    if faults:
        raise UserError(faults)
    return {
        row["substance"]: Fuel(
            substance=row["substance"],
            burning_kg_m2_s=positive(row["burning_kg_m2_s"]),
            k_beta_m=positive(row["k_beta_m"]),
            radiated=float(row["radiated"]),
            sooty=row["sooty"] == "true",
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in rows
    }


FUELS = load_fuels(TABLE)


def burns(substance: Substance) -> bool:
    """Return whether a fire or explosion of it can be computed."""
    if not substance.flammable or substance.combustion_j_kg is None or substance.lfl is None:
        return False
    return substance.lfl < HARDLY_BURNS_LFL


def is_liquefied(substance: Substance) -> bool:
    """Return whether it is a gas that is kept as a liquid, so that its vessel may burst in fire.

    By scenarios.toml: what boils high enough to be liquid under pressure, and what is kept cold.
    """
    if not substance.gas_at_20c or substance.boiling_k is None or substance.key in DISSOLVED:
        return False
    storage = SCENARIOS["storage"]
    return substance.key in storage["cold"] or substance.boiling_k >= storage["liquefied_above_k"]


def fuel_of(substance: Substance, air_k: float) -> Fuel:
    """Return how it burns: its row, else by heat of combustion over heat to evaporate.

    CPR 14E 6.5.4: ``m = 0.001 dHc / (dHv + cp (Tb - Ta))`` kg/(m² s), no less than the air's
    temperature at boiling; sooty and radiating as hydrocarbons usually do.
    """
    row = FUELS.get(substance.key)
    if row is not None:
        return row
    return Fuel(
        substance=substance.key,
        burning_kg_m2_s=_burning(substance, air_k),
        k_beta_m=None,
        radiated=USUAL_RADIATED,
        sooty=True,
        source="CPR 14E 6.5.4",
        verified=False,
    )


def _burning(substance: Substance, air_k: float) -> float | None:
    if substance.combustion_j_kg is None or substance.vaporisation_j_kg is None:
        return None
    warmed = max((substance.boiling_k or air_k) - air_k, 0.0) * (substance.cp_liquid_j_kg_k or 0.0)
    return 0.001 * substance.combustion_j_kg / (substance.vaporisation_j_kg + warmed)


def stated(key: str, quantity_t: float | None) -> Substance | None:
    """Return the substance if it burns and the quantity is known, else ``None``."""
    substance = SUBSTANCES.get(key)
    if substance is None or (known(quantity_t) or 0.0) <= 0 or not burns(substance):
        return None
    return substance


def if_lit(kind: str) -> tuple[Sentence, ...]:
    """Return what is to be said of a fire where the kind of incident is not one of fire."""
    return () if kind in BURNING else (say("Only if it catches fire."),)
