"""Rows that belong together, such as the troubles of one customer: they count as one draw, not as many."""

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Floats, Ints
from careworth.errors import InputError

FEWEST = 10
"""Fewer clusters than this say next to nothing of how much clusters differ."""


def clusters_of(values: ArrayLike | None, rows: int) -> Ints | None:
    """(n,) cluster numbers from 0, or None where every row stands for itself."""
    if values is None:
        return None
    column = np.asarray(values)
    if column.shape != (rows,):
        raise InputError(f"The clusters have shape {column.shape}, the outcome has {rows:,} rows.")
    _, codes = np.unique(column, return_inverse=True)
    many = int(codes.max()) + 1
    if many < FEWEST:
        raise InputError(
            f"The rows fall into {many} clusters; a standard error by cluster needs {FEWEST}.",
            hint="Name what repeats, such as the customer, not what groups, such as the region.",
        )
    return np.asarray(codes, dtype=np.int64)


def error_of(influence: Floats, cluster: Ints | None) -> float:
    """Standard error from the influence (n,) of each row: sums by cluster are the independent draws.

    With clusters the usual factor G / (G - 1) of G of them is in it.
    """
    if cluster is None:
        return float(np.sqrt(influence @ influence))
    sums = np.bincount(cluster, weights=influence)
    # Clusters of rows that were left out sum to 0 and are no draws.
    many = len(np.unique(cluster[influence != 0]))
    return float(np.sqrt(sums @ sums * many / max(many - 1, 1)))
