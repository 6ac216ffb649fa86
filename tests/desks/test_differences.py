"""The difference between two dates: figures that add up, and the same bytes whenever asked."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import shapely

from desks.parts import end_of
from desks.register.difference_document import difference_document, difference_lines
from desks.register.differences import (
    Cell,
    Difference,
    LayerDifference,
    UnitCount,
    difference,
)
from desks.register.ledger import enter
from geodata.store import (
    EVERY,
    NOTHING,
    WHOLE,
    Author,
    Change,
    LayerScope,
    Rows,
    Scope,
    Store,
    create_store,
    open_store,
)
from language import Catalogue
from tests.desks.movements import moved

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "difference.schema.json"
CRS = "EPSG:4547"
WHO = Author("周与安", "核实")
EAST, WEST = shapely.box(114.0, 30.0, 114.1, 30.1), shapely.box(113.9, 30.0, 114.0, 30.1)
IN_EAST, IN_WEST, OUT = (shapely.Point(lon, 30.05) for lon in (114.05, 113.95, 115.0))
START = datetime(2018, 12, 1, tzinfo=UTC)


def shelter(name: str, place: shapely.Point | None, **props: object) -> Change:
    columns = {"id": name, "name": f"场所{name}", **props}
    return Change("add", "shelter", name, 0, columns, place)  # type: ignore[arg-type]  # plain values


def unit(code: str, name: str, shape: shapely.Polygon) -> Change:
    return Change("add", "subdistrict", code, 0, {"code": code, "name": name}, shape)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        units = [unit("E", "东街道", EAST), unit("W", "西街道", WEST)]
        rows = [
            shelter("A", IN_EAST, capacity_people=300),
            shelter("B", IN_WEST),
            shelter("C", None),
            shelter("D", OUT),
        ]
        made.edit(WHO, [*units, *rows], at=START)
        yield made


def later(days: float) -> datetime:
    return START + timedelta(days=days)


def edit(store: Store, change: Change, days: float) -> None:
    store.edit(WHO, [change], at=later(days))


def between(store: Store, since: float, until: float, *, scope: Scope = WHOLE) -> Difference:
    return difference(store, later(since), later(until), crs=CRS, scope=scope)


def of(found: Difference, layer: str) -> LayerDifference:
    return next(part for part in found.layers if part.layer == layer)


def counts(part: LayerDifference) -> dict[str, UnitCount]:
    return {count.cell.code or count.cell.where: count for count in part.counts}


def test_nothing_changed_is_said_as_such(store: Store) -> None:
    found = between(store, 1, 2)
    assert [(part.layer, part.rows) for part in found.layers] == [
        ("shelter", ()),
        ("subdistrict", ()),
    ]
    assert {k: (c.before, c.after) for k, c in counts(of(found, "shelter")).items()} == {
        "E": (1, 1),
        "W": (1, 1),
        "outside": (1, 1),
        "unplaced": (1, 1),
    }


def test_added_removed_changed_and_moved(store: Store) -> None:
    """Row S1-28: rows and columns, and the counts of each subdistrict at both dates."""
    edit(store, shelter("N", IN_WEST), 2)
    edit(store, Change("set", "shelter", "A", 1, {"capacity_people": 500}, IN_WEST), 3)
    edit(store, Change("remove", "shelter", "B", 1), 4)
    edit(store, Change("set", "shelter", "C", 1, shape=IN_EAST), 5)
    part = of(between(store, 1, 6), "shelter")
    assert [(row.operation, row.id) for row in part.rows] == [
        ("added", "N"),
        ("removed", "B"),
        ("changed", "A"),
        ("changed", "C"),
    ]
    moved_row = part.rows[2]
    assert (moved_row.before, moved_row.after) == (Cell("unit", "E"), Cell("unit", "W"))
    columns = {change.column: (change.before, change.after) for change in moved_row.columns}
    assert columns["capacity_people"] == (300, 500)
    assert columns["shape"] == ("POINT (114.05 30.05)", "POINT (113.95 30.05)")
    west = counts(part)["W"]
    assert (west.before, west.after, west.added, west.removed) == (1, 2, 1, 1)
    assert (west.moved_in, west.moved_out, west.changed) == (1, 0, 1)
    assert counts(part)["unplaced"].moved_out == 1


def test_what_was_undone_between_the_dates_is_no_difference(store: Store) -> None:
    edit(store, Change("set", "shelter", "A", 1, {"capacity_people": 500}), 2)
    edit(store, shelter("N", IN_WEST), 2)
    edit(store, Change("set", "shelter", "A", 2, {"capacity_people": 300}), 3)
    edit(store, Change("remove", "shelter", "N", 1), 3)
    assert of(between(store, 1, 4), "shelter").rows == ()
    assert len(of(between(store, 1, 2.5), "shelter").rows) == 2


def test_the_figures_of_every_unit_add_up(store: Store) -> None:
    """Row S1-28: after = before + added + moved in - removed - moved out, over random changes."""
    rng = np.random.default_rng(20181231)
    places = (IN_EAST, IN_WEST, OUT, None)
    for number in range(120):
        day = 1 + number / 4
        there = store.read("shelter")
        picked = there[int(rng.integers(len(there)))]
        place = places[int(rng.integers(4))]
        kind = int(rng.integers(3))
        if kind == 0:
            edit(store, shelter(f"n{number}", place), day)
        elif kind == 1 and len(there) > 1:
            edit(store, Change("remove", "shelter", picked.id, picked.version), day)
        else:
            edit(store, Change("set", "shelter", picked.id, picked.version, shape=place), day)
    for since, until in ((0, 40), (5, 20), (10, 11), (20, 20)):
        part = of(between(store, since, until), "shelter")
        for count in part.counts:
            came, went = count.added + count.moved_in, count.removed + count.moved_out
            assert count.after == count.before + came - went
        now = len(store.read("shelter", as_of=later(until)))
        assert sum(count.after for count in part.counts) == now
        operations = Counter(row.operation for row in part.rows)
        assert sum(count.added for count in part.counts) == operations["added"]
        assert sum(count.changed for count in part.counts) == operations["changed"]


def test_the_report_of_a_past_date_has_the_same_bytes_later(store: Store, tmp_path: Path) -> None:
    """Rows S1-28 and S2-20: the 2018 report asked again in 2020 gives the same bytes.

    Meanwhile rows are changed, a person is erased, borders are redrawn, and another post brings
    in what it did in 2018: this post did not know it then.
    """
    store.edit(WHO, [Change("set", "shelter", "A", 1, personal={"phone": "555-0218"})], at=later(5))
    edit(store, shelter("N", IN_WEST, facilities=("水", "电")), 10)
    store.export_changes(tmp_path / "to_other.gz")
    with create_store(tmp_path / "other.sqlite") as other:
        other.import_changes(tmp_path / "to_other.gz", Author("李四", "合并"))
        other.edit(Author("李四", "补录"), [shelter("O", IN_EAST)], at=later(12))
        other.export_changes(tmp_path / "from_other.gz")
    first = report_of_2018(store)
    edit(store, Change("set", "shelter", "A", 2, {"name": "改名"}), 400)
    edit(store, Change("remove", "shelter", "B", 1), 401)
    edit(store, Change("set", "subdistrict", "E", 1, shape=WEST.buffer(0.01)), 402)
    store.erase(WHO, "shelter", "A")
    store.import_changes(tmp_path / "from_other.gz", WHO)
    assert store.find("shelter", "O") is not None
    assert report_of_2018(store) == first
    store.backup(tmp_path / "copy.sqlite")
    with open_store(tmp_path / "copy.sqlite") as copy:
        assert report_of_2018(copy) == first
    assert b"555-0218" not in b"".join(first)
    assert "场所N".encode() in first[0]


def report_of_2018(store: Store) -> tuple[bytes, bytes]:
    """Return the difference of December 2018 as JSON and in words."""
    found = difference(store, later(1), end_of(date(2018, 12, 31)), crs=CRS)
    words = "\n".join(difference_lines(found, Catalogue.load("zh")))
    return json.dumps(difference_document(found), ensure_ascii=False).encode(), words.encode()


def test_that_a_phone_changed_is_told_and_not_which(store: Store) -> None:
    change = Change("set", "shelter", "A", 1, personal={"phone": "555-0218", "contact": "张三"})
    edit(store, change, 2)
    found = between(store, 1, 3)
    (row,) = of(found, "shelter").rows
    assert [(c.column, c.before, c.after, c.hidden) for c in row.columns] == [
        ("personal", None, None, True)
    ]
    words = "\n".join(difference_lines(found, Catalogue.load("zh")))
    assert "联系方式有改动（不显示）" in words
    assert "张三" not in words + json.dumps(difference_document(found))


def test_stock_is_compared_as_the_sum_of_the_ledger(store: Store) -> None:
    """Rows S0-6 and S1-28: what the depots held at both dates, in their subdistrict."""
    columns = {"id": "D1", "name": "东库"}
    store.edit(WHO, [Change("add", "depot", "D1", 0, columns, IN_EAST)])
    enter(store, WHO, [moved("opening", "source", "depot:D1", "30")])
    then = store.events()[-1].known_at
    enter(store, WHO, [moved("issue", "depot:D1", "use:渡口", "12")])
    found = difference(store, then, store.events()[-1].known_at, crs=CRS)
    part = of(found, "depot.stock")
    (row,) = part.rows
    assert row.name == "棉被"
    assert [(c.column, c.before, c.after) for c in row.columns] == [("quantity", 30.0, 18.0)]
    assert counts(part)["E"].changed == 1
    assert "        数量: 30 → 18" in list(difference_lines(found, Catalogue.load("zh")))


def test_child_rows_lie_where_their_parent_lies(store: Store) -> None:
    parent = Change("add", "hazard", "H1", 0, {"id": "H1", "name": "化工厂"}, IN_WEST)
    child = Change(
        "add", "hazard.substance", "H1|液氯", 0, {"source_id": "H1", "substance": "液氯"}
    )
    store.edit(WHO, [parent, child], at=later(2))
    part = of(between(store, 1, 3), "hazard.substance")
    assert [(row.id, row.after) for row in part.rows] == [("H1|液氯", Cell("unit", "W"))]


def test_a_layer_that_is_not_shown_is_not_there(store: Store) -> None:
    """Row S0-24: neither its rows nor its name nor its count, nor the stock of hidden depots."""
    change = Change("add", "vulnerable_resident", "V1", 0, {"id": "V1", "name": "独居"}, IN_EAST)
    store.edit(WHO, [change], at=later(2))
    scope = Scope({"vulnerable_resident": NOTHING, "depot": NOTHING}, LayerScope(EVERY))
    found = between(store, 1, 3, scope=scope)
    assert {part.layer for part in found.layers} == {"shelter", "subdistrict"}
    assert "vulnerable_resident" in {part.layer for part in between(store, 1, 3).layers}


def test_the_stock_of_a_removed_depot_is_not_lost(store: Store) -> None:
    """A depot taken off the register with goods in it: the report goes on naming them."""
    store.edit(WHO, [Change("add", "depot", "D1", 0, {"id": "D1", "name": "东库"}, IN_EAST)])
    enter(store, WHO, [moved("opening", "source", "depot:D1", "30")])
    then = store.events()[-1].known_at
    store.edit(WHO, [Change("remove", "depot", "D1", 1)])
    part = of(difference(store, then, store.events()[-1].known_at, crs=CRS), "depot.stock")
    assert [(row.operation, row.after) for row in part.rows] == [("changed", Cell("unplaced"))]


def test_the_stock_of_a_depot_that_is_not_shown_is_not_there(store: Store) -> None:
    """Who sees the east only reads nothing of the western depot's stock."""
    depots = [
        Change("add", "depot", name, 0, {"id": name, "name": name}, place)
        for name, place in (("D1", IN_EAST), ("D2", IN_WEST))
    ]
    store.edit(WHO, depots)
    enter(store, WHO, [moved("opening", "source", f"depot:{name}", "30") for name in ("D1", "D2")])
    east = Scope({}, LayerScope(Rows(within=EAST)))
    found = difference(store, START, store.events()[-1].known_at, crs=CRS, scope=east)
    assert [row.id.partition("|")[0] for row in of(found, "depot.stock").rows] == ["D1"]
    assert "D2" not in json.dumps(difference_document(found))


def test_before_the_first_entry_there_is_nothing(store: Store) -> None:
    found = between(store, -2, 1)
    assert len(of(found, "shelter").rows) == 4
    assert found.heads[0] != found.heads[1]
    assert between(store, -3, -2).layers == ()


def test_a_day_ends_at_midnight_of_the_district() -> None:
    assert end_of(date(2026, 6, 30)).isoformat() == "2026-06-30T23:59:59.999999+08:00"


def test_the_document_keeps_its_schema(store: Store) -> None:
    edit(store, shelter("N", IN_WEST, facilities=("水", "电"), capacity_people=3), 2)
    edit(store, Change("set", "shelter", "A", 1, {"facilities": ("水",)}, None), 3)
    document = json.loads(json.dumps(difference_document(between(store, 1, 4))))
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    part = document["layers"][0]
    assert (part["layer"], part["before"], part["after"]) == ("shelter", 4, 5)


def test_the_words_of_a_difference(store: Store) -> None:
    edit(store, shelter("N", IN_WEST), 2)
    edit(store, Change("set", "shelter", "A", 1, {"capacity_people": 500}, IN_WEST), 3)
    edit(store, Change("remove", "shelter", "D", 1), 4)
    lines = list(difference_lines(between(store, 1, 6), Catalogue.load("zh")))
    assert lines == [
        "自 2018-12-02 08:00 至 2018-12-07 08:00",
        "避难场所: 4 → 4  (+1  −1  ~1)",
        "  东街道: 1 → 0",
        "  西街道: 1 → 3",
        "  不在任何街道内: 1 → 0",
        "    + 场所N [N] · 西街道",
        "    − 场所D [D] · 不在任何街道内",
        "    ~ 场所A [A] · 西街道",
        "        东街道 → 西街道",
        "        容量: 300 → 500",
        "        位置: 114.050000, 30.050000 → 113.950000, 30.050000",
        "未变：街道",
    ]
    english = list(difference_lines(between(store, 1, 6), Catalogue.load("en")))
    assert english[1] == "Shelters: 4 → 4  (+1  −1  ~1)"
    assert english[4] == "  outside every subdistrict: 1 → 0"
