"""Rows of measures as numbers of a report: with name, unit, range and the way back to the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from careworth.measures.catalogue import MEASURES
from careworth.report.blocks import Cell, Count, Number, Provenance, Sum
from careworth.report.writing import COUNT, PERCENT, Unit, write_number

PER_CENT_1 = Unit(scale=100.0, suffix="%", decimals=1)
SHARED_ROWS = {"answered_within_1h": "first_reply_time", "messages_per_conversation": "conversations"}
"""Measures whose rows are those of another one: they are handed out once."""

_LABELS = {
    "first_reply_time": "First reply, median",
    "first_response_time": "First response, median",
    "next_response_time": "Wait for a later answer, median",
    "answered_within_1h": "Answered within an hour",
    "answered_within_4h": "Answered within 4 hours",
    "answered_within_24h": "Answered within 24 hours",
    "answered_within_72h": "Answered within 72 hours",
    "out_of_channel_rate": "Sent to another channel",
    "moved_to_private": "Moved to private messages",
    "messages_per_conversation": "Messages in a conversation",
    "handling_time": "Agent's time for a conversation",
    "conversations": "Conversations that customers opened",
    "answered": "Answered at all",
    "messages_in": "Messages received",
    "messages_out": "Messages sent by people",
    "backlog": "Waiting at the end of the period",
}
_CHANNELS = {"x": "X", "twitter": "Twitter", "mastodon": "Mastodon", "bluesky": "Bluesky", "email": "E-mail"}

Row = Mapping[str, Any]


def label(name: str) -> str:
    """What a board calls a measure."""
    return _LABELS.get(name, capital(name.replace("_", " ")))


def channel_name(channel: str) -> str:
    return _CHANNELS.get(channel, channel)


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
        return Unit(decimals=0 if longest is not None and longest >= 10 else 1, suffix=" min")
    if longest < 72 * 60:
        return Unit(decimals=1, scale=1 / 60, suffix=" h")
    return Unit(decimals=1, scale=1 / 1440, suffix=" days")


def column_unit(waits: Iterable[Cell]) -> Unit:
    """One unit for a column of waits: that in which the shortest of them is still more than nothing."""
    given = [float(wait) for wait in waits if isinstance(wait, int | float)]
    if not given or min(given) < 30:
        return Unit(decimals=0 if max(given, default=0) >= 10 else 1, suffix=" min")
    return wait_unit(max(given) if min(given) >= 24 * 60 else min(max(given), 24 * 60))


def plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


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
        return "more than 99%"
    return "less than 1%" if probability < 0.01 else write_number(probability, PERCENT)
