"""How strong would something unseen have to be to explain the effect away?"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy import stats

from careworth.causal._arrays import Floats
from careworth.causal.effect import Check, Effect
from careworth.errors import InputError


def e_value(risk_ratio: float) -> float:
    """RR + sqrt(RR (RR - 1)), VanderWeele and Ding (2017): the smallest risk ratio with both treatment and
    outcome that an unseen cause needs to explain this one away."""
    if risk_ratio <= 0:
        raise InputError(f"A risk ratio is above 0, not {risk_ratio:g}.")
    rr = max(risk_ratio, 1 / risk_ratio)
    return rr + sqrt(rr * (rr - 1))


def e_value_check(effect: Effect, sd: float, base: float | None = None) -> Check:
    """E-value of the estimate and of the end of its interval nearest to 0.

    ``base`` is the share of controls with the outcome when it is 0 or 1; otherwise ``sd``, the standard
    deviation of the outcome, turns the effect into a risk ratio by exp(0.91 d) (same paper).
    """
    if effect.value is None or effect.low is None or effect.high is None:
        return Check(name="E-value", passed=None, value=None, text="There is no effect to explain away.")
    near = 0.0 if effect.low <= 0 <= effect.high else min(effect.low, effect.high, key=abs)
    point, bound = (e_value(_risk_ratio(v, sd, base)) for v in (effect.value, near))
    return Check(
        name="E-value",
        passed=None,
        value=point,
        text=(
            "To explain the estimate away, something unseen must multiply both the chance of treatment and "
            f"the risk of the outcome by {point:.2f}; for the interval to reach 0, by {bound:.2f}."
        ),
    )


def _risk_ratio(value: float, sd: float, base: float | None) -> float:
    if base is None or base <= 0:
        return exp(0.91 * value / sd)
    return max(base + value, 1e-6) / base


def robustness_value(t: float, df: float, q: float = 1.0, alpha: float | None = None) -> float:
    """Cinelli and Hazlett (2020): the share of the rest of treatment and of outcome that an unseen cause must
    explain to bring the estimate down by the share q, or, with alpha, to make it insignificant.

    RV = (sqrt(f^4 + 4 f^2) - f^2) / 2 with f = q |t| / sqrt(df), less the critical t / sqrt(df - 1).
    """
    f = q * abs(t) / sqrt(df)
    if alpha is not None:
        f -= float(stats.t.isf(alpha / 2, df - 1)) / sqrt(df - 1)
    if f <= 0:
        return 0.0
    return (sqrt(f**4 + 4 * f**2) - f**2) / 2


def robustness(t: float, df: float) -> Check:
    """The robustness value of a regression estimate with this t value and residual degrees of freedom."""
    point, bound = robustness_value(t, df), robustness_value(t, df, alpha=0.05)
    return Check(
        name="robustness value",
        passed=None,
        value=point,
        text=(
            f"Something unseen must explain {point:.1%} of what is left of both treatment and outcome to "
            f"bring the linear estimate to 0, and {bound:.1%} to make it insignificant."
        ),
    )


def rosenbaum(differences: Floats, gamma: float) -> float:
    """Upper bound of the one-sided p value for matched pairs, differences (m,), when hidden bias can make one
    of a pair up to gamma times as likely to be treated (Rosenbaum 2002, section 4.3).

    Binary outcomes (differences of -1, 0, 1): binomial tail of the discordant pairs (McNemar). Others:
    Wilcoxon's signed ranks, normal approximation.
    """
    return _Pairs.of(differences).bound(gamma)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs that differ: how many, and the ranks of those that differ the usual way."""

    pairs: int
    usual: int
    rank_sum: float
    ranks: float
    squares: float
    binary: bool

    @classmethod
    def of(cls, differences: Floats) -> "_Pairs":
        d = differences[differences != 0]
        d = d if d.sum() >= 0 else -d
        ranks = stats.rankdata(np.abs(d))
        return cls(
            pairs=len(d),
            usual=int(np.count_nonzero(d > 0)),
            rank_sum=float(ranks[d > 0].sum()),
            ranks=float(ranks.sum()),
            squares=float((ranks**2).sum()),
            binary=bool(np.all(np.abs(d) == 1)),
        )

    def bound(self, gamma: float) -> float:
        if self.pairs == 0:
            return 1.0
        p = gamma / (1 + gamma)
        if self.binary:
            return float(stats.binom.sf(self.usual - 1, self.pairs, p))
        return float(stats.norm.sf((self.rank_sum - p * self.ranks) / sqrt(p * (1 - p) * self.squares)))


def rosenbaum_check(differences: Floats, alpha: float = 0.05) -> Check:
    """The largest gamma at which the pairs still speak against no effect; 1 when they never do."""
    largest = _largest_gamma(_Pairs.of(differences), alpha)
    return Check(
        name="Rosenbaum bound",
        passed=None,
        value=largest,
        text=(
            "The pairs speak against no effect even if hidden bias makes one of a pair "
            f"{largest:.2f} times as likely to be treated."
            if largest > 1
            else "The pairs do not speak against no effect even without hidden bias."
        ),
    )


def _largest_gamma(pairs: _Pairs, alpha: float) -> float:
    if pairs.bound(1.0) > alpha:
        return 1.0
    low, high = 0.0, log(1000.0)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if pairs.bound(exp(middle)) <= alpha else (low, middle)
    return exp(low)
