"""The desk queue: requests that name the company, in a durable table that the desk reads.

A block and how far the stream came are one transaction, so a request stands there once, whatever happens.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import StoreError

DESK = "desk.sqlite3"

_TABLES = """
create table if not exists desk_queue (
    id integer primary key,               -- the order in which they came
    source text not null,                 -- the stream that brought it
    channel text not null,
    external_id text not null,
    root text not null,                   -- the network's id of the conversation, as far as it is known
    author text not null,
    brand text,
    private integer not null,
    sent_at text not null,                -- ISO 8601, UTC
    text text not null,
    language text not null,
    rtl integer not null,
    tier integer not null,
    request_probability real not null,
    urgent_probability real not null,
    sentiment text not null,
    topic text,
    propose_private integer not null,
    labels text not null,                 -- the version of what labelled it
    queued_at text not null,
    claimed_by text,
    claimed_at text,
    unique (channel, external_id)
);
create table if not exists desk_progress (source text primary key, block integer not null) without rowid;
"""
_COLUMNS = (
    "source", "channel", "external_id", "root", "author", "brand", "private", "sent_at", "text", "language",
    "rtl", "tier", "request_probability", "urgent_probability", "sentiment", "topic", "propose_private",
    "labels", "queued_at",
)  # fmt: skip
_INSERT = (
    f"insert into desk_queue ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))}) "
    "on conflict (channel, external_id) do nothing"
)


class DeskQueue:
    """The table in SQLite. To be used by one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.executescript(_TABLES)

    def done(self, source: str) -> int:
        """The last block of a source that was handed over; 0 before the first."""
        row = self._database.execute("select block from desk_progress where source = ?", [source]).fetchone()
        return 0 if row is None else int(row[0])

    def hand_over(self, source: str, block: int, rows: Sequence[tuple[object, ...]]) -> int:
        """Queue requests and note the block with them. How many were new. StoreError when it cannot be."""
        try:
            self._database.execute("begin immediate")
            try:
                before = self._database.total_changes
                self._database.executemany(_INSERT, rows)
                new = self._database.total_changes - before
                self._database.execute(
                    "insert into desk_progress values (?, ?) "
                    "on conflict (source) do update set block = max(block, excluded.block)",
                    [source, block],
                )
                self._database.execute("commit")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("rollback")
                raise
        except sqlite3.Error as problem:
            raise StoreError(
                f"The desk queue {self.path} could not be written: {problem}.",
                hint="Make room or mend the file; the stream goes on by itself and nothing was lost.",
            ) from problem
        return new

    def with_text(self) -> pa.Table:
        """``id``, ``channel`` and ``external_id`` of the rows that have a text."""
        rows = self._database.execute("select id, channel, external_id from desk_queue where text <> ''")
        columns = list(zip(*rows, strict=True)) or [()] * 3
        types = (pa.int64(), pa.string(), pa.string())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        return pa.table(arrays, names=["id", "channel", "external_id"])

    def erase(self, ids: Sequence[int]) -> None:
        """Take the texts of rows out of the file, so that no page of it holds them any more."""
        if ids:
            self._for_good("update desk_queue set text = '' where id = ?", [[one] for one in ids])

    def forget(self, channel: str, author: str) -> None:
        """Take the rows of a person out of the file in the same way."""
        self._for_good("delete from desk_queue where channel = ? and author = ?", [[channel, author]])

    def _for_good(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        self._database.execute("pragma secure_delete = on")
        self._database.execute("begin immediate")
        self._database.executemany(statement, values)
        self._database.execute("commit")
        self._database.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        self._database.close()


def waiting(path: Path) -> int:
    """How many requests nobody has claimed; 0 where there is no queue yet."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=30)) as database:
        return int(database.execute("select count(*) from desk_queue where claimed_at is null").fetchone()[0])


def asks_us(messages: pa.RecordBatch, said: pa.RecordBatch) -> pa.BooleanArray:
    """Which messages are for the desk: requests by contacts, addressed to the company or naming it.

    ``messages`` in the shape of ``INCOMING``; ``said``: their labels, in the shape of ``SAID``.
    """
    inbound = pc.fill_null(messages["inbound"], True)
    ours = pc.or_(pc.is_valid(messages["brand"]), said["names_brand"])
    request = pc.equal(said["kind"], "service")
    return pc.and_(pc.and_(inbound, request), pc.or_(ours, messages["private"]))


def queue_rows(
    source: str, messages: pa.RecordBatch, said: pa.RecordBatch, now: datetime
) -> list[tuple[object, ...]]:
    """Rows of those messages that are for the desk."""
    chosen = asks_us(messages, said)
    messages, said = messages.filter(chosen), said.filter(chosen)
    sent_at = pc.strftime(messages["sent_at"], "%Y-%m-%dT%H:%M:%SZ")
    root = pc.coalesce(messages["thread_hint"], messages["parent_external_id"], messages["external_id"])
    columns = (
        messages["channel"], messages["external_id"], root, messages["author"], messages["brand"],
        messages["private"], sent_at, messages["text"], said["language"], said["rtl"], said["tier"],
        said["request_probability"], said["urgent_probability"], said["sentiment"], said["topic"],
        said["personal"], said["version"],
    )  # fmt: skip
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return [(source, *row, now.isoformat()) for row in rows]
