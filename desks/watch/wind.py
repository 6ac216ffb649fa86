"""The wind that a mast measures: direction and speed of one object, read at about one time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .readings import Reading
from .station import Station

UNITS = {"wind_from": "°", "wind_speed": "m/s"}
"""The two quantities of a wind reading: where it blows from, clockwise from north, and how fast."""

MOST = {"wind_from": 360.0, "wind_speed": 60.0}
TOGETHER = timedelta(minutes=5)
"""So far apart a direction and a speed of one mast still are one wind."""


@dataclass(frozen=True)
class MastWind:
    """A wind and whose it is; ``at`` is when the older of its two figures was measured."""

    layer: str
    id: str
    from_deg: float
    speed_ms: float
    at: datetime


def mast_wind(station: Station, now: datetime) -> MastWind | None:
    """Return the newest wind of any mast that is not of the future, ``None`` without any."""
    found = [one for one in station.winds() if one.at <= now and _is_wind(one)]
    speeds = [one for one in found if one.quantity == "wind_speed"]
    made = [
        MastWind(way.layer, way.id, way.value % 360.0, speed.value, min(way.at, speed.at))
        for way in found
        if way.quantity == "wind_from"
        for speed in speeds
        if (speed.layer, speed.id) == (way.layer, way.id) and abs(speed.at - way.at) <= TOGETHER
    ]
    return max(made, key=lambda one: one.at, default=None)


def _is_wind(one: Reading) -> bool:
    return one.unit == UNITS[one.quantity] and 0.0 <= one.value <= MOST[one.quantity]
