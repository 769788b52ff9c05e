"""Business hours: the clock that only runs while the team is open.

A calendar says when, in local wall time, a team is open; see ``docs/business-hours.md`` for the file it
is written in. Its clock is a table of segments (``ClockSegments``), which numpy and SQL read alike: the
business time from a to b is the reading at b minus the reading at a.

What is decided here, and tested:

* A span belongs to the day it starts on. A night shift that starts before a holiday or a special day
  runs to its own end; one that would start on a holiday does not take place.
* A span opens and closes at the first instant at which the local clock shows its time *or later*. Where
  a time is shown twice this is the first showing; where it is skipped, the moment of the jump.
* A special day replaces the spans that start on it, whether it is a holiday or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from careworth.errors import CalendarError
from careworth.measures import _hours_clock as clock
from careworth.measures import _hours_toml as toml
from careworth.measures._hours_clock import ClockSegments, Int64s, Span

__all__ = ["BusinessHours", "ClockSegments", "Span"]

SPILL = timedelta(days=1)
"""As far as a span reaches over midnight, or a local clock that is put back."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When a team is open. ``CalendarError`` if that is never."""

    zone: str
    """IANA name of the time zone in which all dates and times are local."""
    week: tuple[tuple[Span, ...], ...]
    """Seven days from Monday to Sunday; a day without spans is closed."""
    holidays: frozenset[date] = frozenset()
    """Single days on which no span starts."""
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    """(month, day) on which no span starts, in any year that has it."""
    special_days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict, hash=False)
    """The spans that start on a date, whatever the week and the holidays say."""
    name: str | None = None

    def __post_init__(self) -> None:
        if not any(self.week) and not any(self.special_days.values()):
            raise CalendarError(
                "The calendar is never open: no day of [week] or [special] has a span.",
                hint='Add at least one, for example monday = ["09:00-18:00"] under [week].',
            )

    @classmethod
    def parse(cls, text: str) -> "BusinessHours":
        """The calendar written in TOML; ``CalendarError`` names the entry that is wrong and the mend."""
        table = toml.table(text)
        holidays, yearly_holidays = toml.holidays(table)
        return cls(
            zone=toml.zone(table),
            week=toml.week(table),
            holidays=holidays,
            yearly_holidays=yearly_holidays,
            special_days=toml.special_days(table),
            name=toml.name(table),
        )

    @classmethod
    def load(cls, path: Path) -> "BusinessHours":
        """The calendar in the file at ``path`` (UTF-8); ``CalendarError`` names the file too."""
        try:
            return cls.parse(path.read_text(encoding="utf-8-sig"))
        except CalendarError as wrong:
            raise CalendarError(f"{path.name}: {wrong.sentence}", hint=wrong.hint) from wrong
        except UnicodeDecodeError as wrong:
            hint = "Save it again as plain text with the encoding UTF-8."
            raise CalendarError(f"The calendar {path} is not UTF-8 text.", hint=hint) from wrong
        except OSError as wrong:
            hint = "Give the path of a TOML file."
            raise CalendarError(
                f"The calendar {path} cannot be read: {wrong.strerror}.", hint=hint
            ) from wrong

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans that start on a local ``day``."""
        special = self.special_days.get(day)
        if special is not None:
            return special
        if day in self.holidays or (day.month, day.day) in self.yearly_holidays:
            return ()
        return self.week[day.weekday()]

    def open_intervals(self, start: datetime, end: datetime) -> Int64s:
        """The open time within [start, end), shape (k, 2), microseconds since the epoch, UTC.

        Rows are [from, until), disjoint, sorted, and cut off at ``start`` and ``end``; spans that overlap
        or touch are one row. ``ValueError`` if either end has no time zone.
        """
        start_us, end_us = clock.microseconds(start), clock.microseconds(end)
        zone = ZoneInfo(self.zone)
        first = (start.astimezone(zone) - SPILL).toordinal()
        last = (end.astimezone(zone) + SPILL).toordinal()
        days = map(date.fromordinal, range(first, last + 1))
        spans = [row for day in days for row in clock.day_intervals(day, self.spans_on(day), zone)]
        return clock.clip(clock.merge(spans), start_us, end_us)

    def segments(self, start: datetime, end: datetime) -> ClockSegments:
        """The clock from the midnight UTC before ``start`` to the midnight UTC after ``end``.

        Whole days, so that every instant from ``start`` to ``end``, both included, finds its row.
        ``ValueError`` if ``end`` is before ``start`` or either has no time zone.
        """
        start_us, end_us = clock.microseconds(start), clock.microseconds(end)
        if end_us < start_us:
            raise ValueError(f"the range ends ({end.isoformat()}) before it starts ({start.isoformat()})")
        first_day, last_day = start_us // clock.DAY_US, end_us // clock.DAY_US
        from_midnight = clock.EPOCH + timedelta(days=first_day)
        to_midnight = clock.EPOCH + timedelta(days=last_day + 1)
        return clock.cut_days(self.open_intervals(from_midnight, to_midnight), first_day, last_day)

    @staticmethod
    def reading(t_us: Int64s, segments: ClockSegments) -> Int64s:
        """What the clock reads at each ``t_us``: open microseconds since the segments begin, same shape.

        ``t_us`` are microseconds since the epoch, UTC; ``ValueError`` where one lies outside the segments.
        The business time from a to b is ``reading(b) - reading(a)``.
        """
        return clock.read_clock(t_us, segments)
