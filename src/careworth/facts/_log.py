"""Whether a Delta table is still as it was read. To open it would cost by the number of its commits."""

from pathlib import Path
from typing import TypeAlias

LogEntry: TypeAlias = tuple[int, int] | None
"""By what an entry of a log is known again: its inode and when it was written. None where it is gone."""


def entry(folder: Path, version: int) -> LogEntry:
    """The entry that made a version of the table in a folder."""
    try:
        stat = _path(folder, version).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def is_newest(folder: Path, version: int, known: LogEntry) -> bool:
    """Whether nobody wrote to the table since this version, nor put another table in its place."""
    return known is not None and entry(folder, version) == known and not _path(folder, version + 1).exists()


def _path(folder: Path, version: int) -> Path:
    return folder / "_delta_log" / f"{version:020}.json"
