"""The six indicators: worked out by hand, and never lowered by a good deed."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.onemap import OneMap
from desks.register.dispatch import dispatch_parts
from desks.register.indicators import (
    FULL_S,
    INDICATORS,
    NONE_S,
    Indicator,
    ground,
    indicators,
    indicators_document,
    indicators_lines,
    indicators_of,
    part_title,
)
from desks.register.needs import Need, Needs
from desks.register.response import response_times
from desks.stock import CHINA, Lot, Movement, Portion, moving
from language import Catalogue
from tests.desks.worlds import NORTH, SOUTH, bare, put, stocked

DAY = date(2026, 9, 16)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "indicators.schema.json"
SETTINGS = settings(derandomize=True, deadline=None, max_examples=40)
DEPOTS = [
    {"id": "D1", "name": "北街物资库", "kind": "街道级", "at": (500.0, 1000.0), "code": NORTH},
    {"id": "D2", "name": "南街物资库", "kind": "街道级", "at": (500.0, 0.0), "code": SOUTH},
]


def need(key: str, per_10k: float, **more: Any) -> Need:  # noqa: ANN401 - any field
    return Need(key, key, key, more.pop("units", ("箱",)), per_10k, "手算", verified=False, **more)


NEEDS = Needs(
    "test",
    (
        need("water", 1000.0, items=("饮用水",)),
        need("tents", 100.0, items=("帐篷",), units=("顶",)),
        need("places", 10_000.0, purpose="refuge", column="capacity_people", units=("人",)),
    ),
)
Line = tuple[str, str, float, str, str]


def world(town: OneMap, *lines: Line) -> OneMap:
    return stocked(put(bare(town), "depot", DEPOTS), lines)


def six(onemap: OneMap, code: str = NORTH, **more: Any) -> dict[str, Indicator]:  # noqa: ANN401
    found = ground(onemap, as_of=DAY, needs=NEEDS, **more)
    return {one.key: one for one in indicators_of(found, code)}


def test_the_six_are_those_of_the_plan_in_its_order() -> None:
    """Row S0-8: 种类齐全、数量丰富、分布合理、数据真实、管理得当、调度得力, each with a formula."""
    assert [spec.title_zh for spec in INDICATORS] == [
        "种类齐全", "数量丰富", "分布合理", "数据真实", "管理得当", "调度得力",
    ]  # fmt: skip
    words = Catalogue.load("zh")
    assert [words.word(spec.title) for spec in INDICATORS] == [s.title_zh for s in INDICATORS]
    assert len({words.word(spec.formula) for spec in INDICATORS}) == 6


def test_quantity_is_the_mean_of_have_by_need(town: OneMap) -> None:
    """Row S0-8: 300 residents ask for 30 boxes, 3 tents and 300 places; 15, 6 and 0 are there."""
    found = six(world(town, ("D1", "饮用水", 15, "箱", ""), ("D1", "帐篷", 6, "顶", "")))
    parts = found["quantity"].parts
    assert [(part.have, part.need, part.score) for part in parts] == [
        (15.0, 30.0, 50.0), (6.0, 3.0, 100.0), (0.0, 300.0, 0.0),
    ]  # fmt: skip
    assert found["quantity"].score == 50.0
    assert parts[0].rows == (("depot", "D1"),)


@pytest.mark.parametrize(
    ("line", "have"),
    [
        (("D1", "饮用水", 10.0, "箱", "2026-09-16"), 10.0),
        (("D1", "饮用水", 10.0, "箱", "2026-09-15"), 0.0),
        (("D1", "饮用水", 10.0, "瓶", ""), 0.0),
        (("D2", "饮用水", 10.0, "箱", ""), 0.0),
        (("D9", "饮用水", 10.0, "箱", ""), 0.0),
        (("D1", "瓶装饮用水", 10.0, "箱", ""), 10.0),
    ],
)
def test_only_stock_of_the_place_the_unit_and_in_date_counts(
    town: OneMap, line: Line, have: float
) -> None:
    """Row S0-8: the last day itself is in date; another unit is not added to boxes."""
    assert six(world(town, line))["quantity"].parts[0].have == have


def test_kinds_are_layers_and_items_of_which_one_is_there(town: OneMap) -> None:
    """Row S0-8: a depot and water, of six layers of resources and two items."""
    found = six(world(town, ("D1", "饮用水", 1, "箱", "")))["kinds"]
    there = [part_title(p, Catalogue.load("zh")) for p in found.parts if p.score == 100.0]
    assert there == ["应急物资库", "water"]
    assert len(found.parts) == 6 + 2
    assert found.score == 25.0


def test_without_residents_quantity_cannot_be_judged_and_is_not_zero(town: OneMap) -> None:
    units = town.records["subdistrict"]
    columns = MappingProxyType({**units.columns, "residents_night": (None, None)})
    records = {**town.records, "subdistrict": replace(units, columns=columns)}
    onemap = replace(town, records=MappingProxyType(records))
    assert six(onemap)["quantity"].score is None


def test_distribution_is_the_first_teams_time_by_residents(town: OneMap) -> None:
    """Row S0-8: both communities of the north, weighted 100 to 200, from the response times."""
    response = response_times(town)
    own = [at for at, code in enumerate(response.subdistricts) if code == NORTH]
    assert [response.residents[at] for at in own] == [100, 200]
    scores = [
        100 * min(1.0, max(0.0, (NONE_S - response.soonest_s[at]) / (NONE_S - FULL_S)))
        for at in own
    ]
    found = six(town)["distribution"]
    assert found.score == pytest.approx((100 * scores[0] + 200 * scores[1]) / 300)
    assert [part.have for part in found.parts] == [response.soonest_s[at] for at in own]
    assert {part.rows[0][0] for part in found.parts} == {"team"}


def test_where_nobody_comes_distribution_is_zero_and_says_so(town: OneMap) -> None:
    found = six(bare(town))["distribution"]
    assert found.score == 0.0
    assert "no team comes" in str(found.parts[0].what)


def test_response_times_are_those_of_the_brief_at_the_same_place(town: OneMap) -> None:
    """Row S0-8: 分布 rests on the spine: call, turnout and drive; nobody drives off the island.

    The south-eastern community's own point lies beside the island: it still counts by the main
    network, else no team of the town would ever reach it.
    """
    response = response_times(town)
    at = town.records["community"].ids.index("440199001001")
    row = response.teams.index(("team", "T1"))
    model = town.speed_model
    before = np.ceil(model.call_s[0]) + np.ceil(model.turnout_s("综合消防")[0])
    assert response.times_s[row, at] > before
    assert response.first(at) == ("team", "T1")
    island = response.teams.index(("team", "T3"))
    assert np.isinf(response.times_s[island]).all()
    assert np.isfinite(response.soonest_s).all()


def test_management_is_the_mean_of_four_shares(town: OneMap) -> None:
    """Row S0-8: 7 of 8 fields, 1 of 2 reviews in time, 1 of 2 plans, 1 of 2 lines in date."""
    sources = [
        {"id": f"H{n}", "name": f"{n}号罐", "at": (100.0 * n, 700.0), "measure": measure,
         "responsible_unit": "应急办", "next_review": review}
        for n, measure, review in ((1, "巡检", "2026-09-15"), (2, "", "2026-12-01"))
    ]  # fmt: skip
    plans = [
        {"id": f"P{n}", "name": f"{n}号预案", "at": (0.0, 900.0), "filing": status}
        for n, status in ((1, "已备案"), (2, "未备案"))
    ]
    onemap = world(town, ("D1", "饮用水", 1, "箱", ""), ("D1", "帐篷", 1, "顶", "2026-01-01"))
    found = six(put(put(onemap, "hazard", sources), "plan", plans))["management"]
    assert [part.score for part in found.parts] == [87.5, 50.0, 50.0, 50.0]
    assert found.score == pytest.approx((87.5 + 150) / 4)
    assert found.parts[-1].rows == (("depot", "D1"),)


def test_truth_is_the_truth_score_of_all_registers(town: OneMap) -> None:
    found = ground(town, as_of=DAY, needs=NEEDS)
    (one,) = [i for i in indicators_of(found, NORTH) if i.key == "truth"]
    assert one.score == found.truth.of(NORTH).score


WATER = Lot("", "饮用水", "箱")
NOON = datetime(2026, 9, 16, 12, 0, tzinfo=CHINA)


def move(kind: str, source: str, target: str, amount: int = 1, *, days: int = 0) -> Movement:
    at = NOON - timedelta(days=days)
    found = moving(kind, Portion(WATER, Decimal(amount)), source, target, at=at)
    return replace(found, id=f"{kind}-{source}-{target}-{days}-{amount}")


STORES = frozenset({"D1"})


def shares(*movements: Movement) -> list[tuple[int, int]]:
    return [(part.good, part.of) for part in dispatch_parts(movements, STORES, DAY)]


def test_without_a_movement_dispatch_cannot_be_judged(town: OneMap) -> None:
    """Row S0-8: an empty ledger is no bad mark."""
    assert shares() == []
    assert shares(move("opening", "source", "depot:D2")) == []
    assert six(world(town))["dispatch"].score is None


@pytest.mark.parametrize(
    ("movements", "wanted"),
    [
        ([move("opening", "source", "depot:D1", 9, days=400)], [(0, 1), (1, 1), (0, 0)]),
        ([move("count", "source", "depot:D1", days=365)], [(1, 1), (1, 1), (0, 0)]),
        ([move("count", "source", "depot:D1", days=366)], [(0, 1), (1, 1), (0, 0)]),
        ([move("issue", "depot:D1", "use:桥", days=5)], [(0, 1), (0, 1), (0, 0)]),
        ([move("issue", "depot:D1", "use:桥", days=31)], [(0, 1), (0, 1), (0, 1)]),
        ([move("issue", "depot:D1", "use:桥", days=30)], [(0, 1), (0, 1), (0, 0)]),
    ],
)
def test_dispatch_shares_by_hand(movements: list[Movement], wanted: list[tuple[int, int]]) -> None:
    """Row S0-8: counted within 365 days, no deficit, issues of over 30 days ago settled."""
    assert shares(*movements) == wanted


def test_what_comes_back_or_is_written_off_settles_the_oldest_issue() -> None:
    stock = move("opening", "source", "depot:D1", 20, days=100)
    issues = [move("issue", "depot:D1", "use:桥", 4, days=days) for days in (60, 50)]
    assert shares(stock, *issues)[2] == (0, 2)
    assert shares(stock, *issues, move("return", "use:桥", "depot:D1", 4))[2] == (1, 2)
    back = [move("return", "use:桥", "depot:D1", 4), move("loss", "use:桥", "loss", 4, days=1)]
    assert shares(stock, *issues, *back)[2] == (2, 2)


def test_a_movement_after_the_day_is_not_seen() -> None:
    assert shares(move("count", "source", "depot:D1", days=-1)) == []


DEEDS = st.sampled_from(
    [("count", "source", "depot:D1"), ("return", "use:桥", "depot:D1"),
     ("receipt", "source", "depot:D1"), ("loss", "use:桥", "loss")]
)  # fmt: skip
PAST = st.lists(
    st.tuples(
        st.sampled_from(
            [("opening", "source", "depot:D1"), ("issue", "depot:D1", "use:桥"),
             ("return", "use:桥", "depot:D1"), ("issue", "depot:D1", "use:渡口")]
        ),
        st.integers(1, 9),
        st.integers(1, 500),
    ),
    max_size=6,
)  # fmt: skip


@SETTINGS
@given(PAST, DEEDS, st.integers(1, 9))
def test_counting_returning_and_writing_off_never_lower_dispatch(
    town: OneMap,
    past: list[tuple[tuple[str, str, str], int, int]],
    deed: tuple[str, str, str],
    amount: int,
) -> None:
    """Row S0-8: 调度得力 is monotone: what is followed up is never punished."""
    onemap = world(town)
    before = [move(*route, amount, days=days) for route, amount, days in past]
    after = [*before, replace(move(*deed, amount), id="deed")]
    first = six(onemap, movements=before)["dispatch"].score
    then = six(onemap, movements=after)["dispatch"].score
    assert first is None or (then is not None and then >= first - 1e-9)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["D1", "D2"]),
        st.sampled_from(["饮用水", "帐篷", "沙袋"]),
        st.integers(0, 50),
        st.sampled_from(["箱", "顶"]),
        st.sampled_from(["", "2026-01-01", "2027-01-01"]),
    ),
    max_size=6,
)


@SETTINGS
@given(LINES, LINES)
def test_adding_stock_never_lowers_quantity_or_kinds(
    town: OneMap, had: list[Line], added: list[Line]
) -> None:
    """Row S0-8: monotone: adding stock never lowers 数量, in its own subdistrict or another."""
    for code in (NORTH, SOUTH):
        before, after = six(world(town, *had), code), six(world(town, *had, *added), code)
        for key in ("quantity", "kinds"):
            first, then = before[key].score, after[key].score
            assert first is not None
            assert then is not None
            assert then >= first - 1e-9


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.sampled_from([(0, 0), (500, 500), (2000, 1000), (1200, 100)]), max_size=3))
def test_another_team_never_lowers_distribution(town: OneMap, places: list[Any]) -> None:
    """Row S0-8: 分布 is monotone in the teams."""
    teams = [
        {"id": f"N{n}", "name": f"{n}队", "kind": "综合消防", "at": at, "people": 5}
        for n, at in enumerate(places)
    ]
    more = {"id": "X", "name": "新队", "kind": "综合消防", "at": (1000.0, 1000.0), "people": 5}
    for code in (NORTH, SOUTH):
        before = six(put(bare(town), "team", teams), code)["distribution"].score
        after = six(put(bare(town), "team", [*teams, more]), code)["distribution"].score
        assert before is not None
        assert after is not None
        assert after >= before


def test_a_named_person_a_later_review_and_a_filing_never_lower_management(
    town: OneMap,
) -> None:
    """Row S0-8: 管理得当 is monotone in each of its deeds."""
    source = {"id": "H1", "name": "罐", "at": (100.0, 700.0), "has": [], "next_review": ""}
    plan = {"id": "P1", "name": "预案", "at": (0.0, 900.0), "filing": "未备案"}
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = [(source, plan)]
    for deed in ({"has": ["responsible_person"]}, {"measure": "巡检"},
                 {"responsible_unit": "应急办"}, {"next_review": "2027-01-01"}):  # fmt: skip
        steps.append(({**steps[-1][0], **deed}, plan))
    steps.append((steps[-1][0], {**plan, "filing": "已备案", "expiry": "2027-01-01"}))
    scores = [
        six(put(put(world(town), "hazard", [one]), "plan", [other]))["management"].score
        for one, other in steps
    ]
    assert None not in scores
    assert scores == sorted(scores, key=lambda score: score or 0.0)
    assert scores[-1] == 100.0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_score_of_the_district_has_its_evidence(district: OneMap, language: str) -> None:
    """Row S0-8: formula, unit and the rows behind each score, which name records that are there."""
    catalogue = Catalogue.load(language)
    found = indicators(district)
    document = indicators_document(district, found, catalogue)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    json.dumps(document, allow_nan=False)
    assert len(document["units"]) == 22
    for six_of_one in found.values():
        for one in six_of_one:
            assert one.score is None or 0.0 <= one.score <= 100.0
            for part in one.parts:
                for key, record_id in part.rows:
                    assert record_id in district.records[key].ids
    lines = list(indicators_lines(district, found, catalogue))
    assert len(lines) == 22 + 6
