"""Simulated customers of whom the truth is known: the ground of the benchmarks of effects.

Twelve covariates, about a third treated, an effect that differs between customers. The chance of treatment
and the outcome share a product of two covariates, which linear models cannot see.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Customers:
    y: Floats
    d: NDArray[np.bool_]
    x: Floats
    effect: float
    """Mean effect on those treated in this sample."""
    expected: float
    """Mean effect on the treated over all possible samples."""


EXPECTED = -5.703
"""Mean of the effect over the treated of 20 million draws."""


def customers(rows: int, seed: int, *, noise: float = 20.0, effects: float = 1.0) -> Customers:
    """``rows`` customers; the mean effect on the treated is ``effects`` times ``EXPECTED``.

    Those treated would have had about 2.9 more without treatment than the others have: with ``effects`` of 0
    nothing happens to anybody, and the raw difference is about that.
    """
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows, 12))
    x[:, 6:9] = x[:, 6:9] > 0
    x[:, 9] = np.exp(x[:, 9] / 2)
    both = x[:, 0] * x[:, 2]
    eta = -0.8 + 0.4 * x[:, 0] - 0.35 * x[:, 1] + 0.2 * both + 0.3 * x[:, 6] - 0.1 * x[:, 9]
    d = rng.random(rows) < 1 / (1 + np.exp(-eta))
    effect = effects * (-6 + 1.2 * x[:, 0] + x[:, 3])
    base = 50 + 4 * x[:, 0] - 3 * x[:, 1] + 2 * both + 2 * x[:, 3] + 2 * x[:, 6] + 1.5 * x[:, 9]
    y = base + np.where(d, effect, 0.0) + noise * rng.standard_normal(rows)
    return Customers(y, d, x, float(effect[d].mean()), effects * EXPECTED)
