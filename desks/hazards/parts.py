"""What the risk desk answers: frozen, without personal columns, ready to draw.

Points are x, y in metres of the district's CRS; ``None`` is not known, and a sentence says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from language import Sentence
from risk.four_colours import Colour, Scored
from risk.gb18218_parts import Grade
from risk.release import Shape

Point = tuple[float, float]


@dataclass(frozen=True)
class Residents:
    """Permanent residents within 500 m of a hazard, whole people rounded up.

    ``measured_from`` is the plant's boundary, or the point where there is none; "" without either.
    ``communities`` are (code, name, people before rounding) of those that have a part.
    """

    people: int | None
    measured_from: Literal["boundary", "point", ""]
    communities: tuple[tuple[str, str, float], ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class UnitGrade:
    """The grade of one 单元; ``milder`` and ``graver`` are with α one step down and up.

    Both are given only where the residents were counted around a point; else they are ``None``.
    """

    unit: str
    unit_kind: str
    grade: Grade
    milder: Grade | None
    graver: Grade | None


@dataclass(frozen=True)
class Override:
    """A level that a person set in place of the computed one, and why; ``level`` 0 is none."""

    layer: str
    id: str
    level: int
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class OverrideStep:
    """One setting of a level by hand, or its withdrawal (``level`` is ``None``): who, when, why."""

    level: int | None
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class HazardGrade:
    """One hazard: the computed level of its gravest unit, apart from what was declared.

    ``computed`` is 0 to 4 as in ``Grade.level``, ``None`` where it cannot be told; ``level`` is the
    override's where there is one, else the computed one. ``declared`` is 重点, 较大, 一般 or "".
    ``colour`` is ``None`` where no rule gives one; ``colour_why`` always says by which rule, and
    ``colour_verified`` whether its figures are; ``scored`` is what the colour was made of but
    for the level.
    """

    layer: str
    id: str
    name: str
    firm: str
    kind: str
    subdistrict: str
    subdistrict_code: str
    at: Point | None
    declared: str
    residents: Residents
    units: tuple[UnitGrade, ...]
    computed: int | None
    override: Override | None
    level: int | None
    colour: Colour | None
    colour_why: Sentence
    colour_verified: bool
    notes: tuple[Sentence, ...]
    scored: Scored = field(default_factory=Scored)

    @property
    def worst(self) -> UnitGrade | None:
        """Return the unit that decides, ``None`` where no stock is on file."""
        return self.units[0] if self.units else None


@dataclass(frozen=True)
class Graded:
    """Every hazard, the gravest first: by colour, computed level, R, layer and id."""

    hazards: tuple[HazardGrade, ...]
    notes: tuple[Sentence, ...]

    def of(self, layer: str, record_id: str) -> HazardGrade | None:
        """Return the hazard, ``None`` where the register has no such row."""
        found = (h for h in self.hazards if (h.layer, h.id) == (layer, record_id))
        return next(found, None)


@dataclass(frozen=True)
class OwnZone:
    """How far a hazard's own harm goes, of what it holds the farthest: the wind is not known.

    ``shape`` is about the hazard; ``reach_m`` and ``shape`` are ``None`` where it cannot be said.
    """

    substance: str
    quantity_t: float | None
    model: str
    level: str
    reach_m: int | None
    shape: Shape | None
    said: Sentence


@dataclass(frozen=True)
class ReceptorNear:
    """A place with people in a hazard's zone; ``people`` is ``None`` where not on file."""

    layer: str
    id: str
    name: str
    distance_m: int
    people: int | None


@dataclass(frozen=True)
class Surroundings:
    """What a hazard's zone holds: whole people by day and night, receptors, nearest first.

    People are ``None`` where no zone or no figure is known.
    """

    zone: OwnZone
    people_day: int | None
    people_night: int | None
    receptors: tuple[ReceptorNear, ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class ColourCounts:
    """Hazards of one subdistrict by colour; ``without`` have none. The sums are exact."""

    code: str
    name: str
    by_colour: Mapping[Colour, int]
    without: int
    total: int


FieldKey = Literal["position", "danger", "surroundings", "measures", "responsible"]
FIELD_TITLES: Mapping[FieldKey, str] = {
    "position": "位置",
    "danger": "危害因素",
    "surroundings": "周边影响",
    "measures": "管控措施",
    "responsible": "责任单位",
}


@dataclass(frozen=True)
class Field:
    """One of the five fields of a dossier; ``gap`` says what is missing, ``None`` where it is full.

    ``lines`` may hold something although there is a gap.
    """

    key: FieldKey
    lines: tuple[Sentence, ...]
    gap: Sentence | None


@dataclass(frozen=True)
class Dossier:
    """The five fields of one source of risk, in the order of ``FIELD_TITLES`` (row S1-6)."""

    layer: str
    id: str
    name: str
    subdistrict: str
    subdistrict_code: str
    fields: tuple[Field, ...]
    hazard: HazardGrade
    surroundings: Surroundings

    @property
    def missing(self) -> tuple[FieldKey, ...]:
        """Return the fields with a gap."""
        return tuple(field.key for field in self.fields if field.gap is not None)


@dataclass(frozen=True)
class Completeness:
    """How many dossiers of a subdistrict have all five fields; ``share`` is cut, not rounded.

    ``share`` is 0 to 100, ``None`` without a source; ``full`` are per field those without a gap.
    """

    code: str
    name: str
    sources: int
    complete: int
    full: Mapping[FieldKey, int]
    share: float | None


@dataclass(frozen=True)
class TooNear:
    """A receptor nearer to a hazard than a rule asks; the rim itself is far enough.

    ``distance_m`` is from the boundary where there is one (``from_boundary``), to the centimetre.
    """

    layer: str
    id: str
    name: str
    receptor_layer: str
    receptor_id: str
    receptor_name: str
    people: int | None
    distance_m: float
    required_m: float
    from_boundary: bool
    rule: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Relocation:
    """A hazard with receptors too near: how many, how many people, and how much is missing.

    ``people`` are of the receptors that have a figure, ``people_unknown`` the number of the others.
    """

    layer: str
    id: str
    name: str
    subdistrict: str
    at: Point
    receptors: tuple[TooNear, ...]
    people: int
    people_unknown: int
    short_m: float


@dataclass(frozen=True)
class Distances:
    """The distance check: ``checked`` pairs of hazard and rule; the list with the worst first."""

    checked: int
    relocations: tuple[Relocation, ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Siting:
    """Whether a hazard with chemicals lies in a chemical zone (row S0-17).

    ``where`` is inside, border (within 1 mm of the rim: counts as inside), partly (the boundary
    crosses the rim: counts as outside), outside or unknown; ``zone`` the zone or the nearest one.
    """

    layer: str
    id: str
    name: str
    subdistrict: str
    at: Point | None
    where: Literal["inside", "border", "partly", "outside", "unknown"]
    zone: str
    outside_m: float | None


@dataclass(frozen=True)
class SiteCheck:
    """What speaks against a hazard of a layer at a place (row S0-18): nothing where both are empty.

    ``buffers`` are what each rule keeps free, as (rule, metres, shape).
    """

    siting: Siting
    too_near: tuple[TooNear, ...]
    buffers: tuple[tuple[str, float, Shape], ...]


@dataclass(frozen=True)
class DominoNode:
    """A hazard in the domino graph; ``reach_m`` is how far its own harm goes, ``None`` unknown."""

    layer: str
    id: str
    name: str
    at: Point
    reach_m: int | None
    colour: Colour | None
    said: Sentence


@dataclass(frozen=True)
class DominoEdge:
    """The zone of ``cause`` reaches ``hit``; both as (layer, id), the distance in metres."""

    cause: tuple[str, str]
    hit: tuple[str, str]
    distance_m: int


@dataclass(frozen=True)
class DominoGraph:
    """Which hazard reaches which; ``groups`` are those that hang together, the largest first."""

    nodes: tuple[DominoNode, ...]
    edges: tuple[DominoEdge, ...]
    groups: tuple[tuple[tuple[str, str], ...], ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class NearTeam:
    """One team that can come, with the seconds from the call to its arrival."""

    layer: str
    id: str
    name: str
    fit: bool
    eta_s: int


@dataclass(frozen=True)
class FixedPoint:
    """A fixed hazard point of row S1-1: substance, quantity and zone.

    Where ``zone_m`` cannot be said ``zone_said`` tells why. The nearest teams take a brief each:
    ``fixed_points.nearest_teams``.
    """

    layer: str
    id: str
    name: str
    at: Point | None
    colour: Colour | None
    substance: str
    quantity_t: float | None
    zone_m: int | None
    zone_said: Sentence
