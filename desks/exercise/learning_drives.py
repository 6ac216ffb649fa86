"""One team's response in one drill: the way it drove and what was stamped of it."""

import math
from dataclasses import dataclass

from language import Sentence, say
from routing.speeds import GROUP_OF, HOURS, SpeedModel

LONGEST_MS = 86_400_000
"""A response of more than a day is a slip of a clock."""


@dataclass(frozen=True)
class Leg:
    """Metres driven on roads of one class; ``limit_kmh`` where a road's own speed is on file."""

    road_class: str
    metres: float
    limit_kmh: float | None = None


@dataclass(frozen=True)
class Drive:
    """One team in one drill: whole milliseconds after the call (T0), ``None`` where not stamped.

    ``kind`` is what its turnout is listed under, ``hour`` the local hour of the call; ``delay_ms``
    is what junctions and the ways between place and road took by the model.
    """

    drill: str
    team: str
    kind: str
    hour: int
    legs: tuple[Leg, ...]
    delay_ms: int
    alarmed_ms: int | None = None
    left_ms: int | None = None
    arrived_ms: int | None = None

    @property
    def turnout_ms(self) -> int | None:
        """Return the time from alarm to leaving, ``None`` where one of the two is missing."""
        if self.alarmed_ms is None or self.left_ms is None:
            return None
        return self.left_ms - self.alarmed_ms


def fault_of(drive: Drive) -> Sentence | None:
    """Return why nothing can be learned from the drive, ``None`` where something can."""
    stamps = [t for t in (drive.alarmed_ms, drive.left_ms, drive.arrived_ms) if t is not None]
    if not stamps:
        return say("Nothing of it was stamped.")
    if stamps[0] < 0 or stamps[-1] > LONGEST_MS or sorted(stamps) != stamps:
        return say("Its stamps are out of order, before the call or over a day later.")
    if not 0 <= drive.hour < HOURS:
        return say("Its hour is none of the clock.")
    return _fault_of_way(drive)


def _fault_of_way(drive: Drive) -> Sentence | None:
    if not drive.legs and drive.arrived_ms is not None:
        return say("No way of it is known.")
    wrong = [leg.road_class for leg in drive.legs if leg.road_class not in GROUP_OF]
    if wrong:
        return say("Vehicles do not drive on roads of class {name}.", name=wrong[0])
    lengths = all(math.isfinite(leg.metres) and leg.metres >= 0 for leg in drive.legs)
    limits = [leg.limit_kmh for leg in drive.legs if leg.limit_kmh is not None]
    speeds = all(math.isfinite(kmh) and kmh > 0 for kmh in limits)
    if not lengths or not speeds or drive.delay_ms < 0:
        return say("Its way has a length or speed that cannot be.")
    return None


def leg_ms(model: SpeedModel, leg: Leg) -> float:
    """Return the milliseconds of the leg for an emergency vehicle in free flow."""
    kmh = leg.limit_kmh or model.class_speed_kmh(leg.road_class)
    return leg.metres * 3600.0 / (kmh * model.priority(leg.road_class))


def free_ms(model: SpeedModel, drive: Drive) -> float:
    """Return the milliseconds that the model states for the drive without congestion."""
    return sum(leg_ms(model, leg) for leg in drive.legs) + drive.delay_ms


def drive_ms(model: SpeedModel, drive: Drive) -> float:
    """Return the milliseconds that the model states for the drive at its hour."""
    return drive.delay_ms + sum(
        leg_ms(model, leg) * model.congestion(leg.road_class, drive.hour) for leg in drive.legs
    )


def p50_ms(model: SpeedModel, drive: Drive) -> float:
    """Return the milliseconds from the call to the arrival that the model states as median."""
    return 1000 * (model.call_s[0] + model.turnout_s(drive.kind)[0]) + drive_ms(model, drive)


def p90_ms(model: SpeedModel, drive: Drive) -> float:
    """Return the milliseconds that the model says nine in ten do not exceed: a sum of parts."""
    before = 1000 * (model.call_s[1] + model.turnout_s(drive.kind)[1])
    return before + drive_ms(model, drive) * model.drive_p90_factor
