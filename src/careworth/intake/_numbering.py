"""From the ids of a batch to numbers of messages and conversations, with what the store knows of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.intake._buckets import encoded_numbers
from careworth.intake._known_ids import BETWEEN, HINT, MESSAGE, KnownIds
from careworth.intake._stage import Ids
from careworth.intake.threads import NONE, Codes, Ints, Known, Links, Threads, resolve


def number(ids: Ids, stored: KnownIds | None) -> Threads:
    """Numbers for every row of a batch. ``stored``: None when there are no messages yet."""
    channels = pc.unique(pa.chunked_array(ids.channel)).to_pylist() if ids.channel else []
    keyed = _Keyed(channels)
    own, parent = keyed.keys(ids.channel, ids.own), keyed.keys(ids.channel, ids.parent)
    both = _encoded([*own, *parent])
    hints = _encoded(keyed.keys(ids.channel, ids.hint))
    count = sum(len(array) for array in own)
    micros = np.concatenate([*ids.micros, np.zeros(0, np.int64)])
    links = Links(both.codes[:count], both.codes[count:], hints.codes, micros)
    known = _known(keyed, both.distinct, hints.distinct, stored)
    return resolve(links, known, 1 if stored is None else stored.next_number)


class _Keyed:
    """Ids are unique within a channel only; with one channel in a batch the plain id is key enough."""

    def __init__(self, channels: list[str]) -> None:
        self.only = channels[0] if len(channels) == 1 else None

    def keys(self, channels: list[pa.Array], ids: list[pa.Array]) -> list[pa.Array]:
        if self.only is not None:
            return ids
        return [
            pc.binary_join_element_wise(channel, one, BETWEEN)
            for channel, one in zip(channels, ids, strict=True)
        ]

    def whole(self, keys: pa.Array) -> pa.Array:
        """Keys as text with their channel in front, as the store knows them."""
        texts = keys.cast(pa.large_string())
        if self.only is None:
            return texts
        return pc.binary_join_element_wise(
            pa.scalar(self.only, texts.type), texts, pa.scalar(BETWEEN, texts.type)
        )


@dataclass(frozen=True, slots=True)
class _Encoded:
    codes: Codes
    """One an id, the same for the same id; ``NONE`` for none."""
    distinct: pa.Array
    """The id of each code, in the order in which they first occur: texts, or numbers."""


def _encoded(arrays: list[pa.Array]) -> _Encoded:
    numbers = _as_numbers(arrays)
    if numbers is None:
        return _encoded_texts(arrays)
    there = np.concatenate([_there(array) for array in arrays])
    codes = np.full(len(there), NONE, np.int32)
    codes[there], distinct = encoded_numbers(numbers)
    return _Encoded(codes, pa.array(distinct))


def _encoded_texts(arrays: list[pa.Array]) -> _Encoded:
    """Joined first: merging the dictionaries of many chunks is quadratic."""
    kind = pa.large_string()  # the ids of a year pass 2 GB
    joined = pa.concat_arrays([pa.array([], kind), *(array.cast(kind) for array in arrays)])
    texts = joined.dictionary_encode()
    return _Encoded(np.asarray(pc.fill_null(texts.indices, NONE)), texts.dictionary)


def _there(array: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(array.is_valid())


def _as_numbers(arrays: list[pa.Array]) -> Ints | None:
    """Ids that are whole numbers, as such, without those that are missing: they are told apart faster. Not
    where two texts could be the same number (``7`` and ``07``, ``-0``)."""
    if not arrays or any(np.isin(_first_bytes(array), (ord("0"), ord("-"))).any() for array in arrays):
        return None
    try:
        return np.concatenate([array.drop_null().cast(pa.int64()).to_numpy() for array in arrays])
    except pa.ArrowInvalid:
        return None


def _first_bytes(texts: pa.StringArray) -> npt.NDArray[np.uint8]:
    """Of those that have any."""
    _, offsets, data = texts.buffers()
    if data is None:
        return np.zeros(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    starts = ends[:-1][ends[1:] > ends[:-1]]
    return np.frombuffer(data, np.uint8)[starts]


def _known(keyed: _Keyed, names: pa.Array, hints: pa.Array, stored: KnownIds | None) -> Known:
    if stored is None:
        blank = np.zeros(len(names), np.int64)
        return Known(blank, blank, np.zeros(len(names), np.bool_), np.zeros(len(hints), np.int64))
    found = stored.look_up(MESSAGE, keyed.whole(names))
    hinted = stored.look_up(HINT, keyed.whole(hints)).conversation
    return Known(found.message, found.conversation, found.received, hinted)
