"""The font file inside a web font (WOFF), which typst reads: ``python -m careworth.report.woff IN OUT``.

https://www.w3.org/TR/WOFF: a header, a directory of tables, each of them deflated where that made it smaller.
"""

import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from careworth.errors import FormatError

_HEADER = struct.Struct(">4sIIHHIHHIIIII")
_ENTRY = struct.Struct(">4sIIII")
_INSIDE = struct.Struct(">4sIII")
_FIXED = 12
"""Bytes of the header of a font file."""


def unpacked(woff: bytes) -> bytes:
    """The font file. Raises FormatError."""
    if woff[:4] != b"wOFF":
        raise FormatError("This is no WOFF file.", hint="WOFF 2 is another format; take the .woff file.")
    flavor, count = _HEADER.unpack_from(woff)[1], _HEADER.unpack_from(woff)[3]
    tables = list(_tables(woff, count))
    power = count.bit_length() - 1
    reach = 16 << power
    head = struct.pack(">IHHHH", flavor, count, reach, power, 16 * count - reach)
    place, directory, body = _FIXED + _INSIDE.size * count, b"", b""
    for tag, checksum, table in tables:
        directory += _INSIDE.pack(tag, checksum, place + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + directory + body


def _tables(woff: bytes, count: int) -> Iterator[tuple[bytes, int, bytes]]:
    for number in range(count):
        tag, start, packed, size, checksum = _ENTRY.unpack_from(woff, _HEADER.size + _ENTRY.size * number)
        piece = woff[start : start + packed]
        yield tag, checksum, zlib.decompress(piece) if packed < size else piece


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(unpacked(source.read_bytes()))
