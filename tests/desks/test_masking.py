"""Numbers and names are masked before they leave the desk; who asked is in the chain."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.onemap import OneMap
from desks.register.contacts import contacts_of, personal_of
from desks.register.masking import LOCAL, masked, may_unmask, personal_for, unmask
from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.faults import UserError
from geodata.store import Author, Change, Store, create_store

ADMINISTRATOR = Viewer("admin", "administrator", subject="admin@example.test")
NOBODY = Viewer("nobody", "viewer", subject="nobody@example.test")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def filed(town: OneMap) -> Iterator[Store]:
    """Return the town's own register."""
    with open_register(town.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def keys(town: OneMap, filed: Store) -> list[tuple[str, str]]:
    """Return the town's records that have a number on file."""
    every = [(layer, i) for layer, records in town.records.items() for i in records.ids]
    return [key for key, who in contacts_of(filed, every).items() if who.phone]


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("phone", "555-0123", "555-••••"),
        ("phone", "13800138000", "138-••••"),
        ("phone", "(020) 8765 4321、13800138000", "020-••••"),
        ("phone", "119", "••••"),
        ("phone", "打总机转张科长", "••••"),
        ("phone", "", ""),
        ("contact", "张建国", "张••"),
        ("contact", " 欧阳小文", "欧••"),
        ("responsible_person", "J. Smith", "J••"),
        ("home_address", "民权路12号3单元401", "••••"),
        ("anything_new", "secret", "••••"),
        ("contact", "", ""),
    ],
)
def test_a_mask_shows_the_little_it_may(column: str, text: str, shown: str) -> None:
    assert masked(column, text) == shown


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet="0123456789 -+()", min_size=4, max_size=40))
def test_no_mask_tells_more_than_three_digits_nor_how_many_follow(number: str) -> None:
    shown = masked("phone", number)
    assert sum(sign.isdigit() for sign in shown) in {0, 3}
    assert len(shown) in {4, 8}


def test_nobody_gets_a_number_unasked(
    town: OneMap, filed: Store, keys: list[tuple[str, str]]
) -> None:
    clear = personal_of(filed, keys)
    found = personal_for(filed, town, ADMINISTRATOR, keys)
    assert set(found) == set(keys)
    for key, personal in found.items():
        assert personal.masked
        assert personal.may_unmask
        assert set(personal.columns) == set(clear[key])
        assert not set(personal.columns.values()) & set(clear[key].values())


def test_only_who_may_gets_what_was_asked_for(
    town: OneMap, filed: Store, keys: list[tuple[str, str]]
) -> None:
    """Row S0-24: a key kept in somebody's session gives a viewer nothing."""
    asked = keys[:1]
    clear = personal_of(filed, keys)
    shown = personal_for(filed, town, ADMINISTRATOR, keys, unmasked=asked)
    assert [key for key, personal in shown.items() if not personal.masked] == asked
    assert dict(shown[asked[0]].columns) == clear[asked[0]]
    for viewer in (NOBODY, Viewer("a", "auditor"), Viewer("e", "editor")):
        refused = personal_for(filed, town, viewer, keys, unmasked=keys)
        assert all(personal.masked and not personal.may_unmask for personal in refused.values())


def test_a_subdistricts_editor_calls_those_of_the_subdistrict(
    town: OneMap, keys: list[tuple[str, str]]
) -> None:
    codes = town.records["subdistrict"].ids
    lies = {
        (layer, i): town.records[layer].text("subdistrict_code", town.row_of(layer, i))
        for layer, i in keys
    }
    for code in codes:
        editor = Viewer("e", "editor", subdistrict=code)
        may = {key for key in keys if may_unmask(town, editor, key)}
        assert may >= {key for key, where in lies.items() if where == code}
        assert not may & {key for key, where in lies.items() if where not in {code, ""}}
    assert len(set(lies.values())) > 1


def test_a_row_without_a_place_is_whose_it_says(town: OneMap) -> None:
    code, name = town.records["subdistrict"].ids[0], town.records["subdistrict"].names[0]
    rows = town.records["team"]
    count = len(rows.ids)
    nowhere = replace(
        rows,
        placed=rows.placed & False,
        columns={**rows.columns, "subdistrict": (name,) * count, "subdistrict_code": ("",) * count},
    )
    moved = replace(town, records={**town.records, "team": nowhere})
    key = ("team", rows.ids[0])
    assert may_unmask(moved, Viewer("e", "editor", subdistrict=code), key)
    assert not may_unmask(moved, Viewer("e", "editor", subdistrict="S404"), key)
    other = town.records["subdistrict"].ids[1]
    assert not may_unmask(moved, Viewer("e", "editor", subdistrict=other), key)


@pytest.mark.parametrize("key", [("team", "nobody"), ("moon", "T1"), ("", ""), ("account", "a@b")])
def test_what_is_not_there_is_not_shown(town: OneMap, filed: Store, key: tuple[str, str]) -> None:
    editor = Viewer("e", "editor", subdistrict=town.records["subdistrict"].ids[0])
    assert not may_unmask(town, editor, key)
    assert personal_for(filed, town, ADMINISTRATOR, [key], unmasked=[key]) == {}


def test_each_unmasking_is_in_the_chain(
    town: OneMap, store: Store, keys: list[tuple[str, str]]
) -> None:
    layer, record_id = keys[0]
    shown, event = unmask(store, town, ADMINISTRATOR, keys[:1], "asked")
    assert shown == frozenset(keys[:1])
    assert event is not None
    assert (event.kind, event.layer, event.id) == ("unmask", layer, record_id)
    assert (event.who, event.why) == ("admin@example.test", "asked")
    assert [e.kind for e in store.history(layer, record_id)] == ["unmask"]
    assert store.verify().intact


def test_one_press_for_an_incident_is_one_event_with_every_record(
    town: OneMap, store: Store, filed: Store, keys: list[tuple[str, str]]
) -> None:
    local = Viewer("", "administrator")
    shown, event = unmask(store, town, local, keys, "incident")
    assert shown == frozenset(keys)
    assert event is not None
    assert event.who == LOCAL
    assert sorted(map(tuple, event.after["records"])) == sorted(keys)
    assert event.after["map"] == town.stamp
    assert len(store.events(kinds=["unmask"])) == 1
    clear = personal_of(filed, keys)
    told = {text for columns in clear.values() for text in columns.values()}
    assert not any(text in repr(event) for text in told), "the chain says who, never what"


def test_who_may_not_leaves_no_trace_and_gets_nothing(
    town: OneMap, store: Store, keys: list[tuple[str, str]]
) -> None:
    assert unmask(store, town, NOBODY, keys, "curious") == (frozenset(), None)
    assert store.events(kinds=["unmask"]) == ()


def test_a_number_changed_behind_the_programs_back_is_a_sentence(
    town: OneMap, store: Store, tmp_path: Path
) -> None:
    add = Change("add", "team", "T1", props={"name": "A"}, personal={"phone": "555-0101"})
    store.edit(Author("x", "y"), [add])
    assert personal_of(store, [("team", "T1")]) == {("team", "T1"): {"phone": "555-0101"}}
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as raw:
        (sealed,) = raw.execute("select sealed from feature").fetchone()
        told = json.loads(sealed)
        told["phone"] = told["phone"][:-4] + ("AAA=" if told["phone"][-4:] != "AAA=" else "BBB=")
        raw.execute("update feature set sealed = ?", (json.dumps(told),))
        raw.commit()
    with pytest.raises(UserError, match="behind the program's back"):
        personal_for(store, town, ADMINISTRATOR, [("team", "T1")])
    assert not store.verify().intact
