"""Small worlds of which the truth is known, for the tests of effects.

They draw from ``RandomState``, whose stream numpy has promised never to change: figures of other packages on
the same draws are written into the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    y: Floats
    d: NDArray[np.bool_]
    x: Floats
    effect: float
    """Mean effect on those treated in the sample."""


def straight(rows: int, seed: int) -> World:
    """Four covariates; score and outcome are what linear models take them for; effect 2 + x1."""
    rng = np.random.RandomState(seed)
    x = rng.standard_normal((rows, 4))
    eta = -0.6 + 0.5 * x[:, 0] - 0.4 * x[:, 1] + 0.2 * x[:, 2]
    d = rng.random_sample(rows) < 1 / (1 + np.exp(-eta))
    effect = 2 + x[:, 0]
    y = 1 + 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 3] + np.where(d, effect, 0.0) + rng.standard_normal(rows)
    return World(y, d, x, float(effect[d].mean()))


def crossed(rows: int, seed: int) -> World:
    """Score and outcome share a product that linear models cannot see; effect 2 for everybody."""
    rng = np.random.RandomState(seed)
    x = rng.standard_normal((rows, 4))
    both = (x[:, 0] > 0) & (x[:, 1] > 0)
    d = rng.random_sample(rows) < np.where(both, 0.65, 0.2)
    y = 4 * both + 0.5 * x[:, 2] + 2 * d + rng.standard_normal(rows)
    return World(y, d, x, 2.0)


def apart(rows: int, seed: int) -> World:
    """No treated row resembles any control, on no single covariate but on their sum."""
    rng = np.random.RandomState(seed)
    x = rng.standard_normal((rows, 3))
    total = x.sum(axis=1)
    x += np.where(np.abs(total) < 1, np.sign(total), 0.0)[:, None]
    d = x.sum(axis=1) > 0
    return World(x[:, 0] + d + rng.standard_normal(rows), d, x, 1.0)


@dataclass(frozen=True, slots=True)
class PanelWorld:
    """Rows of a panel, (N,) each, and the mean effect over treated rows."""

    y: Floats
    unit: NDArray[np.int64]
    period: NDArray[np.int64]
    adopted: Floats
    effect: float


def staggered(
    units: int, seed: int, *, starts: tuple[float, ...] = (3, 5, 7, 9), growth: float = 0.8
) -> PanelWorld:
    """Twelve periods; units start at different times or never, and the effect grows with every period."""
    rng = np.random.RandomState(seed)
    start = np.array([*starts, np.inf])[rng.randint(0, len(starts) + 1, units)]
    t = np.arange(12)
    since = np.where(t >= start[:, None], t - start[:, None] + 1, 0.0)
    y = 2 * rng.standard_normal((units, 1)) + 0.3 * t + growth * since + rng.standard_normal((units, 12))
    unit, period = np.meshgrid(np.arange(units), t, indexing="ij")
    return PanelWorld(
        y.ravel(), unit.ravel(), period.ravel(), np.repeat(start, 12), float(growth * since[since > 0].mean())
    )
