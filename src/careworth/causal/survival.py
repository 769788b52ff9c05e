"""How long until something happens, with those it has not happened to yet counted for what they are.

Assumptions: whoever left the study would have gone on like those who stayed (censoring at random); for
effects, those of the design that compares the groups.
"""

from dataclasses import dataclass
from math import exp, hypot, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from careworth.causal._arrays import Bools, Floats, numbers, treatment_of
from careworth.causal._cox import CoxFit, cox
from careworth.causal.checks import power_check
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing
from careworth.errors import InputError

ASSUMPTIONS = (
    "Whoever was lost from sight would have gone on like those who stayed in it.",
    "The groups are alike but for the treatment (randomised, or weighted to be).",
    "One row's treatment does not change another row's outcome.",
)

FEWEST_EVENTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A Kaplan-Meier curve; shapes (k,), one entry per time at which something happened."""

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    low: Floats
    high: Floats
    last: float
    """Longest time anybody was observed; beyond it the curve says nothing."""

    def at(self, time: float) -> float | None:
        """Share still there at ``time``; None beyond the observed range."""
        if time > self.last:
            return None
        k = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if k == 0 else float(self.survival[k - 1])

    def quantile(self, share: float = 0.5) -> float | None:
        """First time at which at most ``1 - share`` are still there; None when that was never reached."""
        reached = np.flatnonzero(self.survival <= 1 - share + 1e-12)
        return float(self.times[reached[0]]) if len(reached) else None


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, weights: ArrayLike | None = None, level: float = LEVEL
) -> Curve:
    """Product-limit curve of times (n,) with event (n,) 1 where it happened and 0 where sight was lost.

    Pointwise intervals by Greenwood's variance on the log-log scale. ``weights`` (n,) weight the rows, as
    for comparing a weighted control group.
    """
    t, happened = _times(time, event)
    w = np.ones(len(t)) if weights is None else numbers(weights, "A weight")
    instants, place = np.unique(t, return_inverse=True)
    leaving = np.bincount(place, weights=w, minlength=len(instants))
    events = np.bincount(place, weights=w * happened, minlength=len(instants)).astype(np.float64)
    at_risk = np.cumsum(leaving[::-1])[::-1].astype(np.float64)
    some = events > 0
    instants, events, at_risk = instants[some], events[some], at_risk[some]
    survival = np.asarray(np.cumprod(1 - events / at_risk), dtype=np.float64)
    low, high = _log_log(survival, _greenwood(events, at_risk), level)
    return Curve(
        times=instants,
        at_risk=at_risk,
        events=events,
        survival=survival,
        low=low,
        high=high,
        last=float(t.max()),
    )


def _greenwood(events: Floats, at_risk: Floats) -> Floats:
    left = at_risk - events
    # The last step to zero has no variance by this formula; it counts as 0 rather than as infinity.
    return np.asarray(np.where(left > 1e-12, events / (at_risk * np.maximum(left, 1e-12)), 0.0))


def _log_log(survival: Floats, terms: Floats, level: float) -> tuple[Floats, Floats]:
    z = float(stats.norm.ppf((1 + level) / 2))
    inside = (survival > 0) & (survival < 1)
    s = np.where(inside, survival, 0.5)
    shift = z * np.sqrt(np.cumsum(terms)) / np.abs(np.log(s))
    low = np.where(inside, s ** np.exp(shift), survival)
    return low, np.where(inside, s ** np.exp(-shift), survival)


def restricted_mean(curve: Curve, horizon: float) -> tuple[float, float]:
    """Mean time until ``horizon`` at most, and its standard error: the area under the curve.

    Raises InputError when the horizon lies beyond the longest observed time.
    """
    if not 0 < horizon <= curve.last:
        raise InputError(
            f"The horizon {horizon:g} is not within the observed times (0 to {curve.last:g}).",
            hint="Choose a horizon that both groups were observed for.",
        )
    inside = curve.times < horizon
    times = np.r_[0.0, curve.times[inside], horizon]
    heights = np.r_[1.0, curve.survival[inside]]
    areas = np.diff(times) * heights
    after = np.cumsum(areas[::-1])[::-1][1:]
    terms = _greenwood(curve.events[inside], curve.at_risk[inside])
    return float(areas.sum()), float(np.sqrt((after**2 * terms).sum()))


def restricted_mean_values(time: ArrayLike, event: ArrayLike, horizon: float) -> Floats:
    """(n,) each row's contribution to the restricted mean: pseudo-values without a censored row among them.

    Their mean is the restricted mean itself; regressed, weighted or matched like any outcome, they give
    effects on it (Andersen, Hansen and Klein 2004), here by the infinitesimal jackknife in O(n log n).
    """
    t, happened = _times(time, event)
    curve = kaplan_meier(t, happened)
    mean, _ = restricted_mean(curve, horizon)
    inside = curve.times < horizon
    times, n = curve.times[inside], len(t)
    heights = np.r_[1.0, curve.survival[inside]]
    areas = np.diff(np.r_[0.0, times, horizon]) * heights
    after = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, events = curve.at_risk[inside], curve.events[inside]
    # After everybody left the area is 0, and so is what the last of them added.
    share = after / np.maximum(at_risk - events, 1.0)
    hazard = np.r_[0.0, np.cumsum(share * events / at_risk)]
    seen = np.searchsorted(times, np.minimum(t, horizon), side="right")
    own = np.zeros(n)
    dies = happened & (t < horizon)
    at = np.searchsorted(times, t[dies])
    own[dies] = share[at]
    return np.asarray(mean + n * (hazard[seen] - own))


def retained_time(
    time: ArrayLike, event: ArrayLike, d: ArrayLike, horizon: float, *, level: float = LEVEL
) -> Effect:
    """Difference in mean time until ``horizon`` between d = 1 and d = 0 (n,), in the unit of ``time``.

    It needs no proportional hazards; Cox's model (Efron's ties) stands beside it as a check.
    """
    t, happened = _times(time, event)
    treated = treatment_of(d, len(t))
    curves = [kaplan_meier(t[group], happened[group]) for group in (treated, ~treated)]
    about = About(
        estimand=f"difference in mean time until {horizon:g}",
        design="survival",
        method="restricted mean of Kaplan-Meier curves",
        n_treated=int(treated.sum()),
        n_control=int((~treated).sum()),
        checks=(_follow_up(t, happened, treated, horizon),),
        assumptions=ASSUMPTIONS,
        level=level,
    )
    reason = _unobserved(curves, happened, treated, horizon)
    if reason is not None:
        return nothing(reason, **about)
    (a, se_a), (b, se_b) = (restricted_mean(curve, horizon) for curve in curves)
    value, se = a - b, hypot(se_a, se_b)
    return estimated(value, se, **about).with_checks(
        _hazards(t, happened, treated, value), power_check(se, value, level)
    )


def hazard_ratios(time: ArrayLike, event: ArrayLike, x: ArrayLike) -> CoxFit:
    """Cox's log hazard ratios of covariates x (n, p), with Efron's treatment of ties."""
    t, happened = _times(time, event)
    columns = numbers(x, "A covariate")
    return cox(t, happened, columns[:, None] if columns.ndim == 1 else columns)


def _times(time: ArrayLike, event: ArrayLike) -> tuple[Floats, Bools]:
    t = numbers(time, "The time")
    happened = numbers(event, "The event")
    if t.ndim != 1 or t.shape != happened.shape or t.size == 0:
        raise InputError(f"Times have shape {t.shape} and events {happened.shape}; want (n,) each.")
    if t.min() < 0:
        raise InputError("A time is negative.", hint="Start every clock at 0.")
    if not np.all((happened == 0) | (happened == 1)):
        raise InputError("An event is neither 0 nor 1.")
    return t, happened == 1


def _unobserved(curves: list[Curve], event: Bools, d: Bools, horizon: float) -> str | None:
    if horizon <= 0:
        return f"The horizon {horizon:g} is not after the start."
    last = min(curve.last for curve in curves)
    if horizon > last:
        return f"One group was observed until {last:g} only, so nothing is known until {horizon:g}."
    fewest = min(int(event[d].sum()), int(event[~d].sum()))
    if fewest < FEWEST_EVENTS:
        return f"One group has {fewest} events; at least {FEWEST_EVENTS} are needed for an interval."
    return None


def _follow_up(t: Floats, event: Bools, d: Bools, horizon: float) -> Check:
    lost = ~event & (t < horizon)
    shares = float(lost[d].mean()), float(lost[~d].mean())
    spread = sqrt(sum(s * (1 - s) / n for s, n in zip(shares, (d.sum(), (~d).sum()), strict=True)))
    return Check(
        name="follow-up",
        passed=bool(abs(shares[0] - shares[1]) <= max(0.05, 1.96 * spread)),
        value=shares[0] - shares[1],
        text=(
            f"{shares[0]:.1%} of the treated and {shares[1]:.1%} of the controls were lost from sight before "
            "the horizon; a difference would make the comparison doubtful."
        ),
    )


def _hazards(t: Floats, event: Bools, d: Bools, value: float) -> Check:
    fit = cox(t, event, d.astype(np.float64)[:, None])
    beta, se = float(fit.beta[0]), sqrt(float(fit.covariance[0, 0]))
    opposite = beta * value > 0 and abs(beta) > 1.96 * se
    return Check(
        name="Cox model",
        passed=not opposite,
        value=exp(beta),
        text=(
            f"Cox's model gives a hazard ratio of {exp(beta):.3f} ({exp(beta - 1.96 * se):.3f} to "
            f"{exp(beta + 1.96 * se):.3f}), which {'contradicts' if opposite else 'agrees with'} the means."
        ),
    )
