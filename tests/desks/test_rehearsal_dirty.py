"""Deliberately dirty files of every layer: each defect is told at its cell, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from desks.register.current import Register
from desks.register.rehearsal import Rehearsal, rehearse
from geodata.store import Feature, Keep
from layers import CATALOG
from layers.spec import LayerSpec
from tests.desks.dirty import Dirty, dirty_shapes, dirty_workbook

POINTS = [spec for spec in CATALOG if spec.geometry == "point"]
SHAPES = [spec for spec in CATALOG if spec.geometry != "point"]


def told(rehearsal: Rehearsal) -> set[tuple[int | None, str, str]]:
    return {(d.row, d.column, d.code) for d in rehearsal.defects}


def imported(register: Register, rehearsal: Rehearsal) -> Register:
    """Return the register with the rehearsal's changes written, as a store would."""
    held: dict[tuple[str, str], Feature] = {
        (f.layer, f.id): f for found in register.features.values() for f in found
    }
    personal: dict[str, dict[str, Mapping[str, str]]] = {
        key: dict(found) for key, found in register.personal.items()
    }
    for change in rehearsal.changes:
        old = held.get((change.layer, change.id))
        empty = Feature(change.layer, change.id, 0, "", len(held), {}, None, frozenset())
        old = old or empty
        shape = old.shape if isinstance(change.shape, Keep) else change.shape
        props = {**old.props, **change.props}
        held[change.layer, change.id] = replace(
            old, version=old.version + 1, props=props, shape=shape
        )
        mine = personal.setdefault(change.layer, {})
        mine[change.id] = {**mine.get(change.id, {}), **change.personal}
    layers = {layer for layer, _ in held}
    features = {key: tuple(f for f in held.values() if f.layer == key) for key in layers}
    return replace(register, features=features, personal=personal)


def check(dirty: Dirty, spec: LayerSpec) -> None:
    found = rehearse(dirty.register, spec, dirty.path)
    assert told(found) == dirty.planted
    decided = {(d.sheet, d.row) for d in found.defects if d.weight == "decide" and d.row}
    assert found.rows_read == found.rows_good + len(decided)
    assert found.rows_good > 150
    again = rehearse(imported(dirty.register, found), spec, dirty.path)
    assert again.changes == ()
    assert (again.added, again.changed) == (0, 0)
    assert again.same == found.added + found.changed + found.same


@pytest.mark.parametrize("spec", POINTS, ids=lambda spec: spec.key)
def test_every_planted_defect_of_a_workbook_is_told_at_its_cell_and_no_other(
    tmp_path: Path, spec: LayerSpec
) -> None:
    """S0-15: 200 rows, every defect that a column can have; the second import changes nothing."""
    check(dirty_workbook(tmp_path, spec, seed=1), spec)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
@pytest.mark.parametrize("spec", SHAPES, ids=lambda spec: spec.key)
def test_every_planted_defect_of_a_geometry_file_is_told(
    tmp_path: Path, spec: LayerSpec, suffix: str
) -> None:
    check(dirty_shapes(tmp_path, spec, suffix, seed=1), spec)
