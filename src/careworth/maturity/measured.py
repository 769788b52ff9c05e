"""Levels worked out from the company's own facts, for the items where a measure exists.

Each is a share or a ratio: twice as many customers with the same habits give the same level.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any, Literal

from careworth.errors import EngineError
from careworth.facts.engines import Engine
from careworth.maturity._hours import HourlyFacts, hourly_facts, overlap
from careworth.maturity._items import ITEMS, TOP
from careworth.maturity._span import limits
from careworth.measures import Question, measure_named, values

_Z = 1.959963984540054
_FEWEST = 30
"""Rows below which nothing is said of a company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a value becomes a level: the number of ``steps`` it has reached (or stayed under: ``lower``).

    The steps are a choice of this project's; no source publishes any.
    """

    name: str
    text: str
    unit: str
    better: Literal["higher", "lower"]
    steps: tuple[float, float, float, float]
    version: int = 1

    def level(self, value: float) -> int:
        if self.better == "higher":
            return sum(value >= step for step in self.steps)
        return sum(value <= step for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLevel:
    """A measured value with its interval (95 %) and the levels that they stand for; or None and a reason."""

    measure: str
    text: str
    unit: str
    steps: tuple[float, ...]
    value: float | None = None
    low_value: float | None = None
    high_value: float | None = None
    n: int = 0
    level: int | None = None
    low: int = 0
    high: int = TOP
    reason: str | None = None


SCALES: Mapping[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale(
            name="in_channel_rate",
            text="Share of the answered conversations whose customer was not sent to another channel: "
            "1 − out_of_channel_rate.",
            unit="share",
            better="higher",
            steps=(0.5, 0.7, 0.85, 0.95),
        ),
        Scale(
            name="first_reply_time",
            text="Kaplan-Meier median of the time to the first reply by a person, unanswered ones included.",
            unit="minutes",
            better="lower",
            steps=(1440, 240, 60, 15),
        ),
        Scale(
            name="moved_to_private",
            text="Share of the conversations opened in public that were asked into private messages, or went "
            "on there.",
            unit="share",
            better="higher",
            steps=(0.01, 0.05, 0.1, 0.2),
        ),
        Scale(
            name="channels_covered",
            text="Share of the channels with at least 1 in 100 conversations on which at least half of them "
            "are answered by a person.",
            unit="share",
            better="higher",
            steps=(0.01, 0.5, 0.75, 1.0),
        ),
        Scale(
            name="staff_fit",
            text="Overlap of two profiles of the hours of working days and weekends: when customers write, "
            "and when agents are active. 1 is a perfect fit.",
            unit="share",
            better="higher",
            steps=(0.5, 0.65, 0.8, 0.9),
        ),
        Scale(
            name="handoff_delay",
            text="Median wait of a customer where another agent than before answers, divided by the median "
            "wait where the same one does.",
            unit="times",
            better="lower",
            steps=(4.0, 2.0, 1.5, 1.1),
        ),
        Scale(
            name="social_share",
            text="Conversations opened by customers on social, as a share of these and the contacts on other "
            "channels (self-help left out), in the days that both records cover.",
            unit="share",
            better="higher",
            steps=(0.01, 0.03, 0.1, 0.2),
        ),
    )
}

_COVERED = """
select channel, count(*) as n, count(first_reply_at) as answered
from conversations
where opened_by_customer{limits}
group by channel
"""
_HANDOFFS = """
with waits as (
    select conversation, turn, agent, asked_at, @micros(answered_at) - @micros(asked_at) as waited,
           lag(agent) over (partition by conversation order by turn) as before
    from turns
    where answered_at is not null and agent is not null{limits}
)
select case when agent = before then 0 else 1 end as handed, count(*) as n, @quantile(0.5, waited) as median
from waits
where before is not null
group by case when agent = before then 0 else 1 end
"""
_OTHER_CONTACTS = """
select count(*) as n, min(o.at) as first, max(o.at) as last
from care_contacts o
where o.channel <> 'help'{limits}
"""
_SOCIAL = """
select count(*) as n from conversations where opened_by_customer{limits}
"""


def measured_levels(engine: Engine, question: Question) -> dict[str, MeasuredLevel]:
    """Item id -> its measured level, for the span of a question; ``question.by`` is not looked at."""
    return {
        item.id: _MEASURES[item.measure](engine, question)
        for item in ITEMS.values()
        if item.measure is not None
    }


def _in_channel(engine: Engine, question: Question) -> MeasuredLevel:
    row = _catalogued(engine, "out_of_channel_rate", question)
    if row["value"] is None or row["n"] < _FEWEST:
        return _unknown("in_channel_rate", row["reason"] or _too_few(row["n"]), row["n"])
    low, high = (None if row[end] is None else 1 - row[end] for end in ("high", "low"))
    return _level("in_channel_rate", 1 - row["value"], low, high, row["n"])


def _from_catalogue(name: str) -> Callable[[Engine, Question], MeasuredLevel]:
    def level(engine: Engine, question: Question) -> MeasuredLevel:
        row = _catalogued(engine, name, question)
        if row["value"] is None or row["n"] < _FEWEST:
            return _unknown(name, row["reason"] or _too_few(row["n"]), row["n"])
        return _level(name, row["value"], row["low"], row["high"], row["n"])

    return level


def _catalogued(engine: Engine, name: str, question: Question) -> Mapping[str, Any]:
    whole = Question((), question.since, question.until, question.hours, zone_name=question.zone_name)
    return values(engine, [measure_named(name)], whole)[0].rows[0]


def _channels_covered(engine: Engine, question: Question) -> MeasuredLevel:
    rows = _ask(engine, _COVERED, "opened_at", question)
    count = sum(row["n"] for row in rows)
    if count < _FEWEST:
        return _unknown("channels_covered", _too_few(count), count)
    used = [row for row in rows if 100 * row["n"] >= count]
    covered = sum(2 * row["answered"] >= row["n"] for row in used)
    return _level("channels_covered", covered / len(used), None, None, len(used))


def _staff_fit(engine: Engine, question: Question) -> MeasuredLevel:
    facts: HourlyFacts = hourly_facts(engine, question)
    count = int(facts.arrived.sum())
    if count < _FEWEST or facts.active.sum() == 0:
        return _unknown("staff_fit", _too_few(count), count)
    return _level("staff_fit", *overlap(facts), count)


def _handoff_delay(engine: Engine, question: Question) -> MeasuredLevel:
    rows = {row["handed"]: row for row in _ask(engine, _HANDOFFS, "asked_at", question)}
    handed = rows[1]["n"] if 1 in rows else 0
    if handed < _FEWEST or 0 not in rows or rows[0]["n"] < _FEWEST or not rows[0]["median"]:
        return _unknown("handoff_delay", f"only {handed} answers by another agent than before", handed)
    return _level("handoff_delay", rows[1]["median"] / rows[0]["median"], None, None, handed)


def _social_share(engine: Engine, question: Question) -> MeasuredLevel:
    try:
        other = _ask(engine, _OTHER_CONTACTS, "o.at", question)[0]
    except EngineError:  # facts that were stored before records of other channels could be
        return _unknown("social_share", "no contacts on other channels are recorded")
    if not other["n"]:
        return _unknown("social_share", "no contacts on other channels are recorded")
    both = Question((), other["first"], other["last"] + timedelta(microseconds=1))
    social = _ask(engine, _SOCIAL, "opened_at", both)[0]["n"]
    count = social + other["n"]
    if count < _FEWEST:
        return _unknown("social_share", _too_few(count), count)
    return _level("social_share", social / count, *_wilson(social, count), count)


_MEASURES: Mapping[str, Callable[[Engine, Question], MeasuredLevel]] = {
    "in_channel_rate": _in_channel,
    "first_reply_time": _from_catalogue("first_reply_time"),
    "moved_to_private": _from_catalogue("moved_to_private"),
    "channels_covered": _channels_covered,
    "staff_fit": _staff_fit,
    "handoff_delay": _handoff_delay,
    "social_share": _social_share,
}


def _ask(engine: Engine, text: str, moment: str, question: Question) -> list[dict[str, Any]]:
    text = text.replace("{limits}", limits(question, moment))
    rows: list[dict[str, Any]] = engine.query(engine.dialect.render(text)).to_pylist()
    return rows


def _level(name: str, value: float, low: float | None, high: float | None, n: int) -> MeasuredLevel:
    scale = SCALES[name]
    ends = [scale.level(end) for end in (value, low, high) if end is not None]
    return MeasuredLevel(
        measure=name,
        text=scale.text,
        unit=scale.unit,
        steps=scale.steps,
        value=value,
        low_value=low,
        high_value=high,
        n=n,
        level=scale.level(value),
        low=min(ends),
        high=max(ends),
    )


def _unknown(name: str, reason: str, n: int = 0) -> MeasuredLevel:
    scale = SCALES[name]
    return MeasuredLevel(
        measure=name, text=scale.text, unit=scale.unit, steps=scale.steps, n=n, reason=reason
    )


def _too_few(n: int) -> str:
    return f"only {n} to measure, fewer than {_FEWEST}"


def _wilson(hits: int, n: int) -> tuple[float, float]:
    share, z2 = hits / n, _Z * _Z
    middle, half = share + z2 / (2 * n), _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))
