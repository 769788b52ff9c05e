"""From a question (which measure, by what, from when to when, on which clock) to one SQL text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from careworth.errors import UnknownName
from careworth.measures import _hours_toml as toml
from careworth.measures._periods import micros
from careworth.measures.catalogue import Measure
from careworth.measures.hours import BusinessHours

Key = Literal["brand", "channel", "agent", "day", "week", "month"]
KEYS: tuple[Key, ...] = ("brand", "channel", "agent", "day", "week", "month")
PERIODS = ("day", "week", "month")
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Question:
    """What to measure by. ``since`` and ``until`` are aware; ``until`` is not included.

    ``zone`` is the zone of days, weeks and months: that of ``zone_name``, else of the calendar, else UTC;
    weeks start on Monday. ``requests_only``: only of conversations that people tagged as a request for
    service. InputError when a key or the zone is unknown, or when two keys are periods.
    """

    by: tuple[Key, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    hours: BusinessHours | None = None
    requests_only: bool = False
    zone_name: str | None = None

    def __post_init__(self) -> None:
        for key in self.by:
            if key not in KEYS:
                raise UnknownName(f"There is no key {key!r}.", hint=f"Keys are: {', '.join(KEYS)}.")
        if sum(key in PERIODS for key in self.by) > 1:
            raise UnknownName("Only one of day, week and month can be a key.", hint="Ask once for each.")
        if self.zone_name is not None:
            toml.zone({"zone": self.zone_name})

    @property
    def zone(self) -> str:
        if self.zone_name is not None:
            return self.zone_name
        return "UTC" if self.hours is None else self.hours.zone

    @property
    def period(self) -> str | None:
        return next((key for key in self.by if key in PERIODS), None)


def value_sql(measure: Measure, question: Question) -> str:
    """The text whose answer is one row per group."""
    keys: list[str] = [key for key in question.by if measure.summary != "waiting" or key not in PERIODS]
    names = keys or [EVERYTHING]
    fill = {
        "{keys}": ", ".join(names),
        "{plain_keys}": ", ".join(f"plain.{name}" for name in names),
        "{same_keys}": " and ".join(f"@same(km.{name}, plain.{name})" for name in names),
    }
    summary = measure.summary_sql()
    for mark, text in fill.items():
        summary = summary.replace(mark, text)
    return _with(measure, question) + _joined(summary)


def rows_sql(measure: Measure, question: Question) -> str:
    """The text whose answer is the rows behind the value."""
    source = "timed" if measure.timed else "chosen"
    if measure.summary == "waiting":
        source = "periods p join chosen km on " + waiting_condition(measure)
    return _with(measure, question) + f"\nselect * from {source} order by moment, conversation"


def waiting_condition(measure: Measure) -> str:
    """When a wait counts as open at the end of a period, as the summary's own text says it."""
    return measure.summary_sql().split("-- open:\n")[1].split("-- :open")[0].strip()


def _with(measure: Measure, question: Question) -> str:
    parts = [f"population as (\n{_indented(measure.population_sql())})", _chosen(measure, question)]
    if measure.timed:
        parts.append(_timed(question.hours is not None))
    return "with " + ",\n".join(parts)


def _joined(summary: str) -> str:
    """A summary may have tables of its own: they follow ours in one WITH."""
    before, found, after = f"\n{summary}".partition("\nwith ")
    return f",{before}\n{after}" if found else before


def _chosen(measure: Measure, question: Question) -> str:
    """The population, with its keys, narrowed to the span of time asked for."""
    columns = ["population.*", f"'all' as {EVERYTHING}"]
    if question.period is not None:
        day = f"@day(moment, '{question.zone}')"
        period = day if question.period == "day" else f"@truncate('{question.period}', {day})"
        columns.append(f"{period} as {question.period}")
    limits = ["is_request"] if question.requests_only else []
    limits += [f"@micros(moment) < {micros(question.until)}"] if question.until else []
    if question.since and measure.summary != "waiting":  # what waits now may have begun before
        limits.append(f"@micros(moment) >= {micros(question.since)}")
    where = f"\n    where {' and '.join(limits)}" if limits else ""
    return f"chosen as (\n    select {', '.join(columns)}\n    from population{where}\n)"


def _timed(business: bool) -> str:
    """Waits in minutes: to the answer, else to the last moment that was watched."""
    end = "coalesce(ended_at, watched_until)"
    wait, joins = f"@micros({end}) - @micros(began_at)", ""
    if business:
        wait = f"({_reading('b', end)}) - ({_reading('a', 'began_at')})"
        joins = "".join(_clock(*one) for one in (("a", "began_at"), ("b", end)))
    return f"""timed as (
    select chosen.*, @divide({wait}, 60000000) as minutes,
           case when ended_at is null then 0 else 1 end as answered
    from chosen{joins}
)"""


def _reading(clock: str, moment: str) -> str:
    return f"{clock}.open_us_before + {clock}.is_open * (@micros({moment}) - {clock}.from_us)"


def _clock(name: str, moment: str) -> str:
    """The segment of the business clock that a moment lies in; the day makes it an equality join."""
    return f"""
    join clock {name} on {name}.day = @whole(@micros({moment}), 86400000000)
     and @micros({moment}) >= {name}.from_us and @micros({moment}) < {name}.until_us"""


def _indented(sql: str) -> str:
    return "".join(f"    {line}\n" for line in sql.rstrip().splitlines())
