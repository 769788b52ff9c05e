"""Labels for messages that are stored: those that have none, or all anew when a model has changed.

Messages without labels are done in pieces, each a commit and a row of the ledger, so that what was done
stays done when the process is killed. Where labels of another version are stored, all messages are
labelled anew in one commit: no measure ever mixes what two models said.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from careworth.enrich.own import OwnLabeller
from careworth.enrich.quality import Measured, Quality
from careworth.enrich.rows import rows_of
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import LABEL_ERRORS, LABELS
from careworth.facts.store import Store
from careworth.intake._ledger import WRITER, enter, newest_versions, next_batch, recover

PIECE = 250_000
"""Messages of a commit: about six seconds of work."""
FEWEST = 40
"""Tagged conversations of each answer from which a company's own tags say how good the labels are."""

Progress = Callable[[str, int], None]

_WAITING = "from messages m where not exists (select 1 from labels l where l.message = m.message)"
_TAGGED = """
select count(case when tagged_service and l.kind = 'service' then 1 end) as true_yes,
       count(case when tagged_service and l.kind <> 'service' then 1 end) as false_no,
       count(case when not tagged_service and l.kind <> 'service' then 1 end) as true_no,
       count(case when not tagged_service and l.kind = 'service' then 1 end) as false_yes
from conversations c join labels l on l.message = c.opening
where c.tagged and c.opened_by_customer
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What was labelled. ``anew``: whether labels of another version were replaced."""

    messages: int
    anew: bool
    labels: str
    """The version of the labels."""
    errors: Measured
    version: int
    """The version of the facts."""


def label_messages(
    store: Store, labeller: OwnLabeller, *, now: datetime, progress: Progress = lambda what, done: None
) -> Labelled:
    """Label what is stored, and measure how the labels of requests compare with tags.

    ``now`` is the moment noted in the ledger. Raises NoFacts.
    """
    with store.writing():
        recover(store, now)
        anew = _holds_others(store, labeller.version)
        done = _all(store, labeller, progress) if anew else _waiting(store, labeller, now, progress)
        errors = _note_errors(store, labeller)
        _tell_ledger(store, labeller, now)
    return Labelled(done, anew, labeller.version, errors, store.snapshot().version)


def label_batch(store: Store, labeller: OwnLabeller, batch: int) -> None:
    """Label the messages of a batch that the ledger does not name yet, as part of it.

    Nothing is done where the labels stored are of another version: then all wait for ``label_messages``.
    """
    if _version_held(store) not in (None, labeller.version):
        return
    engine = DuckDBEngine(store.newest_files())
    try:
        found = engine.stream(f"select message, text from messages where batch = {batch}")
        rows = pa.RecordBatchReader.from_batches(LABELS.schema, _labelled(labeller, found))
        store_labels(store, rows, labeller, batch)
    finally:
        engine.close()


def store_labels(store: Store, rows: pa.RecordBatchReader, labeller: OwnLabeller, batch: int) -> None:
    """Store labels that the labeller has given to messages of a batch, in the same way."""
    held = _version_held(store)
    if held in (None, labeller.version):
        store.append(LABELS, rows, writer=WRITER, batch=batch)
    if held is None:
        _write_errors(store, labeller, _measured(store, labeller), batch)


def _version_held(store: Store) -> str | None:
    """The version of the labels stored, which all are of. Not by an engine: every batch of a stream asks."""
    path = next((path for path, rows in store.counts(LABELS).items() if rows), None)
    if path is None:
        return None
    return str(pq.ParquetFile(path).read_row_group(0, ["version"])["version"][0].as_py())


def _holds_others(store: Store, version: str) -> bool:
    engine = DuckDBEngine(store.snapshot().files)
    try:
        held = engine.query("select distinct version from labels")["version"].to_pylist()
    finally:
        engine.close()
    return any(one != version for one in held)


def _waiting(store: Store, labeller: OwnLabeller, now: datetime, progress: Progress) -> int:
    engine = DuckDBEngine(store.snapshot().files)
    done = 0
    try:
        for piece in _pieces(_labelled(labeller, engine.stream(f"select m.message, m.text {_WAITING}"))):
            store.append(LABELS, piece, writer=WRITER, batch=next_batch(store))
            _tell_ledger(store, labeller, now)
            done += piece.num_rows
            progress("labels", done)
    finally:
        engine.close()
    return done


def _all(store: Store, labeller: OwnLabeller, progress: Progress) -> int:
    engine = DuckDBEngine(store.snapshot().files)
    done = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal done
        for rows in _labelled(labeller, engine.stream("select message, text from messages")):
            yield rows
            done += rows.num_rows
            progress("labels", done)

    try:
        reader = pa.RecordBatchReader.from_batches(LABELS.schema, counted())
        store.replace(LABELS, reader, writer=WRITER, batch=next_batch(store))
    finally:
        engine.close()
    return done


def _labelled(labeller: OwnLabeller, found: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in found:
        yield rows_of(batch["message"], labeller.label(batch["text"]), labeller.version)


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches brought together to tables of about ``PIECE`` rows."""
    for first in batches:
        some, rows = [first], first.num_rows
        while rows < PIECE and (batch := next(batches, None)) is not None:
            some.append(batch)
            rows += batch.num_rows
        yield pa.Table.from_batches(some)


def _note_errors(store: Store, labeller: OwnLabeller) -> Measured:
    measured = _measured(store, labeller)
    _write_errors(store, labeller, measured, next_batch(store))
    return measured


def _measured(store: Store, labeller: OwnLabeller) -> Measured:
    """Against the company's own tags where there are enough that the model was not trained on."""
    if labeller.labeller.own_request is not None:
        return labeller.errors
    engine = DuckDBEngine(store.newest_files())
    try:
        [counts] = engine.query(_TAGGED).to_pylist()
    finally:
        engine.close()
    seen = Quality(**{name: int(number) for name, number in counts.items()})
    if min(seen.true_yes + seen.false_no, seen.true_no + seen.false_yes) < FEWEST:
        return labeller.errors
    return Measured(seen, "opening messages of the conversations that this company tagged")


def _write_errors(store: Store, labeller: OwnLabeller, measured: Measured, batch: int) -> None:
    q = measured.quality
    row = {
        "version": labeller.version,
        "measured_on": measured.measured_on,
        "true_yes": q.true_yes,
        "false_no": q.false_no,
        "true_no": q.true_no,
        "false_yes": q.false_yes,
    }
    if store.rows(LABEL_ERRORS) != [row]:
        table = pa.Table.from_pylist([row], schema=LABEL_ERRORS.schema)
        store.replace(LABEL_ERRORS, table, writer=WRITER, batch=batch)


def _tell_ledger(store: Store, labeller: OwnLabeller, now: datetime) -> None:
    """A row without records that names the versions there are now, unless the ledger names them already."""
    if newest_versions(store) == store.versions():
        return
    batch = next_batch(store)
    row = {
        "batch": batch,
        "source": labeller.version,
        "format": LABELS.name,
        "digest": "",
        **dict.fromkeys(("bytes", "received", "stored", "duplicates"), 0),
        "skipped": "{}",
        "replay_of": None,
    }
    enter(store, batch, [row], now)
