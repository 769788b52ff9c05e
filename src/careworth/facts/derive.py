"""Conversations and turns, made from messages by the SQL texts beside this file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import chain
from pathlib import Path

import pyarrow as pa

from careworth.facts._files import greatest
from careworth.facts._recent import RECENT, recent_part
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import CONVERSATIONS, MERGES, MESSAGES, RECENT_CONVERSATIONS, TURNS, Table
from careworth.facts.store import Store


@cache
def derivation(table: Table) -> str:
    """The SQL that makes a derived table from ``messages``."""
    return (resources.files("careworth.facts") / "sql" / f"{table.name}.sql").read_text(encoding="utf-8")


def derive(engine: DuckDBEngine, table: Table, touched: pa.Table | None, path: Path) -> int:
    """Write all rows of a derived table to a Parquet file; how many they are.

    ``touched``: one column ``conversation``; only these are made anew, the rest is taken from the table as
    it was. None: all are made.
    """
    if touched is None:
        return engine.copy(_made(engine, table), path)
    engine.narrow_messages(touched)
    kept = f"""from {table.name} where conversation not in (select conversation from touched)
        and conversation not in (select conversation from {MERGES.name})"""
    return engine.copy(f"{_made(engine, table)} union all select {_names(table)} {kept}", path)


def derive_recent(engine: DuckDBEngine, table: Table, batch: int) -> pa.Table:
    """The rows of those conversations only that the engine's messages were narrowed to."""
    made = engine.query(f"select *, cast({batch} as bigint) as batch from ({_made(engine, table)})")
    return made.cast(RECENT[table.name].schema)


def refresh(store: Store, batch: int, *, writer: str) -> None:
    """Bring the derived tables up to a batch whose messages are committed, the ledger not yet."""
    engine = DuckDBEngine(store.newest_files(), spill=store.folder / "staging" / "spill")
    try:
        touched = None
        if store.version(CONVERSATIONS) is not None:
            touched = engine.query(f"select distinct conversation from messages where batch = {batch}")
        if touched is not None and touched.num_rows <= SMALL_BATCH:
            engine.limit_memory(MB_OF_A_SMALL_BATCH)
        recent = None if touched is None else _recent(store, engine, touched.num_rows)
        if touched is not None and recent is not None and not recent.is_large:
            engine.narrow_messages(touched)
            engine.hold_messages(_READ)
            for table in DERIVED:
                rows = derive_recent(engine, table, batch)
                if recent.many_are_new:
                    _move_new(store, engine, table, recent.youngest, rows, writer, batch)
                else:
                    store.append(RECENT[table.name], rows, writer=writer, batch=batch)
            return
        for table in DERIVED:
            store.replace_by(table, partial(derive, engine, table, touched), writer=writer, batch=batch)
        for part in RECENT.values():
            if store.version(part) is not None:
                store.replace(part, part.empty(), writer=writer, batch=batch)
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Recent:
    """Rows of the recent part of conversations, with those of the batch that comes."""

    new: int
    """Of conversations that the whole does not have; 0 where the rows are too few for it to matter."""
    known: int
    stored: int
    """Rows of the whole."""
    youngest: int
    """The greatest number of a conversation in the whole. Numbers grow, so it has no greater one; that it may
    lack a smaller one does no harm: rows of that stay recent. To look for each would cost by the store."""

    @property
    def is_large(self) -> bool:
        """Whether the whole is to be made anew: a reader pays for recent rows, a writer for the whole."""
        return self.known > max(RECENT_AT_LEAST, self.stored * RECENT_AT_MOST)

    @property
    def many_are_new(self) -> bool:
        """Whether rows are to be moved to the whole, which costs by their number only."""
        return self.new > _few(self.stored)


def _few(stored: int) -> float:
    return max(RECENT_AT_LEAST, min(stored * RECENT_AT_MOST, NEW_AT_MOST))


def _recent(store: Store, engine: DuckDBEngine, touched: int) -> _Recent:
    rows = sum(store.counts(RECENT_CONVERSATIONS).values())
    whole = store.counts(CONVERSATIONS)
    stored, new, youngest = sum(whole.values()), 0, 0
    if rows + touched > _few(stored):  # else not worth a look at the rows
        youngest = max((greatest(path, "conversation") for path in whole), default=0)
        new = _count(engine, f"{RECENT_CONVERSATIONS.name} where conversation > {youngest}")
    return _Recent(new, rows - new + touched, stored, youngest)


def _count(engine: DuckDBEngine, what: str) -> int:
    return int(engine.query(f"select count(*) as rows from {what}")["rows"][0].as_py())


def _move_new(
    store: Store, engine: DuckDBEngine, table: Table, youngest: int, rows: pa.Table, writer: str, batch: int
) -> None:
    """Append recent rows of conversations that the whole does not have to it; the others stay, with new rows.

    What later batches change about those that moved becomes recent again.
    """
    recent = RECENT[table.name]
    moved = f"({recent_part(table, table.schema.names)}) where conversation > {youngest}"
    store.append(table, _streamed(engine, table, moved), writer=writer, batch=batch)
    kept = f"({recent_part(table, recent.schema.names)}) where conversation <= {youngest}"
    store.replace(
        recent, chain(_streamed(engine, recent, kept), rows.to_batches()), writer=writer, batch=batch
    )


def _streamed(engine: DuckDBEngine, table: Table, what: str) -> Iterator[pa.RecordBatch]:
    """Rows in the shape of a table. The engine can do nothing else until they are read to their end."""
    names = ", ".join(table.schema.names)
    for rows in engine.stream(f"select {names} from {what}"):
        yield pa.RecordBatch.from_arrays(rows.columns, schema=table.schema)


def _made(engine: DuckDBEngine, table: Table) -> str:
    return f"select {_names(table)} from ({engine.dialect.render(derivation(table))})"


def _names(table: Table) -> str:
    return ", ".join(f"cast({c.name} as {_SQL_TYPES[c.type]}) as {c.name}" for c in table.columns)


_UNREAD = {"text", "external_id", "parent_external_id", "thread_hint", "language", "batch"}
_READ = [name for name in MESSAGES.schema.names if name not in _UNREAD]
"""Columns of messages that a derivation may read: each costs a scan."""

RECENT_AT_LEAST, RECENT_AT_MOST, NEW_AT_MOST = 10_000, 0.25, 200_000
"""Recent rows are brought into the whole beyond so many and beyond this share of it; those of conversations
that it does not have also beyond the last number, since no other row need be written for them."""

SMALL_BATCH, MB_OF_A_SMALL_BATCH = 1_000_000, 1_000
"""A batch that touches no more conversations gets so much memory, also where it has to make the whole anew: a
stream runs beside other things and for ever. A large import may take what the machine has."""

_SQL_TYPES = {
    pa.int64(): "bigint",
    pa.string(): "varchar",
    pa.bool_(): "boolean",
    pa.float64(): "double",
    CONVERSATIONS.schema.field("opened_at").type: "timestamptz",
}

DERIVED = (CONVERSATIONS, TURNS)
"""In the order in which they are made."""
