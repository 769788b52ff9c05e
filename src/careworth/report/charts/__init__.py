"""The charts of a board report. Plain values in, a ``Picture`` (two SVGs and their alt text) out.

Every chart has one accent colour, labels on the things themselves, and something besides colour (a dash,
a width, a weight) that tells one series from another.
"""

from careworth.report.charts._curve import Curve, response_curve
from careworth.report.charts._drawing import PALETTE
from careworth.report.charts._intervals import Bar, Range, horizontal_bars, ranges
from careworth.report.charts._love import Likeness, love_plot
from careworth.report.charts._matrix import Dot, Quadrants, matrix
from careworth.report.charts._retention import Staying, retention_curves
from careworth.report.charts._tornado import Driver, tornado
from careworth.report.charts._weeks import Series, bars_over_time

__all__ = [
    "PALETTE",
    "Bar",
    "Curve",
    "Dot",
    "Driver",
    "Likeness",
    "Quadrants",
    "Range",
    "Series",
    "Staying",
    "bars_over_time",
    "horizontal_bars",
    "love_plot",
    "matrix",
    "ranges",
    "response_curve",
    "retention_curves",
    "tornado",
]
