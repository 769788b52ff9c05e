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


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was to be expected from the change on, and how sure that is."""

    gap: Floats
    """(m,) observed less expected."""
    se: float
    """Standard error of the mean gap."""
    df: int
    rho: float
    """First-order autocorrelation of the residuals before the change."""
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

    A regression on trend and controls before the change, errors autoregressive of order one (Prais and
    Winsten), forecasts the time after it; the standard error has the regression's and the noise's part.
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
    value = float(found.gap.mean())
    return estimated(value, found.se, df=found.df, **about).with_checks(
        _fit(found), *_earlier(series, z, start, about), power_check(found.se, value, level)
    )


def forecast(y: Floats, z: Floats, start: int) -> Forecast:
    """Expected y (T,) after ``start`` given regressors z (T, k), fitted before it."""
    v, before = y[:start], z[:start]
    rho = _autocorrelation(v, before)
    lift = np.sqrt(1 - rho**2)
    vs, zs = (
        np.r_[lift * v[0], v[1:] - rho * v[:-1]],
        np.vstack([lift * before[:1], before[1:] - rho * before[:-1]]),
    )
    bread = inverse(zs.T @ zs)
    beta = bread @ (zs.T @ vs)
    df = start - z.shape[1]
    sigma2 = float(((vs - zs @ beta) ** 2).sum()) / df
    gap = y[start:] - z[start:] @ beta
    ahead = z[start:].mean(axis=0)
    noise = sigma2 / (1 - rho**2) * _mean_of_ar(rho, len(gap))
    rest = v - before @ beta
    return Forecast(
        gap=gap,
        se=float(np.sqrt(sigma2 * (ahead @ bread @ ahead) + noise)),
        df=df,
        rho=rho,
        explained=1 - float(rest.var() / v.var()) if v.var() > 0 else 0.0,
    )


def _autocorrelation(y: Floats, z: Floats) -> float:
    rest = y - z @ (inverse(z.T @ z) @ (z.T @ y))
    rho = float(rest[1:] @ rest[:-1]) / max(float(rest @ rest), 1e-300)
    # Residuals of k regressors are less correlated than the errors by about (k + 3 rho) / T (Kendall 1954
    # for k = 1). A negative estimate counts as none: it would make the interval narrower.
    return float(np.clip(rho + (z.shape[1] + 3 * rho) / len(y), 0.0, 0.95))


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
    effect = estimated(float(found.gap.mean()), found.se, df=found.df, **about)
    return (null_effect("placebo time", effect, f"a change made up at position {made_up}"),)
