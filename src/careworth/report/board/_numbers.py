"""Rows of measures as numbers of a report: with unit, range and the way back to the rows."""

from collections.abc import Mapping
from typing import Any

from careworth.measures.catalogue import MEASURES
from careworth.report.blocks import Cell, Count, Number, Provenance, Sum
from careworth.report.writing import COUNT, PERCENT, Unit

MINUTES = Unit(decimals=1, suffix=" min")
AS_HOURS = Unit(decimals=1, scale=1 / 60, suffix=" h")
"""For waits, which are kept in minutes."""
PER_CENT_1 = Unit(scale=100.0, suffix="%", decimals=1)

_LONG = 180.0
"""Waits of three hours and more read better in hours."""

Row = Mapping[str, Any]


def came_from(name: str, total: Count | Sum | None = None) -> Provenance:
    """The rows of a measure are exported under its name."""
    measure = MEASURES[name]
    return Provenance(measure=name, definition_version=measure.version, rows_csv=name, total=total)


def unit_of(name: str, value: float | None) -> Unit:
    unit = MEASURES[name].unit
    if unit == "share":
        return PERCENT
    if unit == "minutes":
        return AS_HOURS if value is not None and value >= _LONG else MINUTES
    return Unit(decimals=1) if MEASURES[name].summary == "mean" else COUNT


def number(name: str, row: Row, total: Count | Sum | None = None) -> Number:
    """The value of a measure; a total is checked against the exported rows."""
    low, high = row.get("low"), row.get("high")
    ranged = low is not None and high is not None and row["value"] is not None
    return Number(
        value=row["value"],
        unit=unit_of(name, row["value"]),
        low=low if ranged else None,
        high=high if ranged else None,
        level=0.95,
        reason=row["reason"] or "",
        provenance=came_from(name, total),
    )


def count_of(name: str, row: Row) -> Number:
    """How many things a measure looked at: the number of its exported rows."""
    return Number(value=row["n"], unit=COUNT, provenance=came_from(name, Count()))


def cell(row: Row | None, key: str = "value") -> Cell:
    value: Cell = None if row is None else row.get(key)
    return value
