"""Who answers at a point: four names, or which one is missing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from desks.onemap import OneMap
from desks.register.answering import Answer, answering, answering_document, answering_lines
from language import Catalogue
from tests.desks.making import town_place
from tests.desks.worlds import NORTH, bare, put

DAY = date(2026, 9, 16)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "answering.schema.json"
AT = town_place(500.0, 800.0)
WEEK = {"from_date": "2026-09-14", "until_date": "2026-09-20"}


def shift(number: int, level: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    row = {"id": f"Z{number}", "name": f"{number}号值班", "level": level, "code": "", **WEEK}
    return {**row, "post": "值班员", **more}


ROSTER = [
    shift(1, "区", duty_unit="区应急局"),
    shift(2, "街道", subdistrict="北街街道", duty_unit="北街应急办"),
    shift(3, "社区", subdistrict="北街街道", community="西北社区"),
    shift(4, "企业", duty_unit="示范氯碱厂"),
    shift(5, "街道", subdistrict="南街街道"),
    shift(6, "社区", subdistrict="南街街道", community="西南社区"),
]
PLANT = {"id": "H1", "name": "1号氯罐", "firm": "示范氯碱厂", "at": (600.0, 800.0), "code": NORTH}


def world(town: OneMap, roster: list[dict[str, Any]], **layers: list[dict[str, Any]]) -> OneMap:
    found = put(bare(town), "duty", roster)
    for key, rows in {"hazard": [PLANT], **layers}.items():
        found = put(found, key, rows)
    return found


def by_level(onemap: OneMap, at: tuple[float, float] = AT, on: date = DAY) -> dict[str, Answer]:
    return {answer.level: answer for answer in answering(onemap, at, on=on).answers}


def test_four_levels_answer_at_a_point(town: OneMap) -> None:
    """Rows S0-9 and S2-19: one record each for district, subdistrict, community, enterprise."""
    found = answering(world(town, ROSTER), AT, on=DAY)
    assert (found.subdistrict, found.community) == ("北街街道", "西北社区")
    assert [(a.level, a.layer, a.id, a.person) for a in found.answers] == [
        ("district", "duty", "Z1", "contact"),
        ("subdistrict", "duty", "Z2", "contact"),
        ("community", "duty", "Z3", "contact"),
        ("enterprise", "duty", "Z4", "contact"),
    ]
    assert found.missing == ()
    assert [a.unit for a in found.answers] == ["区应急局", "北街应急办", "西北社区", "示范氯碱厂"]


@pytest.mark.parametrize(("level", "at"), [("district", 0), ("subdistrict", 1), ("community", 2)])
def test_who_is_not_on_the_roster_is_named_as_missing(town: OneMap, level: str, at: int) -> None:
    """Rows S0-9 and S2-19: the level stays in the answer and says which name lacks."""
    roster = [row for number, row in enumerate(ROSTER) if number != at]
    found = answering(world(town, roster), AT, on=DAY)
    assert [answer.level for answer in found.missing] == [level]
    (answer,) = found.missing
    assert (answer.layer, answer.id, answer.person) == ("", "", "")
    assert answer.unit
    assert str(answer.missing) == "The roster names nobody for it."
    assert len(found.answers) == 4


@pytest.mark.parametrize(
    ("on", "there"),
    [(date(2026, 9, 13), False), (date(2026, 9, 14), True), (date(2026, 9, 20), True),
     (date(2026, 9, 21), False)],
)  # fmt: skip
def test_a_shift_holds_from_its_first_to_its_last_day(
    town: OneMap,
    on: date,
    there: bool,  # noqa: FBT001 - a table of cases
) -> None:
    """Row S0-9: both days count; outside them the roster is said not to cover the day."""
    answer = by_level(world(town, ROSTER), on=on)["subdistrict"]
    assert (answer.missing is None) == there
    if not there:
        assert str(answer.missing) == "The roster does not cover that day."


def test_a_line_without_a_name_is_no_answer(town: OneMap) -> None:
    """Row S2-19: a post without a person is a gap, and told apart from no line at all."""
    roster = [row if row["id"] != "Z2" else {**row, "has": ["phone"]} for row in ROSTER]
    answer = by_level(world(town, roster))["subdistrict"]
    assert str(answer.missing) == "The roster has a line for that day, but no name in it."


def test_who_leads_the_shift_is_named_first(town: OneMap) -> None:
    leader = shift(9, "街道", subdistrict=NORTH, post="带班领导")
    assert by_level(world(town, [*ROSTER, leader]))["subdistrict"].id == "Z9"


def test_without_a_roster_a_standing_body_answers_and_that_is_said(town: OneMap) -> None:
    """Row S0-9: a department's contact stands in; the gap in the roster is still told."""
    office = {"id": "D1", "name": "北街应急办", "level": "街道", "subdistrict": "北街街道"}
    roster = [row for row in ROSTER if row["id"] != "Z2"]
    answer = by_level(world(town, roster, department=[office]))["subdistrict"]
    assert (answer.layer, answer.id, answer.missing) == ("department", "D1", None)
    assert str(answer.note) == "The roster names nobody for it."


def test_a_firm_without_a_shift_has_its_responsible_person_or_its_contact(town: OneMap) -> None:
    """Row S0-9: who answers for the source before who may be rung up there."""
    roster = [row for row in ROSTER if row["level"] != "企业"]
    answer = by_level(world(town, roster))["enterprise"]
    assert (answer.layer, answer.id, answer.person) == ("hazard", "H1", "responsible_person")
    contact = [{**PLANT, "has": ["contact"]}]
    assert by_level(world(town, roster, hazard=contact))["enterprise"].person == "contact"
    nobody = by_level(world(town, roster, hazard=[{**PLANT, "has": []}]))["enterprise"]
    assert nobody.missing is not None
    assert nobody.unit == "示范氯碱厂"


@pytest.mark.parametrize(("x_m", "near"), [(899.99, True), (900.5, False)])
def test_a_firm_answers_within_300_m(
    town: OneMap,
    x_m: float,
    near: bool,  # noqa: FBT001 - a table of cases
) -> None:
    answer = by_level(world(town, ROSTER), town_place(x_m, 800.0))["enterprise"]
    assert (answer.unit == "示范氯碱厂") == near
    assert (answer.missing is None) == near


def test_a_firm_of_the_register_of_firms_answers_too(town: OneMap) -> None:
    firm = {"id": "Q1", "name": "示范氯碱厂", "uscc": "91555010MA0000010X", "at": (0.0, 800.0)}
    found = by_level(world(town, ROSTER, firm=[firm]), town_place(0.0, 750.0))["enterprise"]
    assert (found.unit, found.id) == ("示范氯碱厂", "Z4")


def test_a_point_outside_has_a_district_and_three_gaps(town: OneMap) -> None:
    """Row S2-19: outside every unit nobody is made up."""
    found = answering(world(town, ROSTER), town_place(50_000.0, 0.0), on=DAY)
    assert [answer.level for answer in found.missing] == ["subdistrict", "community", "enterprise"]
    assert (found.subdistrict, found.community) == ("", "")


def test_a_community_of_the_same_name_elsewhere_does_not_answer(town: OneMap) -> None:
    roster = [row for row in ROSTER if row["id"] != "Z3"]
    roster.append(shift(8, "社区", subdistrict="南街街道", community="西北社区"))
    assert by_level(world(town, roster))["community"].missing is not None


def test_whoever_states_no_unit_answers_where_the_office_lies(town: OneMap) -> None:
    office = shift(8, "街道", code=NORTH, at=(100.0, 700.0))
    roster = [row for row in ROSTER if row["id"] != "Z2"]
    assert by_level(world(town, [*roster, office]))["subdistrict"].id == "Z8"


def test_every_community_of_the_district_has_four_answers(district: OneMap) -> None:
    """Rows S0-9 and S2-19: the planted gaps of the sample are found, and no others."""
    communities = district.records["community"]
    lacking = {"district": 0, "subdistrict": 0, "community": 0}
    for row in range(len(communities.ids)):
        found = answering(district, tuple(communities.xy_m[row].tolist()))
        assert [a.level for a in found.answers] == [
            "district", "subdistrict", "community", "enterprise",
        ]  # fmt: skip
        for answer in found.answers[:3]:
            assert (answer.id == "") == (answer.missing is not None)
            lacking[answer.level] += answer.missing is not None
    assert lacking["district"] == 0
    rostered = {
        district.records["duty"].text("community", row)
        for row in range(len(district.records["duty"].ids))
        if district.records["duty"].text("level", row) == "社区"
    }
    assert lacking["community"] == len(set(communities.names) - rostered)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_and_the_terminal_hold_no_name(town: OneMap, language: str) -> None:
    catalogue = Catalogue.load(language)
    onemap = world(town, ROSTER[1:])
    found = answering(onemap, AT, on=DAY)
    document = answering_document(onemap, found, catalogue)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert document["answers"][0]["missing"]
    lines = list(answering_lines(found, catalogue))
    assert len(lines) == 4
    assert "✕" in lines[0]
    assert "[duty Z2]" in lines[1]
