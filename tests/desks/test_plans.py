"""Which plan applies: own hazard, kind, subdistrict, district; and hazards without one."""

from dataclasses import replace
from pathlib import Path

import pytest

from desks.command import Incident, situation_brief
from desks.command.placing import place_of
from desks.command.plans import hazard_plans, load_apart, plan_cards
from desks.onemap import OneMap
from geodata.faults import UserError
from tests.desks.making import CALM, at_town
from tests.desks.worlds import NORTH, Row, put, without


def plan(record_id: str, name: str, **columns: object) -> Row:
    row = {"id": record_id, "name": name, "kind": "危险化学品事故应急预案", "level": "街道级",
           "issuer": "北街街道", "issued": "2024-01-01", "filing": "已备案",
           "expiry": "2027-01-01", "at": (100.0, 700.0)}  # fmt: skip
    return {**row, **columns}


def cards(onemap: OneMap, kind: str = "hazmat_leak", substance: str = "") -> list[str]:
    """Return the ids of the cards at (750, 600), in 北街街道."""
    incident = replace(at_town(750, 600, kind=kind), substance=substance)
    place = place_of(onemap, incident.at, road="", road_m=0)
    return [card.id for card in plan_cards(onemap, incident, place)]


def test_every_core_hazard_has_a_plan_or_is_listed(district: OneMap) -> None:
    """Row S1-10: each of the major hazards has at least one plan that applies there."""
    found = hazard_plans(district)
    assert len(found) == len(district.records["hazard"].ids)
    assert all(one.plans for one in found)
    bare = without(district, "plan")
    assert [one.id for one in hazard_plans(bare) if not one.plans] == [one.id for one in found]


def test_a_click_gives_the_plan_that_applies(district: OneMap) -> None:
    """Row S1-10: at a chlorine hazard the first card is the subdistrict's hazmat plan."""
    x_m, y_m = district.records["hazard"].xy_m[0]
    incident = Incident((float(x_m), float(y_m)), CALM, "hazmat_leak", substance="chlorine")
    brief = situation_brief(district, incident)
    card = brief.plan_cards[0]
    assert card.kind == "危险化学品事故应急预案"
    assert card.issuer == brief.place.subdistrict
    assert "危险化学品" in str(card.why)
    assert len(brief.plan_cards) <= 4


def test_the_kind_decides_before_the_place(town: OneMap) -> None:
    rows = [
        plan("A", "北街综合应急预案", kind="综合应急预案"),
        plan("B", "区危化预案", level="区级", issuer="区应急局"),
        plan("C", "北街危化预案"),
        plan("D", "南街危化预案", issuer="南街街道"),
    ]
    assert cards(put(town, "plan", rows)) == ["C", "B", "A"]


def test_the_hazards_own_plan_leads(town: OneMap) -> None:
    rows = [plan("A", "北街危化预案"), plan("B", "甲厂氯罐现场处置方案", kind="", level="企业级")]
    hazards = [{"id": "H", "name": "氯罐区", "firm": "甲厂", "code": NORTH, "at": (760.0, 600.0)}]
    onemap = put(put(town, "plan", rows), "hazard", hazards)
    assert cards(onemap) == ["B", "A"]
    far = [{**hazards[0], "at": (750.0 + 301.0, 600.0)}]
    assert cards(put(onemap, "hazard", far)) == ["A"]


def test_a_plan_in_force_comes_before_one_past_its_day(town: OneMap) -> None:
    rows = [
        plan("A", "甲预案", expiry="2026-09-15", issued="2026-01-01"),
        plan("B", "乙预案", expiry="2026-09-16", issued="2023-01-01"),
        plan("C", "丙预案", expiry="", issued="2024-05-01"),
    ]
    assert cards(put(town, "plan", rows)) == ["C", "B", "A"]


@pytest.mark.parametrize(
    ("kind", "substance", "expected"),
    [
        ("traffic", "", ["T", "Z"]),
        ("traffic", "chlorine", ["W", "T", "Z"]),
        ("fire", "", ["Z"]),
        ("unspecified", "", ["Z"]),
    ],
)
def test_the_substance_brings_its_plans(
    town: OneMap, kind: str, substance: str, expected: list[str]
) -> None:
    """Row S1-10: a lorry with chlorine needs the hazmat plan beside the traffic plan."""
    rows = [
        plan("T", "交通预案", kind="道路交通事故应急预案"),
        plan("W", "危化预案"),
        plan("Z", "综合预案", kind="综合应急预案"),
    ]
    assert cards(put(town, "plan", rows), kind, substance) == expected


def test_no_plan_and_a_lapsed_plan_are_cautions(town: OneMap) -> None:
    leak = at_town(750, 600, kind="hazmat_leak")
    said = [str(c.text) for c in situation_brief(town, leak).cautions]
    assert "No emergency plan on file applies here." in said
    onemap = put(town, "plan", [plan("A", "甲预案", expiry="2026-09-15")])
    said = [str(c.text) for c in situation_brief(onemap, leak).cautions]
    assert "The plan 甲预案 ran out on 2026-09-15." in said


@pytest.mark.parametrize(
    ("kind", "plan_kind", "counts"),
    [
        ("fire", "森林火灾应急预案", False),
        ("fire", "森林火灾和城镇火灾应急预案", True),
        ("fire", "火灾事故应急预案", True),
        ("traffic", "轨道交通运营突发事件应急预案", False),
        ("traffic", "道路交通事故应急预案", True),
        ("mine_collapse", "矿山坍塌应急预案", True),
        ("building_collapse", "矿山坍塌应急预案", False),
        ("building_collapse", "建筑坍塌应急预案", True),
        ("power_outage", "大面积停电应急预案", True),
    ],
)
def test_a_plan_of_another_subject_does_not_count_for_a_word_it_holds(
    town: OneMap, kind: str, plan_kind: str, *, counts: bool
) -> None:
    """Row S1-10: a house burns; the plan for forest fires is of no use."""
    rows = [plan("A", "北街预案", kind=plan_kind)]
    assert cards(put(town, "plan", rows), kind) == (["A"] if counts else [])


def test_plans_have_no_distance(district: OneMap) -> None:
    """A paper lies nowhere: how far it is from the incident says nothing."""
    x_m, y_m = district.records["hazard"].xy_m[0]
    brief = situation_brief(district, Incident((float(x_m), float(y_m)), CALM, "fire"))
    assert "plan" in district.layers
    assert "plan" not in brief.nearby
    assert "department" in brief.nearby


def test_the_subjects_name_their_faults(tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text('[subjects]\napart = [""]\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_apart(path)
    assert len(caught.value.faults) == 3
