"""Purchases as spells: how many periods in a row were without one. All that a model of pauses must know."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Floats, Ints, numbers
from careworth.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Periods of n customers, counted from each one's first purchase; that purchase is in none of them."""

    customer: Ints | np.ndarray[tuple[int], np.dtype[np.generic]]
    """(n,) ids."""
    repeats: Ints
    """(n,) days with a purchase in whole periods."""
    busy: Ints
    """(n,) whole periods with a purchase."""
    before: Ints
    """(n,) periods before the first busy one; 0 where none is busy."""
    between: Ints
    """(n, m) how often 0, 1, ... m - 1 quiet periods lay between two busy ones."""
    after: Ints
    """(n,) quiet whole periods at the end."""
    rest: Floats
    """(n,) what is left of a period at the end, below 1."""
    late: Ints
    """(n,) days with a purchase in this rest."""

    def __len__(self) -> int:
        return len(self.repeats)

    def some(self, rows: slice | Ints) -> "Spells":
        return Spells(**{name: getattr(self, name)[rows] for name in self.__slots__})


def spells(customer: ArrayLike, day: ArrayLike, end: float | ArrayLike, *, unit: float = 7.0) -> Spells:
    """Spells of purchases (N,): who and day number, up to and including day ``end``.

    ``end`` is one for all, or (N,) that of each purchase's customer. A period has ``unit`` days. Purchases of
    one day are one.
    """
    when, who = np.floor(numbers(day, "The day")), np.asarray(customer)
    if len(who) != len(when):
        raise InputError("Customers and days do not have the same number of rows.")
    ends = np.asarray(end, dtype=np.float64)
    if ends.ndim > 0 and ends.shape != when.shape:
        raise InputError("The ends of observation are neither one for all nor one for each purchase.")
    until = np.broadcast_to(ends, when.shape)
    seen = when <= until
    if not seen.any():
        raise InputError("No purchase happened by the end of observation.")
    customers, place, row = np.unique(who[seen], return_index=True, return_inverse=True)
    pairs = np.unique(np.column_stack([row, when[seen]]), axis=0)
    owner, n = pairs[:, 0].astype(np.int64), len(customers)
    first = pairs[np.unique(owner, return_index=True)[1], 1]
    since = pairs[:, 1] - first[owner]
    observed = until[seen][place] - first
    whole = (observed // unit).astype(np.int64)
    # A day after the first purchase is in the first period, the day after ``unit`` days in the second.
    period = ((since - 1) // unit).astype(np.int64)
    again = since > 0
    late = again & (period >= whole[owner])
    counts = np.unique(np.column_stack([owner, period])[again & ~late], axis=0)
    gaps = _Gaps.of(counts[:, 0], counts[:, 1], whole)
    return Spells(
        customer=customers,
        repeats=np.bincount(owner[again & ~late], minlength=n),
        busy=np.bincount(counts[:, 0], minlength=n),
        before=gaps.before,
        between=gaps.between,
        after=gaps.after,
        rest=(observed - whole * unit) / unit,
        late=np.bincount(owner[late], minlength=n),
    )


@dataclass(frozen=True, slots=True)
class _Gaps:
    before: Ints
    between: Ints
    after: Ints

    @classmethod
    def of(cls, owner: Ints, period: Ints, whole: Ints) -> "_Gaps":
        """Of busy periods (N,), sorted by owner and period, of customers with ``whole`` (n,) periods."""
        opens = np.diff(owner, prepend=-1) != 0
        quiet = np.where(opens, period, np.diff(period, prepend=0) - 1)
        before, after = np.zeros(len(whole), np.int64), whole.copy()
        before[owner[opens]] = period[opens]
        closes = np.diff(owner, append=-1) != 0
        after[owner[closes]] = whole[owner[closes]] - period[closes] - 1
        between = np.zeros((len(whole), int(whole.max(initial=0)) + 1), np.int64)
        np.add.at(between, (owner[~opens], quiet[~opens]), 1)
        return cls(before, between, after)
