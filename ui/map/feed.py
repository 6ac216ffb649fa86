"""What the browser is given once per page: the points of the layers, shapes, names to find."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layers import LayerSpec

DECIMALS = 6
"""Degrees are sent to 0.1 m."""

SEARCH_VARIANTS = (("避护", "避难"), ("庇护", "避难"), ("加油气", "加油"), ("危化", "危险化学品"))
"""Words that mean the same in a search: each is read as the second."""


@dataclass(frozen=True)
class MapLayer:
    """The placed rows of one layer, column by column, all of one length, in WGS 84 degrees.

    ``pinyin`` (``yun xi qu`` without spaces: ``yunxiqu``) and ``initials`` (``yxq``) may be empty.
    ``hollow`` marks rows drawn as the lesser kind; ``unplaced`` counts the rows without a position.
    ``title`` is the layer's name in the language of the page.
    """

    spec: LayerSpec
    title: str
    id: Sequence[str] = ()
    name: Sequence[str] = ()
    lon: Sequence[float] = ()
    lat: Sequence[float] = ()
    kind: Sequence[str] = ()
    pinyin: Sequence[str] = ()
    initials: Sequence[str] = ()
    unplaced: int = 0
    shapes: Mapping[str, Any] | None = None
    """For a line or polygon layer: a GeoJSON FeatureCollection with ``id`` and ``name``."""
    count: int | None = None
    """The rows of the layer where neither points nor shapes are sent: the base map draws them."""

    def __post_init__(self) -> None:
        """Refuse columns of unequal length and positions that are none.

        Raises:
            ValueError: naming the layer and the column.

        """
        rows = len(self.id)
        for key in ("name", "lon", "lat", "kind", "pinyin", "initials"):
            column = getattr(self, key)
            optional = key in {"kind", "pinyin", "initials"}
            if len(column) != rows and not (optional and len(column) == 0):
                msg = f"layer {self.spec.key}: {key} has {len(column)} rows, id has {rows}"
                raise ValueError(msg)
        for lon, lat in zip(self.lon, self.lat, strict=True):
            check_position(lon, lat, f"layer {self.spec.key}")


@dataclass(frozen=True)
class Place:
    """Something else to find, such as a road; ``what`` says which kind in the page's language."""

    name: str
    what: str
    lon: float
    lat: float
    pinyin: str = ""
    initials: str = ""


SearchEntries = Sequence[Place]


@dataclass(frozen=True)
class Feed:
    """Everything that stays the same from click to click; a new ``stamp`` replaces the old.

    ``bounds`` is west, south, east, north; ``basemap`` the address of the PMTiles file under the
    server's ``app/static/`` ("" for none); ``texts`` from ``map_texts``; ``purposes`` the questions
    in order, as (purpose, wording).
    """

    stamp: str
    language: str
    bounds: tuple[float, float, float, float]
    layers: Sequence[MapLayer]
    purposes: Sequence[tuple[str, str]]
    texts: Mapping[str, str]
    places: SearchEntries = ()
    basemap: str = ""
    sample: bool = False
    as_of: str = ""
    district: str = ""
    variants: Sequence[tuple[str, str]] = field(default=SEARCH_VARIANTS)

    def payload(self) -> dict[str, Any]:
        """Return the plain data for the browser: columns of text and of degrees, no NaN.

        Raises:
            ValueError: for bounds or a place that are no position.

        """
        west, south, east, north = self.bounds
        check_position(west, south, "bounds")
        check_position(east, north, "bounds")
        return {
            "stamp": self.stamp,
            "language": self.language,
            "bounds": [west, south, east, north],
            "basemap": self.basemap,
            "sample": self.sample,
            "as_of": self.as_of,
            "district": self.district,
            "purposes": [list(pair) for pair in self.purposes],
            "variants": [list(pair) for pair in self.variants],
            "texts": dict(self.texts),
            "layers": [_layer_payload(layer) for layer in self.layers],
            "places": _columns(self.places),
        }


def check_position(lon: float, lat: float, what: str) -> None:
    """Check that both are finite degrees.

    Raises:
        ValueError: naming ``what`` and the pair.

    """
    finite = math.isfinite(lon) and math.isfinite(lat)
    if not finite or abs(lon) > 180 or abs(lat) > 90:  # noqa: PLR2004 - the globe's own limits
        msg = f"{what}: ({lon}, {lat}) is no longitude and latitude"
        raise ValueError(msg)


def degrees(values: Sequence[float]) -> list[float]:
    """Return the degrees rounded to what is sent."""
    return [round(float(value), DECIMALS) for value in values]


def _layer_payload(layer: MapLayer) -> dict[str, Any]:
    spec = layer.spec
    return {
        "key": spec.key,
        "title": layer.title,
        "purpose": spec.purpose,
        "geometry": spec.geometry,
        "hollow": spec.hollow,
        "shown": spec.shown,
        "unplaced": layer.unplaced,
        "count": layer.count,
        "id": [str(value) for value in layer.id],
        "name": [str(value) for value in layer.name],
        "lon": degrees(layer.lon),
        "lat": degrees(layer.lat),
        "kind": [str(value) for value in layer.kind],
        "pinyin": list(layer.pinyin),
        "initials": list(layer.initials),
        "shapes": layer.shapes,
    }


def _columns(places: SearchEntries) -> dict[str, list[Any]]:
    for place in places:
        check_position(place.lon, place.lat, place.name)
    return {
        "name": [place.name for place in places],
        "what": [place.what for place in places],
        "lon": degrees([place.lon for place in places]),
        "lat": degrees([place.lat for place in places]),
        "pinyin": [place.pinyin for place in places],
        "initials": [place.initials for place in places],
    }


def drawn(layers: Sequence[MapLayer]) -> Iterator[MapLayer]:
    """Yield the layers that have anything to draw."""
    return (layer for layer in layers if layer.id or layer.shapes)
