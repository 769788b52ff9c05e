"""The end of a batch, and what a killed one left: whatever writes facts begins and ends here."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa

from careworth.errors import StoreError
from careworth.facts.derive import DERIVED, derive
from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RECORDS
from careworth.facts.schema import BATCHES, DEAD_LETTERS, LABEL_ERRORS, LABELS, MERGES, MESSAGES, TABLES
from careworth.facts.store import Store

WRITER = "careworth.intake"

Also = Callable[[int, int], None]
"""From the number of a batch and how many messages it stored: what else becomes visible with it."""


def next_batch(store: Store) -> int:
    """The number of the batch that begins now. Call it with the store locked."""
    return int(store.ledger()["batch"][-1].as_py()) + 1 if store.exists() else 1


def recover(store: Store, now: datetime) -> None:
    """Complete or roll back what a killed process left. Call it with the store locked."""
    named_versions = store.versions()
    newest = store.version(MESSAGES)
    if newest is not None and newest > named_versions.get(MESSAGES.name, -1):
        if not (text := store.note(MESSAGES, newest)):
            raise StoreError(
                f"The table messages in {store.folder} was changed by another program.",
                hint="Restore that table to the version that careworth doctor names, then try again.",
            )
        note = json.loads(text)
        finish(store, note["batch"], note["rows"], now)
        return
    for table in (DEAD_LETTERS, MERGES, LABELS, LABEL_ERRORS, *RECORDS.values()):
        newest = store.version(table)
        if newest is not None and newest > named_versions.get(table.name, -1):
            store.roll_back(table, named_versions.get(table.name), writer=WRITER)


def finish(
    store: Store,
    batch: int,
    rows: list[dict[str, Any]],
    now: datetime,
    also: Also = lambda batch, stored: None,
) -> tuple[int, int]:
    """Derive, then let everybody see the batch. The new version, and how many conversations there are."""
    if stored := sum(row["stored"] for row in rows):
        for table in DERIVED:
            _derive(store, table, batch)
        also(batch, stored)
    version = enter(store, batch, rows, now)
    engine = DuckDBEngine(store.snapshot().files)
    held = engine.query("select count(*) as n from conversations")
    engine.close()
    return version, int(held["n"][0].as_py())


def enter(store: Store, batch: int, rows: list[dict[str, Any]], now: datetime) -> int:
    """Write the rows of a batch into the ledger with the versions of all tables; the version of that."""
    versions = {name: store.version(table) for name, table in TABLES.items() if name != BATCHES.name}
    text = json.dumps({name: version for name, version in versions.items() if version is not None})
    ledger = [{**row, "at": now, "versions": text} for row in rows]
    return store.append(
        BATCHES, pa.Table.from_pylist(ledger, schema=BATCHES.schema), writer=WRITER, batch=batch
    )


def _derive(store: Store, table: Any, batch: int) -> None:
    engine = DuckDBEngine(store.newest_files(), spill=store.folder / "staging" / "spill")
    try:
        touched = None
        if store.version(table) is not None:
            touched = engine.query(
                f"""select conversation from messages where batch = {batch}
                union select conversation from merges"""
            )
        store.replace_by(table, lambda path: derive(engine, table, touched, path), writer=WRITER, batch=batch)
    finally:
        engine.close()
