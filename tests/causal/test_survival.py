import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.causal import (
    hazard_ratios,
    kaplan_meier,
    restricted_mean,
    restricted_mean_values,
    retained_time,
)
from careworth.errors import InputError

# Freireich et al. (1963), weeks of remission of 42 children with leukaemia, as printed in Cox (1972).
MERCAPTOPURINE = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_curve_of_the_remissions() -> None:
    curve = kaplan_meier(MERCAPTOPURINE, RELAPSED)
    # Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, table 1.3.
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.quantile() == 23
    assert (curve.at(5), curve.at(6), curve.at(36)) == (1.0, pytest.approx(0.857, abs=1e-3), None)
    assert ((curve.low < curve.survival) & (curve.survival < curve.high)).all()


def test_a_median_that_was_not_reached_is_absent() -> None:
    assert kaplan_meier([1.0, 2.0, 3.0], [1, 0, 0]).quantile() is None
    assert kaplan_meier([1.0, 2.0], [0, 0]).at(1.5) == 1.0


def test_cox_on_the_remissions() -> None:
    time, event = MERCAPTOPURINE + PLACEBO, RELAPSED + [1] * 21
    fit = hazard_ratios(time, event, [1] * 21 + [0] * 21)
    # R 4 survival::coxph, ties Efron: -1.5721 (0.4124); there are many ties.
    assert fit.beta[0] == pytest.approx(-1.5721, abs=1e-4)
    assert fit.covariance[0, 0] ** 0.5 == pytest.approx(0.4124, abs=1e-4)


def plain_cox_loss(beta: np.ndarray, time: np.ndarray, event: np.ndarray, x: np.ndarray) -> float:
    """Efron's likelihood with loops."""
    total = 0.0
    risk = np.exp(x @ beta)
    for t in np.unique(time[event]):
        dead = np.flatnonzero(event & (time == t))
        for rank in range(len(dead)):
            total += np.log(risk[time >= t].sum() - rank / len(dead) * risk[dead].sum())
        total -= float((x[dead] @ beta).sum())
    return total


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_cox_minimises_the_plain_likelihood(seed: int) -> None:
    rng = np.random.RandomState(seed)
    x = rng.standard_normal((40, 2)) * [1.0, 3.0] + [0.0, 5.0]
    time = np.ceil(rng.exponential(np.exp(-0.5 * x[:, 0]) * 4))
    event = rng.random_sample(40) < 0.7
    fit = hazard_ratios(time, event, x)
    best = plain_cox_loss(fit.beta, time, event, x)
    for step in np.vstack([np.eye(2), -np.eye(2)]) * 1e-3:
        assert best <= plain_cox_loss(fit.beta + step, time, event, x) + 1e-9
    bend = np.array(
        [
            [
                plain_cox_loss(fit.beta + a + b, time, event, x)
                - plain_cox_loss(fit.beta + a - b, time, event, x)
                - plain_cox_loss(fit.beta - a + b, time, event, x)
                + plain_cox_loss(fit.beta - a - b, time, event, x)
                for b in np.eye(2) * 1e-3
            ]
            for a in np.eye(2) * 1e-3
        ]
    )
    assert np.linalg.inv(fit.covariance) == pytest.approx(bend / 4e-6, rel=1e-2, abs=1e-2)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=5, max_size=40))
def test_the_restricted_mean_is_the_area_under_the_steps(rows: list[tuple[int, bool]]) -> None:
    time, event = [float(t) for t, _ in rows], [int(e) for _, e in rows]
    curve = kaplan_meier(time, event)
    horizon = curve.last
    heights = [curve.at(k * 0.25) for k in range(int(horizon * 4))]
    assert restricted_mean(curve, horizon)[0] == pytest.approx(0.25 * sum(heights))


def test_without_anybody_lost_the_values_are_the_times() -> None:
    time = np.array([3.0, 1.0, 7.0, 4.0, 4.0, 9.0])
    found = restricted_mean_values(time, np.ones(6), 5.0)
    assert found == pytest.approx(np.minimum(time, 5.0))


def test_the_values_are_those_of_leaving_rows_out() -> None:
    """Pseudo-values by the definition: n times the mean of all less n - 1 times that without the row."""
    rng = np.random.RandomState(71)
    n = 400
    time, event = rng.exponential(10, n).round(1) + 0.1, rng.random_sample(n) < 0.6
    found = restricted_mean_values(time, event, 8.0)
    whole = restricted_mean(kaplan_meier(time, event), 8.0)[0]
    rows = np.arange(n)
    slow = [
        n * whole - (n - 1) * restricted_mean(kaplan_meier(time[rows != i], event[rows != i]), 8.0)[0]
        for i in rows[:60]
    ]
    # The infinitesimal jackknife differs from leaving out by terms of order 1 / n.
    assert found[:60] == pytest.approx(slow, abs=0.1)
    assert found.mean() == pytest.approx(whole)


def test_weights_of_two_are_rows_given_twice() -> None:
    once = kaplan_meier([2.0, 3.0, 5.0], [1, 0, 1], weights=[2.0, 1.0, 1.0])
    twice = kaplan_meier([2.0, 2.0, 3.0, 5.0], [1, 1, 0, 1])
    assert once.survival == pytest.approx(twice.survival)


def test_staying_longer_is_found_and_cox_agrees() -> None:
    rng = np.random.RandomState(72)
    d = np.arange(3000) % 2 == 0
    left, lost = rng.exponential(np.where(d, 14.0, 10.0)), rng.uniform(4, 40, 3000)
    effect = retained_time(np.minimum(left, lost), left <= lost, d, 12.0)
    truth = 14 * (1 - np.exp(-12 / 14)) - 10 * (1 - np.exp(-12 / 10))
    assert effect.low < truth < effect.high
    assert effect.check("Cox model").value == pytest.approx(10 / 14, rel=0.1)
    assert effect.failed == ()


def test_a_group_lost_from_sight_fails_the_follow_up() -> None:
    rng = np.random.RandomState(73)
    d = np.arange(1000) % 2 == 0
    left, lost = rng.exponential(10, 1000), np.where(d, rng.uniform(0, 12, 1000), 30.0)
    lost[0] = 30
    left[0] = 40
    effect = retained_time(np.minimum(left, lost), left <= lost, d, 11.0)
    assert effect.check("follow-up").passed is False


@pytest.mark.parametrize(
    ("horizon", "words"), [(0.0, "not after the start"), (50.0, "nothing is known until 50")]
)
def test_horizons_that_nobody_saw_give_no_number(horizon: float, words: str) -> None:
    d = np.arange(40) % 2
    effect = retained_time(np.arange(40.0) + 1, np.ones(40), d, horizon)
    assert effect.value is None
    assert words in str(effect.reason)


def test_without_events_there_is_no_interval() -> None:
    effect = retained_time(np.arange(20.0) + 1, np.r_[np.ones(3), np.zeros(17)], np.arange(20) % 2, 10.0)
    assert effect.value is None
    assert "events" in str(effect.reason)


def test_times_and_events_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="negative"):
        kaplan_meier([-1.0, 2.0], [1, 0])
    with pytest.raises(InputError, match="neither 0 nor 1"):
        kaplan_meier([1.0, 2.0], [1, 2])
    with pytest.raises(InputError, match="shape"):
        kaplan_meier([1.0, 2.0], [1])
    with pytest.raises(InputError, match="horizon"):
        restricted_mean(kaplan_meier([1.0, 2.0], [1, 0]), 3.0)
