import numpy as np
import pytest
from causal_cases import straight

from careworth.causal import Effect
from careworth.causal._scores import logit_score
from careworth.causal.checks import (
    agreement,
    balance,
    detectable,
    e_value,
    e_value_check,
    leave_one_out,
    minimum_detectable_effect,
    null_effect,
    overlap,
    overlap_of_groups,
    placebo_rank,
    pre_trend,
    robustness_value,
    rosenbaum,
    rosenbaum_check,
    splitting,
    standardised_differences,
)
from careworth.causal.effect import estimated, nothing
from careworth.errors import InputError


def effect_of_size(value: float, se: float = 0.5, reason: str | None = None) -> Effect:
    about = {
        "estimand": "effect",
        "design": "none",
        "method": "other method",
        "n_treated": 5,
        "n_control": 5,
        "checks": (placebo_rank(1.0, np.zeros(30), "donors"),),
        "assumptions": (),
    }
    return estimated(value, se, **about) if reason is None else nothing(reason, **about)


def test_standardised_differences_by_hand() -> None:
    x = np.array([[1.0], [3.0], [0.0], [2.0], [4.0], [10.0]])
    d = np.array([True, True, False, False, False, False])
    # Means 2 and 4; variances 1 and 14; pooled sqrt(7.5).
    assert standardised_differences(x, d) == pytest.approx([-2 / 7.5**0.5])
    w = np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
    assert standardised_differences(x, d, w) == pytest.approx([0.0])


def test_columns_without_spread_are_balanced_or_infinitely_apart() -> None:
    d = np.array([True, True, False, False])
    x = np.array([[7.0, 1.0], [7.0, 1.0], [7.0, 0.0], [7.0, 0.0]])
    same, other = standardised_differences(x, d)
    assert same == 0.0
    assert other == np.inf
    check = balance(x, d, ("same", "other"))
    assert check.passed is False
    assert check.value is None
    assert check.table[1] == {"covariate": "other", "before": None, "after": None}


def test_balance_names_the_worst_and_lists_before_and_after() -> None:
    world = straight(3000, 101)
    names = ("a", "b", "c", "d")
    assert "on a" in balance(world.x, world.d, names).text
    w = np.where(world.d, 1.0, 1.0)
    assert balance(world.x, world.d, names, w).passed is False
    assert [row["covariate"] for row in balance(world.x, world.d, names).table] == list(names)


def test_overlap_counts_the_dropped_and_weighs_the_rest() -> None:
    d = np.arange(100) < 40
    keep, w = np.ones(100, dtype=bool), np.ones(100)
    assert overlap(d, keep, w).passed is True
    assert overlap(d, keep, w).value == pytest.approx(60)
    keep[:5] = False
    assert overlap(d, keep, w).passed is False  # 5 of 40 are more than a tenth
    few = np.where(d, 1.0, 0.001)
    few[99] = 50.0
    assert overlap(d, np.ones(100, dtype=bool), few).passed is False


def test_the_overlap_of_groups_is_the_shared_mass() -> None:
    d = np.arange(1000) % 2 == 0
    alike = overlap_of_groups(np.linspace(0.4, 0.6, 1000), d)
    assert alike.value > 0.95
    assert alike.passed is True
    apart = overlap_of_groups(np.where(d, 0.9, 0.1) + np.linspace(0, 0.05, 1000), d)
    assert apart.value == 0.0
    assert apart.passed is False
    world = straight(2000, 102)
    assert 0.5 < overlap_of_groups(logit_score(world.x, world.d).e, world.d).value < 0.9


@pytest.mark.parametrize(("value", "passed"), [(0.9, True), (1.1, False), (-1.1, False)])
def test_an_effect_where_none_can_be(value: float, passed: bool) -> None:
    assert null_effect("placebo time", effect_of_size(value), "made-up start").passed is passed


def test_no_number_is_no_verdict() -> None:
    lost = effect_of_size(0, reason="Too few.")
    assert null_effect("placebo outcome", lost, "age").passed is None
    assert agreement(lost, effect_of_size(1.0)).passed is None
    assert e_value_check(lost, 1.0).passed is None
    assert "Too few." in agreement(effect_of_size(1.0), lost).text


def test_two_estimators_may_differ_by_their_errors() -> None:
    assert agreement(effect_of_size(1.0), effect_of_size(2.3)).passed is True  # 1.96 * sqrt(0.5) = 1.39
    assert agreement(effect_of_size(1.0), effect_of_size(2.5)).passed is False
    assert agreement(effect_of_size(1.0), effect_of_size(2.3)).value == 2.3


def test_the_rank_among_placebos() -> None:
    placebos = np.array([0.1, -0.2, 0.3, -0.4, 0.5, 0.1, 0.1, 0.2, 0.1])
    assert placebo_rank(0.6, placebos, "donors").value == pytest.approx(0.1)
    assert placebo_rank(-0.45, placebos, "donors").value == pytest.approx(0.2)
    assert placebo_rank(0.6, placebos, "donors").passed is True
    assert placebo_rank(0.6, placebos[:3], "donors").passed is None  # 1 in 4 at best


def test_what_can_be_detected() -> None:
    # (1.959964 + 0.841621) standard errors.
    assert detectable(2.0) == pytest.approx(5.603170, abs=1e-5)
    # 64 rows a group find half a standard deviation four times in five (Lehr's rule says 16 / 0.5^2).
    assert minimum_detectable_effect(1.0, 64, 64) == pytest.approx(0.495, abs=1e-3)


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.26), (1.8, 3.0), (1 / 3.9, 7.26), (1.0, 1.0)])
def test_e_values_of_the_paper(ratio: float, expected: float) -> None:
    # VanderWeele and Ding (2017): 3.9 (maternal smoking) and 1.8.
    assert e_value(ratio) == pytest.approx(expected, abs=5e-3)


def test_e_values_of_effects() -> None:
    # A share of 0.2 among the controls and an effect of 0.2 make a risk ratio of 2: 2 + sqrt(2).
    check = e_value_check(effect_of_size(0.2, 0.05), 0.4, base=0.2)
    assert check.value == pytest.approx(2 + 2**0.5)
    assert (
        "for the interval to reach 0, by 1.00" in e_value_check(effect_of_size(0.2, 0.5), 0.4, base=0.2).text
    )
    # A standardised difference of 1: exp(0.91) = 2.484, E-value 4.40.
    assert e_value_check(effect_of_size(3.0), 3.0).value == pytest.approx(4.404, abs=1e-3)
    with pytest.raises(InputError):
        e_value(0.0)


def test_robustness_values_of_darfur() -> None:
    # Cinelli and Hazlett (2020), table 1: t 4.18 with 783 degrees of freedom, 13.9 % and 7.6 %.
    assert robustness_value(4.18, 783) == pytest.approx(0.139, abs=5e-4)
    assert robustness_value(4.18, 783, alpha=0.05) == pytest.approx(0.076, abs=5e-4)
    assert robustness_value(1.0, 783, alpha=0.05) == 0.0


def test_rosenbaum_bounds_of_discordant_pairs() -> None:
    # Rosenbaum (2002), smoking and lung cancer: 110 of 122 discordant pairs.
    pairs = np.r_[np.ones(110), -np.ones(12), np.zeros(40)]
    assert rosenbaum(pairs, 5.0) == pytest.approx(0.023, abs=1e-3)
    assert rosenbaum(pairs, 6.0) == pytest.approx(0.097, abs=1e-3)
    assert rosenbaum_check(pairs).value == pytest.approx(5.45, abs=0.05)
    assert rosenbaum(-pairs, 5.0) == rosenbaum(pairs, 5.0)


def test_rosenbaum_bounds_of_amounts() -> None:
    # Without hidden bias the bound is Wilcoxon's one-sided p value.
    from scipy import stats

    differences = np.random.RandomState(103).standard_normal(80) + 0.4
    wilcoxon = stats.wilcoxon(differences, alternative="greater", method="asymptotic", correction=False)
    assert rosenbaum(differences, 1.0) == pytest.approx(wilcoxon.pvalue, rel=1e-6)
    assert rosenbaum(differences, 1.5) > rosenbaum(differences, 1.2) > rosenbaum(differences, 1.0)
    assert rosenbaum_check(np.array([1.0, -2.0, 3.0])).value == 1.0
    assert rosenbaum(np.zeros(4), 1.0) == 1.0


def test_leaving_one_out_names_what_moves_the_estimate() -> None:
    check = leave_one_out(1.0, 0.2, {"age": 1.1, "tenure": 2.0}, "covariate")
    assert check.passed is False
    assert check.value == pytest.approx(1.0)
    assert "tenure moves" in check.text
    assert leave_one_out(1.0, 0.6, {"age": 1.1, "tenure": 2.0}, "covariate").passed is True


def test_splits_that_move_the_estimate_are_shown() -> None:
    assert splitting(np.array([1.0, 1.1, 0.9]), 1.0).passed is True
    assert splitting(np.array([1.0, 5.0, -3.0]), 1.0).passed is False


def test_the_joint_test_of_earlier_effects() -> None:
    # Two independent effects of two standard errors each: chi-squared 8 with 2 degrees, p = exp(-4).
    check = pre_trend(np.array([2.0, -2.0]), np.eye(2), (-3, -2))
    assert check.value == pytest.approx(np.exp(-4))
    assert check.passed is False
    assert pre_trend(np.array([1.0, -1.0]), np.eye(2), (-3, -2)).passed is True
    assert pre_trend(np.array([]), np.empty((0, 0)), ()).passed is None
