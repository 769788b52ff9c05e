"""Parquet files of a table: written beside the table first, named by a commit afterwards."""

import threading
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

COMPRESSION, LEVEL = "zstd", 1
"""As fast to write as snappy, and a third smaller."""
ROWS_OF_A_GROUP = 131_072
ROWS_OF_A_FILE = 2_000_000
WRITERS = 2

NO_DICTIONARY = ("text", "external_id", "parent_external_id", "message", "conversation", "parent", "sent_at")
"""Columns whose values hardly repeat: a dictionary would only cost memory."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file in the folder of its table."""

    name: str
    rows: int
    bytes: int
    made_at: int
    """Milliseconds since the epoch, as the file system has it."""


def new_path(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"part-{uuid.uuid4()}.parquet"


def data_file(path: Path, rows: int) -> DataFile:
    stat = path.stat()
    return DataFile(path.name, rows, stat.st_size, stat.st_mtime_ns // 1_000_000)


def write_files(folder: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> list[DataFile]:
    """Write batches in the order in which threads come to take them: compressing is most of the work."""
    source = _Shared(batches)
    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(_write_some, folder, schema, source) for _ in range(WRITERS)]
    return [file for one in written for file in one.result()]


def greatest(path: str, column: str) -> int:
    """The greatest value of a column of whole numbers in a file, by its footer; 0 when it has no rows."""
    footer = pq.read_metadata(path)
    place = footer.schema.names.index(column)
    groups = (footer.row_group(group).column(place) for group in range(footer.num_row_groups))
    return max((int(group.statistics.max) for group in groups if group.num_values), default=0)


class _Shared:
    """An iterator that several threads may ask."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = iter(batches)
        self._lock = threading.Lock()

    def take(self) -> Any:
        with self._lock:
            return next(self._batches, None)


def _write_some(folder: Path, schema: pa.Schema, source: _Shared) -> list[DataFile]:
    files: list[DataFile] = []
    batch = source.take()
    while batch is not None:
        path, rows = new_path(folder), 0
        dictionary = [name for name in schema.names if name not in NO_DICTIONARY]
        with pq.ParquetWriter(
            path, schema, compression=COMPRESSION, compression_level=LEVEL, use_dictionary=dictionary
        ) as writer:
            while batch is not None and rows < ROWS_OF_A_FILE:
                writer.write_batch(batch, row_group_size=ROWS_OF_A_GROUP)
                rows += batch.num_rows
                batch = source.take()
        files.append(data_file(path, rows))
    return files
