"""Which ids the store knows: sorted runs of hashes in files beside the tables, made from the messages.

What a batch asks costs by the size of the batch, not of the store. The runs only repeat what the messages
say: before they are asked they are brought up to the newest of them, and where rows were taken away or the
files do not fit they are made anew. Ids are kept as 128 bits of MD5, so two do not meet by chance.

DuckDB is asked without an engine of facts, which takes longer to open than this to answer.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from careworth.errors import StoreError
from careworth.facts.schema import MERGES, MESSAGES
from careworth.facts.store import Store
from careworth.intake._runs import CONVERSATION, NUMBER, Ints, Run, Words, places, write_run

MESSAGE, HINT = "m", "h"
"""Ids of messages, and names of threads: the same text may be both."""
BETWEEN = "\x1f"
_LARGEST_RUN = 4_000_000
"""Entries; 128 MB of them are mapped at most, when all of a run is looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the store says of some ids; one entry an id, 0 where it knows nothing."""

    message: Ints
    conversation: Ints
    received: npt.NDArray[np.bool_]
    """Whether the message itself is stored, not only awaited as somebody's parent."""


@dataclass(slots=True)
class _State:
    """What the runs cover; kept as JSON beside them."""

    table: str = ""
    rows: int = 0
    next_number: int = 1
    batch: int = 0
    brands: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    runs: tuple[tuple[str, int, int], ...] = ()
    """Name of the file, entries in it, room in it; the oldest first."""


class KnownIds:
    """The ids of all stored messages. Open it with the store locked."""

    def __init__(self, store: Store) -> None:
        self._database = duckdb.connect()  # one for all that is asked: to open one costs more than to ask
        self._folder = store.folder / "ids"
        try:
            self._state = _State(**json.loads((self._folder / "state.json").read_text(encoding="utf-8")))
            self._runs = [Run(self._folder / name, size, room) for name, size, room in self._state.runs]
        except (OSError, ValueError, TypeError):
            self._forget()
        if not all(run.fits() for run in self._runs):
            self._forget()
        self._catch_up(store)
        self._merged, self._into = _merges(store)

    @property
    def next_number(self) -> int:
        return self._state.next_number

    @property
    def brands(self) -> Sequence[str]:
        """Accounts that have written outbound messages."""
        return self._state.brands

    def look_up(self, kind: str, names: pa.Array) -> Found:
        """``names``: channel, BETWEEN, id."""
        found = Found(_zeros(names), _zeros(names), np.zeros(len(names), np.bool_))
        if len(names) == 0:
            return found
        high, low = self._hashes(kind, names)
        order = np.argsort(high)
        for run in self._runs:
            words = run.words()
            at = places(words, high[order], low[order])
            rows, at = order[at >= 0], at[at >= 0]
            number = words[NUMBER, at].view(np.int64)
            found.message[rows] = np.abs(number)
            found.received[rows] |= number >= 0
            found.conversation[rows] = self._follow(words[CONVERSATION, at].view(np.int64))
        return found

    def _hashes(self, kind: str, names: pa.Array) -> tuple[Words, Words]:
        """As ``_ENTRIES`` does it."""
        self._database.register("wanted", pa.table({"key": names, "place": np.arange(len(names))}))
        answer = self._database.sql(_HASHES.format(kind=kind)).to_arrow_table()
        return answer["high"].to_numpy(), answer["low"].to_numpy()

    def _follow(self, conversations: Ints) -> Ints:
        """Where conversations have gone that turned out to be part of others."""
        if len(self._merged) == 0:
            return conversations
        at = np.minimum(np.searchsorted(self._merged, conversations), len(self._merged) - 1)
        return np.where(self._merged[at] == conversations, self._into[at], conversations)

    def _forget(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._state, self._runs = _State(), []

    def _catch_up(self, store: Store) -> None:
        """Read the files of messages that came since. Small ones may hold known batches: made into one."""
        rows = store.counts(MESSAGES)
        name = store.identity(MESSAGES)
        if name != self._state.table:
            self._forget()
        if self._read_new(rows) != sum(rows.values()):
            self._forget()
            self._read_new(rows)
        self._state.table = name
        self._keep(rows)

    def _read_new(self, rows: dict[str, int]) -> int:
        """How many messages are covered now."""
        seen = set(self._state.files)
        unseen = [path for path in rows if Path(path).name not in seen]
        known = self._state.batch
        for path in unseen:
            self._read(path, known)
        return self._state.rows

    def _read(self, path: str, known: int) -> None:
        self._database.read_parquet(path).filter(f"batch > {known}").create_view("new")
        sums = self._database.sql(_SUMS).to_arrow_table().to_pylist()[0]
        if not sums["rows"]:
            return
        run = _run(self._database.sql(_ENTRIES).to_arrow_table())
        state = self._state
        state.rows += sums["rows"]
        state.next_number = max(state.next_number, sums["next_number"])
        state.batch = max(state.batch, sums["batch"])
        state.brands = tuple(sorted({*state.brands, *(sums["brands"] or ())}))
        with self._telling():
            self._add(run)

    def _add(self, new: Words) -> None:
        """Runs of like size become one: there are never more than a few below the largest."""
        joined, size = [new], new.shape[1]
        while self._runs and self._runs[-1].size <= min(size * 2, _LARGEST_RUN - size):
            joined.insert(0, self._runs[-1].words())
            size += self._runs.pop().size
        self._folder.mkdir(parents=True, exist_ok=True)
        self._runs.append(write_run(self._folder, joined))

    def _keep(self, rows: dict[str, int]) -> None:
        """Files first, then the state that names them, then away with what it names no longer."""
        files = tuple(sorted(Path(path).name for path in rows))
        if files == self._state.files:
            return
        with self._telling():
            self._write(files)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise StoreError(
                f"Nothing can be written to {self._folder}: {problem.strerror or problem}.",
                hint="Make room, then run the same command again: nothing was lost.",
            ) from problem

    def _write(self, files: tuple[str, ...]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._state.files = files
        self._state.runs = tuple((run.path.name, run.size, run.room) for run in self._runs)
        draft = self._folder / "state.json.new"
        draft.write_text(json.dumps(_plain(self._state)), encoding="utf-8")
        draft.replace(self._folder / "state.json")
        named = {run.path for run in self._runs}
        for path in self._folder.glob("*.run"):
            if path not in named:
                path.unlink()


_SUMS = """select count(*) as rows, max(batch) as batch,
    coalesce(greatest(max(message), coalesce(max(parent), 0)), 0) + 1 as next_number,
    list(distinct brand) filter (where not inbound and brand is not null) as brands
from new"""

_ENTRIES = f"""with named as (
    select '{MESSAGE}' || channel || chr(31) || external_id as key, message as number, conversation from new
    union all
    select '{MESSAGE}' || channel || chr(31) || parent_external_id, -parent, conversation from new
    where parent is not null and parent_external_id is not null
    union all
    select '{HINT}' || channel || chr(31) || thread_hint, 0, conversation from new
    where thread_hint is not null
),
hashed as (select md5_number(key) as hash, number, conversation from named)
select (hash >> 64)::ubigint as high, (hash & 18446744073709551615::uhugeint)::ubigint as low,
       max(number) as number, min(conversation) as conversation
from hashed group by hash order by hash"""

_HASHES = """select (hash >> 64)::ubigint as high, (hash & 18446744073709551615::uhugeint)::ubigint as low
from (select place, md5_number('{kind}' || key) as hash from wanted) order by place"""


def _plain(state: _State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _State.__slots__}


def _zeros(names: pa.Array) -> Ints:
    return np.zeros(len(names), np.int64)


def _run(entries: pa.Table) -> Words:
    """Entries sorted by the hash, as four rows of words."""
    columns = [entries[name].to_numpy() for name in ("high", "low", "number", "conversation")]
    return np.stack([column.view(np.uint64) for column in columns])


def _merges(store: Store) -> tuple[Ints, Ints]:
    rows: Iterable[dict[str, int]] = store.rows(MERGES)
    pairs = sorted((row["conversation"], row["into"]) for row in rows)
    one, into = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(one, np.int64), np.array(into, np.int64)
