"""What a director asks the composer for, and what is wrong with it before anything is searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from shapely import Polygon

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import LANGUAGES, Sentence, say
from risk.weather import local_zone

from .compose_rules import RULES
from .days import planned_problem
from .folder import NUMBER
from .scenario import DRILL_TYPES

FEWEST, MOST = 2, 307
"""How many scenarios a pool may have: one is no draw, 307 is what the draw is proven for."""

MOST_DAYS = 366
LAST_HOUR = 23
LONGEST_BAND_S = 6 * 3600
MOST_CLOSED = 3


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    ``classes`` are keys of compose_classes.toml; ``band_s`` is the first team's P90 in seconds,
    both ends included, ``None`` any. ``days`` are first and last, ``hours`` those of the clock on
    which it may begin. ``avoid`` are keys of compose_avoid.toml, ``areas`` further ground in
    metres of the map, ``exam_days`` further days of school examinations. ``closures`` is how many
    roads may be closed at most; ``language`` is that of all texts.
    """

    drill: str
    type: str
    classes: tuple[str, ...]
    days: tuple[date, date]
    hours: tuple[int, ...] = tuple(range(24))
    pool: int = 12
    band_s: tuple[int, int] | None = None
    avoid: tuple[str, ...] = ()
    areas: tuple[Polygon, ...] = ()
    exam_days: tuple[date, ...] = ()
    closures: int = 2
    language: str = "zh"


def require_wish(onemap: OneMap, wish: Wish, now: datetime | None) -> None:
    """Do nothing where the wish can be searched for; ``now`` is the moment it is asked at.

    Raises:
        UserError: with everything that is wrong with it.

    """
    faults = [
        *_word_faults(wish),
        *_number_faults(wish),
        *_day_faults(onemap, wish, now),
    ]
    if faults:
        raise UserError(faults)


def moments(onemap: OneMap, wish: Wish, now: datetime | None) -> tuple[datetime, ...]:
    """Return every full hour of the window on the district's clock that is not over, in order."""
    zone = zone_of(onemap)
    count = min((wish.days[1] - wish.days[0]).days, MOST_DAYS) + 1
    days = [wish.days[0] + timedelta(days=number) for number in range(count)]
    found = [
        datetime.combine(day, time(hour), zone) for day in days for hour in sorted(set(wish.hours))
    ]
    return tuple(one for one in found if now is None or one > now)


def zone_of(onemap: OneMap) -> Any:  # noqa: ANN401 - a time zone; datetime has no public type for both
    """Return the district's time zone."""
    west, south, east, north = onemap.extent_m
    return local_zone(*onemap.to_degrees((west + east) / 2, (south + north) / 2))


def asked_document(wish: Wish, seed: int) -> Mapping[str, Any]:
    """Return the wish and the composer's seed as plain values: what is sealed with the pool."""
    return {
        "type": wish.type,
        "classes": list(wish.classes),
        "days": [day.isoformat() for day in wish.days],
        "hours": sorted(set(wish.hours)),
        "pool": wish.pool,
        "band_s": None if wish.band_s is None else list(wish.band_s),
        "avoid": list(wish.avoid),
        "areas": len(wish.areas),
        "exam_days": [day.isoformat() for day in wish.exam_days],
        "closures": wish.closures,
        "language": wish.language,
        "seed": f"{seed:x}",
    }


def _word_faults(wish: Wish) -> list[Fault]:
    faults = []
    if not NUMBER.fullmatch(wish.drill):
        told = say("A drill's number has letters, digits and hyphens only, 40 at most.")
        faults.append(_fault("--number", told, say("Give another."), wish.drill))
    named: Sequence[tuple[str, Sequence[str], Sequence[str], Sentence]] = (
        ("--type", [wish.type], DRILL_TYPES, say("There is no such type of drill.")),
        ("--class", wish.classes, list(RULES.classes), say("There is no such class of hazard.")),
        ("--avoid", wish.avoid, list(RULES.avoid), say("There is no such no-go rule.")),
        ("--lang", [wish.language], LANGUAGES, say("There is no such language.")),
    )
    for option, given, known, problem in named:
        mend = say("Use one of: {known}.", known=", ".join(known))
        faults += [_fault(option, problem, mend, one) for one in given if one not in known]
    if not wish.classes:
        problem = say("No class of hazard is asked for.")
        mend = say("Use one of: {known}.", known=", ".join(RULES.classes))
        faults.append(_fault("--class", problem, mend))
    return faults


def _number_faults(wish: Wish) -> list[Fault]:
    faults = []
    for option, value, least, most in (
        ("--pool", wish.pool, FEWEST, MOST),
        ("--closures", wish.closures, 0, MOST_CLOSED),
    ):
        if not least <= value <= most:
            problem = say("It is no whole number from {least} to {most}.", least=least, most=most)
            faults.append(_fault(option, problem, say("Give another."), str(value)))
    if wish.band_s is not None and not 0 <= wish.band_s[0] <= wish.band_s[1] <= LONGEST_BAND_S:
        problem = say("The band is none: it begins after its end, or ends beyond six hours.")
        mend = say("Write minutes like 12-15.")
        faults.append(_fault("--band", problem, mend, "-".join(map(str, wish.band_s))))
    if any(not 0 <= hour <= LAST_HOUR for hour in wish.hours) or not wish.hours:
        problem = say("There is no such hour.")
        faults.append(_fault("--hours", problem, say("Write hours like 8-18.")))
    return faults


def _day_faults(onemap: OneMap, wish: Wish, now: datetime | None) -> list[Fault]:
    """Return what is wrong with the window and the days of examinations."""
    today = None if now is None else now.astimezone(zone_of(onemap)).date()
    faults = [
        _fault("--exam-day", problem, _NEARER, str(day))
        for day in wish.exam_days
        if (problem := planned_problem(day, today))
    ]
    far = next(filter(None, (planned_problem(day, today) for day in wish.days)), None)
    if far is not None:
        return [*faults, _fault("--window", far, _NEARER, "..".join(map(str, wish.days)))]
    return [*faults, *_window_faults(onemap, wish, now)]


_NEARER = say("Give a nearer day.")


def _window_faults(onemap: OneMap, wish: Wish, now: datetime | None) -> list[Fault]:
    first, last = (day.isoformat() for day in wish.days)
    value = f"{first}..{last}"
    if last < first:
        problem = say("The window ends before it begins.")
        return [_fault("--window", problem, say("Turn its days round."), value)]
    if (wish.days[1] - wish.days[0]).days >= MOST_DAYS:
        problem = say("The window is longer than a year.")
        return [_fault("--window", problem, say("Give fewer days."), value)]
    hours = [hour for hour in wish.hours if 0 <= hour <= LAST_HOUR]
    if hours and not moments(onemap, replace(wish, hours=tuple(hours)), now):
        problem = say("The window is over.")
        return [_fault("--window", problem, say("Give days to come."), value)]
    return []


def _fault(option: str, problem: Sentence, mend: Sentence, value: str = "") -> Fault:
    return Fault(option, problem, mend, value=value[:60])
