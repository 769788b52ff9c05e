"""Figures of other packages on the same draws, for machines that do not have them (they do in oracles/)."""

import numpy as np
import pytest
from causal_cases import staggered, straight

from careworth.causal import (
    balanced_effect,
    difference_in_differences,
    doubly_robust_effect,
    event_study,
    hazard_ratios,
    kaplan_meier,
    restricted_mean,
)


@pytest.mark.parametrize(
    ("not_yet", "value", "se"),
    [(False, 2.976499892738, 0.100258813687), (True, 2.971177973907, 0.091953292258)],
)
def test_callaway_and_santanna(not_yet: bool, value: float, se: float) -> None:
    # csdid 0.4.3, ATTgt(est_method="reg", base_period="universal").aggte("simple", bstrap=False) on
    # staggered(400, 5); the same arithmetic, so equal to rounding.
    world = staggered(400, 5)
    effect = difference_in_differences(world.y, world.unit, world.period, world.adopted, not_yet=not_yet)
    assert (effect.value, effect.se) == pytest.approx((value, se), rel=1e-9)


def test_dynamic_effects() -> None:
    # csdid 0.4.3 as above, aggte("dynamic"); event times -2, 0, 4 and 8.
    world = staggered(400, 5)
    study = event_study(world.y, world.unit, world.period, world.adopted)
    at = [study.times.index(t) for t in (-2, 0, 4, 8)]
    assert study.values[at] == pytest.approx(
        [-0.01957742892773, 0.63189942068221, 3.80487837809425, 6.64288688817730], rel=1e-9
    )
    errors = np.sqrt(np.diag(study.covariance))[at]
    assert errors == pytest.approx([0.11571852, 0.11699678, 0.13465612, 0.22160705], rel=1e-7)


def test_two_way_fixed_effects() -> None:
    # pyfixest 0.60.0, feols("y ~ d | unit + period", vcov={"CRV1": "unit"}), as printed.
    world = staggered(400, 5, starts=(6,))
    effect = difference_in_differences(world.y, world.unit, world.period, world.adopted)
    assert effect.value == pytest.approx(2.891897, abs=1e-6)
    assert effect.se == pytest.approx(0.05988804, abs=1e-8)


@pytest.mark.parametrize(
    ("estimand", "value", "se"), [("treated", 2.30755253, 0.06179875), ("everyone", 2.0189752, 0.05380141)]
)
def test_doubly_robust_with_linear_models(estimand: str, value: float, se: float) -> None:
    # DoubleML 0.11.4, DoubleMLIRM with LinearRegression and LogisticRegression(C=1e6), 5 folds, 5
    # repetitions, numpy seed 0, on straight(2000, 11). Its folds are others and its weights are not
    # normalised, which moves estimates by a small part of their standard error.
    world = straight(2000, 11)
    effect = doubly_robust_effect(world.y, world.d, world.x, models="linear", estimand=estimand, splits=5)
    assert effect.value == pytest.approx(value, abs=0.15 * se)
    assert effect.se == pytest.approx(se, rel=0.02)


def test_entropy_balancing() -> None:
    # ebal 1.0.0, ebal_bin(effect="ATT") on straight(2000, 11); it stops at a difference of 1e-4.
    world = straight(2000, 11)
    effect = balanced_effect(world.y, world.d, world.x)
    assert effect.value == pytest.approx(2.3063168612, abs=2e-6)


def test_survival() -> None:
    # lifelines 0.30.3: CoxPHFitter (Efron) and restricted_mean_survival_time; its Cox stops a little early.
    rng = np.random.RandomState(12)
    x = rng.standard_normal((800, 2))
    left = np.ceil(rng.exponential(np.exp(-0.4 * x[:, 0] + 0.2 * x[:, 1]) * 10))
    lost = np.ceil(rng.uniform(1, 30, 800))
    time, event = np.minimum(left, lost), left <= lost
    fit = hazard_ratios(time, event, x)
    assert fit.beta == pytest.approx([0.39456166, -0.16095928], abs=3e-7)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([0.04308976, 0.04208711], abs=1e-8)
    curve = kaplan_meier(time, event)
    assert restricted_mean(curve, 12.0)[0] == pytest.approx(6.9951552146762, rel=1e-12)
    assert (curve.low[4], curve.high[4]) == pytest.approx((0.52428358, 0.59454722), abs=1e-8)
