"""What every format of exported files has in common.

A format turns a source into chunks. A chunk is a table of messages in the shape of ``INCOMING`` and
the records that could not be read, and word of messages that were taken back; together they are all that the
source held, so nothing is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from careworth.intake.formats._source import Source
from careworth.terms import Attachment, Deletion, IncomingMessage

INCOMING = pa.schema(
    [
        pa.field("channel", pa.string(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("author", pa.string(), nullable=False),
        pa.field("sent_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("inbound", pa.bool_()),
        pa.field("parent_external_id", pa.string()),
        pa.field("thread_hint", pa.string()),
        pa.field("brand", pa.string()),
        pa.field("agent", pa.string()),
        pa.field("private", pa.bool_(), nullable=False),
        pa.field("automatic", pa.bool_(), nullable=False),
        pa.field("language", pa.string()),
        pa.field("tags", pa.string()),
        pa.field("handling_seconds", pa.float64()),
    ]
)
"""One row a message; the columns are the fields of ``IncomingMessage``. ``tags`` are joined by commas."""

ATTACHED = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("address", pa.string()),
        pa.field("alt", pa.string()),
    ]
)
"""One row an attachment; ``row`` is that of its message, ``position`` its own in the message, from 0."""

DELETED = pa.schema(
    [
        pa.field("channel", pa.string(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC")),
    ]
)
"""One row a message that was taken back; the columns are the fields of ``Deletion``."""

Row: TypeAlias = tuple[Any, ...]
"""The values of a row, in the order of ``INCOMING``."""


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A row and what its message holds beside words."""

    row: Row
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was received but cannot be a message: a dead letter."""

    line: int
    """Where it starts in the source, counted from 1."""
    reason: str
    """A short stable word such as ``bad-date``: figures are kept per reason."""
    detail: str
    """One sentence for a person, without the text of the message."""
    raw: bytes
    """The record as it stands in the source, whole."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a source, in its order: received = messages + rejected + deleted."""

    messages: pa.RecordBatch
    rejected: Sequence[Rejected] = ()
    header: bytes = b""
    """What must stand before a rejected record so that it can be read again (the header of a CSV)."""
    attached: pa.RecordBatch | None = None
    """Attachments of the messages, in the shape of ``ATTACHED``; None where they have none."""
    deleted: pa.RecordBatch | None = None
    """Which messages the source says were taken back, in the shape of ``DELETED``; None without any."""

    @property
    def deletions(self) -> int:
        return 0 if self.deleted is None else int(self.deleted.num_rows)

    @property
    def received(self) -> int:
        return int(self.messages.num_rows) + len(self.rejected) + self.deletions


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said beside the path."""

    brands: frozenset[str] = frozenset()
    """Accounts that are the company's own, lower case and without ``@``."""
    mapping: Path | None = None
    lines: bool = False
    """The source is known to hold records of the format, one a line; whatever is not is rejected."""
    bot: str | None = None
    """User name of the bot of Telegram whose updates these are, lower case, where there are several."""


class Format(Protocol):
    """One kind of exported file."""

    name: str

    def claims(self, source: Source) -> bool:
        """Whether this source looks like ours, judged by its name and its first bytes only."""
        ...

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        """All records of the source, in its order.

        Raises FormatError, before the first chunk, when the source is not of this format.
        """
        ...


def batch_of(messages: Sequence[IncomingMessage]) -> pa.RecordBatch:
    """The messages as one batch in the shape of ``INCOMING``."""
    return batch_of_rows([row_of(message) for message in messages])


def attached_to(messages: Iterable[tuple[int, Sequence[Attachment]]]) -> pa.RecordBatch | None:
    """The attachments of messages whose rows are named, in the shape of ``ATTACHED``; None without any."""
    columns = [
        (row, position, one.kind, one.address, one.alt)
        for row, attachments in messages
        for position, one in enumerate(attachments)
    ]
    if not columns:
        return None
    arrays = [
        pa.array(column, field.type)
        for column, field in zip(zip(*columns, strict=True), ATTACHED, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=ATTACHED)


def batch_of_deletions(deletions: Sequence[Deletion]) -> pa.RecordBatch | None:
    """Deletions in the shape of ``DELETED``; None without any."""
    if not deletions:
        return None
    columns = zip(*((one.channel, one.external_id, one.at) for one in deletions), strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, DELETED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=DELETED)


def row_of(message: IncomingMessage) -> Row:
    """The message as a row of ``INCOMING``."""
    m = message
    return (
        m.channel, m.external_id, m.author, m.sent_at, m.text, m.inbound, m.parent_external_id,
        m.thread_hint, m.brand, m.agent, m.private, m.automatic, m.language, ",".join(m.tags) or None,
        m.handling_seconds,
    )  # fmt: skip


def batch_of_rows(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows as one batch in the shape of ``INCOMING``."""
    columns = zip(*rows, strict=True) if rows else [()] * len(INCOMING)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, INCOMING, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=INCOMING)
