"""The four-colour map of page 风险: units, plants and sources, the rings about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import streamlit as st
from shapely.geometry.base import BaseGeometry

from desks.command.boundaries import boundaries, ground
from desks.hazards.impact import own_zones
from desks.hazards.parts import ColourCounts, DominoGraph, HazardGrade
from desks.hazards.residents import around
from desks.onemap import OneMap
from geodata.crs import projection
from risk.four_colours import COLOURS, Colour, default_pack
from risk.gb18218_tables import rules
from ui import district
from ui.map.coloured import NONE, Area, ColouredState, Rings, Sign
from ui.map.state import LonLat
from ui.panels.markup import Key, View
from ui.panels.risk_parts import NO_SIGN, SIGNS, counted, shade

from .register_desk import Desk, extent

BRACKETS = {True: "（", False: " ("}
"""Where the colour's name begins in the title of a grade; its character says it already."""

SIMPLER_M = 15.0
FINER_M = 2.0
CHARACTERS: Mapping[str, str] = {str(key): sign for key, sign in SIGNS.items()} | {NONE: NO_SIGN}


@dataclass(frozen=True)
class Land:
    """What stays while the page is used: (code, name, label's place, rings) of units; plants."""

    units: tuple[tuple[str, str, LonLat, Rings], ...]
    plants: tuple[Rings, ...]


@st.cache_resource(max_entries=4, show_spinner=False)
def _land(_onemap: OneMap, stamp: str) -> Land:
    del stamp
    return land(_onemap)


def land(onemap: OneMap) -> Land:
    """Return the outlines of subdistricts and plants in degrees, as fine as a screen shows them."""
    held = onemap.records.get("subdistrict")
    shapes = onemap.shapes["subdistrict"] if held is not None else ()
    units = [
        (code, name, _degrees(onemap, np.array(shape.representative_point().coords))[0],
         outline(onemap, shape, SIMPLER_M))
        for code, name, shape in zip(*((held.ids, held.names) if held else ((), ())), shapes,
                                     strict=True)
        if shape is not None and not shapely.is_empty(shape)
    ]  # fmt: skip
    plants = tuple(outline(onemap, shape, FINER_M) for shape in boundaries(onemap).values())
    return Land(tuple(units), plants)


def outline(onemap: OneMap, shape: BaseGeometry, simpler_m: float) -> Rings:
    """Return the rings of a shape in metres as lon, lat; holes are rings of their own."""
    parts = shapely.get_parts(shapely.simplify(shape, simpler_m))
    return [
        _degrees(onemap, shapely.get_coordinates(ring))
        for part in parts
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def _degrees(onemap: OneMap, xy_m: np.ndarray[Any, Any]) -> list[LonLat]:
    pairs = projection(onemap.crs).many_to_deg(xy_m).tolist()
    return [(float(lon), float(lat)) for lon, lat in pairs]


def source_map(
    desk: Desk, kept: Sequence[HazardGrade], counts: Sequence[ColourCounts], *,
    picked: HazardGrade | None, look: bool,
) -> ColouredState:  # fmt: skip
    """Return the map of the sources that the filters leave, the units by all that they hold."""
    onemap, view = desk.onemap, desk.view
    shades = {row.code: shade(row.by_colour) for row in counts}
    held = _land(onemap, onemap.stamp)
    return ColouredState(
        bounds=extent(onemap),
        labels=labels(view),
        characters=CHARACTERS,
        basemap=district.basemap_address(onemap),
        areas=_areas(held, shades),
        plants=held.plants,
        signs=_signs(onemap, kept if picked is None or picked in kept else (*kept, picked)),
        rings=rings_about(onemap, picked) if picked is not None and look else (),
        picked=(picked.layer, picked.id) if picked is not None else None,
        look=look,
    )


def domino_map(desk: Desk, graph: DominoGraph) -> ColouredState:
    """Return the map of the sources that hang together, an arrow from each to what it reaches."""
    onemap = desk.onemap
    linked = {key for edge in graph.edges for key in (edge.cause, edge.hit)}
    nodes = [node for node in graph.nodes if (node.layer, node.id) in linked]
    places = _degrees(onemap, np.array([node.at for node in nodes]).reshape(-1, 2))
    at = {(node.layer, node.id): place for node, place in zip(nodes, places, strict=True)}
    held = _land(onemap, onemap.stamp)
    return ColouredState(
        bounds=extent(onemap),
        labels=labels(desk.view, domino=True),
        characters=CHARACTERS,
        basemap=district.basemap_address(onemap),
        areas=_areas(held, {}),
        plants=held.plants,
        signs=[
            _sign((node.layer, node.id), node.name, at[node.layer, node.id], node.colour)
            for node in nodes
        ],
        ways=[(at[edge.cause], at[edge.hit]) for edge in graph.edges],
    )


def _areas(held: Land, shades: Mapping[str, tuple[Colour | None, int]]) -> list[Area]:
    areas = []
    for code, name, at, rings in held.units:
        colour, count = shades.get(code, (None, 0))
        label = " ".join(filter(None, (name, counted(colour, count))))
        areas.append(Area(label, at, rings, colour or NONE))
    return areas


def _signs(onemap: OneMap, kept: Sequence[HazardGrade]) -> list[Sign]:
    placed = [(hazard, hazard.at) for hazard in kept if hazard.at is not None]
    places = _degrees(onemap, np.array([at for _, at in placed]).reshape(-1, 2))
    return [
        _sign((hazard.layer, hazard.id), hazard.name, place, hazard.colour)
        for (hazard, _), place in zip(placed, places, strict=True)
    ]


def _sign(key: Key, name: str, at: LonLat, colour: Colour | None) -> Sign:
    return Sign(key, name or key[1], at, colour or NONE, CHARACTERS[colour or NONE])


def rings_about(onemap: OneMap, hazard: HazardGrade) -> list[tuple[str, Rings]]:
    """Return the rings about a source: its plant, the residents' 500 m, how far its harm goes."""
    found: list[tuple[str, Rings]] = []
    zone = own_zones(onemap)[hazard.layer, hazard.id].shape
    if zone is not None:
        found.append(("fc-reach", outline(onemap, zone, SIMPLER_M)))
    place = ground(onemap, hazard.layer, hazard.id)
    if place is not None and hazard.units:
        near = shapely.union(around(place, rules().radius_m), place)
        found.append(("fc-near", outline(onemap, near, FINER_M)))
    if place is not None and not isinstance(place, shapely.Point):
        found.append(("fc-plant chosen", outline(onemap, place, FINER_M)))
    return found


def labels(view: View, *, domino: bool = False) -> dict[str, Any]:
    """Return what the map's own parts are called, and the legend as (look, character, words)."""
    text = view.text
    chinese = view.words.language == "zh"
    titles = {colour: pair[0 if chinese else 1] for colour, pair in default_pack().titles.items()}
    colours = [
        (f"fc-{colour}", SIGNS[colour], titles[colour].split(BRACKETS[chinese])[0])
        for colour in COLOURS
    ]
    crowd = text("{sign}2/5: 2 of 5 close together; click to part them", sign=SIGNS["red"])
    own = [
        ("fc-key-plant", "", text("Boundary of a plant")),
        ("fc-key-near", "", text("{metres} m: residents counted", metres=round(rules().radius_m))),
        ("fc-key-reach", "", text("Own reach of harm, night, wind unknown")),
    ]
    links = [("fc-key-way", "", text("Fire or blast reaches the other source"))]
    return {
        "map": text("Four-colour map of the sources of risk"),
        "tools": [text("Zoom in"), text("Zoom out"), text("Whole")],
        "failed": text("The map's files are missing; run “make run” once more on this machine."),
        "title": text("Legend"),
        "legend": [
            *colours,
            ("fc-none", NO_SIGN, text("no colour")),
            ("fc-key-crowd", "", crowd),
            *(links if domino else own),
        ],
    }
