"""What to say where a toxic cloud comes sooner than people can walk out of its way."""

from collections.abc import Iterator

from language import Sentence, say
from risk import SUBSTANCES
from risk.release import ZoneSet

from .answers import Evacuation

CLOUDS = ("aegl", "erpg", "idlh")
"""Beginnings of the levels that a toxic cloud is drawn by."""

TABLED = "protective_action"
MINUTE_S = 60


def indoors(zones: ZoneSet, substance: str, evacuation: Evacuation) -> Iterator[Sentence]:
    """Yield that people stay indoors, and the minutes of cloud and walk where both are known.

    The cloud is taken to move with the wind at 10 m (ERG, "Protective actions": in-place
    protection where evacuation would take longer than the cloud).
    """
    zone = zones.protective
    if zone is None or not _is_cloud(zone.level, substance):
        return
    yield say(
        "Toxic cloud: whoever cannot be gone before it comes stays indoors, doors and windows shut."
    )
    longest_s = max((walk.walk_s for walk in evacuation.walks), default=0)
    weather = zones.weather
    if weather is not None and weather.wind_ms > 0 and longest_s:
        yield say(
            "With the wind the cloud is {reach_m} m away after {cloud_min} min; the longest walk"
            " to a shelter takes {walk_min} min.",
            reach_m=round(zone.reach_m),
            cloud_min=int(zone.reach_m / weather.wind_ms / MINUTE_S),
            walk_min=-(-longest_s // MINUTE_S),
        )


def _is_cloud(level: str, substance: str) -> bool:
    held = SUBSTANCES.get(substance)
    return level.startswith(CLOUDS) or (level == TABLED and held is not None and held.toxic)
