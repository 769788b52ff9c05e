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
    def of(cls, X: Floats) -> "Scaling":
        mean = X.mean(axis=0)
        spread = X.std(axis=0)
        # A constant column of large numbers has a spread of rounding errors, not of zero.
        constant = spread <= 1e-12 * np.maximum(np.abs(mean), 1.0)
        return cls(mean, np.where(constant, 1.0, spread))

    def design(self, X: Floats) -> Floats:
        """(n, p) -> (n, p + 1): a column of ones, then the standardised columns."""
        Z = np.empty((X.shape[0], X.shape[1] + 1))
        Z[:, 0] = 1.0
        np.subtract(X, self.mean, out=Z[:, 1:])
        Z[:, 1:] /= self.spread
        return Z


def blocks(rows: int) -> Iterator[slice]:
    """Slices that cover the rows: weighting a whole design at once would copy it."""
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))


def gram(Z: Floats, w: Floats | None = None) -> Floats:
    """Z' diag(w) Z, shape (k, k), for Z (n, k) and w (n,)."""
    if w is None:
        return np.asarray(Z.T @ Z)
    total = np.zeros((Z.shape[1], Z.shape[1]))
    for part in blocks(Z.shape[0]):
        total += (Z[part] * w[part, None]).T @ Z[part]
    return total


def solve(A: Floats, b: Floats) -> Floats:
    """Solution of the symmetric system A x = b of least length, so that collinear columns do no harm."""
    return np.linalg.lstsq(A, b, rcond=1e-11)[0]


def inverse(A: Floats) -> Floats:
    """Pseudo-inverse of a symmetric matrix."""
    return np.linalg.pinv(A, rcond=1e-11, hermitian=True)


def least_squares(Z: Floats, y: Floats, w: Floats | None = None) -> Floats:
    """Coefficients (k,) of y (n,) on Z (n, k), with weights w (n,)."""
    return solve(gram(Z, w), Z.T @ (y if w is None else w * y))


@dataclass(frozen=True, slots=True)
class Regression:
    """Least squares with standard errors that allow for unequal variance."""

    coefficients: Floats
    """(k,)"""
    covariance: Floats
    """(k, k), HC2 (MacKinnon and White 1985), or HC0 by cluster."""
    residuals: Floats
    """(n,)"""


def regression(Z: Floats, y: Floats) -> Regression:
    """Ordinary least squares of y (n,) on Z (n, k) with HC2 covariance."""
    bread = inverse(gram(Z))
    beta = bread @ (Z.T @ y)
    r = y - Z @ beta
    h = np.einsum("ij,jk,ik->i", Z, bread, Z)
    meat = gram(Z, r**2 / np.clip(1 - h, 1e-8, None))
    return Regression(beta, bread @ meat @ bread, r)


def logistic(Z: Floats, d: Bools, start: Floats | None = None, ridge: float = RIDGE) -> Floats:
    """Coefficients (k,) of a logistic model of d (n,) on Z (n, k), first column ones, by Newton's method.

    The penalty leaves the intercept alone. Steps are halved until the likelihood does not fall.
    """
    penalty = np.full(Z.shape[1], ridge)
    penalty[0] = 0.0
    t = d.astype(np.float64)
    beta = _intercept_only(t, Z.shape[1]) if start is None else start
    loss = _loss(Z, t, beta, penalty)
    for _ in range(50):
        p = expit(Z @ beta)
        gradient = Z.T @ (t - p) - penalty * beta
        step = solve(gram(Z, p * (1 - p)) + np.diag(penalty), gradient)
        gain = float(gradient @ step)
        beta, loss = _halved(Z, t, beta, step, loss, penalty)
        if gain < 1e-10 * len(t):
            break
    return beta


def _intercept_only(t: Floats, columns: int) -> Floats:
    beta = np.zeros(columns)
    share = t.mean()
    beta[0] = np.log(share / (1 - share))
    return beta


def _loss(Z: Floats, t: Floats, beta: Floats, penalty: Floats) -> float:
    eta = Z @ beta
    return float(np.logaddexp(0.0, eta).sum() - t @ eta + 0.5 * (penalty @ beta**2))


def _halved(
    Z: Floats, t: Floats, beta: Floats, step: Floats, loss: float, penalty: Floats
) -> tuple[Floats, float]:
    for _ in range(30):
        moved = beta + step
        value = _loss(Z, t, moved, penalty)
        if value <= loss + 1e-9 * abs(loss):
            return moved, value
        step = step / 2
    return beta, loss
