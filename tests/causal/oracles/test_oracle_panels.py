"""pyfixest (0.60.0) and csdid (0.4.3): the same arithmetic, so equal to rounding."""

import numpy as np
import pytest
from causal_cases import PanelWorld, staggered

from careworth.causal import difference_in_differences
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


def test_group_time_effects_equal_csdid() -> None:
    module = pytest.importorskip("csdid.att_gt")
    world = staggered(300, 122)
    found = module.ATTgt(
        yname="y", gname="start", idname="unit", tname="period", data=frame(world), xformla="y~1"
    )
    found = found.fit(est_method="reg", base_period="universal", bstrap=False).aggte("simple", bstrap=False)
    ours = difference_in_differences(world.y, world.unit, world.period, world.adopted)
    assert ours.value == pytest.approx(found.atte["overall_att"], rel=1e-9)
    assert ours.se == pytest.approx(found.atte["overall_se"], rel=1e-9)
