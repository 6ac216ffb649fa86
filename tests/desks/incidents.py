"""Random incidents of every kind: nothing may crash, be NaN or blank, and each gap has its words.

``python -m tests.desks.incidents DISTRICT 10000`` asks ten thousand of them.
"""

import dataclasses
import json
import math
import random
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import shapely

from desks.command import Closures, Incident, SituationBrief, brief_document, situation_brief
from desks.onemap import OneMap, load_onemap
from language import Catalogue, Sentence
from risk import INCIDENT_KINDS, RESPONSE_LEVELS, SUBSTANCES
from risk.erg_tables import CONTAINERS
from risk.release import Shape

NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - the hour of the district's own clock
BLANKS = ("nan", "None", "inf", "{", "}")


def random_incident(onemap: OneMap, chance: random.Random) -> Incident:
    """Return an incident anywhere in and around the district, much of it unknown."""
    at = _place(onemap, chance)
    teams = [
        (spec.key, record_id)
        for spec in onemap.layers_for("responder")
        if spec.ranked
        for record_id in onemap.records[spec.key].ids
    ]
    roads = [name for name in onemap.network.names if name]
    return Incident(
        at=at,
        time=NEW_YEAR + timedelta(minutes=chance.randrange(525_600)),
        kind=chance.choice(list(INCIDENT_KINDS)),
        closures=Closures(
            tuple(_areas(at, chance, 0.2)),
            (chance.choice(roads),) if roads and chance.random() < 0.2 else (),
        ),
        substance=chance.choice(["", "", *SUBSTANCES]),
        quantity_t=chance.choice([None, 10 ** chance.uniform(-6, 5)]),
        container=chance.choice(["", *CONTAINERS]),
        wind_from_deg=chance.choice([None, chance.uniform(0, 360), 0.0, 360.0]),
        wind_ms=chance.choice([None, 0.0, chance.uniform(0, 45)]),
        cloud_oktas=chance.choice([None, chance.randrange(9)]),
        withdrawn=tuple(chance.sample(teams, chance.randrange(min(len(teams), 3) + 1))),
        drawn=tuple(_areas(at, chance, 0.15)),
        flooded=tuple(_areas(at, chance, 0.15)),
    )


def _place(onemap: OneMap, chance: random.Random) -> tuple[float, float]:
    """Return a random place within the extent or 3 km around it, or at a hazard's own spot."""
    hazards = [spec.key for spec in onemap.layers_for("hazard")]
    if hazards and chance.random() < 0.3:
        records = onemap.records[chance.choice(hazards)]
        row = chance.randrange(len(records.ids))
        if records.placed[row]:
            return float(records.xy_m[row, 0]), float(records.xy_m[row, 1])
    west, south, east, north = onemap.extent_m
    return chance.uniform(west - 3e3, east + 3e3), chance.uniform(south - 3e3, north + 3e3)


def _areas(at: tuple[float, float], chance: random.Random, share: float) -> Iterator[Shape]:
    if chance.random() < share:
        x_m, y_m = (value + chance.uniform(-900, 900) for value in at)
        yield shapely.Point(x_m, y_m).buffer(chance.uniform(1, 1_500))


def check(onemap: OneMap, brief: SituationBrief, catalogue: Catalogue) -> None:
    """Assert that nothing of the answer is NaN, blank or without a word."""
    for sentence in _sentences(brief):
        text = catalogue.word(sentence)
        assert text.strip(), sentence.template
        assert not any(blank in text.split() for blank in BLANKS), text
    for number in _numbers(brief):
        assert math.isfinite(number)
    assert [team.rank for team in brief.responders] == list(range(1, len(brief.responders) + 1))
    for team in brief.responders:
        assert team.reachable is (team.eta_s is not None)
        assert team.reachable or team.reason is not None
        assert (team.reason is not None) is (not team.reachable or team.in_zone)
        assert not (team.withdrawn and team.reachable)
    assert brief.supplies is not None
    assert brief.response_level is not None
    assert brief.response_level.level in ("", *RESPONSE_LEVELS)
    assert len(brief.calls) >= 8
    assert all(call.name and call.task for call in brief.calls)
    assert all(bool(call.id) is (call.missing is None) for call in brief.calls)
    _check_sums(brief)
    json.dumps(brief_document(onemap, brief, catalogue), allow_nan=False)


def _check_sums(brief: SituationBrief) -> None:
    for need in brief.supplies.needs if brief.supplies is not None else ():
        assert need.short == max(round(need.needed - need.held, 3), 0)
    evacuation = brief.evacuation
    if evacuation is not None:
        short = sum(people for *_, people in evacuation.short)
        assert evacuation.demand_people == evacuation.placed_people + short
        assert sum(walk.people for walk in evacuation.walks) == evacuation.placed_people


def _sentences(thing: Any) -> Iterator[Sentence]:  # noqa: ANN401 - walks any dataclass
    if isinstance(thing, Sentence):
        yield thing
    else:
        for part in _parts(thing):
            yield from _sentences(part)


def _numbers(thing: Any) -> Iterator[float]:  # noqa: ANN401 - walks any dataclass
    if isinstance(thing, float):
        yield thing
    elif not isinstance(thing, Sentence):
        for part in _parts(thing):
            yield from _numbers(part)


def _parts(thing: Any) -> Iterator[Any]:  # noqa: ANN401 - walks any dataclass
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for one in dataclasses.fields(thing):
            yield getattr(thing, one.name)
    elif isinstance(thing, tuple | list):
        yield from thing
    elif hasattr(thing, "values") and hasattr(thing, "items"):
        yield from thing.values()


def ask(onemap: OneMap, count: int, *, seed: int = 1, first: int = 0) -> int:
    """Return how many random incidents were asked and answered whole; the first fault ends it."""
    catalogues = [Catalogue.load(language) for language in ("zh", "en")]
    for number in range(first, first + count):
        incident = random_incident(onemap, random.Random(f"{seed}:{number}"))  # noqa: S311 - reproducible
        try:
            check(onemap, situation_brief(onemap, incident), catalogues[number % 2])
        except Exception as error:
            error.add_note(f"incident {number} of seed {seed}: {incident}")
            raise
    return count


if __name__ == "__main__":
    warnings.simplefilter("error")
    asked = ask(load_onemap(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    sys.stdout.write(f"{asked} random incidents: every answer whole\n")
