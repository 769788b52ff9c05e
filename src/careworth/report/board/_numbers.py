"""Rows of measures as numbers of a report: with name, unit, range and the way back to the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from careworth.measures.catalogue import MEASURES
from careworth.report.blocks import Cell, Count, Number, Provenance, Sum
from careworth.report.language import meant, say, say_count
from careworth.report.writing import COUNT, PERCENT, Unit, write_number
from careworth.terms import NETWORKS

PER_CENT_1 = Unit(scale=100.0, suffix="%", decimals=1)
SHARED_ROWS = {"answered_within_1h": "first_reply_time", "messages_per_conversation": "conversations"}
"""Measures whose rows are those of another one: they are handed out once."""

_LABELS = {
    "first_reply_time": meant("First reply, median"),
    "first_response_time": meant("First response, median"),
    "next_response_time": meant("Wait for a later answer, median"),
    "answered_within_1h": meant("Answered within an hour"),
    "answered_within_4h": meant("Answered within 4 hours"),
    "answered_within_24h": meant("Answered within 24 hours"),
    "answered_within_72h": meant("Answered within 72 hours"),
    "out_of_channel_rate": meant("Sent to another channel"),
    "moved_to_private": meant("Moved to private messages"),
    "messages_per_conversation": meant("Messages in a conversation"),
    "handling_time": meant("Agent's time for a conversation"),
    "conversations": meant("Conversations that customers opened"),
    "answered": meant("Answered at all"),
    "messages_in": meant("Messages received"),
    "messages_out": meant("Messages sent by people"),
    "backlog": meant("Waiting at the end of the period"),
}
_CHANNELS = {
    **NETWORKS,
    "email": meant("E-mail"),
}

_NOUNS = {
    "answered conversation": (meant("answered conversation"), meant("answered conversations")),
    "conversation": (meant("conversation"), meant("conversations")),
    "day": (meant("day"), meant("days")),
    "message": (meant("message"), meant("messages")),
    "public conversation": (meant("public conversation"), meant("public conversations")),
    "request": (meant("request"), meant("requests")),
    "timed conversation": (meant("timed conversation"), meant("timed conversations")),
    "wait": (meant("wait"), meant("waits")),
}

Row = Mapping[str, Any]


def label(name: str) -> str:
    """What a board calls a measure."""
    return say(_LABELS[name]) if name in _LABELS else capital(name.replace("_", " "))


def channel_name(channel: str) -> str:
    return say(_CHANNELS[channel]) if channel in _CHANNELS else channel


def capital(text: str) -> str:
    """A phrase that somebody wrote, as the beginning of a sentence."""
    return text[:1].upper() + text[1:].rstrip(". ")


def came_from(name: str, total: Count | Sum | None = None) -> Provenance:
    """The rows of a measure are exported under its name, or that of the measure it shares them with."""
    version = MEASURES[name].version
    return Provenance(
        measure=name, definition_version=version, rows_csv=SHARED_ROWS.get(name, name), total=total
    )


def wait_unit(longest: float | None) -> Unit:
    """For waits, which are kept in minutes: the unit in which the longest of them reads best."""
    if longest is None or longest < 180:
        return Unit(decimals=0 if longest is not None and longest >= 10 else 1, suffix=say(" min"))
    if longest < 72 * 60:
        return Unit(decimals=1, scale=1 / 60, suffix=say(" h"))
    return Unit(decimals=1, scale=1 / 1440, suffix=say(" days"))


def column_unit(waits: Iterable[Cell]) -> Unit:
    """One unit for a column of waits: that in which the shortest of them is still more than nothing."""
    given = [float(wait) for wait in waits if isinstance(wait, int | float)]
    if not given or min(given) < 30:
        return Unit(decimals=0 if max(given, default=0) >= 10 else 1, suffix=say(" min"))
    return wait_unit(max(given) if min(given) >= 24 * 60 else min(max(given), 24 * 60))


def plural(noun: str, count: int) -> str:
    """One of the nouns that are counted, in the number of ``count``."""
    return say_count(*_NOUNS[noun], count)


def unit_of(name: str, value: float | None) -> Unit:
    unit = MEASURES[name].unit
    if unit == "share":
        return PERCENT
    if unit == "minutes":
        return wait_unit(value)
    return Unit(decimals=1) if MEASURES[name].summary == "mean" else COUNT


def write_value(name: str, value: float) -> str:
    """A value that somebody stated, in the unit of its measure where there is such a measure."""
    return write_number(value, unit_of(name, value)) if name in MEASURES else f"{value:g}"


def number(name: str, row: Row, total: Count | Sum | None = None) -> Number:
    """The value of a measure; a total is checked against the exported rows."""
    low, high = row.get("low"), row.get("high")
    ranged = low is not None and high is not None and row["value"] is not None and low < high
    return Number(
        value=row["value"],
        unit=unit_of(name, row["value"]),
        low=low if ranged else None,
        high=high if ranged else None,
        level=0.95,
        reason=row["reason"] or "",
        provenance=came_from(name, total),
    )


def counted(name: str, row: Row, noun: str) -> tuple[Number, str]:
    """How many things a measure looked at, which are all of its exported rows: the number and its noun."""
    count = Number(value=row["n"], unit=COUNT, provenance=came_from(name, Count()))
    return count, f" {plural(noun, row['n'])}"


def cell(row: Row | None, key: str = "value") -> Cell:
    value: Cell = None if row is None else row.get(key)
    return value


def chance(probability: float) -> str:
    """A share of simulated draws is never quite nothing or all."""
    if probability > 0.99:
        return say("more than {share}", share=write_number(0.99, PERCENT))
    if probability < 0.01:
        return say("less than {share}", share=write_number(0.01, PERCENT))
    return write_number(probability, PERCENT)
