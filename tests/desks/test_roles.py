"""Every role, every layer, every action: what is written out in rights.csv, and nothing more."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import shapely

from desks.onemap import OneMap
from desks.register.ledger import enter
from desks.register.roles import (
    ACTIONS,
    INTERNAL,
    ROLES,
    Area,
    Role,
    Viewer,
    allowed,
    areas_of,
    known_layers,
    reach,
    scope_of,
    sees_officials,
    unmasking_scope,
)
from desks.stock import Lot, Portion, moving
from geodata.faults import UserError
from geodata.store import EVERY, Author, Belonging, Change, Rows, StaleEdit, create_store
from layers import CATALOG, layer

RIGHTS = Path(__file__).with_name("rights.csv")
AREAS = {"S1": Area("民权街道", shapely.box(113, 23, 113.1, 23.1))}
OFFICIALS = [spec.key for spec in CATALOG if spec.officials]
NOBODY = Viewer("nobody", "viewer")
IN_S1 = Viewer("clerk", "editor", subdistrict="S1")
OF_DEPOTS = Viewer("stores", "editor", layers=("depot",))
ME = Author("x", "y")
ADMINISTRATOR = Viewer("admin", "administrator")


def _written() -> dict[tuple[str, str, str], str]:
    with RIGHTS.open(encoding="utf-8", newline="") as stream:
        return {
            (row["layer"], row["role"], action): row[action]
            for row in csv.DictReader(stream)
            for action in ACTIONS
        }


def test_every_right_is_the_one_written_out() -> None:
    """Row S0-24: role × layer × action, complete; whoever changes a right changes this file too.

    A new layer needs its six lines in tests/desks/rights.csv, so that somebody decides on them.
    """
    found = {
        (key, role, action): reach(Viewer("x", role), key, action)
        for key in known_layers()
        for role in ROLES
        for action in ACTIONS
    }
    assert found == _written()
    assert len(found) == len(known_layers()) * len(ROLES) * len(ACTIONS)


def test_the_table_speaks_of_every_layer_there_is() -> None:
    told = {key for key, _, _ in _written()}
    assert told == {
        *(spec.key for spec in CATALOG),
        *(f"{spec.key}.{child.key}" for spec in CATALOG for child in spec.children),
        *INTERNAL,
    }


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_an_administrator_hands_out_rights_or_erases(role: Role) -> None:
    may = {
        (key, action)
        for key in known_layers()
        for action in ("administer", "erase")
        if allowed(Viewer("x", role, "S1", known_layers()), key, action)
    }
    assert bool(may) == (role == "administrator")


@pytest.mark.parametrize("role", ROLES)
def test_a_layer_nobody_declared_is_nobodys(role: Role) -> None:
    viewer = Viewer("x", role, "S1", ("secret",), on_duty=True)
    assert not any(allowed(viewer, key, a) for key in ("secret", "", "account.x") for a in ACTIONS)
    assert scope_of(viewer, AREAS).of("secret").read is None


def test_officials_layers_do_not_exist_for_others() -> None:
    """Row S1-33: the list of vulnerable residents is there for those whose office it is."""
    assert "vulnerable_resident" in OFFICIALS
    for viewer in (NOBODY, Viewer("d", "director"), Viewer("a", "auditor"), OF_DEPOTS):
        scope = scope_of(viewer, AREAS)
        assert not sees_officials(viewer)
        for key in OFFICIALS:
            assert scope.of(key).read is None
            assert unmasking_scope(viewer, AREAS).of(key).read is None
    assert sees_officials(ADMINISTRATOR)
    assert sees_officials(Viewer("p", "planner"))
    assert not sees_officials(IN_S1), "a part of a layer is read row by row, never on the map"


def test_duty_lets_one_see_and_call_and_change_nothing_more() -> None:
    for role in ROLES:
        off = Viewer("x", role, layers=("depot",))
        on = replace(off, on_duty=True)
        assert sees_officials(on)
        for spec in CATALOG:
            if spec.purpose != "unit":
                assert reach(on, spec.key, "read") == reach(on, spec.key, "unmask") == "all"
        for key in known_layers():
            for action in set(ACTIONS) - {"read", "unmask"}:
                assert reach(on, key, action) == reach(off, key, action)


@pytest.mark.parametrize("role", ROLES)
def test_personal_columns_are_masked_for_everyone_in_the_everyday_scope(role: Role) -> None:
    scope = scope_of(Viewer("x", role, on_duty=True), AREAS)
    for spec in CATALOG:
        assert scope.of(spec.key).masked == {c.key for c in spec.personal_columns}
    assert {"contact", "phone"} <= scope.of("team").masked
    assert "home_address" in scope.of("vulnerable_resident").masked


def test_a_subdistricts_editor_tends_what_lies_there_and_what_says_so() -> None:
    scope = scope_of(IN_S1, AREAS)
    own = Rows(
        within=AREAS["S1"].shape,
        stated=frozenset({("subdistrict", "S1"), ("subdistrict", "民权街道")}),
    )
    assert scope.of("team").write == own
    assert scope.of("team").read == EVERY
    assert scope.of("vulnerable_resident").read == own
    assert unmasking_scope(IN_S1, AREAS).of("team").read == own
    assert scope.of("hazard.substance").write == Rows(belongs=(Belonging("source_id", "hazard"),))


def test_nobody_tends_the_boundary_of_their_own_subdistrict() -> None:
    for spec in CATALOG:
        if spec.purpose == "unit":
            assert scope_of(IN_S1, AREAS).of(spec.key).write is None
            editor = Viewer("x", "editor", layers=(spec.key,))
            assert scope_of(editor, AREAS).of(spec.key).write is None
            assert scope_of(ADMINISTRATOR, AREAS).of(spec.key).write == EVERY


def test_a_departments_editor_tends_its_layers_everywhere() -> None:
    scope = scope_of(OF_DEPOTS, AREAS)
    assert scope.of("depot").write == scope.of("depot.stock").write == EVERY
    assert scope.of("ledger").write == EVERY, "the movements of stock are the depots'"
    assert scope.of("team").write is None
    assert unmasking_scope(OF_DEPOTS, AREAS).of("team").read is None
    assert unmasking_scope(OF_DEPOTS, AREAS).of("depot").read == EVERY


def test_a_department_within_one_subdistrict_has_its_layers_there() -> None:
    editor = Viewer("x", "editor", subdistrict="S1", layers=("depot",))
    scope = scope_of(editor, AREAS)
    assert scope.of("depot").write != EVERY
    assert scope.of("depot").write is not None
    assert scope.of("team").write is None


@pytest.mark.parametrize("editor", [Viewer("x", "editor"), Viewer("x", "editor", "S404")])
def test_an_editor_of_nothing_or_of_nowhere_tends_nothing(editor: Viewer) -> None:
    scope = scope_of(editor, AREAS)
    assert scope.of("team").write is None
    assert unmasking_scope(editor, AREAS).of("team").read is None
    assert scope.of("vulnerable_resident").read is None


def test_the_unmasking_scope_writes_nothing() -> None:
    scope = unmasking_scope(ADMINISTRATOR, AREAS)
    assert all(scope.of(key).write is None for key in known_layers())
    assert scope.of("account").masked == frozenset()


def test_areas_are_the_districts_subdistricts_in_degrees(town: OneMap) -> None:
    areas = areas_of(town)
    assert list(areas) == list(town.records["subdistrict"].ids)
    assert areas_of(town) is areas, "each page asks at each run"
    assert [area.name for area in areas.values()] == list(town.records["subdistrict"].names)
    for code, area in areas.items():
        row = town.row_of("subdistrict", code)
        lon_deg, lat_deg = town.to_degrees(*map(float, town.records["subdistrict"].xy_m[row]))
        assert area.shape.contains(shapely.Point(lon_deg, lat_deg))


def test_a_layer_is_open_unless_it_says_otherwise() -> None:
    assert not layer("team").officials
    assert all(layer(key).personal_columns for key in OFFICIALS)


def test_who_may_not_change_a_record_learns_nothing_of_it(tmp_path: Path) -> None:
    """Rows S0-24, S1-33: a guessed id is refused alike, whether somebody lives there or not."""
    scope = scope_of(NOBODY, AREAS)
    told = set()
    with create_store(tmp_path / "register.sqlite") as store:
        add = Change("add", "vulnerable_resident", "V1", props={"name": "守密户"})
        store.edit(Author("a", "b"), [add])
        for record_id in ("V1", "V2"):
            for change in (
                Change("add", "vulnerable_resident", record_id),
                Change("set", "vulnerable_resident", record_id, base=7, props={"name": "x"}),
                Change("remove", "vulnerable_resident", record_id, base=7),
            ):
                with pytest.raises(UserError) as refused:
                    store.edit(Author("x", "y"), [change], scope=scope)
                assert not isinstance(refused.value, StaleEdit)
                told.add(str(refused.value).replace(record_id, "V"))
    assert len(told) == 1


def test_a_stale_edit_of_anothers_record_shows_nothing_of_it(tmp_path: Path) -> None:
    elsewhere = shapely.Point(114, 24)
    with create_store(tmp_path / "register.sqlite") as store:
        add = Change("add", "team", "T1", props={"name": "外队"}, shape=elsewhere)
        store.edit(Author("a", "b"), [add])
        stale = Change("set", "team", "T1", base=9, props={"name": "x"})
        with pytest.raises(UserError, match="may not change") as refused:
            store.edit(Author("x", "y"), [stale], scope=scope_of(IN_S1, AREAS))
        assert not isinstance(refused.value, StaleEdit)
        gone = Change("set", "team", "T9", base=1, props={"name": "x"})
        with pytest.raises(StaleEdit, match="removed meanwhile"):
            store.edit(Author("x", "y"), [gone], scope=scope_of(IN_S1, AREAS))


def test_a_subdistricts_editor_moves_the_goods_of_their_own_depots(tmp_path: Path) -> None:
    """Rows S0-24, S0-15: issue and receipt at one's own depot; no taking out of another's."""
    scope = scope_of(IN_S1, AREAS)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    goods = Portion(Lot("", "编织袋", "条"), Decimal(5))
    me = Author("clerk", "moved")
    with create_store(tmp_path / "register.sqlite") as store:
        store.edit(
            Author("a", "b"),
            [
                Change("add", "depot", "D1", shape=shapely.Point(113.05, 23.05)),
                Change("add", "depot", "D2", shape=shapely.Point(114, 24)),
            ],
        )
        receipt = moving("receipt", goods, "source", "depot:D1", at=at)
        enter(store, me, [receipt], scope=scope)
        enter(store, me, [moving("issue", goods, "depot:D1", "use:堤上", at=at)], scope=scope)
        enter(store, ME, [moving("receipt", goods, "source", "depot:D2", at=at)])
        for kind, ends in (
            ("transfer", ("depot:D2", "depot:D1")),
            ("issue", ("depot:D2", "use:堤上")),
            ("receipt", ("source", "depot:D2")),
        ):
            with pytest.raises(UserError, match="may not change"):
                enter(store, me, [moving(kind, goods, *ends, at=at)], scope=scope)


def test_a_subdistricts_editor_tends_the_substances_of_their_own_hazards(tmp_path: Path) -> None:
    """Row S0-24: a child row has no place of its own; its hazard's place decides."""
    scope = scope_of(IN_S1, AREAS)
    with create_store(tmp_path / "register.sqlite") as store:
        near, far = shapely.Point(113.05, 23.05), shapely.Point(114, 24)
        store.edit(
            Author("a", "b"),
            [
                Change("add", f"hazard{end}", key + mark, props=props, shape=shape)
                for key, place in (("H1", near), ("H2", far))
                for end, mark, props, shape in (
                    ("", "", {"name": key}, place),
                    (".substance", "|氯", {"source_id": key, "quantity_t": 5}, None),
                )
            ],
        )
        more = Change("set", "hazard.substance", "H1|氯", 1, {"quantity_t": 9})
        assert len(store.edit(ME, [more], scope=scope)) == 1
        with pytest.raises(UserError, match="may not change"):
            store.edit(ME, [replace(more, id="H2|氯")], scope=scope)
