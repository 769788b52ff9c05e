"""Everything a board report states, asked once, with the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from careworth.errors import ReportError
from careworth.facts.engines import DuckDBEngine, Engine
from careworth.measures import MEASURES, Question, curve, rows, values
from careworth.report.board._numbers import SHARED_ROWS
from careworth.worth import (
    FrameworkCheck,
    MeasuredRequests,
    ReturnInputs,
    ReturnOnService,
    check_framework,
    estimate_return,
)
from careworth.worth.loyalty import Loyalty, has_records, measure_loyalty
from careworth.worth.measured import measured_requests

SERVICE = (
    "first_reply_time",
    "answered_within_1h",
    "next_response_time",
    "conversations",
    "messages_in",
    "messages_out",
    "messages_per_conversation",
    "answered",
    "backlog",
    "moved_to_private",
    "out_of_channel_rate",
    "handling_time",
)
COMPARED = ("conversations", "first_reply_time", "answered_within_1h", "out_of_channel_rate")
BY_GROUP = ("conversations", "answered", "first_reply_time", "answered_within_1h", "out_of_channel_rate")
BY_WEEK = ("messages_in", "messages_out")
_SHORTEST = timedelta(days=14)
"""Halves of a shorter record differ by which days of a week they hold."""
_FEWEST = 20
"""Conversations in a half, below which it says nothing."""

Row = Mapping[str, Any]
Rows = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """``whole``: measure -> its row for the whole span; ``before`` and ``now`` for its halves, some measures.

    Where people tag most conversations, the figures of service are of requests only: nobody has to answer
    noise.
    """

    question: Question
    first: datetime
    last: datetime
    middle: datetime
    brands: tuple[str, ...]
    whole: Mapping[str, Row]
    before: Mapping[str, Row]
    now: Mapping[str, Row]
    by_channel: Rows
    by_brand: Rows
    by_agent: tuple[Row, ...]
    by_week: Rows
    curve: pa.Table
    curve_before: pa.Table
    curve_now: pa.Table
    measured: MeasuredRequests
    worth: ReturnOnService | None
    framework: FrameworkCheck | None
    inputs: ReturnInputs | None
    loyalty: Loyalty | None
    """None where the company's records are not there."""
    rows: Mapping[str, pa.Table]
    """Name of an exported table -> the rows behind the values for the whole span."""

    @property
    def comparable(self) -> bool:
        """Whether the halves of the span can be set beside each other."""
        smaller = min(half["conversations"]["n"] for half in (self.before, self.now))
        return smaller >= _FEWEST and self.last - self.first >= _SHORTEST

    def day(self, moment: datetime) -> date:
        """The day of a moment in the zone of the report."""
        return moment.astimezone(ZoneInfo(self.question.zone)).date()


def gather(engine: Engine, question: Question, inputs: ReturnInputs | None) -> Evidence:
    """Ask an engine everything. ``question`` has no keys. Raises ReportError when there is nothing at all."""
    first, last = _span(engine, question)
    middle = _middle(first, last, ZoneInfo(question.zone))
    measured = measured_requests(engine, question)
    question = replace(question, requests_only=_mostly_tagged(measured))
    early, late = replace(question, until=middle), replace(question, since=middle)
    reply = MEASURES["first_reply_time"]
    return Evidence(
        question=question,
        first=first,
        last=last,
        middle=middle,
        brands=_brands(engine),
        whole=_whole(engine, SERVICE, question),
        before=_whole(engine, COMPARED, early),
        now=_whole(engine, COMPARED, late),
        by_channel=_by(engine, BY_GROUP, replace(question, by=("channel",))),
        by_brand=_by(engine, BY_GROUP, replace(question, by=("brand",))),
        by_agent=_by(engine, ("first_reply_time",), replace(question, by=("agent",)))["first_reply_time"],
        by_week=_by(engine, BY_WEEK, replace(question, by=("week",))),
        curve=curve(engine, reply, question),
        curve_before=curve(engine, reply, early),
        curve_now=curve(engine, reply, late),
        measured=measured,
        worth=None if inputs is None else estimate_return(inputs, measured),
        framework=None if inputs is None else check_framework(inputs, known_measures=MEASURES),
        inputs=inputs,
        loyalty=_loyalty(engine, question),
        rows={name: rows(engine, MEASURES[name], question) for name in SERVICE if name not in SHARED_ROWS},
    )


def _loyalty(engine: Engine, question: Question) -> Loyalty | None:
    if not isinstance(engine, DuckDBEngine) or not has_records(engine):
        return None
    return measure_loyalty(engine, until=question.until)


def _span(engine: Engine, question: Question) -> tuple[datetime, datetime]:
    found = engine.query(
        "select min(first_message_at) as first, max(last_message_at) as last from conversations"
    ).to_pylist()[0]
    if found["first"] is None:
        raise ReportError(
            "There are no conversations to report on.", hint="Bring some in: careworth ingest PATH"
        )
    first, last = (moment.astimezone(UTC) for moment in (found["first"], found["last"]))
    return max(first, question.since or first), min(last, question.until or last)


def _middle(first: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day in the middle, so that both halves hold whole days."""
    half = (first + (last - first) / 2).astimezone(zone)
    return half.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _mostly_tagged(measured: MeasuredRequests) -> bool:
    return measured.tagged_service > 0 and 2 * measured.tagged >= measured.opened


def _brands(engine: Engine) -> tuple[str, ...]:
    found = engine.query(
        "select brand, count(*) as n from conversations where brand is not null "
        "group by brand order by n desc, brand"
    )
    return tuple(found["brand"].to_pylist())


def _whole(engine: Engine, names: tuple[str, ...], question: Question) -> dict[str, Row]:
    return {name: rows[0] for name, rows in _by(engine, names, question).items()}


def _by(engine: Engine, names: tuple[str, ...], question: Question) -> dict[str, tuple[Row, ...]]:
    tables = values(engine, [MEASURES[name] for name in names], question)
    return {table.measure.name: table.rows for table in tables}
