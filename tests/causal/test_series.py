import numpy as np
import pytest

from careworth.causal import interrupted_series
from careworth.causal.series import _Fit, _mean_of_ar
from careworth.errors import InputError


def series(seed: int, effect: float = 3.0, rho: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(seed)
    control = np.cumsum(rng.standard_normal((100, 1)), axis=0)
    noise = rng.standard_normal(100)
    for t in range(1, 100):
        noise[t] += rho * noise[t - 1]
    y = 50 + 2 * control[:, 0] + 0.1 * np.arange(100) + noise
    y[70:] += effect
    return y, control


def test_the_effect_is_found_beside_a_control_that_moves() -> None:
    y, control = series(81)
    effect = interrupted_series(y, 70, controls=control)
    assert effect.low < 3.0 < effect.high
    assert effect.low > 0
    assert effect.failed == ()


def test_without_a_control_series_the_check_says_so() -> None:
    y, control = series(82)
    alone = interrupted_series(y, 70)
    assert alone.check("control series").passed is False
    assert alone.se > interrupted_series(y, 70, controls=control).se


def test_an_earlier_break_fails_the_placebo_in_time() -> None:
    y, control = series(83, effect=0.0, rho=0.0)
    y[46:] += 15
    effect = interrupted_series(y, 70, controls=control, trend=False)
    assert effect.check("placebo time").passed is False


def test_the_forecast_is_least_squares_when_errors_are_independent() -> None:
    rng = np.random.RandomState(84)
    z, y = np.column_stack([np.ones(30), np.arange(30.0)]), rng.standard_normal(30)
    assert _Fit.of(y, z, 0.0).beta == pytest.approx(np.linalg.lstsq(z, y, rcond=None)[0])


def test_generalised_least_squares_equal_the_definition() -> None:
    rng = np.random.RandomState(85)
    z, y = np.column_stack([np.ones(20), rng.standard_normal(20)]), rng.standard_normal(20)
    lags = np.abs(np.subtract.outer(np.arange(20), np.arange(20)))
    inverse = np.linalg.inv(0.6**lags / (1 - 0.36))
    fit = _Fit.of(y, z, 0.6)
    assert fit.bread == pytest.approx(np.linalg.inv(z.T @ inverse @ z))
    assert fit.beta == pytest.approx(fit.bread @ z.T @ inverse @ y)
    assert _mean_of_ar(0.6, 20) == pytest.approx((0.6**lags).mean())


def test_few_periods_before_give_no_number() -> None:
    y, control = series(86)
    effect = interrupted_series(y[:20], 7, controls=control[:20])
    assert effect.value is None
    assert "7 periods" in str(effect.reason)


def test_starts_and_controls_that_do_not_fit_are_refused() -> None:
    y, control = series(87)
    with pytest.raises(InputError, match="position 100"):
        interrupted_series(y, 100)
    with pytest.raises(InputError, match="99 periods"):
        interrupted_series(y, 70, controls=control[:99])
