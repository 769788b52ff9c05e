"""Facts written down by hand for tests of measures: messages in, an engine over derived tables out."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from careworth.facts.derive import DERIVED, derivation
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import MESSAGES

START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
"""A Monday."""


def message(number: int, minute: float, *, inbound: bool, **changes: Any) -> dict[str, Any]:
    """A message of conversation 1, ``minute`` minutes after START, that answers the one before it."""
    row: dict[str, Any] = {
        "message": number,
        "conversation": 1,
        "parent": number - 1 if number > 1 else None,
        "channel": "x",
        "external_id": str(number),
        "parent_external_id": None,
        "thread_hint": None,
        "author": "customer" if inbound else "brand",
        "brand": "brand",
        "agent": None,
        "inbound": inbound,
        "private": False,
        "automatic": False,
        "sent_at": START + timedelta(minutes=minute),
        "text": "",
        "language": None,
        "tags": None,
        "handling_seconds": None,
        "asks_private": False,
        "sends_elsewhere": False,
        "batch": 1,
    }
    return row | changes


def engine_of(messages: Iterable[dict[str, Any]]) -> DuckDBEngine:
    """An engine with these messages and what is derived from them."""
    engine = DuckDBEngine({})
    engine.register("messages", pa.Table.from_pylist(list(messages), schema=MESSAGES.schema))
    for table in DERIVED:
        made = engine.query(engine.dialect.render(derivation(table)))
        engine.register(table.name, made)
    return engine


def conversation(number: int, opened: float, answered: float | None, **changes: Any) -> list[dict[str, Any]]:
    """A customer's question at one minute and the brand's answer at another, or none."""
    first = 10 * number
    common = {"conversation": number, **changes}
    rows = [message(first, opened, inbound=True, parent=None, **common)]
    if answered is not None:
        rows.append(message(first + 1, answered, inbound=False, parent=first, **common))
    return rows
