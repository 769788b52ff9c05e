"""The share of requests answered, against the time since they came in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import (
    ACCENT,
    HALO,
    INK,
    NARROW,
    PAPER,
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
)
from careworth.report.language import meant, say
from careworth.report.writing import HOURS, PERCENT, Unit, Words, spoken, write_number

_MINUTES = Unit(scale=60.0, suffix=meant(" min"))
_LONG = 3.0
"""Hours; a shorter wait reads better in minutes."""
_STEPS = 72
"""Steps drawn of one curve at most: more cannot be seen and would make the file large."""
_LOOKS: tuple[Spec, Spec] = (
    {"stroke": ACCENT, "strokeWidth": 2.5},
    {"stroke": SECOND, "strokeWidth": 2, "strokeDash": [6, 4]},
)
_COLOURS = (ACCENT, SOFT)
_BOLD: Spec = {"fontWeight": 600}


@dataclass(frozen=True, slots=True)
class Curve:
    """Share answered by each time, as Kaplan and Meier estimate it (1 − survival).

    ``hours`` (n,) rises, ``share``, ``low`` and ``high`` (n,) lie between 0 and 1. A step holds from its time
    to the next; the last time is where the curve ends, so it has to be the end of observation.
    """

    name: str
    hours: ArrayLike
    share: ArrayLike
    low: ArrayLike
    high: ArrayLike


@dataclass(frozen=True, slots=True)
class _Steps:
    name: str
    hours: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def at(self, hours: float) -> float | None:
        """The share by then, None where the curve has ended or not begun."""
        if hours > self.hours[-1] or hours < self.hours[0]:
            return None
        return float(self.share[np.searchsorted(self.hours, hours, side="right") - 1])

    @property
    def median(self) -> float | None:
        reached = np.flatnonzero(self.share >= 0.5)
        return float(self.hours[reached[0]]) if reached.size else None


def response_curve(
    curve: Curve, before: Curve | None = None, *, marks: Sequence[float] = (1, 4, 24, 72), first: float = 0.1
) -> Picture:
    """Draw ``curve`` with its band, and one to compare it with.

    ``marks`` (hours) are named on the axis, which is logarithmic from ``first`` hours to the last mark.
    """
    words = spoken()
    steps = [_steps(one) for one in (curve, before) if one is not None]
    alt = ". ".join(_sentence(one, marks, words) for one in steps) + "."
    drawn = [_thinned(one, first, marks[-1]) for one in steps]
    return picture(lambda narrow: _sheet(steps, drawn, marks, narrow, words), alt)


def _steps(curve: Curve) -> _Steps:
    arrays = (finite(values, curve.name) for values in (curve.hours, curve.share, curve.low, curve.high))
    return _Steps(curve.name, *arrays)


def _sentence(steps: _Steps, marks: Sequence[float], words: Words) -> str:
    shares = [
        words.alt_within.format(share=write_number(share, PERCENT, words), time=text)
        for mark, text in tick_labels(marks, _said(HOURS), words).items()
        if (share := steps.at(mark)) is not None
    ]
    sentence = words.alt_answered.format(name=steps.name, shares=", ".join(shares))
    return f"{sentence}; {_median_text(steps, words)}"


def _median_text(steps: _Steps, words: Words) -> str:
    if steps.median is None:
        return words.alt_unanswered.format(time=_wait(float(steps.hours[-1]), words))
    return words.alt_median.format(time=_wait(steps.median, words))


def _wait(hours: float, words: Words) -> str:
    return write_number(hours, _said(HOURS if hours >= _LONG else _MINUTES), words)


def _thinned(steps: _Steps, first: float, last: float) -> list[Datum]:
    """The steps that are drawn: from ``first`` to where the curve or the axis ends."""
    end = min(last, float(steps.hours[-1]))
    inside = steps.hours[(steps.hours > first) & (steps.hours < end)]
    if inside.size > _STEPS:
        inside = np.geomspace(first, end, _STEPS)[1:-1]
    times = np.concatenate(([first], inside, [end]))
    at = np.searchsorted(steps.hours, times, side="right") - 1
    return [
        {
            "x": float(time),
            "y": float(steps.share[i]),
            "low": float(steps.low[i]),
            "high": float(steps.high[i]),
        }
        if i >= 0
        else {"x": float(time), "y": 0.0, "low": 0.0, "high": 0.0}
        for time, i in zip(times, at, strict=True)
    ]


def _sheet(
    steps: list[_Steps], drawn: list[list[Datum]], marks: Sequence[float], narrow: bool, words: Words
) -> Spec:
    ends = [write_number(rows[-1]["y"], PERCENT, words) for rows in drawn]
    labels = [f"{one.name} {end}" for one, end in zip(steps, ends, strict=True)]
    axes = _axes(drawn[0][0]["x"], marks, words)
    layers = [layer for rows, look in zip(drawn, _LOOKS, strict=False) for layer in _line(rows, axes, look)]
    layers += _median(steps, drawn[0], axes, words)
    layers += _key(labels) if narrow else _end_labels(drawn, labels, axes)
    right = 24 if narrow else max(map(text_width, labels)) + 20
    top = 14 + 22 * len(labels) if narrow else 16
    width, height = (NARROW, 260 + top) if narrow else (WIDE, 300)
    return sheet(layers, width=width, height=height, padding=(48, top, right, 34))


def _said(unit: Unit) -> Unit:
    return replace(unit, suffix=say(unit.suffix))


def _axes(first: float, marks: Sequence[float], words: Words) -> dict[str, Spec]:
    hours = {"type": "log", "domain": [first, marks[-1]], "nice": False}
    shares = tick_labels((0, 0.25, 0.5, 0.75, 1), PERCENT, words)
    return {
        "x": {
            "type": "quantitative",
            "scale": hours,
            "axis": labelled_axis(tick_labels(marks, _said(HOURS), words)),
        },
        "y": {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": labelled_axis(shares)},
    }


def _line(rows: list[Datum], axes: dict[str, Spec], look: Spec) -> list[Spec]:
    x = {"field": "x", **axes["x"]}
    band = {"x": x, "y": {"field": "low", **axes["y"]}, "y2": {"field": "high"}}
    line = {"x": x, "y": {"field": "y", **axes["y"]}}
    return [
        layer("area", rows, band, interpolate="step-after", fill=look["stroke"], fillOpacity=0.16),
        layer("line", rows, line, interpolate="step-after", **look),
    ]


def _median(steps: list[_Steps], rows: list[Datum], axes: dict[str, Spec], words: Words) -> list[Spec]:
    """The point where half are answered, labelled on the side where the other curve is not."""
    median = steps[0].median
    if median is None or not rows[0]["x"] <= median <= rows[-1]["x"]:
        return []
    other = steps[-1].median
    room = np.log(median / rows[0]["x"]) > 0.35 * np.log(rows[-1]["x"] / rows[0]["x"])
    left = room and (other is None or other >= median)
    side = {"align": "right", "dx": -12, "dy": -12} if left else {"align": "left", "dx": 12, "dy": 14}
    row = [{"x": median, "y": 0.5, "text": _median_text(steps[0], words)}]
    place = {"x": {"field": "x", **axes["x"]}, "y": {"field": "y", **axes["y"]}}
    return [
        layer("point", row, place, fill=ACCENT, stroke=PAPER, strokeWidth=2, size=90, opacity=1),
        layer("text", row, {**place, "text": {"field": "text"}}, **side, **_BOLD, **HALO),
    ]


def _end_labels(drawn: list[list[Datum]], labels: list[str], axes: dict[str, Spec]) -> list[Spec]:
    """Labels at the ends of the curves, moved apart where the curves end close to each other."""
    heights = [rows[-1]["y"] for rows in drawn]
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 0.08:
        middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
        heights = [middle + 0.04 * sign, middle - 0.04 * sign]
    layers = []
    for rows, height, label, colour in zip(drawn, heights, labels, _COLOURS, strict=False):
        row = [{"x": rows[-1]["x"], "y": height, "text": label}]
        place = {
            "x": {"field": "x", **axes["x"]},
            "y": {"field": "y", **axes["y"]},
            "text": {"field": "text"},
        }
        layers.append(layer("text", row, place, align="left", dx=10, fill=colour, **_BOLD))
    return layers


def _key(labels: list[str]) -> list[Spec]:
    """On a narrow sheet the names stand above the curves, each behind a piece of its line."""
    layers = []
    for index, (label, look) in enumerate(zip(labels, _LOOKS, strict=False)):
        y = {"value": 22 * (index - len(labels))}
        piece = {"x": {"value": -40}, "x2": {"value": -8}, "y": y}
        layers.append(layer("rule", [{}], piece, **look))
        text = {"x": {"value": 0}, "y": y, "text": {"value": label}}
        layers.append(layer("text", [{}], text, align="left", fill=INK, fontSize=SIZE))
    return layers
