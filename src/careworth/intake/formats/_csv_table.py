"""A CSV with a header, read by a mapping: what ``twcs`` and ``table`` share."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from careworth.errors import FormatError
from careworth.intake.formats._base import Chunk, Rejected
from careworth.intake.formats._csv import Block, Ints, Stream, parse, read_blocks
from careworth.intake.formats._reading import Convert, Reading, Reject
from careworth.intake.formats._source import Source

LONGEST_HEADER = 64 * 1024


def read_csv(source: Source, mapping: Reading, convert: Convert) -> Iterator[Chunk]:
    """All rows of the file. Raises FormatError before the first chunk when columns are missing.

    Dead letters are UTF-8 whatever the file is; their header then begins with the mark that says so.
    """
    with source.open() as raw:
        encoding = _encoding(source, mapping)
        stream = raw if encoding == "utf-8" else _AsUtf8(raw, encoding)
        try:
            header, line = _header(stream, source)
            delimiter = mapping.delimiter or guess_delimiter(header)
            names = _names(header, delimiter, mapping, source)
            wanted = set(mapping.columns.values())
            mark = b"" if encoding == "utf-8" else codecs.BOM_UTF8
            for block, broken in read_blocks(stream, delimiter, line):
                table, records, misfits = parse(block, names, delimiter, wanted)
                chunk = convert(table, _rejecting(block, records), mark + header)
                rejected = sorted([*chunk.rejected, *misfits, *broken], key=lambda one: one.line)
                yield Chunk(chunk.messages, rejected, chunk.header)
        except UnicodeDecodeError as problem:
            raise FormatError(
                f"{source} is not in the encoding {encoding}: {problem.reason}.",
                hint="Name the right one under [file] in the mapping.",
            ) from problem


def _rejecting(block: Block, records: Ints) -> Reject:
    def reject(row: int, reason: str, detail: str) -> Rejected:
        return block.reject(int(records[row]), reason, detail)

    return reject


def _encoding(source: Source, mapping: Reading) -> str:
    """The encoding of the file; a file that begins with the mark of UTF-8 is that, whatever was said."""
    named = codecs.lookup(mapping.encoding).name
    plain = named in ("utf-8", "utf-8-sig") or source.head().startswith(codecs.BOM_UTF8)
    return "utf-8" if plain else named


class _AsUtf8:
    """A stream in another encoding as UTF-8. Bytes that mean nothing there come through as they are, so
    that only their record is no text."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="\n")

    def read(self, size: int, /) -> bytes:
        return self._text.read(size).encode("utf-8", "surrogateescape")

    def readline(self, size: int, /) -> bytes:
        return self._text.readline(size).encode("utf-8", "surrogateescape")


def _header(stream: Stream, source: Source) -> tuple[bytes, int]:
    """The first record, and the line on which the next one starts."""
    header, lines = stream.readline(LONGEST_HEADER), 1
    if header.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FormatError(
            f"{source} is UTF-16 text.",
            hint='Save it as UTF-8, or say encoding = "utf-16" under [file] in the mapping.',
        )
    while header.count(b'"') % 2 and len(header) < LONGEST_HEADER:
        more = stream.readline(LONGEST_HEADER)
        if not more:
            break
        header, lines = header + more, lines + 1
    if len(header) >= LONGEST_HEADER:
        raise FormatError(
            f"{source} does not start with a line of column names: its first line is too long.",
            hint="Lines must end with a line feed, with or without a carriage return before it.",
        )
    return header.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n"), lines + 1


def guess_delimiter(header: bytes) -> str:
    """The separator that stands most often in the header."""
    return max(",;\t|", key=lambda mark: header.count(mark.encode()))


def split_header(header: bytes, delimiter: str) -> list[str]:
    """The names of the columns. Raises ValueError when they are no text or no CSV."""
    text = header.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    lines = (line + "\n" for line in text.split("\n"))
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error as problem:
        raise ValueError(str(problem)) from problem


def _names(header: bytes, delimiter: str, mapping: Reading, source: Source) -> list[str]:
    try:
        names = split_header(header, delimiter)
    except ValueError as problem:
        what = problem.reason if isinstance(problem, UnicodeDecodeError) else str(problem)
        raise FormatError(
            f"{source} does not start with a line of column names: {what}.",
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
