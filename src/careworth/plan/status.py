"""Goals as live numbers: where each stands, and whether it will be reached in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import numpy as np
from scipy import stats

from careworth.facts.engines import Engine
from careworth.measures import MEASURES, Key, Question, measure_named, values
from careworth.plan.model import Goal, Plan

State = Literal["reached", "on track", "at risk", "off track", "missed", "unknown"]
ON_TRACK, AT_RISK = 0.75, 0.25
"""A goal that is reached with at least this probability is on track, or at risk; below, off track."""
_RECENT = timedelta(days=28)
_HISTORY = timedelta(days=400)
_FEWEST = 4
_LEAST = 0.1
"""Added before the logarithm of what is counted or timed, which may be nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The trend carried on to the due day, with the interval (80 %) of a single value then."""

    value: float
    low: float
    high: float
    probability: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalStatus:
    """``value`` is that of the last 28 days (or the last reading). ``progress``: 0 at the baseline, 1 at the
    target. What cannot be known is None, with a reason."""

    goal: str
    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    progress: float | None = None
    forecast: Forecast | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Now:
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    reason: str | None


def statuses(plan: Plan, engine: Engine | None, today: date, zone: str = "UTC") -> tuple[GoalStatus, ...]:
    """Every goal of a plan on a day. ``engine`` is None where there are no facts."""
    return tuple(_status(name, goal, engine, today, zone) for name, goal in plan.goals.items())


def last_day(engine: Engine, zone: str = "UTC") -> date | None:
    """The last day of the facts: the day for which goals are told unless another is asked for."""
    last = engine.query("select max(last_message_at) as last from conversations").to_pylist()[0]["last"]
    return None if last is None else last.astimezone(ZoneInfo(zone)).date()


def _status(name: str, goal: Goal, engine: Engine | None, today: date, zone: str) -> GoalStatus:
    if goal.measure is None:
        now, series = _read(goal, today)
    elif engine is None:
        now, series = _Now(None, None, None, None, "there are no facts to measure"), []
    elif goal.measure not in MEASURES:
        now, series = _Now(None, None, None, None, f"there is no measure {goal.measure}"), []
    else:
        now, series = _measured(goal, engine, today, zone)
    future = goal.due is not None and goal.due > today
    forecast = forecast_at(series, goal, goal.due) if future and goal.due is not None else None
    state, reason = _state(goal, now, forecast, today)
    if now.value is not None and forecast is None and future and reason is None:
        reason = f"no forecast: {len(series)} earlier values, fewer than {_FEWEST}"
    return GoalStatus(
        goal=name,
        state=state,
        value=now.value,
        low=now.low,
        high=now.high,
        n=now.n,
        progress=_progress(goal, now.value),
        forecast=forecast,
        reason=reason,
    )


def _read(goal: Goal, today: date) -> tuple[_Now, list[tuple[date, float, float]]]:
    seen = sorted((one for one in goal.values if one.on <= today), key=lambda one: one.on)
    if not seen:
        return _Now(None, None, None, None, "it has neither a measure nor a value by this day"), []
    return _Now(seen[-1].value, None, None, None, None), [(one.on, one.value, 1.0) for one in seen]


def _measured(
    goal: Goal, engine: Engine, today: date, zone: str
) -> tuple[_Now, list[tuple[date, float, float]]]:
    end = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(zone))
    recent = _rows(goal, engine, Question((), end - _RECENT, end, zone_name=zone))
    months = _rows(goal, engine, Question(("month",), end - _HISTORY, end, zone_name=zone))
    first = end.date() - _HISTORY
    series = [
        (row["month"] + timedelta(days=14), row["value"], float(row["n"]))
        for row in months
        # The first month and the present one are cut by the span, and half a month is no month.
        if row["value"] is not None and row["n"] and first <= row["month"] and _whole(row["month"], today)
    ]
    if not recent:
        return _Now(None, None, None, 0, "there is nothing to measure in the last 28 days"), series
    row = recent[0]
    return _Now(row["value"], row["low"], row["high"], row["n"], row["reason"]), series


def _whole(month: date, today: date) -> bool:
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following <= today + timedelta(days=1)


def _rows(goal: Goal, engine: Engine, question: Question) -> list[Mapping[str, Any]]:
    wanted = {key: getattr(goal, key) for key in ("channel", "brand") if getattr(goal, key) is not None}
    by = cast(tuple[Key, ...], (*wanted, *question.by))
    asked = Question(by, question.since, question.until, zone_name=question.zone_name)
    table = values(engine, [measure_named(cast(str, goal.measure))], asked)[0]
    return [row for row in table.rows if all(row[key] == value for key, value in wanted.items())]


def forecast_at(series: Sequence[tuple[date, float, float]], goal: Goal, due: date) -> Forecast | None:
    """A weighted straight line through (day, value, weight), at a later day; None below four values.

    The line is that of the logarithm where a measure counts or times, and of the log odds where it is a
    share: a straight line of minutes would soon promise answers before the question.

    The interval is that of one new value (Student's t on n - 2 degrees of freedom): it holds the scatter of
    the values and the doubt of the line, and widens with distance. It does not know of a change of course.
    """
    if len(series) < _FEWEST or goal.target is None:
        return None
    day = np.array([(one[0] - due).days for one in series], dtype=float)
    value = np.array([_bent(goal, one[1], one[2]) for one in series])
    weight = np.array([one[2] for one in series], dtype=float)
    weight = weight / weight.mean()
    middle = np.average(day, weights=weight)
    spread = float((weight * (day - middle) ** 2).sum())
    if spread == 0:
        return None
    slope = float((weight * (day - middle) * value).sum()) / spread
    level = float(np.average(value, weights=weight))
    ahead = level - slope * middle  # day 0 is the due day
    left = value - (level + slope * (day - middle))
    freedom = len(series) - 2
    variance = float((weight * left**2).sum()) / freedom
    error = float(np.sqrt(variance * (1 + 1 / len(series) + middle**2 / spread)))
    half = float(stats.t.ppf(0.9, freedom)) * error
    sign = 1.0 if goal.rising is not False else -1.0
    distance = sign * (ahead - _bent(goal, goal.target, 1e6))
    sure = float(distance >= 0) if error == 0 else float(stats.t.cdf(distance / error, freedom))
    then, low, high = (_straight(goal, one) for one in (ahead, ahead - half, ahead + half))
    return Forecast(value=then, low=low, high=high, probability=sure, points=len(series))


def _bent(goal: Goal, value: float, n: float) -> float:
    """A value on the scale on which its line is straight; a share of 0 or 1 is half a case away from it."""
    if goal.measure is None:
        return value
    if goal.unit == "share":
        share = (value * n + 0.5) / (n + 1)
        return float(np.log(share / (1 - share)))
    return float(np.log(max(value, 0.0) + _LEAST))


def _straight(goal: Goal, bent: float) -> float:
    if goal.measure is None:
        return bent
    if goal.unit == "share":
        return float(1 / (1 + np.exp(-bent)))
    return max(0.0, float(np.exp(min(bent, 700.0))) - _LEAST)


def _progress(goal: Goal, value: float | None) -> float | None:
    if value is None or goal.target is None or goal.baseline is None or goal.target == goal.baseline:
        return None
    return (value - goal.baseline) / (goal.target - goal.baseline)


def _state(goal: Goal, now: _Now, forecast: Forecast | None, today: date) -> tuple[State, str | None]:
    if goal.target is None or goal.due is None or goal.baseline is None:
        return "unknown", "the goal has no baseline, target or due day"
    if now.value is None:
        return "unknown", now.reason
    if now.value >= goal.target if goal.rising else now.value <= goal.target:
        return "reached", None
    if today >= goal.due:
        return "missed", None
    if forecast is not None:
        sure = forecast.probability
        return ("on track" if sure >= ON_TRACK else "at risk" if sure >= AT_RISK else "off track"), None
    progress = _progress(goal, now.value)
    if goal.baseline_on is None or progress is None:
        return "unknown", "too few values for a forecast, and the baseline has no day"
    passed = (today - goal.baseline_on).days / (goal.due - goal.baseline_on).days
    late = "on track" if progress >= passed else "at risk"
    return cast(
        State, late
    ), "too few values for a forecast: progress is held against the time that has passed"
