"""From what a person typed to a release: every slip gets its sentence, all at once."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from geodata.coordinates import is_swapped, on_globe, parse_angle
from geodata.crs import district_crs, projection
from geodata.faults import Fault, UserError
from language import Sentence, say

from .erg_tables import CONTAINERS
from .incidents import incident_kind
from .release import Release
from .substances import find_substance
from .weather import CLASSES, local_zone

_LAST_HOUR = 23
_OKTAS = 8
_SHOWN = 60
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.IGNORECASE | re.ASCII)

BOUNDS: dict[str, tuple[float, float, str]] = {
    "--quantity-t": (1e-6, 1e6, "t"),
    "--wind-from": (-360.0, 720.0, "°"),
    "--wind-ms": (0.0, 60.0, "m/s"),
    "--air-c": (-60.0, 60.0, "°C"),
    "--hole-mm": (0.01, 10_000.0, "mm"),
}
"""What may be stated, and the unit."""


@dataclass(frozen=True)
class Stated:
    """The texts that were typed; "" is not known. ``at`` is "LON,LAT" in WGS 84."""

    at: str
    substance: str = ""
    quantity_t: str = ""
    kind: str = "hazmat_leak"
    container: str = ""
    hole_mm: str = ""
    wind_from: str = ""
    wind_ms: str = ""
    cloud: str = ""
    stability: str = ""
    air_c: str = ""
    hour: str = ""
    time: str = ""
    rural: bool = False


@dataclass(frozen=True)
class Placed:
    """A release, the metric plane that its metres are in, and its place in degrees."""

    release: Release
    crs: str


def release_of(stated: Stated, now: datetime) -> Placed:
    """Return the release that was stated, at ``now`` where no time is given; hours are local.

    Raises:
        UserError: with every fault of what was typed.

    """
    faults: list[Fault] = []
    lon_deg, lat_deg = _place(stated.at, faults)
    here = now.astimezone(local_zone(lon_deg, lat_deg))
    crs = district_crs((lon_deg, lat_deg, lon_deg, lat_deg))
    at = projection(crs).to_m(lon_deg, lat_deg)
    if not all(math.isfinite(value) for value in at):
        faults.append(_fault("--at", stated.at, say("No metric plane holds this position."), _AT))
    release = Release(
        at=at,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        time=_time(stated, here, faults),
        kind=_kind(stated.kind, faults),
        substance=_substance(stated.substance, faults),
        quantity_t=_number("--quantity-t", stated.quantity_t, faults),
        container=_container(stated.container, faults),
        hole_mm=_number("--hole-mm", stated.hole_mm, faults),
        wind_from_deg=_number("--wind-from", stated.wind_from, faults),
        wind_ms=_number("--wind-ms", stated.wind_ms, faults),
        cloud_oktas=_cloud(stated.cloud, faults),
        stability=_stability(stated.stability, faults),
        air_c=_number("--air-c", stated.air_c, faults),
        is_urban=not stated.rural,
    )
    if faults:
        raise UserError(faults)
    return Placed(release, crs)


_AT = say("Write longitude, comma, latitude in degrees, such as 113.0123,23.0045.")


def _fault(option: str, text: str, problem: Sentence, mend: Sentence) -> Fault:
    return Fault(option, problem, mend, value=text[:_SHOWN])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _place(text: str, faults: list[Fault]) -> tuple[float, float]:
    parts = [part.strip() for part in _plain(text).replace("、", ",").split(",")]
    angles = [parse_angle(part) for part in parts if part]
    found = [angle.value for angle in angles if angle is not None]
    if len(parts) != 2 or len(found) != 2:  # noqa: PLR2004 - a pair
        faults.append(_fault("--at", text, say("This is no position."), _AT))
        return 0.0, 0.0
    lon_deg, lat_deg = found
    if is_swapped(lon_deg, lat_deg):
        problem = say("Longitude and latitude stand in each other's place.")
    elif not on_globe(lon_deg, lat_deg):
        problem = say("The position lies off the globe.")
    else:
        return lon_deg, lat_deg
    faults.append(_fault("--at", text, problem, _AT))
    return 0.0, 0.0


def _number(option: str, text: str, faults: list[Fault]) -> float | None:
    plain = _plain(text)
    if not plain:
        return None
    low, high, unit = BOUNDS[option]
    value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    if low <= value <= high:
        return value
    mend = say("Write a number from {low} to {high} {unit}.", low=low, high=high, unit=unit)
    faults.append(_fault(option, text, say("This value is not possible."), mend))
    return None


def _cloud(text: str, faults: list[Fault]) -> int | None:
    plain = _plain(text)
    if not plain:
        return None
    if plain.isascii() and plain.isdigit() and len(plain) == 1 and int(plain) <= _OKTAS:
        return int(plain)
    mend = say("Write the eighths of the sky under cloud, 0 to 8.")
    faults.append(_fault("--cloud", text, say("This value is not possible."), mend))
    return None


def _stability(text: str, faults: list[Fault]) -> str:
    plain = _plain(text).upper()
    if not plain or (len(plain) == 1 and plain in CLASSES):
        return plain
    mend = say("Write a Pasquill class from A to F.")
    faults.append(_fault("--stability", text, say("This value is not possible."), mend))
    return ""


def _substance(text: str, faults: list[Fault]) -> str:
    if not _plain(text):
        return ""
    found = find_substance(text)
    if found is not None:
        return found.key
    problem = say("There is no substance '{name}' in the table.", name=text[:_SHOWN])
    mend = say(
        "Use a name, formula, CAS or UN number that stands in {file}.", file="substances.csv"
    )
    faults.append(_fault("--substance", text, problem, mend))
    return ""


def _container(text: str, faults: list[Fault]) -> str:
    plain = _plain(text)
    if not plain or plain in CONTAINERS:
        return plain
    named = [key for key, names in CONTAINERS.items() if plain in names]
    if named:
        return named[0]
    mend = say("Use one of: {known}.", known=", ".join(CONTAINERS))
    faults.append(_fault("--container", text, say("There is no such container."), mend))
    return ""


def _kind(text: str, faults: list[Fault]) -> str:
    try:
        return str(incident_kind(text).key)
    except UserError as error:
        faults.extend(error.faults)
        return ""


def _time(stated: Stated, now: datetime, faults: list[Fault]) -> datetime:
    if stated.hour and stated.time:
        problem = say("Both an hour and a time are given.")
        faults.append(_fault("--hour", stated.hour, problem, say("Give one of the two.")))
        return now
    if stated.time:
        try:
            return datetime.fromisoformat(stated.time)
        except ValueError:
            mend = say("Write it like 2026-09-16T14:22.")
            faults.append(_fault("--time", stated.time, say("This is no time."), mend))
            return now
    if not stated.hour:
        return now
    hour = _plain(stated.hour)
    if not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) <= _LAST_HOUR):  # noqa: PLR2004 - two digits
        mend = say("Write a whole number from 0 to 23.")
        faults.append(_fault("--hour", stated.hour, say("This is no hour."), mend))
        return now
    return now.replace(hour=int(hour), minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Matter:
    """What was stated of the substance and the air; ``None`` and "" are not known."""

    substance: str
    quantity_t: float | None
    container: str
    wind_from_deg: float | None
    wind_ms: float | None
    cloud_oktas: int | None


def matter_of(stated: Stated, faults: list[Fault]) -> Matter:
    """Return substance, quantity, container, wind and cloud; faults are added to the list."""
    return Matter(
        substance=_substance(stated.substance, faults),
        quantity_t=_number("--quantity-t", stated.quantity_t, faults),
        container=_container(stated.container, faults),
        wind_from_deg=_number("--wind-from", stated.wind_from, faults),
        wind_ms=_number("--wind-ms", stated.wind_ms, faults),
        cloud_oktas=_cloud(stated.cloud, faults),
    )
