"""The fast answer for one closure set is the whole brief's, to the millisecond."""

import random
from dataclasses import replace

import pytest

from desks.command import Closures, Incident, situation_brief
from desks.command.first_team import First, first_team, setting_of
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.incidents import random_incident
from tests.desks.making import at_town

SEED = 20261123


def _told(onemap: OneMap, incident: Incident) -> tuple[str, str, int, int, int] | None:
    """Return the first team of the whole brief, as the fast answer tells it."""
    first = situation_brief(onemap, incident).responders[0]
    if first.drive_ms is None or first.eta_s is None or first.p90_s is None:
        return None
    return first.layer, first.id, first.drive_ms, first.eta_s, first.p90_s


def _fast(first: First | None) -> tuple[str, str, int, int, int] | None:
    if first is None:
        return None
    return first.layer, first.id, first.drive_ms, first.eta_s, first.p90_s


def _incidents(onemap: OneMap, count: int) -> list[Incident]:
    """Return incidents anywhere, without areas closed by hand: only roads are closed here."""
    dice = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    found = [random_incident(onemap, dice) for _ in range(count)]
    return [replace(one, closures=Closures()) for one in found]


@pytest.mark.parametrize(("world", "count"), [("town", 30), ("district", 8)])
def test_any_place_hour_and_closure_has_the_first_team_of_the_whole_brief(
    world: str, count: int, request: pytest.FixtureRequest
) -> None:
    onemap: OneMap = request.getfixturevalue(world)
    dice = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    names = sorted(name for name in set(onemap.network.names) if name)
    met = cut = 0
    for incident in _incidents(onemap, count):
        setting = setting_of(onemap, incident)
        base = first_team(onemap, setting, ())
        near = [] if base is None else [name for name, _ in base.roads() if name]
        for roads in ((), tuple(dict.fromkeys(near))[:2], tuple(dice.sample(names, 2))):
            closed = replace(incident, closures=Closures((), roads))
            told = _told(onemap, closed)
            assert _fast(first_team(onemap, setting, roads)) == told, (closed, roads)
            met, cut = met + (told is not None), cut + (told is None)
    assert met >= count


def test_nobody_can_come_where_every_road_is_closed(town: OneMap) -> None:
    incident = at_town(1200, 80)
    names = tuple(sorted(name for name in set(town.network.names) if name))
    setting = setting_of(town, incident)
    assert _fast(first_team(town, setting, ())) == _told(town, incident) is not None
    closed = replace(incident, closures=Closures((), names))
    assert _fast(first_team(town, setting, names)) == _told(town, closed)


def test_a_road_that_the_map_does_not_have_is_told(town: OneMap) -> None:
    setting = setting_of(town, at_town(1200, 80))
    with pytest.raises(UserError):
        first_team(town, setting, ("没有的路",))


def test_the_way_names_its_roads_with_their_metres(town: OneMap) -> None:
    first = first_team(town, setting_of(town, at_town(1200, 80)), ())
    assert first is not None
    brief = situation_brief(town, at_town(1200, 80)).responders[0]
    assert brief.route is not None
    assert [(name, round(metres)) for name, metres in first.roads()] == list(brief.route.roads)
