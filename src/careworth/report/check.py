"""The report checks itself: what it states has to follow from the rows it hands out."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import ReportError
from careworth.report._view import ELEMENTS
from careworth.report.blocks import (
    Cell,
    Checklist,
    Column,
    Count,
    Definition,
    Number,
    Provenance,
    Report,
    Table,
)

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
"""Names of tables and measures become names of files and addresses inside the page."""


def check_report(report: Report, tables: Mapping[str, pa.Table]) -> None:
    """Check every number, table and checklist of the report against the tables that go out with it.

    Raises:
        ReportError: with one line for each thing that does not fit.
    """
    problems = list(_Checker(report, tables).problems())
    if problems:
        raise ReportError("\n".join(problems), hint="Nothing was written.")


class _Checker:
    def __init__(self, report: Report, tables: Mapping[str, pa.Table]) -> None:
        self.report = report
        self.tables = tables
        self.versions = {one.measure: one.version for one in report.definitions}

    def problems(self) -> Iterator[str]:
        yield from self._names()
        for place, item in _walk(self.report, self.report.title):
            match item:
                case Number():
                    yield from self._number(place, item)
                case Table():
                    yield from self._table(item)
                case Checklist() if not self.report.draft:
                    yield from _checklist(item)

    def _names(self) -> Iterator[str]:
        measures = [one.measure for one in self.report.definitions]
        for name in (*self.tables, *measures):
            if not _NAME.fullmatch(name):
                yield f"“{name}” cannot be a name of a table or a measure: small letters, digits, - _ . only."
        for measure in sorted({one for one in measures if measures.count(one) > 1}):
            yield f"The measure “{measure}” is defined twice."

    def _number(self, place: str, number: Number) -> Iterator[str]:
        given = [one for one in (number.value, number.low, number.high) if one is not None]
        if not all(map(math.isfinite, given)):
            yield f"“{place}” holds a value that is no number."
        elif number.value is None and not number.reason:
            yield f"“{place}” has neither a value nor a reason why there is none."
        elif (number.low is None) != (number.high is None):
            yield f"The range of “{place}” has one end only."
        elif number.low is not None and number.high is not None and number.low > number.high:
            yield f"The range of “{place}” ends below where it begins."
        else:
            yield from self._provenance(place, number.provenance, number.value)

    def _provenance(self, place: str, provenance: Provenance, stated: float | None) -> Iterator[str]:
        """``stated`` is None where there is no value that could differ from the rows."""
        measure, version = provenance.measure, provenance.definition_version
        if measure not in self.versions:
            yield f"“{place}” names the measure “{measure}”, which the report does not define."
        elif self.versions[measure] != version:
            defined = self.versions[measure]
            yield f"“{place}” follows version {version} of “{measure}”, the report defines version {defined}."
        file = f"tables/{provenance.rows_csv}.csv"
        rows = self.tables.get(provenance.rows_csv)
        if rows is None:
            yield f"“{place}” points to {file}, which is not among the tables."
        elif stated is not None and provenance.total is not None:
            yield from _difference(place, stated, provenance, rows, file)

    def _table(self, table: Table) -> Iterator[str]:
        lines = [*table.rows, *([table.total] if table.total is not None else [])]
        if any(len(line) != len(table.columns) for line in lines):
            yield f"The table “{table.title}” has rows that do not fit its columns."
            return
        if table.rows_csv is not None and table.rows_csv not in self.tables:
            file = f"tables/{table.rows_csv}.csv"
            yield f"The table “{table.title}” points to {file}, which is not among the tables."
        if any(isinstance(cell, float) and not math.isfinite(cell) for line in lines for cell in line):
            yield f"The table “{table.title}” holds a value that is no number."
            return
        for place, column in enumerate(table.columns):
            if column.provenance is not None:
                yield from self._column(table, column, column.provenance, place)

    def _column(self, table: Table, column: Column, provenance: Provenance, place: int) -> Iterator[str]:
        name = f"{table.title}: {column.title}"
        if provenance.total is None:
            yield from self._provenance(name, provenance, None)
            return
        shown = math.fsum(_amount(row[place]) for row in table.rows)
        yield from self._provenance(f"{name}, rows shown", provenance, shown)
        if table.total is not None:
            yield from self._provenance(f"{name}, total", provenance, _amount(table.total[place]))


def _walk(item: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every part of the report, with the label or title that it stands under."""
    if isinstance(item, tuple):
        for part in item:
            yield from _walk(part, place)
    elif is_dataclass(item) and not isinstance(item, Definition):
        place = getattr(item, "label", None) or getattr(item, "title", None) or place
        yield place, item
        for field in fields(item):
            yield from _walk(getattr(item, field.name), place)


def _checklist(checklist: Checklist) -> Iterator[str]:
    for element in ELEMENTS:
        if not getattr(checklist, element):
            yield f"The return framework lacks its {element}: only a draft may."


def _difference(
    place: str, stated: float, provenance: Provenance, rows: pa.Table, file: str
) -> Iterator[str]:
    match provenance.total:
        case Count() | None:
            exported, what = rows.num_rows, "rows"
        case total if total.column not in rows.column_names:
            yield f"“{place}” is the sum of the column “{total.column}”, which {file} does not have."
            return
        case total:
            exported, what = _sum(rows[total.column]), f"the sum of “{total.column}”"
    # Only sums of fractions depend on the order of adding; whole numbers have to be met, however large.
    relative = 0.0 if isinstance(exported, int) else 1e-10
    if not math.isclose(stated, exported, rel_tol=relative, abs_tol=1e-9):
        yield f"“{place}” is stated as {stated:.15g}, but {file} gives {exported:.15g} ({what})."


def _sum(column: pa.ChunkedArray) -> int | float:
    total = pc.sum(column).as_py() or 0
    return total if isinstance(total, int) else float(total)


def _amount(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
