"""The first zones of the Emergency Response Guidebook: isolation, protective action, fire."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import shapely

from language import Sentence, say

from .erg_tables import (
    EDITION,
    GUIDES,
    NUMBERS,
    ROWS_1,
    ROWS_3,
    ROWS_2024,
    Guide,
    Row1,
    Row3,
    Spill,
    largest,
)
from .fuels import BURNING
from .release import Contour, Model, Release, Shape, Weather
from .rings import disc
from .substances import SUBSTANCES
from .weather import is_calm, known, sun_height_deg

SMALL_SPILL_L = 208.0
"""Up to a drum of 55 US gallons is a small spill (ERG 2016, introduction to table 1)."""
LOW_WIND_MS, HIGH_WIND_MS = 10 / 3.6, 20 / 3.6
"""Table 3: low below 10 km/h, high above 20 km/h."""
SUNRISE_DEG = -0.833
"""Height of the sun's centre at sunrise and sunset; ERG takes the time between as day."""
CONTAINER_UP_TO_T: Mapping[str, float] = {
    "small_cylinders": 1.0,
    "highway_tank": 30.0,
    "rail_tank_car": math.inf,
}
"""Which row of table 3 stands for a quantity where no container is stated: a rule of this house."""
UNKNOWN_GUIDE = "111"
UNKNOWN_KINDS = ("hazmat_leak", "gas_leak", "explosion")
"""Kinds of incident in which an unknown substance is taken as guide 111 does."""


@dataclass(frozen=True)
class Advice:
    """What the guidebook says of a spill: its distances, their source and what was assumed.

    ``all_directions`` tells that ``downwind_m`` holds to every side.
    """

    spill: Spill
    downwind_m: int
    verified: bool
    said: tuple[Sentence, ...]
    all_directions: bool = False


def guide_of(release: Release) -> Guide | None:
    """Return the orange guide of the substance.

    A leak of something unknown, or of what has no number on file, goes by guide 111.
    """
    substance = SUBSTANCES.get(release.substance)
    un = "" if substance is None else substance.un
    number, was_read = NUMBERS.get(un, ("", True))
    if un in ROWS_1:
        number = ROWS_1[un].guide
    elif not number and release.kind in UNKNOWN_KINDS:
        number, was_read = UNKNOWN_GUIDE, substance is None
    guide = GUIDES.get(number)
    return guide if guide is None or was_read else replace(guide, verified=False)


def is_small(release: Release) -> bool:
    """Return whether the spill is small: at most 208 litres; an unknown quantity is large.

    Where no density is on file a litre is taken as a kilogram.
    """
    quantity = known(release.quantity_t)
    if quantity is None:
        return False
    substance = SUBSTANCES.get(release.substance)
    density = substance.liquid_kg_m3 if substance is not None else None
    return quantity * 1e6 / (density or 1000.0) <= SMALL_SPILL_L


def is_night(release: Release) -> bool:
    """Return whether the sun is down at the place and time of the release."""
    return sun_height_deg(release.lon_deg, release.lat_deg, release.time) < SUNRISE_DEG


def wind_class(release: Release) -> str:
    """Return the wind of table 3; an unknown one counts as low, which reaches farthest."""
    wind = known(release.wind_ms)
    if wind is None or wind < LOW_WIND_MS:
        return "low"
    return "high" if wind > HIGH_WIND_MS else "moderate"


def container_row(release: Release, rows: Mapping[str, Row3]) -> tuple[Row3, Sentence, bool]:
    """Return the row of table 3, why it is the one, and whether the container was stated."""
    if release.container in rows:
        return rows[release.container], say("Container as stated."), True
    largest_row = next(iter(rows.values()))
    quantity = known(release.quantity_t)
    if quantity is None:
        reason = say("Neither container nor quantity known: the table's largest container.")
        return largest_row, reason, False
    fitting = [key for key, most in CONTAINER_UP_TO_T.items() if quantity <= most and key in rows]
    reason = say(
        "Container not known or not in the table: taken by quantity, up to {small_t:g} t small "
        "cylinders, up to {highway_t:g} t a highway tank, else a rail tank car.",
        small_t=CONTAINER_UP_TO_T["small_cylinders"],
        highway_t=CONTAINER_UP_TO_T["highway_tank"],
    )
    return (rows[fitting[0]] if fitting else largest_row), reason, False


def advice(release: Release) -> Advice | None:
    """Return what the guidebook says of the spill, ``None`` where it has no line for it."""
    guide = guide_of(release)
    if guide is None:
        return None
    substance = SUBSTANCES.get(release.substance)
    row = ROWS_1.get(substance.un) if substance is not None else None
    small = is_small(release)
    if row is None:
        return _by_guide(release, guide, small=small)
    if small:
        return _listed(release, row.small, row, small=True)
    if row.large is not None:
        return _listed(release, largest((row.small, row.large)), row, small=False)
    return _by_container(release, row)


def _by_guide(release: Release, guide: Guide, *, small: bool) -> Advice:
    downwind = 0 if small else guide.large_spill_m
    said_of = say("{edition}, orange guide {guide}.", edition=EDITION, guide=guide.guide)
    spill = Spill(guide.spill_isolation_m, downwind, downwind)
    said = (said_of, _size(release, small=small))
    return Advice(spill, downwind, guide.verified, said, guide.all_directions)


def _listed(release: Release, spill: Spill, row: Row1, *, small: bool) -> Advice:
    night = is_night(release)
    said = [
        say("{edition}, table 1, UN {un}.", edition=EDITION, un=row.un),
        _size(release, small=small),
        _time(night=night),
    ]
    if row.plus:
        said.append(say("In some weathers the distance may be larger."))
    newer = ROWS_2024.get(row.un)
    later = None if newer is None else newer[0] if small else newer[1]
    if later is not None:
        said.append(
            say(
                "The 2024 edition, by one source, gives {isolation_m} m and {downwind_m} m.",
                isolation_m=later.isolation_m,
                downwind_m=later.downwind_m(is_night=night),
            )
        )
    return Advice(spill, spill.downwind_m(is_night=night), verified=True, said=tuple(said))


def _by_container(release: Release, row: Row1) -> Advice | None:
    rows = ROWS_3.get(row.un)
    if rows is None:
        return None
    line, reason, stated = container_row(release, rows)
    night, wind = is_night(release), wind_class(release)
    time = "night" if night else "day"
    downwind = max(line.downwind_m[time, wind], row.small.downwind_m(is_night=night))
    isolation = max(line.isolation_m, row.small.isolation_m)
    said = (
        say("{edition}, table 3, UN {un}.", edition=EDITION, un=row.un),
        _row_said(line.container),
        reason,
        _size(release, small=False),
        _time(night=night),
        _wind(release, wind),
    )
    return Advice(Spill(isolation, downwind, downwind), downwind, verified=stated, said=said)


def _size(release: Release, *, small: bool) -> Sentence:
    if small:
        return say("Small spill: at most {litres:g} litres.", litres=SMALL_SPILL_L)
    if known(release.quantity_t) is None:
        return say("Quantity not known: taken as a large spill.")
    return say("Large spill: more than {litres:g} litres.", litres=SMALL_SPILL_L)


def _row_said(container: str) -> Sentence:
    said = {
        "rail_tank_car": say("Row: rail tank car."),
        "highway_tank": say("Row: highway tank truck or trailer."),
        "ton_cylinders": say("Row: multiple ton cylinders."),
        "small_cylinders": say("Row: multiple small cylinders or a single ton cylinder."),
        "nurse_tank": say("Row: agricultural nurse tank."),
    }
    return said[container]


def _time(*, night: bool) -> Sentence:
    return say("Night: the sun is down.") if night else say("Day: the sun is up.")


def _wind(release: Release, wind: str) -> Sentence:
    if known(release.wind_ms) is None:
        return say("Wind speed not known: low wind, which reaches farthest.")
    if wind == "low":
        return say("Low wind: below 10 km/h.")
    return say("High wind: above 20 km/h.") if wind == "high" else say("Wind of 10 to 20 km/h.")


def _spill_contours(release: Release, _weather: Weather) -> tuple[Contour, ...]:
    found = advice(release)
    if found is None or not found.spill.isolation_m:
        return ()
    isolation = _round("isolation", 0, found.spill.isolation_m, found.said, verified=found.verified)
    if not found.downwind_m:
        return (isolation,)
    downwind = float(found.downwind_m)
    shape: Shape
    if found.all_directions or is_calm(release):
        reach = max(downwind, isolation.reach_m)
        shape, said = disc(reach), _round_said(found)
    else:
        shape = downwind_square(downwind, isolation.reach_m)
        reach = max(downwind * math.sqrt(1.25), isolation.reach_m)
        said = _square_said(found.downwind_m)
    protective = Contour(
        level="protective_action",
        rank=1,
        threshold=None,
        unit="",
        reach_m=reach,
        shape=shape,
        assumptions=(said, *found.said),
        verified=found.verified,
    )
    return isolation, protective


def downwind_square(downwind_m: float, isolation_m: float) -> Shape:
    """Return the square downwind whose side is ``downwind_m``, with the circle of isolation.

    It begins at the incident and lies along the axis of the wind (ERG 2016, table 1).
    """
    square = shapely.box(0.0, -downwind_m / 2, downwind_m, downwind_m / 2)
    both = shapely.union(square, disc(isolation_m))
    return both if isinstance(both, shapely.Polygon | shapely.MultiPolygon) else square


def _square_said(downwind_m: int) -> Sentence:
    return say(
        "{downwind_m} m downwind: a square along the wind that begins at the incident, with the "
        "circle of isolation.",
        downwind_m=downwind_m,
    )


def _round_said(found: Advice) -> Sentence:
    if found.all_directions:
        return say("{downwind_m} m to every side, whatever the wind.", downwind_m=found.downwind_m)
    return say(
        "{downwind_m} m to every side, as the direction of the wind does not hold.",
        downwind_m=found.downwind_m,
    )


def _round(
    level: str, rank: int, reach_m: float, said: tuple[Sentence, ...], *, verified: bool
) -> Contour:
    return Contour(level, rank, None, "", float(reach_m), disc(reach_m), said, verified)


def _fire_contours(release: Release, _weather: Weather) -> tuple[Contour, ...]:
    guide = guide_of(release)
    if guide is None or not guide.fire_isolation_m:
        return ()
    said = (
        say("{edition}, orange guide {guide}.", edition=EDITION, guide=guide.guide),
        say("If a tank, a wagon or a trailer of it is in the fire."),
    )
    verified = guide.verified
    return (_round("fire_isolation", 0, guide.fire_isolation_m, said, verified=verified),)


MODELS: tuple[Model, ...] = (
    Model(
        key="erg",
        title_zh="ERG 2016 初始隔离与防护行动",
        title_en="ERG 2016 isolation and protective action",
        source="Emergency Response Guidebook 2016, tables 1 and 3, orange guides",
        verified=True,
        by_weather=False,
        applies=lambda release: guide_of(release) is not None,
        contours=_spill_contours,
    ),
    Model(
        key="erg_fire",
        title_zh="ERG 2016 火灾隔离",
        title_en="ERG 2016 isolation in fire",
        source="Emergency Response Guidebook 2016, orange guides",
        verified=True,
        by_weather=False,
        applies=lambda release: release.kind in BURNING and guide_of(release) is not None,
        contours=_fire_contours,
    ),
)
