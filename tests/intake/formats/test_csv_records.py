"""Records of CSV against Python's csv module, and what is left of a file when one line of it is broken."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.intake.formats import _csv
from careworth.intake.formats._base import Rejected
from careworth.intake.formats._csv import parse, read_blocks

FIRST_LINE = 2
FIELDS = st.lists(
    st.sampled_from(["a", "7", " ", ",", '"', "\n", "\r\n", "\r", "é", "😀", "\u2028", ";", "'", "\\", "\t"]),
    max_size=5,
).map("".join)
STARTS = ',\n\r"'
"""What follows a quotation mark that closes a field. A field that begins so makes it impossible to tell
whether a mark opens it or closes the one before, when that one was broken."""


@dataclass(frozen=True)
class Record:
    line: int
    fields: tuple[str, ...]
    raw: bytes

    @property
    def lines(self) -> range:
        return range(self.line, self.line + self.raw.count(b"\n") + 1)


@dataclass(frozen=True)
class Read:
    records: list[Record]
    rejected: list[Rejected]

    def check_that_nothing_is_lost(self, data: bytes) -> None:
        """Every line that is not empty is in exactly one record, read or set aside, and whole."""
        lines = data.split(b"\n")
        seen: list[int] = []
        for one in [*self.records, *self.rejected]:
            at = one.line - FIRST_LINE
            height = one.raw.count(b"\n") + 1
            there = b"\n".join(lines[at : at + height])
            assert one.raw in (there, there.removesuffix(b"\r"))
            seen += range(at, at + height)
        inside = [at for at in range(len(lines)) if lines[at].strip(b"\r") or at in seen]
        assert sorted(seen) == inside


def read(data: bytes, width: int, block: int = 4 << 20, window: int = 8 << 10) -> Read:
    names = [f"column{at}" for at in range(width)]
    found = Read([], [])
    with patch.object(_csv, "BLOCK_BYTES", block), patch.object(_csv, "_AFTER_BREAK", window):
        for piece, broken in read_blocks(io.BytesIO(data), ",", FIRST_LINE):
            table, numbers, misfits = parse(piece, names, ",", names)
            assert table.num_rows == len(numbers)
            rows = zip(*(table[name].to_pylist() for name in names), strict=True)
            for number, row in zip(numbers.tolist(), rows, strict=True):
                fields = tuple(field or "" for field in row)
                found.records.append(Record(piece.line(number), fields, piece.raw(number)))
            found.rejected.extend([*broken, *misfits])
    found.check_that_nothing_is_lost(data)
    return found


def oracle(text: str) -> Iterator[Record]:
    """What Python's csv module reads."""
    lines = [line + "\n" for line in text.split("\n")]
    reader = csv.reader(lines)
    before = 0
    for row in reader:
        raw = "".join(lines[before : reader.line_num]).removesuffix("\n").removesuffix("\r")
        if row:
            yield Record(FIRST_LINE + before, tuple(row), raw.encode())
        before = reader.line_num


def field_of(text: str, quoted: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if quoted or set(text) & set(',"\r\n') else text


@st.composite
def tables(draw: st.DrawFn, fields: st.SearchStrategy[str] = FIELDS) -> tuple[int, str]:
    """A valid CSV without a header, and how many columns it has."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(fields, min_size=width, max_size=width), max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    written = ""
    for row in rows:
        quoted = draw(st.booleans()) or row == [""]
        written += ",".join(field_of(text, quoted) for text in row) + end
        written += end * draw(st.sampled_from([0, 0, 0, 1, 2]))
    return width, written.removesuffix(end) if draw(st.booleans()) else written


@settings(max_examples=80, deadline=None)
@given(tables(), st.integers(1, 60))
@example((2, ""), 1)
@example((1, '""\r\n""'), 3)
def test_valid_csv_is_read_as_python_reads_it(table: tuple[int, str], block: int) -> None:
    width, text = table
    found = read(text.encode(), width, block)
    assert found.rejected == []
    assert found.records == list(oracle(text))


CORRUPTIONS = st.sampled_from([b'"', b'""', b"\0", b"\xff", b",", b"\r", b'x"y', b",,,,,", b"", b'",'])


@settings(max_examples=120, deadline=None)
@given(
    tables(FIELDS.filter(lambda text: text.lstrip('"')[:1] not in tuple(STARTS) or not text.strip('"'))),
    st.data(),
    st.integers(1, 60),
    st.integers(1, 40),
)
def test_one_broken_line_costs_no_other_record(
    table: tuple[int, str], data: st.DataObject, block: int, window: int
) -> None:
    width, text = table
    lines = text.encode().split(b"\n")
    broken = data.draw(st.integers(0, len(lines) - 1))
    end = b"\r" if lines[broken].endswith(b"\r") else b""
    line = lines[broken].removesuffix(b"\r")
    start, stop = sorted((data.draw(st.integers(0, len(line))), data.draw(st.integers(0, len(line)))))
    lines[broken] = line[:start] + data.draw(CORRUPTIONS) + line[stop:] + end
    found = read(b"\n".join(lines), width, block, window)
    untouched = [record for record in oracle(text) if broken + FIRST_LINE not in record.lines]
    assert [record for record in untouched if record not in found.records] == []


ROW = b"1,x,ok\n"


@pytest.mark.parametrize(
    ("broken", "reason", "lines"),
    [
        (b'2,"never closed,ok', "open-quote", 1),
        (b'2,say "hi" to,ok', "bad-quotes", 1),
        (b'2,"closed" too early,ok', "bad-quotes", 1),
        (b"2,too,many,fields", "wrong-columns", 1),
        (b"2,cut", "wrong-columns", 1),
        (b'2,"two\nlines",and,more', "wrong-columns", 2),
        (b"2,nul\0byte,ok", "nul-bytes", 1),
        (b"2,caf\xe9,ok", "bad-encoding", 1),
        (b'2,"caf\xe9\n",ok', "bad-encoding", 2),
        (b"2,half\ra line,ok", "stray-return", 1),
        (b"2," + b"x" * (10 << 20) + b",ok", "too-large", 1),
        (b'2,"' + b"x\n" * 600_000 + b'",ok', "too-large", 600_001),
    ],
)
def test_what_is_set_aside_names_its_line_and_reason(broken: bytes, reason: str, lines: int) -> None:
    found = read(ROW + b'1,"two\nlines",ok\n\r\n' + broken + b"\n" + ROW * 2, 3)
    assert [(one.line, one.reason, one.raw) for one in found.rejected] == [(6, reason, broken)]
    assert [record.line for record in found.records] == [2, 3, 6 + lines, 7 + lines]
    assert found.rejected[0].detail.endswith(".")


def test_a_return_between_quotation_marks_is_text() -> None:
    assert read(b'1,"half\ra line",ok\n', 3).records[0].fields == ("1", "half\ra line", "ok")


def test_only_what_is_empty_and_not_quoted_is_absent() -> None:
    piece, _ = next(read_blocks(io.BytesIO(b'1,"",\n'), ",", 2))
    table, _, _ = parse(piece, ["a", "b", "c"], ",", ["a", "b", "c"])
    assert table.to_pylist() == [{"a": "1", "b": "", "c": None}]
    some, _, _ = parse(piece, ["a", "b", "c"], ",", ["c", "a"])
    assert some.to_pylist() == [{"a": "1", "c": None}]


@pytest.mark.parametrize(("endless", "reason"), [(b'"' * 601, "open-quote"), (b"x" * 600, "too-large")])
def test_a_record_without_an_end_is_given_up_in_bounded_memory(endless: bytes, reason: str) -> None:
    with patch.object(_csv, "LONGEST_SEARCH", 64), patch.object(_csv, "BLOCK_BYTES", 16):
        blocks = list(read_blocks(io.BytesIO(ROW + endless), ",", FIRST_LINE))
    assert max(len(block.data) for block, _ in blocks) <= 64 + 16
    pieces = [piece for _, broken in blocks for piece in broken]
    assert {(piece.line, piece.reason) for piece in pieces} == {(3, reason)}
    whole = [(block.line(at), block.raw(at)) for block, _ in blocks for at in range(len(block.starts))]
    assert whole[0] == (2, ROW.strip())
    assert b"".join([*(piece.raw for piece in pieces), *(raw for line, raw in whole if line == 3)]) == endless


def test_many_broken_lines_take_time_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    """To look through the whole block again after each of them takes minutes, not a second."""
    looked: list[int] = []
    records = _csv._Marks.records

    def counting(self: _csv._Marks, at: int, until: int) -> object:
        looked.append(min(until, len(self.data)) - at)
        return records(self, at, until)

    monkeypatch.setattr(_csv._Marks, "records", counting)
    good, bad, window = b"1,some text that is not long,ok\n", b'2,say "hi",ok\n', 256
    data = (good + bad) * 1000
    found = read(data, 3, window=window)
    assert len(found.records) == len(found.rejected) == 1000
    assert sum(looked) < len(data) + 1000 * 2 * window
