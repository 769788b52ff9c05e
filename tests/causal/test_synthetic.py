import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.causal import synthetic_control
from careworth.causal.synthetic import mixture
from careworth.errors import InputError


def world(seed: int, effect: float = 2.0, donors: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Sixty periods, the unit a mixture of the first three donors; the effect starts at 45."""
    rng = np.random.RandomState(seed)
    factors = np.cumsum(rng.standard_normal((60, 3)), axis=0)
    pool = factors @ rng.dirichlet([1, 1, 1], donors).T + 0.2 * rng.standard_normal((60, donors))
    unit = pool[:, :3] @ [0.5, 0.3, 0.2] + 0.2 * rng.standard_normal(60)
    unit[45:] += effect
    return unit, pool


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_no_other_mixture_fits_better(seed: int) -> None:
    unit, pool = world(seed, donors=6)
    found = mixture(unit, pool, 45)
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(1)
    rng = np.random.RandomState(seed)
    for other in [*np.eye(6), *rng.dirichlet(np.ones(6), 20)]:
        for step in (1e-3, 0.1, 1.0):
            tried = (1 - step) * found.weights + step * other
            worse = np.sqrt(((unit[:45] - pool[:45] @ tried) ** 2).mean())
            assert found.misfit <= worse + 1e-6


def test_the_effect_is_found_and_stands_out() -> None:
    unit, pool = world(61)
    effect = synthetic_control(unit, pool, 45)
    assert effect.low < 2.0 < effect.high
    assert effect.low > 0
    assert effect.failed == ()
    # 30 donors less those that fit badly: at best 1 in 31.
    assert effect.check("placebo in space").value <= 2 / 20


def test_nothing_is_found_where_nothing_is() -> None:
    unit, pool = world(62, effect=0.0)
    effect = synthetic_control(unit, pool, 45)
    assert effect.low < 0 < effect.high
    assert effect.check("placebo in space").passed is False


def test_a_unit_outside_its_donors_fails_the_fit() -> None:
    unit, pool = world(63)
    effect = synthetic_control(unit + 50, pool, 45)
    assert effect.check("fit before").passed is False


def test_a_change_before_the_start_fails_the_placebo_in_time() -> None:
    unit, pool = world(64, effect=0.0)
    unit[30:] += 5
    assert synthetic_control(unit, pool, 45).check("placebo time").passed is False


def test_leaving_a_donor_out_names_it() -> None:
    unit, pool = world(65)
    names = tuple(f"town {j}" for j in range(30))
    check = synthetic_control(unit, pool, 45, names=names).check("leave one out")
    assert {row["donor"] for row in check.table} <= set(names)


def test_few_donors_give_no_number() -> None:
    unit, pool = world(66)
    effect = synthetic_control(unit, pool[:, :4], 45)
    assert effect.value is None
    assert "4 donors" in str(effect.reason)


@pytest.mark.parametrize(("start", "rows"), [(0, 60), (60, 60), (45, 59)])
def test_shapes_and_starts_that_do_not_fit_are_refused(start: int, rows: int) -> None:
    unit, pool = world(67)
    with pytest.raises(InputError):
        synthetic_control(unit[:rows], pool, start)
