"""Speed factors and packs of rules as versioned documents: what was in force on a date."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from desks.parts import DOCUMENT
from geodata.store import Author, Change, Event, Feature, Store


@dataclass(frozen=True)
class Document:
    """A document as it was kept; ``version`` counts its changes, ``sha256`` is over its UTF-8."""

    name: str
    text: str
    sha256: str
    version: int


def keep_document(store: Store, author: Author, name: str, text: str) -> Event | None:
    """Keep the text under the name; return the event, ``None`` where it stands so already.

    Raises:
        StaleEdit: where somebody kept another text meanwhile.

    """
    found = store.find(DOCUMENT, name)
    props = {"text": text, "sha256": _sha256(text)}
    if found is None:
        change = Change("add", DOCUMENT, name, props={"name": name, **props})
    elif found.props.get("text") == text:
        return None
    else:
        change = Change("set", DOCUMENT, name, found.version, props)
    return next(iter(store.edit(author, [change])), None)


def document_as_of(store: Store, name: str, as_of: datetime | None = None) -> Document | None:
    """Return the document as this post knew it then, ``None`` where there was none."""
    found = store.find(DOCUMENT, name, as_of=as_of)
    return None if found is None else _document(found)


def documents(store: Store, *, as_of: datetime | None = None) -> tuple[Document, ...]:
    """Return every document as this post knew it then, by name."""
    found = (_document(feature) for feature in store.read(DOCUMENT, as_of=as_of))
    return tuple(sorted(found, key=lambda document: document.name))


def _document(feature: Feature) -> Document:
    """Return the document; its hash is taken of the text that is there, not of what is said."""
    text = str(feature.props.get("text", ""))
    return Document(feature.id, text, _sha256(text), feature.version)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
