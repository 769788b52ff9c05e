"""The command line: thin. Commands read what was said, call the library and print."""

import sys

import click

from careworth import __version__
from careworth.cli._dead_letters import dead_letters, replay
from careworth.cli._doctor import doctor
from careworth.cli._ingest import ingest
from careworth.cli._measures import measures, rows
from careworth.cli._print import complain
from careworth.cli._report import report
from careworth.cli._roi import roi
from careworth.cli._simulate import simulate
from careworth.errors import CareworthError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careworth")
def careworth() -> None:
    """Social customer care that proves what it is worth.

    Start with: careworth ingest PATH, then careworth measures and careworth report.
    """


for command in (ingest, measures, rows, roi, report, dead_letters, replay, doctor, simulate):
    careworth.add_command(command)


def main() -> None:
    """Run a command; an error of ours is told in one sentence, without a traceback."""
    try:
        careworth()
    except CareworthError as problem:
        complain(problem)
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
