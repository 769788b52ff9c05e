"""Least squares and logistic regression on arrays, the two models that every design leans on."""

from dataclasses import dataclass

import numpy as np

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._blocks import blocks, chosen, moments

RIDGE = 0.01
"""Penalty on the squared standardised slopes of the logistic model: far below what the data say in any
sample worth fitting, and enough to keep the slopes finite when the groups are separated."""

_FEW = 1 << 16
"""Rows whose slopes are a good first guess at those of all rows."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and spread of each column, (p,) each; a constant column keeps spread 1."""

    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, x: Floats) -> "Scaling":
        found = moments(x, np.ones((x.shape[0], 1)))
        mean, spread = found.means[0], np.sqrt(found.variances[0])
        # A constant column of large numbers has a spread of rounding errors, not of zero.
        constant = spread <= 1e-12 * np.maximum(np.abs(mean), 1.0)
        return cls(mean, np.where(constant, 1.0, spread))

    def design(self, x: Floats) -> Floats:
        """(n, p) -> (n, p + 1): a column of ones, then the standardised columns."""
        z = np.empty((x.shape[0], x.shape[1] + 1))
        z[:, 0] = 1.0
        for part in blocks(*x.shape):
            z[part, 1:] = (x[part] - self.mean) / self.spread
        return z


def gram(z: Floats, w: Floats | None = None, rows: Ints | None = None) -> Floats:
    """z' diag(w) z, shape (k, k), for z (n, k) and w (n,), over the rows of these positions only."""
    total = np.zeros((z.shape[1], z.shape[1]))
    for part in chosen(z, rows):
        block = z[part]
        total += (block if w is None else block * w[part, None]).T @ block
    return total


def sides(z: Floats, y: Floats, rows: Ints | None = None) -> Floats:
    """z' y, shape (k,) or (k, m), for z (n, k) and y (n,) or (n, m), over the rows of these positions."""
    if rows is None:
        return np.asarray(z.T @ y)
    total = np.zeros((z.shape[1], *y.shape[1:]))
    for part in chosen(z, rows):
        total += z[part].T @ y[part]
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


def logistic(
    z: Floats, d: Bools, start: Floats | None = None, ridge: float = RIDGE, rows: Ints | None = None
) -> Floats:
    """Coefficients (k,) of a logistic model of d (n,) on z (n, k), first column ones, by Newton's method.

    The penalty leaves the intercept alone. Steps are halved until the likelihood does not fall. ``rows``:
    fitted on the rows of these positions only.
    """
    penalty = np.full(z.shape[1], ridge)
    penalty[0] = 0.0
    many = len(d) if rows is None else len(rows)
    beta = _first_guess(z, d, ridge, rows) if start is None else start
    here = _Likelihood.at(beta, z, d, penalty, rows)
    for _ in range(50):
        step = solve(here.information, here.gradient)
        if float(here.gradient @ step) < 1e-10 * many:
            # So close to the top every step is upwards.
            return here.beta + step
        moved = _upwards(here, step, z, d, penalty, rows)
        if moved is None:
            break
        here = moved
    return here.beta


def _first_guess(z: Floats, d: Bools, ridge: float, rows: Ints | None) -> Floats:
    """The slopes of every so many rows when there are many, else those of a model without covariates."""
    many = len(d) if rows is None else len(rows)
    step = many // _FEW
    if step > 1:
        some = np.arange(0, many, step) if rows is None else rows[::step]
        if 0 < np.count_nonzero(d[some]) < len(some):
            return logistic(z[some], d[some], ridge=ridge)
    beta = np.zeros(z.shape[1])
    share = float(d.mean() if rows is None else d[rows].mean())
    beta[0] = np.log(share / (1 - share))
    return beta


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """Of coefficients beta (k,), with its slopes (k,) and bends (k, k): all from one walk over the rows."""

    beta: Floats
    loss: float
    gradient: Floats
    information: Floats

    @classmethod
    def at(cls, beta: Floats, z: Floats, d: Bools, penalty: Floats, rows: Ints | None) -> "_Likelihood":
        loss, gradient = 0.5 * float(penalty @ beta**2), -penalty * beta
        information = np.diag(penalty)
        for part in chosen(z, rows):
            block, treated = z[part], d[part]
            eta = block @ beta
            small = np.exp(-np.abs(eta))
            p = np.where(eta > 0, 1.0, small) / (1.0 + small)
            # log (1 + exp eta) without exp of a large number.
            loss += float(np.log(1.0 + small).sum() + np.maximum(eta, 0.0).sum() - eta[treated].sum())
            gradient += (treated - p) @ block
            information += (block * (p * (1.0 - p))[:, None]).T @ block
        return cls(beta, loss, gradient, information)


def _upwards(
    here: _Likelihood, step: Floats, z: Floats, d: Bools, penalty: Floats, rows: Ints | None
) -> _Likelihood | None:
    """Where the step leads, halved until the likelihood does not fall; None where no step does."""
    for _ in range(30):
        moved = _Likelihood.at(here.beta + step, z, d, penalty, rows)
        if moved.loss <= here.loss + 1e-9 * abs(here.loss):
            return moved
        step = step / 2
    return None
