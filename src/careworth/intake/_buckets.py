"""Telling many numbers apart.

One table of all that were seen is looked into at random, and beyond the cache of the processor every look
waits for memory: ten times the numbers took seventeen times as long. Dealt into buckets first, each bucket
has a table that stays in the cache ("radix partitioning").
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from careworth.intake.threads import Codes, Ints

_IN_A_BUCKET = 50_000
_AT_ONCE = 1 << 18


def encoded_numbers(numbers: Ints, in_a_bucket: int = _IN_A_BUCKET) -> tuple[Codes, Ints]:
    """A code from 0 for each number, the same for the same number; and the number of each code.

    Codes are given in the order in which the numbers first occur.
    """
    first = _first_places(numbers, in_a_bucket)
    is_first = first == np.arange(len(numbers), dtype=np.int32)
    code_at = np.cumsum(is_first, dtype=np.int32)
    code_at -= 1
    return code_at[first], numbers[is_first]


def _first_places(numbers: Ints, in_a_bucket: int) -> Codes:
    """Where each number stands for the first time."""
    bucket = _buckets(numbers, in_a_bucket)
    order = np.argsort(bucket, kind="stable")  # for 16 bits a radix sort: its time is linear
    ends = np.cumsum(np.bincount(bucket)).tolist()
    first = np.empty(len(numbers), np.int32)
    for start, end in zip([0, *ends], ends, strict=False):
        places = order[start:end]
        told = pa.array(numbers[places]).dictionary_encode()
        codes = told.indices.to_numpy()
        first_of = np.empty(len(told.dictionary), np.int32)
        first_of[codes[::-1]] = places[::-1]  # the last assignment wins: the first place
        first[places] = first_of[codes]
    return first


def _buckets(numbers: Ints, in_a_bucket: int) -> npt.NDArray[np.uint16]:
    """The upper bits of a product, in which numbers that lie close are far apart (Knuth's hash)."""
    bits = min(16, (len(numbers) // in_a_bucket).bit_length())
    bucket = np.zeros(len(numbers), np.uint16)
    for at in range(0, len(numbers) if bits else 0, _AT_ONCE):
        mixed = numbers[at : at + _AT_ONCE].view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bucket[at : at + _AT_ONCE] = mixed >> np.uint64(64 - bits)
    return bucket
