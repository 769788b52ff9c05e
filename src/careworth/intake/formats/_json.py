"""JSON as it lies in files: one document, or a document a line, with the place of every part.

Lines are read one by one in bounded memory; what cannot be read is set aside and reading goes on. A file
that is one document has to be held in memory whole.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, TypeAlias

import msgspec
import pyarrow as pa

from careworth.channels._problem import PayloadProblem
from careworth.errors import FormatError
from careworth.intake.formats._base import Illustrated, Rejected, Row
from careworth.intake.formats._source import Source

LONGEST_LINE = 4 << 20
LARGEST_DOCUMENT = 256 << 20
_LINES_TRIED = 20
_DRAIN = 1 << 20
_NOTHING = re.compile(rb"\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of some JSON: ``buffer[start:stop]``. Nothing is copied until it is asked for."""

    buffer: bytes
    start: int
    stop: int
    line: int
    """Where it starts in the source, counted from 1."""

    @property
    def raw(self) -> bytes:
        return self.buffer[self.start : self.stop]

    @property
    def view(self) -> memoryview:
        return memoryview(self.buffer)[self.start : self.stop]

    @property
    def is_array(self) -> bool:
        return self.buffer[self.start : self.start + 1] == b"["

    def reject(self, reason: str, detail: str) -> Rejected:
        return Rejected(self.line, reason, detail, self.raw)

    def value(self) -> Any:
        """Decoded. Raises PayloadProblem ``bad-json`` or ``bad-encoding``."""
        return _decode(self.view, Any)

    def members(self) -> dict[str, msgspec.Raw]:
        """The values of an object, not decoded; none when it is something else."""
        if self.buffer[self.start : self.start + 1] != b"{":
            return {}
        found: dict[str, msgspec.Raw] = _decode(self.view, dict[str, msgspec.Raw])
        return found

    def member(self, key: str) -> "Piece | None":
        """One value of an object, with its place."""
        raw = self.members().get(key)
        return None if raw is None else self._at(raw, self.start, self.line)

    def elements(self) -> Iterator["Piece"]:
        """The elements of an array; none when it is something else."""
        if not self.is_array:
            return
        position, line = self.start, self.line
        for raw in _decode(self.view, list[msgspec.Raw]):
            piece = self._at(raw, position, line)
            yield piece
            position, line = piece.start, piece.line

    def _at(self, raw: msgspec.Raw, position: int, line: int) -> "Piece":
        start = pa.py_buffer(raw).address - pa.py_buffer(self.buffer).address  # a Raw is a view of the buffer
        newlines = self.buffer.count(b"\n", position, start)
        return Piece(self.buffer, start, start + len(memoryview(raw)), line + newlines)


Quick: TypeAlias = Callable[[bytes], Row | Illustrated | None]
"""From a line to the one message in it, where that is easily told."""


def pieces(
    source: Source, *, lines: bool = False, quick: Quick = lambda line: None
) -> Iterator[Piece | Row | Illustrated | Rejected]:
    """Every document of the source; of an array its elements instead. Lines that are too long are rejected.

    ``lines``: it is known that every line is a document of its own; then ``quick`` is tried first.

    Raises FormatError when the source is neither JSON lines nor one whole document.
    """
    for piece in _documents(source, quick if lines else None):
        if not isinstance(piece, Piece) or not piece.is_array:
            yield piece
            continue
        try:
            yield from piece.elements()
        except PayloadProblem as problem:
            yield piece.reject(problem.reason, problem.detail)


def _documents(source: Source, quick: Quick | None) -> Iterator[Piece | Row | Illustrated | Rejected]:
    if quick is not None or _has_lines(source):
        yield from _lines(source, quick or (lambda line: None))
    else:
        yield read_document(source)


def read_document(source: Source, prefix: re.Pattern[bytes] = _NOTHING) -> Piece:
    """The one document of the source, behind what the prefix matches.

    Raises FormatError when it is not whole, does not start with the prefix, or is too large.
    """
    with source.open() as stream:
        data = stream.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        most = f"{LARGEST_DOCUMENT >> 20} MB"
        raise FormatError(
            f"{source} is one JSON document of more than {most}, too large to hold in memory.",
            hint="Write it as JSON lines, one record a line; such a file may have any size.",
        )
    before = prefix.match(data, len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0)
    start = before.end() if before else 0
    piece = Piece(data, start, len(data.rstrip()), 1 + data.count(b"\n", 0, start))
    if piece.start >= piece.stop:
        raise FormatError(f"{source} is empty.", hint="Check that the download was complete.")
    try:
        _decode(piece.view, msgspec.Raw)
    except PayloadProblem as problem:
        raise FormatError(
            f"{source} is not JSON: {problem.detail}",
            hint="Download or copy it again; nothing of it was stored.",
        ) from problem
    return piece


def _has_lines(source: Source) -> bool:
    """Whether the lines of the source are documents. The first may be broken, so more are tried."""
    with source.open() as stream:
        lines = (line for _, line, _ in islice(_numbered(stream), _LINES_TRIED))
        first = next(lines, b"")
        if _is_document(first):
            return True
        if first in (b"[", b"{") or not any(_is_document(line) for line in lines):
            return False
    try:
        read_document(source)  # one document may be laid out so that some of its lines are documents too
    except FormatError:
        return True
    return False


def _is_document(line: bytes) -> bool:
    if line[:1] not in (b"{", b"["):
        return False
    try:
        _decode(memoryview(line), msgspec.Raw)
    except PayloadProblem:
        return False
    return True


def _lines(source: Source, quick: Quick) -> Iterator[Piece | Row | Illustrated | Rejected]:
    with source.open() as stream:
        for number, line, cut in _numbered(stream):
            if cut:
                detail = f"The line is longer than {LONGEST_LINE >> 20} MB; only its start is kept."
                yield Rejected(number, "too-large", detail, line)
            elif b"\0" in line:
                yield Rejected(number, "nul-bytes", "The line holds bytes of value zero.", line)
            else:
                yield quick(line) or Piece(line, 0, len(line), number)


def _numbered(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Number and content of every line that is not blank; whether it was too long and had to be cut."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 2):
        number += 1
        content = line.removeprefix(BOM_UTF8).strip() if number == 1 else line.strip()
        endless = len(line) == LONGEST_LINE + 2 and not line.endswith(b"\n")
        if endless:
            _skip_line(stream)
        if content:
            yield number, content[:LONGEST_LINE], endless or len(content) > LONGEST_LINE


def _skip_line(stream: IO[bytes]) -> None:
    while (part := stream.readline(_DRAIN)) and not part.endswith(b"\n"):
        pass


def _decode(data: memoryview, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except UnicodeDecodeError:
        raise PayloadProblem("bad-encoding", "It is not UTF-8 text.") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise PayloadProblem("bad-json", f"{str(problem).rstrip('.')}.") from None
