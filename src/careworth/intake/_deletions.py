"""Word of messages that were taken back, on its way into the facts.

It may come before its message, with it, after it, again and again. A message that comes after such word is
stored without its text; one that is stored already loses it when ``careworth.intake.erasing`` runs.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.facts.schema import DELETIONS
from careworth.facts.store import Store
from careworth.intake._known_ids import BETWEEN, MESSAGE, KnownIds
from careworth.intake._stage import Ids, Stage
from careworth.intake.threads import Threads

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Deletions:
    """What a batch says of deletions, and what deletions say of the batch."""

    rows: pa.Table
    """Those that are news, in the shape of the facts."""
    stored: tuple[int, ...]
    """How many are news; one entry a source of the batch."""
    wordless: Ints
    """Numbers of new messages that were taken back already."""


def deletions_of(store: Store, stage: Stage, stored: KnownIds | None, threads: Threads) -> Deletions:
    """Costs nothing where neither the batch nor the store knows of a deletion."""
    told, source = stage.deleted()
    held = tuple(store.counts(DELETIONS))
    if told.num_rows == 0 and not held:
        return Deletions(DELETIONS.empty(), (0,) * len(stage.sources), np.zeros(0, np.int64))
    keys = _joined([told["channel"].combine_chunks()], [told["external_id"].combine_chunks()])
    news = _first_of_each(keys) & ~_are_known(keys, held)
    keys, told, source = keys.filter(pa.array(news)), told.filter(pa.array(news)), source[news]
    batch = _new_messages(stage.ids, threads)
    inside = _inside(keys, batch)
    number = _stored(keys, stored)
    sources = [stage.sources[at].name for at in source.tolist()]
    columns = {
        "channel": told["channel"],
        "external_id": told["external_id"],
        "at": told["at"],
        "message": pa.array(number, mask=number == 0),
        "source": pa.array(sources, pa.string()),
        "batch": pa.repeat(pa.scalar(stage.batch, pa.int64()), told.num_rows),
    }
    wordless = np.union1d(inside[inside > 0], _awaited(batch, held))
    counts = np.bincount(source, minlength=len(stage.sources))
    return Deletions(pa.table(columns, schema=DELETIONS.schema), tuple(counts.tolist()), wordless)


def _joined(channels: list[pa.Array], ids: list[pa.Array]) -> pa.Array:
    keys = [
        pc.binary_join_element_wise(channel, one, BETWEEN) for channel, one in zip(channels, ids, strict=True)
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *keys])


def _first_of_each(keys: pa.Array) -> npt.NDArray[np.bool_]:
    first = np.zeros(len(keys), np.bool_)
    first[np.unique(np.asarray(keys.dictionary_encode().indices), return_index=True)[1]] = True
    return first


@dataclass(frozen=True, slots=True)
class _New:
    """New messages of a batch: their keys and numbers."""

    keys: pa.Array
    number: Ints


def _new_messages(ids: Ids, threads: Threads) -> _New:
    keys = _joined(ids.channel, ids.own)
    return _New(keys.filter(pa.array(threads.new)), threads.message[threads.new])


def _inside(keys: pa.Array, batch: _New) -> Ints:
    """The numbers of those that are new messages of the same batch, else 0."""
    if len(keys) == 0 or len(batch.number) == 0:
        return np.zeros(len(keys), np.int64)
    place = np.asarray(pc.fill_null(pc.index_in(keys, batch.keys), -1))
    return np.where(place < 0, 0, batch.number[place])


def _stored(keys: pa.Array, stored: KnownIds | None) -> Ints:
    """The numbers of those that were stored before, else 0: a number alone may only await its message."""
    if stored is None:
        return np.zeros(len(keys), np.int64)
    found = stored.look_up(MESSAGE, keys)
    return np.where(found.received, found.message, 0)


def _are_known(keys: pa.Array, held: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which of them the store has heard of."""
    if not held or len(keys) == 0:
        return np.zeros(len(keys), np.bool_)
    wanted = pa.table({"key": keys, "place": np.arange(len(keys))})
    known = np.zeros(len(keys), np.bool_)
    known[_asked(held, wanted, "true")] = True
    return known


def _awaited(batch: _New, held: tuple[str, ...]) -> Ints:
    """Numbers of messages of a batch that the store knows to be taken back."""
    if not held or len(batch.number) == 0:
        return np.zeros(0, np.int64)
    return _asked(held, pa.table({"key": batch.keys, "place": batch.number}), "d.message is null")


def _asked(held: tuple[str, ...], wanted: pa.Table, condition: str) -> Ints:
    """The places of the keys that stand among the stored deletions of a condition."""
    with duckdb.connect() as connection:
        connection.read_parquet(list(held)).create_view("deletions")
        connection.register("wanted", wanted)
        answer = connection.sql(
            f"""select place from wanted where key in (
                select channel || chr(31) || external_id from deletions d where {condition})"""
        ).to_arrow_table()
    places: Ints = answer["place"].to_numpy()
    return places
