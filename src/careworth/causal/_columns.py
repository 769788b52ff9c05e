"""A table of columns -> outcome, treatment and a matrix of covariates, or a sentence about what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careworth.causal._arrays import Bools, Floats, numbers, outcome_of, treatment_of
from careworth.errors import InputError, UnknownName

Column = NDArray[Any]

MOST_LEVELS = 20
"""Text with more distinct values than this is a name rather than a category."""

OFTEN = 0.25
"""A column called an id that has fewer distinct values for each row than this names groups, not units."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the estimators need; text covariates have become one column per level."""

    y: Floats
    d: Bools
    x: Floats
    """(n, p), p may be 0."""
    names: tuple[str, ...]
    """(p,)"""
    sources: tuple[str, ...]
    """The table's columns that x was made from."""


def columns_of(
    table: Mapping[str, Column],
    treatment: str,
    outcome: str,
    covariates: Sequence[str] | None,
    unit: str | None,
) -> Columns:
    """Columns of a table, (n,) each. Covariates of None mean every other column that is not an id."""
    for name in (treatment, outcome, *(covariates or ()), *((unit,) if unit else ())):
        if name not in table:
            raise UnknownName(f"The table has no column {name!r}.", hint=f"It has: {', '.join(table)}.")
    if treatment == outcome:
        raise InputError("Treatment and outcome are the same column.")
    y = outcome_of(table[outcome], f"The outcome {outcome!r}")
    d = treatment_of(table[treatment], len(y), f"The treatment {treatment!r}")
    ids = _ids(table, unit, {treatment, outcome, *(covariates or ())})
    for name in ids:
        _refuse_repeats(table[name], name)
    chosen = _chosen(table, treatment, outcome, covariates, ids)
    parts = [_encoded(table[name], name, len(y)) for name in chosen]
    x = np.hstack([part for part, _ in parts]) if parts else np.empty((len(y), 0))
    _refuse_copies(y, d, x)
    return Columns(y, d, x, tuple(n for _, names in parts for n in names), tuple(chosen))


def _chosen(
    table: Mapping[str, Column],
    treatment: str,
    outcome: str,
    covariates: Sequence[str] | None,
    ids: list[str],
) -> list[str]:
    if covariates is None:
        return [name for name in table if name not in {treatment, outcome, *ids}]
    for name, what in ((treatment, "treatment"), (outcome, "outcome")):
        if name in covariates:
            raise InputError(f"{name!r} is the {what} and cannot be a covariate as well.")
    return list(dict.fromkeys(covariates))


def _ids(table: Mapping[str, Column], unit: str | None, used: set[str]) -> list[str]:
    """The named unit, or every unused column that is called an id and has about as many values as rows."""
    if unit is not None:
        return [unit]
    named = [name for name in table if name not in used and name.lower().endswith(("_id", " id"))]
    found = [name for name in named if _distinct(table[name]) >= OFTEN * len(table[name])]
    return found + [name for name in table if name not in used and name.lower() == "id"]


def _distinct(column: Column) -> int:
    values = np.asarray(column)
    return len(set(values.tolist())) if values.dtype.kind == "O" else len(np.unique(values))


def _refuse_repeats(column: Column, name: str) -> None:
    repeated = len(column) - _distinct(column)
    if repeated:
        raise InputError(
            f"{repeated:,} rows repeat an earlier {name}, so the same unit is counted more than once.",
            hint="Make one row of each unit first, or use a design for panels.",
        )


def _refuse_copies(y: Floats, d: Bools, x: Floats) -> None:
    """Raise InputError where nearly all rows come twice, though the outcome is a measurement.

    Rows are told apart by one number each, their product with irrational weights: sorting whole rows of a
    large table takes far longer than the effect.
    """
    rows = len(y)
    if len(np.unique(y)) < rows / 10:
        return
    weights = np.sqrt(np.arange(2, x.shape[1] + 2)) / np.maximum(np.abs(x).max(axis=0, initial=0.0), 1e-300)
    marks = y / np.abs(y).max() + np.pi * d + x @ weights
    if len(np.unique(marks)) <= rows / 2:
        raise InputError(
            "Rows come at least twice, equal in all columns, so the same units are counted more than once.",
            hint="Remove the copies, or name the column that tells the units apart.",
        )


def _encoded(column: Column, name: str, rows: int) -> tuple[Floats, list[str]]:
    values = np.asarray(column)
    if values.shape != (rows,):
        raise InputError(f"The column {name!r} has shape {values.shape}, the outcome has {rows:,} rows.")
    if values.dtype.kind in "US" or (values.dtype.kind == "O" and any(isinstance(v, str) for v in values)):
        return _levels(values, name)
    if values.dtype.kind not in "biufO":
        raise InputError(
            f"The covariate {name!r} is a date or something else that is neither number nor text.",
            hint="Turn it into a number first, for example days since a date.",
        )
    return numbers(values, f"The covariate {name!r}")[:, None], [name]


def _levels(values: Column, name: str) -> tuple[Floats, list[str]]:
    if any(v is None for v in values):
        raise InputError(
            f"The covariate {name!r} has missing values.", hint="Give them a level of their own."
        )
    levels, codes = np.unique(values.astype(str), return_inverse=True)
    if len(levels) > MOST_LEVELS:
        raise InputError(
            f"The covariate {name!r} is text with {len(levels):,} different values.",
            hint=f"Leave it out, or group it into at most {MOST_LEVELS} categories.",
        )
    # With two levels one column says it all; with more, each gets its own so that each shows in the balance.
    shown = range(1, 2) if len(levels) == 2 else range(len(levels))
    return (codes[:, None] == np.array(shown)).astype(np.float64), [f"{name}={levels[k]}" for k in shown]
