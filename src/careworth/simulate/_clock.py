"""Time that only runs while a place is open, and its way back to the clock on the wall.

All times are whole seconds since 1970-01-01 00:00 UTC in int64 arrays.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from careworth.simulate._company import Company

Seconds = NDArray[np.int64]
Spans = Iterable[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class OpenClock:
    """Spans during which time counts, in order and without overlap."""

    starts: Seconds
    ends: Seconds
    opened_before: Seconds
    """Seconds open before each span."""

    @classmethod
    def of_days(cls, days: Iterable[date], spans: Callable[[date], Spans], zone: ZoneInfo) -> "OpenClock":
        """A clock that runs on each day during the day's spans (hours of local time)."""
        edges = [(_epoch(day, a, zone), _epoch(day, b, zone)) for day in days for a, b in spans(day)]
        starts, ends = np.array(edges, dtype=np.int64).reshape(-1, 2).T
        return cls(starts, ends, np.concatenate(([0], np.cumsum(ends - starts)[:-1])))

    def opened(self, moments: Seconds) -> Seconds:
        """Seconds open from the beginning until each moment."""
        span = np.maximum(np.searchsorted(self.starts, moments, side="right") - 1, 0)
        inside = np.clip(moments - self.starts[span], 0, self.ends[span] - self.starts[span])
        return np.asarray(self.opened_before[span] + inside)

    def after(self, moments: Seconds, seconds: Seconds) -> Seconds:
        """The moments at which that much more open time (at least 1 s) has passed.

        What lies beyond the last span is reported as its end.
        """
        goal = self.opened(moments) + seconds
        opened_after = self.opened_before + (self.ends - self.starts)
        span = np.minimum(np.searchsorted(opened_after, goal, side="left"), len(self.ends) - 1)
        return np.minimum(self.starts[span] + goal - self.opened_before[span], self.ends[span])


def _epoch(day: date, hour: float, zone: ZoneInfo) -> int:
    """``hour`` hours after local midnight; 24 is the next midnight."""
    whole, rest = divmod(round(hour * 3600), 86_400)
    wall = datetime.combine(day + timedelta(days=whole), time(), zone) + timedelta(seconds=rest)
    return int(wall.timestamp())


def year_bounds(year: int, zone: ZoneInfo) -> tuple[int, int]:
    """The first second of the local year and that of the next one."""
    return _epoch(date(year, 1, 1), 0, zone), _epoch(date(year + 1, 1, 1), 0, zone)


def moment(year: int, month: int, day: int, hour: float, zone: ZoneInfo) -> int:
    """A local time of the year."""
    return _epoch(date(year, month, day), hour, zone)


def staff_clock(company: Company, year: int) -> OpenClock:
    """When people answer: opening hours without holidays, until some weeks into the next year."""

    def spans(day: date) -> Spans:
        if (day.month, day.day) in company.holidays:
            return ()
        begun = [h for h in company.hours if day.year > year or h.since <= (day.month, day.day)]
        return begun[-1].on(day.weekday())

    return OpenClock.of_days(_days(year), spans, ZoneInfo(company.zone))


def waking_clock(company: Company, year: int) -> OpenClock:
    """When customers write of their own accord: every day from 6:30 to midnight."""
    return OpenClock.of_days(_days(year), lambda _: ((6.5, 24.0),), ZoneInfo(company.zone))


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 3, 1) - first).days)]
