"""The Excel file: live figures that are right without a recalculation, and text that stays text."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from desks.onemap import OneMap
from geodata.faults import UserError
from language import say
from reports.coverage_report import coverage_paper
from reports.deflating import deflated
from reports.draft import DRAFT
from reports.gate import gate, tables_of
from reports.paper import Column, Paper, Percent, Table
from reports.same_bytes import ENTRY_TIME
from reports.wording import cell_text, clean, tenths, word
from reports.workbook import MOST_NAME, write_workbook
from tests.reports.hostile import TEXTS, hostile_paper
from tests.reports.planned import edition, planned_of
from tests.reports.sheets import Sheet, letter, read

FIRST = 4
"""The first row of figures, counted from one."""


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    stated = edition(issuer="云溪区应急管理局", secrecy="内部资料")
    return gate(coverage_paper(town, planned_of(town), stated), town)


@pytest.fixture(scope="module")
def path(paper: Paper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    write_workbook(paper, made)
    return made


def sheets_of(path: Path, paper: Paper) -> list[tuple[Table, Sheet]]:
    """Return each table with its sheet: they stand between the gate and the method."""
    return list(zip(tables_of(paper), read(path)[1:-1], strict=True))


def figure(sheet: Sheet, name: str) -> int:
    held = sheet.cells[name].value
    assert isinstance(held, float)
    return int(held)


def test_there_is_a_sheet_for_each_table_the_gate_and_the_method(paper: Paper, path: Path) -> None:
    names = [sheet.title for sheet in read(path)]
    assert len(names) == len(tables_of(paper)) + 2
    assert names[0] == "核对清单"
    assert all(len(name) <= MOST_NAME for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_every_cell_has_the_value_of_the_paper(paper: Paper, path: Path) -> None:
    """The kept values of formulas are read, as a program that does not calculate shows them."""
    for table, sheet in sheets_of(path, paper):
        rows = [*table.rows, *([table.total] if table.total is not None else [])]
        for number, row in enumerate(rows, start=FIRST):
            for at, cell in enumerate(row, start=1):
                held = sheet.at(number, at).value
                if isinstance(cell, int):
                    assert held == cell
                elif isinstance(cell, Percent) and cell.whole:
                    assert held == (tenths(cell) or 0) / 1000
                else:
                    assert (held or "") == cell_text(cell, paper.words)


def test_totals_are_sums_of_the_rows_above(paper: Paper, path: Path) -> None:
    """A number changed by hand moves the total: the reader sees what the report would say."""
    seen = 0
    for table, sheet in sheets_of(path, paper):
        last = FIRST + len(table.rows)
        for at, column in enumerate(table.columns, start=1):
            if column.key in table.sums and table.rows:
                name = letter(at)
                assert sheet.at(last, at).formula == f"SUM({name}{FIRST}:{name}{last - 1})"
                seen += 1
    assert seen >= 10


def test_shares_are_formulas_that_cut(paper: Paper, path: Path) -> None:
    """Row S1-4: 99.96 % stays 99.9 % in the sheet too; INT cuts, ROUND would not."""
    seen = 0
    for table, sheet in sheets_of(path, paper):
        for number, row in enumerate(table.rows, start=FIRST):
            for at, cell in enumerate(row, start=1):
                if not isinstance(cell, Percent) or not cell.whole:
                    continue
                held = sheet.at(number, at).formula
                part, whole = held.removeprefix("INT(").split("*1000/")
                whole = whole.removesuffix(")/1000")
                value = figure(sheet, part) * 1000 // figure(sheet, whole)
                assert value == tenths(cell)
                assert sheet.at(number, at).number_format == "0.0%"
                seen += 1
    assert seen > 5


def test_a_share_without_columns_is_a_number(tmp_path: Path, paper: Paper) -> None:
    table = Table("a", say("Rules"), (Column("share", say("Result"), is_figure=True),),
                  ((Percent(9_996, 10_000),), (Percent(0, 0),)))  # fmt: skip
    write_workbook(replace(paper, blocks=(table,)), tmp_path / "a.xlsx")
    sheet = read(tmp_path / "a.xlsx")[1]
    assert sheet.at(FIRST, 1).value == 0.999
    assert sheet.at(FIRST + 1, 1).value == "不适用"


def test_figures_are_numbers_and_unknown_is_a_dash(paper: Paper, path: Path) -> None:
    for table, sheet in sheets_of(path, paper):
        for number, row in enumerate(table.rows, start=FIRST):
            for at, cell in enumerate(row, start=1):
                if cell is None:
                    assert sheet.at(number, at).value == "—"
                if isinstance(cell, int):
                    assert sheet.at(number, at).number_format == "#,##0"


def test_every_sheet_of_a_draft_says_so(path: Path) -> None:
    for sheet in read(path):
        assert str(sheet.at(2, 1).value).startswith(DRAFT)


def test_the_gate_has_every_defect_in_a_row(paper: Paper, path: Path) -> None:
    sheet = read(path)[0]
    held = [sheet.at(row, 2).value for row in range(FIRST, FIRST + len(paper.defects))]
    assert held == [word(defect, paper.words) for defect in paper.defects]


def test_a_paper_without_defects_says_none(paper: Paper, tmp_path: Path) -> None:
    write_workbook(replace(paper, defects=()), tmp_path / "a.xlsx")
    sheet = read(tmp_path / "a.xlsx")[0]
    assert sheet.at(2, 1).value in {None, ""}
    assert sheet.at(FIRST, 2).value == word(say("None."), paper.words)


def test_the_method_sheet_states_datum_stamp_and_versions(paper: Paper, path: Path) -> None:
    sheet = read(path)[-1]
    told = {sheet.at(row, 1).value: sheet.at(row, 2).value for row in range(FIRST, FIRST + 60)}
    for key in ("datum", "crs", "stamp", "speed_model", "code_version"):
        assert told[key] == paper.facts[key]
    assert told["issuer"] == "云溪区应急管理局"


def test_heads_stay_in_sight(paper: Paper, path: Path) -> None:
    for table, sheet in sheets_of(path, paper):
        assert sheet.frozen == "B4"
        heads = [sheet.at(FIRST - 1, at + 1).value for at in range(len(table.columns))]
        assert heads == [word(column.title, paper.words) for column in table.columns]


def test_nothing_typed_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    write_workbook(hostile_paper(), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in held if "external" in name.lower() or "macro" in name.lower()]
    formulas = []
    for name, data in held.items():
        if not name.endswith((".xml", ".rels")):
            continue
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
        formulas += [one.text or "" for one in tree.iter("{*}f")]
        assert not list(tree.iter("{*}hyperlink"))
        assert not [one for one in tree.iter("{*}Relationship") if one.get("TargetMode")]
    assert formulas
    assert all(text.startswith(("SUM(", "INT(")) for text in formulas)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_comes_back_as_it_was_cleaned(tmp_path: Path, language: str) -> None:
    paper = hostile_paper(language)
    write_workbook(paper, tmp_path / "a.xlsx")
    sheet = read(tmp_path / "a.xlsx")[1]
    for number, text in enumerate(TEXTS, start=FIRST):
        cell = sheet.at(number, 1)
        assert (cell.value or "") == clean(text)
        assert cell.is_text or not text
        assert cell.formula == ""


def test_two_tables_of_one_title_have_sheets_of_their_own(tmp_path: Path) -> None:
    write_workbook(hostile_paper(), tmp_path / "a.xlsx")
    names = [sheet.title for sheet in read(tmp_path / "a.xlsx")]
    assert len({name.lower() for name in names}) == 4
    assert not set("[]:*?/\\") & set("".join(names))


def test_a_text_longer_than_a_cell_is_cut_and_shows_it(tmp_path: Path, paper: Paper) -> None:
    table = Table("a", say("Rules"), (Column("a", say("Rule")),), (("长" * 40_000,),))
    write_workbook(replace(paper, blocks=(table,)), tmp_path / "a.xlsx")
    held = read(tmp_path / "a.xlsx")[1].at(FIRST, 1).value
    assert len(str(held)) == 32_767
    assert str(held).endswith("…")


def test_entries_are_sorted_timeless_and_packed(paper: Paper, path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        own = {one.filename: len(deflated(archive.read(one))) for one in entries}
    names = [one.filename for one in entries]
    assert names[1:] == sorted(names[1:])
    assert {one.date_time for one in entries} == {ENTRY_TIME}
    assert {one.filename: one.compress_size for one in entries} == {
        one.filename: min(own[one.filename], one.file_size) for one in entries
    }
    write_workbook(paper, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_a_folder_in_the_place_is_told(paper: Paper, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        write_workbook(paper, tmp_path)
