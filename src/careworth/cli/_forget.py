"""careworth forget"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import data_option, json_option, store_of
from careworth.cli._print import counted, print_json
from careworth.errors import InputError
from careworth.intake.erasing import erase_deleted
from careworth.intake.forgetting import forget_author


@click.command()
@click.option("--author", metavar="NAME", help="Forget this person, by handle or number, altogether.")
@click.option("--channel", metavar="NAME", help="The network on which the person wrote.")
@data_option
@json_option
def forget(author: str | None, channel: str | None, data: Path | None, as_json: bool) -> None:
    """Take out the texts of messages that were taken back, or all that tells of a person.

    They leave every version of the facts and the desk queue. What is counted stays as it was. careworth
    ingest and careworth listen do the first by themselves.
    """
    if channel is not None and author is None:
        raise InputError("A channel alone says not whom to forget.", hint="Add --author NAME.")
    store, now = store_of(data), datetime.now(UTC)
    done = erase_deleted(store, now=now) if author is None else forget_author(store, author, channel, now=now)
    if as_json:
        print_json(asdict(done))
    elif author is not None:
        number = counted(done.messages, "message")
        click.echo(f"Who wrote {number} is forgotten; the facts are in version {done.version}.")
    elif done.messages:
        lost = counted(done.messages, "message")
        click.echo(f"The texts of {lost} are gone; the facts are in version {done.version}.")
    else:
        click.echo("No message that was taken back has its text still.")
