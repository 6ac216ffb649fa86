"""Zones as JSON and GeoJSON for programs: degrees WGS 84, every figure with its assumptions."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geodata.crs import Projection
from language import Catalogue, Sentence

from .models import MODELS
from .release import LEVELS, Shape, Zone, ZoneSet
from .substances import SUBSTANCES

Document = dict[str, Any]
_DECIMALS = 6
_TITLES: Mapping[str, tuple[str, str]] = {
    model.key: (model.title_zh, model.title_en) for model in MODELS
}


def zones_document(found: ZoneSet, plane: Projection, catalogue: Catalogue) -> Document:
    """Return the zones with assumptions, notes and weather; docs/schemas/zones.schema.json."""
    weather = found.weather
    return {
        "governing": found.governing,
        "weather": None
        if weather is None
        else {
            "wind_from_deg": round(weather.wind_from_deg, 1),
            "wind_ms": round(weather.wind_ms, 2),
            "stability": weather.stability,
            "air_c": round(weather.air_c, 1),
        },
        "zones": [_zone(zone, plane, catalogue) for zone in found.zones],
        "notes": _worded(found.notes, catalogue),
    }


def zones_collection(found: ZoneSet, plane: Projection, catalogue: Catalogue) -> Document:
    """Return the lines, and after each its spread, as a GeoJSON FeatureCollection (RFC 7946)."""
    features: list[Document] = []
    for zone in found.zones:
        properties = {
            key: value
            for key, value in _zone(zone, plane, catalogue).items()
            if key not in ("geometry", "spread")
        }
        properties["governing"] = zone.model == found.governing
        features.append(_feature(zone.shape, {**properties, "part": "line"}, plane))
        if zone.spread is not None:
            features.append(_feature(zone.spread, {**properties, "part": "spread"}, plane))
    return {
        "type": "FeatureCollection",
        "features": features,
        "notes": _worded(found.notes, catalogue),
    }


def substance_document(key: str) -> Document | None:
    """Return the names and numbers of a substance, ``None`` where it is not in the table."""
    one = SUBSTANCES.get(key)
    if one is None:
        return None
    return {
        "key": one.key,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "cas": one.cas,
        "un": one.un,
    }


def _feature(shape: Shape, properties: Document, plane: Projection) -> Document:
    return {"type": "Feature", "properties": properties, "geometry": _geometry(shape, plane)}


def _zone(zone: Zone, plane: Projection, catalogue: Catalogue) -> Document:
    zh = catalogue.language == "zh"
    title = _TITLES.get(zone.model, (zone.model, zone.model))
    level = LEVELS.get(zone.level, (zone.level, zone.level))
    return {
        "model": zone.model,
        "title": title[0 if zh else 1],
        "level": zone.level,
        "level_name": level[0 if zh else 1],
        "rank": zone.rank,
        "threshold": zone.threshold,
        "unit": zone.unit,
        "reach_m": round(zone.reach_m, 1),
        "spread_m": None if zone.spread_m is None else round(zone.spread_m, 1),
        "source": zone.source,
        "verified": zone.verified,
        "assumptions": _worded(zone.assumptions, catalogue),
        "geometry": _geometry(zone.shape, plane),
        "spread": None if zone.spread is None else _geometry(zone.spread, plane),
    }


def _geometry(shape: Shape, plane: Projection) -> Document:
    """Return the GeoJSON geometry in degrees, rings turned as RFC 7946 asks.

    What crosses the antimeridian is drawn on beyond 180 degrees, so that it stays in one piece.
    """
    degrees = shapely.transform(shape, plane.many_to_deg)
    west, _, east, _ = degrees.bounds
    if east - west > 180.0:  # noqa: PLR2004 - half the globe
        degrees = shapely.transform(degrees, _beyond)
    turned = shapely.orient_polygons(degrees)
    rounded = shapely.transform(turned, lambda xy: np.round(xy, _DECIMALS))
    return dict(shapely.geometry.mapping(rounded))


def _beyond(xy: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    return np.column_stack((np.where(xy[:, 0] < 0.0, xy[:, 0] + 360.0, xy[:, 0]), xy[:, 1]))


def _worded(sentences: tuple[Sentence, ...], catalogue: Catalogue) -> list[str]:
    return [catalogue.word(sentence) for sentence in sentences]
