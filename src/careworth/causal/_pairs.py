"""Nearest neighbours on one number: the whole of score matching once rows are sorted."""

import numpy as np

from careworth.causal._arrays import Floats, Ints

NONE = -1
"""Stands for "no partner"."""


def pair_off(treated: Floats, control: Floats, caliper: float) -> Ints:
    """1:1 without replacement: for each treated score (m,) the position of its control in (q,), or NONE.

    Treated rows choose in the order of their scores, highest first (the hardest to match), each the nearest
    control still free, the lower one when two are as near. A control that is taken is joined to its
    neighbours by union-find on both sides, so every search is a walk of nearly constant length and the
    whole takes O(n log n) for the sort.
    """
    order = np.argsort(control, kind="stable")
    free = control[order].tolist()
    at = np.searchsorted(control[order], treated, side="right").tolist()
    # Position i of below is the nearest free control at or left of i - 1; 0 means none. Likewise above,
    # where len(free) means none. Lists: the loop reads single numbers, which is slow in arrays.
    below, above = list(range(len(free) + 1)), list(range(len(free) + 1))
    partner = np.full(len(treated), NONE, dtype=np.int64)
    scores, last = treated.tolist(), len(free)
    for i in np.argsort(-treated, kind="stable").tolist():
        score, left, right = scores[i], at[i], at[i]
        while below[left] != left:
            below[left] = left = below[below[left]]
        while above[right] != right:
            above[right] = right = above[above[right]]
        gap_left = score - free[left - 1] if left else np.inf
        gap_right = free[right] - score if right < last else np.inf
        taken = left - 1 if gap_left <= gap_right else right
        if (gap_left if gap_left <= gap_right else gap_right) <= caliper and taken < last:
            partner[i] = order[taken]
            below[taken + 1] = taken
            above[taken] = taken + 1
    return partner


def nearest(treated: Floats, control: Floats, k: int, caliper: float) -> Ints:
    """With replacement: (m, k) positions of the k controls nearest to each treated score, or NONE.

    The k nearest of a sorted list lie among the k on either side.
    """
    order = np.argsort(control, kind="stable")
    place = np.searchsorted(control[order], treated)
    window = place[:, None] + np.arange(-k, k)[None, :]
    outside = (window < 0) | (window >= len(control))
    window = np.clip(window, 0, len(control) - 1)
    gaps = np.abs(control[order][window] - treated[:, None])
    gaps[outside] = np.inf
    best = np.argsort(gaps, axis=1, kind="stable")[:, :k]
    found = order[np.take_along_axis(window, best, axis=1)]
    return np.where(np.take_along_axis(gaps, best, axis=1) <= caliper, found, NONE)


def local_variance(scores: Floats, y: Floats) -> Floats:
    """(n,) variance of y around each row from its nearest neighbour in score, (y_i - y_j)^2 / 2.

    Abadie and Imbens (2006), equation 14, with one neighbour.
    """
    order = np.argsort(scores, kind="stable")
    s, v = scores[order], y[order]
    step = np.diff(s)
    to_left = np.r_[np.inf, step]
    to_right = np.r_[step, np.inf]
    position = np.arange(len(s))
    neighbour = np.where(to_left <= to_right, position - 1, position + 1)
    found = np.empty(len(s))
    found[order] = (v - v[neighbour]) ** 2 / 2
    return found


def apart(scores: Floats, strata: Ints, caliper: float) -> Floats:
    """(n,) scores moved so far apart by stratum that no two rows within the caliper are of two strata."""
    return np.asarray(scores + strata * (float(np.ptp(scores)) + caliper + 1.0))
