"""careworth label"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import data_option, json_option, labels_of, store_of
from careworth.cli._print import cell, counted, print_json, print_table, progress
from careworth.enrich.own import own_labeller
from careworth.enrich.quality import Measured
from careworth.intake.labelling import Labelled, label_messages


@click.command()
@data_option
@json_option
def label(data: Path | None, as_json: bool) -> None:
    """Label the messages that have no labels yet: language, request, urgency, sentiment and others.

    When a model, the kinds of request or the names in the folder labels have changed since, all messages
    are labelled anew. It can be interrupted and goes on where it stopped.
    """
    labeller = own_labeller(labels_of(data))
    with progress() as show:
        done = label_messages(store_of(data), labeller, now=datetime.now(UTC), progress=show)
    if as_json:
        print_json({**asdict(done), "advice": labeller.advice})
    else:
        _tell(done)
        if labeller.advice is not None:
            click.echo(labeller.advice, err=True)


def _tell(done: Labelled) -> None:
    how = " anew, as something that gives labels has changed" if done.anew else ""
    click.echo(
        f"Labelled {counted(done.messages, 'message')}{how}; "
        f"the facts are in version {done.version}.\nLabels: {done.labels}"
    )
    print_table(
        "\nHow well requests are told from other messages", QUALITY_COLUMNS, [quality_row("", done.errors)]
    )
    click.echo(f"Measured on {done.errors.measured_on}; counts of requests are corrected by it.")


QUALITY_COLUMNS = ("", "messages", "macro-F1", "requests found", "others left alone")


def quality_row(name: str, measured: Measured) -> tuple[str, int, str, str, str]:
    q = measured.quality
    number = q.true_yes + q.false_no + q.true_no + q.false_yes
    return name, number, cell(q.macro_f1), cell(q.sensitivity), cell(q.specificity)
