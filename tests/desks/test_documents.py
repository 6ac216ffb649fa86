"""Speed factors and rules by date: what was in force then is found again, word for word."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from desks.register.documents import document_as_of, documents, keep_document
from geodata.store import Author, Change, Store, create_store

WHO = Author("周与安", "换用实测速度")
FIRST, SECOND = 'version = "1"\n', 'version = "2"\r\n# 实测\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        yield made


def test_a_document_is_kept_once(store: Store) -> None:
    """The same text again is no event: a start of the program leaves no trace in the chain."""
    event = keep_document(store, WHO, "speed_model", FIRST)
    assert event is not None
    assert (event.who, event.why, event.layer) == ("周与安", "换用实测速度", "document")
    assert keep_document(store, WHO, "speed_model", FIRST) is None
    assert store.head().seq == 1


def test_every_version_is_found_by_its_date(store: Store) -> None:
    """Row S1-28: a report of a past date uses the factors of that date."""
    first = keep_document(store, WHO, "speed_model", FIRST)
    second = keep_document(store, WHO, "speed_model", SECOND)
    third = keep_document(store, WHO, "speed_model", FIRST)
    assert first is not None
    assert second is not None
    assert third is not None
    for event, text, version in ((first, FIRST, 1), (second, SECOND, 2), (third, FIRST, 3)):
        found = document_as_of(store, "speed_model", event.known_at)
        assert found is not None
        assert (found.text, found.version) == (text, version)
        assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert document_as_of(store, "speed_model") == document_as_of(
        store, "speed_model", third.known_at
    )


def test_what_was_never_kept_is_none(store: Store) -> None:
    assert document_as_of(store, "speed_model") is None
    assert documents(store) == ()


def test_documents_stand_by_name(store: Store) -> None:
    for name in ("speed_model", "incident_kinds"):
        keep_document(store, WHO, name, FIRST)
    assert [found.name for found in documents(store)] == ["incident_kinds", "speed_model"]


def test_a_text_changed_past_the_desk_has_the_hash_of_what_it_is(store: Store) -> None:
    """What the stamp of a map rests on follows the text, not what is written beside it."""
    keep_document(store, WHO, "speed_model", FIRST)
    store.edit(WHO, [Change("set", "document", "speed_model", 1, {"text": SECOND})])
    found = document_as_of(store, "speed_model")
    assert found is not None
    assert found.sha256 == hashlib.sha256(SECOND.encode()).hexdigest()
