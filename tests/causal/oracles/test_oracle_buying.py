"""lifetimes (0.11.3). Its optimiser stops a little early, which moves parameters in the fourth digit."""

import numpy as np
import pytest

from careworth.causal import BuyingModel, History, SpendModel

pytestmark = pytest.mark.filterwarnings("ignore")


def buyers() -> History:
    rng = np.random.RandomState(131)
    rate = rng.gamma(0.8, 1 / 6.0, 1500)
    observed = rng.uniform(20, 40, 1500)
    repeats = np.minimum(rng.poisson(rate * observed), rng.geometric(rng.beta(1, 3, 1500).clip(0.01)))
    last = np.where(repeats > 0, observed * rng.beta(np.maximum(repeats, 1), 1.0), 0.0)
    spend = np.where(repeats > 0, rng.gamma(5.0, 4.0, 1500), 0.0)
    return History(
        customer=np.arange(1500),
        repeats=repeats.astype(float),
        last=last,
        observed=observed,
        spend=spend,
    )


def test_buying_equals_lifetimes() -> None:
    lifetimes = pytest.importorskip("lifetimes")
    found = buyers()
    theirs = lifetimes.BetaGeoFitter()
    theirs.fit(found.repeats, found.last, found.observed)
    ours = BuyingModel.of(found)
    for name, value in theirs.params_.items():
        assert getattr(ours, name) == pytest.approx(value, rel=2e-3), name
    same = BuyingModel(**{name: float(value) for name, value in theirs.params_.items()})
    ahead = theirs.conditional_expected_number_of_purchases_up_to_time(
        10, found.repeats, found.last, found.observed
    )
    assert same.expected(found, 10) == pytest.approx(np.asarray(ahead), rel=1e-6)
    alive = theirs.conditional_probability_alive(found.repeats, found.last, found.observed)
    assert same.alive(found) == pytest.approx(np.asarray(alive), rel=1e-9)


def test_spending_equals_lifetimes() -> None:
    lifetimes = pytest.importorskip("lifetimes")
    found = buyers()
    some = found.repeats > 0
    theirs = lifetimes.GammaGammaFitter()
    theirs.fit(found.repeats[some], found.spend[some])
    ours = SpendModel.of(found)
    # p and gamma trade against each other; what customers are expected to spend hardly moves.
    expected = theirs.conditional_expected_average_profit(found.repeats[some], found.spend[some])
    assert ours.expected(found)[some] == pytest.approx(np.asarray(expected), rel=5e-3)
