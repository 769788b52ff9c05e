"""careworth forget"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import data_option, json_option, store_of
from careworth.cli._print import counted, print_json
from careworth.intake.erasing import erase_deleted


@click.command()
@data_option
@json_option
def forget(data: Path | None, as_json: bool) -> None:
    """Take out the texts of messages that were taken back on their network.

    They leave every version of the facts and the desk queue. What is counted stays as it was. careworth
    ingest and careworth listen do the same by themselves.
    """
    done = erase_deleted(store_of(data), now=datetime.now(UTC))
    if as_json:
        print_json(asdict(done))
    elif done.messages:
        lost = counted(done.messages, "message")
        click.echo(f"The texts of {lost} are gone; the facts are in version {done.version}.")
    else:
        click.echo("No message that was taken back has its text still.")
