"""The command line: thin. Commands read what was said, call the library and print."""

from importlib import import_module
from typing import IO, Any

import click

from careworth import __version__
from careworth.errors import CareworthError

COMMANDS = {
    "ingest": "_ingest:ingest",
    "measures": "_measures:measures",
    "rows": "_measures:rows",
    "roi": "_roi:roi",
    "report": "_report:report",
    "dead-letters": "_dead_letters:dead_letters",
    "replay": "_dead_letters:replay",
    "doctor": "_doctor:doctor",
    "simulate": "_simulate:simulate",
}
"""Command -> where it is. A module is imported when its command runs: all of them together take a second."""


class Refusal(click.ClickException):
    """An error of ours, told in a sentence and a hint, without a traceback."""

    exit_code = 2

    def __init__(self, problem: CareworthError) -> None:
        super().__init__(problem.sentence)
        self.hint = problem.hint

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {self.message}", file, err=True)
        if self.hint:
            click.echo(self.hint, file, err=True)


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(f"careworth.cli.{module}"), function)
        return command

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CareworthError as problem:
            raise Refusal(problem) from problem


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careworth")
def careworth() -> None:
    """Social customer care that proves what it is worth.

    Start with: careworth ingest PATH, then careworth measures and careworth report.
    """


def main() -> None:
    """Run the command that the arguments name."""
    careworth()
