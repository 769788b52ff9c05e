"""From single messages to chunks, and whose side wrote them: what all formats of networks share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import msgspec

from careworth.channels._problem import PayloadProblem
from careworth.errors import FormatError
from careworth.intake.formats._base import (
    INCOMING,
    Chunk,
    Illustrated,
    Rejected,
    Row,
    attached_to,
    batch_of_deletions,
    batch_of_rows,
    row_of,
)
from careworth.intake.formats._json import Piece
from careworth.intake.formats._source import Source
from careworth.terms import Attachment, Deletion, IncomingMessage

CHUNK_RECORDS = 5_000
CHUNK_BYTES = 32 << 20
_TEXT = INCOMING.names.index("text")

Found = Row | Illustrated | Rejected
Item = IncomingMessage | Deletion | Found
Around = Callable[[msgspec.Raw], object]
Take = Callable[[Piece], Iterator[Item]]


def gather(
    source: Source,
    found: Iterable[Piece | Found],
    take: Take,
    *,
    what: str,
    header: bytes = b"",
    known: bool = False,
) -> Iterator[Chunk]:
    """Chunks of what ``take`` makes of each piece; it raises PayloadProblem when a piece is none of its own.

    Raises FormatError, before the first chunk, when all of that chunk is nothing of the format; not when it
    is ``known`` to be of it.
    """
    taker = _Taker(take, known)
    growing = _Growing(header)
    for piece in found:
        for item in taker.items(piece):
            growing.add(item)
            if growing.is_full:
                taker.require_ours(source, what, growing)
                yield growing.finish()
    taker.require_ours(source, what, growing)
    if growing.records:
        yield growing.finish()


def enclosed(rejected: Rejected, around: Around) -> Rejected:
    """A rejected part of a delivery with what has to stand around it to be read again."""
    return replace(rejected, raw=msgspec.json.encode(around(msgspec.Raw(rejected.raw))))


def unknown(what: str) -> PayloadProblem:
    """For an object that is nothing of the format."""
    return PayloadProblem("unknown-object", f"It is not {what}.")


def sided(
    message: IncomingMessage, writer: Iterable[str], addressed: Iterable[str], brands: frozenset[str]
) -> IncomingMessage:
    """The message with its side and brand, which the company's own accounts tell.

    ``writer`` is what the author may be called; ``addressed`` the accounts it is for, in their order.
    """
    inbound, brand = side_of(writer, addressed, brands)
    return replace(message, inbound=inbound, brand=brand)


def side_of(
    writer: Iterable[str], addressed: Iterable[str], brands: frozenset[str]
) -> tuple[bool, str | None]:
    """Whether a contact wrote it, and which of the brands wrote it or is addressed."""
    own = _first_of(writer, brands)
    return (True, _first_of(addressed, brands)) if own is None else (False, own)


def _first_of(names: Iterable[str], brands: frozenset[str]) -> str | None:
    plain = (name.removeprefix("@").lower() for name in names)
    return next((name for name in plain if name in brands), None)


class _Taker:
    """Knows whether anything so far was of the format."""

    def __init__(self, take: Take, known: bool) -> None:
        self._take = take
        self._ours = known

    def items(self, piece: Piece | Found) -> Iterator[Item]:
        if not isinstance(piece, Piece):
            yield piece
            return
        try:
            for item in self._take(piece):
                self._ours = True
                yield item
            self._ours = True  # also when there was nothing in it, such as the last page of a search
        except PayloadProblem as problem:
            yield piece.reject(problem.reason, problem.detail)

    def require_ours(self, source: Source, what: str, growing: "_Growing") -> None:
        if self._ours or not growing.rejected:
            return
        first = growing.rejected[0]
        raise FormatError(
            f"{source} holds nothing that is {what}. Line {first.line}, for one: {first.detail}",
            hint="Check which file it is, or name another format.",
        )


class _Growing:
    """The records of the chunk to come."""

    def __init__(self, header: bytes) -> None:
        self._header = header
        self._rows: list[Row] = []
        self._attached: list[tuple[int, tuple[Attachment, ...]]] = []
        self.rejected: list[Rejected] = []
        self._deleted: list[Deletion] = []
        self._bytes = 0

    @property
    def records(self) -> int:
        return len(self._rows) + len(self.rejected) + len(self._deleted)

    @property
    def is_full(self) -> bool:
        return self.records >= CHUNK_RECORDS or self._bytes >= CHUNK_BYTES

    def add(self, item: Item) -> None:
        if isinstance(item, Rejected):
            self.rejected.append(item)
            self._bytes += len(item.raw)
            return
        if isinstance(item, Deletion):
            self._deleted.append(item)
            return
        if isinstance(item, tuple):  # nearly always, where the rate counts
            row = item
        else:
            row = item.row if isinstance(item, Illustrated) else row_of(item)
            if item.attachments:
                self._attached.append((len(self._rows), item.attachments))
        self._rows.append(row)
        self._bytes += len(row[_TEXT])

    def finish(self) -> Chunk:
        chunk = Chunk(
            batch_of_rows(self._rows),
            tuple(self.rejected),
            self._header,
            attached_to(self._attached),
            batch_of_deletions(self._deleted),
        )
        self._rows, self._attached, self.rejected, self._deleted, self._bytes = [], [], [], [], 0
        return chunk
