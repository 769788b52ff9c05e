"""A person who was forgotten: nowhere in any file, while every count stays."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from test_deletions import Stopped, in_the_end, queued

from careworth.errors import InputError
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake import forgetting
from careworth.intake.forgetting import forget_author
from careworth.intake.formats import Chunk, Rejected, attached_to, batch_of
from careworth.intake.messages import MessageBatch, ingest_messages
from careworth.intake.stream.desk_queue import DESK
from careworth.terms import Attachment, IncomingMessage

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "channel": "whatsapp", "thread_hint": "1555/49177", "private": True, "brand": "1555"
}  # fmt: skip
SENT = [
    IncomingMessage(external_id="1", author="49177", text="anna asks", inbound=True, sent_at=NOW, **ASKED),
    IncomingMessage(
        external_id="2", author="1555", text="anna hears", inbound=False, sent_at=NOW + timedelta(1), **ASKED
    ),
    IncomingMessage(channel="x", external_id="3", author="bob", text="bob asks", inbound=True, sent_at=NOW),
    IncomingMessage(
        channel="x", external_id="4", author="Acme", text="bob hears", inbound=False, sent_at=NOW,
        parent_external_id="3",
    ),
]  # fmt: skip
BROKEN = [
    Rejected(1, "bad-date", "It.", b'{"from": "49177"}'),
    Rejected(2, "bad-date", "It.", b'{"from": "491770"}'),
]


def facts(folder: Path) -> Store:
    store = Store(folder / "facts")
    pictures = attached_to(
        [(0, [Attachment("image", "anna's picture")]), (2, [Attachment("image", "bob's")])]
    )
    for number, chunk in enumerate(
        (Chunk(batch_of(SENT), BROKEN, attached=pictures), Chunk(batch_of(SENT[:1]))), 1
    ):
        ingest_messages(store, MessageBatch("fire", number, "meta", chunk), now=NOW)
    return store


def everything(store: Store, version: int | None = None) -> dict[str, list[dict[str, Any]]]:
    engine = DuckDBEngine(store.snapshot(version).files)
    names = ("messages", "conversations", "turns", "attachments", "dead_letters")
    found = {name: engine.query(f"select * from {name} order by all").to_pylist() for name in names}
    engine.close()
    return found


def told(held: dict[str, list[dict[str, Any]]]) -> str:
    return repr(held)


@pytest.mark.parametrize("seed", range(6))
def test_the_person_leaves_every_version_and_the_others_stay(tmp_path: Path, seed: int) -> None:
    store = facts(tmp_path)
    before = everything(store)
    in_the_end(random.Random(seed), partial(forget_author, Store(store.folder), "49177", now=NOW))
    for version in (0, 1, None):
        after = everything(store, version)
        for gone in ("'49177'", "anna", '"49177"', "1555/49177"):
            assert gone not in told(after)
        for kept in ("bob asks", "bob hears", "bob's", "491770", "'bob'"):
            assert kept in told(after)
        assert {name: len(rows) for name, rows in after.items()} == {
            n: len(rows) for n, rows in before.items()
        }
        [name] = {m["author"] for m in after["messages"] if m["author"].startswith("forgotten-")}
        assert name in [c["contact"] for c in after["conversations"]]
    last = store.ledger().to_pylist()[-1]
    assert last["format"] == "forgotten" and "49177" not in repr(last)
    assert list(store.folder.glob("forgetting*")) == []
    assert audit(store).problems == ()


def test_what_was_stored_once_stays_known_and_the_next_talk_is_a_new_one(tmp_path: Path) -> None:
    store = facts(tmp_path)
    forget_author(store, "49177", now=NOW)
    later = IncomingMessage(
        external_id="9", author="49177", text="me again", inbound=True, sent_at=NOW, **ASKED
    )
    brought = ingest_messages(
        store, MessageBatch("fire", 3, "meta", Chunk(batch_of([SENT[0], later]))), now=NOW
    )
    assert brought is not None and (brought.stored, brought.duplicates) == (1, 1)
    assert sorted(c["messages"] for c in everything(store)["conversations"]) == [1, 2, 2]


def test_the_desk_queue_forgets_the_person_too(tmp_path: Path) -> None:
    store = facts(tmp_path)
    queued(tmp_path / DESK, "7")  # of anna, on x
    anna = IncomingMessage(channel="x", external_id="7", author="anna", text="x", inbound=True, sent_at=NOW)
    ingest_messages(store, MessageBatch("fire", 3, "meta", Chunk(batch_of([anna]))), now=NOW)
    forget_author(store, "anna", "x", now=NOW)
    with closing(sqlite3.connect(tmp_path / DESK)) as database:
        assert database.execute("select count(*) from desk_queue").fetchone() == (0,)


@pytest.mark.parametrize(
    ("author", "channel", "words"),
    [
        ("nobody", None, "Nobody called 'nobody' has written."),
        ("49177", "x", "Nobody called '49177' has written."),
        ("Acme", None, "an account of your own"),
        ("o'brien", None, "Nobody called"),
    ],
)
def test_whom_nobody_can_forget(tmp_path: Path, author: str, channel: str | None, words: str) -> None:
    store = facts(tmp_path)
    with pytest.raises(InputError) as problem:
        forget_author(store, author, channel, now=NOW)
    assert words in str(problem.value)
    assert list(store.folder.glob("forgetting*")) == []


def test_one_name_on_two_networks_may_be_two_people(tmp_path: Path) -> None:
    store = facts(tmp_path)
    other = IncomingMessage(channel="x", external_id="5", author="49177", text="", inbound=True, sent_at=NOW)
    ingest_messages(store, MessageBatch("fire", 3, "meta", Chunk(batch_of([other]))), now=NOW)
    with pytest.raises(InputError, match="--channel NAME"):
        forget_author(store, "49177", now=NOW)


def test_what_was_interrupted_is_finished_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = facts(tmp_path)

    def stop(*_: Any) -> int:
        raise Stopped

    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(forgetting, "tell_ledger", stop)
        forget_author(store, "49177", now=NOW)
    assert forget_author(store, "bob", now=NOW).messages == 1
    assert [row["format"] for row in store.ledger().to_pylist()][-2:] == ["forgotten"] * 2
    assert list(store.folder.glob("forgetting*")) == []
