"""Reading whole sources in tests of the formats of networks."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careworth.intake.formats._base import INCOMING, Chunk, Format, ReadOptions, Rejected
from careworth.intake.formats._source import Source


@dataclass(frozen=True)
class Read:
    chunks: list[Chunk]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [row for chunk in self.chunks for row in chunk.messages.to_pylist()]

    @property
    def rejected(self) -> list[Rejected]:
        return [one for chunk in self.chunks for one in chunk.rejected]

    @property
    def deleted(self) -> list[dict[str, Any]]:
        return [
            row for chunk in self.chunks if chunk.deleted is not None for row in chunk.deleted.to_pylist()
        ]

    @property
    def received(self) -> int:
        return sum(chunk.received for chunk in self.chunks)

    @property
    def ids(self) -> list[str]:
        return [message["external_id"] for message in self.messages]

    @property
    def reasons(self) -> dict[str, int]:
        return dict(Counter(one.reason for one in self.rejected))


def read(form: Format, source: Source | Path, *brands: str) -> Read:
    """Everything in a source, with what must hold of every chunk already checked."""
    source = source if isinstance(source, Source) else Source(source)
    chunks = list(form.read(source, ReadOptions(brands=frozenset(brands))))
    for chunk in chunks:
        assert chunk.messages.schema == INCOMING
        assert chunk.received == chunk.messages.num_rows + len(chunk.rejected) + chunk.deletions > 0
    for one in Read(chunks).rejected:
        assert one.detail.endswith(".") and one.line >= 1 and one.raw
    return Read(chunks)


def again(form: Format, found: Read, folder: Path, *brands: str) -> Read:
    """What was rejected, read once more, as a replay of dead letters does."""
    return read(form, lines(folder / "again.jsonl", *[one.raw for one in found.rejected]), *brands)


def lines(path: Path, *records: Any) -> Path:
    """A file of JSON lines; bytes and text stand in it as they are."""
    written = [
        r if isinstance(r, bytes) else r.encode() if isinstance(r, str) else json.dumps(r).encode()
        for r in records
    ]
    return store(path, b"\n".join(written) + b"\n")


def store(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def plain(path: Path) -> bytes:
    """What is in a recorded file."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
