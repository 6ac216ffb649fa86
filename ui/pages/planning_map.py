"""The map of page 规划: subdistricts by their shortage, the picked one by community, places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import streamlit as st
from shapely.geometry.base import BaseGeometry

from desks.onemap import OneMap
from desks.planning.answers import Coverage, Covered, Definition, FloatArray, Places
from geodata.crs import projection
from ui import district
from ui.map.editing import Bounds
from ui.map.planning import Place, PlanState, Rings, Shaded
from ui.map.state import LonLat
from ui.panels.markup import View
from ui.panels.planning_parts import (
    covered_by,
    definition_title,
    percent,
    reach_said,
    service_title,
    shade,
    steps_for,
)

from .register_desk import extent
from .risk_map import outline

SIMPLER_M = {"subdistrict": 15.0, "community": 6.0}
SHORT_ENDS = ("街道", "社区")
MOST_LABELS = 25


@dataclass(frozen=True)
class Ground:
    """The outlines of units in degrees, by code: (label's place, rings, extent)."""

    units: Mapping[str, tuple[LonLat, Rings, Bounds]]


@dataclass(frozen=True)
class Proposed:
    """A place that is proposed: its number in the list, id, words, x and y in metres of the map."""

    number: int
    id: str
    title: str
    at_m: tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """What is drawn: the answer, the definition that shades it, what is picked, lines of losses.

    ``inside`` draws the picked unit by community; ``movable`` are ids of places that a hand may
    move; ``look`` brings the picked unit into view.
    """

    found: Coverage
    by: Definition
    unit: str = ""
    inside: bool = False
    community: str = ""
    movable: frozenset[str] = frozenset()
    lines: Sequence[tuple[str, str, Sequence[tuple[float, float]]]] = ()
    look: bool = False
    proposed: Sequence[Proposed] = ()


@st.cache_resource(max_entries=4, show_spinner=False)
def _ground(_onemap: OneMap, stamp: str, level: str) -> Ground:
    del stamp
    return ground(_onemap, level)


def ground(onemap: OneMap, level: str) -> Ground:
    """Return the outlines of the level's units, as fine as a screen shows them."""
    records = onemap.records.get(level)
    if records is None:
        return Ground({})
    pairs = zip(records.ids, onemap.shapes[level], strict=True)
    return Ground({code: _drawn(onemap, shape, level) for code, shape in pairs if _there(shape)})


def _there(shape: BaseGeometry | None) -> bool:
    return shape is not None and not shapely.is_empty(shape)


def _drawn(onemap: OneMap, shape: BaseGeometry, level: str) -> tuple[LonLat, Rings, Bounds]:
    at = _degrees(onemap, np.array(shape.representative_point().coords))[0]
    west, south, east, north = shape.bounds
    low, high = _degrees(onemap, np.array([(west, south), (east, north)]))
    return at, outline(onemap, shape, SIMPLER_M[level]), (*low, *high)


def _degrees(onemap: OneMap, xy_m: FloatArray) -> list[LonLat]:
    if not len(xy_m):
        return []
    return [(lon, lat) for lon, lat in projection(onemap.crs).many_to_deg(xy_m).tolist()]


def plan_map(onemap: OneMap, shown: Picture, view: View) -> PlanState:
    """Return the map: every subdistrict shaded, the picked one's communities in its place."""
    land = _ground(onemap, onemap.stamp, "subdistrict")
    units = [
        one
        for unit in shown.found.subdistricts
        if unit.code != shown.unit or not _parts(shown)
        for one in _shaded(land, unit, shown, view, "subdistrict")
    ]
    if shown.inside:
        fine = _ground(onemap, onemap.stamp, "community")
        for part in _parts(shown):
            units += _shaded(fine, part, shown, view, "community")
    picked = land.units.get(shown.unit)
    return PlanState(
        bounds=extent(onemap),
        labels=_labels(shown, view),
        layer=shown.found.places.layer or "shelter",
        basemap=district.basemap_address(onemap),
        units=units,
        places=[*_places(onemap, shown.found.places, shown.movable), *_proposed(onemap, shown)],
        lines=[(look, title, _degrees(onemap, np.array(way))) for look, title, way in shown.lines],
        chosen=shown.community,
        outline=picked[1] if picked else (),
        look=(shown.unit, picked[2]) if shown.look and picked else (
            ("", extent(onemap)) if shown.look else None),
    )  # fmt: skip


def _parts(shown: Picture) -> list[Covered]:
    if not shown.inside:
        return []
    return [one for one in shown.found.communities if one.parent == shown.unit]


def _shaded(land: Ground, unit: Covered, shown: Picture, view: View, level: str) -> list[Shaded]:
    drawn = land.units.get(unit.code)
    if drawn is None:
        return []
    held = covered_by(unit, shown.by)
    steps = steps_for(shown.found.subdistricts, shown.by)
    share = percent(held, unit.people)
    name = short_name(unit.name or unit.code)
    said = view.text("{name}: {share} % of {people:,} people covered", name=unit.name or unit.code,
                     share=share, people=unit.people)  # fmt: skip
    return [Shaded(unit.code, f"{name}\n{share}", said, drawn[0], drawn[1],
                   shade(held, unit.people, steps), level)]  # fmt: skip


def short_name(name: str) -> str:
    """Return the name without 街道 or 社区, where it is longer than that."""
    for end in SHORT_ENDS:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def _places(onemap: OneMap, places: Places, movable: frozenset[str]) -> list[Place]:
    there = np.isfinite(places.xy_m).all(axis=1)
    rows = np.flatnonzero(there).tolist()
    at = _degrees(onemap, places.xy_m[there])
    return [
        Place(places.ids[row], places.names[row] or places.ids[row], place,
              movable=places.ids[row] in movable)
        for row, place in zip(rows, at, strict=True)
    ]  # fmt: skip


def _proposed(onemap: OneMap, shown: Picture) -> list[Place]:
    at = _degrees(onemap, np.array([one.at_m for one in shown.proposed]).reshape(-1, 2))
    return [
        Place(one.id, one.title, place, number=one.number)
        for one, place in zip(shown.proposed, at, strict=True)
    ]


def _labels(shown: Picture, view: View) -> dict[str, Any]:
    text, service = view.text, shown.found.service
    steps = [step // 10 for step in steps_for(shown.found.subdistricts, shown.by)]
    rows = [("pl-worst", text("≥ {share} %", share=steps[0]))]
    looks = zip(("pl-bad", "pl-fair", "pl-slight"), steps, [*steps[1:], 0], strict=True)
    rows += [(look, f"{low}–{high} %") for look, high, low in looks]
    rows += [("pl-full", text("100 % covered")), ("pl-none", text("no figure"))]
    count = len(shown.found.places.ids)
    title = service_title(service, view)
    rows.append((f"icon {shown.found.places.layer or 'shelter'}", f"{title} {count}"))
    rows.append(("pl-key-chosen", text("chosen")))
    if shown.proposed:
        rows.append(("pl-key-proposed", text("proposed, numbered as in the list")))
    if shown.movable:
        rows.append(("pl-key-movable", text("of the plan: drag it, the figures follow")))
    if shown.lines:
        rows.append(("pl-key-line", text("costs coverage if lost")))
    return {
        "map": text("Coverage by subdistrict"),
        "tools": [text("Zoom in"), text("Zoom out"), text("Whole")],
        "failed": text("The map's files are missing; run “make run” once more on this machine."),
        "method": text("{definition}: share not covered", definition=_method(shown, view)),
        "legend": rows,
    }  # fmt: skip


def _method(shown: Picture, view: View) -> str:
    """Return the definition with its reach, which the first two say themselves."""
    service = shown.found.service
    title = definition_title(shown.by, service, view)
    return title if shown.by in {"circle", "network"} else f"{title} {reach_said(service, view)}"
