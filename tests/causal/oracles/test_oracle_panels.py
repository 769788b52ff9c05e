"""pyfixest (0.60.0): the same arithmetic, so equal to rounding."""

import numpy as np
import pytest
from causal_cases import PanelWorld, staggered

from careworth.causal import event_study
from careworth.causal._panel import panel_of, two_way

pytestmark = pytest.mark.filterwarnings("ignore")


def frame(world: PanelWorld):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(
        {
            "y": world.y,
            "unit": world.unit,
            "period": world.period + 1,
            "start": np.where(np.isinf(world.adopted), 0, world.adopted + 1),
            "d": (world.period >= world.adopted).astype(float),
        }
    )


@pytest.mark.parametrize("starts", [(6,), (3, 5, 7, 9)])
def test_two_way_fixed_effects_equal_pyfixest(starts: tuple[float, ...]) -> None:
    pyfixest = pytest.importorskip("pyfixest")
    world = staggered(300, 121, starts=starts)
    fit = pyfixest.feols("y ~ d | unit + period", frame(world), vcov={"CRV1": "unit"})
    panel = panel_of(world.y, world.unit, world.period, world.adopted)
    ours = two_way(panel.y, panel.adopted[:, None] <= np.arange(12))
    assert ours == pytest.approx((float(fit.coef().iloc[0]), float(fit.se().iloc[0])), rel=1e-6)


def test_staggered_effects_equal_those_of_sun_and_abraham_in_pyfixest() -> None:
    """With units that never adopt as controls, the saturated regression of Sun and Abraham (2021) has the
    group-time effects of Callaway and Sant'Anna for its coefficients. Its standard errors take the sizes of
    the groups as known, which moves them by a hundredth or two."""
    pyfixest = pytest.importorskip("pyfixest")
    world = staggered(300, 122)
    rows = frame(world)
    fit = pyfixest.event_study(rows, "y", "unit", "period", "start", estimator="saturated")
    theirs = fit.aggregate(weighting="shares")
    ours = event_study(world.y, world.unit, world.period, world.adopted)
    assert list(theirs.index) == list(ours.times)
    assert ours.values == pytest.approx(theirs["Estimate"].to_numpy(dtype=float), rel=1e-6, abs=1e-9)
    errors = np.sqrt(np.diag(ours.covariance))
    assert errors == pytest.approx(theirs["Std. Error"].to_numpy(dtype=float), rel=0.03)
