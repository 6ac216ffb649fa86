"""What goes into the hazard models and what comes out: flat ground, metres, no maps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shapely import MultiPolygon, Polygon

from language import Sentence

Point = tuple[float, float]
"""x east, y north in metres of a plane."""

Shape = Polygon | MultiPolygon


@dataclass(frozen=True)
class Release:
    """What is known of an incident that may do harm around it; ``None`` and "" are not known.

    ``at`` is in metres of a plane whose y axis points north; ``lon_deg``, ``lat_deg`` serve the
    height of the sun. ``substance`` is a key of ``SUBSTANCES``; ``container`` is one of
    ``erg.CONTAINERS``; ``wind_from_deg`` is where the wind blows from, clockwise from north;
    ``wind_ms`` is at 10 m; ``stability`` is a Pasquill class that somebody states.
    """

    at: Point
    lon_deg: float
    lat_deg: float
    time: datetime
    kind: str = "unspecified"
    substance: str = ""
    quantity_t: float | None = None
    container: str = ""
    hole_mm: float | None = None
    wind_from_deg: float | None = None
    wind_ms: float | None = None
    cloud_oktas: int | None = None
    stability: str = ""
    air_c: float | None = None
    is_urban: bool = True


@dataclass(frozen=True)
class Weather:
    """The air a model computes with: wind at 10 m, a Pasquill class A to F, temperature."""

    wind_from_deg: float
    wind_ms: float
    stability: str
    air_c: float


@dataclass(frozen=True)
class Zone:
    """Within this line a harm of that level is to be expected.

    ``level`` is a key of ``LEVELS``; ``rank`` 0 is the worst; ``threshold`` in ``unit`` is what
    the level means (``None`` for a distance of a table); ``reach_m`` is the farthest point of
    ``shape`` from the incident; ``spread_m`` is the reach that nine of ten plausible weathers do
    not exceed, ``spread`` its shape, ``None`` where weather does not matter. ``assumptions`` name
    model, stability, roughness, duration and source; ``verified`` is false where a figure is not.
    """

    model: str
    level: str
    rank: int
    threshold: float | None
    unit: str
    reach_m: float
    shape: Shape
    spread_m: float | None
    spread: Shape | None
    source: str
    verified: bool
    assumptions: tuple[Sentence, ...]


@dataclass(frozen=True)
class Contour:
    """What a model says for one weather: a shape about the origin, the wind blowing along +x.

    ``verified`` is false where the figure of this level, not of the model, has no source at hand.
    """

    level: str
    rank: int
    threshold: float | None
    unit: str
    reach_m: float
    shape: Shape
    assumptions: tuple[Sentence, ...]
    verified: bool = True


@dataclass(frozen=True)
class Model:
    """One hazard model, a row of ``MODELS``: whether it applies, and its contours in a weather.

    ``contours`` returns the worst first. ``by_weather`` is false where no weather changes them.
    """

    key: str
    title_zh: str
    title_en: str
    source: str
    verified: bool
    by_weather: bool
    applies: Callable[[Release], bool]
    contours: Callable[[Release, Weather], tuple[Contour, ...]]


@dataclass(frozen=True)
class ZoneSet:
    """All zones of a release, the worst first within each model, and what could not be said.

    ``governing`` is the key of the model whose lines are drawn and whose people are counted,
    "" where there is no zone; ``weather`` is what was computed with, ``None`` without wind.
    """

    zones: tuple[Zone, ...]
    governing: str
    weather: Weather | None
    notes: tuple[Sentence, ...]

    def of(self, model: str) -> tuple[Zone, ...]:
        """Return the zones of one model, the worst first."""
        return tuple(zone for zone in self.zones if zone.model == model)

    @property
    def lines(self) -> tuple[Zone, ...]:
        """Return the zones of the governing model, the worst first."""
        return self.of(self.governing)

    @property
    def protective(self) -> Zone | None:
        """Return the zone in which people must be protected: level 2, else the outermost."""
        lines = self.lines
        second = [zone for zone in lines if zone.level in PROTECTIVE]
        return second[0] if second else (lines[-1] if lines else None)


PROTECTIVE = ("aegl_2", "erpg_2", "protective_action", "thermal_injury", "overpressure_injury")
"""The levels from which on people are led out or told to stay inside."""

LEVELS: Mapping[str, tuple[str, str]] = {
    "isolation": ("初始隔离", "Initial isolation"),
    "protective_action": ("防护行动", "Protective action"),
    "fire_isolation": ("火灾隔离", "Isolation in fire"),
    "bleve_minimum": ("BLEVE 最小疏散", "Least BLEVE evacuation"),
    "bleve_evacuation": ("BLEVE 疏散", "BLEVE evacuation"),
    "aegl_3": ("危及生命", "Life-threatening"),
    "aegl_2": ("不可逆伤害", "Irreversible harm"),
    "aegl_1": ("不适", "Discomfort"),
    "erpg_3": ("危及生命", "Life-threatening"),
    "erpg_2": ("不可逆伤害", "Irreversible harm"),
    "erpg_1": ("不适", "Discomfort"),
    "idlh": ("立即危及生命", "Immediately dangerous"),
    "lfl": ("可燃下限", "Lower flammable limit"),
    "half_lfl": ("可燃下限之半", "Half the lower flammable limit"),
    "thermal_fatal": ("热辐射致死", "Fatal heat"),
    "thermal_injury": ("热辐射伤害", "Injuring heat"),
    "thermal_pain": ("热辐射疼痛", "Painful heat"),
    "overpressure_fatal": ("超压致死", "Fatal blast"),
    "overpressure_injury": ("超压伤害", "Injuring blast"),
    "overpressure_glass": ("玻璃破碎", "Glass breakage"),
    "flooded": ("淹没", "Flooded"),
    "burning": ("过火", "Burning"),
    "drawn": ("手绘", "Drawn by hand"),
    "foreign": ("外部导入", "Imported"),
}
"""Chinese and English names of the levels."""
