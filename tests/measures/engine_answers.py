"""What tests of engines share: the engines, and when two answers are the same."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest

from careworth.facts.engines import Engine

EngineOn = Callable[[str, str], Engine]
"""From the names of an engine and of a store (a fixture) to that engine over that store."""

ON_SPARK = pytest.mark.waits
PYSPARK_WARNS = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
"""Its modules look for a pandas that we do not use."""
OTHER_ENGINES = ("postgres", pytest.param("spark", marks=ON_SPARK))
EVERY_ENGINE = ("duckdb", *OTHER_ENGINES)

Rows = Sequence[Mapping[str, Any]]


def in_order(table: pa.Table) -> Rows:
    """Rows in the order of all that is no floating-point number."""
    exact = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    return sorted(table.to_pylist(), key=lambda row: [str(row[name]) for name in exact])


def assert_same_rows(found: Rows, expected: Rows) -> None:
    assert len(found) == len(expected)
    pairs = zip(found, expected, strict=True)
    assert [(one, other) for one, other in pairs if not _same(dict(one), dict(other))] == []


def _same(found: Any, expected: Any) -> bool:
    if type(found) is not type(expected):
        return False
    if isinstance(expected, dict):
        return list(found) == list(expected) and all(_same(found[key], expected[key]) for key in expected)
    if isinstance(expected, float):
        # Relative, but for the bounds of a share of none or all, whose last digits are around nought.
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return bool(found == expected)
