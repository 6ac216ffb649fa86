"""The layers of a paper's maps as GeoJSON: each once, in WGS 84 degrees, with look and names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import projection
from language import Sentence

from .map_drawing import look_of, shown
from .map_legend import Mark, mark_of
from .map_styles import choices, colour_of
from .paper import MapFigure, MapLayer, Paper
from .wording import word

DIGITS = 6
"""Decimals of a degree: a tenth of a metre."""

COARSE_M = 1.0
"""Lines and borders are drawn to the metre on the screen."""

PX_PER_MM = 4.0
MANY_SIGNS = 200
"""More signs of one layer are dots."""


@dataclass(frozen=True, eq=False)
class WebLayer:
    """One switch of the web map: features with ``style`` and, where named, ``n``.

    ``icon`` is the layer's whose sign its points have, "" for dots; ``keys`` are colour and text of
    the legend.
    """

    name: str
    mark: Mark
    icon: str
    features: Mapping[str, Any]
    keys: tuple[tuple[str, str], ...]
    named: bool


def web_layers(paper: Paper) -> tuple[WebLayer, ...]:
    """Return the layers of all maps, those of one key and title as one, the back one first."""
    groups: dict[tuple[str, str], list[tuple[MapLayer, int]]] = {}
    figures = [block for block in paper.blocks if isinstance(block, MapFigure)]
    most = max((len(figure.layers) for figure in figures), default=0)
    for place in range(most):
        for figure in figures:
            if place < len(figure.layers):
                layer = figure.layers[place]
                named = (layer.key, word(layer.title, paper.words))
                groups.setdefault(named, []).append((layer, place))
    made = [_web_layer(title, parts, paper) for (_, title), parts in groups.items()]
    return tuple(sorted(_told_apart(made), key=_depth))


def _depth(layer: WebLayer) -> int:
    """Return 0 for areas, 1 for lines, 2 for points: what is small stays above."""
    return ("area", "line", "point").index(layer.mark)


def _told_apart(layers: Sequence[WebLayer]) -> Iterator[WebLayer]:
    """Yield the layers with names that differ, since folium keeps switches by name."""
    seen: dict[str, int] = {}
    for layer in layers:
        seen[layer.name] = count = seen.get(layer.name, 0) + 1
        name = layer.name if count == 1 else f"{layer.name} ({count})"
        yield WebLayer(name, layer.mark, layer.icon, layer.features, layer.keys, layer.named)


def _web_layer(title: str, parts: Sequence[tuple[MapLayer, int]], paper: Paper) -> WebLayer:
    first, place = parts[0]
    mark = mark_of(first)
    mark = mark if mark in {"area", "line"} else "point"
    held = _once(parts)
    named = any(name for _, name, _ in held)
    looks = replace(first, legend=tuple(_legend(parts)))
    rows = held if named or first.legend else _joined(held)
    features = [
        feature
        for shape, name, at in rows
        if (feature := _feature(shape, shown(name), _style(looks, place, at), paper)) is not None
    ]
    icon = first.icon if not first.legend and len(features) <= MANY_SIGNS else ""
    keys = tuple((colour, shown(word(said, paper.words))) for said, colour in looks.legend)
    if not keys:
        keys = ((_style(first, place, -1)["color"], ""),)
    collected = {"type": "FeatureCollection", "features": features}
    return WebLayer(shown(title), mark, icon, collected, keys, named)


def _legend(parts: Sequence[tuple[MapLayer, int]]) -> Mapping[tuple[Sentence, str], int]:
    """Return the classes of all parts, each with its place: maps may have different ones."""
    classes = dict.fromkeys(one for layer, _ in parts for one in layer.legend)
    return {one: place for place, one in enumerate(classes)}


def _once(parts: Sequence[tuple[MapLayer, int]]) -> list[tuple[BaseGeometry, str, int]]:
    """Return shape, name and class of all parts; neighbouring maps show some shapes twice."""
    held: dict[tuple[bytes, str, int], tuple[BaseGeometry, str, int]] = {}
    places = _legend(parts)
    for layer, _ in parts:
        codes = shapely.to_wkb(np.asarray(layer.shapes, dtype=object))
        for number, (shape, code) in enumerate(zip(layer.shapes, codes, strict=True)):
            name = layer.names[number] if number < len(layer.names) else ""
            at = places[layer.legend[int(layer.classes[number])]] if layer.legend else -1
            if shape is not None and not shapely.is_empty(shape):
                held.setdefault((code, name, at), (shape, name, at))
    return list(held.values())


def _joined(rows: Sequence[tuple[BaseGeometry, str, int]]) -> list[tuple[BaseGeometry, str, int]]:
    """Return nameless shapes as one collection of each kind, which a browser draws at once."""
    parts = shapely.get_parts(np.asarray([shape for shape, _, _ in rows], dtype=object))
    kinds = shapely.get_dimensions(parts)
    makers = ((0, shapely.MultiPoint), (1, shapely.MultiLineString), (2, shapely.MultiPolygon))
    return [(maker(list(parts[kinds == kind])), "", -1) for kind, maker in makers
            if (kinds == kind).any()]  # fmt: skip


def _feature(
    shape: BaseGeometry, name: str, style: Mapping[str, Any], paper: Paper
) -> dict[str, Any] | None:
    coarse = shapely.simplify(shape, COARSE_M)
    degrees = shapely.transform(coarse, projection(paper.crs).many_to_deg)
    whole = shapely.transform(degrees, lambda at: np.round(at, DIGITS) + 0.0)
    if not np.isfinite(shapely.get_coordinates(whole)).all():
        return None
    properties = {"style": style} | ({"n": name} if name else {})
    return {"type": "Feature", "properties": properties,
            "geometry": shapely.geometry.mapping(whole)}  # fmt: skip


def _style(layer: MapLayer, place: int, at: int) -> dict[str, Any]:
    """Return Leaflet's names for the look that the printed map has."""
    if mark_of(layer) == "point":
        colour = layer.legend[at][1] if at >= 0 else colour_of(layer.icon or layer.key, place)
        return {"color": choices()["paper"], "fillColor": colour, "fillOpacity": 1, "weight": 1}
    style, _ = look_of(layer, place, at)
    return {
        "color": style.stroke,
        "weight": round(style.width * PX_PER_MM, 2),
        "dashArray": " ".join(str(float(part) * PX_PER_MM) for part in style.dash.split()) or None,
        "fill": bool(style.fill),
        "fillColor": style.fill or None,
        "fillOpacity": round(style.opacity * (0.75 if at >= 0 else 1), 2),
    }


def bounds_deg(layers: Sequence[WebLayer]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of what has names, else of all; ``None`` of nothing."""
    chosen = [layer for layer in layers if layer.named] or list(layers)
    shapes = [shapely.geometry.shape(feature["geometry"])
              for layer in chosen for feature in layer.features["features"]]  # fmt: skip
    if not shapes:
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west, south, east, north
