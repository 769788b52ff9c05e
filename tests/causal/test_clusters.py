import numpy as np
import pytest
from causal_cases import straight

from careworth.causal import balanced_effect, doubly_robust_effect, matched_effect, weighted_effect
from careworth.causal._clusters import clusters_of, error_of
from careworth.causal._crossfit import folds_of
from careworth.causal.effect import Effect
from careworth.errors import InputError


def linear(*arguments: object, **options: object) -> Effect:
    return doubly_robust_effect(*arguments, models="linear", splits=1, **options)  # type: ignore[arg-type]


def with_replacement(*arguments: object, **options: object) -> Effect:
    return matched_effect(*arguments, replacement=True, **options)  # type: ignore[arg-type]


ESTIMATORS = [matched_effect, with_replacement, weighted_effect, balanced_effect, linear]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_clusters_of_one_row_change_nothing_to_speak_of(estimator: object) -> None:
    world = straight(1500, 161)
    plain = estimator(world.y, world.d, world.x)  # type: ignore[operator]
    each = estimator(world.y, world.d, world.x, clusters=np.arange(1500))  # type: ignore[operator]
    if estimator is not linear:  # folds are drawn over clusters, so another random number
        assert each.value == plain.value
    assert each.se == pytest.approx(plain.se, rel=0.05)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_customers_who_come_four_times_are_not_four_customers(estimator: object) -> None:
    """Over 60 samples the error by cluster is what the estimates scatter by, and the plain one is not."""
    values, plain, clustered = [], [], []
    for seed in range(60):
        once = straight(250, 1000 + seed)
        rng = np.random.RandomState(seed)
        customer = np.repeat(np.arange(250), 4)
        y = once.y[customer] + 2 * rng.standard_normal(250)[customer] + 0.3 * rng.standard_normal(1000)
        d, x = once.d[customer], once.x[customer] + 0.05 * rng.standard_normal((1000, 4))
        effect = estimator(y, d, x, clusters=customer)  # type: ignore[operator]
        values.append(effect.value - once.effect)
        clustered.append(effect.se)
        plain.append(estimator(y, d, x).se)  # type: ignore[operator]
    scatter = float(np.std(values))
    assert np.mean(clustered) == pytest.approx(scatter, rel=0.3)
    assert np.mean(plain) < 0.75 * np.mean(clustered)


def test_the_error_is_the_sum_over_clusters_written_out() -> None:
    influence = np.array([1.0, 2.0, -3.0, 0.5, 0.0])
    cluster = np.array([0, 0, 1, 2, 3])
    assert error_of(influence, cluster) == pytest.approx(np.sqrt((9 + 9 + 0.25) * 3 / 2))
    assert error_of(influence, None) == pytest.approx(np.sqrt(1 + 4 + 9 + 0.25))


def test_a_cluster_shares_a_fold_and_both_groups_are_spread() -> None:
    d = np.arange(600) % 3 == 0
    cluster = np.arange(600) // 4
    fold = folds_of(d, 5, np.random.default_rng(1), cluster)
    assert all(len(set(fold[cluster == k])) == 1 for k in range(150))
    assert all(np.bincount(fold)[k] == 120 for k in range(5))


def test_clusters_that_cannot_be_used_are_refused() -> None:
    world = straight(200, 162)
    with pytest.raises(InputError, match="fall into 3 clusters"):
        weighted_effect(world.y, world.d, world.x, clusters=np.arange(200) % 3)
    with pytest.raises(InputError, match="have shape"):
        clusters_of(np.arange(5), 6)
