"""The store: Delta tables in one folder, a ledger that ties their versions together, one writer at a time.

A batch is visible from the moment its row stands in the ledger, all of it at once. What a killed process
left behind without such a row is never read; ``careworth.intake`` completes or repeats it.
"""

import fcntl
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from careworth.errors import NoFacts, NoSuchVersion, StoreBusy, StoreError
from careworth.facts._files import DataFile, data_file, greatest, new_path, write_files
from careworth.facts._log import LogEntry, entry, is_newest
from careworth.facts.schema import BATCHES, TABLES, Table

Rows: TypeAlias = Any
"""A pyarrow Table or RecordBatchReader in the schema of the table."""

Done: TypeAlias = tuple[str, int]
"""The name of a writer and the number it has come to."""

SMALL_FILES, ROWS_OF_A_SMALL_FILE, ROWS_TOGETHER = 32, 50_000, 200_000
"""So many files of fewer rows become one, or as many as hold so many rows together: many batches would make a
table slow to open, and to bring all their rows together at once would keep a fast stream waiting."""

# Old log entries are what lets a report be recomputed as of its day: never clean them up on the side.
_KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
_IMPOSSIBLE = re.compile(r"[\[\]\\]|%[0-9A-Fa-f]{2}")
"""What the path of a Delta table cannot hold: it is taken for part of an address."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state of all tables: the Parquet files of each, and when it was committed."""

    version: int
    committed_at: datetime
    files: Mapping[str, tuple[str, ...]]


class Store:
    """Facts under one folder. Reading needs no lock; writing holds ``writing()``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if found := _IMPOSSIBLE.search(str(folder.absolute())):
            raise StoreError(
                f"The facts cannot be kept in {folder}: its path holds {found.group()!r}.",
                hint="Choose a folder without square brackets, backslashes and percent signs.",
            )
        self._held: dict[str, DeltaTable] | None = None
        """Tables that were opened while this store holds the lock: nobody else changes them then."""
        self._left: dict[str, tuple[DeltaTable, LogEntry]] = {}
        """Tables as they were when the lock was given back, with their newest log entry."""

    def __repr__(self) -> str:
        return f"Store({str(self.folder)!r})"

    def exists(self) -> bool:
        return DeltaTable.is_deltatable(self._uri(BATCHES))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for one writer. Raises StoreBusy when another process has it.

        The lock is the kernel's: it ends with the process, however that ends.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "writer.lock").open("w")
        except OSError as problem:
            raise StoreError(f"Nothing can be written to {self.folder}: {problem}.", hint=_MEND) from problem
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                raise StoreBusy(
                    f"Another process is writing to {self.folder}.", hint="Wait until it has finished."
                ) from problem
            self._held = self._unchanged()
            try:
                yield
                self._left = {
                    name: (delta, self._entry_of(name, delta)) for name, delta in self._held.items()
                }
            finally:
                self._held = None

    def _unchanged(self) -> dict[str, DeltaTable]:
        """Tables that nobody else has written to since this store gave the lock back."""
        left, self._left = self._left, {}
        return {
            name: delta
            for name, (delta, known) in left.items()
            if is_newest(self.folder / name, delta.version(), known)
        }

    def _entry_of(self, name: str, delta: DeltaTable) -> LogEntry:
        return entry(self.folder / name, delta.version())

    def append(
        self, table: Table, rows: Rows, *, writer: str, batch: int, note: str = "", also: Done | None = None
    ) -> int:
        """Append rows in one commit and give the version it made; a repeat of (writer, batch) is a no-op.

        ``note`` is kept in the commit and comes back from ``note(table, version)``, ``also`` another writer's
        number, which ``done`` gives. Many small files are made into few by the same commit.
        """
        delta = self._open(table)
        if delta is not None and (delta.transaction_version(writer) or 0) >= batch:
            return delta.version()
        properties = _properties([(writer, batch), *([also] if also else [])], note)
        small = [] if delta is None else _too_many_small(delta)
        with self._telling(table):
            batches = chain(
                _batches(rows), _rows_of([str(self.folder / table.name / one) for one in small], table)
            )
            files = write_files(Path(self._uri(table)), table.schema, batches)
            return self._commit(table, files, "append", properties, small)

    def done(self, table: Table, writer: str) -> int:
        """The newest number of a writer in the commits of a table; 0 when it has none."""
        delta = self._open(table)
        return 0 if delta is None else delta.transaction_version(writer) or 0

    def replace(self, table: Table, rows: Rows, *, writer: str, batch: int) -> int:
        """Put these rows in the place of all rows of the table, in one commit."""
        return self._write(table, rows, "overwrite", writer, batch)

    def replace_by(self, table: Table, write: Callable[[Path], int], *, writer: str, batch: int) -> int:
        """The same with one Parquet file: ``write`` makes it at a path and says how many rows it has."""
        with self._telling(table):
            path = new_path(Path(self._uri(table)))
            files = [data_file(path, write(path))]
            return self._commit(table, files, "overwrite", _properties([(writer, batch)], ""))

    def _write(self, table: Table, rows: Rows, mode: Any, writer: str, batch: int) -> int:
        with self._telling(table):
            files = write_files(Path(self._uri(table)), table.schema, _batches(rows))
            return self._commit(table, files, mode, _properties([(writer, batch)], ""))

    def _commit(
        self,
        table: Table,
        files: list[DataFile],
        mode: Any,
        properties: CommitProperties,
        gone: Sequence[str] = (),
    ) -> int:
        """Name files as part of a table (append) or as all of it (overwrite); ``gone`` are part no longer."""
        delta = self._open(table)
        actions = [_action(file) for file in files]
        if delta is None:
            schema = Schema.from_arrow(table.schema)
            create_table_with_add_actions(self._uri(table), schema, actions, commit_properties=properties)
            return DeltaTable(self._uri(table)).version()
        now = max((file.made_at for file in files), default=0)
        delta.create_write_transaction(
            [*actions, *(RemoveAction(name, False, now) for name in gone)],
            mode,
            table.schema,
            commit_properties=properties,
            post_commithook_properties=_KEEP_LOG,
        )
        delta.update_incremental()
        return delta.version()

    @contextmanager
    def _telling(self, table: Table) -> Iterator[None]:
        try:
            yield
        except (OSError, DeltaError) as problem:  # a full disk comes as either
            what = str(problem).partition("\n")[0].rstrip(".")
            raise StoreError(
                f"The table {table.name} in {self.folder} could not be written: {what}.", hint=_MEND
            ) from problem

    def add(self, table: Table, rows: Rows) -> None:
        """Append rows to a table that no snapshot names."""
        self._write(table, rows, "append", "careworth.store", 0)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a small table in its newest version; none when it was never written."""
        delta = self._open(table)
        return [] if delta is None else list(_read(delta, table).to_pylist())

    def version(self, table: Table) -> int | None:
        """The newest Delta version of a table, whether the ledger names it or not."""
        delta = self._open(table)
        return None if delta is None else delta.version()

    def roll_back(self, table: Table, version: int | None, *, writer: str) -> None:
        """Undo what a writer wrote after a version (None: everything). History is kept.

        Its batch numbers since then count as not written, or ``append`` would skip them next time.
        """
        if version is None:
            self._write(table, table.empty(), "overwrite", writer, 0)
            return
        batch = DeltaTable(self._uri(table), version=version).transaction_version(writer) or 0
        with self._telling(table):
            DeltaTable(self._uri(table)).restore(
                version,
                commit_properties=_properties([(writer, batch)], ""),
                post_commithook_properties=_KEEP_LOG,
            )
        if self._held is not None:
            self._held.pop(table.name, None)

    def counts(self, table: Table) -> dict[str, int]:
        """Path of each file of a table's newest version -> how many rows it has."""
        delta = self._open(table)
        return (
            {} if delta is None else {str(self.folder / table.name / name): n for name, n in _counts(delta)}
        )

    def identity(self, table: Table) -> str:
        """What tells a table from another that stood in the same folder before."""
        delta = self._open(table) or DeltaTable(self._uri(table))
        return str(delta.metadata().id)

    def newest_files(self) -> dict[str, tuple[str, ...]]:
        """Table -> files of its newest version, also of a batch that the ledger does not name yet."""
        deltas = {name: self._open(table) for name, table in TABLES.items()}
        return {name: _files(delta) for name, delta in deltas.items() if delta is not None}

    def note(self, table: Table, version: int) -> str:
        """What ``append`` kept with the commit of this version."""
        newest = DeltaTable(self._uri(table))
        commits = newest.history(newest.version() - version + 1)
        return str(next(c for c in commits if c["version"] == version).get("careworth", ""))

    def ledger(self, version: int | None = None) -> pa.Table:
        """The rows of ``batches``, oldest first. Raises NoFacts or NoSuchVersion."""
        rows = _read(self._at(BATCHES, self._existing(version)), BATCHES)
        order = list(zip(rows["batch"].to_pylist(), rows["source"].to_pylist(), strict=True))
        if order == sorted(order):  # as a rule; sorting would import pyarrow.compute
            return rows
        return rows.sort_by([("batch", "ascending"), ("source", "ascending")])

    def _existing(self, version: int | None) -> int:
        """A version of the ledger, None: the newest. Raises NoFacts or NoSuchVersion."""
        newest = self.version(BATCHES)
        if newest is None:
            raise NoFacts(
                f"There are no facts in {self.folder}.",
                hint="Bring some in with: careworth ingest PATH --data " + str(self.folder.parent),
            )
        if version is not None and not 0 <= version <= newest:
            raise NoSuchVersion(
                f"There is no version {version} of the facts.",
                hint=f"Versions go from 0 to {newest}; careworth doctor lists them.",
            )
        return newest if version is None else version

    def versions(self, ledger_version: int | None = None) -> dict[str, int]:
        """Table -> Delta version, as the newest row of the ledger says; {} before the first batch."""
        if not self.exists():
            return {}
        return self._newest(self._existing(ledger_version))[1]

    def _newest(self, ledger_version: int) -> tuple[datetime, dict[str, int]]:
        """When the newest batch of a ledger was entered, and the versions it names.

        Only one file is read: the ledger of a stream has a row every few seconds.
        """
        files = _files(self._at(BATCHES, ledger_version))
        rows = _as_in(BATCHES, pq.ParquetFile(max(files, key=_newest_batch)).read())
        batches = rows["batch"].to_pylist()
        newest = batches.index(max(batches))
        return _moment(rows["at"][newest]), json.loads(rows["versions"][newest].as_py())

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The state of all tables at a version of the ledger (default: the newest)."""
        number = self._existing(version)
        at, versions = self._newest(number)
        versions[BATCHES.name] = number
        files = {
            name: _files(self._at(table, versions[name]))
            for name, table in TABLES.items()
            if name in versions
        }
        return Snapshot(number, at, files)

    def _open(self, table: Table) -> DeltaTable | None:
        """The newest version of a table. Opening one costs milliseconds, and a batch asks for it often."""
        if self._held is not None and table.name in self._held:
            return self._held[table.name]
        uri = self._uri(table)
        if not DeltaTable.is_deltatable(uri):
            return None
        delta = DeltaTable(uri)
        if self._held is not None:
            self._held[table.name] = delta
        return delta

    def _at(self, table: Table, version: int) -> DeltaTable:
        newest = self._open(table)
        if newest is not None and newest.version() == version:
            return newest
        return DeltaTable(self._uri(table), version=version)

    def _uri(self, table: Table) -> str:
        return str(self.folder / table.name)


_MEND = "Make room or mend the folder, then run the same command again: nothing was lost."


def _action(file: DataFile) -> AddAction:
    stats = json.dumps({"numRecords": file.rows})
    return AddAction(file.name, file.bytes, {}, 0, True, stats)


def _properties(done: Sequence[Done], note: str) -> CommitProperties:
    transactions = [Transaction(writer, number) for writer, number in done]
    return CommitProperties(app_transactions=transactions, custom_metadata={"careworth": note})


def _too_many_small(delta: DeltaTable) -> list[str]:
    """Names of the small files of a table, when there are many."""
    small = {name: rows for name, rows in _counts(delta) if rows < ROWS_OF_A_SMALL_FILE}
    many = len(small) >= SMALL_FILES or sum(small.values()) >= ROWS_TOGETHER
    return list(small) if many else []


def _counts(delta: DeltaTable) -> list[tuple[str, int]]:
    """Name of each file and how many rows it has."""
    adds = pa.table(delta.get_add_actions(flatten=True))
    names = map(unquote, adds["path"].to_pylist())
    return list(zip(names, adds["num_records"].to_pylist(), strict=True))


def _batches(rows: Rows) -> Any:
    return rows.to_batches() if isinstance(rows, pa.Table) else rows


def _rows_of(paths: Sequence[str], table: Table) -> Iterator[pa.RecordBatch]:
    for path in paths:
        yield from _as_in(table, pq.ParquetFile(path).read()).to_batches()


def _files(delta: DeltaTable) -> tuple[str, ...]:
    """Paths of the files: ``file_uris`` writes a blank as ``%20``."""
    return tuple(unquote(uri) for uri in delta.file_uris())


def _newest_batch(path: str) -> int:
    return greatest(path, "batch")


def _read(delta: DeltaTable, table: Table) -> pa.Table:
    """A small table whole. Not by pyarrow's datasets: to import them takes longer than to read."""
    parts = [_as_in(table, pq.ParquetFile(path).read()) for path in _files(delta)]
    return pa.concat_tables(parts) if parts else table.empty()


def _as_in(table: Table, part: pa.Table) -> pa.Table:
    """The columns in the types of the schema. Not by ``part.cast``: it looks for pandas for 0.3 s."""
    columns = [_in_type(part[column.name], column.type) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _in_type(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    return column if column.type == wanted else column.cast(wanted)


def _moment(value: pa.Scalar) -> datetime:
    """Not by ``as_py``, for the same reason."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value.value)
