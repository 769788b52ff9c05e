"""Records one a line from an open file: standard input, most of all."""

import os
from collections.abc import Iterator

from careworth.intake.stream.sources._base import Read

_READ_BYTES = 1 << 18
_LONGEST = 4 << 20


class Lines:
    """A file can be taken up where it was left, so long as it is the same file; a pipe cannot."""

    def __init__(self, descriptor: int, form: str) -> None:
        self.form = form
        self._descriptor = descriptor

    def read(self, cursor: str | None) -> Iterator[Read]:
        status = os.fstat(self._descriptor)
        name = f"{status.st_dev}:{status.st_ino}"
        try:
            place = os.lseek(self._descriptor, _offset(cursor, name, status.st_size), os.SEEK_SET)
            seekable = True
        except OSError:
            place, seekable = 0, False
        rest = b""
        while data := os.read(self._descriptor, _READ_BYTES):
            *whole, rest = (rest + data).split(b"\n")
            if len(rest) > _LONGEST:  # never hold an endless line; what of it is kept becomes a dead letter
                whole, rest = [*whole, rest], b""
            place += sum(len(line) + 1 for line in whole)
            records = [line for line in whole if line and not line.isspace()]
            yield Read(records, f"{name}:{place}" if seekable else None)
        if rest.strip():
            yield Read([rest], f"{name}:{place + len(rest)}" if seekable else None)

    def settled(self, cursor: str | None) -> None:
        """Nobody wants to know."""


def _offset(cursor: str | None, name: str, size: int) -> int:
    if cursor is None or not cursor.startswith(f"{name}:"):
        return 0
    offset = int(cursor.rpartition(":")[2])
    return offset if offset <= size else 0
