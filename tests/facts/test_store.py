"""The store: commits, versions that can be asked for, one writer, and what goes wrong with folders."""

import fcntl
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from careworth.errors import NoFacts, NoSuchVersion, StoreBusy, StoreError
from careworth.facts import store as store_module
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import BATCHES, DEAD_LETTERS, MERGES, TABLES
from careworth.facts.store import Store

NOW = datetime(2024, 1, 2, tzinfo=UTC)
WRITER = "tester"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "facts")


def merges(*pairs: tuple[int, int]) -> pa.Table:
    one, other = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.table([list(one), list(other)], schema=MERGES.schema)


def commit(store: Store, batch: int) -> None:
    """What a batch does at its end: its row in the ledger, with the versions of all tables."""
    versions = {name: store.version(table) for name, table in TABLES.items() if table is not BATCHES}
    row = dict.fromkeys(BATCHES.schema.names, 0) | {
        "batch": batch,
        "source": f"file {batch}",
        "format": "twcs",
        "digest": "",
        "skipped": "{}",
        "replay_of": None,
        "at": NOW.replace(day=batch),
        "versions": json.dumps({name: one for name, one in versions.items() if one is not None}),
    }
    store.append(BATCHES, pa.Table.from_pylist([row], schema=BATCHES.schema), writer=WRITER, batch=batch)


def held(store: Store, version: int | None = None) -> list[tuple[Any, ...]]:
    engine = DuckDBEngine(store.snapshot(version).files)
    rows = engine.query("from merges order by all").to_pylist()
    engine.close()
    return [tuple(row.values()) for row in rows]


def test_a_version_gives_exactly_the_rows_it_had(store: Store) -> None:
    store.append(MERGES, merges((2, 1)), writer=WRITER, batch=1)
    commit(store, 1)
    store.append(MERGES, merges((3, 1), (4, 1)), writer=WRITER, batch=2)
    commit(store, 2)
    store.replace(MERGES, merges((9, 8)), writer=WRITER, batch=3)
    commit(store, 3)
    assert [held(store, version) for version in (0, 1, 2, None)] == [
        [(2, 1)],
        [(2, 1), (3, 1), (4, 1)],
        [(9, 8)],
        [(9, 8)],
    ]
    assert [store.snapshot(version).committed_at.day for version in (0, 1, 2, None)] == [1, 2, 3, 3]
    assert [store.snapshot(version).version for version in (0, None)] == [0, 2]
    assert store.ledger(1)["batch"].to_pylist() == [1, 2]
    assert DuckDBEngine(store.snapshot(1).files).query("from batches").num_rows == 2


def test_what_the_ledger_does_not_name_is_not_seen(store: Store) -> None:
    store.append(MERGES, merges((2, 1)), writer=WRITER, batch=1)
    assert not store.exists()
    assert store.versions() == {}
    commit(store, 1)
    store.append(MERGES, merges((3, 1)), writer=WRITER, batch=2)
    assert held(store) == [(2, 1)]
    assert store.version(MERGES) == 1
    assert len(store.newest_files()["merges"]) == 2


def test_the_same_batch_of_a_writer_is_written_once(store: Store) -> None:
    for _ in range(2):
        assert store.append(MERGES, merges((2, 1)), writer=WRITER, batch=1) == 0
    assert store.append(MERGES, merges((3, 1)), writer="somebody else", batch=1) == 1
    commit(store, 1)
    assert held(store) == [(2, 1), (3, 1)]


@pytest.mark.parametrize("first", [True, False])
def test_what_is_rolled_back_can_be_written_again(store: Store, first: bool) -> None:
    if not first:
        store.append(MERGES, merges((2, 1)), writer=WRITER, batch=1)
    before = store.version(MERGES)
    store.append(MERGES, merges((3, 1)), writer=WRITER, batch=2)
    store.roll_back(MERGES, before, writer=WRITER)
    commit(store, 1)
    assert held(store) == [(2, 1)] * (not first)
    store.append(MERGES, merges((3, 1)), writer=WRITER, batch=2)
    commit(store, 2)
    assert held(store) == [*[(2, 1)] * (not first), (3, 1)]


def test_a_note_comes_back_from_its_version(store: Store) -> None:
    for batch in (1, 2, 3):
        store.append(MERGES, merges((batch, 1)), writer=WRITER, batch=batch, note=f"note {batch}")
    assert [store.note(MERGES, version) for version in (0, 1, 2)] == ["note 1", "note 2", "note 3"]


def test_rows_of_a_table_that_no_snapshot_names(store: Store) -> None:
    assert store.rows(MERGES) == []
    store.add(MERGES, merges((2, 1)))
    store.add(MERGES, merges((3, 1)))
    assert sorted(row["conversation"] for row in store.rows(MERGES)) == [2, 3]


def test_without_facts_and_without_such_a_version(store: Store) -> None:
    for ask in (store.snapshot, store.ledger):
        with pytest.raises(NoFacts, match="There are no facts in") as caught:
            ask()
        assert str(store.folder.parent) in caught.value.hint
    commit(store, 1)
    for version in (1, 7, -1):
        with pytest.raises(NoSuchVersion, match=f"There is no version {version} of") as missing:
            store.snapshot(version)
        assert "from 0 to 0" in missing.value.hint


def test_a_second_writer_is_told_at_once(store: Store) -> None:
    with store.writing():
        with pytest.raises(StoreBusy, match="Another process is writing"), Store(store.folder).writing():
            pass
        commit(store, 1)
        assert held(store) == []  # readers need no lock
    with store.writing():
        pass


LOCK = """
import fcntl, sys
handle = open(sys.argv[1], "w")
fcntl.flock(handle, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


def test_what_another_writer_did_between_is_seen(store: Store) -> None:
    other = Store(store.folder)
    for batch in (1, 2, 3):
        for one in (store, other):
            with one.writing():
                assert len(one.rows(MERGES)) == one.done(MERGES, WRITER)
                one.append(MERGES, merges((batch, 9)), writer=WRITER, batch=one.done(MERGES, WRITER) + 1)
    assert len(store.rows(MERGES)) == 6


def test_another_table_in_the_same_place_is_seen(store: Store) -> None:
    for one, row in ((store, (1, 2)), (Store(store.folder), (3, 4))):
        shutil.rmtree(store.folder, ignore_errors=True)
        with one.writing():
            one.append(MERGES, merges(row), writer=WRITER, batch=1)
    with store.writing():
        assert store.rows(MERGES) == [{"conversation": 3, "into": 4}]


def test_a_table_that_nobody_changed_is_not_opened_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing():
        store.append(MERGES, merges((1, 2)), writer=WRITER, batch=1)
        store.append(MERGES, merges((3, 4)), writer=WRITER, batch=2)
    monkeypatch.setattr(store_module, "DeltaTable", None)
    with store.writing():
        assert store.done(MERGES, WRITER) == 2


def test_the_lock_of_another_process_ends_with_it(store: Store) -> None:
    store.folder.mkdir()
    lock = store.folder / "writer.lock"
    with subprocess.Popen(
        [sys.executable, "-S", "-c", LOCK, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(StoreBusy), store.writing():
            pass
        other.kill()
    with store.writing(), lock.open("w") as handle, pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("name", ["a folder", "größe", "a+b&c", "100% #1?", "it's", "{a}", "*"])
def test_folders_may_have_unusual_names(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name / "facts")
    store.append(MERGES, merges((2, 1)), writer=WRITER, batch=1)
    commit(store, 1)
    store.replace(MERGES, merges((3, 1)), writer=WRITER, batch=2)
    commit(store, 2)
    assert held(store) == [(3, 1)]
    assert all(Path(file).is_file() for files in store.snapshot(0).files.values() for file in files)
    assert (tmp_path / name / "facts" / "merges").is_dir()


@pytest.mark.parametrize("name", ["a[1]", "a%20b", "a\\b"])
def test_folders_that_delta_takes_for_addresses_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="its path holds") as caught:
        Store(tmp_path / name)
    assert "Choose a folder" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match="Nothing can be written") as caught,
        Store(tmp_path / "file").writing(),
    ):
        pass
    assert caught.value.hint


def test_rows_that_break_off_leave_nothing(store: Store) -> None:
    def rows() -> Any:
        yield merges((2, 1)).to_batches()[0]
        raise OSError(28, "No space left on device")

    store.append(MERGES, merges((1, 1)), writer=WRITER, batch=1)
    reader = pa.RecordBatchReader.from_batches(MERGES.schema, rows())
    with pytest.raises(
        StoreError, match=r"The table merges .* could not be written: .*No space left"
    ) as caught:
        store.append(MERGES, reader, writer=WRITER, batch=2)
    assert "Make room" in caught.value.hint
    assert "\n" not in str(caught.value)
    assert store.version(MERGES) == 0
    store.append(MERGES, merges((2, 1)), writer=WRITER, batch=2)
    assert len(store.rows(MERGES)) == 2


def test_other_readers_of_delta_find_the_same_rows(store: Store) -> None:
    letter = dict.fromkeys(DEAD_LETTERS.schema.names, "x") | {
        "batch": 1,
        "line": 2,
        "header": b"h",
        "raw": b"\xff",
    }
    store.append(
        DEAD_LETTERS, pa.Table.from_pylist([letter], schema=DEAD_LETTERS.schema), writer=WRITER, batch=1
    )
    delta = DeltaTable(store.folder / "dead_letters")
    assert [field.name for field in delta.schema().fields] == DEAD_LETTERS.schema.names
    assert pa.table(delta.to_pyarrow_table()).to_pylist() == [letter]
    assert [field.nullable for field in delta.schema().fields] == [
        not one.required for one in DEAD_LETTERS.columns
    ]
