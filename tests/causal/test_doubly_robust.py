import numpy as np
import pytest
from causal_cases import World, apart, crossed, straight

from careworth.causal import doubly_robust_effect
from careworth.causal._crossfit import LinearModels, cross_fit, folds_of
from careworth.causal.checks.stability import spread_and_error
from careworth.causal.doubly_robust import effect_on_everyone, effect_on_treated


def test_the_effect_on_the_treated_is_the_formula_row_by_row() -> None:
    rng = np.random.RandomState(41)
    n = 60
    d, y = np.arange(n) < 20, rng.standard_normal(n)
    e, mu0 = rng.uniform(0.1, 0.8, n), rng.standard_normal(n)
    keep = rng.random_sample(n) < 0.9
    treated = [y[i] - mu0[i] for i in range(n) if d[i] and keep[i]]
    weights = [e[i] / (1 - e[i]) for i in range(n) if not d[i] and keep[i]]
    rests = [y[i] - mu0[i] for i in range(n) if not d[i] and keep[i]]
    correction = sum(w * r for w, r in zip(weights, rests, strict=True)) / sum(weights)
    found = effect_on_treated(y, d, e, mu0, keep)
    assert found.value == pytest.approx(np.mean(treated) - correction)
    variance = sum((t - np.mean(treated)) ** 2 for t in treated) / len(treated) ** 2
    variance += (
        sum((w * (r - correction)) ** 2 for w, r in zip(weights, rests, strict=True)) / sum(weights) ** 2
    )
    assert found.se == pytest.approx(variance**0.5)


def test_the_effect_on_everyone_is_exact_when_the_outcome_model_is() -> None:
    rng = np.random.RandomState(42)
    mu0, mu1 = rng.standard_normal(50), rng.standard_normal(50) + 1
    d = np.arange(50) % 2 == 0
    found = effect_on_everyone(
        np.where(d, mu1, mu0), d, rng.uniform(0.2, 0.8, 50), mu0, mu1, np.ones(50, dtype=bool)
    )
    assert found.value == pytest.approx((mu1 - mu0).mean())
    assert found.se == pytest.approx((mu1 - mu0).std() / 50**0.5)


def test_no_row_is_predicted_by_a_model_that_saw_it() -> None:
    """Outcomes are random numbers on each fold's own level: who saw the fold would know the level."""
    d = np.arange(400) % 2 == 0
    fold = folds_of(d, 4, np.random.default_rng(0))
    assert [int(((fold == k) & d).sum()) for k in range(4)] == [50] * 4

    class Spy:
        def scores(self, train: np.ndarray, test: np.ndarray) -> np.ndarray:
            assert not set(train) & set(test)
            assert len(train) + len(test) == 400
            return np.full(len(test), 0.5)

        def outcomes(self, train: np.ndarray, test: np.ndarray) -> np.ndarray:
            assert not set(train) & set(test)
            assert not d[train].any()
            return np.full(len(test), float(fold[train].sum()))

    found = cross_fit(Spy(), d, fold, everyone=False)
    assert found.mu1 is None
    assert [found.mu0[fold == k][0] for k in range(4)] == [
        float(fold[~d & (fold != k)].sum()) for k in range(4)
    ]


def test_linear_models_see_what_is_linear() -> None:
    world = straight(3000, 43)
    effect = doubly_robust_effect(world.y, world.d, world.x, models="linear")
    assert abs(effect.value - world.effect) < 3 * effect.se
    found = cross_fit(
        LinearModels(world.x, world.d, world.y),
        world.d,
        folds_of(world.d, 5, np.random.default_rng(1)),
        everyone=True,
    )
    assert found.mu1 is not None
    slope = np.polyfit(world.x[:, 0], found.mu1 - found.mu0, 1)
    assert slope == pytest.approx([1.0, 2.0], abs=0.15)


def test_boosted_trees_see_what_lines_cannot() -> None:
    world = crossed(3000, 44)
    boosted = doubly_robust_effect(world.y, world.d, world.x, splits=1)
    linear = doubly_robust_effect(world.y, world.d, world.x, models="linear", splits=1)
    assert abs(boosted.value - world.effect) < 3 * boosted.se
    assert linear.value - world.effect > 5 * linear.se


def test_the_seed_decides_and_the_splits_are_shown() -> None:
    world = straight(600, 45)
    first, again, other = (
        doubly_robust_effect(world.y, world.d, world.x, models="linear", seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first.value != other.value
    check = first.check("splits")
    values = np.array([row["value"] for row in check.table])
    assert len(values) == 7
    assert first.value == np.median(values)
    assert check.value == pytest.approx(values.std())


def test_the_spread_over_splits_is_in_the_error() -> None:
    middle, se = spread_and_error(np.array([1.0, 2.0, 6.0]), np.array([0.5, 1.0, 0.5]))
    assert middle == 2.0
    # The median of 0.25 + 1, 1 + 0 and 0.25 + 16.
    assert se == pytest.approx(1.25**0.5)


@pytest.mark.parametrize("models", ["linear", "boosted"])
@pytest.mark.parametrize("estimand", ["treated", "everyone"])
def test_groups_apart_give_no_number(models: str, estimand: str) -> None:
    world = apart(400, 46)
    effect = doubly_robust_effect(world.y, world.d, world.x, models=models, estimand=estimand, splits=1)
    assert effect.value is None
    assert "do not overlap" in str(effect.reason)
    assert effect.check("overlap").passed is False


def test_too_few_treated_give_no_number() -> None:
    world = straight(200, 47)
    d = np.zeros(200, dtype=bool)
    d[:7] = True
    effect = doubly_robust_effect(world.y, d, world.x)
    assert effect.value is None
    assert "7 rows" in str(effect.reason)


def test_treated_without_a_counterpart_are_left_out_and_counted() -> None:
    world = straight(2000, 48)
    x = np.vstack([world.x, np.tile([30.0, -30.0, 30.0, 0.0], (40, 1)) + world.x[:40]])
    effect = doubly_robust_effect(
        np.r_[world.y, world.y[:40]], np.r_[world.d, np.ones(40, dtype=bool)], x, models="linear"
    )
    assert effect.n_treated == int(world.d.sum())
    assert effect.estimand.endswith("comparable controls")
    assert abs(effect.value - world.effect) < 3 * effect.se


def test_one_covariate_may_come_as_a_column() -> None:
    world: World = straight(400, 49)
    flat = doubly_robust_effect(world.y, world.d, world.x[:, 0], models="linear")
    tall = doubly_robust_effect(world.y, world.d, world.x[:, :1], models="linear")
    assert flat == tall
