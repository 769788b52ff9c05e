"""Attachments in the facts: each once, with its own message, whatever comes again and whatever stops."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import ATTACHMENTS, MESSAGES
from careworth.facts.store import Store
from careworth.intake.formats import Chunk, attached_to, batch_of
from careworth.intake.ingest import Ingested
from careworth.intake.messages import MessageBatch, ingest_messages
from careworth.intake.stream._portions import joined
from careworth.terms import Attachment, IncomingMessage

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PICTURE, FILM = Attachment("image", "https://p.example/1", "torn"), Attachment("video", "v2")
Sent = tuple[str, tuple[Attachment, ...]]


def chunk(sent: Sequence[Sent]) -> Chunk:
    messages = [
        IncomingMessage(channel="x", external_id=one, author="anna", sent_at=NOW, text="", inbound=True)
        for one, _ in sent
    ]
    return Chunk(batch_of(messages), attached=attached_to(enumerate(held for _, held in sent)))


def bring(store: Store, number: int, *sent: Sent) -> Ingested | None:
    return ingest_messages(store, MessageBatch("fire", number, "x-v2", chunk(sent)), now=NOW)


def held(store: Store) -> list[tuple[Any, ...]]:
    engine = DuckDBEngine(store.snapshot().files)
    try:
        found = engine.query(
            "select m.external_id, a.position, a.kind, a.address, a.alt from attachments a "
            "join messages m on m.message = a.message order by all"
        )
    finally:
        engine.close()
    return [tuple(row.values()) for row in found.to_pylist()]


def test_attachments_stand_beside_their_message_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "facts")
    bring(store, 1, ("1", ()), ("2", (PICTURE, FILM)), ("2", (FILM,)))
    bring(store, 2, ("2", (FILM,)), ("3", (FILM,)), ("4", ()))
    assert held(store) == [
        ("2", 0, "image", "https://p.example/1", "torn"),
        ("2", 1, "video", "v2", None),
        ("3", 0, "video", "v2", None),
    ]
    assert audit(store).problems == ()


def test_batches_without_attachments_write_nothing_of_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "facts")
    bring(store, 1, ("1", ()))
    bring(store, 2, ("1", (PICTURE,)))
    assert store.version(ATTACHMENTS) is None


def test_chunks_brought_together_keep_them_with_their_messages(tmp_path: Path) -> None:
    parts = [chunk([("1", ()), ("2", (PICTURE,))]), chunk([("3", ())]), chunk([("4", (FILM, PICTURE))])]
    batch = MessageBatch("fire", 1, "x-v2", joined(parts))
    store = Store(tmp_path / "facts")
    ingest_messages(store, batch, now=NOW)
    assert [(row[0], row[1], row[2]) for row in held(store)] == [
        ("2", 0, "image"), ("4", 0, "video"), ("4", 1, "image"),
    ]  # fmt: skip


class Stopped(Exception):
    pass


@pytest.mark.parametrize("table", [MESSAGES.name, "batches"])
def test_a_batch_that_was_stopped_leaves_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    store = Store(tmp_path / "facts")
    bring(store, 1, ("1", (PICTURE,)))
    whole = Store._commit

    def stopping(self: Store, to: Any, *rest: Any, **named: Any) -> int:
        if to.name == table:
            raise Stopped
        return whole(self, to, *rest, **named)

    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(Store, "_commit", stopping)
        bring(store, 2, ("2", (FILM, PICTURE)))
    bring(Store(store.folder), 2, ("2", (FILM, PICTURE)))
    assert [row[:3] for row in held(store)] == [("1", 0, "image"), ("2", 0, "video"), ("2", 1, "image")]
    assert audit(store).problems == ()
