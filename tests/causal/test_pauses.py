"""Customers who pause: the product over gaps against a walk through every period, and what the fit finds."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from careworth.causal import PausingModel, Spells, spells
from careworth.causal.pauses import _Chain, _Ends
from careworth.errors import InputError


@dataclass(frozen=True)
class Purchases:
    who: list[int]
    day: list[float]


def bought(days: list[int]) -> Purchases:
    """One customer who first bought on day 0, and again on these days."""
    return Purchases([0] * (len(days) + 1), [0.0, *map(float, days)])


def seen(days: list[int], end: float) -> Spells:
    purchases = bought(days)
    return spells(purchases.who, purchases.day, end)


def test_purchases_become_spells() -> None:
    # Customer 3 from day 10 on: weeks 11-17, 18-24, 25-31, 32-38, and two days more.
    who, day = [3, 3, 3, 3, 3, 3, 5], [10.0, 12.0, 12.0, 17.0, 33.0, 40.0, 39.0]
    found = spells(who, day, 40.0)
    assert found.customer.tolist() == [3, 5]
    assert found.repeats.tolist() == [3, 0]  # days 12, 17 and 33; the second purchase of day 12 is the same
    assert found.busy.tolist() == [2, 0]
    assert found.before.tolist() == [0, 0]
    assert found.between.tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]  # two quiet weeks between
    assert found.after.tolist() == [0, 0]
    assert found.rest.tolist() == pytest.approx([2 / 7, 1 / 7])
    assert found.late.tolist() == [1, 0]  # day 40


def walked(days: list[int], end: int, rate: float, stop: float, gone: float, back: float) -> float:
    """The chance of the purchases by the forward algorithm, a week at a time; but for the factorials."""
    counts = np.bincount([(day - 1) // 7 for day in sorted(set(days)) if day], minlength=end // 7 + 1)
    states = np.array([1.0, 0.0, 0.0])
    move = np.array(
        [
            [1 - stop, back, 0.0],
            [stop * (1 - gone), 1 - back, 0.0],
            [stop * gone, 0.0, 1.0],
        ]
    )
    for count in counts[: end // 7]:
        states = states * [np.exp(-rate) * rate**count, count == 0, count == 0]
        states = move @ states
    rest, late = end % 7 / 7, counts[end // 7]
    return float(states @ [np.exp(-rate * rest) * (rate * rest) ** late, late == 0, late == 0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60), max_size=8), st.integers(60, 75), st.floats(0, 1), st.floats(0, 1))
def test_the_product_over_gaps_is_the_walk_through_every_period(
    days: list[int], end: int, back: float, gone: float
) -> None:
    found = seen(days, float(end))
    chain = _Chain(gone, back, found.between.shape[1])
    log = chain.likelihood(found, _Ends.of(found))[0]
    # ``walked`` has rest ** late with the rate, the module too: only the factorials of counts are left out.
    for place in (0, 37, 100, 150, 242):
        rate, stop = float(chain._rate[place]), float(chain._stop[place])
        expected = walked(days, end, rate, stop, gone, back)
        assert np.exp(log[place]) == pytest.approx(expected, rel=1e-7, abs=1e-200)


def test_what_comes_is_the_sum_over_the_weeks() -> None:
    chain = _Chain(0.3, 0.1, 2)
    worth = chain.worth(26)
    rate, stop = float(chain._rate[150]), float(chain._stop[150])
    buys, pauses, sums = 0.0, 1.0, 0.0
    for _ in range(26):
        sums += buys * rate
        buys, pauses = buys * (1 - stop) + pauses * 0.1, pauses * 0.9 + buys * stop * 0.7
    assert worth[150, 1] == pytest.approx(sums)
    assert worth[150, 2] == 0


def drawn(seed: int, customers: int, weeks: int, gone: float, back: float) -> Purchases:
    """Purchases drawn week by week; rates gamma(0.8, 3), chances to stop beta(2, 10)."""
    rng = np.random.default_rng(seed)
    rate, stop = rng.gamma(0.8, 1 / 3, customers), rng.beta(2, 10, customers)
    state, who, day = np.zeros(customers, int), [np.arange(customers)], [np.zeros(customers)]
    for week in range(weeks):
        counts = np.where(state == 0, rng.poisson(rate), 0).clip(0, 7)
        for place in range(7):
            bought = np.flatnonzero(counts > place)
            who.append(bought)
            day.append(np.full(len(bought), 7.0 * week + 1 + place))
        luck, way = rng.random(customers), rng.random(customers)
        stops, returns = (state == 0) & (luck < stop), (state == 1) & (luck < back)
        state = np.where(stops, np.where(way < gone, 2, 1), np.where(returns, 0, state))
    return Purchases(np.concatenate(who).tolist(), np.concatenate(day).tolist())


def test_who_pauses_is_told_from_who_is_gone() -> None:
    past = drawn(1, 6000, 40, gone=0.4, back=0.1)
    ahead = drawn(1, 6000, 70, gone=0.4, back=0.1)
    found = spells(past.who, past.day, 280.0)
    model = PausingModel.of(found)
    assert model.gone == pytest.approx(0.4, abs=0.15)
    assert model.back == pytest.approx(0.1, abs=0.03)
    came = sum(day > 280 for day in ahead.day)
    # With the true figures, too, forecasts of 6,000 such customers are off by 3 % on average.
    assert float(model.expected(found, 30).sum()) == pytest.approx(came, rel=0.08)
    assert PausingModel.likelier(found) == model
    for_good = PausingModel.of(found, pauses=False)
    assert for_good.log_likelihood < model.log_likelihood - stats.chi2(2).ppf(0.999) / 2
    assert for_good.expected(found, 30).sum() < 0.95 * model.expected(found, 30).sum()


def test_pauses_are_not_taken_for_granted() -> None:
    past = drawn(2, 2000, 40, gone=1.0, back=0.1)
    found = spells(past.who, past.day, 280.0)
    assert PausingModel.likelier(found) == PausingModel.of(found, pauses=False)


def test_each_customer_may_have_an_end_of_observation_of_its_own() -> None:
    days = [7, 14, 35]
    one, other = seen(days, 42.0), seen(days, 30.0)
    both = spells([0] * 4 + [1] * 4, [0.0, *days] * 2, [42.0] * 4 + [30.0] * 4)
    for name in ("repeats", "busy", "before", "after", "rest", "late"):
        assert getattr(both, name).tolist() == [getattr(one, name)[0], getattr(other, name)[0]], name


def test_customers_are_forecast_alone_as_among_others() -> None:
    model = PausingModel(r=0.6, alpha=10.0, a=0.8, b=7.5, gone=0.3, back=0.05, log_likelihood=0.0)
    often, seldom = seen([7, 14, 21, 28, 35, 41], 42.0), seen([], 42.0)
    assert model.expected(often, 10)[0] > 3 * model.expected(seldom, 10)[0]
    purchases = bought([7, 14, 21, 28, 35, 41])
    both = spells([*purchases.who, 1], [*purchases.day, 0.0], 42.0)
    assert model.expected(both, 10) == pytest.approx(
        [model.expected(often, 10)[0], model.expected(seldom, 10)[0]]
    )
    assert model.expected(often, 0).tolist() == [0.0]


def test_without_repeats_or_purchases_it_is_refused() -> None:
    with pytest.raises(InputError, match="second time"):
        PausingModel.of(seen([], 70.0))
    with pytest.raises(InputError, match="No purchase happened"):
        spells([1], [5.0], 4.0)
    with pytest.raises(InputError, match="same number of rows"):
        spells([1, 2], [5.0], 9.0)
    with pytest.raises(InputError, match="one for each purchase"):
        spells([1, 2], [5.0, 6.0], [9.0])
