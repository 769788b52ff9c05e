"""Cross-fitting: every row's nuisance values come from models that never saw the row."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._linear import Scaling, gram, logistic, sides, solve
from careworth.causal._scores import clipped


class Learner(Protocol):
    """Models of one kind, bound to the data; rows are given by their positions."""

    def scores(self, train: Ints, test: Ints) -> Floats:
        """P(D = 1 | X) of the test rows (m,)."""
        ...

    def outcomes(self, train: Ints, test: Ints) -> Floats:
        """E(Y | X) of the test rows (m,), learned on training rows of one group."""
        ...


@dataclass(frozen=True, slots=True)
class Nuisances:
    """Cross-fitted predictions for all rows, (n,) each."""

    e: Floats
    mu0: Floats
    mu1: Floats | None
    """None where the estimand does not need it."""


class LinearModels:
    """Logistic regression for the score, least squares for the outcome."""

    def __init__(self, x: Floats, d: Bools, y: Floats) -> None:
        self._z = Scaling.of(x).design(x)
        self._d, self._y = d, y
        # Every fold's slopes lie near the slopes of all rows, so Newton's method starts there.
        self._start = logistic(self._z, d)

    def scores(self, train: Ints, test: Ints) -> Floats:
        beta = logistic(self._z, self._d, self._start, rows=train)
        # All rows are multiplied, and the test rows picked from the product: picking rows copies them.
        return np.asarray(expit((self._z @ beta)[test]))

    def outcomes(self, train: Ints, test: Ints) -> Floats:
        beta = solve(gram(self._z, rows=train), sides(self._z, self._y, train))
        return np.asarray((self._z @ beta)[test])


def folds_of(d: Bools, folds: int, rng: np.random.Generator, cluster: Ints | None = None) -> Ints:
    """(n,) fold numbers 0 .. folds - 1, with the treated spread evenly; rows of a cluster share a fold."""
    if cluster is not None:
        return folds_of(np.bincount(cluster, weights=d) > 0, folds, rng)[cluster]
    fold = np.empty(len(d), dtype=np.int64)
    for group in (d, ~d):
        rows = rng.permutation(np.flatnonzero(group))
        fold[rows] = np.arange(len(rows)) % folds
    return fold


def cross_fit(learner: Learner, d: Bools, fold: Ints, *, everyone: bool) -> Nuisances:
    """Nuisances from one model of each kind per fold; mu1 only for the effect on everyone."""
    e, mu0, mu1 = np.empty(len(d)), np.empty(len(d)), np.empty(len(d))
    for k in range(int(fold.max()) + 1):
        test, train = np.flatnonzero(fold == k), np.flatnonzero(fold != k)
        e[test] = learner.scores(train, test)
        mu0[test] = learner.outcomes(train[~d[train]], test)
        if everyone:
            mu1[test] = learner.outcomes(train[d[train]], test)
    return Nuisances(clipped(e), mu0, mu1 if everyone else None)
