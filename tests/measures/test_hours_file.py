"""Calendar files: what they may say, and what is said about their mistakes."""

from datetime import date
from pathlib import Path

import pytest

from careworth.errors import CalendarError
from careworth.measures.hours import BusinessHours, Span

NINE_TO_FIVE = '[week]\nmonday = ["09:00-17:00"]\n'


def test_everything_a_calendar_may_say() -> None:
    hours = BusinessHours.parse(
        """
        zone = "Europe/Rome"
        name = "Milan"
        holidays = ["12-25", "2026-04-06", 2026-05-01]
        [week]
        monday = ["09:00-12:00", " 13:00 - 18:00 "]
        friday = ["9:00–24:00"]
        saturday = ["22:00-06:00"]
        sunday = []
        [special]
        2026-12-24 = ["00:00-24:00"]
        """
    )
    assert hours == BusinessHours(
        zone="Europe/Rome",
        week=((Span(540, 720), Span(780, 1080)), (), (), (), (Span(540, 1440),), (Span(1320, 1800),), ()),
        holidays=frozenset({date(2026, 4, 6), date(2026, 5, 1)}),
        yearly_holidays=frozenset({(12, 25)}),
        special_days={date(2026, 12, 24): (Span(0, 1440),)},
        name="Milan",
    )


def test_special_days_alone_are_a_calendar() -> None:
    hours = BusinessHours.parse('zone = "UTC"\n[special]\n2026-11-27 = ["08:00-20:00"]')
    assert hours.spans_on(date(2026, 11, 27)) == (Span(480, 1200),)
    assert hours.spans_on(date(2026, 12, 4)) == ()


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ('"25:00-26:00"', ['"25:00" is not a time of day', "00:00 to 24:00"]),
        ('"09:00-17:60"', ['"17:60" is not a time of day']),
        ('"09:00-24:01"', ['"24:01" is not a time of day']),
        ('"24:00-06:00"', ["starts at 24:00", "write 00:00"]),
        ('"09:00-09:00"', ["starts and ends at the same time", "00:00-24:00"]),
        ('"00:00-00:00"', ["starts and ends at the same time", "00:00-24:00"]),
        ('"9-17"', ['"9-17" is not a span', '"09:00-18:00"']),
        ('"09:00-12:00-13:00"', ["is not a span"]),
        ('"9am-5pm"', ["is not a span"]),
        ('"٠٩:٠٠-١٧:٠٠"', ["is not a span"]),
        ('""', ['"" is not a span']),
        ("9", ['"9" is not a span']),
        ("09:00:00", ['"09:00:00" is not a span']),
    ],
)
@pytest.mark.parametrize("entry", ["week.tuesday", "special.2026-12-24"])
def test_spans_that_are_refused(entry: str, span: str, says: list[str]) -> None:
    key, day = entry.split(".")
    with pytest.raises(CalendarError) as caught:
        BusinessHours.parse(f'zone = "UTC"\n[{key}]\n{day} = ["08:00-09:00", {span}]')
    assert str(caught.value).startswith(f"{entry}: ")
    assert caught.value.hint
    for words in says:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        (NINE_TO_FIVE, "zone: the calendar names no time zone."),
        ('zone = "europe/rome"\n' + NINE_TO_FIVE, 'Did you mean "Europe/Rome"?'),
        ('zone = "Rome"\n' + NINE_TO_FIVE, 'Did you mean "Europe/Rome"?'),
        ('zone = "New York"\n' + NINE_TO_FIVE, 'Did you mean "America/New_York"?'),
        ('zone = "Europe/Roma"\n' + NINE_TO_FIVE, 'Did you mean "Europe/Rome"?'),
        ('zone = "localtime"\n' + NINE_TO_FIVE, '"localtime" is not a time zone'),
        ('zone = "../../etc/passwd"\n' + NINE_TO_FIVE, "is not a time zone"),
        ('zone = "Europe"\n' + NINE_TO_FIVE, '"Europe" is not a time zone'),
        ('zone = ""\n' + NINE_TO_FIVE, '"" is not a time zone'),
        ("zone = 1\n" + NINE_TO_FIVE, '"1" is not a time zone'),
        ('zone = "UTC"\nholiday = []\n' + NINE_TO_FIVE, 'no entry "holiday". Did you mean "holidays"?'),
        ('zone = "UTC"\ncolour = 1\n' + NINE_TO_FIVE, "The entries are name, zone, holidays, week, special."),
        ('zone = "UTC"\nmonday = ["09:00-17:00"]', "below the line [week]: move monday there"),
        ('zone = "UTC"\n[week]\nMonday = ["09:00-17:00"]', 'Did you mean "monday"?'),
        ('zone = "UTC"\n[week]\nthurs = ["09:00-17:00"]', 'Did you mean "thursday"?'),
        ('zone = "UTC"\n[week]\nxyz = ["09:00-17:00"]', "The days are monday, tuesday"),
        ('zone = "UTC"\n' + NINE_TO_FIVE + 'holidays = ["12-25"]', "move holidays up"),
        ('zone = "UTC"\n' + NINE_TO_FIVE + '[special]\nholidays = ["12-25"]', "move holidays up"),
        ('zone = "UTC"\nweek = "always"', "week: always is not a table"),
        ('zone = "UTC"\n[week]\nmonday = "09:00-17:00"', "week.monday: 09:00-17:00 is not a list"),
        ('zone = "UTC"\n[week]\nmonday = "closed"', "[] is a closed day"),
        ('zone = "UTC"\nholidays = "12-25"\n' + NINE_TO_FIVE, "holidays: 12-25 is not a list"),
        ('zone = "UTC"\nspecial = []\n' + NINE_TO_FIVE, "special: [] is not a table"),
        ('zone = "UTC"\nname = 5\n' + NINE_TO_FIVE, "name: 5 is not a text"),
        ('zone = "UTC"', "never open"),
        ('zone = "UTC"\n[week]\nmonday = []\n[special]\n2026-12-24 = []', "never open"),
        ('zone = "UTC"\n[week]\nmonday = [09:00-17:00]', "not valid TOML"),
        ('zone = "UTC"\n[week]\nmonday = []\nmonday = []', "every key only once"),
    ],
)
def test_calendars_that_are_refused(calendar: str, says: str) -> None:
    with pytest.raises(CalendarError) as caught:
        BusinessHours.parse(calendar)
    assert says in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("zone", ["GMT+1", "CEST", "Milan", "Europe/Milan", "W. Europe Standard Time"])
def test_no_other_zone_is_suggested_than_the_one_that_is_meant(zone: str) -> None:
    with pytest.raises(CalendarError) as caught:
        BusinessHours.parse(f'zone = "{zone}"\n' + NINE_TO_FIVE)
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    "day",
    [
        '"2026-02-29"',
        '"02-30"',
        '"13-01"',
        '"25-12"',
        '"25.12.2026"',
        '"20261225"',
        '"2026-W52-5"',
        '"Easter"',
        '"12-25-2026"',
        '["12-25"]',
        "1225",
        "2026-12-25T00:00:00",
    ],
)
def test_holidays_that_are_no_dates_are_refused(day: str) -> None:
    with pytest.raises(CalendarError, match=r"holidays: .* is not a date") as caught:
        BusinessHours.parse(f'zone = "UTC"\nholidays = ["01-01", {day}]\n' + NINE_TO_FIVE)
    assert '"12-25" for the 25th of December' in caught.value.hint


@pytest.mark.parametrize("day", ["2026-02-29", "12-24", "24.12.2026", "monday"])
def test_special_days_that_are_no_dates_are_refused(day: str) -> None:
    with pytest.raises(CalendarError, match=r"special: .* is not a date") as caught:
        BusinessHours.parse(f'zone = "UTC"\n[special]\n{day} = ["09:00-13:00"]')
    assert "2026-12-24 =" in caught.value.hint


def test_a_file_is_loaded_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    for encoding in ("utf-8", "utf-8-sig"):
        file.write_text('zone = "UTC"\nname = "Köln"\n' + NINE_TO_FIVE, encoding=encoding)
        assert BusinessHours.load(file).name == "Köln"


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "Köln"'.encode("latin-1"))
    for path, says in [
        (tmp_path / "no.toml", "no.toml cannot be read"),
        (latin, "latin.toml is not UTF-8 text"),
    ]:
        with pytest.raises(CalendarError, match=says) as caught:
            BusinessHours.load(path)
        assert caught.value.hint
