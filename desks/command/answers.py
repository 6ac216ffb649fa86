"""The further parts of the brief: who is harmed, who evacuates where, what is needed, who is told.

Frozen, without personal columns; points are x, y in metres of the district's CRS.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from language import Sentence
from risk.release import Shape

Point = tuple[float, float]


@dataclass(frozen=True)
class UnitPeople:
    """People of one community inside the zone of a level; whole people, day, night and now."""

    level: str
    subdistrict: str
    subdistrict_code: str
    community: str
    community_code: str
    people_day: int
    people_night: int
    people_now: int


@dataclass(frozen=True)
class ReceptorInside:
    """One school, hospital, nursing home or crowded place in a zone; ``level`` is the worst."""

    layer: str
    id: str
    name: str
    kind: str
    at: Point
    distance_m: int
    level: str
    people: int | None


@dataclass(frozen=True)
class Domino:
    """A further hazard that a zone reaches: ``step`` 1 from the incident, 2 from a step 1.

    ``adds_m`` is how far its own harm would reach, ``None`` where that cannot be said; ``said``
    tells what it would add, or why it cannot be told.
    """

    step: int
    cause_id: str
    layer: str
    id: str
    name: str
    at: Point
    distance_m: int
    level: str
    adds_m: int | None
    said: Sentence


@dataclass(frozen=True)
class LineNear:
    """A pipeline within its own buffer of the incident."""

    layer: str
    id: str
    name: str
    medium: str
    distance_m: int
    buffer_m: int


@dataclass(frozen=True)
class Guide:
    """The guidebook's distance where it reaches beyond the protective zone, and who lies within.

    The people of the protective zone are among them; ``said`` holds both numbers. ``receptors``
    counts the places to protect that lie within it and in no line of the model; ``rule`` says what
    goes by the larger distance.
    """

    model: str
    level: str
    reach_m: int
    people_now: int
    people_day: int
    people_night: int
    receptors: int
    verified: bool
    said: Sentence
    rule: Sentence


@dataclass(frozen=True)
class Exposure:
    """Who and what lies in the governing zones.

    ``units`` holds each community per level (nested levels include the inner ones); the sums per
    level are exact over them. ``receptors`` are those in any line and within ``guide``.
    ``by_hour`` are the people in the protective zone at each hour.
    ``people_*`` are of the protective zone, ``spread_people`` of its spread now. ``None`` means
    that no zone or no resident figure is known, never zero.
    """

    people_now: int | None
    people_day: int | None
    people_night: int | None
    spread_people: int | None
    by_hour: tuple[int, ...]
    units: tuple[UnitPeople, ...]
    receptors: tuple[ReceptorInside, ...]
    domino: tuple[Domino, ...]
    lines: tuple[LineNear, ...]
    notes: tuple[Sentence, ...]
    guide: Guide | None = None


@dataclass(frozen=True)
class StandOff:
    """Where vehicles gather: upwind, outside the zones, on a road."""

    at: Point
    distance_m: int
    from_deg: float
    road: str
    said: Sentence


@dataclass(frozen=True)
class TeamScore:
    """A team's five aspects 0 to 100 (organisation, people, equipment, management, experience).

    ``None`` where nothing is on file; ``total`` is cut, not rounded, ``None`` where no aspect is.
    """

    aspects: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class NeedLine:
    """One kind of material that this incident needs, against what the depots hold."""

    item: str
    item_code: str
    unit: str
    needed: float
    held: float
    short: float
    source: str
    verified: bool


@dataclass(frozen=True)
class DepotLoad:
    """What one depot gives towards the needs, and when it is there."""

    id: str
    name: str
    travel_s: int | None
    gives: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Supplies:
    """The needs, and the depots that together cover them first; ``covered_s`` when the last came.

    ``covered_s`` is ``None`` where something stays short.
    """

    needs: tuple[NeedLine, ...]
    depots: tuple[DepotLoad, ...]
    covered_s: int | None
    said: Sentence


@dataclass(frozen=True)
class PlanCard:
    """A plan that applies here, as a card: its rank and why it applies."""

    id: str
    name: str
    kind: str
    level: str
    issuer: str
    filing: str
    expiry: str
    why: Sentence


@dataclass(frozen=True)
class Call:
    """One body to be told; ``within_min`` is the deadline of the rule pack, ``None`` for none."""

    order: int
    layer: str
    id: str
    name: str
    level: str
    task: str
    within_min: int | None
    missing: Sentence | None


@dataclass(frozen=True)
class Refuge:
    """One shelter: safe or not and why, its capacity, and who is sent there."""

    layer: str
    id: str
    name: str
    space: str
    at: Point
    safe: bool
    reason: Sentence | None
    capacity_people: int | None
    assigned_people: int


@dataclass(frozen=True)
class Walk:
    """People of one community who walk to one shelter.

    ``nearest_m`` is how near to the source the shortest way leads where it leads past it, else
    ``None``; ``round_m`` is then the way that keeps off it, ``None`` where none is short enough.
    """

    community: str
    community_code: str
    shelter_id: str
    people: int
    distance_m: int
    walk_s: int
    shelter_layer: str = ""
    nearest_m: int | None = None
    round_m: int | None = None


@dataclass(frozen=True)
class Order:
    """Whether the people of one community leave or stay indoors (就地避护), and why.

    ``cloud_s`` is when the wind has carried the cloud to where they set out, ``walk_s`` their
    longest walk, ``None`` where not known.
    """

    community: str
    community_code: str
    people: int
    leaves: bool
    cloud_s: int | None
    walk_s: int | None
    reason: Sentence


@dataclass(frozen=True)
class Evacuation:
    """Who walks where: most people placed, then least walking; integer-exact.

    ``demand_people`` = ``placed_people`` + the sum of ``short`` (people per community without a
    place within the longest walk of refuges.toml). ``spare_people`` is what stays free in safe
    shelters, however far.
    """

    demand_people: int
    placed_people: int
    spare_people: int
    refuges: tuple[Refuge, ...]
    walks: tuple[Walk, ...]
    short: tuple[tuple[str, str, int], ...]
    said: Sentence
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True)
class ResponseLevel:
    """The response level that is proposed, ``""`` where nothing can be said, and its rule."""

    level: str
    rule: Sentence
    source: str
    verified: bool


@dataclass(frozen=True)
class Approached:
    """Metres of the zone's shapes that vehicles keep out of; empty where there is none."""

    closed: tuple[Shape, ...]
    stand_off: StandOff | None
