"""The panels of page 规划 on hand-made answers: cut shares, signs, order, escapes, gaps."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from desks.planning.answers import (
    DEFINITIONS,
    Count,
    Coverage,
    Covered,
    Definition,
    Demand,
    Mend,
    Places,
    Reach,
    Reason,
    RuleAnswer,
    Unit,
)
from desks.planning.services import service_of, services
from desks.planning.variants import Change
from language import Catalogue, Sentence, say
from tests.ui.fakes import HOSTILE
from ui.panels import planning_cards as cards
from ui.panels import planning_figures as figures
from ui.panels import planning_parts as parts
from ui.panels import planning_reasons as reasons
from ui.panels.markup import View
from ui.panels.planning_bar import DRAFT, Offered, choice_bar
from ui.panels.planning_report import losses_card, plan_list, report_card
from ui.panels.planning_table import Judged, RuleColumn, unit_table, verdict_cell

ZH, EN = View(Catalogue.load("zh")), View(Catalogue.load("en"))
WHY = Sentence("No incident is chosen.", {})


def unit(code: str, people: int, *covered: int | None, parent: str = "") -> Covered:
    """Return a unit covered by the definitions in their order; the last reason is WHY."""
    held = (*covered, *(None,) * (len(DEFINITIONS) - len(covered)))
    counts: Mapping[Definition, Count] = MappingProxyType(
        {
            d: Count(n, None if n is not None else WHY)
            for d, n in zip(DEFINITIONS, held, strict=True)
        }
    )
    return Covered(code, f"街{code}", parent, people, counts, least=1, most=2, to_nearest=1)


def answer(*subdistricts: Covered, name: str = "") -> Coverage:
    """Return a coverage of the shelters: three points at 100, 500.0 and 700 m, one without way."""
    cost = np.array([100_000, 500_000, 700_000, -1])
    people = np.array([10, 20, 30, 40])
    communities = tuple(replace(s, code=f"{s.code}1", parent=s.code) for s in subdistricts)
    units = tuple(Unit(c.code, c.name, c.parent, "") for c in communities)
    demand = Demand(
        "night", units, people, np.zeros((4, 2)), np.zeros(4, np.int64), people, WHY, ()
    )
    places = Places(
        "shelter", ("A", "B"), (name, "乙"), np.zeros((2, 2)), np.array([15, 40]), (), ()
    )
    reach = Reach(
        is_time=False, limit=500_000, first=np.array([0, 1, 2, 2, 2]), place=np.array([0, 1]),
        cost=cost[:2], line_mm=cost[:2], nearest=np.array([0, 1, 1, -1]), nearest_cost=cost,
    )  # fmt: skip
    total = unit("", 100, 60, 30, 25)
    return Coverage(
        service_of("shelter"), demand, places, reach, communities, subdistricts, total,
        np.array([10, 20]), None, None, None, (say("Method"),), (), "stamp",
    )  # fmt: skip


RED, GREEN, EMPTY = unit("1", 1000, 999, 500, 100), unit("2", 50, 50, 50, 50), unit("3", 0, 0, 0, 0)


def test_a_share_is_cut_and_only_all_print_as_a_hundred() -> None:
    """99.96 never prints as 100 (issue 5); nobody has no share."""
    assert parts.percent(9_996, 10_000) == "99.9"
    assert parts.percent(99_999_999, 100_000_000) == "99.9"
    assert parts.percent(10_000, 10_000) == "100"
    assert parts.percent(0, 7) == "0.0"
    assert parts.percent(0, 0) == "—"
    assert parts.percent(None, 7) == "—"


def test_shades_are_inclusive_at_their_steps_and_full_is_full_alone() -> None:
    people = 1000
    found = [parts.shade(people - missing, people) for missing in (0, 1, 149, 150, 300, 499, 500)]
    assert found == ["full", "slight", "slight", "fair", "bad", "bad", "worst"]
    assert parts.shade(None, people) == "none"
    assert parts.shade(0, 0) == "none"


def test_a_red_district_is_shaded_by_other_steps_so_that_its_units_differ() -> None:
    poor = [unit(str(n), 100, n) for n in range(20)]
    assert parts.steps_for(poor, "circle") == parts.GRAVE
    assert len({parts.shade(n, 100, parts.GRAVE) for n in range(20)}) == 3
    assert parts.steps_for([RED, GREEN], "circle") == parts.STEPS


def test_the_strictest_definition_that_applies_leads_unless_another_is_chosen() -> None:
    """S1-4: a figure that does not apply never leads."""
    whole = unit("", 100, 60, 30, 25)
    assert parts.strictest(whole) == "capacity"
    assert parts.strictest(whole, "circle") == "circle"
    assert parts.strictest(whole, "safe") == "capacity"
    assert parts.strictest(unit("", 100)) == "circle"


def test_red_stands_first_and_who_has_no_people_last() -> None:
    order = parts.worst_first([EMPTY, GREEN, RED], "capacity")
    assert [one.code for one in order] == ["1", "2", "3"]
    equal = parts.worst_first([unit("9", 10, 5), unit("8", 20, 10), unit("7", 20, 10)], "circle")
    assert [one.code for one in equal] == ["7", "8", "9"]


@pytest.mark.parametrize("view", [ZH, EN])
def test_four_cards_always_and_each_with_people_shortage_and_method(view: View) -> None:
    """S1-4: no percentage without its method; what does not apply says why, never 0."""
    drawn = str(cards.four_cards(answer(RED), unit("", 100, 60, 30, 25), "capacity", view))
    assert re.findall("[①②③④]", drawn) == ["①", "②", "③", "④"]
    assert drawn.count('data-act="by"') == 3
    assert drawn.count('aria-pressed="true"') == 1
    assert re.findall(r'class="v">([\d.]+)', drawn) == ["60.0", "30.0", "25.0"]
    for short in ("40", "70", "75"):
        assert short in drawn
    last = drawn.split('class="pl-card off"', 1)[1]
    assert view.word(WHY) in last
    assert "%" not in re.sub("<[^>]*>", "", last)


def test_a_plan_tells_what_it_changes_and_what_it_does_not() -> None:
    now, was = unit("", 100, 60, 30, 25), unit("", 100, 60, 20, 26)
    drawn = re.sub(
        "<[^>]*>",
        " ",
        str(cards.four_cards(answer(RED), now, "network", ZH, before=cards.Before(was))),
    )
    assert all(change in drawn for change in ("±0", "＋10", "−1"))


def test_who_is_in_no_sum_is_named_above_the_method() -> None:
    found = answer(RED)
    without = replace(found, demand=replace(found.demand, missing=(0,)))
    drawn = str(cards.caution_line(without, ZH))
    assert found.demand.units[0].name in drawn
    assert drawn.index("▲") < drawn.index("<ol>")


def judged() -> Judged:
    """Return three rules: failed, not assessable and silent on subdistrict 1."""
    columns = [RuleColumn(key, key.upper(), verified=key != "b") for key in ("a", "b", "c")]
    answers = {
        ("a", "1"): RuleAnswer("a", "第一条", "fail", (say("No road"),), "1"),
        ("b", "1"): RuleAnswer("b", HOSTILE, "not_assessable", (say("No road"),), "1"),
        ("a", "2"): RuleAnswer("a", "第一条", "pass", (), "2"),
    }
    return Judged(columns, answers)


@pytest.mark.parametrize("view", [ZH, EN])
def test_the_table_shows_red_first_with_four_shares_and_verdicts(view: View) -> None:
    """S1-5: one row a subdistrict; what cannot be assessed is never passed."""
    drawn = str(unit_table(answer(GREEN, RED), "capacity", judged(), "1", view))
    rows = re.findall(r'<tr data-act="unit" data-value="(\d)".*?</tr>', drawn)
    assert rows == ["1", "2"]
    first = re.search(r'<tr data-act="unit" data-value="1".*?</tr>', drawn, re.DOTALL)
    assert first is not None
    cells = re.sub("<[^>]*>", " ", first[0]).split()
    assert cells[1:] == ["1,000", "99.9", "50.0", "10.0", "—", "1", "✕", "?"]
    assert drawn.count('aria-selected="true"') == 1
    assert "B ▲" in drawn, "an unverified rule says so in its head"


def test_a_rule_that_speaks_of_no_subdistrict_is_no_column() -> None:
    assert "<span>C</span>" not in str(unit_table(answer(RED), "circle", judged(), "", ZH))
    many = Judged(
        [RuleColumn(str(n), f"R{n}") for n in range(10)],
        {(str(n), "1"): RuleAnswer(str(n), "", "pass", (), "1") for n in range(10)},
    )
    assert "另有 2 条" in str(unit_table(answer(RED), "circle", many, "", ZH))


def test_a_compared_plan_adds_one_column_and_changes_nothing_else() -> None:
    before = answer(unit("1", 1000, 999, 400, 100))
    drawn = str(unit_table(answer(RED), "network", Judged(), "", ZH, before=before))
    assert drawn.count("比现状") == 1
    assert "＋100" in drawn


def test_silence_of_a_rule_is_no_pass() -> None:
    assert "—" in str(verdict_cell(None, ZH))
    assert "✓" not in str(verdict_cell(None, ZH))


def test_reasons_stand_by_community_most_people_first_and_the_rest_is_counted() -> None:
    found = answer(RED, GREEN)
    said = [Reason("11", "full", 900, say("No road")), Reason("11", "covered", 0, say("People"))]
    drawn = str(reasons.reasons_card(found, said, "capacity", ("", ""), judged(), ZH))
    assert 'data-value="11"' in drawn
    assert "满" in drawn
    assert drawn.count('class="rest-of"') == 1, "who is covered is one line"
    assert "③" not in drawn
    picked = str(reasons.reasons_card(found, said, "capacity", ("1", "11"), judged(), ZH))
    assert "1–2" in picked, "the range over all best assignments"
    assert picked.index("✕") < picked.index("?</span>"), "failed rules first"


def test_mends_say_before_and_after_and_one_that_mends_nothing_has_no_button() -> None:
    good = Mend(say("Put into plan"), ("C1",), (), 460_000, 100, 840, 0.0, say("Method"))
    vain = replace(good, adds=(), cost_cny=None, covered_after=120, gap=None)
    drawn = str(reasons.mends_card((good, vain), RED, "capacity", ZH))
    assert "10.0 % → 84.0 %" in drawn
    assert "46 万元" in drawn
    assert drawn.count('data-act="take"') == 1
    assert 'data-act="mend" data-value="1"' in str(reasons.mends_card(None, RED, "capacity", ZH))
    assert "data-act" not in str(reasons.mends_card((), GREEN, "capacity", ZH))


def test_what_is_not_green_is_never_shown_as_if_it_were() -> None:
    """The best that can be had is told with who is left and why, and is not marked as best."""
    left = (Reason("11", "no_road", 160, say("No road")),)
    some = Mend(say("Put into plan"), ("C1",), (), 9, 410, 840, 0.0, say("Method"), 1000, left)
    drawn = str(reasons.mends_card((some,), RED, "capacity", ZH, names={"11": "甲社区"}))
    assert "不达标" in drawn
    assert "41.0 % → 84.0 %" in drawn
    assert "甲社区" in drawn
    assert "160 人" in drawn
    assert " best" not in drawn
    assert "primary" not in drawn
    vain = replace(some, adds=(), covered_after=410, gap=None)
    assert ZH.text("Nothing on file raises it.") in str(
        reasons.mends_card((vain,), RED, "capacity", ZH)
    )
    larger = replace(some, adds=(), resizes=(("P1", 90),), gap=None)
    assert 'data-act="take"' in str(reasons.mends_card((larger,), RED, "capacity", ZH))
    green = replace(some, covered_after=1000, left=())
    assert "不达标" not in str(reasons.mends_card((green,), RED, "capacity", ZH))


@pytest.mark.parametrize(
    ("cost", "said"),
    [(None, "未列造价"), (0, "0 万元"), (465_999, "46.5 万元"), (12_000_000, "1,200 万元")],
)
def test_costs_are_cut_and_unknown_is_said(cost: int | None, said: str) -> None:
    assert reasons.cost_said(cost, ZH) == said


def test_the_limit_itself_is_within_and_nobody_without_way_is_in_a_bar() -> None:
    """500.0 m counts; all people are in a bar or named as without way."""
    found = answer(RED)
    held = figures.bins(found)
    assert sum(one.people for one in held if one.within) == 30
    assert sum(one.people for one in held) == 60
    assert figures.without_way(found) == 40
    assert len(held) == figures.BARS
    assert "40" in str(figures.histogram(found, ZH))


def test_room_and_who_finds_none() -> None:
    found = answer(RED)
    rows = figures.fullness(found, ["室内", "室外"], "")
    assert [(one.title, one.room, one.taken) for one in rows] == [
        ("室内", 15, 10),
        ("室外", 40, 20),
    ]
    drawn = str(figures.capacity_bars(rows, found, ZH))
    assert "15 的 66 %" in drawn
    assert "5 人走得到但都已满" in drawn
    open_ended = replace(found, places=replace(found.places, capacity=np.array([-1, 0])))
    said = str(figures.capacity_bars(figures.fullness(open_ended, ["a", "b"], ""), found, ZH))
    assert "不限" in said
    assert "没有容量数" in said
    assert figures.fullness(replace(found, assigned=None), [], "") == ()


def test_losses_are_asked_for_empty_or_cut() -> None:
    one = figures.Loss("江湾大桥", "桥", 31, 1000)
    assert "−3.1 %" in str(figures.losses_list([one], ZH))
    assert 'data-value="fragile"' in str(figures.losses_list(None, ZH))
    assert "data-act" not in str(figures.losses_list([], ZH))
    assert "另有 20 处" in str(losses_card([one] * 120, ZH))


@pytest.mark.parametrize("view", [ZH, EN])
def test_names_of_users_stay_text_everywhere(view: View) -> None:
    evil = replace(RED, name=HOSTILE)
    found = answer(evil, name=HOSTILE)
    drawn = [
        unit_table(found, "circle", judged(), "1", view),
        reasons.reasons_card(
            found, [Reason("11", "full", 1, say("{name}: why red", name=HOSTILE))], "circle",
            ("1", "11"), judged(), view,
        ),
        losses_card([figures.Loss(HOSTILE, HOSTILE, 1, 1)], view),
        plan_list([Change("add", HOSTILE, HOSTILE)], view, is_draft=True),
        report_card(found, "1", view),
        choice_bar(
            parts.Choice(plan=HOSTILE), found.service,
            Offered(services(), [(HOSTILE, HOSTILE)], [HOSTILE], HOSTILE), view,
        ),
    ]  # fmt: skip
    for one in drawn:
        assert "<script" not in str(one)
        assert "<img" not in str(one)


def test_the_bar_offers_each_service_and_only_reaches_of_its_kind() -> None:
    """S1-25: time by road for who drives, metres for who walks."""
    offered = Offered(services(), has_draft=True)
    walk = str(choice_bar(parts.Choice(), service_of("shelter"), offered, ZH))
    drive = str(choice_bar(parts.Choice(service="team"), service_of("team"), offered, ZH))
    assert all(f'value="{key}"' in walk for key in services())
    assert 'value="1000m"' in walk
    assert 'value="1000m"' not in drive
    assert 'value="10min"' in drive
    assert f'value="{DRAFT}"' in walk
