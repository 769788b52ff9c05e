"""Engines that answer SQL over facts: DuckDB in the process, PostgreSQL or Spark where the data live."""

from careworth.facts.engines._base import Engine
from careworth.facts.engines._duckdb import DuckDBEngine

__all__ = ["DuckDBEngine", "Engine"]
