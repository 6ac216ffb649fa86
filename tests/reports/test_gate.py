"""The gate: whatever does not add up, is missing, old or unproven makes a draft, by name."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from desks.onemap import OneMap
from language import say
from reports.coverage_report import coverage_paper
from reports.draft import DRAFT, MOST_CELLS, cells, draft_line
from reports.gate import DEFECTS, gate, tables_of
from reports.inventory import inventory_paper
from reports.paper import Block, Cell, Heading, Paper, Table
from tests.reports.planned import edition, planned_of


def said(paper: Paper) -> str:
    return "\n".join(str(defect) for defect in paper.defects)


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    stated = edition(issuer="云溪区应急管理局", secrecy="内部资料", review_no="粤S(2026)001号")
    return coverage_paper(town, planned_of(town), stated)


def changed(paper: Paper, key: str, change: Callable[[Table], Table]) -> Paper:
    blocks: list[Block] = [
        change(block) if isinstance(block, Table) and block.key == key else block
        for block in paper.blocks
    ]
    return replace(paper, blocks=tuple(blocks))


def with_cell(table: Table, row: int, column: str, add: int) -> Table:
    at = [one.key for one in table.columns].index(column)
    held = table.rows[row][at]
    assert isinstance(held, int)
    cells_: tuple[Cell, ...] = (*table.rows[row][:at], held + add, *table.rows[row][at + 1 :])
    rows = (*table.rows[:row], cells_, *table.rows[row + 1 :])
    return replace(table, rows=rows)


def test_an_honest_paper_adds_up(paper: Paper, town: OneMap) -> None:
    found = said(gate(paper, town))
    assert "add up" not in found
    assert "different people" not in found
    assert "issuer" not in found
    assert "secrecy" not in found
    assert "审图号" not in found


@pytest.mark.parametrize("column", ["people", "circle", "network", "capacity", "uncovered"])
def test_one_person_too_many_in_a_subdistrict_is_found(
    paper: Paper, town: OneMap, column: str
) -> None:
    wrong = changed(paper, "coverage_shelter", lambda t: with_cell(t, 0, column, 1))
    assert "add up" in said(gate(wrong, town))


def test_one_person_moved_between_subdistricts_is_found(paper: Paper, town: OneMap) -> None:
    """The total still agrees; the communities do not."""

    def moved(table: Table) -> Table:
        return with_cell(with_cell(table, 0, "people", 1), 1, "people", -1)

    found = said(gate(changed(paper, "coverage_shelter", moved), town))
    assert "the communities of" in found
    assert found.count("the communities of") == 2


def test_a_total_that_lies_is_found(paper: Paper, town: OneMap) -> None:
    def lying(table: Table) -> Table:
        assert table.total is not None
        total = tuple(c + 1 if isinstance(c, int) else c for c in table.total)
        return replace(table, total=total)

    found = said(gate(changed(paper, "coverage_shelter_communities", lying), town))
    assert "add up" in found
    assert "different people" in found


def test_communities_of_a_subdistrict_without_a_row_are_found(paper: Paper, town: OneMap) -> None:
    def orphaned(table: Table) -> Table:
        return replace(table, parents=("nowhere", *table.parents[1:]))

    found = said(gate(changed(paper, "coverage_shelter_communities", orphaned), town))
    assert "nowhere, which has no row" in found


def test_what_only_a_person_can_state_is_asked_for(town: OneMap) -> None:
    found = said(gate(coverage_paper(town, planned_of(town), edition()), town))
    for part in ("review number", "secrecy", "issuer", "Sample data"):
        assert part in found


def test_a_public_paper_needs_no_secrecy_and_names_no_old_record(town: OneMap) -> None:
    paper = gate(coverage_paper(town, planned_of(town), edition(public=True)), town)
    assert "secrecy" not in said(paper)
    for record in town.records["shelter"].names:
        assert record not in said(paper)


def test_old_records_are_counted_and_some_named(paper: Paper, town: OneMap) -> None:
    """A year after its last verification a record is old; nothing verified later is."""
    later = replace(town, as_of=None)
    found = said(gate(paper, later))
    count = len(town.records["shelter"].names)
    assert f"{count} of {count} not verified within a year" in found


def test_unverified_rules_are_named(paper: Paper, town: OneMap) -> None:
    assert "1 rules are not verified against their text" in said(gate(paper, town))


def test_a_pack_without_edition_is_named(paper: Paper, town: OneMap) -> None:
    facts = {**paper.facts, "rule_packs": ""}
    assert "edition of the rule pack" in said(gate(replace(paper, facts=facts), town))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"crs": "EPSG:4326"}, "not known or not metric"),
        ({"crs": "nonsense"}, "not known or not metric"),
        ({"crs": "EPSG:4526"}, "the map in"),
        ({"stamp": "0" * 16}, "registers, roads or rules changed"),
        ({"facts": {}}, "The datum is not named"),
        ({"facts": {}}, "another speed model"),
        ({"day": ""}, "no day"),
    ],
)
def test_datum_stamp_and_versions_are_held_against_the_map(
    paper: Paper, town: OneMap, change: dict[str, object], part: str
) -> None:
    assert part in said(gate(replace(paper, **change), town))  # type: ignore[arg-type]


def test_the_gate_judges_anew_and_lists_each_defect_once(paper: Paper, town: OneMap) -> None:
    once = gate(paper, town)
    twice = gate(once, town)
    assert once.defects == twice.defects
    assert len(once.blocks) == len(twice.blocks)
    listed = [table for table in tables_of(twice) if table.key == DEFECTS]
    assert len(listed) == 1
    assert [row[1] for row in listed[0].rows] == list(once.defects)
    heading = twice.blocks[-2]
    assert isinstance(heading, Heading)


def test_a_paper_without_defects_is_no_draft(paper: Paper) -> None:
    assert draft_line(replace(paper, defects=())) == ""


def test_the_head_of_a_page_names_defects_and_counts_the_rest(paper: Paper) -> None:
    many = tuple(say("{layer}: {count} without {what} ({names}).", layer=f"图层{at}", count=at,
                     what="residents", names="甲、乙、丙") for at in range(40))  # fmt: skip
    line = draft_line(replace(paper, defects=many))
    assert cells(line) <= MOST_CELLS + 40
    assert "图层0" in line
    assert "余" in line
    assert DRAFT == "草稿 DRAFT"


def test_one_defect_of_ten_thousand_characters_still_fits(paper: Paper) -> None:
    line = draft_line(replace(paper, defects=(say("{service}", service="长" * 10_000),)))
    assert cells(line) <= MOST_CELLS
    assert line.endswith("…")


def test_an_inventory_is_held_too(town: OneMap) -> None:
    paper = inventory_paper(town, edition(issuer="甲", secrecy="内部"))
    assert "add up" not in said(gate(paper, town))
    wrong = changed(paper, "registers", lambda t: with_cell(t, 0, "records", 1))
    assert "add up" in said(gate(wrong, town))
