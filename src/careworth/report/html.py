"""The report as one page that needs nothing else: no script, no request, light and dark, screen and paper."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from careworth.report._view import view
from careworth.report.blocks import Report
from careworth.report.charts import PALETTE

_PAGES = Environment(
    loader=PackageLoader("careworth.report", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _inline(svg: str) -> Markup:
    """Our own drawing as markup, its colours turned into the variables of the page."""
    for name, colour in PALETTE.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    return Markup(svg)


_PAGES.filters["inline"] = _inline


def render_html(report: Report) -> str:
    content: dict[str, Any] = view(report)
    return _PAGES.get_template("report.html").render(report=content, words=report.words)
