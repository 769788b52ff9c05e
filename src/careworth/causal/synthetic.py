"""Synthetic control: one treated unit against the mixture of others that moved as it did before.

Assumptions: some mixture of donors would have gone on moving as the unit did; the donors are untouched by
the treatment; nothing else of note happened to the unit when the treatment came.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from careworth.causal._arrays import Bools, Floats, names_of, numbers
from careworth.causal.checks import leave_one_out, null_effect, placebo_rank, power_check
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing, shown
from careworth.errors import InputError

ASSUMPTIONS = (
    "Some mixture of the donors would have gone on moving as the treated unit did before.",
    "The donors are untouched by the treatment.",
    "Nothing else of note happened to the unit when the treatment came.",
)

FEWEST_DONORS = 5
FEWEST_PERIODS = 5

GOOD_FIT = 0.5
"""The mixture misses the unit before the treatment by at most this share of the unit's own spread."""

POOR_FIT = 5.0
"""Placebo donors that fit this many times worse (in squared error) than the unit say nothing about it;
the middle one of the cut-offs in Abadie, Diamond and Hainmueller (2010)."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """A unit and the donors that stand for it."""

    weights: Floats
    """(J,), at least 0, sum 1."""
    gap: Floats
    """(T,) unit less mixture."""
    start: int

    @property
    def effect(self) -> float:
        """Mean gap from ``start`` on."""
        return float(self.gap[self.start :].mean())

    @property
    def misfit(self) -> float:
        """Root mean squared gap before ``start``."""
        return float(np.sqrt((self.gap[: self.start] ** 2).mean()))


def mixture(unit: Floats, donors: Floats, start: int) -> Mixture:
    """Weights on the simplex that bring donors (T, J) nearest to unit (T,) before position ``start``."""
    before, target = donors[:start], unit[:start]
    scale = max(float(np.abs(before).max()), 1e-12)
    # A heavy row that asks for a sum of one turns non-negative least squares into the simplex problem.
    heavy = 1e4
    rows = np.vstack([before / scale, np.full(donors.shape[1], heavy)])
    found, _ = nnls(rows, np.r_[target / scale, heavy], maxiter=50 * donors.shape[1])
    weights = found / found.sum()
    return Mixture(weights, unit - donors @ weights, start)


def synthetic_control(
    unit: ArrayLike,
    donors: ArrayLike,
    start: int,
    *,
    names: tuple[str, ...] | None = None,
    level: float = LEVEL,
) -> Effect:
    """Mean effect on one unit (T,) from period position ``start`` on, against donors (T, J).

    Abadie, Diamond and Hainmueller (2010) on outcomes only. The interval comes from the effects that the
    method finds on each donor in the unit's place: Student's t with their root mean square as error.
    """
    y, pool = numbers(unit, "The treated unit"), numbers(donors, "A donor")
    if y.ndim != 1 or pool.ndim != 2 or len(y) != len(pool):
        raise InputError(f"The unit has shape {y.shape} and the donors {pool.shape}; want (T,) and (T, J).")
    if not 0 < start < len(y):
        raise InputError(f"The treatment starts at position {start}, outside the {len(y)} periods.")
    labels = names_of(names, pool.shape[1])
    found = mixture(y, pool, start)
    about = _about(found, labels, y, level)
    if pool.shape[1] < FEWEST_DONORS or start < FEWEST_PERIODS:
        reason = (
            f"{pool.shape[1]} donors and {start} periods before the treatment are too few; "
            f"{FEWEST_DONORS} of each are the least."
        )
        return nothing(reason, **about)
    placebos = placebo_effects(pool, start, found.misfit)
    return _effect(found, placebos, about).with_checks(
        placebo_rank(found.effect, placebos, "donors"),
        *_earlier(y, pool, start, about),
        *_without_each(found, y, pool, labels, _error(placebos)),
        power_check(_error(placebos), found.effect, level),
    )


def placebo_effects(pool: Floats, start: int, misfit: float) -> Floats:
    """(m,) effects on the donors (T, J), each in the unit's place, without those that fit badly."""
    found = [mixture(pool[:, j], np.delete(pool, j, axis=1), start) for j in range(pool.shape[1])]
    near = [m.effect for m in found if m.misfit**2 <= POOR_FIT * misfit**2]
    return np.array(near if len(near) >= FEWEST_DONORS else [m.effect for m in found])


def _error(placebos: Floats) -> float:
    return float(np.sqrt((placebos**2).mean()))


def _effect(found: Mixture, placebos: Floats, about: About) -> Effect:
    return estimated(found.effect, _error(placebos), df=len(placebos) - 1, **about)


def _about(found: Mixture, names: tuple[str, ...], y: Floats, level: float) -> About:
    used = found.weights > 1e-3
    return About(
        estimand="mean effect on the treated unit after the start",
        design="synthetic control",
        method="synthetic control on outcomes, placebo interval",
        n_treated=1,
        n_control=len(found.weights),
        checks=(_fit(found, names, used, y),),
        assumptions=ASSUMPTIONS,
        level=level,
    )


def _fit(found: Mixture, names: tuple[str, ...], used: Bools, y: Floats) -> Check:
    spread = float(y[: found.start].std())
    share = found.misfit / spread if spread > 0 else None
    return Check(
        name="fit before",
        passed=None if share is None else bool(share <= GOOD_FIT),
        value=found.misfit,
        text=(
            f"Before the start the mixture of {int(used.sum())} donors misses the unit by "
            f"{shown(found.misfit)} on average, where the unit itself varies by {shown(spread)}."
        ),
        table=tuple(
            {"donor": name, "weight": float(w)}
            for name, w, u in zip(names, found.weights, used, strict=True)
            if u
        ),
    )


def _earlier(y: Floats, pool: Floats, start: int, about: About) -> tuple[Check, ...]:
    """The effect of a start made up two thirds of the way to the true one."""
    made_up = 2 * start // 3
    if made_up < FEWEST_PERIODS:
        return ()
    found = mixture(y[:start], pool[:start], made_up)
    effect = _effect(found, placebo_effects(pool[:start], made_up, found.misfit), about)
    return (null_effect("placebo time", effect, f"a start made up at position {made_up}"),)


def _without_each(
    found: Mixture, y: Floats, pool: Floats, names: tuple[str, ...], se: float
) -> tuple[Check, ...]:
    without = {
        names[j]: mixture(y, np.delete(pool, j, axis=1), found.start).effect
        for j in np.flatnonzero(found.weights > 1e-3)
    }
    return (leave_one_out(found.effect, se, without, "donor"),)
