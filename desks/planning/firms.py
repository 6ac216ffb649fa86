"""Large firms without an own full-time team or an agreement, and who would come first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from desks.command.rule_checks import cited_faults, number_faults, texts
from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import UserError
from language import Sentence, say
from risk.rule_files import read_rules, rule_fault
from routing import UNREACHED, Conditions, Vehicle, tree_from

from .answers import FloatArray, LongArray
from .services import RULES as PLANNING

TABLE = Path(__file__).parent / "firms.toml"
FIRM, AGREEMENT, TEAM = "firm", "firm.agreement", "team"


@dataclass(frozen=True)
class FirmRules:
    """Which firms are large, and which teams are full-time."""

    sizes: tuple[str, ...]
    key_firms: bool
    people_from: int
    layers: tuple[str, ...]
    orders: tuple[str, ...]
    kinds: tuple[str, ...]
    verified: bool


def load_firm_rules(path: Path) -> FirmRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    large, full_time = tables.get("large"), tables.get("full_time")
    faults = cited_faults(path, "large", large) + cited_faults(path, "full_time", full_time)
    faults += number_faults(path, "large", large, {"people_from": (1, 10_000_000)})
    lists: dict[str, tuple[str, ...]] = {}
    asked = (("large", large, "sizes"), ("full_time", full_time, "layers"),
             ("full_time", full_time, "orders"), ("full_time", full_time, "kinds"))  # fmt: skip
    for where, row, key in asked:
        held = texts(row.get(key)) if isinstance(row, dict) else None
        lists[key] = held or ()
        if held is None:
            faults.append(rule_fault(path, f"{where}, {key}", "not a list of texts"))
    if not isinstance(large, dict) or not isinstance(large.get("key_firms"), bool):
        faults.append(rule_fault(path, "large, key_firms", "neither true nor false"))
    if faults:
        raise UserError(faults)
    return FirmRules(
        sizes=lists["sizes"],
        key_firms=tables["large"]["key_firms"],
        people_from=int(tables["large"]["people_from"]),
        layers=lists["layers"],
        orders=lists["orders"],
        kinds=lists["kinds"],
        verified=tables["large"]["verified"] and tables["full_time"]["verified"],
    )


RULES = load_firm_rules(TABLE)


@dataclass(frozen=True)
class NearestTeam:
    """The full-time team that is there first: whole milliseconds with turnout, call left out."""

    layer: str
    id: str
    name: str
    time_ms: int


@dataclass(frozen=True)
class FirmGap:
    """A large firm without team or valid agreement; ``nearest`` is ``None`` where none comes."""

    id: str
    name: str
    subdistrict_code: str
    people: int | None
    why: Sentence
    nearest: NearestTeam | None
    unreached: Sentence | None


@dataclass(frozen=True)
class FirmsAnswer:
    """Large firms counted: large = own_team + agreed + gaps; gaps farthest from help first."""

    large: int
    own_team: int
    agreed: int
    gaps: tuple[FirmGap, ...]
    method: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...]


def firms_without(onemap: OneMap) -> FirmsAnswer:
    """Return the large firms without own team or agreement, each with its nearest full-time team.

    Times are by road at the planning desk's hour by day, with siren and the median turnout.
    """
    records = onemap.records.get(FIRM)
    if records is None:
        return FirmsAnswer(0, 0, 0, (), (), (say("The register has no firms."),))
    large = [row for row in range(len(records.ids)) if _is_large(records, row)]
    agreed = _agreements(onemap)
    reasons: dict[int, Sentence] = {}
    own = 0
    for row in sorted(large, key=records.order.__getitem__):
        if records.text("own_team", row) == "是":
            own += 1
        elif (why := _without(onemap, agreed.get(records.ids[row], ()))) is not None:
            reasons[row] = why
    nearest = _nearest(onemap, records, list(reasons))
    gaps = [_gap(records, row, why, nearest[row]) for row, why in reasons.items()]
    gaps.sort(key=lambda gap: (-(gap.nearest.time_ms if gap.nearest else np.inf), gap.id))
    return FirmsAnswer(
        large=len(large),
        own_team=own,
        agreed=len(large) - own - len(gaps),
        gaps=tuple(gaps),
        method=(_method(), say("Speeds: {model}.", model=onemap.speed_model.version)),
        cautions=tuple(_cautions(records, large)),
    )


def _is_large(records: Records, row: int) -> bool:
    if RULES.key_firms and records.text("key_firm", row) == "是":
        return True
    size = records.text("size", row)
    if size:
        return size in RULES.sizes
    people = records.whole("people", row)
    return people is not None and people >= RULES.people_from


def _agreements(onemap: OneMap) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return (team, last day) of each agreement by firm."""
    values = onemap.child_values.get(AGREEMENT)
    if values is None:
        return {}
    found: dict[str, list[tuple[str, str]]] = {}
    for firm, team, expiry in zip(values["firm_id"], values["team"], values["expiry"], strict=True):
        found.setdefault(str(firm), []).append((str(team), str(expiry or "")))
    return MappingProxyType({firm: tuple(rows) for firm, rows in found.items()})


def _without(onemap: OneMap, agreements: tuple[tuple[str, str], ...]) -> Sentence | None:
    """Return why a firm counts as without, ``None`` where one of its agreements is in force.

    The last day is included; one without a last day is in force.
    """
    if not agreements:
        return say("Neither an own team nor an agreement is on file.")
    if any(not day or _in_force(onemap, day) for _, day in agreements):
        return None
    team, day = max(agreements, key=lambda row: row[1])
    return say("Its agreement with {team} ran out on {day}.", team=team, day=day)


def _in_force(onemap: OneMap, day: str) -> bool:
    return onemap.as_of is None or date.fromisoformat(day) >= onemap.as_of


@dataclass(frozen=True)
class _Team:
    """A full-time team and what it drives."""

    layer: str
    row: int
    vehicle: Vehicle


def _teams(onemap: OneMap) -> Iterator[_Team]:
    """Yield the full-time teams that meet the roads, by layer and id."""
    for spec in onemap.layers_for("responder"):
        if spec.key not in RULES.layers and spec.key != TEAM:
            continue
        records, access = onemap.records[spec.key], onemap.access[spec.key]
        for row in sorted(range(len(records.ids)), key=records.order.__getitem__):
            if _is_full_time(spec.key, records, row) and access.on_network[row]:
                yield _Team(spec.key, row, onemap.vehicles[spec.key][row])


def _is_full_time(layer: str, records: Records, row: int) -> bool:
    if layer in RULES.layers:
        return True
    of_order = records.text("order", row) in RULES.orders
    return of_order and records.text("kind", row) in RULES.kinds


def _nearest(onemap: OneMap, firms: Records, rows: list[int]) -> Mapping[int, NearestTeam | None]:
    """Return the team that is first at each firm, ties by layer and id; ``None`` where none is."""
    best: LongArray = np.full(len(rows), np.iinfo(np.int64).max, np.int64)
    found: dict[int, NearestTeam | None] = dict.fromkeys(rows)
    places: FloatArray = firms.xy_m[rows].reshape(-1, 2)
    for team in _teams(onemap) if rows else ():
        times = _times(onemap, team, places)
        records = onemap.records[team.layer]
        for at in np.flatnonzero((times != UNREACHED) & (times < best)).tolist():
            best[at] = times[at]
            found[rows[at]] = NearestTeam(
                team.layer, records.ids[team.row], records.names[team.row], int(times[at])
            )
    return found


def _times(onemap: OneMap, team: _Team, places: FloatArray) -> LongArray:
    """Return the times (k,) in ms from the order to leave to each place, UNREACHED for none."""
    model = onemap.speed_model
    weights = onemap.open_weights(Conditions(hour=PLANNING.hour("day"), vehicle=team.vehicle))
    limit_m, usable = model.access_limit_m, weights.usable_roads
    own = onemap.locator.snap(
        onemap.records[team.layer].xy_m[[team.row]], limit_m=limit_m, usable=usable
    )
    there = onemap.locator.snap(places, limit_m=limit_m, usable=usable)
    time_ms = tree_from(weights, own, access_kmh=model.access_kmh).time_ms(there)
    kind = onemap.records[team.layer].text("kind", team.row)
    turnout_ms = int(np.ceil(model.turnout_s(kind)[0])) * 1000
    return np.where(time_ms == UNREACHED, UNREACHED, time_ms + turnout_ms)


def _gap(records: Records, row: int, why: Sentence, nearest: NearestTeam | None) -> FirmGap:
    unreached = None
    if nearest is None and not records.placed[row]:
        unreached = say("Its position is not on file.")
    elif nearest is None:
        unreached = say("No full-time team reaches it by road.")
    return FirmGap(
        id=records.ids[row],
        name=records.names[row],
        subdistrict_code=records.text("subdistrict_code", row),
        people=records.whole("people", row),
        why=why,
        nearest=nearest,
        unreached=unreached,
    )


def _method() -> Sentence:
    return say(
        "From the order to leave: the median turnout and the drive with siren at {hour}:00.",
        hour=PLANNING.hour("day"),
    )


def _cautions(records: Records, large: list[int]) -> Iterator[Sentence]:
    if not RULES.verified:
        yield say("Which firms are large is a rule that is not verified.")
    unknown = sum(
        not records.text("size", row) and records.whole("people", row) is None
        for row in range(len(records.ids))
    )
    if unknown:
        yield say("Of {count} firms neither size nor people are on file.", count=unknown)
    silent = sum(not records.text("own_team", row) for row in large)
    if silent:
        yield say("Of {count} large firms nobody has filed whether they have a team.", count=silent)
