"""The company's opening hours as a calendar file (see ``docs/business-hours.md``)."""

from datetime import date, timedelta

from careworth.simulate._company import WEEKDAYS, Company

Spans = tuple[tuple[float, float], ...]


def hours_toml(company: Company, year: int) -> str:
    """The newest hours as the week; days of the year on which older ones held are special days."""
    newest = company.hours[-1]
    holidays = ", ".join(f'"{month:02d}-{day:02d}"' for month, day in company.holidays)
    lines = [
        f"# Opening hours of {company.name}. Everything here is simulated.",
        f'zone = "{company.zone}"',
        f'name = "{company.name}"',
        f"holidays = [{holidays}]",
        "",
        "[week]",
        *(f"{name} = {_spans(newest.on(weekday))}" for weekday, name in enumerate(WEEKDAYS)),
    ]
    special = _special_days(company, year)
    if special:
        lines += ["", "# until the evening shift started", "[special]"]
        lines += [f"{day} = {_spans(spans)}" for day, spans in special.items()]
    return "\n".join(lines) + "\n"


def _special_days(company: Company, year: int) -> dict[date, Spans]:
    newest, found = company.hours[-1], {}
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=number)
        held = [hours for hours in company.hours if hours.since <= (day.month, day.day)][-1]
        spans = held.on(day.weekday())
        if spans != newest.on(day.weekday()) and (day.month, day.day) not in company.holidays:
            found[day] = spans
    return found


def _spans(spans: Spans) -> str:
    return "[" + ", ".join(f'"{_clock(start)}-{_clock(end)}"' for start, end in spans) + "]"


def _clock(hour: float) -> str:
    whole, rest = divmod(round(hour * 60), 60)
    return f"{whole:02d}:{rest:02d}"
