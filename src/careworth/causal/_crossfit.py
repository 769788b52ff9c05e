"""Cross-fitting: every row's nuisance values come from models that never saw the row."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._linear import Scaling, gram, logistic, solve
from careworth.causal._stacking import stacked_outcomes, stacked_scores


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
        beta = logistic(self._z[train], self._d[train], self._start)
        return np.asarray(expit(self._z[test] @ beta))

    def outcomes(self, train: Ints, test: Ints) -> Floats:
        z = self._z[train]
        return np.asarray(self._z[test] @ solve(gram(z), z.T @ self._y[train]))


def folds_of(d: Bools, folds: int, rng: np.random.Generator) -> Ints:
    """(n,) fold numbers 0 .. folds - 1, with the treated spread evenly."""
    fold = np.empty(len(d), dtype=np.int64)
    for group in (d, ~d):
        rows = rng.permutation(np.flatnonzero(group))
        fold[rows] = np.arange(len(rows)) % folds
    return fold


def cross_fit(
    learners: Sequence[Learner], d: Bools, y: Floats, fold: Ints, *, both_arms: bool, threads: int
) -> Nuisances:
    """Nuisances from K models of each kind, one per fold, stacked over the kinds."""
    shape = (len(d), len(learners))
    e, mu0, mu1 = np.empty(shape), np.empty(shape), np.empty(shape)
    arms = [(mu0, ~d), (mu1, d)] if both_arms else [(mu0, ~d)]

    def score(k: int, j: int) -> None:
        test = np.flatnonzero(fold == k)
        e[test, j] = learners[j].scores(np.flatnonzero(fold != k), test)

    def outcome(k: int, j: int, target: Floats, arm: Bools) -> None:
        test = np.flatnonzero(fold == k)
        target[test, j] = learners[j].outcomes(np.flatnonzero((fold != k) & arm), test)

    jobs: list[Callable[[], None]] = []
    for k in range(int(fold.max()) + 1):
        for j in range(len(learners)):
            jobs.append(lambda k=k, j=j: score(k, j))
            jobs += [lambda k=k, j=j, t=t, a=a: outcome(k, j, t, a) for t, a in arms]
    _run(jobs, threads)
    return Nuisances(
        stacked_scores(e, d),
        stacked_outcomes(mu0, y, ~d),
        stacked_outcomes(mu1, y, d) if both_arms else None,
    )


def _run(jobs: Sequence[Callable[[], None]], threads: int) -> None:
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
