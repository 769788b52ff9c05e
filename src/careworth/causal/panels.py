"""Difference in differences: units before and after, against units that were not treated yet or ever.

Assumptions: without the treatment the groups' outcomes would have moved in parallel; nobody acted on the
treatment before it came; one unit's treatment does not change another unit's outcome.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.causal._arrays import Floats
from careworth.causal._panel import GroupTimes, Panel, averaged, group_times, panel_of, two_way
from careworth.causal.checks import null_effect, power_check, pre_trend
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, interval, nothing, shown
from careworth.errors import InputError

ASSUMPTIONS = (
    "Without the treatment, treated and control units would have changed by the same amount.",
    "Nobody acted on the treatment before it came.",
    "One unit's treatment does not change another unit's outcome.",
)

METHODS = ("auto", "two-way", "staggered")

FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStudy:
    """Effects by time since adoption, in periods; -1 is the base and absent. Shapes (m,)."""

    times: tuple[int, ...]
    values: Floats
    low: Floats
    high: Floats
    covariance: Floats
    """(m, m)"""


def event_study(
    y: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    adopted: ArrayLike,
    *,
    not_yet: bool = False,
    level: float = LEVEL,
) -> EventStudy:
    """Callaway and Sant'Anna's dynamic effects with pointwise intervals; arguments as for
    ``difference_in_differences``. Raises InputError where no unit can serve as a control."""
    return _by_event_time(group_times(panel_of(y, unit, period, adopted), not_yet), level)


def difference_in_differences(
    y: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    adopted: ArrayLike,
    *,
    method: str = "auto",
    not_yet: bool = False,
    level: float = LEVEL,
) -> Effect:
    """Average effect on treated units over their treated periods, from rows (N,).

    Outcome y, unit, whole-numbered period, and the unit's first treated period (NaN or inf for never); the
    panel must be balanced. ``auto`` uses two-way fixed effects where all adopt at once and Callaway and
    Sant'Anna (2021) where adoption is staggered; asked for, ``two-way`` refuses a staggered panel, because
    it then takes treated units for controls and can miss a growing effect by half. ``not_yet`` lets units
    that adopt later serve as controls until they do.
    """
    if method not in METHODS:
        raise InputError(f"There is no method {method!r}.", hint=f"Known: {', '.join(METHODS)}.")
    panel = panel_of(y, unit, period, adopted)
    staggered = len(panel.cohorts) > 1
    if method == "two-way" and staggered:
        raise InputError(
            f"Units adopt in {len(panel.cohorts)} different periods, where two-way fixed effects are biased.",
            hint="Use the method 'staggered' (Callaway and Sant'Anna), or 'auto'.",
        )
    simple = method != "staggered" and not staggered
    return _simple(panel, level) if simple else _staggered(panel, not_yet, staggered, level)


def _simple(panel: Panel, level: float) -> Effect:
    treated = np.isfinite(panel.adopted)
    about = _about(panel, "two-way fixed effects, clustered by unit", _one_start(panel), level)
    reason = _too_few(panel, False)
    if reason is not None:
        return nothing(reason, **about)
    start = int(panel.cohorts[0])
    after = np.arange(panel.y.shape[1]) >= start
    value, se = two_way(panel.y, treated[:, None] & after[None, :])
    checks = (_trend(group_times(panel, False), level), *_placebo_time(panel, start, about))
    return estimated(value, se, df=len(panel.y) - 1, **about).with_checks(
        *checks, power_check(se, value, level)
    )


def _staggered(panel: Panel, not_yet: bool, staggered: bool, level: float) -> Effect:
    controls = "not yet treated" if not_yet else "never treated"
    adoption = _many_starts(panel) if staggered else _one_start(panel)
    about = _about(panel, f"Callaway and Sant'Anna, controls {controls}", adoption, level)
    found = group_times(panel, not_yet)
    after = found.time >= found.cohort
    reason = _too_few(panel, not_yet)
    if reason is None and not after.any():
        reason = "No unit is untreated while others are treated, so there is no control."
    if reason is not None:
        return nothing(reason, **about)
    value, influence = averaged(found, after)
    se = float(np.sqrt(influence @ influence))
    return estimated(value, se, **about).with_checks(_trend(found, level), power_check(se, value, level))


def _too_few(panel: Panel, not_yet: bool) -> str | None:
    treated = int(np.isfinite(panel.adopted).sum())
    control = len(panel.adopted) - treated
    if treated < FEWEST or (control < FEWEST and not not_yet):
        return f"{treated} treated and {control} never treated units are too few to know how much units vary."
    return None


def _about(panel: Panel, method: str, adoption: Check, level: float) -> About:
    treated = int(np.isfinite(panel.adopted).sum())
    return About(
        estimand="effect on the treated, averaged over units and treated periods",
        design="difference in differences",
        method=method,
        n_treated=treated,
        n_control=len(panel.adopted) - treated,
        checks=(adoption,),
        assumptions=ASSUMPTIONS,
        level=level,
    )


def _one_start(panel: Panel) -> Check:
    return Check(
        name="adoption",
        passed=True,
        value=float(len(panel.cohorts)),
        text="All treated units start in the same period.",
    )


def _many_starts(panel: Panel) -> Check:
    after = panel.adopted[:, None] <= np.arange(panel.y.shape[1])[None, :]
    naive, _ = two_way(panel.y, after)
    return Check(
        name="adoption",
        passed=None,
        value=naive,
        text=(
            f"Units start in {len(panel.cohorts)} different periods. Two-way fixed effects would take units "
            f"already treated for controls (they give {shown(naive)}), so each start is compared with "
            "untreated units only."
        ),
        table=tuple(
            {"start": panel.periods[g], "units": int((panel.adopted == g).sum())} for g in panel.cohorts
        ),
    )


def _trend(found: GroupTimes, level: float) -> Check:
    study = _by_event_time(found, level)
    early = np.array([t < 0 for t in study.times], dtype=bool)
    times = tuple(t for t in study.times if t < 0)
    return pre_trend(study.values[early], study.covariance[np.ix_(early, early)], times)


def _placebo_time(panel: Panel, start: int, about: About) -> tuple[Check, ...]:
    """The same comparison with a start made up half-way through the periods before the true one."""
    if start < 4:
        return ()
    made_up = start // 2
    y = panel.y[:, :start]
    after = np.arange(start) >= made_up
    value, se = two_way(y, np.isfinite(panel.adopted)[:, None] & after[None, :])
    found = estimated(value, se, df=len(y) - 1, **about)
    return (null_effect("placebo time", found, f"a start made up at {panel.periods[made_up]}"),)


def _by_event_time(found: GroupTimes, level: float) -> EventStudy:
    if len(found.value) == 0:
        raise InputError("No unit can serve as a control in any period.")
    since = found.time - found.cohort
    times = np.unique(since)
    pairs = [averaged(found, since == t) for t in times]
    values = np.array([value for value, _ in pairs])
    influence = np.column_stack([psi for _, psi in pairs])
    covariance = influence.T @ influence
    ends = [
        interval(float(v), float(s), level) for v, s in zip(values, np.sqrt(np.diag(covariance)), strict=True)
    ]
    return EventStudy(
        times=tuple(int(t) for t in times),
        values=values,
        low=np.array([low for low, _ in ends]),
        high=np.array([high for _, high in ends]),
        covariance=covariance,
    )
