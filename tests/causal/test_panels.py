import numpy as np
import pytest
from causal_cases import PanelWorld, staggered

from careworth.causal import difference_in_differences, event_study
from careworth.causal._panel import panel_of, two_way
from careworth.errors import InputError


def effect_in(world: PanelWorld, **options: object):
    return difference_in_differences(world.y, world.unit, world.period, world.adopted, **options)


def test_a_staggered_start_is_not_left_to_two_way_effects() -> None:
    """The trap of ANALYTICS: two-way fixed effects miss more than half of an effect that grows."""
    world = staggered(1000, 51)
    effect = effect_in(world)
    adoption = effect.check("adoption")
    assert abs(effect.value - world.effect) < 3 * effect.se
    assert adoption.value < 0.6 * world.effect
    assert "4 different periods" in adoption.text
    assert "Callaway" in effect.method
    with pytest.raises(InputError, match="two-way fixed effects are biased"):
        effect_in(world, method="two-way")


def test_units_yet_to_start_may_be_controls() -> None:
    world = staggered(1000, 52)
    never, not_yet = effect_in(world), effect_in(world, not_yet=True)
    assert abs(not_yet.value - world.effect) < 3 * not_yet.se
    assert not_yet.se < never.se


def test_two_periods_and_two_groups_give_the_textbook_difference() -> None:
    y = [10.0, 14.0, 11.0, 17.0, 8.0, 9.0, 6.0, 6.0, 7.0, 9.0]
    unit = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    period = [2020, 2021] * 5
    adopted = [2021.0] * 4 + [np.nan] * 6
    effect = difference_in_differences(y, unit, period, adopted)
    # (4 + 6) / 2 - (1 + 0 + 2) / 3
    assert effect.value == pytest.approx(4.0)
    assert effect.method.startswith("two-way")
    assert difference_in_differences(y, unit, period, adopted, method="staggered").value == pytest.approx(4.0)
    assert effect.check("pre-trend").passed is None


def test_two_way_effects_equal_least_squares_on_dummies() -> None:
    rng = np.random.RandomState(53)
    y, treated = rng.standard_normal((12, 5)), np.zeros((12, 5), dtype=bool)
    treated[:5, 3:] = True
    dummies = np.column_stack(
        [treated.ravel(), np.repeat(np.eye(12), 5, axis=0), np.tile(np.eye(5)[:, 1:], (12, 1))]
    )
    assert two_way(y, treated)[0] == pytest.approx(np.linalg.lstsq(dummies, y.ravel(), rcond=None)[0][0])


def test_the_event_study_follows_the_growth() -> None:
    world = staggered(2000, 54)
    study = event_study(world.y, world.unit, world.period, world.adopted)
    grown = np.array([0.8 * (t + 1) if t >= 0 else 0.0 for t in study.times])
    assert -1 not in study.times
    errors = np.sqrt(np.diag(study.covariance))
    assert np.abs((study.values - grown) / errors).max() < 4
    assert (study.high - study.low) / 2 == pytest.approx(1.959964 * errors, rel=1e-6)


def test_groups_that_drift_apart_fail_before_the_start() -> None:
    world = staggered(400, 55, starts=(6,), growth=0.0)
    drift = np.where(np.isfinite(world.adopted), 0.3 * world.period, 0.0)
    effect = difference_in_differences(world.y + drift, world.unit, world.period, world.adopted)
    assert effect.check("pre-trend").passed is False
    assert effect.check("placebo time").passed is False
    honest = effect_in(world)
    assert honest.check("placebo time").passed is True


def test_units_treated_from_the_first_period_are_left_out() -> None:
    world = staggered(300, 56, starts=(0, 6))
    panel = panel_of(world.y, world.unit, world.period, world.adopted)
    assert len(panel.y) < 300
    assert panel.adopted.min() == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.y[:-1], "same number of rows"),
        (lambda w: np.where(np.arange(len(w.y)) == 5, np.nan, w.y), "missing or infinite"),
        (lambda w: np.ones(len(w.y)), "in every row"),
    ],
)
def test_outcomes_that_do_not_fit_are_refused(change, words: str) -> None:
    world = staggered(50, 57)
    with pytest.raises(InputError, match=words):
        difference_in_differences(change(world), world.unit, world.period, world.adopted)


def test_holes_repeats_and_two_starts_are_refused() -> None:
    world = staggered(50, 58)
    keep = np.arange(len(world.y)) != 7
    with pytest.raises(InputError, match="1 of 600 unit-periods are missing"):
        difference_in_differences(world.y[keep], world.unit[keep], world.period[keep], world.adopted[keep])
    twice = np.r_[np.arange(len(world.y)), 7]
    with pytest.raises(InputError, match="1 come more than once"):
        difference_in_differences(
            world.y[twice], world.unit[twice], world.period[twice], world.adopted[twice]
        )
    moved = world.adopted.copy()
    moved[3] = 11
    with pytest.raises(InputError, match="more than one time"):
        difference_in_differences(world.y, world.unit, world.period, moved)
    with pytest.raises(InputError, match="no method"):
        effect_in(world, method="ols")


def test_without_controls_there_is_no_number() -> None:
    world = staggered(60, 59, starts=(3, 5))
    treated = np.isfinite(world.adopted)
    rows = PanelWorld(
        world.y[treated], world.unit[treated], world.period[treated], world.adopted[treated], 0.0
    )
    effect = effect_in(rows)
    assert effect.value is None
    assert "0 never treated" in str(effect.reason)
    later = effect_in(rows, not_yet=True)
    assert later.value is not None
