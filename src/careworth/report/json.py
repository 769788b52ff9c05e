"""The report as data: all of its content, numbers as numbers, for programs that read it later."""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import date
from numbers import Integral, Real
from typing import Any

from careworth.report.blocks import Picture, Report
from careworth.report.writing import Words

FORMAT = 1
"""Goes up when a program that reads the file would have to change."""
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def render_json(report: Report) -> str:
    """Every block is an object whose ``kind`` is its name. Of a chart it holds the text and the table."""
    content = {"format": FORMAT, "language": report.words.language, **_plain(report)}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _plain(item: Any) -> Any:
    if isinstance(item, Picture):
        return {"kind": "picture", "alt": item.alt}
    if is_dataclass(item):
        kind = _CAPITAL.sub("-", type(item).__name__).lower()
        values = {field.name: getattr(item, field.name) for field in fields(item)}
        kept = {name: _plain(value) for name, value in values.items() if not isinstance(value, Words)}
        return {"kind": kind, **kept}
    if isinstance(item, tuple):
        return [_plain(part) for part in item]
    return _scalar(item)


def _scalar(item: Any) -> Any:
    if isinstance(item, bool | str) or item is None:
        return item
    if isinstance(item, date):
        return item.isoformat()
    return int(item) if isinstance(item, Integral) else float(item) if isinstance(item, Real) else str(item)
