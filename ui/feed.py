"""The district as the browser keeps it: points, shapes, and what can be searched, by language."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import streamlit as st

from desks import register
from desks.onemap import OneMap
from desks.records import Records
from desks.register import SearchEntry
from geodata.crs import projection
from language import Catalogue
from layers import CATALOG, LayerSpec
from layers.spec import Purpose
from ui.map import Feed, MapLayer, Place, map_texts

from . import language
from .district import basemap_address

SIMPLER_M = 4.0
DECIMALS = 5
ROAD = "road"
KIND_COLUMNS = ("grade", "kind", "space", "level")

Spelling = dict[tuple[str, str], SearchEntry]


def district(onemap: OneMap, words: Catalogue) -> Feed:
    """Return the feed of the district in this language, made once for all viewers."""
    return _kept(onemap, onemap.stamp, words.language)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(_onemap: OneMap, stamp: str, lang: str) -> Feed:
    return made(_onemap, f"{stamp}-{lang}", Catalogue.load(lang))


def made(onemap: OneMap, stamp: str, words: Catalogue) -> Feed:
    """Return the feed of the district in this language; it holds no personal column."""
    entries = register.search_entries(onemap)
    spelling = {(entry.layer, entry.id): entry for entry in entries}
    west, south, east, north = onemap.extent_m
    corners = np.array([(west, south), (east, north), (west, north), (east, south)])
    lonlat = _degrees(onemap, corners)
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    return Feed(
        stamp=stamp,
        language=words.language,
        bounds=(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        layers=[
            _layer(onemap, spec, words, spelling) for spec in CATALOG if spec.key in onemap.records
        ],
        purposes=questions(words),
        texts=map_texts(words),
        places=_places(entries, words),
        basemap=basemap_address(onemap),
        sample=onemap.sample,
        as_of=onemap.as_of.isoformat() if onemap.as_of else "",
        district=onemap.name_zh if words.language == "zh" else onemap.name_en,
    )


def questions(words: Catalogue) -> tuple[tuple[Purpose, str], ...]:
    """Return the purposes of layers in the order of the radio's questions, as they are asked."""
    return (
        ("responder", words.text("Who can come")),
        ("supply", words.text("What to use")),
        ("refuge", words.text("Where to go")),
        ("hazard", words.text("Where the danger is")),
        ("receptor", words.text("Whom to protect")),
        ("adviser", words.text("Whom to ask")),
        ("place", words.text("Places and bodies")),
        ("unit", words.text("Boundaries")),
    )


def _degrees(onemap: OneMap, xy_m: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return projection(onemap.crs).many_to_deg(xy_m)


def _layer(onemap: OneMap, spec: LayerSpec, words: Catalogue, spelling: Spelling) -> MapLayer:
    records = onemap.records[spec.key]
    placed = np.flatnonzero(records.placed)
    lonlat = _degrees(onemap, records.xy_m[placed])
    ids = [records.ids[row] for row in placed]
    found = [spelling.get((spec.key, record_id)) for record_id in ids]
    return MapLayer(
        spec=spec,
        title=language.title(spec, words),
        id=ids,
        name=[records.names[row] for row in placed],
        lon=lonlat[:, 0].tolist(),
        lat=lonlat[:, 1].tolist(),
        kind=[words.text(kind) for kind in _kinds(records, placed.tolist())],
        pinyin=[entry.pinyin if entry else "" for entry in found],
        initials=[entry.initials if entry else "" for entry in found],
        unplaced=int(len(records.ids) - len(placed)),
        shapes=None if spec.geometry == "point" else _shapes(onemap, spec),
    )


def _kinds(records: Records, placed: Sequence[int]) -> list[str]:
    column = next((key for key in KIND_COLUMNS if key in records.columns), "")
    return [records.text(column, row) for row in placed] if column else []


def _shapes(onemap: OneMap, spec: LayerSpec) -> dict[str, Any]:
    """Return the layer's lines or polygons as GeoJSON, simplified to what a screen can show."""
    frame = onemap.layers[spec.key]
    simple = frame.geometry.simplify(SIMPLER_M, preserve_topology=True).to_crs("EPSG:4326")
    rounded = shapely.set_precision(simple.to_numpy(), 0.1**DECIMALS, mode="pointwise")
    features = [
        {
            "type": "Feature",
            "properties": {"id": str(record_id), "name": str(name)},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for record_id, name, shape in zip(frame.index, frame["name"], rounded, strict=True)
        if shape is not None and not shapely.is_empty(shape)
    ]
    return {"type": "FeatureCollection", "features": features}


def _places(entries: Sequence[SearchEntry], words: Catalogue) -> list[Place]:
    """Return the roads: records and units are found through their own layers."""
    what = words.text("Road")
    return [
        Place(e.name, what, e.lon_deg, e.lat_deg, e.pinyin, e.initials)
        for e in entries
        if e.layer == ROAD
    ]
