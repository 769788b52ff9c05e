"""What the estimators accept: arrays are looked at once, here, and refused with a sentence that helps."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from careworth.causal._blocks import moments
from careworth.errors import InputError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FEW_LEVELS = 50

TOO_ALIKE = 0.98
"""A covariate whose values or ranks correlate with the outcome's beyond this is the outcome in disguise."""

ENOUGH_RANKS = 20_000
"""Rows that tell a rank correlation well enough; sorting all of a large table takes longer."""


def numbers(values: ArrayLike, name: str) -> Floats:
    """A finite float array, shape kept. Raises InputError for text, missing and infinite values."""
    raw: NDArray[Any] = np.asarray(values)
    if raw.dtype.kind not in "biuf":
        raw = _numbers_in_objects(raw, name)
    found = np.asarray(raw, dtype=np.float64)
    # A sum is finite only where all are, or nearly always: looking at each takes as long as a sorted column.
    bad = 0 if np.isfinite(found.sum()) else int(np.count_nonzero(~np.isfinite(found)))
    if bad:
        raise InputError(
            f"{name} has {bad:,} missing or infinite values among {found.size:,}.",
            hint="Leave those rows out or fill them in, and say which in what you publish.",
        )
    return found


def _numbers_in_objects(raw: NDArray[Any], name: str) -> NDArray[Any]:
    # An object array of numbers and None is what a database driver hands over; text never passes.
    if raw.dtype.kind == "O" and all(v is None or isinstance(v, int | float | np.number) for v in raw.flat):
        return np.array([np.nan if v is None else float(v) for v in raw.flat]).reshape(raw.shape)
    raise InputError(
        f"{name} is not numeric.",
        hint="Turn it into numbers first, for example 1 and 0 for yes and no.",
    )


def outcome_of(values: ArrayLike, name: str = "The outcome") -> Floats:
    """(n,) finite floats that vary."""
    y = numbers(values, name)
    if y.ndim != 1:
        raise InputError(f"{name} must be one column, not an array of shape {y.shape}.")
    if y.size == 0:
        raise InputError(f"{name} has no rows.")
    if np.all(y == y[0]):
        raise InputError(f"{name} is {y[0]:g} in every row, so nothing can have changed it.")
    return y


def treatment_of(values: ArrayLike, rows: int, name: str = "The treatment") -> Bools:
    """(n,) booleans with both values present, from 0 and 1 or False and True."""
    d = numbers(values, name)
    if d.shape != (rows,):
        raise InputError(f"{name} has shape {d.shape}, the outcome has {rows:,} rows.")
    if not np.all((d == 0) | (d == 1)):
        raise InputError(
            f"{name} has values other than 0 and 1.",
            hint="These designs compare two groups; make one column of 0 and 1 for each comparison.",
        )
    treated = d == 1
    if treated.all() or not treated.any():
        raise InputError(
            f"{name} is {int(d[0])} in every row, so there is no group to compare with.",
            hint="Add rows of the other group.",
        )
    return np.asarray(treated, dtype=np.bool_)


def covariates_of(values: ArrayLike, rows: int) -> Floats:
    """(n, p) finite floats; a single column may come as (n,)."""
    x = numbers(values, "A covariate")
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[0] != rows:
        raise InputError(f"The covariates have shape {x.shape}, the outcome has {rows:,} rows.")
    if x.shape[1] == 0:
        raise InputError("There are no covariates.", hint="Name at least one, or use the randomised design.")
    return x


def names_of(names: tuple[str, ...] | None, columns: int) -> tuple[str, ...]:
    """The covariates' names, or x1, x2 ... when none were given."""
    if names is None:
        return tuple(f"x{j + 1}" for j in range(columns))
    if len(names) != columns:
        raise InputError(f"There are {len(names)} names for {columns} covariates.")
    return names


def refuse_leaks(y: Floats, d: Bools, x: Floats, names: tuple[str, ...]) -> None:
    """Raise InputError for a covariate that is the outcome, or that is the treatment, in disguise.

    A covariate that separates the groups perfectly leaves nobody to compare with; one that is the
    outcome explains the whole effect away. Both give a number that looks precise and means nothing.
    """
    some = slice(None, None, -(-len(y) // ENOUGH_RANKS))
    groups = np.flatnonzero(d), np.flatnonzero(~d)
    ranks = _correlations(stats.rankdata(x[some], axis=0), stats.rankdata(y[some]))
    for name, column, alike in zip(names, x.T, np.maximum(_correlations(x, y), ranks), strict=True):
        if alike > TOO_ALIKE:
            raise InputError(
                f"{name} is nearly the same as the outcome (correlation {alike:.4f}).",
                hint="A covariate must be known before the treatment; leave it out.",
            )
        if _separates(column, *groups):
            raise InputError(
                f"{name} tells treated and control rows apart perfectly, so none can be compared.",
                hint="If it only names the group or follows from the treatment, leave it out.",
            )


def _correlations(x: Floats, y: Floats) -> Floats:
    """(p,) absolute correlations of the columns of x (n, p) with y (n,)."""
    spread = np.sqrt(moments(x, np.ones((len(y), 1))).variances[0]) * y.std() * len(y)
    found = np.abs((y - y.mean()) @ x)
    return np.where(spread > 0, found / np.where(spread > 0, spread, 1.0), 0.0)


def _separates(x: Floats, treated: Ints, control: Ints) -> bool:
    """Do the groups of these rows share no range of x, or, where x has few levels, no level?"""
    # What a few rows of each group share, the groups share: only a suspicion needs all rows.
    few = 500
    if not _apart(x[treated[:few]], x[control[:few]]):
        return False
    return _apart(x[treated], x[control])


def _apart(treated: Floats, control: Floats) -> bool:
    if treated.max() < control.min() or control.max() < treated.min():
        return True
    levels = np.unique(treated)
    # Values that hardly ever come twice are measurements, and measurements are seldom shared.
    few = len(levels) <= min(FEW_LEVELS, len(treated) // 2)
    return few and not bool(np.isin(levels, control).any())
