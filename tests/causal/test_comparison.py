"""One comparison, several outcomes: parts add up, clusters count once, no number without support."""

import numpy as np
import pytest

from careworth.causal import Comparison, doubly_robust_effect
from careworth.causal.checks import always_valid, looks
from careworth.errors import InputError


def drawn(seed: int = 0, n: int = 3000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 3))
    d = rng.random(n) < 1 / (1 + np.exp(1 - x[:, 0]))
    return x @ [1.0, 0.5, 0.0] + 0.7 * d + rng.standard_normal(n), d, x


def test_the_effect_on_a_sum_is_the_sum_of_the_effects() -> None:
    y, d, x = drawn()
    other = np.random.default_rng(1).poisson(2.0, len(y)).astype(float)
    found = Comparison(d, x).effects({"y": y, "other": other, "both": y - 3 * other})
    values = {name: effect.value for name, effect in found.items()}
    assert values["both"] == pytest.approx(values["y"] - 3 * values["other"], abs=1e-12)


def test_it_agrees_with_the_estimator_of_one_outcome() -> None:
    y, d, x = drawn()
    ours = Comparison(d, x, splits=3).effect(y)
    theirs = doubly_robust_effect(y, d, x, models="linear", splits=3)
    assert ours.value is not None
    assert theirs.value is not None
    assert ours.se is not None
    assert theirs.se is not None
    assert abs(ours.value - theirs.value) < 0.2 * theirs.se
    assert ours.se == pytest.approx(theirs.se, rel=0.1)
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low <= 0.7 <= ours.high


def test_rows_that_come_twice_do_not_make_it_surer() -> None:
    y, d, x = drawn(n=1500)
    once = Comparison(d, x).effect(y)
    unit = np.tile(np.arange(1500), 2)
    twice = Comparison(np.tile(d, 2), np.tile(x, (2, 1)), clusters=unit).effect(np.tile(y, 2))
    assert twice.se == pytest.approx(once.se, rel=0.05)


def test_without_overlap_there_is_no_number_but_a_reason() -> None:
    y, d, x = drawn(n=600)
    apart = np.column_stack([x[:, 0] + 20 * d])
    effect = Comparison(d, apart).effect(y)
    assert effect.value is None
    assert effect.reason is not None


def test_few_rows_of_a_group_are_told() -> None:
    y, _, x = drawn(n=400)
    few = np.zeros(400, dtype=bool)
    few[:4] = True
    assert "4 rows" in str(Comparison(few, x).effect(y).reason)


def test_an_outcome_that_never_varies_has_no_effect() -> None:
    _, d, x = drawn(n=400)
    assert "does not vary" in str(Comparison(d, x).effect(np.zeros(400)).reason)


def test_outcomes_of_another_length_are_refused() -> None:
    _, d, x = drawn(n=400)
    with pytest.raises(InputError, match="300 rows"):
        Comparison(d, x).effect(np.arange(300.0))


def test_an_interval_for_repeated_looks_is_wider_by_a_known_factor() -> None:
    """At n = planned rows and 95 %, rho^2 n is 7.936, so the half width is 3.03 standard errors:
    sqrt(2 * 8.936 / 7.936 * log(sqrt(8.936) / 0.05)) by hand."""
    assert always_valid(1.0, 1000, 1000) == pytest.approx(
        np.sqrt(2 * 8.936 / 7.936 * np.log(np.sqrt(8.936) / 0.05)), rel=1e-3
    )
    y, d, x = drawn(n=600)
    effect = Comparison(d, x).effect(y)
    check = looks(effect, 600)
    assert effect.se is not None
    assert check.value is not None
    assert check.value > 1.96 * effect.se
