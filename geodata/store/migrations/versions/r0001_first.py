"""The first tables, and the triggers that refuse to change or delete an event."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSED = "events are only added"


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "meta",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _create_event()
    op.create_table(
        "feature",
        sa.Column("layer", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("born", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("head", sa.String, nullable=False),
        sa.Column("props", sa.Text, nullable=False),
        sa.Column("shape", sa.LargeBinary, nullable=True),
        sa.Column("sealed", sa.Text, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tag", sa.String, nullable=False, unique=True),
        sa.Column("key", sa.String, nullable=False),
    )
    _create_triggers()


def _create_event() -> None:
    short, long = sa.String, sa.Text
    texts = {
        "at": short, "known_at": short, "who": long, "why": long, "kind": short, "layer": short,
        "id": short,
    }  # fmt: skip
    op.create_table(
        "event",
        sa.Column("post", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("clock", sa.Integer, nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in texts.items()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False, unique=True),
    )
    op.create_index("event_of_feature", "event", ["layer", "id"])
    op.create_index("event_known", "event", ["known_at"])
    op.create_index("event_clock", "event", ["clock"])


def _create_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function event_refused() returns trigger language plpgsql as "
            f"$$ begin raise exception '{_REFUSED}'; end $$"
        )
        op.execute(
            "create trigger event_kept before update or delete on event "
            "for each row execute function event_refused()"
        )
        op.execute(
            "create trigger event_not_emptied before truncate on event "
            "for each statement execute function event_refused()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"create trigger event_no_{act} before {act} on event "
            f"begin select raise(abort, '{_REFUSED}'); end"
        )
    # ``replace`` deletes the old row without asking the trigger above.
    op.execute(
        "create trigger event_no_replace before insert on event when exists (select 1 from event "
        "where (post = new.post and seq = new.seq) or hash = new.hash) "
        "begin select raise(abort, 'events are only added'); end"
    )
