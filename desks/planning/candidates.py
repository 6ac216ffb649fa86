"""Sites that may become a place, of a file or of layers that may serve: each kept or named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from desks.command.boundaries import ground
from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say
from layers import ColumnSpec, LayerRows, LayerSpec, layer, read_layer
from layers.catalog import IDENTITY

from .answers import NO_WAY, Places, Service
from .covering import UNLIMITED
from .joint import parts_of
from .site_rules import RULES, SiteRules

C = ColumnSpec
_SHELTER = layer("shelter")

CANDIDATE = LayerSpec("candidate", "候选场址", "Candidate sites", "place", (
    *IDENTITY,
    C("space", "室内外", "Indoor or outdoor", "choice", aliases=("室内/室外", "类型"),
      choices=_SHELTER.column("space").choices, optional=True),
    C("grade", "等级", "Grade", "choice", aliases=("类别",),
      choices=_SHELTER.column("grade").choices, optional=True),
    C("area_m2", "有效面积", "Effective area", "number", aliases=("面积",), unit="m²",
      optional=True),
    C("cost_cny", "造价", "Cost", "integer", aliases=("投资", "费用", "建设成本"), unit="元",
      optional=True),
    C("capacity_people", "容量", "Capacity", "integer", aliases=("可容纳人数", "容纳人数"),
      unit="人", optional=True),
))  # fmt: skip
"""The columns of a user's file of candidate sites, checked as a register's are."""

_CENTIMETRES = 2
_MOST_ROOM = 1_000_000_000
_SHOWN = 60


@dataclass(frozen=True)
class Candidate:
    """A site that may become a place: x, y in metres of the map, room in people, cost in yuan.

    ``capacity`` is UNLIMITED for services whose places cannot be full; ``cost_cny`` is ``None``
    where nobody stated one. Of several services that must all be in reach ``serves`` are the keys
    of those it would count for.
    """

    id: str
    name: str
    at: tuple[float, float]
    area_m2: float | None
    capacity: int
    cost_cny: int | None
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A site that cannot be chosen, and why."""

    id: str
    name: str
    why: Sentence


@dataclass(frozen=True)
class Candidates:
    """The sites to choose from by id, those left out, what the file says oddly, and the rules."""

    sites: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Fault, ...]
    rules: tuple[Sentence, ...]


@dataclass(frozen=True)
class _Row:
    """One site as it is on file."""

    id: str
    name: str
    at: tuple[float, float] | None
    space: str
    grade: str
    area_m2: float | None
    cost_cny: int | None
    capacity: int | None


def read_candidates(
    onemap: OneMap, service: Service, path: Path, *, datum: str = "wgs84", rules: SiteRules = RULES
) -> Candidates:
    """Return the sites of a table or geometry file (CSV, XLSX, GeoJSON …) for the service.

    Raises:
        UserError: with every fault at once where the file cannot be read, lacks a column or has
            an id twice.

    """
    return candidates_in(onemap, service, rows_listed(onemap, path, datum=datum), rules=rules)


def rows_listed(onemap: OneMap, path: Path, *, datum: str = "wgs84") -> LayerRows:
    """Return the rows of a table or geometry file of candidate sites, in WGS 84.

    Raises:
        UserError: as `read_candidates`.

    """
    west, south, east, north = onemap.extent_m
    low, high = onemap.to_degrees(west, south), onemap.to_degrees(east, north)
    return read_layer(CANDIDATE, path, datum=datum, near_deg=(*low, *high))


def candidates_in(
    onemap: OneMap, service: Service, read: LayerRows, *, rules: SiteRules = RULES
) -> Candidates:
    """Return the sites among the rows that may serve, the others with the reason."""
    columns = {key: read.frame[key].tolist() for key in read.frame.columns if key != "geometry"}
    rows = [
        _Row(
            str(columns["id"][i]),
            str(columns["name"][i])[:_SHOWN],
            None if shape is None or shape.is_empty else onemap.to_metres(*shape.coords[0][:2]),
            str(columns["space"][i]),
            str(columns["grade"][i]),
            _number(columns["area_m2"][i]),
            _whole(columns["cost_cny"][i]),
            _whole(columns["capacity_people"][i]),
        )
        for i, shape in enumerate(read.frame.geometry)
    ]
    return _sifted(onemap, service, rows, (*read.notices, *read.refused), rules)


def candidates_of(onemap: OneMap, service: Service, *, rules: SiteRules = RULES) -> Candidates:
    """Return the rows of the layers that may serve as a shelter, by the declared table.

    Raises:
        UserError: where the service is not of shelters.

    """
    if any(one.layer != _SHELTER.key for one in parts_of(service) or (service,)):
        problem = say("No layer of the register may become a place of this service.")
        raise UserError([Fault("", problem, say("Give a file of candidate sites."))])
    rows = [
        row
        for rule in rules.may_serve
        for row in _of_layer(onemap, rule.layer, rule.space, rule.area)
    ]
    return _sifted(onemap, service, rows, (), rules)


def for_part(candidates: Candidates, key: str) -> Candidates:
    """Return the sites that would count for one of several services joined, as its own."""
    mine = tuple(one for one in candidates.sites if key in one.serves)
    return replace(candidates, sites=mine)


def total_cny(sites: Iterable[Candidate]) -> int | None:
    """Return what the sites cost together, ``None`` where nobody stated the cost of one."""
    costs = [one.cost_cny for one in sites]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def with_sites(places: Places, sites: Iterable[Candidate]) -> Places:
    """Return the places and behind them the sites, in the order given."""
    added = tuple(sites)
    return Places(
        layer=places.layer,
        ids=(*places.ids, *(site.id for site in added)),
        names=(*places.names, *(site.name for site in added)),
        xy_m=np.concatenate(
            [places.xy_m, np.array([site.at for site in added], np.float64).reshape(-1, 2)]
        ),
        capacity=np.concatenate(
            [places.capacity, np.array([site.capacity for site in added], np.int64)]
        ),
        left_out=places.left_out,
        cautions=places.cautions,
        serves=(*places.serves, *((site.id, site.serves) for site in added if site.serves)),
    )


def people_on(area_m2: float, m2_per_person: float) -> int:
    """Return how many whole people an area holds; exactly enough for one more holds one more."""
    return int(Fraction(str(area_m2)) / Fraction(str(m2_per_person)))


def _of_layer(onemap: OneMap, key: str, space: str, area: str) -> Iterator[_Row]:
    records = onemap.records.get(key)
    if records is None:
        return
    for row in sorted(range(len(records.ids)), key=records.order.__getitem__):
        x, y = records.xy_m[row].tolist()
        yield _Row(
            f"{key}:{records.ids[row]}",
            records.names[row],
            (x, y) if records.placed[row] else None,
            space,
            "",
            _number(records.value(area, row)),
            None,
            None,
        )


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)
    return float(value) if good and value is not None else None  # type: ignore[arg-type]


def _whole(value: object) -> int | None:
    found = _number(value)
    return None if found is None else int(found)


def _sifted(
    onemap: OneMap,
    service: Service,
    rows: Sequence[_Row],
    notices: tuple[Fault, ...],
    rules: SiteRules,
) -> Candidates:
    """Return the rows that may serve; of several services joined each that serves one of them."""
    if not service.all_of:
        return _of_one(onemap, service, rows, notices, rules)
    parts = {one.key: _of_one(onemap, one, rows, notices, rules) for one in parts_of(service)}
    held: dict[str, Candidate] = {}
    for key, part in parts.items():
        for one in part.sites:
            known = held.get(one.id, one)
            room = min(known.capacity, one.capacity)
            held[one.id] = replace(known, capacity=room, serves=(*known.serves, key))
    out: dict[str, LeftOut] = {}
    for lost in (lost for part in parts.values() for lost in part.left_out):
        if lost.id not in held and out.get(lost.id, lost).why.template == _OTHER_KIND:
            out[lost.id] = lost
        elif lost.id not in held:
            out.setdefault(lost.id, lost)
    rules_said = dict.fromkeys(said for part in parts.values() for said in part.rules)
    return Candidates(
        tuple(held[key] for key in sorted(held)), tuple(out.values()), notices, tuple(rules_said)
    )


def _of_one(
    onemap: OneMap,
    service: Service,
    rows: Sequence[_Row],
    notices: tuple[Fault, ...],
    rules: SiteRules,
) -> Candidates:
    taken = frozenset(onemap.records[service.layer].ids) if service.layer in onemap.records else ()
    gaps = _too_near(onemap, service, rows, rules)
    off = _off_network(onemap, service, rows) | _outside(onemap, rows)
    kept, out = [], []
    per_person = rules.room(service)
    for row in sorted(rows, key=lambda one: one.id):
        why = _clash(row, taken) or _unfit(row, service) or off.get(row.id) or gaps.get(row.id)
        room = UNLIMITED if not service.has_capacity else _room(row, per_person.m2)
        if why is None and room is None:
            why = say("Neither its area nor its capacity is on file.")
        if why is None and room == 0:
            why = say("It holds nobody.")
        if why is not None or row.at is None or room is None:
            out.append(LeftOut(row.id, row.name, why or say("Its position is not on file.")))
        else:
            kept.append(Candidate(row.id, row.name, row.at, row.area_m2, room, row.cost_cny))
    return Candidates(tuple(kept), tuple(out), notices, tuple(_said(service, rules)))


def _said(service: Service, rules: SiteRules) -> Iterator[Sentence]:
    if service.has_capacity:
        rule = rules.room(service)
        yield say(
            "A site holds its area divided by {m2} m² for one person, or what is stated where that"
            " is less ({source}).",
            m2=rule.m2,
            source=rule.source,
        )
        if not rule.verified:
            yield say("This figure of room for one person is not verified.")
    if service.layer == _SHELTER.key and not all(rule.verified for rule in rules.keep_away):
        yield say("The distances from hazards that exclude a site are not all verified.")


def _room(row: _Row, m2: float) -> int | None:
    by_area = None if row.area_m2 is None else people_on(row.area_m2, m2)
    known = [room for room in (by_area, row.capacity) if room is not None]
    return min(*known, _MOST_ROOM) if known else None


def _clash(row: _Row, taken: Iterable[str]) -> Sentence | None:
    return say("A place of the register has this id.") if row.id in taken else None


def _unfit(row: _Row, service: Service) -> Sentence | None:
    """Return why the service does not count such a site; a grade nobody stated may be given."""
    if row.at is None:
        return say("Its position is not on file.")
    for column, values in service.filters:
        own = {"space": row.space, "grade": row.grade}.get(column, "")
        if own and own not in values:
            return _other_kind(own, values)
        if not own and column != "grade":
            return say("Whether it is {wanted} is not on file.", wanted=", ".join(values))
    return None


def _other_kind(own: str, values: tuple[str, ...]) -> Sentence:
    return say("{own} is not {wanted}.", own=own, wanted=", ".join(values))


_OTHER_KIND = _other_kind("", ()).template


def _off_network(onemap: OneMap, service: Service, rows: Sequence[_Row]) -> dict[str, Sentence]:
    """Return what lies too far from the ways by which its people, or it, would come."""
    placed = [row for row in rows if row.at is not None]
    locator = onemap.foot_locator if service.travel == "foot" else onemap.locator
    limit_m = onemap.speed_model.access_limit_m
    snaps = locator.snap(np.array([row.at for row in placed]).reshape(-1, 2), limit_m=limit_m)
    found = {}
    for row, road, gap_m in zip(
        placed, snaps.road.tolist(), snaps.distance_m.tolist(), strict=True
    ):
        if road != NO_WAY and np.isfinite(gap_m):
            continue
        if np.isfinite(gap_m):
            found[row.id] = say(
                "It lies {gap_m} m from the nearest way; at most {limit_m} m count.",
                gap_m=round(gap_m),
                limit_m=round(limit_m),
            )
        else:
            found[row.id] = say("No way leads to it.")
    return found


def _outside(onemap: OneMap, rows: Sequence[_Row]) -> dict[str, Sentence]:
    """Return what lies beyond the district's bounds and all ways that lead out of it."""
    west, south, east, north = onemap.extent_m
    limit_m = onemap.speed_model.access_limit_m
    box = shapely.box(west - limit_m, south - limit_m, east + limit_m, north + limit_m)
    placed = [row for row in rows if row.at is not None]
    inside = shapely.contains_xy(box, np.array([row.at for row in placed]).reshape(-1, 2))
    said = say("It lies outside the district; perhaps its datum is another one.")
    return {row.id: said for row, held in zip(placed, inside.tolist(), strict=True) if not held}


def _too_near(
    onemap: OneMap, service: Service, rows: Sequence[_Row], rules: SiteRules
) -> dict[str, Sentence]:
    """Return which sites lie nearer to a hazard than the rule asks, with the hazard's name."""
    placed = [row for row in rows if row.at is not None]
    if service.layer != _SHELTER.key or not placed:
        return {}
    points = shapely.points(np.array([row.at for row in placed]))
    found: dict[str, Sentence] = {}
    for least_m, name, place, source in _hazards(onemap, rules):
        gaps = np.round(shapely.distance(points, place), _CENTIMETRES)
        for i in np.flatnonzero(gaps < least_m).tolist():
            found.setdefault(
                placed[i].id,
                say(
                    "It lies {gap_m} m from {hazard}; the rule asks for {least_m} m ({source}).",
                    gap_m=float(gaps[i]),
                    hazard=name,
                    least_m=f"{least_m:g}",
                    source=source,
                ),
            )
    return found


def _hazards(onemap: OneMap, rules: SiteRules) -> Iterator[tuple[float, str, BaseGeometry, str]]:
    """Yield each hazard with a rule: metres, name, ground or line, source of the rule."""
    for rule in rules.keep_away:
        for key in rule.hazards:
            records = onemap.records.get(key)
            if records is None:
                continue
            lines = onemap.shapes.get(key)
            for row, record_id in enumerate(records.ids):
                if rule.declared and records.text("grade", row) not in rule.declared:
                    continue
                place = ground(onemap, key, record_id) if lines is None else lines[row]
                if place is not None and not place.is_empty:
                    yield rule.least_m, records.names[row], place, rule.source
