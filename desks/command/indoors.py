"""Who stays indoors and who leaves where a toxic cloud comes, decided for each community."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desks.onemap import OneMap
from language import Sentence, say
from risk import SUBSTANCES
from risk.release import Zone, ZoneSet

from .answers import Evacuation, Exposure, Order, UnitPeople
from .bands import harm_of
from .burning import burning_zone, burns_said, who_burns
from .population import inhabited
from .rule_checks import cited_numbers
from .situation import Incident, Point

TABLE = Path(__file__).parent / "indoors.toml"
CLOUDS = ("aegl", "erpg", "idlh")
"""Beginnings of the levels that a toxic cloud is drawn by."""

TABLED = "protective_action"
MINUTE_S = 60
NAMED = 5


@dataclass(frozen=True)
class LeaveRule:
    """Minutes until people who are told to leave set out, and where that stands."""

    start_min: float
    source: str
    verified: bool


def load_leave_rule(path: Path) -> LeaveRule:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    row = cited_numbers(path, "leave", {"start_min": (0.0, 24 * 60.0)})
    return LeaveRule(float(row["start_min"]), row["source"], row["verified"])


RULE = load_leave_rule(TABLE)


def orders(
    onemap: OneMap, incident: Incident, zones: ZoneSet, exposed: Exposure, moved: Evacuation
) -> tuple[Order, ...]:
    """Return for each community with people in the protective zone whether it leaves, and why.

    The cloud is taken to move with the wind at 10 m from the source to where people set out.
    """
    zone = zones.protective
    if zone is None:
        return ()
    level = harm_of(zones).protective_level
    inside = [unit for unit in exposed.units if unit.level == level and unit.people_now]
    if not is_cloud(zone.level, incident.substance):
        return tuple(_order(unit, moved, None, cloud=False) for unit in inside)
    wind_ms = 0.0 if zones.weather is None else zones.weather.wind_ms
    far_m = _distances_m(onemap, incident.at)
    burns = burning_zone(zones, incident.substance)
    burning = who_burns(onemap, burns)
    made = [
        (unit, _order(unit, moved, _cloud_s(far_m.get(_key(unit)), wind_ms), cloud=True))
        for unit in inside
    ]
    return tuple(
        _until_fetched(order, burns) if _key(unit) in burning else order for unit, order in made
    )


def _until_fetched(order: Order, burns: Zone | None) -> Order:
    """Return the order of a community in which the cloud can burn: nobody is left in a house."""
    if order.leaves or burns is None:
        return order
    reason = say(
        "They stay indoors only until they are fetched across the wind: the cloud can burn up to"
        " {burn_m} m, and no house protects from that.",
        burn_m=round(burns.reach_m),
    )
    return replace(order, reason=reason)


def _cloud_s(far_m: float | None, wind_ms: float) -> int | None:
    return None if far_m is None or wind_ms <= 0 else int(far_m / wind_ms)


def _key(unit: UnitPeople) -> tuple[str, str]:
    return unit.subdistrict_code, unit.community_code


def _distances_m(onemap: OneMap, at: Point) -> dict[tuple[str, str], float]:
    """Return how far from the source the people of each unit set out, by its two codes."""
    units = inhabited(onemap)
    keys = zip(units.subdistrict_codes, units.community_codes, strict=True)
    return {
        key: math.hypot(x - at[0], y - at[1])
        for key, (x, y) in zip(keys, units.points_m.tolist(), strict=True)
    }


def _order(unit: UnitPeople, moved: Evacuation, cloud_s: int | None, *, cloud: bool) -> Order:
    code = unit.community_code or unit.subdistrict_code
    lacking = any(short == code for _, short, _ in moved.short)
    walk_s = max((walk.walk_s for walk in moved.walks if walk.community_code == code), default=None)
    leaves, reason = _decided(walk_s, cloud_s, lacking=lacking, cloud=cloud)
    return Order(
        community=unit.community or unit.subdistrict,
        community_code=code,
        people=unit.people_now,
        leaves=leaves,
        cloud_s=cloud_s,
        walk_s=walk_s,
        reason=reason,
    )


def _decided(
    walk_s: int | None, cloud_s: int | None, *, lacking: bool, cloud: bool
) -> tuple[bool, Sentence]:
    """Return whether people leave, and why."""
    if not cloud and lacking:
        return True, say("They leave, and who has no place within a walk is fetched by vehicles.")
    if not cloud:
        return True, say("They leave: a house does not protect from this harm.")
    if lacking or walk_s is None:
        return False, say("They stay indoors: there is no place for all within a walk.")
    if cloud_s is None:
        return False, say("They stay indoors: when the cloud comes is not known.")
    gone_s = walk_s + RULE.start_min * MINUTE_S
    minutes = {"cloud_min": cloud_s // MINUTE_S, "gone_min": math.ceil(gone_s / MINUTE_S)}
    if gone_s <= cloud_s:
        return True, say(
            "They leave: gone after {gone_min} min, before the cloud after {cloud_min} min.",
            **minutes,
        )
    return False, say(
        "They stay indoors: the cloud is there after {cloud_min} min, they are gone only after"
        " {gone_min} min.",
        **minutes,
    )


def indoors(zones: ZoneSet, substance: str, evacuation: Evacuation) -> Iterator[Sentence]:
    """Yield that people stay indoors, the minutes of cloud and walk, and which community does what.

    The cloud is taken to move with the wind at 10 m (ERG, "Protective actions": in-place
    protection where evacuation would take longer than the cloud).
    """
    zone = zones.protective
    if zone is None or not is_cloud(zone.level, substance):
        return
    yield say(
        "Toxic cloud: whoever cannot be gone before it comes stays indoors, doors and windows shut."
    )
    yield from burns_said(zones, substance)
    yield from _who(evacuation.orders)
    longest_s = max((walk.walk_s for walk in evacuation.walks), default=0)
    weather = zones.weather
    if weather is not None and weather.wind_ms > 0 and longest_s:
        yield say(
            "With the wind the cloud is {reach_m} m away after {cloud_min} min; the longest walk"
            " to a shelter takes {walk_min} min.",
            reach_m=round(zone.reach_m),
            cloud_min=int(zone.reach_m / weather.wind_ms / MINUTE_S),
            walk_min=-(-longest_s // MINUTE_S),
        )


def _who(decided: Sequence[Order]) -> Iterator[Sentence]:
    """Yield who stays and who leaves, and that the minutes of the rule are nobody's standard."""
    stay = [order for order in decided if not order.leaves]
    leave = [order for order in decided if order.leaves]
    if stay:
        yield say(
            "Stay indoors: {names}, {people:,} people.",
            names=_named(stay),
            people=sum(order.people for order in stay),
        )
    if leave:
        yield say(
            "Leave: {names}, {people:,} people.",
            names=_named(leave),
            people=sum(order.people for order in leave),
        )
    if decided and not RULE.verified:
        yield say(
            "Who stays and who leaves goes by the guidebook, with {start_min} min until people set"
            " out, unverified; a commander decides.",
            start_min=round(RULE.start_min),
        )


def _named(decided: Sequence[Order]) -> str:
    """Return the communities with most people; the rest is counted."""
    most = sorted(decided, key=lambda order: (-order.people, order.community_code))
    shown = "、".join(order.community for order in most[:NAMED])
    return shown if len(most) <= NAMED else f"{shown} (+{len(most) - NAMED})"


def is_cloud(level: str, substance: str) -> bool:
    """Return whether a zone of that level is a toxic cloud's, from which a house protects."""
    held = SUBSTANCES.get(substance)
    return level.startswith(CLOUDS) or (level == TABLED and held is not None and held.toxic)
