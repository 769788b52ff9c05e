"""DoubleML (0.11.4). Its folds are random and its weights are not normalised, so estimates differ by a small
part of a standard error; with its own cross-fitted predictions, by the normalisation alone."""

import numpy as np
import pytest
from causal_cases import straight

from careworth.causal import doubly_robust_effect
from careworth.causal.doubly_robust import effect_on_treated

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_linear_doubly_robust_effect() -> None:
    doubleml = pytest.importorskip("doubleml")
    from sklearn.linear_model import LinearRegression, LogisticRegression

    world = straight(2000, 11)
    data = doubleml.DoubleMLData.from_arrays(world.x, world.y, world.d.astype(float))
    model = doubleml.DoubleMLIRM(
        data, LinearRegression(), LogisticRegression(C=1e6), n_folds=5, n_rep=3, score="ATTE"
    )
    model.fit()
    ours = doubly_robust_effect(world.y, world.d, world.x, models="linear", splits=3)
    assert ours.value == pytest.approx(float(model.coef[0]), abs=0.15 * float(model.se[0]))
    assert ours.se == pytest.approx(float(model.se[0]), rel=0.03)
    e = model.predictions["ml_m"][:, 0, 0]
    mu0 = model.predictions["ml_g0"][:, 0, 0]
    same = effect_on_treated(world.y, world.d, e, mu0, np.ones(2000, dtype=bool))
    theirs = float(model.all_thetas[0, 0]) if hasattr(model, "all_thetas") else float(model.all_coef[0, 0])
    assert same.value == pytest.approx(theirs, abs=0.03 * same.se)
