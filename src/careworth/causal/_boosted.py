"""Boosted trees as nuisance models: scikit-learn's HistGradientBoosting, and its only import here."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from careworth.causal._arrays import Bools, Floats, Ints

SMALL = 10_000
"""Below this many training rows trees are kept small: eight leaves, slow learning."""

LARGEST_FIT = 200_000
"""More training rows than this make a fold's model slower but no effect's interval narrower."""


def _settings(rows: int) -> dict[str, float | int | bool]:
    if rows < SMALL:
        return {"learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 10, "early_stopping": False}
    return {"learning_rate": 0.1, "max_leaf_nodes": 31, "min_samples_leaf": 20, "early_stopping": False}


class BoostedTrees:
    """Gradient boosted trees for score and outcome; 100 trees each."""

    def __init__(self, x: Floats, d: Bools, y: Floats, seed: int) -> None:
        self._x, self._d, self._y, self._seed = x, d, y, seed

    def scores(self, train: Ints, test: Ints) -> Floats:
        rows = self._some(train)
        model = HistGradientBoostingClassifier(random_state=self._seed, **_settings(len(rows)))
        # The folds already fill the cores. Threads inside a fit spin at every split of every tree,
        # which on a busy machine made one fit of 2,000 rows take 29 s instead of 0.3 s.
        with threadpool_limits(1, user_api="openmp"):
            model.fit(self._x[rows], self._d[rows])
            return np.asarray(model.predict_proba(self._x[test])[:, 1])

    def outcomes(self, train: Ints, test: Ints) -> Floats:
        rows = self._some(train)
        model = HistGradientBoostingRegressor(random_state=self._seed, **_settings(len(rows)))
        with threadpool_limits(1, user_api="openmp"):
            model.fit(self._x[rows], self._y[rows])
            return np.asarray(model.predict(self._x[test]))

    def _some(self, train: Ints) -> Ints:
        if len(train) <= LARGEST_FIT:
            return train
        return np.random.default_rng(self._seed).choice(train, LARGEST_FIT, replace=False)
