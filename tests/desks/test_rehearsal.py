"""An import rehearsed and committed: what it adds, keeps, refuses and asks; nothing twice."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import xlsxwriter
from shapely import Point

from desks.register.current import Register, register_of
from desks.register.rehearsal import Rehearsal, commit, rehearsal_document, rehearse
from geodata.faults import UserError
from geodata.store import Author, Change, StaleEdit, Store, create_store
from language import LANGUAGES, Catalogue
from layers import layer
from tests.desks.dirty import TODAY, dirty_workbook, feature, units

SHELTER, HAZARD, DEPOT = layer("shelter"), layer("hazard"), layer("depot")
CLERK = Author("周与安", "年度核查")
HEADINGS = "编号,名称,室内外,街道,容量,联系人,联系电话,经度,纬度"
FIRST = "S-1,人民广场,室外,老城街道,1200,张三,13900000001,113.012345,22.812345"
SECOND = "S-2,中心小学,室内,老城街道,300,李四,13900000002,113.031234,22.823456"
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "import.schema.json"


def table(folder: Path, *rows: str, headings: str = HEADINGS) -> Path:
    path = folder / "避难场所.csv"
    path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return path


def register(*rows: object, personal: dict[str, dict[str, str]] | None = None) -> Register:
    features = {**units(), "shelter": rows}
    return Register(features, {"shelter": personal or {}}, today=TODAY)  # type: ignore[arg-type]


def codes(found: Rehearsal) -> list[str]:
    return [defect.code for defect in found.defects]


@pytest.fixture
def store(tmp_path: Path) -> Store:  # type: ignore[misc] -- closed below
    with create_store(tmp_path / "register.sqlite") as opened:
        yield opened


def current(store: Store) -> Register:
    found = register_of(store, "shelter", today=TODAY)
    return replace(found, features={**found.features, **units()})


def test_a_clean_file_is_added_whole_and_a_second_time_changes_nothing(
    tmp_path: Path, store: Store
) -> None:
    """S0-15: the store holds what the file says; the same file again writes no event."""
    path = table(tmp_path, FIRST, SECOND)
    first = rehearse(current(store), SHELTER, path)
    assert (first.rows_read, first.rows_good, first.added, first.defects) == (2, 2, 2, ())
    assert len(store.read("shelter")) == 0, "a rehearsal writes nothing"
    done = commit(store, first, CLERK)
    assert len(done.events) == 2
    assert "避难场所.csv" in done.events[0].why
    assert first.digest[:16] in done.events[0].why
    held = store.read("shelter")
    assert held[0].props["capacity_people"] == 1200
    assert held[0].shape == Point(113.012345, 22.812345)
    assert store.personal("shelter", ["S-1"])["S-1"]["phone"] == "13900000001"
    again = rehearse(current(store), SHELTER, path)
    assert (again.changes, again.same) == ((), 2)
    head = store.head()
    assert commit(store, again, CLERK).events == ()
    assert store.head() == head


def test_a_dirty_workbook_committed_to_a_store_changes_nothing_the_second_time(
    tmp_path: Path, store: Store
) -> None:
    dirty = dirty_workbook(tmp_path, SHELTER, 2)
    added = [
        Change("add", f.layer, f.id, 0, f.props, f.shape)
        for found in dirty.register.features.values()
        for f in found
    ]
    store.edit(CLERK, added)
    first = rehearse(register_of(store, "shelter", today=TODAY), SHELTER, dirty.path)
    done = commit(store, first, CLERK)
    assert len(done.events) == len(first.changes) > 100
    assert {d.weight for d in done.refused} == {"decide"}
    again = rehearse(register_of(store, "shelter", today=TODAY), SHELTER, dirty.path)
    assert again.changes == ()
    assert store.verify().intact


def test_only_what_differs_is_changed(tmp_path: Path) -> None:
    old = feature(
        "shelter", "S-1", {"name": "人民广场", "capacity_people": 900}, Point(113.0, 22.8)
    )
    known = {"S-1": {"contact": "张三", "phone": "555-0101"}}
    found = rehearse(register(old, personal=known), SHELTER, table(tmp_path, FIRST))
    (change,) = found.changes
    assert (change.operation, change.base) == ("set", 1)
    assert dict(change.props) == {
        "space": "室外", "subdistrict": "老城街道", "capacity_people": 1200,
    }  # fmt: skip
    assert change.shape == Point(113.012345, 22.812345)
    assert dict(change.personal) == {"phone": "13900000001"}


def test_a_blank_cell_never_takes_away_what_the_register_knows(tmp_path: Path) -> None:
    props = {"name": "人民广场", "space": "室外", "subdistrict": "老城街道", "capacity_people": 900}
    old = feature("shelter", "S-1", props, Point(113.012345, 22.812345))
    known = {"S-1": {"contact": "张三", "phone": "13900000001"}}
    row = FIRST.replace("1200,张三,13900000001", ",张三,")
    found = rehearse(register(old, personal=known), SHELTER, table(tmp_path, row))
    assert found.changes == ()
    assert codes(found) == ["blank_kept"]
    assert (found.defects[0].column, "900" in str(found.defects[0].problem)) == ("容量", True)


def test_personal_columns_that_nobody_may_see_are_not_overwritten(tmp_path: Path) -> None:
    old = feature("shelter", "S-1", {"name": "人民广场"}, None)
    old = replace(old, has_personal=frozenset({"phone"}))
    blind = Register({**units(), "shelter": (old,)}, today=TODAY)
    found = rehearse(blind, SHELTER, table(tmp_path, FIRST))
    (change,) = found.changes
    assert dict(change.personal) == {"contact": "张三"}
    (unread,) = [d for d in found.defects if d.code == "personal_unread"]
    assert (unread.row, unread.weight, unread.value) == (2, "confirm", "")


def test_records_that_the_file_does_not_name_stay_and_are_counted(tmp_path: Path) -> None:
    old = feature("shelter", "S-9", {"name": "河边公园"}, Point(113.05, 22.85))
    found = rehearse(register(old), SHELTER, table(tmp_path, FIRST))
    assert found.absent == ("S-9",)
    assert [change.operation for change in found.changes] == ["add"]


def test_both_rows_of_one_id_stay_out_and_the_others_go_in(tmp_path: Path) -> None:
    found = rehearse(register(), SHELTER, table(tmp_path, FIRST, SECOND.replace("S-2", "S-1")))
    assert [(d.row, d.code) for d in found.defects] == [(2, "id_twice"), (3, "id_twice")]
    assert (found.rows_read, found.rows_good, found.changes) == (2, 0, ())


def test_whole_is_all_or_nothing(tmp_path: Path, store: Store) -> None:
    bad = SECOND.replace("113.031234", "113.1")
    found = rehearse(current(store), SHELTER, table(tmp_path, FIRST, bad))
    assert (found.rows_read, found.rows_good) == (2, 1)
    with pytest.raises(UserError, match="row 3"):
        commit(store, found, CLERK, whole=True)
    assert store.read("shelter") == ()
    assert len(commit(store, found, CLERK).events) == 1


def test_a_whole_file_that_waits_for_a_decision_is_not_written(
    tmp_path: Path, store: Store
) -> None:
    found = rehearse(current(store), SHELTER, table(tmp_path, FIRST, FIRST.replace("S-1", "S-2")))
    waiting = replace(found.defects[0], row=None, weight="decide")
    with pytest.raises(UserError):
        commit(store, replace(found, defects=(waiting,)), CLERK)
    assert store.read("shelter") == ()


def test_a_record_changed_since_the_rehearsal_is_not_overwritten(
    tmp_path: Path, store: Store
) -> None:
    path = table(tmp_path, FIRST)
    commit(store, rehearse(current(store), SHELTER, path), CLERK)
    path = table(tmp_path, FIRST.replace("1200", "1500"))
    stale = rehearse(current(store), SHELTER, path)
    store.edit(CLERK, [Change("set", "shelter", "S-1", 1, {"capacity_people": 1300})])
    with pytest.raises(StaleEdit):
        commit(store, stale, CLERK)
    assert store.read("shelter")[0].props["capacity_people"] == 1300


def test_an_id_made_from_a_row_number_never_overwrites_another_record(tmp_path: Path) -> None:
    """A row put in above moves the others: made ids then belong to other shelters."""
    headings = HEADINGS.removeprefix("编号,")
    rows = [row.partition(",")[2] for row in (FIRST, SECOND)]
    first = rehearse(register(), SHELTER, table(tmp_path, *rows, headings=headings))
    held = [feature("shelter", c.id, dict(c.props), c.shape) for c in first.changes]  # type: ignore[arg-type]
    assert [f.id for f in held] == ["shelter-2", "shelter-3"]
    moved = table(tmp_path, *reversed(rows), headings=headings)
    found = rehearse(register(*held), SHELTER, moved)
    assert found.changes == ()
    assert [d.code for d in found.defects if d.weight == "decide"] == ["id_moved", "id_moved"]


def hazards(folder: Path, substances: list[list[object]]) -> Path:
    path = folder / "危险源.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("重大危险源")
        page.write_row(0, 0, ["编号", "名称", "联系人", "经度", "纬度"])
        page.write_row(1, 0, ["H-1", "甲厂", "张三", 113.012345, 22.812345])
        page.write_row(2, 0, ["H-2", "乙厂", "李四", 113.1, 22.823456])
        page = book.add_worksheet("危险物质")
        page.write_row(0, 0, ["风险源编号", "物质名称", "存量"])
        for at, row in enumerate(substances, 1):
            page.write_row(at, 0, row)
    return path


def test_substances_go_with_their_source_or_stay_out_with_it(tmp_path: Path) -> None:
    path = hazards(
        tmp_path,
        [["H-1", "液氯", "500公斤"], ["H-1", "液氯", 2], ["H-2", "氨", 3], ["H-9", "苯", 4],
         ["H-0", "醇", 5]],
    )  # fmt: skip
    known = feature("hazard", "H-0", {"name": "老厂"}, None)
    found = rehearse(Register({**units(), "hazard": (known,)}, today=TODAY), HAZARD, path)
    children = {c.id: dict(c.props) for c in found.changes if c.layer == "hazard.substance"}
    assert sorted(children) == ["H-0|醇", "H-1|液氯", "H-1|液氯|2"]
    assert children["H-1|液氯"]["quantity_t"] == pytest.approx(0.5)
    decided = {(d.sheet, d.row, d.code) for d in found.defects if d.weight == "decide"}
    assert decided == {
        ("重大危险源", 3, "coarse"), ("危险物质", 4, "parent_refused"),
        ("危险物质", 5, "parent_unknown"),
    }  # fmt: skip
    assert (found.rows_read, found.rows_good) == (7, 4)


def test_stock_is_handed_to_the_ledger_and_is_no_feature(tmp_path: Path) -> None:
    path = tmp_path / "库.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("应急物资库")
        page.write_row(0, 0, ["编号", "名称", "联系人", "经度", "纬度"])
        page.write_row(1, 0, ["D-1", "区库", "张三", 113.012345, 22.812345])
        page = book.add_worksheet("库存")
        page.write_row(0, 0, ["物资库编号", "物资编码", "物资名称", "数量", "单位"])
        page.write_row(1, 0, ["D-1", "1020304", "沙袋", 100, "个"])
        page.write_row(2, 0, ["D-1", "12", "水泵", -3, "台"])
    found = rehearse(Register(units(), today=TODAY), DEPOT, path)
    assert [change.layer for change in found.changes] == ["depot"]
    assert found.stock is not None
    assert found.stock.frame["item"].tolist() == ["沙袋"]
    assert found.stock.rows == (2,)
    assert [(d.row, d.code, d.weight) for d in found.defects] == [
        (3, "item_code", "confirm"), (3, "negative", "decide"),
    ]  # fmt: skip


def test_the_document_keeps_its_schema_and_speaks_both_languages(tmp_path: Path) -> None:
    dirty = dirty_workbook(tmp_path, SHELTER, 3)
    found = rehearse(dirty.register, SHELTER, dirty.path)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    said = []
    for language in LANGUAGES:
        document = rehearsal_document(found, Catalogue.load(language))
        jsonschema.validate(document, schema)
        assert json.loads(json.dumps(document, allow_nan=False)) == document
        said.append([defect["problem"] for defect in document["defects"]])
    assert len(said[0]) == len(found.defects)
    assert not [zh for zh, en in zip(*said, strict=True) if zh == en]


def test_gbk_and_unread_columns_are_said_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "避难场所.csv"
    with path.open("w", encoding="gbk", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*HEADINGS.split(","), "备注栏"])
        writer.writerow([*FIRST.split(","), "某"])
    found = rehearse(register(), SHELTER, path)
    told = {(d.code, d.row, d.weight) for d in found.defects}
    assert told == {("gbk", None, "auto"), ("columns_unread", None, "confirm")}
    assert found.rows_good == 1
