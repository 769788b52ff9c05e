"""Killed at every step and at random moments, or out of disk: the next ingest leaves the facts as they would
have been."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from care_oracle import NOW, Held, Tweet, held, write_twcs

from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import Ingested, ingest

BROKEN = "9,too,few\n8,115,True,Tue Feb 30 22:10:47 +0000 2017,x,,\n"
FIRST = [
    Tweet("1", "11", True, NOW, "@Acme help", "7"),
    Tweet("2", "12", True, NOW, "@Acme me too", "8"),
    Tweet("3", "Acme", False, NOW.replace(minute=3), "gladly", "2"),
]
SECOND = [
    Tweet("7", "12", True, NOW, "the parent of one, a reply to the other's", "8"),
    Tweet("4", "Acme", False, NOW.replace(minute=5), "and you", "1"),
    Tweet("5", "13", True, NOW.replace(minute=6), "somebody else"),
]
STEPS = ("dead letters", "merges", "messages", "conversations", "turns", "ledger")
"""The writes of a batch that has everything; the first batch has no merges."""


@dataclass(frozen=True)
class State:
    """All that must be the same with and without a bad end."""

    facts: Held
    dead: list[tuple[int, str, bytes]]

    @classmethod
    def of(cls, store: Store) -> "State":
        engine = DuckDBEngine(store.snapshot().files)
        dead = engine.query("select line, reason, raw from dead_letters order by source, line, batch")
        engine.close()
        return cls(held(store), [tuple(row.values()) for row in dead.to_pylist()])


@dataclass(frozen=True)
class World:
    folder: Path
    before: State
    after: State
    outcomes: dict[str, tuple[str, str]]

    def ended(self, *ends: str) -> Iterator[Store]:
        for end in ends:
            yield Store(self.folder / end)

    def ingest(self, store: Store, batch: str) -> Ingested:
        return ingest(store, [self.folder / f"{batch}.csv"], now=NOW)

    def check_again(self, store: Store) -> None:
        """Whatever happened, a reader sees all of a batch or nothing; ingesting again completes it."""
        assert State.of(store) in (self.before, self.after)
        brought = self.ingest(store, "second")
        assert audit(store).problems == ()
        assert brought.stored + brought.duplicates == len(SECOND)
        state = State.of(store)
        assert state.facts == self.after.facts
        twice = [] if brought.stored else self.before.dead
        assert sorted(state.dead) == sorted(self.after.dead + twice)


KILLED = [f"commit {at}" for at in range(1, len(STEPS) + 1)]
KILLED_FIRST = [f"commit {at}" for at in (2, 3)]
FULL = [f"full {at}" for at in (0, 4)]
MOMENTS = [f"after {share}" for share in (0.4, 0.8)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two batches, and stores in which the second (or the first) came to each of the ends."""
    folder = tmp_path_factory.mktemp("crash")
    for name, tweets in (("first", FIRST), ("second", SECOND)):
        path = write_twcs(folder / f"{name}.csv", tweets)
        path.write_text(path.read_text(encoding="utf-8") + BROKEN, encoding="utf-8")
    base = Store(folder / "base")
    ingest(base, [folder / "first.csv"], now=NOW)
    for end in [*KILLED, *FULL, "never", *MOMENTS]:
        shutil.copytree(base.folder, folder / end)
    plan = [(folder / end, folder / "second.csv", end) for end in [*KILLED, *FULL, "never", *MOMENTS]]
    plan += [(folder / f"first {end}", folder / "first.csv", end) for end in KILLED_FIRST]
    outcomes = come_to_their_ends(plan)
    for end in (KILLED[2], KILLED[3]):
        shutil.copytree(folder / end, folder / f"{end} untouched")
    return World(folder, State.of(base), State.of(Store(folder / "never")), outcomes)


def come_to_their_ends(plan: list[tuple[Path, Path, str]]) -> dict[str, tuple[str, str]]:
    driver = Path(__file__).with_name("crash_driver.py")
    text = json.dumps([[str(store), str(path), end] for store, path, end in plan])
    ran = subprocess.run([sys.executable, driver, text], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return {store.name: (ended, told) for (store, _, _), (ended, told) in zip(plan, lines, strict=True)}


def test_the_batches_have_what_can_go_wrong(world: World) -> None:
    assert world.outcomes["never"] == ("left", "")
    assert (len(world.before.dead), len(world.after.dead)) == (2, 4)
    assert world.before.facts.sets == {frozenset("1"), frozenset("23")}
    assert world.after.facts.sets == {frozenset("12347"), frozenset("5")}


def test_killed_at_every_step(world: World) -> None:
    assert {world.outcomes[end] for end in KILLED} == {("killed", "")}
    for store in world.ended(*KILLED):
        world.check_again(store)


def test_the_first_batch_killed_at_every_step(world: World) -> None:
    for store in world.ended(*(f"first {end}" for end in KILLED_FIRST)):
        assert world.outcomes[store.folder.name] == ("killed", "")
        assert not store.exists()
        brought = world.ingest(store, "first")
        assert audit(store).problems == ()
        state = State.of(store)
        assert state.facts == world.before.facts
        assert len(state.dead) == len(world.before.dead) * (1 if brought.stored else 2)


def test_another_file_may_come_next(world: World) -> None:
    """What was begun is finished or undone; it is not taken for part of the next batch, nor the other way."""
    third = [Tweet("6", "14", True, NOW, "@Acme hello"), Tweet("2", "12", True, NOW, "again", "8")]
    path = write_twcs(world.folder / "third.csv", third)
    path.write_text(path.read_text(encoding="utf-8") + "6,7\n", encoding="utf-8")
    for end, finished in ((KILLED[2], False), (KILLED[3], True)):
        store = Store(world.folder / f"{end} then another")
        shutil.copytree(world.folder / f"{end} untouched", store.folder)
        assert (world.ingest(store, "third").stored, audit(store).problems) == (1, ())
        state = State.of(store)
        before = world.after if finished else world.before
        assert state.facts.sets == before.facts.sets | {frozenset("6")}
        assert sorted(state.dead) == sorted([*before.dead, (4, "wrong-columns", b"6,7")])


def test_killed_at_random_moments(world: World) -> None:
    for store in world.ended(*MOMENTS):
        world.check_again(store)


def test_a_full_disk_is_told_and_loses_nothing(world: World) -> None:
    for store in world.ended(*FULL):
        ended, told = world.outcomes[store.folder.name]
        assert ended == "left"
        assert told.startswith("StoreError: ")
        assert "Make room" in told
        world.check_again(store)
