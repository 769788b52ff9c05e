"""A report as plain texts and links: what the page and the printed file both show, written once."""

from datetime import date
from typing import Any

from careworth.report.blocks import (
    Assumption,
    Assumptions,
    Block,
    Cell,
    Chart,
    Checklist,
    Column,
    Definition,
    Executive,
    KeyFigure,
    KeyFigures,
    Number,
    Paragraph,
    Report,
    Section,
    Table,
)
from careworth.report.writing import PERCENT, Unit, Words, write_cell, write_day, write_number, write_range

View = dict[str, Any]

ELEMENTS = ("investment", "goals", "benchmarks", "targets", "metrics", "analysis")


def view(report: Report) -> View:
    """Everything that is shown, in order, with every number written and every link made."""
    words = report.words
    names = {definition.measure: definition.name for definition in report.definitions}
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "language": words.language,
        "direction": words.direction,
        "as_of": words.as_of.format(day=write_day(report.data_day, words)),
        "version": words.data_version.format(version=report.data_version),
        "notices": [*([words.draft] if report.draft else []), *report.notices],
        "executive": _Writer(words, names).executive(report.executive),
        "sections": [_Writer(words, names).section(*pair) for pair in enumerate(report.sections, 1)],
        "definitions": [_definition(definition, words) for definition in report.definitions],
        "words": words,
    }


def _definition(definition: Definition, words: Words) -> View:
    return {
        "id": f"definition-{definition.measure}",
        "name": definition.name,
        "version": words.definition_version.format(version=definition.version),
        "text": definition.text,
    }


class _Writer:
    """Writes blocks with the words of one report. ``names`` are the measures' names by their ids."""

    def __init__(self, words: Words, names: dict[str, str]) -> None:
        self.words = words
        self.names = names

    def executive(self, page: Executive) -> View:
        return {
            "worth": self.figure(page.worth),
            "service": [self.figure(figure) for figure in page.service],
            "changed": [self.paragraph(paragraph) for paragraph in page.changed],
            "actions": [self.paragraph(paragraph) for paragraph in page.actions],
            "chart": self.chart(page.chart) if page.chart else None,
        }

    def section(self, place: int, section: Section) -> View:
        blocks = [self.block(block) for block in section.blocks]
        return {"id": f"section-{place}", "title": section.title, "blocks": blocks}

    def block(self, block: Block) -> View:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "parts": self.paragraph(block)}
            case KeyFigures():
                return {"kind": "figures", "figures": [self.figure(figure) for figure in block.figures]}
            case Table():
                return {"kind": "table", "table": self.table(block)}
            case Chart():
                return {"kind": "chart", "chart": self.chart(block)}
            case Checklist():
                return {"kind": "checklist", "items": self.checklist(block)}
            case Assumptions():
                return {"kind": "assumptions", "items": [self.assumption(item) for item in block.items]}

    def paragraph(self, paragraph: Paragraph) -> list[View]:
        return [
            {"text": part} if isinstance(part, str) else {"number": self.number(part)}
            for part in paragraph.parts
        ]

    def figure(self, figure: KeyFigure) -> View:
        note = self.paragraph(figure.note) if figure.note else None
        return {"label": figure.label, "number": self.number(figure.number), "note": note}

    def number(self, number: Number) -> View:
        measure = number.provenance.measure
        return {
            "text": self._value(number),
            "given": number.value is not None,
            "reason": number.reason,
            "range": self._range(number.low, number.high, number.unit),
            "level": self.words.interval.format(level=write_number(number.level, PERCENT, self.words)),
            "measure": self.names[measure],
            "definition": f"definition-{measure}",
            "rows": _rows(number.provenance.rows_csv),
        }

    def _value(self, number: Number) -> str:
        if number.value is None:
            return self.words.not_given
        return write_number(number.value, number.unit, self.words)

    def _range(self, low: float | None, high: float | None, unit: Unit) -> str | None:
        if low is None or high is None:
            return None
        return write_range(low, high, unit, self.words)

    def table(self, table: Table) -> View:
        return {
            "title": table.title,
            "note": table.note,
            "columns": [self._column(column) for column in table.columns],
            "rows": [self._cells(row, table.columns) for row in table.rows],
            "total": self._cells(table.total, table.columns) if table.total else None,
            "csv": _rows(table.rows_csv) if table.rows_csv else None,
        }

    def _column(self, column: Column) -> View:
        measure = column.provenance.measure if column.provenance else None
        return {
            "title": column.title,
            "unit": column.unit.heading if column.unit else "",
            "number": column.unit is not None,
            "measure": self.names[measure] if measure else None,
            "definition": f"definition-{measure}" if measure else None,
        }

    def _cells(self, row: tuple[Cell, ...], columns: tuple[Column, ...]) -> list[str | None]:
        return [self._cell(cell, column) for cell, column in zip(row, columns, strict=True)]

    def _cell(self, cell: Cell, column: Column) -> str | None:
        if isinstance(cell, date):
            return write_day(cell, self.words)
        if column.unit is None or cell is None or isinstance(cell, str):
            return None if cell is None else str(cell)
        return write_cell(cell, column.unit, self.words)

    def chart(self, chart: Chart) -> View:
        return {
            "title": chart.title,
            "picture": chart.picture,
            "table": self.table(chart.table),
            "note": chart.note,
        }

    def checklist(self, checklist: Checklist) -> list[View]:
        return [
            {"name": getattr(self.words, element), "text": getattr(checklist, element)}
            for element in ELEMENTS
        ]

    def assumption(self, item: Assumption) -> View:
        return {
            "text": item.text,
            "value": write_number(item.value, item.unit, self.words),
            "range": self._range(item.low, item.high, item.unit.bare),
            "source": item.source,
        }


def _rows(name: str) -> View:
    return {"name": f"{name}.csv", "href": f"tables/{name}.csv"}
