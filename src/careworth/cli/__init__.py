"""The command line: thin. Commands read what was said, call the library and print."""

import gc
import os
import sys
from importlib import import_module
from typing import IO, Any

import click

from careworth import __version__
from careworth.errors import CareworthError, InputError

COMMANDS = {
    "ingest": ("_ingest:ingest", "Bring exported conversations in."),
    "records": ("_records:records", "Bring the company's records in."),
    "label": ("_label:label", "Label messages: language, request, urgency, sentiment."),
    "train": ("_train:train", "A model of requests of your own, from what you tagged."),
    "listen": ("_listen:listen", "Read a stream: keep, label, hand requests to the desk."),
    "webhooks": ("_webhooks:webhooks", "Receive webhooks: signed, each once, on the disk before the 200."),
    "measures": ("_measures:measures", "What happened: the values of measures."),
    "rows": ("_measures:rows", "The very rows that a measure counts."),
    "roi": ("_roi:roi", "What service was worth."),
    "maturity": ("_maturity:maturity", "Where you stand on two axes, and what to do next."),
    "loyalty": ("_loyalty:loyalty", "What care did to customers, against control groups."),
    "plan": ("_plan:plan", "Objectives, goals that are live measures, strategies, tactics."),
    "report": ("_report:report", "The board report, with the rows behind every number."),
    "serve": ("_serve:serve", "The pages, in a browser."),
    "effect": ("_effect:effect", "The effect of one column on another, in any table."),
    "dead-letters": ("_dead_letters:dead_letters", "Records that could not be read: where and why."),
    "replay": ("_dead_letters:replay", "Read dead letters again."),
    "forget": ("_forget:forget", "Take out what was taken back."),
    "doctor": ("_doctor:doctor", "What is installed and stored, and whether it adds up."),
    "load": ("_load:load", "Copy the facts to PostgreSQL."),
    "simulate": ("_simulate:simulate", "Made-up data whose truth is known."),
}
"""Command -> where it is, and what it is for. A module is imported when its command runs: all of them
together take a second."""

_OBJECTS = 100_000
"""New objects between two searches for garbage: answers are many small objects, none of them garbage."""


class Refusal(click.ClickException):
    """An error of ours, told in a sentence and a hint, without a traceback."""

    exit_code = 2

    def __init__(self, problem: CareworthError, command: str) -> None:
        super().__init__(problem.sentence)
        self.hint = problem.hint or f"{command} --help tells what can be said."

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {self.message}", file, err=True)
        click.echo(self.hint, file, err=True)


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name][0].split(":")
        command: click.Command = getattr(import_module(f"careworth.cli.{module}"), function)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in COMMANDS.items()])

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except CareworthError as problem:
            command = f"{context.command_path} {context.invoked_subcommand}"
            raise Refusal(problem, command) from problem
        except OSError as problem:
            if problem.filename is None:  # no file: the reader of our output has gone, which click handles
                raise
            sentence = f"{problem.filename} cannot be read or written: {problem.strerror}."
            told = InputError(sentence, hint="Check the path, the space left and who may use it.")
            raise Refusal(told, context.command_path) from problem


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careworth")
def careworth() -> None:
    """Social customer care that proves what it is worth.

    Start with careworth ingest PATH; then careworth measures and careworth report.
    """


def main() -> None:
    """Run the command that the arguments name."""
    gc.set_threshold(_OBJECTS)
    try:
        careworth()
    except SystemExit as end:
        if end.code == 0 and sys.argv[1:2] in _ONLY_READING:
            _leave()
        raise


_ONLY_READING = (["measures"], ["rows"])
"""They leave nothing that must be closed or finished."""


def _leave() -> None:
    """End at once, as type checkers do: to free a large answer object by object takes a tenth of its time."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
