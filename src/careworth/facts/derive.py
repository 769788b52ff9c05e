"""Conversations and turns, made from messages by the SQL texts beside this file."""

from functools import cache, partial
from importlib import resources
from pathlib import Path

import pyarrow as pa

from careworth.facts._recent import RECENT
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
        if touched is not None and _is_small(engine, touched.num_rows):
            engine.narrow_messages(touched)
            engine.hold_messages(_READ)
            for table in DERIVED:
                rows = derive_recent(engine, table, batch)
                store.append(RECENT[table.name], rows, writer=writer, batch=batch)
            return
        for table in DERIVED:
            store.replace_by(table, partial(derive, engine, table, touched), writer=writer, batch=batch)
        for recent in RECENT.values():
            if store.version(recent) is not None:
                store.replace(recent, recent.empty(), writer=writer, batch=batch)
    finally:
        engine.close()


def _is_small(engine: DuckDBEngine, touched: int) -> bool:
    """Whether the touched rows are few beside the table: a reader pays for them, a writer for the rest."""
    counts = engine.query(
        f"""select (select count(*) from {RECENT_CONVERSATIONS.name}) as recent,
        (select count(*) from stored_{CONVERSATIONS.name}) as stored"""
    )
    recent, stored = counts["recent"][0].as_py(), counts["stored"][0].as_py()
    return bool(recent + touched <= max(RECENT_AT_LEAST, stored * RECENT_AT_MOST))


def _made(engine: DuckDBEngine, table: Table) -> str:
    return f"select {_names(table)} from ({engine.dialect.render(derivation(table))})"


def _names(table: Table) -> str:
    return ", ".join(f"cast({c.name} as {_SQL_TYPES[c.type]}) as {c.name}" for c in table.columns)


_UNREAD = {"text", "external_id", "parent_external_id", "thread_hint", "language", "batch"}
_READ = [name for name in MESSAGES.schema.names if name not in _UNREAD]
"""Columns of messages that a derivation may read: each costs a scan."""

RECENT_AT_LEAST, RECENT_AT_MOST = 10_000, 0.25
"""Recent rows are folded into the whole beyond so many, and beyond this share of it."""

_SQL_TYPES = {
    pa.int64(): "bigint",
    pa.string(): "varchar",
    pa.bool_(): "boolean",
    pa.float64(): "double",
    CONVERSATIONS.schema.field("opened_at").type: "timestamptz",
}

DERIVED = (CONVERSATIONS, TURNS)
"""In the order in which they are made."""
