"""The sheet of charts that read row by row: a name, a drawing, the number in words."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from careworth.report.charts._drawing import (
    HALO,
    INK,
    NARROW,
    SOFT,
    WIDE,
    Datum,
    Spec,
    labelled_axis,
    layer,
    sheet,
    text_width,
    tick_labels,
    ticks,
)
from careworth.report.writing import Unit, Words

Marks = Callable[[list[Datum], Spec, Spec, int], list[Spec]]
"""``(rows, x, y, shift) -> layers``: what is drawn in the rows, ``shift`` pixels below their middles."""

_LETTERS = 30
"""Letters of a name in a line before it is broken, beside the drawing."""


def row_sheet(
    rows: Sequence[Datum],
    marks: Marks,
    domain: tuple[float, float],
    *,
    unit: Unit | None,
    narrow: bool,
    words: Words,
    zero: float = 0.0,
) -> Spec:
    """Lay out ``rows`` and draw ``marks`` in them.

    A row has ``name`` and ``strong``, and ``span`` (also ``value``) where numbers stand beside the drawing.
    ``unit`` is that of the axis, None where the marks carry their numbers and no axis is wanted.
    ``zero`` is the value at which the vertical line of reference stands.
    """
    data = [{**row, "i": index, "lines": _lines(row["name"], narrow)} for index, row in enumerate(rows)]
    widest = max(text_width(label) for label in _labels(domain, 5, unit, words).values()) if unit else 0
    width = NARROW if narrow else WIDE
    pitch, shift = _pitch_above(data) if narrow else (_pitch_beside(data), 0)
    band = {"type": "band", "paddingInner": 0, "paddingOuter": 0}
    y = {"field": "i", "type": "ordinal", "axis": None, "scale": band}
    texts, left, right = (_texts_above if narrow else _texts_beside)(data, y, widest // 2 + 2)
    wanted = max(1, min(5, (width - left - right) // (widest + 24)))
    axis = labelled_axis(_labels(domain, wanted, unit, words)) if unit else None
    scale = {"domain": list(domain), "nice": False, "zero": False}
    x = {"type": "quantitative", "scale": scale, "axis": axis}
    reference = layer("rule", [{"at": zero}], {"x": {"field": "at", **x}}, stroke=SOFT, strokeWidth=1)
    bottom = 28 if unit else 4
    layers = [reference, *marks(data, x, y, shift), *texts]
    height = pitch * len(data) + bottom + 4
    return sheet(layers, width=width, height=height, padding=(left, 4, right, bottom))


def padded(values: Sequence[float], share: float = 0.04) -> tuple[float, float]:
    """The span of the values, with a share of it added at either end that is not zero."""
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1.0) * share
    return (low - room if low else 0.0, high + room if high else 0.0)


def _labels(domain: tuple[float, float], wanted: int, unit: Unit, words: Words) -> dict[float, str]:
    return tick_labels(ticks(*domain, wanted=wanted), unit, words)


def _lines(name: str, narrow: bool) -> list[str]:
    """The name in one line above the drawing, or beside it in two of about the same length."""
    if narrow:
        return textwrap.wrap(name, 44, max_lines=1, placeholder=" …")
    width = _LETTERS if len(name) > 2 * _LETTERS - 6 or len(name) <= _LETTERS else len(name) // 2 + 6
    return textwrap.wrap(name, width, max_lines=2, placeholder=" …")


def _pitch_beside(data: list[Datum]) -> int:
    """Height of a row on a wide sheet, in pixels."""
    return 38 if any(len(row["lines"]) > 1 for row in data) else 30


def _pitch_above(data: list[Datum]) -> tuple[int, int]:
    """Height of a row on a narrow sheet and how far its drawing sits below the middle, in pixels."""
    return (74, 19) if "span" in data[0] else (50, 11)


def _texts_beside(data: list[Datum], y: Spec, margin: int) -> tuple[list[Spec], int, int]:
    """The layers of text, and the room they need on the left and on the right."""
    left = max(margin, *(text_width(line) + 18 for row in data for line in row["lines"]))
    values = max(text_width(row.get("value", "")) for row in data)
    spans = max(text_width(row.get("span", "")) for row in data)
    right = max(margin, 18 + values + 10 + spans if spans else 0)
    edge = WIDE - left - right + 18 + values
    middle = {"dy": {"expr": "-8 * (length(datum.lines) - 1)"}, "lineHeight": 16}
    layers = [_text(data, y, "lines", -18, align="right", **middle)]
    if values:
        layers.append(_text(data, y, "value", edge, align="right"))
    if spans:
        layers.append(_text(data, y, "span", edge + 10, align="left"))
    return layers, left, right


def _texts_above(data: list[Datum], y: Spec, margin: int) -> tuple[list[Spec], int, int]:
    top = 12 - _pitch_above(data)[0] // 2
    layers = [_text(data, y, "lines", -margin, align="left", dy=top, **HALO)]
    if "span" in data[0]:
        both = [{**row, "both": f"{row.get('value', '')} {row['span']}".strip()} for row in data]
        layers.append(_text(both, y, "both", -margin, align="left", dy=top + 18, **HALO))
    return layers, margin, margin


def _text(data: list[Datum], y: Spec, field: str, x: int, **look: Any) -> Spec:
    weight = {"expr": "datum.strong ? 700 : 400"}
    encoding = {"x": {"value": x}, "y": y, "text": {"field": field}}
    return layer("text", data, encoding, fontWeight=weight, fill=INK, **look)


def beside_end(end: str, origin: str) -> Spec:
    """The look of a text just outside the end of a bar, on the side away from its origin."""
    left = f"datum.{end} < datum.{origin}" if origin else f"datum.{end} < 0"
    return {"align": {"expr": f"{left} ? 'right' : 'left'"}, "dx": {"expr": f"{left} ? -6 : 6"}}
