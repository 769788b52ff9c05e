"""Figures for the pages: asked once per state of the facts, kept in the operational store.

Pages read the kept figures and never scan facts. What is kept is plain: numbers, names and reasons; the
pages write the sentences, each in its reader's language.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine, Engine
from careworth.facts.store import Store
from careworth.measures import MEASURES, BusinessHours, Question, rows, values
from careworth.report.board import Evidence, gather
from careworth.worth import ReturnInputs

_MONTHS = 12
_SHOWN_ROWS = 50
_ACCOUNTS = (
    "select channel, brand, count(*) as conversations, min(first_message_at) as first, "
    "max(last_message_at) as last from conversations "
    "group by channel, brand order by conversations desc, channel, brand"
)

Content = dict[str, Any]


def basis(inputs: str | None, hours: str | None, zone: str) -> str:
    """A digest of what figures are computed with beside the facts."""
    return hashlib.sha256(json.dumps([inputs, hours, zone]).encode()).hexdigest()


def compute(store: Store, inputs: str | None, hours: str | None, zone: str) -> tuple[int, Content]:
    """The version of the facts and everything that the pages show of it."""
    snapshot = store.snapshot()
    calendar = None if hours is None else BusinessHours.parse(hours)
    question = Question(hours=calendar, zone_name=zone)
    engine = DuckDBEngine(snapshot.files)
    try:
        evidence = gather(engine, question, None if inputs is None else ReturnInputs.parse(inputs))
        content = {
            **_span(evidence),
            "worth": _worth(evidence),
            "service": {name: dict(row) for name, row in evidence.whole.items()},
            "before": {name: dict(row) for name, row in evidence.before.items()},
            "now": {name: dict(row) for name, row in evidence.now.items()},
            "weeks": {name: list(map(dict, found)) for name, found in evidence.by_week.items()},
            "channels": {name: list(map(dict, found)) for name, found in evidence.by_channel.items()},
            "measures": _measures(engine, evidence.question),
            "accounts": engine.query(_ACCOUNTS).to_pylist(),
        }
    finally:
        engine.close()
    content["audit"] = audit(store)
    content["batches"] = store.ledger(snapshot.version).to_pylist()[-20:]
    plain: Content = msgspec.to_builtins(content, enc_hook=str)
    return snapshot.version, plain


def _span(evidence: Evidence) -> Content:
    return {
        "first": evidence.day(evidence.first),
        "last": evidence.day(evidence.last),
        "middle": evidence.day(evidence.middle),
        "comparable": evidence.comparable,
        "requests_only": evidence.question.requests_only,
        "brands": evidence.brands,
    }


def _worth(evidence: Evidence) -> Content | None:
    worth = evidence.worth
    if worth is None:
        return None
    year = worth.year.net if worth.year is not None else None
    return {
        "currency": worth.currency,
        "year": None if year is None else {"low": year.low, "mid": year.mid, "high": year.high},
        "positive": worth.probability_net_positive,
        "guess_share": worth.requests.guess_share if worth.requests is not None else None,
        "drivers": [
            {
                "text": swing.text,
                "at_low": _MONTHS * swing.net_at_low,
                "at_high": _MONTHS * swing.net_at_high,
            }
            for swing in worth.tornado[:5]
        ],
        "actions": [
            {"action": one.action, "why": one.finding, "owner": one.owner, "by": one.by}
            for one in (evidence.inputs.framework.actions if evidence.inputs is not None else ())
        ],
        "goals": [
            {"measure": one.measure, "value": one.value, "by": one.by}
            for one in (evidence.inputs.framework.goals if evidence.inputs is not None else ())
        ],
    }


def _measures(engine: Engine, question: Question) -> Content:
    """Measure -> its value for the whole span, by channel and by month, and its first rows."""
    every = list(MEASURES.values())
    whole = values(engine, every, question)
    channels = values(engine, every, replace(question, by=("channel",)))
    months = values(engine, every, replace(question, by=("month",)))
    return {
        table.measure.name: {
            "whole": dict(table.rows[0]),
            "channels": by_channel.to_json()["rows"],
            "months": by_month.to_json()["rows"],
            "rows": _first(engine, table.measure.name, question),
        }
        for table, by_channel, by_month in zip(whole, channels, months, strict=True)
    }


def _first(engine: Engine, name: str, question: Question) -> Mapping[str, Any]:
    found = rows(engine, MEASURES[name], question)
    shown = found.slice(0, _SHOWN_ROWS)
    return {
        "count": found.num_rows,
        "columns": shown.column_names,
        "rows": [[_text(value) for value in row.values()] for row in shown.to_pylist()],
    }


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str | bool) else str(value)
