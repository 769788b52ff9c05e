"""What people see: tables, errors, progress. JSON goes to standard output and nothing else does."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from careworth.errors import CareworthError

_SECONDS_BEFORE_PROGRESS = 1.0


def complain(problem: CareworthError) -> None:
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {problem.sentence}", err=True)
    if problem.hint:
        click.echo(problem.hint, err=True)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Numbers to the right, text to the left, nothing cut where the output is a file."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        numbers = all(isinstance(row[place], int | float | None) for row in rows)
        table.add_column(column, justify="right" if numbers and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160, highlight=False).print(table)


def cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else f"{value:,.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """A line that tells how far the reading is, after a second, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda source, received: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def show(source: str, received: int) -> None:
            late = (bar.tasks[0].elapsed or 0) > _SECONDS_BEFORE_PROGRESS
            bar.update(task, description=f"{source}: {received:,} records", visible=late)

        yield show


def skipped_text(skipped: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {number:,}" for reason, number in skipped.items())
