"""What goes into the brief and what comes out: frozen, without personal columns, ready to draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shapely import Polygon

from language import Sentence
from risk.release import Shape, ZoneSet

from .answers import (
    Approached,
    Call,
    Evacuation,
    Exposure,
    PlanCard,
    ResponseLevel,
    Supplies,
    TeamScore,
)

Point = tuple[float, float]
"""x, y in metres of the district's CRS."""

NO_ZONES = ZoneSet((), "", None, ())


@dataclass(frozen=True)
class Closures:
    """What no vehicle may pass: polygons in metres of the district's CRS, and named roads."""

    polygons: tuple[Polygon, ...] = ()
    roads: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is closed."""
        return bool(self.polygons or self.roads)


@dataclass(frozen=True)
class ForeignZone:
    """One area of a file that another program made: the file, its name there, ground in metres.

    ``told`` is what the file says of it, as ``risk.drawn.Told``.
    """

    source: str
    name: str
    shape: Shape
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Incident:
    """Where and when it happened, and of which kind (a key of ``risk.INCIDENT_KINDS``).

    ``substance`` is a key of ``risk.SUBSTANCES``; ``wind_from_deg`` is clockwise from north,
    ``wind_ms`` at 10 m; ``None`` and "" are not known. ``withdrawn`` are teams that cannot come,
    as (layer, id); ``drawn`` are zones drawn by hand, in metres, ``foreign`` those of other
    programs; ``flooded`` closes the roads within it.
    """

    at: Point
    time: datetime
    kind: str = "unspecified"
    closures: Closures = field(default_factory=Closures)
    substance: str = ""
    quantity_t: float | None = None
    container: str = ""
    wind_from_deg: float | None = None
    wind_ms: float | None = None
    cloud_oktas: int | None = None
    withdrawn: tuple[tuple[str, str], ...] = ()
    drawn: tuple[Shape, ...] = ()
    flooded: tuple[Shape, ...] = ()
    foreign: tuple[ForeignZone, ...] = ()


@dataclass(frozen=True)
class Route:
    """The way of one responder: points in metres of the CRS from its place to the incident.

    ``roads`` are the names in order of travel with the metres on each ("" where unnamed);
    ``main_road`` is the one with the most metres.
    """

    points: tuple[Point, ...]
    length_m: int
    roads: tuple[tuple[str, int], ...]
    main_road: str


@dataclass(frozen=True)
class Responder:
    """One ranked team: ``eta_s = call_s + turnout_s + drive_s``; all times whole seconds.

    Times and ways are to the stand-off point where there is one. Where ``reachable`` is false the
    times are ``None`` and ``reason`` says why; a ``withdrawn`` team has no time either. ``in_zone``
    says that its base lies in a zone, so that it is not sent first, and ``reason`` says so too.
    ``rank`` starts at 1. ``drive_s`` is at the incident's hour, junction delay included;
    ``free_flow_s`` is the eta without congestion. ``on_foot_m`` is the last part of the way, from
    where the vehicle stops; ``drive_s`` and ``distance_m`` include it. ``at`` is ``None`` where the
    position is not on file. ``equipment_missing`` are the classes that this incident asks of the
    team in vain. ``drive_ms`` is ``drive_s`` before it was rounded up.
    """

    rank: int
    layer: str
    id: str
    name: str
    kind: str
    order: str
    at: Point | None
    fit: bool
    fit_reason: Sentence
    reachable: bool
    reason: Sentence | None
    eta_s: int | None
    call_s: int | None
    turnout_s: int | None
    drive_s: int | None
    free_flow_s: int | None
    p90_s: int | None
    distance_m: int | None
    route: Route | None
    people: int | None
    vehicles: int | None
    equipment: tuple[str, ...]
    equipment_missing: tuple[str, ...]
    last_verified: str
    stale: bool
    on_foot_m: int | None = None
    score: TeamScore | None = None
    withdrawn: bool = False
    in_zone: bool = False
    drive_ms: int | None = None


@dataclass(frozen=True)
class Nearby:
    """One row of another layer near the incident, nearest first by its own way of travel.

    ``travel_s`` is the time to the incident by road (supply, adviser) or from it on foot (refuge),
    ``None`` with a ``reason`` where there is none; ``distance_m`` is the straight distance.
    ``facts`` are the public columns worth a line, as (column key, text). ``why`` says what put
    an adviser in its place: specialty, then duty, then time.
    """

    layer: str
    id: str
    name: str
    at: Point
    distance_m: int
    travel_s: int | None
    reason: Sentence | None
    facts: tuple[tuple[str, str], ...]
    stock: tuple[tuple[str, str], ...] = ()
    why: Sentence | None = None


@dataclass(frozen=True)
class Place:
    """Where the incident lies: names of the units, and the nearest unit where it is outside."""

    inside: bool
    subdistrict: str
    subdistrict_code: str
    community: str
    community_code: str
    outside_m: int
    grids: tuple[str, ...]
    road: str
    road_m: int
    residents_day: int | None
    residents_night: int | None


@dataclass(frozen=True)
class Answerable:
    """Who answers at one level of the escalation (enterprise, subdistrict, district, city)."""

    level: str
    layer: str
    id: str
    name: str
    missing: Sentence | None


@dataclass(frozen=True)
class Caution:
    """One assumption or gap; ``rank`` 0 is the worst and comes first."""

    rank: int
    text: Sentence


@dataclass(frozen=True)
class SituationBrief:
    """The answer to a click: everything the commander's page and paper draw.

    ``incident`` is as it was asked; parts that could not be said are ``None`` or empty.
    """

    incident: Incident
    place: Place
    responders: tuple[Responder, ...]
    nearby: Mapping[str, tuple[Nearby, ...]]
    within_m: int
    within: Mapping[str, int]
    escalation: tuple[Answerable, ...]
    cautions: tuple[Caution, ...]
    why_first: Sentence
    stamp: str
    speed_model: str
    computed_ms: int
    zones: ZoneSet = NO_ZONES
    exposure: Exposure | None = None
    approach: Approached | None = None
    supplies: Supplies | None = None
    plan_cards: tuple[PlanCard, ...] = ()
    calls: tuple[Call, ...] = ()
    evacuation: Evacuation | None = None
    response_level: ResponseLevel | None = None


@dataclass(frozen=True)
class Change:
    """What a closure (or another hand on the knobs) changed for one responder."""

    layer: str
    id: str
    rank_before: int
    rank_after: int
    delta_s: int | None
    lost: bool
    gained: bool
