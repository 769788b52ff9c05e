"""Hashed words of a whole batch at once, and pairs of neighbouring words.

N-grams of bytes see endings, spellings and parts of words; words and pairs see what spans more than
five bytes: "not happy", "no answer". A word is a row of letters, digits, ``'``, ``@``, ``~``, ``#`` and of
anything beyond ASCII; everything else stands between words.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]

_MULTIPLIER = 2_654_435_769
"""Odd, so that it has an inverse modulo 2**32; its low bits are mixed later."""
_PAIR = np.uint32(0x9E3779B1)


def words_of(data: npt.NDArray[np.uint8], offsets: Counts) -> tuple[Hashes, Counts, Hashes, Counts]:
    """Hashes of the words and how many each text has; the same for pairs.

    ``data`` holds the bytes of all texts and ``offsets`` where each begins and the last one ends.
    """
    starts, ends = _bounds(data, offsets)
    words = _hashed(data, starts, ends)
    edges = np.searchsorted(starts, offsets)
    counts = np.diff(edges)
    text = np.repeat(np.arange(len(counts)), counts)
    beside = np.flatnonzero(text[1:] == text[:-1])
    pairs = words[beside] * _PAIR ^ words[beside + 1]
    return words, counts, pairs, np.maximum(counts - 1, 0)


def _bounds(data: npt.NDArray[np.uint8], offsets: Counts) -> tuple[Counts, Counts]:
    """Where words begin and end. A word ends with its text, whatever the next text begins with."""
    part = _PART_OF_WORD[data]
    first = np.ones(len(data) + 1, bool)
    first[1:-1] = ~part[:-1]
    first[offsets] = True
    starts = np.flatnonzero(part & first[:-1])
    last = np.ones(len(data), bool)
    last[:-1] = ~part[1:] | first[1:-1]
    return starts, np.flatnonzero(part & last) + 1


def _hashed(data: npt.NDArray[np.uint8], starts: Counts, ends: Counts) -> Hashes:
    """The polynomial of each word's bytes, from sums of powers over the whole buffer.

    The power at a byte depends on where the byte lies; the inverse power at the beginning of the word
    takes that out again, so that a word has one hash wherever it stands.
    """
    power, inverse = _powers(1 << max(len(data), 1).bit_length())
    sums = np.zeros(len(data) + 1, np.uint32)
    np.cumsum((data.astype(np.uint32) + np.uint32(1)) * power[: len(data)], out=sums[1:], dtype=np.uint32)
    return (sums[ends] - sums[starts]) * inverse[starts]


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the multiplier and of its inverse modulo 2**32, from the power 0 on."""
    tables = []
    for base in (_MULTIPLIER, pow(_MULTIPLIER, -1, 1 << 32)):
        factors = np.full(size, base, np.uint32)
        factors[0] = 1
        tables.append(np.cumprod(factors, dtype=np.uint32))
    return tables[0], tables[1]


def _parts_of_words() -> npt.NDArray[np.bool_]:
    table = np.zeros(256, bool)
    table[0x80:] = True
    table[[*range(ord("a"), ord("z") + 1), *range(ord("0"), ord("9") + 1), *b"'@~#"]] = True
    return table


_PART_OF_WORD = _parts_of_words()
