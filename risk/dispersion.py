"""How far a gas spreads: Gaussian plume, heavy gas that becomes one, flammable cloud, puff."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import shapely

from language import Sentence, say

from . import gaussian
from .clouds import Cloud, cloud_of, dense_shape, passive_shape, puff_shape
from .release import Contour, Model, Release, Weather
from .source_terms import SCENARIOS, ZERO_C_K, Source, boils, quantity_kg, source_of
from .substances import SUBSTANCES, Substance
from .thresholds import TOXIC_LEVELS
from .weather import SKY, stated_class, weather_of

_PPM = 1e-6


@dataclass(frozen=True)
class Line:
    """One level that is looked for: its volume fraction in air, and how it is shown."""

    level: str
    fraction: float
    shown: float
    unit: str
    verified: bool


def toxic_lines(substance: Substance) -> tuple[Line, ...]:
    """Return the toxic levels of the substance, the worst first, in ppm."""
    held = TOXIC_LEVELS.get(substance.key)
    if held is None or not substance.toxic:
        return ()
    return tuple(
        Line(one.level, one.ppm * _PPM, one.ppm, "ppm", one.verified) for one in held.levels
    )


def flammable_lines(substance: Substance) -> tuple[Line, ...]:
    """Return the lower flammable limit and half of it, in percent by volume."""
    if substance.lfl is None or not substance.flammable:
        return ()
    verified = "lfl" not in substance.unverified
    return (
        Line("lfl", substance.lfl, round(substance.lfl * 100.0, 3), "%", verified),
        Line("half_lfl", substance.lfl / 2.0, round(substance.lfl * 50.0, 3), "%", verified),
    )


def _ready(release: Release) -> Substance | None:
    """Return the substance where quantity and wind are known too."""
    if quantity_kg(release) is None or weather_of(release) is None:
        return None
    return SUBSTANCES.get(release.substance)


def _source(release: Release, weather: Weather | None = None) -> Source | None:
    weather = weather or weather_of(release)
    return None if weather is None else source_of(release, weather)


def _has_toxic(release: Release) -> bool:
    substance = _ready(release)
    return substance is not None and bool(toxic_lines(substance)) and _source(release) is not None


def _is_dense(release: Release) -> bool:
    substance, weather = _ready(release), weather_of(release)
    source = _source(release)
    if substance is None or weather is None or source is None:
        return False
    cloud = cloud_of(substance, source, weather, is_urban=release.is_urban)
    return _has_toxic(release) and cloud.dense is not None


def _has_flammable(release: Release) -> bool:
    substance = _ready(release)
    return (
        substance is not None and bool(flammable_lines(substance)) and _source(release) is not None
    )


def _has_puff(release: Release) -> bool:
    substance, weather = _ready(release), weather_of(release)
    if substance is None or weather is None or substance.molar_kg_mol is None:
        return False
    at_once = release.kind in SCENARIOS["at_once"]["kinds"]
    gaseous = boils(substance, weather.air_c + ZERO_C_K)
    return at_once and gaseous and bool(flammable_lines(substance))


Shaping = Callable[[Cloud, float], tuple[float, shapely.Polygon]]


def _plume_contours(release: Release, weather: Weather) -> tuple[Contour, ...]:
    return _drawn(release, weather, passive_shape, toxic_lines)


def _dense_contours(release: Release, weather: Weather) -> tuple[Contour, ...]:
    return _drawn(release, weather, dense_shape, toxic_lines)


def _flammable_contours(release: Release, weather: Weather) -> tuple[Contour, ...]:
    return _drawn(release, weather, dense_shape, flammable_lines)


def _drawn(
    release: Release,
    weather: Weather,
    shaping: Shaping,
    lines: Callable[[Substance], tuple[Line, ...]],
) -> tuple[Contour, ...]:
    substance = SUBSTANCES.get(release.substance)
    source = source_of(release, weather)
    if substance is None or source is None:
        return ()
    cloud = cloud_of(substance, source, weather, is_urban=release.is_urban)
    wanted = lines(substance)
    shaped = [shaping(cloud, line.fraction) for line in wanted]
    regime = None if shaping is passive_shape else cloud.dense is not None
    said = (*source.said, *_said(release, weather, dense=regime))
    if cloud.dense is None and source.gas_k < weather.air_c + ZERO_C_K:
        said += (say("Liquefied gas may leave as cold spray and lie lower and broader nearby."),)
    if lines is toxic_lines:
        said += TOXIC_LEVELS[substance.key].notes
    return _contours(wanted, shaped, said, verified=source.verified and not substance.unverified)


def _puff_contours(release: Release, weather: Weather) -> tuple[Contour, ...]:
    substance, mass = SUBSTANCES.get(release.substance), quantity_kg(release)
    if substance is None or mass is None or substance.molar_kg_mol is None:
        return ()
    wanted = flammable_lines(substance)
    shaped = [puff_shape(substance, mass, weather, line.fraction) for line in wanted]
    said = (
        say("All of it, {mass} kg, gets into the air at once.", mass=round(mass, 1)),
        *_said(release, weather, dense=None),
    )
    return _contours(wanted, shaped, said, verified=False)


def _contours(
    lines: Sequence[Line],
    shaped: Sequence[tuple[float, shapely.Polygon]],
    said: tuple[Sentence, ...],
    *,
    verified: bool,
) -> tuple[Contour, ...]:
    return tuple(
        Contour(
            level=line.level,
            rank=rank,
            threshold=line.shown,
            unit=line.unit,
            reach_m=reach,
            shape=shape,
            assumptions=said + _reach_said(reach),
            verified=verified and line.verified,
        )
        for rank, (line, (reach, shape)) in enumerate(zip(lines, shaped, strict=True))
    )


def _reach_said(reach: float) -> tuple[Sentence, ...]:
    if reach < gaussian.LONGEST_REACH_M:
        return ()
    return (say("Cut at 10 km, where the coefficients end: this level may reach farther."),)


def _said(release: Release, weather: Weather, *, dense: bool | None) -> tuple[Sentence, ...]:
    stated = bool(stated_class(release))
    said = [
        say(
            "Stability {stability} (stated), wind {wind} m/s at 10 m, {air} °C.",
            stability=weather.stability,
            wind=round(weather.wind_ms, 1),
            air=round(weather.air_c, 1),
        )
        if stated
        else say(
            "Stability {stability} (by wind, sun and clouds), wind {wind} m/s at 10 m, {air} °C.",
            stability=weather.stability,
            wind=round(weather.wind_ms, 1),
            air=round(weather.air_c, 1),
        ),
        say("Roughness: town (Briggs urban).")
        if release.is_urban
        else say("Roughness: open country (Briggs rural)."),
        say("Means of 10 minutes, at the ground, flat land, no buildings."),
    ]
    if dense is not None:
        said.append(
            say("Denser than air: Britter and McQuaid, then a passive plume.")
            if dense
            else say("Not denser than air here: passive plume.")
        )
    if release.air_c is None:
        said.append(say("Air temperature not known: {air} °C assumed.", air=SKY.assumed_air_c))
    return tuple(said)


_BRIGGS = "Gaussian plume, Briggs 1973 (CCPS 1999); AEGL (US EPA), ERPG (AIHA), IDLH (NIOSH)"
_DENSE = "Britter and McQuaid 1988 (HSE 17/1988; CCPS 1999), beyond their curves Briggs 1973"

PLUME = Model(
    key="plume",
    title_zh="高斯烟羽",
    title_en="Gaussian plume",
    source=_BRIGGS,
    verified=True,
    by_weather=True,
    applies=_has_toxic,
    contours=_plume_contours,
)
DENSE_GAS = replace(
    PLUME,
    key="dense_gas",
    title_zh="重气扩散",
    title_en="Heavy gas",
    source=_DENSE,
    applies=_is_dense,
    contours=_dense_contours,
)
FLAMMABLE_CLOUD = replace(
    PLUME,
    key="flammable_cloud",
    title_zh="可燃气云",
    title_en="Flammable cloud",
    source=_DENSE,
    applies=_has_flammable,
    contours=_flammable_contours,
)
PUFF = replace(
    PLUME,
    key="puff",
    title_zh="瞬时气团",
    title_en="Puff",
    source="Gaussian puff (CCPS 1999) and Britter and McQuaid 1988, the farther of the two",
    applies=_has_puff,
    contours=_puff_contours,
)

MODELS: tuple[Model, ...] = (DENSE_GAS, PLUME, FLAMMABLE_CLOUD, PUFF)
