"""The share of customers who are still there, against the months since a trouble: two groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import (
    ACCENT,
    INK,
    NARROW,
    SECOND,
    SIZE,
    SOFT,
    WIDE,
    Datum,
    Spec,
    finite,
    labelled_axis,
    layer,
    picture,
    sheet,
    text_width,
    tick_labels,
    ticks,
)
from careworth.report.language import say
from careworth.report.writing import PERCENT, Unit, Words, spoken, write_number

_STEPS = 72
_LOOKS: tuple[Spec, Spec] = (
    {"stroke": ACCENT, "strokeWidth": 2.5},
    {"stroke": SECOND, "strokeWidth": 2, "strokeDash": [6, 4]},
)
_COLOURS = (ACCENT, SOFT)


@dataclass(frozen=True, slots=True)
class Staying:
    """A group's curve: ``share``, ``low`` and ``high`` (n,) still there from ``months`` (n,) on."""

    name: str
    months: ArrayLike
    share: ArrayLike
    low: ArrayLike
    high: ArrayLike


def retention_curves(first: Staying, second: Staying, *, horizon: float) -> Picture:
    """Draw both curves with their bands, from all customers there at month 0 to ``horizon`` months."""
    words = spoken()
    both = (first, second)
    drawn = [_steps(one, horizon) for one in both]
    ends = [write_number(rows[-1]["y"], PERCENT, words) for rows in drawn]
    time = write_number(horizon, _months(), words)
    alt = words.listing.join(
        words.alt_row.format(name=one.name, value=words.alt_within.format(share=end, time=time))
        for one, end in zip(both, ends, strict=True)
    )
    labels = [f"{one.name} {end}" for one, end in zip(both, ends, strict=True)]
    return picture(lambda narrow: _sheet(drawn, labels, horizon, narrow, words), f"{alt}.")


def _steps(curve: Staying, horizon: float) -> list[Datum]:
    """Enough steps for the eye, from everybody at the beginning to the horizon."""
    months, share, low, high = (
        finite(values, curve.name) for values in (curve.months, curve.share, curve.low, curve.high)
    )
    times = np.linspace(0.0, horizon, _STEPS)
    at = np.searchsorted(months, times, side="right") - 1
    return [
        {"x": float(time), "y": float(share[i]), "low": float(low[i]), "high": float(high[i])}
        if i >= 0
        else {"x": float(time), "y": 1.0, "low": 1.0, "high": 1.0}
        for time, i in zip(times, at, strict=True)
    ]


def _sheet(drawn: list[list[Datum]], labels: list[str], horizon: float, narrow: bool, words: Words) -> Spec:
    axes = _axes(drawn, horizon, words)
    layers = [one for rows, look in zip(drawn, _LOOKS, strict=True) for one in _line(rows, axes, look)]
    layers += _key(labels) if narrow else _end_labels(drawn, labels, axes)
    right = 24 if narrow else max(map(text_width, labels)) + 20
    top = 14 + 22 * len(labels) if narrow else 16
    width, height = (NARROW, 220 + top) if narrow else (WIDE, 280)
    return sheet(layers, width=width, height=height, padding=(52, top, right, 34))


def _months() -> Unit:
    return Unit(suffix=say(" months"))


def _axes(drawn: list[list[Datum]], horizon: float, words: Words) -> dict[str, Spec]:
    bottom = max(0.0, min(row["low"] for rows in drawn for row in rows) - 0.05)
    shares = tick_labels(ticks(bottom, 1.0), PERCENT, words)
    every = range(0, int(horizon + 0.1) + 1, 3 if horizon >= 6 else 1)
    months = tick_labels([*every], _months(), words)
    x = {"domain": [0.0, max(horizon, *months)], "nice": False}
    y = {"domain": [bottom, 1.0], "nice": False, "zero": False}
    return {
        "x": {"type": "quantitative", "scale": x, "axis": labelled_axis(months)},
        "y": {"type": "quantitative", "scale": y, "axis": labelled_axis(shares)},
    }


def _line(rows: list[Datum], axes: dict[str, Spec], look: Spec) -> list[Spec]:
    x = {"field": "x", **axes["x"]}
    band = {"x": x, "y": {"field": "low", **axes["y"]}, "y2": {"field": "high"}}
    line = {"x": x, "y": {"field": "y", **axes["y"]}}
    return [
        layer("area", rows, band, interpolate="step-after", fill=look["stroke"], fillOpacity=0.16),
        layer("line", rows, line, interpolate="step-after", **look),
    ]


def _end_labels(drawn: list[list[Datum]], labels: list[str], axes: dict[str, Spec]) -> list[Spec]:
    """Beside the ends of the curves, moved apart where these are close to each other."""
    heights = [rows[-1]["y"] for rows in drawn]
    low = axes["y"]["scale"]["domain"][0]
    least = 0.08 * (1.0 - low)
    if abs(heights[0] - heights[1]) < least:
        middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
        heights = [middle + sign * least / 2, middle - sign * least / 2]
    layers = []
    for rows, height, label, colour in zip(drawn, heights, labels, _COLOURS, strict=True):
        row = [{"x": rows[-1]["x"], "y": height, "text": label}]
        place = {"x": {"field": "x", **axes["x"]}, "y": {"field": "y", **axes["y"]}}
        text = {**place, "text": {"field": "text"}}
        layers.append(layer("text", row, text, align="left", dx=10, fill=colour, fontWeight=600))
    return layers


def _key(labels: Sequence[str]) -> list[Spec]:
    """On a narrow sheet the names stand above the curves, each behind a piece of its line."""
    layers = []
    for index, (label, look) in enumerate(zip(labels, _LOOKS, strict=True)):
        y = {"value": 22 * (index - len(labels))}
        layers.append(layer("rule", [{}], {"x": {"value": -44}, "x2": {"value": -12}, "y": y}, **look))
        text = {"x": {"value": 0}, "y": y, "text": {"value": label}}
        layers.append(layer("text", [{}], text, align="left", fill=INK, fontSize=SIZE))
    return layers
