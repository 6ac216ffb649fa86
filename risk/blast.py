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
from .rings import rings
from .substances import GAS_CONSTANT, SUBSTANCES, Substance
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

POOL_DEPTH_M = 0.01
EVAPORATES_S = 600.0
EPA_WIND_MS, EPA_AIR_K = 1.5, 298.15
"""Pool of 1 cm, ten minutes, 1.5 m/s, 25 °C: EPA 550-B-99-009, worst case (40 CFR 68.22)."""
EPA_EVAPORATION = 2.1127e-6
"""0.284 / 82.05 of EPA 550-B-99-009 equation D-1 in kg, m², Pa, g/mol and K."""

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


def vapour_pa(substance: Substance, air_k: float = EPA_AIR_K) -> float | None:
    """Return the pressure of the vapour in Pa: as filed at 20 °C, else by Clausius and Clapeyron.

    ``None`` where the figures are not on file.
    """
    if substance.vapour_20c_pa is not None:
        return substance.vapour_20c_pa
    if None in (substance.boiling_k, substance.vaporisation_j_kg, substance.molar_kg_mol):
        return None
    boiling, heat = substance.boiling_k or 0.0, substance.vaporisation_j_kg or 0.0
    molar_heat = heat * (substance.molar_kg_mol or 0.0) / GAS_CONSTANT
    return 101_325 * math.exp(molar_heat * (1 / boiling - 1 / air_k))


def cloud_kg(substance: Substance, mass_kg: float) -> float | None:
    """Return how much of a spill is in the cloud: all of a gas, ten minutes' vapour of a liquid.

    The pool lies 1 cm deep and evaporates by EPA 550-B-99-009 equation D-1 at 25 °C and 1.5 m/s.
    ``None`` where the figures are not on file.
    """
    if substance.gas_at_20c:
        return mass_kg
    pressure = vapour_pa(substance)
    if pressure is None or substance.molar_kg_mol is None or substance.liquid_kg_m3 is None:
        return None
    grams = substance.molar_kg_mol * 1e3
    flux = (
        EPA_EVAPORATION
        * math.pow(EPA_WIND_MS, 0.78)
        * math.pow(grams, 2 / 3)
        * pressure
        / EPA_AIR_K
    )
    return mass_kg * min(1.0, flux * EVAPORATES_S / (POOL_DEPTH_M * substance.liquid_kg_m3))


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
        "The cloud is what a pool of 1 cm gives off in ten minutes at 25 °C and 1.5 m/s; "
        "{percent:g} % of its heat makes blast (EPA worst case).",
        percent=CLOUD_YIELD * 100,
    )


def _by_threshold(release: Release, _weather: Weather) -> tuple[Contour, ...]:
    return blast_contours(release)


def _by_probit(release: Release, _weather: Weather) -> tuple[Contour, ...]:
    return blast_contours(release, "probit")


def _model(method: Method) -> Model:
    return Model(
        key="blast",
        title_zh="TNT 当量爆炸超压",
        title_en="Blast by TNT equivalence",
        source="Kingery and Bulmash (1984), Swisdak (1994); EPA 550-B-99-009 appendix C",
        verified=True,
        by_weather=False,
        applies=_applies,
        contours=_by_probit if method == "probit" else _by_threshold,
    )


MODELS: tuple[Model, ...] = (_model("threshold"),)
PROBIT_MODELS: tuple[Model, ...] = (_model("probit"),)
