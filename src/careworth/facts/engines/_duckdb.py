"""DuckDB in this process, over the Parquet files of one snapshot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from careworth.errors import EngineError
from careworth.facts._files import COMPRESSION, LEVEL
from careworth.facts.dialects import DUCKDB
from careworth.facts.schema import MERGES, MESSAGES, TABLES

_BATCH_ROWS = 100_000


class DuckDBEngine:
    """The default engine. ``files``: table -> Parquet files, as a Snapshot lists them; the rest are empty."""

    dialect = DUCKDB

    def __init__(self, files: Mapping[str, tuple[str, ...]], spill: Path | None = None) -> None:
        self._connection = duckdb.connect(":memory:")
        # Order of rows costs memory and means nothing: every text sorts what must be sorted.
        self.run("set preserve_insertion_order = false")
        self.run("set timezone = 'UTC'")
        if spill is not None:
            self.run(f"set temp_directory = {_quoted(str(spill))}")
        for name, table in TABLES.items():
            if not files.get(name):
                self.register(name, table.empty())
            elif name != MESSAGES.name:
                self.run(f"create view {name} as from {_parquet(files[name])}")
        if files.get(MESSAGES.name):
            self._view_messages(files)

    def _view_messages(self, files: Mapping[str, tuple[str, ...]]) -> None:
        """Messages carry the number their conversation had when they came; merges are applied here."""
        stored = _parquet(files[MESSAGES.name])
        if not files.get(MERGES.name):
            self.run(f"create view messages as from {stored}")
            return
        self.run(
            f"""create view messages as
            select m.* replace (coalesce(g."into", m.conversation) as conversation)
            from {stored} m left join merges g on g.conversation = m.conversation"""
        )

    def narrow_messages(self, condition: str) -> None:
        """From now on ``messages`` holds only the rows that fulfil a condition."""
        self.run("alter view messages rename to all_messages")
        self.run(f"create view messages as from all_messages where {condition}")

    def register(self, name: str, rows: pa.Table) -> None:
        self._connection.register(name, rows)

    def run(self, sql: str) -> None:
        """A statement without an answer."""
        with _told():
            self._connection.execute(sql).fetchall()

    def query(self, sql: str) -> pa.Table:
        with _told():
            return self._connection.sql(sql).to_arrow_table()

    def copy(self, sql: str, path: Path) -> int:
        """Write the answer to a Parquet file; how many rows it has. Raises OSError when the disk is full."""
        options = f"format parquet, compression {COMPRESSION}, compression_level {LEVEL}"
        with _told():
            try:
                copied = self._connection.execute(f"copy ({sql}) to {_quoted(str(path))} ({options})")
            except duckdb.IOException as problem:
                raise OSError(str(problem)) from problem
            return int(copied.fetchall()[0][0])

    def stream(self, sql: str) -> pa.RecordBatchReader:
        """The answer as a reader; the engine can do nothing else until it is read to its end."""
        with _told():
            return self._connection.sql(sql).to_arrow_reader(_BATCH_ROWS)

    def close(self) -> None:
        self._connection.close()


def _parquet(paths: tuple[str, ...]) -> str:
    return f"read_parquet([{', '.join(map(_quoted, paths))}])"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as problem:
        raise EngineError(f"DuckDB refused a query: {problem}.") from problem
