"""What a click redraws, and the events that come back from the browser, checked as hostile."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .feed import check_position, degrees
from .turned import Turned, read_turned
from .zones import (
    StandOffMark,
    WhatIf,
    WindMark,
    ZoneArea,
    stand_off_payload,
    what_if_payload,
    wind_payload,
    zones_payload,
)

LonLat = tuple[float, float]
MIN_VERTICES = 3
MAX_VERTICES = 500
MAX_POLYGONS = 50


@dataclass(frozen=True)
class Marked:
    """The incident: a position and the label beside it (plain text)."""

    lon: float
    lat: float
    label: str = ""


@dataclass(frozen=True)
class RouteLine:
    """The way of one ranked responder as (lon, lat) from its place to the incident.

    Ranks 1 to 3 are drawn solid, dashed, dotted with a casing; others thin. ``label`` is a short
    plain text such as ``特勤二站 7′20″``. Without ``points`` only the badge is drawn.
    """

    rank: int
    layer: str
    id: str
    label: str
    start: LonLat
    points: Sequence[LonLat] = ()
    reachable: bool = True


@dataclass(frozen=True)
class PickedDetail:
    """What the popup of the picked record says: plain (label, value) pairs, never markup."""

    layer: str
    id: str
    rows: Sequence[tuple[str, str]] = ()
    unmask: bool = False
    """Whether a press would show what is masked in them."""


@dataclass(frozen=True)
class WarnedMark:
    """An object to be marked with the character of its warning's colour."""

    layer: str
    id: str
    lon: float
    lat: float
    colour: str
    look: Literal["red", "orange", "yellow", "blue"]


@dataclass(frozen=True)
class MapView:
    """Where to look next; applied once for each new ``token``."""

    token: str
    lon: float
    lat: float
    zoom: int | None = None


@dataclass(frozen=True)
class MapState:
    """What the map shows now.

    ``seq`` is the ``seq`` of the click that is answered: the page's root element carries it as
    ``data-painted`` two animation frames after it was drawn. ``polygons`` are closed areas as rings
    of (lon, lat); ``closed_roads`` names. ``radius_m`` draws the circle of what lies around.
    ``switches`` overrides the layers' first visibility. ``stale`` dims while a new answer is due.
    """

    seq: int = 0
    incident: Marked | None = None
    radius_m: int = 0
    routes: Sequence[RouteLine] = ()
    polygons: Sequence[Sequence[LonLat]] = ()
    closed_roads: Sequence[str] = ()
    detail: PickedDetail | None = None
    view: MapView | None = None
    switches: Mapping[str, bool] = field(default_factory=dict)
    choropleth: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Unit code → (step 0…4 light to dark, figure to print) for the shown unit layer."""
    choropleth_layer: str = ""
    zones: Sequence[ZoneArea] = ()
    stand_off: StandOffMark | None = None
    wind: WindMark | None = None
    what_if: WhatIf | None = None
    model: str = ""
    """What computed the zones, and in which weather, for the legend."""
    warned: Sequence[WarnedMark] = ()
    case: str = ""
    """The journal's id of the incident, which the address carries beside its place."""

    def payload(self) -> dict[str, Any]:
        """Return the plain data for the browser.

        Raises:
            ValueError: for a position that is none.

        """
        incident, detail, view = self.incident, self.detail, self.view
        if incident:
            check_position(incident.lon, incident.lat, "incident")
        return {
            "seq": self.seq,
            "case": self.case,
            "incident": incident
            and {
                **dict(zip(("lon", "lat"), degrees([incident.lon, incident.lat]), strict=True)),
                "label": incident.label,
            },
            "radius_m": self.radius_m,
            "routes": [_route(route) for route in self.routes],
            "polygons": [[degrees(point) for point in ring] for ring in self.polygons],
            "closed_roads": list(self.closed_roads),
            "detail": detail
            and {
                "layer": detail.layer,
                "id": detail.id,
                "rows": [list(r) for r in detail.rows],
                "unmask": detail.unmask,
            },
            "view": view
            and {"token": view.token, "lon": view.lon, "lat": view.lat, "zoom": view.zoom},
            "switches": dict(self.switches),
            "choropleth": {key: list(value) for key, value in self.choropleth.items()},
            "choropleth_layer": self.choropleth_layer,
            "zones": zones_payload(self.zones),
            "stand_off": stand_off_payload(self.stand_off),
            "wind": wind_payload(self.wind),
            "what_if": what_if_payload(self.what_if),
            "model": self.model,
            "warned": [
                {
                    **dict(zip(("lon", "lat"), degrees([mark.lon, mark.lat]), strict=True)),
                    "colour": mark.colour,
                    "look": mark.look,
                }
                for mark in self.warned
            ],
        }


@dataclass(frozen=True)
class Click:
    """A point the commander set as incident, by ``way``: click, key, search or marker.

    ``label`` is the name of what was searched ("" for a bare point): text typed or read by the
    browser, so treat it as hostile. ``seq`` grows with every click of the page.
    """

    lon: float
    lat: float
    seq: int
    way: str = "click"
    label: str = ""
    layer: str = ""
    id: str = ""


@dataclass(frozen=True)
class Events:
    """What the browser said in this run: triggers are ``None`` in every run but their own.

    ``polygons`` (closed areas as open rings of lon, lat) and ``closed_roads`` are ``None`` until
    the user drew or undid one, ``switches`` until one was switched; they then keep their value.
    """

    click: Click | None = None
    picked: tuple[str, str] | None = None
    polygons: tuple[tuple[LonLat, ...], ...] | None = None
    closed_roads: tuple[str, ...] | None = None
    switches: Mapping[str, bool] | None = None
    cleared: bool = False
    unmask: tuple[str, str] | None = None
    """The record whose number was asked for, as (layer, id)."""
    turned: Turned | None = None
    """The knobs of the what-if panel, when a hand let go of one."""
    refused: tuple[str, ...] = ()
    """Names of the events whose content was not of the declared shape, and were not used."""


def read_events(raw: Mapping[str, Any]) -> Events:
    """Return the checked events of a result; what is malformed is named in ``refused``."""
    refused: list[str] = []
    values: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if raw.get(name) is None:
            continue
        try:
            values |= reader(_declared(raw[name], name))
        except (KeyError, TypeError, ValueError, OverflowError):
            refused.append(name)
    return Events(**values, refused=tuple(refused))


def _route(route: RouteLine) -> dict[str, Any]:
    check_position(*route.start, f"start of rank {route.rank}")
    return {
        "rank": route.rank,
        "layer": route.layer,
        "id": route.id,
        "label": route.label,
        "start": degrees(route.start),
        "points": [degrees((lat, lon)) for lon, lat in route.points],
        "reachable": route.reachable,
    }


def _point(lon: object, lat: object) -> LonLat:
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        raise TypeError
    check_position(lon, lat, "event")
    return float(lon), float(lat)


def _declared(value: object, name: str) -> object:
    """Return the value where it is a mapping, as every event but ``cleared`` must be."""
    if name != "cleared" and not isinstance(value, Mapping):
        raise TypeError
    return value


def _read_click(raw: Mapping[str, Any]) -> dict[str, Any]:
    lon, lat = _point(raw["lon"], raw["lat"])
    seq = raw["seq"]
    if not isinstance(seq, int) or not math.isfinite(seq) or seq < 0:
        raise ValueError
    texts = {key: str(raw.get(key, ""))[:200] for key in ("way", "label", "layer", "id")}
    return {"click": Click(lon, lat, seq, **texts)}


def _read_picked(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"picked": (str(raw["layer"])[:200], str(raw["id"])[:200])}


def _read_unmask(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"unmask": (str(raw["layer"])[:200], str(raw["id"])[:200])}


def _rings(rings: Any) -> tuple[tuple[LonLat, ...], ...]:  # noqa: ANN401 - whatever JSON came
    if len(rings) > MAX_POLYGONS or any(not MIN_VERTICES <= len(r) <= MAX_VERTICES for r in rings):
        raise ValueError
    return tuple(tuple(_point(*point) for point in ring) for ring in rings)


def _read_turned(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"turned": read_turned(raw, _rings)}


def _read_closure(raw: Mapping[str, Any]) -> dict[str, Any]:
    polygons = _rings(raw.get("polygons", []))
    names = raw.get("roads", [])
    if not isinstance(names, list):
        raise TypeError
    roads = tuple(str(name)[:200] for name in names)
    return {"polygons": polygons, "closed_roads": roads}


def _read_switches(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"switches": {str(key): bool(value) for key, value in dict(raw).items()}}


def _read_cleared(raw: object) -> dict[str, Any]:
    return {"cleared": bool(raw)}


_READERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "click": _read_click,
    "picked": _read_picked,
    "closure": _read_closure,
    "switches": _read_switches,
    "cleared": _read_cleared,
    "unmask": _read_unmask,
    "turned": _read_turned,
}
