"""Records of a CSV file, block by block, in bounded memory, with every broken record set aside.

A CSV parser alone is not enough: one quote that is never closed makes it read the rest of the file as
one field, or silently glue rows together. So the records are found first, by rules strict enough to
notice: a quote opens a field only at its start and closes it only at its end. Where that breaks, the
line on which the record starts is set aside and reading goes on with the next line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from careworth.intake.formats._base import Rejected

BLOCK_BYTES = 4 << 20
LARGEST_RECORD = 1 << 20
LONGEST_SEARCH = 16 << 20  # a quoted field still open after this many bytes was never closed

_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Block:
    """Whole records: record i is ``data[starts[i]:ends[i]]``, without its line end."""

    data: bytes
    starts: Ints
    ends: Ints
    first_line: int
    gaps: bool
    """Whether empty lines stand between the records."""
    _newlines: Ints = field(repr=False)

    def line(self, record: int) -> int:
        return self.first_line + int(np.searchsorted(self._newlines, self.starts[record]))

    def raw(self, record: int) -> bytes:
        return self.data[self.starts[record] : self.ends[record]]

    def reject(self, record: int, reason: str, detail: str) -> Rejected:
        return Rejected(self.line(record), reason, detail, self.raw(record))


def read_blocks(stream: IO[bytes], delimiter: str) -> Iterator[tuple[Block, list[Rejected]]]:
    """Split a stream that starts at a record into blocks of whole records and what had to be set aside."""
    rest, line = b"", 1
    while True:
        read = stream.read(BLOCK_BYTES)
        data = rest + read
        final = not read
        while data:
            block, broken, used = _split(data, line, ord(delimiter), final)
            if used == 0:
                break
            yield block, broken
            line += data.count(b"\n", 0, used)
            data = data[used:]
            if not broken and not final:
                break
        rest = data
        if final:
            return


def _split(data: bytes, line: int, delimiter: int, final: bool) -> tuple[Block, list[Rejected], int]:
    """The records from the start of data up to the first broken one; how many bytes were used."""
    bytes_ = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(bytes_ == _NEWLINE)
    quotes = np.flatnonzero(bytes_ == _QUOTE)
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    if final and len(quotes) % 2 == 0 and (len(ends) == 0 or ends[-1] != len(data) - 1):
        ends = np.append(ends, len(data))
    wrong = _first_wrong_quote(bytes_, quotes, delimiter, final)
    broken: list[Rejected] = []
    used = int(ends[-1]) + 1 if len(ends) else 0
    if wrong is not None:
        ends = ends[: np.searchsorted(ends, wrong)]
        used = int(ends[-1]) + 1 if len(ends) else 0
        stop = _end_of_line(newlines, used, len(data))
        broken.append(Rejected(line + data.count(b"\n", 0, used), *_WRONG_QUOTE, data[used:stop]))
        used = stop + 1
    elif used == 0 and (final or len(data) > LONGEST_SEARCH):
        stop = _end_of_line(newlines, 0, len(data))
        broken.append(Rejected(line, *_OPEN_QUOTE, data[:stop]))
        used = stop + 1
    return _block(data, ends, newlines, line), broken, min(used, len(data))


_WRONG_QUOTE = ("bad-quotes", "A quotation mark stands where a field neither starts nor ends.")
_OPEN_QUOTE = ("open-quote", "A quotation mark opens a field that is never closed.")


def _end_of_line(newlines: Ints, start: int, length: int) -> int:
    after = int(np.searchsorted(newlines, start))
    return int(newlines[after]) if after < len(newlines) else length


def _first_wrong_quote(
    bytes_: npt.NDArray[np.uint8], quotes: Ints, delimiter: int, final: bool
) -> int | None:
    """Position of the opening quote of the first pair that breaks the rules."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening == 0, _NEWLINE, bytes_[opening - 1])
    opens_well = np.isin(before, (delimiter, _NEWLINE, _QUOTE))
    last = len(bytes_) - 1
    known = closing[closing < last] if not final else closing  # the last byte's neighbour is not read yet
    after = np.where(known == last, _NEWLINE, bytes_[np.minimum(known + 1, last)])
    closes_well = np.isin(after, (delimiter, _NEWLINE, _RETURN, _QUOTE))
    wrong = [
        int(opening[at]) for at in (_first_false(opens_well), _first_false(closes_well)) if at is not None
    ]
    return min(wrong) if wrong else None


def _first_false(flags: npt.NDArray[np.bool_]) -> int | None:
    at = int(np.argmin(flags)) if len(flags) else 0
    return at if len(flags) and not flags[at] else None


def _block(data: bytes, ends: Ints, newlines: Ints, line: int) -> Block:
    starts = np.concatenate([np.zeros(min(1, len(ends)), np.int64), ends[:-1] + 1])
    stops = ends.copy()
    crlf = (stops > starts) & (np.frombuffer(data, np.uint8)[np.maximum(stops - 1, 0)] == _RETURN)
    stops[crlf] -= 1
    filled = stops > starts  # an empty line is no record
    return Block(data, starts[filled], stops[filled], line, not filled.all(), newlines)


def parse(block: Block, names: Sequence[str], delimiter: str) -> tuple[pa.Table, Ints, list[Rejected]]:
    """The fields as text, the record of each row, and the records that do not fit the header.

    Empty unquoted fields are null.
    """
    sound, rejected = _sound(block)
    if len(sound) == 0:
        return pa.table({name: pa.array([], pa.string()) for name in names}), sound, rejected
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
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    for row, columns in misfits.items():
        detail = f"It has {columns} fields where the header has {len(names)}."
        rejected.append(block.reject(int(sound[row]), "wrong-columns", detail))
    return table, np.delete(sound, list(misfits)), rejected


def _sound(block: Block) -> tuple[Ints, list[Rejected]]:
    """The records that can be given to the parser, and why the others cannot."""
    lengths = block.ends - block.starts
    clean = not (lengths > LARGEST_RECORD).any() and b"\0" not in block.data and _is_utf8(block.data)
    if clean:
        return np.arange(len(block.starts)), []
    rejected: list[Rejected] = []
    sound: list[int] = []
    for record in range(len(block.starts)):
        problem = _problem(block.raw(record))
        if problem is None:
            sound.append(record)
        else:
            rejected.append(block.reject(record, *problem))
    return np.array(sound, np.int64), rejected


def _problem(raw: bytes) -> tuple[str, str] | None:
    if len(raw) > LARGEST_RECORD:
        return "too-large", f"It is {len(raw):,} bytes long; the most is {LARGEST_RECORD:,}."
    if b"\0" in raw:
        return "nul-bytes", "It holds bytes of value zero."
    if not _is_utf8(raw):
        return "bad-encoding", "It is not UTF-8 text."
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        pa.array([data], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True
