"""A brief leaves nothing behind: a server answers for weeks."""

import gc
from collections import Counter
from datetime import UTC, datetime

import shapely

from desks import OneMap
from desks.command import situation_brief
from desks.command.situation import Closures, Incident

NOON = datetime(2026, 9, 16, 12, tzinfo=UTC)


def left_behind(onemap: OneMap, incident: Incident) -> Counter[str]:
    """Return the types of this project that only the collector's full round would free."""
    situation_brief(onemap, incident)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        situation_brief(onemap, incident)
        gc.collect()
        rooms = ("desks.", "routing.", "risk.", "language.")
        return Counter(
            type(thing).__name__ for thing in gc.garbage if type(thing).__module__.startswith(rooms)
        )
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_the_searches_of_a_brief_are_freed_with_it(town: OneMap) -> None:
    """Searches held in a circle grew a server by 3 MB a click."""
    west, south, east, north = town.extent_m
    at = ((west + east) / 2, (south + north) / 2)
    assert left_behind(town, Incident(at=at, time=NOON)) == Counter()


def test_the_searches_around_a_closure_are_freed_too(town: OneMap) -> None:
    west, south, east, north = town.extent_m
    at = ((west + east) / 2, (south + north) / 2)
    area = shapely.Point(at).buffer(150)
    incident = Incident(at=at, time=NOON, closures=Closures(polygons=(area,)))
    assert left_behind(town, incident) == Counter()
