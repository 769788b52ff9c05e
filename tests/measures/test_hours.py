"""The business clock, on numbers worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from careworth.errors import CalendarError
from careworth.measures.hours import BusinessHours, Span

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def every_day(*spans: str, zone: str = "Europe/Rome", more: str = "") -> BusinessHours:
    quoted = ", ".join(f'"{span}"' for span in spans)
    week = "\n".join(f"{day} = [{quoted}]" for day in WEEK)
    return BusinessHours.parse(f'zone = "{zone}"\n{more}\n[week]\n{week}\n')


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def intervals(hours: BusinessHours, start: str, end: str) -> list[tuple[str, str]]:
    """Open intervals between two UTC times, as UTC texts."""
    rows = hours.open_intervals(utc(start), utc(end))
    assert rows.dtype == np.int64
    assert rows.shape == (len(rows), 2)
    shown = [[str(EPOCH + timedelta(microseconds=int(edge)))[:16] for edge in row] for row in rows]
    return [(begin, finish) for begin, finish in shown]


def open_us(hours: BusinessHours, start: datetime, end: datetime) -> int:
    """Business time by way of the segments."""
    segments = hours.segments(start, end)
    before, after = hours.reading(np.array([us(start), us(end)]), segments)
    return int(after - before)


def test_a_split_shift_in_winter_and_in_summer() -> None:
    hours = every_day("09:00-12:00", "13:00-18:00")
    assert intervals(hours, "2024-01-10", "2024-01-11") == [
        ("2024-01-10 08:00", "2024-01-10 11:00"),
        ("2024-01-10 12:00", "2024-01-10 17:00"),
    ]
    assert intervals(hours, "2024-07-10", "2024-07-11")[0] == ("2024-07-10 07:00", "2024-07-10 10:00")


def test_intervals_are_cut_at_the_ends_of_the_range() -> None:
    hours = every_day("22:00-06:00", zone="UTC")
    assert intervals(hours, "2024-01-10T01:00", "2024-01-10T23:00") == [
        ("2024-01-10 01:00", "2024-01-10 06:00"),
        ("2024-01-10 22:00", "2024-01-10 23:00"),
    ]
    assert intervals(hours, "2024-01-10T06:00", "2024-01-10T22:00") == []
    assert intervals(hours, "2024-01-10T23:00", "2024-01-10T23:00") == []
    assert intervals(hours, "2024-01-20T23:00", "2024-01-10T23:00") == []


def test_spans_that_overlap_or_touch_count_once() -> None:
    hours = every_day("08:00-12:00", "09:00-10:00", "11:00-13:00", "13:00-14:00", zone="UTC")
    assert intervals(hours, "2024-01-10", "2024-01-11") == [("2024-01-10 08:00", "2024-01-10 14:00")]


def test_a_night_and_the_next_day_overlap() -> None:
    hours = every_day("20:00-04:00", "03:00-05:00", zone="UTC")
    assert intervals(hours, "2024-01-10T12:00", "2024-01-11T12:00") == [
        ("2024-01-10 20:00", "2024-01-11 05:00")
    ]


@pytest.mark.parametrize(
    "spans", [("00:00-24:00",), ("00:00-12:00", "12:00-00:00"), ("06:00-05:00", "05:00-06:00")]
)
def test_round_the_clock_never_stops(spans: tuple[str, ...]) -> None:
    hours = every_day(*spans, zone="Australia/Lord_Howe")
    start, end = utc("2024-01-01T05:00"), utc("2024-12-31T17:00")
    assert hours.open_intervals(start, end).tolist() == [[us(start), us(end)]]


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    hours = BusinessHours.parse('zone = "UTC"\n[week]\nfriday = ["22:00-06:00"]')
    assert intervals(hours, "2024-01-08", "2024-01-15") == [("2024-01-12 22:00", "2024-01-13 06:00")]


def test_the_night_before_a_holiday_runs_to_its_end_and_the_holiday_s_own_does_not_start() -> None:
    hours = every_day("09:00-17:00", "22:00-06:00", zone="UTC", more='holidays = ["12-25"]')
    assert intervals(hours, "2024-12-24T20:00", "2024-12-26T12:00") == [
        ("2024-12-24 22:00", "2024-12-25 06:00"),
        ("2024-12-26 09:00", "2024-12-26 12:00"),
    ]


def test_a_special_day_wins_over_the_week_and_over_holidays() -> None:
    special = '[special]\n2024-12-25 = ["10:00-11:00"]\n2024-12-27 = []'
    hours = every_day("09:00-17:00", zone="UTC", more=f'holidays = ["12-25", 2024-12-26]\n{special}')
    assert intervals(hours, "2024-12-25", "2024-12-29") == [
        ("2024-12-25 10:00", "2024-12-25 11:00"),
        ("2024-12-28 09:00", "2024-12-28 17:00"),
    ]


def test_yearly_holidays_come_every_year_and_dated_ones_once() -> None:
    hours = every_day("09:00-17:00", more='holidays = ["2024-08-15", "02-29", "12-25"]')
    assert [hours.spans_on(date(year, 12, 25)) for year in (2019, 2024, 2031)] == [(), (), ()]
    assert hours.spans_on(date(2024, 2, 29)) == ()
    assert hours.spans_on(date(2024, 8, 15)) == ()
    assert hours.spans_on(date(2025, 8, 15)) == (Span(540, 1020),)


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        # 2024-03-31 01:00 UTC: 02:00 is followed by 03:00.
        ("22:00-06:00", "2024-03-30 21:00", "2024-03-31 04:00"),
        ("02:30-10:00", "2024-03-31 01:00", "2024-03-31 08:00"),
        ("22:00-02:30", "2024-03-30 21:00", "2024-03-31 01:00"),
        ("22:00-03:00", "2024-03-30 21:00", "2024-03-31 01:00"),
        # 2024-10-27 01:00 UTC: 03:00 is followed by 02:00 again.
        ("22:00-06:00", "2024-10-26 20:00", "2024-10-27 05:00"),
        ("02:30-10:00", "2024-10-27 00:30", "2024-10-27 09:00"),
        ("22:00-02:30", "2024-10-26 20:00", "2024-10-27 00:30"),
        ("22:00-03:00", "2024-10-26 20:00", "2024-10-27 02:00"),
        ("02:15-02:45", "2024-10-27 00:15", "2024-10-27 00:45"),
    ],
)
def test_clock_changes_in_rome(span: str, start: str, end: str) -> None:
    midnight = utc(end[:10])
    half_a_day = timedelta(hours=12)
    around = str(midnight - half_a_day)[:16], str(midnight + half_a_day)[:16]
    assert intervals(every_day(span), *around) == [(start, end)]


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        # 2024-04-06 15:00 UTC: 02:00 at +11:00 is followed by 01:30 at +10:30.
        ("22:00-06:00", "2024-04-06 11:00", "2024-04-06 19:30"),
        ("01:45-03:00", "2024-04-06 14:45", "2024-04-06 16:30"),
        ("22:00-01:45", "2024-04-06 11:00", "2024-04-06 14:45"),
        # 2024-10-05 15:30 UTC: 02:00 at +10:30 is followed by 02:30 at +11:00.
        ("22:00-06:00", "2024-10-05 11:30", "2024-10-05 19:00"),
        ("02:15-04:00", "2024-10-05 15:30", "2024-10-05 17:00"),
        ("22:00-02:15", "2024-10-05 11:30", "2024-10-05 15:30"),
    ],
)
def test_clock_changes_of_half_an_hour_on_lord_howe(span: str, start: str, end: str) -> None:
    hours = every_day(span, zone="Australia/Lord_Howe")
    assert intervals(hours, f"{start[:10]} 10:00", f"{start[:10]} 20:00") == [(start, end)]


def test_a_span_of_skipped_times_does_not_take_place() -> None:
    assert intervals(every_day("02:15-02:45"), "2024-03-31", "2024-03-31T12:00") == []


def test_breaks_and_hand_overs_survive_the_repeated_hour() -> None:
    night = ("2024-10-26T12:00", "2024-10-27T12:00")
    assert intervals(every_day("18:00-02:00", "02:00-10:00"), *night) == [
        ("2024-10-26 16:00", "2024-10-27 09:00")
    ]
    assert intervals(every_day("00:00-02:00", "02:30-06:00"), *night) == [
        ("2024-10-26 22:00", "2024-10-27 00:00"),
        ("2024-10-27 00:30", "2024-10-27 05:00"),
    ]


def test_a_clock_that_is_put_back_over_midnight() -> None:
    # 2010-11-07 02:31 UTC in St. John's: 00:01 (-02:30) is followed by 23:01 of the day before (-03:30).
    hours = every_day("00:00-01:00", zone="America/St_Johns")
    assert intervals(hours, "2010-11-07", "2010-11-07T12:00") == [("2010-11-07 02:30", "2010-11-07 04:30")]
    assert intervals(hours, "2010-11-07", "2010-11-07T03:00") == [("2010-11-07 02:30", "2010-11-07 03:00")]
    assert intervals(hours, "2010-11-07T03:00", "2010-11-08") == [("2010-11-07 03:00", "2010-11-07 04:30")]


def test_a_day_the_date_line_skipped_is_not_open() -> None:
    # Apia had no 30 December 2011: at 10:00 UTC the 29th (-10:00) became the 31st (+14:00).
    during = "2011-12-30T08:00", "2011-12-31T00:00"
    office = every_day("09:00-17:00", zone="Pacific/Apia")
    assert intervals(office, *during) == [("2011-12-30 19:00", "2011-12-31 00:00")]
    # The night of the 29th ends at the jump, where that of the 30th begins: it ends at 06:00 on the 31st.
    night = every_day("22:00-06:00", zone="Pacific/Apia")
    assert intervals(night, *during) == [("2011-12-30 08:00", "2011-12-30 16:00")]


def test_segments_tile_whole_utc_days() -> None:
    hours = every_day("09:00-12:00", "13:00-18:00", "22:00-01:30", more='holidays = ["2024-03-30"]')
    segments = hours.segments(utc("2024-03-25T13:00"), utc("2024-04-05T07:00"))
    assert segments.from_us[0] == us(utc("2024-03-25"))
    assert segments.until_us[-1] == us(utc("2024-04-06"))
    assert (segments.from_us[1:] == segments.until_us[:-1]).all()
    assert (segments.from_us < segments.until_us).all()
    assert (segments.day == segments.from_us // DAY_US).all()
    assert (segments.day == (segments.until_us - 1) // DAY_US).all()
    open_in_each = segments.is_open * (segments.until_us - segments.from_us)
    assert segments.open_us_before.tolist() == [0, *np.cumsum(open_in_each)[:-1].tolist()]
    columns = (segments.day, segments.from_us, segments.until_us, segments.open_us_before, segments.is_open)
    assert {column.dtype for column in columns} == {np.dtype(np.int64)}
    assert {len(column) for column in columns} == {len(segments.day)}


def test_a_day_that_never_changes_is_one_segment() -> None:
    hours = BusinessHours.parse('zone = "UTC"\n[week]\nmonday = ["00:00-24:00"]\ntuesday = ["09:00-10:00"]')
    segments = hours.segments(utc("2024-01-08"), utc("2024-01-14T23:59"))
    rows_of_day = np.unique(segments.day, return_counts=True)[1]
    assert rows_of_day.tolist() == [1, 3, 1, 1, 1, 1, 1]
    assert segments.is_open.tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0]


def test_segments_of_days_before_1970() -> None:
    hours = every_day("09:00-17:00", zone="UTC")
    segments = hours.segments(utc("1969-12-30"), utc("1969-12-31T12:00"))
    assert segments.day.tolist() == [-2, -2, -2, -1, -1, -1]
    assert open_us(hours, utc("1969-12-30"), utc("1969-12-31T12:00")) == 11 * HOUR_US


def test_both_ends_of_a_range_have_a_reading_even_when_they_are_one() -> None:
    hours = every_day("09:00-17:00", zone="UTC")
    midnight = utc("2024-01-10")
    assert open_us(hours, midnight, midnight) == 0
    assert open_us(hours, utc("2024-01-09T16:00"), midnight) == HOUR_US


def test_readings_outside_the_segments_are_refused() -> None:
    hours = every_day("09:00-17:00", zone="UTC")
    segments = hours.segments(utc("2024-01-10"), utc("2024-01-10T12:00"))
    for stray in (us(utc("2024-01-10")) - 1, us(utc("2024-01-11"))):
        with pytest.raises(ValueError, match="1 instants lie outside"):
            hours.reading(np.array([us(utc("2024-01-10T12:00")), stray]), segments)


def test_times_without_a_zone_and_ranges_turned_round_are_refused() -> None:
    hours = every_day("09:00-17:00")
    with pytest.raises(ValueError, match="no time zone"):
        hours.open_intervals(utc("2024-01-10").replace(tzinfo=None), utc("2024-01-11"))
    with pytest.raises(ValueError, match=r"ends .* before it starts"):
        hours.segments(utc("2024-01-11"), utc("2024-01-10"))


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 1500), (600, 600), (600, 540), (600, 2041)])
def test_impossible_spans_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        Span(start, end)


def test_a_calendar_built_in_code_that_is_never_open_is_refused() -> None:
    with pytest.raises(CalendarError, match="never open"):
        BusinessHours(zone="UTC", week=((),) * 7)


def test_an_engine_reads_the_clock_as_numpy_does() -> None:
    hours = every_day("09:00-12:00", "13:00-18:00", "22:00-01:30")
    start, end = utc("2024-03-25"), utc("2024-04-05")
    segments = hours.segments(start, end)
    t_us = np.random.default_rng(20240331).integers(us(start), us(end), 500)
    t_us = np.concatenate([t_us, segments.from_us, [us(end)]])
    names = ("day", "from_us", "until_us", "open_us_before", "is_open")
    with duckdb.connect() as engine:
        engine.register("clock", pa.table({name: getattr(segments, name) for name in names}))
        engine.register("moments", pa.table({"n": np.arange(len(t_us)), "t": t_us}))
        rows = engine.execute(
            f"""select open_us_before + is_open * (t - from_us)
            from moments join clock on day = t // {DAY_US} and t >= from_us and t < until_us order by n"""
        ).fetchall()
    assert [reading for (reading,) in rows] == hours.reading(t_us, segments).tolist()


def test_twenty_years_are_counted_right() -> None:
    hours = every_day("09:00-12:00", "13:00-18:00", more='holidays = ["12-25", "02-29"]')
    start, end = utc("2005-01-01"), utc("2025-01-01")
    days = (end - start).days
    assert open_us(hours, start, end) == (days - 20 - 5) * 8 * HOUR_US
    assert len(hours.segments(start, end - timedelta(days=1)).day) == days * 5 - (20 + 5) * 4
