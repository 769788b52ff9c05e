"""Runs of entries on disk hold what was put into them, whatever parts they are joined in."""

import os
import random
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from careworth.intake import _runs
from careworth.intake._runs import CONVERSATION, HIGH, LOW, NUMBER, Run, Words, places, write_run

Entries = dict[tuple[int, int], tuple[int, int]]
"""Both halves of a hash -> number, conversation."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_runs, "PART", 7)


def words(entries: Entries) -> Words:
    rows = [(*hash_, number, conversation) for hash_, (number, conversation) in sorted(entries.items())]
    columns = [np.array(column, np.int64 if place > 1 else np.uint64) for place, column in
               enumerate(zip(*rows, strict=True))]  # fmt: skip
    return np.stack([column.view(np.uint64) for column in columns])


def held(run: Run) -> Entries:
    high, low, number, conversation = (row.tolist() for row in run.words())
    signed = run.words()[NUMBER].view(np.int64).tolist()
    assert len(set(zip(high, low, strict=True))) == len(number)
    return dict(zip(zip(high, low, strict=True), zip(signed, conversation, strict=True), strict=True))


def random_entries(chance: random.Random, number: int) -> Entries:
    hashes = [(chance.choice([0, 5, 2**64 - 1, chance.getrandbits(64)]), chance.getrandbits(64))
              for _ in range(number)]  # fmt: skip
    return {hash_: (chance.randint(1, 9**9), chance.randint(1, 9**9)) for hash_ in hashes}


@pytest.mark.parametrize("seed", range(5))
def test_several_runs_become_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    parts = [random_entries(chance, chance.randint(1, 60)) for _ in range(3)]
    run = write_run(tmp_path, [words(one) for one in parts])
    assert held(run) == {**parts[0], **parts[1], **parts[2]}
    assert run.fits()
    again = write_run(tmp_path, [run.words(), words({(8, 8): (1, 1)})])
    assert held(again) == {**held(run), (8, 8): (1, 1)}


def test_who_was_awaited_and_came_counts_as_come(tmp_path: Path) -> None:
    awaited, came, awaited_again = {(7, 3): (-5, 2)}, {(7, 3): (5, 4), (9, 9): (6, 6)}, {(7, 3): (-5, 8)}
    run = write_run(tmp_path, [words(one) for one in (awaited, came, awaited_again)])
    assert held(run) == {(7, 3): (5, 2), (9, 9): (6, 6)}
    assert (run.size, run.room) == (2, 4)


def test_ids_are_found_by_both_halves_of_their_hash(tmp_path: Path) -> None:
    chance = random.Random(11)
    entries = random_entries(chance, 80)
    run = write_run(tmp_path, [words(entries)]).words()
    asked = sorted([*entries, *((high, low ^ 1) for high, low in entries), (3, 3)])
    high, low = (np.array(half, np.uint64) for half in zip(*asked, strict=True))
    found = places(run, high, low)
    assert [place >= 0 for place in found] == [one in entries for one in asked]
    there = found[found >= 0]
    assert run[HIGH, there].tolist() == high[found >= 0].tolist()
    assert run[LOW, there].tolist() == low[found >= 0].tolist()
    assert run[CONVERSATION, there].tolist() == [entries[one][1] for one in asked if one in entries]


def test_a_file_that_was_cut_does_not_fit(tmp_path: Path) -> None:
    run = write_run(tmp_path, [words(random_entries(random.Random(1), 20))])
    os.truncate(run.path, run.path.stat().st_size - 1)
    assert not run.fits()
    run.path.unlink()
    assert not run.fits()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_runs.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_run(tmp_path, [words(random_entries(random.Random(2), 20))])
    assert list(tmp_path.iterdir()) == []
