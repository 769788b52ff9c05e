"""From the ids of a batch to numbers of messages and conversations, with what the store knows of them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.facts.engines import DuckDBEngine
from careworth.intake._stage import Ids
from careworth.intake.threads import NONE, Known, Links, Threads, resolve

Ints = npt.NDArray[np.int64]
_BETWEEN = "\x1f"


def number(ids: Ids, engine: DuckDBEngine | None) -> Threads:
    """Numbers for every row of a batch. ``engine``: over the stored facts, None when there are none yet."""
    channels = pc.unique(pa.chunked_array(ids.channel)).to_pylist() if ids.channel else []
    keyed = _Keyed(channels)
    own, parent = keyed.keys(ids.channel, ids.own), keyed.keys(ids.channel, ids.parent)
    both = _encoded([*own, *parent])
    hints = _encoded(keyed.keys(ids.channel, ids.hint))
    codes = _codes(both)
    count = sum(len(array) for array in own)
    micros = np.concatenate([*ids.micros, np.zeros(0, np.int64)])
    links = Links(codes[:count], codes[count:], _codes(hints), micros)
    known = _known(both.dictionary, hints.dictionary, keyed, engine)
    return resolve(links, known, 1 if engine is None else _next_number(engine))


class _Keyed:
    """Ids are unique within a channel only; with one channel in a batch the plain id is key enough."""

    def __init__(self, channels: list[str]) -> None:
        self.only = channels[0] if len(channels) == 1 else None

    def keys(self, channels: list[pa.Array], ids: list[pa.Array]) -> list[pa.Array]:
        if self.only is not None:
            return ids
        return [
            pc.binary_join_element_wise(channel, one, _BETWEEN)
            for channel, one in zip(channels, ids, strict=True)
        ]

    def sql(self, column: str) -> str:
        """The key of a stored row, as an expression; null where the row is of another channel."""
        if self.only is not None:
            name = self.only.replace("'", "''")
            return f"case when m.channel = '{name}' then m.{column} end"
        return f"m.channel || chr(31) || m.{column}"


def _encoded(arrays: list[pa.Array]) -> pa.DictionaryArray:
    """One code per distinct id. Joined first: merging the dictionaries of many chunks is quadratic."""
    large = [array.cast(pa.large_string()) for array in arrays]  # the ids of a year pass 2 GB
    whole = pa.concat_arrays([pa.array([], pa.large_string()), *large])
    numbers = _as_numbers(whole)
    if numbers is None:
        return whole.dictionary_encode()
    encoded = numbers.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices, encoded.dictionary.cast(pa.large_string()))


def _as_numbers(ids: pa.Array) -> pa.Array | None:
    """Ids that are whole numbers, as such: they are told apart twice as fast. Not where two texts could be
    the same number (``7`` and ``07``, ``-0``)."""
    if any(pc.any(pc.starts_with(ids, mark)).as_py() for mark in ("0", "-")):
        return None
    try:
        return ids.cast(pa.int64())
    except pa.ArrowInvalid:
        return None


def _codes(encoded: pa.DictionaryArray) -> Ints:
    return np.asarray(pc.fill_null(encoded.indices, NONE).cast(pa.int64()))


def _known(names: pa.Array, hints: pa.Array, keyed: _Keyed, engine: DuckDBEngine | None) -> Known:
    blank = np.zeros(len(names), np.int64)
    no_hints = np.zeros(len(hints), np.int64)
    if engine is None:
        return Known(blank, blank.copy(), np.zeros(len(names), np.bool_), no_hints)
    received = _look_up(engine, names, keyed.sql("external_id"), "m.message")
    awaited = _look_up(engine, names, keyed.sql("parent_external_id"), "m.parent")
    by_hint = _look_up(engine, hints, keyed.sql("thread_hint"), "m.message")
    message, conversation, is_received = blank, blank.copy(), np.zeros(len(names), np.bool_)
    for found in (awaited, received):  # a stored message knows best: last
        message[found.code], conversation[found.code] = found.message, found.conversation
    is_received[received.code] = True
    no_hints[by_hint.code] = by_hint.conversation
    return Known(message, conversation, is_received, no_hints)


class _Found:
    def __init__(self, table: pa.Table) -> None:
        self.code = np.asarray(table["code"])
        self.message = np.asarray(table["message"])
        self.conversation = np.asarray(table["conversation"])


def _look_up(engine: DuckDBEngine, keys: pa.Array, key: str, message: str) -> _Found:
    """What stored rows say of these keys; one row a key, of the oldest conversation."""
    engine.register("wanted", pa.table({"key": keys, "code": np.arange(len(keys))}))
    return _Found(
        engine.query(
            f"""select w.code, min({message}) as message, min(m.conversation) as conversation
            from messages m join wanted w on w.key = {key} where {message} is not null group by w.code"""
        )
    )


def _next_number(engine: DuckDBEngine) -> int:
    answer = engine.query("select greatest(max(message), coalesce(max(parent), 0)) + 1 as n from messages")
    return int(answer["n"][0].as_py() or 1)
