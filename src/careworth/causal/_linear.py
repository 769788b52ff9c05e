"""Least squares and logistic regression on arrays, the two models that every design leans on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from careworth.causal._arrays import Bools, Floats

RIDGE = 0.01
"""Penalty on the squared standardised slopes of the logistic model: far below what the data say in any
sample worth fitting, and enough to keep the slopes finite when the groups are separated."""

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and spread of each column, (p,) each; a constant column keeps spread 1."""

    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, x: Floats) -> "Scaling":
        mean = x.mean(axis=0)
        spread = x.std(axis=0)
        # A constant column of large numbers has a spread of rounding errors, not of zero.
        constant = spread <= 1e-12 * np.maximum(np.abs(mean), 1.0)
        return cls(mean, np.where(constant, 1.0, spread))

    def design(self, x: Floats) -> Floats:
        """(n, p) -> (n, p + 1): a column of ones, then the standardised columns."""
        z = np.empty((x.shape[0], x.shape[1] + 1))
        z[:, 0] = 1.0
        np.subtract(x, self.mean, out=z[:, 1:])
        z[:, 1:] /= self.spread
        return z


def blocks(rows: int) -> Iterator[slice]:
    """Slices that cover the rows: weighting a whole design at once would copy it."""
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))


def gram(z: Floats, w: Floats | None = None) -> Floats:
    """z' diag(w) z, shape (k, k), for z (n, k) and w (n,)."""
    if w is None:
        return np.asarray(z.T @ z)
    total = np.zeros((z.shape[1], z.shape[1]))
    for part in blocks(z.shape[0]):
        total += (z[part] * w[part, None]).T @ z[part]
    return total


def solve(a: Floats, b: Floats) -> Floats:
    """Solution of the symmetric system a x = b of least length, so that collinear columns do no harm."""
    return np.asarray(np.linalg.lstsq(a, b, rcond=1e-11)[0], dtype=np.float64)


def inverse(a: Floats) -> Floats:
    """Pseudo-inverse of a symmetric matrix."""
    return np.asarray(np.linalg.pinv(a, rcond=1e-11, hermitian=True), dtype=np.float64)


def least_squares(z: Floats, y: Floats, w: Floats | None = None) -> Floats:
    """Coefficients (k,) of y (n,) on z (n, k), with weights w (n,)."""
    return solve(gram(z, w), z.T @ (y if w is None else w * y))


@dataclass(frozen=True, slots=True)
class Regression:
    """Least squares with standard errors that allow for unequal variance."""

    coefficients: Floats
    """(k,)"""
    covariance: Floats
    """(k, k), HC2 (MacKinnon and White 1985), or HC0 by cluster."""
    residuals: Floats
    """(n,)"""


def regression(z: Floats, y: Floats) -> Regression:
    """Ordinary least squares of y (n,) on z (n, k) with HC2 covariance."""
    bread = inverse(gram(z))
    beta = bread @ (z.T @ y)
    r = y - z @ beta
    h = np.einsum("ij,jk,ik->i", z, bread, z)
    meat = gram(z, r**2 / np.clip(1 - h, 1e-8, None))
    return Regression(beta, bread @ meat @ bread, r)


def logistic(z: Floats, d: Bools, start: Floats | None = None, ridge: float = RIDGE) -> Floats:
    """Coefficients (k,) of a logistic model of d (n,) on z (n, k), first column ones, by Newton's method.

    The penalty leaves the intercept alone. Steps are halved until the likelihood does not fall.
    """
    penalty = np.full(z.shape[1], ridge)
    penalty[0] = 0.0
    t = d.astype(np.float64)
    beta = _first_guess(z, d, ridge) if start is None else start
    loss = _loss(z, t, beta, penalty)
    for _ in range(50):
        p = expit(z @ beta)
        gradient = z.T @ (t - p) - penalty * beta
        step = solve(gram(z, p * (1 - p)) + np.diag(penalty), gradient)
        gain = float(gradient @ step)
        beta, loss = _halved(z, t, beta, step, loss, penalty)
        if gain < 1e-10 * len(t):
            break
    return beta


def _first_guess(z: Floats, d: Bools, ridge: float) -> Floats:
    """The slopes of every so many rows when there are many, else those of a model without covariates."""
    step = len(d) // _BLOCK
    if step > 1 and 0 < np.count_nonzero(d[::step]) < len(d[::step]):
        return logistic(np.ascontiguousarray(z[::step]), d[::step], ridge=ridge)
    beta = np.zeros(z.shape[1])
    share = d.mean()
    beta[0] = np.log(share / (1 - share))
    return beta


def _loss(z: Floats, t: Floats, beta: Floats, penalty: Floats) -> float:
    eta = z @ beta
    return float(np.logaddexp(0.0, eta).sum() - t @ eta + 0.5 * (penalty @ beta**2))


def _halved(
    z: Floats, t: Floats, beta: Floats, step: Floats, loss: float, penalty: Floats
) -> tuple[Floats, float]:
    for _ in range(30):
        moved = beta + step
        value = _loss(z, t, moved, penalty)
        if value <= loss + 1e-9 * abs(loss):
            return moved, value
        step = step / 2
    return beta, loss
