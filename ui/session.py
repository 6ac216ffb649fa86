"""What one viewer has before them: the incident they set, its closures, and the briefs on it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from shapely import Polygon, make_valid
from shapely.geometry.base import BaseGeometry

from desks.command.journal import OpenIncident
from desks.command.situation import (
    Closures,
    ForeignZone,
    Incident,
    Point,
    SituationBrief,
)
from desks.command.wind import WindReading
from desks.stock import CHINA
from layers import CATALOG
from risk.substances import find_substance
from ui.map.state import Click, Events
from ui.map.turned import Turned

SCENE = "scene"
BRIEFS = "briefs"
BRIEFS_KEPT = 4
SEEN_CLOSURE = "seen_closure"
SWITCHES = "layer_switches"

TURNED = ("wind_from_deg", "wind_ms", "quantity_t", "hour", "withdrawn", "flooded")
FIRST_IS_REPORT = ("wind_from_deg", "wind_ms", "quantity_t")

Degrees = tuple[float, float]
"""lon, lat of WGS 84."""

BriefKey = tuple[object, ...]


@dataclass(frozen=True)
class Knobs:
    """What the hand may turn about an incident: all that is said of it but place and time.

    ``hour`` is ``None`` for the time of the click; ``closed`` and ``flooded`` hold rings of
    polygons in lon, lat; ``withdrawn`` are teams as (layer, id); ``foreign`` are zones of other
    programs, in metres; unknown is ``None`` or "".
    """

    hour: int | None = None
    kind: str = "unspecified"
    substance: str = ""
    quantity_t: float | None = None
    container: str = ""
    wind_from_deg: float | None = None
    wind_ms: float | None = None
    cloud_oktas: int | None = None
    closed: tuple[tuple[Degrees, ...], ...] = ()
    closed_roads: tuple[str, ...] = ()
    flooded: tuple[tuple[Degrees, ...], ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()
    foreign: tuple[ForeignZone, ...] = ()


@dataclass(frozen=True)
class Scene(Knobs):
    """The viewer's question: where, when, and the knobs as they stand.

    ``at`` is lon, lat; ``live`` are the knobs as they were reported, against which a what-if is
    told; ``wind_said`` is when the live wind was; ``seq`` is the map's number of the click that is
    answered.
    """

    at: Degrees | None = None
    label: str = ""
    clicked: datetime | None = None
    picked: tuple[str, str] | None = None
    seq: int = 0
    live: Knobs = Knobs()
    wind_said: datetime | None = None
    case: str = ""
    """The incident's id in the journal, "" while nobody took it down."""
    drill: bool = False
    """Whether it is an exercise, so that every screen and paper of it must say so."""

    @property
    def closures(self) -> int:
        """Return how many closures there are."""
        return len(self.closed) + len(self.closed_roads)

    def time(self) -> datetime:
        """Return the time the brief is asked for: the click's, or its day at the chosen hour."""
        clicked = self.clicked or now()
        if self.hour is None:
            return clicked
        return clicked.replace(hour=self.hour, minute=0, second=0, microsecond=0)


def now() -> datetime:
    """Return the time on the district's walls, whatever the zone of this machine."""
    return datetime.now(tz=UTC).astimezone(CHINA)


def scene() -> Scene:
    """Return what this viewer has before them."""
    kept = st.session_state.get(SCENE)
    return kept if isinstance(kept, Scene) else Scene()


def change(**what: Any) -> Scene:  # noqa: ANN401 - the fields of Scene, checked by replace()
    """Keep the viewer's scene with these fields changed and return it."""
    after = replace(scene(), **what)
    st.session_state[SCENE] = after
    return after


def set_incident(at: Degrees, *, label: str = "", seq: int = 0) -> Scene:
    """Keep a new incident at this place, now; all that was said of it stays as it is."""
    return change(at=at, label=label, clicked=now(), picked=None, seq=seq, case="")


def take_case(taken: OpenIncident, wind: WindReading | None = None) -> Scene:
    """Keep an incident of the board: its place, time and all that was reported of it.

    ``wind`` is the log's last reading; one that is too old is not used without a hand.
    """
    # A reading of the log lies ahead only where the clock slipped back since it was written.
    fresh = wind if wind is not None and wind.fresh(max(now(), wind.at)) else None
    said = _said_of(taken, fresh)
    return change(
        at=taken.at_deg, label=taken.place, clicked=taken.time, picked=None, seq=0,
        wind_said=fresh.at if fresh else None, case=taken.id, drill=taken.drill,
        **vars(said), live=said,
    )  # fmt: skip


def _said_of(taken: OpenIncident, wind: WindReading | None) -> Knobs:
    found = find_substance(taken.substance) if taken.substance else None
    return Knobs(
        kind=taken.kind,
        substance="" if found is None else found.key,
        quantity_t=taken.quantity_t,
        wind_from_deg=wind.from_deg if wind else None,
        wind_ms=wind.speed_ms if wind else None,
        cloud_oktas=wind.cloud_oktas if wind else None,
    )


def take_events(events: Events) -> Scene:
    """Return the scene after what the map said in this run.

    The map repeats its closures in every run; they count only when they differ from the last ones
    it said, so that closures lifted on the page stay lifted.
    """
    if events.switches is not None:
        st.session_state[SWITCHES] = dict(events.switches)
    if events.click is not None:
        return _take_click(events.click)
    if events.cleared:
        return close_incident()
    said = (events.polygons, events.closed_roads)
    if events.polygons is not None and said != st.session_state.get(SEEN_CLOSURE):
        st.session_state[SEEN_CLOSURE] = said
        change(closed=events.polygons, closed_roads=events.closed_roads or ())
    if events.picked is not None:
        change(picked=events.picked)
    if events.turned is not None:
        turn(events.turned)
    return scene()


def knobs_of(what: Knobs) -> Knobs:
    """Return the knobs of a scene alone."""
    return Knobs(**{field.name: getattr(what, field.name) for field in fields(Knobs)})


def is_live(what: Scene) -> bool:
    """Return whether nothing is turned away from what was reported."""
    return knobs_of(what) == what.live


def live_scene(what: Scene) -> Scene:
    """Return the scene with every knob as it was reported."""
    return replace(what, **vars(what.live))


def report(**what: Any) -> Scene:  # noqa: ANN401 - the fields of Knobs, checked by replace()
    """Keep what was reported of the incident: it is live, not a what-if."""
    before = scene()
    if {"wind_from_deg", "wind_ms"} & what.keys():
        change(wind_said=now())
    return change(**what, live=replace(before.live, **what))


def is_news(field: str, reported: object) -> bool:
    """Return whether the field stands on the page and says something else than was reported.

    Streamlit calls every field changed when a press comes before the page's first run has ended,
    and then those too that another press of the same moment has just taken away.
    """
    kept = st.session_state
    return field in kept and kept[field] != reported


def take_wind(reading: WindReading) -> Scene:
    """Keep a reading as the live wind, as old as it is; what else is turned stays turned."""
    what: dict[str, Any] = {"wind_from_deg": reading.from_deg, "wind_ms": reading.speed_ms}
    if reading.cloud_oktas is not None:
        what["cloud_oktas"] = reading.cloud_oktas
    report(**what)
    return change(wind_said=reading.at)


def turn(turned: Turned) -> Scene:
    """Return the scene after the what-if panel was turned.

    A value that was not known before becomes live at once: the first reading is a report. What
    was known and is turned is a what-if until it is taken as live.
    """
    if turned.act == "restore":
        return change(**vars(scene().live))
    said = {name: getattr(turned, name) for name in TURNED}
    live = scene().live
    first = {
        name: said[name]
        for name in FIRST_IS_REPORT
        if getattr(live, name) is None and said[name] is not None
    }
    if first:
        report(**first)
    change(**said)
    if turned.act == "take":
        after = scene()
        if (after.wind_from_deg, after.wind_ms) != (live.wind_from_deg, live.wind_ms):
            change(wind_said=now())
        return change(live=knobs_of(after))
    return scene()


def switches() -> dict[str, bool]:
    """Return which layers this viewer has on page 指挥: as switched, else as declared."""
    switched: dict[str, bool] = st.session_state.get(SWITCHES, {})
    return {spec.key: switched.get(spec.key, spec.shown) for spec in CATALOG}


def _take_click(click: Click) -> Scene:
    return set_incident((click.lon, click.lat), label=click.label, seq=click.seq)


def close_incident() -> Scene:
    """Return to calm: no incident, nothing closed, nothing said of it."""
    return change(
        at=None, label="", clicked=None, picked=None, wind_said=None, live=Knobs(), case="",
        drill=False, **vars(Knobs()),
    )  # fmt: skip


def reopen(number: int | None = None) -> Scene:
    """Lift the closure of that number (areas first, then roads), or all of them."""
    now_closed = scene()
    if number is None:
        return change(closed=(), closed_roads=())
    areas, roads = list(now_closed.closed), list(now_closed.closed_roads)
    if number < len(areas):
        del areas[number]
    elif number - len(areas) < len(roads):
        del roads[number - len(areas)]
    return change(closed=tuple(areas), closed_roads=tuple(roads))


def incident(scene: Scene, to_metres: Callable[[float, float], Point]) -> Incident | None:
    """Return the scene as the command desk is asked it, ``None`` where nothing happened."""
    if scene.at is None:
        return None
    areas = [area for ring in scene.closed for area in _areas(ring, to_metres)]
    return Incident(
        at=to_metres(*scene.at),
        time=scene.time(),
        kind=scene.kind,
        closures=Closures(tuple(areas), scene.closed_roads),
        substance=scene.substance,
        quantity_t=scene.quantity_t,
        container=scene.container,
        wind_from_deg=scene.wind_from_deg,
        wind_ms=scene.wind_ms,
        cloud_oktas=scene.cloud_oktas,
        withdrawn=scene.withdrawn,
        flooded=tuple(area for ring in scene.flooded for area in _areas(ring, to_metres)),
        foreign=scene.foreign,
    )


def _areas(
    ring: tuple[Degrees, ...], to_metres: Callable[[float, float], Point]
) -> tuple[Polygon, ...]:
    """Return the ring as polygons in metres; one that crosses itself becomes its parts."""
    shape = Polygon([to_metres(*corner) for corner in ring])
    valid: BaseGeometry = shape if shape.is_valid else make_valid(shape)
    parts = getattr(valid, "geoms", (valid,))
    return tuple(part for part in parts if isinstance(part, Polygon) and not part.is_empty)


def asked_in_address(text: str | None) -> Degrees | None:
    """Return the position of ``?at=lon,lat``, ``None`` where it is none on earth."""
    pieces = (text or "").split(",")
    try:
        lon_deg, lat_deg = (float(piece) for piece in pieces)
    except ValueError:
        return None
    on_earth = abs(lon_deg) <= 180 and abs(lat_deg) <= 90  # noqa: PLR2004 - the globe's own limits
    return (lon_deg, lat_deg) if on_earth and math.isfinite(lon_deg + lat_deg) else None


def brief(key: BriefKey, make: Callable[[], SituationBrief]) -> SituationBrief:
    """Return this viewer's brief of that key, made once; only those asked for last are kept."""
    kept: dict[BriefKey, SituationBrief] = st.session_state.setdefault(BRIEFS, {})
    found = kept.pop(key) if key in kept else make()
    # At the end again: what every turn of a knob is compared with must not be made anew.
    kept[key] = found
    while len(kept) > BRIEFS_KEPT:
        del kept[next(iter(kept))]
    return found
