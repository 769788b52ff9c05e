"""A CSV with a header, read by a mapping: what ``twcs`` and ``table`` share."""

import codecs
import csv
from collections.abc import Iterator
from typing import IO

from careworth.errors import FormatError
from careworth.intake.formats._base import Chunk
from careworth.intake.formats._columns import to_chunk
from careworth.intake.formats._csv import parse, read_blocks
from careworth.intake.formats._mapping import ColumnMapping
from careworth.intake.formats._source import Source

LONGEST_HEADER = 64 * 1024


def read_csv(source: Source, mapping: ColumnMapping) -> Iterator[Chunk]:
    """All rows of the file. Raises FormatError before the first chunk when columns are missing."""
    with source.open() as raw:
        stream = _as_utf8(raw, mapping.encoding, source)
        header, rest_line = _header(stream, source)
        delimiter = mapping.delimiter or guess_delimiter(header)
        names = _names(header, delimiter, mapping, source)
        for block, broken in read_blocks(stream, delimiter):
            block.first_line += rest_line
            table, records, misfits = parse(block, names, delimiter)

            def reject(row: int, reason: str, detail: str, block=block, records=records):  # type: ignore[no-untyped-def]
                return block.reject(int(records[row]), reason, detail)

            chunk = to_chunk(table, mapping, reject, header)
            for dead in broken:
                dead_line = dead.line + rest_line
                misfits.append(type(dead)(dead_line, dead.reason, dead.detail, dead.raw))
            yield Chunk(chunk.messages, [*chunk.rejected, *misfits], header)


def _as_utf8(stream: IO[bytes], encoding: str, source: Source) -> IO[bytes]:
    try:
        known = codecs.lookup(encoding).name
    except LookupError as problem:
        raise FormatError(
            f"There is no encoding {encoding!r}, which the mapping names for {source}.",
            hint='Write for example encoding = "latin-1".',
        ) from problem
    return stream if known == "utf-8" else codecs.EncodedFile(stream, "utf-8", known, errors="strict")


def _header(stream: IO[bytes], source: Source) -> tuple[bytes, int]:
    header = stream.readline(LONGEST_HEADER)
    if header.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FormatError(
            f"{source} is UTF-16 text.",
            hint='Save it as UTF-8, or say encoding = "utf-16" under [file] in the mapping.',
        )
    return header.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n"), 1


def guess_delimiter(header: bytes) -> str:
    """The separator that stands most often in the header."""
    return max(",;\t|", key=lambda mark: header.count(mark.encode()))


def split_header(header: bytes, delimiter: str) -> list[str]:
    """The names of the columns. Raises UnicodeDecodeError when they are no text."""
    return next(csv.reader([header.decode("utf-8")], delimiter=delimiter), [])


def _names(header: bytes, delimiter: str, mapping: ColumnMapping, source: Source) -> list[str]:
    try:
        names = split_header(header, delimiter)
    except UnicodeDecodeError as problem:
        raise FormatError(
            f"{source} does not start with a line of column names: {problem.reason}.",
            hint="It is no CSV, or not in UTF-8: see the formats in the documentation.",
        ) from problem
    missing = sorted({column for column in mapping.columns.values() if column not in names})
    if missing:
        raise FormatError(
            f"{source} has no column {', '.join(map(repr, missing))}; it has {', '.join(names[:12])}.",
            hint="Name the columns as they stand in the first line of the file.",
        )
    if len(set(names)) != len(names):
        raise FormatError(f"{source} has two columns of the same name.", hint="Rename one of them.")
    return names
