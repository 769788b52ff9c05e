"""Messages that were taken back: gone from every file of every version, while every count stays."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from careworth.facts import erasure
from careworth.facts import store as store_module
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import DELETIONS, MESSAGES
from careworth.facts.store import Store
from careworth.intake.erasing import deletions_waiting, erase_deleted
from careworth.intake.formats import Chunk, attached_to, batch_of, batch_of_deletions
from careworth.intake.messages import MessageBatch, ingest_messages
from careworth.intake.stream.desk_queue import DESK, DeskQueue
from careworth.terms import Attachment, Deletion, IncomingMessage

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "facts")


Batch = tuple[list[str], list[str]]
"""Ids of messages that came, and of messages that were taken back."""


def text_of(one: str) -> str:
    return f"secret of {one}."


def chunk(sent: Sequence[str], gone: Sequence[str]) -> Chunk:
    messages = [
        IncomingMessage(
            channel="x", external_id=one, author="anna", sent_at=NOW, text=text_of(one), inbound=True
        )
        for one in sent
    ]
    pictures = attached_to((row, [Attachment("image", text_of(one))]) for row, one in enumerate(sent))
    deleted = batch_of_deletions([Deletion("x", one, NOW) for one in gone])
    return Chunk(batch_of(messages), attached=pictures, deleted=deleted)


def bring(store: Store, number: int, batch: Batch) -> Any:
    return ingest_messages(store, MessageBatch("fire", number, "x-v2", chunk(*batch)), now=NOW)


def texts(store: Store, version: int | None = None) -> dict[str, str]:
    engine = DuckDBEngine(store.snapshot(version).files)
    found = engine.query("select external_id, text from messages").to_pylist()
    engine.close()
    return {row["external_id"]: row["text"] for row in found}


def kept_anywhere(store: Store) -> set[str]:
    """Every text and address in any file of the facts, of whatever version."""
    found: set[str] = set()
    for table, column in ((MESSAGES.name, "text"), ("attachments", "address")):
        for path in (store.folder / table).rglob("*.parquet"):
            found |= {value for value in pq.ParquetFile(path).read([column])[column].to_pylist() if value}
    return found


class Oracle:
    """What must be there, worked out one by one."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.gone: set[str] = set()
        self.erased: set[str] = set()
        """Those whose text must be nowhere: it never came in, or was taken out."""

    def take(self, batch: Batch) -> int:
        """How many of its records are news."""
        before = len(self.sent) + len(self.gone)
        new = [one for one in dict.fromkeys(batch[0]) if one not in self.sent]
        self.sent += new
        self.gone |= set(batch[1])
        self.erased |= {one for one in new if one in self.gone}
        return len(self.sent) + len(self.gone) - before

    def erase(self) -> None:
        self.erased |= self.gone & set(self.sent)

    def check(self, store: Store) -> None:
        assert texts(store) == {one: "" if one in self.erased else text_of(one) for one in self.sent}
        assert kept_anywhere(store) == {text_of(one) for one in self.sent if one not in self.erased}
        assert deletions_waiting(store) == len(self.gone & set(self.sent) - self.erased)
        assert audit(store).problems == ()


class Stopped(Exception):
    pass


def stopping(patch: pytest.MonkeyPatch, owner: Any, name: str, chance: random.Random) -> None:
    """One of the next calls is not made; what it would have written is not there."""
    whole, left = getattr(owner, name), chance.randrange(4)

    def stops(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped
        return whole(*arguments, **named)

    patch.setattr(owner, name, stops)


def in_the_end(chance: random.Random, act: Any) -> Any:
    """What a call gives that was perhaps stopped before, in the middle of some write."""
    with pytest.MonkeyPatch.context() as patch:
        stopping(patch, *chance.choice([(Store, "_commit"), (erasure, "_replace")]), chance)
        try:
            return act()
        except Stopped:
            pass
    return act()


@pytest.mark.parametrize("seed", range(10))
def test_in_whatever_order_they_come_and_wherever_it_stops(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(store_module, "SMALL_FILES", 3)
    chance, oracle = random.Random(seed), Oracle()
    ids = [str(one) for one in range(14)]
    for number in range(1, 9):
        batch = (chance.choices(ids, k=chance.randrange(1, 5)), chance.choices(ids, k=chance.randrange(3)))
        if chance.random() < 0.2:
            batch = ([], [chance.choice(ids)])
        news = oracle.take(batch)
        brought = in_the_end(chance, partial(bring, Store(store.folder), number, batch))
        if brought is not None:  # else a stopped batch was completed by the next writer
            assert (brought.received, brought.stored) == (sum(map(len, batch)), news)
        if chance.random() < 0.4:
            in_the_end(chance, partial(erase_deleted, Store(store.folder), now=NOW))
            oracle.erase()
        oracle.check(store)
    found = audit(store)
    assert found.received == found.stored + found.duplicates


def test_earlier_versions_keep_their_rows_and_lose_the_text(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "SMALL_FILES", 2)
    bring(store, 1, (["1", "2"], []))
    bring(store, 2, (["3"], []))
    bring(store, 3, (["4"], ["1"]))
    before = {version: texts(store, version) for version in range(3)}
    sizes = {path: path.stat().st_size for path in (store.folder / "messages").glob("*.parquet")}
    assert erase_deleted(store, now=NOW).messages == 1
    for version, held in before.items():
        assert texts(store, version) == held | {"1": ""}
    assert {path: path.stat().st_size for path in sizes} == sizes
    for version in range(3):  # others read the tables by what the log says of their files
        assert DeltaTable(str(store.folder / "messages"), version=version).to_pyarrow_table().num_rows > 0
    assert store.ledger().to_pylist()[-1]["source"] == "1 messages"


def test_only_what_was_taken_back_is_touched(store: Store) -> None:
    bring(store, 1, (["1", "2"], []))
    bring(store, 2, ([], ["1"]))
    [row] = store.rows(DELETIONS)
    assert (row["external_id"], row["message"], row["source"], row["at"]) == ("1", 1, "fire", NOW)
    done = erase_deleted(store, now=NOW)
    names = sorted(path.name for path in store.folder.rglob("*.parquet"))
    assert erase_deleted(store, now=NOW).version == done.version
    assert sorted(path.name for path in store.folder.rglob("*.parquet")) == names
    assert texts(store) == {"1": "", "2": text_of("2")}


def test_a_store_that_knows_of_no_deletion_has_no_table_of_them(store: Store) -> None:
    bring(store, 1, (["1"], []))
    assert erase_deleted(store, now=NOW).messages == 0
    assert store.version(DELETIONS) is None


def test_word_of_a_message_that_is_only_awaited_as_a_parent_waits_for_it(store: Store) -> None:
    answer = IncomingMessage(
        channel="x",
        external_id="2",
        author="anna",
        sent_at=NOW,
        text="yes",
        inbound=True,
        parent_external_id="1",
    )
    ingest_messages(store, MessageBatch("fire", 1, "x-v2", Chunk(batch_of([answer]))), now=NOW)
    bring(store, 2, ([], ["1"]))
    bring(store, 3, (["1"], []))
    assert texts(store) == {"1": "", "2": "yes"}


def queued(path: Path, one: str) -> None:
    row = ["fire", "x", one, one, "anna", None, 0, "2026-11-20T10:00:00Z", text_of(one), "en", 0, 1, 0.9, 0.1]
    rest = ["neutral", None, 0, "labels", "2026-11-20T10:00:00Z"]
    with closing(DeskQueue(path)) as queue:
        queue.hand_over("fire", int(one), [(*row, *rest)])


def test_the_desk_queue_loses_the_text_too(store: Store) -> None:
    desk = store.folder.parent / DESK
    bring(store, 1, (["1", "2"], ["1"]))
    erase_deleted(store, now=NOW)
    queued(desk, "1")  # the desk came to it later than the facts
    queued(desk, "2")
    erase_deleted(store, now=NOW)
    with closing(sqlite3.connect(desk)) as database:
        found = dict(database.execute("select external_id, text from desk_queue"))
    assert found == {"1": "", "2": text_of("2")}
    assert text_of("1").encode() not in b"".join(path.read_bytes() for path in desk.parent.glob(f"{DESK}*"))


def test_what_a_kill_left_half_written_is_swept_up(store: Store) -> None:
    bring(store, 1, (["1"], []))
    bring(store, 2, ([], ["1"]))
    [path] = (store.folder / "messages").glob("*.parquet")
    shutil.copy(path, path.with_name(f".erasing-{path.name}"))
    erase_deleted(store, now=NOW)
    assert Counter(one.name for one in path.parent.glob("*parquet")) == Counter([path.name])
    assert kept_anywhere(store) == set()
