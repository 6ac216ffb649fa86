"""From a release to zones on the ground: every model turned into the wind, with its spread."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from language import Sentence, say

from . import dispersion
from .models import MODELS
from .release import Contour, Model, Point, Release, Shape, Weather, Zone, ZoneSet
from .rule_shape import read_shaped
from .source_terms import quantity_kg
from .substances import SUBSTANCES
from .weather import SKY, is_calm, plausible, stand_in, stated_class, veer_deg, weather_of

_RULES = Path(__file__).parent / "governing.toml"
_HAZARDS = ("toxic_gas", "toxic", "flammable", "")
_ANY = "*"
_ARC_POINTS = 13
_CIRCLE_POINTS = 64
_HALF_CIRCLE_DEG = 90.0


@dataclass(frozen=True)
class GoverningRule:
    """For these kinds (none: every kind) and this hazard ("" for any), the models in order."""

    kinds: tuple[str, ...]
    hazard: str
    models: tuple[str, ...]


def load_governing(path: Path) -> tuple[GoverningRule, ...]:
    """Return the rules of the file, in its order.

    Raises:
        UserError: with every line that cannot be meant, models that there are not among them.

    """
    models = frozenset(model.key for model in MODELS)
    row = {"kinds": [str], "hazard": set(_HAZARDS), "models": [models]}
    rules = read_shaped(path, {"source": str, "verified": bool, "rule": [row]})["rule"]
    return tuple(
        GoverningRule(tuple(set(rule["kinds"]) - {_ANY}), rule["hazard"], tuple(rule["models"]))
        for rule in rules
    )


GOVERNING = load_governing(_RULES)


def zones(release: Release, *, models: Sequence[Model] = MODELS) -> ZoneSet:
    """Return all zones of the release in metres of its plane, the worst first within each model.

    ``models`` is the table that is asked: ``PROBIT_MODELS`` draws heat and blast by probits.
    """
    speaking = [model for model in models if model.applies(release)]
    found = tuple(zone for model in speaking for zone in _zones_of(model, release))
    keys = [zone.model for zone in found]
    return ZoneSet(found, governing(release, keys), weather_of(release), _notes(release, found))


def governing(release: Release, models: Sequence[str]) -> str:
    """Return which of the models with zones governs by governing.toml, "" where there is none."""
    hazards = _hazards(release.substance)
    for rule in GOVERNING:
        if (not rule.kinds or release.kind in rule.kinds) and rule.hazard in hazards:
            for key in rule.models:
                if key in models:
                    return key
    return models[0] if models else ""


def _hazards(key: str) -> tuple[str, ...]:
    substance = SUBSTANCES.get(key)
    if substance is None:
        return ("",)
    toxic_gas = substance.toxic and substance.gas_at_20c
    held = {"toxic_gas": toxic_gas, "toxic": substance.toxic, "flammable": substance.flammable}
    return ("", *(hazard for hazard, holds in held.items() if holds))


def _zones_of(model: Model, release: Release) -> tuple[Zone, ...]:
    weather = stand_in(release)
    place = _placing(release, weather, round_too=model.by_weather)
    contours = sorted(model.contours(release, weather), key=lambda contour: contour.rank)
    spreads = _spreads(model, release, contours)
    made: list[Zone] = []
    inner: Shape | None = None
    inner_spread: Shape | None = None
    for contour in contours:
        shape = _nested(place(contour.shape), inner)
        spread, spread_m = None, None
        if contour.level in spreads:
            spread = _nested(_nested(place(spreads[contour.level]), shape), inner_spread)
            spread_m = farthest_m(spread, release.at)
        made.append(
            _zone(model, contour, (shape, farthest_m(shape, release.at)), (spread, spread_m))
        )
        inner, inner_spread = shape, spread
    return tuple(made)


def _zone(
    model: Model,
    contour: Contour,
    line: tuple[Shape, float],
    spread: tuple[Shape | None, float | None],
) -> Zone:
    return Zone(
        model=model.key,
        level=contour.level,
        rank=contour.rank,
        threshold=contour.threshold,
        unit=contour.unit,
        reach_m=line[1],
        shape=line[0],
        spread_m=spread[1],
        spread=spread[0],
        source=model.source,
        verified=model.verified and contour.verified,
        assumptions=contour.assumptions,
    )


def _placing(release: Release, weather: Weather, *, round_too: bool) -> Callable[[Shape], Shape]:
    """Return what turns a shape into the wind and moves it to the incident.

    Where weather matters but no direction holds, the shape becomes the circle of its reach.
    """
    if round_too and is_calm(release):
        return lambda shape: circle(release.at, farthest_m(shape, (0.0, 0.0)))
    towards = math.radians(weather.wind_from_deg + 180.0)
    sine, cosine = math.sin(towards), math.cos(towards)
    turn = np.array([[sine, cosine], [-cosine, sine]])
    return lambda shape: shapely.transform(shape, lambda xy: xy @ turn + np.array(release.at))


def _spreads(model: Model, release: Release, contours: Sequence[Contour]) -> dict[str, Shape]:
    """Return per level the shape, in the local frame, that holds nine of ten weathers' reach."""
    if not model.by_weather or not contours:
        return {}
    weathers = plausible(release)
    said = {one: model.contours(release, one) for one in dict.fromkeys(weathers)}
    veer = veer_deg(release)
    spreads: dict[str, Shape] = {}
    for contour in contours:
        same = [
            next((other for other in said[one] if other.level == contour.level), None)
            for one in weathers
        ]
        reached = sorted(
            (other for other in same if other is not None), key=lambda other: other.reach_m
        )
        missing = len(same) - len(reached)
        rank = math.ceil(SKY.share * len(same)) - 1 - missing
        widest = reached[rank] if rank >= 0 else contour
        spreads[contour.level] = fan(widest.shape, max(widest.reach_m, contour.reach_m), veer)
    return spreads


def fan(shape: Shape, reach_m: float, veer_deg: float) -> Shape:
    """Return what the shape sweeps as the wind veers to either side, as far as ``reach_m``.

    The shape lies along +x about the origin.
    """
    if veer_deg >= _HALF_CIRCLE_DEG:
        return circle((0.0, 0.0), max(reach_m, farthest_m(shape, (0.0, 0.0))))
    veer = math.radians(veer_deg)
    coords = shapely.get_coordinates(shape)
    turned = [_turned(coords, -veer), _turned(coords, veer)]
    angles = np.linspace(-veer, veer, _ARC_POINTS)
    arc = reach_m * np.column_stack((np.cos(angles), np.sin(angles)))
    hull = shapely.convex_hull(shapely.multipoints(np.vstack((*turned, arc, [(0.0, 0.0)]))))
    return hull if isinstance(hull, shapely.Polygon) else circle((0.0, 0.0), reach_m)


def circle(at: Point, radius_m: float) -> shapely.Polygon:
    """Return the circle as a polygon whose vertices lie at exactly that radius."""
    angles = np.linspace(0.0, 2.0 * math.pi, _CIRCLE_POINTS, endpoint=False)
    ring = np.column_stack((np.cos(angles), np.sin(angles))) * radius_m + np.array(at)
    return shapely.Polygon(ring)


def farthest_m(shape: Shape, at: Point) -> float:
    """Return the distance in metres of the point of the shape that is farthest from ``at``."""
    away = shapely.get_coordinates(shape) - np.array(at)
    return float(np.hypot(away[:, 0], away[:, 1]).max()) if len(away) else 0.0


def _turned(coords: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    sine, cosine = math.sin(angle), math.cos(angle)
    turned: NDArray[np.float64] = coords @ np.array([[cosine, sine], [-sine, cosine]])
    return turned


def _nested(outer: Shape, inner: Shape | None) -> Shape:
    """Return the outer shape, widened by what of the inner one lies outside of it."""
    if inner is None or outer.covers(inner):
        return outer
    joined = shapely.union(outer, inner)
    return joined if isinstance(joined, shapely.Polygon | shapely.MultiPolygon) else outer


def _spreads_at_all(release: Release) -> bool:
    """Return whether a dispersion model would speak if quantity and wind were known."""
    asked = replace(release, quantity_t=1.0, wind_from_deg=0.0, wind_ms=SKY.assumed_wind_ms)
    return any(model.applies(asked) for model in dispersion.MODELS)


def _notes(release: Release, found: Iterable[Zone]) -> tuple[Sentence, ...]:
    substance = SUBSTANCES.get(release.substance)
    notes: list[Sentence] = []
    if not release.substance:
        notes.append(say("Substance not known: no dispersion can be computed."))
    elif substance is None:
        notes.append(say("The substance {name} is not in the table.", name=release.substance[:60]))
    elif not _spreads_at_all(release):
        notes.append(
            say("No dispersion is computed for this substance: its figures are not on file.")
        )
    if quantity_kg(release) is None:
        notes.append(say("Quantity not known: no model that needs it speaks."))
    if weather_of(release) is None:
        notes.append(say("Wind not known: zones are drawn as circles."))
    elif is_calm(release):
        notes.append(say("Wind too weak for a direction: zones are drawn as circles."))
    if release.cloud_oktas is None and not stated_class(release):
        notes.append(say("Clouds not known: stability is assumed."))
    if any(not zone.verified for zone in found):
        notes.append(say("Some figures of these zones are not verified."))
    return tuple(notes)
