"""The arithmetic of the business clock: local spans to UTC intervals, intervals to segments, readings.

Everything is a whole number of microseconds since 1970-01-01 UTC, so nothing is ever rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY_MINUTES = 24 * 60
DAY_US = timedelta(days=1) // MICROSECOND
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of opening time, in minutes of local wall time after the midnight its day begins with.

    It opens within its day and lasts at most 24 hours, so ``end_minute`` is over 1440 past midnight.
    Raises ``ValueError`` for any other pair.
    """

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        within_day = 0 <= self.start_minute < DAY_MINUTES
        if not (within_day and self.start_minute < self.end_minute <= self.start_minute + DAY_MINUTES):
            raise ValueError(f"no span runs from minute {self.start_minute} to minute {self.end_minute}")


@dataclass(frozen=True, slots=True, eq=False)
class ClockSegments:
    """The business clock as a table: whole UTC days, cut wherever the clock starts or stops.

    Five int64 arrays of equal length, one row a segment, sorted, without gap or overlap; no segment
    leaves its UTC day. Within a segment the clock reads ``open_us_before + is_open * (t - from_us)``.
    """

    day: Int64s
    """Days since 1970-01-01 UTC."""
    from_us: Int64s
    """Microseconds since the epoch, UTC; the segment begins here."""
    until_us: Int64s
    """Microseconds since the epoch, UTC; the segment ends just before this."""
    open_us_before: Int64s
    """Open microseconds between the first row's ``from_us`` and this row's."""
    is_open: Int64s
    """1 while the team is open, 0 while it is not."""


def microseconds(moment: datetime) -> int:
    """Microseconds from the epoch to an aware ``moment``; ``ValueError`` where it names no zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; business hours need to know which it is")
    return (moment - EPOCH) // MICROSECOND


def first_instant(wall: datetime) -> int:
    """The first instant at which the local clock shows ``wall`` or later, in microseconds since the epoch.

    ``wall`` carries its ``ZoneInfo`` and ``fold=0``. A time that is shown twice means its first showing;
    a time that is skipped means the moment of the jump. The rule never turns two times round, so breaks
    and hand-overs stay what they are on the days the clocks change.
    """
    by_old_offset = microseconds(wall)
    by_new_offset = microseconds(wall.replace(fold=1))
    if by_new_offset >= by_old_offset:
        return by_old_offset
    return _jump_between(by_new_offset, by_old_offset, wall)


def _jump_between(before: int, after: int, wall: datetime) -> int:
    """The instant in (before, after] from which the zone of ``wall`` has its new offset; a whole second."""
    new_offset = _offset_at(after, wall)
    early, late = before // SECOND_US, after // SECOND_US
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(middle * SECOND_US, wall) == new_offset:
            late = middle
        else:
            early = middle
    return late * SECOND_US


def _offset_at(instant: int, wall: datetime) -> timedelta | None:
    return (EPOCH + instant * MICROSECOND).astimezone(wall.tzinfo).utcoffset()


def day_intervals(day: date, spans: Iterable[Span], zone: ZoneInfo) -> list[tuple[int, int]]:
    """The UTC interval of every span that starts on the local ``day``; one the clock skips has no length."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return [
        (
            first_instant(midnight + timedelta(minutes=span.start_minute)),
            first_instant(midnight + timedelta(minutes=span.end_minute)),
        )
        for span in spans
    ]


def merge(intervals: list[tuple[int, int]]) -> Int64s:
    """Disjoint sorted intervals, shape (k, 2), of the same instants; those that touch become one."""
    rows = np.array(intervals, dtype=np.int64).reshape(-1, 2)
    rows = rows[rows[:, 0] < rows[:, 1]]
    rows = rows[np.argsort(rows[:, 0])]
    if len(rows) == 0:
        return rows
    latest_end = np.maximum.accumulate(rows[:, 1])
    opens_anew = np.append(True, rows[1:, 0] > latest_end[:-1])
    last_of_group = np.append(opens_anew[1:], True)
    return np.column_stack([rows[opens_anew, 0], latest_end[last_of_group]])


def clip(intervals: Int64s, start: int, end: int) -> Int64s:
    """The parts of disjoint sorted intervals that lie in [start, end)."""
    clipped = np.clip(intervals, start, end)
    return clipped[clipped[:, 0] < clipped[:, 1]]


def cut_days(intervals: Int64s, first_day: int, last_day: int) -> ClockSegments:
    """Segments of the UTC days ``first_day`` to ``last_day``, both included, counted from the epoch.

    ``intervals`` are the open ones within these days, disjoint and sorted, shape (k, 2).
    """
    midnights = np.arange(first_day, last_day + 2, dtype=np.int64) * DAY_US
    cuts = np.unique(np.concatenate([midnights, intervals.ravel()]))
    from_us, until_us = cuts[:-1], cuts[1:]
    opened = np.searchsorted(intervals[:, 0], from_us, side="right")
    closed = np.searchsorted(intervals[:, 1], from_us, side="right")
    is_open = (opened - closed).astype(np.int64)
    open_us = is_open * (until_us - from_us)
    return ClockSegments(
        day=from_us // DAY_US,
        from_us=from_us,
        until_us=until_us,
        open_us_before=np.cumsum(open_us) - open_us,
        is_open=is_open,
    )


def read_clock(t_us: Int64s, segments: ClockSegments) -> Int64s:
    """The reading of the clock at each instant; ``ValueError`` for instants outside the segments."""
    outside = (t_us < segments.from_us[0]) | (t_us >= segments.until_us[-1])
    if outside.any():
        raise ValueError(f"{int(outside.sum())} instants lie outside the days of the segments")
    row = np.searchsorted(segments.from_us, t_us, side="right") - 1
    elapsed = t_us - segments.from_us[row]
    reading: Int64s = segments.open_us_before[row] + segments.is_open[row] * elapsed
    return reading
