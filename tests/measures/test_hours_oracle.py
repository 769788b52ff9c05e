"""The business clock against a person who looks at the wall clock once a minute.

The oracle knows nothing of offsets, gaps or folds: it walks over UTC, asks for the local time, and keeps
the latest time the wall has shown so far. A span is open from the minute that time reaches its start
until the minute it reaches its end.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.measures.hours import BusinessHours

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)

CHANGES = {
    "Europe/Rome": [date(2024, 3, 31), date(2024, 10, 27), date(2024, 7, 1)],
    "America/New_York": [date(2024, 3, 10), date(2024, 11, 3)],
    "Australia/Lord_Howe": [date(2024, 4, 7), date(2024, 10, 6)],
    "America/Sao_Paulo": [date(2018, 2, 18), date(2018, 11, 4)],  # at midnight
    "America/St_Johns": [date(2010, 3, 14), date(2010, 11, 7)],  # at a minute past midnight
    "Africa/Casablanca": [date(2024, 3, 10), date(2024, 4, 14)],  # for Ramadan, the other way round
    "Pacific/Apia": [date(2011, 12, 30)],  # a day that was skipped
    "Asia/Kathmandu": [date(2024, 2, 29)],  # never, at +05:45
}

Minutes = tuple[int, int]
"""Start and length in minutes; the start counted from midnight."""


@dataclass(frozen=True)
class PlainCalendar:
    zone: str
    week: list[list[Minutes]]
    holidays: list[date]
    yearly: list[date]
    special: dict[date, list[Minutes]]

    def text(self) -> str:
        lines = [f'zone = "{self.zone}"']
        closed = [f'"{day}"' for day in self.holidays] + [f'"{day:%m-%d}"' for day in self.yearly]
        lines.append(f"holidays = [{', '.join(closed)}]")
        lines.append("[week]")
        lines += [f"{day} = {written(spans)}" for day, spans in zip(WEEK, self.week, strict=True)]
        lines.append("[special]")
        lines += [f"{day} = {written(spans)}" for day, spans in self.special.items()]
        return "\n".join(lines)

    def spans_of(self, day: date) -> list[Minutes]:
        if day in self.special:
            return self.special[day]
        if day in self.holidays or any((day.month, day.day) == (y.month, y.day) for y in self.yearly):
            return []
        return self.week[day.weekday()]

    def is_open(self, wall: datetime) -> bool:
        for day in (wall.date() - DAY, wall.date()):
            since_midnight = (wall - datetime.combine(day, time.min)) // MINUTE
            if any(start <= since_midnight < start + length for start, length in self.spans_of(day)):
                return True
        return False


def written(spans: list[Minutes]) -> str:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    def end(minute: int) -> int:
        return minute if minute <= 1440 else minute - 1440

    shown = [f'"{clock(start)}-{clock(end(start + length))}"' for start, length in spans]
    return f"[{', '.join(shown)}]"


def walked_open_time(calendar: PlainCalendar, start: datetime, end: datetime) -> int:
    """Open microseconds in [start, end), minute by minute."""
    zone = ZoneInfo(calendar.zone)
    minute = start.replace(second=0, microsecond=0) - DAY
    latest = minute.astimezone(zone).replace(tzinfo=None)
    total = timedelta()
    while minute < end:
        latest = max(latest, minute.astimezone(zone).replace(tzinfo=None))
        if minute + MINUTE > start and calendar.is_open(latest):
            total += min(minute + MINUTE, end) - max(minute, start)
        minute += MINUTE
    return total // MICROSECOND


edges = st.one_of(st.integers(0, 1439), st.integers(0, 23).map(lambda hour: hour * 60), st.integers(0, 240))
spans = st.one_of(st.tuples(edges, st.integers(1, 1439)), st.just((0, 1440)))
days_spans = st.lists(spans, max_size=3)
split_shift = st.just([(540, 180), (780, 300)])
night_shift = st.just([(1320, 480)])


@st.composite
def calendars(draw: st.DrawFn) -> tuple[PlainCalendar, date]:
    """A calendar, and a day about which something happens."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    centre = draw(st.sampled_from(CHANGES[zone]))
    near = st.integers(-3, 3).map(lambda days: centre + days * DAY)
    a_week = st.lists(st.one_of(split_shift, night_shift, days_spans), min_size=7, max_size=7).filter(any)
    calendar = PlainCalendar(
        zone=zone,
        week=draw(a_week),
        holidays=draw(st.lists(near, max_size=2)),
        yearly=draw(st.lists(near, max_size=2)),
        special=draw(st.dictionaries(near, days_spans, max_size=2)),
    )
    return calendar, centre


def instants(centre: date, hours: float) -> st.SearchStrategy[datetime]:
    noon = datetime(centre.year, centre.month, centre.day, 12, tzinfo=UTC)
    reach = timedelta(hours=hours) // MICROSECOND
    whole_minutes = st.integers(-reach // 60_000_000, reach // 60_000_000).map(lambda m: m * 60_000_000)
    return st.one_of(whole_minutes, st.integers(-reach, reach)).map(lambda us: noon + us * MICROSECOND)


def us(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_open_time_is_what_a_person_sees_who_watches_the_wall_clock(data: st.DataObject) -> None:
    calendar, centre = data.draw(calendars())
    start, end = sorted(data.draw(st.tuples(instants(centre, 36), instants(centre, 36))))
    hours = BusinessHours.parse(calendar.text())
    expected = walked_open_time(calendar, start, end)
    rows = hours.open_intervals(start, end)
    assert int((rows[:, 1] - rows[:, 0]).sum()) == expected
    before, after = hours.reading(np.array([us(start), us(end)]), hours.segments(start, end))
    assert after - before == expected


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_intervals_are_disjoint_sorted_and_within_the_range(data: st.DataObject) -> None:
    calendar, centre = data.draw(calendars())
    start, end = sorted(data.draw(st.tuples(instants(centre, 200), instants(centre, 200))))
    rows = BusinessHours.parse(calendar.text()).open_intervals(start, end)
    assert (rows[:, 0] < rows[:, 1]).all()
    assert (rows[1:, 0] > rows[:-1, 1]).all()
    assert ((rows >= us(start)) & (rows <= us(end))).all()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_clock_is_additive_never_runs_back_and_never_outruns_the_wall(data: st.DataObject) -> None:
    calendar, centre = data.draw(calendars())
    moments = sorted(data.draw(st.lists(instants(centre, 200), min_size=3, max_size=8)))
    hours = BusinessHours.parse(calendar.text())
    t_us = np.array([us(moment) for moment in moments])
    whole = hours.reading(t_us, hours.segments(moments[0], moments[-1]))
    assert whole.dtype == np.int64
    steps = np.diff(whole)
    assert ((steps >= 0) & (steps <= np.diff(t_us))).all()
    # Segments of each stretch alone have another origin, and must give the same durations.
    for step, start, end in zip(steps, moments[:-1], moments[1:], strict=True):
        alone = hours.reading(np.array([us(start), us(end)]), hours.segments(start, end))
        assert alone[1] - alone[0] == step


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_a_closed_calendar_day_after_a_closed_one_has_no_open_time(drawn: tuple[PlainCalendar, date]) -> None:
    calendar, centre = drawn
    closed = {**calendar.special, centre - DAY: [], centre: []}
    hours = BusinessHours.parse(
        PlainCalendar(calendar.zone, calendar.week, calendar.holidays, calendar.yearly, closed).text()
    )
    zone = ZoneInfo(calendar.zone)
    midnight = datetime(centre.year, centre.month, centre.day, tzinfo=zone)
    following = centre + DAY
    until = datetime(following.year, following.month, following.day, tzinfo=zone)
    assert hours.open_intervals(midnight, until).size == 0
