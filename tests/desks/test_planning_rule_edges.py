"""The edges of rules: the limit itself, a place and itself, long chains, what nobody can tell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from desks.onemap import OneMap
from desks.planning.answers import RuleAnswer
from desks.planning.packs import Pack, Rule, Selection
from desks.planning.rule_values import _short
from desks.planning.rules import rule_answers
from tests.desks.worlds import NORTH, SOUTH, put, without

SHELTERS = (Selection("shelter"),)


def made(kind: Any, **more: Any) -> Rule:  # noqa: ANN401
    given = {"needs": SHELTERS, **more}
    return Rule("own.1", kind, "题", "Title", "条文", "纪要", verified=False, **given)


def shelter(name: str, x: float = 100, y: float = 600, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    row = {"id": name, "name": f"{name}所", "at": (x, y), "space": "室外", "grade": "固定",
           "area_m2": 1000.0, "capacity_people": 100}  # fmt: skip
    return {**row, **more}


def village(name: str, x: float, y: float) -> dict[str, Any]:
    return {"id": name, "name": f"{name}村", "at": (x, y), "kind": "城边村"}


def held(town: OneMap, rule: Rule, **rows: Sequence[Mapping[str, Any]]) -> dict[str, RuleAnswer]:
    world = without(town, "shelter", "village", "petrol_station")
    for key, own in rows.items():
        world = put(world, key, own)
    found = rule_answers(world, Pack("own", "", "", "", "", (rule,)))
    return {answer.unit: answer for answer in found}


def said(answer: RuleAnswer) -> list[str]:
    return [str(one) for one in answer.evidence]


STATIONS = made(
    "distance_at_least", needs=(Selection("petrol_station"),), layers=("petrol_station",), value=50
)


def station(name: str, x: float | None) -> dict[str, Any]:
    at = None if x is None else (x, 0)
    return {"id": name, "name": f"{name}站", "at": at}


@pytest.mark.parametrize(
    ("places", "result"),
    [((0,), "pass"), ((0, 50), "pass"), ((0, 49.9), "fail"), ((0, 0), "fail"), ((0, None), None)],
)
def test_a_place_is_not_too_near_to_itself(
    town: OneMap, places: Sequence[float | None], result: str | None
) -> None:
    """Stations 50 m apart from each other: each was 0 m from itself once, so that all failed."""
    rows = [station(f"S{n}", x) for n, x in enumerate(places)]
    found = held(town, STATIONS, petrol_station=rows)[""]
    assert found.result == (result or "not_assessable")
    if result == "fail":
        assert any("S0站 S0 lies" in one and "from S1站 S1" in one for one in said(found))


@pytest.mark.parametrize(
    ("off_m", "own", "apart"), [(-1e-7, "pass", "pass"), (1e-7, "pass", "pass"),
                                (0.002, "fail", "pass"), (-0.002, "pass", "fail")]
)  # fmt: skip
def test_limits_hold_to_the_millimetre(town: OneMap, off_m: float, own: str, apart: str) -> None:
    """A tenth of a micrometre is the noise of degrees: at 500 m both rules hold."""
    mine = made("own_place", of=Selection("village"), within_m=500)
    rows = {"village": [village("V", 0, 0)], "shelter": [shelter("A", 0, 500 + off_m)]}
    assert held(town, mine, **rows)["V"].result == own
    far = made("distance_at_least", layers=("village",), value=500)
    assert held(town, far, **rows)[""].result == apart


def test_a_long_chain_of_villages_yields_to_the_last(town: OneMap) -> None:
    """Each village has the shelters left and right of it; the last one needs the first's.

    Villages stand every 10 m, shelters between them, 5.1 m from the one and 4.9 m from the next:
    all take the nearer, until the last comes, whose only one is taken. 1,200 move on.
    """
    count = 1200
    villages = [village(f"V{n:04}", 10.0 * n, 0) for n in range(count)]
    villages.append(village("W", 10.0 * count - 5.1, 0))
    shelters = [shelter(f"A{n:04}", 10.0 * n - 4.9, 0) for n in range(count + 1)]
    rule = made("own_place", of=Selection("village"), within_m=5.2)
    found = held(town, rule, village=villages, shelter=shelters)
    assert found[""].result == "pass"
    owned = [said(answer)[0].split(",")[0] for unit, answer in found.items() if unit]
    assert len(set(owned)) == len(owned) == count + 1


@pytest.mark.parametrize("shelters", [0, 1, 2, 3])
def test_as_many_villages_as_shelters_have_one(town: OneMap, shelters: int) -> None:
    """Three villages at one spot: the first by id have one, the others fail."""
    rows = [shelter(f"A{n}", 0, 10) for n in range(shelters)]
    villages = [village(name, 0, 0) for name in "CAB"]
    rule = made("own_place", of=Selection("village"), within_m=500)
    found = held(town, rule, village=villages, shelter=rows or [shelter("Z", 0, 9000)])
    passed = [unit for unit, answer in found.items() if unit and answer.result == "pass"]
    assert passed == list("ABC")[:shelters]


def test_evidence_names_five_and_counts_the_rest(town: OneMap) -> None:
    rows = [shelter(f"A{n}", area_m2=float(n)) for n in range(8)]
    rule = made("value_at_least", column="area_m2", value=7)
    found = held(town, rule, shelter=rows)[""]
    assert found.result == "fail"
    assert said(found)[-2:] == ["2 more break it.", "1 keep it."]
    assert said(found)[0] == "A0所 A0: 0 m², the rule says 7 m²."


@pytest.mark.parametrize(
    ("area", "least", "most"),
    [(2000.0, "pass", "pass"), (1999.99, "fail", "pass"), (2000.01, "pass", "fail"),
     (None, "not_assessable", "not_assessable"), (0.0, "fail", "pass")],
)  # fmt: skip
def test_at_least_and_at_most_include_the_figure(
    town: OneMap, area: float | None, least: str, most: str
) -> None:
    rows = [shelter("A", area_m2=area), shelter("B", area_m2=2000.0)]
    for kind, wanted in (("value_at_least", least), ("value_at_most", most)):
        rule = made(kind, column="area_m2", value=2000)
        assert held(town, rule, shelter=rows)[""].result == wanted, kind


@pytest.mark.parametrize(
    ("people", "result"), [(500, "pass"), (501, "fail"), (0, "not_assessable"),
                           (None, "not_assessable")]
)  # fmt: skip
def test_a_ratio_over_nothing_is_no_ratio(town: OneMap, people: int | None, result: str) -> None:
    """1,000 m² for 500 people are 2 m² each; for none they are no figure, not infinity."""
    rule = made("ratio_at_least", column="area_m2", per="capacity_people", value=2)
    rows = [shelter("A", capacity_people=people), shelter("B")]
    assert held(town, rule, shelter=rows)[""].result == result


@pytest.mark.parametrize(
    ("share", "room", "result"),
    [(Fraction(1, 5), 200, "pass"), (Fraction(1, 5), 199, "fail"), (Fraction(1, 3), 333, "fail"),
     (Fraction(1, 3), 334, "pass"), (Fraction(0), 0, "pass"), (Fraction(1), 999, "fail"),
     (Fraction(1), 1000, "pass")],
)  # fmt: skip
def test_room_for_a_share_is_exact(town: OneMap, share: Fraction, room: int, result: str) -> None:
    """1,000 live in the town by night: a third of them are 333.3, and 333 places are too few."""
    rule = made("capacity_share", column="capacity_people", share=share)
    found = held(town, rule, shelter=[shelter("A", capacity_people=room)])[""]
    assert found.result == result
    assert said(found)[0].startswith(f"Room for {room:,} of 1,000 residents ({room / 10:.1f} %)")


def test_less_than_nothing_is_no_room(town: OneMap) -> None:
    """A capacity of −900 beside one of 1,000 does not take from it: the first is no room at all."""
    rule = made("capacity_share", column="capacity_people", share=Fraction(1))
    rows = [shelter("A", capacity_people=1000), shelter("B", capacity_people=-900)]
    assert held(town, rule, shelter=rows)[""].result == "pass"


@pytest.mark.parametrize(
    ("count", "unsure", "result"),
    [(2, 0, "pass"), (1, 0, "fail"), (1, 1, "not_assessable"), (0, 1, "fail"), (2, 5, "pass")],
)
def test_one_place_for_so_many_people(town: OneMap, count: int, unsure: int, result: str) -> None:
    """One for every 500 of 1,000: two are enough; those of no grade may be or not."""
    fixed = Selection("shelter", (("grade", ("固定",)),))
    rows = [shelter(f"A{n}") for n in range(count)]
    rows += [shelter(f"B{n}", grade="") for n in range(unsure)]
    rows.append(shelter("Z", grade="紧急"))
    rule = made("people_per_place", needs=(fixed,), value=500)
    assert held(town, rule, shelter=rows)[""].result == result


def test_a_rule_for_subdistricts_counts_each_ones_own(town: OneMap) -> None:
    """300 live in the north, 700 in the south: 300 places in the north are 100 % and 0 %."""
    rule = made("capacity_share", column="capacity_people", share=Fraction(1), units="subdistrict")
    found = held(town, rule, shelter=[shelter("A", capacity_people=300, code=NORTH)])
    assert {unit: answer.result for unit, answer in found.items()} == {
        "": "fail", NORTH: "pass", SOUTH: "fail",
    }  # fmt: skip
    assert said(found[""])[0] == "1 of 2 pass, 1 fail, 0 cannot be assessed."


def test_a_column_that_is_none_of_the_layer_is_not_assessable(town: OneMap) -> None:
    """A typing error in the user's pack never passes, and the sentence names what was typed."""
    rule = made("value_at_least", column="aera_m2", value=1)
    found = held(town, rule, shelter=[shelter("A")])[""]
    assert found.result == "not_assessable"
    assert "aera_m2" in said(found)[0]


def test_a_column_of_words_is_no_figure(town: OneMap) -> None:
    rule = made("value_at_least", column="grade", value=0)
    found = held(town, rule, shelter=[shelter("A")])[""]
    assert found.result == "not_assessable"
    assert said(found)[0] == "Of 1 nobody can tell: A所 A."


def test_a_district_without_communities_has_nothing_to_judge(town: OneMap) -> None:
    rule = made("count_per_unit", units="community")
    bare = without(put(town, "shelter", [shelter("A")]), "community")
    (answer,) = rule_answers(bare, Pack("own", "", "", "", "", (rule,)))
    assert (answer.unit, answer.result) == ("", "not_assessable")
    assert said(answer) == ["There is nothing that the rule speaks of."]


def test_hostile_names_stay_names_in_evidence(town: OneMap) -> None:
    """A name that looks like a place holder is not filled in a second time."""
    rows = [{**shelter("A", area_m2=1.0), "name": "{count} {0} %s <b>"}]
    rule = made("value_at_least", column="area_m2", value=2)
    found = held(town, rule, shelter=rows)[""]
    assert said(found)[0] == "{count} {0} %s <b> A: 1 m², the rule says 2 m²."


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (1.999, "1.99"), (2.0, "2"), (100.0, "100"), (0.1 + 0.2, "0.3"), (1.1, "1.1"),
     (0.004, "0"), (1e9, "1000000000"), (49.99, "49.99")],
)  # fmt: skip
def test_a_figure_is_cut_never_rounded_up(value: float, shown: str) -> None:
    """1.999 m² is no 2 m², and a cut keeps 49.99 from being 49.98."""
    assert _short(value) == shown


def test_unverified_rules_stay_marked_in_every_answer(town: OneMap) -> None:
    rule = made("count_per_unit", units="subdistrict")
    found = held(town, rule, shelter=[shelter("A")])
    assert {answer.verified for answer in found.values()} == {False}
    told = held(town, replace(rule, verified=True), shelter=[shelter("A")])
    assert {answer.verified for answer in told.values()} == {True}
