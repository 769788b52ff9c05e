"""ebal (1.0.0) stops when no mean is off by more than 1e-4, which leaves 1e-5 in the effect."""

import numpy as np
import pytest
from causal_cases import straight

from careworth.causal import balanced_effect

pytestmark = pytest.mark.filterwarnings("ignore")


def test_entropy_balancing_equals_ebal() -> None:
    ebal = pytest.importorskip("ebal")
    world = straight(1500, 141)
    found = ebal.ebal_bin(effect="ATT", print_level=-1).ebalance(world.d.astype(int), world.x, world.y)
    w = np.asarray(found["w"])
    w0 = w[~world.d] if len(w) == 1500 else w
    theirs = world.y[world.d].mean() - np.average(world.y[~world.d], weights=w0)
    assert balanced_effect(world.y, world.d, world.x).value == pytest.approx(theirs, abs=2e-5)
