"""The sheets of AQ/T 9009-2015: whole, timed where something was timed, unverified where it is."""

from pathlib import Path

import pytest

from desks.exercise.scenario import Item
from desks.exercise.sheets import FIELD, PARTS, TABLE, TABLETOP, annex_of, headings, sheet
from geodata.faults import UserError
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
