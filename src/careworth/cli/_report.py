"""careworth report"""

from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import (
    data_option,
    hours_option,
    inputs_option,
    json_option,
    store_of,
    zone_option,
)
from careworth.cli._print import print_json
from careworth.errors import InputError
from careworth.report.board.publish import TITLE, Order, as_it_was, publish
from careworth.report.language import LANGUAGES

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@inputs_option
@hours_option
@zone_option
@click.option(
    "--answers", type=_FILE, metavar="FILE.toml", help="Answers to the maturity index: adds its section."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="What it is written in.",
)
@click.option("--plan", type=_FILE, metavar="FILE.toml", help="A plan: adds its section.")
@click.option(
    "--out",
    default="report",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to.",
)
@click.option(
    "--as-of",
    "version",
    type=int,
    metavar="VERSION",
    help="Make it again from this version of the facts, with the figures that were used then.",
)
@click.option("--title", metavar="TEXT", default=TITLE, show_default=True, help="What stands over it.")
@click.option(
    "--notice", "notices", metavar="TEXT", multiple=True, help="A sentence at the top; may be repeated."
)
@data_option
@json_option
def report(
    inputs: Path | None,
    hours: Path | None,
    zone: str | None,
    answers: Path | None,
    plan: Path | None,
    out: Path,
    version: int | None,
    title: str,
    notices: tuple[str, ...],
    language: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """The board report: report.html, report.pdf, report.json and, in tables, the rows behind every number.

    It is made from the facts as they are, or with --as-of as they were.
    """
    store = store_of(data)
    order = Order(title, _text(inputs), _text(hours), notices, zone, _text(answers), _text(plan), language)
    if version is not None:
        order = as_it_was(store, version, order)
    made = publish(store, order, out, now=datetime.now(UTC), version=version)
    if as_json:
        files = {"html": made.files.html, "pdf": made.files.pdf, "json": made.files.json}
        named = {name: str(path) for name, path in files.items()}
        tables = [str(path) for path in made.files.tables]
        print_json(
            {
                "headline": made.headline,
                "version": made.version,
                "digest": made.digest,
                **named,
                "tables": tables,
            }
        )
        return
    click.echo(made.headline)
    click.echo(f"\nFrom version {made.version} of the facts:")
    for path, what in (
        (made.files.html, "one page, then the sections"),
        (made.files.pdf, "the same on paper"),
        (made.files.json, "the same as data"),
        (out / "tables", f"the rows behind every number, {len(made.files.tables)} files"),
    ):
        click.echo(f"  {path}  {what}")


def _text(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        what = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read: {what}.", hint="Give the path of a TOML file.") from problem
