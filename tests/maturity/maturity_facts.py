"""Facts by hand for the measured levels: conversations, turns and messages of a made-up team."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from careworth.facts.engines import open_engine
from careworth.facts.engines._duckdb import DuckDBEngine
from careworth.facts.schema import CONVERSATIONS, MESSAGES, TURNS
from careworth.maturity import ITEMS, Answer, Answers

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def all_at(investment: int, innovation: int, evidence: str = "note") -> Answers:
    """Every item of an axis at one level."""
    levels = {"investment": investment, "innovation": innovation}
    return Answers({name: (Answer(levels[item.axis], evidence=evidence),) for name, item in ITEMS.items()})


def conversation(number: int, **columns: Any) -> dict[str, Any]:
    """Opened by a customer on a Monday at 8 h and answered after 20 minutes, unless said otherwise."""
    opened = MONDAY + timedelta(hours=8, days=number % 28)
    plain = {
        "conversation": number,
        "channel": "x",
        "brand": "@care",
        "contact": f"c{number}",
        "opened_at": opened,
        "opened_by_customer": True,
        "opened_in_private": False,
        "first_reply_at": opened + timedelta(minutes=20),
        "first_message_at": opened,
        "last_message_at": opened + timedelta(days=2),
        "tagged": False,
        "tagged_service": False,
    }
    return {**plain, **columns}


def message(hour: int, *, inbound: bool, agent: str | None = None) -> dict[str, Any]:
    """One message in an hour of the record."""
    at = MONDAY + timedelta(hours=hour)
    return {
        "author": "a",
        "agent": agent,
        "inbound": inbound,
        "automatic": False,
        "sent_at": at,
        "channel": "x",
    }


def engine_of(
    conversations: Sequence[dict[str, Any]] = (),
    turns: Sequence[dict[str, Any]] = (),
    messages: Sequence[dict[str, Any]] = (),
) -> DuckDBEngine:
    engine = open_engine(None, {})
    assert isinstance(engine, DuckDBEngine)
    for table, rows in ((CONVERSATIONS, conversations), (TURNS, turns), (MESSAGES, messages)):
        schema = pa.schema([pa.field(field.name, field.type) for field in table.schema])
        engine.register(table.name, pa.Table.from_pylist(list(rows), schema=schema))
    return engine
