"""Doubly robust estimation: a model of who is treated and a model of the outcome, each mending the other.

Assumptions: as for matching; and one of the two models right, or both nearly.
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
from careworth.causal._boosted import BoostedModels
from careworth.causal._clusters import clusters_of, error_of
from careworth.causal._crossfit import LinearModels, Nuisances, cross_fit, folds_of
from careworth.causal._scores import TRIM, kept, odds, shared, unsupported
from careworth.causal._threads import one_thread
from careworth.causal.checks import balance, overlap, power_check, splitting
from careworth.causal.checks.stability import spread_and_error
from careworth.causal.effect import LEVEL, About, Effect, estimated, nothing
from careworth.causal.matching import ASSUMPTIONS as UNCONFOUNDED
from careworth.errors import InputError

ASSUMPTIONS = (
    *UNCONFOUNDED,
    "Either the model of treatment or the model of the outcome is right, or both are nearly.",
)

MODELS = {
    "boosted": "AIPW with boosted trees, cross-fitted",
    "linear": "AIPW with linear models, cross-fitted",
}

ESTIMANDS = {"treated": "effect on the treated", "everyone": "average effect"}

FEWEST = 10
"""Rows of each group: two in every one of five folds."""


@one_thread
def doubly_robust_effect(
    y: ArrayLike,
    d: ArrayLike,
    x: ArrayLike,
    *,
    models: str = "boosted",
    estimand: str = "treated",
    clusters: ArrayLike | None = None,
    seed: int = 0,
    folds: int | None = None,
    splits: int | None = None,
    names: tuple[str, ...] | None = None,
    level: float = LEVEL,
) -> Effect:
    """Augmented inverse-probability weighting (AIPW): outcome y (n,), treatment d (n,), covariates x (n, p).

    Cross-fitted in ``folds`` (5, or 3 above 200,000 rows), repeated over ``splits`` random divisions of the
    rows drawn from ``seed`` (7 for small tables down to 2 above 200,000 rows, where they hardly differ); the
    median is reported, with the spread over the splits in its standard error (Chernozhukov et al. 2018,
    definition 3.3). Rows whose median score has no counterpart in the other group are left out; without
    enough left there is no value. Rows of one of ``clusters`` (n,) share a fold and need not be
    independent.
    """
    if models not in MODELS or estimand not in ESTIMANDS:
        raise InputError(
            f"There is no doubly robust estimator with {models!r} models of the effect on {estimand!r}.",
            hint=f"Models: {', '.join(MODELS)}; effect on: {', '.join(ESTIMANDS)}.",
        )
    outcome = outcome_of(y)
    treated = treatment_of(d, len(outcome))
    covariates = covariates_of(x, len(outcome))
    labels = names_of(names, covariates.shape[1])
    refuse_leaks(outcome, treated, covariates, labels)
    together = clusters_of(clusters, len(outcome))
    about = _about(models, estimand, treated, level)
    fewest = min(about["n_treated"], about["n_control"])
    if fewest < FEWEST:
        about["checks"] = (overlap(treated, treated, np.zeros(len(outcome))),)
        return nothing(f"One group has {fewest} rows; {FEWEST} are the least for cross-fitting.", **about)
    everyone = estimand == "everyone"
    many = _default_splits(len(outcome)) if splits is None else splits
    parts = folds or (5 if len(outcome) <= 200_000 else 3)
    linear = LinearModels(covariates, treated, outcome) if models == "linear" else None
    found = []
    for state in np.random.SeedSequence(seed).generate_state(many).tolist():
        learner = linear or BoostedModels(covariates, treated, outcome, state)
        fold = folds_of(treated, parts, np.random.default_rng(state), together)
        found.append(cross_fit(learner, treated, fold, everyone=everyone))
    return _combined(found, outcome, treated, covariates, labels, together, everyone, about)


def _default_splits(rows: int) -> int:
    return 7 if rows <= 5_000 else 5 if rows <= 20_000 else 3 if rows <= 200_000 else 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """One cross-fitted AIPW estimate."""

    value: float
    se: float
    w: Floats
    """(n,) weights of the comparison; 0 for rows left out."""


def effect_on_treated(
    y: Floats, d: Bools, e: Floats, mu0: Floats, keep: Bools, cluster: Ints | None = None
) -> Estimate:
    """Mean over the treated of Y - mu0(X), less the same over controls weighted by e / (1 - e); (n,) each.

    The control weights are normalised to sum to one, which keeps a few high scores from ruling the sum.
    """
    w = np.where(d, 1.0, odds(np.minimum(e, TRIM))) * keep
    rest = y - mu0
    share = w / np.where(d, w[d].sum(), w[~d].sum())
    treated, control = float((share * rest)[d].sum()), float((share * rest)[~d].sum())
    influence = share * (rest - np.where(d, treated, control))
    return Estimate(treated - control, error_of(influence, cluster), w)


def effect_on_everyone(
    y: Floats,
    d: Bools,
    e: Floats,
    mu0: Floats,
    mu1: Floats,
    keep: Bools,
    cluster: Ints | None = None,
) -> Estimate:
    """Mean of mu1(X) - mu0(X) plus the weighted residuals of both groups, weights normalised; (n,) each."""
    p = np.clip(e, 1 - TRIM, TRIM)
    w = np.where(d, 1 / p, 1 / (1 - p)) * keep
    m = float(keep.sum())
    share = w / np.where(d, w[d].sum(), w[~d].sum())
    rest = y - np.where(d, mu1, mu0)
    value = float((mu1 - mu0)[keep].mean() + (share * rest)[d].sum() - (share * rest)[~d].sum())
    influence = keep * (mu1 - mu0 - value) / m + np.where(d, share, -share) * rest
    return Estimate(value, error_of(influence, cluster), w)


def _about(models: str, estimand: str, d: Bools, level: float) -> About:
    return About(
        estimand=ESTIMANDS[estimand],
        design="doubly robust",
        method=MODELS[models],
        n_treated=int(d.sum()),
        n_control=int((~d).sum()),
        checks=(),
        assumptions=ASSUMPTIONS,
        level=level,
    )


def _combined(
    found: list[Nuisances],
    y: Floats,
    d: Bools,
    x: Floats,
    names: tuple[str, ...],
    cluster: Ints | None,
    everyone: bool,
    about: About,
) -> Effect:
    """One effect of all splits. The rows left out are the same in every split, so that the question is."""
    e = np.median([split.e for split in found], axis=0)
    keep = kept(e, everyone)
    w = (np.where(d, 1 / e, 1 / (1 - e)) if everyone else np.where(d, 1.0, odds(e))) * keep
    about["checks"] = (overlap(d, keep, w),)
    reason = unsupported(d, keep & shared(e, d, everyone), w)
    if reason is not None:
        return nothing(reason, **about)
    about["n_treated"], about["n_control"] = int((keep & d).sum()), int((keep & ~d).sum())
    if about["n_treated"] < int(d.sum()):
        about["estimand"] += " that have comparable controls"
    about["checks"] = (balance(x, d, names, w), *about["checks"])
    estimates = [_estimate(split, y, d, keep, cluster) for split in found]
    values = np.array([one.value for one in estimates])
    value, se = spread_and_error(values, np.array([one.se for one in estimates]))
    return estimated(value, se, **about).with_checks(
        splitting(values, se), power_check(se, value, about.get("level", LEVEL))
    )


def _estimate(split: Nuisances, y: Floats, d: Bools, keep: Bools, cluster: Ints | None) -> Estimate:
    if split.mu1 is None:
        return effect_on_treated(y, d, split.e, split.mu0, keep, cluster)
    return effect_on_everyone(y, d, split.e, split.mu0, split.mu1, keep, cluster)
