"""Customers who buy at will, pause, come back, and some day stay away for good.

BG/NBD and its kin take whoever has not bought for long for gone: their forecasts fall, and where people come
back after months they fall too far. Here a customer who does not buy may be pausing: each period one stops
with a chance of one's own, for good or for a pause, from which one comes back with a chance that is the same
for all (a hidden Markov model; Schwartz, Bradlow and Fader 2014 compare such models).

Assumptions: while buying, purchases come at random at a rate of each customer's own; whether and when one
stops, pauses or comes back hangs on nothing but these chances; none of them changes with the season.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, expit, gammainc, logit

from careworth.causal._arrays import Floats, Ints
from careworth.causal.spells import Spells
from careworth.errors import InputError

_RATES = np.geomspace(1e-3, 30.0, 26)
"""Edges of the rates a period that are told apart; lower ones are one, higher ones too."""
_CHANCES = np.array([0.0, 0.01, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 1.0])
"""Edges of the chances to stop that are told apart."""
SIGN = 5.0
"""How much the logarithm of the likelihood must gain for pauses: two figures more gain so much by chance in
less than one of a hundred samples."""
_STEP = 1e-4
_LEAST = float(np.finfo(float).tiny)
"""What is as good as impossible; it has a logarithm, which times no occurrence is nothing."""
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PausingModel:
    """Buying at gamma(r, alpha) rates, stopping with beta(a, b) chances; all by the period of the spells."""

    r: float
    alpha: float
    a: float
    b: float
    gone: float
    """Share of the stops that are for good."""
    back: float
    """Chance a period that a pausing customer begins to buy again."""
    log_likelihood: float
    """Of the customers that it was fitted on, but for a constant: for models of the same customers."""

    @classmethod
    def of(cls, found: Spells, *, pauses: bool = True) -> "PausingModel":
        """Maximum likelihood. Without ``pauses`` every stop is for good.

        Raises InputError when nobody bought again.
        """
        if not ((found.repeats > 0) | (found.late > 0)).any():
            raise InputError("No customer bought a second time, so no rate of buying can be learned.")
        fit = _Fit(found, pauses)
        start = np.log([0.7, 0.7 * max(float(found.between.shape[1]), 2.0) / 2, 1.0, 8.0])
        start = np.r_[start, logit([0.4, 0.05])] if pauses else start
        best = minimize(fit, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})
        if not np.isfinite(best.fun) or np.abs(best.x[:4]).max() > 20:  # chances may well be 0 or 1
            raise InputError(
                "The model of pauses has no best fit on these customers.",
                hint="It needs customers who bought again and customers who did not, over half a year or so.",
            )
        r, alpha, a, b = np.exp(best.x[:4]).tolist()
        gone, back = expit(best.x[4:]).tolist() if pauses else (1.0, 0.0)
        at_best = -float(best.fun) * len(found)
        return cls(r=r, alpha=alpha, a=a, b=b, gone=gone, back=back, log_likelihood=at_best)

    @classmethod
    def likelier(cls, found: Spells) -> "PausingModel":
        """With pauses where the customers speak for them, else without. Raises InputError as ``of`` does."""
        pausing, for_good = cls.of(found), cls.of(found, pauses=False)
        return pausing if pausing.log_likelihood - for_good.log_likelihood > SIGN else for_good

    def expected(self, found: Spells, ahead: int) -> Floats:
        """(n,) purchases of each customer in the next ``ahead`` periods."""
        chain = _Chain(self.gone, self.back, found.between.shape[1])
        worth, weights = chain.worth(ahead), _mixture(np.log([self.r, self.alpha, self.a, self.b]))
        parts = (found.some(slice(at, at + _AT_ONCE)) for at in range(0, len(found), _AT_ONCE))
        return np.concatenate([_forecast(chain, part, weights, worth) for part in parts])


def _forecast(chain: "_Chain", found: Spells, weights: Floats, worth: Floats) -> Floats:
    ends = _Ends.of(found)
    likely = chain.likelihood(found, ends)
    joint = np.exp(likely - likely.max(axis=1, keepdims=True)) * weights
    return np.asarray((joint * (chain.states(ends) * worth).sum(axis=2)).sum(axis=1) / joint.sum(axis=1))


@dataclass(frozen=True, slots=True)
class _Ends:
    """What happened since the last busy period: few kinds of it, which many customers share."""

    kinds: Floats
    """(k, 4) whether there was a busy period, quiet ones after it, the rest of a period, purchases in it."""
    kind: Ints
    """(n,) the kind of each customer."""

    @classmethod
    def of(cls, found: Spells) -> "_Ends":
        columns = (found.busy > 0, found.after, found.rest, found.late)
        return cls(*np.unique(np.column_stack(columns).astype(np.float64), axis=0, return_inverse=True))


class _Fit:
    """Minus mean log likelihood with its slopes; customers alike are counted once."""

    def __init__(self, found: Spells, pauses: bool) -> None:
        columns = (found.repeats, found.busy, found.before, found.after, found.rest, found.late)
        rows = np.column_stack([*columns, found.between])
        _, place, self._counts = np.unique(rows, axis=0, return_index=True, return_counts=True)
        self._found = found.some(place)
        self._ends = _Ends.of(self._found)
        self._pauses = pauses
        self._certain = None if pauses else self._table(1.0, 0.0)

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        table = self._certain or self._table(*expit(theta[4:]))
        here = self._loss(table, theta[:4])
        near = [self._loss(table, moved) for moved in theta[:4] + _STEP * np.eye(4)]
        if self._pauses:
            others = (self._table(*expit(moved)) for moved in theta[4:] + _STEP * np.eye(2))
            near += [self._loss(other, theta[:4]) for other in others]
        return here, (np.array(near) - here) / _STEP

    def _table(self, gone: float, back: float) -> tuple[Floats, Floats]:
        """(m, K) likelihood of each customer at each rate and chance, scaled; (m,) logarithm of the scale."""
        likely = _Chain(gone, back, self._found.between.shape[1]).likelihood(self._found, self._ends)
        scale = likely.max(axis=1)
        return np.exp(likely - scale[:, None]), scale

    def _loss(self, table: tuple[Floats, Floats], theta: Floats) -> float:
        likely, scale = table
        found = _log(likely @ _mixture(theta)) + scale
        return -float(self._counts @ found) / float(self._counts.sum())


def _log(chances: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(chances, _LEAST)))


def _mixture(theta: Floats) -> Floats:
    """(K,) share of the customers at each rate and chance, theta = log (r, alpha, a, b)."""
    r, alpha, a, b = np.exp(theta)
    rates = np.diff(np.r_[0.0, gammainc(r, alpha * _RATES), 1.0])
    chances = np.diff(betainc(a, b, _CHANCES))
    return np.asarray(np.outer(rates, chances).ravel())


class _Chain:
    """What happens at each of K pairs of a rate and a chance to stop. States: buying, pausing, gone."""

    def __init__(self, gone: float, back: float, periods: int) -> None:
        middles = np.r_[_RATES[0] / 2, np.sqrt(_RATES[1:] * _RATES[:-1]), _RATES[-1]]
        self._gone, self._back, self._periods = gone, back, periods
        self._rate = np.repeat(middles, len(_CHANCES) - 1)
        self._stop = np.tile((_CHANCES[1:] + _CHANCES[:-1]) / 2, len(middles))

    def _moved(self, states: Floats) -> Floats:
        """(..., K, 3) a period later."""
        buys, pauses, gone = np.moveaxis(states, -1, 0)
        stops, returns = buys * self._stop, pauses * self._back
        new = (buys - stops + returns, pauses - returns + stops * (1 - self._gone), gone + stops * self._gone)
        return np.stack(new, axis=-1)

    def _quiet(self, start: Floats) -> Floats:
        """(periods + 1, K, 3) chance of so many periods without a purchase and of each state after them."""
        found, silent = [start], np.exp(-self._rate)
        for _ in range(self._periods):
            states = found[-1].copy()
            states[:, 0] *= silent
            found.append(self._moved(states))
        return np.array(found)

    @cached_property
    def _from_start(self) -> Floats:
        return self._quiet(np.tile([1.0, 0.0, 0.0], (len(self._rate), 1)))

    @cached_property
    def _from_busy(self) -> Floats:
        """After a period with a purchase: whoever bought was buying, and may stop at its end."""
        return self._quiet(self._moved(self._from_start[0]))

    def likelihood(self, found: Spells, ends: _Ends) -> Floats:
        """(n, K) logarithm of the chance of the spells.

        A purchase says that the customer was buying, so all before it is a product over the gaps.
        """
        first, gap = _log(self._from_start[:, :, 0]), _log(self._from_busy[:-1, :, 0])
        log = found.between @ gap + _log(self._end(ends.kinds).sum(axis=2))[ends.kind]
        log += np.where((found.busy > 0)[:, None], first[found.before], 0.0)
        log += found.repeats[:, None] * np.log(self._rate) - found.busy[:, None] * self._rate
        return np.asarray(log)

    def states(self, ends: _Ends) -> Floats:
        """(n, K, 3) chance of each state at the end of the spells."""
        end = self._end(ends.kinds)
        return np.asarray((end / np.maximum(end.sum(axis=2, keepdims=True), _LEAST))[ends.kind])

    def _end(self, kinds: Floats) -> Floats:
        """(k, K, 3) chance of what happened since the last busy period, and of each state then.

        What is left of a period at the end is too short to stop in it or to come back.
        """
        ever, after, rest, late = kinds.T
        quiet = after.astype(np.int64)
        end = np.where(ever[:, None, None] > 0, self._from_busy[quiet], self._from_start[quiet])
        mean = rest[:, None] * self._rate
        end[:, :, 0] *= np.exp(-mean) * mean ** late[:, None]
        end[:, :, 1:] *= (late == 0)[:, None, None]
        return np.asarray(end)

    def worth(self, ahead: int) -> Floats:
        """(K, 3) purchases in the next ``ahead`` periods of a customer in each state."""
        worth = np.zeros((len(self._rate), 3))
        for _ in range(ahead):
            buys, pauses, gone = worth.T  # whoever is gone brings nothing
            buying = self._rate + (1 - self._stop) * buys + self._stop * (1 - self._gone) * pauses
            pausing = self._back * buys + (1 - self._back) * pauses
            worth = np.column_stack([buying, pausing, gone])
        return worth
