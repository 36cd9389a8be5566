"""The ledger in PostgreSQL: a table that others book into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import class_row

from ledger_export.archive import Entry

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger_entries (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booked_at timestamptz NOT NULL DEFAULT now(),
    account   text NOT NULL,
    amount    bigint NOT NULL,
    memo      text NOT NULL DEFAULT ''
)
"""

# Any number that no other program on this database uses.
_LOCK = 7_301_994

CONNECT_SECONDS = 10


class AlreadyRunning(Exception):
    """Another run is under way."""


@contextmanager
def open_ledger(url: str, password: str | None) -> Iterator[Ledger]:
    """The ledger at *url*, for this run alone; AlreadyRunning when there is another one.

    The lock lives as long as the connection: a run that is killed gives it back.
    """
    with psycopg.connect(url, password=password, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row != (True,):
            raise AlreadyRunning
        connection.execute(_SCHEMA)
        yield Ledger(connection)


class Ledger:
    """The entries, read in the order of their ids."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def end(self) -> int:
        """The last id at this moment, such that no lower one will turn up later; 0 for an empty ledger.

        Ids are given when an entry is booked, not when its transaction commits. The table's lock waits for bookings
        under way, and is given back at once.
        """
        with self._connection.transaction():
            self._connection.execute("LOCK TABLE ledger_entries IN SHARE MODE")
            row = self._connection.execute("SELECT coalesce(max(id), 0) FROM ledger_entries").fetchone()
        return int(row[0]) if row else 0

    def batches(self, after: int, end: int, size: int) -> Iterator[list[Entry]]:
        """The entries with ids above *after* up to *end*, at most *size* at a time."""
        with self._connection.cursor(row_factory=class_row(Entry)) as cursor:
            while after < end:
                cursor.execute(
                    "SELECT id, booked_at, account, amount, memo FROM ledger_entries"
                    " WHERE id > %s AND id <= %s ORDER BY id LIMIT %s",
                    [after, end, size],
                )
                batch = cursor.fetchall()
                if not batch:
                    return
                yield batch
                after = batch[-1].id
