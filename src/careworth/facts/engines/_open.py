"""From an address to an engine."""

from collections.abc import Mapping
from pathlib import Path

from careworth.errors import EngineError
from careworth.facts.engines._base import Engine
from careworth.facts.engines._duckdb import DuckDBEngine
from careworth.facts.engines._postgres import PostgresEngine
from careworth.facts.engines._spark import SparkEngine


def open_engine(url: str | None, files: Mapping[str, tuple[str, ...]], spill: Path | None = None) -> Engine:
    """The engine at an address. None: DuckDB in this process.

    DuckDB and Spark read ``files`` (table -> Parquet files, as a Snapshot lists them); PostgreSQL has the
    facts that ``PostgresEngine.load`` put there. ``spill``: where DuckDB may write what memory cannot hold.
    EngineError when the address is of no known kind, or the engine is missing or does not answer.
    """
    if url is None:
        return DuckDBEngine(files, spill)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresEngine(url)
    if url.startswith("spark://"):
        return SparkEngine(url, files)
    kind = url.partition("://")[0] if "://" in url else "an address without ://"
    raise EngineError(
        f"There is no engine for {kind}.",
        hint="Give postgresql://user:password@host:5432/database, spark://host:7077, or nothing for DuckDB.",
    )
