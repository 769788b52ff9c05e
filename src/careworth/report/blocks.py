"""What a board report is made of. A report is data; the renderers only read it."""

from dataclasses import dataclass
from datetime import date

from careworth.report.writing import ENGLISH, Unit, Words

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Count:
    """The number equals the count of the exported rows."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The number equals the sum of a column of the exported rows (true and false count as 1 and 0)."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a number comes from: its measure, and the exported table with the rows behind it.

    ``rows_csv`` is the name of the table without its ending. ``total`` says how the rows add up to
    the number; it is None for a number that is no total, such as a median.
    """

    measure: str
    definition_version: int
    rows_csv: str
    total: Count | Sum | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A value with its range. A value that cannot be given is None and ``reason`` says why.

    ``low`` and ``high`` are in the unit of ``value``; ``level`` is the coverage of the interval.
    """

    value: float | None
    unit: Unit
    provenance: Provenance
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text in which the numbers stay numbers: ``(“We answered ”, number, “ requests.”)``."""

    parts: tuple[str | Number, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    label: str
    number: Number
    note: Paragraph | None = None


@dataclass(frozen=True, slots=True)
class KeyFigures:
    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text (no unit) or of numbers (with one).

    When ``provenance`` declares a total, the shown cells, the total row and the exported rows must agree.
    """

    title: str
    unit: Unit | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows_csv`` names the exported table with the full rows, None where these rows are all there are."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    rows_csv: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart drawn twice, for a wide and for a narrow page. ``alt`` says its message with numbers."""

    alt: str
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """``title`` is the message of the picture; ``table`` holds its numbers for those who cannot see it."""

    title: str
    picture: Picture
    table: Table
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The six elements of a return framework, each with the sentence that fills it, or None."""

    investment: str | None = None
    goals: str | None = None
    benchmarks: str | None = None
    targets: str | None = None
    metrics: str | None = None
    analysis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A number that was not measured, with where it was taken from (and from which year)."""

    text: str
    value: float
    unit: Unit
    source: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Assumptions:
    items: tuple[Assumption, ...]


Block = Paragraph | KeyFigures | Table | Chart | Checklist | Assumptions


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Executive:
    """The first page: the worth with its range, three figures of service, what changed, what to do."""

    worth: KeyFigure
    service: tuple[KeyFigure, KeyFigure, KeyFigure]
    changed: tuple[Paragraph, ...]
    actions: tuple[Paragraph, ...]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a measure means. ``measure`` is the id that provenances name."""

    measure: str
    version: int
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report, in the language of its ``words``.

    ``data_day`` is the last day of its data; the files carry it as their date.

    ``notices`` stand at the top, for example that the data are simulated. A ``draft`` may lack elements
    of its framework and says so.
    """

    title: str
    subtitle: str
    data_version: int
    data_day: date
    executive: Executive
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    notices: tuple[str, ...] = ()
    draft: bool = False
    words: Words = ENGLISH
