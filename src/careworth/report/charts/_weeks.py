"""Volume by week: what came in as a wide bar, what went out as a narrow one in front of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import (
    ACCENT,
    NARROW,
    PAPER,
    SECOND,
    SIZE,
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
from careworth.report.writing import COUNT, Unit, Words, spoken, write_day, write_number


@dataclass(frozen=True, slots=True)
class Series:
    """``name`` follows a number in a sentence (“received”); ``values`` (n,) has one value for each week."""

    name: str
    values: ArrayLike


def bars_over_time(weeks: Sequence[date], whole: Series, part: Series, *, unit: Unit = COUNT) -> Picture:
    """Draw two series by week, ``part`` in front of ``whole``. ``weeks`` (n,) are the weeks' first days."""
    words = spoken()
    back, front = finite(whole.values, whole.name), finite(part.values, part.name)
    rows: list[Datum] = [
        {"i": index, "whole": float(one), "part": float(other)}
        for index, (_, one, other) in enumerate(zip(weeks, back, front, strict=True))
    ]
    names = (whole.name, part.name)
    alt = _sentence(weeks, names, (back, front), unit, words)
    return picture(lambda narrow: _sheet(weeks, rows, names, unit, narrow, words), alt)


def _sentence(
    weeks: Sequence[date],
    names: tuple[str, str],
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    unit: Unit,
    words: Words,
) -> str:
    first_week, last_week = write_day(weeks[0], words), write_day(weeks[-1], words)
    flows = [
        words.alt_flow.format(
            total=write_number(float(series.sum()), unit, words),
            name=name,
            first=write_number(float(series[0]), unit, words),
            last=write_number(float(series[-1]), unit, words),
            first_week=first_week,
            last_week=last_week,
        )
        for name, series in zip(names, values, strict=True)
    ]
    peak = int(values[0].argmax())
    highest = words.alt_peak.format(
        name=names[0],
        value=write_number(float(values[0][peak]), unit, words),
        week=write_day(weeks[peak], words),
    )
    return "; ".join([*flows, highest]) + "."


def _sheet(
    weeks: Sequence[date], rows: list[Datum], names: tuple[str, str], unit: Unit, narrow: bool, words: Words
) -> Spec:
    top = max(max(row["whole"], row["part"]) for row in rows) or 1.0
    rounds = [level for level in ticks(0, top, 5) if unit.decimals or level.is_integer()]
    rounds += [rounds[-1] + rounds[1]] if rounds[-1] < top else []
    levels = tick_labels(rounds, unit, words)
    scale = {"domain": [0, rounds[-1]], "nice": False}
    y = {"type": "quantitative", "scale": scale, "axis": labelled_axis(levels)}
    months = labelled_axis(_months(weeks, 4 if narrow else 9, words), grid=False, labelAngle=0)
    x = {"field": "i", "type": "ordinal", "axis": months, "scale": {"paddingInner": 0.2, "paddingOuter": 0.2}}
    layers = [
        layer("bar", rows, {"x": x, "y": {"field": "whole", **y}}, fill=SECOND),
        layer(
            "bar", rows, {"x": x, "y": {"field": "part", **y}}, fill=ACCENT, stroke=PAPER, width={"band": 0.5}
        ),
        *_key(names),
    ]
    left = max(map(text_width, levels.values())) + 14
    width, height = (NARROW, 250) if narrow else (WIDE, 280)
    return sheet(layers, width=width, height=height, padding=(left, 42, 20, 30))


def _months(weeks: Sequence[date], most: int, words: Words) -> dict[float, str]:
    """The name of a month under its first week, of every month or as many as there is room for."""
    starts = [index for index, week in enumerate(weeks) if index == 0 or week.month != weeks[index - 1].month]
    kept = starts[:: -(-len(starts) // most)]
    return {float(index): words.months_short[weeks[index].month - 1] for index in kept}


def _key(names: tuple[str, str]) -> list[Spec]:
    layers, left = [], 0
    for name, colour, thickness in ((names[0], SECOND, 14), (names[1], ACCENT, 7)):
        y = {"value": -28}
        piece = {"x": {"value": left}, "x2": {"value": left + 18}, "y": y}
        layers.append(layer("rule", [{}], piece, stroke=colour, strokeWidth=thickness))
        text = {"x": {"value": left + 26}, "y": y, "text": {"value": name}}
        layers.append(layer("text", [{}], text, align="left", fontSize=SIZE))
        left += 26 + text_width(name) + 24
    return layers
