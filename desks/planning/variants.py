"""Plans that differ from today: places added, moved, closed or resized; nothing else changed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import Coverage, Covered, Definition, Places, Service, Share
from .coverage import coverage
from .covering import UNLIMITED
from .places import places_of
from .services import service_of

Kind = Literal["add", "move", "close", "resize"]
KINDS: tuple[Kind, ...] = ("add", "move", "close", "resize")
TODAY = "today"
MOST_ROOM = 1_000_000_000
MOST_CNY = 1_000_000_000_000
_HALF_TURN = 180


@dataclass(frozen=True)
class Change:
    """One change of a place: its id; a name for a new one, degrees (WGS 84), room, cost in CNY.

    ``cost_cny`` is what was stated when the change was planned, ``None`` where nobody did.
    """

    kind: Kind
    id: str
    name: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    capacity_people: int | None = None
    cost_cny: int | None = None


@dataclass(frozen=True)
class Variant:
    """A plan: its name, what it is about, and its changes in order.

    Exactly one of ``within_mm`` and ``within_ms`` is set; ``stamp`` is the map's when it was made.
    """

    name: str
    service: str
    within_mm: int | None
    within_ms: int | None
    share: Share
    changes: tuple[Change, ...]
    stamp: str


@dataclass(frozen=True)
class Difference:
    """One unit's people covered by a definition in both plans, ``None`` where it does not apply."""

    code: str
    name: str
    people: int
    before: int | None
    after: int | None

    @property
    def gained(self) -> int | None:
        """Return how many people more are covered, negative where fewer."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two plans side by side: per definition the subdistricts, then the whole district.

    ``rest`` is a stamp over everything but the places, equal for both.
    """

    before: Coverage
    after: Coverage
    subdistricts: dict[Definition, tuple[Difference, ...]]
    totals: dict[Definition, Difference]
    rest: str
    cautions: tuple[Sentence, ...]


def variant_of(
    onemap: OneMap, name: str, service: Service, share: Share, changes: Sequence[Change]
) -> Variant:
    """Return the plan, after its changes were tried on the map.

    Raises:
        UserError: with every change that cannot be made.

    """
    made = Variant(
        name, service.key, service.within_mm, service.within_ms, share, tuple(changes), onemap.stamp
    )
    places_with(onemap, service, made.changes)
    return made


def service_in(variant: Variant) -> Service:
    """Return the service of the plan with its reach.

    Raises:
        UserError: where no service is called that any more.

    """
    found = service_of(variant.service)
    own = (variant.within_mm, variant.within_ms)
    if own == (found.within_mm, found.within_ms):
        return found
    return replace(found, within_mm=own[0], within_ms=own[1], source="", verified=False)


def places_with(onemap: OneMap, service: Service, changes: Sequence[Change]) -> Places:
    """Return the places of the service as they would be, in metres; those on file stay as they are.

    Raises:
        UserError: with every change that names no place, names one twice, or says too little.

    """
    places = places_of(onemap, service)
    faults = list(_faults(places, service, changes))
    if faults:
        raise UserError(faults)
    closed = {one.id for one in changes if one.kind == "close"}
    changed = {one.id: one for one in changes if one.kind in {"move", "resize"}}
    ids, names, spots, rooms = [], [], [], []
    for i, place in enumerate(places.ids):
        if place in closed:
            continue
        own = [one for one in changes if one.id == place and place in changed]
        at, room = (float(places.xy_m[i, 0]), float(places.xy_m[i, 1])), int(places.capacity[i])
        for change in own:
            at = _at(onemap, change) or at
            room = room if change.capacity_people is None else _room(service, change)
        ids.append(place)
        names.append(places.names[i])
        spots.append(at)
        rooms.append(room)
    for change in changes:
        if change.kind == "add":
            ids.append(change.id)
            names.append(change.name or change.id)
            spots.append(_at(onemap, change) or (np.nan, np.nan))
            rooms.append(_room(service, change))
    xy_m = np.array(spots, np.float64).reshape(-1, 2)
    return replace(
        places,
        ids=tuple(ids),
        names=tuple(names),
        xy_m=xy_m,
        capacity=np.array(rooms, np.int64),
        cautions=(*places.cautions, *_off_network(onemap, service, changes)),
    )


def with_changes(
    onemap: OneMap, service: Service, share: Share, changes: Sequence[Change]
) -> Coverage:
    """Return the coverage with the changes; only what they touch is searched anew.

    Raises:
        UserError: with every change that cannot be made.

    """
    return coverage(onemap, service, share=share, places=places_with(onemap, service, changes))


def compare(onemap: OneMap, before: Variant | None, after: Variant) -> Comparison:
    """Return two plans side by side, today's places where ``before`` is ``None``.

    Raises:
        UserError: where they ask for different things, or a change cannot be made any more.

    """
    service = service_in(after)
    if before is not None:
        _require_same(before, after)
    first = with_changes(onemap, service, after.share, () if before is None else before.changes)
    second = with_changes(onemap, service, after.share, after.changes)
    rest = rest_stamp(first)
    if rest != rest_stamp(second):
        msg = "two plans differ in more than their places"
        raise ArithmeticError(msg)
    subdistricts = {
        key: tuple(
            _difference(one, other, key)
            for one, other in zip(first.subdistricts, second.subdistricts, strict=True)
        )
        for key in first.totals.counts
    }
    totals = {key: _difference(first.totals, second.totals, key) for key in first.totals.counts}
    return Comparison(
        first, second, subdistricts, totals, rest, tuple(_cautions(onemap, before, after))
    )


def rest_stamp(found: Coverage) -> str:
    """Return 16 hex digits over everything that a coverage rests on but its places."""
    digest = hashlib.sha256(found.stamp.encode())
    digest.update(repr(found.service).encode())
    digest.update(repr((found.demand.share, found.demand.units, found.demand.missing)).encode())
    for part in (found.demand.people, found.demand.xy_m, found.demand.unit,
                 found.demand.point_people):  # fmt: skip
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:16]


def _faults(places: Places, service: Service, changes: Sequence[Change]) -> Iterator[Fault]:
    if service.all_of:
        problem = say("A plan is about one service, not several jointly.")
        mend = say("Ask for one of them: {keys}.", keys=", ".join(service.all_of))
        yield Fault("--service", problem, mend, value=service.key)
    known = {*places.ids, *(one for one, _ in places.left_out)}
    seen: set[tuple[str, str]] = set()
    closed = {one.id for one in changes if one.kind == "close"}
    mend = say("Correct this change or take it out.")
    for row, one in enumerate(changes, start=1):
        wrong: Sentence | None = None
        if one.kind == "add" and one.id in known:
            wrong = say("A place of the register has this id.")
        elif one.kind != "add" and one.id not in places.ids:
            wrong = say("The service counts no place with this id.")
        elif (one.kind, one.id) in seen or (one.kind != "close" and one.id in closed):
            wrong = say("The place is changed twice, or closed and changed.")
        else:
            wrong = _lacks(service, one)
        seen.add((one.kind, one.id))
        if wrong is not None:
            yield Fault("changes", wrong, mend, row=row, column=one.kind, value=one.id[:60])


def _lacks(service: Service, change: Change) -> Sentence | None:
    """Return what a change does not say that its kind needs, or says in vain."""
    if change.kind in {"add", "move"} and (change.lon_deg is None or change.lat_deg is None):
        return say("It lacks longitude and latitude.")
    if change.kind == "resize" and not service.has_capacity:
        return say("Places of this service are never full, so that none can be resized.")
    sized = service.has_capacity and change.kind in {"add", "resize"}
    if sized and change.capacity_people is None:
        return say("It lacks the people that the place would hold.")
    return _is_none(change)


def _is_none(change: Change) -> Sentence | None:
    """Return which of a change's numbers is none that can be meant."""
    if not _is_on_globe(change):
        return say("It is no number of degrees.")
    if not 0 <= (change.capacity_people or 0) <= MOST_ROOM:
        return say("It is no whole number from 0 to 1,000,000,000.")
    if not 0 <= (change.cost_cny or 0) <= MOST_CNY:
        return say("It is no cost in whole yuan from 0 to 1,000,000,000,000.")
    return None


def _is_on_globe(change: Change) -> bool:
    """Return whether the degrees given are some; NaN is at most nothing."""
    return abs(change.lon_deg or 0) <= _HALF_TURN and abs(change.lat_deg or 0) <= _HALF_TURN / 2


def _at(onemap: OneMap, change: Change) -> tuple[float, float] | None:
    if change.lon_deg is None or change.lat_deg is None:
        return None
    return onemap.to_metres(change.lon_deg, change.lat_deg)


def _room(service: Service, change: Change) -> int:
    return (change.capacity_people or 0) if service.has_capacity else UNLIMITED


def _off_network(onemap: OneMap, service: Service, changes: Sequence[Change]) -> Iterator[Sentence]:
    """Yield which new positions lie too far from any way to serve anybody."""
    locator = onemap.foot_locator if service.travel == "foot" else onemap.locator
    limit_m = onemap.speed_model.access_limit_m
    for change in changes:
        at = _at(onemap, change)
        if at is not None and not locator.snap(np.array([at]), limit_m=limit_m).on_network[0]:
            yield say(
                "{name} would lie more than {limit_m} m from any way and serve nobody.",
                name=change.name or change.id,
                limit_m=round(limit_m),
            )


def _require_same(before: Variant, after: Variant) -> None:
    def asked(one: Variant) -> tuple[object, ...]:
        return one.service, one.within_mm, one.within_ms, one.share

    if asked(before) != asked(after):
        problem = say("The two plans are about different services, reaches or shares.")
        mend = say("Compare plans that ask for the same.")
        raise UserError([Fault(before.name, problem, mend, value=after.name)])


def _difference(one: Covered, other: Covered, key: Definition) -> Difference:
    counts = (one.counts[key].people_covered, other.counts[key].people_covered)
    return Difference(one.code, one.name, one.people, *counts)


def _cautions(onemap: OneMap, before: Variant | None, after: Variant) -> Iterator[Sentence]:
    for one in (before, after):
        if one is not None and one.stamp != onemap.stamp:
            yield say(
                "The map has changed since {name} was saved; both plans are counted on the map of"
                " today.",
                name=one.name,
            )
