"""What people see: tables, errors, progress. JSON goes to standard output and nothing else does.

rich is imported where it draws: an answer in JSON need not wait for it.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from time import monotonic
from typing import Any, Literal

import click
import msgspec
import pyarrow as pa

_SECONDS_BEFORE_PROGRESS = 1.0
_WIDER_THAN_ANY_LINE = 10_000
_SHOWN = 50
_NAMING = ("batch", "conversation", "message", "turn", "line")
"""Columns whose numbers name something: nothing is to be counted or added up."""
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def print_json(value: Any) -> None:
    """Days, moments and paths become text; floats keep all their digits. Indented for eyes only."""
    written = msgspec.json.encode(value, enc_hook=str)
    click.echo(msgspec.json.format(written, indent=2) if sys.stdout.isatty() else written)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Numbers to the right, text to the left, nothing cut where the output is a file."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        numbers = all(isinstance(row[place], int | float | None) for row in rows)
        justify: Literal["left", "right"] = "right" if numbers and rows else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*map(_cell_of, columns, row))
    width = None if sys.stdout.isatty() else _WIDER_THAN_ANY_LINE
    # Names of files and accounts may hold [brackets] and :colons:, which rich would take for its own marks.
    Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False).print(table)


def print_first(title: str, rows: pa.Table, rest: str) -> None:
    """The first rows; ``rest`` says how to see all of them."""
    shown = rows.slice(0, _SHOWN).to_pylist()
    print_table(title, rows.column_names, [list(row.values()) for row in shown])
    if rows.num_rows > _SHOWN:
        click.echo(f"... {rows.num_rows:,} rows in all; {rest}.")


def _cell_of(column: str, value: Any) -> str:
    return str(value) if column in _NAMING and value is not None else cell(value)


def cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _decimal(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimal(value: float) -> str:
    if 0 < abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.0f}" if value.is_integer() and abs(value) >= 100 else f"{value:,.2f}"


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Every figure in full; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_field(value) for value in row] for row in rows)


def _field(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    harmful = isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{value}" if harmful else value


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """A line that tells how far the reading is, after a second, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda source, received: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    task = bar.add_task("", total=None)
    began = monotonic()

    def show(source: str, received: int) -> None:
        bar.update(task, description=f"{source}: {received:,} records")
        if monotonic() - began > _SECONDS_BEFORE_PROGRESS:
            bar.start()

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


def skipped_text(skipped: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {number:,}" for reason, number in skipped.items())
