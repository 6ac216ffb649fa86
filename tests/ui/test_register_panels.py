"""The register's panels: sums, states, what a switch says, and that no value becomes a tag."""

import json
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import Catalogue
from tests.ui.fakes import HOSTILE
from ui.live_panel import LONGEST, read_act
from ui.map.editing import EditState, Held, Points, read_edit
from ui.map.script import map_script
from ui.panels import register_campaign as campaign
from ui.panels import register_history as history
from ui.panels import register_import as importing
from ui.panels import register_ledger as ledger
from ui.panels import register_table as tables
from ui.panels import register_truth as truths
from ui.panels.acts import button, search_field, select, switch
from ui.panels.markup import View

VIEW = View(Catalogue.load("zh"))
DOING = tables.Doing(add=True, change=True)


def line(number: int, **changed: Any) -> importing.DefectLine:  # noqa: ANN401 - any field
    made = importing.DefectLine(
        number, "场所", 4, "经度", "120.1", "度数只到 0.1", "从地址反查", "auto", adopted=True
    )
    return replace(made, **changed)


def card(**changed: Any) -> importing.DatumCard:  # noqa: ANN401 - any field
    made = importing.DatumCard(
        declared="WGS 84", verdict="GCJ-02", confidence=0.9996, said="三种证据", power="",
        candidates=("WGS 84", "GCJ-02"), winner=1, blocked=True, convert="GCJ-02",
        evidence=(importing.EvidenceLine("道路", "越短越好", (("318 m", 1.0), ("11 m", 0.03))),),
    )  # fmt: skip
    return replace(made, **changed)


def test_the_five_counts_say_when_they_do_not_add_up() -> None:
    assert "对不上" not in importing.tally(importing.Tally(36, 25, 6, 3, 2), VIEW)
    assert importing.Tally(36, 25, 6, 3, 2).sums_up
    wrong = importing.tally(importing.Tally(37, 25, 6, 3, 2), VIEW)
    assert 'class="tag bad"' in wrong


def test_what_nobody_decided_is_neither_red_nor_marked_at_zero() -> None:
    drawn = importing.tally(importing.Tally(3, 3, 0, 0, 0), VIEW)
    assert 'class="bad"' not in drawn
    assert "✕" not in drawn


def test_defects_are_filtered_by_weight_and_counted_whole() -> None:
    lines = [line(0), line(1, weight="confirm", adopted=False), line(2, weight="decide")]
    drawn = importing.defects(lines, "confirm", VIEW)
    assert drawn.count("<tr class=") == 1
    assert "全部 3" in drawn
    assert 'data-value="1"' in drawn


def test_only_what_may_be_adopted_has_a_switch() -> None:
    lines = [line(0), line(1, weight="decide"), line(2, row=None)]
    drawn = importing.defects(lines, "all", VIEW)
    assert drawn.count('role="switch"') == 1
    assert "checked" in drawn


def test_many_mends_are_adopted_at_once_while_any_is_open() -> None:
    assert "adopt_all" not in importing.defects([line(0)], "all", VIEW)
    assert "采用这 1 条" in importing.defects([line(0, adopted=False)], "all", VIEW)


def test_a_long_list_says_how_much_is_left_out() -> None:
    lines = [line(n) for n in range(importing.SHOWN + 7)]
    drawn = importing.defects(lines, "all", VIEW)
    assert drawn.count("<tr class=") == importing.SHOWN
    assert "另有 7 条" in drawn


def test_a_file_without_defects_says_so() -> None:
    assert "没有发现缺陷" in importing.defects([], "all", VIEW)
    assert "没有这一类缺陷" in importing.defects([line(0)], "decide", VIEW)


def test_a_contradicted_datum_offers_three_choices_the_safe_one_first() -> None:
    drawn = importing.datum_card(card(), VIEW)
    assert "blocked" in drawn
    first, *_ = drawn.split('data-act="datum"')[1:]
    assert 'data-value="convert"' in first
    assert drawn.count('data-act="datum"') == 3
    assert "0.999" in drawn  # cut, never rounded up to certainty
    assert "1.000" not in drawn


def test_a_settled_or_undetermined_datum_offers_none() -> None:
    assert "data-act" not in importing.datum_card(card(blocked=False), VIEW)
    settled = importing.datum_card(card(blocked=False, decided="按 GCJ-02 转换"), VIEW)
    assert "已定" in settled
    assert "没有可用的证据" in importing.datum_card(card(evidence=()), VIEW)
    assert "把握" not in importing.datum_card(card(confidence=None), VIEW)


def test_a_mixture_that_could_not_be_seen_stands_beside_the_verdict() -> None:
    drawn = importing.datum_card(card(unseen="<b>混用"), VIEW)
    assert '<p class="warn">▲ &lt;b&gt;混用</p>' in drawn
    assert "▲" not in importing.datum_card(card(blocked=False), VIEW)


def test_the_step_in_hand_is_told_to_who_cannot_see_it() -> None:
    four = [importing.Step(str(n), "", "now" if n == 2 else "next") for n in range(4)]
    assert importing.steps(four, VIEW).count('aria-current="step"') == 1


def page(**changed: Any) -> tables.TablePage:  # noqa: ANN401 - any field
    made = tables.TablePage(
        layer="team", titles=("名称", "人数"), rows=(("T1", ("一队", "16")),), notes=("",),
        numbers=frozenset({1}), first=0, found=1, total=1,
    )  # fmt: skip
    return replace(made, **changed)


def test_the_table_turns_its_pages_and_no_further() -> None:
    drawn = tables.table(page(found=120, total=120), [("team", "队伍")], DOING, VIEW)
    assert "1–50" in drawn
    assert drawn.count("disabled aria-disabled") == 1
    last = tables.table(page(found=120, total=120, first=100), [("team", "队伍")], DOING, VIEW)
    assert "101–120" in last
    assert 'data-act="page"' not in tables.table(page(), [("team", "队伍")], DOING, VIEW)


def test_an_empty_table_says_why_and_what_next() -> None:
    none = page(rows=(), notes=(), found=0, total=0)
    assert "导入文件" in tables.table(none, [], DOING, VIEW)
    assert "缩短" in tables.table(replace(none, text="x", total=9), [], DOING, VIEW)


def test_who_may_not_write_is_told_why() -> None:
    barred = tables.Doing(add=False, change=False, why_not="只可看")
    assert 'data-act="add"' not in tables.table(page(), [], barred, VIEW)
    assert "只可看" in tables.table(page(), [], barred, VIEW)


def test_a_clash_marks_only_what_both_changed() -> None:
    columns = [history.Clash("人数", "12", "77", "5"), history.Clash("车辆", "3", "3", "4")]
    drawn = history.clash_card("一队", "别人", columns, VIEW)
    assert drawn.count('class="both"') == 1
    assert 'data-act="retry"' in drawn
    assert 'data-act="drop"' in drawn


def test_a_story_is_told_the_latest_first() -> None:
    told = [
        history.Chapter(f"2026-01-0{n}", "周", f"第{n}件", "", (), "p1", n, "ab" * 32)
        for n in (1, 2)
    ]
    drawn = history.story("一队", told, VIEW)
    assert drawn.index("第2件") < drawn.index("第1件")
    assert "没有说明" in drawn or "未" in drawn
    assert "还没有记录" in history.story("一队", [], VIEW)


def test_no_score_is_no_zero() -> None:
    assert truths.figure(None) == "—"
    assert truths.figure(99.99) == "99"
    assert truths.shade(None) == "none"
    assert [truths.shade(s) for s in (0, 40, 60, 75, 90)] == ["t0", "t1", "t2", "t3", "t4"]


def test_the_grid_opens_what_is_behind_each_cell() -> None:
    grid = truths.TruthGrid((("U1", "渡口"),), (("team", "队伍"),), ((30.0,),), (55.0,))
    drawn = truths.truth_grid("可信度分", grid, ("U1", "team"), VIEW)
    assert 'data-value="U1|team"' in drawn
    assert 'data-value="U1|"' in drawn
    assert "▲30" in drawn
    assert drawn.count('aria-selected="true"') == 1


def task(**changed: Any) -> campaign.TaskLine:  # noqa: ANN401 - any field
    made = campaign.TaskLine(
        "t1", "team", "一队", "老城", "过期", "甲", "2026-01-01", "", overdue=True
    )
    return replace(made, **changed)


def test_tasks_are_one_person_s_and_late_ones_are_marked() -> None:
    lines = [task(), task(id="t2", who="乙", overdue=False)]
    drawn = campaign.tasks(lines, "乙", ["乙", "甲"], VIEW, may=True)
    assert 'data-value="t2"' in drawn
    assert 'data-value="t1"' not in drawn
    assert "▲ 2026-01-01" in campaign.tasks(lines, "", ["甲"], VIEW, may=True)
    done = campaign.tasks([task(done="属实 2026-02-01")], "", [], VIEW, may=True)
    assert 'data-act="tick"' not in done
    assert "disabled" in campaign.tasks(lines, "", [], VIEW, may=False)


def test_a_deficit_and_what_is_expired_are_said_in_words() -> None:
    held = ledger.StockLine("库", "帐篷", "", "-2", "顶", "2020-01-01", expired=True, short=False)
    assert "已过期" in ledger.stock([held], VIEW)
    assert "无编码" in ledger.stock([held], VIEW)
    assert "发出多于所存" in ledger.stock([replace(held, short=True)], VIEW)
    assert "不平" in ledger.proof(3, ["甲库少 2 顶"], VIEW, zero=False)


def test_a_reversed_movement_cannot_be_reversed_again() -> None:
    move = ledger.MoveLine("m1", "今", "发放", "帐篷", "2 顶", "库", "渡口", "", undone=False)
    assert 'data-act="reverse"' in ledger.moves([move], VIEW, may=True)
    assert 'data-act="reverse"' not in ledger.moves([replace(move, undone=True)], VIEW, may=True)


def test_what_is_owed_and_not_known_is_left_to_fill_in() -> None:
    row = ledger.OwedLine("征1", "某厂", "发电机", "2 台", "1", "1", "3", "", "")
    assert "待填" in ledger.owed([row], VIEW)
    assert "¥300" in ledger.owed([replace(row, amount="¥300")], VIEW)


def test_no_value_becomes_a_tag_in_any_panel() -> None:
    told = history.Chapter(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, (history.Change(HOSTILE, HOSTILE, HOSTILE),),
        HOSTILE, 1, HOSTILE,
    )  # fmt: skip
    pieces = (
        importing.defects([line(0, value=HOSTILE, problem=HOSTILE, sheet=HOSTILE)], "all", VIEW),
        importing.datum_card(card(verdict=HOSTILE, said=HOSTILE, candidates=(HOSTILE, "")), VIEW),
        tables.table(
            page(rows=((HOSTILE, (HOSTILE, HOSTILE)),), text=HOSTILE), [(HOSTILE, HOSTILE)],
            DOING, VIEW,
        ),
        history.story(HOSTILE, [told], VIEW),
        history.clash_card(HOSTILE, HOSTILE, [history.Clash(*[HOSTILE] * 4)], VIEW),
        campaign.tasks([task(id=HOSTILE, name=HOSTILE, who=HOSTILE)], "", [], VIEW, may=True),
        ledger.stock([ledger.StockLine(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE,
                                       expired=True, short=False)], VIEW),
        button(HOSTILE, HOSTILE, value=HOSTILE),
        select("a", [(HOSTILE, HOSTILE)], "", label=HOSTILE),
        switch("a", HOSTILE, on=True, label=HOSTILE), search_field("a", HOSTILE, label=HOSTILE),
    )  # fmt: skip
    for piece in pieces:
        assert "<img" not in piece
        assert "<script" not in piece
        assert '"alert(1)"' not in piece


# ---- what comes back from the browser --------------------------------------------------------


def test_an_act_is_read() -> None:
    act = read_act({"verb": "adopt", "value": "3", "on": True})
    assert act is not None
    assert (act.verb, act.value, act.text, act.on) == ("adopt", "3", "", True)
    long = read_act({"verb": "search", "text": "x" * 9999})
    assert long is not None
    assert len(long.text) == LONGEST


KEYS = st.sampled_from(["verb", "value", "text", "on"])
PLAIN = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_act_ever_breaks_the_page(raw: Any) -> None:  # noqa: ANN401 - whatever a browser sends
    act = read_act(raw)
    assert act is None or (isinstance(act.verb, str) and isinstance(act.on, bool))


@pytest.mark.parametrize(
    "placed",
    [None, 3, {}, {"lon": "1", "lat": 2}, {"lon": True, "lat": 2}, {"lon": 181, "lat": 0},
     {"lon": float("nan"), "lat": 0}, {"lon": 0, "lat": float("inf")}],
)  # fmt: skip
def test_a_place_that_is_none_is_not_used(placed: object) -> None:
    assert read_edit({"placed": placed}).placed is None


def test_a_row_is_a_whole_number_from_nought() -> None:
    assert read_edit({"picked": {"row": 3, "stamp": "s"}}).row == 3
    for row in (-1, 1.5, True, "3", None):
        assert read_edit({"picked": {"row": row}}).row is None


def test_points_travel_as_steps_and_come_back_to_the_metre() -> None:
    at = [(113.0000049, 22.5), (113.1234567, 22.7654321)]
    sent = Points("team", "responder", at).sent
    for (lon, lat), east, north in zip(at, sent["lon"], sent["lat"], strict=True):
        assert sent["west"] + east / 1e5 == pytest.approx(lon, abs=6e-6)
        assert sent["south"] + north / 1e5 == pytest.approx(lat, abs=6e-6)
    other = Points("team", "responder", at[:1]).sent
    assert other["stamp"] != sent["stamp"]


def test_sixteen_thousand_points_stay_under_a_third_of_a_megabyte() -> None:
    at = [(113 + n % 130 / 500, 22.9 + n // 130 / 500) for n in range(16_900)]
    assert len(json.dumps(dict(Points("firm", "place", at).sent))) < 330_000


def test_a_map_refuses_what_is_no_position() -> None:
    state = EditState(
        (112.9, 22.9, 113.1, 23.1), Points("team", "responder"), {}, held=Held(200, 0)
    )
    with pytest.raises(ValueError, match="no longitude"):
        state.payload()


def test_crowded_points_are_counted_and_none_is_lost() -> None:
    points = json.dumps([[0.1 * n for n in range(100)], [0.0] * 100])
    code = f"""
      const [x, y] = {points};
      const box = {{ left: -1, top: -1, right: 2000, bottom: 2000 }};
      const cells = (scale, apart) => gather(x, y, scale, box, apart);
      const sum = (found) => found.reduce((all, cell) => all + cell.count, 0);
      show([cells(1, false).length, sum(cells(1, false)), cells(100, false).length,
        sum(cells(1, true))]);
    """
    assert run_edit(code) == [1, 100, 22, 100]


def run_edit(code: str) -> Any:  # noqa: ANN401 - whatever JSON the script prints
    """Return what the code shows when run behind the modules of the register's map."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed; the browser tests cover the script")
    script = f"{map_script('edit')}\nconst show = (x) => console.log(JSON.stringify(x));\n{code}"
    done = subprocess.run(
        [node, "--input-type=module", "-"],
        input=script, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)
