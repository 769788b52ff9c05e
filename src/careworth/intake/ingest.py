"""Bring files in: read all, then commit all at once, and account for every record.

What a batch does, in this order, so that a process killed at any instant leaves either nothing of it
or something the next one completes:

1. stage: every source is read and checked; nothing of the facts has changed yet;
2. dead letters, deletions, attachments and merges are written; the ledger does not name these versions yet,
   so nobody sees them;
3. messages are appended in one commit that carries the accounting of the batch: from here on it counts;
4. conversations and turns are derived;
5. the ledger gets its row, which names the versions of all tables: now everybody sees the batch.

``recover`` (``_ledger.py``) rolls back what stopped before 3 and completes what stopped after it.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import FormatError
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import ATTACHMENTS, DEAD_LETTERS, DELETIONS, MERGES, MESSAGES
from careworth.facts.store import Done, Store
from careworth.intake._deletions import deletions_of
from careworth.intake._known_ids import KnownIds
from careworth.intake._ledger import WRITER, Also, finish, next_batch, recover
from careworth.intake._normalise import canonical_brand
from careworth.intake._numbering import number
from careworth.intake._stage import Progress, Stage, StagedSource
from careworth.intake.formats import Format, ReadOptions, Source, detect, find_sources, named
from careworth.intake.threads import Threads

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """The account of one source: received = stored + duplicates + the sum of skipped."""

    source: str
    format: str
    received: int
    stored: int
    duplicates: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a batch brought."""

    batch: int
    version: int
    sources: tuple[SourceCount, ...]
    ignored: tuple[str, ...]
    """Files of a folder or archive that are in no format we read."""
    conversations: int | None = None
    """How many the store holds now; absent where they were not counted."""

    @property
    def received(self) -> int:
        return sum(one.received for one in self.sources)

    @property
    def stored(self) -> int:
        return sum(one.stored for one in self.sources)

    @property
    def duplicates(self) -> int:
        return sum(one.duplicates for one in self.sources)

    @property
    def skipped(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for one in self.sources:
            total.update(one.skipped)
        return dict(sorted(total.items()))


def ingest(
    store: Store,
    paths: Sequence[Path],
    *,
    now: datetime,
    form: str | None = None,
    options: ReadOptions | None = None,
    replay_of: int | None = None,
    progress: Progress = lambda source, received: None,
    also: Also = lambda batch, stored: None,
) -> Ingested:
    """Read files, folders or archives into the store as one batch.

    Raises InputError (FormatError, MappingError ...) when something cannot be read as a whole; the store is
    then as it was. ``now`` is the moment noted in the ledger, ``replay_of`` the batch whose dead letters the
    files hold. ``also`` may write to other tables before the ledger names their versions; a batch that was
    killed there is completed without it.
    """
    chosen, ignored = _choose(find_sources(list(paths)), form)
    with store.writing():
        recover(store, now)
        folder = store.folder / "staging"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with Stage(folder, next_batch(store)) as stage:
                for source, reader in chosen:
                    stage.take(source, reader, options or ReadOptions(), progress)
                rows, _ = commit(store, stage, replay_of=replay_of)
                stage.clear()
            version = finish(store, stage.batch, rows, now, also)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    counts = tuple(count_of(row) for row in rows)
    return Ingested(stage.batch, version, counts, tuple(ignored), _conversations(store, version))


def _choose(sources: list[Source], form: str | None) -> tuple[list[tuple[Source, Format]], list[str]]:
    """Each source with the format that reads it; names of those nobody reads."""
    reader = None if form in (None, "auto") else named(str(form))
    chosen: list[tuple[Source, Format]] = []
    ignored: list[str] = []
    alone = len(sources) == 1
    for source in sources:
        if reader is not None and (alone or reader.name == "table" or reader.claims(source)):
            chosen.append((source, reader))
        elif reader is None and (found := detect(source)) is not None:
            chosen.append((source, found))
        else:
            ignored.append(str(source))
    if not chosen:
        what = str(sources[0]) if alone else "what was named"
        raise FormatError(
            f"There is nothing to read in {what}: it is in none of the formats we know.",
            hint="For a table of your own write a mapping file and add --format table --mapping FILE.toml.",
        )
    return chosen, ignored


def _conversations(store: Store, version: int) -> int:
    engine = DuckDBEngine(store.snapshot(version).files)
    held = engine.query("select count(*) as n from conversations")
    engine.close()
    return int(held["n"][0].as_py())


def commit(
    store: Store, stage: Stage, *, replay_of: int | None = None, done: Done | None = None
) -> tuple[list[dict[str, Any]], Threads]:
    """Steps 2 and 3. The rows of the ledger, still without versions, and the numbers of what was staged.

    ``done``: a source and its own number of this batch, for the commit of the ledger.
    """
    stored = None if store.version(MESSAGES) is None else KnownIds(store)
    threads = number(stage.ids, stored)
    brands = pa.array(sorted({*stage.brands, *(stored.brands if stored else ())}), pa.string())
    if (dead := stage.dead_letters()) is not None:
        store.append(DEAD_LETTERS, dead, writer=WRITER, batch=stage.batch)
    deletions = deletions_of(store, stage, stored, threads)
    if deletions.rows.num_rows:
        store.append(DELETIONS, deletions.rows, writer=WRITER, batch=stage.batch)
    if (attached := _attachments(stage, threads, deletions.wordless)).num_rows:
        store.append(ATTACHMENTS, attached, writer=WRITER, batch=stage.batch)
    if threads.merges:
        store.replace(MERGES, _merged(store, threads), writer=WRITER, batch=stage.batch)
    rows = [{**row, "replay_of": replay_of} for row in _accounts(stage, threads, deletions.stored)]
    if threads.new.any():
        reader = pa.RecordBatchReader.from_batches(
            MESSAGES.schema, _numbered(stage, threads, brands, deletions.wordless)
        )
        note = json.dumps({"batch": stage.batch, "rows": rows, "done": done})
        store.append(MESSAGES, reader, writer=WRITER, batch=stage.batch, note=note)
    return rows, threads


def _merged(store: Store, threads: Threads) -> pa.Table:
    """All merges, those of before followed to where they lead now."""
    into = dict(threads.merges)
    for before in store.rows(MERGES):
        into.setdefault(before["conversation"], into.get(before["into"], before["into"]))
    return pa.table([list(into), list(into.values())], schema=MERGES.schema)


def _accounts(stage: Stage, threads: Threads, deletions: Sequence[int]) -> list[dict[str, Any]]:
    ends = np.cumsum([source.rows for source in stage.sources])
    return [
        _account(stage.batch, source, int(threads.new[end - source.rows : end].sum()) + deleted)
        for source, end, deleted in zip(stage.sources, ends.tolist(), deletions, strict=True)
    ]


def _account(batch: int, source: StagedSource, stored: int) -> dict[str, Any]:
    return {
        "batch": batch,
        "source": source.name,
        "format": source.format,
        "digest": source.digest,
        "bytes": source.bytes,
        "received": source.received,
        "stored": stored,
        "duplicates": source.rows + source.deletions - stored,
        "skipped": json.dumps(dict(sorted(source.skipped.items()))),
    }


def _numbered(stage: Stage, threads: Threads, brands: pa.Array, wordless: Ints) -> Iterator[pa.RecordBatch]:
    """The new messages of the stage in the shape of the facts, those that were taken back without text."""
    start = 0
    for staged in stage.messages():
        rows = slice(start, start + staged.num_rows)
        start += staged.num_rows
        new = threads.new[rows]
        parent = threads.parent[rows]
        columns = {name: staged[name] for name in staged.schema.names}
        columns["brand"] = canonical_brand(staged["brand"], staged["mention"], brands)
        if len(wordless):
            gone = pa.array(np.isin(threads.message[rows], wordless))
            columns["text"] = pc.if_else(gone, "", columns["text"])
        columns["message"] = pa.array(threads.message[rows])
        columns["conversation"] = pa.array(threads.conversation[rows])
        columns["parent"] = pa.array(parent, mask=parent == 0)
        columns["batch"] = pa.repeat(pa.scalar(stage.batch, pa.int64()), staged.num_rows)
        arrays = [columns[name] for name in MESSAGES.schema.names]
        batch = pa.RecordBatch.from_arrays(arrays, schema=MESSAGES.schema)
        yield batch if new.all() else batch.filter(pa.array(new))


def _attachments(stage: Stage, threads: Threads, wordless: Ints) -> pa.Table:
    """Those of the new messages in the shape of the facts; of what was taken back only the kind."""
    attached = stage.attached()
    rows = attached["row"].to_numpy()
    new = threads.new[rows]
    kept = attached.filter(pa.array(new)).drop_columns("row")
    kept = kept.add_column(0, "message", pa.array(threads.message[rows[new]]))
    gone = pa.array(np.isin(kept["message"], wordless))
    for at, name in enumerate(kept.column_names):
        if name in ("address", "alt"):
            kept = kept.set_column(at, name, pc.if_else(gone, pa.scalar(None, pa.string()), kept[name]))
    batch = pa.repeat(pa.scalar(stage.batch, pa.int64()), kept.num_rows)
    return kept.append_column("batch", batch).cast(ATTACHMENTS.schema)


def count_of(row: dict[str, Any]) -> SourceCount:
    return SourceCount(
        source=row["source"],
        format=row["format"],
        received=row["received"],
        stored=row["stored"],
        duplicates=row["duplicates"],
        skipped=json.loads(row["skipped"]),
    )
