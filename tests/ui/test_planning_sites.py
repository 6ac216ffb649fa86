"""The cards of new places and of plan beside plan on hand-made answers."""

import re
from dataclasses import replace

import pytest

from desks.planning.answers import RuleAnswer
from desks.planning.beside import Beside, Side
from desks.planning.candidates import Candidate, Candidates
from desks.planning.costs import Spent
from desks.planning.siting import Blocking, Chosen, Siting
from desks.planning.variants import Change
from language import say
from tests.ui.fakes import HOSTILE
from tests.ui.test_planning_panels import EN, RED, ZH, answer, unit
from ui.panels.markup import View
from ui.panels.planning_beside import Held, Picks, beside_table
from ui.panels.planning_cards import Before, four_cards
from ui.panels.planning_parts import Choice
from ui.panels.planning_report import report_card
from ui.panels.planning_sites import Sought, ranked, sites_card
from ui.panels.planning_table import Judged, RuleColumn, alike, unit_table

BOTH = pytest.mark.parametrize("view", [ZH, EN])
KIND = Sought("避难场所", on_file=2)
PLANS = [("", "现状"), ("*", "我的草案")]


def plain(markup: object) -> str:
    """Return what a reader sees."""
    return " ".join(re.sub("<[^>]*>", " ", str(markup)).split())


def place(key: str, people: int, room: int, cost: int | None = None, name: str = "") -> Chosen:
    return Chosen(Candidate(key, name or key, (0.0, 0.0), None, room, cost), people)


def siting(*chosen: Chosen, most: int = 100) -> Siting:
    """Return a siting of 100 people, 40 of them covered before and 70 after."""
    found = answer(RED)
    costs = [one.site.cost_cny for one in chosen]
    lost = Blocking("11", "远社区", "1", "none_within", 9, say("No road"))
    return Siting(
        "count", len(chosen), chosen, 100, 40, 70, most, 70, 70, 0.0,
        None if None in costs else sum(one or 0 for one in costs), say("Method"),
        () if most == 100 else (lost,), Candidates(tuple(one.site for one in chosen), (), (), ()),
        found, found, (),
    )  # fmt: skip


@BOTH
def test_each_new_place_says_what_it_brings_most_people_first(view: View) -> None:
    """S1-14: what was asked, before and after, each place with its people, the proof."""
    found = siting(place("B", 5, 50), place("A", 20, 20, 70_000), place("C", 5, 1000))
    assert [one.site.id for one in ranked(found.chosen)] == ["A", "B", "C"]
    said = plain(sites_card(Choice(among="sites"), found, KIND, view))
    assert "40.0 % → 70.0 %" in said
    assert "＋30" in said
    assert said.index(" 1 A ") < said.index(" 2 B ") < said.index(" 3 C ")
    assert ("满" if view is ZH else "full") in said
    assert "1,000" not in said, "room for the whole district is no room that anybody stated"
    assert ("未列造价" if view is ZH else "cost not stated") in said


def test_nothing_is_offered_that_cannot_be_taken_or_was_taken() -> None:
    ask = 'data-act="locate"'
    taken = frozenset({"A"})
    assert ask in str(sites_card(Choice(), None, KIND, ZH))
    open_card = str(sites_card(Choice(), siting(place("A", 1, 9)), KIND, ZH))
    assert 'data-act="takeall"' in open_card
    assert "takeall" not in str(sites_card(Choice(), siting(place("A", 1, 9)), KIND, ZH,
                                           taken=taken))  # fmt: skip
    for nothing in (siting(), siting(most=80), say("No road")):
        drawn = str(sites_card(Choice(), nothing, KIND, ZH))
        assert "takeall" not in drawn
        assert ask not in drawn
    assert "远社区" in str(sites_card(Choice(), siting(place("A", 1, 9), most=80), KIND, ZH))


@BOTH
def test_time_that_ran_out_is_never_told_as_no_site(view: View) -> None:
    """No place found in time is no fact about the sites; the gap stands there, and the button."""
    proof, none = say("Method"), ("不能多覆盖" if view is ZH else "covers anybody more")
    cut = replace(siting(most=80), value=40, bound=80, gap=1.0, proof=proof, is_cut_off=True)
    for found in (cut, replace(cut, most=100)):
        drawn = str(sites_card(Choice(), found, KIND, view))
        assert none not in drawn
        assert view.text("Nobody is short.") not in drawn
        assert view.word(proof) in drawn
        assert 'data-act="locate"' in drawn
    assert none in str(sites_card(Choice(), siting(most=80), KIND, view)), "that one is proven"
    some = replace(siting(place("A", 1, 9)), gap=0.5, is_cut_off=True)
    drawn = str(sites_card(Choice(), some, KIND, view))
    assert view.word(proof) in drawn
    assert 'data-act="locate"' in drawn
    assert 'data-act="takeall"' in drawn


def test_a_spot_is_called_none_and_needs_no_room_where_places_never_fill() -> None:
    spots = str(sites_card(Choice(), None, KIND, ZH))
    assert "没有看过地块" in spots
    assert 'data-act="room"' in spots
    assert "没有看过地块" not in str(sites_card(Choice(among="sites"), None, KIND, ZH))
    endless = str(sites_card(Choice(), None, Sought("消防站", 0, has_room=False), ZH))
    assert 'data-act="room"' not in endless
    assert 'value="sites"' not in endless


def side(covered: int | None, room: int | None, places: int = 1) -> Side:
    return Side(covered, places, room)


ROWS = (
    Beside("1", "甲街", 100, side(10, 50), side(10, 50)),
    Beside("2", "乙街", 100, side(10, 50), side(70, 150, 2)),
    Beside("3", "丙街", 100, side(10, 50), side(5, None)),
    Beside("", "全区", 300, side(30, 150, 3), side(85, None, 4)),
)


def table(view: View, after: Held, *, picks: Picks | None = None) -> str:
    return plain(
        beside_table(answer(RED), ROWS, "capacity", (Held("现状"), after),
                     picks or Picks(PLANS, "", "*", "2"), view)
    )  # fmt: skip


@BOTH
def test_what_changes_most_stands_first_and_the_rest_is_counted(view: View) -> None:
    """S1-4: two plans by subdistrict: people covered, room and places."""
    said = table(view, Held("草案", (Change("add", "N1"),), Spent(0, 1)))
    at = [said.index(name) for name in ("乙街", "丙街", "甲街")]
    assert at == sorted(at)
    assert "＋60" in said
    assert "−5" in said
    assert "＋55" in said, "the whole district"
    assert ("其余 1 个街道" if view is ZH else "1 subdistricts are the same") in said
    assert ("不限" if view is ZH else "not bounded") in said


@pytest.mark.parametrize(
    ("spent", "kinds", "said"),
    [
        (Spent(0, 2), ("add", "add"), "未列造价 改动 2 处"),
        (Spent(460_000, 1), ("add", "add"), "46 万元 改动 2 处 · 1 处未列造价"),
        (Spent(460_000, 0), ("add", "close"), "46 万元 改动 2 处"),
        (Spent(0, 0), ("close",), "未列造价 改动 1 处"),
    ],
)
def test_a_cost_that_nobody_stated_is_said(spent: Spent, kinds: tuple[str, ...], said: str) -> None:
    changes = tuple(Change(kind, f"N{n}") for n, kind in enumerate(kinds))  # type: ignore[arg-type]
    assert said in table(ZH, Held("草案", changes, spent))


def test_without_two_plans_the_table_says_how_to_come_by_one() -> None:
    alone = table(ZH, Held("现状"), picks=Picks([("", "现状")]))
    assert "还没有方案" in alone
    assert "选两个不同的方案" in table(ZH, Held("现状"), picks=Picks(PLANS))
    assert "%" not in alone


def test_a_card_names_the_plan_it_is_held_against() -> None:
    now, was = unit("", 100, 60, 30, 25), unit("", 100, 60, 20, 26)
    drawn = plain(four_cards(answer(RED), now, "network", ZH, before=Before(was, "甲案")))
    assert "比甲案 ＋10 人" in drawn
    assert "比现状" not in drawn


def test_the_report_says_that_a_plan_is_not_in_it() -> None:
    assert "“甲案”不在报告内" in plain(report_card(answer(RED), "1", ZH, left_out="甲案"))
    assert "不在报告内" not in plain(report_card(answer(RED), "1", ZH))


def test_the_card_of_a_plans_report_says_what_it_holds_and_no_figure_of_today() -> None:
    found = answer(RED)
    shown = report_card(found, "1", ZH, plan=(HOSTILE, found.service))
    assert "尚未建成" in plain(shown)
    assert "<script" not in str(shown)
    assert f"{found.totals.people:,}" not in plain(shown)


def test_a_rule_that_says_the_same_everywhere_is_a_line_and_no_column() -> None:
    """A wall of crosses tells nobody where to begin; of one or two subdistricts it is none."""
    rows = [unit(str(n), 100, 9) for n in range(3)]
    rules = [RuleColumn("all", "全不达标", verified=False), RuleColumn("one", "有的达标"),
             RuleColumn("none", "都不可评")]  # fmt: skip
    results = {"all": ["fail"] * 3, "one": ["pass", "fail", "fail"],
               "none": ["not_assessable"] * 3}  # fmt: skip
    held = {
        (rule, str(n)): RuleAnswer(rule, "", result, (), str(n))  # type: ignore[arg-type]
        for rule, answers in results.items()
        for n, result in enumerate(answers)
    }
    judged = Judged(rules, held)
    assert alike(rules, rows, judged) == {"all": "fail", "none": "not_assessable"}
    drawn = str(unit_table(answer(*rows), "circle", judged, "", ZH))
    assert "<span>有的达标</span>" in drawn
    assert "<span>全不达标" not in drawn
    said = plain(drawn)
    assert "3 个街道都不达标 全不达标 ▲" in said
    assert "3 个街道都不可评 都不可评" in said
    del held["all", "2"]
    assert "all" not in alike(rules, rows, Judged(rules, held)), "it does not speak of one"
    assert alike(rules, rows[:2], judged) == {}


@BOTH
def test_names_of_users_stay_text(view: View) -> None:
    evil = place(HOSTILE, 1, 9, name=HOSTILE)
    rows = [replace(one, name=HOSTILE) for one in ROWS]
    drawn = [
        sites_card(Choice(), siting(evil, most=80), KIND, view),
        beside_table(answer(RED), rows, "capacity", (Held(HOSTILE), Held(HOSTILE)),
                     Picks([("", HOSTILE), (HOSTILE, HOSTILE)], "", HOSTILE), view),
    ]  # fmt: skip
    for one in drawn:
        assert "<script" not in str(one)
        assert "<img" not in str(one)
