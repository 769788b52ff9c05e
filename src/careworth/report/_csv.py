"""Tables as CSV that a spreadsheet opens without running anything in it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from careworth.errors import ReportError

_FORMULA = r"^([=+\-@\t\r])"


def write_csv(table: pa.Table, path: Path) -> None:
    """Write UTF-8 with a heading; what is absent is an empty cell.

    A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are.
    """
    names = [f"'{name}" if name[:1] in tuple("=+-@\t\r") else name for name in table.column_names]
    columns = [_harmless(name, table[name]) for name in table.column_names]
    csv.write_csv(pa.table(columns, names=names), path)


def _harmless(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _harmless(name, column.cast(kind.value_type))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ReportError(f"The column “{name}” holds {kind}, which has no form in CSV.")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.replace_substring_regex(column, pattern=_FORMULA, replacement=r"'\1")
    return column
