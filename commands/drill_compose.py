"""``cli.py drill compose`` and ``drill adversary``: a pool to seal, and where help comes last."""

import argparse
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from shapely import Polygon

from desks.command.asking import areas_of
from desks.exercise.adversary import Aim, Goal
from desks.exercise.adversary_findings import (
    Question,
    findings,
    findings_document,
    findings_lines,
)
from desks.exercise.compose import compose
from desks.exercise.compose_rules import RULES
from desks.exercise.compose_spots import NoGo
from desks.exercise.compose_wish import Wish, zone_of
from desks.exercise.days import planned_problem
from desks.exercise.drafts import require_composable, write_draft
from desks.exercise.scenario import DRILL_TYPES, Pool
from desks.onemap import OneMap, load_onemap
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say

from .drill_step import Steps, control_of, drill_step
from .printing import print_json, print_lines

SEED_BITS = 256
"""A pool's seed is chance alone; an option would stand in the list of processes."""

AHEAD_DAYS = 30
LONGEST_WISH = 10_000
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_MINUTES = re.compile(r"\d{1,4}(\.\d{1,2})?", re.ASCII)


def compose_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill compose`` takes."""
    step = drill_step(steps, shared, "compose", "a pool of scenarios to seal")
    told = "the options below, one a line; in arguments every user of the machine reads them"
    step.add_argument("--wish", type=Path, metavar="FILE", help=told)
    _wish_options(step)
    step.set_defaults(run=_compose)


def _wish_options(step: argparse.ArgumentParser) -> None:
    step.add_argument("--type", default="double_blind", choices=DRILL_TYPES)
    _shared_options(step)
    step.add_argument("--pool", default="12", metavar="N", help="how many scenarios, 2 to 307")
    step.add_argument("--window", default="", metavar="FIRST..LAST", help="days such as 2026-12-01")


def _wished(options: argparse.Namespace) -> None:
    """Add the options that stand in the file.

    Raises:
        UserError: where it cannot be read.

    """
    try:
        with options.wish.open("rb") as stream:
            lines = stream.read(LONGEST_WISH).decode("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error)[:60])
        mend = say("Write options as on the command line, such as --class=toxic, one a line.")
        raise UserError([_fault("--wish", problem, mend, options.wish.name)]) from error
    parser = argparse.ArgumentParser(prog="--wish", add_help=False, allow_abbrev=False)
    _wish_options(parser)
    parser.parse_args([line.strip() for line in lines if line.strip()], namespace=options)


def adversary_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare what ``drill adversary`` takes."""
    step = steps.add_parser(
        "adversary", parents=[shared], help="where help comes last, to planners"
    )
    step.add_argument("district", type=Path)
    step.add_argument("--aim", default="latest", choices=get_args(Goal))
    _shared_options(step)
    step.add_argument("--day", default="", metavar="DATE", help="today where none is given")
    step.add_argument("--candidates", default="5000", metavar="N")
    step.add_argument("--seed", default="1", metavar="HEX", help="other places of the same search")
    step.set_defaults(run=_adversary)


def _shared_options(step: argparse.ArgumentParser) -> None:
    step.add_argument(
        "--class", dest="classes", action="append", metavar="CLASS", help=", ".join(RULES.classes)
    )
    step.add_argument(
        "--band", default="", metavar="MINUTES", help="P90 of the first, such as 12-15"
    )
    step.add_argument("--hours", default="0-23", metavar="HOURS", help="such as 8-18 or 22-5")
    step.add_argument(
        "--avoid",
        action="append",
        default=[],
        metavar="RULE|FILE",
        help=f"{', '.join(RULES.avoid)}, or a file of areas",
    )
    step.add_argument("--exam-day", action="append", default=[], metavar="DATE")
    step.add_argument("--closures", default="2", metavar="N", help="roads closed at most, 0 to 3")


def _compose(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    require_composable(control, options.number)
    if options.wish is not None:
        _wished(options)
    onemap = load_onemap(control.district)
    now = datetime.now(UTC)
    faults: list[Fault] = []
    rules, areas = _avoided(onemap, options.avoid, faults)
    today = now.astimezone(zone_of(onemap)).date()
    wish = Wish(
        drill=options.number,
        type=options.type,
        classes=tuple(options.classes or ["toxic"]),
        days=_window(options.window, today, faults),
        hours=_hours(options.hours, faults),
        pool=_number("--pool", options.pool, faults),
        band_s=_band(options.band, faults),
        avoid=rules,
        areas=areas,
        exam_days=tuple(_day("--exam-day", day, today, faults) for day in options.exam_day),
        closures=_number("--closures", options.closures, faults),
        language=options.lang,
    )
    if faults:
        raise UserError(faults)
    pool = compose(onemap, wish, seed=secrets.randbits(SEED_BITS), now=now)
    write_draft(control, options.number, pool)
    _tell(pool, catalogue, as_json=options.format == "json")


def _tell(pool: Pool, catalogue: Catalogue, *, as_json: bool) -> None:
    """Print that the pool is there and nothing of what it holds: terminals are read and logged."""
    times = [one.first_p90_ms for one in pool.scenarios if one.first_p90_ms is not None]
    band_s = [min(times) // 1000, max(times) // 1000] if times else None
    if as_json:
        print_json(
            {
                "drill": pool.drill,
                "type": pool.type,
                "pool": len(pool.scenarios),
                "first_p90_s": band_s,
                "map_stamp": pool.map_stamp,
                "speed_model": pool.speed_model,
            }
        )
        return
    told = [
        say(
            "Drill {number}: {count} scenarios composed and locked; nine in ten of the first teams"
            " are there within {low} to {high} min.",
            number=pool.drill,
            count=len(pool.scenarios),
            low="?" if band_s is None else f"{band_s[0] / 60:.1f}",
            high="?" if band_s is None else f"{band_s[1] / 60:.1f}",
        ),
        say("Seal it next: nothing of it is shown here."),
    ]
    print_lines(catalogue.word(one) for one in told)


def _adversary(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap = load_onemap(options.district)
    faults: list[Fault] = []
    today = datetime.now(UTC).astimezone(zone_of(onemap)).date()
    day = _day("--day", options.day, today, faults)
    rules, areas = _avoided(onemap, options.avoid, faults)
    exams = frozenset(_day("--exam-day", one, today, faults) for one in options.exam_day)
    band_s = _band(options.band, faults)
    if (options.aim == "band") != (band_s is not None):
        problem = say("A band is given for the aim “band”, and only for it.")
        faults.append(_fault("--band", problem, say("Write minutes like 12-15."), options.band))
    hours = _hours(options.hours, faults)
    asked = Question(
        classes=tuple(options.classes or ["toxic"]),
        moments=tuple(datetime(day.year, day.month, day.day, hour) for hour in hours),  # noqa: DTZ001 - its own clock
        aim=Aim(options.aim) if band_s is None else Aim(options.aim, *band_s),
        candidates=_number("--candidates", options.candidates, faults),
        closures=_number("--closures", options.closures, faults),
        no_go=NoGo(tuple(RULES.avoid[key] for key in rules), areas, exams),
    )
    seed = _seed(options.seed, faults)
    if faults:
        raise UserError(faults)
    found = findings(onemap, asked, seed=seed)
    if options.format == "json":
        print_json(findings_document(onemap, found, catalogue))
        return
    print_lines(findings_lines(found, catalogue))


def _avoided(
    onemap: OneMap, given: Sequence[str], faults: list[Fault]
) -> tuple[tuple[str, ...], tuple[Polygon, ...]]:
    """Return the rules and the areas of the files in metres of the map."""
    rules = tuple(one for one in given if one in RULES.avoid)
    areas: list[Polygon] = []
    for text in given:
        if text in RULES.avoid:
            continue
        if Path(text).is_file():
            areas += areas_of(onemap, Path(text), faults)
        else:
            mend = say("Use one of: {known}.", known=f"{', '.join(RULES.avoid)}, FILE")
            faults.append(_fault("--avoid", say("There is no such no-go rule."), mend, text))
    return rules, tuple(areas)


def _window(text: str, today: date, faults: list[Fault]) -> tuple[date, date]:
    if not text:
        return today + timedelta(days=1), today + timedelta(days=AHEAD_DAYS)
    first, _, last = text.partition("..")
    begin = _day("--window", first, today, faults)
    return begin, _day("--window", last, today, faults) if last else begin


def _day(option: str, text: str, today: date, faults: list[Fault]) -> date:
    if not text:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError:
        problem, mend = say("This is no day."), say("Write it like 2026-12-01.")
        faults.append(_fault(option, problem, mend, text))
        return today
    far = planned_problem(found, today)
    if far is not None:
        faults.append(_fault(option, far, say("Give a nearer day."), text))
        return today
    return found


def _hours(text: str, faults: list[Fault]) -> tuple[int, ...]:
    """Return the hours of ``8-18``, ``22-5`` or ``8,9,14``, both ends included."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        ends = [one.strip() for one in (first, last if dash else first)]
        if not all(_NUMBER.fullmatch(one) and int(one) < 24 for one in ends):  # noqa: PLR2004 - a clock
            problem, mend = say("There is no such hour."), say("Write hours like 8-18.")
            faults.append(_fault("--hours", problem, mend, text))
            return (0,)
        begin, end = map(int, ends)
        found += [hour % 24 for hour in range(begin, end + 1 + 24 * (end < begin))]
    return tuple(sorted(set(found)))


def _band(text: str, faults: list[Fault]) -> tuple[int, int] | None:
    if not text:
        return None
    parts = [part.strip() for part in text.split("-")]
    if len(parts) == 2 and all(_MINUTES.fullmatch(part) for part in parts):  # noqa: PLR2004 - from and to
        low, high = (round(float(part) * 60) for part in parts)
        if low <= high:
            return low, high
    problem = say("This is no band of minutes.")
    faults.append(_fault("--band", problem, say("Write minutes like 12-15."), text))
    return None


def _number(option: str, text: str, faults: list[Fault]) -> int:
    if _NUMBER.fullmatch(text):
        return int(text)
    problem = say("It is not a whole number.")
    faults.append(_fault(option, problem, say("Give another."), text))
    return 0


def _seed(text: str, faults: list[Fault]) -> int:
    """Return the seed of a planners' search: no sealed pool is ever made from one that is typed."""
    if re.fullmatch(r"[0-9a-fA-F]{1,64}", text):
        return int(text, 16)
    problem, mend = say("A seed has up to 64 digits from 0 to f."), say("Give another.")
    faults.append(_fault("--seed", problem, mend, text))
    return 0


def _fault(option: str, problem: Sentence, mend: Sentence, value: str = "") -> Fault:
    return Fault(option, problem, mend, value=value[:60])
