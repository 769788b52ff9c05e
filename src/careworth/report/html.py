"""The report as one page that needs nothing else: no script, no request, light and dark, screen and paper."""

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
_PAGES.filters["drawing"] = Markup
"""Marks our own SVG, whose texts are escaped already, as markup."""


def render_html(report: Report) -> str:
    """The page as text. Its links to rows expect the folder ``tables`` beside it."""
    page = _PAGES.get_template("report.html")
    return page.render(report=view(report), words=report.words, palette=PALETTE)
