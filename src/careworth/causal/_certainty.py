"""How sure an effect is that is a weighted sum of outcomes, when chance is in the outcomes alone.

Given who was treated and the covariates, a comparison with linear models is ``weights @ outcomes``: the
weights know the odds of the score and also what each row did to the fitted outcome model (Chattopadhyay and
Zubizarreta 2023). So the error of that model is in the variance, and is not taken for zero.
"""

from dataclasses import dataclass

import numpy as np

from careworth.causal._arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Certainty:
    """Of k effects."""

    influence: Floats
    """(n, k) what chance in the outcome of each row did to the values."""
    errors: Floats
    """(k,) standard errors: influence added up within units."""
    freedom: Floats
    """(k,) degrees of freedom of the errors."""


def certainty(
    weights: Floats, shares: Floats, gaps: Floats, leverage: Floats, d: Bools, cluster: Ints | None
) -> Certainty:
    """``weights`` (n,) of the outcomes in the effects, ``shares`` (n,) of the rows in the mean of their
    group, ``gaps`` (n, k) outcomes less what a model that never saw them predicts, the variance of that
    prediction (``leverage``, n,) as a multiple of the outcomes', treatment d (n,).

    Rows of one ``cluster`` (n,) are one draw. A gap scatters more than its outcome by what the model does not
    know, and less by what the row has pulled the mean of its group to itself: the squares are corrected for
    both, so that they are right on average where all outcomes vary alike (as HC2; MacKinnon and White 1985).
    """
    means = np.where(d[:, None], shares[d] @ gaps[d], shares[~d] @ gaps[~d])
    pooled = np.where(d, shares[d] @ shares[d], shares[~d] @ shares[~d])
    apart = (gaps - means) / np.sqrt(1.0 - 2.0 * shares + pooled + leverage)[:, None]
    influence = weights[:, None] * apart
    influence[d] *= _untreated_noise(apart, d, shares)
    # What the treated would have scattered untreated is known from the controls: both parts come from them.
    treated = shares[~d] * float(shares[d] @ shares[d])
    unit = None if cluster is None else np.unique(cluster[~d], return_inverse=True)[1]
    adds = _sums(influence[~d], unit) ** 2 + _sums(treated[:, None] * apart[~d] ** 2, unit)
    expected = _sums((weights[~d] ** 2 + treated)[:, None], unit)[:, 0]
    return Certainty(influence, _errors(influence, shares, cluster), satterthwaite(adds, expected))


def satterthwaite(adds: Floats, expected: Floats) -> Floats:
    """(k,) degrees of freedom of variances that are sums of m squares.

    ``adds`` (m, k): what each independent draw adds. ``expected`` (m,): what it would add if all outcomes
    varied alike, by 1. Were outcomes normal, the sum would be as sure as that of (sum b)^2 / sum b^2 equal
    squares (Satterthwaite 1946; Bell and McCaffrey 2002). Squares of outcomes with long tails, such as money,
    scatter more, by (kurtosis - 1) / 2; shorter tails than the normal's are not believed.
    """
    many = expected.sum() ** 2 / (expected @ expected)
    size = adds.sum(axis=0) / expected.sum()
    varies = size > 0
    kurtosis = (adds**2).sum(axis=0) / (np.where(varies, size, 1.0) ** 2 * (expected @ expected))
    return np.asarray(np.where(varies, 2 * many / (np.maximum(kurtosis, 3.0) - 1), many))


def _untreated_noise(apart: Floats, d: Bools, shares: Floats) -> Floats:
    """(k,) how much larger the spread of the treated would have been without treatment than it was with.

    apart (n, k) gaps less means; the controls, weighted to be like the treated, show the spread without.
    """
    treated, control = shares[d] @ apart[d] ** 2, shares[~d] @ apart[~d] ** 2
    return np.asarray(np.sqrt(np.where(treated > 0, control / np.where(treated > 0, treated, 1.0), 1.0)))


def _errors(influence: Floats, shares: Floats, cluster: Ints | None) -> Floats:
    sums = _sums(influence, cluster)
    if cluster is None:
        return np.asarray(np.sqrt((sums**2).sum(axis=0)))
    draws = int(np.count_nonzero(np.bincount(cluster, weights=shares)))
    return np.asarray(np.sqrt((sums**2).sum(axis=0) * draws / max(draws - 1, 1)))


def _sums(columns: Floats, cluster: Ints | None) -> Floats:
    """(m, k) columns (n, k) added up within units."""
    if cluster is None:
        return columns
    return np.column_stack([np.bincount(cluster, weights=column) for column in columns.T])
