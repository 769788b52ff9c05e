"""DuckDB in this process, over the Parquet files of one snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import duckdb
import pyarrow as pa

from careworth.errors import EngineError
from careworth.facts._files import COMPRESSION, LEVEL
from careworth.facts._recent import RECENT, both_parts
from careworth.facts.dialects import DUCKDB, quoted
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
        # DuckDB's own choice is a folder where the command was started.
        self.run(f"set temp_directory = {quoted(str(spill or Path(gettempdir()) / 'careworth-spill'))}")
        for name, table in TABLES.items():
            shown = f"stored_{name}" if name in RECENT or name == MESSAGES.name else name
            if files.get(name):
                self.run(f"create view {shown} as from {_parquet(files[name])}")
            else:
                self.register(shown, table.empty())
        for name, recent in RECENT.items():
            text = both_parts(TABLES[name]) if files.get(recent.name) else f"from stored_{name}"
            self.run(f"create view {name} as {text}")
        self._merging = bool(files.get(MERGES.name))
        self._view_messages()

    def _view_messages(self, condition: str = "true") -> None:
        """Messages carry the number their conversation had when they came; merges are applied here."""
        stored = f"(from stored_{MESSAGES.name} where {condition})"
        if not self._merging:
            self.run(f"create or replace view messages as from {stored}")
            return
        self.run(
            f"""create or replace view messages as
            select m.* replace (coalesce(g."into", m.conversation) as conversation)
            from {stored} m left join merges g on g.conversation = m.conversation"""
        )

    def narrow_messages(self, conversations: pa.Table) -> None:
        """From now on ``messages`` holds only those of some conversations (one column, ``conversation``)."""
        self.register("touched", conversations)
        self.run(
            """create or replace temp table touched_as_stored as select conversation from touched
            union select conversation from merges where "into" in (select conversation from touched)"""
        )
        self._view_messages("conversation in (select conversation from touched_as_stored)")

    def hold_messages(self, columns: Sequence[str]) -> None:
        """Read these columns of ``messages`` once, into memory: for few rows that are asked several times."""
        self.run(f"create or replace temp table held_messages as select {', '.join(columns)} from messages")
        self.run("create or replace view messages as from held_messages")

    def limit_memory(self, megabytes: int) -> None:
        """What does not fit goes to disk. DuckDB's own limit is most of the machine."""
        self.run(f"set memory_limit = '{megabytes}MB'")

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
                copied = self._connection.execute(f"copy ({sql}) to {quoted(str(path))} ({options})")
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
    return f"read_parquet([{', '.join(map(quoted, paths))}])"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as problem:
        raise EngineError(f"DuckDB refused a query: {problem}.") from problem
