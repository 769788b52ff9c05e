"""The matrix of both axes as SVG: the cloud of where the company may be, the path, the place now.

Names of quadrants are proper names and stay as they are in every language and direction.
"""

from collections.abc import Sequence
from html import escape

from careworth.maturity import CUT, Peer, Profile

_SIDE, _EDGE = 400.0, 12.0
_MOST_POINTS = 120
_CORNERS = (
    ("Observer", 0.02, 0.04, "start"),
    ("Conservative", 0.98, 0.04, "end"),
    ("Contender", 0.02, 0.94, "start"),
    ("#SocialFirst", 0.98, 0.94, "end"),
)


def matrix(profile: Profile, peers: Sequence[Peer] = ()) -> str:
    """Shapes of the current colour; the numbers stand beside it as text."""
    here = profile.standing
    path = [(one.investment, one.innovation) for one in profile.standings]
    parts = [_ground(), *_cloud(profile)]
    if here is not None:
        parts += [_dot(*last, 4, "var(--second)") for last in map(_last, peers)]
        parts += [_line(path), *(_dot(x, y, 5, "none") for x, y in path[:-1]), _dot(*here, 9, "currentColor")]
    box = f"0 0 {_SIDE + 2 * _EDGE:g} {_SIDE + 2 * _EDGE:g}"
    return f'<svg class="matrix" viewBox="{box}" direction="ltr" aria-hidden="true">{"".join(parts)}</svg>'


def _x(points: float) -> float:
    return _EDGE + _SIDE * points / 100


def _y(points: float) -> float:
    return _EDGE + _SIDE * (1 - points / 100)


def _ground() -> str:
    cut = f'x1="{_x(CUT):g}" x2="{_x(CUT):g}" y1="{_y(0):g}" y2="{_y(100):g}"'
    level = f'x1="{_x(0):g}" x2="{_x(100):g}" y1="{_y(CUT):g}" y2="{_y(CUT):g}"'
    frame = f'<rect x="{_EDGE:g}" y="{_EDGE:g}" width="{_SIDE:g}" height="{_SIDE:g}"'
    names = "".join(
        f'<text x="{_x(100 * x):g}" y="{_y(100 * y):g}" text-anchor="{anchor}" font-size="15">'
        f"{escape(name)}</text>"
        for name, x, y, anchor in _CORNERS
    )
    look = 'fill="none" stroke="currentColor" stroke-opacity="0.3"'
    return f"{frame} {look}/><line {look} {cut}/><line {look} {level}/>{names}"


def _cloud(profile: Profile) -> Sequence[str]:
    every = max(1, len(profile.points) // _MOST_POINTS)
    return [
        f'<circle fill="currentColor" cx="{_x(x):.0f}" cy="{_y(y):.0f}" r="5" opacity="0.15"/>'
        for x, y in profile.points[::every]
    ]


def _last(peer: Peer) -> tuple[float, float]:
    newest = max(peer.path, key=lambda one: one.on)
    return newest.investment, newest.innovation


def _line(path: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in path)
    return f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-dasharray="5 4"/>'


def _dot(x: float, y: float, radius: float, fill: str) -> str:
    place = f'cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="{radius:g}"'
    return f'<circle {place} fill="{fill}" stroke="currentColor" stroke-width="2"/>'
