"""Points with their intervals, and plain bars, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import ACCENT, PAPER, Datum, Spec, finite, layer, picture
from careworth.report.charts._rows import beside_end, padded, row_sheet
from careworth.report.writing import Unit, Words, spoken, write_number, write_range

_POINT: Spec = {"fill": ACCENT, "stroke": PAPER, "strokeWidth": 1.5, "opacity": 1}


@dataclass(frozen=True, slots=True)
class Range:
    """A point and its interval. ``strong`` marks the row that the others add up to."""

    name: str
    value: float
    low: float
    high: float
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: float


def ranges(rows: Sequence[Range], *, unit: Unit) -> Picture:
    """Draw each row as a point with its interval, against zero."""
    words = spoken()
    edges = finite([(row.value, row.low, row.high) for row in rows], "ranges")
    data: list[Datum] = [
        {
            "name": row.name,
            "x": row.value,
            "low": row.low,
            "high": row.high,
            "strong": row.strong,
            "value": write_number(row.value, unit, words),
            "span": f"({write_range(row.low, row.high, unit, words)})",
        }
        for row in rows
    ]
    alt = words.listing.join(_range_sentence(row, unit, words) for row in rows) + "."
    domain = padded([0.0, *edges.ravel().tolist()])
    return picture(
        lambda narrow: row_sheet(data, _interval_marks, domain, unit=unit, narrow=narrow, words=words), alt
    )


def horizontal_bars(rows: Sequence[Bar], *, unit: Unit) -> Picture:
    """Draw one bar for each row, in the order given."""
    words = spoken()
    values = finite([row.value for row in rows], "bars")
    data: list[Datum] = [
        {"name": row.name, "x": row.value, "strong": False, "end": write_number(row.value, unit, words)}
        for row in rows
    ]
    sentences = (words.alt_row.format(name=row["name"], value=row["end"]) for row in data)
    alt = words.listing.join(sentences) + "."
    domain = padded([0.0, *values.tolist()], share=0.16)
    return picture(
        lambda narrow: row_sheet(data, _bar_marks, domain, unit=None, narrow=narrow, words=words), alt
    )


def _range_sentence(row: Range, unit: Unit, words: Words) -> str:
    value, low, high = (write_number(number, unit, words) for number in (row.value, row.low, row.high))
    return words.alt_row_range.format(name=row.name, value=value, low=low, high=high)


def _interval_marks(rows: list[Datum], x: Spec, y: Spec, shift: int) -> list[Spec]:
    ends = {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y}
    point = {"x": {"field": "x", **x}, "y": y}
    thickness, area = {"expr": "datum.strong ? 10 : 6"}, {"expr": "datum.strong ? 170 : 90"}
    return [
        layer("rule", rows, ends, stroke=ACCENT, strokeWidth=thickness, strokeOpacity=0.4, yOffset=shift),
        layer("point", rows, point, size=area, yOffset=shift, **_POINT),
    ]


def _bar_marks(rows: list[Datum], x: Spec, y: Spec, shift: int) -> list[Spec]:
    bar = {"x": {"field": "x", **x}, "x2": {"datum": 0.0}, "y": y}
    label = {"x": {"field": "x", **x}, "y": y, "text": {"field": "end"}}
    return [
        layer("bar", rows, bar, fill=ACCENT, height=16, yOffset=shift),
        layer("text", rows, label, yOffset=shift, **beside_end("x", "")),
    ]
