"""The panels of page 风险 on hand-made answers: characters, sums, escapes, gaps."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desks.hazards.parts import (
    FIELD_TITLES,
    ColourCounts,
    Completeness,
    Distances,
    DominoEdge,
    DominoGraph,
    DominoNode,
    Dossier,
    Field,
    HazardGrade,
    Override,
    OverrideStep,
    OwnZone,
    Relocation,
    Residents,
    Siting,
    Surroundings,
    TooNear,
    UnitGrade,
)
from language import Catalogue, say
from risk.gb18218 import grade
from risk.gb18218_parts import Stored
from tests.ui.fakes import HOSTILE
from ui.panels import risk_checks as checks
from ui.panels import risk_sources as panels
from ui.panels.markup import View
from ui.panels.risk_parts import counted, gravest, patch, shade

ZH, EN = View(Catalogue.load("zh")), View(Catalogue.load("en"))
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def unit(*, point: bool) -> UnitGrade:
    stock = [Stored("液氯", 6.0)]
    around = [grade(stock, 40, alpha_step=step) if point else None for step in (-1, 1)]
    return UnitGrade("罐区", "储存单元", grade(stock, 40), around[0], around[1])


def hazard(name: str = "甲厂", *, point: bool = True) -> HazardGrade:
    one = unit(point=point)
    return HazardGrade(
        "hazard", "H1", name, name, "", name, "440101", (10.0, 10.0), "一般",
        Residents(40, "point" if point else "boundary", (), ()), (one,), one.grade.level, None,
        one.grade.level, "orange", say("red"), colour_verified=False, notes=(),
    )  # fmt: skip


def dossier(one: HazardGrade) -> Dossier:
    fields = tuple(
        Field(key, (say("red"),), say("No one is named.") if key == "responsible" else None)
        for key in FIELD_TITLES
    )
    zone = OwnZone("", None, "", "", None, None, say("red"))
    around = Surroundings(zone, None, None, (), ())
    return Dossier("hazard", one.id, one.name, "", "440101", fields, one, around)


@pytest.mark.parametrize("view", [ZH, EN])
def test_a_colour_always_prints_its_character(view: View) -> None:
    """Whoever cannot tell red from yellow reads 红 and 黄, in English as well."""
    drawn = [patch(colour, view) for colour in ("red", "orange", "yellow", "blue", None)]
    assert [re.sub("<[^>]*>", "", one) for one in drawn] == ["红", "橙", "黄", "蓝", "无"]


def test_the_figure_beside_a_colour_counts_that_colour_alone() -> None:
    """A unit of 33 red hazards of 82 is "red 33", never "red 82"."""
    assert shade({"red": 33, "orange": 18, "yellow": 29}) == ("red", 33)
    assert shade({"red": 0, "yellow": 2}) == ("yellow", 2)
    assert shade({}) == (None, 0)
    assert counted(*shade({"red": 33, "orange": 18})) == "红 33"
    assert counted(*shade({})) == ""


def test_the_gravest_colour_shades_a_unit() -> None:
    assert gravest({"blue": 9, "orange": 1, "red": 0}) == "orange"
    assert gravest({"blue": 0}) is None


def test_no_name_becomes_a_tag() -> None:
    """Names of units, hazards, firms, receptors and reasons are text in every panel."""
    one = replace(hazard(HOSTILE), override=Override("hazard", "H1", 1, HOSTILE, HOSTILE,
                                                     datetime(2026, 1, 1, tzinfo=UTC)))  # fmt: skip
    near = TooNear("hazard", "H1", HOSTILE, "school", "S", HOSTILE, None, 9.0, 50.0,
                   from_boundary=True, rule=HOSTILE, source=HOSTILE, verified=False)  # fmt: skip
    moved = Relocation("hazard", "H1", HOSTILE, HOSTILE, (0.0, 0.0), (near,), 0, 1, 41.0)
    node = DominoNode("hazard", "H1", HOSTILE, (0.0, 0.0), None, None, say("red"))
    other = replace(node, id="H2")
    edge = DominoEdge(("hazard", "H1"), ("hazard", "H2"), 12)
    graph = DominoGraph((node, other), (edge,), ((edge.cause, edge.hit),), ())
    drawn = [
        panels.hazard_list([one], 1, None, ZH),
        panels.dossier_card(dossier(one), ZH, steps=[OverrideStep(1, HOSTILE, HOSTILE, THEN)]),
        panels.filter_bar(panels.Filters(text=HOSTILE), ["hazard"], [("1", HOSTILE)], ZH),
        checks.distance_table(Distances(1, (moved,), ()), ZH),
        checks.siting_table([Siting("hazard", "H1", HOSTILE, HOSTILE, None, "outside", HOSTILE,
                                    3.0)], ZH),
        checks.domino_groups(graph, ZH),
    ]  # fmt: skip
    for panel in drawn:
        assert HOSTILE not in panel
        assert "<script" not in panel
        assert "<img" not in panel


def test_counts_that_do_not_add_up_are_told() -> None:
    row = ColourCounts("1", "甲", {"red": 1}, 0, 1)
    whole = replace(row, code="*", name="*")
    assert "✓" in panels.colour_counts([row, whole], ZH)
    assert "✕" in panels.colour_counts([row, replace(whole, total=2)], ZH)


def test_the_list_counts_what_it_cuts_off() -> None:
    many = [replace(hazard(), id=f"H{n}") for n in range(panels.MOST + 7)]
    drawn = panels.hazard_list(many, 900, None, EN)
    assert drawn.count("<tr ") == panels.MOST
    assert "7 more" in drawn
    assert "207 / 900" in drawn


def test_the_filters_offer_class_grade_subdistrict_and_text() -> None:
    """Class × grade (S4-3): what is chosen stays chosen when the page is drawn anew."""
    bar = panels.filter_bar(
        panels.Filters("hazard", "red", "0", "1", "甲"), ["hazard"], [("1", "甲街道")], ZH
    )
    assert re.findall(r'value="([^"]*)" selected', bar) == ["hazard", "red", "0", "1"]
    assert 'value="甲"' in bar


def test_computed_and_declared_stand_apart_and_a_gap_is_named() -> None:
    """The five fields of S1-6, each with ✓ or ✕ and what is missing."""
    card = panels.dossier_card(dossier(hazard()), EN)
    for title in ("Declared", "Computed", "No one is named."):
        assert title in card
    assert card.count("✓ ") == len(FIELD_TITLES) - 1
    assert "✕ Who is responsible" in card
    assert "▲ not verified" in card


def test_alpha_is_shown_both_ways_only_where_a_point_is_on_file() -> None:
    assert "α one step down" in panels.dossier_card(dossier(hazard(point=True)), EN)
    assert "α one step down" not in panels.dossier_card(dossier(hazard(point=False)), EN)


def test_the_reasoning_names_each_clause_and_what_lifts_the_grade() -> None:
    one = hazard()
    card = panels.dossier_card(dossier(one), ZH)
    found = one.units[0].grade
    assert found.steps
    assert all(step.clause in card for step in found.steps)
    assert found.lift is not None
    assert found.lift.said
    assert all(ZH.word(said).split("，")[0][:6] in card for said in found.lift.said)


def test_an_untold_level_is_words_not_a_zero() -> None:
    assert panels.level_said(None, EN) == "cannot be told"
    assert panels.level_said(0, ZH) == "不构成"
    assert panels.level_said(1, ZH) == "一级"


def test_the_emptiest_subdistrict_leads_and_the_whole_is_last() -> None:
    full = dict.fromkeys(FIELD_TITLES, 1)
    rows = [
        Completeness("1", "甲", 4, 4, full, 100.0),
        Completeness("2", "乙", 4, 1, full, 25.0),
        Completeness("3", "丙", 0, 0, full, None),
        Completeness("*", "*", 8, 5, full, 62.5),
    ]
    table = checks.completeness_table(rows, ZH)
    assert re.findall(r"<tr><td>([^<]*)", table) == ["乙", "甲", "丙", "合计"]
    assert "<td>—</td>" in table


@pytest.mark.parametrize("where", ["inside", "border", "partly", "outside", "unknown"])
def test_each_siting_has_its_sign(where: str) -> None:
    one = Siting("hazard", "H", "甲", "", None, where, "", None)  # type: ignore[arg-type]
    sign = {"inside": "✓", "border": "✓", "unknown": "?"}.get(where, "✕")
    assert f"<td>{sign} " in checks.siting_table([one], EN)


def test_nothing_found_is_said_not_left_blank() -> None:
    assert 'class="empty"' in checks.siting_table([], EN)
    assert 'class="empty"' in checks.distance_table(Distances(3, (), ()), EN)
    assert 'class="empty"' in checks.domino_groups(DominoGraph((), (), (), ()), EN)
    assert 'class="empty"' in panels.hazard_list([], 0, None, EN)


def test_what_was_set_by_hand_is_told_newest_first_with_who_and_why() -> None:
    """S0-3: the override stands beside the grade with its reason, the withdrawal too."""
    steps = [
        OverrideStep(None, "", "王工", THEN),
        OverrideStep(2, "储罐将扩建", "李工", THEN),
    ]
    card = panels.dossier_card(dossier(hazard()), EN, steps=steps)
    story = card.split('class="fc-story"', 1)[1].split("</details>", 1)[0]
    assert story.index("王工") < story.index("李工")
    assert "as computed again" in story
    assert "no reason given" in story
    assert "level 2" in story
    assert "储罐将扩建" in story
    assert "2026-01-01" in story
    assert 'class="fc-story"' not in panels.dossier_card(dossier(hazard()), EN)


def test_the_gravest_subdistrict_leads_the_counts_and_one_is_pressed() -> None:
    """A press on a subdistrict narrows the list; who is in none, and the sum, are no buttons."""
    rows = [
        ColourCounts("1", "甲", {"red": 0, "orange": 9}, 0, 9),
        ColourCounts("2", "乙", {"red": 1}, 0, 1),
        ColourCounts("", "", {"red": 5}, 0, 5),
        ColourCounts("*", "*", {"red": 6, "orange": 9}, 0, 15),
    ]
    table = panels.colour_counts(rows, ZH, only="2")
    assert re.findall(r"<th>([^<]*)</th><td", table) == ["不在任何街道", "乙", "甲", "合计"]
    assert re.findall(r'data-value="(\w*)"[^>]*aria-selected="(\w+)"', table) == [
        ("2", "true"), ("1", "false"),
    ]  # fmt: skip


def test_the_reports_card_counts_by_colour_what_the_report_will_hold() -> None:
    whole = ColourCounts("*", "*", {"red": 3, "blue": 2}, 1, 6)
    card = checks.report_card(whole, [hazard(), replace(hazard(), level=0)], EN)
    figures = re.findall(r"<dd>([^<]*)</dd>", card)
    assert figures == ["3", "0", "0", "2", "1", "1", "0", "6"]


def test_only_causes_are_listed_in_a_domino_group() -> None:
    """Who only is hit stands in the line of who hits it, once."""
    node = DominoNode("hazard", "H1", "甲", (0.0, 0.0), 90, "red", say("red"))
    other = replace(node, id="H2", name="乙")
    edge = DominoEdge(("hazard", "H1"), ("hazard", "H2"), 12)
    groups = checks.domino_groups(
        DominoGraph((node, other), (edge,), ((edge.cause, edge.hit),), ()), ZH
    )
    assert groups.count("<li>") == 1
    assert "乙 12 m" in groups
    assert "2 处一组" in groups
