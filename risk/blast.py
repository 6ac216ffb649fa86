"""Blast of an explosive or of a cloud of gas that explodes, by its equivalent of TNT."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.faults import UserError
from language import Sentence, say

from .figures import figure_fault, positive, read_figures
from .fuels import burns
from .harm import Method, blast_limits
from .release import Contour, Model, Release, Weather
from .rings import by_probit, rings
from .source_terms import SCENARIOS, ZERO_C_K, evaporation_kg_s, vapour_pa
from .substances import SUBSTANCES, Substance
from .weather import known

TABLE = Path(__file__).parent / "explosives.csv"
TNT_J_KG = 4.68e6
"""Heat of detonation of TNT (EPA 550-B-99-009, appendix C.1)."""
CLOUD_YIELD = 0.10
"""Share of a cloud's heat that makes blast: EPA 550-B-99-009 C.1, worst case; UK HSE takes 0.04."""
EPA_Z = 17.0
"""Metres per cube root of a kilogram of TNT to 1 psi (EPA 550-B-99-009, equation C-1)."""

KINGERY_BULMASH = (
    (2.9, (7.2106, -2.1069, -0.3229, 0.1117, 0.0685)),
    (23.8, (7.5938, -3.0523, 0.40977, 0.0261, -0.01267)),
    (math.inf, (6.0536, -1.4066, 0.0, 0.0, 0.0)),
)
"""Swisdak (1994): up to Z, coefficients of ln p[kPa] in powers of ln Z; on the ground."""
NEAREST_Z, FARTHEST_Z = 0.2, 198.5
"""Range in which Swisdak's fit holds, m/kg^(1/3)."""

EPA_AIR = Weather(0.0, 1.5, "F", 25.0)
"""The air in which a pool gives off its vapour: worst case of 40 CFR 68.22."""

CERTAIN = ("explosion", "bleve")
"""Kinds of incident in which it explodes; in all others the zone holds if it does."""


@dataclass(frozen=True)
class Explosive:
    """How much TNT a kilogram of an explosive equals."""

    substance: str
    tnt: float
    source: str
    verified: bool


def load_explosives(path: Path) -> Mapping[str, Explosive]:
    """Return the equivalents of TNT in the file by substance.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    rows = read_figures(path, ("substance", "tnt", "source", "verified"))
    faults = [
        figure_fault(path, number, "tnt", f"{row['tnt']!r} is no number above zero")
        for number, row in enumerate(rows, start=2)
        if positive(row["tnt"]) is None
    ]
    if faults:
        raise UserError(faults)
    return {
        row["substance"]: Explosive(
            row["substance"], float(row["tnt"]), row["source"], row["verified"] == "true"
        )
        for row in rows
    }


EXPLOSIVES = load_explosives(TABLE)


def kingery_bulmash_kpa(scaled: float) -> float:
    """Return the side-on overpressure in kPa at ``scaled`` m/kg^(1/3) of TNT on the ground.

    Kingery and Bulmash (1984) in Swisdak's simplified form (1994), for ``NEAREST_Z`` to
    ``FARTHEST_Z``.
    """
    factors = next(factors for limit, factors in KINGERY_BULMASH if scaled <= limit)
    log = math.log(scaled)
    return math.exp(sum(factor * log**power for power, factor in enumerate(factors)))


def kinney_graham_kpa(scaled: float) -> float:
    """Return the overpressure in kPa at ``scaled`` m/kg^(1/3) (Kinney and Graham 1985, free air).

    As Crowl and Louvar print it; 1.3 to 2 times Kingery and Bulmash between Z 5 and 50.
    """
    rise = 1616 * (1 + (scaled / 4.5) ** 2)
    fall = 1.0
    for length in (0.048, 0.32, 1.35):
        fall *= math.sqrt(1 + (scaled / length) ** 2)
    return 101.325 * rise / fall


def scaled_distance(kpa: float) -> float:
    """Return the farthest scaled distance in m/kg^(1/3) that Kingery and Bulmash give for ``kpa``.

    The fit steps up by 0.7 % where its parts meet at 23.8; outside its range the range's end holds.
    """
    low, high = NEAREST_Z, FARTHEST_Z
    for _ in range(60):
        middle = math.sqrt(low * high)
        if kingery_bulmash_kpa(middle) >= kpa:
            low = middle
        else:
            high = middle
    return high


def epa_1psi_m(mass_kg: float, combustion_j_kg: float) -> float:
    """Return the distance to 1 psi of a cloud in metres (EPA 550-B-99-009, equation C-1)."""
    return EPA_Z * math.cbrt(CLOUD_YIELD * mass_kg * combustion_j_kg / TNT_J_KG)


def cloud_kg(substance: Substance, mass_kg: float) -> float | None:
    """Return how much of a spill is in the cloud: all of a gas, a pool's vapour of a liquid.

    The pool is as deep as scenarios.toml has it and evaporates as long (EPA 550-B-99-009, equation
    D-1), in ``EPA_AIR``. ``None`` where the figures are not on file.
    """
    if substance.gas_at_20c:
        return mass_kg
    pressure = vapour_pa(substance, EPA_AIR.air_c + ZERO_C_K)
    if pressure is None or substance.molar_kg_mol is None or substance.liquid_kg_m3 is None:
        return None
    pool = SCENARIOS["pool"]
    area = mass_kg / (substance.liquid_kg_m3 * pool["depth_m"])
    rate = evaporation_kg_s(area, pressure, substance.molar_kg_mol, EPA_AIR)
    return min(mass_kg, rate * float(pool["lasts_s"]))


def tnt_kg(substance: Substance, mass_kg: float) -> float | None:
    """Return the equivalent mass of TNT in kg, ``None`` where it cannot explode or be told."""
    if substance.key in EXPLOSIVES:
        return mass_kg * EXPLOSIVES[substance.key].tnt
    cloud = cloud_kg(substance, mass_kg) if burns(substance) else None
    if cloud is None:
        return None
    return CLOUD_YIELD * cloud * (substance.combustion_j_kg or 0.0) / TNT_J_KG


def _applies(release: Release) -> bool:
    substance = SUBSTANCES.get(release.substance)
    quantity_t = known(release.quantity_t) or 0.0
    return substance is not None and quantity_t > 0 and tnt_kg(substance, quantity_t) is not None


def blast_contours(release: Release, method: Method = "threshold") -> tuple[Contour, ...]:
    """Return the circles of overpressure of all that is there going up at once, the worst first."""
    substance = SUBSTANCES[release.substance]
    tnt = tnt_kg(substance, (release.quantity_t or 0.0) * 1e3)
    if tnt is None:
        return ()
    limits = blast_limits(method)
    root = math.cbrt(tnt)
    found = [(row, scaled_distance(row.value) * root) for row in limits]
    verified = _is_verified(substance)
    return rings(found, _said(release, substance, tnt), verified=verified)


def _is_verified(substance: Substance) -> bool:
    """Return whether the figures that the equivalent of TNT rests on have a source."""
    if substance.key in EXPLOSIVES:
        return EXPLOSIVES[substance.key].verified
    if substance.gas_at_20c:
        return "combustion_kj_kg" not in substance.unverified
    return not substance.unverified


def _said(release: Release, substance: Substance, tnt: float) -> tuple[Sentence, ...]:
    said = [
        say(
            "TNT equivalence, Kingery-Bulmash curve for blast on the ground (Swisdak 1994): "
            "{tnt_kg:.4g} kg of TNT.",
            tnt_kg=tnt,
        ),
        _share(substance),
        say("The Kinney-Graham curve would give up to twice the pressure; it is not used."),
    ]
    if release.kind not in CERTAIN:
        said.insert(0, say("Only if it explodes."))
    return tuple(said)


def _share(substance: Substance) -> Sentence:
    if substance.key in EXPLOSIVES:
        row = EXPLOSIVES[substance.key]
        return say(
            "1 kg is taken as {tnt:g} kg of TNT (not verified); all of it goes off at once.",
            tnt=row.tnt,
        )
    if substance.gas_at_20c:
        return say(
            "All of it in one cloud, {percent:g} % of its heat makes blast (EPA worst case; with "
            "4 %, as UK HSE takes, distances are a quarter shorter).",
            percent=CLOUD_YIELD * 100,
        )
    return say(
        "The cloud is what a pool of {depth_cm:g} cm gives off in {minutes:g} minutes at 25 °C and "
        "1.5 m/s; {percent:g} % of its heat makes blast (EPA worst case).",
        depth_cm=SCENARIOS["pool"]["depth_m"] * 100,
        minutes=SCENARIOS["pool"]["lasts_s"] / 60,
        percent=CLOUD_YIELD * 100,
    )


def _contours(
    release: Release, _weather: Weather, method: Method = "threshold"
) -> tuple[Contour, ...]:
    return blast_contours(release, method)


MODELS: tuple[Model, ...] = (
    Model(
        key="blast",
        title_zh="TNT 当量爆炸超压",
        title_en="Blast by TNT equivalence",
        source="Kingery and Bulmash (1984), Swisdak (1994); EPA 550-B-99-009 appendix C",
        verified=True,
        by_weather=False,
        applies=_applies,
        contours=_contours,
    ),
)
PROBIT_MODELS: tuple[Model, ...] = by_probit(MODELS[0], _contours)
