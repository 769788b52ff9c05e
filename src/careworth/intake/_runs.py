"""Sorted runs: entries of four words in a file, searched where they lie and joined part by part.

What is in memory is bounded, whatever a store holds: a run is mapped only while it is searched, and several
become one in parts of a few megabytes. Hashes are spread evenly, so equal ranges of them are of like size.
"""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
"""Four rows, an entry a column."""

HIGH, LOW, NUMBER, CONVERSATION = range(4)
"""Both halves of the hash by which entries are sorted, and two numbers."""
PART = 1 << 17
"""Entries that are joined at once."""
_WORD = 8


@dataclass(frozen=True, slots=True)
class Run:
    """A file of ``room`` entries of which the first ``size`` are used."""

    path: Path
    size: int
    room: int

    def fits(self) -> bool:
        """Whether the file is as long as it was written."""
        return self.path.is_file() and self.path.stat().st_size == 4 * self.room * _WORD

    def words(self) -> Words:
        """The entries, mapped for as long as somebody holds them."""
        return np.memmap(self.path, np.uint64, "r", shape=(4, self.room))[:, : self.size]


def write_run(folder: Path, sources: Sequence[Words]) -> Run:
    """Make several runs one, in a new file of the folder. OSError when the disk is full.

    An id in two of them was awaited in one and came in the other, or was awaited twice: the greater number
    counts, and the conversation of the first.
    """
    room = sum(source.shape[1] for source in sources)
    path = folder / f"{uuid.uuid4()}.run"
    try:
        return Run(path, _write(path, sources, room), room)
    except OSError:
        path.unlink(missing_ok=True)  # it would stand in the way of what is written when there is room
        raise


def _write(path: Path, sources: Sequence[Words], room: int) -> int:
    """How many entries were written: fewer than there is room for where an id stood in two runs."""
    size = 0
    with path.open("wb") as file:
        file.truncate(4 * room * _WORD)
        for part in _parts(sources, room):
            for row, words in enumerate(part):
                file.seek((row * room + size) * _WORD)
                file.write(words.tobytes())
            size += part.shape[1]
        file.flush()
        os.fsync(file.fileno())
    return size


def _parts(sources: Sequence[Words], room: int) -> Iterator[Words]:
    """The joined entries, those of one range of the hash after another."""
    count = room // PART + 1
    bounds = np.array([(part << 64) // count for part in range(1, count)], np.uint64)
    cuts = [[0, *np.searchsorted(one[HIGH], bounds).tolist(), one.shape[1]] for one in sources]
    for part in range(count):
        yield _joined([one[:, cut[part] : cut[part + 1]] for one, cut in zip(sources, cuts, strict=True)])


def _joined(sources: Sequence[Words]) -> Words:
    both = np.concatenate(sources, axis=1)
    if len(sources) > 1:
        both = both[:, np.argsort(both[HIGH], kind="stable")]  # nearly no work: they are sorted one by one
    same = (both[HIGH, 1:] == both[HIGH, :-1]) & (both[LOW, 1:] == both[LOW, :-1])
    firsts = np.concatenate([[0], np.flatnonzero(~same) + 1])[: both.shape[1]]
    joined = both[:, firsts]
    if same.any():
        joined[NUMBER] = np.maximum.reduceat(both[NUMBER].view(np.int64), firsts).view(np.uint64)
    return joined


def places(run: Words, high: Words, low: Words) -> Ints:
    """Where ids stand in a run, -1 where they do not. ``high`` is sorted."""
    size = run.shape[1]
    at = np.searchsorted(run[HIGH], high).astype(np.int64)
    place = np.full(len(high), -1)
    open_ = np.arange(len(high))
    while len(open_):
        open_ = open_[at[open_] < size]
        open_ = open_[run[HIGH, at[open_]] == high[open_]]
        right = run[LOW, at[open_]] == low[open_]
        place[open_[right]] = at[open_[right]]
        open_ = open_[~right]
        at[open_] += 1
    return place
