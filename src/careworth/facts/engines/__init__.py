"""Engines that answer SQL over facts: DuckDB in the process, PostgreSQL or Spark where the data live."""

from careworth.facts.engines._base import Engine
from careworth.facts.engines._duckdb import DuckDBEngine
from careworth.facts.engines._open import open_engine
from careworth.facts.engines._postgres import PostgresEngine
from careworth.facts.engines._spark import SparkEngine

__all__ = ["DuckDBEngine", "Engine", "PostgresEngine", "SparkEngine", "open_engine"]
