"""The sheets of AQ/T 9009-2015: whole, timed where something was timed, unverified where it is."""

from pathlib import Path

import pytest

from desks.exercise.review_document import review_document
from desks.exercise.scenario import Item
from desks.exercise.sheets import (
    FIELD,
    PARTS,
    TABLE,
    TABLETOP,
    annex_of,
    headings,
    sheet,
)
from geodata.faults import UserError
from language import Catalogue
from tests.desks.exercise.reviewed import reviewed, whole_scenario

FIELD_HEADINGS = (
    "预警与信息报告", "紧急动员", "事故监测与研判", "指挥和协调", "事故处置", "应急资源管理",
    "应急通信", "信息公开", "人员保护", "警戒与管制", "医疗救护", "现场控制及恢复", "其他",
)  # fmt: skip


def test_annex_a_has_the_headings_that_were_read_in_their_order() -> None:
    """S3-4: an evaluation by AQ/T 9009-2015; the headings are those of the kept notes."""
    conduct = [one for one in headings() if (one.annex, one.part) == (FIELD, "conduct")]
    assert tuple(one.title_zh for one in conduct) == FIELD_HEADINGS
    assert len({one.number for one in headings()}) == len(headings())


def test_no_heading_passes_for_verified() -> None:
    assert not any(one.verified for one in headings())
    assert all("未" in one.source for one in headings())


@pytest.mark.parametrize("annex", [FIELD, TABLETOP])
def test_no_line_of_the_scenario_and_no_heading_is_lost(annex: str) -> None:
    """S3-4: field and table-top sheets hold everything, once."""
    items = (*whole_scenario().sheet, Item("X", "没有这个项目", "别处", "speed"))
    parts = sheet(items, reviewed().nodes, annex)
    lines = [line.item.key for part in parts for line in part.lines if line.item]
    assert sorted(lines) == sorted(one.key for one in items)
    shown = [part.heading for part in parts if part.heading]
    assert shown == [one for one in headings() if one.annex == annex]
    assert all(part.lines for part in parts)
    assert {one.part for one in shown} == set(PARTS)


def test_timed_lines_carry_their_node_and_the_rest_wait_for_a_pen() -> None:
    parts = sheet(whole_scenario().sheet, reviewed().nodes, FIELD)
    lines = {line.item.key: line for part in parts for line in part.lines if line.item}
    assert lines["A2"].timed is not None
    assert lines["A2"].timed.at_ms == 90_000
    assert lines["A8"].timed is None


def test_only_a_table_top_takes_annex_b() -> None:
    assert [annex_of(one) for one in ("tabletop", "contest", "double_blind")] == ["B", "A", "A"]


@pytest.mark.parametrize(("old", "new"), [('annex = "A"', 'annex = "C"'), ("[[heading]]", "[[x]]"),
                                          ("number", "nr")])  # fmt: skip
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "aqt9009.toml"
    path.write_text(TABLE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(UserError):
        headings(path)


@pytest.mark.parametrize("type_", ["tabletop", "double_blind"])
def test_the_forms_in_the_document_are_those_on_paper(type_: str) -> None:
    """S4-5: who reads the JSON has the same lines in the same order, and ratings that are null."""
    review = reviewed(type_=type_)
    told = review_document(review, Catalogue.load("en"))["sheet"]
    parts = sheet(review.scenario.sheet, review.nodes, annex_of(type_))
    shown = [(p.heading.number if p.heading else "", line.item.key if line.item else "")
             for p in parts for line in p.lines]  # fmt: skip
    assert [(one["heading"], one["item"]) for one in told["lines"]] == shown
    assert {one["rating"] for one in told["lines"]} == {None}
    assert (told["annex"], told["verified"]) == (annex_of(type_), False)


def test_no_title_of_an_annex_ends_like_another_one() -> None:
    """A line goes under the heading that its clause ends with: two that fit would be a guess."""
    for annex in (FIELD, TABLETOP):
        titles = [t for h in headings() if h.annex == annex for t in (h.title_zh, h.title_en)]
        alike = [(a, b) for a in titles for b in titles if a != b and a.endswith(b)]
        assert alike == []


def test_lines_of_one_key_or_one_node_all_stand_and_a_node_that_is_gone_times_nothing() -> None:
    clause = "AQ/T 9009-2015 附录：应急通信"
    items = (Item("A", clause, "一", "speed", "called"), Item("A", clause, "一", "speed", "called"),
             Item("B", clause, "二", "speed", "no such node"))  # fmt: skip
    part = next(p for p in sheet(items, reviewed().nodes, FIELD) if p.lines[0].item)
    assert [line.item.text for line in part.lines if line.item] == ["一", "一", "二"]
    assert [line.timed is not None for line in part.lines] == [True, True, False]


@pytest.mark.parametrize(
    "new", ['title_en = ""', 'title_en = "  "', "title_en = 7", 'title_en = "x"\nx = 1']
)
def test_a_heading_without_a_title_would_take_every_line_and_is_refused(
    tmp_path: Path, new: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    path = tmp_path / "aqt9009.toml"
    path.write_text(text.replace('title_en = "Mobilising"', new), encoding="utf-8")
    with pytest.raises(UserError, match=r"aqt9009\.toml"):
        headings(path)


@pytest.mark.parametrize("number", ["number = 7", "number = [1]", 'number = ""'])
def test_an_odd_number_of_a_heading_is_named_and_never_crashes(tmp_path: Path, number: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    path = tmp_path / "aqt9009.toml"
    path.write_text(text.replace('number = "A.1.1"', number), encoding="utf-8")
    with pytest.raises(UserError):
        headings(path)
