"""Take values out of all files of a table, those of earlier versions too.

What has to be gone must be gone from every version, and a report of any version has to be made again from
the same rows. So a file is neither dropped nor followed by another: one of the same name, with the same rows,
takes its place. It is filled up to the same size, for the log of the table names that too.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from careworth.errors import StoreError
from careworth.facts._files import COMPRESSION, LEVEL, NO_DICTIONARY
from careworth.facts.schema import Table
from careworth.facts.store import Store

Wanted = Callable[[pa.Table], pa.Array]
"""From some columns of a table to which rows are meant."""

Blanks = Mapping[str, str | bytes | None]
"""Column -> what stands there afterwards."""

_DRAFT = ".erasing-"
_SMALLER = (LEVEL, 9, 19)
"""Levels of compression, tried until a file is no larger than the one before: nearly always the first."""
_END = 8  # the length of the footer in four bytes, and PAR1


def erase(store: Store, table: Table, asked: list[str], wanted: Wanted, blanks: Blanks) -> None:
    """Write ``blanks`` (column -> value) into the rows that are ``wanted`` by the columns ``asked``.

    Call it with the store locked. A repeat after a kill goes on: a file is replaced whole or not at all.
    Raises StoreError.
    """
    try:
        for path in _files(store.folder / table.name):
            with pq.ParquetFile(path) as file:
                found = wanted(file.read(asked))
            if pc.any(found).as_py():
                _replace(path, asked, wanted, blanks)
    except OSError as problem:
        raise StoreError(
            f"The table {table.name} in {store.folder} could not be changed: {problem}.",
            hint="Make room or mend the folder, then run the same command again: it goes on.",
        ) from problem


def _files(folder: Path) -> Iterator[Path]:
    for draft in folder.glob(f"{_DRAFT}*"):
        draft.unlink()
    yield from sorted(folder.glob("*.parquet"))


def _replace(path: Path, asked: list[str], wanted: Wanted, blanks: Blanks) -> None:
    """The file with its blanks, in its place: readers that have the old one open keep it until they close."""
    draft, size = path.with_name(_DRAFT + path.name), path.stat().st_size
    for level in _SMALLER:
        _write(path, draft, asked, wanted, blanks, level)
        if draft.stat().st_size <= size:
            _fill_up(draft, size)
            break
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(
    path: Path,
    draft: Path,
    asked: list[str],
    wanted: Wanted,
    blanks: Blanks,
    level: int,
) -> None:
    """Group by group, as the rows stood."""
    with pq.ParquetFile(path) as old:
        repeating = [name for name in old.schema_arrow.names if name not in NO_DICTIONARY]
        with pq.ParquetWriter(
            draft,
            old.schema_arrow,
            compression=COMPRESSION,
            compression_level=level,
            use_dictionary=repeating,
        ) as new:
            for group in range(old.num_row_groups):
                rows = old.read_row_group(group)
                new.write_table(
                    _blanked(rows, wanted(rows.select(asked)), blanks), row_group_size=len(rows) or 1
                )


def _blanked(rows: pa.Table, found: pa.Array, blanks: Blanks) -> pa.Table:
    for name, blank in blanks.items():
        at = rows.schema.get_field_index(name)
        value = pa.scalar(blank, rows.schema.field(at).type)
        rows = rows.set_column(at, rows.schema.field(at), pc.if_else(found, value, rows[name]))
    return rows


def _fill_up(draft: Path, size: int) -> None:
    """Zeros before the footer: a reader finds that from the end, and everything else by what it says."""
    missing = size - draft.stat().st_size
    with draft.open("r+b") as file:
        file.seek(-_END, os.SEEK_END)
        length = int.from_bytes(file.read(4), "little")
        start = file.seek(-(_END + length), os.SEEK_END)
        footer = file.read()
        file.seek(start)
        file.write(b"\0" * missing + footer)
