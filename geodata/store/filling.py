"""Many rows into a table at once, on both databases."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

_ROWS = 2_000
"""Rows in one message to PostgreSQL."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the rows; each has every column of the table.

    pg8000 sends rows one by one and waits three times for each, so that PostgreSQL gets many of
    them in one message that it takes apart itself: 5,000 rows in a tenth of the time.
    """
    if connection.dialect.name != "postgresql" or len(rows) == 1:
        if rows:
            connection.execute(table.insert(), [dict(row) for row in rows])
        return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = text(
        f"insert into {table.name} ({names}) select {names} "  # noqa: S608 - names of our tables
        f"from json_populate_recordset(null::{table.name}, cast(:rows as json))"
    )
    for start in range(0, len(rows), _ROWS):
        part = [dict(row) for row in rows[start : start + _ROWS]]
        connection.execute(statement, {"rows": json.dumps(part, default=_hexadecimal)})


def _hexadecimal(value: object) -> str:
    """Return bytes as PostgreSQL reads them."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(value)
