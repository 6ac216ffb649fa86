"""The map of page 规划: units by their shortage, places, a plan's markers that a hand may move.

    pending = pending_plan("planning_map")           # before it is drawn
    planning_map(PlanState(…), key="planning_map")

Places are lon, lat in degrees of WGS 84; rings are sent as lat, lon, as Leaflet reads them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from .editing import Bounds
from .feed import check_position, degrees
from .script import map_script, map_style
from .state import LonLat

LONGEST_ID = 200

Rings = Sequence[Sequence[LonLat]]

_PLANNING = st.components.v2.component(
    "shouwang_planning",
    html='<div class="sw-sheet-host pl-host"></div>',
    css=map_style(),
    js=map_script("planning"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Shaded:
    """A unit: its code, two lines of label at a place, its ground, the look of its shortage."""

    code: str
    label: str
    title: str
    at: LonLat
    rings: Rings
    shade: str = "none"
    level: str = "subdistrict"


@dataclass(frozen=True)
class Place:
    """A place on the map; ``movable`` ones belong to the plan in hand.

    A ``number`` above 0 is that of a proposed place in its list.
    """

    id: str
    name: str
    at: LonLat
    movable: bool = False
    left_out: bool = False
    number: int = 0


@dataclass(frozen=True)
class PlanState:
    """What the map shows; ``look`` is brought into view once for each new token.

    ``outline`` is the border of the picked subdistrict; ``lines`` are (look, title, way) of single
    losses; ``layer`` names the icon of the places.
    """

    bounds: Bounds
    labels: Mapping[str, Any]
    layer: str
    basemap: str = ""
    units: Sequence[Shaded] = ()
    places: Sequence[Place] = ()
    lines: Sequence[tuple[str, str, Sequence[LonLat]]] = ()
    chosen: str = ""
    outline: Rings = ()
    look: tuple[str, Bounds] | None = None

    def payload(self) -> dict[str, Any]:
        """Return the plain data for the browser.

        Raises:
            ValueError: for a position that is none.

        """
        return {
            "bounds": list(self.bounds),
            "labels": dict(self.labels),
            "layer": self.layer,
            "basemap": self.basemap,
            "units": [_unit(one) for one in self.units],
            "places": [_place(one) for one in self.places],
            "lines": [[look, title, _ring(way)] for look, title, way in self.lines],
            "chosen": self.chosen,
            "outline": [_ring(ring) for ring in self.outline],
            "view": self.look and {"token": self.look[0], "bounds": list(self.look[1])},
        }


@dataclass(frozen=True)
class PlanEvents:
    """What a hand did on the map in this run: a unit picked, or a plan's place moved."""

    picked: str = ""
    moved: tuple[str, LonLat] | None = None


def planning_map(state: PlanState, *, key: str) -> None:
    """Draw the map; it is as high as the element around it.

    Raises:
        ValueError: for a position that is none.

    """
    _PLANNING(key=key, data=state.payload(), on_picked_change=_nothing, on_moved_change=_nothing)


def pending_plan(key: str) -> PlanEvents:
    """Return the events that started this run, before the map of that key is drawn."""
    kept = st.session_state.get(key)
    return read_plan({name: kept.get(name) for name in ("picked", "moved")} if kept else {})


def read_plan(raw: Mapping[str, Any]) -> PlanEvents:
    """Return the checked events; what is malformed is not used."""
    picked, moved = raw.get("picked"), raw.get("moved")
    code = picked[:LONGEST_ID] if isinstance(picked, str) else ""
    if not isinstance(moved, Mapping) or not isinstance(moved.get("id"), str):
        return PlanEvents(code)
    at = _position(moved.get("lon"), moved.get("lat"))
    return PlanEvents(code, None if at is None else (moved["id"][:LONGEST_ID], at))


def _position(lon: object, lat: object) -> LonLat | None:
    if isinstance(lon, bool) or isinstance(lat, bool):
        return None
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return None
    on_earth = abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004 - the globe's own limits
    return (float(lon), float(lat)) if on_earth and math.isfinite(lon + lat) else None


def _unit(one: Shaded) -> dict[str, Any]:
    check_position(*one.at, one.code)
    lon, lat = degrees(one.at)
    return {
        "code": one.code, "label": one.label, "title": one.title, "lon": lon, "lat": lat,
        "shade": one.shade, "level": one.level, "rings": [_ring(ring) for ring in one.rings],
    }  # fmt: skip


def _place(one: Place) -> dict[str, Any]:
    check_position(*one.at, one.id)
    lon, lat = degrees(one.at)
    return {
        "id": one.id, "name": one.name, "lon": lon, "lat": lat, "movable": one.movable,
        "left": one.left_out, "number": one.number,
    }  # fmt: skip


def _ring(ring: Sequence[LonLat]) -> list[list[float]]:
    for lon, lat in ring:
        check_position(lon, lat, "outline")
    return [degrees((lat, lon)) for lon, lat in ring]


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""
