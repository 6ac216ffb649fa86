"""Every rule of every pack in three worlds: it holds, it is broken, nobody can tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import shapely

from desks.onemap import OneMap
from desks.planning.answers import Count, Coverage, Covered, RuleAnswer
from desks.planning.coverage import coverage
from desks.planning.packs import Pack, Rule, packs
from desks.planning.rules import rule_answers
from desks.planning.services import service_of
from language import Catalogue
from tests.desks.making import town_place
from tests.desks.worlds import NORTH, SOUTH, put, without

Rows = Sequence[Mapping[str, Any]]
World = Mapping[str, Rows]
NORTH_UNITS = ("440199001001", "440199001002")
SOUTH_UNITS = ("440199002001", "440199002002")
UNITS = NORTH_UNITS + SOUTH_UNITS


def shelter(name: str, space: str = "室外", grade: str = "固定", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a shelter for 100 people on 1,000 m² in the north."""
    row = {"id": name, "name": f"{name}所", "at": (100, 600), "space": space, "grade": grade,
           "area_m2": 1000.0, "capacity_people": 100, "code": NORTH}  # fmt: skip
    return {**row, **more}


def station(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": "F", "name": "站", "at": (0, 0), "kind": "一级站", "code": SOUTH, **more}


def mini(code: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    unit = NORTH if code in NORTH_UNITS else SOUTH
    return {"id": f"M{code}", "name": "微站", "at": (0, 0), "kind": "社区", "people": 6,
            "code": unit, "community_code": code, **more}  # fmt: skip


def village(name: str, x: float, y: float, kind: str = "城边村") -> dict[str, Any]:
    return {"id": name, "name": f"{name}村", "at": (x, y), "kind": kind}


def both(code: str) -> Rows:
    return [shelter(f"out{code}", code=code), shelter(f"in{code}", "室内", code=code)]


EVERY = [*both(NORTH), *both(SOUTH)]
CENTRAL: dict[str, Any] = {"space": "室外", "grade": "中心"}
HAZARDS = {
    "hazard": [{"id": "H", "name": "氯站", "at": (2000, 0)}],
    "petrol_station": [{"id": "P", "name": "油站", "at": (2000, 10)}],
    "gas_filling_station": [{"id": "G", "name": "气站", "at": (2000, 20)}],
    "lpg_station": [{"id": "L", "name": "罐站", "at": (2000, 30)}],
}
CROWDS = {
    "school": [{"id": "X", "name": "校", "at": (0, 50)}],
    "hospital": [{"id": "Y", "name": "院", "at": (0, 900)}],
    "crowded_place": [{"id": "Z", "name": "场", "at": (0, 900)}],
}

# rule: (world in which it holds, world in which it is broken, world in which nobody can tell).
# None: no row of the catalogue can state it, so that it is never assessable.
WORLDS: Mapping[str, tuple[World | None, World | None, World]] = {
    "gd2013.fixed": (
        {"shelter": [shelter("A", capacity_people=150),
                     shelter("B", **CENTRAL, capacity_people=50)]},
        {"shelter": [shelter("A", capacity_people=199), shelter("B", grade="紧急")]},
        {"shelter": [shelter("A"), shelter("B", grade="", capacity_people=500)]},
    ),
    "gd2013.fixed_core": (
        {"shelter": [shelter("A", capacity_people=300)]},
        {"shelter": [shelter("A", capacity_people=299)]},
        {"shelter": [shelter("A", capacity_people=299), shelter("B", capacity_people=None)]},
    ),
    "gd2013.central": (
        {"shelter": [shelter("A", **CENTRAL)]},
        {"shelter": [shelter("A")]},
        {"shelter": [shelter("A"), shelter("B", grade="")]},
    ),
    "gd2013.central_people": (
        {"shelter": [shelter("A", **CENTRAL)]},
        {"shelter": [shelter("A")]},
        {"shelter": [shelter("A", grade="")]},
    ),
    "gd2013.central_area": (
        {"shelter": [shelter("A", **CENTRAL, area_m2=50_000.0)]},
        {"shelter": [shelter("A", **CENTRAL, area_m2=49_999.9)]},
        {"shelter": [shelter("A", **CENTRAL, area_m2=60_000.0),
                     shelter("B", **CENTRAL, area_m2=None)]},
    ),
    "liwan2017.both": (
        {"shelter": EVERY},
        {"shelter": [*both(NORTH), shelter("C", code=SOUTH), shelter("D", code=SOUTH)]},
        {"shelter": [*both(NORTH), shelter("C", code=SOUTH), shelter("D", "", code=SOUTH)]},
    ),
    "liwan2017.village": (
        {"village": [village("V", 0, 0), village("W", 0, 9_000, "城中村")],
         "shelter": [shelter("A", grade="紧急", at=(0, 500))]},
        {"village": [village("V", 0, 0)], "shelter": [shelter("A", grade="紧急", at=(0, 500.1))]},
        {"village": [village("V", 0, 0)],
         "shelter": [shelter("A", grade="", at=(0, 0)), shelter("B", grade="紧急", at=(0, 900))]},
    ),
    "gb51143.urgent_m2": (
        {"shelter": [shelter("A", grade="紧急", area_m2=50.0)]},
        {"shelter": [shelter("A", grade="紧急", area_m2=49.9)]},
        {"shelter": [shelter("A", grade="紧急", capacity_people=0), shelter("B", area_m2=2.0)]},
    ),
    "gb51143.fixed_m2": (
        {"shelter": [shelter("A", area_m2=200.0)]},
        {"shelter": [shelter("A", area_m2=199.0)]},
        {"shelter": [shelter("A", area_m2=None), shelter("B", area_m2=900.0)]},
    ),
    "gb51143.central_m2": (
        {"shelter": [shelter("A", **CENTRAL, area_m2=450.0)]},
        {"shelter": [shelter("A", **CENTRAL, area_m2=449.0)]},
        {"shelter": [shelter("A")]},
    ),
    "gb51143.fixed_area": (
        {"shelter": [shelter("A", area_m2=2000.0)]},
        {"shelter": [shelter("A", area_m2=1999.0), shelter("B", area_m2=None)]},
        {"shelter": [shelter("A", grade="", area_m2=1.0), shelter("B", area_m2=3000.0)]},
    ),
    "gb51143.central_area": (
        {"shelter": [shelter("A", **CENTRAL, area_m2=200_000.0)]},
        {"shelter": [shelter("A", **CENTRAL, area_m2=199_999.0)]},
        {"shelter": [shelter("A", **CENTRAL, area_m2=None)]},
    ),
    "gb51143.fixed_share": (
        {"shelter": [shelter("A", capacity_people=150)]},
        {"shelter": [shelter("A", capacity_people=149)]},
        {"shelter": [shelter("A", capacity_people=None)]},
    ),
    "gb51143.central_people": (
        {"shelter": [shelter("A", **CENTRAL)]},
        {"shelter": [shelter("A", grade="紧急")]},
        {"shelter": [shelter("A", grade=""), shelter("B", grade="紧急")]},
    ),
    "gb51143.fire_distance": (
        {**HAZARDS, "shelter": [shelter("A", at=(1970, 0))]},
        {**HAZARDS, "shelter": [shelter("A", at=(1971, 0))]},
        {**HAZARDS, "shelter": [shelter("A"), shelter("B", at=None)]},
    ),
    "gb51143.entrances": (None, None, {"shelter": [shelter("A", **CENTRAL)]}),
    "jb152.area_first": (None, None, {"fire_station": [station()]}),
    "jb152.area_second": (None, None, {"fire_station": [station(kind="二级站")]}),
    "jb152.area_small": (None, None, {"fire_station": [station(kind="小型站")]}),
    "jb152.setback": (None, None, {"fire_station": [station()]}),
    "jb152.exit": (
        {**CROWDS, "fire_station": [station()]},
        {**CROWDS, "fire_station": [station(at=(0, 1))]},
        {"school": CROWDS["school"], "fire_station": [station()]},
    ),
    "jb152.hazchem": (
        {**HAZARDS, "fire_station": [station(at=(1700, 0))]},
        {**HAZARDS, "fire_station": [station(at=(1700.5, 0))]},
        {**HAZARDS, "hazard": [*HAZARDS["hazard"], {"id": "I", "name": "无位", "at": None}],
         "fire_station": [station(at=(1700, 0))]},
    ),
    "mini301.each": (
        {"mini_station": [mini(code) for code in UNITS]},
        {"mini_station": [*(mini(code) for code in UNITS[:3]), mini(UNITS[3], kind="重点单位")]},
        {"mini_station": [*(mini(code) for code in UNITS[:3]), mini(UNITS[3], kind="")]},
    ),
    "mini301.staff": (
        {"mini_station": [mini(UNITS[0]), mini(UNITS[2])]},
        {"mini_station": [mini(UNITS[0]), mini(UNITS[2], people=5)]},
        {"mini_station": [mini(UNITS[0]), mini(UNITS[2], people=None)]},
    ),
}  # fmt: skip

SHARES = [r for p in packs().values() for r in p.rules if r.kind == "coverage_share"]
COUNTED = [r for p in packs().values() for r in p.rules if r.kind != "coverage_share"]


def answers(onemap: OneMap, rule: Rule, *given: Coverage) -> tuple[RuleAnswer, ...]:
    pack = Pack("own", "", "", "", "", (rule,))
    return rule_answers(onemap, pack, given)


def world(town: OneMap, rows: World) -> OneMap:
    bare = without(town, "shelter", "team", "depot", "expert", "village")
    if "lpg_station" in rows and "plant_boundary" not in rows:
        bare = _with_boundary(bare)
    for key, held in rows.items():
        bare = put(bare, key, held)
    return bare


def _with_boundary(town: OneMap) -> OneMap:
    """Return the town with a works whose fence runs from (2000, -100) to (2100, -50)."""
    made = put(
        town, "plant_boundary", [{"code": "B", "id": "B", "name": "厂界", "at": (2050, -75)}]
    )
    box = shapely.box(*town_place(2000, -100), *town_place(2100, -50))
    frame = made.layers["plant_boundary"].copy()
    frame.geometry = [box]
    return replace(made, layers={**made.layers, "plant_boundary": frame})


def test_every_rule_of_every_pack_has_its_worlds() -> None:
    assert set(WORLDS) == {rule.id for rule in COUNTED}
    assert len(SHARES) == 12


@pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: str(rule.id))
def test_each_rule_passes_fails_or_cannot_be_assessed(town: OneMap, rule: Rule) -> None:
    """Rows S1-2 and S1-3: three worlds for each rule, with evidence in both languages."""
    for wanted, rows in zip(("pass", "fail", "not_assessable"), WORLDS[rule.id], strict=True):
        if rows is None:
            continue
        found = answers(world(town, rows), rule)
        assert found[0].unit == ""
        assert found[0].result == wanted, (wanted, [str(e) for e in found[0].evidence])
        for answer in found:
            assert answer.evidence
            assert (answer.clause, answer.verified) == (rule.clause, rule.verified)
            for language in ("zh", "en"):
                assert all(Catalogue.load(language).word(said) for said in answer.evidence)


@pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: str(rule.id))
def test_without_the_layer_no_rule_passes(town: OneMap, rule: Rule) -> None:
    found = answers(world(town, {}), rule)
    assert {answer.result for answer in found} == {"not_assessable"}
    assert "has no layer" in str(found[0].evidence[0]) or "0 of" in str(found[0].evidence[0])


@pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: str(rule.id))
def test_with_its_columns_empty_no_rule_passes(town: OneMap, rule: Rule) -> None:
    """The column a rule needs is there and empty: it is not assessable, never pass."""
    for rows in WORLDS[rule.id][:1]:
        for key in {column for need in rule.needs for column, _ in need.where} | {rule.column}:
            if rows is None or not key:
                continue
            layer = rule.needs[0].layer
            blank: Any = None if key in {"area_m2", "capacity_people", "people"} else ""
            emptied = {**rows, layer: [{**row, key: blank} for row in rows[layer]]}
            found = answers(world(town, emptied), rule)
            assert found[0].result == "not_assessable", key


@cache
def _rule(name: str) -> Rule:
    return next(r for p in packs().values() for r in p.rules if r.id == name)


def by_unit(onemap: OneMap, name: str) -> dict[str, RuleAnswer]:
    return {answer.unit: answer for answer in answers(onemap, _rule(name))}


def test_a_street_with_two_outdoor_and_no_indoor_fails(town: OneMap) -> None:
    """Row S1-2: at least one outdoor fixed and at least one indoor, in each subdistrict."""
    rows = [*both(NORTH), shelter("C", code=SOUTH), shelter("D", code=SOUTH)]
    found = by_unit(world(town, {"shelter": rows}), "liwan2017.both")
    assert found[NORTH].result == "pass"
    assert found[SOUTH].result == "fail"
    assert [str(said) for said in found[SOUTH].evidence] == [
        "室外 固定 中心: 2 of at least 1: C所 C, D所 D.",
        "室内: 0 of at least 1: —.",
    ]
    assert "Failing: 南街街道." in [str(said) for said in found[""].evidence]


def test_an_urgent_outdoor_shelter_is_no_fixed_one(town: OneMap) -> None:
    rows = [shelter("A", grade="紧急"), shelter("B", "室内"), *both(SOUTH)]
    found = by_unit(world(town, {"shelter": rows}), "liwan2017.both")
    assert found[NORTH].result == "fail"


def test_each_village_has_a_place_of_its_own(town: OneMap) -> None:
    """Row S1-3: per village; two villages beside one shelter have one between them.

    V may use A alone, W may use A and B: W yields A, so that both have one. X is left over.
    """
    villages = [village("V", 0, 0), village("W", 300, 0), village("X", 0, 100, "城郊村"),
                village("U", 0, 0, "城中村"), village("K", 0, 0, "")]  # fmt: skip
    shelters = [shelter("A", grade="紧急", at=(0, 0)), shelter("B", grade="紧急", at=(800, 0))]
    found = by_unit(world(town, {"village": villages, "shelter": shelters}), "liwan2017.village")
    assert {unit: answer.result for unit, answer in found.items()} == {
        "": "fail", "V": "pass", "W": "pass", "X": "fail", "K": "not_assessable",
    }  # fmt: skip
    assert str(found["W"].evidence[0]) == "B所 B, 500 m away."
    assert [str(said) for said in found["X"].evidence] == [
        "No place of its own within 500 m; the nearest is A所 A, 100 m away.",
        "It counts for V村 V.",
    ]


def test_a_village_without_position_cannot_be_assessed(town: OneMap) -> None:
    rows = {"village": [{**village("V", 0, 0), "at": None}],
            "shelter": [shelter("A", grade="紧急")]}  # fmt: skip
    found = by_unit(world(town, rows), "liwan2017.village")
    assert found["V"].result == "not_assessable"


def test_unknown_residents_leave_room_unassessable(town: OneMap) -> None:
    """A part without residents on file would make a sum too small, and the rule easy to pass."""
    rows = {"shelter": [shelter("A", capacity_people=10_000)]}
    made = world(town, rows)
    records = made.records["community"]
    nobody = {**records.columns, "residents_day": (None, 1, 1, 1),
              "residents_night": (None, 1, 1, 1)}  # fmt: skip
    unknown = replace(made, records={**made.records, "community": replace(records, columns=nobody)})
    found = answers(unknown, _rule("gd2013.fixed"))
    assert found[0].result == "not_assessable"
    assert str(found[0].evidence[0]) == "The residents are not on file."


def test_a_place_near_the_fence_is_measured_to_the_fence(town: OneMap) -> None:
    rows = {**HAZARDS, "fire_station": [station(at=(2300, -75))]}
    found = answers(world(town, rows), _rule("jb152.hazchem"))
    assert "lies 200 m from 厂界" in " ".join(str(said) for said in found[0].evidence)


def _covered(row: Covered, people: int, covered: int | None) -> Covered:
    count = Count(covered, None)
    return replace(row, people=people, counts=dict.fromkeys(row.counts, count))


def _made(town: OneMap, rule: Rule, change: Callable[[Covered], Covered]) -> Coverage:
    """Return a coverage of the rule's service in which every unit is as ``change`` says."""
    found = coverage(town, service_of("shelter", "500m"))
    return replace(
        found,
        service=service_of(rule.service, rule.within),
        communities=tuple(change(row) for row in found.communities),
        subdistricts=tuple(change(row) for row in found.subdistricts),
        totals=change(found.totals),
    )


@pytest.mark.parametrize("rule", SHARES, ids=lambda rule: str(rule.id))
def test_each_share_passes_fails_or_cannot_be_assessed(town: OneMap, rule: Rule) -> None:
    """Row S1-4: 100 % only where every unit is 100 %; 9,999 of 10,000 is no pass."""
    full = _made(town, rule, lambda row: _covered(row, 10_000, 10_000))
    assert {a.result for a in answers(town, rule, full)} == {"pass"}
    units = UNITS if rule.units == "community" else (NORTH, SOUTH)
    short = _made(town, rule, lambda row: _covered(row, 10_000, 9_999 + (row.code != units[0])))
    found = {a.unit: a for a in answers(town, rule, short)}
    assert {unit: a.result for unit, a in found.items()} == {
        "": "fail", **dict.fromkeys(units, "pass"), units[0]: "fail",
    }  # fmt: skip
    assert "(99.9 %" in str(found[units[0]].evidence[0])
    unknown = _made(town, rule, lambda row: _covered(row, 10_000, None))
    empty = _made(town, rule, lambda row: _covered(row, 0, 0))
    for given in ((), (unknown,), (empty,)):
        assert {a.result for a in answers(town, rule, *given)} == {"not_assessable"}


def test_a_unit_with_unknown_residents_never_passes(town: OneMap) -> None:
    """All whose residents are on file are covered, and one community is not on file."""
    rule = _rule("gd2013.subdistrict")
    full = _made(town, rule, lambda row: _covered(row, 100, 100))
    part = replace(full, demand=replace(full.demand, missing=(0,)))
    found = {a.unit: a for a in answers(town, rule, part)}
    assert (found[NORTH].result, found[SOUTH].result, found[""].result) == (
        "not_assessable", "pass", "not_assessable",
    )  # fmt: skip
    assert "西北社区" in str(found[NORTH].evidence[-1])


def test_a_coverage_of_another_reach_does_not_count(town: OneMap) -> None:
    rule = _rule("gd2013.subdistrict")
    far = replace(_made(town, rule, lambda row: _covered(row, 1, 1)),
                  service=service_of("shelter", "600m"))  # fmt: skip
    found = answers(town, rule, far)
    assert {a.result for a in found} == {"not_assessable"}


def test_answers_keep_the_order_of_pack_and_codes(town: OneMap) -> None:
    pack = packs()["mini301"]
    found = rule_answers(world(town, {"mini_station": [mini(UNITS[0])]}), pack)
    assert [a.id for a in found] == sorted(
        (a.id for a in found), key=[r.id for r in pack.rules].index
    )
    assert [a.unit for a in found if a.id == "mini301.each"] == ["", *UNITS]
