"""Everything a board report states, asked once, with the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from careworth.errors import ReportError
from careworth.facts.engines import Engine
from careworth.measures import MEASURES, MeasureTable, Question, curve, rows, values
from careworth.worth import FrameworkCheck, ReturnInputs, ReturnOnService, check_framework, estimate_return
from careworth.worth.measured import measured_requests

SERVICE = (
    "first_response_time",
    "first_reply_time",
    "answered_within_1h",
    "answered_within_4h",
    "answered_within_24h",
    "answered_within_72h",
    "next_response_time",
    "conversations",
    "messages_in",
    "messages_out",
    "messages_automatic",
    "messages_per_conversation",
    "answered",
    "backlog",
    "moved_to_private",
    "out_of_channel_rate",
    "handling_time",
    "tagged_service",
)
BY_CHANNEL = ("conversations", "answered", "first_reply_time", "answered_within_1h", "out_of_channel_rate")
BY_WEEK = ("messages_in", "messages_out")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """``whole``: measure -> its row for the whole span; ``before`` and ``now`` for its two halves.

    Where people tagged conversations, the figures of service are of requests only: nobody has to answer
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
    by_channel: Mapping[str, tuple[Row, ...]]
    by_agent: tuple[Row, ...]
    by_week: Mapping[str, tuple[Row, ...]]
    curve_before: pa.Table
    curve_now: pa.Table
    worth: ReturnOnService | None
    framework: FrameworkCheck | None
    inputs: ReturnInputs | None
    rows: Mapping[str, pa.Table]
    """Measure -> the rows behind its value for the whole span."""


def gather(engine: Engine, question: Question, inputs: ReturnInputs | None) -> Evidence:
    """Ask an engine everything. ``question`` has no keys. Raises ReportError when there is nothing at all."""
    first, last = _span(engine, question)
    middle = (first + (last - first) / 2).replace(minute=0, second=0, microsecond=0)
    question = replace(question, requests_only=_tagged(engine))
    early, late = replace(question, until=middle), replace(question, since=middle)
    reply = MEASURES["first_reply_time"]
    return Evidence(
        question=question,
        first=first,
        last=last,
        middle=middle,
        brands=_brands(engine),
        whole=_whole(engine, question),
        before=_whole(engine, early),
        now=_whole(engine, late),
        by_channel=_by(engine, BY_CHANNEL, replace(question, by=("channel",))),
        by_agent=_by(engine, ("first_reply_time",), replace(question, by=("agent",)))["first_reply_time"],
        by_week=_by(engine, BY_WEEK, replace(question, by=("week",))),
        curve_before=curve(engine, reply, early),
        curve_now=curve(engine, reply, late),
        worth=None if inputs is None else estimate_return(inputs, measured_requests(engine, question)),
        framework=None if inputs is None else check_framework(inputs, known_measures=set(MEASURES)),
        inputs=inputs,
        rows={name: rows(engine, MEASURES[name], question) for name in SERVICE},
    )


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


def _tagged(engine: Engine) -> bool:
    found = engine.query(
        "select count(*) as n from conversations where opened_by_customer and tagged_service"
    )
    return bool(found["n"][0].as_py())


def _brands(engine: Engine) -> tuple[str, ...]:
    found = engine.query(
        "select brand, count(*) as n from conversations where brand is not null "
        "group by brand order by n desc, brand"
    )
    return tuple(found["brand"].to_pylist())


def _whole(engine: Engine, question: Question) -> dict[str, Row]:
    tables = values(engine, [MEASURES[name] for name in SERVICE], question)
    return {table.measure.name: table.rows[0] for table in tables}


def _by(engine: Engine, names: tuple[str, ...], question: Question) -> dict[str, tuple[Row, ...]]:
    tables: list[MeasureTable] = values(engine, [MEASURES[name] for name in names], question)
    return {table.measure.name: table.rows for table in tables}
