"""Experiments: the treatment was handed out by chance.

Assumptions: chance decided; the treatment of one row does not change the outcome of another; nobody is
lost on the way because of the treatment.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Floats, covariates_of, names_of, numbers, outcome_of, treatment_of
from careworth.causal._linear import regression
from careworth.causal.checks import always_valid, balance, power_check, sample_ratio
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing
from careworth.errors import InputError

ASSUMPTIONS = (
    "Chance decided who was treated.",
    "One row's treatment does not change another row's outcome.",
    "Nobody is missing because of the treatment.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is left of a group's outcome when the rows are gone: enough for a difference in means.

    ``squares`` is the sum of squared deviations from the mean. Arms add up, so that a query can summarise
    by day and the days be added here (the seam that gbstats has between SQL and statistics).
    """

    n: int
    mean: float
    squares: float

    @classmethod
    def of(cls, y: ArrayLike) -> "Arm":
        """The summary of outcomes (n,). Sums of squares are taken about the mean: large numbers with
        small spread lose all their digits otherwise."""
        values = numbers(y, "The outcome")
        mean = float(values.mean()) if values.size else 0.0
        return cls(n=values.size, mean=mean, squares=float(((values - mean) ** 2).sum()))

    def __add__(self, other: "Arm") -> "Arm":
        """Chan, Golub and LeVeque (1983)."""
        n = self.n + other.n
        if n == 0:
            return self
        gap = other.mean - self.mean
        return Arm(
            n=n,
            mean=self.mean + gap * other.n / n,
            squares=self.squares + other.squares + gap**2 * self.n * other.n / n,
        )

    @property
    def variance(self) -> float:
        """Sample variance with n - 1."""
        return self.squares / (self.n - 1)


def difference_of_arms(
    treated: Arm, control: Arm, *, share: float | None = None, level: float = LEVEL
) -> Effect:
    """Difference in means with Welch's interval; ``share`` of the rows was meant to be treated."""
    checks = (sample_ratio(treated.n, control.n, share),)
    about = _about("difference in means", treated.n, control.n, checks, level)
    if min(treated.n, control.n) < 2:
        return _too_few(about)
    value = treated.mean - control.mean
    a, b = treated.variance / treated.n, control.variance / control.n
    se = sqrt(a + b)
    if se == 0:
        raise InputError("The outcome does not vary within the groups, so no interval can be given.")
    df = (a + b) ** 2 / (a**2 / (treated.n - 1) + b**2 / (control.n - 1))
    return estimated(value, se, df=df, **about).with_checks(power_check(se, value, level))


def difference_in_means(
    y: ArrayLike, d: ArrayLike, *, share: float | None = None, level: float = LEVEL
) -> Effect:
    """Difference in means of outcome y (n,) between d = 1 and d = 0 (n,), Welch's interval."""
    outcome = outcome_of(y)
    treated = treatment_of(d, len(outcome))
    return difference_of_arms(Arm.of(outcome[treated]), Arm.of(outcome[~treated]), share=share, level=level)


def regression_adjusted(
    y: ArrayLike,
    d: ArrayLike,
    x: ArrayLike,
    *,
    names: tuple[str, ...] | None = None,
    share: float | None = None,
    level: float = LEVEL,
) -> Effect:
    """Difference adjusted for covariates x (n, p) known before the treatment: outcome y and treatment d (n,).

    Lin (2013): regression on treatment, centred covariates and their products, HC2 errors; never worse than
    the plain difference in large samples. With the outcome's own earlier value as x this is CUPED (Deng,
    Xu, Kohavi and Walker 2013) with a slope of its own in each group.
    """
    outcome = outcome_of(y)
    treated = treatment_of(d, len(outcome))
    covariates = covariates_of(x, len(outcome))
    labels = names_of(names, covariates.shape[1])
    n1, n0 = int(treated.sum()), int((~treated).sum())
    checks = (sample_ratio(n1, n0, share), balance(covariates, treated, labels))
    about = _about("regression adjustment (Lin)", n1, n0, checks, level)
    if min(n1, n0) < covariates.shape[1] + 3:
        return _too_few(about)
    centred = covariates - covariates.mean(axis=0)
    t = treated.astype(np.float64)[:, None]
    fit = regression(np.hstack([np.ones_like(t), t, centred, centred * t]), outcome)
    df = float(len(outcome) - 2 * (covariates.shape[1] + 1))
    value, se = float(fit.coefficients[1]), float(np.sqrt(fit.covariance[1, 1]))
    return estimated(value, se, df=df, **about).with_checks(power_check(se, value, level))


def cuped(y: ArrayLike, before: ArrayLike) -> Floats:
    """Outcome y (n,) less what its value ``before`` (n,) the treatment explains: same mean, less variance.

    theta = cov(y, before) / var(before) over all rows, Deng, Xu, Kohavi and Walker (2013). For use with
    ``difference_in_means`` and ``sequential_difference``.
    """
    outcome, x = outcome_of(y), numbers(before, "The earlier value")
    if x.shape != outcome.shape:
        raise InputError(f"The earlier value has shape {x.shape}, the outcome {outcome.shape}.")
    centred = x - x.mean()
    squares = float(centred @ centred)
    return outcome if squares == 0 else outcome - (centred @ (outcome - outcome.mean())) / squares * centred


def sequential_difference(
    treated: Arm, control: Arm, *, planned: int, share: float | None = None, level: float = LEVEL
) -> Effect:
    """Difference in means with an interval that stays right however often one looks and whenever one stops.

    An asymptotic confidence sequence (``checks.always_valid``), narrowest at ``planned`` rows.
    """
    checks = (sample_ratio(treated.n, control.n, share),)
    about = _about("sequential difference in means", treated.n, control.n, checks, level)
    if min(treated.n, control.n) < 2:
        return _too_few(about)
    se = sqrt(treated.variance / treated.n + control.variance / control.n)
    half = always_valid(se, treated.n + control.n, planned, level)
    value = treated.mean - control.mean
    return Effect(value=value, low=value - half, high=value + half, se=se, **about).with_checks(
        power_check(se, value, level)
    )


def _about(method: str, treated: int, control: int, checks: tuple[Check, ...], level: float) -> About:
    return About(
        estimand="average effect",
        design="randomised",
        method=method,
        n_treated=treated,
        n_control=control,
        checks=checks,
        assumptions=ASSUMPTIONS,
        level=level,
    )


def _too_few(about: About) -> Effect:
    few = f"{about['n_treated']} treated and {about['n_control']} control rows are too few"
    return nothing(f"{few} to know how much the outcome varies.", **about)
