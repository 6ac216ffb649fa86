"""The map of the register: one layer's records, one of them to move or add, a file's moves.

    pending = pending_edit(key="register_map")     # before it is drawn
    edit_map(EditState(…), key="register_map")

It needs no feed: only the layer that is looked at is sent, as whole numbers of 0.00001°.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import streamlit as st

from .feed import check_position
from .script import map_script, map_style
from .state import LonLat

STEPS_PER_DEGREE = 100_000
"""Points are sent to 1 m."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS 84."""

_EDIT = st.components.v2.component(
    "shouwang_edit",
    html='<div class="sw-sheet-host"></div>',
    css=map_style(),
    js=map_script("edit"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Points:
    """The records of one layer that have a place, in the order of the table."""

    layer: str
    purpose: str
    at: Sequence[LonLat] = ()

    @cached_property
    def sent(self) -> Mapping[str, Any]:
        """Return the points as steps from their south-western corner, with a stamp of them all."""
        for lon, lat in self.at:
            check_position(lon, lat, self.layer)
        west = min((lon for lon, _ in self.at), default=0.0)
        south = min((lat for _, lat in self.at), default=0.0)
        easts = [round((lon - west) * STEPS_PER_DEGREE) for lon, _ in self.at]
        norths = [round((lat - south) * STEPS_PER_DEGREE) for _, lat in self.at]
        plain = repr((self.layer, west, south, easts, norths)).encode()
        return {
            "layer": self.layer, "purpose": self.purpose, "west": west, "south": south,
            "lon": easts, "lat": norths, "stamp": hashlib.sha256(plain).hexdigest()[:16],
        }  # fmt: skip


@dataclass(frozen=True)
class Held:
    """The record in hand: where it stands or shall stand, and where it stood before."""

    lon: float
    lat: float
    name: str = ""
    before: LonLat | None = None


@dataclass(frozen=True)
class EditState:
    """What the map shows: ``placing`` lets a click say where the record in hand belongs.

    ``moves`` are (before, after, name); ``look`` is where to look once for each new token: a place
    or an extent.
    """

    bounds: Bounds
    points: Points
    labels: Mapping[str, Any]
    basemap: str = ""
    moves: Sequence[tuple[LonLat, LonLat, str]] = ()
    held: Held | None = None
    placing: bool = False
    look: tuple[str, LonLat | Bounds] | None = field(default=None)

    def payload(self) -> dict[str, Any]:
        """Return the plain data for the browser.

        Raises:
            ValueError: for a position that is none.

        """
        held = self.held
        if held is not None:
            check_position(held.lon, held.lat, "record in hand")
        return {
            "bounds": list(self.bounds),
            "points": dict(self.points.sent),
            "labels": dict(self.labels),
            "basemap": self.basemap,
            "moves": [[*before, *after, name] for before, after, name in self.moves],
            "mark": held
            and {
                "lon": held.lon, "lat": held.lat, "name": held.name,
                "before": held.before and list(held.before),
            },
            "placing": self.placing,
            "view": self.look and _view(*self.look),
        }  # fmt: skip


@dataclass(frozen=True)
class EditEvents:
    """What a hand did on the map in this run: a row picked, or a place given (lon, lat)."""

    row: int | None = None
    stamp: str = ""
    placed: LonLat | None = None


def edit_map(state: EditState, *, key: str) -> None:
    """Draw the map; it is as high as the element around it.

    Raises:
        ValueError: for a position that is none.

    """
    _EDIT(key=key, data=state.payload(), on_picked_change=_nothing, on_placed_change=_nothing)


def pending_edit(key: str) -> EditEvents:
    """Return the events that started this run, before the map of that key is drawn."""
    kept = st.session_state.get(key)
    return read_edit({name: kept.get(name) for name in ("picked", "placed")} if kept else {})


def read_edit(raw: Mapping[str, Any]) -> EditEvents:
    """Return the checked events; what is malformed is not used."""
    picked, placed = raw.get("picked"), raw.get("placed")
    row, stamp, at = None, "", None
    if isinstance(picked, Mapping) and type(picked.get("row")) is int and picked["row"] >= 0:
        row, stamp = int(picked["row"]), str(picked.get("stamp", ""))[:64]
    if isinstance(placed, Mapping):
        at = _place(placed.get("lon"), placed.get("lat"))
    return EditEvents(row, stamp, at)


def _place(lon: object, lat: object) -> LonLat | None:
    numbers = isinstance(lon, int | float) and isinstance(lat, int | float)
    if not numbers or isinstance(lon, bool) or isinstance(lat, bool):
        return None
    pair = float(lon), float(lat)  # type: ignore[arg-type]  # both are numbers
    on_earth = abs(pair[0]) <= 180 and abs(pair[1]) <= 90  # noqa: PLR2004 - the globe's limits
    return pair if on_earth and math.isfinite(sum(pair)) else None


def _view(token: str, at: LonLat | Bounds) -> dict[str, Any]:
    if len(at) == 2:  # noqa: PLR2004 - a place, not an extent
        return {"token": token, "lon": at[0], "lat": at[1]}
    return {"token": token, "bounds": list(at)}


def _nothing() -> None:
    """Do nothing: Streamlit declares an event by its callback."""
