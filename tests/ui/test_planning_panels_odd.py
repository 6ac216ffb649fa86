"""The panels of page 规划 at their edges: people outside all subdistricts, tiny limits."""

import re
from dataclasses import replace

import numpy as np
import pytest

from desks.planning.answers import DEFINITIONS, Coverage, Definition, Mend, Reason, RuleAnswer
from desks.planning.candidates import Candidate, LeftOut
from desks.planning.services import service_of, services
from desks.planning.variants import Change
from language import Catalogue, say
from tests.ui.fakes import HOSTILE
from tests.ui.test_planning_panels import EMPTY, GREEN, RED, WHY, answer, unit
from ui.panels import planning_bar as bar
from ui.panels import planning_cards as cards
from ui.panels import planning_figures as figures
from ui.panels import planning_parts as parts
from ui.panels import planning_reasons as reasons
from ui.panels import planning_report as report
from ui.panels.markup import View
from ui.panels.planning_table import Judged, RuleColumn, unit_table, verdict_cell

ZH, EN = View(Catalogue.load("zh")), View(Catalogue.load("en"))
BOTH = pytest.mark.parametrize("view", [ZH, EN])
OUTSIDE = replace(unit("", 40, 10, 10, 10), name="")


def plain(markup: object) -> str:
    """Return what a reader sees."""
    return " ".join(re.sub("<[^>]*>", " ", str(markup)).split())


def limited(found: Coverage, limit: int, *, is_time: bool = False) -> Coverage:
    return replace(found, reach=replace(found.reach, limit=limit, is_time=is_time))


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 1, "0.0"), (1, 1, "100"), (1, 1001, "0.0"), (1, 1000, "0.1"), (999, 1000, "99.9"),
        (9999, 10000, "99.9"), (2, 3, "66.6"), (1, 3, "33.3"), (5, 0, "—"), (None, 5, "—"),
        (999_999_999, 1_000_000_000, "99.9"), (451_833, 451_834, "99.9"),
    ],
)  # fmt: skip
def test_shares_by_hand(part: int | None, whole: int, said: str) -> None:
    assert parts.percent(part, whole) == said


@pytest.mark.parametrize(
    ("service", "within", "zh", "en"),
    [
        ("shelter", "500m", "500 m", "500 m"),
        ("shelter", "99999.999m", "99999.999 m", "99999.999 m"),
        ("shelter", "1234.567m", "1234.567 m", "1234.567 m"),
        ("fire_station", "5min", "5 分钟", "5 min"),
        ("fire_station", "90s", "1.5 分钟", "1.5 min"),
        ("fire_station", "86399.999s", "1439.999983 分钟", "1439.999983 min"),
    ],
)
def test_a_reach_is_said_as_long_as_it_is(service: str, within: str, zh: str, en: str) -> None:
    """Six digits would print a millimetre below 100 km as 100 km, whose people do not count."""
    asked = service_of(service, within)
    assert (parts.reach_said(asked, ZH), parts.reach_said(asked, EN)) == (zh, en)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7, 11, 100, 499_999, 500_000])
def test_bars_stand_in_order_and_the_limit_parts_them(limit: int) -> None:
    """Everybody with a way stands in one bar, whoever is at the limit itself within it."""
    found = answer(RED)
    cost = np.array([0, limit, limit + 1, 50 * limit + 50])
    held = figures.bins(replace(found, reach=replace(found.reach, limit=limit, nearest_cost=cost)))
    assert len(held) == figures.BARS
    lows = [one.low for one in held]
    assert lows == sorted(lows)
    assert all(one.high is None or one.high >= one.low for one in held)
    assert held[figures.BARS_WITHIN - 1].high == limit
    assert sum(one.people for one in held) == 100
    assert sum(one.people for one in held if one.within) == 10 + 20


def test_bars_of_500_m_end_at_whole_sixths() -> None:
    held = figures.bins(answer(RED))
    assert [one.high for one in held[:6]] == [83_333, 166_666, 250_000, 333_333, 416_666, 500_000]
    assert held[-1].high is None
    assert [one.people for one in held] == [0, 10, 0, 0, 0, 20, 0, 0, 30, 0, 0, 0]


def test_nobody_at_all_draws_bars_without_height() -> None:
    found = answer(RED)
    nobody = replace(found, demand=replace(found.demand, point_people=np.zeros(4, np.int64)))
    drawn = str(figures.histogram(nobody, EN))
    assert drawn.count('height="0.0"') == figures.BARS
    assert "no way" not in drawn
    assert "nan" not in drawn


def test_times_are_said_in_minutes_and_lengths_in_metres() -> None:
    reach = answer(RED).reach
    by_time = replace(reach, is_time=True)
    assert figures.cost_said(1_234_567, reach, EN) == "1,234 m"
    assert figures.cost_said(180_000, by_time, EN) == "3 min"
    assert figures.cost_said(90_000, by_time, ZH) == "1.5 分钟"
    drawn = plain(figures.histogram(limited(answer(RED), 180_000, is_time=True), ZH))
    assert "3 分钟" in drawn
    assert " m" not in drawn.replace(" min", "")


@BOTH
def test_the_whole_district_is_not_who_lives_outside_of_it(view: View) -> None:
    """Communities in no subdistrict have the code "" too: the district's headline is not theirs."""
    found = answer(RED, OUTSIDE)
    whole = plain(reasons.reasons_card(found, (), "circle", ("", ""), Judged(), view))
    assert "60.0" in whole, "60 of the district's 100"
    assert "40 / 100" in whole
    assert "30 / 40" not in whole
    about = plain(report.report_card(found, "", view))
    assert "100" in about
    assert "40" not in about


@BOTH
def test_rows_without_a_name_say_what_they_are(view: View) -> None:
    """Who lives outside all subdistricts has a row that is called so; others show their code."""
    drawn = str(unit_table(answer(replace(RED, name=""), OUTSIDE), "circle", Judged(), "", view))
    heads = [plain(one) for one in re.findall(r'<th scope="row">.*?</th>', drawn)]
    assert heads == [view.text("outside"), "1", view.text("whole district")]
    found = answer(replace(GREEN, name=""))
    rest = plain(reasons.reasons_card(found, (), "circle", ("", ""), Judged(), view))
    assert rest.endswith("21"), "the community that is covered is called by its code"


def test_missing_communities_without_a_name_are_told_by_their_code() -> None:
    found = answer(replace(RED, name=""))
    held = replace(found, demand=replace(found.demand, missing=(0,)))
    assert "11" in plain(cards.caution_line(held, EN)).split(" Method")[0]


@BOTH
@pytest.mark.parametrize("by", DEFINITIONS)
def test_every_card_that_applies_can_be_pressed_and_says_so(view: View, by: Definition) -> None:
    """S1-4: all four stand there, whichever leads; the one without answer is never pressed."""
    drawn = str(cards.four_cards(answer(RED), unit("", 100, 60, 30, 25), by, view))
    pressed = re.findall(r'data-value="(\w+)" aria-pressed="true"', drawn)
    assert pressed == ([] if by == "safe" else [by])
    assert drawn.count("pl-card off") == 1


def test_nobody_lives_here_is_no_hundred_per_cent() -> None:
    drawn = str(cards.four_cards(answer(EMPTY), EMPTY, "circle", EN))
    assert "100" not in plain(drawn)
    assert plain(drawn).count("0 / 0") == 3
    assert "%" not in plain(drawn)


def test_the_incident_is_named_on_the_fourth_card_as_text() -> None:
    whole = unit("", 100, 60, 30, 25, 20)
    drawn = str(cards.four_cards(answer(RED), whole, "safe", EN, incident=HOSTILE))
    assert "<img" not in drawn
    assert "&lt;img" in drawn.split("④", 1)[1]
    assert "&lt;img" not in drawn.split("④", 1)[0]


@pytest.mark.parametrize(
    ("people", "said"), [(0, "±0"), (1, "＋1"), (-1, "−1"), (12_345, "＋12,345"), (-5000, "−5,000")]
)
def test_differences_bear_their_sign(people: int, said: str) -> None:
    assert cards.signed(people) == said


@pytest.mark.parametrize(
    ("cost", "zh", "en"),
    [
        (0, "0 万元", "CNY 0"), (1, "1 元", "CNY 1"), (999, "999 元", "CNY 999"),
        (1000, "0.1 万元", "CNY 1,000"), (9_999, "0.9 万元", "CNY 9,999"),
        (10_000, "1 万元", "CNY 10,000"), (10_999, "1 万元", "CNY 10,999"),
        (11_000, "1.1 万元", "CNY 11,000"), (None, "未列造价", "cost not stated"),
    ],
)  # fmt: skip
def test_no_cost_is_said_to_be_nothing(cost: int | None, zh: str, en: str) -> None:
    """999 yuan are not 0 万元: only what costs nothing prints as nothing."""
    assert (reasons.cost_said(cost, ZH), reasons.cost_said(cost, EN)) == (zh, en)


@BOTH
@pytest.mark.parametrize("kind", [
    "none_within", "detour", "full", "in_zone", "not_verified", "no_residents", "no_road", "covered"
])  # fmt: skip
def test_every_kind_of_reason_has_words(view: View, kind: str) -> None:
    said = reasons.kind_said(kind, view)  # type: ignore[arg-type]
    assert said
    assert (said.isascii()) == (view is EN)


def test_reasons_of_other_communities_stay_with_them() -> None:
    found = answer(RED, unit("5", 10, 1, 1, 1))
    said = [Reason("51", "detour", 9, say("Method")), Reason("999", "full", 3, WHY)]
    one = plain(reasons.reasons_card(found, said, "circle", ("5", ""), Judged(), EN))
    assert "detour" in one
    assert EN.word(WHY) not in one, "no community is called 999"
    other = plain(reasons.reasons_card(found, said, "circle", ("1", ""), Judged(), EN))
    assert "detour" not in other
    assert "covered 999 of 1,000, 99.9 %" in other, "a community without reasons states its figures"


def test_a_community_without_an_answer_is_neither_red_nor_covered() -> None:
    found = answer(unit("7", 0))
    drawn = str(reasons.reasons_card(found, (), "circle", ("7", ""), Judged(), EN))
    assert EN.word(WHY) in drawn
    assert "rest-of" not in drawn
    assert "—" in drawn


def test_mends_beyond_nine_are_numbered_on() -> None:
    one = Mend(say("Method"), ("C",), (), 1, 0, 1000, 0.0, WHY)
    drawn = plain(reasons.mends_card((one,) * 11, RED, "circle", EN))
    assert "⑨ Method" in drawn
    assert "10 Method" in drawn
    assert "11 Method" in drawn
    assert drawn.count("0.0 % → 100 %") == 11


@pytest.mark.parametrize(
    ("people", "whole", "said"),
    [(1, 1, "−100.0 %"), (1, 1000, "−0.1 %"), (1, 1001, "−0.0 %"), (2, 3, "−66.6 %"),
     (0, 0, "−0.0 %"), (5, 0, "−0.0 %")],
)  # fmt: skip
def test_losses_are_cut_alike_in_both_lists(people: int, whole: int, said: str) -> None:
    one = figures.Loss("桥", "bridge", people, whole)
    assert said in plain(figures.losses_list([one], EN))
    assert said in plain(report.losses_card([one], EN))


def test_only_the_worst_losses_stand_beside_the_map_and_a_hundred_in_the_list() -> None:
    rows = [figures.Loss(f"L{n:03}", "road", 500 - n, 1000) for n in range(101)]
    short = plain(figures.losses_list(rows, EN))
    assert [name in short for name in ("L000", "L002", "L003")] == [True, True, False]
    full = plain(report.losses_card(rows, EN))
    assert [name in full for name in ("L000", "L099", "L100")] == [True, True, False]
    assert full.endswith(EN.text("{count} more cost less.", count=1))


@BOTH
@pytest.mark.parametrize("kind", ["add", "move", "close", "resize"])
def test_each_change_of_a_plan_has_words_and_only_a_draft_a_button(view: View, kind: str) -> None:
    change = Change(kind, "S1", "", capacity_people=1200)  # type: ignore[arg-type]
    kept = str(report.plan_list([change], view, is_draft=False))
    assert "S1" in plain(kept), "without a name it is called by its id"
    assert "1,200" in plain(kept)
    assert "data-act" not in kept
    assert 'data-act="drop" data-value="S1"' in str(report.plan_list([change], view, is_draft=True))
    assert str(report.plan_list([], view, is_draft=True)) == ""


def site(key: str, capacity: int = 10, name: str = "", cost: int | None = None) -> Candidate:
    return Candidate(key, name, (0.0, 0.0), None, capacity, cost)


@BOTH
def test_candidates_taken_are_not_offered_again_and_the_unfit_say_why(view: View) -> None:
    sites = [site("C1", name=HOSTILE), site("C2", -1), site("C3", cost=0)]
    out = [LeftOut("C9", HOSTILE, WHY)]
    drawn = str(report.candidate_list(sites, out, frozenset({"C3"}), view))
    assert re.findall(r'data-act="add" data-value="(\w+)"', drawn) == ["C1", "C2"]
    assert "<img" not in drawn
    assert view.word(WHY) in drawn
    assert view.text("not bounded") in drawn
    assert str(report.candidate_list([], [], frozenset(), view)) == ""


def test_many_candidates_are_counted_not_drawn() -> None:
    sites = [site(f"C{n}") for n in range(43)]
    drawn = str(report.candidate_list(sites, [], frozenset({"C0"}), EN))
    assert drawn.count('data-act="add"') == report.MOST_CANDIDATES
    assert "2 more" in plain(drawn)
    assert "43 candidate sites" in plain(drawn)


@BOTH
def test_the_bar_shows_a_reach_that_is_none_of_its_steps(view: View) -> None:
    """What is asked for stands as chosen, else the list would say "as declared" of it."""
    asked = parts.Choice(within="640m")
    drawn = str(bar.choice_bar(asked, service_of("shelter", "640m"), bar.Offered(services()), view))
    assert re.findall(r'<option value="640m" selected>([^<]*)<', drawn) == ["640 m"]
    declared = str(
        bar.choice_bar(parts.Choice(), service_of("shelter"), bar.Offered(services()), view)
    )
    assert "640" not in declared
    step = str(
        bar.choice_bar(
            parts.Choice(within="300m"),
            service_of("shelter", "300m"),
            bar.Offered(services()),
            view,
        )
    )
    assert step.count('value="300m"') == 1


def test_the_bar_warns_of_rules_that_nobody_held_against_their_source() -> None:
    packs = [("gd2013", "粤府办")]
    for unverified, told in ((0, False), (3, True)):
        offered = bar.Offered(services(), packs, unverified=unverified)
        drawn = plain(bar.choice_bar(parts.Choice(), service_of("shelter"), offered, EN))
        assert ("▲ 3 rules not verified" in drawn) is told
    without = bar.choice_bar(parts.Choice(), service_of("shelter"), bar.Offered(services()), EN)
    assert 'data-act="pack"' not in str(without)


@pytest.mark.parametrize(("mm", "said"), [(0, "0 m"), (999, "0 m"), (1_234_999, "1,234 m")])
def test_metres_are_cut(mm: int, said: str) -> None:
    assert bar.metres_said(mm) == said


@BOTH
def test_verdicts_by_sign_colour_and_words(view: View) -> None:
    """S1-14: what nobody can assess is its own sign, never a tick; evidence is escaped."""
    signs = {"pass": ("yes", "✓"), "fail": ("no", "✕"), "not_assessable": ("na", "?")}
    for result, (look, sign) in signs.items():
        held = RuleAnswer("r", "", result, (say("{name}: why red", name='"><b>'),), "1")  # type: ignore[arg-type]
        drawn = str(verdict_cell(held, view))
        assert f'<span class="{look}">{sign}</span>' in drawn
        assert "<b>" not in drawn


def test_a_unit_that_no_rule_fails_has_a_tick_and_the_tally_counts_units() -> None:
    columns = [RuleColumn("a", "A"), RuleColumn("b", "B")]
    by_unit = {
        (rule, code): RuleAnswer(rule, "", result, (), code)  # type: ignore[arg-type]
        for rule, code, result in (
            ("a", "1", "fail"), ("b", "1", "fail"), ("a", "2", "pass"), ("b", "2", "not_assessable")
        )
    }  # fmt: skip
    drawn = unit_table(answer(RED, GREEN), "circle", Judged(columns, by_unit), "", EN)
    assert "1 fail a rule · 1 cells not assessable ?" in plain(drawn)
    cells = re.findall(r'<td class="num b">(.*?)</td>', str(drawn))
    assert [plain(one) for one in cells] == ["2", "✓"]


def test_full_places_say_so_and_shares_of_room_are_cut() -> None:
    found = answer(RED)
    rows = [figures.Fullness("满", 30, 30), figures.Fullness("余", 3, 2),
            figures.Fullness("空", 0, 0), figures.Fullness(HOSTILE, 1, 0)]  # fmt: skip
    drawn = str(figures.capacity_bars(rows, found, EN))
    assert "full · 30" in drawn
    assert "66 % of 3" in drawn
    assert "no room on file" in drawn
    assert "<img" not in drawn
    assert str(figures.capacity_bars((), found, EN)) == ""


def test_one_caution_is_no_plural() -> None:
    found = replace(answer(), cautions=(say("Residents are of the night."),))
    said = plain(cards.caution_line(found, EN))
    assert "Cautions: 1" in said
    assert "1 cautions" not in said


def test_losses_of_kinds_joined_are_not_said_to_cost_nobody() -> None:
    """Nobody worked them out: "no single loss costs anybody" would be untrue."""
    said = figures.apart_said(EN)
    assert said in plain(figures.losses_list((), EN, apart=True))
    assert "costs anybody" not in plain(figures.losses_list((), EN, apart=True))
    assert said in plain(report.losses_card((), EN, instead=said))
    assert "costs anybody" in plain(report.losses_card((), EN))
    assert "data-act" not in str(figures.losses_list(None, EN, apart=True))


def test_a_change_of_a_place_on_file_is_called_by_its_name_and_says_what_it_costs() -> None:
    changes = [Change("close", "S1"), Change("resize", "S2", capacity_people=9, cost_cny=350_000)]
    said = plain(report.plan_list(changes, EN, is_draft=False, names={"S1": "甲所", "S2": HOSTILE}))
    assert "甲所" in said
    assert "S1" not in said
    assert "CNY 350,000" in said
    assert "S2" in plain(report.plan_list(changes, EN, is_draft=False))
