"""What customers will be worth: bought from at will (BG/NBD, gamma-gamma) or under contract (survival).

Assumptions: customers go on as they did; at will, buying is random at a rate of each customer's own, a
customer may leave after any purchase for good, and what they spend has nothing to do with how often.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, hyp2f1

from careworth.causal._arrays import Floats, Ints, numbers
from careworth.causal._buying import bg_nbd_loss, gamma_gamma_loss, smallest, together
from careworth.causal.survival import Curve
from careworth.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Purchases of n customers in summary; times in one unit (weeks, say) since each one's first purchase."""

    customer: Ints | np.ndarray[tuple[int], np.dtype[np.generic]]
    """(n,) ids."""
    repeats: Floats
    """(n,) days with a purchase after the first such day."""
    last: Floats
    """(n,) time of the last purchase; 0 without a repeat."""
    observed: Floats
    """(n,) time from the first purchase to the end of observation."""
    spend: Floats
    """(n,) mean amount of the repeat purchases; 0 without a repeat."""


def history(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike, end: float, *, unit: float = 7.0
) -> History:
    """Summary of purchases (N,): who, day number, amount; up to and including day ``end``.

    Purchases of one day are one. Times are in ``unit`` days: 7 gives weeks.
    """
    when, money = numbers(day, "The day"), numbers(amount, "The amount")
    who = np.asarray(customer)
    if not len(who) == len(when) == len(money):
        raise InputError("Customers, days and amounts do not have the same number of rows.")
    inside = when <= end
    if not inside.any():
        raise InputError(f"No purchase happened by day {end:g}.")
    who, when, money = who[inside], np.floor(when[inside]), money[inside]
    customers, row = np.unique(who, return_inverse=True)
    pairs, place = np.unique(np.column_stack([row, when]), axis=0, return_inverse=True)
    spent = np.bincount(place, weights=money)
    owner = pairs[:, 0].astype(np.int64)
    days = np.bincount(owner)
    first, last = np.full(len(customers), np.inf), np.full(len(customers), -np.inf)
    np.minimum.at(first, owner, pairs[:, 1])
    np.maximum.at(last, owner, pairs[:, 1])
    repeat = pairs[:, 1] > first[owner]
    total = np.bincount(owner, weights=spent * repeat)
    repeats = (days - 1).astype(np.float64)
    return History(
        customer=customers,
        repeats=repeats,
        last=(last - first) / unit,
        observed=(end - first) / unit,
        spend=np.where(repeats > 0, total / np.maximum(repeats, 1), 0.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyingModel:
    """BG/NBD: buying at gamma(r, alpha) rates, leaving with beta(a, b) chances after a purchase."""

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def of(cls, found: History) -> "BuyingModel":
        """Maximum likelihood (Fader, Hardie and Lee 2005). Raises InputError when nobody bought again."""
        if not (found.repeats > 0).any():
            raise InputError("No customer bought a second time, so no rate of buying can be learned.")
        columns, w = together(found.repeats, found.last, found.observed)
        start = np.log([1.0, max(float(found.observed.mean()), 1e-3), 1.0, 1.0])
        r, alpha, a, b = np.exp(smallest(bg_nbd_loss, start, *columns, w))
        return cls(r=float(r), alpha=float(alpha), a=float(a), b=float(b))

    def alive(self, found: History) -> Floats:
        """(n,) chance that each customer is still one at the end of observation; 1 without a repeat."""
        x, tx, t = found.repeats, found.last, found.observed
        odds = np.exp((self.r + x) * np.log((self.alpha + t) / (self.alpha + tx)))
        odds *= self.a / (self.b + np.maximum(x, 1) - 1)
        return np.asarray(np.where(x > 0, 1 / (1 + odds), 1.0))

    def expected(self, found: History, ahead: float) -> Floats:
        """(n,) purchases of each customer in the next ``ahead`` units of time (same paper, equation 10)."""
        x, t = found.repeats, found.observed
        z = ahead / (self.alpha + t + ahead)
        series = hyp2f1(self.r + x, self.b + x, self.a + self.b + x - 1, z)
        shrink = np.exp((self.r + x) * np.log((self.alpha + t) / (self.alpha + t + ahead)))
        more = (self.a + self.b + x - 1) / (self.a - 1) * (1 - shrink * series)
        return np.asarray(more * self.alive(found))


class Spending(Protocol):
    """What a model of amounts must know of n customers; a ``History`` knows it."""

    @property
    def repeats(self) -> Floats:
        """(n,) days with a purchase that tell of the customer's mean."""
        ...

    @property
    def spend(self) -> Floats:
        """(n,) mean amount of these days; 0 without one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendModel:
    """Gamma-gamma: amounts scatter around a mean of each customer's own, which scatters over customers."""

    p: float
    q: float
    gamma: float

    @classmethod
    def of(cls, found: Spending) -> "SpendModel":
        """Maximum likelihood on the customers with repeat purchases of a positive mean amount."""
        some = (found.repeats > 0) & (found.spend > 0)
        if not some.any():
            raise InputError("No customer bought again for money, so no spending can be learned.")
        columns, w = together(found.repeats[some], found.spend[some])
        start = np.log([2.0, 3.0, max(float(found.spend[some].mean()), 1e-3)])
        p, q, gamma = np.exp(smallest(gamma_gamma_loss, start, *columns, w))
        return cls(p=float(p), q=float(q), gamma=float(gamma))

    def expected(self, found: Spending) -> Floats:
        """(n,) mean amount per purchase: between the customer's own mean and everybody's.

        Raises InputError when q is at most 1: the mean over all customers is then infinite.
        """
        if self.q <= 1:
            raise InputError(f"Spending is too uneven for a mean to exist (q is {self.q:.2f}).")
        x, m = found.repeats, found.spend
        return np.asarray(self.p * (self.gamma + x * m) / (self.p * x + self.q - 1))


def value_at_will(
    found: History,
    buying: BuyingModel,
    spending: SpendModel,
    *,
    periods: int,
    margin: float = 1.0,
    discount: float = 0.0,
) -> Floats:
    """(n,) value of each customer's purchases in the next ``periods`` units of time, in the currency given.

    ``margin`` is the share of the amount that stays, ``discount`` the rate per period; purchases of a period
    count at its end.
    """
    bought = np.array([buying.expected(found, ahead) for ahead in range(1, periods + 1)])
    each = np.diff(np.vstack([np.zeros(bought.shape[1]), bought]), axis=0)
    worth = (1 + discount) ** -np.arange(1, periods + 1)
    return np.asarray((worth @ each) * spending.expected(found) * margin)


def value_under_contract(
    curve: Curve, *, periods: int, margin: float, discount: float = 0.0, tenure: int = 0
) -> float | None:
    """Value of a customer who has stayed ``tenure`` periods over the next ``periods``: margin x survival.

    ``margin`` is per period and customer, paid at each period's start by those still there; ``discount`` is
    the rate per period. None when the curve was not observed that far, or nobody stayed that long: what
    nobody has seen is not made up.
    """
    here = curve.at(tenure)
    ahead = [curve.at(tenure + k) for k in range(periods)]
    if here is None or here == 0:
        return None
    total = 0.0
    for k, share in enumerate(ahead):
        if share is None:
            return None
        total += margin * share / here / (1 + discount) ** k
    return total


def expected_in_population(model: BuyingModel, time: float) -> float:
    """Purchases that a new customer makes in ``time`` units (Fader, Hardie and Lee 2005, equation 9)."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    series = float(hyp2f1(r, b, a + b - 1, time / (alpha + time)))
    return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + time)) ** r * series))


def chance_of_count(model: BuyingModel, count: int, time: float) -> float:
    """Chance that a new customer makes ``count`` repeat purchases in ``time`` (same paper, equation 8)."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    k = np.arange(count)
    stay = betaln(a, b + count) - betaln(a, b)
    poisson = gammaln(r + count) - gammaln(r) - gammaln(count + 1)
    poisson += r * np.log(alpha / (alpha + time)) + count * np.log(time / (alpha + time))
    chance = float(np.exp(stay + poisson))
    if count > 0:
        terms = gammaln(r + k) - gammaln(r) - gammaln(k + 1) + k * np.log(time / (alpha + time))
        left = np.exp(betaln(a + 1, b + count - 1) - betaln(a, b))
        chance += float(left * (1 - (alpha / (alpha + time)) ** r * np.exp(terms).sum()))
    return chance
