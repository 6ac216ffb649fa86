"""The air a release meets: height of the sun, Pasquill class, wind profile, plausible weathers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from geodata.crs import in_china
from geodata.faults import Fault, UserError

from .release import Release, Weather
from .rule_files import rule_fault
from .rule_shape import read_shaped

CLASSES = "ABCDEF"
_SKIES = ("day_strong", "day_moderate", "day_slight", "night_cloudy", "night_clear")
_TABLE = Path(__file__).parent / "weather.toml"
_COLDEST_C, _HOTTEST_C = -60.0, 60.0
_STRONGEST_MS = 60.0
_OVERCAST = 8
_CHINA_HOURS = 8


@dataclass(frozen=True)
class Sky:
    """The rules of weather.toml: bounds in m/s, degrees and oktas, and what is taken if unknown."""

    winds_ms: tuple[float, ...]
    classes: Mapping[str, tuple[str, ...]]
    sun_deg: tuple[float, float, float]
    cloud_step_oktas: int
    night_cloudy_oktas: int
    overcast_oktas: int
    assumed_cloud: tuple[int, int]
    assumed_air_c: float
    assumed_wind_ms: float
    calm_ms: float
    share: float
    wind_factors: tuple[float, ...]
    cloud_steps: tuple[int, ...]
    stability_steps: tuple[int, ...]
    spread_winds_ms: tuple[float, ...]
    spread_clouds: tuple[int, ...]
    veer_deg: tuple[tuple[float, float], ...]
    verified: bool


_CLASS_ROW = [set(CLASSES)]
_TOLD = {"source": str, "verified": bool}
_RULES = {
    "pasquill": {"wind_ms": [float], **dict.fromkeys(_SKIES, _CLASS_ROW), **_TOLD},
    "sun": {
        "strong_deg": float,
        "moderate_deg": float,
        "slight_deg": float,
        "cloud_oktas": int,
        "night_cloudy_oktas": int,
        "overcast_oktas": int,
        **_TOLD,
    },
    "assumed": {
        "cloud_oktas_day": int,
        "cloud_oktas_night": int,
        "air_c": float,
        "wind_ms": float,
        **_TOLD,
    },
    "calm": {"wind_ms": float, **_TOLD},
    "spread": {
        "share": float,
        "wind_factors": [float],
        "cloud_steps": [int],
        "stability_steps": [int],
        "winds_ms": [float],
        "clouds_oktas": [int],
        "veer_deg": [[float]],
        **_TOLD,
    },
}


def load_sky(path: Path) -> Sky:
    """Return the rules of the file.

    Raises:
        UserError: with every line that cannot be meant.

    """
    rules = read_shaped(path, _RULES)
    faults = _sky_faults(path, rules)
    if faults:
        raise UserError(faults)
    pasquill, sun, assumed, spread = (
        rules[part] for part in ("pasquill", "sun", "assumed", "spread")
    )
    return Sky(
        winds_ms=tuple(pasquill["wind_ms"]),
        classes={sky: tuple(pasquill[sky]) for sky in _SKIES},
        sun_deg=(sun["strong_deg"], sun["moderate_deg"], sun["slight_deg"]),
        cloud_step_oktas=sun["cloud_oktas"],
        night_cloudy_oktas=sun["night_cloudy_oktas"],
        overcast_oktas=sun["overcast_oktas"],
        assumed_cloud=(assumed["cloud_oktas_day"], assumed["cloud_oktas_night"]),
        assumed_air_c=assumed["air_c"],
        assumed_wind_ms=assumed["wind_ms"],
        calm_ms=rules["calm"]["wind_ms"],
        share=spread["share"],
        wind_factors=tuple(spread["wind_factors"]),
        cloud_steps=tuple(spread["cloud_steps"]),
        stability_steps=tuple(spread["stability_steps"]),
        spread_winds_ms=tuple(spread["winds_ms"]),
        spread_clouds=tuple(spread["clouds_oktas"]),
        veer_deg=tuple((bound, degrees) for bound, degrees in spread["veer_deg"]),
        verified=all(
            rules[part]["verified"] is True
            for part in ("pasquill", "sun", "assumed", "calm", "spread")
        ),
    )


def _sky_faults(path: Path, rules: Mapping[str, Any]) -> list[Fault]:
    pasquill, spread = rules["pasquill"], rules["spread"]
    columns = len(pasquill["wind_ms"]) + 1
    faults = [
        rule_fault(path, f"pasquill, {sky}", f"{columns} classes are needed")
        for sky in _SKIES
        if len(pasquill[sky]) != columns
    ]
    if not 0.0 < spread["share"] <= 1.0:
        faults.append(rule_fault(path, "spread, share", "not above 0 and up to 1"))
    if any(len(pair) != 2 for pair in spread["veer_deg"]):  # noqa: PLR2004 - a pair
        faults.append(rule_fault(path, "spread, veer_deg", "not pairs"))
    positive = (rules["calm"]["wind_ms"], *spread["wind_factors"], *spread["winds_ms"])
    if min(positive) <= 0.0:
        faults.append(rule_fault(path, "spread", "winds and factors must be above 0"))
    return faults


SKY = load_sky(_TABLE)


def known(value: float | None) -> float | None:
    """Return the value, ``None`` where it is not known or not finite."""
    return value if value is not None and math.isfinite(value) else None


def sun_height_deg(lon_deg: float, lat_deg: float, time: datetime) -> float:
    """Return the height of the sun's centre over the horizon in degrees, within half a degree.

    Spencer's series for declination and equation of time, without refraction. A time without zone
    is taken in ``local_zone``.
    """
    moment = _in_utc(lon_deg, lat_deg, time)
    day = moment.timetuple().tm_yday
    hour = moment.hour + moment.minute / 60.0 + moment.second / 3600.0
    year = 2.0 * math.pi * (day - 1 + (hour - 12.0) / 24.0) / 365.0
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
        - 0.002697 * math.cos(3 * year)
        + 0.00148 * math.sin(3 * year)
    )
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    turned = math.radians((hour + equation_min / 60.0 + lon_deg / 15.0 - 12.0) * 15.0)
    lat = math.radians(lat_deg)
    sine = math.sin(lat) * math.sin(declination)
    sine += math.cos(lat) * math.cos(declination) * math.cos(turned)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def local_zone(lon_deg: float, lat_deg: float) -> timezone:
    """Return the zone of local time: UTC+8 in China, elsewhere that of the meridian."""
    hours = _CHINA_HOURS if in_china(lon_deg, lat_deg) else round(lon_deg / 15.0)
    return timezone(timedelta(hours=hours))


def _in_utc(lon_deg: float, lat_deg: float, time: datetime) -> datetime:
    if time.tzinfo is None:
        time = time.replace(tzinfo=local_zone(lon_deg, lat_deg))
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return time.replace(tzinfo=UTC)


def pasquill(wind_ms: float, sun_deg: float, cloud_oktas: float) -> str:
    """Return the Pasquill class A to F by wind at 10 m, height of the sun and clouds."""
    if cloud_oktas >= SKY.overcast_oktas:
        return "D"
    column = sum(wind_ms >= bound for bound in SKY.winds_ms)
    if sun_deg <= 0.0:
        cloudy = cloud_oktas >= SKY.night_cloudy_oktas
        return SKY.classes["night_cloudy" if cloudy else "night_clear"][column]
    step = sum(sun_deg < bound for bound in SKY.sun_deg)
    step += cloud_oktas >= SKY.cloud_step_oktas
    skies = ("day_strong", "day_moderate", "day_slight")
    return SKY.classes[skies[step]][column] if step < len(skies) else "D"


def weather_of(release: Release) -> Weather | None:
    """Return the weather of the release, ``None`` where wind speed or direction is not known.

    Winds below the calm bound are taken as that bound.
    """
    wind, turned = known(release.wind_ms), known(release.wind_from_deg)
    if wind is None or turned is None:
        return None
    return _weather(release, turned % 360.0, wind)


def stand_in(release: Release) -> Weather:
    """Return the weather to compute with: what is known, for the rest what weather.toml assumes."""
    wind, turned = known(release.wind_ms), known(release.wind_from_deg)
    return _weather(
        release,
        0.0 if turned is None else turned % 360.0,
        SKY.assumed_wind_ms if wind is None else wind,
    )


def is_calm(release: Release) -> bool:
    """Return whether no direction of the wind holds: unknown, or weaker than the calm bound."""
    wind = known(release.wind_ms)
    return known(release.wind_from_deg) is None or (wind is not None and wind < SKY.calm_ms)


def plausible(release: Release) -> tuple[Weather, ...]:
    """Return the weathers that may hold, equally likely, a weather as often as it counts.

    Around the stated wind and clouds, over all of weather.toml's where they are not known; all
    blow along the stated direction: how far that may veer tells ``veer_deg``.
    """
    wind = known(release.wind_ms)
    winds = (
        SKY.spread_winds_ms if wind is None else tuple(wind * factor for factor in SKY.wind_factors)
    )
    turned = known(release.wind_from_deg) or 0.0
    air_c = _air_c(release)
    return tuple(
        Weather(turned % 360.0, _bounded(speed), stability, air_c)
        for speed in winds
        for stability in _plausible_classes(release, speed)
    )


def veer_deg(release: Release) -> float:
    """Return by how many degrees the wind may veer to either side, 180 where none holds."""
    wind = known(release.wind_ms)
    if wind is None or is_calm(release):
        return 180.0
    for bound, degrees in SKY.veer_deg:
        if wind <= bound:
            return degrees
    return SKY.veer_deg[-1][1]


def _weather(release: Release, turned: float, wind: float) -> Weather:
    stability = stated_class(release) or pasquill(wind, _sun(release), _cloud(release))
    return Weather(turned, _bounded(wind), stability, _air_c(release))


def stated_class(release: Release) -> str:
    """Return the Pasquill class that somebody stated, "" for none or no such class."""
    stated = release.stability.strip().upper()
    return stated if len(stated) == 1 and stated in CLASSES else ""


def _plausible_classes(release: Release, wind: float) -> tuple[str, ...]:
    stated = stated_class(release)
    if stated:
        near = (CLASSES.index(stated) + step for step in SKY.stability_steps)
        return tuple(CLASSES[min(max(at, 0), len(CLASSES) - 1)] for at in near)
    sun = _sun(release)
    if release.cloud_oktas is None:
        return tuple(pasquill(wind, sun, cloud) for cloud in SKY.spread_clouds)
    cloud = _cloud(release)
    return tuple(
        pasquill(wind, sun, min(max(cloud + step, 0), _OVERCAST)) for step in SKY.cloud_steps
    )


def _sun(release: Release) -> float:
    return sun_height_deg(release.lon_deg, release.lat_deg, release.time)


def _cloud(release: Release) -> int:
    if release.cloud_oktas is None:
        return SKY.assumed_cloud[0 if _sun(release) > 0.0 else 1]
    return min(max(release.cloud_oktas, 0), _OVERCAST)


def _air_c(release: Release) -> float:
    air = known(release.air_c)
    return min(max(SKY.assumed_air_c if air is None else air, _COLDEST_C), _HOTTEST_C)


def _bounded(wind_ms: float) -> float:
    return min(max(wind_ms, SKY.calm_ms), _STRONGEST_MS)
