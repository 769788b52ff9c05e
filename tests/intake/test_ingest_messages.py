"""Batches of a stream: exactly once, whatever stops them, and the facts are those of the oracle."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from care_oracle import NOW, Expected, Tweet, held, random_tweets, write_twcs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_ingest_oracle import check

from careworth.facts import derive
from careworth.facts import store as store_module
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import BATCHES, MESSAGES
from careworth.facts.store import Store
from careworth.intake import _known_ids
from careworth.intake._known_ids import BETWEEN, HINT, MESSAGE, KnownIds
from careworth.intake.formats import Chunk, ReadOptions, Rejected, find_sources, named
from careworth.intake.ingest import ingest
from careworth.intake.messages import MessageBatch, batches_done, ingest_messages


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens after many batches happens after a few."""
    monkeypatch.setattr(derive, "RECENT_AT_LEAST", 6)
    monkeypatch.setattr(store_module, "SMALL_FILES", 3)
    monkeypatch.setattr(_known_ids, "_LARGEST_RUN", 40)


def chunk_of(folder: Path, tweets: list[Tweet]) -> Chunk:
    (source,) = find_sources([write_twcs(folder / "part.csv", tweets)])
    (chunk,) = named("twcs").read(source, ReadOptions())
    return chunk


def parts(chance: random.Random, tweets: list[Tweet]) -> list[list[Tweet]]:
    rows = [*tweets, *chance.sample(tweets, len(tweets) // 5)]
    chance.shuffle(rows)
    size = chance.randint(4, 9)
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def bring(store: Store, folder: Path, number: int, tweets: list[Tweet], source: str = "fire") -> Any:
    return ingest_messages(store, MessageBatch(source, number, "twcs", chunk_of(folder, tweets)), now=NOW)


@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(st.randoms(use_true_random=False))
def test_many_small_batches_give_the_facts_of_the_oracle(chance: random.Random) -> None:
    tweets = random_tweets(chance, 30)
    expected = Expected()
    with TemporaryDirectory() as name:
        folder, store = Path(name), Store(Path(name) / "facts")
        for number, batch in enumerate(parts(chance, tweets), 1):
            before = len(expected.tweets)
            expected.take(batch)
            brought = bring(store, folder, number, batch)
            assert (brought.received, brought.stored) == (len(batch), len(expected.tweets) - before)
            check(held(store), expected)
        assert audit(store).problems == ()
        assert len(store.counts(MESSAGES)) <= 3
        assert len(store.counts(BATCHES)) <= 3


class Stopped(Exception):
    pass


def stopping(at: int) -> Iterator[None]:
    """Counts the commits to stores and raises instead of one."""
    for number in range(1, 100):
        if number == at:
            raise Stopped
        yield


def test_stopped_before_any_commit_and_called_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(0)
    store, expected = Store(tmp_path / "facts"), Expected()
    commit = Store._commit
    for number, batch in enumerate(parts(chance, random_tweets(chance, 40)), 1):
        steps = stopping(chance.randint(1, 6))

        def stopped(self: Store, *given: Any, steps: Iterator[None] = steps) -> int:
            next(steps)
            return commit(self, *given)

        expected_before = held(store) if store.exists() else None
        monkeypatch.setattr(Store, "_commit", stopped)
        try:
            bring(store, tmp_path, number, batch)
        except Stopped:
            assert (held(store) if store.exists() else None) == expected_before
        monkeypatch.setattr(Store, "_commit", commit)
        bring(store, tmp_path, number, batch)
        assert batches_done(store, "fire") == number
        expected.take(batch)
        check(held(store), expected)
        assert audit(store).problems == ()


def test_a_number_is_stored_once_for_each_source(tmp_path: Path) -> None:
    chance = random.Random(1)
    tweets = random_tweets(chance, 12)
    store = Store(tmp_path / "facts")
    assert batches_done(store, "fire") == 0
    assert bring(store, tmp_path, 3, tweets[:4]).stored == 4
    assert bring(store, tmp_path, 3, tweets[:4]) is None
    assert bring(store, tmp_path, 2, tweets[4:8]) is None
    assert bring(store, tmp_path, 1, tweets[2:8], "another").stored == 4
    assert bring(store, tmp_path, 4, tweets[:4]).duplicates == 4
    assert (batches_done(store, "fire"), batches_done(store, "another")) == (4, 1)
    assert bring(store, tmp_path, 4, tweets) is None


def test_what_could_not_be_read_is_counted_and_kept(tmp_path: Path) -> None:
    whole = chunk_of(tmp_path, random_tweets(random.Random(2), 3))
    chunk = Chunk(whole.messages, [Rejected(7, "bad-json", "It breaks off.", b'{"a')])
    store = Store(tmp_path / "facts")
    brought = ingest_messages(store, MessageBatch("fire", 1, "bluesky", chunk), now=NOW)
    assert brought is not None
    assert (brought.received, brought.stored, brought.skipped) == (4, 3, {"bad-json": 1})
    only = MessageBatch("fire", 2, "bluesky", Chunk(whole.messages.slice(0, 0), chunk.rejected))
    brought = ingest_messages(store, only, now=NOW)
    assert brought is not None
    assert (brought.received, brought.stored) == (1, 0)
    assert audit(store).problems == ()


def test_every_version_stays_what_it_was(tmp_path: Path) -> None:
    chance = random.Random(3)
    store, seen = Store(tmp_path / "facts"), []
    for number, batch in enumerate(parts(chance, random_tweets(chance, 40)), 1):
        bring(store, tmp_path, number, batch)
        seen.append(whole(store, None))
    assert [whole(store, version) for version in range(len(seen))] == seen
    assert any("recent_conversations" in names for _, names in seen)


def whole(store: Store, version: int | None) -> tuple[pa.Table, list[str]]:
    files = store.snapshot(version).files
    engine = DuckDBEngine(files)
    rows = engine.query("from conversations order by all")
    engine.close()
    return rows, sorted(name for name, paths in files.items() if paths)


def test_files_and_streams_meet_in_one_store(tmp_path: Path) -> None:
    chance = random.Random(4)
    tweets = random_tweets(chance, 40)
    expected, store = Expected(), Store(tmp_path / "facts")
    for number, batch in enumerate([tweets[:20], tweets[15:25], tweets[22:40], tweets[:40]], 1):
        expected.take(batch)
        if number % 2:
            ingest(store, [write_twcs(tmp_path / "file.csv", batch)], now=NOW)
        else:
            bring(store, tmp_path, number, batch)
        check(held(store), expected)


def damage(folder: Path, how: str) -> None:
    if how == "gone":
        shutil.rmtree(folder)
    elif how == "cut":
        for path in folder.glob("*.run"):
            path.write_bytes(path.read_bytes()[:90])
    elif how == "no state":
        (folder / "state.json").write_text("{")
    else:
        state = (folder / "state.json").read_text()
        (folder / "state.json").write_text(state.replace('"rows": ', '"rows": 1'))


@pytest.mark.parametrize("how", ["gone", "cut", "no state", "other count"])
def test_damaged_ids_are_made_anew(tmp_path: Path, how: str) -> None:
    chance = random.Random(5)
    tweets = random_tweets(chance, 30)
    expected, store = Expected(), Store(tmp_path / "facts")
    for number in range(3):
        batch = tweets[number * 10 : number * 10 + 10]
        bring(store, tmp_path, number + 1, batch)
        expected.take(batch)
        KnownIds(store)
        damage(store.folder / "ids", how)
    assert bring(store, tmp_path, 9, tweets).stored == 0
    check(held(store), expected)


def test_ids_of_other_channels_and_names_of_threads_are_others(tmp_path: Path) -> None:
    chunk = chunk_of(tmp_path, [Tweet("1", "11", True, NOW, "a", "9"), Tweet("2", "12", True, NOW, "b")])
    hinted = chunk.messages.set_column(
        chunk.messages.schema.get_field_index("thread_hint"), "thread_hint", pa.array([None, "1"])
    )
    store = Store(tmp_path / "facts")
    ingest_messages(store, MessageBatch("fire", 1, "twcs", Chunk(hinted)), now=NOW)
    ids = KnownIds(store)
    names = pa.array([f"{channel}{BETWEEN}{name}" for channel in ("x", "y") for name in ("1", "2", "9", "8")])
    found = ids.look_up(MESSAGE, names)
    assert found.message.tolist() == [1, 2, 3, 0, 0, 0, 0, 0]
    assert found.received.tolist() == [True, True, *[False] * 6]
    assert found.conversation.tolist() == [1, 2, 1, 0, 0, 0, 0, 0]
    assert ids.look_up(HINT, names).conversation.tolist() == [2, *[0] * 7]
    assert ids.next_number == 4
    assert np.array_equal(ids.look_up(HINT, names[:0]).conversation, np.zeros(0))
