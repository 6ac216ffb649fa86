"""A whole installation out and into an empty one: records, children, people, stock."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from desks.register.exporting import FORMS, Form, export_register
from desks.register.holdings import STOCK_TABLE, holdings, take_over
from desks.register.ledger import enter
from desks.register.reading_back import read_export
from desks.register.schema import table_of_key
from desks.stock import Movement, depot_stock
from geodata.faults import UserError
from geodata.store import (
    EVERY,
    NOTHING,
    Author,
    Change,
    LayerScope,
    Rows,
    Scope,
    Store,
    create_store,
)
from tests.desks.exports import features_of, personal_of, plain
from tests.desks.movements import BLANKET, FOAM, OLD_WATER, WATER, moved, sequences

AUTHOR = Author("测试", "迁移")
DAY = date(2026, 9, 1)
KEYS = ("team", "hazard", "hazard.substance", "pipeline", "subdistrict", "vulnerable_resident")
NAMES: dict[Form, str] = {"gpkg": "r.gpkg", "xlsx": "r.xlsx", "csv": "r", "geojson": "r.zip"}


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """Yield a store with records of several layers, people, and stock after some movements."""
    with create_store(tmp_path / "full.sqlite") as store:
        for key in KEYS:
            features = features_of(table_of_key(key), 12)
            told = personal_of({key: features})[key]
            store.edit(
                AUTHOR,
                [
                    Change("add", key, f.id, 0, f.props, f.shape, told.get(f.id, {}))
                    for f in features
                ],
            )
        depots = [Change("add", "depot", name, 0, {"name": "=库"}, None) for name in ("D1", "D2")]
        store.edit(AUTHOR, depots)
        enter(store, AUTHOR, [
            moved("opening", "source", "depot:D1", "100", BLANKET),
            moved("opening", "source", "depot:D1", "0.125", FOAM, hours=1),
            moved("opening", "source", "depot:D2", "30", WATER, hours=2),
            moved("receipt", "source", "depot:D2", "7", OLD_WATER, hours=3),
            moved("issue", "depot:D1", "use:渡口", "40", BLANKET, hours=4),
            moved("issue", "depot:D1", "use:渡口", "0.125", FOAM, hours=5),
        ])  # fmt: skip
        yield store


@pytest.mark.parametrize("form", FORMS)
def test_an_installation_moves_into_an_empty_one(full: Store, tmp_path: Path, form: Form) -> None:
    """Rows S0-15, S1-8, S4-2: everything, stock too, and the second export is the first."""
    one = holdings(full, with_personal=True)
    assert len(one.features[STOCK_TABLE]) == 4
    first = tmp_path / "first" / NAMES[form]
    assert export_register(one.features, first, form, personal=one.personal).notices == ()
    with create_store(tmp_path / "empty.sqlite") as empty:
        take_over(empty, read_export(first), AUTHOR, on=DAY)
        assert empty.verify().intact
        two = holdings(empty, with_personal=True)
        assert two.personal == one.personal
        assert two.features.keys() == one.features.keys()
        for key, features in one.features.items():
            assert plain(two.features[key]) == plain(features), key
        second = tmp_path / "second" / NAMES[form]
        export_register(two.features, second, form, personal=two.personal)
    for path in [first] if first.is_file() else first.iterdir():
        other = second if first.is_file() else second / path.name
        assert other.read_bytes() == path.read_bytes()


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(movements=sequences())
def test_stock_is_the_same_after_any_history(
    tmp_path_factory: pytest.TempPathFactory, movements: list[Movement]
) -> None:
    """What depots hold moves over, whatever was issued, lost and requisitioned before."""
    place = tmp_path_factory.mktemp("moving")
    with create_store(place / "a.sqlite") as one, create_store(place / "b.sqlite") as two:
        depots = [Change("add", "depot", name, 0, {"name": name}, None) for name in ("D1", "D2")]
        one.edit(AUTHOR, depots)
        for movement in movements:
            try:
                enter(one, AUTHOR, [movement])
            except UserError:
                continue
        held = holdings(one, layers=("depot",))
        export_register(held.features, place / "r.zip", "csv")
        take_over(two, read_export(place / "r.zip"), AUTHOR, on=DAY)
        again = holdings(two, layers=("depot",))
        assert plain(again.features[STOCK_TABLE]) == plain(held.features[STOCK_TABLE])


def test_what_the_scope_hides_is_in_no_file(full: Store, tmp_path: Path) -> None:
    """Layers for officials only are not even a table; masked columns are empty."""
    shown = LayerScope(EVERY, None, frozenset({"phone"}))
    hidden = Scope({"vulnerable_resident": NOTHING}, shown)
    held = holdings(full, scope=hidden, with_personal=True)
    assert "vulnerable_resident" not in held.features
    assert held.personal is not None
    phones = {told.get("phone", "") for told in held.personal["team"].values()}
    assert phones == {""}
    assert any(told.get("contact") for told in held.personal["team"].values())
    export_register(held.features, tmp_path / "r", "csv", personal=held.personal)
    assert not (tmp_path / "r" / "vulnerable_resident.csv").exists()
    schema = (tmp_path / "r" / "schema.json").read_text(encoding="utf-8")
    assert "vulnerable_resident" not in schema


def test_stock_of_a_depot_out_of_sight_is_out_of_sight(full: Store) -> None:
    seen = Rows(stated=frozenset({("subdistrict", "石桥街道")}))
    full.edit(AUTHOR, [Change("set", "depot", "D2", 1, {"subdistrict": "石桥街道"})])
    held = holdings(full, layers=("depot",), scope=Scope(other=LayerScope(seen)))
    assert [feature.id for feature in held.features["depot"]] == ["D2"]
    assert {f.props["depot_id"] for f in held.features[STOCK_TABLE]} == {"D2"}
    assert set(held.features) == {"depot", STOCK_TABLE}


def test_a_register_that_holds_a_record_takes_nothing_over(full: Store, tmp_path: Path) -> None:
    """All or nothing: a second take-over changes nothing and says why."""
    export_register(holdings(full).features, tmp_path / "r.gpkg", "gpkg")
    before = full.head()
    with pytest.raises(UserError, match="in the register already"):
        take_over(full, read_export(tmp_path / "r.gpkg"), AUTHOR, on=DAY)
    assert full.head() == before


def test_as_of_a_day_the_export_is_of_that_day(full: Store) -> None:
    then = full.head().at
    assert then is not None
    full.edit(AUTHOR, [Change("set", "depot", "D1", 1, {"name": "新库"})])
    enter(full, AUTHOR, [moved("issue", "depot:D1", "use:渡口", "5", BLANKET, hours=9)])
    old = holdings(full, layers=("depot",), as_of=then)
    new = holdings(full, layers=("depot",))
    assert [f.props["name"] for f in old.features["depot"]] == ["=库", "=库"]
    assert [f.props["name"] for f in new.features["depot"]] == ["新库", "=库"]
    assert (old.features[STOCK_TABLE][0].props["quantity"],
            new.features[STOCK_TABLE][0].props["quantity"]) == (60.0, 55.0)  # fmt: skip


def test_the_stock_of_this_test_has_a_lot_that_is_used_up(full: Store) -> None:
    movements = [f.props["quantity"] for f in holdings(full).features[STOCK_TABLE]]
    assert 0.0 in movements
    assert len(depot_stock([])) == 0
