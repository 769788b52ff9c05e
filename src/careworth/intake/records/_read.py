"""All rows of one source of records, checked, and the records that could not be read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa

from careworth.facts.records import CUSTOMERS, RecordTable
from careworth.intake.formats import Rejected, Source
from careworth.intake.formats._base import Chunk
from careworth.intake.formats._reading import Reject
from careworth.intake.formats.table import read_table
from careworth.intake.records._mapping import RecordMapping
from careworth.intake.records._rows import checked, given_schema, traits_of


@dataclass(slots=True)
class Gathered:
    """What was read of a source: rows of its table, traits that stood beside customers, dead letters."""

    source: Source
    table: RecordTable
    rows: list[pa.RecordBatch] = field(default_factory=list)
    traits: list[pa.RecordBatch] = field(default_factory=list)
    rejected: list[tuple[Sequence[Rejected], bytes]] = field(default_factory=list)
    """Dead letters with the header that must stand before them."""

    @property
    def good(self) -> int:
        return sum(batch.num_rows for batch in self.rows)

    @property
    def skipped(self) -> Counter[str]:
        return Counter(one.reason for letters, _ in self.rejected for one in letters)


_SECOND_ROW = "An earlier row of this file has the same customer and says other things."


class _Reader:
    """Makes the chunks of one source; remembers its customers, for an id may stand for one row only."""

    def __init__(self, into: Gathered, mapping: RecordMapping, now: datetime) -> None:
        self._into = into
        self._mapping = mapping
        self._now = now
        self._seen: dict[str, int] = {}

    def __call__(self, given: pa.Table, reject: Reject, header: bytes) -> Chunk:
        table, mapping = self._into.table, self._mapping
        columns, problems = checked(table, mapping, self._now, given)
        arrays = [columns[c.name] for c in table.given]
        if table is CUSTOMERS:
            clash = self._clashes(arrays, problems.reason == 0)
            problems.add(
                clash,
                "second-row",
                "An earlier row of this file has the same customer and says other things.",
            )
        good = pa.array(problems.reason == 0)
        whole = pa.RecordBatch.from_arrays(arrays, schema=_loose(given_schema(table)))
        rows = pa.RecordBatch.from_arrays(whole.filter(good).columns, schema=given_schema(table))
        if mapping.traits and rows.num_rows:
            self._into.traits.append(traits_of(given.filter(good), rows, mapping))
        bad = np.flatnonzero(problems.reason)
        told = [reject(int(row), *problems.told[problems.reason[row] - 1]) for row in bad]
        return Chunk(rows, told, header)

    def _clashes(self, arrays: list[pa.Array], good: np.ndarray) -> np.ndarray:
        """Which rows name a customer whom an earlier row of the source described differently."""
        marks = [hash(row) for row in zip(*(array.to_pylist() for array in arrays), strict=True)]
        clash = np.zeros(len(marks), np.bool_)
        for place, customer in enumerate(arrays[0].to_pylist()):
            if good[place] and customer is not None:
                clash[place] = self._seen.setdefault(customer, marks[place]) != marks[place]
        return clash


def _loose(schema: pa.Schema) -> pa.Schema:
    """The same with nulls allowed everywhere: rows that lack something are still among them."""
    return pa.schema([field.with_nullable(True) for field in schema])


def gather(source: Source, table: RecordTable, mapping: RecordMapping, now: datetime) -> Gathered:
    """Read a source whole. Raises FormatError when it is no table."""
    found = Gathered(source, table)
    for chunk in read_table(source, mapping, _Reader(found, mapping, now)):
        if chunk.messages.num_rows:
            found.rows.append(chunk.messages)
        if chunk.rejected:
            found.rejected.append((chunk.rejected, chunk.header))
    return found
