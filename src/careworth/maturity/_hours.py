"""When customers write and when agents are active, hour by hour: for staffing and for the what-if."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from careworth.facts.engines import Engine
from careworth.maturity._span import limits
from careworth.measures import Question

HOURS_OF_WEEK = 168
_PROFILE = 48
"""Hours of a working day, then hours of a day of the weekend: 168 would be mostly noise in a small record."""
_RESAMPLES = 200

_BY_HOUR = """
select @whole(@micros(sent_at), 3600000000) as hour,
       count(case when inbound then 1 end) as arrived,
       count(distinct case when not inbound and not automatic then coalesce(agent, author) end) as active
from messages
where sent_at is not null{limits}
group by @whole(@micros(sent_at), 3600000000)
order by 1
"""


@dataclass(frozen=True, slots=True)
class HourlyFacts:
    """One entry an hour in which anything was written: hour of the week in the zone (Monday 0 h is 0),
    inbound messages, agents who wrote. ``weeks`` is the length of the record.
    """

    hour_of_week: NDArray[np.int64]
    arrived: NDArray[np.int64]
    active: NDArray[np.int64]
    weeks: float

    def by_hour_of_week(self, values: NDArray[np.int64]) -> NDArray[np.float64]:
        """(168,) mean of a column per such hour of the record."""
        sums = np.bincount(self.hour_of_week, values, minlength=HOURS_OF_WEEK)
        means: NDArray[np.float64] = sums / max(self.weeks, 1 / HOURS_OF_WEEK)
        return means


def hourly_facts(engine: Engine, question: Question) -> HourlyFacts:
    """Raises EngineError."""
    text = _BY_HOUR.replace("{limits}", limits(question, "sent_at"))
    rows = engine.query(engine.dialect.render(text))
    hours, arrived, active = (
        rows[name].to_numpy(zero_copy_only=False).astype(np.int64) for name in ("hour", "arrived", "active")
    )
    weeks = (int(hours[-1]) - int(hours[0]) + 1) / HOURS_OF_WEEK if hours.size else 0.0
    return HourlyFacts(_hour_of_week(hours, ZoneInfo(question.zone)), arrived, active, weeks)


def _hour_of_week(hours: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    local = ((epoch + timedelta(hours=int(hour))).astimezone(zone) for hour in hours)
    return np.fromiter((24 * at.weekday() + at.hour for at in local), dtype=np.int64, count=hours.size)


def overlap(facts: HourlyFacts) -> tuple[float, float, float]:
    """Overlap of the profiles of arrivals and of active agents: value, low, high (bootstrap, 95 %)."""
    place = facts.hour_of_week % 24 + np.where(facts.hour_of_week >= 120, 24, 0)
    columns = [np.bincount(place, column, minlength=_PROFILE) for column in (facts.arrived, facts.active)]
    value = _overlap(*columns)
    random = np.random.default_rng(1)
    drawn = [
        _overlap(*(random.multinomial(int(one.sum()), one / one.sum()) for one in columns))
        for _ in range(_RESAMPLES)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    # Resampling adds noise, and noise only ever lowers an overlap: the draws are moved back onto the value.
    shift = value - float(np.median(drawn))
    return value, min(value, float(low) + shift), max(value, min(1.0, float(high) + shift))


def _overlap(first: NDArray[Any], second: NDArray[Any]) -> float:
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())
