"""The four-colour map: units and sources of risk by colour and character, on the base map.

    picked = pending_pick("risk_map")                # before it is drawn
    coloured_map(ColouredState(…), key="risk_map")

Places are lon, lat in degrees of WGS 84; rings are sent as lat, lon, as Leaflet reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from .editing import Bounds
from .feed import check_position, degrees
from .script import map_script, map_style
from .state import LonLat

NONE = "none"
"""The colour of what has none."""

LONGEST_KEY = 400

Key = tuple[str, str]
Rings = Sequence[Sequence[LonLat]]

_COLOURED = st.components.v2.component(
    "shouwang_coloured",
    html='<div class="sw-sheet-host fc-host"></div>',
    css=map_style(),
    js=map_script("coloured"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Area:
    """A unit as it is drawn: its label stands at a place, its ground is its rings."""

    label: str
    at: LonLat
    rings: Rings
    colour: str = NONE


@dataclass(frozen=True)
class Sign:
    """A source of risk: (layer, id), name, place, its colour and the character that says it."""

    key: Key
    name: str
    at: LonLat
    colour: str
    character: str


@dataclass(frozen=True)
class ColouredState:
    """What the map shows; ``look`` brings the picked source into view, once for each new one.

    ``rings`` are (look, rings) about the picked source, ``ways`` arrows from place to place;
    ``characters`` are the signs by colour, for crowds.
    """

    bounds: Bounds
    labels: Mapping[str, Any]
    characters: Mapping[str, str]
    basemap: str = ""
    areas: Sequence[Area] = ()
    plants: Sequence[Rings] = ()
    signs: Sequence[Sign] = ()
    rings: Sequence[tuple[str, Rings]] = ()
    ways: Sequence[tuple[LonLat, LonLat]] = ()
    picked: Key | None = None
    look: bool = field(default=False)

    def payload(self) -> dict[str, Any]:
        """Return the plain data for the browser.

        Raises:
            ValueError: for a position that is none.

        """
        return {
            "bounds": list(self.bounds),
            "labels": dict(self.labels),
            "signs": dict(self.characters),
            "basemap": self.basemap,
            "areas": [_area(area) for area in self.areas],
            "plants": [_rings(rings) for rings in self.plants],
            "marks": [_mark(sign) for sign in self.signs],
            "rings": [[look, _rings(rings)] for look, rings in self.rings],
            "ways": [_rings([way])[0] for way in self.ways],
            "picked": _key(self.picked) if self.picked else "",
            "look": self.look,
        }


def coloured_map(state: ColouredState, *, key: str) -> None:
    """Draw the map; it is as high as the element around it.

    Raises:
        ValueError: for a position that is none.

    """
    _COLOURED(key=key, data=state.payload(), on_picked_change=_nothing)


def pending_pick(key: str) -> Key | None:
    """Return the source that was picked on the map of that key, if that started this run."""
    kept = st.session_state.get(key)
    return read_pick(kept.get("picked") if kept else None)


def read_pick(raw: object) -> Key | None:
    """Return (layer, id) of what was picked; ``None`` for anything else a browser may send."""
    if not isinstance(raw, str) or "|" not in raw:
        return None
    layer, _, record_id = raw[:LONGEST_KEY].partition("|")
    return layer, record_id


def _key(key: Key) -> str:
    return "|".join(key)


def _mark(sign: Sign) -> dict[str, Any]:
    lon, lat = sign.at
    check_position(lon, lat, sign.name)
    lon, lat = degrees(sign.at)
    return {
        "key": _key(sign.key), "name": sign.name, "lon": lon, "lat": lat, "colour": sign.colour,
        "sign": sign.character,
    }  # fmt: skip


def _area(area: Area) -> dict[str, Any]:
    lon, lat = area.at
    check_position(lon, lat, area.label)
    return {
        "label": area.label, "lon": lon, "lat": lat, "colour": area.colour,
        "rings": _rings(area.rings),
    }  # fmt: skip


def _rings(rings: Rings) -> list[list[list[float]]]:
    for ring in rings:
        for lon, lat in ring:
            check_position(lon, lat, "outline")
    return [[degrees((lat, lon)) for lon, lat in ring] for ring in rings]


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""
