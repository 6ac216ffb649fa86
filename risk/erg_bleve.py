"""How far the guidebook clears around a vessel of liquefied gas that may burst in fire."""

import math

from language import say

from .erg_tables import BLEVES, EDITION, Bleve
from .fuels import BURNING, is_liquefied, stated
from .release import Contour, Model, Release, Weather
from .rings import LONGEST_REACH_M, disc


def bleve_line(mass_kg: float) -> Bleve:
    """Return the line of the smallest vessel that holds the mass.

    Beyond the table by its own rules: ``R = 3 M^(1/3)``, 4 R, 15 R, 30 R up to 2,200 m.
    """
    for line in BLEVES:
        if mass_kg <= line.propane_kg:
            return line
    last = BLEVES[-1]
    radius = 3 * math.cbrt(mass_kg)
    least = math.ceil(min(15 * radius, LONGEST_REACH_M))
    return Bleve(
        propane_kg=math.ceil(mass_kg),
        fireball_radius_m=math.ceil(radius),
        response_m=math.ceil(4 * radius),
        least_evacuation_m=least,
        preferred_evacuation_m=max(last.preferred_evacuation_m, least),
    )


def _applies(release: Release) -> bool:
    substance = stated(release.substance, release.quantity_t)
    return release.kind in BURNING and substance is not None and is_liquefied(substance)


def _contours(release: Release, _weather: Weather) -> tuple[Contour, ...]:
    mass_kg = (release.quantity_t or 0.0) * 1e3
    line = bleve_line(mass_kg)
    said = [
        say(
            "{edition}, BLEVE table, propane in a vessel of {propane_kg} kg; fireball of "
            "{radius_m} m around.",
            edition=EDITION,
            propane_kg=line.propane_kg,
            radius_m=line.fireball_radius_m,
        ),
        say("Only if the vessel bursts in fire."),
    ]
    if mass_kg > BLEVES[-1].propane_kg:
        said.append(say("Beyond the table: carried on by the table's own rule."))
    found = (
        ("isolation", line.response_m),
        ("bleve_minimum", line.least_evacuation_m),
        ("bleve_evacuation", line.preferred_evacuation_m),
    )
    return tuple(
        Contour(level, rank, None, "", float(reach), disc(reach), tuple(said), verified=False)
        for rank, (level, reach) in enumerate(found)
    )


MODELS: tuple[Model, ...] = (
    Model(
        key="erg_bleve",
        title_zh="ERG 2016 BLEVE 距离",
        title_en="ERG 2016 BLEVE distances",
        source="Emergency Response Guidebook 2016, BLEVE table",
        verified=False,
        by_weather=False,
        applies=_applies,
        contours=_contours,
    ),
)
