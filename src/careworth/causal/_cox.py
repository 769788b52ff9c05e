"""Cox's proportional hazards by Newton's method, ties after Efron."""

from dataclasses import dataclass

import numpy as np

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._linear import Scaling, gram, inverse


@dataclass(frozen=True, slots=True)
class CoxFit:
    """Log hazard ratios (p,) and their covariance (p, p), in the units of the covariates."""

    beta: Floats
    covariance: Floats


def cox(time: Floats, event: Bools, x: Floats) -> CoxFit:
    """Fit to times (n,), events (n,) and covariates x (n, p).

    Efron's likelihood: at a time with m events, the l-th has the risk set's total less l / m of the total of
    the events. Sums over risk sets are sums over rows of their share in all earlier denominators, so a step
    takes O(n p^2) and no (n, p, p) array.
    """
    order = np.argsort(-time, kind="stable")
    scaling = Scaling.of(x)
    z = scaling.design(x)[order, 1:]
    ties = _Ties.of(time[order], event[order])
    beta = np.zeros(z.shape[1])
    loss, gradient, information = _newton(z, ties, beta)
    for _ in range(50):
        step = inverse(information) @ gradient
        gain = float(gradient @ step)
        for _ in range(30):
            tried = _newton(z, ties, beta + step)
            if tried[0] <= loss + 1e-9 * abs(loss):
                break
            step = step / 2
        beta = beta + step
        loss, gradient, information = tried
        if gain < 1e-12:
            break
    return CoxFit(beta / scaling.spread, inverse(information) / np.outer(scaling.spread, scaling.spread))


@dataclass(frozen=True, slots=True)
class _Ties:
    """Where the tied groups of rows lie, rows sorted by falling time."""

    event: Bools
    """(n,)"""
    last: Ints
    """(n,) the last row with the same time."""
    first: Ints
    """(n,) the first row with the same time."""
    fraction: Floats
    """(events,) l / m of each event among the m at its time."""

    @classmethod
    def of(cls, time: Floats, event: Bools) -> "_Ties":
        new = np.r_[True, time[1:] != time[:-1]]
        starts = np.flatnonzero(new)
        group = np.cumsum(new) - 1
        ends = np.r_[starts[1:], len(time)] - 1
        events = np.bincount(group[event], minlength=len(starts))
        before = np.r_[0, np.cumsum(events)[:-1]]
        rank = np.arange(int(events.sum())) - before[group[event]]
        return cls(event, ends[group], starts[group], rank / events[group[event]])


def _newton(z: Floats, ties: _Ties, beta: Floats) -> tuple[float, Floats, Floats]:
    """Minus log likelihood, gradient and information at beta."""
    eta = z @ beta
    shift = float(eta.max())
    risk = np.exp(eta - shift)
    at, first = ties.last[ties.event], ties.first[ties.event]
    dead = risk * ties.event

    def reached(v: Floats) -> Floats:
        return np.asarray(np.cumsum(v, axis=0)[at])

    def tied(v: Floats) -> Floats:
        total = np.vstack([np.zeros((1, v.shape[1])), np.cumsum(v, axis=0)])
        return np.asarray(total[at + 1] - total[first])

    lost = ties.fraction[:, None]
    s0 = reached(risk[:, None]) - lost * tied(dead[:, None])
    means = (reached(risk[:, None] * z) - lost * tied(dead[:, None] * z)) / s0
    # Row i counts in the denominator of every event at or before its time. Rows are in falling time, so
    # those are the events of its own group and of all later ones.
    share = risk * _from_here_on(1 / s0[:, 0], first, len(z))[ties.first]
    share -= dead * np.bincount(first, weights=ties.fraction / s0[:, 0], minlength=len(z))[ties.first]
    information = gram(z, share) - means.T @ means
    gradient = z[ties.event].sum(axis=0) - means.sum(axis=0)
    loss = float(np.log(s0).sum() + shift * len(s0) - eta[ties.event].sum())
    return loss, gradient, information


def _from_here_on(v: Floats, first: Ints, rows: int) -> Floats:
    """(rows,) sum of v (events,) over the events whose group starts at the row or later."""
    return np.asarray(np.cumsum(np.bincount(first, weights=v, minlength=rows)[::-1])[::-1])
