"""How far each assumption alone can move the result."""

from collections.abc import Sequence
from dataclasses import dataclass

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import (
    ACCENT,
    HALO,
    SECOND,
    SIZE,
    SOFT,
    Datum,
    Spec,
    finite,
    layer,
    picture,
)
from careworth.report.charts._rows import beside_end, padded, row_sheet
from careworth.report.writing import Unit, Words, spoken, write_number, write_range


@dataclass(frozen=True, slots=True)
class Driver:
    """What the result becomes when one input is at its low or at its high end, all else equal.

    ``inputs`` are those two ends as the reader should see them, for example ``("40%", "70%")``.
    """

    name: str
    inputs: tuple[str, str]
    at_low: float
    at_high: float


def tornado(drivers: Sequence[Driver], *, mid: float, unit: Unit) -> Picture:
    """Draw how far each driver alone moves the result from ``mid``, the strongest first."""
    words = spoken()
    edges = finite([(driver.at_low, driver.at_high) for driver in drivers], "a tornado")
    ordered = sorted(drivers, key=lambda driver: -abs(driver.at_high - driver.at_low))
    rows: list[Datum] = [
        {
            "name": driver.name,
            "mid": mid,
            "low": driver.at_low,
            "high": driver.at_high,
            "strong": False,
            "low_input": driver.inputs[0],
            "high_input": driver.inputs[1],
            "span": _span(driver, unit, words),
        }
        for driver in ordered
    ]
    domain = padded([mid, *edges.ravel().tolist()], share=0.2)
    return picture(
        lambda narrow: row_sheet(rows, _marks, domain, unit=unit, narrow=narrow, words=words, zero=mid),
        _sentence(ordered, mid, unit, words),
    )


def _span(driver: Driver, unit: Unit, words: Words) -> str:
    low, high = sorted((driver.at_low, driver.at_high))
    return write_range(low, high, unit, words)


def _sentence(ordered: Sequence[Driver], mid: float, unit: Unit, words: Words) -> str:
    first, *others = ordered
    text = words.alt_tornado.format(
        mid=write_number(mid, unit, words), name=first.name, range=_span(first, unit, words)
    )
    then = [words.alt_then.format(name=one.name, range=_span(one, unit, words)) for one in others]
    return words.listing.join([text, *then]) + "."


def _marks(rows: list[Datum], x: Spec, y: Spec, shift: int) -> list[Spec]:
    layers = []
    for end, colour, height in (("low", SECOND, 10), ("high", ACCENT, 16)):
        bar = {"x": {"field": "mid", **x}, "x2": {"field": end}, "y": y}
        layers.append(layer("bar", rows, bar, fill=colour, height=height, yOffset=shift))
        label = {"x": {"field": end, **x}, "y": y, "text": {"field": f"{end}_input"}}
        look = {**beside_end(end, "mid"), **HALO, "fill": SOFT, "fontSize": SIZE - 1}
        layers.append(layer("text", rows, label, yOffset=shift, **look))
    return layers
