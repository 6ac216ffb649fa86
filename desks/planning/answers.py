"""What the planning desk answers with: people as whole numbers, distances in whole millimetres.

A millimetre is the rule by which distances are rounded before anything is compared, so that
500.0 m counts as within 500 m on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from language import Sentence

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]

Definition = Literal["circle", "network", "capacity", "safe"]
DEFINITIONS: tuple[Definition, ...] = ("circle", "network", "capacity", "safe")
"""Straight line; by ways; by ways and room; by ways, room and outside a chosen incident's harm."""

Share = Literal["day", "night", "elderly"]
"""Whose presence is counted: all by day, all by night, those of 60 and over by night."""


@dataclass(frozen=True)
class Service:
    """What shall be within reach: the layer, which of its rows, how one gets there, how far.

    ``filters`` are (column, values): a row counts where the column holds one of the values.
    ``all_of`` are keys of services that must all be within reach (indoor and outdoor jointly);
    then ``layer`` is "". Exactly one of ``within_mm`` and ``within_ms`` is set: distance, or time
    of travel. ``has_capacity`` says whether places can be full. By road, ``turnout`` adds the
    seconds until the place's kind of team leaves, and ``siren`` says that it drives with priority.
    """

    key: str
    title_zh: str
    title_en: str
    layer: str
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    all_of: tuple[str, ...]
    travel: Literal["foot", "road"]
    within_mm: int | None
    within_ms: int | None
    has_capacity: bool
    source: str
    verified: bool
    turnout: bool = False
    siren: bool = False


@dataclass(frozen=True)
class Unit:
    """A community: code, name and its subdistrict's."""

    code: str
    name: str
    subdistrict_code: str
    subdistrict: str


@dataclass(frozen=True, eq=False)
class Demand:
    """Where people are: points in metres of the map with whole people, each of one community.

    ``unit`` (n,) indexes ``units``; the people of a unit's points sum to the unit's residents
    exactly. ``rule`` says by what they were spread (buildings, grid cells, road nodes, one point);
    ``missing`` are units whose residents nobody stated: they are in no sum and are named.
    """

    share: Share
    units: tuple[Unit, ...]
    people: LongArray
    xy_m: FloatArray
    unit: LongArray
    point_people: LongArray
    rule: Sentence
    missing: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Places:
    """The rows of a layer that a service counts, in the order of their ids as text.

    ``capacity`` (m,) is -1 where unlimited by declaration; a row without a stated capacity has 0
    and is named in ``cautions``. ``left_out`` are (id, why) of rows of the layer that do not count.
    ``serves`` are (id, keys of services) of new places among those of several services joined.
    """

    layer: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy_m: FloatArray
    capacity: LongArray
    left_out: tuple[tuple[str, Sentence], ...]
    cautions: tuple[Sentence, ...]
    serves: tuple[tuple[str, tuple[str, ...]], ...] = ()


NO_WAY = -1
"""In tables of distances or times: no way leads there (or none within the table's limit)."""


@dataclass(frozen=True, eq=False)
class Reach:
    """How far each demand point is from each place it may use, sparse by rows (CSR).

    ``first`` (n + 1,), ``place`` and ``cost`` (k,): cost is whole millimetres for a distance and
    whole milliseconds for a time, ascending within a row (ties by place); both access legs count.
    ``line_mm`` (k,) is the straight line. Pairs beyond ``limit`` are not held; ``nearest`` (n,) and
    ``nearest_cost`` (n,) are known beyond it, NO_WAY where no way leads at all.
    """

    is_time: bool
    limit: int
    first: LongArray
    place: LongArray
    cost: LongArray
    line_mm: LongArray
    nearest: LongArray
    nearest_cost: LongArray


@dataclass(frozen=True)
class Count:
    """People covered under one definition; ``None`` with the reason where it does not apply."""

    people_covered: int | None
    reason: Sentence | None = None


@dataclass(frozen=True)
class Covered:
    """One unit's answer: community, subdistrict or district.

    ``counts`` has all four definitions, always. ``least`` and ``most`` are the fewest and most
    people covered over all optimal assignments (``capacity``), ``to_nearest`` what everyone going
    to the nearest would cover; ``None`` where capacity does not apply.
    """

    code: str
    name: str
    parent: str
    people: int
    counts: Mapping[Definition, Count]
    least: int | None = None
    most: int | None = None
    to_nearest: int | None = None


@dataclass(frozen=True, eq=False)
class Coverage:
    """The whole answer; community = subdistrict = district sums are exact.

    ``assigned`` (k,) are people per held pair of ``reach`` under ``capacity``, ``safe_assigned``
    under ``safe`` (``None`` without an incident); ``price`` (m,) are the dual prices of the places
    and ``value`` (n,) of the points that prove ``assigned`` optimal. Where the service reaches too
    far for points, ``unit_reach`` is the table that was filled: its rows are units, and
    ``assigned``, ``value`` and the rest follow it. Of several services that must all be in reach
    ``places`` and ``reach`` hold all, one after the other, ``nearest`` the farthest of the nearest,
    and ``assigned`` is ``None``: each of them has its own. ``method`` says in words how every
    figure came about; no percentage is printed without it.
    """

    service: Service
    demand: Demand
    places: Places
    reach: Reach
    communities: tuple[Covered, ...]
    subdistricts: tuple[Covered, ...]
    totals: Covered
    assigned: LongArray | None
    safe_assigned: LongArray | None
    price: LongArray | None
    value: LongArray | None
    method: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...]
    stamp: str
    unit_reach: Reach | None = None


RuleResult = Literal["pass", "fail", "not_assessable"]


@dataclass(frozen=True)
class RuleAnswer:
    """One clause of a rule pack held against the district or one unit, with the evidence.

    ``unit`` is the code it speaks of, "" for the district.
    """

    id: str
    clause: str
    result: RuleResult
    evidence: tuple[Sentence, ...]
    unit: str = ""
    verified: bool = False


ReasonKind = Literal[
    "none_within", "detour", "full", "in_zone", "not_verified", "no_residents", "no_road", "covered"
]


@dataclass(frozen=True)
class Reason:
    """Why people of a community are not covered: kind, whom it holds for, and in words."""

    unit: str
    kind: ReasonKind
    people: int
    text: Sentence


@dataclass(frozen=True)
class Mend:
    """A change that turns units green, or raises them: what is done, its cost, who is covered.

    ``cost_cny`` is ``None`` where nobody stated one. ``adds`` are candidate ids, ``verifies`` ids
    of places that exist and only wait to be verified. ``people`` live in the units asked about;
    where ``covered_after`` is less, ``left`` says of each who is not covered why. ``resizes`` are
    (id, people it would hold) of places that are made larger.
    """

    title: Sentence
    adds: tuple[str, ...]
    verifies: tuple[str, ...]
    cost_cny: int | None
    covered_before: int
    covered_after: int
    gap: float | None
    proof: Sentence
    people: int = 0
    left: tuple[Reason, ...] = ()
    resizes: tuple[tuple[str, int], ...] = ()

    @property
    def is_green(self) -> bool:
        """Return whether everyone of the units is covered after the change."""
        return self.covered_after >= self.people
