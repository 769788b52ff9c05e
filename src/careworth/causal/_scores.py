"""The propensity score e(x) = P(D = 1 | X = x), and what is made of it: odds, trimming, weights."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from careworth.causal._arrays import Bools, Floats
from careworth.causal._linear import Scaling, gram, inverse, logistic

TRIM = 0.9
"""Treated rows with a score above this have fewer than one comparable control in nine; the one-sided form
of the rule of thumb in Crump, Hotz, Imbens and Mitnik (2009), "Dealing with limited overlap"."""

EDGE = 1e-5
"""Scores are kept this far from 0 and 1, so that logits and odds stay finite."""


@dataclass(frozen=True, slots=True)
class LogitScore:
    """A logistic score fitted on all rows, with what its influence function needs."""

    e: Floats
    """(n,) scores."""
    z: Floats
    """(n, p + 1) standardised design, first column ones."""
    beta: Floats
    """(p + 1,)"""

    @property
    def logit(self) -> Floats:
        """(n,) log odds."""
        return np.asarray(logit(self.e))

    def influence(self, d: Bools, direction: Floats) -> Floats:
        """(n,) influence of having estimated beta on a statistic with gradient ``direction`` (p + 1,)."""
        information = gram(self.z, self.e * (1 - self.e))
        return np.asarray((self.z @ (inverse(information) @ direction)) * (d - self.e))


def logit_score(x: Floats, d: Bools) -> LogitScore:
    """The logistic score of d (n,) on x (n, p)."""
    z = Scaling.of(x).design(x)
    beta = logistic(z, d)
    return LogitScore(clipped(expit(z @ beta)), z, beta)


def clipped(e: Floats) -> Floats:
    """Scores inside [EDGE, 1 - EDGE]."""
    return np.clip(e, EDGE, 1 - EDGE)


def odds(e: Floats) -> Floats:
    """e / (1 - e): the weight that makes a control stand for treated rows like it."""
    return np.asarray(e / (1 - e))


def kept(e: Floats, estimand: str, trim: float) -> Bools:
    """(n,) rows with comparable rows in the other group: e <= trim, and e >= 1 - trim for everyone.

    For the effect on the treated, controls unlike any treated row do no harm: their weight is near 0.
    """
    return np.asarray(e <= trim if estimand == "treated" else (e <= trim) & (e >= 1 - trim))


def effective_size(w: Floats) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2 of weights w (n,)."""
    total = float(w @ w)
    return float(w.sum() ** 2 / total) if total > 0 else 0.0
