"""Tab 可信度 beyond its grid, who answers at a place, and stock that comes in with a workbook."""

import html
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
import xlsxwriter
from streamlit.testing.v1 import AppTest

from desks.register.claims import Claim, add_claim, read_claims
from desks.register.ledger import read_ledger
from desks.register.opening import open_register
from desks.register.roles import Viewer
from desks.stock import balances
from geodata.store import Author, Change
from language import Catalogue
from tests.ui.fakes import HOSTILE
from tests.ui.test_register_page import did, drawn, field, folder, opened, read, rows
from ui import access
from ui.pages import register_hand as hand
from ui.pages import register_trial as trials
from ui.pages.register_map import ASK
from ui.panels.markup import View
from ui.panels.register_answering import AnswerLine, answering_card
from ui.panels.register_listed import AbsentLine, EntryLine, stock_changes
from ui.panels.register_upkeep import (
    ClaimLine,
    DueLine,
    SubjectCard,
    Term,
    UnitLine,
    capability_card,
    claims_panel,
    due_panel,
    upkeep_table,
)

__all__ = ["folder", "opened"]

Opened = Callable[..., AppTest]
VIEW = View(Catalogue.load("zh"))
WHO = Author("周与安", "对数")


def looked(app: AppTest, view: str) -> AppTest:
    return did(app, "reg_truth_views", "truth_view", value=view)


def test_capability_stands_by_subdistrict_with_its_formula(opened: Opened, folder: Path) -> None:
    """Capability per subdistrict with its published formula."""
    app = looked(opened("truth"), "capability")
    said = read(app)
    assert "docs/capability.md" in said
    units = rows(folder, "subdistrict")
    assert all(str(unit.props["name"]) in said for unit in units)
    did(app, "reg_truth", "behind", value=f"{units[-1].id}|term-stock")
    assert f"<h2>{units[-1].props['name']}<span" in drawn(app)


def test_late_reviews_and_plans_are_listed_by_name(opened: Opened, folder: Path) -> None:
    """S0-4, S1-34: each source's measure, unit, person and next review; the overdue ones first."""
    with open_register(folder) as store:
        late = {"name": "渡口油库", "next_review": "2020-01-01"}
        store.edit(WHO, [Change("add", "hazard", "H-1", 0, late, shapely.Point(113.0, 23.0))])
    said = read(looked(opened("truth"), "upkeep"))
    assert "应于 2020-01-01 复查" in said
    assert "渡口油库" in said
    assert "缺 " in said


def test_counts_that_disagree_stand_side_by_side(opened: Opened, folder: Path) -> None:
    """The plan says 18 in one chapter and 21 in another; both stay."""
    with open_register(folder) as store:
        for number, (count, place) in enumerate([(18, "第三章"), (21, "附表二")]):
            add_claim(store, WHO, Claim(f"N{number}", "蓄滞洪区内的村", count, "个", "预案", place))
    said = read(looked(opened("truth"), "claims"))
    assert "第三章" in said
    assert "附表二" in said
    assert "18" in said
    assert "21" in said


def test_a_count_is_entered_and_a_half_one_refused(opened: Opened, folder: Path) -> None:
    app = looked(opened("truth"), "claims")
    field(app, "count").set_value(18)
    field(app, "unit").set_value("个")
    field(app, "source").set_value("防汛预案")
    app.button[0].click().run()
    assert "没有写入" in read(app)
    with open_register(folder) as store:
        assert read_claims(store) == ()
        add_claim(store, WHO, Claim("N1", "村", 21, "个", "别的预案"))
    app.run()
    field(app, "subject").set_value("村")
    app.button[0].click().run()
    assert not app.exception
    with open_register(folder) as store:
        found = read_claims(store)
    assert [(one.subject, one.count) for one in found] == [("村", 21), ("村", 18)]


def test_a_viewer_enters_no_count(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "viewer", lambda _store: Viewer("访客", "viewer"))
    app = looked(opened("truth"), "claims")
    assert not app.button
    assert "各方数目" in read(app)


def test_a_place_on_the_map_tells_who_answers_and_hides_the_number(
    opened: Opened, folder: Path
) -> None:
    """S0-9: four levels or the missing name; the number only after it was asked for and logged."""
    with open_register(folder) as store:
        before = store.head()
    app = did(opened("map"), "reg_map_bar", "ask")
    assert app.session_state[hand.DOING] == ASK
    app.session_state["reg_map"] = {"placed": {"lon": 113.0, "lat": 23.0}}
    app.run()
    app.session_state["reg_map"] = {}
    assert not app.exception
    said = read(app)
    for level in ("区", "街道", "社区", "企业"):
        assert level in said
    with open_register(folder) as store:
        phones = {
            columns["phone"]
            for key in store.layers()
            for columns in store.personal(key, [one.id for one in store.read(key)]).values()
            if columns.get("phone")
        }
        assert store.head() == before, "nobody asked for a number yet"
    assert phones
    assert not any(phone in drawn(app) for phone in phones)
    did(app, "reg_answering", "close")
    assert hand.DOING not in app.session_state


# ---- stock in a workbook ---------------------------------------------------------------------


def depot_workbook(folder: Path, quantity: float, item: str = "防汛编织袋") -> tuple[str, bytes]:
    """Return the first depot as a workbook with one line of stock."""
    depot = rows(folder, "depot")[0]
    out = io.BytesIO()
    lon, lat = (round(v, 6) for v in depot.shape.coords[0])  # type: ignore[union-attr]  # a point
    with xlsxwriter.Workbook(out) as book:
        main = book.add_worksheet("物资库")
        main.write_row(0, 0, ("编号", "名称", "经度", "纬度"))
        main.write_row(1, 0, (depot.id, depot.props["name"], lon, lat))
        listed = book.add_worksheet("库存")
        listed.write_row(0, 0, ("物资库编号", "物资编码", "物资", "数量", "单位"))
        listed.write_row(1, 0, (depot.id, "1020304", item, quantity, "条"))
    return depot.id, out.getvalue()


def brought(opened: Opened, content: bytes) -> AppTest:
    """Return the import of a depot workbook with every mend adopted and a reason given."""
    app = opened("import")
    next(one for one in app.selectbox if one.key == "reg_import_layer").set_value("depot").run()
    app.file_uploader[0].set_value(("物资.xlsx", content, "application/x")).run()
    assert not app.exception
    kept = app.session_state[trials.TRIAL]
    every = frozenset(range(len(kept.rehearsal.defects)))
    trial = trials.replace(kept, adopted=every, keep_why="测试")
    app.session_state[trials.TRIAL] = trial
    next(one for one in app.text_input if one.key == "reg_why").set_value("盘点")
    return app.run()


def test_stock_in_a_workbook_enters_the_ledger_once(opened: Opened, folder: Path) -> None:
    """S0-6: stock is a ledger; the same list twice enters nothing."""
    depot, content = depot_workbook(folder, 250)
    app = brought(opened, content)
    assert trials.TRIAL in app.session_state
    assert app.session_state[trials.TRIAL].rehearsal.stock is not None
    assert "要记 1 笔" in read(app)
    write = next(one for one in app.button if one.key == "reg_write")
    assert "记库存 1 笔" in write.label
    write.click().run()
    assert not app.exception
    assert "记入 1 笔" in read(app)
    with open_register(folder) as store:
        held = balances(read_ledger(store).movements)
    mine = {
        lot.item: amount for (account, lot), amount in held.items() if account == f"depot:{depot}"
    }
    assert mine["防汛编织袋"] == 250
    again = brought(opened, content)
    assert next(one for one in again.button if one.key == "reg_write").disabled


def test_a_line_of_stock_that_is_not_adopted_stays_out(opened: Opened, folder: Path) -> None:
    _, content = depot_workbook(folder, 250)
    kept = brought(opened, content).session_state[trials.TRIAL]
    stock = kept.rehearsal.stock
    assert trials.stock_held_back(kept) == 0
    doubt = (
        trials.replace(
            kept.rehearsal.defects[0], sheet=stock.sheet, row=stock.rows[0], weight="confirm"
        )
        if kept.rehearsal.defects
        else None
    )
    if doubt is None:
        pytest.fail("the workbook has no defect to move to the stock")
    unsure = trials.replace(
        kept,
        rehearsal=trials.replace(kept.rehearsal, defects=(doubt,)),
        adopted=frozenset(),
    )
    assert trials.stock_going_in(unsure) is None
    assert trials.stock_held_back(unsure) == 1


# ---- panels ----------------------------------------------------------------------------------


def test_stock_names_what_the_list_leaves_out() -> None:
    entry = EntryLine("一号库", HOSTILE, "2027-01-01", "100 条", "250 条")
    made = stock_changes([entry], [AbsentLine("一号库", "水泵", "3 台")], 4, VIEW)
    assert "<img" not in made
    said = html.unescape(made)
    assert "100 条" in said
    assert "250 条" in said
    assert "表中未列" in said
    assert "4 批与表一致" in said
    assert " open>" in made
    assert " open>" not in stock_changes([], [], 4, VIEW)


def test_long_stock_says_how_much_is_not_drawn() -> None:
    lines = [EntryLine("库", f"物资{n}", "", "0 个", "1 个") for n in range(130)]
    assert "另有 30 项" in stock_changes(lines, [], 0, VIEW)


def test_capability_says_what_cannot_be_judged() -> None:
    terms = [Term("救援力量", 25, None), Term(HOSTILE, 15, 12.9)]
    made = capability_card("民权街道", 55.9, terms, [(HOSTILE, "从未核实")], "式", VIEW)
    assert "<img" not in made
    assert "<b>12</b>" in made
    assert "能力 55" in made
    assert VIEW.text("not assessable") in made


def test_a_subdistrict_without_sources_says_none_and_not_zero() -> None:
    empty = UnitLine("甲街道", 0, 0, None, 0, 0, 0)
    full = UnitLine("乙街道", 10, 7, 91.9, 3, 1, 2)
    made = upkeep_table([empty, full], VIEW)
    assert made.count(">无<") == 4
    assert "91 %" in made
    assert "✕ 3" in made
    assert "1 / 2" in made


def test_what_is_due_is_counted_whole() -> None:
    made = due_panel([DueLine("hazard", HOSTILE, "逾期", "bad")], 5, VIEW)
    assert "<img" not in made
    assert "✕ 逾期" in made
    assert "另有 4 项" in made
    assert "没有逾期" in due_panel([], 0, VIEW)


def test_claims_show_every_source_and_the_registers_own_count() -> None:
    claims = (ClaimLine(18, HOSTILE, ""), ClaimLine(21, "附表二", "新口径"))
    card = SubjectCard("村", "个", "各方为 18 到 21", claims, 20, agree=False)
    made = claims_panel([card], VIEW)
    assert "<img" not in made
    for figure in ("18", "21", "20"):
        assert f"<b>{figure}</b>" in made
    assert "▲ 各方为" in made
    assert "还没有记入" in claims_panel([], VIEW)


def test_an_answer_names_the_missing_name() -> None:
    lines = [
        AnswerLine("区", "云溪区", "值班", "张•", "555-••••", "", "", "department|D1"),
        AnswerLine("社区", HOSTILE, "", "", "", "未登记人员", "", ""),
    ]
    made = answering_card("113, 23", "民权街道", lines, "", VIEW)
    assert "<img" not in made
    assert 'data-value="department|D1"' in made
    assert "✕ 未登记人员" in made
    assert made.count('data-act="unmask"') == 1
