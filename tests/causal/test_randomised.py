import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from careworth.causal import (
    Arm,
    cuped,
    difference_in_means,
    difference_of_arms,
    regression_adjusted,
    sequential_difference,
)
from careworth.errors import InputError

LISTS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(LISTS, LISTS)
def test_arms_add_up(a: list[float], b: list[float]) -> None:
    both, whole = Arm.of(a) + Arm.of(b), Arm.of(a + b)
    assert both.n == whole.n
    assert both.mean == pytest.approx(whole.mean, rel=1e-9, abs=1e-6)
    assert both.squares == pytest.approx(whole.squares, rel=1e-6, abs=1e-3)


def test_an_arm_keeps_small_spread_on_large_numbers() -> None:
    assert Arm.of(np.array([1e9, 1e9 + 1, 1e9 + 2])).variance == pytest.approx(1.0)
    assert (Arm.of([]) + Arm.of([])).n == 0


def test_the_difference_in_means_has_welchs_interval() -> None:
    rng = np.random.RandomState(4)
    d = np.arange(60) < 20
    y = np.where(d, rng.standard_normal(60) * 3 + 1, rng.standard_normal(60))
    effect = difference_in_means(y, d)
    welch = stats.ttest_ind(y[d], y[~d], equal_var=False).confidence_interval(0.95)
    assert (effect.low, effect.high) == pytest.approx((welch.low, welch.high))
    assert effect.value == pytest.approx(y[d].mean() - y[~d].mean())
    assert (effect.n_treated, effect.n_control) == (20, 40)


def test_one_row_in_a_group_gives_no_value() -> None:
    effect = difference_in_means([1.0, 2.0, 3.0], [1, 0, 0])
    assert effect.value is None
    assert "too few" in str(effect.reason)


def test_groups_that_do_not_vary_are_refused() -> None:
    with pytest.raises(InputError, match="does not vary within"):
        difference_in_means([1.0, 1.0, 2.0, 2.0], [1, 1, 0, 0])


def test_adjusting_takes_out_what_the_covariate_explains() -> None:
    rng = np.random.RandomState(5)
    before = rng.standard_normal((2000, 1))
    d = rng.random_sample(2000) < 0.5
    y = 3 * before[:, 0] + d + rng.standard_normal(2000)
    plain, adjusted = difference_in_means(y, d), regression_adjusted(y, d, before)
    reduced = difference_in_means(cuped(y, before[:, 0]), d)
    # Var(y) = 10, of which 9 is the covariate's: standard errors fall by the root of 10.
    assert adjusted.se == pytest.approx(plain.se / 10**0.5, rel=0.05)
    assert reduced.se == pytest.approx(adjusted.se, rel=0.02)
    assert adjusted.low < 1 < adjusted.high
    assert adjusted.check("balance").passed is True


def test_cuped_keeps_the_mean_and_ignores_a_constant() -> None:
    y = np.array([1.0, 4.0, 2.0, 9.0])
    assert cuped(y, [5.0, 3.0, 8.0, 1.0]).mean() == pytest.approx(y.mean())
    assert cuped(y, np.ones(4)) == pytest.approx(y)
    with pytest.raises(InputError, match="shape"):
        cuped(y, [1.0, 2.0])


def test_a_sequential_interval_is_the_formula_and_wider_than_one_look() -> None:
    rng = np.random.RandomState(6)
    treated, control = Arm.of(rng.standard_normal(500)), Arm.of(rng.standard_normal(500))
    effect = sequential_difference(treated, control, planned=1000)
    fixed = difference_of_arms(treated, control)
    # rho^2 = (-2 log .05 + log(-2 log .05 + 1)) / 1000 = .007936; times n = 7.936; the factor on the standard
    # error is sqrt(2 * 8.936 / 7.936 * log(sqrt(8.936) / .05)) = 3.0361, worked out by hand.
    assert (effect.high - effect.value) / effect.se == pytest.approx(3.0361, abs=1e-3)
    assert effect.high - effect.low > fixed.high - fixed.low
    assert effect.value == fixed.value


def test_a_broken_hand_out_fails_the_sample_ratio() -> None:
    good, bad = Arm(n=5000, mean=0, squares=5000), Arm(n=5600, mean=0, squares=5600)
    # Chi-squared (300^2 / 5300) * 2 = 33.96 with one degree of freedom: p = 5.6e-9.
    check = difference_of_arms(good, bad, share=0.5).check("sample ratio")
    assert check.passed is False
    assert check.value == pytest.approx(stats.chi2.sf(2 * 300**2 / 5300, 1))
    assert difference_of_arms(good, good, share=0.5).check("sample ratio").passed is True
    assert difference_of_arms(good, bad).check("sample ratio").passed is None
