"""Matching: each treated row beside the control rows that were as likely to be treated.

Assumptions: what drives both treatment and outcome is among the covariates; every kind of treated row has
controls; one row's treatment does not change another row's outcome.
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
from careworth.causal._clusters import clusters_of
from careworth.causal._linear import Scaling, least_squares
from careworth.causal._pairs import NONE, apart, local_variance, nearest, pair_off
from careworth.causal._scores import logit_score, shared, unsupported
from careworth.causal._threads import one_thread
from careworth.causal.checks import balance, overlap, power_check, rosenbaum_check
from careworth.causal.effect import LEVEL, About, Effect, estimated, nothing
from careworth.errors import InputError

ASSUMPTIONS = (
    "Everything that drives both treatment and outcome is among the covariates.",
    "Every kind of treated row could have gone untreated.",
    "One row's treatment does not change another row's outcome.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Who stands beside whom; positions count rows of the table that was matched."""

    treated: Ints
    """(m,) treated rows with at least one partner."""
    controls: Ints
    """(m, k) their controls; -1 where fewer than k were near enough."""
    dropped: int
    """Treated rows without a partner."""

    def weights(self, rows: int) -> Floats:
        """(rows,) 1 for a matched treated row, for a control the share of treated rows it stands for."""
        w = np.zeros(rows)
        w[self.treated] = 1.0
        found = self.controls != NONE
        share = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
        np.add.at(w, self.controls[found], share[found])
        return w


def match(
    score: Floats,
    d: Bools,
    *,
    ratio: int = 1,
    caliper: float | None = 0.2,
    exact: Ints | None = None,
    replacement: bool = False,
) -> Matches:
    """Partners on a score (n,), usually log odds, for the treated in d (n,).

    ``caliper`` is in standard deviations of the score (0.2 after Austin 2011); None takes the nearest however
    far. ``exact`` (n,) holds stratum numbers that partners must share.
    """
    width = float(np.ptp(score)) if caliper is None else caliper * float(score.std())
    if exact is not None:
        score = apart(score, exact, width)
    treated, control = np.flatnonzero(d), np.flatnonzero(~d)
    if replacement:
        partner = nearest(score[treated], score[control], min(ratio, len(control)), width)
    else:
        partner = _rounds(score[treated], score[control], ratio, width)
    rows = np.where(partner == NONE, NONE, control[partner])
    matched = (rows != NONE).any(axis=1)
    return Matches(treated=treated[matched], controls=rows[matched], dropped=int((~matched).sum()))


def _rounds(treated: Floats, control: Floats, ratio: int, width: float) -> Ints:
    """(m, ratio) partners without replacement: everyone's first choice comes before anyone's second."""
    found = np.full((len(treated), ratio), NONE, dtype=np.int64)
    free = np.arange(len(control))
    for k in range(ratio):
        if len(free) == 0:
            break
        partner = pair_off(treated, control[free], width)
        got = partner != NONE
        found[got, k] = free[partner[got]]
        free = np.delete(free, partner[got])
    return found


@one_thread
def matched_effect(
    y: ArrayLike,
    d: ArrayLike,
    x: ArrayLike,
    *,
    ratio: int = 1,
    caliper: float | None = 0.2,
    exact: ArrayLike | None = None,
    replacement: bool = False,
    clusters: ArrayLike | None = None,
    names: tuple[str, ...] | None = None,
    level: float = LEVEL,
) -> Effect:
    """Effect on the matched treated: outcome y (n,), treatment d (n,), covariates x (n, p).

    Partners are 1:``ratio`` on the log odds of a logistic score, within ``caliper`` standard deviations of
    it, and equal on ``exact`` (n,) or (n, q). Without replacement the standard error is that of the
    differences within pairs (Austin 2011); with replacement that of Abadie and Imbens (2006, theorem 7),
    which treats the score as known. With ``clusters`` (n,), rows of one cluster need not be independent,
    in one set or in several (two-way by set and cluster, Cameron, Gelbach and Miller 2011).
    """
    if ratio < 1:
        raise InputError(f"A treated row is matched with at least 1 control, not {ratio}.")
    outcome = outcome_of(y)
    treated = treatment_of(d, len(outcome))
    covariates = covariates_of(x, len(outcome))
    labels = names_of(names, covariates.shape[1])
    refuse_leaks(outcome, treated, covariates, labels)
    score = logit_score(covariates, treated).logit
    strata = None if exact is None else _strata(exact, len(outcome))
    together = clusters_of(clusters, len(outcome))
    found = match(score, treated, ratio=ratio, caliper=caliper, exact=strata, replacement=replacement)
    return _effect(found, outcome, treated, covariates, score, labels, replacement, together, level)


def _strata(exact: ArrayLike, rows: int) -> Ints:
    columns = np.asarray(exact)
    if columns.shape[0] != rows:
        raise InputError(f"The exact columns have {columns.shape[0]:,} rows, the outcome has {rows:,}.")
    columns = columns.reshape(rows, -1)
    strata = np.zeros(rows, dtype=np.int64)
    for column in columns.T:
        _, codes = np.unique(column, return_inverse=True)
        _, strata = np.unique(strata * (codes.max() + 1) + codes, return_inverse=True)
    return strata


def _effect(
    found: Matches,
    y: Floats,
    d: Bools,
    x: Floats,
    score: Floats,
    names: tuple[str, ...],
    replacement: bool,
    cluster: Ints | None,
    level: float,
) -> Effect:
    w = found.weights(len(y))
    keep = w > 0
    how = "with" if replacement else "without"
    about = About(
        estimand="effect on the treated" + (" that have a match" if found.dropped else ""),
        design="matching",
        method=f"1:{found.controls.shape[1]} score matching {how} replacement",
        n_treated=len(found.treated),
        n_control=int((keep & ~d).sum()),
        checks=(overlap(d, keep, w),),
        assumptions=ASSUMPTIONS,
        level=level,
    )
    reason = unsupported(d, keep & shared(score, d, False), w)
    if reason is not None:
        return nothing(reason, **about)
    differences = within_sets(found, y)
    value = float(differences.mean())
    if cluster is None:
        extra = _reuse(found, y, d, score) if replacement else 0.0
    else:
        extra = _shared(found, _unexplained(y, d, x), cluster)
    m = len(differences)
    se = float(np.sqrt((((differences - value) ** 2).sum() + extra) / m**2))
    about["checks"] = (balance(x, d, names, w), *about["checks"])
    return estimated(value, se, **about).with_checks(
        rosenbaum_check(differences), power_check(se, value, level)
    )


def within_sets(found: Matches, y: Floats) -> Floats:
    """(m,) outcome of each treated row less the mean of its partners'."""
    there = found.controls != NONE
    partners = np.where(there, y[found.controls], 0.0).sum(axis=1) / there.sum(axis=1)
    return np.asarray(y[found.treated] - partners)


def _reuse(found: Matches, y: Floats, d: Bools, score: Floats) -> float:
    """What using a control again adds to the variance: sum of (K_i^2 - sum of squared shares) sigma_i^2."""
    there = found.controls != NONE
    share = there / there.sum(axis=1, keepdims=True)
    used, squares = np.zeros(len(y)), np.zeros(len(y))
    np.add.at(used, found.controls[there], share[there])
    np.add.at(squares, found.controls[there], share[there] ** 2)
    control = np.flatnonzero(~d)
    sigma2 = local_variance(score[control], y[control])
    return float(((used**2 - squares)[control] * sigma2).sum())


def _unexplained(y: Floats, d: Bools, x: Floats) -> Floats:
    """(n,) outcome less what the covariates say of it in a row's own group: what a cluster may share."""
    z = Scaling.of(x).design(x)
    rest = np.empty(len(y))
    for group in (d, ~d):
        rest[group] = y[group] - z[group] @ least_squares(z[group], y[group])
    return rest


def _shared(found: Matches, rest: Floats, cluster: Ints) -> float:
    """What clusters that stand in several sets add to the variance; never less than nothing.

    Sum over clusters of squared sums, less the part that lies within single sets and is counted there.
    """
    there = found.controls != NONE
    share = there / there.sum(axis=1, keepdims=True)
    sets = np.arange(len(found.treated))
    row = np.concatenate([found.treated, found.controls[there]])
    place = np.concatenate([sets, np.broadcast_to(sets[:, None], there.shape)[there]])
    part = np.concatenate([rest[found.treated], -share[there] * rest[found.controls[there]]])
    inside = cluster[row] + place * (int(cluster.max()) + 1)
    _, inside = np.unique(inside, return_inverse=True)
    across = np.bincount(cluster[row], weights=part)
    within = np.bincount(inside, weights=part)
    return max(float(across @ across - within @ within), 0.0)
