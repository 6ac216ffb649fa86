"""What a map reads again after an edit, and what it may keep: no stale layer, no needless work."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desks.ground import Ground, ground_digest, read_ground
from desks.onemap import load_onemap
from desks.parts import Part, Wanted, end_of_day, read_children, read_parts, start_of_day
from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Change, Store
from tests.geodata.store.making import WHO

LIMIT_M = 300.0
CRS = "EPSG:4547"


@pytest.fixture
def folder(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "town"))


@pytest.fixture(scope="module")
def ground(town_folder: Path) -> Ground:
    return read_ground(town_folder, CRS)


def parts_of(
    store: Store,
    ground: Ground,
    previous: Mapping[str, Part] | None = None,
    wanted: Wanted | None = None,
) -> dict[str, Part]:
    return read_parts(store, ground, wanted or Wanted(), LIMIT_M, previous or {})


def kept(before: Mapping[str, Part], after: Mapping[str, Part]) -> set[str]:
    """Return the layers whose part was used again as it was."""
    return {key for key, part in after.items() if before.get(key) is part}


def renamed(store: Store, key: str, name: str) -> None:
    found = store.find(key, name)
    assert found is not None
    store.edit(WHO, [Change("set", key, name, found.version, {"name": "改过的名"})])


def test_a_day_begins_and_ends_by_chinas_clock() -> None:
    """A register "of 16 September" holds what was entered at 23:59 there, wherever it is read."""
    day = date(2026, 9, 16)
    assert start_of_day(day) == datetime(2026, 9, 15, 16, tzinfo=UTC)
    assert end_of_day(day) == datetime(2026, 9, 16, 15, 59, 59, 999_999, tzinfo=UTC)
    assert end_of_day(None) is None


def test_layers_without_rows_are_no_parts(folder: Path, ground: Ground) -> None:
    with open_register(folder) as store:
        found = parts_of(store, ground)
        assert "team" in found
        assert all(len(part.frame) for part in found.values())
        for feature in store.read("team"):
            store.edit(WHO, [Change("remove", "team", feature.id, feature.version)])
        assert "team" not in parts_of(store, ground, found)


def test_an_edit_makes_its_own_layer_anew_and_no_other(folder: Path, ground: Ground) -> None:
    with open_register(folder) as store:
        before = parts_of(store, ground)
        assert kept(before, parts_of(store, ground, before)) == set(before)
        renamed(store, "team", "T1")
        after = parts_of(store, ground, before)
    assert kept(before, after) == set(before) - {"team"}
    assert after["team"].records.names[0] == "改过的名"
    assert before["team"].records.names[0] != "改过的名"
    assert after["team"].search["name"].tolist()[0] == "改过的名"


@pytest.mark.parametrize("unit", ["subdistrict", "community"])
def test_a_changed_unit_makes_every_layer_anew(folder: Path, ground: Ground, unit: str) -> None:
    """Every row says in which unit it lies: none may keep the old answer."""
    with open_register(folder) as store:
        before = parts_of(store, ground)
        renamed(store, unit, before[unit].records.ids[0])
        assert kept(before, parts_of(store, ground, before)) == set()


def test_a_moved_border_moves_the_places_in_it(folder: Path, ground: Ground) -> None:
    with open_register(folder) as store:
        before = parts_of(store, ground)
        north, south = (store.find("subdistrict", code) for code in ("440199001", "440199002"))
        assert north is not None
        assert south is not None
        swapped = [
            Change("set", "subdistrict", north.id, north.version, shape=south.shape),
            Change("set", "subdistrict", south.id, south.version, shape=north.shape),
        ]
        store.edit(WHO, swapped)
        after = parts_of(store, ground, before)
    turned = {north.id: south.id, south.id: north.id, "": ""}
    codes = [part["depot"].records.columns["subdistrict_code"] for part in (before, after)]
    assert list(codes[1]) == [turned[str(code)] for code in codes[0]]
    assert set(codes[0]) >= {north.id, south.id}


def test_an_erased_person_is_gone_from_every_kept_layer(folder: Path, ground: Ground) -> None:
    """A kept part would go on saying that there is a telephone."""
    with open_register(folder) as store:
        before = parts_of(store, ground)
        row = before["team"].records.ids.index("T1")
        assert before["team"].records.value("has_phone", row) is True
        assert store.erase(WHO, "team", "T1") >= 1
        after = parts_of(store, ground, before)
    assert after["team"].records.value("has_phone", row) is False
    assert kept(before, after) == set()


def test_other_roads_or_another_limit_meet_the_places_anew(folder: Path, ground: Ground) -> None:
    with open_register(folder) as store:
        before = parts_of(store, ground)
        other = replace(ground)
        assert kept(before, parts_of(store, other, before)) == set()
        near = read_parts(store, ground, Wanted(), 0.001, before)
    assert kept(before, near) == set()
    access, far = near["shelter"].access, before["shelter"].access
    assert access is not None
    assert far is not None
    assert access.on_network.sum() < far.on_network.sum()


def test_layers_for_officials_are_no_part_of_anybody_elses_map(
    folder: Path, ground: Ground
) -> None:
    """Row S0-24: not their rows, not their names in the search, not that they exist."""
    with open_register(folder) as store:
        row = {"name": "某户", "kind": "独居老人"}
        store.edit(WHO, [Change("add", "vulnerable_resident", "V1", props=row, shape=None)])
        seen = parts_of(store, ground)
        officials = parts_of(store, ground, seen, Wanted(officials=True))
        back = parts_of(store, ground, officials)
    assert "vulnerable_resident" not in seen
    assert officials["vulnerable_resident"].records.ids == ("V1",)
    assert "vulnerable_resident" not in back
    assert kept(seen, officials) == set(seen)


def test_a_past_day_is_read_beside_the_present(folder: Path, ground: Ground) -> None:
    """Row S1-28: the part of a past day is never the present's, though both are kept."""
    with open_register(folder) as store:
        past = Wanted(end_of_day(date(2026, 9, 20)))
        renamed(store, "team", "T1")
        now = parts_of(store, ground)
        then = parts_of(store, ground, now, past)
        again = parts_of(store, ground, then)
    assert now["team"].records.names[0] == "改过的名"
    assert then["team"].records.names[0] != "改过的名"
    assert again["team"].records.names[0] == "改过的名"
    assert kept(now, then) == set(now) - {"team"}


def test_stock_is_the_sum_of_the_ledger_of_that_day(folder: Path, ground: Ground) -> None:
    with open_register(folder) as store:
        parts = parts_of(store, ground)
        now = read_children(store, parts, None)
        before = read_children(store, parts, end_of_day(date(2020, 1, 1)))
    assert len(now["depot.stock"]) > 0
    assert len(before["depot.stock"]) == 0
    assert list(now["depot.stock"].columns) == list(before["depot.stock"].columns)


def test_a_loaded_map_is_used_again_but_for_what_changed(folder: Path) -> None:
    first = load_onemap(folder)
    with open_register(folder) as store:
        renamed(store, "depot", "D1")
    second = load_onemap(folder, previous=first)
    assert second.ground is first.ground
    assert second.stamp != first.stamp
    assert kept(first.parts, second.parts) == set(first.parts) - {"depot"}


def test_the_ground_is_read_again_only_where_a_file_changed(folder: Path) -> None:
    first = read_ground(folder, CRS)
    assert read_ground(folder, CRS, first) is first
    other = folder / "basemap.pmtiles"
    other.write_bytes(other.read_bytes() + b"\0")
    second = read_ground(folder, CRS, first)
    assert second is not first
    assert second.digest != first.digest
    assert ground_digest(folder, "EPSG:4548") != second.digest


def test_damaged_roads_are_a_sentence_and_spoil_nothing(folder: Path) -> None:
    first = read_ground(folder, CRS)
    (folder / "network.npz").write_bytes(b"half a file")
    with pytest.raises(UserError, match=r"network\.npz"):
        read_ground(folder, CRS, first)
    assert first.network.road_length_m.sum() > 0
