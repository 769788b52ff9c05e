"""The inbox of webhooks: bodies in a SQLite file of their own, on the disk before anybody says 200."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

INBOX = "inbox.sqlite3"

_TABLES = """
create table if not exists inbox (
    id integer primary key autoincrement, source text not null, body blob not null
);
create table if not exists seen (
    source text, external_id text, primary key (source, external_id)
) without rowid;
"""

Arrival = tuple[str, str, bytes]
"""Source, the network's own id of the delivery, body."""


class Inbox:
    """The file. May be passed between threads, but used by one at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.executescript(_TABLES)

    def put(self, arrivals: Sequence[Arrival]) -> int:
        """Keep them in one transaction, each delivery once; how many were new."""
        database = self._database
        database.execute("begin immediate")
        try:
            new = [one for one in arrivals if self._is_new(one)]
            database.executemany(
                "insert into inbox (source, body) values (?, ?)", [(source, body) for source, _, body in new]
            )
            database.execute("commit")
        except BaseException:
            if database.in_transaction:
                database.execute("rollback")
            raise
        return len(new)

    def _is_new(self, arrival: Arrival) -> bool:
        return self._database.execute("insert or ignore into seen values (?, ?)", arrival[:2]).rowcount == 1

    def after(self, number: int, source: str, most: int) -> list[tuple[int, bytes]]:
        """Bodies of a source behind a number, oldest first."""
        query = "select id, body from inbox where id > ? and source = ? order by id limit ?"
        return list(self._database.execute(query, [number, source, most]))

    def forget(self, number: int, source: str) -> None:
        """Delete bodies up to a number; their ids stay, so that a repeat is known."""
        self._database.execute("delete from inbox where id <= ? and source = ?", [number, source])

    def waiting(self) -> int:
        return int(self._database.execute("select count(*) from inbox").fetchone()[0])

    def close(self) -> None:
        self._database.close()
