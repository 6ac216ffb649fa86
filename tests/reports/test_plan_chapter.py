"""A plan inside the report: what it changes, marked on every page, sheet and layer as not built."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyogrio
import pytest

import verify
from desks.onemap import OneMap
from desks.planning.coverage import coverage
from desks.planning.packs import pack_of
from desks.planning.services import service_of
from desks.planning.variant_files import variant_bytes
from desks.planning.variants import Change, Variant, variant_of, with_changes
from reports.coverage_report import Planned, coverage_paper
from reports.draft import plan_bar
from reports.gate import gate, tables_of
from reports.gathering import Question, planned_of
from reports.geopackage import write_geopackage
from reports.map_boxes import width_mm
from reports.map_drawing import alt_text, draw_map, plan_map
from reports.package import package
from reports.page import page
from reports.paper import MapFigure, Paper, Plan, Table, Verdict
from reports.pdf import pdf_bytes
from reports.web_map import web_map
from reports.word import word_bytes
from reports.wording import cell_text, word
from reports.workbook import write_workbook
from tests.desks.planning_sites import sites_town
from tests.desks.planning_town import degrees
from tests.payloads import PAYLOADS
from tests.reports.planned import edition
from tests.reports.proved import KEY, PRINT
from tests.reports.sheets import read

SHELTER = service_of("shelter")
BAR = "规划方案：东片（尚未建成）"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return sites_town(tmp_path_factory.mktemp("plans"))


def _at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = degrees(x_m, y_m)
    return float(lon), float(lat)


@pytest.fixture(scope="module")
def plan(town: OneMap) -> Variant:
    """Return a plan of every kind of change: one new place with a cost, one without."""
    return variant_of(town, "东片", SHELTER, "night", [
        Change("add", "N1", "新甲", *_at(0, 800), 46, 460_000),
        Change("add", "N2", "新乙", *_at(500, 300), 5),
        Change("close", "P1"),
        Change("resize", "P5", capacity_people=101, cost_cny=9_000),
        Change("move", "P2", "", *_at(1250, 0)),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def planned(town: OneMap, plan: Variant) -> Planned:
    asked = Question((SHELTER, service_of("depot")), packs=(pack_of("gd2013"),), plan=plan)
    return planned_of(town, asked)


@pytest.fixture(scope="module")
def paper(town: OneMap, planned: Planned) -> Paper:
    return gate(coverage_paper(town, planned, edition()), town)


def table(paper: Paper, key: str) -> Table:
    return next(one for one in tables_of(paper) if one.key == key)


def column(held: Table, key: str) -> list[object]:
    at = [one.key for one in held.columns].index(key)
    return [row[at] for row in (*held.rows, *([held.total] if held.total else []))]


def test_the_report_is_of_the_district_with_the_plan(
    town: OneMap, plan: Variant, planned: Planned, paper: Paper
) -> None:
    """S1-4, S1-5: coverage, before and after, are the desk's own to the last person."""
    today = coverage(town, SHELTER).totals
    after = with_changes(town, SHELTER, "night", plan.changes).totals
    assert planned.coverages[0].totals == after
    beside = table(paper, "plan_shelter")
    for key in ("circle", "network", "capacity"):
        assert column(beside, f"{key}_today")[-1] == today.counts[key].people_covered
        assert column(beside, f"{key}_plan")[-1] == after.counts[key].people_covered
        assert column(table(paper, "coverage_shelter"), key)[-1] == (
            after.counts[key].people_covered
        )
    assert len(beside.rows) == len(town.records["subdistrict"].ids)
    assert not [one for one in paper.defects if "add up" in str(one)]


def test_services_of_other_layers_are_not_asked_twice(planned: Planned) -> None:
    assert planned.proposed is not None
    depot = planned.coverages[1]
    assert planned.proposed.today["depot"] is depot


def test_every_change_is_listed_with_its_cost_and_none_is_guessed(paper: Paper) -> None:
    held = table(paper, "plan_changes")
    words = paper.words
    assert [cell_text(row[1], words) for row in held.rows] == [
        "新增", "新增", "停用", "容量调整", "移位"
    ]  # fmt: skip
    assert column(held, "cost_cny") == [460_000, None, None, 9_000, None, 469_000]
    assert column(held, "room_after")[:4] == [46, 5, None, 101]
    text = page(paper)
    assert "469,000 元" in text
    assert "未列造价的新增场所 1 处" in text


def test_rules_stand_with_both_verdicts(planned: Planned, paper: Paper) -> None:
    held = table(paper, "plan_rules")
    assert len(held.rows) == len(pack_of("gd2013").rules)
    assert planned.proposed is not None
    today = {one.id: one.result for one in planned.proposed.answers if not one.unit}
    after = {one.id: one.result for one in planned.answers if not one.unit}
    for at, verdicts in ((1, [today[key] for key in after]), (2, list(after.values()))):
        stated = [cell.result for row in held.rows if isinstance(cell := row[at], Verdict)]
        assert stated == verdicts


def test_new_places_have_signs_of_their_own_and_closed_ones_are_none_that_stand(
    paper: Paper, plan: Variant, town: OneMap
) -> None:
    layers = [layer for figure in paper.blocks if isinstance(figure, MapFigure)
              for layer in figure.layers]  # fmt: skip
    standing = {name for layer in layers if layer.key == "shelter" for name in layer.names}
    drawn = {layer.key: set(layer.names) for layer in layers if layer.key.startswith("plan_")}
    assert drawn["plan_add"] == {"新甲", "新乙"}
    records = town.records["shelter"]
    for one in plan.changes[2:]:
        name = records.names[records.ids.index(one.id)]
        assert name in drawn[f"plan_{one.kind}"]
        assert name not in standing
    figure = next(one for one in paper.blocks if isinstance(one, MapFigure)
                  and any(layer.key == "plan_add" for layer in one.layers))  # fmt: skip
    assert BAR in draw_map(figure, paper)
    assert "规划新增（未建）" in draw_map(figure, paper)
    assert alt_text(figure, paper).startswith(BAR)


def test_every_page_sheet_and_layer_says_that_it_is_a_plan(paper: Paper, tmp_path: Path) -> None:
    held = replace(paper, blocks=_short(paper))
    with zipfile.ZipFile(BytesIO(word_bytes(held))) as archive:
        heads = [archive.read(n).decode() for n in archive.namelist() if "word/header" in n]
    assert heads
    assert all(BAR in one for one in heads)
    write_workbook(held, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        names = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        sheets = [archive.read(name).decode() for name in names]
    assert all(f"<oddHeader>&amp;C&amp;B{BAR}</oddHeader>" in one for one in sheets)
    assert all(BAR in str(one.cells["A2"].value) for one in read(tmp_path / "x.xlsx"))
    write_geopackage(held, tmp_path / "x.gpkg")
    names = [str(name) for name, _ in pyogrio.list_layers(tmp_path / "x.gpkg")]
    assert names
    assert all(name.startswith("plan_") for name in names)
    about = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="plan_about")
    assert about["value"][list(about["name"]).index("plan")] == BAR
    assert f'<div class="plan">{BAR}</div>' in web_map(held)
    assert f'<div class="plan">{BAR}</div>' in page(held)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext on this machine")
def test_every_page_of_the_pdf_says_that_it_is_a_plan(paper: Paper) -> None:
    made = pdf_bytes(replace(paper, blocks=_short(paper)))
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True,
                          check=True, timeout=60)  # fmt: skip
    pages = told.stdout.decode().split("\f")[:-1]
    assert len(pages) > 1
    assert all(BAR in one.replace("\n", "").replace(" ", "") for one in pages)


def _short(paper: Paper) -> tuple[object, ...]:
    """Return the blocks with the first map alone: marks do not hang on how many there are."""
    maps = [one for one in paper.blocks if isinstance(one, MapFigure)]
    return tuple(one for one in paper.blocks if one not in maps[1:])


def test_a_plan_of_another_state_is_named_and_a_plan_is_no_defect(
    town: OneMap, planned: Planned, paper: Paper
) -> None:
    today = gate(coverage_paper(town, replace(planned, proposed=None), edition()), town)
    assert paper.defects == today.defects
    assert planned.proposed is not None
    old = replace(planned.proposed, variant=replace(planned.proposed.variant, stamp="0" * 16))
    named = gate(coverage_paper(town, replace(planned, proposed=old), edition()), town)
    (more,) = [one for one in named.defects if one not in today.defects]
    assert "0" * 16 in word(more, named.words)
    assert town.stamp in word(more, named.words)


def test_the_public_edition_knows_neither_costs_nor_room(town: OneMap, planned: Planned) -> None:
    public = coverage_paper(town, planned, edition(public=True))
    keys = [one.key for one in table(public, "plan_changes").columns]
    assert keys == ["number", "change", "place", "unit"]
    assert "469,000" not in page(public)
    assert "460,000" not in page(public)


def test_the_package_names_the_plan_and_its_headline_is_derived_again(
    paper: Paper, plan: Variant, planned: Planned
) -> None:
    held = {"coverage.docx": b"x", "plan.json": variant_bytes(plan)}
    raw = package(paper, held, planned.coverages[:1], KEY)
    manifest = json.loads(verify.unpacked(raw)["manifest.json"])
    assert manifest["plan"] == {
        "name": "东片",
        "sha256": hashlib.sha256(held["plan.json"]).hexdigest(),
        "stamp": plan.stamp,
    }
    assert manifest["files"]["plan.json"] == manifest["plan"]["sha256"]
    found, derived = verify.findings(raw, PRINT)
    assert found == []
    assert derived == ["shelter of the plan '东片', which is not built"]
    assert raw == package(paper, held, planned.coverages[:1], KEY)


def test_files_of_a_plan_are_never_called_as_those_of_today(paper: Paper) -> None:
    assert paper.plan is not None
    today = replace(paper, plan=None)
    assert paper.stem == f"coverage-plan-{paper.plan.sha256[:8]}-undated-internal"
    assert today.stem == "coverage-undated-internal"


def test_a_plan_without_changes_says_so_and_changes_nothing(town: OneMap) -> None:
    empty = variant_of(town, "空", SHELTER, "night", [])
    planned = planned_of(town, Question((SHELTER,), plan=empty))
    paper = coverage_paper(town, planned, edition())
    assert "plan_changes" not in [one.key for one in tables_of(paper)]
    assert set(column(table(paper, "plan_shelter"), "gained")) <= {0, None}


def test_the_plans_own_service_leads_whatever_was_asked(town: OneMap) -> None:
    far = replace(SHELTER, within_mm=900_000, source="", verified=False)
    made = variant_of(town, "远", far, "night", [])
    planned = planned_of(town, Question((service_of("depot"), SHELTER), plan=made))
    assert [(one.service.key, one.service.within_mm) for one in planned.coverages] == [
        ("shelter", 900_000), ("depot", None)
    ]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_name_is_data_in_the_sinks_that_read_codes(
    payload: str, paper: Paper, tmp_path: Path
) -> None:
    """Names that no saved plan may have: markup, formula, Typst, bidi, codes of printed heads."""
    name = f'&C&"Wingdings"{payload}'
    held = replace(paper, plan=Plan(name, "0" * 64, "0" * 16), blocks=())
    assert not any(sign in plan_bar(held) for sign in "\u202e\x00\n")
    write_workbook(held, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    head = sheet[sheet.index("<oddHeader>") : sheet.index("</oddHeader>")]
    assert "&amp;&amp;C" in head
    assert "<f>" not in sheet
    shown = web_map(held)
    assert "<script>alert" not in shown
    assert name not in shown


def test_chosen_subdistricts_keep_their_rows_and_the_whole_plans_costs(
    town: OneMap, planned: Planned
) -> None:
    code, *others = town.records["subdistrict"].ids
    part = gate(coverage_paper(town, planned, edition(subdistricts=(code,))), town)
    assert table(part, "plan_shelter").codes == (code,)
    assert len(table(part, "plan_changes").rows) == 5
    records = town.records["subdistrict"]
    elsewhere = {records.names[records.ids.index(key)] for key in others}
    listed = {row[1] for one in tables_of(part) if one.key == "plan_rules_by_unit"
              for row in one.rows}  # fmt: skip
    assert not listed & elsewhere
    assert not [one for one in part.defects if "add up" in str(one)]


def test_services_of_the_same_layer_are_counted_with_the_plan_and_stand_beside_today(
    town: OneMap,
) -> None:
    """S1-4: P1 is outdoors: closing it is felt outdoors and jointly, and nowhere indoors."""
    closing = variant_of(town, "停用", SHELTER, "night", [Change("close", "P1")])
    shown = ("shelter_outdoor", "shelter_indoor", "shelter_joint")
    asked = Question(tuple(service_of(key) for key in shown), plan=closing)
    paper = coverage_paper(town, planned_of(town, asked), edition())
    keys = [one.key for one in tables_of(paper)]
    assert keys.index("plan_shelter") < keys.index("plan_shelter_outdoor")
    assert "plan_shelter_indoor" not in keys
    beside = table(paper, "plan_shelter_outdoor")
    assert any(isinstance(one, int) and one < 0 for one in column(beside, "gained"))
    total = coverage(town, service_of("shelter_outdoor")).totals.counts["network"]
    assert column(beside, "network_today")[-1] == total.people_covered


def test_a_plan_of_places_that_are_never_full_has_no_column_of_room(town: OneMap) -> None:
    station = Change("add", "F9", "新站", *_at(500, 300), cost_cny=0)
    made = variant_of(town, "新站", service_of("fire_station"), "day", [station])
    planned = planned_of(town, Question(plan=made, share="day"))
    paper = gate(coverage_paper(town, planned, edition()), town)
    held = table(paper, "plan_changes")
    assert [one.key for one in held.columns] == ["number", "change", "place", "unit", "cost_cny"]
    assert column(held, "cost_cny") == [0, 0], "what costs nothing is not what nobody stated"
    assert "新站" in {name for figure in paper.blocks if isinstance(figure, MapFigure)
                      for layer in figure.layers if layer.key == "plan_add"
                      for name in layer.names}  # fmt: skip


def test_a_new_place_off_every_way_is_a_caution_of_the_paper(town: OneMap) -> None:
    far = Change("add", "N1", "孤岛", *_at(0, 3000), 50)
    plan = variant_of(town, "远", SHELTER, "night", [far])
    planned = planned_of(town, Question((SHELTER,), plan=plan))
    shown = page(coverage_paper(town, planned, edition()))
    (caution,) = [one for one in planned.coverages[0].places.cautions if "孤岛" in str(one.values)]
    assert word(caution, edition().words) in shown


def test_a_place_that_moves_and_grows_is_drawn_once(town: OneMap) -> None:
    both = [Change("move", "P2", "", *_at(1250, 0)), Change("resize", "P2", capacity_people=9)]
    planned = planned_of(
        town, Question((SHELTER,), plan=variant_of(town, "两改", SHELTER, "night", both))
    )
    paper = coverage_paper(town, planned, edition())
    for figure in (one for one in paper.blocks if isinstance(one, MapFigure)):
        drawn = [name for layer in figure.layers if layer.key.startswith("plan_")
                 for name in layer.names]  # fmt: skip
        assert len(drawn) == len(set(drawn))
    assert [row[5] for row in table(paper, "plan_changes").rows] == [9, 9]


def test_losses_are_those_of_the_planned_places_and_the_list_of_firms_says_it_is_todays(
    town: OneMap, plan: Variant
) -> None:
    own = edition()
    planned = planned_of(town, Question((SHELTER,), plan=plan), edition=own)
    losses, firms = planned.lists
    named = {cell_text(row[0], own.words) for row in losses.rows}
    assert "P1所" not in named, "what the plan closes cannot be lost"
    assert any("不含方案" in word(one, own.words) for one in firms.method)
    today = planned_of(town, Question((SHELTER,)), edition=own)
    assert not any("不含方案" in word(one, own.words) for one in today.lists[1].method)


@pytest.mark.parametrize("letters", ["长", "W", "i"])
@pytest.mark.parametrize("count", [1, 40, 41, 400])
def test_a_name_of_any_length_stays_on_the_bar_and_within_the_map(
    paper: Paper, letters: str, count: int
) -> None:
    named = replace(paper, plan=Plan(letters * count, "0" * 64, "0" * 16), sample=True)
    assert plan_bar(named).count(letters) == min(count, 39 if count > 40 else 40)
    figure = next(one for one in named.blocks if isinstance(one, MapFigure))
    drawn = plan_map(figure, named)
    (sample, _), (mark, _) = drawn.marks
    assert sample.box.bottom < mark.box.y
    arrow = drawn.furniture[1]
    assert mark.box.right <= arrow.x
    assert width_mm(mark.text, mark.size_mm) <= mark.box.width
