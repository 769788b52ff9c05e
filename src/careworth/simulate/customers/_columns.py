"""Numbers into columns of Arrow."""

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careworth.facts.records import RECORDS
from careworth.facts.schema import MOMENT
from careworth.simulate.customers._people import Floats, Ints
from careworth.simulate.customers._world import END, Calendar

Column: TypeAlias = pa.Array | pa.ChunkedArray


def moments(day: Floats, calendar: Calendar) -> pa.Array:
    """Whole seconds; nothing where the day lies beyond the record."""
    beyond = ~(day < END)
    seconds = np.round(np.where(beyond, 0.0, day) * 86400).astype(np.int64)
    us = calendar.start_us + seconds * 1_000_000
    return pa.array(us, mask=beyond).cast(MOMENT)


def named(prefix: str, numbers: Ints, digits: int = 7) -> pa.Array:
    """``C0000001`` and so on."""
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=digits, padding="0")
    return pc.binary_join_element_wise(pa.scalar(prefix), padded, "")


def words(names: tuple[str, ...], numbers: Ints) -> pa.Array:
    """The word of each number; nothing for negative ones."""
    return pc.take(pa.array(names), pa.array(numbers, mask=np.asarray(numbers) < 0))


def record_table(table: str, rows: int, /, **columns: Column | None) -> pa.Table:
    """A table of records with all of its columns; those that are not given are empty."""
    kinds = RECORDS[table].given
    arrays = [_column(columns.get(kind.name), kind.type, rows) for kind in kinds]
    return pa.table(arrays, schema=pa.schema([(kind.name, kind.type) for kind in kinds]))


def _column(values: Column | None, kind: pa.DataType, rows: int) -> Column:
    return pa.nulls(rows, kind) if values is None else values.cast(kind)
