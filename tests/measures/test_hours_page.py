"""What the page on business hours says is so."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from careworth.errors import CalendarError
from careworth.measures.hours import BusinessHours

PAGE = Path(__file__).resolve().parents[2] / "docs" / "business-hours.md"
MICROSECOND = timedelta(microseconds=1)


def worked_examples() -> list[tuple[str, str, str, str, str]]:
    """Calendar, question, answer, wall clock and business clock of every row of the page."""
    _, *parts = re.split(r"```toml\n", PAGE.read_text(encoding="utf-8"))
    row = re.compile(
        r"^\| (\w{3} [-\d]+ [\d:]+) \| (\w{3} [-\d]+ [\d:]+) \| (.+?) \| (.+?) \|$", re.MULTILINE
    )
    split = [part.split("```", 1) for part in parts]
    return [(calendar, *found) for calendar, text in split for found in row.findall(text)]


def shown(duration_us: int) -> str:
    hours, minutes = divmod(duration_us // 60_000_000, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def test_the_page_has_three_examples() -> None:
    calendars = [calendar for calendar, *_ in worked_examples()]
    assert len(set(calendars)) == 3
    assert len(calendars) == 13


@pytest.mark.parametrize(("calendar", "asked", "answered", "wall", "business"), worked_examples())
def test_the_worked_examples_of_the_page(
    calendar: str, asked: str, answered: str, wall: str, business: str
) -> None:
    hours = BusinessHours.parse(calendar)
    zone = ZoneInfo(hours.zone)
    walls = [
        datetime.strptime(local, "%a %Y-%m-%d %H:%M").replace(tzinfo=zone) for local in (asked, answered)
    ]
    assert [f"{moment:%a}" for moment in walls] == [asked[:3], answered[:3]]
    # Python subtracts two times of one zone as the wall shows them, without the hour that was skipped.
    start, end = (moment.astimezone(UTC) for moment in walls)
    assert shown((end - start) // MICROSECOND) == wall
    rows = hours.open_intervals(start, end)
    assert shown(int((rows[:, 1] - rows[:, 0]).sum())) == business


def test_the_page_shows_what_is_really_said(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    calendar = page.split("```toml\n")[1].split("```")[0]
    message = page.split("```text\n")[1].split("\n```")[0]
    file = tmp_path / "milan.toml"
    file.write_text(calendar.replace("wednesday", "wendesday"), encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        BusinessHours.load(file)
    assert str(caught.value) == message
