"""Two axes, four quadrants: where one stands, how sure that is, where one came from, and where others are."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from careworth.report.blocks import Picture
from careworth.report.charts._drawing import (
    ACCENT,
    HAIRLINE,
    HALO,
    INK,
    NARROW,
    PAPER,
    SECOND,
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
)
from careworth.report.writing import COUNT, Words, spoken, write_number

_MOST_POINTS = 90
"""Of the cloud: more cannot be told apart and would make the file large."""
_LEFT, _TOP, _RIGHT, _BOTTOM = 40, 34, 20, 38
_TALL, _SMALL = 440, 340
"""Heights of the sheets, in pixels."""
_BOLD: Spec = {"fontWeight": 600}


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody's place, 0 to 100 on either axis. ``name`` is a company, or a day on a path."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrants:
    """The words of the matrix: of the axes, and of the quadrants from low/low over high x to high/high."""

    x: str
    y: str
    names: tuple[str, str, str, str]
    cut: float = 50.0


def matrix(
    here: Dot,
    quadrants: Quadrants,
    *,
    cloud: ArrayLike | None = None,
    path: Sequence[Dot] = (),
    peers: Sequence[Dot] = (),
) -> Picture:
    """Draw where ``here`` stands. ``cloud`` (n, 2): places that are as likely; ``path``: earlier places, the
    oldest first."""
    words = spoken()
    finite([value for dot in (here, *path, *peers) for value in (dot.x, dot.y)], "the matrix")
    alt = words.listing.join(
        [_sentence(here, quadrants, words), *(_sentence(dot, quadrants, words) for dot in (*path, *peers))]
    )
    return picture(lambda narrow: _sheet(here, quadrants, cloud, path, peers, narrow), f"{alt}.")


def _sentence(dot: Dot, quadrants: Quadrants, words: Words) -> str:
    high_x, high_y = dot.x >= quadrants.cut, dot.y >= quadrants.cut
    name = quadrants.names[high_x + 2 * high_y]
    x, y = (write_number(value, COUNT, words) for value in (dot.x, dot.y))
    return words.alt_row.format(name=dot.name, value=f"{name}, {quadrants.x} {x}, {quadrants.y} {y}")


def _sheet(
    here: Dot,
    quadrants: Quadrants,
    cloud: ArrayLike | None,
    path: Sequence[Dot],
    peers: Sequence[Dot],
    narrow: bool,
) -> Spec:
    width, height = (NARROW, _SMALL) if narrow else (WIDE, _TALL)
    place = _axes()
    layers = [*_ground(quadrants, place, width - _LEFT - _RIGHT, height - _TOP - _BOTTOM)]
    if cloud is not None:
        layers.append(_cloud(cloud, place))
    if path:
        steps = [{"x": dot.x, "y": dot.y, "i": number} for number, dot in enumerate((*path, here))]
        order = {"field": "i", "type": "ordinal"}
        line = {"stroke": ACCENT, "strokeWidth": 2, "strokeDash": [5, 4]}
        layers.append(layer("line", steps, {**place, "order": order}, **line))
        layers += _dots(path, place, narrow, fill=PAPER, stroke=ACCENT, size=50)
    layers += _dots(peers, place, narrow, fill=SECOND, stroke=PAPER, size=110, shape="diamond")
    layers += _dots([here], place, narrow, fill=ACCENT, stroke=PAPER, size=220, **_BOLD)
    return sheet(layers, width=width, height=height, padding=(_LEFT, _TOP, _RIGHT, _BOTTOM))


def _axes() -> dict[str, Spec]:
    ends = {"domain": [0, 100], "nice": False}
    axis = labelled_axis({0.0: "0", 50.0: "50", 100.0: "100"}, grid=False)
    return {name: {"field": name, "type": "quantitative", "scale": ends, "axis": axis} for name in ("x", "y")}


def _ground(quadrants: Quadrants, place: dict[str, Spec], width: int, height: int) -> list[Spec]:
    """The frame, the cut of either axis, and the names in the corners."""
    frame = [{"x": 0, "y": 0, "x2": 100, "y2": 100}]
    box = {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    cuts = [
        {"x": quadrants.cut, "y": 0, "x2": quadrants.cut, "y2": 100},
        {"x": 0, "y": quadrants.cut, "x2": 100, "y2": quadrants.cut},
    ]
    layers = [
        layer("rect", frame, box, fill=PAPER, stroke=HAIRLINE, strokeWidth=1),
        layer("rule", cuts, box, stroke=HAIRLINE, strokeWidth=1.5),
    ]
    for number, name in enumerate(quadrants.names):
        right, up = number % 2 == 1, number >= 2
        corner = [{"x": 98 if right else 2, "y": 97 if up else 3, "text": name}]
        look = {"align": "right" if right else "left", "baseline": "top" if up else "bottom", "fill": SOFT}
        layers.append(layer("text", corner, {**place, "text": {"field": "text"}}, **look))
    below = {"x": {"value": width / 2}, "y": {"value": height + 28}, "text": {"value": f"{quadrants.x} →"}}
    above = {"x": {"value": 0}, "y": {"value": -16}, "text": {"value": f"↑ {quadrants.y}"}}
    layers.append(layer("text", [{}], below, fill=INK, **_BOLD))
    layers.append(layer("text", [{}], above, align="left", fill=INK, **_BOLD))
    return layers


def _cloud(cloud: ArrayLike, place: dict[str, Spec]) -> Spec:
    points = finite(cloud, "the cloud").reshape(-1, 2)
    every = max(1, len(points) // _MOST_POINTS)
    rows: list[Datum] = [{"x": float(x), "y": float(y)} for x, y in points[::every]]
    return layer("circle", rows, place, fill=ACCENT, opacity=0.16, size=70)


def _dots(
    dots: Sequence[Dot],
    place: dict[str, Spec],
    narrow: bool,
    *,
    fill: str,
    stroke: str,
    size: int,
    shape: str = "circle",
    **weight: int,
) -> list[Spec]:
    """The dots and their names, each on the side where there is room."""
    if not dots:
        return []
    rows: list[Datum] = [{"x": dot.x, "y": dot.y, "text": dot.name} for dot in dots]
    look = {"fill": fill, "stroke": stroke, "strokeWidth": 2, "size": size, "opacity": 1, "shape": shape}
    layers = [layer("point", rows, place, **look)]
    for row in rows:
        left = row["x"] > 100 - text_width(row["text"]) / (2.6 if narrow else 6.0)
        side = {"align": "right", "dx": -12} if left else {"align": "left", "dx": 12}
        layers.append(layer("text", [row], {**place, "text": {"field": "text"}}, **side, **weight, **HALO))
    return layers
