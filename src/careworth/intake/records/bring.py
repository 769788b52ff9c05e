"""Bring the company's records in: read and check all files, then commit all tables at once.

The order is that of messages (``careworth.intake.ingest``): nothing is written before all is read; tables are
written next, and nobody sees them; the row of the ledger names their versions, and from then on everybody
does. What a killed process wrote before that row is rolled back by the next writer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa

from careworth.errors import FormatError, UnknownName
from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RECORDS, RECORDS_FORMAT, TRAITS, RecordTable
from careworth.facts.schema import DEAD_LETTERS
from careworth.facts.store import Store
from careworth.intake._ledger import WRITER, enter, next_batch, recover
from careworth.intake._stage import Progress, digest_of
from careworth.intake.formats import Source, find_sources
from careworth.intake.records._mapping import Wish, load_wishes, mapping_for
from careworth.intake.records._merge import SOURCE, Merged, merge
from careworth.intake.records._read import Gathered, gather
from careworth.intake.records._rows import given_schema

BESIDE = -1
"""The source of traits that stood beside customers: they are accounted for with these."""


@dataclass(frozen=True, slots=True)
class RecordCount:
    """The account of one source: received = stored + duplicates + the sum of skipped."""

    source: str
    table: str
    received: int
    stored: int
    """New rows, and rows that took the place of an older one."""
    renewed: int
    """Of the stored ones, those that took the place of an older one."""
    duplicates: int
    skipped: dict[str, int]
    traits: int
    """Traits that stood in extra columns; they are rows of their own table and not counted above."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch of records brought."""

    batch: int
    version: int
    sources: tuple[RecordCount, ...]
    ignored: tuple[str, ...]
    """Files whose name is that of no table."""


def bring_records(
    store: Store,
    paths: Sequence[Path],
    *,
    now: datetime,
    table: str | None = None,
    mapping: Path | None = None,
    replay_of: int | None = None,
    progress: Progress = lambda source, received: None,
) -> Recorded:
    """Read files or folders of records into the store as one batch.

    ``table``: what the files hold; None: the name of each file says it. Raises InputError when something
    cannot be read as a whole; the store is then as it was.
    """
    named, wishes = load_wishes(mapping)
    chosen, ignored = _choose(find_sources(list(paths)), table or named)
    with store.writing():
        recover(store, now)
        batch = next_batch(store)
        read = [_gather(source, of, wishes, now, progress) for source, of in chosen]
        merged = _merge_all(store, read)
        counts = tuple(_counted(place, one, merged) for place, one in enumerate(read))
        _write(store, batch, read, merged)
        rows = [_account(batch, *pair, replay_of) for pair in zip(read, counts, strict=True)]
        version = enter(store, batch, rows, now)
    return Recorded(batch, version, counts, tuple(ignored))


def _choose(
    sources: Sequence[Source], named: str | None
) -> tuple[list[tuple[Source, RecordTable]], list[str]]:
    if named is not None and named not in RECORDS:
        raise UnknownName(f"There is no table {named!r} of records.", hint=f"Known: {', '.join(RECORDS)}.")
    chosen: list[tuple[Source, RecordTable]] = []
    ignored: list[str] = []
    for source in sources:
        name = named or PurePath(source.name).stem.lower()
        if name in RECORDS:
            chosen.append((source, RECORDS[name]))
        else:
            ignored.append(str(source))
    if not chosen:
        raise FormatError(
            "There is nothing to read: no file has the name of a table of records.",
            hint=f"Name the table with --table, or the files after them: {', '.join(RECORDS)}.",
        )
    # Customers first: of two tables in one batch the one that others name.
    order = list(RECORDS)
    return sorted(chosen, key=lambda one: order.index(one[1].name)), ignored


def _gather(
    source: Source, table: RecordTable, wishes: Mapping[str, Wish], now: datetime, progress: Progress
) -> Gathered:
    wish = wishes.get(table.name) or wishes.get("") or Wish()
    found = gather(source, table, mapping_for(source, table, wish), now)
    progress(str(source), found.good + found.skipped.total())
    return found


def _merge_all(store: Store, read: Sequence[Gathered]) -> dict[str, Merged]:
    """Table -> what its sources bring that is new."""
    engine = DuckDBEngine(store.snapshot().files if store.exists() else {})
    try:
        return {
            name: merge(engine, table, rows)
            for name, table in RECORDS.items()
            if (rows := _rows(read, table)).num_rows
        }
    finally:
        engine.close()


def _rows(read: Sequence[Gathered], table: RecordTable) -> pa.Table:
    """All that was read for a table, with the number of the source; traits beside customers have -1."""
    parts = [(place, batch) for place, one in enumerate(read) if one.table is table for batch in one.rows]
    if table is TRAITS:
        parts += [(BESIDE, batch) for one in read for batch in one.traits]
    schema = given_schema(table).append(pa.field(SOURCE, pa.int64()))
    numbered = [
        pa.RecordBatch.from_arrays(
            [*batch.columns, pa.repeat(pa.scalar(place), batch.num_rows)], schema=schema
        )
        for place, batch in parts
    ]
    return pa.Table.from_batches(numbered, schema)


def _write(store: Store, batch: int, read: Sequence[Gathered], merged: Mapping[str, Merged]) -> None:
    """Dead letters and tables: nobody sees them yet."""
    letters = [row for one in read for row in _letters(batch, one)]
    if letters:
        dead = pa.Table.from_pylist(letters, schema=DEAD_LETTERS.schema)
        store.append(DEAD_LETTERS, dead, writer=WRITER, batch=batch)
    for name, found in merged.items():
        table, rows = RECORDS[name], _in_batch(found.rows, RECORDS[name], batch)
        if found.renews:
            store.replace(table, rows, writer=WRITER, batch=batch)
        elif rows.num_rows:
            store.append(table, rows, writer=WRITER, batch=batch)


def _in_batch(rows: pa.Table, table: RecordTable, batch: int) -> pa.Table:
    """Rows in the shape of the facts; those that have no batch yet come with this one."""
    numbers = rows["batch"].fill_null(batch)
    return rows.set_column(rows.column_names.index("batch"), "batch", numbers).cast(table.schema)


def _letters(batch: int, one: Gathered) -> Iterator[dict[str, Any]]:
    for rejected, header in one.rejected:
        for dead in rejected:
            yield {
                "batch": batch,
                "source": str(one.source),
                "line": dead.line,
                "reason": dead.reason,
                "detail": dead.detail,
                "format": RECORDS_FORMAT + one.table.name,
                "header": header,
                "raw": dead.raw,
            }


def _counted(place: int, one: Gathered, merged: Mapping[str, Merged]) -> RecordCount:
    found, skipped = merged.get(one.table.name), one.skipped
    stored = 0 if found is None else found.stored.get(place, 0)
    return RecordCount(
        source=str(one.source),
        table=one.table.name,
        received=one.good + skipped.total(),
        stored=stored,
        renewed=0 if found is None else found.renewed.get(place, 0),
        duplicates=one.good - stored,
        skipped=dict(sorted(skipped.items())),
        traits=sum(batch.num_rows for batch in one.traits),
    )


def _account(batch: int, one: Gathered, count: RecordCount, replay_of: int | None) -> dict[str, Any]:
    digest, size = digest_of(one.source)
    return {
        "batch": batch,
        "source": count.source,
        "format": RECORDS_FORMAT + count.table,
        "digest": digest,
        "bytes": size,
        "received": count.received,
        "stored": count.stored,
        "duplicates": count.duplicates,
        "skipped": json.dumps(count.skipped),
        "replay_of": replay_of,
    }
