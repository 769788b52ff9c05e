"""Where a batch waits on disk until all of it is read and nothing can go wrong any more.

Threads can only be resolved when every id of the batch is known, and the texts of a large batch do not
fit into memory. So texts go to files of Arrow batches; only ids stay.
"""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import StoreError
from careworth.facts.schema import DEAD_LETTERS
from careworth.intake._ahead import ahead
from careworth.intake._normalise import STAGED, normalise
from careworth.intake.formats import ATTACHED, DELETED, Chunk, Format, ReadOptions, Rejected, Source

Ints = npt.NDArray[np.int64]
Progress = Callable[[str, int], None]
"""Called with the name of a source and how many records of it were read so far."""

_READ_BYTES = 4 << 20
_KEPT_AT_ONCE = 131_072
_READ_AHEAD = 12
"""Chunks that may wait: more than make ``_KEPT_AT_ONCE``, or reading would wait for the rules."""
_BURIED_AT_ONCE = 1000  # each takes its header along, which may be long


@dataclass(slots=True)
class StagedSource:
    """What was read of one source."""

    name: str
    format: str
    rows: int = 0
    deletions: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    digest: str = ""

    @property
    def received(self) -> int:
        return self.rows + self.deletions + self.skipped.total()


@dataclass(slots=True)
class Ids:
    """Ids of all staged rows, in their order; one array a batch."""

    channel: list[pa.Array] = field(default_factory=list)
    own: list[pa.Array] = field(default_factory=list)
    parent: list[pa.Array] = field(default_factory=list)
    hint: list[pa.Array] = field(default_factory=list)
    micros: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = field(default_factory=list)


class Stage:
    """One batch on its way; a context that closes the files it writes."""

    def __init__(self, folder: Path, batch: int) -> None:
        with _telling(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self.batch = batch
        self.sources: list[StagedSource] = []
        self.ids = Ids()
        self.brands: set[str] = set()
        self._messages = _Spool(folder / "messages.arrow", STAGED)
        self._dead = _Spool(folder / "dead.arrow", DEAD_LETTERS.schema)
        self._attached: list[pa.RecordBatch] = []
        self._deleted: list[pa.RecordBatch] = []

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._messages.finish()
        self._dead.finish()

    def take(self, source: Source, form: Format, options: ReadOptions, progress: Progress) -> None:
        """Read all of a source. Raises FormatError or InputError; the batch is then to be given up."""
        staged = self._new_source(str(source), form.name)
        given_up = threading.Event()
        with ThreadPoolExecutor(1) as beside:
            # While it is read, not after: the start of a large file has left the system's memory by then.
            digest = beside.submit(digest_of, source, given_up.is_set)
            try:
                self._read(staged, ahead(form.read(source, options), _READ_AHEAD), options, progress)
                staged.digest, staged.bytes = digest.result()
            finally:
                given_up.set()

    def _read(
        self, staged: StagedSource, chunks: Iterable[Chunk], options: ReadOptions, progress: Progress
    ) -> None:
        waiting: list[pa.RecordBatch] = []
        for chunk in chunks:
            self._note(staged, chunk)
            waiting.append(chunk.messages)
            staged.rows += chunk.messages.num_rows
            if sum(batch.num_rows for batch in waiting) >= _KEPT_AT_ONCE:
                self._keep(waiting, options)
                waiting = []
            self._bury_all(staged, chunk)
            progress(staged.name, staged.received)
        self._keep(waiting, options)

    def take_chunk(self, name: str, form: str, chunk: Chunk, options: ReadOptions) -> None:
        """Take what was read already."""
        staged = self._new_source(name, form)
        self._note(staged, chunk)
        staged.rows = chunk.messages.num_rows
        self._keep([chunk.messages], options)
        self._bury_all(staged, chunk)

    def _new_source(self, name: str, form: str) -> StagedSource:
        staged = StagedSource(name, form)
        self.sources.append(staged)
        return staged

    def _keep(self, batches: list[pa.RecordBatch], options: ReadOptions) -> None:
        """Several batches as one: rules over the words are compiled anew for every call."""
        if not any(batch.num_rows for batch in batches):
            return
        rows = normalise(pa.concat_batches(batches), options.brands)
        self._messages.write(rows)
        self.ids.channel.append(rows["channel"])
        self.ids.own.append(rows["external_id"])
        self.ids.parent.append(rows["parent_external_id"])
        self.ids.hint.append(rows["thread_hint"])
        self.ids.micros.append(np.asarray(rows["sent_at"].cast(pa.int64())))
        self.brands.update(pc.unique(rows["brand"].drop_null()).to_pylist())

    def _note(self, staged: StagedSource, chunk: Chunk) -> None:
        """Keep what stands beside the messages that are staged next; it is little and short."""
        if chunk.deleted is not None:
            staged.deletions += chunk.deletions
            self._deleted.append(chunk.deleted)
        if chunk.attached is not None:
            first = sum(source.rows for source in self.sources)
            rows = pc.add(chunk.attached["row"], first)
            self._attached.append(chunk.attached.set_column(0, ATTACHED.field(0), rows))

    def _bury_all(self, staged: StagedSource, chunk: Chunk) -> None:
        for first in range(0, len(chunk.rejected), _BURIED_AT_ONCE):
            self._bury(staged, chunk.rejected[first : first + _BURIED_AT_ONCE], chunk.header)

    def _bury(self, staged: StagedSource, rejected: Sequence[Rejected], header: bytes) -> None:
        staged.skipped.update(dead.reason for dead in rejected)
        columns = {
            "batch": [self.batch] * len(rejected),
            "source": [staged.name] * len(rejected),
            "line": [dead.line for dead in rejected],
            "reason": [dead.reason for dead in rejected],
            "detail": [dead.detail for dead in rejected],
            "format": [staged.format] * len(rejected),
            "header": [header] * len(rejected),
            "raw": [dead.raw for dead in rejected],
        }
        self._dead.write(pa.RecordBatch.from_pydict(columns, schema=DEAD_LETTERS.schema))

    def clear(self) -> None:
        """Give back the memory that ids and files take up, also that of the system, to what follows."""
        self.ids = Ids()
        pa.default_memory_pool().release_unused()
        self._messages.delete()
        self._dead.delete()

    def messages(self) -> Iterator[pa.RecordBatch]:
        """The staged messages again, in their order."""
        return self._messages.read()

    def attached(self) -> pa.Table:
        """Attachments in the shape of ``ATTACHED``; ``row`` counts all messages of the stage."""
        return pa.Table.from_batches(self._attached, ATTACHED)

    def deleted(self) -> tuple[pa.Table, Ints]:
        """What was taken back, in the shape of ``DELETED``, and the place of the source that said so."""
        sources = np.arange(len(self.sources)).repeat([source.deletions for source in self.sources])
        return pa.Table.from_batches(self._deleted, DELETED), sources

    def dead_letters(self) -> pa.RecordBatchReader | None:
        if self._dead.rows == 0:
            return None
        return pa.RecordBatchReader.from_batches(DEAD_LETTERS.schema, self._dead.read())


def digest_of(source: Source, given_up: Callable[[], bool] = lambda: False) -> tuple[str, int]:
    """SHA-256 of the bytes of a source, decompressed, and how many they are.

    ``given_up`` is asked again and again whether anybody still wants to know.
    """
    digest, size = hashlib.sha256(), 0
    with source.open() as stream:
        while not given_up() and (data := stream.read(_READ_BYTES)):
            digest.update(data)
            size += len(data)
    return digest.hexdigest(), size


class _Spool:
    """A file of Arrow batches: written once, then read. Raises StoreError when the disk is full."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._path = path
        with _telling(path):
            self._sink = pa.OSFile(str(path), "wb")
            self._writer = pa.ipc.new_stream(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        with _telling(self._path):
            self._writer.write_batch(batch)

    def finish(self) -> None:
        if self._sink.closed:
            return
        with _telling(self._path):
            try:
                self._writer.close()
            finally:
                self._sink.close()

    def delete(self) -> None:
        self.finish()
        self._path.unlink(missing_ok=True)

    def read(self) -> Iterator[pa.RecordBatch]:
        self.finish()
        with pa.OSFile(str(self._path), "rb") as file, pa.ipc.open_stream(file) as batches:
            yield from batches


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StoreError(
            f"The batch could not be kept in {path}: {problem}.",
            hint="Make room, then run the same command again: nothing has changed.",
        ) from problem
