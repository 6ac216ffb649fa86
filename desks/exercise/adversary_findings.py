"""The adversary for planners: where help comes last, as a result of its own.

Its dice are never those of a pool, whatever numbers are given as seeds: who knows these findings
knows no sealed scenario. A place may be among both by chance, as it may be among any two draws.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desks.command.compass import compass_point
from desks.onemap import OneMap, rules_digest
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say
from risk.incidents import incident_kind

from .adversary import Aim, Finding, Search, dice_of, search, wheres
from .compose_rules import RULES
from .compose_spots import NO_RULES, NoGo, allowed, spots_of
from .injects import substance_name

FORMAT = 1
TABLES = Path(__file__).parent
"""The tables of this room, which are in no map's stamp: classes of hazard, no-go rules."""

MOST = 100_000
NOTE = say(
    "Found by dice that no pool is composed with; what is sealed is not told. Quantities, winds and"
    " closures are assumptions, figures of the speed model are not all verified."
)


@dataclass(frozen=True)
class Question:
    """What planners ask: classes of compose_classes.toml, full hours, aim, how much is tried."""

    classes: tuple[str, ...]
    moments: tuple[datetime, ...]
    aim: Aim
    candidates: int = 5_000
    closures: int = 2
    no_go: NoGo = NO_RULES


def findings(onemap: OneMap, asked: Question, *, seed: int, workers: int = 2) -> Search:
    """Return the best of the search with the planners' dice.

    Raises:
        UserError: for a class or a number that cannot be, or where no place is left.

    """
    _require(asked)
    dice = dice_of("plan", seed)
    spots = [spot for key in dict.fromkeys(asked.classes) for spot in spots_of(onemap, key, dice)]
    if not spots:
        problem = say("The register has no place for such a drill.")
        layers = sorted({one for key in asked.classes for one in RULES.classes[key]["layers"]})
        mend = say("Enter rows with position and substance: {layers}.", layers=", ".join(layers))
        raise UserError([_fault("--class", problem, mend, ", ".join(asked.classes))])
    free = [set(allowed(onemap, spots, moment, asked.no_go)) for moment in asked.moments]
    at = dict(zip(asked.moments, free, strict=True))
    places = (w for w in wheres(spots, asked.moments, dice) if w.spot in at[w.moment])
    found = search(
        onemap,
        places,
        asked.aim,
        most=asked.candidates,
        closures=asked.closures,
        workers=workers,
    )
    if not found.candidates:
        problem = say("The no-go list excludes every place of the window.")
        mend = say("Take a rule or an area off the list, or give other hours.")
        raise UserError([_fault("--avoid", problem, mend)])
    return found


def findings_document(onemap: OneMap, found: Search, catalogue: Catalogue) -> dict[str, Any]:
    """Return the findings as plain data: degrees, seconds, words of the catalogue."""
    return {
        "format": FORMAT,
        "district": onemap.name_zh if catalogue.language == "zh" else onemap.name_en,
        "stamp": onemap.stamp,
        "tables": rules_digest([TABLES])[:16],
        "speed_model": onemap.speed_model.version,
        "goal": found.aim.goal,
        "candidates": found.candidates,
        "settings": found.settings,
        "cut_off": found.cut_off,
        "reachable_s": None if found.reachable_s is None else list(found.reachable_s),
        "findings": [_row(one, catalogue) for one in found.best],
        "note": catalogue.word(NOTE),
    }


def findings_lines(found: Search, catalogue: Catalogue) -> Iterator[str]:
    """Yield the findings as lines that a person reads."""
    for number, one in enumerate(found.best, start=1):
        row = _row(one, catalogue)
        yield f"{number}. {catalogue.word(_said(row))}"
    if found.reachable_s is not None:
        low, high = (f"{value / 60:.1f}" for value in found.reachable_s)
        yield catalogue.word(
            say(
                "{count} closures of roads tried at {settings} places and hours; nine in ten arrive"
                " within {low} to {high} minutes, {cut} times nobody can come.",
                count=found.candidates,
                settings=found.settings,
                low=low,
                high=high,
                cut=found.cut_off,
            )
        )
    yield catalogue.word(NOTE)


def _row(finding: Finding, catalogue: Catalogue) -> dict[str, Any]:
    chinese = catalogue.language == "zh"
    candidate, brief = finding.candidate, finding.brief
    where, matter = candidate.where, candidate.where.matter
    kind = incident_kind(matter.kind)
    first = brief.responders[0].name if candidate.team and brief.responders else ""
    return {
        "place": f"{brief.place.subdistrict} {where.spot.name}",
        "layer": where.spot.layer,
        "id": where.spot.id,
        "at": list(where.spot.at_deg),
        "hour": where.moment.hour,
        "kind": kind.title_zh if chinese else kind.title_en,
        "substance": substance_name(matter.substance, chinese=chinese),
        "quantity_t": matter.quantity_t,
        "wind_from": catalogue.word(compass_point(matter.wind_from_deg)),
        "wind_ms": matter.wind_ms,
        "closed_roads": list(candidate.closed_roads),
        "first_team": first,
        "p50_s": candidate.p50_s,
        "p90_s": candidate.p90_s,
        "open_p90_s": candidate.open_p90_s,
        "people": candidate.people,
    }


def _said(row: dict[str, Any]) -> Sentence:
    """Return one finding in words."""
    place, roads = f"{row['place']} {row['hour']:02}:00", "、".join(row["closed_roads"]) or "-"
    if row["p90_s"] is None:
        return say("{place}, closed: {roads}: nobody can come.", place=place, roads=roads)
    return say(
        "{place}, closed: {roads}: {team}, nine in ten within {minutes} min ({open} min with open"
        " roads); {people} people in the protective zone.",
        place=place,
        roads=roads,
        team=row["first_team"],
        minutes=f"{row['p90_s'] / 60:.1f}",
        open="?" if row["open_p90_s"] is None else f"{row['open_p90_s'] / 60:.1f}",
        people="?" if row["people"] is None else row["people"],
    )


def _require(asked: Question) -> None:
    faults = [
        _fault(
            "--class",
            say("There is no such class of hazard."),
            say("Use one of: {known}.", known=", ".join(RULES.classes)),
            one,
        )
        for one in asked.classes
        if one not in RULES.classes
    ]
    numbers: Sequence[tuple[str, int, int, int]] = (
        ("--candidates", asked.candidates, 1, MOST),
        ("--closures", asked.closures, 0, 3),
    )
    for option, value, least, most in numbers:
        if not least <= value <= most:
            problem = say("It is no whole number from {least} to {most}.", least=least, most=most)
            faults.append(_fault(option, problem, say("Give another."), str(value)))
    if faults:
        raise UserError(faults)


def _fault(option: str, problem: Sentence, mend: Sentence, value: str = "") -> Fault:
    return Fault(option, problem, mend, value=value[:60])
