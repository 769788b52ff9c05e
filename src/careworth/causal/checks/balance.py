"""Do the groups that are compared look alike on what is known about them?"""

import numpy as np

from careworth.causal._arrays import Bools, Floats
from careworth.causal._blocks import moments
from careworth.causal.effect import Check

LIMIT = 0.1
"""Standardised differences up to this are taken as balance (Austin 2009, Statistics in Medicine 28)."""


def standardised_differences(x: Floats, d: Bools, w: Floats | None = None) -> Floats:
    """(p,) differences of the groups' weighted means of x (n, p), in pooled standard deviations.

    The standard deviation is of the unweighted sample, (s1^2 + s0^2) / 2, so that before and after are in
    one unit. A column that is constant within both groups but not across them differs by infinity.
    """
    before, after = _differences(x, d, w)
    return before if w is None else after


def _differences(x: Floats, d: Bools, w: Floats | None) -> tuple[Floats, Floats]:
    groups = np.column_stack([d, ~d] if w is None else [d, ~d, w * d, w * ~d]).astype(np.float64)
    found = moments(x, groups)
    means = found.means
    spread = np.sqrt((found.variances[0] + found.variances[1]) / 2)
    size = np.maximum(np.abs(means[0]), np.abs(means[1]))
    spread = np.where(spread <= 1e-12 * np.maximum(size, 1.0), 0.0, spread)
    before = _in_spreads(means[0] - means[1], spread)
    return before, before if w is None else _in_spreads(means[2] - means[3], spread)


def _in_spreads(gap: Floats, spread: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((spread == 0) & (np.abs(gap) <= 1e-12), 0.0, gap / spread)


def balance(x: Floats, d: Bools, names: tuple[str, ...], w: Floats | None = None) -> Check:
    """Standardised differences before, and after weighting the rows by w (n,) (0 for rows left out)."""
    before, after = _differences(x, d, w)
    worst = int(np.argmax(np.abs(after)))
    apart = int(np.count_nonzero(np.abs(after) > LIMIT))
    largest = float(np.abs(after[worst]))
    when = "as they are" if w is None else f"after weighting ({np.abs(before).max():.2f} before)"
    return Check(
        name="balance",
        passed=apart == 0,
        value=largest if np.isfinite(largest) else None,
        text=(
            f"The largest standardised difference between the groups is {largest:.2f} {when}, on "
            f"{names[worst]}; {apart} of {len(names)} covariates differ by more than {LIMIT}."
        ),
        table=tuple(
            {"covariate": name, "before": _finite(b), "after": _finite(a)}
            for name, b, a in zip(names, before, after, strict=True)
        ),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
