"""Releases for tests: an incident at the origin in Guangzhou, at noon unless told otherwise."""

from datetime import datetime, timedelta, timezone

from risk.release import Release, Weather

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 5, 1, 12, tzinfo=CHINA)
MIDNIGHT = datetime(2026, 5, 1, 0, 30, tzinfo=CHINA)
AIR = Weather(90.0, 3.0, "D", 20.0)


def released(
    substance: str,
    quantity_t: float | None,
    kind: str = "explosion",
    *,
    time: datetime = NOON,
    wind: tuple[float | None, float | None] = (None, None),
    container: str = "",
) -> Release:
    """Return the release; ``wind`` is where it blows from in degrees, and metres a second."""
    return Release(
        at=(0.0, 0.0),
        lon_deg=113.3,
        lat_deg=23.1,
        time=time,
        kind=kind,
        substance=substance,
        quantity_t=quantity_t,
        wind_from_deg=wind[0],
        wind_ms=wind[1],
        container=container,
    )
