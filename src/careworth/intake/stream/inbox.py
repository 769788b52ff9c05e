"""The inbox of webhooks: bodies in a SQLite file of their own, on the disk before anybody says 200."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

INBOX = "inbox.sqlite3"

KNOWN_SECONDS = 30 * 86_400
"""How long the id of a delivery is kept. No network tries again for that long (Meta: up to seven days)."""

_TABLES = """
create table if not exists inbox (
    id integer primary key autoincrement, source text not null, body blob not null
);
create index if not exists inbox_source on inbox (source);  -- what one hook leaves unread costs no other
create table if not exists known (
    id integer primary key,  -- in the order of arrival, so the oldest are found without an index
    source text not null, external_id text not null,
    arrived integer not null,  -- seconds since 1970
    unique (source, external_id)
);
create table if not exists hooks (source text primary key, scheme text not null) without rowid;
"""
_FORGET = "delete from known where id in (select id from known order by id limit ?) and arrived < ?"

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

    def know(self, hooks: Mapping[str, str]) -> None:
        """Keep which hooks are received from now on: source -> scheme."""
        database = self._database
        database.execute("begin immediate")
        try:
            database.execute("delete from hooks")
            database.executemany("insert into hooks values (?, ?)", hooks.items())
            database.execute("commit")
        except BaseException:
            if database.in_transaction:
                database.execute("rollback")
            raise

    def hooks(self) -> dict[str, str]:
        """Source -> scheme of the hooks that the newest receiver had; none before the first."""
        return dict(self._database.execute("select source, scheme from hooks order by source"))

    def put(self, arrivals: Sequence[Arrival], now: float) -> int:
        """Keep them in one transaction, each delivery once; how many were new.

        Ids that arrived more than ``KNOWN_SECONDS`` before ``now`` leave with it, two for each that comes.
        """
        database = self._database
        database.execute("begin immediate")
        try:
            new = [(source, body) for source, name, body in arrivals if self._is_new(source, name, int(now))]
            database.executemany("insert into inbox (source, body) values (?, ?)", new)
            database.execute(_FORGET, [2 * len(arrivals), int(now) - KNOWN_SECONDS])
            database.execute("commit")
        except BaseException:
            if database.in_transaction:
                database.execute("rollback")
            raise
        return len(new)

    def _is_new(self, source: str, external_id: str, arrived: int) -> bool:
        insert = "insert or ignore into known (source, external_id, arrived) values (?, ?, ?)"
        return self._database.execute(insert, (source, external_id, arrived)).rowcount == 1

    def after(self, number: int, source: str, most: int) -> list[tuple[int, bytes]]:
        """Bodies of a source behind a number, oldest first."""
        query = "select id, body from inbox where id > ? and source = ? order by id limit ?"
        return list(self._database.execute(query, [number, source, most]))

    def forget(self, number: int, source: str) -> None:
        """Delete bodies up to a number; their ids stay, so that a repeat is known."""
        self._database.execute("delete from inbox where id <= ? and source = ?", [number, source])

    def waiting(self) -> int:
        """How many bodies nobody has taken yet."""
        return int(self._database.execute("select count(*) from inbox").fetchone()[0])

    def known(self) -> int:
        """How many ids of deliveries are kept."""
        return int(self._database.execute("select count(*) from known").fetchone()[0])

    def close(self) -> None:
        self._database.close()
