"""Ends of days, weeks and months in a time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)


def ends_of_periods(first: datetime, last: datetime, period: str, zone: str) -> list[tuple[date, int]]:
    """(first day, end in microseconds since the epoch) of every period that touches [first, last].

    The last one ends with ``last`` itself when it is not over by then.
    """
    place = ZoneInfo(zone)
    start = _start(first.astimezone(place).date(), period)
    ends: list[tuple[date, int]] = []
    while (begins := datetime.combine(start, time(), place)) <= last:
        following = _next(start, period)
        end = min(datetime.combine(following, time(), place), last + MICROSECOND)
        if begins < end:
            ends.append((start, micros(end)))
        start = following
    return ends


def micros(moment: datetime) -> int:
    """Exact microseconds since the epoch of an aware moment."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def _start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _next(start: date, period: str) -> date:
    if period == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start + timedelta(days=7 if period == "week" else 1)
