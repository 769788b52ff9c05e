"""What a table of facts is: its columns, each with its meaning."""

from dataclasses import dataclass

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: pa.DataType
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts; ``name`` is its folder and its name in SQL."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])

    def empty(self) -> pa.Table:
        """No rows. Not ``schema.empty_table()``: that imports pandas where it is installed, for 0.3 s."""
        return pa.Table.from_batches([], schema=self.schema)
