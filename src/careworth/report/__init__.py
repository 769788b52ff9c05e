"""The board report: blocks with provenance, and the files made of them.

Compose a ``Report`` of blocks, then ``write_report(report, tables, folder)``. The tables hold the rows behind
the numbers; a report whose totals differ from its rows is not written.
"""

from careworth.report.blocks import (
    Assumption,
    Assumptions,
    Block,
    Chart,
    Checklist,
    Column,
    Count,
    Definition,
    Executive,
    KeyFigure,
    KeyFigures,
    Number,
    Paragraph,
    Picture,
    Provenance,
    Report,
    Section,
    Sum,
    Table,
)
from careworth.report.check import check_report
from careworth.report.html import render_html
from careworth.report.json import render_json
from careworth.report.pdf import render_pdf
from careworth.report.write import ReportFiles, write_report
from careworth.report.writing import COUNT, ENGLISH, HOURS, PERCENT, Unit, Words, money

__all__ = [
    "COUNT",
    "ENGLISH",
    "HOURS",
    "PERCENT",
    "Assumption",
    "Assumptions",
    "Block",
    "Chart",
    "Checklist",
    "Column",
    "Count",
    "Definition",
    "Executive",
    "KeyFigure",
    "KeyFigures",
    "Number",
    "Paragraph",
    "Picture",
    "Provenance",
    "Report",
    "ReportFiles",
    "Section",
    "Sum",
    "Table",
    "Unit",
    "Words",
    "check_report",
    "money",
    "render_html",
    "render_json",
    "render_pdf",
    "write_report",
]
