"""What a hand set on the what-if panel, read as hostile as any input."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LonLat = tuple[float, float]
FULL_DEG = 360.0
STRONGEST_MS = 60.0
MOST_T = 1_000_000.0
HOURS = 24
MOST_WITHDRAWN = 500
TEXT = 200
ACTS = ("", "restore", "take")


@dataclass(frozen=True)
class Turned:
    """All knobs as the hand left them, so that the last word holds whatever was lost before.

    ``wind_from_deg`` is in [0, 360), ``wind_ms`` at 10 m; ``None`` is unknown, for ``hour`` the
    incident's own. ``act`` is ``restore`` (back to the live values), ``take`` (these are the live
    values now) or "".
    """

    wind_from_deg: float | None = None
    wind_ms: float | None = None
    quantity_t: float | None = None
    hour: int | None = None
    withdrawn: tuple[tuple[str, str], ...] = ()
    flooded: tuple[tuple[LonLat, ...], ...] = ()
    act: str = ""


def read_turned(
    raw: Mapping[str, Any], rings: Callable[[Any], tuple[tuple[LonLat, ...], ...]]
) -> Turned:
    """Return the checked knobs; ``rings`` checks polygons.

    Raises:
        ValueError: for a value out of its range.
        TypeError: for a value of another kind.

    """
    act = raw.get("act", "")
    teams = raw.get("withdrawn", [])
    if act not in ACTS or not isinstance(teams, list) or len(teams) > MOST_WITHDRAWN:
        raise ValueError
    bearing = _number(raw.get("wind_from_deg"), 0, FULL_DEG)
    return Turned(
        wind_from_deg=None if bearing is None else bearing % FULL_DEG,
        wind_ms=_number(raw.get("wind_ms"), 0, STRONGEST_MS),
        quantity_t=_number(raw.get("quantity_t"), 0, MOST_T) or None,
        hour=_hour(raw.get("hour")),
        withdrawn=tuple((str(layer)[:TEXT], str(record)[:TEXT]) for layer, record in teams),
        flooded=rings(raw.get("flooded", [])),
        act=act,
    )


def _number(value: object, low: float, high: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError
    return float(value)


def _hour(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not 0 <= value < HOURS:
        raise ValueError
    return value
