"""The propensity score e(x) = P(D = 1 | X = x), and what is made of it: odds, trimming, weights."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from careworth.causal._arrays import Bools, Floats
from careworth.causal._linear import Scaling, gram, inverse, logistic

TRIM = 0.99
"""Rows with a score beyond this have no comparable row in the other group. The line is drawn far out on
purpose: every treated row left out changes the question from "the treated" to "some of the treated"."""

LEAST_KEPT = 0.5
"""With fewer of the treated than this left, a number would no longer speak of the treated."""

LEAST_CONTROLS = 5.0
"""Fewer effective controls than this cannot say what would have happened without the treatment."""

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


def kept(e: Floats, everyone: bool, trim: float = TRIM) -> Bools:
    """(n,) rows whose score is not beyond ``trim``; for everyone, not below 1 - ``trim`` either.

    For the effect on the treated only high scores matter: controls unlike any treated row weigh next to
    nothing. For everyone, treated rows must resemble controls and controls must resemble treated rows.
    """
    return np.asarray((e <= trim) & (e >= 1 - trim) if everyone else e <= trim)


def shared(e: Floats, d: Bools, everyone: bool) -> Bools:
    """(n,) rows with a score that both groups reach.

    Where few treated rows are, the groups are separated even if a cautious score stays away from 0 and 1.
    """
    below = e <= e[~d].max()
    return np.asarray(below & (e >= e[d].min()) if everyone else below)


def effective_size(w: Floats) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2 of weights w (n,)."""
    total = float(w @ w)
    return float(w.sum() ** 2 / total) if total > 0 else 0.0


def unsupported(d: Bools, keep: Bools, w: Floats) -> str | None:
    """Why the rows that remain cannot carry a number, or None when they can.

    Shapes (n,): d treated, keep what trimming left, w weights in the comparison.
    """
    treated, left = int(d.sum()), int((d & keep).sum())
    if left < max(2.0, LEAST_KEPT * treated):
        return (
            f"Treated and control rows do not overlap: {left:,} of {treated:,} treated rows have a "
            "comparable control."
        )
    controls = effective_size(np.where(keep, w, 0.0)[~d])
    if controls < LEAST_CONTROLS:
        return (
            f"The controls that resemble the treated are worth {controls:.1f} rows, "
            f"fewer than the {LEAST_CONTROLS:.0f} that a comparison needs."
        )
    return None
