"""Teams put into the town by hand, and incidents with a zone drawn around them."""

from collections.abc import Sequence
from dataclasses import replace

import shapely

from desks.command import Incident, SituationBrief, situation_brief
from desks.onemap import OneMap
from tests.desks.making import at_town, town_place
from tests.desks.worlds import Row, put, without

FOUR = ("侦检", "个体防护", "堵漏", "洗消")
WHOLE = (*FOUR, "灭火")


def hazmat(team_id: str, at: tuple[float, float], **columns: object) -> Row:
    """Return a professional hazmat team with what a leak asks for."""
    row = {"id": team_id, "name": f"{team_id}队", "kind": "危险化学品", "order": "专业",
           "equipment": WHOLE, "last_verified": "2026-09-01", "at": at}  # fmt: skip
    return {**row, **columns}


def with_teams(town: OneMap, rows: Sequence[Row]) -> OneMap:
    """Return the town with these teams alone."""
    return put(without(town, "fire_station"), "team", rows)


def zoned(x_m: float, y_m: float, radius_m: float, **known: object) -> Incident:
    """Return a leak of an unnamed substance with a drawn disc around it."""
    incident = at_town(x_m, y_m, kind="building_collapse")
    disc = shapely.Point(town_place(x_m, y_m)).buffer(radius_m)
    return replace(incident, drawn=(disc,), **known)  # type: ignore[arg-type]  # the tests name its own fields


def order(brief: SituationBrief) -> list[str]:
    """Return the ids of the teams in the order of the brief."""
    return [team.id for team in brief.responders]


def first(onemap: OneMap, incident: Incident) -> tuple[str, str]:
    """Return the first team's id and the sentence that defends it."""
    brief = situation_brief(onemap, incident)
    return brief.responders[0].id, str(brief.why_first)
