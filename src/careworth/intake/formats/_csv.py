"""Records of a CSV file, block by block, in bounded memory, with every broken record set aside.

A CSV parser alone is not enough: one quote that is never closed makes it read the rest of the file as
one field, or silently glue rows together. So the records are found first, by rules strict enough to
notice: a quote opens a field only at its start and closes it only at its end. Where that breaks, the
line on which the record starts is set aside and reading goes on with the next line.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from careworth.intake.formats._base import Rejected

BLOCK_BYTES = 4 << 20
LARGEST_RECORD = 1 << 20
LONGEST_SEARCH = 16 << 20  # a quoted field still open after this many bytes was never closed

_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_WRONG_QUOTE = ("bad-quotes", "A quotation mark stands where a field neither starts nor ends.")
_OPEN_QUOTE = ("open-quote", "A quotation mark opens a field that is never closed.")
_ENDLESS = ("too-large", f"It is longer than {LONGEST_SEARCH:,} bytes.")
_AFTER_BREAK = 8 << 10  # bytes looked at next: where one record is broken others are, often

Ints = npt.NDArray[np.int64]


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


@dataclass(slots=True)
class Block:
    """Whole records: record i is ``data[starts[i]:ends[i]]``, without its line end."""

    data: bytes
    starts: Ints
    ends: Ints
    first_line: int
    gaps: bool
    """Whether anything stands between the records: empty lines, or records that were set aside."""
    _newlines: Ints = field(repr=False)

    def line_at(self, place: int) -> int:
        return self.first_line + int(np.searchsorted(self._newlines, place))

    def line(self, record: int) -> int:
        return self.line_at(int(self.starts[record]))

    def holding(self, places: Ints) -> Ints:
        """The records that hold these places of the data; -1 for those before the first."""
        records: Ints = np.searchsorted(self.starts, places, "right") - 1
        return records

    def raw(self, record: int) -> bytes:
        return self.data[self.starts[record] : self.ends[record]]

    def reject(self, record: int, reason: str, detail: str) -> Rejected:
        return Rejected(self.line(record), reason, detail, self.raw(record))


def read_blocks(stream: Stream, delimiter: str, line: int) -> Iterator[tuple[Block, list[Rejected]]]:
    """Split a stream that starts at a record, on that line, into blocks of whole records and what had to be
    set aside."""
    rest, final = b"", False
    while not final:
        read = stream.read(BLOCK_BYTES)
        final = not read
        data = rest + read
        block, broken = _split(data, line, ord(delimiter), final)
        if len(block.starts) or broken:
            yield block, broken
        used = len(block.data)
        line, rest = block.line_at(used), data[used:]


def _split(data: bytes, line: int, delimiter: int, final: bool) -> tuple[Block, list[Rejected]]:
    """The records of data and what is none, up to one that goes on in bytes not read yet."""
    marks = _Marks(data, delimiter, final)
    found: list[Ints] = []
    broken: list[Rejected] = []
    at, window = 0, len(data)
    while at < len(data):
        starts, ends, problem = marks.records(at, at + window)
        found.append(np.stack([starts, ends]))
        at = int(ends[-1]) + 1 if len(ends) else at
        if problem is None and (len(ends) or at + window < len(data)):
            window *= 4
            continue
        problem, stop = problem or marks.endless(at), marks.end_of_line(at)
        if problem is None or stop is None:
            break  # it goes on in bytes not read yet
        broken.append(Rejected(line + marks.lines_before(at), *problem, data[at:stop]))
        at, window = stop + 1, _AFTER_BREAK
    starts, ends = np.concatenate([np.zeros((2, 0), np.int64), *found], axis=1)
    return _block(marks, starts, ends, data[:at], line, bool(broken)), broken


class _Marks:
    """Where lines end and quotation marks stand in some bytes."""

    def __init__(self, data: bytes, delimiter: int, final: bool) -> None:
        self.data = data
        self.final = final
        self.bytes = np.frombuffer(data, np.uint8)
        self.newlines = np.flatnonzero(self.bytes == _NEWLINE)
        self._quotes = np.flatnonzero(self.bytes == _QUOTE)
        self._before = (delimiter, _NEWLINE, _QUOTE)
        self._after = (delimiter, _NEWLINE, _RETURN, _QUOTE)

    def records(self, at: int, until: int) -> tuple[Ints, Ints, tuple[str, str] | None]:
        """Starts and ends of the records from ``at`` on, up to the first broken one; why it is broken."""
        quotes, newlines = _between(self._quotes, at, until), _between(self.newlines, at, until)
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        last = len(self.data) - 1
        if self.final and until > last and len(quotes) % 2 == 0 and self.data[last] != _NEWLINE:
            ends = np.append(ends, last + 1)
        wrong = self._first_wrong(quotes)
        if wrong is not None:
            ends = ends[: np.searchsorted(ends, wrong)]
        starts = np.concatenate([np.full(min(1, len(ends)), at), ends[:-1] + 1])
        return starts, ends, None if wrong is None else _WRONG_QUOTE

    def _first_wrong(self, quotes: Ints) -> int | None:
        """Position of the opening quote of the first pair that breaks the rules."""
        last = len(self.data) - 1
        opening, closing = quotes[0::2], quotes[1::2]
        before = np.where(opening == 0, _NEWLINE, self.bytes[opening - 1])
        after = np.where(closing == last, _NEWLINE, self.bytes[np.minimum(closing + 1, last)])
        wrong = [
            int(opening[flags.argmin()])
            for flags in (np.isin(before, self._before), np.isin(after, self._after))
            if not flags.all()
        ]
        return min(wrong) if wrong else None

    def endless(self, at: int) -> tuple[str, str] | None:
        """Why the record at ``at``, whose end is not in the data, is none; None while it may yet end."""
        if self._may_go_on(at):
            return None
        return _OPEN_QUOTE if np.searchsorted(self._quotes, at) < len(self._quotes) else _ENDLESS

    def end_of_line(self, at: int) -> int | None:
        """Where the line at ``at`` ends; None while that is not read yet."""
        after = self.lines_before(at)
        if after < len(self.newlines):
            return int(self.newlines[after])
        return None if self._may_go_on(at) else len(self.data)

    def _may_go_on(self, at: int) -> bool:
        return not self.final and len(self.data) - at <= LONGEST_SEARCH

    def lines_before(self, at: int) -> int:
        return int(np.searchsorted(self.newlines, at))


def _between(places: Ints, at: int, until: int) -> Ints:
    return places[np.searchsorted(places, at) : np.searchsorted(places, until)]


def _block(marks: _Marks, starts: Ints, ends: Ints, used: bytes, line: int, broken: bool) -> Block:
    crlf = (ends > starts) & (marks.bytes[np.maximum(ends - 1, 0)] == _RETURN) if len(ends) else ends > starts
    ends = ends - crlf
    filled = ends > starts  # an empty line is no record
    gaps = broken or not filled.all()
    return Block(used, starts[filled], ends[filled], line, gaps, marks.newlines)


def parse(
    block: Block, names: Sequence[str], delimiter: str, wanted: Collection[str]
) -> tuple[pa.Table, Ints, list[Rejected]]:
    """The wanted fields as text, the record of each row, and the records that do not fit the header.

    Empty unquoted fields are null.
    """
    sound, rejected = _sound(block)
    columns = [name for name in names if name in wanted]
    if len(sound) == 0:
        return pa.table({name: pa.array([], pa.string()) for name in columns}), sound, rejected
    whole = len(sound) == len(block.starts) and not block.gaps
    data = block.data if whole else b"\n".join(block.raw(i) for i in sound) + b"\n"
    stop = int(block.ends[-1]) + 1 if whole else len(data)
    misfits: dict[int, int] = {}

    def set_aside(row: pa_csv.InvalidRow) -> str:
        misfits[row.number - 1] = row.actual_columns
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(memoryview(data)[:stop]),
        read_options=pa_csv.ReadOptions(column_names=list(names), use_threads=False, block_size=stop + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=set_aside
        ),
        convert_options=pa_csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    for row, fields in misfits.items():
        detail = f"It has {fields} fields where the header has {len(names)}."
        rejected.append(block.reject(int(sound[row]), "wrong-columns", detail))
    return table, np.delete(sound, list(misfits)), rejected


def _sound(block: Block) -> tuple[Ints, list[Rejected]]:
    """The records that can be given to the parser, and why the others cannot."""
    problems: dict[int, tuple[str, str]] = {}
    for record in _suspects(block).tolist():
        problem = _problem(block.raw(record))
        if problem is not None:
            problems[record] = problem
    rejected = [block.reject(record, *problem) for record, problem in problems.items()]
    return np.delete(np.arange(len(block.starts)), list(problems)), rejected


def _suspects(block: Block) -> Ints:
    """The records that need a look of their own."""
    if not _is_utf8(block.data):
        return np.arange(len(block.starts))
    found = [np.flatnonzero(block.ends - block.starts > LARGEST_RECORD)]
    bytes_ = np.frombuffer(block.data, np.uint8)
    if b"\0" in block.data:
        found.append(block.holding(np.flatnonzero(bytes_ == 0)))
    if b"\r" in block.data:  # the parser would end a row at one that stands alone
        returns = np.flatnonzero(bytes_[:-1] == _RETURN)
        found.append(block.holding(returns[bytes_[returns + 1] != _NEWLINE]))
    suspects = np.unique(np.concatenate(found))
    return suspects[suspects >= 0]


def _problem(raw: bytes) -> tuple[str, str] | None:
    if len(raw) > LARGEST_RECORD:
        return "too-large", f"It is {len(raw):,} bytes long; the most is {LARGEST_RECORD:,}."
    if b"\0" in raw:
        return "nul-bytes", "It holds bytes of value zero."
    if not _is_utf8(raw):
        return "bad-encoding", "It is not UTF-8 text."
    if any(b"\r" in part for part in raw.split(b'"')[0::2]):
        return "stray-return", "A carriage return stands outside quotation marks."
    return None


def _is_utf8(data: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
