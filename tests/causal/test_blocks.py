"""Sums over blocks are the sums over all rows, whatever rows are chosen."""

import numpy as np
import pytest
from causal_cases import straight

from careworth.causal._blocks import blocks, moments
from careworth.causal._linear import Scaling, gram, logistic, sides


@pytest.mark.parametrize(("rows", "columns"), [(0, 3), (1, 1), (256, 4000), (40_000, 1), (40_001, 7)])
def test_every_row_is_in_one_block(rows: int, columns: int) -> None:
    found = np.concatenate([np.arange(rows)[part] for part in blocks(rows, columns)] or [np.empty(0)])
    assert np.array_equal(found, np.arange(rows))


def test_moments_are_those_of_the_weighted_rows() -> None:
    rng = np.random.RandomState(3)
    x, w = rng.standard_normal((20_000, 5)) * [1, 10, 1e-3, 5, 1], rng.random_sample((20_000, 2))
    found = moments(x, w)
    for place in range(2):
        mean = np.average(x, axis=0, weights=w[:, place])
        assert found.means[place] == pytest.approx(mean, rel=1e-9)
        spread = np.average((x - mean) ** 2, axis=0, weights=w[:, place])
        assert found.variances[place] == pytest.approx(spread, rel=1e-9)


def test_a_column_of_large_numbers_keeps_its_spread() -> None:
    """Days since the year 0 that differ by a few: squares of them differ in the last digits only."""
    x = 7e8 + np.random.RandomState(4).standard_normal((30_000, 1))
    assert moments(x, np.ones((30_000, 1))).variances[0, 0] == pytest.approx(x.var(), rel=1e-6)


def test_sums_over_chosen_rows_are_those_of_the_rows_alone() -> None:
    world = straight(20_000, 5)
    z = Scaling.of(world.x).design(world.x)
    rows = np.flatnonzero(world.x[:, 2] > 0.3)
    assert gram(z, world.y**2, rows) == pytest.approx((z[rows].T * world.y[rows] ** 2) @ z[rows], rel=1e-9)
    assert sides(z, world.y, rows) == pytest.approx(z[rows].T @ world.y[rows], rel=1e-9)
    alone = logistic(np.ascontiguousarray(z[rows]), world.d[rows])
    assert logistic(z, world.d, rows=rows) == pytest.approx(alone, abs=1e-9)
