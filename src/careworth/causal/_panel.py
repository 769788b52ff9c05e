"""Numbers for panels: units by periods, some units treated from some period on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Bools, Floats, Ints, numbers, outcome_of
from careworth.errors import InputError


@dataclass(frozen=True, slots=True)
class Panel:
    """A balanced panel of U units and T periods."""

    y: Floats
    """(U, T) outcomes."""
    adopted: Floats
    """(U,) first treated period as a position in ``periods``; inf for never."""
    periods: tuple[int, ...]
    """(T,) in order."""

    @property
    def cohorts(self) -> Ints:
        """Positions of the periods in which somebody adopted."""
        found = np.unique(self.adopted[np.isfinite(self.adopted)])
        return found.astype(np.int64)


def panel_of(y: ArrayLike, unit: ArrayLike, period: ArrayLike, adopted: ArrayLike) -> Panel:
    """A panel from rows (N,): outcome, unit, whole-numbered period, and the unit's first treated period.

    ``adopted`` is NaN or inf for units that are never treated. Raises InputError unless every unit has one
    row in every period and one time of adoption. Units treated in the first period are left out: nothing
    is known about them before.
    """
    outcome = outcome_of(y)
    when = numbers(period, "The period")
    start = _starts(adopted)
    units, row = np.unique(np.asarray(unit), return_inverse=True)
    periods, column = np.unique(when, return_inverse=True)
    if not len(outcome) == len(row) == len(column) == len(start):
        raise InputError("Outcome, unit, period and adoption do not have the same number of rows.")
    cells = np.bincount(row * len(periods) + column, minlength=len(units) * len(periods))
    if cells.max() > 1 or cells.min() < 1:
        raise InputError(
            f"{int((cells == 0).sum()):,} of {cells.size:,} unit-periods are missing and "
            f"{int((cells > 1).sum()):,} come more than once.",
            hint="Every unit needs exactly one row in every period.",
        )
    wide = np.empty((len(units), len(periods)))
    wide[row, column] = outcome
    first, last = np.full(len(units), np.inf), np.full(len(units), -np.inf)
    np.minimum.at(first, row, start)
    np.maximum.at(last, row, start)
    if not np.array_equal(first, last):
        raise InputError("A unit has more than one time of adoption.")
    position = np.where(np.isfinite(first), np.searchsorted(periods, first), np.inf)
    position[position >= len(periods)] = np.inf
    known = position > 0
    return Panel(wide[known], position[known], tuple(int(t) for t in periods))


def _starts(adopted: ArrayLike) -> Floats:
    raw = np.asarray(adopted)
    if raw.dtype.kind == "O":
        raw = np.array([np.inf if v is None else v for v in raw.flat])
    if raw.dtype.kind not in "biuf":
        raise InputError("The period of adoption is not a number.")
    start = raw.astype(np.float64)
    return np.where(np.isnan(start), np.inf, start)


def two_way(y: Floats, treated: Bools) -> tuple[float, float]:
    """Two-way fixed effects on a balanced panel: coefficient of treated (U, T) on y (U, T), and its error.

    Clustered by unit, with the small-sample factor U / (U - 1) * (N - 1) / (N - K), K counting the
    regressor and the periods (units are nested in the clusters).
    """
    d, v = _demeaned(treated.astype(np.float64)), _demeaned(y)
    squares = float((d * d).sum())
    coefficient = float((d * v).sum()) / squares
    score = (d * (v - coefficient * d)).sum(axis=1)
    units, rows = len(y), y.size
    factor = units / (units - 1) * (rows - 1) / (rows - 1 - y.shape[1])
    return coefficient, float(np.sqrt(factor * (score @ score))) / squares


def _demeaned(v: Floats) -> Floats:
    return np.asarray(v - v.mean(axis=0) - v.mean(axis=1, keepdims=True) + v.mean())


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """Callaway and Sant'Anna's ATT(g, t), K of them."""

    cohort: Ints
    """(K,) position of the period of adoption g."""
    time: Ints
    """(K,) position of the period t."""
    value: Floats
    """(K,)"""
    influence: Floats
    """(U, K); variances are sums of squares over the units."""
    weight: Floats
    """(K,) size of the cohort."""
    adopted: Floats
    """(U,) as in the panel."""


def group_times(panel: Panel, not_yet: bool) -> GroupTimes:
    """ATT(g, t) for every cohort and period, each against the period before adoption.

    Callaway and Sant'Anna (2021), unconditional. Controls are the never treated or, with ``not_yet``, also
    those treated only after t and after the base period.
    """
    cohort, time, value, influence, weight = [], [], [], [], []
    for g in panel.cohorts:
        inside = panel.adopted == g
        for t in range(panel.y.shape[1]):
            base = int(g) - 1
            if t == base:
                continue
            later = panel.adopted > max(t, base) if not_yet else np.isinf(panel.adopted)
            control = later & ~inside
            if not control.any():
                continue
            change = panel.y[:, t] - panel.y[:, base]
            a, b = float(change[inside].mean()), float(change[control].mean())
            psi = np.where(inside, (change - a) / inside.sum(), 0.0)
            psi -= np.where(control, (change - b) / control.sum(), 0.0)
            cohort.append(int(g))
            time.append(t)
            value.append(a - b)
            influence.append(psi)
            weight.append(float(inside.sum()))
    return GroupTimes(
        np.array(cohort, dtype=np.int64),
        np.array(time, dtype=np.int64),
        np.array(value),
        np.array(influence).reshape(len(value), len(panel.y)).T,
        np.array(weight),
        panel.adopted,
    )


def averaged(found: GroupTimes, chosen: Bools) -> tuple[float, Floats]:
    """Mean of the chosen (K,) ATT(g, t) by cohort size, and its influence (U,).

    The second term of the influence is there because cohort sizes are sampled, too.
    """
    w = np.where(chosen, found.weight, 0.0)
    total = float(w.sum())
    mean = float(w @ found.value) / total
    gap = np.where(chosen, found.value - mean, 0.0)
    by_cohort = {g: float(gap[found.cohort == g].sum()) for g in np.unique(found.cohort)}
    of_unit = np.array([by_cohort.get(int(g), 0.0) if np.isfinite(g) else 0.0 for g in found.adopted])
    return mean, found.influence @ (w / total) + of_unit / total
