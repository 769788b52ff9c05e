"""The one look of all charts, and the way from a Vega-Lite specification to a small, silent SVG."""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import vl_convert
from numpy.typing import ArrayLike, NDArray

from careworth.errors import ReportError
from careworth.report.blocks import Picture
from careworth.report.writing import Unit, Words, write_number

Spec = dict[str, Any]
Datum = dict[str, Any]

INK, SOFT, HAIRLINE, ACCENT, SECOND, PAPER = "#1b2327", "#566169", "#d9dee1", "#0b5563", "#7d888f", "#fffffe"
"""The page maps each of these to its own variable, so every one has to be a value of its own."""
PALETTE = {"ink": INK, "soft": SOFT, "hairline": HAIRLINE, "accent": ACCENT, "second": SECOND, "paper": PAPER}

WIDE, NARROW = 680, 340
"""Widths in pixels: a column of a page, and a telephone."""
SIZE = 13
HALO: Spec = {"stroke": PAPER, "strokeWidth": 4}
"""For texts that stand on lines: a rim in the colour of the paper."""
_LETTER = 7.3
"""Pixels that a letter takes on average at that size. Measuring would make pictures differ by machine."""

_CONFIG: Spec = {
    "aria": False,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "title": None,
        "gridColor": HAIRLINE,
        "labelColor": SOFT,
        "labelFontSize": SIZE,
        "labelPadding": 8,
        "labelOverlap": False,
        "labelBound": False,
        "labelFlush": False,
        "labelLimit": 0,
    },
    "text": {"fontSize": SIZE, "fill": INK, "baseline": "middle", "limit": 0},
}
_KEPT = frozenset(
    (
        *("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "text-anchor"),
        *("fill", "fill-opacity", "opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
        *("font-size", "font-weight", "dx", "dy", "paint-order"),
    )
)
_CONTROL = re.compile(r"\\u00(?:0[0-8bcef]|1[0-9a-f])")
_RAW_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
"""Characters that no XML may hold, in a text and as JSON writes them."""
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")


def picture(specification: Callable[[bool], Spec], alt: str) -> Picture:
    """Draw the chart of ``specification(narrow)`` in both widths."""
    return Picture(alt, _svg(specification(False), alt), _svg(specification(True), alt))


def sheet(layers: Sequence[Spec], *, width: int, height: int, padding: tuple[int, int, int, int]) -> Spec:
    """Layers on a sheet ``width`` wide with ``padding`` (left, top, right, bottom) inside it, in pixels."""
    left, top, right, bottom = padding
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": _CONFIG,
        "autosize": {"type": "none"},
        "padding": {"left": left, "top": top, "right": right, "bottom": bottom},
        "width": width - left - right,
        "height": height - top - bottom,
        "layer": list(layers),
    }


def layer(mark: str, rows: Sequence[Datum], encoding: Spec, **look: Any) -> Spec:
    return {"data": {"values": list(rows)}, "mark": {"type": mark, **look}, "encoding": encoding}


def text_width(text: str) -> int:
    seen = sum(unicodedata.category(letter) not in ("Cf", "Mn") for letter in text)
    return math.ceil(seen * _LETTER)


def labelled_axis(labels: dict[float, str], **look: Any) -> Spec:
    """An axis with exactly these labels, written by us and not by a locale of the drawing program."""
    chosen = "".join(f"datum.value == {value!r} ? {_quoted(text)} : " for value, text in labels.items())
    return {"values": list(labels), "labelExpr": f"{chosen}''", **look}


def tick_labels(values: Sequence[float], unit: Unit, words: Words) -> dict[float, str]:
    """Each value as the axis says it, with as many decimals as its roundest form needs and no more."""
    scaled = [value * unit.scale for value in values]
    exact = (
        places for places in range(9) if all(math.isclose(round(x, places), x, abs_tol=1e-12) for x in scaled)
    )
    decimals = next(exact, unit.decimals)
    return {value: write_number(value, replace(unit, decimals=decimals), words) for value in values}


def finite(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """The values as an array; an error when there are none or when one of them is no number."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0 or not np.isfinite(array).all():
        raise ReportError(f"The chart of {what} has no values, or values that are no numbers.")
    return array


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """About ``wanted`` round values from ``low`` to ``high``, 1, 2 or 5 times a power of ten apart."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / wanted))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= wanted + 0.5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def _svg(specification: Spec, alt: str) -> str:
    raw = vl_convert.vegalite_to_svg(_CONTROL.sub("", json.dumps(specification)), allowed_base_urls=[])
    root = _plain(ElementTree.fromstring(raw))
    box = f"0 0 {root.attrib['width']} {root.attrib['height']}"
    root.attrib.clear()
    root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": box,
        "role": "img",
        "aria-label": _RAW_CONTROL.sub("", alt),
    }
    root.attrib |= {"direction": "ltr", "fill": "none"}
    title = ElementTree.Element("title")
    title.text = root.attrib["aria-label"]
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def _plain(element: ElementTree.Element) -> ElementTree.Element:
    """The element without names, roles, fonts and empty groups, its numbers cut to a tenth of a pixel."""
    slim = ElementTree.Element(element.tag.rpartition("}")[2])
    slim.text = element.text
    if slim.tag == "text" and "stroke" in element.attrib:
        slim.set("paint-order", "stroke")
    for name, value in element.attrib.items():
        if name in _KEPT and not (name == "transform" and value == "translate(0,0)"):
            slim.set(name, _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}", value))
    for child in map(_plain, element):
        if _shows(child):
            slim.extend([child] if child.attrib or child.tag != "g" else list(child))
    return slim


def _shows(element: ElementTree.Element) -> bool:
    if element.tag == "g":
        return len(element) > 0
    if element.tag in ("text", "tspan"):
        return bool(element.text or len(element))
    painted = element.get("fill", "none") != "none" or element.get("stroke", "none") != "none"
    return painted and element.tag in ("path", "line", "rect")
