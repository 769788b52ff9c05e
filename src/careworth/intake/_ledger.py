"""The end of a batch, and what a killed one left: whatever writes facts begins and ends here."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from careworth.errors import StoreError
from careworth.facts._recent import RECENT
from careworth.facts.derive import DERIVED, refresh
from careworth.facts.records import RECORDS
from careworth.facts.schema import (
    ATTACHMENTS,
    BATCHES,
    DEAD_LETTERS,
    DELETIONS,
    LABEL_ERRORS,
    LABELS,
    MERGES,
    MESSAGES,
    TABLES,
    Table,
)
from careworth.facts.store import Done, Store

WRITER = "careworth.intake"

Also = Callable[[int, int], None]
"""From the number of a batch and how many messages it stored: what else becomes visible with it."""


def next_batch(store: Store) -> int:
    """The number of the batch that begins now. Call it with the store locked."""
    return store.done(BATCHES, WRITER) + 1


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
        _roll_back(store, (*DERIVED, *RECENT.values()), named_versions)
        finish(store, note["batch"], note["rows"], now, done=note["done"] and tuple(note["done"]))
        return
    begun = (ATTACHMENTS, DELETIONS, DEAD_LETTERS, MERGES, LABELS, LABEL_ERRORS, *RECORDS.values())
    _roll_back(store, begun, named_versions)


def _roll_back(store: Store, tables: Iterable[Table], named_versions: Mapping[str, int]) -> None:
    for table in tables:
        newest = store.version(table)
        if newest is not None and newest > named_versions.get(table.name, -1):
            store.roll_back(table, named_versions.get(table.name), writer=WRITER)


def finish(
    store: Store,
    batch: int,
    rows: list[dict[str, Any]],
    now: datetime,
    also: Also = lambda batch, stored: None,
    done: Done | None = None,
) -> int:
    """Derive, then let everybody see the batch; the new version.

    ``done``: a source and its own number of this batch, which ``store.done`` gives from then on.
    """
    if stored := sum(row["stored"] for row in rows):
        refresh(store, batch, writer=WRITER)
        also(batch, stored)
    return enter(store, batch, rows, now, done)


def newest_versions(store: Store) -> dict[str, int]:
    """Table -> its newest Delta version, whether the ledger names it yet or not."""
    versions = {name: store.version(table) for name, table in TABLES.items() if table is not BATCHES}
    return {name: version for name, version in versions.items() if version is not None}


def enter(
    store: Store, batch: int, rows: list[dict[str, Any]], now: datetime, done: Done | None = None
) -> int:
    """Write the rows of a batch into the ledger with the versions of all tables; the version of that."""
    text = json.dumps(newest_versions(store))
    ledger = pa.Table.from_pylist(
        [{**row, "at": now, "versions": text} for row in rows], schema=BATCHES.schema
    )
    return store.append(BATCHES, ledger, writer=WRITER, batch=batch, also=done)
