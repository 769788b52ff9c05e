import numpy as np
import pytest
from causal_cases import straight
from scipy.optimize import minimize

from careworth.causal._linear import Scaling, gram, least_squares, logistic, regression
from careworth.causal._scores import clipped, effective_size, logit_score


def test_a_constant_column_of_large_numbers_is_constant() -> None:
    x = np.column_stack([np.full(50, 1e9 / 3), np.arange(50.0)])
    z = Scaling.of(x).design(x)
    assert np.abs(z[:, 1]).max() < 1e-3
    assert z[:, 2].std() == pytest.approx(1.0)


def test_the_product_in_blocks_is_the_product() -> None:
    rng = np.random.RandomState(0)
    z, w = rng.standard_normal((150_000, 3)), rng.random_sample(150_000)
    assert gram(z, w) == pytest.approx((z * w[:, None]).T @ z, rel=1e-12)


def test_least_squares_does_not_mind_a_column_given_twice() -> None:
    rng = np.random.RandomState(1)
    x = rng.standard_normal((200, 2))
    y = 1 + x @ [2.0, -1.0]
    z = Scaling.of(np.hstack([x, x[:, :1]])).design(np.hstack([x, x[:, :1]]))
    assert z @ least_squares(z, y) == pytest.approx(y, abs=1e-9)


def test_logistic_slopes_maximise_the_likelihood() -> None:
    world = straight(300, 3)
    z = Scaling.of(world.x).design(world.x)
    t = world.d.astype(float)

    def loss(b: np.ndarray) -> float:
        return float((np.logaddexp(0, z @ b) - t * (z @ b)).sum())

    slow = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-4}).x
    assert logistic(z, world.d, ridge=0.0) == pytest.approx(slow, abs=2e-5)


def test_slopes_of_many_rows_start_from_those_of_some_and_end_where_all_rows_say() -> None:
    world = straight(200_000, 4)
    z = Scaling.of(world.x).design(world.x)
    found = logistic(z, world.d, ridge=0.0)
    gradient = z.T @ (world.d - 1 / (1 + np.exp(-z @ found)))
    assert np.abs(gradient).max() < 0.01  # of 200,000 terms of size 0.5


def test_separated_groups_give_finite_scores_at_the_edge() -> None:
    x = np.linspace(-1, 1, 100)[:, None]
    score = logit_score(x, x[:, 0] > 0)
    assert np.isfinite(score.beta).all()
    assert score.e[0] < 0.01
    assert score.e[-1] > 0.99


def test_hc2_errors_equal_the_definition() -> None:
    rng = np.random.RandomState(2)
    z = np.column_stack([np.ones(40), rng.standard_normal((40, 2))])
    y = z @ [1.0, 2.0, 3.0] + rng.standard_normal(40) * (1 + np.abs(z[:, 1]))
    fit = regression(z, y)
    bread = np.linalg.inv(z.T @ z)
    total = np.zeros((3, 3))
    for row, rest in zip(z, y - z @ bread @ z.T @ y, strict=True):
        total += np.outer(row, row) * rest**2 / (1 - row @ bread @ row)
    assert fit.covariance == pytest.approx(bread @ total @ bread, rel=1e-9)


def test_effective_size_and_edges() -> None:
    assert effective_size(np.ones(7)) == pytest.approx(7)
    assert effective_size(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_size(np.zeros(3)) == 0.0
    assert (clipped(np.array([0.0, 1.0])) * (1 - clipped(np.array([0.0, 1.0]))) > 0).all()
