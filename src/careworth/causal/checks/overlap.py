"""Is there somebody to compare with?"""

import numpy as np

from careworth.causal._arrays import Bools, Floats
from careworth.causal._scores import effective_size
from careworth.causal.effect import Check

FEWEST = 30.0
"""Fewer effective controls than this, and a few persons decide what would have happened."""

MOST_DROPPED = 0.1

LEAST_SHARED = 0.5
"""Two groups whose scores share less than half of their mass are not compared fairly as they are."""


def overlap(d: Bools, keep: Bools, w: Floats) -> Check:
    """Rows left out for want of a comparable row, and what the others are worth.

    Shapes (n,): d treated, keep the rows that remain, w their weights in the comparison. The value is
    the effective number of controls, (sum w)^2 / sum w^2 (Kish).
    """
    treated, used = int(d.sum()), int((d & keep).sum())
    controls = effective_size(np.where(keep, w, 0.0)[~d])
    dropped = 1 - used / treated
    return Check(
        name="overlap",
        passed=bool(dropped <= MOST_DROPPED and controls >= FEWEST),
        value=controls,
        text=(
            f"{treated - used:,} of {treated:,} treated rows have no comparable control and are left out; "
            f"the {int((~d).sum()):,} controls are worth {controls:,.0f} that resemble the treated."
        ),
    )


def overlap_of_groups(e: Floats, d: Bools, bins: int = 20) -> Check:
    """For a comparison without adjustment: the share of their score distributions that the groups share.

    e (n,) scores, d (n,) treated. The value is the overlapping coefficient, the sum over bins of the
    smaller of the two shares: 1 for a fair coin, 0 for groups with nothing in common.
    """
    edges = np.quantile(e, np.linspace(0, 1, bins + 1)[1:-1])
    place = np.searchsorted(edges, e, side="right")
    treated = np.bincount(place[d], minlength=bins) / d.sum()
    control = np.bincount(place[~d], minlength=bins) / (~d).sum()
    shared = float(np.minimum(treated, control).sum())
    return Check(
        name="overlap",
        passed=shared >= LEAST_SHARED,
        value=shared,
        text=(
            f"Treated and control rows share {shared:.0%} of their distributions over the score, that is "
            "over the chance of being treated given the covariates."
        ),
    )
