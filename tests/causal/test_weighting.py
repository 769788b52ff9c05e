from collections.abc import Callable

import numpy as np
import pytest
from causal_cases import World, apart, straight
from scipy.optimize import minimize

from careworth.causal import Effect, balanced_effect, doubly_robust_effect, weighted_effect
from careworth.causal._linear import Scaling
from careworth.causal.weighting import entropy_weights
from careworth.errors import InputError

Estimator = Callable[[World], Effect]
ESTIMATORS: dict[str, Estimator] = {
    "treated": lambda w: weighted_effect(w.y, w.d, w.x),
    "everyone": lambda w: weighted_effect(w.y, w.d, w.x, estimand="everyone"),
    "overlap": lambda w: weighted_effect(w.y, w.d, w.x, estimand="overlap"),
    "balanced": lambda w: balanced_effect(w.y, w.d, w.x),
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_standard_error_is_that_of_leaving_rows_out(name: str) -> None:
    """The jackknife refits everything, the score included, without any formula for the influence."""
    world = straight(500, 31)
    effect = ESTIMATORS[name](world)
    rows = np.arange(500)
    without = np.array(
        [
            ESTIMATORS[name](World(world.y[rows != i], world.d[rows != i], world.x[rows != i], 0.0)).value
            for i in rows
        ]
    )
    jackknife = np.sqrt(499 / 500 * ((without - without.mean()) ** 2).sum())
    # The jackknife is larger by terms of order 1 / n, most where single rows weigh much.
    assert effect.se == pytest.approx(jackknife, rel=0.1)


@pytest.mark.parametrize("name", ["treated", "balanced"])
def test_weighting_finds_the_effect_on_the_treated(name: str) -> None:
    world = straight(4000, 32)
    effect = ESTIMATORS[name](world)
    assert abs(effect.value - world.effect) < 3 * effect.se
    assert effect.check("balance").passed is True


def test_the_effect_on_everyone_differs_from_that_on_the_treated() -> None:
    world = straight(4000, 33)
    everyone = weighted_effect(world.y, world.d, world.x, estimand="everyone")
    assert abs(everyone.value - 2.0) < 3 * everyone.se
    assert world.effect - everyone.value > 0.2


def test_entropy_weights_reach_the_means_and_stay_near_equal() -> None:
    world = straight(1000, 34)
    z = Scaling.of(world.x).design(world.x)
    target = z[world.d].mean(axis=0)
    w = entropy_weights(z[~world.d], target)
    assert w is not None
    assert w.min() > 0
    assert w @ z[~world.d] == pytest.approx(target, abs=1e-7)
    # The maximum of the entropy: log weights are linear in the covariates.
    rest = np.log(w) - z[~world.d] @ np.linalg.lstsq(z[~world.d], np.log(w), rcond=None)[0]
    assert np.abs(rest).max() < 1e-6


def test_entropy_weights_are_those_that_a_general_solver_finds() -> None:
    """The definition itself: of all weights that balance, those with the least sum of w log w."""
    world = straight(120, 61)
    z = Scaling.of(world.x).design(world.x)
    controls, target = z[~world.d], z[world.d].mean(axis=0)
    equal = np.full(len(controls), 1 / len(controls))
    found = minimize(
        lambda w: float(w @ np.log(w)),
        equal,
        jac=lambda w: np.log(w) + 1,
        bounds=[(1e-12, 1.0)] * len(controls),
        constraints={"type": "eq", "fun": lambda w: controls.T @ w - target, "jac": lambda w: controls.T},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    assert found.success
    assert entropy_weights(controls, target) == pytest.approx(found.x, abs=1e-6)


def test_balance_out_of_reach_gives_no_number() -> None:
    world = apart(400, 2)
    effect = balanced_effect(world.y, world.d, world.x)
    assert effect.value is None
    assert "outside" in str(effect.reason)


@pytest.mark.parametrize("estimand", ["treated", "everyone", "overlap"])
def test_groups_apart_give_no_number(estimand: str) -> None:
    world = apart(400, 2)
    effect = weighted_effect(world.y, world.d, world.x, estimand=estimand)
    assert effect.value is None


def test_an_unknown_estimand_is_refused() -> None:
    world = straight(100, 35)
    with pytest.raises(InputError, match="no estimand 'late'"):
        weighted_effect(world.y, world.d, world.x, estimand="late")
    with pytest.raises(InputError, match="'late'"):
        doubly_robust_effect(world.y, world.d, world.x, estimand="late")
