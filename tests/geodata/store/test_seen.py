"""Changes that rest on a whole layer: refused where somebody changed it meanwhile."""

from pathlib import Path

import pytest

from geodata.store import Author, Change, StaleEdit, Store, create_store

WHO = Author("周与安", "核实")


def adding(name: str, layer: str = "ledger") -> Change:
    return Change("add", layer, name, props={"quantity": "1"})


def test_a_layer_that_grew_meanwhile_refuses(place: Path | str) -> None:
    """Two who both take the last ten blankets read the same sum; only the first is entered."""
    with create_store(place) as store:
        seen = {"ledger": store.layers().get("ledger", 0)}
        assert len(store.edit(WHO, [adding("a")], seen=seen)) == 1
        with pytest.raises(StaleEdit, match="ledger"):
            store.edit(WHO, [adding("b")], seen=seen)
        assert _ids(store) == ["a"]
        assert len(store.edit(WHO, [adding("b")], seen={"ledger": 1})) == 1
        assert store.verify().intact


def test_other_layers_and_notes_do_not_matter(place: Path | str) -> None:
    with create_store(place) as store:
        store.edit(WHO, [adding("x", "depot")])
        store.note(WHO, "decision", {"text": "转移"}, layer="ledger")
        assert store.edit(WHO, [adding("a")], seen={"ledger": 0})


def test_every_layer_that_changed_is_named(place: Path | str) -> None:
    with create_store(place) as store:
        store.edit(WHO, [adding("x", "depot"), adding("y", "team"), adding("z")])
        with pytest.raises(StaleEdit) as refused:
            store.edit(WHO, [adding("a")], seen={"depot": 0, "team": 1, "ledger": 0})
        assert [fault.file for fault in refused.value.faults] == ["depot", "ledger"]


def _ids(store: Store) -> list[str]:
    return [feature.id for feature in store.read("ledger")]
