"""Truth scores worked out by hand, and that no good deed lowers one."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.onemap import OneMap
from desks.register.doubts import (
    AHEAD,
    BACKWARDS,
    BEYOND,
    ELSEWHERE,
    FILLER,
    OUTSIDE,
    asked_columns,
    missing,
)
from desks.register.truth import (
    FULL_DAYS,
    NONE_DAYS,
    WEIGHTS,
    doubt_sentence,
    freshness,
    truth,
    truth_document,
    truth_lines,
)
from language import Catalogue
from layers import CATALOG, layer
from tests.desks.worlds import NORTH, SOUTH, bare, put

DAY = date(2026, 9, 16)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "truth.schema.json"
SETTINGS = settings(derandomize=True, deadline=None, max_examples=60)
FULL = {
    "address": "人民路1号", "space": "室外", "grade": "固定", "area_m2": 300.0,
    "capacity_people": 150, "last_verified": "2026-09-01", "source": "示范数据",
}  # fmt: skip


def shelter(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    row = {**FULL, "id": f"B{number}", "name": f"第{number}避难场所", "at": (100.0 * number, 700.0)}
    return {**row, **more}


def parts(onemap: OneMap, code: str = NORTH, key: str = "shelter") -> dict[str, float | None]:
    return {part.key: part.score for part in truth(onemap, as_of=DAY).of(code, key).parts}


def test_a_whole_record_is_true(town: OneMap) -> None:
    found = truth(put(bare(town), "shelter", [shelter(1)]), as_of=DAY)
    assert found.of(NORTH, "shelter").score == 100.0
    assert found.doubts == ()


def test_nothing_on_file_is_no_score_and_not_zero(town: OneMap) -> None:
    found = truth(put(bare(town), "shelter", [shelter(1)]), as_of=DAY)
    assert found.of(SOUTH, "shelter").score is None
    assert found.of(SOUTH).score is None
    assert found.of(SOUTH, "shelter").records == 0


def test_each_part_is_the_share_that_is_good_and_the_score_their_weighted_mean(
    town: OneMap,
) -> None:
    """Two shelters of 8 asked cells each (7 columns and the position): worked out by hand."""
    second = shelter(2, address="", grade="", has=["contact"], last_verified="2025-03-16")
    world = put(bare(town), "shelter", [shelter(1), second])
    assert len(asked_columns(layer("shelter"))) + 1 == 8
    age = (DAY - date(2025, 3, 16)).days
    fresh = 100 * (1 + (NONE_DAYS - age) / (NONE_DAYS - FULL_DAYS)) / 2
    wanted = {
        "completeness": 100 * 13 / 16,
        "freshness": fresh,
        "plausibility": 100.0,
        "uniqueness": 100.0,
    }
    assert parts(world) == pytest.approx(wanted)
    score = truth(world, as_of=DAY).of(NORTH, "shelter").score
    assert score == pytest.approx(0.4 * 81.25 + 0.3 * fresh + 0.2 * 100 + 0.1 * 100)


def test_the_weights_are_one_in_all() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("age", "wanted"),
    [(0, 1.0), (365, 1.0), (366, 1 - 1 / 730), (730, 0.5), (1095, 0.0), (4000, 0.0), (-5, 1.0)],
)
def test_freshness_is_full_for_a_year_and_gone_after_three(age: int, wanted: float) -> None:
    told = (DAY - timedelta(days=age)).isoformat()
    assert freshness(told, DAY) == pytest.approx(wanted)


def test_never_verified_is_zero_and_without_a_day_of_the_registers_nothing_is_judged(
    town: OneMap,
) -> None:
    assert freshness("", DAY) == 0.0
    assert freshness("2026-01-01", None) is None
    world = put(bare(town), "shelter", [shelter(1, last_verified="")])
    assert parts(world)["freshness"] == 0.0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"code": ""}, OUTSIDE),
        ({"subdistrict": "南街街道"}, ELSEWHERE),
        ({"capacity_people": 0}, BEYOND),
        ({"area_m2": 9e9}, BEYOND),
        ({"last_verified": "2062-09-01"}, AHEAD),
        ({"name": "不详"}, FILLER),
        ({"name": " 测 试 "}, FILLER),
    ],
)
def test_what_cannot_be_is_named(town: OneMap, more: dict[str, Any], why: object) -> None:
    world = put(bare(town), "shelter", [shelter(1, **more)])
    found = truth(world, as_of=DAY)
    assert [d.why for d in found.doubts if d.part == "plausibility"] == [why]
    assert parts(world, more.get("code", NORTH))["plausibility"] == 0.0


@pytest.mark.parametrize("stated", ["北街街道", "北街", NORTH, ""])
def test_the_own_subdistrict_may_be_stated_by_name_beginning_or_code(
    town: OneMap, stated: str
) -> None:
    world = put(bare(town), "shelter", [shelter(1, subdistrict=stated)])
    assert parts(world)["plausibility"] == 100.0


def test_a_period_that_ends_before_it_begins(town: OneMap) -> None:
    row = {"id": "P1", "name": "防汛预案", "at": (0.0, 700.0), "filed": "2026-02-01",
           "expiry": "2026-01-31", "last_verified": "2026-09-01"}  # fmt: skip
    found = truth(put(bare(town), "plan", [row]), as_of=DAY)
    assert BACKWARDS in [doubt.why for doubt in found.doubts]


def test_a_twin_counts_once_and_names_the_other(town: OneMap) -> None:
    again = shelter(9, name=" 第１避难场所", at=(110.0, 700.0))
    world = put(bare(town), "shelter", [shelter(1), shelter(3), again])
    found = truth(world, as_of=DAY)
    (doubt,) = [d for d in found.doubts if d.part == "uniqueness"]
    assert (doubt.id, str(doubt.why)) == ("B9", "It is B1 again.")
    assert parts(world)["uniqueness"] == pytest.approx(100 * 2 / 3)


def test_one_name_at_two_ends_of_the_town_is_two_places(town: OneMap) -> None:
    far = shelter(2, name="第1避难场所", at=(2000.0, 700.0))
    assert parts(put(bare(town), "shelter", [shelter(1), far]))["uniqueness"] == 100.0


def test_two_firms_of_one_credit_code_are_one(town: OneMap) -> None:
    """Row S0-13: a credit code stands for one firm, whatever the names say."""
    firms = [
        {"id": f"Q{n}", "name": name, "uscc": "91555010MA0000010X", "at": (900.0 * n, 700.0)}
        for n, name in enumerate(("甲食品厂", "乙家具厂"))
    ]
    assert parts(put(bare(town), "firm", firms), key="firm")["uniqueness"] == 50.0


def test_optional_columns_are_no_gap_and_zero_is_a_value(town: OneMap) -> None:
    assert "equipment" not in asked_columns(layer("team"))
    assert "expiry" not in asked_columns(layer("plan"))
    world = put(bare(town), "team", [{"id": "T1", "name": "甲队", "vehicles": 0, "at": (0, 500)}])
    assert "vehicles" not in missing(layer("team"), world.records["team"], 0)
    assert "people" in missing(layer("team"), world.records["team"], 0)


def test_a_position_is_a_cell(town: OneMap) -> None:
    world = put(bare(town), "shelter", [shelter(1, at=None, code="")])
    found = truth(world, as_of=DAY)
    assert ("", "") in found.units
    (doubt,) = found.behind("", "shelter")
    assert doubt.columns == ("position",)
    assert str(doubt_sentence(doubt, "zh")) == "Empty: 位置."
    assert found.of("", "shelter").parts[0].score == pytest.approx(100 * 7 / 8)


def test_empty_cells_are_told_by_their_headings(town: OneMap) -> None:
    world = put(bare(town), "shelter", [shelter(1, grade="", has=["contact"])])
    (doubt,) = truth(world, as_of=DAY).behind(NORTH)
    assert Catalogue.load("zh").word(doubt_sentence(doubt, "zh")) == "缺：等级、联系电话。"
    assert str(doubt_sentence(doubt, "en")) == "Empty: Grade, Phone."


def test_all_layers_pool_their_records(town: OneMap) -> None:
    village = {"id": "V1", "name": "甲村", "at": (0.0, 700.0), "last_verified": ""}
    world = put(put(bare(town), "shelter", [shelter(1), shelter(2)]), "village", [village])
    found = truth(world, as_of=DAY)
    assert found.of(NORTH).records == 3
    fresh = {part.key: part for part in found.of(NORTH).parts}["freshness"]
    assert (fresh.good, fresh.of) == (2.0, 3)


SHELTERS = st.lists(
    st.fixed_dictionaries(
        {
            "last_verified": st.sampled_from(["", "2020-01-01", "2024-06-01", "2026-09-01"]),
            "grade": st.sampled_from(["", "固定"]),
            "capacity_people": st.sampled_from([None, 0, 150]),
            "has": st.sampled_from([[], ["contact"], ["contact", "phone"]]),
        }
    ),
    min_size=1,
    max_size=6,
)


@SETTINGS
@given(SHELTERS, st.data())
def test_neither_a_verification_nor_a_filled_cell_ever_lowers_a_score(
    town: OneMap, drawn: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Row S0-8: 数据真实 is monotone: whoever verifies or fills in is never punished."""
    rows = [shelter(number, **more) for number, more in enumerate(drawn, start=1)]
    at = data.draw(st.integers(0, len(rows) - 1))
    deed = data.draw(
        st.sampled_from(
            [{"last_verified": "2026-09-16"}, {"grade": "固定"}, {"has": ["contact", "phone"]}]
        )
    )
    better = [{**row, **deed} if number == at else row for number, row in enumerate(rows)]
    before = truth(put(bare(town), "shelter", rows), as_of=DAY).of(NORTH).score
    after = truth(put(bare(town), "shelter", better), as_of=DAY).of(NORTH).score
    assert before is not None
    assert after is not None
    assert after >= before - 1e-9


def test_every_register_of_the_district_is_judged_and_the_parts_add_up(district: OneMap) -> None:
    """Row S0-8: every record of a register is in exactly one cell of the grid."""
    found = truth(district)
    dated = {s.key for s in CATALOG if "last_verified" in {c.key for c in s.columns}}
    assert set(found.layers) == dated & set(district.records)
    for key in found.layers:
        counted = sum(found.of(code, key).records for code, _ in found.units)
        assert counted == len(district.records[key].ids)
    for code, _ in found.units:
        whole = found.of(code)
        assert whole.records == sum(found.of(code, key).records for key in found.layers)
        assert whole.score is None or 0 <= whole.score <= 100


def test_what_is_stated_of_the_sample_is_what_is_wrong_with_it(district: OneMap) -> None:
    """The made-up registers lack only what was left out of them: persons, reviews, age."""
    found = truth(district)
    empty = {column for doubt in found.doubts for column in doubt.columns}
    assert empty == {"responsible_person", "next_review"}
    assert not [doubt for doubt in found.doubts if doubt.part in {"plausibility", "uniqueness"}]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_is_as_its_schema_says_and_the_terminal_tells_the_lowest_first(
    town: OneMap, language: str
) -> None:
    rows = [shelter(1), shelter(2, code=SOUTH, grade="", last_verified="")]
    found = truth(put(bare(town), "shelter", rows), as_of=DAY)
    document = truth_document(found, Catalogue.load(language))
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    json.dumps(document, allow_nan=False)
    lines = list(truth_lines(found, Catalogue.load(language)))
    assert lines[0].strip().startswith("6")
    assert "南街街道" in lines[0]
    assert len(lines) == 3


def test_a_score_is_cut_and_never_rounded_up(town: OneMap) -> None:
    rows = [shelter(number) for number in range(1, 20)]
    rows[0]["grade"] = ""
    document = truth_document(
        truth(put(bare(town), "shelter", rows), as_of=DAY), Catalogue.load("en")
    )
    (cell,) = [c for c in document["units"][0]["layers"] if c["layer"] == "shelter"]
    assert cell["score"] == 99.7
    assert cell["parts"][0]["score"] == 99.3
