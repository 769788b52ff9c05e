"""Charts as SVG, made here: a line of weeks and a range of money. Colours are classes of the style sheet.

Shapes only, no words: the words stand beside them as text, in the reader's language and direction.
"""

from collections.abc import Sequence

_WIDTH, _HEIGHT = 640.0, 150.0


def weeks(series: Sequence[Sequence[float]]) -> str:
    """Up to two lines over the same weeks, the first one strong. Starts at nothing, as volumes do."""
    top = max((value for line in series for value in line), default=0) or 1
    lines = "".join(_line(line, top, place) for place, line in enumerate(series))
    grid = "".join(_level(_y(top * part, top)) for part in (0, 0.5, 1))
    return _svg(_HEIGHT, grid + lines)


def shares(series: Sequence[Sequence[float]]) -> str:
    """Two curves that fall from everybody, the first one strong. Starts a little below the lowest of them."""
    bottom = min((value for line in series for value in line), default=0)
    span = (1 - bottom) * 1.1 or 1.0
    raised = [[value - (1 - span) for value in line] for line in series]
    lines = "".join(_line(line, span, place) for place, line in enumerate(raised))
    return _svg(_HEIGHT, "".join(_level(_y(span * part, span)) for part in (0, 0.5, 1)) + lines)


def _line(values: Sequence[float], top: float, place: int) -> str:
    step = _WIDTH / max(len(values) - 1, 1)
    points = " ".join(f"{step * at:.1f},{_y(value, top):.1f}" for at, value in enumerate(values))
    return f'<polyline class="line{place}" points="{points}"/>'


def _level(y: float) -> str:
    return f'<line class="grid" x1="0" x2="{_WIDTH:g}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _y(value: float, top: float) -> float:
    return 4 + (_HEIGHT - 8) * (1 - value / top)


def interval(low: float, mid: float, high: float) -> str:
    """A range with its mean, on an axis that holds nothing (zero) too."""
    first, last = min(0.0, low), max(0.0, high)
    span = (last - first) or 1.0

    def x(value: float) -> float:
        return 8 + (_WIDTH - 16) * (value - first) / span

    zero = f'<line class="zero" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="4" y2="40"/>'
    bar = f'<rect class="range" x="{x(low):.1f}" y="14" width="{x(high) - x(low):.1f}" height="16" rx="8"/>'
    dot = f'<line class="mid" x1="{x(mid):.1f}" x2="{x(mid):.1f}" y1="22" y2="22"/>'
    return _svg(44, f'<line class="grid" x1="0" x2="{_WIDTH:g}" y1="22" y2="22"/>' + zero + bar + dot)


def _svg(height: float, inside: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH:g} {height:g}" preserveAspectRatio="none" '
        f'aria-hidden="true">{inside}</svg>'
    )
