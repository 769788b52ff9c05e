"""Requests that a change made unnecessary: how many did not come, and how sure that is."""

from dataclasses import dataclass, replace

import numpy as np

from careworth.causal import Check, Effect
from careworth.causal.checks import power_check
from careworth.causal.effect import estimated, nothing
from careworth.causal.series import ASSUMPTIONS
from careworth.worth.loyalty._cohort import MONTH, Bools, Floats
from careworth.worth.loyalty._requests import Requests

_METHOD = "ratio to the kinds that were not changed, for customers with and without a trouble behind them"

A_MONTH = MONTH / 7
"""Weeks in a month: counts are by week, because a few dozen months are too few, and told by month."""

_FEWEST = 30
"""Requests of either sort before the change, below which a part has no ratio of its own."""


def avoided(requests: Requests, changed: Bools, start: int) -> Effect:
    """Requests a month that did not come after week ``start``: those ``changed`` (N,) beside all others.

    Without the change its kinds would have stayed the same multiple r = Y0 / C0 of the others: of sums Y, C
    before (0) and after (1), r C1 - Y1 did not come. Customers with a trouble behind them ask about it, and
    of some kinds of trouble more than of others; so when troubles become more or fewer, the mixture of all
    requests moves by itself. Each part (with a trouble in the year before, without) therefore has an r of
    its own. See ``_variance`` for the standard error.
    """
    counts = _Counts.of(requests, changed, start)
    if counts.smallest < _FEWEST:
        requests = replace(requests, part=np.zeros_like(requests.part))
        counts = _Counts.of(requests, changed, start)
    spread = _dispersion(requests, changed, start, counts)
    months = (requests.weeks - start) / A_MONTH
    value = float(counts.expected.sum() - counts.y1.sum()) / months
    se = float(np.sqrt(spread * _variance(requests, changed, start, counts))) / months
    return estimated(
        value,
        se,
        estimand="requests a month that did not come",
        design="interrupted time series",
        method=_METHOD,
        n_treated=requests.weeks - start,
        n_control=start,
        checks=(
            Check(
                name="dispersion",
                passed=None,
                value=spread,
                text=f"Before the change weeks scattered {spread:.1f} times as much as by pure chance.",
            ),
            power_check(se, value),
        ),
        assumptions=ASSUMPTIONS,
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Sums of requests in each part (2,): of the changed kinds y and the others c, before 0 and after 1."""

    y0: Floats
    y1: Floats
    c0: Floats
    c1: Floats

    @classmethod
    def of(cls, requests: Requests, changed: Bools, start: int) -> "_Counts":
        later = requests.week >= start
        return cls(
            *(
                np.bincount(requests.part[rows], minlength=2).astype(np.float64)
                for rows in (changed & ~later, changed & later, ~changed & ~later, ~changed & later)
            )
        )

    @property
    def smallest(self) -> float:
        return float(min(self.y0.min(), self.c0.min()))

    @property
    def ratio(self) -> Floats:
        return np.asarray(self.y0 / np.maximum(self.c0, 1.0))

    @property
    def expected(self) -> Floats:
        return self.ratio * self.c1


def _variance(requests: Requests, changed: Bools, start: int, counts: _Counts) -> float:
    """Of the requests that did not come, if customers are drawn by chance and ask for reasons of their own.

    A customer i adds a_i - b_i to it: b_i requests that the change could have spared, and a_i by way of the
    others and of the ratio. Of the b_i that would have come without the change, the share p that did come is
    seen, so sums of b, b (b - 1) and a b are seen p, p^2 and p times as large. Never less than for requests
    that have nothing to do with each other.
    """
    r, k = counts.ratio, counts.c1 / np.maximum(counts.c0, 1.0)
    later, part = requests.week >= start, requests.part
    adds = np.where(changed, np.where(later, 0.0, k[part]), np.where(later, r[part], -(k * r)[part]))
    _, owner = np.unique(requests.person, return_inverse=True)
    a = np.bincount(owner, weights=adds)
    b = np.bincount(owner, weights=changed & later)
    wanted, came = float(counts.expected.sum()), float(counts.y1.sum())
    p = min(came / wanted, 1.0) if came else 1.0
    by_customer = float(a @ a - 2 * (a @ b) / p + (b @ (b - 1)) / p**2) + max(wanted, came)
    by_chance = float((adds**2).sum()) + wanted
    return max(by_customer, by_chance)


def _dispersion(requests: Requests, changed: Bools, start: int, counts: _Counts) -> float:
    """Pearson's: how much more than by chance the split between the two varies from week to week."""
    sums, cells = 0.0, 0
    for part, ratio in enumerate(counts.ratio):
        rows = requests.part == part
        y, total = requests.by_week(rows & changed)[:start], requests.by_week(rows)[:start]
        some, p = total > 0, ratio / (1 + ratio)
        if some.any() and p > 0:
            sums += float(((y[some] - total[some] * p) ** 2 / (total[some] * p * (1 - p))).sum())
            cells += int(some.sum()) - 1
    return max(sums / max(cells, 1), 1.0)


def unknown(reason: str, weeks: int, start: int) -> Effect:
    """No number for a change after week ``start`` of so many, and why."""
    return nothing(
        reason,
        estimand="requests a month that did not come",
        design="interrupted time series",
        method=_METHOD,
        n_treated=max(weeks - start, 0),
        n_control=max(min(start, weeks), 0),
        checks=(Check(name="periods", passed=False, value=float(weeks), text=reason),),
        assumptions=ASSUMPTIONS,
    )
