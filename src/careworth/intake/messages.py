"""Bring a batch of messages in that a stream has read already, exactly once."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa

from careworth.enrich.own import OwnLabeller
from careworth.enrich.rows import numbered
from careworth.facts.schema import BATCHES
from careworth.facts.store import Store
from careworth.intake._ledger import finish, next_batch, recover
from careworth.intake._stage import Stage
from careworth.intake.formats import Chunk, ReadOptions
from careworth.intake.ingest import Ingested, commit, count_of
from careworth.intake.labelling import store_labels
from careworth.intake.threads import Threads


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
    said: pa.RecordBatch | None = None
    """Labels of the messages of the chunk, in the shape of ``SAID``, where they have been labelled."""


def ingest_messages(
    store: Store,
    batch: MessageBatch,
    *,
    now: datetime,
    options: ReadOptions | None = None,
    labeller: OwnLabeller | None = None,
) -> Ingested | None:
    """Store a batch with its threads resolved. None when this number of the source is in the store already.

    Costs by the size of the batch, not of the store. Raises StoreBusy when another process is writing;
    whatever is raised, and after a kill, the same call again stores it once. ``labeller``: what gave the
    labels of the batch. One that was killed between messages and labels is completed without labels.
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
                rows, threads = commit(store, stage, done=(source, batch.number))
            also = partial(_label, store, batch, labeller, threads)
            version = finish(store, stage.batch, rows, now, also, (source, batch.number))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return Ingested(stage.batch, version, tuple(count_of(row) for row in rows), ())


def _label(
    store: Store,
    brought: MessageBatch,
    labeller: OwnLabeller | None,
    threads: Threads,
    batch: int,
    stored: int,
) -> None:
    if brought.said is not None and labeller is not None:
        new = pa.array(threads.new)
        rows = numbered(pa.array(threads.message).filter(new), brought.said.filter(new))
        store_labels(store, pa.RecordBatchReader.from_batches(rows.schema, [rows]), labeller, batch)


def batches_done(store: Store, source: str) -> int:
    """The number of the newest batch of a source that the store has; 0 when it has none."""
    return store.done(BATCHES, f"stream {source}")
