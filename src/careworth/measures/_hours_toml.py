"""Reading a calendar file: every mistake is named, with the way to mend it."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from careworth.errors import CalendarError
from careworth.measures._hours_clock import DAY_MINUTES, Span

KEYS = ("name", "zone", "holidays", "week", "special")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOT_A_PLACE = frozenset({"localtime", "Factory"})
"""Names that are in the zone database but mean another time on another machine."""

A_LEAP_YEAR = 2000
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

ZONE_HINT = "Zones have the names of the IANA database: Europe/Rome holds for all of Italy."
SPAN_HINT = 'Write hours and minutes of a 24-hour clock in quotes, such as "09:00-18:00".'
LIST_HINT = 'Write a list of spans, such as ["09:00-12:00", "13:00-18:00"]; [] is a closed day.'
HOLIDAY_HINT = 'Write "2026-04-06" for one day, or "12-25" for the 25th of December of every year.'
SPECIAL_HINT = 'Write one line per date, such as 2026-12-24 = ["09:00-13:00"].'

Table = dict[str, Any]


def table(text: str) -> Table:
    """The entries of a calendar file; refuses text that is no TOML and keys that mean nothing."""
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        hint = "Texts and times stand in quotes, lists in square brackets, and every key only once."
        raise CalendarError(f"The calendar is not valid TOML: {wrong}.", hint=hint) from wrong
    for key in entries:
        if key not in KEYS:
            raise CalendarError(f'A calendar has no entry "{key}".', hint=_key_hint(key))
    return entries


def _key_hint(key: str) -> str:
    if key.casefold() in WEEKDAYS:
        return f"Days of the week stand below the line [week]: move {key} there."
    return _did_you_mean(key, KEYS) or f"The entries are {', '.join(KEYS)}."


def name(entries: Table) -> str | None:
    given = entries.get("name")
    if given is not None and not isinstance(given, str):
        raise CalendarError(f"name: {given} is not a text.", hint='Write it in quotes: name = "Milan desk".')
    return given


def zone(entries: Table) -> str:
    """The IANA name of the calendar's time zone."""
    given = entries.get("zone")
    if given is None:
        hint = 'Say where the hours are local, for example zone = "Europe/Rome", before the line [week].'
        raise CalendarError("zone: the calendar names no time zone.", hint=hint)
    known = _zones()
    if isinstance(given, str) and given in known:
        return given
    # Etc/GMT+1 is an hour *behind* Greenwich and EST never changes its clocks: nobody means those.
    places = [zone for zone in known if "/" in zone and not zone.startswith("Etc/")]
    guess = _did_you_mean(_as_place(str(given), places), places, cutoff=0.88)
    raise CalendarError(f'zone: "{given}" is not a time zone.', hint=f"{guess} {ZONE_HINT}".strip())


@cache
def _zones() -> frozenset[str]:
    """All names of the zone database; listing them takes longer than all the rest of a calendar."""
    return frozenset(available_timezones() - NOT_A_PLACE)


def _as_place(given: str, zones: Iterable[str]) -> str:
    """The whole name of a zone of which only the city was given."""
    city = given.strip().casefold().replace(" ", "_")
    return min((zone for zone in zones if zone.casefold().endswith(f"/{city}")), default=given)


def week(entries: Table) -> tuple[tuple[Span, ...], ...]:
    """Spans of the seven weekdays from Monday; a day that is not named has none."""
    days = _subtable(entries, "week", 'Write the line [week] and below it monday = ["09:00-18:00"].')
    for day in days:
        if day not in WEEKDAYS:
            raise CalendarError(f'week: "{day}" is not a day of the week.', hint=_weekday_hint(day))
    return tuple(_spans(days.get(day, []), f"week.{day}") for day in WEEKDAYS)


def _weekday_hint(day: str) -> str:
    if day in KEYS:
        return f"A line below [week] belongs to the week: move {day} up, before the line [week]."
    return _did_you_mean(day, WEEKDAYS) or f"The days are {', '.join(WEEKDAYS)}."


def holidays(entries: Table) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Single holidays, and the (month, day) of yearly ones."""
    given = entries.get("holidays", [])
    if not isinstance(given, list):
        raise CalendarError(
            f"holidays: {given} is not a list of dates.", hint='Write holidays = ["2026-04-06", "12-25"].'
        )
    found = [_holiday(day) for day in given]
    single = frozenset(day for day in found if isinstance(day, date))
    return single, frozenset(day for day in found if not isinstance(day, date))


def _holiday(given: object) -> date | tuple[int, int]:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    single = _date(str(given))
    if single is not None:
        return single
    # 29 February is a day to be closed on, in the years that have it.
    yearly = _date(f"{A_LEAP_YEAR}-{given}")
    if yearly is not None:
        return yearly.month, yearly.day
    raise CalendarError(f'holidays: "{given}" is not a date of the calendar.', hint=HOLIDAY_HINT)


def special_days(entries: Table) -> dict[date, tuple[Span, ...]]:
    """Spans of the days that are unlike their weekday."""
    days = _subtable(entries, "special", SPECIAL_HINT)
    return {_special_day(day): _spans(given, f"special.{day}") for day, given in days.items()}


def _special_day(given: str) -> date:
    if given in KEYS:
        hint = f"A line below [special] belongs to the special days: move {given} up, before all [lines]."
        raise CalendarError(f'special: "{given}" is not a special day.', hint=hint)
    day = _date(given)
    if day is None:
        raise CalendarError(f'special: "{given}" is not a date of the calendar.', hint=SPECIAL_HINT)
    return day


def _date(text: str) -> date | None:
    """The day written as YYYY-MM-DD; ISO 8601 has other ways, which people would not recognise."""
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def _subtable(entries: Table, key: str, hint: str) -> Table:
    given = entries.get(key, {})
    if not isinstance(given, dict):
        raise CalendarError(f"{key}: {given} is not a table of days.", hint=hint)
    return given


def _spans(given: object, entry: str) -> tuple[Span, ...]:
    if not isinstance(given, list):
        raise CalendarError(f"{entry}: {given} is not a list of spans.", hint=LIST_HINT)
    return tuple(_span(text, entry) for text in given)


def _span(text: object, entry: str) -> Span:
    parts = SPAN.fullmatch(str(text).strip())
    if parts is None:
        raise CalendarError(f'{entry}: "{text}" is not a span of time.', hint=SPAN_HINT)
    first_hour, first_minute, last_hour, last_minute = parts.groups()
    start, end = _minute(first_hour, first_minute, entry), _minute(last_hour, last_minute, entry)
    if start == end:
        hint = "A whole day is 00:00-24:00; otherwise give a later end, or leave the span out."
        raise CalendarError(f'{entry}: "{text}" starts and ends at the same time.', hint=hint)
    if start == DAY_MINUTES:
        hint = "24:00 can only be an end: write 00:00, on the day it begins."
        raise CalendarError(f'{entry}: "{text}" starts at 24:00.', hint=hint)
    return Span(start, end if end > start else end + DAY_MINUTES)


def _minute(hour: str, minute: str, entry: str) -> int:
    after_midnight = int(hour) * 60 + int(minute)
    if int(minute) > 59 or after_midnight > DAY_MINUTES:
        hint = f"Times run from 00:00 to 24:00. {SPAN_HINT}"
        raise CalendarError(f'{entry}: "{hour}:{minute}" is not a time of day.', hint=hint)
    return after_midnight


def _did_you_mean(given: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    by_lower = {word.casefold(): word for word in sorted(known)}
    close = get_close_matches(given.strip().casefold(), by_lower, n=1, cutoff=cutoff)
    return f'Did you mean "{by_lower[close[0]]}"?' if close else ""
