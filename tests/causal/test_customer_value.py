import numpy as np
import pytest
from scipy import stats

from careworth.causal import (
    BuyingModel,
    History,
    SpendModel,
    history,
    kaplan_meier,
    value_at_will,
    value_under_contract,
)
from careworth.causal._buying import bg_nbd_loss, gamma_gamma_loss
from careworth.causal.value import chance_of_count, expected_in_population
from careworth.errors import InputError

# The classic sample of 2,357 customers: Fader, Hardie and Lee (2005), table 2.
CLASSIC = BuyingModel(r=0.243, alpha=4.414, a=0.793, b=2.426)


def buyers(seed: int, rows: int = 4000) -> History:
    """Customers drawn from the model itself, observed for 30 to 50 weeks."""
    rng = np.random.RandomState(seed)
    rate, leave = rng.gamma(0.8, 1 / 6.0, rows), rng.beta(1.0, 3.0, rows)
    observed = rng.uniform(30, 50, rows)
    repeats, last = np.zeros(rows), np.zeros(rows)
    for i in range(rows):
        t = 0.0
        while True:
            t += rng.exponential(1 / rate[i])
            if t > observed[i]:
                break
            repeats[i] += 1
            last[i] = t
            if rng.random_sample() < leave[i]:
                break
    mean = 10 / rng.gamma(4.0, 1.0, rows)
    spend = np.where(
        repeats > 0, mean * rng.gamma(3.0 * np.maximum(repeats, 1)) / np.maximum(repeats, 1), 0.0
    )
    return History(customer=np.arange(rows), repeats=repeats, last=last, observed=observed, spend=spend)


def test_purchases_become_a_history() -> None:
    customer = ["b", "a", "a", "a", "b", "a"]
    day = [10.0, 3.0, 10.0, 10.0, 40.0, 17.0]
    amount = [5.0, 9.0, 1.0, 2.0, 7.0, 6.0]
    found = history(customer, day, amount, 31.0)
    assert found.customer.tolist() == ["a", "b"]
    assert found.repeats.tolist() == [2.0, 0.0]  # two purchases of one day are one
    assert found.last.tolist() == [2.0, 0.0]
    assert found.observed.tolist() == [4.0, 3.0]
    assert found.spend.tolist() == [4.5, 0.0]  # (1 + 2 + 6) / 2; the first purchase does not count


def test_the_likelihood_is_the_integral_over_customers() -> None:
    """One customer with two purchases, the last at 5 of 9 weeks: equations 3 and 6 of the paper."""
    r, alpha, a, b = 0.9, 4.0, 1.2, 2.5
    x, tx, t = 2, 5.0, 9.0

    even = (np.arange(2000) + 0.5) / 2000
    rate = stats.gamma.ppf(even, r, scale=1 / alpha)[:, None]
    p = stats.beta.ppf(even, a, b)[None, :]
    alive = (1 - p) ** x * rate**x * np.exp(-rate * t)
    gone = p * (1 - p) ** (x - 1) * rate**x * np.exp(-rate * tx)
    slow = (alive + gone).mean()
    loss = bg_nbd_loss(np.log([r, alpha, a, b]), *(np.array([v]) for v in (2.0, tx, t)), np.ones(1))
    assert np.exp(-loss) == pytest.approx(slow, rel=1e-3)


def test_counts_add_up_to_one_and_to_the_mean() -> None:
    chances = [chance_of_count(CLASSIC, k, 39.0) for k in range(400)]
    assert sum(chances) == pytest.approx(1, abs=1e-6)
    mean = sum(k * c for k, c in enumerate(chances))
    assert mean == pytest.approx(expected_in_population(CLASSIC, 39.0), rel=1e-4)


def test_the_parameters_that_made_the_customers_are_found() -> None:
    found = buyers(91)
    model = BuyingModel.of(found)
    assert model.r == pytest.approx(0.8, rel=0.15)
    assert model.r / model.alpha == pytest.approx(0.8 / 6, rel=0.1)
    assert model.a / (model.a + model.b) == pytest.approx(0.25, abs=0.05)
    spending = SpendModel.of(found)
    # Mean spend is p gamma / (q - 1), in the simulation 3 * 10 / 3.
    assert spending.p * spending.gamma / (spending.q - 1) == pytest.approx(10, rel=0.1)


def test_customers_alike_are_counted_not_repeated() -> None:
    columns = [np.array([1.0, 1.0, 3.0]), np.array([2.0, 2.0, 4.0])]
    theta = np.log([2.0, 3.0, 5.0])
    twice = gamma_gamma_loss(theta, *columns, np.ones(3))
    once = gamma_gamma_loss(theta, np.array([1.0, 3.0]), np.array([2.0, 4.0]), np.array([2.0, 1.0]))
    assert twice == pytest.approx(once)


def test_a_late_purchase_speaks_for_life_and_silence_against_it() -> None:
    found = History(
        customer=np.arange(3),
        repeats=np.array([3.0, 3.0, 0.0]),
        last=np.array([30.0, 5.0, 0.0]),
        observed=np.full(3, 31.0),
        spend=np.array([10.0, 10.0, 0.0]),
    )
    alive = CLASSIC.alive(found)
    assert alive[0] > 0.8 > 0.3 > alive[1]
    assert alive[2] == 1.0  # the model lets nobody leave before the second purchase
    ahead = CLASSIC.expected(found, 10)
    assert ahead[0] > ahead[1]
    assert CLASSIC.expected(found, 20)[0] > ahead[0]


def test_spend_is_drawn_to_the_mean_of_all_by_few_purchases() -> None:
    model = SpendModel(p=6.25, q=3.74, gamma=15.44)  # Fader and Hardie (2013) on the classic sample
    found = History(
        customer=np.arange(2),
        repeats=np.array([1.0, 50.0]),
        last=np.ones(2),
        observed=np.full(2, 39.0),
        spend=np.array([100.0, 100.0]),
    )
    everybody = 6.25 * 15.44 / 2.74
    few, many = model.expected(found)
    assert everybody < few < many < 100
    with pytest.raises(InputError, match="too uneven"):
        SpendModel(p=2.0, q=0.9, gamma=4.0).expected(found)


def test_value_at_will_is_purchases_times_spend() -> None:
    found = buyers(92, 50)
    spending = SpendModel(p=6.25, q=3.74, gamma=15.44)
    worth = value_at_will(found, CLASSIC, spending, periods=10, margin=0.4)
    assert worth == pytest.approx(0.4 * CLASSIC.expected(found, 10) * spending.expected(found))
    later = value_at_will(found, CLASSIC, spending, periods=10, margin=0.4, discount=0.01)
    assert (later < worth).all()


def test_value_under_contract_is_margin_times_survival() -> None:
    curve = kaplan_meier([1.0, 2.0, 3.0, 3.5], [1, 1, 0, 0])
    # Paid at 0, 1 and 2 by 1, 3/4 and 1/2 of the customers.
    assert value_under_contract(curve, periods=3, margin=10.0) == pytest.approx(22.5)
    assert value_under_contract(curve, periods=2, margin=10.0, tenure=1) == pytest.approx(10 + 10 * 2 / 3)
    assert value_under_contract(curve, periods=3, margin=10.0, discount=1.0) == pytest.approx(
        10 + 3.75 + 1.25
    )
    assert value_under_contract(curve, periods=9, margin=10.0) is None
    assert value_under_contract(kaplan_meier([1.0, 2.0], [1, 1]), periods=1, margin=1.0, tenure=2) is None


def test_without_repeats_nothing_is_learned() -> None:
    once = history(["a", "b"], [1.0, 2.0], [3.0, 4.0], 10.0)
    with pytest.raises(InputError, match="second time"):
        BuyingModel.of(once)
    with pytest.raises(InputError, match="bought again"):
        SpendModel.of(once)
    with pytest.raises(InputError, match="No purchase"):
        history(["a"], [5.0], [1.0], 4.0)
    with pytest.raises(InputError, match="same number"):
        history(["a"], [5.0, 6.0], [1.0], 9.0)
