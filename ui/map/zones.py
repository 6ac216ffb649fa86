"""What harm looks like on the map: zones with their lines, the stand-off point, the wind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .feed import check_position, degrees

LonLat = tuple[float, float]
Look = Literal["worst", "protective", "light", "guide", "ring", "drawn", "spread", "flooded"]


@dataclass(frozen=True)
class ZoneArea:
    """One zone: rings of (lon, lat), outer ones and holes alike, and the tag on its edge.

    ``legend`` says what the line means. ``turns`` is whether the shape follows the wind, so that
    the browser may turn it about the incident while a hand turns the dial.
    """

    look: Look
    tag: str
    legend: str
    rings: Sequence[Sequence[LonLat]]
    turns: bool = False


@dataclass(frozen=True)
class StandOffMark:
    """The flag where vehicles gather."""

    lon: float
    lat: float
    label: str


@dataclass(frozen=True)
class WindMark:
    """The wind in words; ``from_deg`` clockwise from north, ``None`` unknown; ``stale`` too old."""

    from_deg: float | None = None
    title: str = ""
    basis: str = ""
    stale: bool = False


@dataclass(frozen=True)
class WhatIf:
    """What the hand may turn: the values now, and whether they are the live ones.

    ``hour`` is ``None`` for the incident's own, of which ``own_hour`` tells; ``withdrawn`` are
    (layer, id, name); ``asks_wind`` opens dial and quantity.
    """

    wind_from_deg: float | None = None
    wind_ms: float | None = None
    quantity_t: float | None = None
    hour: int | None = None
    own_hour: int = 0
    withdrawn: Sequence[tuple[str, str, str]] = ()
    flooded: Sequence[Sequence[LonLat]] = ()
    live: bool = True
    asks_wind: bool = True
    facts: Sequence[str] = field(default=())
    """What differs from the live values, in words."""


def zones_payload(zones: Sequence[ZoneArea]) -> list[dict[str, Any]]:
    """Return the zones as the browser draws them, lines as lat, lon.

    Raises:
        ValueError: for a position that is none.

    """
    return [
        {
            "look": zone.look,
            "tag": zone.tag,
            "legend": zone.legend,
            "turns": zone.turns,
            "rings": [[_lat_lon(point) for point in ring] for ring in zone.rings],
        }
        for zone in zones
    ]


def stand_off_payload(mark: StandOffMark | None) -> Mapping[str, Any] | None:
    """Return the flag's place and label.

    Raises:
        ValueError: for a position that is none.

    """
    if mark is None:
        return None
    lat, lon = _lat_lon((mark.lon, mark.lat))
    return {"lon": lon, "lat": lat, "label": mark.label}


def wind_payload(wind: WindMark | None) -> Mapping[str, Any] | None:
    """Return the wind box."""
    if wind is None:
        return None
    return {
        "from_deg": wind.from_deg,
        "title": wind.title,
        "basis": wind.basis,
        "stale": wind.stale,
    }


def what_if_payload(knobs: WhatIf | None) -> Mapping[str, Any] | None:
    """Return the knobs of the what-if panel."""
    if knobs is None:
        return None
    return {
        "wind_from_deg": knobs.wind_from_deg,
        "wind_ms": knobs.wind_ms,
        "quantity_t": knobs.quantity_t,
        "hour": knobs.hour,
        "own_hour": knobs.own_hour,
        "withdrawn": [list(team) for team in knobs.withdrawn],
        "flooded": [[degrees(point) for point in ring] for ring in knobs.flooded],
        "live": knobs.live,
        "asks_wind": knobs.asks_wind,
        "facts": list(knobs.facts),
    }


def _lat_lon(point: LonLat) -> list[float]:
    check_position(*point, "zone")
    lon, lat = degrees(point)
    return [lat, lon]
