"""Large arrays a block at a time: what is made of a block stays in the processor's cache.

Memory is the narrow place of every sum over a million rows: an intermediate column of all rows is written out
and read back, and takes longer to move than to compute. A block also bounds what is held beside the array.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NUMBERS = 1 << 15
"""In a block: a quarter of a megabyte, so that three of them fit where the processor keeps what is near."""


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices that cover the rows of an array of so many columns."""
    size = max(_NUMBERS // max(columns, 1), 256)
    return (slice(start, start + size) for start in range(0, rows, size))


def chosen(z: Floats, rows: Ints | None) -> Iterator[slice | Ints]:
    """The rows to look at (all, or those of these positions), a block at a time."""
    many = z.shape[0] if rows is None else len(rows)
    parts = blocks(many, z.shape[1])
    return parts if rows is None else (rows[part] for part in parts)


@dataclass(frozen=True, slots=True)
class Moments:
    """Means and variances of columns in groups of rows."""

    means: Floats
    """(g, p)"""
    variances: Floats
    """(g, p)"""


def moments(x: Floats, weights: Floats) -> Moments:
    """Means and variances of the columns of x (n, p) under each of the weights (n, g).

    Squares are summed around the mean of all rows: around zero, a column of large numbers loses its digits.
    """
    centre = np.ones(x.shape[0]) @ x / max(x.shape[0], 1)
    sums, squares = (np.zeros((weights.shape[1], x.shape[1])) for _ in range(2))
    for part in blocks(*x.shape):
        apart, w = x[part] - centre, weights[part].T
        sums += w @ apart
        squares += w @ (apart * apart)
    total = weights.sum(axis=0)[:, None]
    shift = sums / total
    return Moments(centre + shift, np.maximum(squares / total - shift**2, 0.0))
