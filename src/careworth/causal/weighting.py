"""Weighting: the control rows are weighted until they look like the treated.

Assumptions: as for matching.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import (
    Bools,
    Floats,
    Ints,
    covariates_of,
    names_of,
    outcome_of,
    refuse_leaks,
    treatment_of,
)
from careworth.causal._clusters import clusters_of, error_of
from careworth.causal._linear import Scaling, gram, inverse
from careworth.causal._scores import kept, logit_score, odds, shared, unsupported
from careworth.causal._threads import one_thread
from careworth.causal.checks import balance, overlap, power_check
from careworth.causal.effect import LEVEL, About, Effect, estimated, nothing
from careworth.causal.matching import ASSUMPTIONS
from careworth.errors import InputError

ESTIMANDS = {
    "treated": "effect on the treated",
    "everyone": "average effect",
    "overlap": "effect on those who could be in either group",
}


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted comparison before it is reported."""

    w: Floats
    """(n,) weights of both groups; 0 for rows left out."""
    influence: Floats
    """(n,) influence of each row on the value; the variance is the sum of squares."""
    value: float
    reached: Bools
    """(n,) rows like which there are some in the other group."""


@one_thread
def weighted_effect(
    y: ArrayLike,
    d: ArrayLike,
    x: ArrayLike,
    *,
    estimand: str = "treated",
    clusters: ArrayLike | None = None,
    names: tuple[str, ...] | None = None,
    level: float = LEVEL,
) -> Effect:
    """Inverse-probability weighting: outcome y (n,), treatment d (n,), covariates x (n, p).

    ``estimand``: ``treated`` (controls weigh e / (1 - e)), ``everyone`` (1 / e and 1 / (1 - e)) or
    ``overlap`` (1 - e and e; Li, Morgan and Zaslavsky 2018). Weights are normalised in each group;
    the standard error allows for the estimated score (Lunceford and Davidian 2004) and for rows of one of
    ``clusters`` (n,) that belong together.
    """
    if estimand not in ESTIMANDS:
        raise InputError(f"There is no estimand {estimand!r}.", hint=f"Known: {', '.join(ESTIMANDS)}.")
    outcome, treated, covariates, labels = _inputs(y, d, x, names)
    together = clusters_of(clusters, len(outcome))
    found = _by_score(outcome, treated, covariates, estimand)
    label, method = ESTIMANDS[estimand], "inverse-probability weighting"
    return _effect(found, treated, covariates, label, method, labels, together, level)


@one_thread
def balanced_effect(
    y: ArrayLike,
    d: ArrayLike,
    x: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    names: tuple[str, ...] | None = None,
    level: float = LEVEL,
) -> Effect:
    """Entropy balancing (Hainmueller 2012), effect on the treated: y (n,), d (n,), x (n, p).

    The control weights nearest to equal that give the controls the treated's means exactly. The standard
    error is that of the estimating equations, which regress the outcome on the balanced covariates; rows of
    one of ``clusters`` (n,) belong together.
    """
    outcome, treated, covariates, labels = _inputs(y, d, x, names)
    together = clusters_of(clusters, len(outcome))
    z = Scaling.of(covariates).design(covariates)
    w = entropy_weights(z[~treated], z[treated].mean(axis=0))
    if w is None:
        return _unbalanced(treated, level)
    found = _by_balance(outcome, treated, z, w)
    label, method = ESTIMANDS["treated"], "entropy balancing"
    return _effect(found, treated, covariates, label, method, labels, together, level)


def _inputs(
    y: ArrayLike, d: ArrayLike, x: ArrayLike, names: tuple[str, ...] | None
) -> tuple[Floats, Bools, Floats, tuple[str, ...]]:
    outcome = outcome_of(y)
    treated = treatment_of(d, len(outcome))
    covariates = covariates_of(x, len(outcome))
    labels = names_of(names, covariates.shape[1])
    refuse_leaks(outcome, treated, covariates, labels)
    return outcome, treated, covariates, labels


def _by_score(y: Floats, d: Bools, x: Floats, estimand: str) -> Weighted:
    score = logit_score(x, d)
    e = score.e
    keep = np.ones_like(d) if estimand == "overlap" else kept(e, estimand == "everyone")
    # Weights h(e) / P(D = d | x), and their derivatives by the log odds for the influence of the score.
    if estimand == "treated":
        w, slope = np.where(d, 1.0, odds(e)), np.where(d, 0.0, odds(e))
    elif estimand == "everyone":
        w, slope = np.where(d, 1 / e, 1 / (1 - e)), np.where(d, -1 / odds(e), odds(e))
    else:
        w, slope = np.where(d, 1 - e, e), np.where(d, -e * (1 - e), e * (1 - e))
    w, slope = w * keep, slope * keep
    w1, w0 = float(w[d].sum()), float(w[~d].sum())
    if min(w1, w0) == 0:
        return Weighted(w, np.zeros_like(y), 0.0, np.zeros_like(d))
    mu1, mu0 = float(w[d] @ y[d]) / w1, float(w[~d] @ y[~d]) / w0
    centred = np.where(d, (y - mu1) / w1, -(y - mu0) / w0)
    influence = w * centred + score.influence(d, score.z.T @ (slope * centred))
    reached = shared(e, d, estimand != "treated")
    return Weighted(w, influence, mu1 - mu0, reached)


def entropy_weights(z0: Floats, target: Floats) -> Floats | None:
    """Weights (q,) on controls z0 (q, k), first column ones, with weighted means ``target`` (k,); sum 1.

    Newton's method on the dual log sum exp(z0 lambda) - target' lambda. None when no weights reach it.
    """
    shifted = z0[:, 1:] - target[1:]
    slopes = np.zeros(shifted.shape[1])
    w, loss = _exponential(shifted, slopes)
    for _ in range(100):
        means = w @ shifted
        if float(np.abs(means).max()) < 1e-8:
            return w
        hessian = gram(shifted, w) - np.outer(means, means)
        step = -inverse(hessian) @ means
        size = 1.0
        while size > 1e-6:
            tried, value = _exponential(shifted, slopes + size * step)
            if value < loss + 1e-4 * size * float(means @ step):
                break
            size /= 2
        if size <= 1e-6:
            break
        slopes, w, loss = slopes + size * step, tried, value
    return w if float(np.abs(w @ shifted).max()) < 1e-4 else None


def _exponential(shifted: Floats, slopes: Floats) -> tuple[Floats, float]:
    eta = shifted @ slopes
    top = float(eta.max())
    w = np.exp(eta - top)
    total = float(w.sum())
    return w / total, float(np.log(total) + top)


def _by_balance(y: Floats, d: Bools, z: Floats, w0: Floats) -> Weighted:
    n1 = int(d.sum())
    w = np.where(d, 1.0, 0.0)
    w[~d] = w0 * n1
    mu1, mu0 = float(y[d].mean()), float(w0 @ y[~d])
    shifted = z[:, 1:] - z[d, 1:].mean(axis=0)
    control = shifted[~d]
    gamma = inverse(gram(control, w0)) @ (control.T @ (w0 * (y[~d] - mu0)))
    rest = y - np.where(d, mu1, mu0) - shifted @ gamma
    return Weighted(w, np.where(d, 1.0, -w) * rest / n1, mu1 - mu0, np.ones_like(d))


def _effect(
    found: Weighted,
    d: Bools,
    x: Floats,
    estimand: str,
    method: str,
    names: tuple[str, ...],
    clusters: Ints | None,
    level: float,
) -> Effect:
    keep = found.w > 0
    treated_left = int((keep & d).sum())
    about = About(
        estimand=estimand + ("" if treated_left == int(d.sum()) else " that have comparable controls"),
        design="weighting",
        method=method,
        n_treated=treated_left,
        n_control=int((keep & ~d).sum()),
        checks=(overlap(d, keep, found.w),),
        assumptions=ASSUMPTIONS,
        level=level,
    )
    reason = unsupported(d, keep & found.reached, found.w)
    if reason is not None:
        return nothing(reason, **about)
    se = error_of(found.influence, clusters)
    about["checks"] = (balance(x, d, names, found.w), *about["checks"])
    return estimated(found.value, se, **about).with_checks(power_check(se, found.value, level))


def _unbalanced(d: Bools, level: float) -> Effect:
    none = np.zeros_like(d)
    return nothing(
        "No weights give the controls the means of the treated: the treated lie outside of them.",
        estimand=ESTIMANDS["treated"],
        design="weighting",
        method="entropy balancing",
        n_treated=int(d.sum()),
        n_control=int((~d).sum()),
        checks=(overlap(d, none, none.astype(np.float64)),),
        assumptions=ASSUMPTIONS,
        level=level,
    )
