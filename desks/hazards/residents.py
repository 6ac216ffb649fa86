"""How many permanent residents live within 500 m of a plant, for α of GB 18218-2018."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.command.population import UNKNOWN, Inhabited, areal, inhabited, shares
from desks.onemap import OneMap
from language import Sentence, say
from risk.gb18218_tables import rules
from risk.release import Shape

from .parts import Residents

QUADRANT = 32
"""Pieces of a quarter circle; its corners stand outside the circle, so that the rim is included."""

HUNDREDTHS = 2
_MISSING_SHARE = 0.002


def residents_near(onemap: OneMap, place: Shape | shapely.Point | None) -> Residents:
    """Return the residents within 500 m outside a boundary, or around a point where it is all.

    Residents of a community count as spread evenly over its area; by night, else by day. A part of
    a person counts as one, but for less than a hundredth.
    """
    if place is None:
        return Residents(None, "", (), (say("Neither a boundary nor a position is on file."),))
    is_point = isinstance(place, shapely.Point)
    ring = around(place, rules().radius_m)
    units = inhabited(onemap)
    share = shares(units, ring)
    touched = np.flatnonzero(share > 0)
    people = np.where(units.night == UNKNOWN, units.day, units.night)
    unknown = [int(row) for row in touched if people[row] == UNKNOWN]
    found = tuple(
        (_code(units, row), units.name(row), float(people[row] * share[row]))
        for row in touched.tolist()
        if people[row] != UNKNOWN
    )
    notes = _notes(units, ring, share, unknown, is_point=is_point)
    total = math.fsum(part for _, _, part in found)
    known = bool(found) or not unknown
    if not len(units.shapes):
        known, notes = False, (say("No community and no subdistrict is on file."), *notes)
    return Residents(
        math.ceil(round(total, HUNDREDTHS)) if known else None,
        "point" if is_point else "boundary",
        found,
        notes,
    )


def around(place: Shape | shapely.Point, metres: float) -> Shape:
    """Return what lies within so many metres outside the place, its rim included."""
    reach_m = metres / math.cos(math.pi / (4 * QUADRANT))
    wide: Shape = shapely.buffer(place, reach_m, quad_segs=QUADRANT)
    if isinstance(place, shapely.Point):
        return wide
    rings = areal(np.array([shapely.difference(wide, place)], dtype=object))
    ring: Shape = rings[0]
    return ring


def exact(residents: Residents) -> bool:
    """Return whether the number rests on a boundary and on figures for all of the ground."""
    return residents.measured_from == "boundary" and not residents.notes


def _code(units: Inhabited, row: int) -> str:
    return units.community_codes[row] or units.subdistrict_codes[row]


def _notes(
    units: Inhabited,
    ring: Shape,
    share: NDArray[np.float64],
    unknown: list[int],
    *,
    is_point: bool,
) -> tuple[Sentence, ...]:
    notes: list[Sentence] = []
    if is_point:
        notes.append(
            say("The boundary of the plant is not on file: residents are counted around its point, "
                "and α may be one step off.")
        )  # fmt: skip
    notes += [
        say("The residents of {name} are not on file; they are not counted.", name=units.name(row))
        for row in unknown
    ]
    covered = float(share @ units.area_m2) if len(share) else 0.0
    if len(share) and covered < (1 - _MISSING_SHARE) * ring.area:
        notes.append(
            say("{percent} % of the 500 m lies outside every unit on file; who lives there is not "
                "counted.", percent=math.ceil(100 * (1 - covered / ring.area)))
        )  # fmt: skip
    return tuple(notes)
