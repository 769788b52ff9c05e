import numpy as np
import pytest
from causal_cases import apart, straight

from careworth.causal import match, matched_effect
from careworth.causal.checks import standardised_differences
from careworth.causal.matching import within_sets
from careworth.errors import InputError


def test_matching_finds_the_effect_and_mends_the_balance() -> None:
    world = straight(4000, 21)
    effect = matched_effect(world.y, world.d, world.x)
    assert abs(effect.value - world.effect) < 3 * effect.se
    assert effect.check("balance").passed is True
    assert np.abs(standardised_differences(world.x, world.d)).max() > 0.4
    assert effect.n_treated == effect.n_control


def test_without_replacement_no_control_is_used_again() -> None:
    world = straight(800, 22)
    found = match(world.x[:, 0], world.d, ratio=2, caliper=None)
    used = found.controls[found.controls >= 0]
    assert len(np.unique(used)) == len(used)
    assert found.weights(800)[world.d].sum() == len(found.treated)
    assert found.weights(800)[~world.d].sum() == pytest.approx(len(found.treated))


def test_partners_share_the_exact_columns() -> None:
    world = straight(3000, 23)
    kind = np.array(["a", "b", "c"])[np.arange(3000) % 3]
    region = np.arange(3000) // 1500
    _, strata = np.unique(
        np.array([f"{k}{r}" for k, r in zip(kind, region, strict=True)]), return_inverse=True
    )
    found = match(world.x[:, 0], world.d, exact=strata)
    assert (strata[found.treated] == strata[found.controls[:, 0]]).all()
    both = np.column_stack([kind.astype(object), region.astype(object)]).astype(str)
    effect = matched_effect(world.y, world.d, world.x, exact=both)
    assert abs(effect.value - world.effect) < 4 * effect.se


def test_rows_beyond_the_caliper_are_dropped_and_said_so() -> None:
    score = np.array([0.0, 0.1, 5.0, 0.05, 0.12])
    found = match(score, np.array([True, True, True, False, False]), caliper=0.1)
    assert found.treated.tolist() == [0, 1]
    assert found.dropped == 1
    world = straight(2000, 24)
    effect = matched_effect(world.y, world.d, world.x, caliper=0.001)
    assert effect.estimand.endswith("have a match")
    assert effect.n_treated < int(world.d.sum())


def test_the_error_with_replacement_is_that_of_the_definition() -> None:
    """Abadie and Imbens (2006): sums over treated and over controls, written out."""
    world = straight(300, 25)
    effect = matched_effect(world.y, world.d, world.x, replacement=True, ratio=2, caliper=None)
    from careworth.causal._scores import logit_score

    score = logit_score(world.x, world.d).logit
    found = match(score, world.d, ratio=2, caliper=None, replacement=True)
    gaps = within_sets(found, world.y)
    total = ((gaps - gaps.mean()) ** 2).sum()
    controls = np.flatnonzero(~world.d)
    for i in controls:
        times = int((found.controls == i).sum())
        near = min((j for j in controls if j != i), key=lambda j: abs(score[j] - score[i]))
        total += (times / 2) * (times / 2 - 1 / 2) * (world.y[i] - world.y[near]) ** 2 / 2
    assert effect.value == pytest.approx(gaps.mean())
    assert effect.se == pytest.approx(np.sqrt(total) / len(gaps), rel=1e-6)


def test_groups_apart_give_no_number_whatever_the_caliper() -> None:
    world = apart(400, 1)
    for caliper in (0.2, None):
        effect = matched_effect(world.y, world.d, world.x, caliper=caliper)
        assert effect.value is None
        assert "do not overlap" in str(effect.reason)


def test_a_ratio_below_one_is_refused() -> None:
    world = straight(100, 26)
    with pytest.raises(InputError, match="at least 1"):
        matched_effect(world.y, world.d, world.x, ratio=0)
