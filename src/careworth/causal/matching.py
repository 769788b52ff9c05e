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
from careworth.causal._pairs import NONE, local_variance, nearest, pair_off, strata_of
from careworth.causal._scores import logit_score
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
    width = np.inf if caliper is None else caliper * float(score.std())
    if exact is not None:
        score = strata_of(exact, score, width)
        width = min(width, float(np.ptp(score)) if len(np.unique(exact)) == 1 else np.inf)
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
