"""Whoever answers or is called stands in one list, once, at the highest level."""

from dataclasses import replace

from desks.command import Incident, situation_brief
from desks.command.answers import Call
from desks.command.bodies import Body, bodies
from desks.command.lines import brief_lines
from desks.command.situation import Answerable, SituationBrief
from desks.onemap import OneMap
from language import Catalogue, say
from tests.desks.making import CALM, at_town


def brief_of(
    town: OneMap, called: tuple[Call, ...], answering: tuple[Answerable, ...]
) -> SituationBrief:
    return replace(situation_brief(town, at_town(750, 500)), calls=called, escalation=answering)


def at_chlorine(district: OneMap) -> SituationBrief:
    x_m, y_m = district.records["hazard"].xy_m[0]
    at = (float(x_m), float(y_m))
    return situation_brief(district, Incident(at, CALM, "hazmat_leak", substance="chlorine"))


def test_nobody_stands_twice_and_nobody_is_lost(district: OneMap) -> None:
    """Rows S2-3 and S2-4: the office that answers for the district is also called first."""
    brief = at_chlorine(district)
    found = bodies(district, brief)
    names = [body.name for body in found if body.missing is None]
    assert len(names) == len(set(names))
    assert set(names) == {call.name for call in brief.calls if call.missing is None} | {
        answer.name for answer in brief.escalation if answer.missing is None
    }
    both = {call.id for call in brief.calls} & {answer.id for answer in brief.escalation}
    assert both, "the sample has bodies in both lists"
    assert [body.order for body in found if body.order] == [call.order for call in brief.calls]


def test_the_highest_level_is_marked(town: OneMap) -> None:
    """A water works answers as a firm and once more for the city."""
    twice = tuple(
        Answerable(level, "hazard", level, "水厂", None) for level in ("enterprise", "city")
    )
    found = bodies(town, brief_of(town, (), twice))
    assert found == (Body(None, "hazard", "enterprise", "水厂", "city", "", None, None),)


def test_what_is_missing_stays_in_the_list(town: OneMap) -> None:
    lack = say("The register of departments has no {body}.", body="119")
    call = Call(1, "", "", "119", "1", "", 5, lack)
    gaps = tuple(
        Answerable(level, "", "", "", say("No city department is registered."))
        for level in ("city",)
    )
    found = bodies(town, brief_of(town, (call,), gaps))
    assert [(body.order, body.level, body.missing is not None) for body in found] == [
        (1, "", True),
        (None, "city", True),
    ]


def test_the_terminal_prints_each_body_once(district: OneMap) -> None:
    lines = list(brief_lines(district, at_chlorine(district), Catalogue.load("zh")))
    assert sum("区应急管理局" in line for line in lines) == 1


def test_the_terminal_prints_each_unit_of_the_place_once(district: OneMap) -> None:
    """The large grid of a place bears the subdistrict's name, the middle one the community's."""
    brief = at_chlorine(district)
    lines = list(brief_lines(district, brief, Catalogue.load("zh")))
    place = next(line for line in lines if line.startswith(brief.place.subdistrict))
    parts = place.split(" · ")
    assert len(parts) == len(set(parts)) == 4
