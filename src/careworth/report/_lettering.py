"""The texts of a drawing, taken out of it so that the program that sets the page can set them.

Inside of a drawing typst looks for no second font and joins no letters, so Nastaliq falls apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

_NAMESPACE = "http://www.w3.org/2000/svg"
_MOVED = re.compile(r"translate\((-?[\d.]+)[, ]+(-?[\d.]+)\)")
_DEFAULT = 13.0
"""Pixels, the size of the page's texts."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A line of text: where its baseline begins, ends or has its middle, in pixels of the drawing."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    weight: int
    fill: str


def lifted(svg: str) -> tuple[str, tuple[float, float], tuple[Letters, ...]]:
    """The drawing without its texts, its width and height, and the texts."""
    root = ElementTree.fromstring(svg)
    _x, _y, width, height = map(float, root.attrib["viewBox"].split())
    letters = tuple(_letters(root, 0.0, 0.0))
    _without(root)
    ElementTree.register_namespace("", _NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode"), (width, height), letters


def _letters(element: ElementTree.Element, x: float, y: float) -> Iterator[Letters]:
    if moved := _MOVED.search(element.get("transform", "")):
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag.endswith("}text"):
        yield from _lines(element, x, y)
        return
    for child in element:
        yield from _letters(child, x, y)


def _lines(element: ElementTree.Element, x: float, y: float) -> Iterator[Letters]:
    """A text is one line, or a line for each of its spans, which say how much lower they stand."""
    if element.text:
        yield _line(element, element.text, x, y)
    for span in element:
        y += float(span.get("dy", 0))
        if span.text:
            yield _line(element, span.text, x, y)


def _line(element: ElementTree.Element, text: str, x: float, y: float) -> Letters:
    size = element.get("font-size", "").removesuffix("px")
    weight = element.get("font-weight", "400")
    return Letters(
        text,
        x,
        y,
        element.get("text-anchor", "start"),
        float(size) if size else _DEFAULT,
        int(weight) if weight.isdigit() else 700,
        element.get("fill", "#000000"),
    )


def _without(element: ElementTree.Element) -> None:
    for child in list(element):
        if child.tag.endswith("}text"):
            element.remove(child)
        else:
            _without(child)
