"""The clock that only runs in open spans, against counting second by second."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from careworth.simulate._clock import OpenClock, staff_clock, waking_clock, year_bounds
from careworth.simulate._company import KIRANA

edges = st.lists(st.integers(0, 120), min_size=2, max_size=12, unique=True).map(sorted)


def clock_of(points: list[int]) -> OpenClock:
    points = points[: len(points) // 2 * 2]
    starts, ends = np.array(points[0::2]), np.array(points[1::2])
    return OpenClock(starts, ends, np.concatenate(([0], np.cumsum(ends - starts)[:-1])))


def is_open(clock: OpenClock, second: int) -> bool:
    return any(a <= second < b for a, b in zip(clock.starts, clock.ends, strict=True))


@given(edges, st.integers(0, 130))
def test_opened_counts_open_seconds(points: list[int], until: int) -> None:
    clock = clock_of(points)
    assert clock.opened(np.array([until])).tolist() == [sum(is_open(clock, s) for s in range(until))]


@given(edges, st.integers(0, 130), st.integers(1, 60))
def test_after_waits_for_open_seconds(points: list[int], since: int, seconds: int) -> None:
    clock = clock_of(points)
    passed, moment = 0, since
    while passed < seconds and moment < clock.ends[-1]:
        passed += is_open(clock, moment)
        moment += 1
    expected = moment if passed == seconds else clock.ends[-1]
    assert clock.after(np.array([since]), np.array([seconds])).tolist() == [expected]


def test_staff_clock_knows_shifts_and_holidays() -> None:
    clock, zone = staff_clock(KIRANA, 2025), ZoneInfo("Asia/Jakarta")

    def hours_on(day: date) -> float:
        begin = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        opened = clock.opened(np.array([begin, begin + 86_400]))
        return (opened[1] - opened[0]) / 3600

    assert hours_on(date(2025, 6, 30)) == 10
    assert hours_on(date(2025, 7, 1)) == 14
    assert hours_on(date(2025, 5, 1)) == 0  # a holiday on a Thursday
    assert hours_on(date(2025, 7, 5)) == 8
    assert hours_on(date(2025, 7, 6)) == 6
    assert hours_on(date(2026, 1, 2)) == 14  # next year goes on with the newest hours


def test_waking_clock_sleeps_at_night() -> None:
    clock = waking_clock(KIRANA, 2025)
    night = int(datetime(2025, 3, 1, 19, tzinfo=UTC).timestamp())  # 2:00 in Jakarta
    woken = datetime.fromtimestamp(int(clock.after(np.array([night]), np.array([60]))[0]), UTC)
    assert woken == datetime(2025, 3, 1, 23, 31, tzinfo=UTC)


def test_year_bounds_are_local() -> None:
    assert year_bounds(2025, ZoneInfo("Asia/Jakarta")) == (
        int(datetime(2024, 12, 31, 17, tzinfo=UTC).timestamp()),
        int(datetime(2025, 12, 31, 17, tzinfo=UTC).timestamp()),
    )
