"""Posts: who continues a chain, and that a copied file goes on as a new one."""

import secrets
from pathlib import Path

from sqlalchemy import Connection

from .editing import begin_batch, write_batch
from .engine import POST, Database, file_identity, meta, set_meta
from .exchange import heads
from .records import Author

SECRET = "secret"  # noqa: S105 - the name of a line, not a password
IDENTITY = "place"
RESTORER = Author("", "restore")


def become_new_post(connection: Connection, identity: str, author: Author) -> None:
    """Begin a chain of its own for a store that is a copy, after everything it was copied with."""
    known = heads(connection)
    set_meta(connection, POST, new_post())
    set_meta(connection, IDENTITY, identity)
    if known:
        batch = begin_batch(connection, meta(connection, POST), author, None)
        batch.add("copy", ("", ""), 0, {}, {"heads": known})
        write_batch(connection, batch)


def new_post() -> str:
    """Return a name that no other post has."""
    return secrets.token_hex(4)


def identity_of(database: Database) -> str:
    """Return what tells a file from its copy; a server has one identity."""
    place = database.place
    return file_identity(place) if isinstance(place, Path) else "server"
