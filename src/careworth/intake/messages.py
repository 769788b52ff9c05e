"""Bring a batch of messages in that a stream has read already, exactly once."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from careworth.facts.schema import BATCHES
from careworth.facts.store import Store
from careworth.intake._ledger import Also, finish, next_batch, recover
from careworth.intake._stage import Stage
from careworth.intake.formats import Chunk, ReadOptions
from careworth.intake.ingest import Ingested, commit, count_of


@dataclass(frozen=True, slots=True)
class MessageBatch:
    """Messages of one source, in the order in which it gave them.

    ``number``: the source's own number of this batch, 1 or more, growing. ``chunk``: messages in the shape of
    ``INCOMING`` and records that could not be read. ``form``: the format that would read its dead letters.
    """

    source: str
    number: int
    form: str
    chunk: Chunk


def ingest_messages(
    store: Store,
    batch: MessageBatch,
    *,
    now: datetime,
    options: ReadOptions | None = None,
    also: Also = lambda batch, stored: None,
) -> Ingested | None:
    """Store a batch with its threads resolved. None when this number of the source is in the store already.

    Costs by the size of the batch, not of the store. Raises StoreBusy when another process is writing;
    whatever is raised, and after a kill, the same call again stores it once. ``also`` is as for ``ingest``.
    """
    source = f"stream {batch.source}"
    with store.writing():
        recover(store, now)
        if store.done(BATCHES, source) >= batch.number:
            return None
        folder = store.folder / "staging"
        try:
            with Stage(folder, next_batch(store)) as stage:
                stage.take_chunk(batch.source, batch.form, batch.chunk, options or ReadOptions())
                rows = commit(store, stage, done=(source, batch.number))
            version = finish(store, stage.batch, rows, now, also, (source, batch.number))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Ingested(stage.batch, version, tuple(count_of(row) for row in rows), ())


def batches_done(store: Store, source: str) -> int:
    """The number of the newest batch of a source that the store has; 0 when it has none."""
    return store.done(BATCHES, f"stream {source}")
