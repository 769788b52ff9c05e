"""Boosted trees as nuisance models: scikit-learn's HistGradientBoosting, and its only import here."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

# The package has neither stubs nor a py.typed file.
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._linear import Scaling, least_squares

LARGEST_FIT = 200_000
"""More training rows than this make a fold's model slower but no effect's interval narrower."""


def _settings(rows: int) -> dict[str, float | int | bool]:
    """Shallow trees, more and deeper ones with more rows. Chosen on simulated data with interactions and
    rare treatment, where larger trees gave wider intervals and smaller ones left bias."""
    return {
        "learning_rate": 0.1,
        "max_iter": 75 if rows < 3_000 else 150 if rows < 50_000 else 100,
        "max_depth": 4 if rows < 50_000 else 6,
        "min_samples_leaf": 20,
        "early_stopping": False,
    }


class BoostedModels:
    """Boosted trees for the score; for the outcome least squares, and boosted trees on what it leaves.

    Trees alone need hundreds of splits for a straight line, such as that from an outcome to its own earlier
    value, and miss its ends.
    """

    def __init__(self, x: Floats, d: Bools, y: Floats, seed: int) -> None:
        self._x, self._d, self._y, self._seed = x, d, y, seed
        self._z = Scaling.of(x).design(x)

    def scores(self, train: Ints, test: Ints) -> Floats:
        rows = self._some(train)
        model = HistGradientBoostingClassifier(random_state=self._seed, **_settings(len(rows)))
        # OpenMP's threads wait for each other at every split of every tree, spinning: beside other work
        # on two cores, one fit of 2,000 rows took 29 s with two threads and 0.4 s with one.
        with threadpool_limits(1, user_api="openmp"):
            model.fit(self._x[rows], self._d[rows])
            return np.asarray(model.predict_proba(self._x[test])[:, 1])

    def outcomes(self, train: Ints, test: Ints) -> Floats:
        rows = self._some(train)
        beta = least_squares(self._z[rows], self._y[rows])
        model = HistGradientBoostingRegressor(random_state=self._seed, **_settings(len(rows)))
        with threadpool_limits(1, user_api="openmp"):
            model.fit(self._x[rows], self._y[rows] - self._z[rows] @ beta)
            return np.asarray(self._z[test] @ beta + model.predict(self._x[test]))

    def _some(self, train: Ints) -> Ints:
        if len(train) <= LARGEST_FIT:
            return train
        return np.random.default_rng(self._seed).choice(train, LARGEST_FIT, replace=False)
