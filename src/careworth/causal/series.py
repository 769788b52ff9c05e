"""Interrupted time series: what a series would have been after a date, from itself and from other series.

Assumptions: the relation between the series and its controls would have stayed; the controls are untouched
by the change; nothing else of note happened at the same time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Floats, numbers, outcome_of
from careworth.causal._linear import Scaling, inverse
from careworth.causal.checks import null_effect, power_check
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing
from careworth.errors import InputError

ASSUMPTIONS = (
    "The series would have gone on in the same relation to its trend and to the control series.",
    "The control series are untouched by the change.",
    "Nothing else of note happened at the same time.",
)

SPARE = 5
"""Periods before the change beyond the number of regressors."""

CLOSE = 0.5


RHOS = np.linspace(0.0, 0.98, 50)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far the series lies from what was to be expected after the change."""

    value: float
    """Mean gap per period."""
    se: float
    df: int
    rho: float
    """First-order autocorrelation of the errors before the change."""
    explained: float
    """Share of the variance before the change that the regressors explain."""


def interrupted_series(
    y: ArrayLike,
    start: int,
    *,
    controls: ArrayLike | None = None,
    trend: bool = True,
    level: float = LEVEL,
) -> Effect:
    """Mean effect per period from position ``start`` on, of a series y (T,) with control series (T, J).

    A regression on trend and controls before the change, with errors autoregressive of order one, forecasts
    the time after it. The standard error has the part of the slopes, of the noise and of not knowing how
    strongly the noise is correlated.
    """
    series = outcome_of(y, "The series")
    if not 0 < start < len(series):
        raise InputError(f"The change comes at position {start}, outside the {len(series)} periods.")
    others = _others(controls, len(series))
    z = _regressors(others, len(series), start, trend)
    about = About(
        estimand="mean effect per period after the change",
        design="interrupted time series",
        method="regression with autocorrelated errors"
        + (f" on {others.shape[1]} controls" if others.size else ""),
        n_treated=len(series) - start,
        n_control=start,
        checks=(_controls_given(others),),
        assumptions=ASSUMPTIONS,
        level=level,
    )
    if start < z.shape[1] + SPARE:
        return nothing(f"{start} periods before the change cannot carry {z.shape[1]} regressors.", **about)
    found = forecast(series, z, start)
    return estimated(found.value, found.se, df=found.df, **about).with_checks(
        _fit(found), *_earlier(series, z, start, about), power_check(found.se, found.value, level)
    )


def forecast(y: Floats, z: Floats, start: int) -> Forecast:
    """Observed less expected y (T,) after ``start`` given regressors z (T, k), fitted before it.

    How strongly errors hang on the one before is not known from a few dozen periods, and an interval at one
    guess is too narrow. The mean and variance are averages over the restricted likelihood of rho.
    """
    fits = [_Fit.of(y[:start], z[:start], float(rho)) for rho in RHOS]
    likely = np.array([fit.likelihood for fit in fits])
    likely = np.exp(likely - likely.max())
    likely /= likely.sum()
    found = np.array([fit.ahead(y[start:], z[start:]) for fit in fits])
    value = float(likely @ found[:, 0])
    variance = float(likely @ (found[:, 1] + (found[:, 0] - value) ** 2))
    best = fits[int(np.argmax(likely))]
    rest = y[:start] - z[:start] @ best.beta
    spread = float(y[:start].var())
    return Forecast(
        value=value,
        se=float(np.sqrt(variance)),
        df=start - z.shape[1],
        rho=best.rho,
        explained=1 - float(rest.var()) / spread if spread > 0 else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Generalised least squares of y (n,) on z (n, k) for one autocorrelation."""

    rho: float
    beta: Floats
    bread: Floats
    sigma2: float
    """Variance of the innovations."""
    likelihood: float
    """Restricted log likelihood."""

    @classmethod
    def of(cls, y: Floats, z: Floats, rho: float) -> "_Fit":
        lift = np.sqrt(1 - rho**2)
        ys = np.r_[lift * y[0], y[1:] - rho * y[:-1]]
        zs = np.vstack([lift * z[:1], z[1:] - rho * z[:-1]])
        products = zs.T @ zs
        bread = inverse(products)
        beta = bread @ (zs.T @ ys)
        df = len(y) - z.shape[1]
        sigma2 = max(float(((ys - zs @ beta) ** 2).sum()) / df, 1e-300)
        _, size = np.linalg.slogdet(products)
        likelihood = -0.5 * float(df * np.log(sigma2) + size - np.log(1 - rho**2))
        return cls(rho, beta, bread, sigma2, likelihood)

    def ahead(self, y: Floats, z: Floats) -> tuple[float, float]:
        """Mean of observed less expected, and its variance from slopes and noise."""
        mean = z.mean(axis=0)
        noise = self.sigma2 / (1 - self.rho**2) * _mean_of_ar(self.rho, len(y))
        return float((y - z @ self.beta).mean()), float(self.sigma2 * (mean @ self.bread @ mean)) + noise


def _mean_of_ar(rho: float, m: int) -> float:
    """Variance of the mean of m values of a unit-variance autoregression."""
    lags = np.arange(1, m)
    return float((m + 2 * ((m - lags) * rho**lags).sum()) / m**2)


def _others(controls: ArrayLike | None, periods: int) -> Floats:
    if controls is None:
        return np.empty((periods, 0))
    found = numbers(controls, "A control series")
    found = found[:, None] if found.ndim == 1 else found
    if found.shape[0] != periods:
        raise InputError(f"The control series have {found.shape[0]} periods, the series has {periods}.")
    return found


def _regressors(others: Floats, periods: int, start: int, trend: bool) -> Floats:
    columns = np.hstack([np.arange(periods)[:, None], others]) if trend else others
    return Scaling.of(columns[:start]).design(columns)


def _controls_given(others: Floats) -> Check:
    count = others.shape[1]
    return Check(
        name="control series",
        passed=count > 0,
        value=float(count),
        text=(
            f"{count} control series stand for what else happened at the time."
            if count
            else "No control series was given: anything else that happened at the time is in the effect."
        ),
    )


def _fit(found: Forecast) -> Check:
    return Check(
        name="fit before",
        passed=bool(found.explained >= CLOSE),
        value=found.explained,
        text=(
            f"Before the change the regression explains {found.explained:.0%} of the variance; what is left "
            f"is correlated by {found.rho:.2f} from one period to the next."
        ),
    )


def _earlier(y: Floats, z: Floats, start: int, about: About) -> tuple[Check, ...]:
    made_up = 2 * start // 3
    if made_up < z.shape[1] + SPARE:
        return ()
    found = forecast(y[:start], z[:start], made_up)
    effect = estimated(found.value, found.se, df=found.df, **about)
    return (null_effect("placebo time", effect, f"a change made up at position {made_up}"),)
