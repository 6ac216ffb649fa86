"""The tables, the same on SQLite and PostgreSQL; the migrations make them."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

REVISION = "0001"
"""The newest migration; an older store is brought to it when it is opened."""

METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""``post``: this post's id; ``secret``: for the tags of persons; ``place``: the file's identity."""

EVENT = Table(
    "event",
    METADATA,
    Column("post", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("clock", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("known_at", String, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Index("event_of_feature", "layer", "id"),
    Index("event_known", "known_at"),
    Index("event_clock", "clock"),
)
"""The chains of all posts. ``clock`` is greater than that of every event known when it was made;
``known_at`` is when this post learnt of it (its own: ``at``) and alone is not hashed."""

FEATURE = Table(
    "feature",
    METADATA,
    Column("layer", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("born", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", String, nullable=False),
    Column("props", Text, nullable=False),
    Column("shape", LargeBinary, nullable=True),
    Column("sealed", Text, nullable=False),
)
"""The present state: what a replay of all chains gives. ``born`` orders by adding."""

PERSON = Table(
    "person",
    METADATA,
    Column("id", String, primary_key=True),
    Column("tag", String, nullable=False, unique=True),
    Column("key", String, nullable=False),
)
"""One key per person; erasing the row erases the person from every event."""
