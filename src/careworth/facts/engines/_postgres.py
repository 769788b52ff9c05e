"""PostgreSQL, over a schema that holds a copy of the facts. Needs the extra ``careworth[postgres]``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv

from careworth.errors import EngineError
from careworth.facts.dialects import POSTGRES, quoted
from careworth.facts.engines._duckdb import DuckDBEngine
from careworth.facts.schema import (
    BATCHES,
    CONVERSATIONS,
    LABEL_ERRORS,
    LABELS,
    MESSAGES,
    MOMENT,
    TURNS,
    Table,
)

if TYPE_CHECKING:
    import psycopg

LOADED = (MESSAGES, CONVERSATIONS, TURNS, LABELS, LABEL_ERRORS, BATCHES)
"""What a server gets. ``messages`` follow the merges already; no measure reads dead letters."""


class PostgresEngine:
    """Asks the facts in one schema of a PostgreSQL server; ``load`` puts them there.

    ``url``: ``postgresql://user:password@host:port/database``. EngineError when psycopg is missing or the
    server does not answer.
    """

    dialect = POSTGRES

    def __init__(self, url: str, schema: str = "careworth") -> None:
        self._schema = schema
        self._connection = _connect(url)
        self._run("set time zone 'UTC'")
        self._run(f"set search_path to {_name(schema)}")

    def register(self, name: str, rows: pa.Table) -> None:
        with _told(), self._connection.transaction():
            self._run(f"drop table if exists pg_temp.{_name(name)}")
            self._run(f"create temporary table {_name(name)} ({_columns(rows.schema)})")
            self._copy(name, rows.to_reader())
            self._run(f"analyze pg_temp.{_name(name)}")

    def query(self, sql: str) -> pa.Table:
        """The answer; whole numbers are int64, other ``numeric`` ones float64, moments are in UTC."""
        with _told(), self._connection.cursor() as cursor:
            cursor.execute(sql.encode())
            described = cursor.description or []
            rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * len(described)
        arrays = [_array(one.type_code, column) for one, column in zip(described, columns, strict=True)]
        return pa.table(arrays, names=[one.name for one in described])

    def load(self, files: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the tables of the schema by those of a snapshot, all in one transaction.

        ``files``: table -> Parquet files, as a Snapshot lists them. Who asks meanwhile gets the old tables.
        """
        source = DuckDBEngine(files)
        try:
            with _told(), self._connection.transaction():
                self._own_schema()
                for table in LOADED:
                    self._create(table)
                    if files.get(table.name):
                        names = ", ".join(map(_name, table.schema.names))
                        self._copy(_new(table), source.stream(f"select {names} from {table.name}"))
                for table in LOADED:
                    self._run(f"drop table if exists {_name(table.name)}")
                    self._run(f"alter table {_name(_new(table))} rename to {_name(table.name)}")
        finally:
            source.close()
        self.analyze()

    def analyze(self) -> None:
        """Tell the server's planner how the tables look. ``load`` does so."""
        for table in LOADED:
            self._run(f"analyze {_name(table.name)}")

    def close(self) -> None:
        self._connection.close()

    def _own_schema(self) -> None:
        """Make the schema where there is none; nobody else loads into it until the transaction ends."""
        schema = quoted(self._schema)
        self._run(f"select pg_advisory_xact_lock(hashtextextended('careworth facts ' || {schema}, 0))")
        # "create schema if not exists" wants the right to create schemas even where the schema exists.
        if self.query(f"select 1 from pg_namespace where nspname = {schema}").num_rows == 0:
            self._run(f"create schema {_name(self._schema)}")

    def _create(self, table: Table) -> None:
        name = _name(_new(table))
        self._run(f"create table {name} ({_columns(table.schema)})")
        self._run(f"comment on table {name} is {quoted(table.meaning)}")
        for column in table.columns:
            self._run(f"comment on column {name}.{_name(column.name)} is {quoted(column.meaning)}")

    def _copy(self, name: str, rows: pa.RecordBatchReader) -> None:
        names = ", ".join(map(_name, rows.schema.names))
        into = f"copy {_name(name)} ({names}) from stdin (format csv)"
        with self._connection.cursor() as cursor, cursor.copy(into.encode()) as copy:
            for batch in rows:
                copy.write(_csv(batch))

    def _run(self, sql: str) -> None:
        with _told():
            self._connection.execute(sql.encode())


def _connect(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError as problem:
        raise EngineError(
            "To ask PostgreSQL, Careworth needs psycopg, which is not installed.",
            hint="Install it with: pip install 'careworth[postgres]'",
        ) from problem
    try:
        timeout = conninfo_to_dict(url).get("connect_timeout") or 10
        address = make_conninfo(url, connect_timeout=timeout, client_encoding="utf8")
    except psycopg.ProgrammingError as problem:  # its message can show the password
        raise EngineError(
            "The address of the PostgreSQL server cannot be understood.",
            hint="Write it as postgresql://user:password@host:5432/database, odd characters as %XX.",
        ) from problem
    try:
        return psycopg.connect(address, autocommit=True)
    except psycopg.OperationalError as problem:
        raise EngineError(
            f"The PostgreSQL server cannot be reached: {str(problem).strip()}.",
            hint="Check the address, the password and that the server is running.",
        ) from problem


def _columns(schema: pa.Schema) -> str:
    return ", ".join(
        f"{_name(field.name)} {_type(field.type)}{'' if field.nullable else ' not null'}" for field in schema
    )


def _type(arrow: pa.DataType) -> str:
    if arrow not in _TYPES:
        raise EngineError(f"A column of type {arrow} cannot be copied to PostgreSQL.")
    return _TYPES[arrow]


_TYPES = {
    pa.int64(): "bigint",
    pa.int32(): "integer",
    pa.float64(): "double precision",
    pa.string(): "text",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    MOMENT: "timestamptz",
}

_ARROW = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    700: pa.float64(),
    701: pa.float64(),
    1043: pa.string(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: MOMENT,
}
"""Arrow types by the numbers that PostgreSQL has for its built-in types."""
_NUMERIC = 1700


def _array(type_code: int, values: Sequence[Any]) -> pa.Array:
    if type_code == _NUMERIC:
        return _numbers(values)
    return pa.array(values, _ARROW.get(type_code))


def _numbers(values: Sequence[Decimal | None]) -> pa.Array:
    """A sum of integers has no decimal places and stays integer; an average has some, be they 0."""
    whole = all(value is None or value.as_tuple().exponent == 0 for value in values)
    kind: type[int] | type[float] = int if whole else float
    return pa.array(
        [None if value is None else kind(value) for value in values], pa.int64() if whole else pa.float64()
    )


# Only values are quoted, so that a text of no length differs from none at all.
_CSV = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")


def _csv(batch: pa.RecordBatch) -> bytes:
    written = pa.BufferOutputStream()
    pyarrow.csv.write_csv(batch, written, _CSV)
    return bytes(written.getvalue())


def _new(table: Table) -> str:
    return f"{table.name}_new"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _told() -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.errors.UndefinedTable as problem:
        raise EngineError(
            f"PostgreSQL does not have a table: {problem.diag.message_primary}.",
            hint="Load the facts into the server first.",
        ) from problem
    except psycopg.Error as problem:
        raise EngineError(
            f"PostgreSQL refused a query: {problem.diag.message_primary or problem}."
        ) from problem
