"""Hashed byte n-grams and words of a whole batch at once, and their weighted sums.

All texts of the batch lie behind each other in one buffer. A rolling hash of n = 3, 4, 5 bytes runs
over that buffer with a few numpy operations; n-grams that reach over the end of a text are dropped.
Words and pairs of words (``_words``) have places of their own behind those of the n-grams. No Python
statement is executed per text, and any number of heads share the hashes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from careworth.enrich._words import words_of

BITS = 18
"""The weights of n-grams fill 2**18 places; those of words as many behind them."""

LETTERS, PLACES = 1 << BITS, 2 << BITS
"""Places of a head that reads n-grams only, and of one that reads words too."""

SIZES = (3, 4, 5)
WORDS = (len(SIZES), len(SIZES) + 1)
"""Which entries of ``Grams`` are words and pairs."""
_STEP = 1 << 16
"""Bytes scored at a time, so that what is computed stays in the cache of the processor."""

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of some texts, one entry for each size in ``SIZES``; then their words, then pairs."""

    places: Sequence[npt.NDArray[np.int32]]
    """Where the weight of each lies, 0 to ``PLACES`` - 1, in the order of the texts."""
    counts: Sequence[Counts]
    """How many each text has."""


def grams_of(plain: pa.LargeStringArray) -> Grams:
    """The n-grams of texts in their plain form (see ``_clean.plain``)."""
    data, offsets = bytes_of(plain)
    letters = data.astype(np.uint32) + np.uint32(1)
    lengths = np.diff(offsets)
    left = np.repeat(offsets[1:], lengths) - np.arange(len(letters))
    rolling = np.zeros(len(letters), np.uint32)
    places, counts = [], []
    for size in range(1, max(SIZES) + 1):
        rolling = rolling[: max(len(letters) - size + 1, 0)] * np.uint32(16777619) + letters[size - 1 :]
        if size in SIZES:
            places.append(_scatter(rolling[left[: len(rolling)] >= size], size))
            counts.append(np.maximum(lengths - size + 1, 0))
    words, of_words, pairs, of_pairs = words_of(data, offsets)
    for kind, (hashes, number) in enumerate(((words, of_words), (pairs, of_pairs))):
        places.append(_scatter(hashes, max(SIZES) + 1 + kind) + np.int32(LETTERS))
        counts.append(number)
    return Grams(places, counts)


def _scatter(rolling: npt.NDArray[np.uint32], size: int) -> npt.NDArray[np.int32]:
    """Spreads the hashes evenly; the polynomial alone leaves its high bits to the first letters."""
    mixed = (rolling ^ np.uint32(size * 0x9E3779B1 & 0xFFFFFFFF)) * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0xC2B2AE35)
    return (mixed >> np.uint32(32 - BITS)).astype(np.int32)


def bytes_of(column: pa.LargeStringArray) -> tuple[npt.NDArray[np.uint8], Counts]:
    """The bytes of all texts, and where each text begins and the last one ends."""
    _, offset_buffer, data = column.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[column.offset : column.offset + len(column) + 1]
    start, size = int(offsets[0]), int(offsets[-1] - offsets[0])
    letters = np.frombuffer(data, np.uint8, count=size, offset=start) if size else np.zeros(0, np.uint8)
    return letters, offsets - start


def steps(column: pa.LargeStringArray) -> Iterator[pa.LargeStringArray]:
    """The column in pieces of about ``_STEP`` bytes, in its order; a long text is a piece of its own."""
    if len(column) == 0:
        return
    _, offsets = bytes_of(column)
    cuts = np.searchsorted(offsets, np.arange(_STEP, offsets[-1], _STEP))
    edges = np.unique(np.concatenate([[0], cuts, [len(column)]])).tolist()
    for start, stop in pairwise(edges):
        yield column.slice(start, stop - start)


def summed(grams: Grams, weights: Floats, sizes: Sequence[int] = SIZES) -> Floats:
    """Sum of the weights of each text's n-grams over the root of their number, shape (texts, heads).

    ``weights`` has shape (``LETTERS``, heads), or (``PLACES``, heads): then the same of words and pairs is
    added. A text without any has the sum 0.
    """
    total = _part(grams, weights, [SIZES.index(size) for size in sizes])
    if len(weights) == PLACES:
        total += _part(grams, weights, WORDS)
    return total


def _part(grams: Grams, weights: Floats, entries: Sequence[int]) -> Floats:
    total = np.zeros((len(grams.counts[0]), weights.shape[1]), np.float32)
    number = np.zeros(len(total), np.int64)
    for places, counts in ((grams.places[i], grams.counts[i]) for i in entries):
        some = np.flatnonzero(counts)
        if len(some):
            starts = np.cumsum(counts[some]) - counts[some]
            total[some] += np.add.reduceat(weights.take(places, axis=0, mode="clip"), starts, axis=0)
            number += counts
    return total / np.sqrt(np.maximum(number, 1)).astype(np.float32)[:, None]
