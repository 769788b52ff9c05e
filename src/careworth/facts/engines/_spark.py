"""Apache Spark, over the Parquet files of one snapshot. Needs the extra ``careworth[spark]`` and Java."""

import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Union

import pyarrow as pa

from careworth.errors import EngineError
from careworth.facts._recent import RECENT, both_parts
from careworth.facts.dialects import SPARK
from careworth.facts.schema import MERGES, MESSAGES, MOMENT, TABLES, Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ANSWERS_WITHIN_SECONDS = 10


class SparkEngine:
    """Asks the facts where a Spark cluster can read their files.

    ``master``: ``spark://host:port`` or ``local[n]``; or a session, which goes on after ``close``.
    ``files``: table -> Parquet files, as a Snapshot lists them; every worker must find them there.
    EngineError when pyspark or Java are missing or the cluster does not answer.
    """

    dialect = SPARK

    def __init__(self, master: Union[str, "SparkSession"], files: Mapping[str, tuple[str, ...]]) -> None:
        started = _started(master) if isinstance(master, str) else master
        self._own = started if isinstance(master, str) else None
        # A new session keeps our views and our time zone apart from those of others in the same context.
        self._session = started.newSession()
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        try:
            self._make_views(files)
        except EngineError:
            self.close()
            raise

    def _make_views(self, files: Mapping[str, tuple[str, ...]]) -> None:
        for name, table in TABLES.items():
            in_parts = name in RECENT and bool(files.get(RECENT[name].name))
            self._view(f"stored_{name}" if in_parts else name, table, files.get(name, ()))
        with _told():
            for name, recent in RECENT.items():
                if files.get(recent.name):
                    self._session.sql(both_parts(TABLES[name])).createOrReplaceTempView(name)
        self._follow_merges()

    def _view(self, name: str, table: Table, paths: tuple[str, ...]) -> None:
        if not paths:
            self.register(name, table.empty())
            return
        columns = ", ".join(f"`{column.name}` {_TYPES[column.type]}" for column in table.columns)
        with _told():
            rows = self._session.read.schema(columns).parquet(*map(_location, paths))
            rows.createOrReplaceTempView(name)

    def _follow_merges(self) -> None:
        """Messages carry the number their conversation had when they came; merges are applied here."""
        names = ", ".join(
            "coalesce(g.`into`, m.conversation) as conversation" if name == "conversation" else f"m.`{name}`"
            for name in MESSAGES.schema.names
        )
        sql = f"select {names} from messages m left join {MERGES.name} g on g.conversation = m.conversation"
        with _told():
            self._session.sql(sql).createOrReplaceTempView(MESSAGES.name)

    def register(self, name: str, rows: pa.Table) -> None:
        with _told():
            self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def query(self, sql: str) -> pa.Table:
        """The answer; moments are in UTC."""
        with _told():
            return self._session.sql(sql).toArrow()

    def close(self) -> None:
        if self._own is not None:
            self._own.stop()


_TYPES = {
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.string(): "string",
    pa.binary(): "binary",
    pa.bool_(): "boolean",
    MOMENT: "timestamp",
}


def _started(master: str) -> "SparkSession":
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession
    except ImportError as problem:
        raise EngineError(
            "To ask Spark, Careworth needs pyspark, which is not installed.",
            hint="Install it with: pip install 'careworth[spark]'",
        ) from problem
    _probe(master)
    settings = SparkConf().setMaster(master).setAppName("careworth")
    with _told("Spark could not be started", hint="It needs Java 17 or newer on this machine."):
        try:
            return SparkSession(SparkContext(conf=settings))
        except ValueError as problem:
            raise EngineError(
                "There is a Spark context in this process already, and there can be only one.",
                hint="Close the engine that has it, or give its session to SparkEngine.",
            ) from problem


def _probe(master: str) -> None:
    """Whether a master listens. Spark would try for a minute, then say that its context was stopped."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), _ANSWERS_WITHIN_SECONDS).close()
        except (OSError, ValueError, OverflowError):
            continue
        return
    raise EngineError(
        f"No Spark master answers at {master}.",
        hint="Write it as spark://host:port, as the master's own page shows it, and see that it is running.",
    )


_PATTERN_MARKS = re.compile(r"([\\{}\[\]*?])")


def _location(path: str) -> str:
    """A path of this machine as the address of one file: not a pattern, whatever the default file system."""
    escaped = _PATTERN_MARKS.sub(r"\\\1", path)
    return f"file://{escaped}" if path.startswith("/") else escaped


@contextmanager
def _told(what: str = "Spark refused a query", *, hint: str = "") -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as problem:
        lines = [line for line in str(problem).splitlines() if not line.startswith("An error occurred while")]
        raise EngineError(f"{what}: {''.join(lines[:1]).strip(': .')}.", hint=hint) from problem
